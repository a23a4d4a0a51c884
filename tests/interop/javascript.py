# SPDX-License-Identifier: EUPL-1.2
"""Node programs for tests: installed once in build/js, which git ignores; run in a folder of their own.

Rules: what the lock file names is installed and nothing else; no program of a package is run while installing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.effort import EFFORT, MACHINE_CANNOT

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPTS: Final = ROOT / "tests" / "js"
CACHE: Final = ROOT / "build" / "js"
PACKAGES: Final = ("package.json", "package-lock.json")
UNREACHABLE: Final = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")

TAKES_LONGER: Final = "effort quick: installing takes longer than testing"
only_where_it_pays = pytest.mark.skipif(EFFORT == "quick", reason=TAKES_LONGER)


def node_folder(folder: Path, scripts: Path = SCRIPTS) -> Path:
    """Fill a folder with the scripts and a link to the packages they ask for, and return it.

    Skips the test where there is no npm, or where it reaches no packages.
    """
    if not shutil.which("npm"):
        pytest.skip(f"{MACHINE_CANNOT}npm is absent")
    shutil.copytree(scripts, folder, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(installed(scripts) / "node_modules")
    return folder


def installed(scripts: Path) -> Path:
    """Return the folder with the packages that scripts ask for; install them when it is not there."""
    digest = hashlib.sha256(b"".join((scripts / name).read_bytes() for name in PACKAGES)).hexdigest()
    target = CACHE / digest[:16]
    if not target.is_dir():
        install(scripts, CACHE / f"installing-{os.getpid()}", target)
    return target


def install(scripts: Path, temporary: Path, target: Path) -> None:
    """Install beside the target and give it its name when it is whole; another process may have been first."""
    temporary.mkdir(parents=True)
    try:
        for name in PACKAGES:
            shutil.copy(scripts / name, temporary)
        done = run(temporary, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        if done.returncode and any(word in done.stderr for word in UNREACHABLE):
            pytest.skip(f"{MACHINE_CANNOT}npm reaches no packages")
        assert done.returncode == 0, done.stderr
        if not target.is_dir():
            temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, without standard input."""
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", check=False
    )

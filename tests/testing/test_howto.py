# SPDX-License-Identifier: EUPL-1.2
"""What the how-tos show works as they show it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    name: (ROOT / "docs" / "howto" / f"{name}.md").read_text(encoding="utf-8")
    for name in (
        "make-families",
        "test-your-own-system",
    )
}
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    """Return the blocks of one kind of both pages."""
    return [found["text"] for page in PAGES.values() for found in BLOCK.finditer(page) if found["kind"] == kind]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


SCRIPTS = [text for text in blocks("python") if not text.startswith("# test_")]
TESTS = [text for text in blocks("python") if text.startswith("# test_")]
COMMANDS = [line[2:] for text in blocks("console") for line in text.splitlines() if line.startswith("$ kgbx")]


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_does_what_it_says(text: str, tmp_path: Path) -> None:
    done = run([sys.executable, "-c", text], tmp_path)
    assert done.returncode == 0, done.stderr
    for expected in re.findall(r"# prints: (.*)", text):
        assert expected in done.stdout


@pytest.mark.parametrize("text", TESTS)
def test_a_test_passes(text: str, tmp_path: Path) -> None:
    (tmp_path / text.splitlines()[0].removeprefix("# ")).write_text(text, encoding="utf-8")
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:kgbx", "-p", "kgbx.testing.plugin"], tmp_path)
    assert done.returncode == 0, done.stdout


def test_the_commands_work_one_after_the_other(tmp_path: Path) -> None:
    for line in COMMANDS:
        done = run(shlex.split(line), tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert len(list((tmp_path / "families").iterdir())) == 12


def test_the_pages_show_something() -> None:
    assert (len(SCRIPTS), len(TESTS), len(COMMANDS)) == (3, 2, 4)

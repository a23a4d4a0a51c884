# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/validate.md: its commands print what it says, its statuses are those of the program."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.generate_docs import STATUSES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "validate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?P<line>.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which the examples are, as in a clone."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def printed(line: str, folder: Path) -> str:
    """Return what a command line prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "KGBX_LANG": "en"}
    command = ["sh", "-c", line]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stdout


def test_every_command_prints_what_the_page_says(folder: Path) -> None:
    found = [command for block in BLOCKS for command in COMMAND.finditer(block)]
    assert len(found) > 10
    for command in found:
        assert printed(command["line"], folder) == command["printed"], command["line"]


def test_the_page_names_statuses_that_the_program_has() -> None:
    named = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert named == {0, 1, 2, 5, 6, 70, 130}
    assert named <= {status for status, _ in STATUSES}

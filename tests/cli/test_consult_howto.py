# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/ask-anonymously.md: its commands run and print what stands under them."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "ask-anonymously.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
QUESTION = re.compile(r"^```text\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def printed(kgbx: Callable[..., Ran], line: str) -> list[str]:
    """Run a line of the page as a shell would, kgbx in this process; what stands after ``||`` is run when it fails."""
    first, _, otherwise = line.partition(" || ")
    program, *words = shlex.split(first)
    if program != "kgbx":
        return subprocess.run(["sh", "-c", first], capture_output=True, text=True, check=True).stdout.splitlines()
    ran = kgbx(*words)
    assert (ran.status, ran.err) == (1 if otherwise else 0, "")
    return [*ran.out.splitlines(), *(printed(kgbx, otherwise) if otherwise else ())]


def test_the_page_does_what_it_says(kgbx: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (question,) = QUESTION.findall(PAGE)
    (tmp_path / "question.txt").write_text(question, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = list(COMMAND.finditer(PAGE))
    assert len(commands) == 6
    for found in commands:
        assert printed(kgbx, found["line"]) == found["printed"].splitlines(), found["line"]

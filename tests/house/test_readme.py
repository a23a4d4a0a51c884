# SPDX-License-Identifier: EUPL-1.2
"""The README says what is needed on its first screen, and its examples do what they say."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SCREEN = "\n".join(README.splitlines()[:50])
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)(?P<path>[^)#]+)")
MADE_BY_MAKE = ("git", "make", "cd")


def blocks(kind: str) -> list[str]:
    """Return the fenced blocks of one kind."""
    return [found["text"] for found in BLOCK.finditer(README) if found["kind"] == kind]


def console_commands() -> list[str]:
    """Return the commands of the console blocks that start kgbx."""
    lines = [
        line.removeprefix("$ ") for text in blocks("console") for line in text.splitlines() if line.startswith("$ ")
    ]
    return [line for line in lines if shlex.split(line)[0] not in MADE_BY_MAKE]


@pytest.mark.parametrize("text", blocks("python"))
def test_a_python_example_runs(text: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for expected in re.findall(r"# prints: (.*)", text):
        assert expected in done.stdout


def test_the_console_examples_run_one_after_the_other(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    assert console_commands() != []
    for line in console_commands():
        command = shlex.split(line)
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def test_the_first_screen_has_the_two_commands_and_a_short_example() -> None:
    assert {"make demo", "make test"} <= {line.strip() for line in FIRST_SCREEN.replace("$ ", "").splitlines()}
    example = blocks("python")[0]
    assert example.splitlines()[0] in FIRST_SCREEN
    assert len([line for line in example.splitlines() if line.strip()]) <= 12


@pytest.mark.parametrize("words", ["legal advice", "cryptography", "draft"])
def test_the_first_screens_say_what_has_not_been_done(words: str) -> None:
    assert words in README.split("## What has not been done")[1].split("## ")[0]


def links() -> list[tuple[str, str]]:
    """Return page and target of every link from a page to a file."""
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    texts = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in pages}
    return sorted({(name, found["path"]) for name, text in texts.items() for found in LINK.finditer(text)})


@pytest.mark.parametrize(("page", "path"), links())
def test_a_link_between_pages_leads_somewhere(page: str, path: str) -> None:
    assert ((ROOT / page).parent / path).exists()

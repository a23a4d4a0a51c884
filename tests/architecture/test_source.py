# SPDX-License-Identifier: EUPL-1.2
"""What may not stand in the source: reading the clock outside kgbx.clock, JSON parsed without the guard, workplaces."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools.repository import repository_files, text_of

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "kgbx").rglob("*.py"))
FORBIDDEN = {
    "datetime.now": "kgbx/clock.py",
    "datetime.utcnow": "",
    "datetime.today": "",
    "date.today": "",
    "time.time": "",
    "json.loads": "",
    "json.load": "",
    "logging.getLogger": "kgbx/delivery/log.py",
}
"""Calls that the library may not make, and the one file that may."""

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|workspace)/\w+")


def calls(source: str) -> list[str]:
    """Return the calls of a source, with the last two parts of their names."""
    nodes = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [".".join(ast.unparse(node).split(".")[-2:]) for node in nodes]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_library_calls_nothing_that_is_forbidden(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    found = {call for call in calls(path.read_text(encoding="utf-8")) if FORBIDDEN.get(call, name) != name}
    assert found == set()


def test_a_planted_call_is_seen() -> None:
    assert set(calls("import datetime\nx = datetime.datetime.now()\ny = json.loads(z)")) == {
        "datetime.now",
        "json.loads",
    }


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    texts = {path.as_posix(): text_of(ROOT / path) or "" for path in repository_files(ROOT)}
    assert [name for name, text in texts.items() if MACHINE_PATH.search(text)] == []


def test_a_planted_folder_is_seen() -> None:
    assert MACHINE_PATH.search("open('/home" + "/someone/case.json')")

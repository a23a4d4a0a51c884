# SPDX-License-Identifier: EUPL-1.2
"""docs/reference/delivery-faults.md: all 32 faults stand there, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests" / "delivery"
PAGE = (ROOT / "docs" / "reference" / "delivery-faults.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (T\d+) \|(.*)$", PAGE, re.MULTILINE))
NAMED = re.compile(r"`([a-z]+/test_\w+\.py)(?:::(\w+))?`")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def missing(row: str) -> list[str]:
    """Return the tests that a row names and that do not exist."""
    found = []
    for file, name in NAMED.findall(row):
        path = TESTS / file
        if not path.is_file() or (name and name not in names_in(path)):
            found.append(f"{file}::{name}")
    return found


def test_all_faults_are_there() -> None:
    assert list(ROWS) == [f"T{number}" for number in range(1, 33)]


@pytest.mark.parametrize("fault", ROWS)
def test_each_is_tried_by_tests_that_exist_or_says_why_not(fault: str) -> None:
    assert missing(ROWS[fault]) == []
    assert NAMED.search(ROWS[fault]) or "not tried: " in ROWS[fault]


def test_the_check_can_fail() -> None:
    assert missing("`kill/test_kill.py::test_that_nobody_wrote`") == ["kill/test_kill.py::test_that_nobody_wrote"]
    assert missing("`kill/test_nothing.py`") == ["kill/test_nothing.py::"]

# SPDX-License-Identifier: EUPL-1.2
"""Limits have a name, a reason, and fit in each other."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

from kgbx import limits

NAMES = [name for name in vars(limits) if name.isupper()]
UNITS = {"KIB", "MIB", "GIB", "DAY_SECONDS"}


def reasons() -> dict[str, str]:
    """Return what stands under each limit; limits in one block share it."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for node in ast.parse(inspect.getsource(limits)).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            waiting.append(node.target.id)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.update(dict.fromkeys(waiting, str(node.value.value)))
            waiting = []
    return found


@pytest.mark.parametrize("name", sorted(set(NAMES) - UNITS))
def test_a_limit_is_a_positive_integer_with_a_reason(name: str) -> None:
    value = getattr(limits, name)
    assert isinstance(value, int)
    assert value > 0
    assert len(reasons()[name].split()) >= 4


@pytest.mark.parametrize("name", sorted(set(NAMES) - UNITS))
def test_a_limit_names_its_unit(name: str) -> None:
    units = "BYTES|CHARS|DEPTH|SECONDS|DAYS|MONTHS|DIGITS|INTEGER|VALUES|PAIRS|STATES|STEPS"
    units += "|CONNECTIONS|REQUESTS|RATE|NUMBERS"
    counted = f"_({units}|RECIPIENTS|PARTS|KEYS|FAMILIES|PROBLEMS|JOBS|BITS|CERTIFICATES|KEEPERS|ROWS|[NRP])$"
    assert re.search(counted, name)


def test_what_is_inside_fits_in_what_is_around() -> None:
    assert limits.MAX_MANIFEST_BYTES < limits.MAX_ENVELOPE_BYTES
    assert limits.MAX_EXTENSION_BYTES < limits.MAX_DOCUMENT_BYTES
    assert limits.MAX_BODY_BYTES <= limits.MAX_PART_BYTES
    assert limits.MAX_ORG_DOCUMENT_BYTES < limits.MAX_DIRECTORY_BYTES
    assert limits.MAX_TEXT_CHARS * 4 < limits.MAX_DOCUMENT_BYTES


def test_the_integers_that_are_safe_have_sixteen_digits() -> None:
    assert len(str(limits.MAX_SAFE_INTEGER)) == limits.MAX_INTEGER_DIGITS

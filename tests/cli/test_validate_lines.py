# SPDX-License-Identifier: EUPL-1.2
"""A place has the line on which it begins."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.cli.lines import lines_of

TEXT = """
{
  "a": [1,
    {"b": "x\\ny", "c": {}},
    []
  ], "d"
  : null,
  "é\\"": 3
}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("", 2), ("/a", 3), ("/a/0", 3), ("/a/1", 4), ("/a/1/c", 4), ("/a/2", 5), ("/d", 7), ('/é"', 8)],
)
def test_a_place_has_its_line(pointer: str, line: int) -> None:
    assert lines_of(TEXT, {pointer}) == {pointer: line}


@pytest.mark.parametrize(("pointer", "line"), [("/a/1/z", 4), ("/a/9", 3), ("/z/y/x", 2), ("/d/x", 7)])
def test_what_is_not_there_has_the_line_of_what_is_around_it(pointer: str, line: int) -> None:
    assert lines_of(TEXT, {pointer}) == {pointer: line}


VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=12,
)


def places(value: object, pointer: str = "") -> dict[str, Any]:
    """Return every place of a value."""
    found: dict[str, Any] = {pointer: value}
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        found |= places(member, f"{pointer}/{name}")
    return found


class TestEveryLine:
    """The line of a place is where its value begins."""

    @given(VALUES)
    def test_of_a_value_that_is_written_over_lines(self, value: object) -> None:
        text = json.dumps(value, indent=1)
        lines = text.splitlines()
        for pointer, line in lines_of(text, list(places(value))).items():
            begins = json.dumps(places(value)[pointer], indent=1).splitlines()[0]
            assert lines[line - 1].rstrip(",").endswith(begins)

    @given(VALUES)
    def test_of_all_together_is_that_of_each_alone(self, value: object) -> None:
        text = json.dumps(value, indent=1)
        together = lines_of(text, list(places(value)))
        assert together == {pointer: lines_of(text, [pointer])[pointer] for pointer in together}

# SPDX-License-Identifier: EUPL-1.2
"""Documents with very many values or very many problems: refused, told in part, and in bounded memory."""

from __future__ import annotations

import tracemalloc

import pytest

from kgbx.canonical import values_exceed
from kgbx.case import FamilyCase
from kgbx.errors import DocumentError
from kgbx.limits import MAX_DOCUMENT_VALUES, MAX_PROBLEMS
from tests.case.builders import CHILD, Value, an_id, as_bytes, bare, document, full

MIB = 1024 * 1024


def codes(value: Value) -> list[str]:
    return [problem.code for problem in FamilyCase.check(as_bytes(value))]


def strangers(number: int) -> list[Value]:
    return [full(place, unknown=1) for place in range(number)]


def test_as_many_problems_as_the_limit_are_all_told() -> None:
    assert codes(document(persons=strangers(MAX_PROBLEMS))) == ["D_UNKNOWN_MEMBER"] * MAX_PROBLEMS


def test_of_more_the_first_are_told_and_that_there_are_more() -> None:
    found = FamilyCase.check(as_bytes(document(persons=strangers(MAX_PROBLEMS + 1))))
    assert (found[0].code, found[1].pointer, len(found)) == ("D_MANY", "/persons/0", MAX_PROBLEMS + 1)


def test_problems_beyond_the_part_that_is_judged_again_are_not_forgotten() -> None:
    good = [full(place) for place in range(1000)]
    value = document(persons=[*good, *({"id": place} for place in range(2000))])
    assert codes(value) == ["D_MANY"]


def test_a_part_misses_no_known_member() -> None:
    odd = {f"x{place}": 1 for place in range(2000)} | full(1)
    assert "D_MISSING" not in codes(document(persons=[odd]))


def test_very_many_broken_rules_are_told_in_part() -> None:
    links = [bare(5000 + place, from_=an_id(place), kind="grounds", to=CHILD) for place in range(900)]
    found = codes(document(links=links))
    assert (found[0], len(found)) == ("D_MANY", MAX_PROBLEMS + 1)


def test_a_million_wrong_values_cost_little_memory() -> None:
    data = as_bytes(document()).replace(b"}", b', "persons": [' + b"0," * 999_999 + b"0]}")
    tracemalloc.start()
    problems = FamilyCase.check(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (problems[0].code, peak < 64 * MIB) == ("D_MANY", True)


def test_a_document_with_too_many_values_is_refused_before_parsing() -> None:
    data = as_bytes(document()).replace(b"}", b', "persons": [' + b"0," * MAX_DOCUMENT_VALUES + b"0]}")
    with pytest.raises(DocumentError) as caught:
        FamilyCase.from_json(data)
    assert [problem.code for problem in caught.value.problems] == ["D_VALUES"]


@pytest.mark.parametrize(
    ("data", "exceeds"),
    [
        (b"[1,2,3]", False),
        (b"[1,2,3,4]", True),
        (b'["a,b,c,d,e"]', False),
        (b'["\\",,,,",1]', False),
        (b'["\\\\",1,2,3]', True),
    ],
)
def test_commas_in_strings_are_no_values(data: bytes, exceeds: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert values_exceed(data, 3) is exceeds

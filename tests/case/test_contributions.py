# SPDX-License-Identifier: EUPL-1.2
"""What organisations signed of their records travels with a case as it came."""

from __future__ import annotations

import json

import pytest

from kgbx.case import Actor, FamilyCase, Person, Stamp
from kgbx.limits import MAX_CONTRIBUTION_CHARS
from tests.case.builders import AT, CONTRIBUTION, MOTHER, TEAM, Value, as_bytes, document, full


def contributed(*payloads: str) -> FamilyCase:
    rows = [CONTRIBUTION | {"payload": payload} for payload in payloads]
    return FamilyCase.from_json(as_bytes(document(persons=[full(1)]) | {"contributions": rows}))


def test_contributions_are_written_as_they_came_sorted_and_once() -> None:
    written = json.loads(contributed("e30", "AA", "e30").to_json())["contributions"]
    assert written == [CONTRIBUTION | {"payload": payload} for payload in ("AA", "e30")]


def test_a_merge_keeps_the_contributions_of_both() -> None:
    assert contributed("e30").merge(contributed("AA", "e30")) == contributed("AA", "e30")


def test_adding_and_erasing_keep_the_contributions() -> None:
    case = contributed("e30").add(Person(**full(2)))
    stamp = Stamp(recorded_by=Actor(org=TEAM), recorded_at=AT)
    assert case.erase(MOTHER, rule="unlawful", on="2026-03-01", stamp=stamp).contributions == case.contributions


def test_cases_with_other_contributions_are_not_equal() -> None:
    assert contributed("e30") != contributed()


@pytest.mark.parametrize(
    "change",
    [
        {"payload": ""},
        {"payload": "A"},
        {"payload": "AB"},
        {"payload": "A="},
        {"payload": "A" * (MAX_CONTRIBUTION_CHARS + 4)},
        {"signatures": CONTRIBUTION["signatures"][:1]},
        {"signatures": [*CONTRIBUTION["signatures"], CONTRIBUTION["signatures"][0]]},
        {"signatures": [{"protected": "e30"}] * 2},
        {"signatures": [{"protected": "e30", "signature": "AA", "header": {}}] * 2},
    ],
)
def test_a_contribution_of_another_form_is_refused(change: Value) -> None:
    value = document() | {"contributions": [CONTRIBUTION | change]}
    assert {problem.code[:2] for problem in FamilyCase.check(as_bytes(value))} == {"D_"}

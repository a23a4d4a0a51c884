# SPDX-License-Identifier: EUPL-1.2
"""How somebody is safely reached: whose word counts, and what takes it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.story import coverage, questions
from tests.case.builders import FATHER, MOTHER, full
from tests.parties import GI, TEAM
from tests.story.makers import AT, a_need, a_profile, case, made, row

if TYPE_CHECKING:
    from kgbx.story import Row

SAFE: Final = {"record": "contact_points", "where": {"safe_to_use": True}}
NUMBER: Final = "06 0000 0017"


def point(number: int, **members: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a contact point
    known = {"kind": "mobile", "persons": [MOTHER], "value": NUMBER, "safe_to_use": True, "recorded_by": {"org": TEAM}}
    left_out = {"valid_from", "valid_until"}
    return {name: one for name, one in full(number, **known).items() if name not in left_out} | members


def found(*points: dict[str, Any], own: str | None = TEAM) -> Row:
    needed = made(a_profile(a_need(id="safe_contact", asks=SAFE, per="each_adult")))
    return row(coverage(case(contact_points=list(points)), needed, at=AT, own=own))


def test_the_own_organisation_marked_it_safe() -> None:
    assert found(point(0x90)).status == "told"


def test_another_word_is_asked_whether_it_still_is_so() -> None:
    needed = made(a_profile(a_need(id="safe_contact", asks=SAFE, per="each_adult")))
    covered = coverage(case(contact_points=[point(0x90)]), needed, at=AT, own=GI)
    asked = {one.about: one.manner for one in questions(covered)}
    assert (row(covered).status, asked[MOTHER]) == ("told_stale", "if_changed")


def test_whose_file_it_is_may_be_left_open() -> None:
    assert found(point(0x90), own=None).status == "told"


def test_the_own_word_stands_beside_another_word() -> None:
    assert found(point(0x90), point(0x91, recorded_by={"org": GI}), own=GI).status == "told"


@pytest.mark.parametrize("value", [NUMBER, "06-0000.0017", "0600000017"])
@pytest.mark.parametrize("by", [TEAM, GI])
def test_while_anybody_says_that_it_is_not_safe_it_answers_nothing(value: str, by: str) -> None:
    unsafe = point(0x91, value=value, safe_to_use=False, recorded_by={"org": by})
    assert found(point(0x90), unsafe).status == "missing"


def test_what_is_somebody_elses_too_answers_nothing() -> None:
    assert found(point(0x90, persons=[MOTHER, FATHER])).status == "missing"
    assert found(point(0x90), point(0x91, persons=[FATHER])).status == "missing"


def test_another_number_that_is_not_safe_changes_nothing() -> None:
    assert found(point(0x90), point(0x91, value="06 0000 0018", safe_to_use=False)).status == "told"

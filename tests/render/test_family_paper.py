# SPDX-License-Identifier: EUPL-1.2
"""What the story says of who received what: no more than the page itself holds, for paper is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from kgbx.case import Actor, FamilyCase, Stamp
from kgbx.clock import parse_instant
from kgbx.consent.family_part import FamilyPart, Passed
from kgbx.render.family_story import StoryPage
from kgbx.render.plain import KEPT
from tests.consent.insight import AT, CASE, FAMILY, LOG, POLICY, RIA, SANNE, TEAM, VT
from tests.render.family_pages import journey_page, part_of, printed

READERS: Final = (*FAMILY, RIA)
DAY: Final = "2026-03-01"


def passed_ids(part: FamilyPart) -> set[str]:
    return {record for one in part.passed or () for record in one.records}


@pytest.mark.parametrize("person", READERS)
class TestOnlyWhatIsOnThePage:
    """A number of records tells that there is something that does not stand on the paper."""

    def test_what_was_left_off_the_paper_is_not_counted(self, person: str) -> None:
        part = part_of(CASE, person)
        held = {one.id for one in part.case}
        assert {record for record in passed_ids(part) if CASE.get(record) is not None} <= held

    def test_who_received_something_that_was_told_does_not_know_nothing(self, person: str) -> None:
        page = journey_page(person)
        received = {one.whom for one in page.passed if KEPT["statements"].nl in one.what}
        assert {one.whom for one in page.lacking if one.what == page.say("lacks_all")} & received == set()


def test_without_a_protected_place_nothing_is_left_off() -> None:
    """The control: the same log, and a case in which no place is protected."""
    left = (one for one in CASE if one not in CASE.records("protections"))
    names = ("location_secret", "brp_secrecy")
    rows = (one.model_copy(update={name: None for name in names if hasattr(one, name)}) for one in left)
    assert passed_ids(part_of(FamilyCase(rows, synthetic=True), SANNE)) > passed_ids(part_of(CASE, SANNE))


def test_what_was_erased_since_is_still_told() -> None:
    gone = next(one for one in passed_ids(part_of(CASE, SANNE)) if one in part_of(CASE, SANNE).told)
    stamp = Stamp(recorded_by=Actor(org=TEAM), recorded_at=AT)
    case = CASE.erase(gone, rule="request_youth_care_file", on=AT[:10], stamp=stamp)
    assert gone in passed_ids(part_of(case, SANNE, LOG))


@pytest.mark.parametrize("array", ["protections", "confidences"])
def test_a_protection_that_was_passed_is_not_counted(array: str) -> None:
    part = part_of(CASE, SANNE)
    sent = Passed(recipient=VT, on=DAY, purpose="safety", about=(SANNE,), records={"x": array}, why=())
    more = replace(part, passed=(*(part.passed or ()), sent))
    pages = [StoryPage(one, policy=POLICY, at=parse_instant(AT), language="nl") for one in (part, more)]
    assert printed(pages[0]) == printed(pages[1])

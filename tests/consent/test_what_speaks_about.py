# SPDX-License-Identifier: EUPL-1.2
"""What is kept from somebody is kept with all that speaks about it, in every version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.consent.facts import Request
from kgbx.consent.log import chained, disclosure
from kgbx.consent.share import share
from tests.case.builders import CHILD, DIGEST, FATHER, GROUND, MOTHER, PERIOD, an_id, bare, full, words
from tests.consent.small_world import (
    AT,
    POLICY,
    PROVIDER,
    TEAM,
    TOLD,
    asker,
    facts_of,
    family,
    held,
    permit,
    registers,
    report,
    told,
    withheld,
)

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.access_facts import AccessDecisions

Rows = dict[str, list[dict[str, Any]]]

SPEAKING: Rows = {
    "reactions": [
        full(19, record=TOLD, by=CHILD, kind="aanvulling", words=words("En mij ook."), reacted_on="2026-03-01")
    ],
    "reviews": [
        full(20, record=TOLD, by=CHILD, verdict="akkoord", reviewed_on="2026-03-01", wording_digest=DIGEST),
    ],
    "informings": [full(33, record=TOLD, person=CHILD, informed=True)],
    "restrictions": [full(63, record=an_id(19), ground="accuracy_contested", valid_from="2026-02-01")],
}
"""Records that speak about what the child told; the last about one that does."""

CONFIDENCE: Rows = {"confidences": [full(62, record=TOLD, withheld_from=[FATHER])]}
CORRECTED: Rows = {"statements": [told(), told(51, "Papa schreeuwt iedere dag.")]}
CORRECTION: Rows = {"links": [bare(70, from_=an_id(51), kind="replaces", to=TOLD)]}
UNTOLD: Rows = {
    "informings": [full(33, record=TOLD, person=FATHER, informed=False, reason_not_informed="Gevaarlijk.")],
}


def case_with(*rows: Rows) -> FamilyCase:
    arrays: Rows = {"statements": [told()]}
    for row in rows:
        arrays |= row
    return family(arrays)


def seen(case: FamilyCase, decisions: AccessDecisions | None = None) -> set[str]:
    return held(case, asker(case, decisions=decisions))


def test_the_father_sees_it_where_nothing_keeps_it() -> None:
    assert seen(case_with(SPEAKING)) == {"statements", *SPEAKING}


def test_what_speaks_about_what_was_told_in_confidence_is_in_confidence() -> None:
    assert seen(case_with(SPEAKING, CONFIDENCE)) == set()


def test_what_speaks_about_what_is_withheld_is_withheld() -> None:
    assert seen(case_with(SPEAKING), withheld(TOLD)) == set()


@pytest.mark.parametrize("record", [TOLD, an_id(51)], ids=["old", "new"])
def test_what_is_withheld_stays_so_when_it_is_corrected(record: str) -> None:
    assert seen(case_with(CORRECTED, CORRECTION), withheld(record)) == set()


def test_of_what_somebody_was_not_told_the_correction_is_not_told() -> None:
    assert seen(case_with(CORRECTED, CORRECTION)) == {"statements"}
    assert seen(case_with(CORRECTED, CORRECTION, UNTOLD)) == set()


def test_being_told_of_the_correction_opens_it() -> None:
    both = {"informings": [*UNTOLD["informings"], full(34, record=an_id(51), person=FATHER, informed=True)]}
    case = case_with(CORRECTED, CORRECTION, both)
    assert {one.record for one in report(case, asker(case)).held} >= {an_id(51), an_id(34)}
    assert an_id(33) not in {one.record for one in report(case, asker(case)).held}


def test_what_speaks_about_a_protection_guards_too() -> None:
    protection = full(61, person=CHILD, allowed=[TEAM], blocked=[FATHER], valid_from="2026-01-01T00:00:00Z")
    speaking = [full(63, record=an_id(61), ground="accuracy_contested", valid_from="2026-02-01")]
    assert seen(case_with({"protections": [protection], "restrictions": speaking})) == {"statements"}


def test_what_speaks_about_a_ground_of_which_the_family_was_not_told_is_not_told() -> None:
    ground = full(48, **GROUND | {"family_informed": "not", "reason_not_informed": "Gevaar."}, **PERIOD)
    speaking = [full(63, record=an_id(48), ground="accuracy_contested", valid_from="2026-02-01")]
    assert seen(case_with({"legal_grounds": [ground], "restrictions": speaking})) == {"statements"}


def test_it_stays_so_after_its_erasure() -> None:
    """The log keeps from whom a reaction was kept because of what it speaks about."""
    case = case_with({"reactions": SPEAKING["reactions"]}, CONFIDENCE)
    request = Request(sender=TEAM, recipient=PROVIDER, purpose="care", at=AT, known_at=AT)
    facts = facts_of(case, registers(consents=[permit(one) for one in (MOTHER, FATHER)]))
    account = share(case, request=request, policy=POLICY, facts=facts).account
    kept = {
        row.record: row.insight
        for row in chained([disclosure(account, policy=POLICY, facts=facts, entry_id="entry", case=case)])[0].rows
    }
    insight = kept[an_id(19)]
    assert insight is not None
    assert FATHER in insight.not_told_to
    assert TOLD in insight.speaks_of

# SPDX-License-Identifier: EUPL-1.2
"""The import check sees every refusal, withdrawal and protection that the own file knows, whatever a message says."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.facts import Request
from kgbx.exchange.joining import taken_in
from tests.case.builders import CHILD, CONSENT, FATHER, MOTHER, an_id, bare, document, full
from tests.consent.small_world import AT, BORN, GI, POLICY, PROVIDER, TEAM, permit, persons, registers, told

Rows = dict[str, list[dict[str, Any]]]

TOLD = an_id(50)
THEIRS = an_id(0xA01)
"""The id of another organisation for somebody here."""
ALL = {"recipients": [TEAM], "purposes": ["*"], "categories": ["*"], "valid_from": "2026-01-01"}
UNTIL = {"valid_until": "2027-01-01"}


def consent(number: int, decision: str, *, about: str = MOTHER) -> dict[str, Any]:
    capacity = {"capacity": "self" if about == MOTHER else "parent_with_authority"}
    return full(number, **(CONSENT | ALL | UNTIL | capacity | {"subject": about, "decision": decision}))


def theirs(number: int, **members: object) -> dict[str, Any]:
    return full(number, recorded_by={"org": PROVIDER}, **members)


def case(rows: Rows) -> FamilyCase:
    return FamilyCase.from_json(json.dumps(document(**rows)).encode())


def statement(about: str) -> dict[str, Any]:
    said = {"about": [about], "told_by": {"person": about}, "topics": ["parent.wish"]}
    return told(50, "Over geld.", recorded_by={"org": PROVIDER}, **said)


def apart(held: Rows, arrived: Rows, **known: object) -> dict[str, tuple[str, ...]]:
    """Return why what the provider sent is kept apart at the team, by id."""
    request = Request(sender=PROVIDER, recipient=TEAM, purpose="care", at=AT, known_at=AT)
    _, rows = taken_in(case(held), case(arrived), request=request, registers=registers(**known), policy=POLICY)
    return {row.record: row.reasons for row in rows}


REFUSED = {"persons": persons(), "consents": [consent(90, "refuse")]}
ABOUT_MOTHER = {"persons": persons(), "statements": [statement(MOTHER)]}


def test_the_control_without_a_refusal() -> None:
    assert apart({"persons": persons()}, ABOUT_MOTHER) == {}


def test_another_assessment_in_the_message_takes_no_refusal_away() -> None:
    assessed = {"assessed_by": {"org": PROVIDER}, "assessed_on": "2026-02-28", "basis": "professional_assessment"}
    capacity = theirs(95, person=MOTHER, capable=False, **assessed)
    assert apart(REFUSED, ABOUT_MOTHER)[TOLD] == ("REFUSED",)
    assert apart(REFUSED, ABOUT_MOTHER | {"capacities": [capacity]})[TOLD] == ("REFUSED",)


@pytest.mark.parametrize("authority", [{}, {"parental_authority": []}], ids=["known", "unknown"])
def test_a_refusal_counts_whoever_decides(authority: dict[str, Any]) -> None:
    held = {"persons": persons(), "consents": [consent(90, "refuse", about=CHILD)]}
    assert apart(held, {"persons": persons(), "statements": [statement(CHILD)]}, **authority)[TOLD] == ("REFUSED",)


class TestUnderAnotherId:
    """What the own file joins is one person in the check too."""

    PERSONS = (*persons(), theirs(20, id=THEIRS, birth_date=BORN[MOTHER]))
    SAME = bare(30, a=MOTHER, b=THEIRS, basis="bsn")
    SENT: ClassVar[Rows] = {"persons": [PERSONS[-1]], "statements": [statement(THEIRS)]}

    def held(self, **more: list[dict[str, Any]]) -> Rows:
        return {"persons": list(self.PERSONS), "same_person": [self.SAME]} | more

    def test_a_refusal(self) -> None:
        assert apart(self.held(consents=[consent(90, "refuse")]), self.SENT)[TOLD] == ("REFUSED",)

    def test_a_protection(self) -> None:
        shield = full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")
        street = theirs(80, persons=[THEIRS], kind="residence", street="Lindenlaan", postcode="0000 XX")
        found = apart(self.held(protections=[shield]), {"persons": [self.PERSONS[-1]], "addresses": [street]})
        assert "SECRET_LOCATION" in found[an_id(80)]

    def test_an_older_person_in_the_message_takes_no_refusal_away(self) -> None:
        child = full(3, id=CHILD, birth_date=BORN[CHILD], recorded_by={"org": GI})
        held = {"persons": [*persons()[:2], child], "consents": [consent(90, "refuse", about=CHILD)]}
        older = {
            "persons": [theirs(2, id=an_id(0), birth_date="1990-01-01")],
            "same_person": [bare(30, a=an_id(0), b=CHILD, basis="bsn", recorded_by={"org": PROVIDER})],
        }
        older["persons"].append(child)
        assert apart(held, older | {"statements": [statement(CHILD)]})[TOLD] == ("REFUSED",)

    def test_a_link_in_the_message_still_shows_whom_it_is_about(self) -> None:
        sent = self.SENT | {
            "persons": list(self.PERSONS),
            "same_person": [self.SAME | {"id": an_id(31), "recorded_by": {"org": PROVIDER}}],
        }
        assert apart(REFUSED, sent)[TOLD] == ("REFUSED",)


class TestWhatWasTakenBack:
    """A permit that was taken back here stays so for what arrives."""

    END = full(92, consent=an_id(91), by=MOTHER, effective_at="2026-03-02T00:00:00Z")
    HELD: ClassVar[Rows] = {"persons": persons(), "consents": [consent(91, "permit")], "withdrawals": [END]}

    def test_it_is_kept_apart(self) -> None:
        assert apart(self.HELD, ABOUT_MOTHER)[TOLD] == ("REFUSED",)
        assert apart(self.HELD | {"withdrawals": []}, ABOUT_MOTHER) == {}

    def test_a_proven_permit_since_then_lets_it_in(self) -> None:
        later = {"recorded_at": "2026-03-03", "valid_from": "2026-03-03"}
        assert apart(self.HELD, ABOUT_MOTHER, consents=[permit(MOTHER, MOTHER) | later]) == {}

    def test_one_from_before_does_not(self) -> None:
        assert apart(self.HELD, ABOUT_MOTHER, consents=[permit(MOTHER, MOTHER)])[TOLD] == ("REFUSED",)

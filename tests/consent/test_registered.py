# SPDX-License-Identifier: EUPL-1.2
"""No link of another organisation takes anybody out of the own registers and decisions, and nobody becomes older."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.consent.facts import Request
from kgbx.consent.share import share
from kgbx.exchange.joining import joined
from tests.case.builders import CHILD, CONSENT, FATHER, MOTHER, an_id, bare, full
from tests.consent import small_world
from tests.consent.small_world import (
    ALWAYS,
    AT,
    BORN,
    GI,
    POLICY,
    PROVIDER,
    TEAM,
    TOLD,
    asker,
    facts_of,
    held,
    permit,
    registers,
    told,
    withheld,
)

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.access_facts import AccessDecisions
    from kgbx.consent.joins import Registers

LEAST = an_id(0)
"""An id before every other: of who is joined with it, this one stands for the person."""

SECOND = an_id(51)
CORRECTED: dict[str, list[dict[str, Any]]] = {
    "statements": [told(), told(51, text="Papa schreeuwt heel vaak.")],
    "links": [bare(70, from_=SECOND, kind="replaces", to=TOLD)],
}
PERMITS = [permit(MOTHER), permit(FATHER), permit(MOTHER, MOTHER)]


def family(*, child: str = "2016-03-10", **more: list[dict[str, Any]]) -> FamilyCase:
    return small_world.family(more, child=child)


def theirs(**members: object) -> dict[str, Any]:
    return {"recorded_by": {"org": PROVIDER}} | members


def with_link(case: FamilyCase, person: str, *, born: str | None = None) -> FamilyCase:
    """Return a case after another organisation sent a person with the least id, joined by BSN with somebody here."""
    other = full(2, **theirs(id=LEAST, birth_date=born or BORN[person]))
    same = bare(30, **theirs(a=LEAST, b=person, basis="bsn"))
    merged, apart = joined(case, family(persons=[other], same_person=[same]), own=TEAM, sender=PROVIDER)
    assert not [one for one in apart if one.record in {LEAST, an_id(30)}]
    return merged


def reasons(case: FamilyCase, known: Registers, record: str = TOLD, to: str = GI) -> tuple[str, ...]:
    """Return why a record does not go."""
    shared = share(
        case,
        request=Request(sender=TEAM, recipient=to, purpose=PURPOSE[to], at=AT, known_at=AT),
        policy=POLICY,
        facts=facts_of(case, known),
    )
    return next(row.reasons for row in shared.account.rows if row.record == record)


PURPOSE = {GI: "protection", PROVIDER: "care"}


@pytest.mark.parametrize("person", [FATHER, CHILD])
def test_a_withholding_stays(person: str) -> None:
    case, decisions = with_link(family(statements=[told()]), person), withheld(TOLD)
    assert "statements" in held(case, asker(case))
    assert "statements" not in held(case, asker(case, decisions=decisions))
    assert "statements" not in held(case, asker(case, decisions=about_the_child(decisions)))


def about_the_child(decisions: AccessDecisions) -> AccessDecisions:
    """Return the same decision about everything of the child."""
    rows = tuple(one.model_copy(update={"items": (), "subjects": (CHILD,)}) for one in decisions.withholdings)
    return decisions.model_copy(update={"withholdings": rows})


@pytest.mark.parametrize("person", [MOTHER, CHILD])
def test_a_refusal_in_the_registers_stays(person: str) -> None:
    refusal = permit(MOTHER) | {"id": "refusal", "decision": "refuse", "proven": False}
    known = registers(consents=[*PERMITS, refusal])
    case = family(statements=[told()])
    assert reasons(case, registers(consents=PERMITS)) == ()
    assert "REFUSED" in reasons(case, known)
    assert "REFUSED" in reasons(with_link(case, person), known)


def test_a_withdrawal_in_the_registers_stays() -> None:
    end = {"consent": an_id(91), "by": MOTHER, "recorded_at": "2026-03-01", "effective_at": "2026-03-01"}
    given = CONSENT | {"recipients": ["*"], "purposes": ["*"], "categories": ["*"], "valid_from": "2026-01-01"}
    case = family(
        statements=[told(about=[MOTHER], told_by={"person": MOTHER}, topics=["parent.wish"])],
        consents=[full(91, **given, valid_until="2027-01-01")],
    )
    known = registers(withdrawals=[end])
    assert reasons(case, registers(), to=PROVIDER) == ()
    assert "CONSENT_MISSING" in reasons(case, known, to=PROVIDER)
    assert "CONSENT_MISSING" in reasons(with_link(case, MOTHER), known, to=PROVIDER)


def test_a_confidence_in_the_registers_follows_a_correction() -> None:
    known = registers(
        consents=PERMITS,
        confidences=[{"item": TOLD, "withheld_from": [FATHER]}],
        caseloads=[{"organisation": GI, "person": one, **ALWAYS} for one in (CHILD, FATHER)],
    )
    assert "CONFIDENTIAL" in reasons(small_world.family(CORRECTED), known, SECOND)


def test_a_restriction_in_the_registers_follows_a_correction() -> None:
    known = registers(consents=PERMITS, restrictions=[{"item": TOLD, **ALWAYS}])
    assert "PROCESSING_RESTRICTED" in reasons(small_world.family(CORRECTED), known, SECOND)


def test_a_permit_in_the_registers_still_counts_after_a_link() -> None:
    """The control: what widens stands under the joined id too."""
    assert reasons(with_link(family(statements=[told()]), CHILD), registers(consents=PERMITS)) == ()


class TestAge:
    """Nobody becomes older by what another organisation sent."""

    OLD = "1990-01-01"
    BY_ITSELF = (permit(CHILD),)

    def test_a_received_child_that_another_joins_with_an_adult(self) -> None:
        persons = [full(3, id=CHILD, birth_date="2016-03-10", recorded_by={"org": GI})]
        case = family(persons=persons, statements=[told()])
        known = registers(consents=self.BY_ITSELF)
        assert reasons(with_link(case, CHILD, born=self.OLD), known) != ()

    def test_a_received_child_that_another_joins_with_an_own_adult(self) -> None:
        persons = [
            full(3, id=CHILD, birth_date="2016-03-10", recorded_by={"org": GI}),
            full(1, id=MOTHER, birth_date=BORN[MOTHER]),
        ]
        case = family(persons=persons, statements=[told()])
        same = family(persons=[], same_person=[bare(30, **theirs(a=CHILD, b=MOTHER, basis="bsn"))])
        merged, _ = joined(case, same, own=TEAM, sender=PROVIDER)
        assert reasons(merged, registers(consents=self.BY_ITSELF)) != ()

    def test_an_own_child_without_a_birth_date(self) -> None:
        case = family(persons=[full(3, id=CHILD)], statements=[told()])
        assert "NO_DECISION_MAKER" in reasons(with_link(case, CHILD, born=self.OLD), registers(consents=self.BY_ITSELF))

    def test_the_registers_say_who_is_a_child(self) -> None:
        case = family(child=self.OLD, statements=[told()])
        assert reasons(case, registers(consents=self.BY_ITSELF)) == ()
        known = registers(consents=self.BY_ITSELF, persons=[{"id": CHILD, "birth_date": "2016-03-10", "capable": True}])
        assert "CONSENT_MISSING" in reasons(case, known)

    def test_the_registers_say_who_represents(self) -> None:
        known = registers(persons=[{"id": MOTHER, "birth_date": "1985", "capable": False, "represented_by": FATHER}])
        found = next(one for one in facts_of(family(), known).persons if one.id == MOTHER)
        assert (found.capable, found.represented_by) == (False, FATHER)

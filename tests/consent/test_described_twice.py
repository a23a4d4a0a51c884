# SPDX-License-Identifier: EUPL-1.2
"""Who is described in several ways: every age that any description allows must suffice, whatever their order."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.decide import decide
from kgbx.consent.facts import (
    CaseloadFact,
    ConsentFact,
    Facts,
    Item,
    OrganisationFact,
    PersonFact,
    Request,
)
from kgbx.consent.index import ALL_AGES, Index
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.consent.policies import policy_in_force, published_policies
from tests.case.builders import CHILD, MOTHER, an_id, bare, document, full

AT = "2026-03-05T10:00:00Z"
POLICY = policy_in_force(published_policies(), AT)
TEAM, PROVIDER = "urn:osb:oin:00000099000000001000", "urn:osb:oin:00000099000000006000"
ALWAYS = {"recorded_at": "2025-01-01", "valid_from": "2025-01-01"}

OF_NINE = PersonFact(id=CHILD, birth_date="2016-03-10", capable=True)
ADULT = PersonFact(id=CHILD, birth_date="1990-01-01", capable=True)
UNDATED = PersonFact(id=CHILD, capable=True)
NOT_ABLE = PersonFact(id=CHILD, birth_date="1990-01-01", capable=False, represented_by=MOTHER)


def reasons(*persons: PersonFact) -> tuple[str, ...]:
    """Return why the child's own permit does not release its care plan to the provider."""
    permit = {"recipients": ("*",), "purposes": ("*",), "categories": ("*",), "decision": "permit", "proven": True}
    organisations = ((TEAM, "lokaal_team"), (PROVIDER, "jeugdhulpaanbieder"))
    facts = Facts(
        persons=persons,
        organisations=tuple(
            OrganisationFact(id=one, function=function, bound_to_secrecy=True) for one, function in organisations
        ),
        consents=(ConsentFact(id="permit", decided_by=CHILD, about=CHILD, **permit, **ALWAYS),),  # type: ignore[arg-type]
        caseloads=(CaseloadFact(organisation=PROVIDER, person=CHILD, **ALWAYS),),
    )
    request = Request(sender=TEAM, recipient=PROVIDER, purpose="care", at=AT, known_at=AT)
    item = Item(id="plan", category="care_plan", about=(CHILD,), regime="jeugdwet", collected_for="care")
    return decide(item, request, facts=facts, policy=POLICY).reasons


def test_an_adult_alone_decides() -> None:
    assert reasons(ADULT) == reasons(ADULT, ADULT) == ()


@pytest.mark.parametrize("persons", [(OF_NINE, ADULT), (ADULT, OF_NINE)])
def test_a_second_birth_date_makes_nobody_older(persons: tuple[PersonFact, ...]) -> None:
    assert reasons(*persons) == reasons(OF_NINE, ADULT) != ()
    assert Index.of(Facts(persons=persons), AT, known_at=AT).ages(CHILD) == (9, 36)


@pytest.mark.parametrize("persons", list(permutations((ADULT, UNDATED, OF_NINE))))
def test_without_a_birth_date_any_age_is_possible(persons: tuple[PersonFact, ...]) -> None:
    assert "NO_DECISION_MAKER" in reasons(*persons)
    assert Index.of(Facts(persons=persons), AT, known_at=AT).ages(CHILD) == ALL_AGES


@pytest.mark.parametrize("persons", list(permutations((ADULT, NOT_ABLE))))
def test_who_is_able_and_is_not_has_nobody_who_decides(persons: tuple[PersonFact, ...]) -> None:
    assert "NO_DECISION_MAKER" in reasons(*persons)


def test_a_child_that_is_unborn_here_has_no_age_from_elsewhere() -> None:
    unborn, elsewhere = an_id(70), an_id(71)
    ours = full(70, expected_birth_date="2026-08-01")
    theirs = full(71, birth_date="2010-03-01") | {"recorded_by": {"org": PROVIDER}}
    same = bare(80, a=elsewhere, b=unborn, basis="bsn") | {"recorded_by": {"org": PROVIDER}}

    def ages(*persons: dict[str, object], joined: list[dict[str, object]]) -> tuple[int, int]:
        case = FamilyCase.from_json(json.dumps(document(persons=list(persons), same_person=joined)).encode())
        facts = facts_from_case(case, Registers(format="kgbx-registers/1"), own=TEAM)
        return Index.of(facts, AT, known_at=AT).ages(min(unborn, elsewhere))

    assert ages(ours, theirs, joined=[same]) == ALL_AGES
    assert ages(full(70, birth_date="2026-02-01"), theirs, joined=[same])[0] == 0

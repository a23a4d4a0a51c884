# SPDX-License-Identifier: EUPL-1.2
"""Whether a choice is told to count: never where a decision would not count it."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from kgbx.consent.consents import Scope, consent_reasons
from kgbx.consent.facts import Facts
from kgbx.consent.index import Index
from kgbx.consent.standing import State, standing_of
from tests.consent.insight import POLICY

AT: Final = "2026-03-10"
GI: Final = "urn:osb:oin:00000099000000002000"
MOTHER, CHILD, ROB = "mother", "child", "rob"
PERMIT: Final[dict[str, Any]] = {
    "id": "c",
    "decided_by": MOTHER,
    "about": MOTHER,
    "decision": "permit",
    "recipients": [GI],
    "purposes": ["protection"],
    "categories": ["contact"],
    "proven": True,
    "recorded_at": "2026-03-01",
    "valid_from": "2026-03-01",
    "valid_until": "2026-09-01",
}
REFUSAL: Final = PERMIT | {"decision": "refuse", "proven": False}
BACK: Final[dict[str, Any]] = {
    "consent": "c",
    "by": MOTHER,
    "recorded_at": "2026-03-05",
    "effective_at": "2026-03-04",
}


def facts(*consents: dict[str, Any], withdrawals: tuple[dict[str, Any], ...] = (), **members: Any) -> Facts:  # noqa: ANN401  # JSON
    persons = [
        {"id": MOTHER, "birth_date": "1990-01-01", "capable": True},
        {"id": ROB, "birth_date": "1988-01-01", "capable": True},
        {"id": CHILD, "birth_date": "2012-03-09", "capable": True},
    ]
    given = {"persons": persons, "consents": list(consents), "withdrawals": list(withdrawals)}
    return Facts.model_validate_json(json.dumps(given | members))


def state_of(found: Facts, at: str = AT, known_at: str = AT) -> State:
    return standing_of("c", index=Index.of(found, at, known_at=known_at), policy=POLICY).state


class TestStates:
    """What is told, and when."""

    @pytest.mark.parametrize(
        ("members", "state"),
        [
            ({}, "now"),
            ({"proven": False}, "unproven"),
            ({"recorded_at": "2026-03-11"}, "not_yet"),
            ({"valid_from": "2026-03-11"}, "not_yet"),
            ({"valid_until": AT}, "over"),
            ({"about": CHILD}, "not_decider"),
            ({"about": CHILD, "decision": "refuse", "proven": False}, "not_decider"),
            ({"about": CHILD, "decided_by": CHILD}, "now"),
            ({"decision": "refuse", "proven": False}, "now"),
        ],
    )
    def test_a_choice(self, members: dict[str, Any], state: State) -> None:
        assert state_of(facts(PERMIT | members)) == state

    @pytest.mark.parametrize(
        ("members", "state"),
        [
            ({}, "withdrawn"),
            ({"by": ROB}, "now"),
            ({"by": None}, "withdrawn"),
            ({"recorded_at": "2026-03-11"}, "now"),
            ({"effective_at": "2026-03-11"}, "now"),
        ],
    )
    def test_a_withdrawal(self, members: dict[str, Any], state: State) -> None:
        assert state_of(facts(PERMIT, withdrawals=(BACK | members,))) == state

    def test_it_says_since_when_and_takes_the_first(self) -> None:
        found = facts(PERMIT, withdrawals=(BACK | {"effective_at": "2026-03-06"}, BACK))
        assert standing_of("c", index=Index.of(found, AT, known_at=AT), policy=POLICY).since == "2026-03-04"

    def test_a_refusal_is_never_withdrawn(self) -> None:
        assert state_of(facts(REFUSAL, withdrawals=(BACK,))) == "now"

    def test_a_choice_that_nobody_knows_does_not_count(self) -> None:
        assert state_of(facts()) == "not_yet"

    @pytest.mark.parametrize(
        ("members", "state"),
        [
            ({}, "lifted"),
            ({"categories": ["*"], "recipients": ["*"], "purposes": ["*"]}, "lifted"),
            ({"categories": ["address"]}, "partly_lifted"),
            ({"recipients": ["urn:x"]}, "partly_lifted"),
            ({"purposes": ["care"]}, "partly_lifted"),
            ({"proven": False}, "now"),
            ({"supersedes": []}, "now"),
            ({"decided_by": ROB}, "now"),
            ({"valid_until": AT}, "now"),
            ({"recorded_at": "2026-03-11"}, "now"),
        ],
    )
    def test_a_refusal_is_lifted_as_far_as_a_proven_permit_of_the_same_person_reaches(
        self, members: dict[str, Any], state: State
    ) -> None:
        lifting = PERMIT | {"id": "later", "supersedes": ["c"]} | members
        assert state_of(facts(REFUSAL, lifting)) == state

    def test_a_permit_is_never_lifted(self) -> None:
        assert state_of(facts(PERMIT, PERMIT | {"id": "later", "supersedes": ["c"]})) == "now"

    def test_a_permit_for_all_but_any_purpose_lifts_a_refusal_of_everything_in_part(self) -> None:
        everything = {"recipients": ["*"], "purposes": ["*"], "categories": ["*"]}
        lifting = PERMIT | {"id": "later", "supersedes": ["c"]}
        assert state_of(facts(REFUSAL | everything, lifting)) == "partly_lifted"


@pytest.mark.parametrize("known_at", ["2026-02-28", "2026-03-04", AT])
@pytest.mark.parametrize("withdrawal", [None, BACK, BACK | {"by": ROB}, BACK | {"recorded_at": "2026-03-11"}])
@pytest.mark.parametrize("proven", [True, False])
def test_it_counts_exactly_when_a_decision_counts_it(
    proven: bool,  # noqa: FBT001  # parametrized
    withdrawal: dict[str, Any] | None,
    known_at: str,
) -> None:
    """Of somebody who alone decides about herself: told to count if and only if her consent releases."""
    found = facts(PERMIT | {"proven": proven}, withdrawals=(withdrawal,) if withdrawal else ())
    index = Index.of(found, AT, known_at=known_at)
    released = not consent_reasons(MOTHER, Scope(GI, "contact", frozenset({"protection"})), index=index, policy=POLICY)
    assert released == (standing_of("c", index=index, policy=POLICY).state == "now")

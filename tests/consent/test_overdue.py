# SPDX-License-Identifier: EUPL-1.2
"""What an emergency leaves to be done within a day, and is still told years later when nobody did it."""

from __future__ import annotations

from typing import Any

import pytest

from kgbx.consent.decide import decide
from kgbx.consent.facts import Facts, Item, LegalGroundFact, Request
from kgbx.consent.overdue import Overdue, overdue
from kgbx.consent.policies import published_policies

POLICY = published_policies()[0]
START = "2026-03-10T10:00:00Z"
DAY_AFTER = "2026-03-11T10:00:00Z"
WEIGHED = {"necessity": "nodig", "proportionality": "afgewogen", "subsidiarity": "geprobeerd"}


def emergency(**changes: Any) -> LegalGroundFact:  # noqa: ANN401  # members of a ground
    scope: dict[str, Any] = {"subjects": ("K9",), "categories": ("*",), "purposes": ("*",), "proven": True}
    known = {"id": "g", "provision": "NOOD", "sender": "A", "recipient": "B", "trigger": "own_initiative"}
    told = {"decided_by": "pro", "family_informed": "not", "recorded_at": START, "valid_from": START}
    return LegalGroundFact(**{**known, **scope, **WEIGHED, **told, "valid_until": "2026-03-12", **changes})


def found(*grounds: LegalGroundFact, at: str = DAY_AFTER, known_at: str | None = None) -> tuple[Overdue, ...]:
    return overdue(Facts(legal_grounds=grounds), policy=POLICY, at=at, known_at=known_at or at)


def duties(*grounds: LegalGroundFact, at: str = DAY_AFTER) -> list[str]:
    return [one.duty for one in found(*grounds, at=at)]


def test_within_the_hours_nothing_is_overdue() -> None:
    assert duties(emergency(), at="2026-03-11T09:59:59Z") == []


def test_when_the_hours_are_over_both_duties_are() -> None:
    assert [(one.duty, one.since) for one in found(emergency())] == [
        ("informing", DAY_AFTER),
        ("second_person", DAY_AFTER),
    ]


@pytest.mark.parametrize("at", ["2026-03-13", "2036-03-13"])
def test_the_end_of_the_ground_ends_no_duty(at: str) -> None:
    assert duties(emergency(), at=at) == ["informing", "second_person"]


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({"consulted": "other"}, ["informing"]),
        ({"consulted": "pro"}, ["informing", "second_person"]),
        ({"family_informed": "after", "informed_on": "2026-03-12"}, ["second_person"]),
        ({"family_informed": "after"}, ["informing", "second_person"]),
        ({"family_informed": "at"}, ["second_person"]),
        ({"family_informed": "before", "consulted": "other"}, []),
        ({"provision": "WMO-5.2.6"}, []),
        ({"provision": "WAMS"}, []),
        ({"valid_until": "2026-03-01"}, []),
        ({"proven": False}, ["informing", "second_person"]),
    ],
    ids=[
        "looked at",
        "by oneself",
        "informed",
        "to be informed",
        "at once",
        "both",
        "no hours",
        "unknown provision",
        "never held",
        "no proof",
    ],
)
def test_what_was_done_is_not_overdue(changes: dict[str, Any], left: list[str]) -> None:
    assert duties(emergency(**changes)) == left


def test_a_reason_for_not_informing_explains_and_does_not_end_it() -> None:
    told = found(emergency(reason_not_informed="gevaar", consulted="other"))
    assert [(one.duty, one.reason_given) for one in told] == [("informing", True)]


def test_what_was_not_known_yet_is_not_told() -> None:
    assert found(emergency(recorded_at="2026-03-20"), known_at=DAY_AFTER) == ()


def test_the_oldest_comes_first_and_each_once() -> None:
    older = emergency(id="h", valid_from="2026-03-01", consulted="other")
    newer = emergency(consulted="other")
    assert [one.ground for one in found(newer, older, newer)] == ["h", "g"]


def explained(subject: str, *, sender: str = "A", at: str = DAY_AFTER, **changes: Any) -> tuple[str, ...]:  # noqa: ANN401  # members of a ground
    """Return what a decision about somebody tells, shared by `sender` with somebody else than in the emergency."""
    facts = Facts(legal_grounds=(emergency(**changes),))
    item = Item(id="i", category="concern", about=(subject,), collected_for="care")
    request = Request(sender=sender, recipient="C", purpose="care", at=at, known_at=at)
    return decide(item, request, facts=facts, policy=POLICY).explain("en")


LATE = (
    f"Overdue since {DAY_AFTER}: legal ground g (NOOD): the family was not informed",
    f"Overdue since {DAY_AFTER}: legal ground g (NOOD): no second person looked",
)


def test_a_decision_about_the_same_person_tells_what_is_overdue() -> None:
    assert explained("K9")[-2:] == LATE


@pytest.mark.parametrize(
    ("subject", "changes"),
    [
        ("other", {}),
        ("K9", {"sender": "B"}),
        ("K9", {"at": START}),
        ("K9", {"recorded_at": "2026-03-12"}),
        ("K9", {"family_informed": "at", "consulted": "other"}),
    ],
)
def test_and_tells_it_to_nobody_else_and_not_when_it_is_done(subject: str, changes: dict[str, Any]) -> None:
    assert [one for one in explained(subject, **changes) if one.startswith("Overdue")] == []


def test_what_is_overdue_opens_and_closes_nothing() -> None:
    item = Item(id="i", category="concern", about=("K9",), collected_for="care")
    request = Request(sender="A", recipient="B", purpose="safety", at=DAY_AFTER, known_at=DAY_AFTER)
    late, done = (
        decide(item, request, facts=Facts(legal_grounds=(emergency(id="g", **changes),)), policy=POLICY)
        for changes in ({"consulted": "other"}, {"consulted": "other", "family_informed": "at"})
    )
    assert (len(late.overdue), done.overdue) == (1, ())
    assert (late.permit, late.released_by) == (done.permit, done.released_by)

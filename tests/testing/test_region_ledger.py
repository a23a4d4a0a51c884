# SPDX-License-Identifier: EUPL-1.2
"""The ledger counts from what truly happened: each count and each rule is seen to fail here."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.testing import region
from kgbx.testing.dice import Dice
from kgbx.testing.region.kin import make_kin
from kgbx.testing.region.ledger import Hidden, Ledger
from kgbx.testing.region.tally import Outcome
from kgbx.testing.region.wants import Entry, Put, Want, wants

if TYPE_CHECKING:
    from collections.abc import Iterable

KIN = make_kin(Dice("a family"))
PARENT, CHILD = KIN.parents[0].id, KIN.children[0].id
DAY = date(2026, 6, 1)
WANT = next(one for one in wants("veilig_thuis", "melding") if one.id == "weapons")
"""Asked once for the family; an answer is good for a year."""


class Told:
    """A ledger to which one thing was told, at the team."""

    def __init__(self, *, topic: str = "safety.weapons", reasons: Iterable[str] = (), **members: Any) -> None:  # noqa: ANN401  # members of an entry
        self.outcome = Outcome()
        self.ledger = Ledger(KIN, may_have=lambda *_, **__: frozenset(reasons), outcome=self.outcome)
        about = {"record": "one", "array": "statements", "about": frozenset({PARENT}), "on": DAY, "teller": PARENT}
        entry = Entry(**about | {"topics": frozenset({topic}), "kind": "ervaring"} | members)  # type: ignore[arg-type]  # a table
        self.ledger.told(entry, to="team")

    def ask(self, *, by: str = "veilig_thuis", want: Want = WANT, person: str | None = None, of: str = PARENT) -> None:
        self.ledger.asked(by, Put(want=want, person=person, of=of), day=DAY + timedelta(days=2))

    @property
    def why(self) -> dict[str, int]:
        return {**self.ledger.tally.remaining, **({"retold": 1} if self.ledger.tally.retold else {})}


def test_what_could_have_been_had_is_retold() -> None:
    told = Told()
    told.ask()
    assert told.why == {"retold": 1}


def test_what_the_asker_has_itself_is_retold() -> None:
    told = Told(reasons=["REFUSED"])
    told.ask(by="team")
    assert told.why == {"retold": 1}


def test_what_may_not_be_had_is_withheld_with_the_reason() -> None:
    told = Told(reasons=["REFUSED"])
    told.ask()
    assert told.why == {"withheld": 1}
    assert told.ledger.tally.withheld_because == {"REFUSED": 1}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"topics": frozenset({"safety.stalking"})}, "missing"),
        ({"on": DAY - timedelta(days=366)}, "stale"),
        ({"until": DAY}, "stale"),
        ({"disputed": True}, "disputed"),
    ],
    ids=["another topic", "too old", "over", "disputed"],
)
def test_what_is_no_fresh_undisputed_answer_is_explained(members: dict[str, Any], why: str) -> None:
    told = Told(**members)
    told.ask()
    assert told.why == {why: 1}


def test_an_answer_is_good_until_the_last_day_of_its_age() -> None:
    told = Told(on=DAY + timedelta(days=2) - timedelta(days=365))
    told.ask()
    assert told.why == {"retold": 1}


def test_only_the_own_words_answer_where_they_are_wanted() -> None:
    want = next(one for one in wants("gi", "start_measure") if one.id == "parent_view")
    by_a_child = Told(topic="parent.view", teller=CHILD)
    by_a_child.ask(by="gi", want=want, person=PARENT)
    assert by_a_child.why == {"missing": 1}
    herself = Told(topic="parent.view")
    herself.ask(by="gi", want=want, person=PARENT)
    assert herself.why == {"retold": 1}


def test_spared_is_what_is_there_on_receipt_and_not_asked_after_all() -> None:
    told = Told()
    told.ledger.on_receipt("team", (WANT,), day=DAY, shared=True)
    assert told.ledger.tally.spared == 1
    told.ask(by="team")
    assert told.ledger.tally.spared == 0


def test_withheld_is_what_others_have_and_may_not_give() -> None:
    told = Told(reasons=["REFUSED"])
    told.ledger.on_receipt("gi", (WANT,), day=DAY, shared=True)
    assert (told.ledger.tally.withheld, told.ledger.tally.spared) == (1, 0)
    told.ledger.received("gi", seen=["one"], used=["one"])
    told.ledger.on_receipt("gi", (WANT,), day=DAY, shared=True)
    assert (told.ledger.tally.withheld, told.ledger.tally.spared) == (1, 1)


def not_asked(told: Told, *, by: str = "veilig_thuis", want: Want = WANT, **how: bool) -> dict[str, int]:
    """Let a talk of an organisation end, two days later; return what the ledger makes of what it did not ask."""
    day, how = DAY + timedelta(days=2), {"places_left": False, "stale_only": False} | how
    told.ledger.talk_is_over(by, (want,), day=day, **how)
    rule = "unknown_is_asked"
    counts = {"looked": told.outcome.checked[rule], "broken": told.outcome.broken[rule]}
    return dict(+Counter({**told.ledger.tally.not_asked, **counts}))


def test_what_is_not_known_and_was_not_asked_is_seen() -> None:
    assert not_asked(Told()) == {"looked": 1, "broken": 1}


def test_what_was_asked_is_looked_at_once_whether_there_was_an_answer_or_not() -> None:
    told = Told()
    told.ask()
    assert not_asked(told) == {"looked": 1}
    assert not_asked(told) == {"looked": 2, "broken": 1}


def test_who_has_a_fresh_answer_need_not_ask() -> None:
    assert not_asked(Told(), by="team") == {}
    assert not_asked(Told(disputed=True), by="team") == {}


def test_what_is_too_old_is_asked_again_unless_who_told_it_does_not_want_that() -> None:
    old = DAY - timedelta(days=366)
    assert not_asked(Told(on=old), by="team", stale_only=True) == {"looked": 1, "broken": 1}
    assert not_asked(Told(on=old, again=False), by="team") == {"not_again": 1}
    assert not_asked(Told(on=old), by="gi", stale_only=True) == {}


@pytest.mark.parametrize("name", ["name", "reporter"])
def test_what_is_in_a_register_or_for_professionals_need_not_be_asked(name: str) -> None:
    want = next(one for one in wants("veilig_thuis", "melding") if one.id == name)
    assert not_asked(Told(), want=want) == {}


def test_where_somebody_lives_need_not_be_asked_once_others_sent_what_they_have() -> None:
    place = next(one for one in wants("veilig_thuis", "melding") if one.place)
    adults = len(KIN.adults(DAY))
    assert not_asked(Told(), want=place, places_left=True) == {"place": adults}
    assert not_asked(Told(), want=place) == {"looked": adults, "broken": adults}


def test_nothing_need_be_asked_when_all_who_could_tell_are_blocked() -> None:
    told = Told()
    for one in KIN.people:
        told.ledger.hid(Hidden(persons=frozenset({CHILD}), blocked=one.id, allowed=frozenset(), since=DAY))
    assert not_asked(told) == {"blocked": 1}


@pytest.mark.parametrize(
    ("has_the_record", "expected"),
    [(False, {"confided": 1}), (True, {"looked": 1, "broken": 1})],
    ids=["knows that there is something", "knows that it is about something else"],
)
def test_who_must_not_know_of_a_confidence_need_not_be_asked(
    has_the_record: bool,  # noqa: FBT001  # a case
    expected: dict[str, int],
) -> None:
    told = Told(topic="child.voice.view", about=frozenset({CHILD}))
    members = {"record": "one", "withheld_from": [one.id for one in KIN.parents]}
    secret = Entry(record="two", array="confidences", about=frozenset({CHILD}), on=DAY, members=members)
    told.ledger.told(secret, to="veilig_thuis")
    told.ledger.received("veilig_thuis", seen=["one"], used=["one"] if has_the_record else [])
    assert not_asked(told) == expected


def test_a_confidence_that_reaches_who_serves_that_parent_is_seen() -> None:
    told = Told(kept_from=frozenset({PARENT}))
    told.ledger.received("gi", seen=["one"], used=[])
    assert told.outcome.broken["confidences_kept"] == 0
    told.ledger.serves("debt_help", PARENT)
    told.ledger.received("debt_help", seen=["one"], used=[])
    assert told.outcome.broken["confidences_kept"] == 1


@pytest.mark.parametrize(("body", "broken"), [("gi", 0), ("school", 1), ("debt_help", 1)])
def test_a_place_that_reaches_who_must_not_know_is_seen(body: str, broken: int) -> None:
    told = Told(hidden_for=frozenset({CHILD}))
    allowed = frozenset({"gi", "debt_help"})
    told.ledger.hid(Hidden(persons=frozenset({CHILD}), blocked=PARENT, allowed=allowed, since=DAY))
    told.ledger.serves("debt_help", PARENT)
    told.ledger.received(body, seen=["one"], used=[])
    assert told.outcome.broken["places_kept"] == broken


def test_a_blocked_person_who_is_asked_is_seen() -> None:
    told = Told()
    told.ledger.hid(Hidden(persons=frozenset({CHILD}), blocked=PARENT, allowed=frozenset(), since=DAY))
    told.ask(of=PARENT)
    assert told.outcome.broken["blocked_never_asked"] == 1


def test_a_child_that_is_asked_where_somebody_lives_is_seen() -> None:
    told = Told()
    place = next(one for one in wants("veilig_thuis", "melding") if one.place)
    told.ask(want=place, person=PARENT, of=PARENT)
    assert told.outcome.broken["children_never_asked_where"] == 0
    told.ask(want=place, person=PARENT, of=KIN.minors(DAY)[0].id)
    assert told.outcome.broken["children_never_asked_where"] == 1


@pytest.mark.parametrize(("body", "on", "broken"), [("team", DAY, 0), ("gi", DAY, 1), ("team", date(2024, 1, 1), 1)])
def test_what_is_taken_for_told_and_was_not_is_seen(body: str, on: date, broken: int) -> None:
    told = Told(on=on)
    told.ledger.believes(body, {WANT.id: WANT}, told=[(WANT.id, None)], day=DAY)
    assert (told.outcome.checked["told_is_true"], told.outcome.broken["told_is_true"]) == (1, broken)


def test_a_question_about_somebody_the_profile_does_not_mean_is_seen() -> None:
    told = Told()
    told.ask(person=CHILD)
    assert told.outcome.broken["questions_understood"] == 1


@pytest.mark.parametrize(
    ("contacts", "watching", "broken"),
    [
        (["gi"], ["gi"], []),
        (["gi", "team"], ["gi", "team"], []),
        ([], ["gi"], ["one_fixed_contact"]),
        (["gi", "raad"], ["gi"], ["one_fixed_contact"]),
        (["gi"], [], ["one_responsible_for_safety"]),
        (["gi"], ["gi", "raad"], ["one_responsible_for_safety"]),
    ],
    ids=["one", "one who has not heard yet", "a gap", "two contacts", "nobody watches", "two watch"],
)
def test_a_gap_and_two_at_once_are_seen(contacts: list[str], watching: list[str], broken: list[str]) -> None:
    told = Told()
    told.ledger.instant(contacts=contacts, watching=watching, unheard=["team"])
    assert sorted(+told.outcome.broken) == broken


@pytest.mark.parametrize("module", ["ledger", "law", "wants", "kin", "desk", "tally", "bodies"])
def test_what_counts_imports_nothing_that_computes_coverage(module: str) -> None:
    code = Path(region.__path__[0], f"{module}.py").read_text(encoding="utf-8")
    imported = [node.module or "" for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    allowed = {"ledger", "law", "wants", "kin", "desk", "tally", "bodies"}
    own = {name.rpartition(".")[2] for name in imported if name.startswith("kgbx.testing.region")}
    assert own <= allowed
    assert not [name for name in imported if name.startswith(("kgbx.story", "kgbx.exchange", "kgbx.cli"))]

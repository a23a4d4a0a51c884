# SPDX-License-Identifier: EUPL-1.2
"""Handing over: who may do what when, and that nobody falls between two organisations whatever happens to messages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.codes import code_list
from kgbx.errors import DocumentError, UsageError
from kgbx.story.handover import (
    STEPS,
    Event,
    Handover,
    Side,
    State,
    Step,
    act,
    digest_of_steps,
    keeps_sight,
    prepare,
    responsible_for_safety,
    take,
)
from tests.effort import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

A, B, C = (f"urn:osb:oin:0000009900000000{n}000" for n in (1, 2, 3))
DAY: Final = "2026-03-01"
PATH: Final[dict[State, tuple[Event, ...]]] = {
    "prepared": (),
    "offered": ("offer",),
    "more_information": ("offer", "ask"),
    "accepted": ("offer", "accept"),
    "waiting": ("offer", "accept", "wait"),
    "warm_meeting": ("offer", "accept", "meet"),
    "completed": ("offer", "accept", "meet", "complete"),
    "declined": ("offer", "decline"),
    "withdrawn": ("offer", "withdraw"),
}


def a_handover(own: Side = "sender") -> Handover:
    return Handover(id="h", sender=A, receiver=B, own=own)


def step(before: tuple[Step, ...], event: Event, reason: str | None = "omdat") -> Step:
    return Step(turn=len(before), after=digest_of_steps(before), event=event, on=DAY, reason=reason)


def at(state: State, own: Side) -> Handover:
    steps: tuple[Step, ...] = ()
    for event in PATH[state]:
        steps = (*steps, step(steps, event))
    return replace(a_handover(own), steps=steps)


def org(side: Side) -> str:
    return A if side == "sender" else B


EVERY = [(state, event) for state in get_args(State) for event in get_args(Event)]


class TestTheTable:
    """A step can be taken in the states that its row names, by the side that it names, and in no other."""

    def test_states_are_those_of_the_code_list(self) -> None:
        assert set(code_list("collaboration_state").entries) == set(get_args(State))

    def test_every_event_has_one_row(self) -> None:
        assert sorted(rule.event for rule in STEPS) == sorted(get_args(Event))

    @pytest.mark.parametrize(("state", "event"), EVERY)
    @pytest.mark.parametrize("own", get_args(Side))
    def test_a_step_of_ones_own(self, state: State, event: Event, own: Side) -> None:
        rule = next(rule for rule in STEPS if rule.event == event)
        here = at(state, own)
        if rule.by == own and state in rule.before:
            moved, sent = act(here, event, on=DAY, reason="omdat")
            assert (moved.state, sent.turn, sent.by) == (rule.after, len(here.steps), own)
        else:
            with pytest.raises(UsageError) as caught:
                act(here, event, on=DAY, reason="omdat")
            assert caught.value.code == "U_STEP"

    @pytest.mark.parametrize(("state", "event"), EVERY)
    @pytest.mark.parametrize("own", get_args(Side))
    def test_a_step_that_arrives(self, state: State, event: Event, own: Side) -> None:
        rule = next(rule for rule in STEPS if rule.event == event)
        here = at(state, own)
        arrived = step(here.steps, event)
        if rule.by != own and state in rule.before:
            assert take(here, arrived, sent_by=org(rule.by)).state == rule.after
        else:
            with pytest.raises(DocumentError) as caught:
                take(here, arrived, sent_by=org(rule.by))
            assert caught.value.problems[0].code == ("D_STEP_SENDER" if rule.by == own else "D_STEP_ORDER")

    @pytest.mark.parametrize("rule", [rule for rule in STEPS if rule.reason], ids=lambda rule: rule.event)
    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_a_reason_where_one_is_asked(self, rule: object, reason: str | None) -> None:
        row = next(one for one in STEPS if one == rule)
        with pytest.raises(UsageError) as caught:
            act(at(row.before[0], row.by), row.event, on=DAY, reason=reason)
        assert caught.value.code == "U_REASON"
        other: Side = "receiver" if row.by == "sender" else "sender"
        here = at(row.before[0], other)
        with pytest.raises(DocumentError):
            take(here, step(here.steps, row.event, reason), sent_by=org(row.by))


def test_no_step_is_dated_before_the_one_that_it_follows() -> None:
    there = at("warm_meeting", "receiver")
    with pytest.raises(UsageError) as caught:
        act(there, "complete", on="2020-01-01")
    assert caught.value.code == "U_STEP_DAY"
    done = replace(step(there.steps, "complete"), on="2020-01-01")
    with pytest.raises(DocumentError) as refused:
        take(at("warm_meeting", "sender"), done, sent_by=B)
    assert (refused.value.problems[0].code, refused.value.problems[0].pointer) == ("D_STEP_ORDER", "/on")


class TestMessagesThatGoAstray:
    """What comes twice changes nothing; what comes too early, from another or with another content is refused."""

    def test_twice(self) -> None:
        here = at("accepted", "receiver")
        assert take(here, here.steps[0], sent_by=A) == here

    def test_too_early(self) -> None:
        with pytest.raises(DocumentError) as caught:
            take(a_handover("receiver"), at("warm_meeting", "sender").steps[2], sent_by=A)
        assert caught.value.problems[0].code == "D_STEP_EARLY"

    @pytest.mark.parametrize("sender", [B, C])
    def test_from_another_organisation(self, sender: str) -> None:
        with pytest.raises(DocumentError) as caught:
            take(a_handover("receiver"), step((), "offer"), sent_by=sender)
        assert caught.value.problems[0].code == "D_STEP_SENDER"

    def test_the_same_turn_told_otherwise(self) -> None:
        with pytest.raises(DocumentError) as caught:
            take(at("offered", "receiver"), replace(step((), "offer"), on="2026-03-02"), sent_by=A)
        assert caught.value.problems[0].code == "D_STEP_ORDER"

    def test_after_other_steps_than_are_known_here(self) -> None:
        """The receiver declined after a wait that the call for the meeting undid."""
        there = at("waiting", "receiver")
        declined = step(there.steps, "decline")
        with pytest.raises(DocumentError) as caught:
            take(at("warm_meeting", "sender"), declined, sent_by=B)
        assert caught.value.problems[0].code == "D_STEP_ORDER"


CROSSINGS: list[tuple[State, Event, Event, State]] = [
    ("offered", "withdraw", "accept", "withdrawn"),
    ("offered", "withdraw", "ask", "withdrawn"),
    ("offered", "withdraw", "decline", "withdrawn"),
    ("more_information", "supply", "decline", "declined"),
    ("accepted", "meet", "wait", "warm_meeting"),
    ("accepted", "meet", "decline", "declined"),
    ("accepted", "withdraw", "wait", "withdrawn"),
]


@pytest.mark.parametrize(("state", "by_sender", "by_receiver", "state_after"), CROSSINGS)
def test_steps_that_cross_end_the_same_on_both_sides(
    state: State, by_sender: Event, by_receiver: Event, state_after: State
) -> None:
    sender, sent = act(at(state, "sender"), by_sender, on=DAY, reason="omdat")
    receiver, answered = act(at(state, "receiver"), by_receiver, on=DAY, reason="omdat")
    sender, receiver = take(sender, answered, sent_by=B), take(receiver, sent, sent_by=A)
    assert (sender.state, receiver.state, sender.steps) == (state_after, state_after, receiver.steps)


class TestPreparing:
    """Who is responsible hands over, to one other at a time."""

    def test_the_first_may(self) -> None:
        assert prepare("h", own=A, receiver=B, handovers=(), first=True).state == "prepared"

    @pytest.mark.parametrize(
        ("own", "known", "code"),
        [
            (B, (), "U_NOT_RESPONSIBLE"),
            (A, (at("completed", "sender"),), "U_NOT_RESPONSIBLE"),
            (A, (at("warm_meeting", "sender"),), "U_HANDOVER_OPEN"),
            (A, (at("prepared", "sender"),), "U_HANDOVER_OPEN"),
        ],
    )
    def test_others_may_not(self, own: str, known: tuple[Handover, ...], code: str) -> None:
        with pytest.raises(UsageError) as caught:
            prepare("h2", own=own, receiver=C, handovers=known, first=own == A)
        assert caught.value.code == code

    def test_who_took_over_may(self) -> None:
        assert prepare("h2", own=B, receiver=C, handovers=(at("completed", "receiver"),)).sender == B

    def test_not_to_itself(self) -> None:
        with pytest.raises(UsageError):
            prepare("h", own=A, receiver=A, handovers=(), first=True)


class Region:
    """Three organisations and a network that loses, doubles and shuffles; the first is responsible to begin with."""

    def __init__(self) -> None:
        self.of: dict[str, dict[str, Handover]] = {A: {}, B: {}, C: {}}
        self.sent: list[tuple[str, str, Step, str, str]] = []

    def handovers(self, own: str) -> list[Handover]:
        return list(self.of[own].values())

    def begin(self, own: str, receiver: str) -> None:
        name = f"h{sum(len(each) for each in self.of.values())}"
        self.of[own][name] = prepare(name, own=own, receiver=receiver, handovers=self.handovers(own), first=own == A)
        self.of[receiver][name] = replace(self.of[own][name], own="receiver")

    def move(self, own: str, name: str, event: Event) -> None:
        self.of[own][name], done = act(self.of[own][name], event, on=DAY, reason="omdat")
        here = self.of[own][name]
        to = here.receiver if here.own == "sender" else here.sender
        self.sent.append((own, to, done, name, own))

    def deliver(self, place: int, *, keep: bool) -> None:
        sender, to, done, name, _ = self.sent[place] if keep else self.sent.pop(place)
        try:
            self.of[to][name] = take(self.of[to][name], done, sent_by=sender)
        except DocumentError as error:
            assert error.problems[0].code in ("D_STEP_EARLY", "D_STEP_ORDER")  # noqa: PT017  # state is asserted below

    def repeat(self) -> None:
        """Send every own step again, as after a loss."""
        for own, handovers in self.of.items():
            for name, here in handovers.items():
                to = here.receiver if here.own == "sender" else here.sender
                self.sent.extend((own, to, one, name, own) for one in here.steps if one.by == here.own)

    def responsible(self) -> list[str]:
        """Follow the handovers from the first organisation, as both sides together know them."""
        pairs = {name: one for each in self.of.values() for name, one in each.items() if one.own == "sender"}
        found, left = A, dict(sorted(pairs.items(), key=lambda item: int(item[0][1:])))
        passed = []
        for name, sender in left.items():
            receiver = self.of[sender.receiver][name]
            if responsible_for_safety(sender, receiver) != sender.sender:
                passed.append((sender.sender, sender.receiver))
        for giver, taker in passed:
            assert giver == found
            found = taker
        return [found]

    def watching(self) -> list[str]:
        """Who keeps sight, each by what it knows itself."""
        return [own for own in self.of if keeps_sight(own, self.handovers(own), first=own == A)]


FORWARD: Final = ("offer", "accept", "meet", "complete")


def moves(region: Region) -> Iterator[tuple[str, ...]]:
    """Yield everything that can happen next, what goes forward more often."""
    for own in region.of:
        for name, here in region.of[own].items():
            for event in here.may:
                yield from [("move", own, name, event)] * (6 if event in FORWARD else 1)
        if keeps_sight(own, region.handovers(own), first=own == A):
            yield from (("begin", own, other) for other in region.of if other != own)
    for place in range(len(region.sent)):
        yield from [("deliver", str(place))] * 6
        yield from ((kind, str(place)) for kind in ("double", "lose"))
    yield ("repeat",)


def happen(region: Region, what: tuple[str, ...]) -> None:
    match what:
        case ("move", own, name, event):
            region.move(own, name, event)  # type: ignore[arg-type]  # an event
        case ("begin", own, other):
            with suppress(UsageError):  # it hands over to another already
                region.begin(own, other)
        case ("deliver", place):
            region.deliver(int(place), keep=False)
        case ("double", place):
            region.deliver(int(place), keep=True)
        case ("lose", place):
            region.sent.pop(int(place))
        case _:
            region.repeat()


def settle(region: Region) -> None:
    """Send everything again, in order, until nothing changes."""
    before = None
    while before != region.of:
        before = {own: dict(each) for own, each in region.of.items()}
        region.sent.clear()
        region.repeat()
        while region.sent:
            region.deliver(0, keep=False)


class TestNobodyFallsBetween:
    """At every instant one organisation is responsible for safety and watches; who handed over does until it knows."""

    @settings(max_examples=10 * EXAMPLES["quick"])
    @given(data=st.data())
    def test_whatever_happens_to_messages(self, data: st.DataObject) -> None:
        region = Region()
        for _ in range(data.draw(st.integers(1, 40))):
            happen(region, data.draw(st.sampled_from(list(moves(region)))))
            (responsible,) = region.responsible()
            watching = region.watching()
            assert responsible in watching
            for other in set(watching) - {responsible}:
                assert any(one.sender == other and one.state == "warm_meeting" for one in region.handovers(other))

    @settings(max_examples=10 * EXAMPLES["quick"])
    @given(data=st.data())
    def test_once_all_has_arrived_both_sides_know_the_same(self, data: st.DataObject) -> None:
        region = Region()
        for _ in range(data.draw(st.integers(1, 40))):
            happen(region, data.draw(st.sampled_from(list(moves(region)))))
        settle(region)
        for own, handovers in region.of.items():
            for name, here in handovers.items():
                other = here.receiver if own == here.sender else here.sender
                assert region.of[other][name].steps == here.steps
        assert region.watching() == region.responsible()

# SPDX-License-Identifier: EUPL-1.2
"""Handing over through messages: whatever the network does, one is responsible and one fixed contact is there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.errors import DocumentError, UsageError
from kgbx.story import act, prepare
from kgbx.story.bodies import CARRIED_BY, HandoverAnswer, HandoverOffer, message_of, taken
from kgbx.story.fixed_contact import gaps, twice
from kgbx.story.handover import STEPS, keeps_sight
from tests.case.builders import an_id
from tests.effort import scaled
from tests.story.handing import PERSONS, A, B, C, Region, completed_between, read, with_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.story import Handover
    from kgbx.story.bodies import HandoverBody

DAY: Final = "2026-03-02"
SEARCHES: Final = scaled(quick=15, ci=600, long=20_000)


def prepared() -> Handover:
    return prepare(an_id(0x500), own=A, receiver=B, handovers=(), first=True, persons=PERSONS)


def offered() -> tuple[Handover, HandoverOffer]:
    here, _ = act(prepared(), "offer", on=DAY)
    body = message_of(here, synthetic=True)
    assert isinstance(body, HandoverOffer)
    return here, body


def accepted() -> tuple[Handover, HandoverAnswer]:
    there, _ = act(taken(offered()[1], ()), "accept", on=DAY)
    body = message_of(there)
    assert isinstance(body, HandoverAnswer)
    return there, body


def code_of(body: HandoverBody, *handovers: Handover) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        taken(body, handovers)
    return caught.value.problems[0].code, caught.value.problems[0].pointer


class TestOneMessage:
    """What a message does to what is known here, and what is refused."""

    def test_an_offer_begins_a_handover_of_the_receiver(self) -> None:
        here = taken(offered()[1], ())
        assert (here.own, here.state, here.sender, here.receiver) == ("receiver", "offered", A, B)

    def test_it_is_read_as_it_was_written(self) -> None:
        body = offered()[1]
        assert read(body.to_json()) == body

    def test_twice_changes_nothing(self) -> None:
        body = offered()[1]
        assert taken(body, [taken(body, ())]) == taken(body, ())

    def test_each_message_carries_what_an_earlier_one_lost(self) -> None:
        here, _ = offered()
        withdrawn, _ = act(here, "withdraw", on=DAY, reason="omdat")
        assert taken(message_of(withdrawn), ()).state == "withdrawn"

    def test_an_answer_about_an_unknown_handover_is_refused(self) -> None:
        assert code_of(accepted()[1]) == ("D_HANDOVER", "/handover")

    def test_an_answer_of_who_hands_over_is_refused(self) -> None:
        there, _ = accepted()
        turned = message_of(with_state(there, sender=B, receiver=A))
        assert code_of(turned, offered()[0]) == ("D_STEP_SENDER", "/steps/0")

    def test_an_answer_of_a_third_organisation_is_refused(self) -> None:
        turned = message_of(with_state(accepted()[0], receiver=C))
        assert code_of(turned, offered()[0]) == ("D_STEP_SENDER", "/steps/0")

    def test_a_step_in_a_message_of_another_type_is_refused(self) -> None:
        _, body = offered()
        wrong = body.model_copy(update={"steps": accepted()[1].steps})
        assert code_of(wrong) == ("D_STEP_TYPE", "/steps/0/event")

    def test_a_handover_that_begins_in_the_middle_is_refused(self) -> None:
        there, _ = accepted()
        met, _ = act(with_state(there, own="sender"), "meet", on=DAY)
        body = message_of(met)
        assert code_of(body.model_copy(update={"steps": body.steps[1:]})) == ("D_STEP_EARLY", "/steps/0/turn")

    def test_an_offer_of_other_persons_later_is_refused(self) -> None:
        body = offered()[1]
        wider = body.model_copy(update={"persons": (*PERSONS, an_id(0x99))})
        assert code_of(wider, taken(body, ())) == ("D_HANDOVER_PERSONS", "/persons")

    def test_a_completion_for_fewer_persons_is_refused(self) -> None:
        region = Region()
        name = completed_between(region, A, B)
        region.send(B, name)
        body = read(region.sent.pop()[1])
        fewer = body.model_copy(update={"begins": vars(body)["begins"].model_copy(update={"persons": PERSONS[:1]})})
        with pytest.raises(DocumentError) as caught:
            taken(fewer, region.handovers(A))
        assert caught.value.problems[0].code == "D_HANDOVER_PERSONS"

    def test_nothing_to_tell_is_no_message(self) -> None:
        with pytest.raises(UsageError) as caught:
            message_of(prepared())
        assert caught.value.code == "U_STEP"

    def test_every_step_travels_in_one_type_and_each_side_has_its_own(self) -> None:
        assert set(CARRIED_BY) == {row.event for row in STEPS}
        assert {row.event for row in STEPS if row.by == "sender"} == {
            event for event, model in CARRIED_BY.items() if model is HandoverOffer
        }


FORWARD: Final = ("offer", "accept", "meet", "complete")


def moves(region: Region) -> Iterator[tuple[str, ...]]:
    """Yield everything that can happen next, what goes forward more often."""
    for own, handovers in region.of.items():
        for name, here in handovers.items():
            for event in here.may:
                yield from [("move", own, name, event)] * (6 if event in FORWARD else 1)
        if keeps_sight(own, region.handovers(own), first=own == A):
            yield from (("begin", own, other) for other in region.of if other != own)
    for place in range(len(region.sent)):
        yield from [("deliver", str(place))] * 6
        yield from ((kind, str(place)) for kind in ("double", "lose"))
    yield from (("repeat",), ("day",), ("consult", A, B), ("consult", C, A))


def happen(region: Region, what: tuple[str, ...]) -> None:
    match what:
        case ("move", own, name, event):
            region.move(own, name, event)  # type: ignore[arg-type]  # an event
        case ("begin", own, other):
            with suppress(UsageError):  # it hands over to another already
                region.begin(own, other)
        case ("deliver" | "double", place):
            code = region.deliver(int(place), keep=what[0] == "double")
            assert code in (None, "D_STEP_EARLY", "D_STEP_ORDER", "D_HANDOVER")
        case ("lose", place):
            region.sent.pop(int(place))
        case ("repeat",):
            region.repeat()
        case ("consult", own, other):
            region.consult(own, other)
        case _:
            region.day = region.days()[-1].fromordinal(region.day.toordinal() + 1)


class TestNobodyFallsBetween:
    """At every instant one organisation is responsible for safety, and its fixed contact is the only one.

    A consult moves neither.
    """

    @settings(max_examples=SEARCHES)
    @given(data=st.data())
    def test_whatever_happens_to_messages(self, data: st.DataObject) -> None:
        region = Region()
        for _ in range(data.draw(st.integers(1, 40))):
            happen(region, data.draw(st.sampled_from(list(moves(region)))))
        responsible = region.responsible()
        assert responsible in region.watching()
        for day in region.days():
            assert [len(each) for each in region.contacts(day).values()] == [1] * len(PERSONS)
        assert set(map(tuple, region.contacts(region.day).values())) == {(responsible,)}
        assert (gaps(region.together(), on=region.day), twice(region.together())) == ((), ())

    @settings(max_examples=SEARCHES)
    @given(data=st.data())
    def test_once_all_has_arrived_each_knows_the_same(self, data: st.DataObject) -> None:
        region = Region()
        for _ in range(data.draw(st.integers(1, 40))):
            happen(region, data.draw(st.sampled_from(list(moves(region)))))
        region.settle()
        for own, handovers in region.of.items():
            for name, here in handovers.items():
                other = region.of[here.receiver if own == here.sender else here.sender].get(name)
                assert (other.steps if other else ()) == here.steps
        assert region.watching() == [region.responsible()]


def test_a_family_that_goes_round_on_one_day_has_one_fixed_contact_all_the_time() -> None:
    region = Region()
    for giver, taker in ((A, B), (B, C), (C, A)):
        completed_between(region, giver, taker)
    assert region.responsible() == A
    assert set(map(tuple, region.contacts(region.day).values())) == {(A,)}


def test_who_handed_over_and_has_not_heard_so_still_watches_and_its_contact_ended_all_the_same() -> None:
    region = Region()
    region.begin(A, B)
    (name,) = region.of[A]
    for own, event in ((A, "offer"), (B, "accept"), (A, "meet"), (B, "complete")):
        region.move(own, name, event)  # type: ignore[arg-type]  # an event
        if event != "complete":
            region.deliver(0, keep=False)
    assert region.watching() == [A, B]
    assert set(map(tuple, region.contacts(region.day).values())) == {(B,)}

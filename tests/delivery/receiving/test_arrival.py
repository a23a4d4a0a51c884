# SPDX-License-Identifier: EUPL-1.2
"""The table of what came in, and the order of a lane: every pair, and properties."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.delivery.arrival import (
    DEATHS,
    ENDED,
    LATER,
    LOOK_AGAIN,
    MOST_GAPS,
    NO_LANE,
    TABLE,
    TRIES,
    Alarm,
    Handled,
    HandlingFailed,
    InEvent,
    Opens,
    PutOff,
    Refuse,
    Released,
    SayUndeliverable,
    Turn,
    Unacceptable,
    Unjudged,
    Unopenable,
    Vanished,
    step,
    turn_of,
)
from kgbx.delivery.records import Incoming, InState
from kgbx.delivery.states import LIFETIME, URGENCIES
from kgbx.errors import DeliveryError
from tests.parties import TEAM

if TYPE_CHECKING:
    from kgbx.delivery.records import Urgency

NOW = 1_000_000
EVENTS: tuple[InEvent, ...] = (
    Opens(turn=NO_LANE),
    Opens(turn=Turn(now=False, wait_until=NOW + 5)),
    Unopenable(code="E_DECRYPT"),
    Unacceptable(code="E_SCHEMA"),
    Unjudged(code="E_DIR_STALE"),
    Handled(),
    HandlingFailed(),
    Vanished(),
    Released(actor="ann"),
)
STATES: tuple[InState, ...] = get_args(InState)
PAIRS = list(product(STATES, EVENTS))
ROW = Incoming(
    peer=TEAM,
    id="5f0c6a52-7a5b-4c41-9d52-3a8f5a2f0001",
    envelope=bytes(32),
    received_at=NOW,
    due_at=NOW,
    lease_token="mine",  # of a lease
    lease_until=NOW + 10,
)
urgencies = st.sampled_from(list(URGENCIES))
lanes = st.dictionaries(st.integers(1, 12), st.sampled_from(STATES), max_size=12)


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=[f"{state}-{n}" for n, (state, _) in enumerate(PAIRS)])
def test_every_pair_is_in_the_table_or_refused(state: InState, event: InEvent) -> None:
    row = replace(ROW, state=state)
    if (state, type(event)) in TABLE:
        after, _ = step(row, event, now=NOW)
        assert after.state in TABLE[state, type(event)]
        assert (after.lease_token is not None) == (after.state == "offered")
    else:
        with pytest.raises(DeliveryError) as caught:
            step(row, event, now=NOW)
        assert caught.value.code == "X_STATE"


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_stays_so(state: InState) -> None:
    assert not any(found == state for found, _ in TABLE)


class TestAnswers:
    """Each end says what it must to the sender: one answer, and never for what nobody can judge yet."""

    @pytest.mark.parametrize(
        ("event", "answer"),
        [
            (Unopenable(code="E_DECRYPT"), SayUndeliverable()),
            (Unacceptable(code="E_SCHEMA"), Refuse(code="E_SCHEMA")),
            (Unjudged(code="E_DIR_STALE"), Alarm(code="X_QUARANTINED")),
        ],
        ids=["undeliverable", "refused", "not yet"],
    )
    def test_first_of_all(self, event: InEvent, answer: object) -> None:
        _, effects = step(ROW, event, now=NOW)
        assert effects[0] == answer

    def test_what_nobody_could_judge_in_all_its_life_is_undeliverable(self) -> None:
        after, effects = step(replace(ROW, state="quarantined"), Unjudged(code="E_DIR_STALE"), now=NOW + LIFETIME)
        assert (after.state, SayUndeliverable() in effects) == ("refused", True)

    def test_it_is_looked_at_again_and_alarms_once(self) -> None:
        first, alarms = step(ROW, Unjudged(code="E_DIR_STALE"), now=NOW)
        again, quiet = step(first, Unjudged(code="E_DIR_STALE"), now=NOW + LOOK_AGAIN)
        assert (len(alarms), quiet, again.due_at) == (1, (), NOW + 2 * LOOK_AGAIN)


@pytest.mark.parametrize(
    "code",
    [
        *("E_UNKNOWN_SENDER_KEY", "E_DIR_STALE", "E_DIR_NOT_YET", "E_DIR_ROLLBACK", "E_DIR_EQUIVOCATION"),
        *("E_NOT_YET", "E_DIR_UNKNOWN_ORG", "E_DIR_UNTRUSTED"),
    ],
)
def test_what_a_newer_directory_may_mend_is_no_refusal(code: str) -> None:
    after, effects = step(ROW, Unjudged(code=code), now=NOW)
    assert code in LATER
    assert (after.state, after.problem, effects) == ("quarantined", code, (Alarm(code="X_QUARANTINED"),))


def test_what_is_released_begins_again() -> None:
    worn = replace(ROW, state="quarantined", attempts=3, deaths=8, hold_until=NOW, problem="X_QUARANTINED")
    after, _ = step(worn, Released(actor="ann"), now=NOW)
    assert (after.state, after.attempts, after.deaths, after.hold_until) == ("received", 0, 0, None)
    assert (after.due_at, after.problem) == (NOW, None)


def test_a_message_that_was_put_off_was_not_tried() -> None:
    after, _ = step(replace(ROW, state="offered", attempts=1), PutOff(code="U_NO_KEYS"), now=NOW)
    assert (after.state, after.attempts) == ("verified", 0)


class TestTries:
    """An application gets a message at most three times by itself, and a process dies over it at most eight times."""

    @given(st.integers(0, 20))
    def test_handling(self, failures: int) -> None:
        self._handled_again_and_again(replace(ROW, state="received"), failures)

    @given(st.integers(0, 20), st.integers(0, DEATHS - 1))
    def test_who_died_before_it_was_handed_over_takes_no_try_away(self, failures: int, deaths: int) -> None:
        row = replace(ROW, state="received")
        for _ in range(deaths):
            row, _ = step(row, Vanished(), now=NOW)
        self._handled_again_and_again(row, failures)

    @given(st.integers(0, 20), st.integers(1, 1000))
    def test_who_waited_often_is_not_set_apart_for_one_death(self, deaths: int, waited: int) -> None:
        row = replace(ROW, state="received", attempts=waited)
        for _ in range(deaths):
            if row.state != "quarantined":
                row, _ = step(row, Vanished(), now=NOW)
        assert (row.state == "quarantined") == (deaths >= DEATHS)

    def _handled_again_and_again(self, row: Incoming, failures: int) -> None:
        offered = 0
        for _ in range(failures):
            if row.state == "quarantined":
                break
            row, _ = step(row, Opens(turn=NO_LANE), now=NOW)
            offered += 1
            row, _ = step(row, HandlingFailed(), now=NOW)
        assert offered == min(failures, TRIES)
        assert (row.state == "quarantined") == (failures >= TRIES)

    @given(st.integers(0, 20))
    def test_dying(self, deaths: int) -> None:
        row = replace(ROW, state="received")
        for _ in range(deaths):
            if row.state != "quarantined":
                row, _ = step(row, Vanished(), now=NOW)
        assert (row.state == "quarantined") == (deaths >= DEATHS)


class TestOrder:
    """In order, or with every number told that should have come before."""

    @given(lanes, st.integers(1, 13), urgencies, st.integers(0, 10**7))
    def test_nothing_is_passed_over_in_silence(
        self, numbers: dict[int, InState], number: int, urgency: Urgency, waited: int
    ) -> None:
        row = replace(ROW, lane="lane", number=number, urgency=urgency)
        turn = turn_of(row, numbers.items(), now=NOW + waited)
        before = max((n for n, state in numbers.items() if state == "processed" and n < number), default=0)
        open_ones = {n for n in range(before + 1, number) if numbers.get(n) not in ENDED}
        assert turn.now or open_ones
        assert not turn.now or set(turn.missing) == open_ones

    @given(lanes, st.integers(1, 13), urgencies)
    def test_nobody_waits_longer_than_the_gap_may_last(
        self, numbers: dict[int, InState], number: int, urgency: Urgency
    ) -> None:
        row = replace(ROW, lane="lane", number=number, urgency=urgency)
        assert turn_of(row, numbers.items(), now=NOW + URGENCIES[urgency].gap_wait).now

    @given(st.integers(1, 2**53))
    def test_what_is_told_is_bounded(self, number: int) -> None:
        row = replace(ROW, lane="lane", number=number, urgency="acute")
        assert len(turn_of(row, (), now=NOW).missing) <= MOST_GAPS

    def test_without_a_lane_there_is_no_order(self) -> None:
        assert turn_of(ROW, [(1, "received")], now=NOW) == NO_LANE

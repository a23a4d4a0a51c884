# SPDX-License-Identifier: EUPL-1.2
"""The engine of the sender: claim, try, write; proof, leases and late workers, the breaker, lanes, parts."""

from __future__ import annotations

import pytest

from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import (
    CustodyProved,
    Failed,
    NotThere,
    PartsMissing,
    PartsSent,
    Rejected,
    Taken,
    UnknownKey,
)
from kgbx.delivery.sending import FAILPOINTS, Hooks, Watch
from kgbx.delivery.states import BREAKER_FIRST, HOUR, LEASE, MINUTE, RETRY
from kgbx.errors import DeliveryError
from tests.delivery.core.desk import EPOCH, DeadError, Desk, good, of, statement
from tests.delivery.core.rows import PEER

OTHER = "00000000-0000-4000-8000-00000000e002"
OPERATOR = {"actor": "operator", "reason": "they called"}


class TestProof:
    """MUST: accepted only with the partner's statement about this message, stored with it (I3)."""

    def test_custody_is_stored_with_the_state(self, desk: Desk) -> None:
        message_id = desk.put()
        assert desk.sender.run_once() == 1
        assert desk.row(message_id).state == "accepted"
        assert desk.means.store.tables.receipts[("in", PEER, message_id, 1)].outcome == "custody"

    @pytest.mark.parametrize(
        "wrong", [None, {"message_id": "x"}, {"peer": "x"}, {"level": 2}], ids=["nothing", "id", "peer", "level"]
    )
    def test_a_yes_without_its_statement_is_no_proof(self, desk: Desk, wrong: dict[str, str] | None) -> None:
        message_id = desk.put()
        (row,) = desk.sender.claim()
        receipt = None if wrong is None else statement(row, **wrong)
        settled = desk.sender.settle(row, Attempt(event=CustodyProved(), receipt=receipt))
        assert settled is not None
        assert (settled.state, settled.problem) == ("waiting", "X_NO_PROOF")
        assert ("in", PEER, message_id, 1) not in desk.means.store.tables.receipts

    def test_a_no_without_its_statement_supersedes_nothing(self, desk: Desk) -> None:
        desk.put()
        (row,) = desk.sender.claim()
        settled = desk.sender.settle(row, Attempt(event=UnknownKey(), receipt=statement(row, "custody")))
        assert settled is not None
        assert settled.state == "waiting"

    def test_an_answer_that_makes_no_sense_is_no_proof(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.road.answers = [of(Taken())]
        desk.sender.run_once()
        assert desk.row(message_id).problem == "X_NO_PROOF"


class TestLeases:
    """MUST: who comes late changes nothing; who died is followed by somebody else (T18)."""

    def test_a_late_worker_changes_nothing_and_is_in_the_chain(self, desk: Desk) -> None:
        message_id = desk.put()
        sleeper = desk.sender
        (row,) = sleeper.claim()
        desk.pass_time(LEASE)
        desk.sender.timers()
        before = desk.row(message_id)
        assert sleeper.settle(row, Attempt(event=CustodyProved(), receipt=statement(row))) is None
        assert (desk.row(message_id), desk.audited()[-1]) == (before, "came late")

    def test_a_late_worker_does_not_disturb_who_took_over(self, desk: Desk) -> None:
        message_id = desk.put()
        sleeper = desk.sender
        (row,) = sleeper.claim()
        desk.pass_time(LEASE)
        desk.sender.timers()
        desk.pass_time(MINUTE)
        (again,) = desk.sender.claim()
        assert sleeper.settle(row, of(Rejected(code="X_REJECTED"))) is None
        assert desk.row(message_id) == again

    def test_nobody_takes_what_somebody_has(self, desk: Desk) -> None:
        desk.put()
        assert len(desk.sender.claim()) == 1
        assert desk.sender.claim() == ()

    @pytest.mark.parametrize("place", FAILPOINTS)
    def test_whoever_dies_anywhere_is_followed_and_the_bytes_are_the_same(self, desk: Desk, place: str) -> None:
        message_id = desk.put()

        def die(name: str) -> None:
            if name == place:
                raise DeadError

        with pytest.raises(DeadError):
            Desk(desk.means, desk.road, Hooks(at=die)).sender.run_once()
        for _ in range(3):
            desk.pass_time(LEASE + MINUTE)
            desk.sender.run_once()
        assert desk.row(message_id).state == "accepted"
        assert {envelope for _, _, envelope in desk.road.seen} == {b"sealed 1"}

    def test_all_failpoints_are_passed_in_order(self, desk: Desk) -> None:
        desk.put()
        passed: list[str] = []
        Desk(desk.means, desk.road, Hooks(at=passed.append)).sender.run_once(limit=1)
        assert tuple(passed) == FAILPOINTS


class TestRoads:
    """MUST: the road's failures count against the partner; what waits goes as soon as the road is good."""

    def test_a_failing_road_waits(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.road.answers = ["X_TIMEOUT"]
        desk.sender.run_once()
        row = desk.row(message_id)
        assert (row.state, row.problem, row.due_at) == ("waiting", "X_TIMEOUT", desk.means.at + 5000)

    def test_a_store_that_fails_is_not_the_partners_fault(self, desk: Desk) -> None:
        desk.put()
        desk.road.answers = ["X_STORE"]
        with pytest.raises(DeliveryError) as caught:
            desk.sender.run_once()
        assert caught.value.code == "X_STORE"
        assert desk.means.store.tables.peers.get(PEER) is None

    def test_five_failures_close_the_road_for_all(self, desk: Desk) -> None:
        for number in range(9):
            desk.put(number)
        desk.road.answers = ["X_CONNECT"] * 9
        assert desk.sender.run_once() == 5
        assert desk.means.store.tables.peers[PEER].breaker == "open"

    def test_one_message_tries_when_the_pause_is_over(self, desk: Desk) -> None:
        self.test_five_failures_close_the_road_for_all(desk)
        desk.pass_time(BREAKER_FIRST)
        desk.road.answers = ["X_CONNECT"]
        assert desk.sender.run_once() == 1

    def test_all_go_when_the_probe_succeeds(self, desk: Desk) -> None:
        self.test_five_failures_close_the_road_for_all(desk)
        desk.pass_time(BREAKER_FIRST)
        desk.road.answers = []
        assert desk.sender.run_once() == 9
        assert {row.state for row in desk.means.store.tables.outgoing.values()} == {"accepted"}

    def test_what_was_to_wait_for_hours_goes_when_the_road_is_good_again(self, desk: Desk) -> None:
        patient = desk.put(1)
        desk.road.answers = [of(Failed(code="X_BUSY", wait=HOUR)), *["X_CONNECT"] * 4]
        desk.sender.run_once()
        for number in range(2, 7):
            desk.put(number)
        desk.sender.run_once()
        desk.pass_time(2 * MINUTE)
        desk.sender.run_once()
        assert desk.row(patient).state == "accepted"

    def test_a_probe_that_nobody_finished_is_followed(self, desk: Desk) -> None:
        self.test_five_failures_close_the_road_for_all(desk)
        desk.pass_time(BREAKER_FIRST)
        desk.sender.claim()
        assert desk.sender.claim() == ()
        desk.pass_time(LEASE)
        assert len(desk.sender.claim()) == 1

    def test_a_lost_probe_does_not_make_the_message_wait_by_its_own_schedule(self, desk: Desk) -> None:
        self.test_a_message_never_waits_longer_than_the_pause_of_its_road(desk)
        desk.pass_time(HOUR)
        desk.sender.claim()
        desk.pass_time(LEASE)
        desk.sender.timers()
        assert len(desk.sender.claim()) == 1

    def test_a_message_never_waits_longer_than_the_pause_of_its_road(self, desk: Desk) -> None:
        message_id = desk.put()
        for _ in range(12):
            desk.road.answers = ["X_CONNECT"]
            desk.pass_time(4 * HOUR)
            desk.sender.run_once()
        assert desk.row(message_id).due_at - desk.means.at <= HOUR // 2

    def test_that_the_partner_reaches_us_has_what_waits_tried_soon(self, desk: Desk) -> None:
        self.test_a_message_never_waits_longer_than_the_pause_of_its_road(desk)
        desk.pass_time(2 * MINUTE)
        desk.sender.contacted(PEER)
        assert desk.sender.run_once() == 1

    def test_what_is_acute_shortens_the_pause(self, desk: Desk) -> None:
        self.test_a_message_never_waits_longer_than_the_pause_of_its_road(desk)
        desk.put(7, urgency="acute")
        desk.pass_time(2 * MINUTE)
        assert desk.sender.run_once() >= 1

    def test_a_partner_that_answers_well_is_written_down_now_and_then(self, desk: Desk) -> None:
        for number in range(3):
            desk.put(number)
        desk.sender.run_once()
        first = desk.means.store.tables.peers[PEER]
        desk.pass_time(1000)
        desk.put(9)
        desk.sender.run_once()
        assert desk.means.store.tables.peers[PEER] is first

    def test_an_address_that_is_wrong_is_looked_up_again(self) -> None:
        looked: list[str] = []
        desk = Desk(hooks=Hooks(refreshing=looked.append))
        desk.put()
        desk.road.answers = [of(NotThere(refreshed=False))]
        desk.sender.run_once()
        assert looked == [PEER]


class TestLanes:
    """MUST: in a lane one is on its way, in the order of the numbers (I5)."""

    def test_numbers_are_given_in_order_and_each_lane_has_its_own(self, desk: Desk) -> None:
        ids = [desk.put(n, lane=lane) for n, lane in enumerate(["a", "a", "b", None])]
        assert [desk.row(one).number for one in ids] == [1, 2, 1, None]

    def test_the_second_waits_for_the_first(self, desk: Desk) -> None:
        first, second = desk.put(1, lane="a"), desk.put(2, lane="a")
        desk.road.answers = ["X_TIMEOUT"]
        assert desk.sender.run_once() == 1
        desk.pass_time(MINUTE)
        desk.sender.run_once()
        assert [one for one, _, _ in desk.road.seen] == [first, first, second]

    def test_what_needs_attention_lets_the_next_pass(self, desk: Desk) -> None:
        desk.put(1, lane="a")
        second = desk.put(2, lane="a")
        desk.road.answers = [of(Rejected(code="X_REJECTED"))]
        desk.sender.run_once()
        assert desk.row(second).state == "accepted"


class TestParts:
    """MUST: parts are brought within the lease, which each step renews, and not for ever."""

    def test_parts_go_first_then_the_message_again(self, desk: Desk) -> None:
        message_id = desk.put(parts=(b"p" * 32,))
        desk.road.answers = [of(PartsMissing()), of(PartsMissing()), of(PartsSent()), good()]
        desk.sender.run_once()
        assert [state for _, state, _ in desk.road.seen] == ["sending", "uploading", "uploading", "sending"]
        assert desk.row(message_id).state == "accepted"

    def test_a_partner_that_always_wants_parts_gives_no_proof(self, desk: Desk) -> None:
        message_id = desk.put(parts=(b"p" * 32,))
        desk.road.answers = [of(PartsMissing()), of(PartsSent())] * 10
        desk.sender.run_once(limit=1)
        assert (desk.row(message_id).state, desk.row(message_id).problem) == ("waiting", "X_NO_PROOF")


def test_the_epoch_of_a_partner_is_written_down(desk: Desk) -> None:
    desk.put()
    desk.sender.run_once()
    assert desk.means.store.tables.peers[PEER].epoch == EPOCH


def test_a_skewed_clock_of_a_partner_is_written_down(desk: Desk) -> None:
    desk.put()
    (row,) = desk.sender.claim()
    desk.sender.settle(row, Attempt(event=Failed(code="X_BUSY"), skew_ms=90_000))
    assert desk.means.store.tables.peers[PEER].skew_ms == 90_000


def test_alarms_pass_while_everybody_is_bringing_something(desk: Desk) -> None:
    stuck = desk.put(urgency="acute")
    desk.sender.claim()
    desk.pass_time(5 * MINUTE)
    Watch(desk.means, desk.road).run_once()
    assert (desk.alerts(), desk.road.seen, desk.row(stuck).problem) == (["X_STUCK"], [], None)


def test_a_partner_that_always_wants_more_does_not_keep_a_worker(desk: Desk) -> None:
    message_id = desk.put()
    desk.road.answers = [of(PartsMissing()) for _ in range(1000)]
    desk.sender.run_once(limit=1)
    row = desk.row(message_id)
    assert (row.state, row.problem, row.attempts, row.due_at) == ("waiting", None, 0, desk.means.at + RETRY[0])

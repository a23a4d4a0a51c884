# SPDX-License-Identifier: EUPL-1.2
"""The engine of the sender: replacement, restores, alarms and ends of use, operators; enqueueing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.events import (
    Rejected,
    Replayed,
    UnknownKey,
    Withdrawn,
)
from kgbx.delivery.sending import RESTORED, Hooks
from kgbx.delivery.states import DAY, HOUR, LIFETIME, MINUTE
from kgbx.delivery.store.memory_tables import Tables
from kgbx.errors import DeliveryError, UsageError
from tests.delivery.core.desk import EPOCH, DeadError, Desk, good, of
from tests.delivery.core.rows import PEER

if TYPE_CHECKING:
    from kgbx.delivery.applying import Attempt
    from kgbx.delivery.records import Alert, Outgoing
    from kgbx.delivery.store import Parts, Transaction

OTHER = "00000000-0000-4000-8000-00000000e002"
OPERATOR = {"actor": "operator", "reason": "they called"}


class TestReplacing:
    """MUST: what the partner has no key for is replaced in its place, or a person is told; never dropped."""

    @staticmethod
    def sealed_again(tx: Transaction, row: Outgoing) -> str | None:
        draft = Draft(
            id="00000000-0000-4000-8000-0000000000ff",
            peer=row.peer,
            envelope=b"sealed to the new key",
            lane=row.lane,
            number=row.number,
            ref=row.id,
        )
        return enqueue(tx, draft, now=row.made_at).id

    def test_a_new_message_takes_its_place_in_the_lane(self) -> None:
        desk = Desk(hooks=Hooks(replacing=self.sealed_again))
        old, later = desk.put(1, lane="a"), desk.put(2, lane="a")
        desk.road.answers = [of(UnknownKey())]
        desk.sender.run_once()
        assert desk.row(old).state == "superseded"
        assert [one[-2:] for one, _, _ in desk.road.seen] == ["01", "ff", "02"]
        assert desk.row(later).number == 2

    def test_what_nothing_replaces_needs_attention(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.road.answers = [of(UnknownKey())]
        desk.sender.run_once()
        assert (desk.row(message_id).state, desk.alerts()) == ("attention", ["X_UNKNOWN_KEY"])

    def test_custody_after_a_no_that_did_not_end_it_is_stored(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.road.answers = [of(UnknownKey())]
        desk.sender.run_once()
        desk.sender.operate(message_id, Replayed(**OPERATOR))
        desk.sender.run_once()
        assert desk.row(message_id).state == "accepted"
        assert desk.means.store.tables.receipts[("in", PEER, message_id, 1)].outcome == "custody"

    def test_a_replacement_that_cannot_be_made_needs_attention(self) -> None:
        def unwilling(_tx: Transaction, _row: Outgoing) -> str | None:
            raise UsageError("U_NO_KEYS")

        desk = Desk(hooks=Hooks(replacing=unwilling))
        message_id = desk.put()
        desk.road.answers = [of(UnknownKey())]
        desk.sender.run_once()
        assert desk.row(message_id).state == "attention"

    def test_a_crash_in_between_leaves_neither(self) -> None:
        def die(name: str) -> None:
            if name == "before_apply_commit":
                raise DeadError

        desk = Desk(hooks=Hooks(replacing=self.sealed_again, at=die))
        message_id = desk.put()
        desk.road.answers = [of(UnknownKey())]
        with pytest.raises(DeadError):
            desk.sender.run_once()
        assert [row.state for row in desk.means.store.tables.outgoing.values()] == ["sending"]
        assert ("in", PEER, message_id, 1) not in desk.means.store.tables.receipts


class TestRestores:
    """MUST: after a restore of ours ask first; what a partner lost is offered again, the same bytes (T20)."""

    def test_what_may_have_gone_out_is_asked_for_first(self, desk: Desk) -> None:
        message_id = desk.put()
        self.restored(desk)
        desk.road.asked = [good()]
        desk.sender.run_once()
        assert [what for _, what, _ in desk.road.seen] == ["asked"]
        assert desk.row(message_id).state == "accepted"

    def test_what_the_partner_never_saw_is_sent(self, desk: Desk) -> None:
        desk.put()
        self.restored(desk)
        desk.sender.run_once()
        assert [what for _, what, _ in desk.road.seen] == ["asked", "sending"]

    def test_what_was_made_after_the_restore_is_just_sent(self, desk: Desk) -> None:
        self.restored(desk)
        desk.pass_time(1)
        desk.put()
        desk.sender.run_once()
        assert [what for _, what, _ in desk.road.seen] == ["sending"]

    def test_a_new_epoch_has_offered_again_what_the_partner_had(self, desk: Desk) -> None:
        first = desk.put(1)
        desk.sender.run_once()
        desk.put(2)
        desk.road.answers = [good(OTHER)]
        desk.sender.run_once(limit=1)
        assert (desk.row(first).state, desk.alerts()) == ("queued", ["X_RESTORED"])

    def test_an_epoch_of_long_ago_in_a_stored_statement_is_no_restore(self, desk: Desk) -> None:
        for number, epoch in enumerate([EPOCH, OTHER, EPOCH, OTHER]):
            desk.put(number)
            desk.road.answers = [good(epoch)]
            desk.sender.run_once(limit=1)
        desk.road.answers = [good(EPOCH), good(OTHER)]
        desk.sender.run_once()
        assert desk.alerts() == ["X_RESTORED"]

    def test_what_was_processed_before_is_completed_when_it_is_taken_again(self, desk: Desk) -> None:
        message_id = desk.put(1)
        desk.sender.run_once()
        desk.receive(message_id, "processed")
        desk.put(2)
        desk.road.answers = [good(OTHER)]
        desk.sender.run_once(limit=1)
        desk.road.answers = [good(OTHER)]
        desk.sender.run_once(limit=1)
        assert desk.row(message_id).state == "completed"

    @pytest.mark.parametrize(
        ("outcome", "state"), [("processed", "completed"), ("refused", "refused"), ("undeliverable", "attention")]
    )
    def test_an_answer_that_was_here_before_custody_counts_when_custody_is_proved(
        self, desk: Desk, outcome: str, state: str
    ) -> None:
        message_id = desk.put()
        desk.receive(message_id, outcome)
        desk.sender.run_once()
        assert desk.row(message_id).state == state

    def test_taken_up_alone_completes_nothing(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.receive(message_id, "taken_up")
        desk.sender.run_once()
        assert desk.row(message_id).state == "accepted"

    @staticmethod
    def restored(desk: Desk) -> None:
        with desk.means.store.transaction() as tx:
            tx.set(RESTORED, str(desk.means.at))


class TestTime:
    """MUST: nothing is stuck without a person knowing in time; what is of no use ends."""

    @pytest.mark.parametrize(("urgency", "wait"), [("acute", 5 * MINUTE), ("urgent", HOUR), ("normal", 4 * HOUR)])
    def test_what_is_stuck_is_told_in_the_time_of_its_urgency(self, urgency: str, wait: int) -> None:
        told: list[Alert] = []
        desk = Desk(hooks=Hooks(alarm=told.append))
        message_id = desk.put(urgency=urgency)
        desk.pass_time(wait - 1)
        desk.sender.timers()
        assert told == []
        desk.pass_time(1)
        desk.sender.timers()
        assert [(one.code, one.message_id, one.peer) for one in told] == [("X_STUCK", message_id, PEER)]

    def test_no_answer_is_asked_for_and_told(self, desk: Desk) -> None:
        desk.put(urgency="acute")
        desk.sender.run_once()
        desk.pass_time(15 * MINUTE)
        desk.road.asked = [good()]
        desk.sender.run_once()
        assert (desk.alerts(), desk.road.seen[-1][1]) == (["X_NO_RECEIPT"], "asked")

    def test_receipts_that_were_asked_for_are_handed_on(self) -> None:
        got: list[tuple[str, bytes]] = []
        desk = Desk(hooks=Hooks(answering=lambda row, data: got.append((row.id, data))))
        message_id = desk.put(urgency="acute")
        desk.sender.run_once()
        desk.pass_time(15 * MINUTE)
        desk.road.asked = [replace(good(), answers=(b"sealed receipt",))]
        desk.sender.run_once()
        assert got == [(message_id, b"sealed receipt")]

    def test_what_the_partner_never_saw_after_all_is_offered_again(self, desk: Desk) -> None:
        message_id = desk.put(urgency="acute")
        desk.sender.run_once()
        desk.pass_time(15 * MINUTE)
        desk.sender.timers()
        desk.sender.ask(desk.row(message_id))
        assert desk.row(message_id).state == "queued"

    def test_a_partner_that_is_silent_is_asked_once_and_holds_up_nobody(self, desk: Desk) -> None:
        for number in range(5):
            desk.put(number, urgency="acute")
        desk.sender.run_once()
        desk.pass_time(15 * MINUTE)
        other = desk.put(9, peer=f"{PEER[:-1]}2")
        desk.road.asked = ["X_TIMEOUT"] * 5
        desk.road.seen.clear()
        desk.sender.run_once()
        assert [what for _, what, _ in desk.road.seen] == ["asked", "sending"]
        assert desk.row(other).state == "accepted"

    def test_a_partner_that_cannot_be_asked_is_asked_later(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.sender.run_once()
        desk.road.asked = ["X_TIMEOUT"]
        desk.sender.ask(desk.row(message_id))
        assert desk.row(message_id).state == "accepted"

    def test_the_end_of_use_ends_it_and_tells_the_partner_that_had_it(self) -> None:
        cancelled: list[str] = []
        desk = Desk(hooks=Hooks(cancelling=lambda _tx, row: cancelled.append(row.id)))
        had, never = desk.put(1), desk.put(2)
        desk.road.answers = [good(), *["X_TIMEOUT"] * 99]
        desk.sender.run_once()
        desk.pass_time(LIFETIME)
        desk.sender.run_once()
        assert [desk.row(one).state for one in (had, never)] == ["expired", "expired"]
        assert cancelled == [had]

    def test_a_cancellation_that_cannot_be_made_stops_no_end_of_use_and_no_alarm(self) -> None:
        def keyless(_tx: Transaction, _row: Outgoing) -> None:
            raise UsageError("U_NO_KEYS")

        desk = Desk(hooks=Hooks(cancelling=keyless))
        message_id = desk.put(1)
        desk.sender.run_once()
        desk.pass_time(LIFETIME)
        desk.put(2, urgency="acute", road="mailbox")
        desk.pass_time(5 * MINUTE)
        desk.sender.timers()
        assert desk.row(message_id).state == "expired"
        assert desk.alerts() == ["X_EXPIRED", "U_NO_KEYS", "X_STUCK"]

    def test_alarms_are_looked_at_while_much_is_tried(self, desk: Desk) -> None:
        desk.put(1, urgency="acute", road="mailbox")
        for number in range(2, 40):
            desk.put(number)
        attempt = desk.road.attempt

        def slow(row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
            desk.pass_time(MINUTE)
            return attempt(row, envelope, parts=parts)

        desk.road.attempt = slow  # type: ignore[method-assign]  # a slow partner
        desk.sender.run_once(limit=8)
        assert desk.alerts() == ["X_STUCK"]


class TestOperators:
    """MUST: an operator can take back what is not on its way and replay what is stuck, and it is recorded."""

    def test_withdrawn_is_never_sent(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.sender.operate(message_id, Withdrawn(**OPERATOR))
        assert desk.sender.run_once() == 0
        assert desk.row(message_id).state == "withdrawn"

    def test_a_replay_sends_the_same_bytes_under_the_same_id(self, desk: Desk) -> None:
        message_id = desk.put()
        desk.road.answers = [of(Rejected(code="X_REJECTED")), good()]
        desk.sender.run_once()
        desk.sender.operate(message_id, Replayed(**OPERATOR))
        desk.sender.run_once()
        assert desk.road.seen[0] == desk.road.seen[1]
        assert desk.row(message_id).state == "accepted"

    def test_what_is_rejected_is_told_at_once(self, desk: Desk) -> None:
        desk.put()
        desk.road.answers = [of(Rejected(code="X_ID_REUSED"))]
        desk.sender.run_once()
        assert desk.alerts() == ["X_ID_REUSED"]

    @pytest.mark.parametrize(("state", "code"), [("none", "X_UNKNOWN"), ("accepted", "X_STATE")])
    def test_what_cannot_be_done_is_refused(self, desk: Desk, state: str, code: str) -> None:
        message_id = desk.put()
        desk.sender.run_once()
        with pytest.raises(DeliveryError) as caught:
            desk.sender.operate("x" if state == "none" else message_id, Withdrawn(**OPERATOR))
        assert caught.value.code == code


class TestEnqueueing:
    """MUST: a message is enqueued in the caller's own transaction: with what he writes, or not at all."""

    def test_what_is_rolled_back_is_not_enqueued_and_uses_no_number(self, desk: Desk) -> None:
        draft = Draft(id="x", peer=PEER, envelope=b"e", lane="a")

        def within(tx: Transaction) -> None:
            enqueue(tx, draft, now=desk.means.at, annotations={"log": b"line"})
            raise DeadError

        with pytest.raises(DeadError), desk.means.store.transaction() as tx:
            within(tx)
        assert desk.means.store.tables == Tables()
        assert desk.row(desk.put(lane="a")).number == 1

    def test_what_is_kept_beside_it_is_there(self, desk: Desk) -> None:
        with desk.means.store.transaction() as tx:
            draft = Draft(id="x", peer=PEER, envelope=b"e", lifetime=DAY)
            row = enqueue(tx, draft, now=desk.means.at, annotations={"log": b"line"})
            assert tx.annotations("x") == (("log", b"line"),)
        assert row.expires_at == desk.means.at + DAY
        assert desk.audited() == ["queued"]

    def test_an_id_is_used_once(self, desk: Desk) -> None:
        desk.put(1)
        with pytest.raises(DeliveryError) as caught:
            desk.put(1, lane="a")
        assert caught.value.code == "X_ID_USED"
        assert desk.means.store.tables.lanes == {}

    def test_a_lifetime_is_positive(self, desk: Desk) -> None:
        with pytest.raises(ValueError, match="U_ARGUMENT"):
            desk.put(lifetime=0)

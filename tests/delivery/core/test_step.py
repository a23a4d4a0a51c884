# SPDX-License-Identifier: EUPL-1.2
"""What the core makes of events: waits, alarms, odd answers, contradicting answers, what operators do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.delivery.core import step, wait_after
from kgbx.delivery.events import (
    AlarmDue,
    Alerted,
    Answered,
    AskReceipt,
    Audited,
    Cancel,
    Claimed,
    CustodyProved,
    Expired,
    Failed,
    NoProof,
    NotThere,
    PartsMissing,
    PeerFailed,
    PeerRestored,
    RefreshDirectory,
    Rejected,
    Replace,
    Replayed,
    UnknownKey,
    Withdrawn,
    Woken,
)
from kgbx.delivery.states import DAY, HOUR, LEASE, MAX_WAIT_ASKED, MINUTE, ODD_ANSWERS, RETRY, URGENCIES
from kgbx.errors import DeliveryError
from tests.delivery.core.rows import NOW, row_in

if TYPE_CHECKING:
    from kgbx.delivery.events import Effect, Event
    from kgbx.delivery.records import Outgoing, OutState, Urgency
    from tests.delivery.core.rows import Outcome

URGENT = st.sampled_from(sorted(URGENCIES))


def after(row: Outgoing, event: Event, *, now: int = NOW) -> Outgoing:
    """Return the row after an event, jitter in the middle."""
    return step(row, event, now=now, jitter=0.5)[0]


def effects(row: Outgoing, event: Event) -> tuple[Effect, ...]:
    """Return what must be done."""
    return step(row, event, now=NOW, jitter=0.5)[1]


def alerts(row: Outgoing, event: Event) -> list[str]:
    """Return the codes that a person is told."""
    return [one.code for one in effects(row, event) if isinstance(one, Alerted)]


class TestWaits:
    """MUST: after a failure of the road wait as the schedule says, ±20 %, never longer than the urgency bears."""

    @pytest.mark.parametrize("attempt", range(1, len(RETRY) + 3))
    def test_the_schedule_is_followed_and_its_last_wait_repeated(self, attempt: int) -> None:
        row = row_in("sending", attempts=attempt)
        assert after(row, Failed(code="X_CONNECT")).due_at - NOW == RETRY[min(attempt, len(RETRY)) - 1]

    @given(
        attempts=st.integers(0, 10_000),
        jitter=st.floats(0, 1, exclude_max=True),
        urgency=URGENT,
        asked=st.none() | st.integers(-(10**15), 10**15),
    )
    def test_a_wait_is_bounded_whatever_a_partner_asks(
        self, attempts: int, jitter: float, urgency: Urgency, asked: int | None
    ) -> None:
        wait = wait_after(row_in("sending", attempts=attempts, urgency=urgency), jitter=jitter, asked=asked)
        assert 4000 <= wait <= URGENCIES[urgency].longest_wait

    @given(attempts=st.integers(1, 20), jitter=st.floats(0, 1, exclude_max=True))
    def test_a_wait_is_at_most_a_fifth_off(self, attempts: int, jitter: float) -> None:
        wait = wait_after(row_in("sending", attempts=attempts), jitter=jitter)
        planned = RETRY[min(attempts, len(RETRY)) - 1]
        assert 0.8 * planned - 1 <= wait <= min(1.2 * planned, 4 * HOUR)

    def test_what_a_partner_asks_is_honoured_up_to_an_hour(self) -> None:
        row = row_in("sending")
        assert after(row, Failed(code="X_BUSY", wait=20 * MINUTE)).due_at == NOW + 20 * MINUTE
        assert after(row, Failed(code="X_BUSY", wait=9 * DAY)).due_at == NOW + MAX_WAIT_ASKED

    def test_what_is_acute_waits_two_minutes_at_most(self) -> None:
        row = row_in("sending", urgency="acute", attempts=9)
        assert after(row, Failed(code="X_BUSY", wait=HOUR)).due_at == NOW + 2 * MINUTE

    def test_waking_makes_no_message_later(self) -> None:
        row = row_in("waiting", due_at=NOW + HOUR)
        assert [after(row, Woken(at=at)).due_at for at in (NOW, NOW + 2 * HOUR)] == [NOW, NOW + HOUR]


class TestProof:
    """MUST: a message is not accepted without proof; too many good answers without it are for a person."""

    def test_a_good_answer_without_proof_is_tried_again_a_few_times_then_shown(self) -> None:
        states = []
        row = row_in("sending")
        for _ in range(ODD_ANSWERS + 1):
            row = after(row, NoProof())
            states.append(row.state)
            row = row_in("sending", odd_answers=row.odd_answers)
        assert states == ["waiting"] * ODD_ANSWERS + ["attention"]

    def test_the_last_one_tells_a_person(self) -> None:
        assert alerts(row_in("sending", odd_answers=ODD_ANSWERS), NoProof()) == ["X_NO_PROOF"]

    def test_it_counts_against_the_road_too(self) -> None:
        assert PeerFailed() in effects(row_in("sending"), NoProof())

    def test_custody_starts_the_wait_for_level_two(self) -> None:
        row = after(row_in("sending", urgency="acute"), CustodyProved())
        assert (row.state, row.accepted_at, row.alert_at) == ("accepted", NOW, NOW + 15 * MINUTE)

    def test_a_receipt_is_not_accepted_by_custody(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("sending", kind="receipt"), CustodyProved())
        assert caught.value.code == "X_STATE"


class TestAlarms:
    """MUST: nothing is stuck without a person being told, in time, and told again."""

    @pytest.mark.parametrize(
        ("state", "code"), [("queued", "X_STUCK"), ("waiting", "X_STUCK"), ("accepted", "X_NO_RECEIPT")]
    )
    def test_the_alarm_says_what_is_the_matter(self, state: OutState, code: str) -> None:
        assert alerts(row_in(state, alert_at=NOW), AlarmDue()) == [code]

    def test_what_needs_attention_is_told_again_with_its_own_code(self) -> None:
        assert alerts(row_in("attention", alert_at=NOW, problem="X_REJECTED"), AlarmDue()) == ["X_REJECTED"]

    def test_the_next_alarm_follows(self) -> None:
        row = after(row_in("waiting", alert_at=NOW, urgency="acute"), AlarmDue())
        assert row.alert_at == NOW + URGENCIES["acute"].alert_again

    def test_what_begins_to_need_attention_is_told_again_after_its_time(self) -> None:
        row = after(row_in("sending", urgency="acute"), Rejected(code="X_REJECTED"))
        assert (row.state, row.alert_at) == ("attention", NOW + URGENCIES["acute"].alert_again)

    def test_no_receipt_is_asked_for(self) -> None:
        assert AskReceipt() in effects(row_in("accepted", alert_at=NOW), AlarmDue())

    def test_an_untrusted_partner_is_told_once(self) -> None:
        failed = Failed(code="X_TLS")
        assert alerts(row_in("sending"), failed) == ["X_TLS"]
        assert alerts(row_in("sending", problem="X_TLS"), failed) == []

    def test_an_end_of_use_is_told_and_cancelled_if_the_partner_has_it(self) -> None:
        had = row_in("accepted", expires_at=NOW)
        assert alerts(had, Expired()) == ["X_EXPIRED"]
        assert Cancel() in effects(had, Expired())
        assert Cancel() not in effects(row_in("waiting", expires_at=NOW), Expired())

    def test_what_is_on_its_way_does_not_expire(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("sending", expires_at=NOW), Expired())
        assert caught.value.code == "X_STATE"


class TestAnswers:
    """MUST: receipts are monotone: never positive after negative; the first answer stands, a person sees the other."""

    @pytest.mark.parametrize("state", ["queued", "sending", "uploading", "waiting", "accepted", "attention"])
    @pytest.mark.parametrize(
        ("outcome", "end"), [("processed", "completed"), ("refused", "refused"), ("undeliverable", "attention")]
    )
    def test_an_answer_ends_what_is_open(self, state: OutState, outcome: Outcome, end: str) -> None:
        assert after(row_in(state), Answered(outcome=outcome)).state == end

    @pytest.mark.parametrize(
        ("state", "outcome"),
        [("refused", "processed"), ("refused", "taken_up"), ("completed", "refused"), ("completed", "undeliverable")],
    )
    def test_a_contradiction_changes_nothing_and_is_told(self, state: OutState, outcome: Outcome) -> None:
        row = row_in(state, alert_at=None)
        assert after(row, Answered(outcome=outcome)) == row
        assert alerts(row, Answered(outcome=outcome)) == ["X_CONTRADICTS"]

    @pytest.mark.parametrize("state", ["completed", "accepted"])
    def test_that_a_professional_has_it_changes_no_state(self, state: OutState) -> None:
        assert after(row_in(state), Answered(outcome="taken_up")).state == state

    @pytest.mark.parametrize(("outcome", "told"), [("processed", ["X_LATE"]), ("refused", [])])
    def test_an_answer_about_what_was_given_up_is_told_if_they_have_it(self, outcome: Outcome, told: list[str]) -> None:
        assert alerts(row_in("withdrawn", alert_at=None), Answered(outcome=outcome)) == told

    def test_what_the_partner_lost_is_offered_again_as_it_was(self) -> None:
        row = after(row_in("completed", alert_at=None), PeerRestored())
        assert (row.state, row.due_at, row.attempts) == ("queued", NOW, 0)

    def test_what_is_of_no_use_any_more_is_not_offered_again(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("accepted", expires_at=NOW), PeerRestored())
        assert caught.value.code == "X_STATE"


class TestOperators:
    """MUST: what an operator does is recorded with who and why, and changes neither id nor bytes."""

    @pytest.mark.parametrize("event", [Withdrawn(actor="a", reason="r"), Replayed(actor="a", reason="r")])
    @pytest.mark.parametrize("state", ["queued", "waiting", "attention"])
    def test_who_and_why_are_in_the_audit_chain(self, state: OutState, event: Event) -> None:
        (audited,) = (one for one in effects(row_in(state), event) if isinstance(one, Audited))
        assert (audited.actor, audited.detail) == ("a", "r")

    def test_a_replay_begins_the_schedule_anew(self) -> None:
        row = after(row_in("attention", attempts=9, odd_answers=4), Replayed(actor="a", reason="r"))
        assert (row.state, row.due_at, row.attempts, row.odd_answers) == ("queued", NOW, 0, 0)

    def test_what_is_on_its_way_is_not_withdrawn(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("sending"), Withdrawn(actor="a", reason="r"))
        assert caught.value.code == "X_STATE"


class TestPaths:
    """MUST: where the partner is and which key it has is looked up again before a person is called."""

    def test_an_address_that_is_wrong_is_looked_up_again_once(self) -> None:
        first = row_in("sending")
        assert after(first, NotThere(refreshed=False)).state == "waiting"
        assert RefreshDirectory() in effects(first, NotThere(refreshed=False))
        again = row_in("sending", problem="X_NOT_THERE")
        assert after(again, NotThere(refreshed=False)).state == "attention"

    def test_an_unknown_key_has_the_message_replaced(self) -> None:
        assert after(row_in("sending"), UnknownKey()).state == "superseded"
        assert Replace() in effects(row_in("sending"), UnknownKey())

    def test_parts_renew_the_lease(self) -> None:
        row = after(row_in("sending", lease_until=NOW + 1), PartsMissing())
        assert (row.state, row.lease_token, row.lease_until) == ("uploading", "t1", NOW + LEASE)

    def test_what_is_for_the_mailbox_is_not_claimed(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("queued", road="mailbox"), Claimed(token="t", until=NOW))
        assert caught.value.code == "X_STATE"

    def test_what_is_not_due_is_not_claimed(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            after(row_in("waiting", due_at=NOW + 1), Claimed(token="t", until=NOW))
        assert caught.value.code == "X_STATE"

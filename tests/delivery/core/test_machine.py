# SPDX-License-Identifier: EUPL-1.2
"""Any order of anything that can happen to one message: what a machine finds by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kgbx.delivery import core
from kgbx.delivery.events import (
    AlarmDue,
    Alerted,
    Answered,
    Cancel,
    Claimed,
    CustodyProved,
    Expired,
    LeaseExpired,
    Replace,
)
from kgbx.delivery.records import Outgoing
from kgbx.delivery.states import DAY, ENDED, LEASE, LIFETIME, OPEN, URGENCIES
from tests.delivery.core.rows import EVENTS, NOW, PEER

if TYPE_CHECKING:
    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Kind, Urgency

FROZEN = ("id", "kind", "peer", "lane", "number", "envelope", "parts", "manifest", "ref", "level", "made_at")
OUTSIDE = [one for one in EVENTS if not isinstance(one, Claimed | LeaseExpired | AlarmDue | Expired)]
WAITS = st.sampled_from([0, 1, 4_000, 60_000, LEASE, 3_600_000, DAY, 3 * DAY])


class OneMessage(RuleBasedStateMachine):
    """MUST: whatever happens in whatever order, ends stay ends, proof comes first, and a person hears in time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.row = self.first = Outgoing(
            id="x", peer=PEER, envelope=b"e", made_at=NOW, due_at=NOW, expires_at=NOW + LIFETIME
        )
        self.proved = self.restored = False
        self.answers: list[str] = []
        self.told: list[int] = []
        self.ends: list[str] = []

    @initialize(kind=st.sampled_from(["message", "receipt"]), urgency=st.sampled_from(sorted(URGENCIES)))
    def enqueue(self, kind: Kind, urgency: Urgency) -> None:
        self.row = self.first = Outgoing(
            id="x",
            kind=kind,
            peer=PEER,
            urgency=urgency,
            envelope=b"e",
            made_at=NOW,
            due_at=NOW,
            expires_at=NOW + LIFETIME,
            alert_at=NOW + URGENCIES[urgency].alert_after,
        )

    def happens(self, event: Event) -> None:
        if core.transition(self.row, event, now=self.now) is None:
            return
        before = self.row
        self.row, effects = core.step(self.row, event, now=self.now, jitter=0.3)
        self.proved |= isinstance(event, CustodyProved)
        self.answers.extend([event.outcome] if isinstance(event, Answered) else [])
        self.told.extend(self.now for one in effects if isinstance(one, Alerted))
        self.ends.extend([self.row.state] if self.row.state in ENDED else [])
        if self.row.state == "queued" and before.state in ENDED:
            self.ends.clear()
        if Cancel() in effects:
            self.require(before.accepted_at is not None)
        if Replace() in effects:
            self.require(before.state in {"sending", "uploading"})

    @staticmethod
    def require(condition: bool) -> None:  # noqa: FBT001  # reads as a sentence
        assert condition

    @rule(event=st.sampled_from(OUTSIDE))
    def something(self, event: Event) -> None:
        self.happens(event)

    @rule()
    def claimed(self) -> None:
        self.happens(Claimed(token="t", until=self.now + LEASE))

    @rule(wait=WAITS)
    def time_passes(self, wait: int) -> None:
        self.now += wait
        for event in (LeaseExpired(), Expired(), AlarmDue()):
            self.happens(event)

    @invariant()
    def what_is_frozen_stays(self) -> None:
        assert [getattr(self.row, name) for name in FROZEN] == [getattr(self.first, name) for name in FROZEN]

    @invariant()
    def accepted_is_proved(self) -> None:
        assert self.row.state != "accepted" or (self.proved and self.row.accepted_at is not None)

    @invariant()
    def ended_once(self) -> None:
        assert len(set(self.ends)) <= 1
        assert self.row.state in OPEN or self.row.alert_at is None

    @invariant()
    def a_refusal_is_never_followed_by_completed(self) -> None:
        first = next((one for one in self.answers if one in {"processed", "refused"}), None)
        assert self.row.state != "completed" or self.row.kind != "message" or first != "refused"

    @invariant()
    def leased_exactly_while_on_its_way(self) -> None:
        assert (self.row.lease_token is not None) == (self.row.state in {"sending", "uploading"})

    @precondition(lambda self: self.row.state in OPEN)
    @invariant()
    def an_alarm_is_always_to_come(self) -> None:
        times = URGENCIES[self.row.urgency]
        assert self.row.alert_at is not None
        assert self.row.alert_at <= self.now + max(times.alert_after, times.receipt_after, times.alert_again)


TestOneMessage = OneMessage.TestCase

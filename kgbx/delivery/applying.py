# SPDX-License-Identifier: EUPL-1.2
"""Writing what the core decided: row, partner, alerts and audit chain, in one transaction.

Rules:
    - a row is written only while it has the state and the lease that the decision was made on; else nothing is;
    - accepted only with the partner's statement stored in the same transaction: without one, a yes is no proof;
    - rows first, then partners, alerts and the chain: transactions that take each other's locks take them in one order;
    - what talks to somebody (a hook, the road) is returned, to be done after the transaction.

Source: delivery design, "Outgoing states".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery import breaker, core, epochs
from kgbx.delivery.events import (
    Alerted,
    Answered,
    AskReceipt,
    Audited,
    Cancel,
    CustodyProved,
    Failed,
    LeaseExpired,
    NoProof,
    PeerAnswered,
    PeerFailed,
    PeerRestored,
    RefreshDirectory,
    Rejected,
    Replace,
    UnknownKey,
    Withdrawn,
    Woken,
)
from kgbx.delivery.log import LOG
from kgbx.delivery.records import Alert, Outgoing, Receipt
from kgbx.delivery.states import MINUTE, SECOND, URGENCIES
from kgbx.delivery.store import Transaction
from kgbx.errors import DeliveryError, KgbxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.delivery.events import Effect, Event
    from kgbx.delivery.records import OutState, Peer

Replacing: TypeAlias = Callable[[Transaction, Outgoing], str | None]
"""Makes, in the transaction, the message that takes the place of one whose key the partner does not have, and returns
its id; None, having written nothing, where there is none."""

Cancelling: TypeAlias = Callable[[Transaction, Outgoing], None]
"""Enqueues, in the transaction, the signed word that a message is of no use any more."""

STOP: Final = "stop"
"""Annotation of what may not go any more: who said so. It never stands ready again, whatever it went through."""

_STANDS: Final = frozenset({"queued", "waiting", "attention"})
_PAGE: Final = 100
_OFTEN: Final = MINUTE
"""A partner that keeps answering well is written down at most so often."""

_OUTCOMES: Final[dict[type[Event], str]] = {CustodyProved: "custody", UnknownKey: "unknown-key"}
"""What the stored statement must say for an event to count."""

_RESTORABLE: Final[tuple[OutState, ...]] = ("accepted", "completed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of trying.

    Attributes:
        event: What it means for the row.
        receipt: The partner's verified statement that says so, None without one.
        epoch: Epoch of the partner's store by that statement.
        skew_ms: How far the partner's clock is ahead, None if it did not say.
        answers: Sealed receipts that came along, to be opened by who has the keys.
    """

    event: Event
    receipt: Receipt | None = None
    epoch: str | None = None
    skew_ms: int | None = None
    answers: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was written.

    Attributes:
        row: As it stands now.
        alerts: That a person must be told.
        later: Effects to carry out after the transaction.
    """

    row: Outgoing
    alerts: tuple[Alert, ...] = ()
    later: tuple[Effect, ...] = ()


def nothing_replaces(_tx: Transaction, _row: Outgoing) -> str | None:
    """Replace nothing: a person must send it again."""
    return None


def nothing_cancels(_tx: Transaction, _row: Outgoing) -> None:
    """Tell the partner nothing."""


def stopped_by(tx: Transaction, row: Outgoing) -> str | None:
    """Return who said that a message may not go any more, None if nobody did."""
    actor = dict(tx.annotations(row.id)).get(STOP)
    return None if actor is None else actor.decode()


class Applier:
    """Applies events to rows in a transaction."""

    def __init__(
        self,
        *,
        jitter: Callable[[], float],
        replacing: Replacing = nothing_replaces,
        cancelling: Cancelling = nothing_cancels,
    ) -> None:
        """Make one with where chance comes from, and what makes the messages that follow from an event."""
        self._jitter = jitter
        self._replacing = replacing
        self._cancelling = cancelling

    def conclude(self, tx: Transaction, was: Outgoing, *, attempt: Attempt, now: int) -> Applied | None:
        """Write what came of an attempt; None if somebody else has the row by now.

        Raises:
            DeliveryError: X_STATE, this cannot happen to a row in this state; X_STORE.
        """
        event = attempt.event if _is_proved(was, attempt) else NoProof()
        applied = self.apply(tx, was, event=event, now=now)
        if applied is None:
            return None
        ended = not isinstance(event, UnknownKey) or applied.row.state == "superseded"
        if attempt.receipt is not None and event is attempt.event and ended:  # a no that did not end it leaves room
            tx.add_receipt(attempt.receipt)
        if isinstance(event, CustodyProved):
            applied = self._answered_before(tx, applied, now=now)
        return self._meet(tx, applied, attempt, now=now)

    def apply(self, tx: Transaction, was: Outgoing, *, event: Event, now: int) -> Applied | None:
        """Write what an event makes of a row, with its effects; None if somebody else has the row by now.

        Raises:
            DeliveryError: X_STATE, this cannot happen to a row in this state; X_STORE.
        """
        row, effects = core.step(was, event, now=now, jitter=self._jitter())
        if not tx.save_out(row, was=was):
            return None
        if Replace() in effects and self._replaced(tx, row) is None:
            stuck, effects = core.step(was, Rejected(code="X_UNKNOWN_KEY"), now=now, jitter=self._jitter())
            tx.save_out(stuck, was=row)
            row = stuck
        LOG.info("out %s: %s %s", row.id, row.state, row.problem or "")
        if PeerFailed() in effects:
            row = self._peer_failed(tx, row, event, now=now)
        elif isinstance(event, LeaseExpired):
            row = self._with_its_road(tx, row, tx.peer(row.peer))
        applied = self._carry_out(tx, row, effects, now=now)
        return self._stopped(tx, applied, now=now) if row.state in _STANDS else applied

    def _stopped(self, tx: Transaction, applied: Applied, *, now: int) -> Applied:
        """Withdraw what stands here again and may not go any more."""
        actor = stopped_by(tx, applied.row)
        if actor is None:
            return applied
        event = Withdrawn(actor=actor, reason="may not go any more")
        done = self.apply(tx, applied.row, event=event, now=now)
        return applied if done is None else replace(done, alerts=applied.alerts, later=applied.later)

    def _carry_out(self, tx: Transaction, row: Outgoing, effects: Sequence[Effect], *, now: int) -> Applied:
        unsaid = self._cancel(tx, row) if Cancel() in effects else None
        if PeerAnswered() in effects:
            self._peer_answered(tx, tx.peer(row.peer), now=now)
        codes = [one.code for one in effects if isinstance(one, Alerted)] + ([] if unsaid is None else [unsaid])
        alerts = tuple(_raised(tx, row, code, now=now) for code in codes)
        for one in effects:
            if isinstance(one, Audited):
                about = (row.peer, row.id)
                tx.audit(at=now, actor=one.actor, event=one.event, about=about, detail=one.detail)
        later = tuple(one for one in effects if isinstance(one, AskReceipt | RefreshDirectory))
        return Applied(row=row, alerts=alerts, later=later)

    # --- what the caller makes; that it cannot be made must not stop alarms and ends of use

    def _replaced(self, tx: Transaction, row: Outgoing) -> str | None:
        if stopped_by(tx, row) is not None:  # what takes its place was decided before that
            return None
        try:
            return self._replacing(tx, row)
        except DeliveryError:
            raise
        except KgbxError as error:
            LOG.warning("nothing takes the place of %s: %s", row.id, error.code)
        return None

    def _cancel(self, tx: Transaction, row: Outgoing) -> str | None:
        """Tell the partner that it is of no use; return why that cannot be, for a person who can phone."""
        try:
            self._cancelling(tx, row)
        except DeliveryError:
            raise
        except KgbxError as error:
            LOG.warning("%s is not told that %s is of no use: %s", row.peer, row.id, error.code)
            return error.code
        return None

    # --- the partner

    def _peer_failed(self, tx: Transaction, row: Outgoing, event: Event, *, now: int) -> Outgoing:
        """Count the failure; when the road is closed, what failed on it is tried as soon as it opens."""
        peer = breaker.after_failure(tx.peer(row.peer), now, longest=URGENCIES[row.urgency].longest_wait)
        tx.save_peer(peer)
        asked = isinstance(event, Failed) and event.wait is not None
        return row if asked else self._with_its_road(tx, row, peer)

    def _with_its_road(self, tx: Transaction, row: Outgoing, peer: Peer) -> Outgoing:
        """Have a message that waits tried no later than its road: of a probe that got lost there must be another."""
        if peer.breaker == "closed" or peer.open_until is None:
            return row
        return self._woken(tx, row, at=peer.open_until)

    def _peer_answered(self, tx: Transaction, peer: Peer, *, now: int) -> None:
        quiet = peer.breaker == "closed" and peer.failures == 0
        if quiet and peer.last_ok_at is not None and 0 <= now - peer.last_ok_at < _OFTEN:
            return
        tx.save_peer(breaker.after_answer(peer, now))
        if peer.breaker != "closed":
            LOG.info("road to %s is good again", peer.org)
            self._wake_all(tx, peer.org, at=now)

    def contacted(self, tx: Transaction, org: str, *, now: int) -> None:
        """Write that a partner reached us, verified: what waits for the road to it is tried soon."""
        before = tx.peer(org)
        after = breaker.contact(before, now)
        seen = before.last_contact_at
        if before.breaker == "closed" and seen is not None and 0 <= now - seen < _OFTEN:
            return
        tx.save_peer(after)
        if after.breaker == "open" and after.open_until is not None:
            self._wake_all(tx, org, at=after.open_until)

    def _wake_all(self, tx: Transaction, org: str, *, at: int) -> None:
        for row in tx.list_out(states=["waiting"], peer=org, limit=_PAGE):
            self._woken(tx, row, at=at)

    def _woken(self, tx: Transaction, row: Outgoing, *, at: int) -> Outgoing:
        event = Woken(at=at)
        if row.due_at <= at or core.transition(row, event, now=at) is None:
            return row
        woken, _ = core.step(row, event, now=at, jitter=self._jitter())
        return woken if tx.save_out(woken, was=row) else row

    # --- what a partner lost

    def _meet(self, tx: Transaction, applied: Applied, attempt: Attempt, *, now: int) -> Applied:
        """Write what an attempt tells of the partner; one that has another store than before lost what it had."""
        peer = tx.peer(applied.row.peer)
        skewed = attempt.skew_ms is not None and abs(attempt.skew_ms - (peer.skew_ms or 0)) >= SECOND
        if skewed:
            peer = replace(peer, skew_ms=attempt.skew_ms)
            tx.save_peer(peer)
        if attempt.epoch is None:
            return applied
        if attempt.epoch != peer.epoch:
            tx.save_peer(replace(peer, epoch=attempt.epoch))
        return self._offer_again(tx, applied, now=now) if _is_owed(tx, peer.org, attempt.epoch, now=now) else applied

    def _offer_again(self, tx: Transaction, applied: Applied, *, now: int) -> Applied:
        """Offer again what the partner once had, but for what it took just now, and for what may not go any more.

        What may not go stays as it was: whether the partner still has it, the question about it tells.
        """
        lost = [row for row in tuple(_had(tx, applied.row.peer)) if row.id != applied.row.id]
        owed = [row for row in lost if core.transition(row, PeerRestored(), now=now) is not None]
        stopped = {row.id: actor for row in owed if (actor := stopped_by(tx, row)) is not None}
        again = [row for row in owed if row.id not in stopped]
        for row in again:
            self.apply(tx, row, event=PeerRestored(), now=now)
        for message_id, actor in stopped.items():
            about = (applied.row.peer, message_id)
            tx.audit(at=now, actor=actor, event="not offered again", about=about, detail="X_RESTORED")
        if not again:
            return applied
        alert = Alert(at=now, peer=applied.row.peer, message_id=None, code="X_RESTORED")
        LOG.warning("alert %s: %s", alert.code, alert.peer)
        return replace(applied, alerts=(*applied.alerts, tx.add_alert(alert)))

    def _answered_before(self, tx: Transaction, applied: Applied, *, now: int) -> Applied:
        """Apply the answer that is here already: the message was offered again, or the answer was ahead."""
        row = applied.row
        said = tx.receipt("in", row.peer, message_id=row.id, level=2)
        event = None if said is None else _answer(said.outcome)
        if event is None:
            return applied
        again = self.apply(tx, row, event=event, now=now)
        if again is None:
            return applied
        return replace(again, alerts=applied.alerts + again.alerts, later=applied.later + again.later)


def _is_proved(row: Outgoing, attempt: Attempt) -> bool:
    """Tell whether an event that needs the partner's word has it."""
    wanted = _OUTCOMES.get(type(attempt.event))
    said = attempt.receipt
    if wanted is None:
        return True
    place = ("in", row.peer, row.id, 1, wanted)
    return said is not None and (said.direction, said.peer, said.message_id, said.level, said.outcome) == place


def _answer(outcome: str) -> Answered | None:
    if outcome == "processed":
        return Answered(outcome="processed")
    if outcome == "refused":
        return Answered(outcome="refused")
    return Answered(outcome="undeliverable") if outcome == "undeliverable" else None


def _raised(tx: Transaction, row: Outgoing, code: str, *, now: int) -> Alert:
    LOG.warning("alert %s: %s to %s", code, row.id, row.peer)
    return tx.add_alert(Alert(at=now, peer=row.peer, message_id=row.id, code=code))


def _is_owed(tx: Transaction, org: str, epoch: str, *, now: int) -> bool:
    """Write down the epoch that a partner shows, and tell whether what it had must be offered again now."""
    name = f"epochs {org}"
    before = tx.setting(name)
    known, owed = epochs.after(epochs.read(before), epoch, now=now)
    if epochs.write(known) != before:
        tx.set(name, epochs.write(known))
    return owed


def _had(tx: Transaction, org: str) -> Iterator[Outgoing]:
    page = tx.list_out(states=_RESTORABLE, peer=org, limit=_PAGE)
    while page:
        yield from page
        page = tx.list_out(states=_RESTORABLE, peer=org, after=page[-1].id, limit=_PAGE)

# SPDX-License-Identifier: EUPL-1.2
"""The engine of the sender: claim, try, write what came of it; leases, ends of use and alarms that pass.

Rules:
    - three transactions for one try: the claim, then nothing while the road is used, then the outcome. Whoever dies in
      between leaves a lease that passes;
    - who comes late with an outcome changes nothing; that he came is in the audit chain;
    - after a restore of the own store the partner is asked what it holds before anything older is sent again;
    - what a partner does not have any more is offered again.
Must not read a clock or make ids: :class:`Means` gives them.

Source: delivery design, "Outgoing states", "Stores".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from kgbx.delivery import breaker, core
from kgbx.delivery.applying import Applier, Attempt, nothing_cancels, nothing_replaces
from kgbx.delivery.events import (
    AlarmDue,
    AskReceipt,
    Claimed,
    CustodyProved,
    Expired,
    Failed,
    LeaseExpired,
    NoProof,
    PeerRestored,
    RefreshDirectory,
    Rested,
)
from kgbx.delivery.log import LOG
from kgbx.delivery.states import LEASE, SECOND
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from kgbx.delivery.applying import Applied, Cancelling, Replacing
    from kgbx.delivery.events import Event, Replayed, Withdrawn
    from kgbx.delivery.records import Alert, Outgoing
    from kgbx.delivery.store import Parts, Store, Timer, Transaction

RESTORED: Final = "restored"
"""Setting of the store: the moment, Unix milliseconds, at which it was put back from a backup."""

_ON_ITS_WAY: Final = frozenset({"sending", "uploading"})
_MAX_OFFERS: Final = 4
"""A partner that asks again and again for parts that it was given gives no proof."""

_MAX_ROUNDS: Final = 40
"""Half an hour of bringing parts; then others have a turn, and it goes on from where the partner is."""

_BATCH: Final = 100
_TIMERS_EACH: Final = 5 * SECOND
"""However much there is to try, alarms are looked at so often, but for the length of one try."""

_TIMERS: Final[tuple[tuple[Timer, Event], ...]] = (
    ("lease", LeaseExpired()),
    ("expiry", Expired()),
    ("alert", AlarmDue()),
)


class Means(Protocol):
    """What an engine works with: :class:`kgbx.delivery.node.Node` is one."""

    @property
    def store(self) -> Store:
        """Keeps everything."""
        ...

    @property
    def now(self) -> Callable[[], int]:
        """Gives the present moment, Unix milliseconds."""
        ...

    @property
    def ids(self) -> Callable[[], UUID]:
        """Gives a fresh UUID version 4."""
        ...

    @property
    def jitter(self) -> Callable[[], float]:
        """Gives a fraction from 0 up to 1."""
        ...


class Road(Protocol):
    """The way to partners, and what their answers prove."""

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        """Try once, and return what came of it.

        In state ``sending`` the message is offered; in state ``uploading`` parts are brought for a while, and the event
        is PartsMissing when there are more to bring, PartsSent when there are not. Who does both in one go returns the
        outcome at once.

        Raises:
            DeliveryError: the road failed: counts as Failed with its code; X_STORE, the own store did.
        """
        ...

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:
        """Ask what the partner signed about a message: CustodyProved, or None when it never saw it.

        Raises:
            DeliveryError: the road failed.
        """
        ...


def nothing_more(*_about: object) -> None:
    """Do nothing more."""


Failpoint: TypeAlias = Callable[[str], None]

FAILPOINTS: Final = (
    "before_claim_commit",
    "after_claim",
    "before_request",
    "after_response",
    "before_apply_commit",
    "after_apply",
)
"""Where a sender can die, in order; a test lets it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What a sender calls.

    Attributes:
        replacing: Makes what takes the place of a message whose key the partner does not have.
        cancelling: Enqueues the signed word that a message is of no use any more.
        refreshing: Looks a partner up again in the directory.
        answering: Gets a message and a sealed receipt about it that was asked for.
        alarm: Gets each alert once it is stored: mails, pages, prints.
        at: Gets the name of each failpoint.
    """

    replacing: Replacing = nothing_replaces
    cancelling: Cancelling = nothing_cancels
    refreshing: Callable[[str], None] = nothing_more
    answering: Callable[[Outgoing, bytes], None] = nothing_more
    alarm: Callable[[Alert], None] = nothing_more
    at: Failpoint = nothing_more


@dataclass(slots=True)
class _Offers:
    """How often a message was offered within one lease."""

    count: int = field(default=0)
    rounds: int = field(default=0)

    def last(self, row: Outgoing) -> Attempt | None:
        """Count a round, and return what ends it if it is one too many."""
        self.rounds += 1
        if self.too_many(row):
            return Attempt(event=NoProof())
        return Attempt(event=Rested()) if self.rounds > _MAX_ROUNDS else None

    def too_many(self, row: Outgoing) -> bool:
        """Count an offer, and tell whether it is one too many."""
        self.count += row.state == "sending"
        return self.count > _MAX_OFFERS


class Sender:
    """Brings what stands ready. Several may work on one store, in threads and processes."""

    def __init__(self, means: Means, road: Road, *, hooks: Hooks | None = None) -> None:
        """Make one.

        Args:
            means: Store, clock, ids and chance.
            road: The way to partners.
            hooks: What it calls.
        """
        self._means = means
        self._road = road
        self._hooks = hooks or Hooks()
        self._applier = Applier(jitter=means.jitter, replacing=self._hooks.replacing, cancelling=self._hooks.cancelling)

    @property
    def _now(self) -> int:
        return self._means.now()

    def run_once(self, *, limit: int = _BATCH) -> int:
        """Do what is due: timers, questions, and at most `limit` messages; return how many messages were tried.

        Raises:
            DeliveryError: X_STORE, the store failed; what was under way is tried again when its lease has passed.
        """
        questions, silent, looked_at, tried = deque(self.timers()), set[str](), self._now, 0
        while tried < limit:
            self._ask_next(questions, silent)
            rows = self.claim(limit=1)
            for row in rows:
                self.carry(row)
            if not rows and not questions:
                break
            tried += len(rows)
            if not 0 <= self._now - looked_at < _TIMERS_EACH:
                questions.extend(self.timers())
                looked_at = self._now
        return tried

    def _ask_next(self, questions: deque[Outgoing], silent: set[str]) -> None:
        """Ask one question, so that what must be sent does not wait for all; a partner that is silent is asked once."""
        while questions:
            row = questions.popleft()
            if row.peer not in silent:
                silent.update(() if self.ask(row) else (row.peer,))
                return

    # --- claim

    def claim(self, *, limit: int = 1) -> tuple[Outgoing, ...]:
        """Take up to `limit` messages under a lease, and return them."""
        now = self._now
        with self._means.store.transaction() as tx:
            rows = tuple(self._claimed(tx, now, limit))
            self._hooks.at("before_claim_commit")
        self._hooks.at("after_claim")
        return rows

    def _claimed(self, tx: Transaction, now: int, limit: int) -> Iterator[Outgoing]:
        for row in tx.candidates_out(now, limit=limit):
            event = Claimed(token=str(self._means.ids()), until=now + LEASE)
            applied = self._applier.apply(tx, row, event=event, now=now)
            if applied is not None:
                self._probe(tx, row.peer, now)
                yield applied.row

    def _probe(self, tx: Transaction, org: str, now: int) -> None:
        peer = tx.peer(org)
        if peer.breaker != "closed":
            tx.save_peer(breaker.probing(peer, now))

    # --- try

    def carry(self, row: Outgoing) -> Outgoing | None:
        """Try a claimed message until there is an outcome; return the row as it stands then, None if it was lost."""
        offers, current = _Offers(), row
        while True:
            attempt = offers.last(current) or self.tried(current)
            settled = self.settle(current, attempt)
            if settled is None or settled.state not in _ON_ITS_WAY:
                return settled
            current = settled

    def tried(self, row: Outgoing) -> Attempt:
        """Try a claimed message once, without writing what came of it; a failure of the road is an outcome."""
        with self._means.store.transaction() as tx:
            envelope, restored = tx.envelope_out(row.id), tx.setting(RESTORED)
        self._hooks.at("before_request")
        try:
            attempt = self._asked_first(row, envelope, restored)
            attempt = attempt or self._road.attempt(row, envelope, parts=self._means.store.parts)
        except DeliveryError as error:
            if error.code == "X_STORE":
                raise
            attempt = Attempt(event=Failed(code=error.code))
        self._hooks.at("after_response")
        return attempt

    def _asked_first(self, row: Outgoing, envelope: bytes, restored: str | None) -> Attempt | None:
        """Return what the partner holds already of a message that may have been sent in a life of the store before."""
        if restored is None or row.made_at > int(restored) or row.kind != "message":
            return None
        found = self._road.ask(row, envelope)
        return found if found is not None and isinstance(found.event, CustodyProved) else None

    def settle(self, row: Outgoing, attempt: Attempt) -> Outgoing | None:
        """Write what came of an attempt; None if somebody else has the row by now."""
        now = self._now
        with self._means.store.transaction() as tx:
            applied = self._settled(tx, row, attempt, now)
            if applied is None:
                tx.audit(at=now, actor="kgbx", event="came late", about=(row.peer, row.id), detail="")
            self._hooks.at("before_apply_commit")
        self._hooks.at("after_apply")
        if applied is None:
            LOG.info("came late with %s", row.id)
            return None
        self._tell(applied)
        return applied.row

    def _settled(self, tx: Transaction, row: Outgoing, attempt: Attempt, now: int) -> Applied | None:
        here = tx.out(row.id)
        if here is None or (here.state, here.lease_token) != (row.state, row.lease_token):
            return None
        if core.transition(here, attempt.event, now=now) is None:
            attempt = Attempt(event=NoProof())
        return self._applier.conclude(tx, here, attempt=attempt, now=now)

    def _tell(self, applied: Applied) -> None:
        for alert in applied.alerts:
            self._hooks.alarm(alert)
        if RefreshDirectory() in applied.later:
            self._hooks.refreshing(applied.row.peer)

    # --- time passes

    def timers(self, *, limit: int = _BATCH) -> tuple[Outgoing, ...]:
        """Write what passed: leases, ends of use, alarms; return the messages whose partner must be asked."""
        found: list[Outgoing] = []
        for timer, event in _TIMERS:
            now = self._now
            with self._means.store.transaction() as tx:
                rows = tx.timed_out(now, timer=timer, limit=limit)
                done = tuple(self._passed(tx, row, event, now) for row in rows)
            for applied in done:
                if applied is not None:
                    self._tell(applied)
                    found.extend([applied.row] if AskReceipt() in applied.later else [])
        return tuple(found)

    def _passed(self, tx: Transaction, row: Outgoing, event: Event, now: int) -> Applied | None:
        """Apply a timer; what is on its way expires when its lease has passed, not before."""
        if core.transition(row, event, now=now) is None:
            return None
        return self._applier.apply(tx, row, event=event, now=now)

    def ask(self, row: Outgoing) -> bool:
        """Ask a partner what became of an accepted message, and tell whether it answered.

        What it never saw is offered again. A partner whose road is closed is not asked; the next alarm asks again.
        """
        with self._means.store.transaction() as tx:
            envelope, closed = tx.envelope_out(row.id), tx.peer(row.peer).breaker != "closed"
        if closed:
            return False
        try:
            found = self._road.ask(row, envelope)
        except DeliveryError as error:
            LOG.info("asked about %s: %s", row.id, error.code)
            return False
        if found is None:
            self._lost(row)
        for data in () if found is None else found.answers:
            self._hooks.answering(row, data)
        return True

    def _lost(self, row: Outgoing) -> None:
        now = self._now
        with self._means.store.transaction() as tx:
            here = tx.out(row.id)
            if here is not None and core.transition(here, PeerRestored(), now=now) is not None:
                self._applier.apply(tx, here, event=PeerRestored(), now=now)

    def operate(self, message_id: str, event: Withdrawn | Replayed) -> Outgoing:
        """Write what an operator does with a message, and return it.

        Raises:
            DeliveryError: X_UNKNOWN, there is no such message; X_STATE, that cannot be done with it now.
        """
        with self._means.store.transaction() as tx:
            row = tx.out(message_id)
            if row is None:
                raise DeliveryError("X_UNKNOWN")
            applied = self._applier.apply(tx, row, event=event, now=self._now)
            if applied is None:
                raise DeliveryError("X_STATE", retryable=True)
        return applied.row

    def contacted(self, org: str) -> None:
        """Write that a partner reached us, verified: what waits for the road to it is tried soon."""
        with self._means.store.transaction() as tx:
            self._applier.contacted(tx, org, now=self._now)


class Watch(Sender):
    """Looks only at what passed, and asks: alarms do not wait for a long upload. It never claims."""

    def run_once(self, *, limit: int = _BATCH) -> int:
        """Do what time asks, and return 0: nothing was tried."""
        questions, silent = deque(self.timers(limit=limit)), set[str]()
        while questions:
            self._ask_next(questions, silent)
        return 0

# SPDX-License-Identifier: EUPL-1.2
"""How delivery stands: what is stuck, for whom, since when; the roads, what came in, and the own machine.

Rules: read only; ids, codes and moments only. What is stuck is told by partner, the most urgent and the oldest first;
every row has a code, and the sentence of that code says what to do.

Source: delivery design, "Retry, breaker, alarms, order", "Logs".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from kgbx.delivery.arrival import NEVER
from kgbx.delivery.audit import first_bad
from kgbx.delivery.records import OutState
from kgbx.delivery.states import HOLDS_LANE, OPEN, URGENCIES
from kgbx.limits import MIN_FREE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.delivery.records import Alert, AuditRow, Incoming, Outgoing, Peer, Urgency
    from kgbx.delivery.store import Store, Transaction

MOST_ROWS: Final = 20_000
"""Open rows that are looked at; of more the page says so."""

_PAGE: Final = 1_000
_URGENT_FIRST: Final[dict[str, int]] = {"acute": 0, "urgent": 1, "normal": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Messages for one partner that a person must do something about, for one reason.

    Attributes:
        peer: URN of the partner.
        code: What is the matter: its sentence says what to do.
        urgency: The highest of them.
        count: How many.
        since: Since when the oldest waits.
        oldest: Id of the oldest of the most urgent.
        problem: Code of what went wrong last with that one, None when nothing did.
        attempts: How often that one was tried.
        next_at: When that one is tried again, None if it is not.
    """

    peer: str
    code: str
    urgency: Urgency
    count: int
    since: int
    oldest: str
    problem: str | None
    attempts: int
    next_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadState:
    """The road to one partner.

    Attributes:
        peer: What is known of it.
        waiting: Messages that it does not have yet.
        oldest: Since when the oldest of these waits, None without any.
        unanswered: Messages that it has and of which it did not say what became of them.
    """

    peer: Peer
    waiting: int = 0
    oldest: int | None = None
    unanswered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How delivery stands.

    Attributes:
        at: At this moment, Unix milliseconds.
        stuck: The most urgent first.
        alerts: Alerts that nobody has dealt with, newest first.
        roads: By URN.
        apart: Messages that came in and were set apart.
        unhandled: Messages that came in and were not handed over yet.
        oldest_unhandled: Since when the oldest of these waits.
        free: Free bytes on the disk of the store.
        more: Whether there was more than was looked at.
    """

    at: int
    stuck: tuple[Stuck, ...] = ()
    alerts: tuple[Alert, ...] = ()
    roads: tuple[RoadState, ...] = ()
    apart: tuple[Incoming, ...] = ()
    unhandled: int = 0
    oldest_unhandled: int | None = None
    free: int = field(default=0)
    more: bool = False

    @property
    def well(self) -> bool:
        """Whether nobody need do anything."""
        return not (self.stuck or self.alerts or self.apart or self.disk_low)

    @property
    def disk_low(self) -> bool:
        """Whether nothing new is taken because the disk is nearly full."""
        return self.free < MIN_FREE_BYTES


def status(store: Store, now: int) -> Status:
    """Return how a store stands at a moment.

    Raises:
        DeliveryError: X_STORE.
    """
    with store.transaction() as tx:
        rows = tuple(_open_rows(tx))
        unhandled = tx.list_in(states=["received", "verified", "offered"], limit=_PAGE)
        apart = tx.list_in(states=["quarantined"], limit=_PAGE)
        alerts, peers = tx.alerts(limit=_PAGE), {one.org: one for one in tx.peers()}
        missing = {row.peer for row in rows} - peers.keys()
        peers |= {org: tx.peer(org) for org in missing}
    return Status(
        at=now,
        stuck=stuck(rows, now),
        alerts=alerts,
        roads=tuple(_road(peers[org], rows) for org in sorted(peers)),
        apart=apart,
        unhandled=len(unhandled),
        oldest_unhandled=min((row.received_at for row in unhandled), default=None),
        free=store.room(),
        more=len(rows) >= MOST_ROWS,
    )


def _open_rows(tx: Transaction) -> Iterator[Outgoing]:
    after, count = None, 0
    states = [one for one in get_args(OutState) if one in OPEN]
    while count < MOST_ROWS:
        page = tx.list_out(states=states, after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after, count = page[-1].id, count + len(page)


def stuck(rows: Iterable[Outgoing], now: int) -> tuple[Stuck, ...]:
    """Return what a person must do something about, by partner and reason, the most urgent and the oldest first."""
    groups: dict[tuple[str, str], list[tuple[int, Outgoing]]] = {}
    for row in rows:
        found = reason(row, now)
        if found is not None:
            code, since = found
            groups.setdefault((row.peer, code), []).append((since, row))
    told = (_told(peer, code, sorted(found, key=lambda one: one[0])) for (peer, code), found in groups.items())
    return tuple(sorted(told, key=lambda one: (_URGENT_FIRST[one.urgency], one.since, one.peer, one.code)))


def reason(row: Outgoing, now: int) -> tuple[str, int] | None:
    """Return why a person must do something about an open row, and since when; None if it goes by itself."""
    limits = URGENCIES[row.urgency]
    if row.state == "attention":
        return row.problem or "X_STUCK", row.accepted_at or row.made_at
    if row.state == "accepted":
        since = row.accepted_at or row.made_at
        return ("X_NO_RECEIPT", since) if row.kind == "message" and now >= since + limits.receipt_after else None
    if row.state in HOLDS_LANE and now >= row.made_at + limits.alert_after:
        return "X_STUCK", row.made_at
    return None


def _told(peer: str, code: str, found: list[tuple[int, Outgoing]]) -> Stuck:
    since = found[0][0]
    oldest = min(found, key=lambda one: (_URGENT_FIRST[one[1].urgency], one[0]))[1]
    again = oldest.state in {"queued", "waiting"} and oldest.due_at < NEVER
    return Stuck(
        peer=peer,
        code=code,
        urgency=min((row.urgency for _, row in found), key=_URGENT_FIRST.__getitem__),
        count=len(found),
        since=since,
        oldest=oldest.id,
        problem=oldest.problem,
        attempts=oldest.attempts,
        next_at=oldest.due_at if again else None,
    )


def _road(peer: Peer, rows: tuple[Outgoing, ...]) -> RoadState:
    mine = [row for row in rows if row.peer == peer.org]
    waiting = [row for row in mine if row.state in HOLDS_LANE]
    return RoadState(
        peer=peer,
        waiting=len(waiting),
        oldest=min((row.made_at for row in waiting), default=None),
        unanswered=sum(row.state == "accepted" for row in mine),
    )


def first_bad_link(store: Store) -> int | None:
    """Return the number of the first link of the audit chain that does not hold, None for a whole chain.

    Raises:
        DeliveryError: X_STORE.
    """

    def read(after: int) -> tuple[tuple[AuditRow, ...], bytes]:
        with store.transaction() as tx:  # one a page: others need not wait for all of it
            return tx.audit_rows(after=after, limit=_PAGE), tx.audit_head()

    return first_bad(read)

# SPDX-License-Identifier: EUPL-1.2
"""Everything in memory: for tests, demonstrations and the simulator; what ends with the process is lost.

Rules: one lock, held for the whole of a transaction; each write is noted in a journal, so that a transaction that
raises is undone; what is closed refuses.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from kgbx.delivery import breaker
from kgbx.delivery.audit import ZERO, link
from kgbx.delivery.records import Peer
from kgbx.delivery.states import HOLDS_LANE, OPEN
from kgbx.delivery.store.memory_parts import MemoryParts
from kgbx.delivery.store.memory_tables import MISSING, Tables, undo
from kgbx.delivery.store.rows import INCOMING, OUTGOING, RANKS, turn
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.delivery.records import (
        Alert,
        AuditRow,
        Direction,
        Incoming,
        InState,
        Outgoing,
        OutState,
        Receipt,
    )
    from kgbx.delivery.store import Parts, Timer
    from kgbx.delivery.store.memory_tables import Journal

_PLENTY: Final = 1 << 40
_AT_REST: Final = frozenset({"queued", "waiting"})
_IN_ENDED: Final = frozenset({"processed", "refused"})
_TIMERS: Final[dict[Timer, str]] = {"lease": "lease_until", "alert": "alert_at", "expiry": "expires_at"}


class MemoryTransaction:
    """One transaction: :class:`kgbx.delivery.store.Transaction`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.journal: Journal = []

    def _put(self, table: dict[Any, Any], key: object, value: object) -> None:
        self.journal.append((table, key, table.get(key, MISSING)))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: object) -> None:
        if key in table:
            self.journal.append((table, key, table.pop(key)))

    # --- outgoing

    def next_number(self, peer: str, lane: str) -> int:
        """Return the next number of a lane, from 1, and count it as used."""
        number = self._tables.lanes.get((peer, lane), 0) + 1
        self._put(self._tables.lanes, (peer, lane), number)
        return number

    def add_out(self, row: Outgoing, envelope: bytes) -> None:
        """Add a row and its frozen envelope."""
        if row.id in self._tables.outgoing:
            raise DeliveryError("X_ID_USED")
        self._put(self._tables.envelopes_out, row.id, bytes(envelope))
        self._write_out(row)

    def _write_out(self, row: Outgoing) -> None:
        self._put(self._tables.outgoing, row.id, row)
        if row.state in OPEN:
            self._put(self._tables.open, row.id, row)
        else:
            self._drop(self._tables.open, row.id)

    def out(self, message_id: str) -> Outgoing | None:
        """Return a row, None without one."""
        return self._tables.outgoing.get(message_id)

    def envelope_out(self, message_id: str) -> bytes:
        """Return the frozen envelope of a row."""
        if message_id not in self._tables.envelopes_out:
            raise DeliveryError("X_UNKNOWN")
        return self._tables.envelopes_out[message_id]

    def save_out(self, row: Outgoing, *, was: Outgoing) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        OUTGOING.same_frozen(row, was)
        here = self._tables.outgoing.get(was.id)
        if here is None or (here.state, here.lease_token) != (was.state, was.lease_token):
            return False
        self._write_out(row)
        return True

    def candidates_out(self, now: int, *, limit: int, peers: Sequence[str] | None = None) -> tuple[Outgoing, ...]:
        """Return rows to push now: the most urgent first, then the longest due."""
        due = (
            row
            for row in self._tables.open.values()
            if row.state in _AT_REST
            and row.road == "push"
            and row.due_at <= now
            and (peers is None or row.peer in peers)
            and self._is_head(row)
        )
        ordered = sorted(due, key=lambda row: (RANKS[row.urgency], row.due_at, row.id))
        return tuple(self._let_through(ordered, now))[: max(limit, 0)]

    def _is_head(self, row: Outgoing) -> bool:
        if row.lane is None or row.number is None:
            return True
        place = row.peer, row.lane
        return not any(
            (other.peer, other.lane) == place
            and other.number is not None
            and other.number < row.number
            and other.state in HOLDS_LANE
            for other in self._tables.open.values()
        )

    def _let_through(self, rows: list[Outgoing], now: int) -> Iterator[Outgoing]:
        probed: set[str] = set()
        for row in rows:
            peer = self._tables.peers.get(row.peer)
            if peer is None or peer.breaker == "closed":
                yield row
            elif breaker.passes(peer, now) and row.peer not in probed:
                probed.add(row.peer)
                yield row

    def timed_out(self, now: int, *, timer: Timer, limit: int) -> tuple[Outgoing, ...]:
        """Return rows of open states of which something has passed, the longest ago first."""
        name = _TIMERS[timer]
        found = [(moment, row) for row in self._tables.open.values() if (moment := getattr(row, name)) is not None]
        passed = sorted((moment, row.id) for moment, row in found if moment <= now)
        return tuple(self._tables.open[message_id] for _, message_id in passed[: max(limit, 0)])

    def list_out(
        self,
        *,
        states: Sequence[OutState] | None = None,
        peer: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Outgoing, ...]:
        """Return rows by (made_at, id), after the row with the id `after`."""
        table = self._tables.open if states is not None and OPEN.issuperset(states) else self._tables.outgoing
        last = None if after is None else self.out(after)
        if after is not None and last is None:
            return ()
        found = [
            row
            for row in table.values()
            if (states is None or row.state in states)
            and (peer is None or row.peer == peer)
            and (last is None or (row.made_at, row.id) > (last.made_at, last.id))
        ]
        return tuple(sorted(found, key=lambda row: (row.made_at, row.id))[: max(limit, 0)])

    # --- incoming

    def add_in(self, row: Incoming, envelope: bytes) -> None:
        """Add a row and its envelope."""
        key = row.peer, row.id
        if key in self._tables.incoming:
            raise DeliveryError("X_ID_USED")
        self._put(self._tables.envelopes_in, key, bytes(envelope))
        if row.lane is not None:
            place = row.peer, row.lane
            self._put(self._tables.lanes_in, place, (*self._tables.lanes_in.get(place, ()), row.id))
        self._write_in(row)

    def _write_in(self, row: Incoming) -> None:
        key = row.peer, row.id
        self._put(self._tables.incoming, key, row)
        if row.state in _IN_ENDED:
            self._drop(self._tables.unfinished, key)
        else:
            self._put(self._tables.unfinished, key, row)

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        """Return a row, None without one."""
        return self._tables.incoming.get((peer, message_id))

    def envelope_in(self, peer: str, message_id: str) -> bytes:
        """Return the envelope of a row."""
        if (peer, message_id) not in self._tables.envelopes_in:
            raise DeliveryError("X_UNKNOWN")
        return self._tables.envelopes_in[(peer, message_id)]

    def save_in(self, row: Incoming, *, was: Incoming) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        INCOMING.same_frozen(row, was)
        here = self._tables.incoming.get((was.peer, was.id))
        if here is None or (here.state, here.lease_token) != (was.state, was.lease_token):
            return False
        self._write_in(row)
        return True

    def candidates_in(self, now: int, *, states: Sequence[InState], limit: int) -> tuple[Incoming, ...]:
        """Return rows of these states that are due and not leased, most urgent and oldest first."""
        table = self._tables.incoming if _IN_ENDED.intersection(states) else self._tables.unfinished
        found = (
            row
            for row in table.values()
            if row.state in states and row.due_at <= now and (row.lease_until is None or row.lease_until <= now)
        )
        return tuple(sorted(found, key=turn)[: max(limit, 0)])

    def list_in(
        self,
        *,
        states: Sequence[InState] | None = None,
        peer: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 100,
    ) -> tuple[Incoming, ...]:
        """Return rows by (received_at, peer, id), after the row with the key `after`."""
        last = None if after is None else self.incoming(*after)
        if after is not None and last is None:
            return ()
        found = [
            row
            for row in self._tables.incoming.values()
            if (states is None or row.state in states)
            and (peer is None or row.peer == peer)
            and (last is None or (row.received_at, row.peer, row.id) > (last.received_at, last.peer, last.id))
        ]
        return tuple(sorted(found, key=lambda row: (row.received_at, row.peer, row.id))[: max(limit, 0)])

    def lane_numbers(self, peer: str, lane: str) -> tuple[tuple[int, InState], ...]:
        """Return number and state of each row that came in from a partner in a lane, by number."""
        ids = self._tables.lanes_in.get((peer, lane), ())
        rows = (self._tables.incoming[(peer, message_id)] for message_id in ids)
        numbered = sorted((row.number, row.id, row.state) for row in rows if row.number is not None)
        return tuple((number, state) for number, _, state in numbered)

    # --- receipts

    def add_receipt(self, receipt: Receipt) -> bool:
        """Add a receipt unless there is one in its place; tell whether it was added."""
        key = receipt.direction, receipt.peer, receipt.message_id, receipt.level
        if key in self._tables.receipts:
            return False
        self._put(self._tables.receipts, key, receipt)
        return True

    def receipt(self, direction: Direction, peer: str, *, message_id: str, level: int) -> Receipt | None:
        """Return a receipt, None without one."""
        return self._tables.receipts.get((direction, peer, message_id, level))

    # --- partners, alerts, audit, annotations, settings

    def peer(self, org: str) -> Peer:
        """Return what is known of a partner; a fresh row for one never seen."""
        return self._tables.peers.get(org) or Peer(org=org)

    def save_peer(self, row: Peer) -> None:
        """Add or change a partner."""
        self._put(self._tables.peers, row.org, row)

    def peers(self) -> tuple[Peer, ...]:
        """Return all partners, by URN."""
        return tuple(row for _, row in sorted(self._tables.peers.items()))

    def add_alert(self, alert: Alert) -> Alert:
        """Add an alert and return it with its number."""
        stored = replace(alert, id=len(self._tables.alerts) + 1)
        self._put(self._tables.alerts, stored.id, stored)
        return stored

    def alerts(self, *, seen: bool | None = False, limit: int = 100) -> tuple[Alert, ...]:
        """Return alerts, newest first."""
        newest = reversed(self._tables.alerts.values())
        found = (one for one in newest if seen is None or (one.seen_at is not None) == seen)
        return tuple(one for one, _ in zip(found, range(limit), strict=False))

    def see_alert(self, number: int, *, at: int) -> bool:
        """Mark an alert as dealt with; tell whether there was one that was not."""
        alert = self._tables.alerts.get(number)
        if alert is None or alert.seen_at is not None:
            return False
        self._put(self._tables.alerts, number, replace(alert, seen_at=at))
        return True

    def audit(self, *, at: int, actor: str, event: str, about: tuple[str | None, str | None], detail: str) -> AuditRow:
        """Add a link to the audit chain and return it."""
        seq, (peer, message_id) = len(self._tables.audit) + 1, about
        row = link(
            self.audit_head(),
            seq=seq,
            at=at,
            actor=actor,
            event=event,
            peer=peer,
            message_id=message_id,
            detail=detail,
        )
        self._put(self._tables.audit, seq, row)
        return row

    def audit_rows(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRow, ...]:
        """Return links after a number, by number."""
        last = min(after + limit, len(self._tables.audit))
        return tuple(self._tables.audit[seq] for seq in range(after + 1, last + 1))

    def audit_head(self) -> bytes:
        """Return the hash of the last link, 32 zeros where there is none."""
        last = self._tables.audit.get(len(self._tables.audit))
        return ZERO if last is None else last.hash

    def annotate(self, message_id: str, name: str, *, data: bytes) -> None:
        """Keep opaque bytes beside an outgoing message; written over by name."""
        self._put(self._tables.annotations, (message_id, name), bytes(data))

    def annotations(self, message_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return name and bytes, by name."""
        found = ((name, data) for (owner, name), data in self._tables.annotations.items() if owner == message_id)
        return tuple(sorted(found))

    def setting(self, name: str) -> str | None:
        """Return a setting of the store itself; None without one."""
        return self._tables.settings.get(name)

    def set(self, name: str, value: str) -> None:
        """Write a setting."""
        self._put(self._tables.settings, name, value)


class MemoryStore:
    """A place that keeps everything as long as the process lives: :class:`kgbx.delivery.store.Store`."""

    def __init__(self, *, room: int = _PLENTY) -> None:
        """Make an empty one.

        Args:
            room: Bytes that it says are free.
        """
        self.tables = Tables()
        self._lock = RLock()
        self._parts = MemoryParts(self._lock)
        self._room = room
        self._closed = False

    @property
    def parts(self) -> Parts:
        """The encrypted parts."""
        return self._parts

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Return a transaction: kept when the block ends well, undone when it raises."""
        with self._lock:
            self._require_open()
            tx = MemoryTransaction(self.tables)
            well = False
            try:
                yield tx
                self.commit(tx.journal)
                well = True
            finally:
                if not well:
                    undo(tx.journal)

    def commit(self, journal: Journal) -> None:
        """Keep what a transaction wrote; a store that can fail overrides this."""

    def room(self) -> int:
        """Return how many bytes are free."""
        return self._room

    def close(self) -> None:
        """Refuse everything from now on."""
        self._closed = True

    def _require_open(self) -> None:
        if self._closed:
            raise DeliveryError("X_STORE")

# SPDX-License-Identifier: EUPL-1.2
"""What goes out, in SQL.

Rules: what is asked at each claim is found with an index, however many messages are stored; a partner whose road is
closed costs nothing.

Source: delivery design, "Outgoing states", "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.states import HOLDS_LANE, OPEN
from kgbx.delivery.store.driver import Sql, insertion, marks, words
from kgbx.delivery.store.rows import OUTGOING, RANKS
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.delivery.records import Outgoing, OutState
    from kgbx.delivery.store import Timer

PUSHED: Final = "road = 'push' AND state IN ('queued', 'waiting')"
"""As the partial index says it."""

PARTNERS: Final = f"""
WITH RECURSIVE partner(org) AS (
    SELECT (SELECT peer FROM kgbx_outgoing WHERE {PUSHED} ORDER BY peer LIMIT 1)
    UNION ALL
    SELECT (SELECT peer FROM kgbx_outgoing WHERE {PUSHED} AND peer > partner.org ORDER BY peer LIMIT 1)
    FROM partner WHERE partner.org IS NOT NULL
)
SELECT partner.org, kgbx_peer.breaker, kgbx_peer.open_until
FROM partner LEFT JOIN kgbx_peer ON kgbx_peer.org = partner.org
WHERE partner.org IS NOT NULL ORDER BY partner.org
"""  # noqa: S608  # literals only
"""Partners for whom something may be pushed, with their breaker: one step in the index for each."""

HEADS: Final = f"""
SELECT {OUTGOING.listed} FROM kgbx_outgoing AS head
WHERE {PUSHED} AND peer = ? AND due_at <= ? AND (lane IS NULL OR NOT EXISTS (
    SELECT 1 FROM kgbx_outgoing AS earlier
    WHERE earlier.peer = head.peer AND earlier.lane = head.lane AND earlier.number < head.number
    AND earlier.state IN ({words(HOLDS_LANE)})
))
ORDER BY urgency, due_at, id LIMIT ?
"""  # noqa: S608  # literals only
"""Rows of a partner that may go now: the most urgent first, then the longest due."""

TIMERS: Final[dict[Timer, str]] = {"lease": "lease_until", "alert": "alert_at", "expiry": "expires_at"}


def timed_out_sql(timer: Timer) -> str:
    """Return the statement that finds the open rows of which something has passed."""
    column = TIMERS[timer]
    return f"""
        SELECT {OUTGOING.listed} FROM kgbx_outgoing
        WHERE {column} IS NOT NULL AND {column} <= ? AND state IN ({words(OPEN)})
        ORDER BY {column}, id LIMIT ?
    """  # noqa: S608  # literals only


SAVE: Final = f"""
UPDATE kgbx_outgoing SET {", ".join(f"{name} = ?" for name in OUTGOING.mutable)}
WHERE id = ? AND state = ? AND COALESCE(lease_token, '') = ?
"""  # noqa: S608  # literals only


class OutgoingSql(Sql):
    """Outgoing rows of :class:`kgbx.delivery.store.Transaction`."""

    def next_number(self, peer: str, lane: str) -> int:
        """Return the next number of a lane; whoever asks next waits until this transaction ends."""
        self._driver.hold_chain()
        counted = "INSERT INTO kgbx_lane (peer, lane, last) VALUES (?, ?, 1)"
        counted += " ON CONFLICT (peer, lane) DO UPDATE SET last = kgbx_lane.last + 1"
        self._driver.change(counted, (peer, lane))
        found = self._one("SELECT last FROM kgbx_lane WHERE peer = ? AND lane = ?", (peer, lane))
        return int(found[0]) if found else 0

    def add_out(self, row: Outgoing, envelope: bytes) -> None:
        """Add a row and its frozen envelope."""
        if not self._insert(OUTGOING, row):
            raise DeliveryError("X_ID_USED")
        self._driver.change(insertion("kgbx_envelope_out", ("id", "data")), (row.id, envelope))

    def out(self, message_id: str) -> Outgoing | None:
        """Return a row, None without one."""
        return next(iter(self._read(OUTGOING, "WHERE id = ?", (message_id,))), None)

    def envelope_out(self, message_id: str) -> bytes:
        """Return the frozen envelope of a row."""
        found = self._one("SELECT data FROM kgbx_envelope_out WHERE id = ?", (message_id,))
        if found is None:
            raise DeliveryError("X_UNKNOWN")
        return bytes(found[0])

    def save_out(self, row: Outgoing, *, was: Outgoing) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        OUTGOING.same_frozen(row, was)
        values = (*OUTGOING.write(row, OUTGOING.mutable), was.id, was.state, was.lease_token or "")
        return self._driver.change(SAVE, values) == 1

    def candidates_out(self, now: int, *, limit: int, peers: Sequence[str] | None = None) -> tuple[Outgoing, ...]:
        """Return locked rows to push now."""
        quotas = tuple(self._quotas(now, limit, peers))
        found = map(OUTGOING.read, self._driver.heads(now, quotas, select=HEADS) if quotas and limit > 0 else ())
        return tuple(sorted(found, key=lambda row: (RANKS[row.urgency], row.due_at, row.id))[:limit])

    def _quotas(self, now: int, limit: int, peers: Sequence[str] | None) -> Iterator[tuple[str, int]]:
        """Yield each partner whose road is not closed and how many rows may go there."""
        for org, breaker, open_until in self._driver.rows(PARTNERS):
            if peers is not None and org not in peers:
                continue
            if breaker in {None, "closed"}:
                yield org, limit
            elif (open_until or 0) <= now and self._may_probe(org, now):
                yield org, 1

    def _may_probe(self, org: str, now: int) -> bool:
        """Lock a partner whose pause is over; False where another transaction was first."""
        self._driver.hold_chain()
        free = "SELECT org FROM kgbx_peer WHERE org = ? AND breaker <> 'closed' AND COALESCE(open_until, 0) <= ?"
        return self._one(free + self._driver.skipping, (org, now)) is not None

    def timed_out(self, now: int, *, timer: Timer, limit: int) -> tuple[Outgoing, ...]:
        """Return locked rows of open states of which something has passed, the longest ago first."""
        found = self._driver.rows(timed_out_sql(timer) + self._driver.skipping, (now, max(limit, 0)))
        return tuple(map(OUTGOING.read, found))

    def list_out(
        self,
        *,
        states: Sequence[OutState] | None = None,
        peer: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Outgoing, ...]:
        """Return rows by (made_at, id), after the row with the id `after`."""
        conditions, values = ["1 = 1"], list[object]()
        if states is not None:
            conditions.append(f"state IN ({marks(states) or 'NULL'})")
            conditions += [f"state IN ({words(OPEN)})"] * OPEN.issuperset(states)  # so that the partial index is found
            values.extend(states)
        if peer is not None:
            conditions.append("peer = ?")
            values.append(peer)
        if after is not None:
            conditions.append("(made_at, id) > (SELECT made_at, id FROM kgbx_outgoing WHERE id = ?)")
            values.append(after)
        rest = f"WHERE {' AND '.join(conditions)} ORDER BY made_at, id LIMIT ?"
        return self._read(OUTGOING, rest, (*values, max(limit, 0)))

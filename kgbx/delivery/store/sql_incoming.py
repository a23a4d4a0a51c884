# SPDX-License-Identifier: EUPL-1.2
"""What came in, in SQL.

Source: delivery design, "Outgoing states", last paragraph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.store.driver import Sql, insertion, marks
from kgbx.delivery.store.rows import INCOMING, turn
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbx.delivery.records import Incoming, InState

FREE: Final = f"""
SELECT {INCOMING.listed} FROM kgbx_incoming
WHERE state = ? AND due_at <= ? AND COALESCE(lease_until, 0) <= ?
ORDER BY urgency, received_at, peer, id LIMIT ?
"""  # noqa: S608  # literals only
"""Rows of one state that are due and that nobody works on: one walk along an index."""

SAVE: Final = f"""
UPDATE kgbx_incoming SET {", ".join(f"{name} = ?" for name in INCOMING.mutable)}
WHERE peer = ? AND id = ? AND state = ? AND COALESCE(lease_token, '') = ?
"""  # noqa: S608  # literals only


class IncomingSql(Sql):
    """Incoming rows of :class:`kgbx.delivery.store.Transaction`."""

    def add_in(self, row: Incoming, envelope: bytes) -> None:
        """Add a row and its envelope."""
        if not self._insert(INCOMING, row):
            raise DeliveryError("X_ID_USED")
        self._driver.change(insertion("kgbx_envelope_in", ("peer", "id", "data")), (row.peer, row.id, envelope))

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        """Return a row, None without one."""
        return next(iter(self._read(INCOMING, "WHERE peer = ? AND id = ?", (peer, message_id))), None)

    def envelope_in(self, peer: str, message_id: str) -> bytes:
        """Return the envelope of a row."""
        found = self._one("SELECT data FROM kgbx_envelope_in WHERE peer = ? AND id = ?", (peer, message_id))
        if found is None:
            raise DeliveryError("X_UNKNOWN")
        return bytes(found[0])

    def save_in(self, row: Incoming, *, was: Incoming) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        INCOMING.same_frozen(row, was)
        values = (*INCOMING.write(row, INCOMING.mutable), was.peer, was.id, was.state, was.lease_token or "")
        return self._driver.change(SAVE, values) == 1

    def candidates_in(self, now: int, *, states: Sequence[InState], limit: int) -> tuple[Incoming, ...]:
        """Return locked rows of these states that are due and not leased, most urgent and oldest first."""
        found = [
            INCOMING.read(values)
            for state in dict.fromkeys(states)
            for values in self._driver.rows(FREE + self._driver.skipping, (state, now, now, max(limit, 0)))
        ]
        return tuple(sorted(found, key=turn)[:limit])

    def list_in(
        self,
        *,
        states: Sequence[InState] | None = None,
        peer: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 100,
    ) -> tuple[Incoming, ...]:
        """Return rows by (received_at, peer, id), after the row with the key `after`."""
        conditions, values = ["1 = 1"], list[object]()
        if states is not None:
            conditions.append(f"state IN ({marks(states) or 'NULL'})")
            values.extend(states)
        if peer is not None:
            conditions.append("peer = ?")
            values.append(peer)
        if after is not None:
            key = "(SELECT received_at, peer, id FROM kgbx_incoming WHERE peer = ? AND id = ?)"
            conditions.append(f"(received_at, peer, id) > {key}")
            values.extend(after)
        rest = f"WHERE {' AND '.join(conditions)} ORDER BY received_at, peer, id LIMIT ?"
        return self._read(INCOMING, rest, (*values, max(limit, 0)))

    def lane_numbers(self, peer: str, lane: str) -> tuple[tuple[int, InState], ...]:
        """Return number and state of each row that came in from a partner in a lane, by number."""
        select = "SELECT number, state FROM kgbx_incoming"
        select += " WHERE peer = ? AND lane = ? AND number IS NOT NULL ORDER BY number, id"
        return tuple((number, state) for number, state in self._driver.rows(select, (peer, lane)))

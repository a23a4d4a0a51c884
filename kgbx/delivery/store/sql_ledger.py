# SPDX-License-Identifier: EUPL-1.2
"""Receipts, partners, alerts, the audit chain, annotations and settings, in SQL.

Rules: receipts and links of the chain are written once. The chain is one: whoever adds a link holds the end of it until
the transaction ends. Whoever holds a partner or a lane, or counts an alert, holds that end first, so that two
transactions never wait for each other, in whatever order they do things.

Source: delivery design, "Receipts", "Logs", "Stores".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.audit import link
from kgbx.delivery.records import Peer
from kgbx.delivery.store.driver import Sql, equals
from kgbx.delivery.store.rows import ALERT, AUDIT, PEER, RECEIPT

if TYPE_CHECKING:
    from kgbx.delivery.records import Alert, AuditRow, Direction, Receipt

SEEN: Final = {None: "1 = 1", False: "seen_at IS NULL", True: "seen_at IS NOT NULL"}
SAVE_PEER: Final = ", ".join(f"{name} = excluded.{name}" for name in PEER.mutable)
PUT_ANNOTATION: Final = """
INSERT INTO kgbx_annotation (message_id, name, data) VALUES (?, ?, ?)
ON CONFLICT (message_id, name) DO UPDATE SET data = excluded.data
"""
PUT_SETTING: Final = """
INSERT INTO kgbx_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


class LedgerSql(Sql):
    """The rest of :class:`kgbx.delivery.store.Transaction`."""

    def add_receipt(self, receipt: Receipt) -> bool:
        """Add a receipt unless there is one in its place; tell whether it was added."""
        return self._insert(RECEIPT, receipt)

    def receipt(self, direction: Direction, peer: str, *, message_id: str, level: int) -> Receipt | None:
        """Return a receipt, None without one."""
        found = self._read(RECEIPT, f"WHERE {equals(RECEIPT.key)}", (direction, peer, message_id, level))
        return next(iter(found), None)

    def peer(self, org: str) -> Peer:
        """Return what is known of a partner, locked; a fresh row for one never seen."""
        self._driver.hold_chain()
        found = self._read(PEER, f"WHERE org = ?{self._driver.locking}", (org,))
        if found:
            return found[0]
        self._driver.hold(org)  # there is no row yet that could be locked
        return next(iter(self._read(PEER, f"WHERE org = ?{self._driver.locking}", (org,))), Peer(org=org))

    def save_peer(self, row: Peer) -> None:
        """Add or change a partner."""
        values = ", ".join("?" for _ in PEER.columns)
        put = f"INSERT INTO {PEER.name} ({PEER.listed}) VALUES ({values})"  # noqa: S608  # literals only
        self._driver.change(f"{put} ON CONFLICT (org) DO UPDATE SET {SAVE_PEER}", PEER.write(row))

    def peers(self) -> tuple[Peer, ...]:
        """Return all partners, by URN."""
        return self._read(PEER, "ORDER BY org")

    def add_alert(self, alert: Alert) -> Alert:
        """Add an alert and return it with its number."""
        self._driver.hold_chain()
        number, _ = self._counted("alert")
        stored = ALERT.read((number, *ALERT.write(alert)[1:]))
        self._insert(ALERT, stored)
        return stored

    def alerts(self, *, seen: bool | None = False, limit: int = 100) -> tuple[Alert, ...]:
        """Return alerts, newest first."""
        return self._read(ALERT, f"WHERE {SEEN[seen]} ORDER BY id DESC LIMIT ?", (max(limit, 0),))

    def see_alert(self, number: int, *, at: int) -> bool:
        """Mark an alert as dealt with; tell whether there was one that was not."""
        mark = "UPDATE kgbx_alert SET seen_at = ? WHERE id = ? AND seen_at IS NULL"
        return self._driver.change(mark, (at, number)) == 1

    def audit(self, *, at: int, actor: str, event: str, about: tuple[str | None, str | None], detail: str) -> AuditRow:
        """Add a link to the audit chain and return it; nobody else adds one until this transaction ends."""
        seq, previous = self._counted("audit")
        peer, message_id = about
        row = link(previous, seq=seq, at=at, actor=actor, event=event, peer=peer, message_id=message_id, detail=detail)
        self._insert(AUDIT, row)
        self._driver.change("UPDATE kgbx_counter SET hash = ? WHERE name = 'audit'", (row.hash,))
        return row

    def _counted(self, name: str) -> tuple[int, bytes]:
        """Return the next number of a counter, and its hash as it stood; the counter is locked."""
        self._driver.change("UPDATE kgbx_counter SET last = last + 1 WHERE name = ?", (name,))
        number, digest = self._driver.rows("SELECT last, hash FROM kgbx_counter WHERE name = ?", (name,))[0]
        return number, bytes(digest or b"")

    def audit_rows(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRow, ...]:
        """Return links after a number, by number."""
        return self._read(AUDIT, "WHERE seq > ? ORDER BY seq LIMIT ?", (after, max(limit, 0)))

    def audit_head(self) -> bytes:
        """Return the hash of the last link, 32 zeros where there is none."""
        return bytes(self._driver.rows("SELECT hash FROM kgbx_counter WHERE name = 'audit'")[0][0])

    def annotate(self, message_id: str, name: str, *, data: bytes) -> None:
        """Keep opaque bytes beside an outgoing message; written over by name."""
        self._driver.change(PUT_ANNOTATION, (message_id, name, data))

    def annotations(self, message_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return name and bytes, by name."""
        select = "SELECT name, data FROM kgbx_annotation WHERE message_id = ? ORDER BY name"
        return tuple((name, bytes(data)) for name, data in self._driver.rows(select, (message_id,)))

    def setting(self, name: str) -> str | None:
        """Return a setting of the store itself; None without one."""
        found = self._one("SELECT value FROM kgbx_setting WHERE name = ?", (name,))
        return None if found is None else str(found[0])

    def set(self, name: str, value: str) -> None:
        """Write a setting."""
        self._driver.change(PUT_SETTING, (name, value))

# SPDX-License-Identifier: EUPL-1.2
"""The tables of the store in memory, and how what was written is undone.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

if TYPE_CHECKING:
    from kgbx.delivery.records import Alert, AuditRow, Incoming, Outgoing, Peer, Receipt

MISSING: Final = object()
"""What stood there before the first writing."""

Journal: TypeAlias = list[tuple[dict[Any, Any], Any, Any]]
"""For each write the table, the key, and what stood there before."""


@dataclass(slots=True)
class Tables:
    """All rows. Values never change, so that a copy of the tables is a copy of everything."""

    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    open: dict[str, Outgoing] = field(default_factory=dict)
    envelopes_out: dict[str, bytes] = field(default_factory=dict)
    incoming: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    unfinished: dict[tuple[str, str], Incoming] = field(default_factory=dict)
    envelopes_in: dict[tuple[str, str], bytes] = field(default_factory=dict)
    lanes_in: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    lanes: dict[tuple[str, str], int] = field(default_factory=dict)
    receipts: dict[tuple[str, str, str, int], Receipt] = field(default_factory=dict)
    peers: dict[str, Peer] = field(default_factory=dict)
    alerts: dict[int, Alert] = field(default_factory=dict)
    audit: dict[int, AuditRow] = field(default_factory=dict)
    annotations: dict[tuple[str, str], bytes] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Tables:
        """Return the same rows in other tables."""
        return Tables(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})


def undo(journal: Journal) -> None:
    """Put back what stood there before each write, the last one first."""
    for table, key, before in reversed(journal):
        if before is MISSING:
            table.pop(key, None)
        else:
            table[key] = cast("Any", before)
    journal.clear()

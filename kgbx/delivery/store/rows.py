# SPDX-License-Identifier: EUPL-1.2
"""How the records of delivery stand in tables: names of tables and columns, and what changes on the way.

Rules: a column has the name of its field; what may never change after the first writing is named here, once, for all
stores. Literal data and pure functions.

Source: delivery design, "What is frozen", "Stores".
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from kgbx.delivery.records import Alert, AuditRow, Incoming, Outgoing, Peer, Receipt
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbx.delivery.records import Urgency

DIGEST: Final = 32
RANKS: Final[dict[Urgency, int]] = {"acute": 0, "urgent": 1, "normal": 2}
"""Most urgent first: an index sorts by it."""

_BY_RANK: Final = {rank: urgency for urgency, rank in RANKS.items()}


def turn(row: Incoming) -> tuple[int, int, str, str]:
    """Return by what it is decided which row that came in is worked on first: urgency, age, then key."""
    return RANKS[row.urgency], row.received_at, row.peer, row.id


R = TypeVar("R", Outgoing, Incoming, Receipt, Peer, Alert, AuditRow)


def _digests(joined: bytes) -> tuple[bytes, ...]:
    return tuple(joined[start : start + DIGEST] for start in range(0, len(joined), DIGEST))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split())


_WRITE: Final[dict[str, Callable[[Any], object]]] = {
    "urgency": lambda urgency: RANKS[urgency],
    "parts": b"".join,
    "gaps": lambda gaps: " ".join(map(str, gaps)),
}
_READ: Final[dict[str, Callable[[Any], object]]] = {
    "urgency": lambda rank: _BY_RANK[rank],
    "parts": _digests,
    "gaps": _numbers,
}


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table and the record that a row of it is.

    Attributes:
        name: Name of the table.
        record: Class of the record.
        key: Columns of the primary key.
        frozen: Columns that never change after the first writing.
    """

    name: str
    record: type[R]
    key: tuple[str, ...]
    frozen: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the fields."""
        return tuple(one.name for one in fields(self.record))

    @property
    def listed(self) -> str:
        """The columns, as SQL."""
        return ", ".join(self.columns)

    @property
    def mutable(self) -> tuple[str, ...]:
        """Columns that may change."""
        return tuple(name for name in self.columns if name not in self.frozen and name not in self.key)

    def write(self, row: R, columns: Sequence[str] | None = None) -> tuple[object, ...]:
        """Return the values of some columns, all without."""
        values = ((name, getattr(row, name)) for name in columns or self.columns)
        return tuple(_WRITE[name](value) if name in _WRITE else value for name, value in values)

    def read(self, values: Sequence[Any]) -> R:
        """Return the record of a row."""
        named: dict[str, Any] = dict(zip(self.columns, values, strict=True))
        for name in _READ.keys() & named.keys():
            named[name] = _READ[name](named[name])
        return self.record(**named)

    def same_frozen(self, row: R, was: R) -> None:
        """Refuse a row in which something changed that never may.

        Raises:
            UsageError: It did; this is a mistake in the program that calls.
        """
        if any(getattr(row, name) != getattr(was, name) for name in (*self.key, *self.frozen)):
            raise UsageError


OUTGOING: Final = Table(
    "kgbx_outgoing",
    Outgoing,
    key=("id",),
    frozen=frozenset(
        {"kind", "peer", "lane", "number", "envelope", "parts", "manifest", "ref", "level", "made_at"},
    ),
)
INCOMING: Final = Table(
    "kgbx_incoming",
    Incoming,
    key=("peer", "id"),
    frozen=frozenset({"kind", "ref", "level", "lane", "number", "envelope", "parts", "received_at"}),
)
RECEIPT: Final = Table("kgbx_receipt", Receipt, key=("direction", "peer", "message_id", "level"))
PEER: Final = Table("kgbx_peer", Peer, key=("org",))
ALERT: Final = Table("kgbx_alert", Alert, key=("id",))
AUDIT: Final = Table("kgbx_audit", AuditRow, key=("seq",))

# SPDX-License-Identifier: EUPL-1.2
"""The audit chain: each row holds the hash of the row before, so that nothing in it can be changed or left out unseen.

Rules:
    - the hash counts every member, each with its length and whether it is there, under a prefix of its own;
    - rows are numbered from 1 without gaps;
    - rows cut off at the end are seen by comparing the last hash with what partners got in custody statements.

Pure. Source: delivery design, "Logs".
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

from kgbx.delivery.records import AuditRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

ZERO: Final = bytes(32)
"""What stands in the first row in the place of the hash before."""

_PREFIX: Final = b"kgbx audit 1\x00"
_LENGTH_BYTES: Final = 8


class Entry(TypedDict):
    """What a row says: its number, when, who, what, about which partner and message, and a code."""

    seq: int
    at: int
    actor: str
    event: str
    peer: str | None
    message_id: str | None
    detail: str


def link(previous: bytes, **entry: Unpack[Entry]) -> AuditRow:
    """Return the row that follows the row with the hash `previous`.

    Args:
        previous: Hash of the row before, :data:`ZERO` for the first.
        **entry: seq, at, actor, event, peer, message_id, detail.
    """
    return AuditRow(**entry, previous=previous, hash=_hash(previous, entry))


def verify(rows: Iterable[AuditRow], head: bytes = ZERO, *, first: int = 1) -> int | None:
    """Return the number of the first row that does not hold, None if all do.

    Args:
        rows: By number.
        head: Hash of the row before the first of these.
        first: Number that the first of these must have.
    """
    for expected, row in enumerate(rows, start=first):
        if row.seq != expected or row.previous != head or row.hash != _hash(head, _entry(row)):
            return expected
        head = row.hash
    return None


def first_bad(read: Callable[[int], tuple[Sequence[AuditRow], bytes]]) -> int | None:
    """Return the number of the first row of a whole chain that does not hold, None when all do.

    The last row must be the one that the store counted last: a chain that was cut off does not hold at the place where
    the next row was.

    Args:
        read: Gives a page of the rows after a number, and the hash of the last row as the store counts it.
    """
    head, after = ZERO, 0
    while True:
        rows, last = read(after)
        if not rows:
            return None if head == last else after + 1
        bad = verify(rows, head, first=after + 1)
        if bad is not None:
            return bad
        head, after = rows[-1].hash, rows[-1].seq


def _entry(row: AuditRow) -> Entry:
    return Entry(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        event=row.event,
        peer=row.peer,
        message_id=row.message_id,
        detail=row.detail,
    )


def _hash(previous: bytes, entry: Entry) -> bytes:
    members = (
        str(entry["seq"]),
        str(entry["at"]),
        entry["actor"],
        entry["event"],
        entry["peer"],
        entry["message_id"],
        entry["detail"],
    )
    return sha256(_PREFIX + previous + b"".join(_written(member) for member in members)).digest()


def _written(member: str | None) -> bytes:
    """Return a member with its length before it; one that is not there differs from an empty one."""
    if member is None:
        return b"-"
    data = member.encode("utf-8", "surrogatepass")
    return b"+" + len(data).to_bytes(_LENGTH_BYTES, "big") + data

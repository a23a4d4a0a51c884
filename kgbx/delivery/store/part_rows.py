# SPDX-License-Identifier: EUPL-1.2
"""Encrypted parts in rows of a database, in pieces of at most 1 MiB.

Rules: whoever adds to a part holds its row; verifying and reading take one piece at a time, each in a transaction of
its own, so that a slow reader holds nothing.

Source: delivery design, "Stores".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.delivery.store.verified_parts import Part, VerifiedParts, WrongPartError
from kgbx.errors import DeliveryError
from kgbx.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from kgbx.delivery.store.driver import Driver

PIECE: Final = MIB
PIECES_AT_ONCE: Final = 256
"""Pieces that are removed in one transaction: all of the largest part would take longer than a statement may."""

GOING: Final = -1
"""In the place of a size: this part is being dropped, and is not here any more."""


SOME_PIECES: Final = """
DELETE FROM kgbx_part_piece WHERE owner = ? AND sha256 = ? AND start IN (
    SELECT start FROM kgbx_part_piece WHERE owner = ? AND sha256 = ? ORDER BY start LIMIT ?
)
"""
STILL_GOING: Final = "UPDATE kgbx_part SET size = -1, stored = 0, complete = 0 WHERE owner = ? AND sha256 = ?"
GONE: Final = "DELETE FROM kgbx_part WHERE owner = ? AND sha256 = ?"


@dataclass(frozen=True, slots=True)
class RowPart(Part):
    """What the row of a part says.

    Attributes:
        version: Which writing of the row this is.
    """

    version: str


class RowParts(VerifiedParts[RowPart]):
    """The parts of a PostgreSQL store: :class:`kgbx.delivery.store.Parts`.

    Args:
        within: Gives a driver in a transaction.
    """

    def __init__(self, within: Callable[[], AbstractContextManager[Driver]]) -> None:
        self._within = within

    # --- reading

    def read(self, owner: str, sha256: bytes, *, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a complete part from an offset."""
        part = self._complete(owner, sha256)
        return self._pieces(owner, sha256, offset, part.size)

    def _look(self, owner: str, sha256: bytes) -> RowPart | None:
        with self._within() as driver:
            part = _row(driver, owner, sha256)
        return None if part is None or part.size == GOING else part

    def _pieces(self, owner: str, sha256: bytes, offset: int, size: int) -> Iterator[bytes]:
        while offset < size:
            start, data = self._piece(owner, sha256, offset)
            yield data[offset - start :]
            offset = start + len(data)

    def _piece(self, owner: str, sha256: bytes, offset: int) -> tuple[int, bytes]:
        """Return the piece in which an offset lies, and where it starts."""
        select = "SELECT start, data FROM kgbx_part_piece"
        select += " WHERE owner = ? AND sha256 = ? AND start <= ? ORDER BY start DESC LIMIT 1"
        with self._within() as driver:
            found = driver.rows(select, (owner, sha256, offset))
        if not found or found[0][0] + len(found[0][1]) <= offset:
            raise DeliveryError("X_UNKNOWN")
        return int(found[0][0]), bytes(found[0][1])

    # --- writing

    def append(self, owner: str, sha256: bytes, *, offset: int, size: int, data: bytes) -> int:
        """Add bytes at an offset and return the new offset; what comes whole is verified first, and written once."""
        whole = offset == 0 and len(data) == size
        right = whole and hashlib.sha256(data).digest() == sha256
        with self._within() as driver:
            put = "INSERT INTO kgbx_part (owner, sha256, size, stored, complete) VALUES (?, ?, ?, 0, 0)"
            driver.change(f"{put} ON CONFLICT DO NOTHING", (owner, sha256, size))
            part = _row(driver, owner, sha256, end=driver.locking)
            going = part is not None and part.size == GOING
            if not going:
                _require_next(part, offset=offset, size=size, data=data)
                if whole and not right:
                    raise WrongPartError
                _add(driver, owner, sha256, offset=offset, data=data, complete=right)
        if going:  # somebody began to drop it, and may be dead
            self._drop(owner, sha256, lambda _: False)
            return self.append(owner, sha256, offset=offset, size=size, data=data)
        if offset + len(data) == size and not right:
            self._finish(owner, sha256)
        return offset + len(data)

    def _finish(self, owner: str, sha256: bytes) -> None:
        """Verify a part of which all bytes are here; one that is wrong is dropped."""
        part = self._look(owner, sha256)
        if part is None or not part.to_verify:
            return
        digest = hashlib.sha256()
        for piece in self._pieces(owner, sha256, 0, part.size):
            digest.update(piece)
        if digest.digest() != sha256:
            self._drop(owner, sha256, lambda now: now == part)
            raise WrongPartError
        with self._within() as driver:
            if _row(driver, owner, sha256, end=driver.locking) == part:
                driver.change("UPDATE kgbx_part SET complete = 1 WHERE owner = ? AND sha256 = ?", (owner, sha256))

    def drop(self, owner: str, sha256: bytes, *, complete: bool = True) -> None:
        """Forget a part; a complete one only if `complete`."""
        self._drop(owner, sha256, lambda part: complete or not part.complete)

    def _drop(self, owner: str, sha256: bytes, goes: Callable[[RowPart], bool]) -> None:
        """Forget a part if it is one that goes, or if somebody began to; a few pieces in each transaction."""
        going = self._dropped_some(owner, sha256, goes)
        while going:
            going = self._dropped_some(owner, sha256, lambda _: False)

    def _dropped_some(self, owner: str, sha256: bytes, goes: Callable[[RowPart], bool]) -> bool:
        """Remove some pieces, and with the last of them the row; tell whether there are more."""
        with self._within() as driver:
            part = _row(driver, owner, sha256, end=driver.locking)
            if part is None or not (part.size == GOING or goes(part)):
                return False
            more = driver.change(SOME_PIECES, (owner, sha256, owner, sha256, PIECES_AT_ONCE)) == PIECES_AT_ONCE
            driver.change(STILL_GOING if more else GONE, (owner, sha256))
        return more


def _row(driver: Driver, owner: str, sha256: bytes, *, end: str = "") -> RowPart | None:
    select = "SELECT size, stored, complete, CAST(xmin AS text) FROM kgbx_part WHERE owner = ? AND sha256 = ?"
    found = driver.rows(select + end, (owner, sha256))
    return next((RowPart(size, stored, bool(complete), version) for size, stored, complete, version in found), None)


def _require_next(part: RowPart | None, *, offset: int, size: int, data: bytes) -> None:
    if part is None or part.size != size or part.stored != offset or offset + len(data) > size:
        raise DeliveryError("X_OFFSET")


def _add(driver: Driver, owner: str, sha256: bytes, *, offset: int, data: bytes, complete: bool) -> None:
    for start in range(0, len(data), PIECE):
        put = "INSERT INTO kgbx_part_piece (owner, sha256, start, data) VALUES (?, ?, ?, ?)"
        driver.change(put, (owner, sha256, offset + start, data[start : start + PIECE]))
    if data or complete:  # else a part that is complete stays so
        said = (offset + len(data), int(complete), owner, sha256)
        driver.change("UPDATE kgbx_part SET stored = ?, complete = ? WHERE owner = ? AND sha256 = ?", said)

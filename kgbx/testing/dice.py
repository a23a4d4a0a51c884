# SPDX-License-Identifier: EUPL-1.2
"""Dice that fall alike for the same seed: on every machine, in every version of Python, in any language.

Rules: a draw is taken from SHAKE-256 over the seed, so that whoever has the seed has the family. It must never be used
for keys, or for ids and salts of real people.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import shake_256
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_BLOCK_BYTES: Final = 8192
_NUMBER_BYTES: Final = 8
_PERCENT: Final = 100
_TEN: Final = 10


class Dice:
    """A stream of draws that a seed decides."""

    __slots__ = ("_blocks", "_place", "_pool", "_seed")

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._blocks = 0
        self._pool = b""
        self._place = 0

    def bytes(self, length: int) -> bytes:
        """Return the next bytes, at most 8192."""
        if self._place + length > len(self._pool):
            self._pool = shake_256(f"kgbx families/{self._blocks}/{self._seed}".encode()).digest(_BLOCK_BYTES)
            self._blocks += 1
            self._place = 0
        self._place += length
        return self._pool[self._place - length : self._place]

    def below(self, limit: int) -> int:
        """Return a number from 0 up to but not including `limit`."""
        return int.from_bytes(self.bytes(_NUMBER_BYTES)) % limit

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def choice(self, things: Sequence[T]) -> T:
        """Return one of several."""
        return things[self.below(len(things))]

    def happens(self, percent: int) -> bool:
        """Tell whether something happens that happens in `percent` of the cases."""
        return self.below(_PERCENT) < percent

    def id(self) -> str:
        """Return a UUID of version 4 (RFC 9562)."""
        return str(UUID(bytes=self.bytes(16), version=4))

    def text(self, length: int) -> str:
        """Return `length` bytes as base64url without padding: a salt of 16, a digest of 32."""
        return urlsafe_b64encode(self.bytes(length)).rstrip(b"=").decode("ascii")

    def bsn(self) -> str:
        """Return a made-up BSN: it starts with 999 and passes the 11-proef.

        Source: Logisch ontwerp BRP, element 01.20.
        """
        while True:
            digits = f"999{self.below(10**5):05d}"
            check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
            if check < _TEN:
                return f"{digits}{check}"

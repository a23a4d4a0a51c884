# SPDX-License-Identifier: EUPL-1.2
"""Chance that a seed decides: the same on every machine and in every version of Python. Never for keys.

Source: SplitMix64, Steele, Lea and Flood, OOPSLA 2014 (10.1145/2660193.2660195).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_MASK: Final = 2**64 - 1
_STEP: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB


class Chance:
    """A stream of draws."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK
        self.draw()

    def draw(self) -> int:
        """Return the next 64 bits."""
        self._state = (self._state + _STEP) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * _FIRST) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * _SECOND) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """Return a number from 0 up to but not including `limit`."""
        return self.draw() % limit

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def fraction(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return (self.draw() >> 11) / 2**53

    def happens(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of the cases."""
        return self.fraction() < share

    def pick(self, things: Sequence[T]) -> T:
        """Return one of several."""
        return things[self.below(len(things))]

    def uuid(self) -> UUID:
        """Return a UUID version 4."""
        return UUID(int=self.draw() << 64 | self.draw(), version=4)

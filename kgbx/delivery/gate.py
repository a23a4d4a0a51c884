# SPDX-License-Identifier: EUPL-1.2
"""Who may come in now: so many requests at a time, in all and of a partner, so many a second, a share of the last room.

Rules: nobody waits inside: who cannot come in now is told to come back; one partner cannot keep another out. The gate
is for one thread, and the moment is an argument, in seconds of a clock that never goes back; the reserve is for any.

Source: delivery design, "HTTP API".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from kgbx.delivery.problems import Refusal
from kgbx.limits import LOW_FREE_BYTES, LOW_SHARE_BYTES, MAX_PEER_RATE, MAX_PEER_REQUESTS, MAX_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class _Guest:
    inside: int = 0
    tokens: float = 0.0
    at: float = 0.0


@dataclass(slots=True, kw_only=True)
class Reserve:
    """Shares the last room of the disk: what a partner brought while there was little counts until there is more.

    Attributes:
        low: Free bytes below which shares count.
        share: Bytes that one partner may bring then.
    """

    low: int = LOW_FREE_BYTES
    share: int = LOW_SHARE_BYTES
    _brought: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def bring(self, peer: str, size: int, *, room: int) -> None:
        """Count what a partner brings.

        Raises:
            Refusal: X_DISK, there is little room, and it had its share of that.
        """
        with self._lock:
            if room >= self.low:
                self._brought.clear()
                return
            brought = self._brought.get(peer, 0) + size
            if brought > self.share:
                raise Refusal("X_DISK")
            self._brought[peer] = brought


@dataclass(slots=True, kw_only=True)
class Gate:
    """Counts who is inside.

    Attributes:
        most: Requests at a time.
        most_of_one: Requests of one partner at a time.
        rate: Requests of one partner a second; as many may come at once after a pause.
    """

    most: int = MAX_REQUESTS
    most_of_one: int = MAX_PEER_REQUESTS
    rate: float = MAX_PEER_RATE
    _inside: int = 0
    _guests: dict[str, _Guest] = field(default_factory=dict)

    @property
    def inside(self) -> int:
        """How many are inside now."""
        return self._inside

    def enter(self, peer: str, *, at: float) -> None:
        """Let somebody in; :meth:`leave` must follow. Whoever need not be known is one guest together: an empty name.

        Raises:
            Refusal: X_BUSY, too many are inside; X_RATE, too many of this partner came.
        """
        if self._inside >= self.most:
            raise Refusal("X_BUSY")
        self._count(peer, at)
        self._inside += 1

    def _count(self, peer: str, at: float) -> None:
        guest = self._guests.setdefault(peer, _Guest(tokens=self.rate, at=at))
        guest.tokens = min(self.rate, guest.tokens + (at - guest.at) * self.rate)
        guest.at = at
        if guest.inside >= self.most_of_one:
            raise Refusal("X_BUSY")
        if guest.tokens < 1:
            raise Refusal("X_RATE")
        guest.tokens -= 1
        guest.inside += 1

    def leave(self, peer: str) -> None:
        """Let somebody out."""
        self._inside -= 1
        self._guests[peer].inside -= 1

    def peers(self) -> Iterator[tuple[str, int]]:
        """Yield who is inside, and how often."""
        return ((peer, guest.inside) for peer, guest in self._guests.items() if guest.inside)

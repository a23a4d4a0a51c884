# SPDX-License-Identifier: EUPL-1.2
"""Bringing the parts of a message over a link of any speed: what came through stays, so it always gets further.

Rules:
    - parts that the partner has are not asked about again: those that it named as missing are brought, in order;
    - a piece that took too long is brought in smaller pieces from then on, to that partner; pieces that go fast grow;
    - after a while it is written down that the worker is alive; each while brings something, or ends in a failure;
    - what is remembered between tries (which parts are left, how large a piece may be) is only to be quick: whoever
      begins anew asks the partner.

Source: delivery design, "HTTP API"; decision 0053.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery import protocol
from kgbx.delivery.events import Failed, NoProof, PartsMissing, PartsSent
from kgbx.delivery.mailbox import OWN, piece
from kgbx.delivery.states import SECOND
from kgbx.errors import DeliveryError
from kgbx.limits import MAX_CHUNK_BYTES, MIN_CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Parts
    from kgbx.delivery.transport import Request, Response

Send: TypeAlias = "Callable[[Outgoing, Request], Response]"

UPLOAD_SECONDS: Final = 45
"""How long parts are brought before it is written down that the worker is alive: with one more request shorter than its
lease."""

TOO_SLOW: Final = frozenset({"X_TIMEOUT", "X_BROKEN"})
"""Failures of the road that a smaller request may not have."""

QUICK: Final = 12 * SECOND
"""A piece twice as large as one that took so long is still in time: a receiver waits 30 s for a body."""

_STALLS: Final = 3
"""How often a partner may want a piece again that it was given."""

_TOO_SLOW_SAID: Final = 408
_FIRST_REFUSAL: Final = 300
_REACHED: Final = (200, 204, 409)
"""Statuses with which a partner says how much of a part it has; 409 says: from there, please."""

_REMEMBERED: Final = 1000


class Bringing:
    """Brings parts of any messages. Several threads may use it."""

    def __init__(self, send: Send, now: Callable[[], int]) -> None:
        """Make one.

        Args:
            send: Carries a request to the partner of a row.
            now: Gives the present moment, Unix milliseconds.
        """
        self._send = send
        self._now = now
        self._left: dict[str, list[bytes]] = {}
        self._pieces: dict[str, int] = {}

    def told(self, row: Outgoing, missing: tuple[bytes, ...]) -> None:
        """Take down which parts a partner misses."""
        if len(self._left) >= _REMEMBERED:
            self._left.clear()
        self._left[row.id] = list(dict.fromkeys(missing))

    def bring(self, row: Outgoing, parts: Parts) -> Event:
        """Bring parts for a while: PartsSent when all are there, PartsMissing when there is more to do.

        Raises:
            DeliveryError: the road failed.
        """
        left = self._left.pop(row.id, None) or list(dict.fromkeys(row.parts))
        until = self._now() + UPLOAD_SECONDS * SECOND
        while left:
            event = PartsMissing() if self._now() >= until else self._part(row, left[0], parts, until=until)
            if event == PartsMissing():
                self.told(row, tuple(left))
            if event is not None:
                return event
            left.pop(0)
        return PartsSent()

    def _part(self, row: Outgoing, sha: bytes, parts: Parts, *, until: int) -> Event | None:
        """Bring one part; None once all of it is there."""
        _, size = parts.offset(OWN, sha)
        if not parts.has(OWN, sha) or size is None:
            return Failed(code="X_UNKNOWN")
        most, last, stalls = self._most(row.peer), (-1, 0), 0
        reached = 0 if size <= most else self._reached(self._send(row, protocol.head_part(sha)), row)
        while isinstance(reached, int) and reached < size:
            most = self._most(row.peer)
            stalls += reached <= last[0] and most == last[1]
            if stalls > _STALLS:
                return Failed(code="X_OFFSET")
            if self._now() >= until:
                return PartsMissing()
            last, data = (reached, most), piece(parts, sha, offset=reached, most=most)
            response = self._put(row, sha, (reached, size), data)
            reached = reached if response is None else self._reached(response, row)
        return None if isinstance(reached, int) else reached

    def _reached(self, response: Response, row: Outgoing) -> int | Event:
        """Return how much of a part is there by an answer, or what it means that it does not say."""
        offset = protocol.offset_of(response)
        return self._odd(response, row) if offset is None or response.status not in _REACHED else offset

    def _put(self, row: Outgoing, sha: bytes, place: tuple[int, int], data: bytes) -> Response | None:
        """Bring a piece; None if it was too much for the link: a smaller one follows.

        Args:
            row: The message.
            sha: SHA-256 of the part.
            place: Offset of the piece, and size of the part.
            data: The piece.
        """
        began, (offset, size) = self._now(), place
        least = len(data) <= MIN_CHUNK_BYTES
        try:
            response = self._send(row, protocol.put_part(sha, offset=offset, size=size, data=data))
        except DeliveryError as error:
            if least or error.code not in TOO_SLOW:
                raise
            response = None
        lasted = self._now() - began
        if response is None or response.status == _TOO_SLOW_SAID:
            self._pieces[row.peer] = max(len(data) // 2, MIN_CHUNK_BYTES)
        elif 0 <= lasted < QUICK and len(data) == self._most(row.peer):
            self._pieces[row.peer] = min(len(data) * 2, MAX_CHUNK_BYTES)
        said_slow = response is not None and response.status == _TOO_SLOW_SAID
        return None if said_slow and not least else response

    def _most(self, peer: str) -> int:
        return self._pieces.get(peer, MAX_CHUNK_BYTES)

    def _odd(self, response: Response, row: Outgoing) -> Event:
        if response.status < _FIRST_REFUSAL:
            return NoProof()
        if protocol.problem_of(response).code == "X_DIGEST":
            return Failed(code="X_DIGEST")
        return protocol.event_of(response, row=row, verify=lambda _data: None, now=self._now())

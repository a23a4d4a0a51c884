# SPDX-License-Identifier: EUPL-1.2
"""A road without a network: requests go to an endpoint in this process, and what a test wants goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.transport import Response
from kgbx.errors import DeliveryError
from tests.delivery.http.world import World, ask, scope_of
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from kgbx.delivery.asgi import Endpoint
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.transport import Request

URL = "https://example.org/kgbx"
Meddle: TypeAlias = Callable[["Request", Response], Response]


def honest(_request: Request, response: Response) -> Response:
    return response


def lost(_request: Request, _response: Response) -> Response:
    """Lose every answer."""
    raise DeliveryError("X_BROKEN", retryable=True)


@dataclass
class Wire:
    """A transport that asks an endpoint directly.

    Attributes:
        endpoint: Who answers.
        by: URN of who asks.
        meddle: What somebody on the way makes of an answer; it may raise.
        asked: Every request, in order.
    """

    endpoint: Endpoint
    by: str = TEAM
    meddle: Meddle = honest
    asked: list[Request] = field(default_factory=list)

    def send(self, url: str, request: Request, *, deadline: float) -> Response:  # noqa: ARG002  # nothing waits here
        self.asked.append(request)
        body = request.body if isinstance(request.body, bytes) else b"".join(request.body())
        scope = scope_of(request.method, request.path, by=self.by, headers=request.headers)
        said = asyncio.run(ask(self.endpoint, scope, [body]))
        return self.meddle(request, Response(status=said.status, headers=said.headers, body=said.body))

    @property
    def lines(self) -> list[str]:
        """What was asked, a line each."""
        return [f"{one.method} {one.path}" for one in self.asked]


class Line:
    """A sender with its engine, a road, and the endpoint of the receiver."""

    def __init__(self, meddle: Meddle = honest) -> None:
        self.world = World()
        self.wire = Wire(self.world.endpoint, meddle=meddle)
        self.road = HttpRoad(self.world.team, self.wire, endpoints={GI: URL})
        self.sender = Sender(self.world.team, self.road)

    def out(self, message_id: str) -> Outgoing:
        with self.world.team.store.transaction() as tx:
            row = tx.out(message_id)
        if row is None:
            raise LookupError
        return row

    def try_until(self, message_id: str, *, most: int = 60) -> Outgoing:
        """Let time pass and try, until the message is not waiting any more."""
        for _ in range(most):
            self.sender.run_once()
            row = self.out(message_id)
            if row.state not in ("queued", "waiting"):
                return row
            self.world.clock.now = max(self.world.clock.now + 60_000, row.due_at)
        return self.out(message_id)

    def arrived(self) -> list[str]:
        """Return the ids of which the receiver has custody."""
        with self.world.gi.store.transaction() as tx:
            return [row.id for row in tx.list_in()]

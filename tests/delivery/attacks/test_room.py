# SPDX-License-Identifier: EUPL-1.2
"""Room for everybody: what one client can take of the endpoint, and what is then left for the others."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.delivery.asgi import SLICE
from kgbx.delivery.gate import Gate
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError
from tests.delivery.http.world import World, a_message, ask, put_in, scope_of
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from kgbx.delivery.hops import Scope

LARGE = bytes(range(256)) * 2048


def fetching(world: World) -> Scope:
    """Put a message with a large part into the mailbox of TEAM, and return the request that fetches the part."""
    message = a_message(sender=GI, to=TEAM, attached=[LARGE])
    put_in(world.gi, message, peer=TEAM, road="mailbox")
    part = max((one.read() for one in message.parts), key=len)
    path = f"/v1/mailbox/{message.id}/parts/{b64(sha256(part).digest())}"
    return scope_of("GET", path, headers={"range": "bytes=0-"})


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


async def begun(world: World, scope: Scope) -> asyncio.Task[None]:
    """Begin a request of somebody who reads nothing of its answer, and return it when it waits for that."""
    waits = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            waits.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(world.endpoint(scope, never, send))  # type: ignore[arg-type]  # as a server calls it
    await waits.wait()
    return task


class TestAnswersThatNobodyReads:
    """Who does not read its answers has as many of them waiting as it may have requests, and no more."""

    def test_it_stays_inside_until_its_answer_is_read(self) -> None:
        async def scene() -> list[int]:
            world = World(gate=Gate(most_of_one=2))
            scope = fetching(world)
            unread = [await begun(world, scope) for _ in range(2)]
            third = await ask(world.endpoint, scope, [b""])
            other = await ask(world.endpoint, scope_of("GET", "/v1/mailbox", by=SCHOOL), [b""])
            for one in unread:
                one.cancel()
            await asyncio.gather(*unread, return_exceptions=True)
            again = await ask(world.endpoint, scope, [b""])
            return [third.status, other.status, again.status]

        assert asyncio.run(scene()) == [503, 200, 206]

    def test_a_long_answer_goes_in_pieces_and_waits_behind_the_last(self) -> None:
        pieces = []

        async def send(message: dict[str, Any]) -> None:
            pieces.append(message)

        world = World()
        asyncio.run(world.endpoint(fetching(world), never, send))  # type: ignore[arg-type]
        sizes = [len(one["body"]) for one in pieces[1:]]
        assert (max(sizes), sizes[-1], [one["more_body"] for one in pieces[-2:]]) == (SLICE, 0, [True, False])
        assert sum(sizes) > len(LARGE)


class TestHealth:
    """Strangers can keep strangers out, but nobody keeps out who watches over the process."""

    @pytest.mark.parametrize("path", ["/v1/health/live", "/v1/health/ready"])
    @pytest.mark.parametrize("gate", [Gate(most=0), Gate(most_of_one=0), Gate(rate=0.0)], ids=["full", "many", "fast"])
    def test_it_is_answered_whoever_else_is_inside(self, gate: Gate, path: str) -> None:
        world = World(gate=gate)
        assert (world.ask("GET", path, by=None).status, gate.inside) == (204, 0)

    def test_the_store_is_asked_by_one_at_a_time(self) -> None:
        async def scene() -> list[int]:
            scope = scope_of("GET", "/v1/health/ready", by=None)
            said = await asyncio.gather(*(ask(world.endpoint, scope, [b""]) for _ in range(50)))
            return [one.status for one in said]

        world, asked = World(), list[int]()
        room = world.gi.store.room

        def counted() -> int:
            asked.append(1)
            return room()

        world.gi.store.room = counted  # type: ignore[method-assign]
        assert (asyncio.run(scene()), len(asked)) == ([204] * 50, 1)

    def test_a_store_that_fails_is_not_ready_and_the_process_lives(self) -> None:
        def broken() -> int:
            raise DeliveryError("X_STORE", retryable=True)

        world = World()
        world.gi.store.room = broken  # type: ignore[method-assign]
        said = [world.ask("GET", f"/v1/health/{what}", by=None).status for what in ("ready", "live")]
        assert said == [503, 204]

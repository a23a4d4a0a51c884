# SPDX-License-Identifier: EUPL-1.2
"""Room for everybody: what one client can take of the endpoint, and what is then left for the others."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.delivery.asgi import SLICE, Endpoint
from kgbx.delivery.gate import Gate, Reserve
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.store.memory import MemoryStore
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError
from kgbx.limits import LOW_FREE_BYTES, LOW_SHARE_BYTES, MIB
from tests.delivery.http.world import PLAIN, World, a_message, ask, put_in, scope_of
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


class Disk(MemoryStore):
    """A store on a disk that is as large as a test wants."""

    def __init__(self, free: int) -> None:
        super().__init__()
        self.free = free

    def room(self) -> int:
        kept = self.parts._parts.values()  # type: ignore[attr-defined]  # of the store in memory
        return self.free - sum(len(part.data) for part in kept)


def brings_parts(world: World, *, by: str, most: int, mark: bytes = b"1") -> int:
    """Bring parts that belong to no message until they are refused, and return how many bytes were taken."""
    for number in range(most // CHUNK):
        data = mark + number.to_bytes(4, "big") + bytes(CHUNK - 5)
        headers = {"content-type": PLAIN, "content-range": f"bytes 0-{CHUNK - 1}/{CHUNK}"}
        said = world.ask("PUT", f"/v1/parts/{b64(sha256(data).digest())}", data, by=by, headers=headers)
        if said.status != 204:
            assert said.code == "X_DISK"
            return number * CHUNK
    return most


CHUNK = 4 * MIB


class TestDisk:
    """Who fills the disk, with parts that belong to nothing or with messages, keeps no other partner out."""

    def test_who_fills_it_is_stopped_before_the_others(self) -> None:
        disk = Disk(LOW_FREE_BYTES + 40 * MIB)
        world = World(store=disk)
        filled = brings_parts(world, by=SCHOOL, most=400 * MIB)
        assert (filled <= 40 * MIB + LOW_SHARE_BYTES + CHUNK, world.offer(a_message()).status) == (True, 202)
        assert world.bring(a_message()).status == 201
        assert world.ask("GET", "/v1/health/ready", by=None).status == 204

    def test_messages_and_receipts_count_too(self) -> None:
        world = World(store=Disk(LOW_FREE_BYTES - 1))
        world.endpoint = Endpoint(world.gi, by_certificate(PROFILES["mtls"]), reserve=Reserve(share=10_000))
        codes = [world.bring(a_message(), by=TEAM).status for _ in range(10)]
        assert (codes[0], codes[-1], world.bring(a_message(sender=SCHOOL), by=SCHOOL).status) == (201, 503, 201)

    def test_what_asks_for_no_room_is_answered(self) -> None:
        world = World(store=Disk(LOW_FREE_BYTES - 1))
        world.endpoint = Endpoint(world.gi, by_certificate(PROFILES["mtls"]), reserve=Reserve(share=0))
        assert [world.offer(a_message()).status, world.ask("GET", "/v1/mailbox").status] == [503, 200]

    def test_once_there_is_room_again_all_begin_anew(self) -> None:
        disk = Disk(LOW_FREE_BYTES - 1)
        world = World(store=disk)
        filled = brings_parts(world, by=SCHOOL, most=400 * MIB)
        disk.free += LOW_FREE_BYTES
        assert (filled, brings_parts(world, by=SCHOOL, most=100 * MIB, mark=b"2")) == (LOW_SHARE_BYTES, 100 * MIB)


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

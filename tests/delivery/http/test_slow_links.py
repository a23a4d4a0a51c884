# SPDX-License-Identifier: EUPL-1.2
"""Links on which everything takes long: whatever is brought stays, so in the end all of it is there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery import sending
from kgbx.delivery.collecting import Collector
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import HOUR, LEASE, MINUTE, SECOND
from kgbx.delivery.transport import Response
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError
from tests.delivery.http.wire import URL, Wire
from tests.delivery.http.world import World, a_message, parts_of, put_in
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.transport import Request

BODY_SECONDS = 30
"""How long a receiver waits for a body."""


@dataclass
class SlowWire(Wire):
    """A link on which a request takes time on the clock of both sides: a moment each, and so many bytes a second."""

    world: World = field(default_factory=World)
    moment: float = 0.0
    rate: float = 1e9
    failed: int = 0

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        body = len(request.body) / self.rate if isinstance(request.body, bytes) else 0.0
        lasts = self.moment + body
        self.world.clock.now += int(min(lasts, deadline) * SECOND)
        if lasts > deadline:
            self.failed += 1
            raise DeliveryError("X_TIMEOUT", retryable=True)
        if body > BODY_SECONDS:
            self.failed += 1
            return Response(status=408, headers={"api-version": "1.0.0"}, body=b'{"code":"X_SLOW"}')
        return super().send(url, request, deadline=deadline)


class Slow:
    """A sender whose link is slow."""

    def __init__(self, *, moment: float = 0.0, rate: float = 1e9) -> None:
        self.world = World()
        self.wire = SlowWire(self.world.endpoint, by=TEAM, world=self.world, moment=moment, rate=rate)
        self.sender = self.process()

    def process(self) -> Sender:
        """Return the sender of a new process: it remembers nothing."""
        return Sender(self.world.team, HttpRoad(self.world.team, self.wire, endpoints={GI: URL}))

    def put(self, *attached: bytes) -> str:
        message = a_message(attached=attached)
        put_in(self.world.team, message)
        return message.id

    def out(self, message_id: str) -> Outgoing:
        with self.world.team.store.transaction() as tx:
            row = tx.out(message_id)
        assert row is not None
        return row

    def bring(self, message_id: str, *, tries: int) -> Outgoing:
        """Try so often at most, each time as soon as it is due."""
        for _ in range(tries):
            row = self.out(message_id)
            if row.state == "accepted":
                break
            self.world.clock.now = max(self.world.clock.now, row.due_at)
            self.sender.run_once()
        return self.out(message_id)

    def events(self) -> set[str]:
        with self.world.team.store.transaction() as tx:
            return {one.event for one in tx.audit_rows()}


def many(size: int = 2_100) -> Iterable[bytes]:
    return (number.to_bytes(2, "big") * (size // 2) for number in range(255))


@pytest.mark.parametrize("moment", [0.6, 3.0, 20.0])
def test_the_last_of_256_parts_gets_there_over_a_slow_link(moment: float) -> None:
    slow = Slow(moment=moment)
    message = slow.put(*many())
    row = slow.bring(message, tries=12)
    assert row.state == "accepted"
    assert not slow.events() & {"lease expired", "came late"}


def test_what_was_brought_is_not_asked_for_again_in_the_same_try() -> None:
    slow = Slow(moment=1.0)
    slow.bring(slow.put(*many()), tries=12)
    heads = [one for one in slow.wire.lines if one.startswith("HEAD")]
    assert len(heads) <= 256 + 40


@pytest.mark.parametrize("rate", [100_000, 20_000, 4_000])
def test_a_large_part_gets_there_in_pieces_that_the_link_can_carry(rate: int) -> None:
    slow = Slow(moment=0.1, rate=rate)
    row = slow.bring(slow.put(bytes(1_000_000 + 20 * rate * 10)), tries=30)
    assert row.state == "accepted"
    assert slow.wire.failed <= 16


def test_small_parts_go_apart_when_all_at_once_is_too_much() -> None:
    slow = Slow(moment=0.1, rate=3_000)
    assert slow.bring(slow.put(bytes(200_000)), tries=8).state == "accepted"


def test_a_fast_link_gets_large_pieces_again() -> None:
    slow = Slow(rate=50_000)
    slow.bring(slow.put(bytes(5_000_000)), tries=30)
    slow.wire.rate = 1e9
    slow.wire.asked.clear()
    slow.bring(slow.put(bytes(40_000_000)), tries=2)
    sizes = [len(one.body) for one in slow.wire.asked if isinstance(one.body, bytes)]
    assert max(sizes) == 4 * 1024 * 1024


def test_who_brings_for_hours_does_not_wait_longer_and_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_MAX_ROUNDS", 3)
    slow = Slow(moment=0.1, rate=60_000)
    message, began = slow.put(bytes(60_000_000)), slow.world.clock.now
    row = slow.bring(message, tries=60)
    assert row.state == "accepted"
    carried = 60_000_000 / 60_000 * SECOND
    assert slow.world.clock.now - began < carried + 20 * MINUTE
    with slow.world.team.store.transaction() as tx:
        assert tx.peer(GI).breaker == "closed"


def test_a_process_that_dies_each_time_still_gets_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_MAX_ROUNDS", 2)
    slow = Slow(moment=2.0)
    message = slow.put(*many())
    for _ in range(60):
        slow.sender = slow.process()
        if slow.bring(message, tries=1).state == "accepted":
            break
    assert slow.out(message).state == "accepted"


def test_a_link_that_is_dead_is_a_failure_of_the_road() -> None:
    slow = Slow(moment=0.1)
    message = slow.put(*many())
    slow.wire.moment = 1_000.0
    slow.sender.run_once()
    row = slow.out(message)
    assert (row.state, row.problem) == ("waiting", "X_TIMEOUT")
    assert slow.world.clock.now - row.made_at < LEASE + HOUR


@dataclass
class SlowDown(Wire):
    """A link on which an answer takes time; a server cuts off who reads for longer than it waits."""

    world: World = field(default_factory=World)
    rate: float = 1e9

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        said = super().send(url, request, deadline=deadline)
        lasts = len(said.body) / self.rate
        self.world.clock.now += int(min(lasts, BODY_SECONDS) * SECOND)
        if lasts > BODY_SECONDS:
            raise DeliveryError("X_BROKEN", retryable=True)
        return said


@pytest.mark.parametrize("rate", [100_000, 20_000])
def test_who_fetches_over_a_slow_link_gets_all_of_it(rate: int) -> None:
    world, message = World(), a_message(sender=GI, to=TEAM, attached=[bytes(1_000_000 + 200 * rate)])
    put_in(world.gi, message, peer=TEAM, road="mailbox")
    wire = SlowDown(world.endpoint, by=TEAM, world=world, rate=rate)
    collector = Collector(world.team, wire, peer=GI, url=URL)
    for _ in range(30):
        with suppress(DeliveryError):
            if collector.run_once():
                break
    with world.team.store.transaction() as tx:
        assert [row.id for row in tx.list_in()] == [message.id]


def test_a_server_gives_no_more_of_a_part_than_is_asked() -> None:
    world, message = World(), a_message(sender=GI, to=TEAM, attached=[bytes(900_000)])
    put_in(world.gi, message, peer=TEAM, road="mailbox")
    largest = max(zip(parts_of(message), message.parts, strict=True), key=lambda pair: pair[1].size)[0]
    path = f"/v1/mailbox/{message.id}/parts/{b64(largest)}"
    spans = ("bytes=10-19", "bytes=10-", "bytes=10-99999999", "bytes=19-10")
    said = [world.ask("GET", path, headers={"range": span}) for span in spans]
    lengths = [len(one.body) for one in said[:3]]
    assert ([one.status for one in said], lengths[0]) == ([206, 206, 206, 400], 10)
    assert lengths[1] == lengths[2] > 800_000

# SPDX-License-Identifier: EUPL-1.2
"""What a partner may ask: receipts, lanes, keys, capabilities, health; and what it may bring about a message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.protocol import BUNDLE_MEDIA
from kgbx.delivery.records import Receipt
from kgbx.delivery.store.memory import MemoryStore
from kgbx.envelope.custody import no_custody, sign_statement
from tests.delivery.http.world import SIGNED, World, a_message, put_in, scope_of
from tests.delivery.receiving.sides import START
from tests.parties import AT, GI, SCHOOL, TEAM, party

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.records import Incoming
    from kgbx.envelope.seal import Sealed

NOBODY = "00000000-0000-4000-8000-000000000000"


def kept(world: World, peer: str = TEAM) -> list[Incoming]:
    with world.gi.store.transaction() as tx:
        return [row for row in tx.list_in(peer=peer) if row.kind != "message"]


def a_no(message: Sealed, by: str = TEAM) -> bytes:
    at = int(AT.timestamp())
    said = no_custody(message.envelope, message_id=message.id, by=by, at=at, reason="undeliverable")
    return sign_statement(said, party(by).identity)


def put_receipt(world: World, about: str, level: int, data: bytes, *, by: str = TEAM) -> int:
    return world.ask("PUT", f"/v1/receipts/{about}/{level}", data, by=by, headers={"content-type": SIGNED}).status


COUNT = [0]


def counted(room: Callable[[], int]) -> Callable[[], int]:
    def asking() -> int:
        COUNT[0] += 1
        return room()

    return asking


class TestReceiptsThatAreAskedFor:
    """What was signed about a message is shown to who brought it, and to nobody else."""

    def test_custody_is_shown_to_its_sender(self) -> None:
        world, message = World(), a_message()
        given = world.bring(message)
        said = world.ask("GET", f"/v1/messages/{message.id}/receipt")
        assert (said.status, said.body) == (200, given.body)

    def test_another_partner_hears_that_it_is_not_there(self) -> None:
        world, message = World(), a_message()
        world.bring(message)
        assert world.ask("GET", f"/v1/messages/{message.id}/receipt", by=SCHOOL).code == "X_UNKNOWN"

    def test_a_higher_level_is_shown_once_it_is_given(self) -> None:
        world, address = World(), f"/v1/messages/{NOBODY}/receipt?level=2"
        assert world.ask("GET", address).code == "X_UNKNOWN"
        receipt = Receipt(
            direction="out", peer=TEAM, message_id=NOBODY, level=2, outcome="processed", at=START, data=b"sealed"
        )
        with world.gi.store.transaction() as tx:
            tx.add_receipt(receipt)
        assert world.ask("GET", address).body == b"sealed"


class TestReceiptsThatAreBrought:
    """A receipt is kept, unopened and once, if it is about a message that went to who brings it."""

    def test_it_is_kept_once(self) -> None:
        world, message, receipt = World(), a_message(sender=GI, to=TEAM), a_message().envelope
        put_in(world.gi, message, peer=TEAM)
        assert [put_receipt(world, message.id, 2, receipt) for _ in range(2)] == [204, 204]
        assert [(row.kind, row.ref, row.level) for row in kept(world)] == [("receipt", message.id, 2)]

    def test_a_signed_no_is_kept(self) -> None:
        world, message = World(), a_message(sender=GI, to=TEAM)
        put_in(world.gi, message, peer=TEAM)
        assert put_receipt(world, message.id, 1, a_no(message)) == 204
        assert [row.level for row in kept(world)] == [1]

    def test_one_about_a_message_to_somebody_else_is_not_taken(self) -> None:
        world, message = World(), a_message(sender=GI, to=TEAM)
        put_in(world.gi, message, peer=TEAM)
        assert put_receipt(world, message.id, 2, a_message().envelope, by=SCHOOL) == 404
        assert kept(world, SCHOOL) == []

    @pytest.mark.parametrize("level", [1, 2, 3])
    def test_one_without_its_form_is_not_taken(self, level: int) -> None:
        world, message = World(), a_message(sender=GI, to=TEAM)
        put_in(world.gi, message, peer=TEAM)
        assert put_receipt(world, message.id, level, b"{}") == 400

    @pytest.mark.parametrize("level", [0, 4, 12])
    def test_there_are_three_levels(self, level: int) -> None:
        assert put_receipt(World(), NOBODY, level, b"{}") == 400


def test_a_cancellation_is_kept_if_the_message_is_here() -> None:
    world, message = World(), a_message()
    address, headers = f"/v1/messages/{message.id}/cancellation", {"content-type": BUNDLE_MEDIA}
    assert world.ask("PUT", address, a_bundle(), headers=headers).code == "X_UNKNOWN"
    world.bring(message)
    assert world.ask("PUT", address, a_bundle(), headers=headers).status == 204
    assert [(row.kind, row.ref) for row in kept(world)] == [("cancellation", message.id)]


def a_bundle() -> bytes:
    from kgbx.envelope.bundle import blocks  # noqa: PLC0415  # only here

    message = a_message()
    return b"".join(blocks(message.envelope, message.parts))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], {"next": 1, "missing": []}),
        ([1, 2, 3], {"next": 4, "missing": []}),
        ([2, 5], {"next": 6, "missing": [1, 3, 4]}),
    ],
)
def test_where_a_lane_stands(numbers: list[int], expected: object) -> None:
    world = World()
    for number in numbers:
        world.bring(a_message(), kgbx_lane=f"lane-1;{number}")
    assert world.ask("GET", "/v1/lanes/lane-1/position").json == expected
    assert world.ask("GET", "/v1/lanes/lane-1/position", by=SCHOOL).json == {"next": 1, "missing": []}


def test_a_lane_with_a_number_from_the_moon_does_not_fill_the_memory() -> None:
    world = World()
    world.bring(a_message(), kgbx_lane="lane-1;999999999999")
    assert len(world.ask("GET", "/v1/lanes/lane-1/position").json["missing"]) == 1000


class TestWhatAnybodyMayAsk:
    """Capabilities, keys, health and the description need no partner."""

    def test_capabilities_tell_the_window_and_the_limits(self) -> None:
        said = World().ask("GET", "/v1/capabilities", by=None).json
        assert (said["org"], said["dedupe_days"], said["limits"]["envelope_bytes"]) == (GI, 30, 4 * 1024 * 1024)

    def test_keys_are_the_signed_document(self) -> None:
        assert World().ask("GET", "/v1/keys", by=None).body == party(GI).document

    @pytest.mark.parametrize("what", ["live", "ready"])
    def test_health_is_good(self, what: str) -> None:
        assert World().ask("GET", f"/v1/health/{what}", by=None).status == 204

    def test_who_asks_all_the_time_asks_the_store_no_more_often(self) -> None:
        world = World()

        async def ask_often() -> list[int]:
            return [(await world.asked(scope_of("GET", "/v1/health/ready", by=None), [b""])).status for _ in range(5)]

        world.gi.store.room = counted(world.gi.store.room)  # type: ignore[method-assign]
        assert asyncio.run(ask_often()) == [204] * 5
        assert COUNT == [1]

    def test_it_is_not_ready_without_room(self) -> None:
        world = World(store=MemoryStore(room=1))
        assert world.ask("GET", "/v1/health/ready", by=None).code == "X_DISK"
        assert world.ask("GET", "/v1/health/live", by=None).status == 204

    def test_it_is_not_ready_when_the_store_is_closed(self) -> None:
        world = World()
        world.gi.store.close()
        assert world.ask("GET", "/v1/health/ready", by=None).code == "X_STORE"

    def test_it_is_not_ready_when_its_keys_may_not_sign(self) -> None:
        world = World()
        world.clock.now += 400 * 86_400_000
        assert world.ask("GET", "/v1/health/ready", by=None).code == "X_BUSY"


def test_nothing_is_taken_when_nothing_can_be_signed() -> None:
    world, message = World(), a_message()
    world.clock.now += 400 * 86_400_000
    assert world.bring(message).code == "X_BUSY"
    with world.gi.store.transaction() as tx:
        assert tx.incoming(TEAM, message.id) is None

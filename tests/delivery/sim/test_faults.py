# SPDX-License-Identifier: EUPL-1.2
"""The faults of the list that need time, several organisations and a network: each alone, in a small world."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.events import Withdrawn
from kgbx.delivery.sim.checks import broken
from kgbx.delivery.sim.network import RETRY_AFTER
from kgbx.delivery.sim.places import BEGIN, Wish
from kgbx.delivery.sim.seals import verified
from kgbx.delivery.sim.world import Plan, World
from kgbx.delivery.states import DAY, DEDUPE_DAYS, HOUR, LIFETIME, MINUTE, SECOND
from kgbx.envelope.custody import Custody
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.sim.places import Place

SEEDS = range(scaled(quick=2, ci=12, long=60))


def calm(**changes: object) -> Plan:
    """Return a plan in which nothing happens by itself."""
    plan = Plan(organisations=3, messages=0, trouble=DAY, faults=0, dies=0.0, refused=0.0)
    for name, value in changes.items():
        object.__setattr__(plan, name, value)
    return plan


def troubled(seed: int, **fates: float) -> World:
    """Return the end of a world in which requests have these fates for six hours."""
    plan = calm(messages=25, trouble=6 * HOUR, fates={name.replace("_", " "): share for name, share in fates.items()})
    return World(seed, plan=plan).run()


def two(world: World) -> tuple[Place, Place]:
    """Return two organisations of a world that has begun."""
    world.begin()
    return world.places[0], world.places[1]


def row_of(place: Place, message_id: str) -> Outgoing:
    """Return the row of a message at its sender."""
    return place.store.tables.outgoing[message_id]


def handed(receiver: Place, sender: Place, message_id: str) -> bool:
    """Tell whether the application of the receiver has a message."""
    return f"handed {sender.org} {message_id}" in receiver.store.tables.settings


@pytest.mark.parametrize("seed", SEEDS)
def test_t07_what_arrives_many_times_is_there_once(seed: int) -> None:
    world = troubled(seed, repeated=0.9)
    assert broken(world) == ()
    assert max(row.duplicates for place in world.places for row in place.store.tables.incoming.values()) >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_t09_lost_answers_lose_nothing_and_double_nothing(seed: int) -> None:
    world = troubled(seed, answer_lost=0.5)
    assert broken(world) == ()
    assert world.network.wire.faults > 10


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("lie", ["forged", "of_another", "other_bytes", "other_signer", "portal"])
def test_t10_and_t27_what_is_no_proof_is_never_taken_for_it(seed: int, lie: str) -> None:
    assert broken(troubled(seed, **{lie: 0.6})) == ()


@pytest.mark.parametrize("wait", [SECOND, MINUTE, HOUR, DAY, 6 * DAY])
def test_t11_a_cut_of_any_length_is_survived_and_not_hammered(wait: int) -> None:
    world = World(1, plan=calm())
    sender, receiver = two(world)
    world.network.cut = {(sender.org, receiver.org)}
    message_id = world.sent(sender, Wish(peer=receiver.org))
    world.until(BEGIN + wait)
    tries = row_of(sender, message_id).attempts
    world.network.cut = set()
    world.until(world.time + HOUR)
    assert row_of(sender, message_id).state == "completed"
    assert tries <= 8 + wait // (20 * MINUTE)


def test_t11_a_road_that_flaps_is_survived() -> None:
    world = World(2, plan=calm())
    sender, receiver = two(world)
    ids = [world.sent(sender, Wish(peer=receiver.org, lane="a")) for _ in range(5)]
    for turn in range(60):
        world.network.cut = {(sender.org, receiver.org)} if turn % 2 else set()
        world.until(world.time + 7 * SECOND)
    world.until(world.time + HOUR)
    assert {row_of(sender, one).state for one in ids} == {"completed"}
    assert broken(world) == ()


def test_t12_a_road_that_is_broken_one_way_is_not_hammered() -> None:
    world = World(3, plan=calm())
    sender, receiver = two(world)
    world.network.cut = {(sender.org, receiver.org)}
    message_id = world.sent(sender, Wish(peer=receiver.org))
    for _ in range(360):
        world.sent(receiver, Wish(peer=sender.org))
        world.until(world.time + 20 * SECOND)
    assert row_of(sender, message_id).attempts <= 2 * 60 + 8
    assert row_of(sender, message_id).state == "waiting"


@pytest.mark.parametrize("asked", RETRY_AFTER)
def test_t13_whatever_a_partner_asks_the_wait_is_bounded(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbx.delivery.sim.network.RETRY_AFTER", (asked,))
    world = World(4, plan=calm(fates={"busy": 1.0}))
    sender, receiver = two(world)
    message_id = world.sent(sender, Wish(peer=receiver.org))
    world.until(world.time + MINUTE)
    row = row_of(sender, message_id)
    assert row.state == "waiting"
    assert world.time - MINUTE < row.due_at <= world.time + HOUR


@pytest.mark.parametrize("offset", [-DAY, -5 * MINUTE, 5 * MINUTE, DAY])
def test_t14_a_clock_that_jumps_while_messages_are_on_their_way(offset: int) -> None:
    world = World(5, plan=calm())
    sender, receiver = two(world)
    ids = []
    for turn in range(6):
        ids.append(world.sent(sender, Wish(peer=receiver.org, lane="a", lifetime=LIFETIME)))
        place = (sender, receiver)[turn % 2]
        place.life.offset = offset if place.life.offset == 0 else 0
        world.until(world.time + 10 * SECOND)
    world.heal()
    world.calm_down()
    assert {row_of(sender, one).state for one in ids} == {"completed"}
    assert broken(world) == ()


@pytest.mark.parametrize("days", [0, 1, DEDUPE_DAYS - 1])
def test_t15_a_request_that_was_recorded_gets_the_same_statement(days: int) -> None:
    world = World(6, plan=calm())
    sender, receiver = two(world)
    row = row_of(sender, world.sent(sender, Wish(peer=receiver.org)))
    envelope = sender.store.tables.envelopes_out[row.id]
    world.until(world.time + HOUR)
    first = sender.store.tables.receipts[("in", receiver.org, row.id, 1)].data
    world.time += days * DAY
    again = world.network.deliver(row, envelope, sender=sender.org)
    assert (again.status, again.body) == (200, first)


def test_t15_a_request_of_before_the_window_is_never_handled_again() -> None:
    world = World(7, plan=calm())
    sender, receiver = two(world)
    row = row_of(sender, world.sent(sender, Wish(peer=receiver.org)))
    envelope = sender.store.tables.envelopes_out[row.id]
    world.until(world.time + HOUR)
    world.time += (DEDUPE_DAYS + 1) * DAY
    late = world.network.deliver(row, envelope, sender=sender.org)
    world.until(world.time + HOUR)
    assert (late.status, b"X_TOO_OLD" in late.body) == (400, True)
    assert broken(world) == ()


def test_t20_what_a_restored_receiver_lost_is_there_again() -> None:
    world = World(8, plan=calm())
    sender, receiver = two(world)
    backup = receiver.store.backup()
    message_id = world.sent(sender, Wish(peer=receiver.org))
    world.until(world.time + HOUR)
    receiver.restore(backup)
    assert not handed(receiver, sender, message_id)
    world.sent(sender, Wish(peer=receiver.org))
    world.until(world.time + HOUR)
    assert handed(receiver, sender, message_id)
    assert row_of(sender, message_id).state == "completed"


def test_t20_a_restored_sender_asks_before_it_sends() -> None:
    world = World(9, plan=calm())
    sender, receiver = two(world)
    message_id = world.sent(sender, Wish(peer=receiver.org))
    backup = sender.store.backup()
    world.until(world.time + HOUR)
    delivered = world.network.wire.delivered
    sender.restore(backup)
    world.wake(sender, SECOND)
    world.until(world.time + 30 * SECOND)
    assert row_of(sender, message_id).state in {"accepted", "completed"}
    assert world.network.wire.delivered == delivered


def test_t20_a_partner_with_a_new_epoch_each_time_is_no_storm() -> None:
    world = World(10, plan=calm())
    sender, receiver = two(world)
    for _ in range(12):
        world.sent(sender, Wish(peer=receiver.org))
        world.until(world.time + MINUTE)
        receiver.restore(receiver.store.backup())
    restored = [one for one in sender.store.tables.alerts.values() if one.code == "X_RESTORED"]
    assert 1 <= len(restored) <= 3


def test_t21_a_key_that_was_destroyed_too_soon_is_told_or_replaced() -> None:
    world = World(11, plan=calm())
    sender, receiver = two(world)
    message_id = world.sent(sender, Wish(peer=receiver.org, lane="a"))
    receiver.keys.key += 1
    world.until(world.time + HOUR)
    (successor,) = (row for row in sender.store.tables.outgoing.values() if row.ref == message_id)
    assert row_of(sender, message_id).state == "superseded"
    assert (successor.state, successor.number) == ("completed", 1)


def test_t22_poison_is_set_apart_and_holds_up_nobody() -> None:
    world = World(12, plan=calm())
    sender, receiver = two(world)
    poison = world.sent(sender, Wish(peer=receiver.org, flavour="poison", lane="a"))
    after = [world.sent(sender, Wish(peer=receiver.org, lane=lane)) for lane in ("a", "b")]
    world.until(world.time + HOUR)
    assert receiver.store.tables.incoming[(sender.org, poison)].state == "quarantined"
    assert {row_of(sender, one).state for one in after} == {"completed"}


def test_t23_a_number_that_never_comes_is_told_with_the_next() -> None:
    world = World(13, plan=calm())
    sender, receiver = two(world)
    world.network.cut = {(sender.org, receiver.org)}
    first, second = (world.sent(sender, Wish(peer=receiver.org, lane="a")) for _ in range(2))
    sender.sender.operate(first, Withdrawn(actor="operator", reason="sent in error"))
    world.network.cut = set()
    world.until(world.time + 2 * HOUR)
    assert handed(receiver, sender, second)
    assert receiver.store.tables.settings[f"lane {sender.org} a"] == "2:1"


def test_the_statements_of_this_world_are_real_ones() -> None:
    world = World(14, plan=calm())
    sender, receiver = two(world)
    row = row_of(sender, world.sent(sender, Wish(peer=receiver.org)))
    world.until(world.time + HOUR)
    held = verified(sender.store.tables.receipts[("in", receiver.org, row.id, 1)].data)
    assert isinstance(held, Custody)
    assert (held.by, held.envelope) == (receiver.org, row.envelope)

# SPDX-License-Identifier: EUPL-1.2
"""A consent that is withdrawn: what it stops of what stands here, is under way, or was with the partner before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from kgbx.case import FamilyCase
from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import NoProof, Replayed, UnknownKey
from kgbx.delivery.node import moment
from kgbx.delivery.sending import Hooks, Sender
from kgbx.delivery.states import DAY
from kgbx.errors import UsageError
from kgbx.exchange.delivering import withdraw_what_may_not_go

if TYPE_CHECKING:
    from kgbx.delivery.node import Node
    from kgbx.envelope.identity import Identity
    from tests.delivery.receiving.sharing import World

OTHER = "00000000-0000-4000-8000-00000000ca5e"


def bring(world: World) -> None:
    Sender(world.team, world.road).run_once()


def meet_again(world: World) -> list[str]:
    """Let the partner go back to a backup, show that with its word about another family; return what it is offered."""
    world.lose()
    world.file = FamilyCase(world.file, id=OTHER, synthetic=True)
    other = world.post()
    world.road.offered.clear()
    bring(world)
    return [one for one in world.road.offered if one != other]


def without_its_keys(world: World) -> Node:
    """Return the partner after it lost the keys that messages were sealed to."""
    identity = cast("Identity", world.gi.identity)
    for kid in identity.encryption_kids:
        identity = identity.without_key(kid)
    return replace(world.gi, identity=identity.with_new_keys("enc", at=moment(world.clock.now)))


def events(world: World, message: str) -> list[str]:
    with world.team.store.transaction() as tx:
        return [one.event for one in tx.audit_rows() if one.message_id == message]


class TestAfterARestoreOfThePartner:
    """MUST: what may not go any more is not offered again to a partner that lost it."""

    def test_what_it_had_accepted_is_not_offered_again(self, world: World) -> None:
        message = world.post()
        bring(world)
        assert (world.state(message), world.withdraw()) == ("accepted", ())
        assert meet_again(world) == []
        assert (world.state(message), events(world, message)[-1]) == ("accepted", "not offered again")

    def test_what_it_had_processed_is_not_offered_again(self, world: World) -> None:
        message = world.post()
        world.run()
        assert (world.state(message), world.withdraw()) == ("completed", ())
        assert meet_again(world) == []
        assert world.state(message) == "completed"

    def test_what_may_still_go_is_offered_again(self, world: World) -> None:
        message = world.post()
        bring(world)
        assert withdraw_what_may_not_go(world.team, world.file, own=world.own, actor="ann") == ()
        assert meet_again(world) == [message]

    def test_a_family_whose_consent_stands_is_not_stopped_with_another(self, world: World) -> None:
        message = world.post()
        bring(world)
        other = FamilyCase(world.file, id=OTHER, synthetic=True)
        assert withdraw_what_may_not_go(world.team, other, own=world.strict(), actor="ann") == ()
        assert meet_again(world) == [message]

    def test_what_it_says_that_it_never_saw_is_withdrawn(self, world: World) -> None:
        message = world.post()
        bring(world)
        world.withdraw()
        world.clock.now += DAY + 1
        Sender(world.team, world.road).run_once()
        assert (world.road.offered, world.state(message)) == ([message], "withdrawn")


class TestOnItsWay:
    """MUST: what may not go any more is withdrawn as soon as the try of that moment has ended, however it ended."""

    def test_what_ended_with_a_person_is_withdrawn(self, world: World) -> None:
        message = world.post()
        sender = Sender(world.team, world.road)
        (row,) = sender.claim()
        world.withdraw()
        with world.team.store.transaction() as tx:
            tx.save_out(replace(row, odd_answers=3), was=row)
        sender.settle(row, Attempt(event=NoProof()))
        assert world.state(message) == "withdrawn"

    def test_what_was_decided_again_before_that_does_not_take_its_place(self, world: World) -> None:
        message = world.post()
        world.rotate()
        sender = Sender(world.team, world.resealing.road(world.road), hooks=Hooks(replacing=world.resealing.replacing))
        (row,) = sender.claim()
        world.road.forgets_key = True
        attempt = sender.tried(row)
        assert isinstance(attempt.event, UnknownKey)
        world.withdraw()
        sender.settle(row, attempt)
        with world.team.store.transaction() as tx:
            assert [(one.id, one.state) for one in tx.list_out()] == [(message, "withdrawn")]

    def test_what_does_not_open_there_is_withdrawn_and_its_partner_told(self, world: World) -> None:
        message = world.post()
        bring(world)
        world.withdraw()
        world.gi = without_its_keys(world)
        world.run()
        assert world.state(message) == "withdrawn"
        with world.team.store.transaction() as tx:
            assert [one.ref for one in tx.list_out() if one.kind == "cancellation"] == [message]


def test_an_operator_cannot_send_what_may_not_go(world: World) -> None:
    message = world.post()
    sender = Sender(world.team, world.road)
    (row,) = sender.claim()
    world.withdraw()
    with world.team.store.transaction() as tx:
        tx.save_out(replace(row, state="attention", lease_token=None, lease_until=None), was=row)
    sender.operate(message, Replayed(actor="ben", reason="they called"))
    assert world.state(message) == "withdrawn"


def test_a_case_without_an_id_cannot_be_found_and_that_is_told(world: World) -> None:
    with pytest.raises(UsageError):
        withdraw_what_may_not_go(world.team, FamilyCase(synthetic=True), own=world.own, actor="ann")

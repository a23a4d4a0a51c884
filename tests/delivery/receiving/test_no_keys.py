# SPDX-License-Identifier: EUPL-1.2
"""Own keys that may not sign: what came in waits, uncounted, somebody is told once, and it goes on by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, cast

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.posting import cancelling
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.sending import Hooks, Sender
from kgbx.delivery.states import HOUR, MINUTE
from kgbx.envelope.ownkeys import Identity
from kgbx.errors import EnvelopeError, UsageError
from tests.delivery.http.world import World, a_message
from tests.delivery.receiving.sharing import Straight
from tests.delivery.receiving.sides import START, Sides

if TYPE_CHECKING:
    from kgbx.delivery.node import Node
    from kgbx.envelope.seal import Sealed


class Unwilling(EnvelopeJudge):
    """Signs nothing, though the keys were good a moment ago."""

    def said(self, *_about: object, **_more: object) -> NoReturn:
        raise UsageError("U_NO_KEYS")


class NoKeyToSealTo(EnvelopeJudge):
    """Seals nothing, because a partner has no key now."""

    def said(self, *_about: object, **_more: object) -> NoReturn:
        raise EnvelopeError("E_KEY_EXPIRED")


class Mistaken(EnvelopeJudge):
    """Signs nothing, because of a mistake of its maker."""

    def said(self, *_about: object, **_more: object) -> NoReturn:
        raise UsageError


def signing_from(node: Node, start: int) -> Node:
    """Return a node whose keys sign from a moment on."""
    identity = cast("Identity", node.identity)
    keys = tuple(replace(key, nbf=start // 1000) if key.use == "sig" else key for key in identity.keys)
    return replace(node, identity=Identity(org=identity.org, keys=keys))


@pytest.fixture
def sides() -> Sides:
    return Sides()


def waiting(sides: Sides, receiver: Receiver, message: Sealed, *, rounds: int = 12) -> tuple[str, int, int, str | None]:
    """Let two hours pass, and return how the message stands."""
    for _ in range(rounds):
        receiver.run_once()
        sides.clock.now += 10 * MINUTE
    row = sides.row(message.id)
    return row.state, row.attempts, row.deaths, row.problem


class TestOwnKeys:
    """MUST: that nothing can be signed is no fault of a message: it is not counted and not set apart."""

    def test_a_message_waits_and_one_alert_is_raised(self, sides: Sides) -> None:
        receiver = sides.receiver_of(signing_from(sides.gi, START + 3 * HOUR))
        message = sides.sealed()
        sides.offer(sides.sealed())
        sides.offer(message)
        assert waiting(sides, receiver, message) == ("received", 0, 0, "U_NO_KEYS")
        assert (sides.app.got, sides.alerts(), sides.answers()) == ([], ["U_NO_KEYS"], [])

    def test_it_goes_on_by_itself_as_soon_as_there_are_keys(self, sides: Sides) -> None:
        receiver = sides.receiver_of(signing_from(sides.gi, START + HOUR))
        message = sides.sealed()
        sides.offer(message)
        receiver.run_once()
        sides.clock.now = START + HOUR
        receiver.run_once()
        assert (sides.row(message.id).state, len(sides.app.got)) == ("processed", 1)

    def test_so_it_does_in_a_new_process(self, sides: Sides) -> None:
        message = sides.sealed()
        sides.offer(message)
        sides.receiver_of(signing_from(sides.gi, START + HOUR)).run_once()
        sides.receiver_of(sides.gi).run_once()
        assert sides.row(message.id).state == "processed"

    def test_a_lane_keeps_its_order(self, sides: Sides) -> None:
        receiver = sides.receiver_of(signing_from(sides.gi, START + HOUR))
        messages = [sides.sealed() for _ in range(3)]
        for number, message in enumerate(messages, 1):
            sides.offer(message, lane="a" * 32, number=number)
            sides.clock.now += 1
        receiver.run_once()
        sides.clock.now = START + HOUR
        receiver.run_once()
        assert [one.id for one in sides.app.got] == [one.id for one in messages]
        assert {one.missing for one in sides.app.got} == {()}

    def test_what_does_not_open_is_answered_later(self, sides: Sides) -> None:
        message = sides.sealed()
        sides.offer(message)
        lost = sides.gi_without_its_key()
        receiver = sides.receiver_of(signing_from(lost, START + HOUR))
        receiver.run_once()
        assert (sides.row(message.id).state, sides.answers()) == ("received", [])
        sides.clock.now = START + HOUR
        receiver.run_once()
        assert (sides.row(message.id).state, len(sides.answers())) == ("refused", 1)

    def test_answers_of_partners_count_all_the_same(self, sides: Sides) -> None:
        message = sides.sealed()
        sides.sent(message)
        sides.offer(message)
        sides.receiver.run_once()
        sides.bring_all()
        sides.hear(signing_from(sides.team, START + HOUR))
        assert sides.state(message.id) == "completed"

    def test_keys_that_end_while_it_is_opened_cost_no_try_and_the_application_does_not_get_it(
        self, sides: Sides
    ) -> None:
        message = sides.sealed()
        sides.offer(message)
        receiver = Receiver(sides.gi, judge=Unwilling(node=sides.gi), handler=sides.app)
        state = waiting(sides, receiver, message)
        assert (state[1:], sides.app.got, sides.alerts()) == ((0, 0, "U_NO_KEYS"), [], ["U_NO_KEYS"])
        sides.clock.now += HOUR
        sides.receiver.run_once()
        assert sides.row(message.id).state == "processed"

    def test_somebody_who_has_seen_it_is_told_again_after_hours(self, sides: Sides) -> None:
        receiver = sides.receiver_of(signing_from(sides.gi, START + 9 * HOUR))
        message = sides.sealed()
        sides.offer(message)
        receiver.run_once()
        with sides.gi.store.transaction() as tx:
            (alert,) = tx.alerts()
            tx.see_alert(alert.id, at=START)
        waiting(sides, receiver, message)
        assert sides.alerts() == []
        waiting(sides, receiver, message, rounds=18)
        assert sides.alerts() == ["U_NO_KEYS"]


class TestKeysOfThePartner:
    """MUST: who cannot be answered now is looked at again; the application does not get the message three times."""

    def test_it_is_set_apart_until_the_directory_is_newer(self, sides: Sides) -> None:
        message = sides.sealed()
        sides.offer(message)
        receiver = Receiver(sides.gi, judge=NoKeyToSealTo(node=sides.gi), handler=sides.app)
        assert waiting(sides, receiver, message) == ("quarantined", 0, 0, "E_KEY_EXPIRED")
        assert (sides.app.got, sides.alerts()) == ([], ["X_QUARANTINED"])
        sides.clock.now += HOUR
        sides.receiver.run_once()
        assert (sides.row(message.id).state, len(sides.app.got)) == ("processed", 1)


def test_another_mistake_in_signing_is_a_failure_that_counts_and_stops_nobody(sides: Sides) -> None:
    message = sides.sealed()
    sides.offer(message)
    receiver = Receiver(sides.gi, judge=Mistaken(node=sides.gi), handler=sides.app)
    assert waiting(sides, receiver, message) == ("quarantined", 3, 0, "X_QUARANTINED")
    assert sides.app.got == []


def test_an_endpoint_that_cannot_sign_takes_nothing_and_tells_a_person_once() -> None:
    world = World()
    world.endpoint = Endpoint(signing_from(world.gi, START + HOUR), by_certificate(PROFILES["mtls"]))
    for _ in range(3):
        said = world.bring(a_message())
        assert (said.status, said.code) == (503, "X_BUSY")
    with world.gi.store.transaction() as tx:
        assert [one.code for one in tx.alerts()] == ["U_NO_KEYS"]
        assert tx.list_in() == ()


def test_a_cancellation_that_cannot_be_signed_is_told(sides: Sides) -> None:
    message = sides.sealed()
    sides.sent(message)
    sides.put(message.id, expires_at=START)
    node = signing_from(sides.team, START + HOUR)
    road = Straight(there=sides.gi, back=node)
    Sender(node, road, hooks=Hooks(cancelling=cancelling(node))).run_once()
    assert sides.state(message.id) == "expired"
    assert sorted(sides.alerts(sides.team)) == ["U_NO_KEYS", "X_EXPIRED"]

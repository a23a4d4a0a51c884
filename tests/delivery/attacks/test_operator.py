# SPDX-License-Identifier: EUPL-1.2
"""What an operator does wrong at three at night: no message is lost by it, and none is sent away for good."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import DAY, HOUR
from kgbx.directory import (
    Directory,
    Keepers,
    Trust,
    build_directory_file,
    build_trust_file,
    sign_statement,
    state_directory,
)
from kgbx.directory.document import peek_document
from tests.delivery.http.wire import URL, Line, Wire
from tests.delivery.http.world import EVERYBODY, World, a_message, put_in
from tests.delivery.receiving.sides import START, Clock
from tests.parties import AT, GI, SCHOOL, TEAM, party


def kept_directory(*, days: int) -> Directory:
    """Return a directory in which TEAM is known by the word of a keeper only, and for so many days."""
    documents = [party(org).document for org in (TEAM, GI, SCHOOL)]
    keeper = party(SCHOOL)
    statement = state_directory(map(peek_document, documents), keepers=[keeper.said], seq=1, at=AT, days=days)
    signed = sign_statement(statement, keeper.identity.root)
    trust = Trust(pinned=(party(GI).pin,), keepers=Keepers(roots=(keeper.said.root,), threshold=1))
    return Directory.load(build_directory_file(documents, statement=signed), build_trust_file(trust))


def old_directory(world: World) -> Endpoint:
    """Return the endpoint of a receiver whose directory is older than it may be."""
    node = replace(world.gi, directory=kept_directory(days=1))
    world.clock.now = START + 2 * DAY
    return Endpoint(node, by_certificate(PROFILES["mtls"]))


class TestADirectoryThatIsTooOld:
    """Nobody forgot to fetch a new directory but us: a partner is asked to come back, and its message waits."""

    def test_a_partner_is_asked_to_come_back(self) -> None:
        world = World()
        world.endpoint = old_directory(world)
        said = world.offer(a_message())
        assert (said.status, said.code, "retry-after" in said.headers) == (503, "X_BUSY", True)

    def test_a_stranger_is_still_a_stranger(self) -> None:
        world = World()
        world.endpoint = old_directory(world)
        assert world.offer(a_message(), by="urn:osb:oin:00000099000000009999").code == "X_SENDER"

    def test_its_message_waits_and_goes_by_itself(self) -> None:
        line, message = Line(), a_message()
        good = line.wire.endpoint
        put_in(line.world.team, message)
        line.wire.endpoint = old_directory(line.world)
        line.sender.run_once()
        waiting = line.out(message.id).state
        line.wire.endpoint = good
        assert (waiting, line.try_until(message.id).state) == ("waiting", "accepted")

    def test_it_is_not_ready(self) -> None:
        world = World()
        node = replace(world.gi, directory=kept_directory(days=1))
        world.endpoint = Endpoint(replace(node, identity=party(TEAM).identity), by_certificate(PROFILES["mtls"]))
        before = world.ask("GET", "/v1/health/ready", by=None).status
        world.clock.now = START + 2 * DAY
        world.endpoint._ready = 0.0, world.endpoint._ready[1]
        assert (before, world.ask("GET", "/v1/health/ready", by=None).status) == (204, 503)


class TestClocks:
    """A clock that is wrong by hours: what is held is held, nobody is taken for an impostor, and all ends well."""

    @pytest.mark.parametrize("ahead", [-26 * HOUR, -3 * HOUR, 3 * HOUR, 26 * HOUR])  # the first: before any document
    def test_a_receiver_whose_clock_is_wrong_is_believed_once_it_is_right(self, ahead: int) -> None:
        world, message = World(), a_message()
        wrong = Clock(START + DAY + ahead)
        world.clock.now = START + DAY
        endpoint = Endpoint(replace(world.gi, now=wrong), by_certificate(PROFILES["mtls"]))
        put_in(world.team, message)
        wire = Wire(endpoint)
        sender = Sender(world.team, HttpRoad(world.team, wire, endpoints={GI: URL}))
        for _ in range(8):
            sender.run_once()
            world.clock.now += 5 * 60_000
            wrong.now += 5 * 60_000
        with world.team.store.transaction() as tx:
            row = tx.out(message.id)
        assert row is not None
        expected = {-3 * HOUR: ("accepted", None), -26 * HOUR: ("waiting", "X_BUSY")}
        assert (row.state, row.problem) == expected.get(ahead, ("waiting", "E_NOT_YET"))
        wrong.now = max(wrong.now, START + DAY)
        world.clock.now = max(row.due_at, wrong.now)
        sender.run_once()
        with world.team.store.transaction() as tx:
            row = tx.out(message.id)
        assert row is not None
        assert row.state == "accepted"

    def test_the_row_of_a_partner_tells_how_far_its_clock_is_ahead(self) -> None:
        world, message = World(), a_message()
        endpoint = Endpoint(replace(world.gi, now=Clock(START + 3 * HOUR)), by_certificate(PROFILES["mtls"]))
        put_in(world.team, message)
        wire = Wire(endpoint, meddle=lambda _r, response: replace(response, headers={**response.headers, **LATER}))
        Sender(world.team, HttpRoad(world.team, wire, endpoints={GI: URL})).run_once()
        with world.team.store.transaction() as tx:
            assert tx.peer(GI).skew_ms == 3 * HOUR

    def test_somebody_else_is_still_an_impostor(self) -> None:
        line, message = Line(), a_message()
        put_in(line.world.team, message)
        other = replace(line.world.gi, identity=party(SCHOOL).identity, now=Clock(START + 3 * HOUR))
        line.wire.endpoint = Endpoint(other, by_certificate(PROFILES["mtls"]))
        line.try_until(message.id)
        assert line.out(message.id).problem not in {"E_NOT_YET", "E_DIR_STALE"}


LATER = {"date": "Sun, 01 Mar 2026 13:00:00 GMT"}


def test_the_own_directory_may_be_too_old_to_verify_a_statement() -> None:
    line, message = Line(), a_message()
    team = replace(line.world.team, directory=stale_for(GI))
    put_in(team, message)
    line.world.clock.now = START + 2 * DAY
    sender = Sender(team, HttpRoad(team, line.wire, endpoints={GI: URL}))
    for _ in range(6):
        sender.run_once()
        line.world.clock.now = line.out(message.id).due_at
    stale = line.out(message.id)
    fresh = replace(team, directory=EVERYBODY)
    Sender(fresh, HttpRoad(fresh, line.wire, endpoints={GI: URL})).run_once()
    assert (stale.state, stale.problem, line.out(message.id).state) == ("waiting", "E_DIR_STALE", "accepted")


def stale_for(org: str) -> Directory:
    """Return a directory that knows one organisation by the word of a keeper of yesterday only."""
    documents = [party(one).document for one in (TEAM, GI, SCHOOL)]
    keeper = party(SCHOOL)
    statement = state_directory(map(peek_document, documents), keepers=[keeper.said], seq=1, at=AT, days=1)
    signed = sign_statement(statement, keeper.identity.root)
    pinned = tuple(party(one).pin for one in (TEAM, GI) if one != org)
    trust = Trust(pinned=pinned, keepers=Keepers(roots=(keeper.said.root,), threshold=1))
    return Directory.load(build_directory_file(documents, statement=signed), build_trust_file(trust))

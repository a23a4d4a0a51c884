# SPDX-License-Identifier: EUPL-1.2
"""T28: organisations merge while messages wait: a person is told at once, and sends anew to the successor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.delivery.gone import Renewal, listed_again, tell_gone
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import HOUR, MINUTE
from kgbx.directory import Directory
from kgbx.errors import DeliveryError, DirectoryError
from kgbx.exchange.delivering import Manner, in_place_of, post_case
from tests.delivery.http.wire import Line
from tests.delivery.http.world import a_message, put_in
from tests.parties import TEAM, directory_of, party

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing
    from tests.delivery.receiving.sharing import World

WITHOUT_GI = directory_of(party(TEAM))


class Unreadable(Directory):
    """Cannot be relied on now."""

    def document(self, org: str, at: datetime) -> None:  # noqa: ARG002  # as it is asked
        raise DirectoryError("E_DIR_STALE")


def rows(node: Node) -> list[Outgoing]:
    with node.store.transaction() as tx:
        return list(tx.list_out())


def alerts(node: Node) -> list[str]:
    with node.store.transaction() as tx:
        return [one.code for one in tx.alerts()]


class TestWhoIsGone:
    """MUST: what waits for an organisation that is not listed any more is not tried for days: a person is told."""

    @pytest.mark.parametrize("road", ["push", "mailbox"])
    def test_what_waits_long_is_told_at_once(self, road: str) -> None:
        line = Line()
        put_in(line.world.team, a_message(), state="waiting", road=road, problem="X_CONNECT")
        gone = replace(line.world.team, directory=WITHOUT_GI)
        line.world.clock.now -= HOUR
        assert [tell_gone(gone), tell_gone(gone)] == [1, 0]
        assert [(row.state, row.problem) for row in rows(gone)] == [("attention", "X_GONE")]
        assert alerts(gone) == ["X_GONE"]

    def test_who_is_listed_again_gets_what_waited(self) -> None:
        line = Line()
        put_in(line.world.team, a_message(), state="waiting", problem="X_CONNECT")
        put_in(line.world.team, a_message(), state="attention", problem="X_REJECTED")
        tell_gone(replace(line.world.team, directory=WITHOUT_GI))
        assert listed_again(replace(line.world.team, directory=WITHOUT_GI)) == 0
        assert listed_again(replace(line.world.team, directory=Unreadable(()))) == 0
        assert [listed_again(line.world.team), listed_again(line.world.team)] == [1, 0]
        assert sorted((row.state, row.problem) for row in rows(line.world.team)) == [
            ("attention", "X_REJECTED"),
            ("queued", None),
        ]

    def test_while_nobody_can_say_nobody_is_gone(self) -> None:
        line = Line()
        put_in(line.world.team, a_message(), state="waiting")
        assert tell_gone(replace(line.world.team, directory=Unreadable(()))) == 0
        assert [row.state for row in rows(line.world.team)] == ["waiting"]

    def test_who_is_listed_is_not_gone(self) -> None:
        line = Line()
        put_in(line.world.team, a_message(), state="waiting")
        assert tell_gone(line.world.team) == 0

    def test_who_tries_looks_the_directory_up_once_more_and_then_tells(self) -> None:
        line = Line()
        put_in(line.world.team, a_message())
        gone = replace(line.world.team, directory=WITHOUT_GI)
        sender = Sender(gone, HttpRoad(gone, line.wire))
        sender.run_once()
        assert [(row.state, row.problem) for row in rows(gone)] == [("waiting", "X_NOT_THERE")]
        line.world.clock.now += MINUTE * 2
        sender.run_once()
        assert [(row.state, row.problem) for row in rows(gone)] == [("attention", "X_GONE")]
        assert (alerts(gone), line.wire.asked) == (["X_GONE"], [])


class TestRenewal:
    """What follows on a new directory is done by an engine, once, outside any transaction."""

    def test_it_is_done_when_it_begins_and_after_each_change(self) -> None:
        line, woken = Line(), list[int]()

        def wake() -> int:
            woken.append(1)
            return 0

        renewal = Renewal(line.world.team, wake=wake)
        assert [renewal.run_once(), renewal.run_once()] == [0, 0]
        with line.world.team.store.transaction():
            renewal.changed()
        renewal.run_once()
        assert len(woken) == 2

    def test_what_failed_is_done_in_the_next_round(self) -> None:
        line, woken = Line(), list[int]()

        def wake() -> int:
            woken.append(1)
            if len(woken) == 1:
                raise DeliveryError("X_STORE", retryable=True)
            return 0

        renewal = Renewal(line.world.team, wake=wake)
        with pytest.raises(DeliveryError):
            renewal.run_once()
        renewal.run_once()
        renewal.run_once()
        assert len(woken) == 2


class TestSuccessor:
    """MUST: who sends anew takes the old message back in the same transaction; the log names both organisations."""

    def test_t28_a_message_goes_to_the_successor_and_both_stand_in_the_log(self, world: World) -> None:
        old = world.post()
        world.team = replace(world.team, directory=self.without(world, world.stop.org))
        assert tell_gone(world.team) == 1
        successor = next(one for one in world.stage.script.stops if one.org != world.stop.org and one.purpose)
        new = self.send(world, successor.org, successor.purpose, old)
        assert (world.state(old), world.state(new.id), new.ref) == ("withdrawn", "queued", old)
        with world.team.store.transaction() as tx:
            told = [(one.actor, one.event, one.peer, one.detail) for one in tx.audit_rows()]
        assert ("ann", "withdrawn", world.stop.org, f"sent anew to {successor.org}") in told
        assert ("kgbx", "queued", successor.org, old) in told

    def test_what_cannot_be_taken_back_has_nothing_in_its_place(self, world: World) -> None:
        old = world.post()
        Sender(world.team, world.road).claim()
        with pytest.raises(DeliveryError) as caught:
            self.send(world, world.stop.org, world.stop.purpose, old)
        assert (caught.value.code, len(rows(world.team))) == ("X_STATE", 1)

    def test_a_message_about_another_family_is_not_taken_back(self, world: World) -> None:
        old = world.post()
        world.file = FamilyCase(world.file, id="00000000-0000-4000-8000-00000000ca5e", synthetic=True)
        with pytest.raises(DeliveryError) as caught:
            self.send(world, world.stop.org, world.stop.purpose, old)
        assert (caught.value.code, world.state(old), len(rows(world.team))) == ("X_UNKNOWN", "queued", 1)

    @staticmethod
    def send(world: World, to: str, purpose: str, old: str) -> Outgoing:
        back = in_place_of(world.team, world.file, message_id=old, actor="ann")
        how = Manner(ref=old, beside=back)
        return post_case(world.team, world.file, own=world.own, to=to, purpose=purpose, **how).row

    @staticmethod
    def without(world: World, org: str) -> Directory:
        stops = [one.org for one in world.stage.script.stops if one.org != org]
        at = world.stage.at
        found = [world.own.directory.document(one, at) for one in (world.team.org, *stops)]
        return Directory([one for one in found if one is not None])

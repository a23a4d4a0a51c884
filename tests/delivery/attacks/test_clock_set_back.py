# SPDX-License-Identifier: EUPL-1.2
"""A clock that ran ahead is set right: what was planned by it does not wait in silence until the day comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.records import Alert, Outgoing, Peer
from kgbx.delivery.sending import Hooks, Sender, Watch
from kgbx.delivery.set_back import TOLERATED, SetBack
from kgbx.delivery.states import DAY, HOUR, MINUTE
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.sqlite import SqliteStore
from tests.delivery.http.wire import Line
from tests.delivery.receiving.sides import START, Sides
from tests.parties import GI

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kgbx.delivery.store import Store

ID = "5f0c6a52-7a5b-4c41-9d52-3a8f5a2f0001"


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "team.db")
    yield made
    made.close()


class Ahead:
    """A sender whose clock runs a day ahead and is then set right."""

    def __init__(self, store: Store) -> None:
        self.line = Line()
        self.clock = self.line.world.clock
        self.team = replace(self.line.world.team, store=store)
        self.clock.now = START + DAY
        SetBack(self.team).run_once()

    def put(self, **changes: object) -> Outgoing:
        with self.team.store.transaction() as tx:
            row = enqueue(tx, Draft(id=ID, peer=GI, envelope=b"sealed", urgency="acute"), now=self.clock.now)
            tx.save_out(replace(row, **changes), was=row)  # type: ignore[arg-type]  # any member
        return self.row()

    def row(self) -> Outgoing:
        with self.team.store.transaction() as tx:
            row = tx.out(ID)
        if row is None:
            raise LookupError
        return row

    def is_set(self, *, to: int = START, look: bool = True) -> None:
        self.clock.now = to
        if look:
            SetBack(self.team).run_once()


def test_what_waits_is_tried_as_soon_as_it_would_have_been(store: Store) -> None:
    ahead = Ahead(store)
    ahead.put(state="waiting", due_at=START + DAY + 2 * MINUTE)
    ahead.is_set()
    assert ahead.row().due_at == START + 2 * MINUTE


def test_a_person_is_told_in_time(store: Store) -> None:
    ahead, told = Ahead(store), list[Alert]()
    ahead.put()
    ahead.is_set()
    ahead.clock.now += 6 * MINUTE
    Watch(ahead.team, ahead.line.road, hooks=Hooks(alarm=told.append)).run_once()
    assert [one.code for one in told] == ["X_STUCK"]


def test_the_control_is_told_a_day_late(store: Store) -> None:
    ahead, told = Ahead(store), list[Alert]()
    ahead.put()
    ahead.is_set(look=False)
    ahead.clock.now += 6 * MINUTE
    Watch(ahead.team, ahead.line.road, hooks=Hooks(alarm=told.append)).run_once()
    assert told == []
    assert Sender(ahead.team, ahead.line.road).claim() == ()


def test_a_lease_of_who_died_passes(store: Store) -> None:
    ahead = Ahead(store)
    ahead.put(state="sending", lease_token="of who died", lease_until=START + DAY + MINUTE)
    ahead.is_set()
    assert (ahead.row().lease_until, ahead.row().lease_token) == (START + MINUTE, "of who died")


def test_a_road_that_was_closed_opens(store: Store) -> None:
    ahead = Ahead(store)
    with store.transaction() as tx:
        tx.save_peer(Peer(org=GI, breaker="open", failures=5, opened=1, open_until=START + DAY + MINUTE))
    ahead.is_set()
    with store.transaction() as tx:
        assert tx.peer(GI).open_until == START + MINUTE


def test_what_was_taken_by_the_wrong_time_is_handed_over() -> None:
    sides = Sides()
    sides.clock.now = START + DAY
    SetBack(sides.gi).run_once()
    message = sides.sealed()
    sides.offer(message)
    sides.clock.now = START + HOUR
    before = sides.receiver.run_once()
    SetBack(sides.gi).run_once()
    assert (before, sides.receiver.run_once(), sides.row(message.id).state) == (0, 1, "processed")


@pytest.mark.parametrize("back", [0, MINUTE, TOLERATED])
def test_a_small_step_changes_nothing(store: Store, back: int) -> None:
    ahead = Ahead(store)
    before = ahead.put(state="waiting", due_at=START + DAY + 2 * MINUTE)
    ahead.is_set(to=START + DAY - back)
    assert ahead.row() == before


def test_it_moves_once(store: Store) -> None:
    ahead = Ahead(store)
    ahead.put(state="waiting", due_at=START + DAY + 40 * MINUTE)
    ahead.is_set()
    ahead.is_set()
    assert ahead.row().due_at == START + 40 * MINUTE


def test_what_is_past_or_ended_stays(store: Store) -> None:
    ahead = Ahead(store)
    before = ahead.put(state="withdrawn", due_at=START + DAY + MINUTE, alert_at=None)
    ahead.is_set()
    assert ahead.row() == before


def test_it_is_in_the_audit_log(store: Store) -> None:
    ahead = Ahead(store)
    ahead.is_set()
    with store.transaction() as tx:
        assert [(row.event, row.detail) for row in tx.audit_rows()] == [("clock-set-back", "86400 s")]

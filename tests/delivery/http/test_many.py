# SPDX-License-Identifier: EUPL-1.2
"""Many at once: doubles of one message, messages of many partners, contact from a partner that cannot be reached."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.records import Peer
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.taking import Offer, take
from kgbx.delivery.together import Together
from kgbx.envelope.custody import Custody, verify_statement
from kgbx.errors import DeliveryError
from tests.delivery.http.wire import Line, lost
from tests.delivery.http.world import EVERYBODY, World, a_message, give_parts, parts_of, put_in
from tests.effort import scaled
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kgbx.delivery.store import Store
    from kgbx.delivery.store.memory_tables import Journal
    from kgbx.envelope.seal import Sealed


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "store.db")
    yield made
    made.close()


def offered(message: Sealed, peer: str = TEAM) -> Offer:
    return Offer(peer=peer, id=message.id, envelope=message.envelope, parts=parts_of(message))


class TestT7Doubles:
    """However often and however much at once the same is offered, there is one row and one statement."""

    @pytest.mark.parametrize("way", ["alone", "together"])
    def test_one_row_and_one_statement(self, store: Store, way: str) -> None:
        world, message = World(store=store), a_message()
        taking = Together(world.gi).take if way == "together" else partial(take, world.gi)
        give_parts(world.gi, message)
        count = scaled(quick=96, ci=1000, long=1000)
        with ThreadPoolExecutor(32) as threads:
            answers = list(threads.map(lambda _n: taking(offered(message)), range(count)))
        with store.transaction() as tx:
            rows, events = tx.list_in(), [row.event for row in tx.audit_rows()]
        assert len({answer.statement for answer in answers}) == 1
        assert sorted({answer.outcome for answer in answers}) == ["again", "custody"]
        assert [(row.id, row.duplicates) for row in rows] == [(message.id, count - 1)]
        assert events == ["custody"]

    def test_another_worker_was_first(self) -> None:
        world, message = World(store=Late()), a_message()
        give_parts(world.gi, message)
        assert take(world.gi, offered(message)).outcome == "custody"


class Late(MemoryStore):
    """A store that fails once as a database does whose unique key another worker took a moment ago."""

    late = True

    def commit(self, journal: Journal) -> None:
        """Fail the first time that there is something to keep."""
        if self.late and journal:
            self.late = False
            raise DeliveryError("X_ID_USED")


class TestT24NothingIsMixedUp:
    """Of 64 messages at once from two partners each row has the bytes, the partner and the statement of its own."""

    def test_each_has_its_own(self, store: Store) -> None:
        world, chance = World(store=store), random.Random(24)  # noqa: S311  # the same in every run
        pairs = [(a_message(sender=org), org) for org in (TEAM, SCHOOL) for _ in range(scaled(quick=8, ci=32, long=32))]
        for message, org in pairs:
            give_parts(world.gi, message, owner=org)
        chance.shuffle(pairs)
        with ThreadPoolExecutor(64) as threads:
            answers = list(threads.map(lambda pair: take(world.gi, offered(*pair)), pairs))
        for (message, org), answer in zip(pairs, answers, strict=True):
            self.is_its_own(store, message, org, answer.statement)

    def is_its_own(self, store: Store, message: Sealed, org: str, statement: bytes) -> None:
        held = verify_statement(statement, directory=EVERYBODY, sealed=message)
        with store.transaction() as tx:
            row, envelope = tx.incoming(org, message.id), tx.envelope_in(org, message.id)
            given = tx.receipt("out", org, message_id=message.id, level=1)
        assert row is not None
        assert given is not None
        assert isinstance(held, Custody)
        assert (envelope, row.envelope) == (message.envelope, sha256(message.envelope).digest())
        assert (row.parts, given.data) == (parts_of(message), statement)

    def test_the_chain_has_each_head_once(self, store: Store) -> None:
        world, messages = World(store=store), [a_message() for _ in range(12)]
        for message in messages:
            give_parts(world.gi, message)
        with ThreadPoolExecutor(12) as threads:
            answers = list(threads.map(lambda one: take(world.gi, offered(one)), messages))
        heads = [verify_statement(one.statement, directory=EVERYBODY) for one in answers]
        with store.transaction() as tx:
            chain = {row.hash for row in tx.audit_rows()}
        assert {one.chain for one in heads if isinstance(one, Custody)} == chain
        assert len(chain) == 12


class TestTogether:
    """Messages that come at once are taken in one transaction, each with an answer of its own."""

    def test_one_that_fails_spoils_it_for_nobody(self) -> None:
        world, messages = World(store=Late()), [a_message() for _ in range(8)]
        for message in messages:
            give_parts(world.gi, message)
        together = Together(world.gi)
        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(lambda one: together.take(offered(one)), messages))
        assert {answer.outcome for answer in answers} == {"custody"}

    def test_they_share_transactions(self, store: Store) -> None:
        world, messages = World(store=store), [a_message() for _ in range(24)]
        for message in messages:
            give_parts(world.gi, message)
        together, started = Together(world.gi), []
        with ThreadPoolExecutor(24) as threads, together._turn:
            started = [threads.submit(together.take, offered(message)) for message in messages]
            until(lambda: len(together._waiting) == 24)
        for message, one in zip(messages, started, strict=True):
            verify_statement(one.result().statement, directory=EVERYBODY, sealed=message)

    def test_when_the_store_fails_everybody_hears_it(self) -> None:
        world, messages = World(), [a_message() for _ in range(8)]
        together = Together(world.gi)
        world.gi.store.close()
        with ThreadPoolExecutor(8) as threads:
            codes = list(threads.map(lambda one: code_of(together, one), messages))
        assert codes == ["X_STORE"] * 8

    def test_what_nobody_foresaw_leaves_nobody_waiting(self) -> None:
        world, message = World(store=Broken()), a_message()
        give_parts(world.gi, message)
        together = Together(world.gi)
        with pytest.raises(RuntimeError, match="unforeseen"):
            together.take(offered(message))
        assert (together._waiting, together._turn.locked()) == ([], False)

    def test_doubles_in_one_transaction(self, store: Store) -> None:
        world, message = World(store=store), a_message()
        give_parts(world.gi, message)
        together = Together(world.gi)
        with ThreadPoolExecutor(16) as threads, together._turn:
            started = [threads.submit(together.take, offered(message)) for _ in range(16)]
            until(lambda: len(together._waiting) == 16)
        assert len({one.result().statement for one in started}) == 1


class Broken(MemoryStore):
    def commit(self, journal: Journal) -> None:
        """Fail in a way that no store should."""
        if journal:
            raise RuntimeError("unforeseen")


def code_of(together: Together, message: Sealed) -> str:
    with pytest.raises(DeliveryError) as failed:
        together.take(offered(message))
    return failed.value.code


def until(condition: Callable[[], bool]) -> None:
    """Wait for other threads; a machine that never gets there fails the test by what follows."""
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)


class TestT12OneWayOnly:
    """A partner that reaches us and cannot be reached is tried at most once a minute, however much it sends."""

    def test_no_hot_loop(self) -> None:
        line, message = Line(lost), a_message()
        put_in(line.world.team, message)
        minutes = scaled(quick=8, ci=30, long=120)
        for _ in range(minutes * 60):
            line.world.clock.now += 1000
            take(line.world.team, replace(offered(a_no_message(), peer=GI), id=fresh(line)))
            line.sender.run_once()
        assert line.out(message.id).state == "waiting"
        assert 3 <= len(line.wire.asked) <= minutes + 6

    def test_contact_is_noted(self) -> None:
        world, message = World(), a_message()
        world.bring(message)
        with world.gi.store.transaction() as tx:
            assert tx.peer(TEAM) == Peer(org=TEAM, last_contact_at=world.clock.now)


_NO_MESSAGE: list[Sealed] = []


def a_no_message() -> Sealed:
    """Return one message to TEAM, made once: thousands of them need not differ but by id."""
    if not _NO_MESSAGE:
        _NO_MESSAGE.append(a_message(sender=GI, to=TEAM))
    return replace(_NO_MESSAGE[0], parts=())


def fresh(line: Line) -> str:
    return str(line.world.gi.ids())

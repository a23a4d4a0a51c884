# SPDX-License-Identifier: EUPL-1.2
"""T19: the machine of the database is gone, and its standby goes on in its place.

Two real servers, the second a streaming standby of the first. With a synchronous standby nothing is lost and nothing is
done twice; with one that lags what was committed last is lost, and the store says that it was put back.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from kgbx.delivery.node import EPOCH
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.restoring import RESTORED
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import outgoing
from tests.delivery.postgres.load import Load, require_all
from tests.delivery.postgres_server import STANDBY, Server, own_server
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS: Final = scaled(quick=24, ci=96, long=190)
WAITS: Final = scaled(quick=["on"], ci=["on", "remote_apply"], long=["on", "remote_apply"])
LOOKS: Final = 3000
PATIENCE: Final = 60
WAITING: Final = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class Pair:
    """A server and its standby."""

    def __init__(self, first: Server, second: Server) -> None:
        self.first, self.second = first, second
        hosts = f"{first.folder}/home,{second.folder}/home"
        self.address = psycopg.conninfo.make_conninfo(first.address("chaos"), host=hosts, port="5432,5432")

    def synchronous(self) -> None:
        """Have each commit wait until the standby has it on its disk."""
        self.first.set("synchronous_standby_names", STANDBY)
        wait_for(self.first, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")

    def fail_over(self) -> None:
        """Take the machine of the first away, and let the second go on."""
        self.first.kill()
        self.second.promote()


def wait_for(server: Server, question: str) -> None:
    """Ask until there is an answer."""
    for _ in range(LOOKS):
        if server.ask(question):
            return
        server.ask("SELECT pg_sleep(0.01)")
    raise TimeoutError


def lag(pair: Pair) -> None:
    """Let nothing reach the standby any more."""
    wait_for(pair.first, "SELECT 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()")
    pair.second.set("primary_conninfo", "")
    wait_for(pair.second, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)")


def write(store: PostgresStore) -> None:
    with store.transaction() as tx:
        tx.set("lost", "one")


@pytest.fixture
def pair() -> Iterator[Pair]:
    with own_server() as first:
        first.ask("CREATE DATABASE chaos")
        with own_server(first=first) as second:
            yield Pair(first, second)


@pytest.mark.parametrize("waits", WAITS)
def test_t19_a_synchronous_standby_goes_on_and_nothing_is_lost_or_done_twice(pair: Pair, waits: str) -> None:
    pair.first.set("synchronous_commit", waits)
    pair.synchronous()

    def disturb(load: Load) -> None:
        load.until(lambda: len(load.road.offered) >= load.rows // 4)
        seen = len(load.failures)
        pair.fail_over()
        load.until(lambda: len(load.failures) > seen)

    load = Load(pair.address, ROWS)
    load.run(disturb)
    require_all(load)
    assert not pair.second.ask("SELECT 1 WHERE pg_is_in_recovery()")


class TestAStandbyThatIsAway:
    """While the synchronous standby is away nothing counts as committed."""

    def test_a_wait_for_it_that_somebody_cancels_is_no_commit(self, pair: Pair) -> None:
        """PostgreSQL says in passing only that such a commit may not have been replicated."""
        pair.synchronous()
        with contextlib.closing(PostgresStore(pair.address)) as store, ThreadPoolExecutor(1) as thread:
            pair.second.stop()
            written = thread.submit(write, store)
            wait_for(pair.first, f"SELECT 1 {WAITING}")
            pair.first.ask(f"SELECT pg_cancel_backend(pid) {WAITING}")
            failure = written.exception(PATIENCE)
        assert isinstance(failure, DeliveryError)
        assert (failure.code, failure.retryable) == ("X_STORE", True)

    def test_nobody_waits_without_end_and_all_goes_on_when_it_is_back(self, pair: Pair) -> None:
        pair.synchronous()
        with contextlib.closing(PostgresStore(pair.address, silence=0.5)) as store, ThreadPoolExecutor(1) as thread:
            pair.second.stop()
            failure = thread.submit(write, store).exception(PATIENCE)
            pair.second.start()
            wait_for(pair.first, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
            write(store)
        assert isinstance(failure, DeliveryError)
        assert (failure.code, failure.retryable) == ("X_STORE", True)

    def test_a_first_server_that_comes_back_beside_the_new_one_commits_nothing(self, pair: Pair) -> None:
        PostgresStore(pair.address).close()
        pair.synchronous()
        pair.fail_over()
        pair.first.start()
        old = PostgresStore(pair.first.address("chaos"), silence=0.5)
        with contextlib.closing(old), pytest.raises(DeliveryError) as raised:
            write(old)
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
        with contextlib.closing(PostgresStore(pair.second.address("chaos"))) as new:
            write(new)


class TestAStandbyThatLags:
    """What it did not get is lost; the store that goes on says so as one that was put back from a copy."""

    def test_it_begins_a_new_epoch_and_asks_before_it_sends(self, pair: Pair) -> None:
        with contextlib.closing(PostgresStore(pair.address)) as store:
            with store.transaction() as tx:
                tx.set(EPOCH, "one")
                tx.add_out(outgoing(1, made_at=2**50), b"sealed")
            lag(pair)
            write(store)
            pair.fail_over()
            with store.transaction() as tx:
                assert tx.setting("lost") is None
                assert tx.setting(EPOCH) not in {None, "one"}
                assert int(tx.setting(RESTORED) or 0) >= 2**50
                assert [row.event for row in tx.audit_rows()] == ["restored"]

    def test_it_says_so_once(self, pair: Pair) -> None:
        PostgresStore(pair.address).close()
        lag(pair)
        pair.fail_over()
        for _ in range(2):
            with contextlib.closing(PostgresStore(pair.address)) as store, store.transaction() as tx:
                assert [row.event for row in tx.audit_rows()] == ["restored"]

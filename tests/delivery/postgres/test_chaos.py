# SPDX-License-Identifier: EUPL-1.2
"""T19: two workers on a real PostgreSQL server that is restarted, killed, full, read-only, or breaks connections.

Nothing is lost, nothing is done twice, and everything is delivered without anybody's help.
"""

from __future__ import annotations

import contextlib
from itertools import permutations
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from kgbx.delivery.records import Alert, Peer
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import LANE, PEER, outgoing
from tests.delivery.contract.test_transactions import at_once
from tests.delivery.postgres.load import Load, require_all
from tests.delivery.postgres_server import Server, own_server
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.store import Transaction

ROWS: Final = scaled(quick=24, ci=96, long=190)
ROUNDS: Final = scaled(quick=1, ci=4, long=12)
OURS: Final = "FROM pg_stat_activity WHERE application_name = 'kgbx' AND pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as one:
        yield one


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    server.ask("CREATE DATABASE chaos")
    yield server.address("chaos")
    server.ask("DROP DATABASE chaos WITH (FORCE)")


def restart(server: Server, _: Load) -> None:
    server.restart()


def fall_over(server: Server, _: Load) -> None:
    server.restart("immediate")


def terminate(server: Server, load: Load) -> None:
    seen = len(load.failures)
    load.until(lambda: bool(server.ask(f"SELECT pg_terminate_backend(pid) {OURS}")) and len(load.failures) > seen)


def read_only(server: Server, load: Load) -> None:
    seen = len(load.failures)
    server.ask("ALTER SYSTEM SET default_transaction_read_only = on")
    server.ask("SELECT pg_reload_conf()")
    load.until(lambda: len(load.failures) > seen)
    server.ask("ALTER SYSTEM SET default_transaction_read_only = off")
    server.ask("SELECT pg_reload_conf()")


def full(server: Server, load: Load) -> None:
    seen = len(load.failures)
    with contextlib.ExitStack() as stack:
        server.ask(f"SELECT pg_terminate_backend(pid) {OURS}")
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                stack.enter_context(psycopg.connect(server.address("chaos")))
        load.until(lambda: len(load.failures) > seen)


DISTURBANCES: Final[dict[str, Callable[[Server, Load], None]]] = {
    "restart": restart,
    "fall over": fall_over,
    "terminate": terminate,
    "read-only": read_only,
    "full": full,
}


def pass_over(tx: Transaction) -> None:
    tx.set("epoch", "one")
    with contextlib.suppress(DeliveryError):
        tx.set("epoch", "no text holds \x00")


def broken_off(tx: Transaction, server: Server) -> None:
    tx.set("epoch", "one")
    server.ask(f"SELECT pg_terminate_backend(pid) {OURS}")
    tx.set("epoch", "two")


@pytest.mark.parametrize("name", DISTURBANCES)
def test_nothing_is_lost_or_done_twice_and_nobody_need_help(server: Server, address: str, name: str) -> None:
    def disturb(load: Load) -> None:
        for _ in range(ROUNDS):
            seen = len(load.failures)
            DISTURBANCES[name](server, load)
            load.until(lambda: len(load.failures) > seen)  # noqa: B023  # asked within this round

    load = Load(address, ROWS)
    load.run(disturb)
    require_all(load)


def test_a_server_that_is_not_there_is_a_failure_that_may_go_well_later(server: Server, address: str) -> None:
    with contextlib.closing(PostgresStore(address)) as store:
        server.stop()
        with pytest.raises(DeliveryError) as raised, store.transaction():
            pass
        server.start()
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
        with store.transaction() as tx:
            assert tx.list_out() == ()


def test_what_the_server_undid_in_passing_is_told(address: str) -> None:
    with contextlib.closing(PostgresStore(address)) as store:
        with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
            pass_over(tx)
        assert raised.value.code == "X_STORE"
        with store.transaction() as tx:
            assert tx.setting("epoch") is None


def test_a_break_in_the_middle_of_a_transaction_undoes_it(server: Server, address: str) -> None:
    with contextlib.closing(PostgresStore(address)) as store:
        with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
            broken_off(tx, server)
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
        with store.transaction() as tx:
            assert tx.setting("epoch") is None


def test_nobody_waits_for_a_connection_without_end(address: str) -> None:
    with contextlib.closing(PostgresStore(address, connections=1, patience=0.01)) as store, store.transaction():
        with pytest.raises(DeliveryError) as raised, store.transaction():
            pass
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)


def test_what_a_worker_holds_another_passes_over(address: str) -> None:
    load = Load(address, 4)
    load.calm.set()
    with contextlib.closing(PostgresStore(address)) as store:
        assert load._enqueue(store)
        with store.transaction() as one, store.transaction() as two:
            first, second = one.candidates_out(10**9, limit=1), two.candidates_out(10**9, limit=9)
        assert not {row.id for row in first} & {row.id for row in second}
        assert first
        assert second


def link(tx: Transaction) -> None:
    tx.audit(at=1, actor="kgbx", event="a", about=(PEER, None), detail="")


def partner(tx: Transaction) -> None:
    tx.save_peer(tx.peer(PEER))


def alert(tx: Transaction) -> None:
    tx.add_alert(Alert(at=1, peer=PEER, message_id=None, code="X_STUCK"))


def lane(tx: Transaction) -> None:
    tx.next_number(PEER, LANE)


ORDERS: Final = tuple(permutations((link, partner, alert, lane)))


def test_two_that_do_things_in_another_order_do_not_wait_for_each_other(address: str) -> None:
    times = scaled(quick=3, ci=10, long=200)
    with contextlib.closing(PostgresStore(address, connections=len(ORDERS))) as store:
        partner_known = Peer(org=PEER, breaker="open", open_until=0)
        with store.transaction() as tx:
            tx.save_peer(partner_known)
            tx.add_out(outgoing(1), b"sealed")

        def work(number: int) -> int:
            for _ in range(times):
                with store.transaction() as tx:
                    tx.candidates_out(1, limit=1)
                    for action in ORDERS[number]:
                        action(tx)
            return times

        assert at_once(work, len(ORDERS)) == [times] * len(ORDERS)


def test_of_several_servers_the_one_that_writes_is_used(server: Server, address: str) -> None:
    """A standby that was not made the first one yet only reads, as this server does."""
    with own_server("default_transaction_read_only=on") as standby:
        as_keeper = standby.address(options="-c default_transaction_read_only=off")
        with psycopg.connect(as_keeper, autocommit=True) as keeper:
            keeper.execute("CREATE DATABASE chaos")
        hosts = f"{server.folder}/nobody,{standby.folder}/home,{server.folder}/home"
        several = psycopg.conninfo.make_conninfo(address, host=hosts, port="5432,5432,5432")
        with contextlib.closing(PostgresStore(several)) as store, store.transaction() as tx:
            tx.set("epoch", "one")
        with contextlib.closing(PostgresStore(address)) as store, store.transaction() as tx:
            assert tx.setting("epoch") == "one"

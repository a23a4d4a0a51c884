# SPDX-License-Identifier: EUPL-1.2
"""What is asked at each claim costs the same, however many messages are stored."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from bench.delivery_store import deliver, enqueue, stock
from kgbx.delivery.store.postgres_driver import PostgresDriver
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.store.sqlite_driver import SqliteDriver
from tests.delivery.contract.makers import DAY, LANE, PEER, incoming, receipt, uuid
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kgbx.delivery.store import Store, Transaction

FEW: Final = 1_000
MANY: Final = scaled(quick=5_000, ci=100_000, long=1_000_000)
LARGE: Final = ("kgbx_outgoing", "kgbx_incoming", "kgbx_envelope", "kgbx_receipt", "kgbx_audit")
NOW: Final = 10**14


def everything(tx: Transaction) -> Iterator[object]:
    """Ask what engines ask."""
    yield tx.candidates_out(NOW, limit=5)
    yield tx.candidates_in(NOW, states=["received", "verified"], limit=5)
    for timer in ("lease", "alert", "expiry"):
        yield tx.timed_out(NOW, timer=timer, limit=5)
    yield tx.out(uuid(1)), tx.incoming(PEER, uuid(1)), tx.receipt("in", PEER, message_id=uuid(1), level=1)
    yield tx.list_out(limit=5), tx.list_out(peer=PEER, limit=5), tx.list_out(states=["attention"], limit=5)
    yield tx.list_in(limit=5), tx.list_in(peer=PEER, limit=5), tx.list_in(states=["quarantined"], limit=5)
    yield tx.lane_numbers(PEER, LANE), tx.audit_rows(after=3, limit=5), tx.audit_head()


def fill(store: Store, *, first: int, last: int) -> None:
    with store.transaction() as tx:
        stock(tx._driver, first=first, last=last)  # type: ignore[attr-defined]  # filled behind its back
        tx.add_receipt(receipt(first))
        tx.add_in(incoming(first, lane=LANE, number=first, due_at=DAY), b"sealed")


Asked = list[tuple[str, "Sequence[object]"]]


def asked(store: Store, driver: type[Any], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Return the questions that all methods put to the database."""
    seen: Asked = []
    rows = driver.rows

    def noted(self: Any, sql: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401  # as the driver
        seen.append((sql, values))
        return rows(self, sql, values)

    with monkeypatch.context() as patch:
        patch.setattr(driver, "rows", noted)
        with store.transaction() as tx:
            assert len(list(everything(tx))) > 5
    return [(sql, values) for sql, values in seen if any(table in sql for table in LARGE)]


def in_sqlite(store: Any, questions: Asked) -> list[str]:  # noqa: ANN401  # a store
    connection = sqlite3.connect(store.path)
    plans = [row[3] for sql, values in questions for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    connection.close()
    return [plan for plan in plans if plan.startswith("SCAN kgbx") and "USING" not in plan]


def in_postgres(store: Any, questions: Asked) -> list[str]:  # noqa: ANN401  # a store
    with psycopg.connect(psycopg.conninfo.make_conninfo(**store._address), autocommit=True) as connection:
        connection.execute("ANALYZE kgbx_outgoing")
        connection.execute("SET enable_seqscan = on")
        plans = [
            row[0]
            for sql, values in questions
            if "kgbx_outgoing" in sql
            for row in connection.execute(f"EXPLAIN {sql.replace('?', '%s')}".encode(), values)
        ]
    return [plan for plan in plans if "Seq Scan on kgbx_outgoing" in plan]


def test_every_question_finds_its_rows_by_an_index(durable: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(durable, first=1, last=FEW * 5)
    sqlite = isinstance(durable, SqliteStore)
    questions = asked(durable, SqliteDriver if sqlite else PostgresDriver, monkeypatch)
    scans: Callable[[Any, Asked], list[str]] = in_sqlite if sqlite else in_postgres
    assert len(questions) > 10
    assert scans(durable, questions) == []


def test_a_question_without_an_index_is_seen(durable: Store) -> None:
    """The control: this test can fail."""
    fill(durable, first=1, last=FEW * 5)
    question: Asked = [("SELECT id FROM kgbx_outgoing WHERE problem = ?", ("X_CONNECT",))]
    assert (in_sqlite if isinstance(durable, SqliteStore) else in_postgres)(durable, question)


def steps_of_a_delivery(store: SqliteStore, number: int) -> int:
    """Return how many steps of its machine SQLite needs to claim a message and to write what came of it."""
    with store.transaction() as tx:
        enqueue(tx, number)
    steps: list[int] = []
    assert store._connection is not None
    store._connection.set_progress_handler(lambda: steps.append(1), 1)
    assert deliver(store, "token", NOW) == 1
    store._connection.set_progress_handler(None, 0)
    return len(steps)


@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
def test_a_delivery_takes_as_many_steps_however_much_is_stored(durable: SqliteStore) -> None:
    fill(durable, first=1, last=FEW)
    few = steps_of_a_delivery(durable, 1)
    fill(durable, first=FEW + 1, last=MANY)
    assert steps_of_a_delivery(durable, 2) <= few * 1.2


@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
def test_what_waits_for_a_closed_road_costs_nothing(durable: SqliteStore) -> None:
    few = steps_of_a_delivery(durable, 1)
    with durable.transaction() as tx:
        partner = tx.peer("urn:osb:oin:00000099000000009999")
        tx.save_peer(type(partner)(org=partner.org, breaker="open", open_until=NOW * 2))
        columns = "UPDATE kgbx_outgoing SET state = 'waiting', peer = ? WHERE state = 'completed'"
        stock(tx._driver, first=1, last=FEW * 2)
        tx._driver.change(columns, (partner.org,))
    assert steps_of_a_delivery(durable, 2) <= few * 1.2

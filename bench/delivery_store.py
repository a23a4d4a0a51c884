# SPDX-License-Identifier: EUPL-1.2
"""What claiming and writing the outcome costs in each store, as ever more messages are stored.

Rules: one message is claimed, accepted with its receipt and a link of the audit chain, in two transactions, as the
engine of the sender does; beside it stands a plain queue table of the same database with the same number of commits.
What is stored was delivered long ago, but for a hundred messages. ``python -m bench.delivery_store --full`` goes up to
a million.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sqlite3
import statistics
import tempfile
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from bench.delivery_postgres import database, server
from kgbx.delivery.records import Outgoing, Receipt
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.rows import OUTGOING
from kgbx.delivery.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.store import Store, Transaction
    from kgbx.delivery.store.driver import Driver

SIZES: Final = (1_000, 10_000, 100_000)
FULL: Final = 1_000_000
HEADER: Final = (
    "| store | stored | claim and accept, ms | 99 of 100 | processor, ms | plain queue, ms | ratio |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
OPEN: Final = 100
ROUNDS: Final = 60
PEERS: Final = 50
PREFIX: Final = "urn:osb:oin:000000990000000000"
ENVELOPE: Final = bytes(8192)
FAR: Final = 10**15


def peer(number: int) -> str:
    """Return the URN of a made-up partner."""
    return f"{PREFIX}{10 + number % PEERS}"


def message(number: int) -> Outgoing:
    """Return a message that is due."""
    digest = sha256(b"%d" % number).digest()
    said = {"envelope": digest, "made_at": number, "due_at": number, "expires_at": FAR}
    return Outgoing(id=str(UUID(int=number, version=4)), peer=peer(number), lane=f"lane {number}", number=1, **said)  # type: ignore[arg-type]  # numbers and bytes


def stock(driver: Driver, *, first: int, last: int) -> None:
    """Add messages that were delivered, without their envelopes: those stand elsewhere and are not looked at."""
    row = dict(zip(OUTGOING.columns, OUTGOING.write(replace(message(0), state="completed")), strict=True))
    varied = {
        "id": "'stored ' || CAST(i AS TEXT)",
        "peer": f"'{PREFIX}' || CAST(10 + i - (i / {PEERS}) * {PEERS} AS TEXT)",
        "lane": "'old ' || CAST(i AS TEXT)",
        "made_at": "i",
        "due_at": "i",
    }
    values = ", ".join(varied.get(name, "?") for name in row)
    kept = [value for name, value in row.items() if name not in varied]
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"  # noqa: S608  # numbers
    driver.change(f"INSERT INTO {OUTGOING.name} ({OUTGOING.listed}) {numbers} SELECT {values} FROM n", kept)  # noqa: S608  # idem


def enqueue(tx: Transaction, number: int) -> None:
    """Add a message that is due."""
    tx.add_out(message(number), ENVELOPE)


def deliver(store: Store, token: str, now: int) -> int:
    """Claim one message, and write that it was accepted; return how many there were."""
    with store.transaction() as tx:
        held = [
            (row, replace(row, state="sending", lease_token=token, lease_until=FAR))
            for row in tx.candidates_out(now, limit=1)
        ]
        for row, new in held:
            tx.save_out(new, was=row)
    for _, row in held:
        with store.transaction() as tx:
            tx.save_out(replace(row, state="accepted", lease_token=None, lease_until=None), was=row)
            tx.add_receipt(
                Receipt(
                    direction="in", peer=row.peer, message_id=row.id, level=1, outcome="custody", at=now, data=ENVELOPE
                )
            )
            tx.audit(at=now, actor="kgbx", event="accepted", about=(row.peer, row.id), detail="")
    return len(held)


def each_ms(action: Callable[[int], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Return what each of some calls took, in milliseconds by a clock."""
    taken = []
    for number in range(ROUNDS):
        started = clock()
        action(number)
        taken.append((clock() - started) * 1000)
    return taken


def plain(run: Callable[..., object], *, locked: str) -> Callable[[int], None]:
    """Return a plain queue on a connection: one row claimed and one row done, in two commits."""
    run("CREATE TABLE plain_queue (id INTEGER PRIMARY KEY, state TEXT NOT NULL, data TEXT NOT NULL)")
    run("CREATE INDEX plain_waiting ON plain_queue (id) WHERE state = 'queued'")
    for number in range(ROUNDS * len(SIZES) * 2):
        run(f"INSERT INTO plain_queue VALUES ({number}, 'queued', '')")  # noqa: S608  # a number
    claim = f"(SELECT id FROM plain_queue WHERE state = 'queued' ORDER BY id LIMIT 1 {locked})"  # noqa: S608  # literals

    def once(_: int) -> None:
        run(f"UPDATE plain_queue SET state = 'sending' WHERE id = {claim}")  # noqa: S608  # literals
        run("UPDATE plain_queue SET state = 'accepted' WHERE state = 'sending'")

    return once


@contextlib.contextmanager
def sqlite_store() -> Iterator[tuple[SqliteStore, Callable[[int], None]]]:
    """Give a SQLite store and a plain queue in a file beside it, as durable."""
    with tempfile.TemporaryDirectory() as folder:
        store, beside = (
            SqliteStore(Path(folder) / "store.db"),
            sqlite3.connect(f"{folder}/plain.db", isolation_level=None),
        )
        with contextlib.closing(store), contextlib.closing(beside):
            store.prepare(beside)
            yield store, plain(beside.execute, locked="")


@contextlib.contextmanager
def postgres_store(address: str) -> Iterator[tuple[PostgresStore, Callable[[int], None]]]:
    """Give a PostgreSQL store in a database of its own, and a plain queue in it."""
    import psycopg  # noqa: PLC0415  # only who has it is asked

    with (
        database(address, "store") as within,
        contextlib.closing(PostgresStore(within)) as store,
        psycopg.connect(within, autocommit=True) as beside,
    ):
        yield store, plain(lambda sql: beside.execute(sql.encode()), locked="FOR UPDATE SKIP LOCKED")


def rows(
    name: str, store: SqliteStore | PostgresStore, queue: Callable[[int], None], sizes: tuple[int, ...]
) -> Iterator[str]:
    """Yield a line of the table for each number of stored messages."""
    numbers, stored = itertools.count(1), 0
    for size in sizes:
        with store.transaction() as tx:
            stock(tx._driver, first=stored + 1, last=size)  # noqa: SLF001  # filled behind its back
            for _ in range(OPEN + 2 * ROUNDS):
                enqueue(tx, next(numbers))
        stored = size
        ours = each_ms(lambda number: deliver(store, f"token {number}", FAR - 1))
        busy = each_ms(lambda number: deliver(store, f"more {number}", FAR - 1), time.process_time)
        theirs = each_ms(queue)
        fast, slow, beside = statistics.median(ours), sorted(ours)[int(ROUNDS * 0.99)], statistics.median(theirs)
        figures = (fast, slow, statistics.median(busy), beside, fast / beside)
        yield f"| {name} | {size} | {' | '.join(f'{figure:.2f}' for figure in figures)} |"


def lines(address: str | None, *, full: bool = False) -> Iterator[str]:
    """Yield the table: of SQLite, and of PostgreSQL where there is a server; in full up to a million messages."""
    sizes = (*SIZES, FULL) if full else SIZES
    with sqlite_store() as (store, queue):
        yield from rows("SQLite", store, queue, sizes)
    if address is not None:
        with postgres_store(address) as (kept, queue):
            yield from rows("PostgreSQL", kept, queue, sizes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What delivering one message costs in the store.")
    parser.add_argument("--full", action="store_true", help="also with a million stored messages")
    said = parser.parse_args()
    print(HEADER)
    with server() as address:
        for line in lines(address, full=said.full):
            print(line, flush=True)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: EUPL-1.2
"""Workers of one outbox that bring messages until custody is proved, both sides in a database that loses nothing.

Rules: every worker is a process of its own; the outbox and the endpoint have a SQLite file each, synced at every
commit, or a database each on one PostgreSQL server. Beside PostgreSQL stands a plain queue with ``SKIP LOCKED``, whose
workers do as many writing commits a message: claimed, taken in, done. ``python -m bench.delivery_workers``
"""

from __future__ import annotations

import contextlib
import multiprocessing
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.delivery_http import Outbox, Run, pair, sealed, served
from bench.delivery_postgres import database, server
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Barrier

    from kgbx.delivery.store import Store

    Opening = Callable[[], Store]
    Doing = Callable[[], bool]

WORKERS: Final = (1, 2, 4)
COUNT: Final = 120
PATIENCE: Final = 120
CLAIM: Final = (
    "UPDATE plain_out SET state = 'sending' WHERE id ="
    " (SELECT id FROM plain_out WHERE state = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, data"
)


def timed(start: Barrier, make: Callable[[], Doing], said: Any) -> None:  # noqa: ANN401  # a queue of no public type
    """Do something in a process of its own until there is nothing left, and say what each time took."""
    work, each = make(), list[float]()
    start.wait(PATIENCE)
    began = time.monotonic()
    while True:
        started = time.perf_counter()
        if not work():
            break
        each.append((time.perf_counter() - started) * 1000)
    said.put((began, time.monotonic(), each))


def together(name: str, make: Callable[[], Doing], *, workers: int) -> Run:
    """Return what so many processes took for all of it."""
    context = multiprocessing.get_context("fork")
    start, said = context.Barrier(workers), context.Queue()
    begun = [context.Process(target=timed, args=(start, make, said), daemon=True) for _ in range(workers)]
    for one in begun:
        one.start()
    found = [said.get(timeout=PATIENCE) for _ in begun]
    for one in begun:
        one.join()
    seconds = max(last for _, last, _ in found) - min(first for first, _, _ in found)
    return Run(f"{name}, {workers} at work", seconds, tuple(ms for _, _, each in found for ms in each))


# --- ours


def bringing(url: str, store: Opening) -> Doing:
    """Return what brings the next message until its custody is proved, and tells whether there was one."""
    return Outbox(pair(), url, store=store()).bring


def ours(name: str, outbox: Opening, endpoint: Opening) -> Iterator[Run]:
    """Yield what workers do on one outbox."""
    with served(pair(), endpoint) as url:
        for workers in WORKERS:
            _fill(url, outbox)
            found = together(f"{name} to proved custody", partial(bringing, url, outbox), workers=workers)
            if len(found.each_ms) != COUNT:
                raise RuntimeError(len(found.each_ms))
            yield found


def _fill(url: str, store: Opening) -> None:
    opened = store()
    with contextlib.closing(opened):
        filled = Outbox(pair(), url, store=opened)
        for _ in range(COUNT):
            filled.put(sealed(pair()))
        filled.client.close()


# --- a plain queue


def taking(address: str) -> Doing:
    """Return what claims a row, takes it in elsewhere and writes that it is done, in three commits."""
    import psycopg  # noqa: PLC0415  # only who has it is asked

    connection = psycopg.connect(address, autocommit=True)

    def take() -> bool:
        row = connection.execute(CLAIM).fetchone()
        if row is None:
            return False
        connection.execute("INSERT INTO plain_in VALUES (%s, %s)", row)
        connection.execute("UPDATE plain_out SET state = 'accepted' WHERE id = %s", row[:1])
        return True

    return take


def plain(address: str) -> Iterator[Run]:
    """Yield what workers do on a plain queue with as many bytes."""
    import psycopg  # noqa: PLC0415  # idem

    data = sealed(pair()).envelope
    with psycopg.connect(address, autocommit=True) as keeper:
        keeper.execute("CREATE TABLE plain_out (id INTEGER PRIMARY KEY, state TEXT NOT NULL, data BYTEA NOT NULL)")
        keeper.execute("CREATE TABLE plain_in (id INTEGER PRIMARY KEY, data BYTEA NOT NULL)")
        keeper.execute("CREATE INDEX plain_waiting ON plain_out (id) WHERE state = 'queued'")
        for turn, workers in enumerate(WORKERS):
            numbers = [(turn * COUNT + n, data) for n in range(COUNT)]
            keeper.cursor().executemany("INSERT INTO plain_out VALUES (%s, 'queued', %s)", numbers)
            yield together("a plain queue in PostgreSQL", partial(taking, address), workers=workers)


# --- all


def runs(address: str | None) -> Iterator[Run]:
    """Yield what workers do on SQLite, and where there is a server on PostgreSQL and on a plain queue in it."""
    with tempfile.TemporaryDirectory() as folder:
        places = (partial(SqliteStore, Path(folder) / name) for name in ("outbox.db", "endpoint.db"))
        yield from ours("SQLite", *places)
    if address is None:
        return
    with contextlib.ExitStack() as stack:
        outbox, endpoint, queue = (
            stack.enter_context(database(address, one)) for one in ("outbox", "endpoint", "plain")
        )
        yield from ours("PostgreSQL", partial(PostgresStore, outbox), partial(PostgresStore, endpoint))
        yield from plain(queue)


def main() -> None:
    """Print a table."""
    print("| what | messages | a second | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |")
    with server() as address:
        for one in runs(address):
            print(one.row(), flush=True)
        if address is None:
            print("| PostgreSQL: no server here | | | | |")


if __name__ == "__main__":
    main()

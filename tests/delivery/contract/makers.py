# SPDX-License-Identifier: EUPL-1.2
"""Made-up rows, and stores of each kind."""

from __future__ import annotations

import contextlib
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg

from kgbx.delivery.records import Incoming, Outgoing, Receipt
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.moving import TABLES
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.store import Store, Transaction

MEMORY: Final = "/dev/shm"  # noqa: S108  # nothing in it is shared
KINDS: Final = ("memory", "sqlite", "postgres")
SQL: Final = ("sqlite", "postgres")
PEER: Final = "urn:osb:oin:00000099000000002000"
OTHER: Final = "urn:osb:oin:00000099000000003000"
LANE: Final = "bGFuZQ"
PLENTY: Final = 1 << 40
DAY: Final = 86_400_000


def plenty(folder: Path) -> int:  # noqa: ARG001  # the place does not matter
    return PLENTY


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """Give a folder in memory where there is one: these tests lose no power, and a busy disk makes them slow."""
    with tempfile.TemporaryDirectory(prefix="kgbx-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as name:
        yield Path(name)


@contextlib.contextmanager
def opened(kind: str, folder: Path, address: Callable[[], str]) -> Iterator[Store]:
    """Give an empty store of a kind."""
    with contextlib.ExitStack() as stack:
        store: Store = MemoryStore()
        if kind == "sqlite":
            store = SqliteStore(folder / "store.db", free=plenty)
        if kind == "postgres":
            stack.callback(empty, address())
            store = PostgresStore(address(), connections=40)
        stack.callback(store.close)
        yield store


def empty(address: str) -> None:
    """Make a PostgreSQL store as it was when it was made: much quicker than making one."""
    kept = ("kgbx_receipt", "kgbx_audit")
    tables = (*TABLES, "kgbx_part", "kgbx_part_piece")
    statements = [
        "SET LOCAL synchronous_commit = off",
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in kept),
        *(f"DELETE FROM {table}" for table in tables),  # noqa: S608  # our own names
        "UPDATE kgbx_counter SET last = 0, hash = decode(repeat('00', length(hash)), 'hex')",
        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in kept),
    ]
    with psycopg.connect(address) as connection:
        connection.execute(";".join(statements))


def uuid(number: int) -> str:
    return str(UUID(int=number, version=4))


def outgoing(serial: int, /, **changes: Any) -> Outgoing:  # noqa: ANN401  # any member
    """Return a row that is due from moment 0 on."""
    said: dict[str, Any] = {
        "id": uuid(serial),
        "peer": PEER,
        "envelope": sha256(envelope(serial)).digest(),
        "made_at": 0,
        "due_at": 0,
        "expires_at": 7 * DAY,
    }
    return Outgoing(**{**said, **changes})


def envelope(number: int) -> bytes:
    return f"sealed {number}".encode()


def incoming(serial: int, /, **changes: Any) -> Incoming:  # noqa: ANN401  # any member
    said: dict[str, Any] = {
        "id": uuid(serial),
        "peer": PEER,
        "envelope": sha256(envelope(serial)).digest(),
        "received_at": 0,
        "due_at": 0,
    }
    return Incoming(**{**said, **changes})


def receipt(serial: int, /, **changes: Any) -> Receipt:  # noqa: ANN401  # any member
    said: dict[str, Any] = {
        "direction": "in",
        "peer": PEER,
        "message_id": uuid(serial),
        "level": 1,
        "outcome": "custody",
        "at": 5,
        "data": b"signed",
    }
    return Receipt(**{**said, **changes})


class UndoneError(Exception):
    """The block is left so."""


@contextlib.contextmanager
def undone(store: Store) -> Iterator[Transaction]:
    """Give a transaction that is undone at its end."""
    with contextlib.suppress(UndoneError), store.transaction() as tx:
        yield tx
        raise UndoneError


def put(store: Store, *rows: Outgoing) -> None:
    """Add rows, each with an envelope, in one transaction."""
    with store.transaction() as tx:
        put_in(tx, *rows)


def put_in(tx: Transaction, *rows: Outgoing) -> None:
    for row in rows:
        tx.add_out(row, b"sealed")


def numbers(rows: tuple[Outgoing, ...] | tuple[Incoming, ...]) -> list[int]:
    """Return the numbers with which rows were made."""
    by_id = {uuid(number): number for number in range(200)}
    return [by_id[row.id] for row in rows]


def ready(store: Store, now: int = 0, **options: Any) -> list[int]:  # noqa: ANN401  # any member
    """Return the numbers of what may be pushed."""
    with store.transaction() as tx:
        return numbers(tx.candidates_out(now, limit=options.pop("limit", 100), **options))

# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL server to measure on, and databases of the bench's own in it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTING: Final = "KGBX_TEST_POSTGRES"


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """Give the address of a PostgreSQL server: the one that was named, else one of our own; None without either."""
    named = os.environ.get(SETTING)
    if named:
        yield named
        return
    try:
        from tests.delivery.postgres_server import NoServerError, Server  # noqa: PLC0415  # not everybody has it
    except ImportError:
        yield None
        return
    try:
        own = Server()
    except NoServerError:
        yield None
        return
    try:
        yield own.address()
    finally:
        own.remove()


@contextlib.contextmanager
def database(address: str, name: str) -> Iterator[str]:
    """Give the address of a fresh database, which is dropped afterwards."""
    import psycopg  # noqa: PLC0415  # only who has it is asked

    name = f"kgbx_bench_{name}_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as keeper:
        keeper.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield psycopg.conninfo.make_conninfo(address, dbname=name)
    finally:
        with psycopg.connect(address, autocommit=True) as keeper:
            keeper.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

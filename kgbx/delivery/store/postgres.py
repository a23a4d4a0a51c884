# SPDX-License-Identifier: EUPL-1.2
"""A store in a PostgreSQL database: for several workers, and for a machine that may fail.

Rules:
    - rows are claimed with FOR UPDATE SKIP LOCKED; the audit chain has one end, held until the transaction ends;
    - a lost connection, a restarted or read-only server is a failure that may go well later: the next transaction
      takes a new connection, nobody need do anything;
    - what the server says was not committed is told, also when it says so only in passing;
    - nothing waits without end: for a connection, a lock, an answer;
    - psycopg is imported only here, and only when a store is opened.

Source: delivery design, "Stores".
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from kgbx.delivery.log import LOG
from kgbx.delivery.store.migrating import migrate, require_version, version_of
from kgbx.delivery.store.part_rows import RowParts
from kgbx.delivery.store.postgres_driver import DURABLE, PostgresDriver, failure_of, import_psycopg
from kgbx.delivery.store.postgres_life import begin_life, life_of
from kgbx.delivery.store.postgres_patience import SILENCE_SECONDS, impatient
from kgbx.delivery.store.postgres_pool import Pool
from kgbx.delivery.store.sql import SqlTransaction
from kgbx.errors import DeliveryError, KgbxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

OLDEST_SERVER: Final = 140_000
UNKNOWN_ROOM: Final = 2**62
"""The disk is the server's, and its keeper's to watch."""

DEFAULTS: Final = {
    "application_name": "kgbx",
    "client_encoding": "UTF8",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
    "target_session_attrs": "read-write",
}
"""For what the address of the database does not say."""

SETTINGS: Final = """
SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '5min';
SET TIME ZONE 'UTC'; SELECT current_setting('fsync')
"""
BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT version, life FROM kgbx_version"
MIGRATING: Final = 0
"""Key of the lock that keeps a second migration out."""


class PostgresStore:
    """Keeps everything in a PostgreSQL database, in tables whose names begin with ``kgbx_``.

    Args:
        address: ``postgresql://…`` or ``key=value …``, as libpq reads it; may name several servers.
        connections: At most so many at a time.
        patience: Seconds that a transaction waits for one of them.
        silence: Seconds after which a server that says nothing is given up. Its own limit for a statement is lower; for
            the end of a transaction it has none: it waits for a synchronous standby without end.

    Raises:
        UsageError: The address cannot be read.
        DeliveryError: X_STORE_DRIVER, psycopg is not installed; X_STORE_SERVER, the server is too old;
            X_STORE_VERSION, X_STORE_MOVED; X_STORE, there is no server.
    """

    def __init__(
        self, address: str, *, connections: int = 8, patience: float = 10.0, silence: float = SILENCE_SECONDS
    ) -> None:
        self._address, self._kind = readable(address), impatient(silence)
        self._pool = Pool(self._connect, BEGIN, connections=connections, patience=patience)
        try:
            self._migrate()
            with self.within():  # in which life it is, stands there from the beginning
                pass
        except KgbxError:
            self.close()
            raise
        self.parts = RowParts(self.within)

    # --- opening

    def _connect(self) -> psycopg.Connection[Any]:
        driver, problem = import_psycopg(), None
        try:
            connection = self._kind.connect(**self._address, autocommit=True)
        except driver.Error as error:
            problem = failure_of(error)
        else:
            return _settled(connection)
        raise problem

    def _migrate(self) -> None:
        with self._pool.transaction("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT 1") as (driver, _):
            driver.lock(MIGRATING)
            there = bool(driver.rows("SELECT 1 WHERE to_regclass('kgbx_version') IS NOT NULL"))
            migrate(driver, "postgres", there=there, run=driver.script)

    # --- transactions

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Return a transaction: durable when the block ends well, undone when it raises.

        When the connection breaks while the end of the transaction is on its way, it raises X_STORE though the end may
        have arrived: what is done again must be looked at first, as everything here is.
        """
        with self.within() as driver:
            yield SqlTransaction(driver)

    @contextlib.contextmanager
    def within(self) -> Iterator[PostgresDriver]:
        """Return a driver in a transaction, for what is kept beside the rows."""
        with self._pool.transaction() as (driver, (version, life)):
            require_version(version, "postgres")
            if driver.life not in {life, None}:
                begin_life(driver, driver.life)
            yield driver

    def enlist(self, connection: psycopg.Connection[Any]) -> SqlTransaction:
        """Return a transaction that is the caller's: it ends when and as the caller's ends.

        Args:
            connection: To this same database, in a transaction (or not in autocommit mode, so that one begins now).

        Raises:
            UsageError: It commits each statement by itself.
            DeliveryError: X_STORE_VERSION, X_STORE_MOVED, X_STORE.
        """
        idle = import_psycopg().pq.TransactionStatus.IDLE
        if connection.autocommit and connection.info.transaction_status == idle:
            raise UsageError
        driver = PostgresDriver(connection)
        driver.rows(DURABLE, (True,))
        require_version(version_of(driver), "postgres")
        return SqlTransaction(driver)

    # --- the rest

    def room(self) -> int:
        """Return a large number: how full its disk is, the server does not say."""
        return UNKNOWN_ROOM

    def close(self) -> None:
        """Close all connections that nobody uses; the others when they are given back."""
        self._pool.close()


def readable(address: str) -> dict[str, str]:
    """Return an address with what it does not say filled in.

    Raises:
        UsageError: It cannot be read; the error does not repeat it, it may hold a password.
        DeliveryError: X_STORE_DRIVER.
    """
    driver = import_psycopg()
    try:
        said = driver.conninfo.conninfo_to_dict(address)
    except driver.ProgrammingError:
        said = None
    if said is None:
        raise UsageError
    return {**DEFAULTS, **{name: str(value) for name, value in said.items()}}


def _settled(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Return a fresh connection on which nothing waits without end and what is committed is on the disk."""
    try:
        driver = PostgresDriver(connection)
        _settle(driver, connection.info.server_version)
        connection.life = life_of(driver)  # type: ignore[attr-defined]  # ours has it
    except DeliveryError:
        connection.close()
        raise
    return connection


def _settle(driver: PostgresDriver, server_version: int) -> None:
    if server_version < OLDEST_SERVER:
        raise DeliveryError("X_STORE_SERVER")
    syncs = driver.last_rows(SETTINGS)[0][0]
    driver.rows(DURABLE, (False,))
    if syncs == "off":
        LOG.warning("the database server runs with fsync off: it can lose what it committed")

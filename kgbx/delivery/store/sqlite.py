# SPDX-License-Identifier: EUPL-1.2
"""A store in one SQLite file: the default, for one machine.

Rules:
    - what was committed survives a loss of power: a write-ahead log with FULL only where SQLite has no bug in it, else
      a rollback journal that is emptied and brought to the disk at each commit;
    - one transaction at a time in this process, and with BEGIN IMMEDIATE in all: nothing is read that another changes;
    - a file of its own has mode 0600, and never stands on a network disk;
    - when the disk says that it could not keep what was written, this process writes no more: asking again may give a
      false yes.

Source: delivery design, "Stores"; https://www.sqlite.org/wal.html#the_wal_reset_bug,
https://www.sqlite.org/pragma.html#pragma_synchronous.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from kgbx.delivery.log import LOG
from kgbx.delivery.store.migrating import migrate, require_version, version_of
from kgbx.delivery.store.part_files import FileParts, sync_folder
from kgbx.delivery.store.place import on_network, read_mounts
from kgbx.delivery.store.sql import SqlTransaction
from kgbx.delivery.store.sqlite_driver import SqliteDriver, Version, durable, failure_of, pragmas, safe_log
from kgbx.errors import DeliveryError, KgbxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUSY_SECONDS: Final = 5.0
"""How long another process may hold the file before we give up for now."""

TURN_SECONDS: Final = 30.0
"""How long another thread of this process may."""


def free_bytes(folder: Path) -> int:
    """Return how many bytes of the disk are free."""
    return shutil.disk_usage(folder).free


class SqliteStore:
    """Keeps everything in a SQLite file, with large parts in the folder ``<file>-parts`` beside it.

    Args:
        path: The file; made when it is not there.
        free: Gives the free bytes of the disk of a folder.
        mounts: Gives the mounts of this machine, as /proc/mounts.
        version: Of SQLite.

    Raises:
        DeliveryError: X_STORE_PLACE, it stands on a network disk; X_STORE_VERSION, X_STORE_MOVED; X_STORE, it cannot be
            opened or is no such file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        free: Callable[[Path], int] = free_bytes,
        mounts: Callable[[], str] = read_mounts,
        version: Version = sqlite3.sqlite_version_info,
    ) -> None:
        self.path = Path(path).absolute()
        self._free, self._version = free, version
        if on_network(PurePosixPath(self.path.parent.resolve()), mounts()):
            raise DeliveryError("X_STORE_PLACE")
        if not safe_log(version):
            LOG.info(
                "SQLite %s: rollback journal, for its write-ahead log can lose a commit", ".".join(map(str, version))
            )
        self._broken = self._closed = False
        self._begin_here()
        self.parts = FileParts(Path(f"{self.path}-parts"), self._within, room=self.room)
        try:
            with self._turn():
                self._migrate()
            self.parts.sweep()
        except KgbxError:
            self.close()
            raise

    def _begin_here(self) -> None:
        self._lock, self._pid = threading.Lock(), os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._inside: tuple[int, SqliteDriver] | None = None

    # --- opening

    def _connect(self) -> sqlite3.Connection:
        problem = None
        try:
            _make(self.path)
            connection = sqlite3.connect(self.path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            problem = failure_of(error)
        else:
            return self._prepared(connection)
        raise problem

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        try:
            self.prepare(connection)
        except KgbxError:
            connection.close()
            raise
        return connection

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Make a connection of the caller write so that what it commits survives; outside a transaction.

        Raises:
            UsageError: It has begun a transaction.
            DeliveryError: X_STORE, the file cannot be brought into this mode now.
        """
        if connection.in_transaction:
            raise UsageError
        driver = SqliteDriver(connection)
        for pragma in pragmas(self._version):
            driver.rows(f"PRAGMA {pragma}")
        if not durable(driver, self._version):
            raise DeliveryError("X_STORE", retryable=True)

    def _migrate(self) -> None:
        with self._begun() as driver:
            there = bool(driver.rows("SELECT 1 FROM sqlite_master WHERE name = 'kgbx_version'"))
            migrate(driver, "sqlite", there=there, run=driver.script)

    # --- transactions

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Return a transaction: durable when the block ends well, undone when it raises.

        Raises:
            UsageError: This thread is in one already.
            DeliveryError: X_STORE, the file is in use, full or read-only, or the disk failed; X_STORE_VERSION,
                X_STORE_MOVED, another process changed it meanwhile.
        """
        if self._joined() is not None:
            raise UsageError
        with self._alone() as driver:
            yield SqlTransaction(driver)

    @contextlib.contextmanager
    def _within(self) -> Iterator[tuple[SqliteDriver, bool]]:
        """Return a driver for what is kept beside the rows, and whether it is in a transaction that goes on after."""
        joined = self._joined()
        if joined is not None:
            yield joined, True
        else:
            with self._alone() as driver:
                yield driver, False

    def _joined(self) -> SqliteDriver | None:
        """Return the driver of the transaction in which this thread is."""
        thread, driver = self._inside or (0, None)
        return driver if thread == threading.get_ident() and self._pid == os.getpid() else None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[SqliteDriver]:
        with self._turn(), self._begun() as driver:
            require_version(version_of(driver), "sqlite")
            yield driver

    def enlist(self, connection: sqlite3.Connection) -> SqlTransaction:
        """Return a transaction that is the caller's: it ends when and as the caller's ends.

        Args:
            connection: To this same file, in a transaction; :meth:`prepare` was called for it.

        Raises:
            UsageError: It is in no transaction, or is of another file; U_NOT_DURABLE, what it commits could be lost.
            DeliveryError: X_STORE_VERSION, X_STORE_MOVED, X_STORE.
        """
        driver = SqliteDriver(connection)
        place = next((row[2] for row in driver.rows("PRAGMA database_list") if row[1] == "main"), "")
        if not connection.in_transaction or not place or not self.path.samefile(place):
            raise UsageError
        if not durable(driver, self._version):
            raise UsageError("U_NOT_DURABLE")
        require_version(version_of(driver), "sqlite")
        return SqlTransaction(driver)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one thread at a time use the file; a child process after a fork begins anew."""
        if self._pid != os.getpid():
            self._parents = self._connection  # never closed here: that would touch what the parent has open
            self._begin_here()
        lock = self._lock
        if not lock.acquire(timeout=TURN_SECONDS):
            raise DeliveryError("X_STORE", retryable=True)
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _begun(self) -> Iterator[SqliteDriver]:
        if self._broken or self._closed:
            raise DeliveryError("X_STORE")
        if self._connection is None:
            self._connection = self._connect()
        connection, driver = self._connection, SqliteDriver(self._connection)
        try:
            driver.begin(patience=BUSY_SECONDS)
            if not durable(driver, self._version):  # the journal is the file's: another program began another one
                LOG.warning("another program changed how the store keeps what is written; it is set right")
                self._connection = None
                raise DeliveryError("X_STORE", retryable=True)
            self._inside = threading.get_ident(), driver
            yield driver
            driver.commit()
        finally:
            self._inside = None
            if driver.lost_writes:
                self._broken = True
            if driver.only_reads:
                self._connection = None
            self._undo(connection)

    def _undo(self, connection: sqlite3.Connection) -> None:
        """Leave no transaction behind; a connection that cannot be rolled back is not used again."""
        try:
            if connection.in_transaction:
                connection.rollback()
            if self._connection is None:
                connection.close()
        except sqlite3.Error:
            LOG.error("the store could not undo a transaction; its connection is opened anew")  # without its text
            with contextlib.suppress(sqlite3.Error):
                connection.close()
            self._connection = None

    # --- the rest

    def room(self) -> int:
        """Return how many bytes of disk are free."""
        try:
            return self._free(self.path.parent)
        except OSError:
            return 0

    def close(self) -> None:
        """Close the file; what was not committed is undone."""
        with self._turn():
            self._closed = True
            if self._connection is not None:
                self._connection.close()
            self._connection = None


def _make(path: Path) -> None:
    """Make an empty file for the owner alone, and bring its name to the disk, unless there is a file."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        sync_folder(path.parent)

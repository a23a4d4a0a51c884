# SPDX-License-Identifier: EUPL-1.2
"""A SQLite connection as the shared statements use it; which journal is safe; what its failures mean.

Rules: no text of the database leaves, it may quote values; after a failure nothing more is done in a transaction, for
SQLite may have undone it already and would then commit each further statement by itself.

Source: https://www.sqlite.org/rescode.html, https://www.sqlite.org/wal.html#the_wal_reset_bug.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final

from kgbx.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

Version = tuple[int, int, int]

NO_RESET_BUG: Final = ((3, 51, 3), None), ((3, 50, 7), (3, 51, 0)), ((3, 44, 6), (3, 45, 0))
"""Versions of SQLite, from and up to but without, whose write-ahead log cannot lose a commit when it is begun anew."""

SAFE_LOG: Final = ("journal_mode = WAL", "synchronous = FULL")
SAFE_JOURNAL: Final = ("journal_mode = TRUNCATE", "synchronous = EXTRA")

FULL: Final = 2
EXTRA: Final = 3
ENOUGH: Final = {"wal": FULL, "truncate": FULL, "persist": FULL, "delete": EXTRA}
"""The least ``synchronous`` with which a commit survives, by journal. With ``delete`` the end of the journal must be
brought to the disk as well, which EXTRA does."""

LOOK_SECONDS: Final = 0.001
"""How often we look whether another process is ready."""

_PRIMARY: Final = 0xFF
LATER: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)
"""What may go well later."""

LOST: Final = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE})
"""The disk did not keep what it had taken."""


def safe_log(version: Version) -> bool:
    """Tell whether this SQLite may use a write-ahead log."""
    return any(version >= since and (until is None or version < until) for since, until in NO_RESET_BUG)


def pragmas(version: Version) -> tuple[str, ...]:
    """Return what makes a commit durable with this SQLite."""
    return (*(SAFE_LOG if safe_log(version) else SAFE_JOURNAL), "foreign_keys = ON")


def failure_of(error: Exception) -> DeliveryError:
    """Return what a failure of the database or of its file is to the outside."""
    code = getattr(error, "sqlite_errorcode", None)
    later = code is not None and code & _PRIMARY in LATER
    return DeliveryError("X_STORE", retryable=later or isinstance(error, OSError))


class SqliteDriver:
    """A connection in a transaction: :class:`kgbx.delivery.store.driver.Driver`.

    Attributes:
        lost_writes: Whether the disk failed to keep what was written.
        only_reads: Whether the connection was opened when the disk was read-only: it stays so.
    """

    skipping = ""
    locking = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        if connection.text_factory is not str:
            raise UsageError
        self._connection = connection
        self._failed: DeliveryError | None = None
        self.lost_writes = self.only_reads = False

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a SELECT gives."""
        return self._run(sql, values)[0]

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement and return the number of rows it touched."""
        return self._run(sql, values)[1]

    def _run(self, sql: str, values: Sequence[object]) -> tuple[list[tuple[Any, ...]], int]:
        if self._failed is not None:
            raise DeliveryError("X_STORE", retryable=self._failed.retryable)
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = None  # the caller's connection may have one
            cursor.execute(sql, values)
            return cursor.fetchall(), cursor.rowcount
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            self._failed = failure_of(error)
            code = getattr(error, "sqlite_errorcode", None) or 0
            self.lost_writes, self.only_reads = code in LOST, code & _PRIMARY == sqlite3.SQLITE_READONLY
        raise self._failed

    def begin(self, *, patience: float) -> None:
        """Begin a transaction that nobody else can change anything in; wait for who has one.

        SQLite itself would look ever less often, up to ten times a second: between the transactions of a busy process
        it would hardly ever be in time. So we look a thousand times a second.

        Args:
            patience: Seconds.

        Raises:
            DeliveryError: X_STORE.
        """
        pause, looks = threading.Event(), int(patience / LOOK_SECONDS)
        self.rows("PRAGMA busy_timeout = 0")
        while (code := self._begun()) == sqlite3.SQLITE_BUSY and looks > 0:
            pause.wait(LOOK_SECONDS)
            looks -= 1
        self.only_reads = code == sqlite3.SQLITE_READONLY
        if code != sqlite3.SQLITE_OK:
            self._failed = DeliveryError("X_STORE", retryable=code in LATER)
            raise self._failed
        self.rows(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _begun(self) -> int:
        """Try to begin, and return the result code."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & _PRIMARY
        return sqlite3.SQLITE_OK

    def hold(self, name: str) -> None:
        """Nothing: there is one transaction at a time."""

    def hold_chain(self) -> None:
        """Nothing, idem."""

    def heads(self, now: int, quotas: Sequence[tuple[str, int]], *, select: str) -> list[tuple[Any, ...]]:
        """Return for each partner at most its quota of rows."""
        return [row for org, quota in quotas for row in self.rows(select, (org, now, quota))]

    def script(self, text: str) -> None:
        """Carry out all statements of a text, within the transaction."""
        statement = ""
        for line in text.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.change(statement)
                statement = ""
        if statement.strip():
            self.change(statement)

    def commit(self) -> None:
        """End the transaction.

        Raises:
            DeliveryError: X_STORE, nothing of it was kept; also when a failure inside was passed over.
        """
        self.change("COMMIT")


def durable(driver: SqliteDriver, version: Version) -> bool:
    """Tell whether what this connection commits survives a loss of power, with this SQLite."""
    mode, synchronous = driver.rows("PRAGMA journal_mode")[0][0], driver.rows("PRAGMA synchronous")[0][0]
    if mode == "wal" and not safe_log(version):
        return False
    return int(synchronous) >= ENOUGH.get(str(mode).lower(), EXTRA + 1)

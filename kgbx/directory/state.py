# SPDX-License-Identifier: EUPL-1.2
"""Memory of the highest sequence number seen: of each organisation's document and of the directory statement.

Rules:
    - a lower number than the one remembered: E_DIR_ROLLBACK; the same with another digest: E_DIR_EQUIVOCATION; a
      higher one takes its place;
    - all rows of one directory are taken over, or none;
    - a file that others may read or write, or that belongs to somebody else, is not relied on;
    - a row is forgotten only when its owner asks for it: forgetting is what an attacker wants.
No key and no name is kept.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final, Protocol

from kgbx.envelope.private_files import OTHERS_MAY_USE, is_own
from kgbx.errors import DirectoryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STATEMENT: Final = "directory"
"""The name under which the directory statement is remembered; organisations have URNs."""

_CREATE: Final = """
CREATE TABLE IF NOT EXISTS highest (
    name TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL
) WITHOUT ROWID
"""
_SELECT: Final = "SELECT name, seq, digest FROM highest"
_UPSERT: Final = "INSERT OR REPLACE INTO highest (name, seq, digest) VALUES (?, ?, ?)"
_DELETE: Final = "DELETE FROM highest WHERE name = ?"
_BUSY_SECONDS: Final = 30.0


class DirectoryState(Protocol):
    """What was seen before."""

    def known(self) -> dict[str, tuple[int, bytes]]:
        """Return for each name its highest sequence number and the digest that goes with it."""
        ...

    def remember(self, seen: Mapping[str, tuple[int, bytes]]) -> None:
        """Take over what a directory holds now, all of it or nothing.

        Raises:
            DirectoryError: E_DIR_ROLLBACK, E_DIR_EQUIVOCATION, by what another process remembered in the meantime.
        """
        ...


def risen(
    known: Mapping[str, tuple[int, bytes]], seen: Mapping[str, tuple[int, bytes]]
) -> Iterator[tuple[str, int, bytes]]:
    """Yield name, number and digest of what is higher than before.

    Raises:
        DirectoryError: E_DIR_ROLLBACK, E_DIR_EQUIVOCATION.
    """
    for name, (seq, digest) in seen.items():
        before, held = known.get(name, (-1, b""))
        if seq < before:
            raise DirectoryError("E_DIR_ROLLBACK")
        if seq == before and digest != held:
            raise DirectoryError("E_DIR_EQUIVOCATION")
        if seq > before:
            yield name, seq, digest


class MemoryDirectoryState:
    """A state that lives as long as the process."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, bytes]] = {}

    def known(self) -> dict[str, tuple[int, bytes]]:
        """Return for each name its highest sequence number and the digest that goes with it."""
        return dict(self._rows)

    def remember(self, seen: Mapping[str, tuple[int, bytes]]) -> None:
        """Take over what a directory holds now, all of it or nothing.

        Raises:
            DirectoryError: E_DIR_ROLLBACK, E_DIR_EQUIVOCATION.
        """
        rows = list(risen(self._rows, seen))
        self._rows.update({name: (seq, digest) for name, seq, digest in rows})


class SqliteDirectoryState:
    """A state in a SQLite file, shared by the processes of one machine; each call opens the file and closes it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with mode 0600.

        Raises:
            UsageError: U_UNREADABLE, the file is no such state; U_SHARED, it is not one's own.
            OSError: the file cannot be opened or made.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            own = is_own(os.fstat(descriptor), wider=OTHERS_MAY_USE)
        finally:
            os.close(descriptor)
        if not own:
            raise UsageError("U_SHARED")
        self._path = path.absolute()  # ":memory:" is a file name here, as it was to os.open
        readable = False
        try:
            with closing(self._open()) as connection:
                connection.execute(_CREATE)
                _rows(connection)
                readable = True
        except sqlite3.Error:
            pass
        if not readable:
            raise UsageError("U_UNREADABLE")

    def known(self) -> dict[str, tuple[int, bytes]]:
        """Return for each name its highest sequence number and the digest that goes with it.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            with closing(self._open()) as connection:
                return _rows(connection)
        except sqlite3.Error:
            pass
        raise _failed()

    def remember(self, seen: Mapping[str, tuple[int, bytes]]) -> None:
        """Take over what a directory holds now, all of it or nothing.

        Raises:
            DirectoryError: E_DIR_ROLLBACK, E_DIR_EQUIVOCATION, by what another process remembered in the meantime.
            OSError: the file cannot be written.
        """
        try:
            with closing(self._open()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(_UPSERT, list(risen(_rows(connection), seen)))
                connection.execute("COMMIT")  # not reached: closing undoes
                return
        except sqlite3.Error:
            pass
        raise _failed()

    def forget(self, name: str) -> None:
        """Forget one row, because a person found out why its number went down.

        Raises:
            OSError: the file cannot be written.
        """
        try:
            with closing(self._open()) as connection:
                connection.execute(_DELETE, (name,))
                return
        except sqlite3.Error:
            pass
        raise _failed()

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)


def _rows(connection: sqlite3.Connection) -> dict[str, tuple[int, bytes]]:
    """Return the rows; one that this module cannot have written is told as any other damage, without its values."""
    rows = connection.execute(_SELECT).fetchall()
    if not all(_is_row(*row) for row in rows):
        raise sqlite3.DataError
    return {name: (seq, digest) for name, seq, digest in rows}


def _is_row(name: object, seq: object, digest: object) -> bool:
    return isinstance(name, str) and type(seq) is int and seq >= 0 and isinstance(digest, bytes)


def _failed() -> OSError:
    return OSError(errno.EIO, "the memory of directories cannot be read or written")

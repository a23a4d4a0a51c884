# SPDX-License-Identifier: EUPL-1.2
"""Memory of messages received, so that one message is accepted once.

Rules: the key is (sender's organisation, message id), the value the digest of the manifest; a row is written once and
never changed; it is kept until the message can no longer be valid anywhere, then purged. No content, no name, no type.
A store is written after everything else has been checked, so a first try with a damaged part does not burn the id. A
file that others may read or write, or that is of somebody else, is not relied on.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING, Final, Self

from kgbx.envelope.private_files import OTHERS_MAY_USE, is_own
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_CREATE: Final = """
CREATE TABLE IF NOT EXISTS seen (
    org TEXT NOT NULL,
    id TEXT NOT NULL,
    digest BLOB NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (org, id)
) WITHOUT ROWID
"""
_SELECT: Final = "SELECT digest FROM seen WHERE org = ? AND id = ?"
_INSERT: Final = "INSERT INTO seen (org, id, digest, expires) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_PURGE: Final = "DELETE FROM seen WHERE expires < ?"
_BUSY_SECONDS: Final = 30.0


class MemoryReplayStore:
    """A replay store that lives as long as the process; for tests and for runs of vectors."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], tuple[bytes, int]] = {}

    def digest_of(self, org: str, message_id: str) -> bytes | None:
        """Return the digest under which a message was written, None for one never seen."""
        row = self._rows.get((org, message_id))
        return None if row is None else row[0]

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        """Write the digest unless there is one, in one step, and tell whether it was written."""
        row = digest, expires
        return self._rows.setdefault((org, message_id), row) is row

    def purge(self, now: int) -> int:
        """Forget rows that expired before `now` (Unix seconds) and return how many."""
        old = [key for key, (_, expires) in self._rows.items() if expires < now]
        for key in old:
            del self._rows[key]
        return len(old)


def _connect(path: Path) -> sqlite3.Connection | None:
    """Return a connection to a store that can be read, else None."""
    connection = None
    try:
        # absolute: ":memory:" is a file name here, as it was to os.open
        connection = sqlite3.connect(path.absolute(), timeout=_BUSY_SECONDS, isolation_level=None)
        connection.execute(_CREATE)
        connection.execute(_SELECT, ("", ""))
    except sqlite3.Error:
        if connection is not None:
            connection.close()
        return None
    return connection


class SqliteReplayStore:
    """A replay store in a SQLite file, shared by the processes of one machine.

    A write stands at once. In a ``with`` block the writes stand only if the block ends well: whoever stores the
    message inside the block has it and its id together, or neither::

        with SqliteReplayStore(path) as seen:
            opened = unseal(sealed, identity=identity, directory=directory, at=at, seen=seen)
            opened.parts[1].save(target)
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with mode 0600.

        Raises:
            UsageError: U_UNREADABLE, the file is no such store; U_SHARED, others may read or write it.
            OSError: the file cannot be opened or made.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            own = is_own(os.fstat(descriptor), wider=OTHERS_MAY_USE)
        finally:
            os.close(descriptor)
        if not own:
            raise UsageError("U_SHARED")
        connection = _connect(path)
        if connection is None:
            raise UsageError("U_UNREADABLE")
        self._connection = connection

    def digest_of(self, org: str, message_id: str) -> bytes | None:
        """Return the digest under which a message was written, None for one never seen.

        Raises:
            OSError: the file cannot be read.
        """
        rows, _ = self._run(_SELECT, (org, message_id))
        return bytes(rows[0][0]) if rows else None

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        """Write the digest unless there is one, in one step, and tell whether it was written.

        Raises:
            OSError: the file cannot be written.
        """
        _, count = self._run(_INSERT, (org, message_id, digest, expires))
        return count == 1

    def purge(self, now: int) -> int:
        """Forget rows that expired before `now` (Unix seconds) and return how many.

        Raises:
            OSError: the file cannot be written.
        """
        _, count = self._run(_PURGE, (now,))
        return count

    def close(self) -> None:
        """Close the file; an open transaction is undone."""
        self._connection.close()

    def __enter__(self) -> Self:
        self._run("BEGIN IMMEDIATE")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run("COMMIT" if kind is None else "ROLLBACK")
        finally:
            self.close()

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> tuple[list[tuple[bytes, ...]], int]:
        """Return rows and row count; any failure of SQLite is an OSError without its text, which may quote values."""
        try:
            cursor = self._connection.execute(statement, values)
            return cursor.fetchall(), cursor.rowcount
        except sqlite3.Error:
            pass
        raise OSError(errno.EIO, "the replay store cannot be read or written")

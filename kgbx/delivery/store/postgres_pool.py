# SPDX-License-Identifier: EUPL-1.2
"""A few connections that are used again; one that broke while nobody looked is replaced unseen.

Rules: at most so many connections, at most so long a wait; a connection on which anything went wrong is closed, not
mended; after a fork the child begins with none, and leaves those of its parent alone.

Source: delivery design, "Stores".
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from kgbx.delivery.store.postgres_driver import PostgresDriver, import_psycopg
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psycopg

Row: TypeAlias = "tuple[Any, ...]"


class Pool:
    """Connections to one database.

    Args:
        connect: Makes a connection in autocommit mode.
        begin: Begins a transaction and selects one row.
        connections: At most so many.
        patience: Seconds that one waits for a connection.
    """

    def __init__(
        self, connect: Callable[[], psycopg.Connection[Any]], begin: str, *, connections: int, patience: float
    ) -> None:
        self._connect, self._begin = connect, begin
        self._connections, self._patience = connections, patience
        self._closed = False
        self._begin_here()

    def _begin_here(self) -> None:
        self._pid = os.getpid()
        self._slots = threading.BoundedSemaphore(self._connections)
        self._idle: list[psycopg.Connection[Any]] = []

    @contextlib.contextmanager
    def transaction(self, begin: str | None = None) -> Iterator[tuple[PostgresDriver, Row]]:
        """Return a driver in a transaction and the row that its beginning gave.

        Raises:
            DeliveryError: X_STORE, there is no connection, or the transaction was not committed.
        """
        if self._pid != os.getpid():
            self._parents = self._idle  # never closed here: they are the parent's
            self._begin_here()
        slots = self._slots
        if self._closed or not slots.acquire(timeout=self._patience):
            raise DeliveryError("X_STORE", retryable=not self._closed)
        try:
            connection, row = self._begun(begin or self._begin)
            with self._giving_back(connection):
                driver = PostgresDriver(connection)
                yield driver, row
                driver.commit()
        finally:
            slots.release()

    def _begun(self, begin: str) -> tuple[psycopg.Connection[Any], Row]:
        """Return a connection in a transaction. Nothing was done in it yet, so another one does as well.

        When one broke, its server may be gone and the others would each be waited for: none of them is used again.
        """
        with contextlib.suppress(IndexError):
            connection = self._idle.pop()
            with contextlib.suppress(DeliveryError):
                return _in_transaction(connection, begin)
            self._close_idle()
        return _in_transaction(self._connect(), begin)

    @contextlib.contextmanager
    def _giving_back(self, connection: psycopg.Connection[Any]) -> Iterator[None]:
        well = False
        try:
            yield
            well = True
        finally:
            if (well or _rolled_back(connection)) and not self._closed:
                self._idle.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close what nobody uses; what is in use is closed when it is given back."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            with contextlib.suppress(IndexError):
                self._idle.pop().close()


def _in_transaction(connection: psycopg.Connection[Any], begin: str) -> tuple[psycopg.Connection[Any], Row]:
    try:
        return connection, PostgresDriver(connection).last_rows(begin)[0]
    except DeliveryError:
        connection.close()
        raise


def _rolled_back(connection: psycopg.Connection[Any]) -> bool:
    """Undo what was not committed; False for a connection that is of no use any more."""
    if connection.info.transaction_status != import_psycopg().pq.TransactionStatus.INTRANS:
        return False
    try:
        PostgresDriver(connection).change("ROLLBACK")
    except DeliveryError:
        return False
    return True

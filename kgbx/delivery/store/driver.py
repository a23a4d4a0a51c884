# SPDX-License-Identifier: EUPL-1.2
"""What a database must be able to do for the shared statements, and the words they are built from.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbx.delivery.store.rows import R, Table


class Driver(Protocol):
    """A connection inside a transaction."""

    @property
    def skipping(self) -> str:
        """End of a SELECT that locks its rows and passes over those that others have locked; may be empty."""
        ...

    @property
    def locking(self) -> str:
        """End of a SELECT that locks its rows and waits for them; may be empty."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a SELECT gives.

        Raises:
            DeliveryError: X_STORE.
        """
        ...

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement that changes something and return the number of rows it touched.

        Raises:
            DeliveryError: X_STORE.
        """
        ...

    def hold(self, name: str) -> None:
        """Let nobody else who holds the same name go on until this transaction ends."""
        ...

    def hold_chain(self) -> None:
        """Hold the end of the audit chain until this transaction ends, where others could."""
        ...

    def heads(self, now: int, quotas: Sequence[tuple[str, int]], *, select: str) -> list[tuple[Any, ...]]:
        """Return for each partner at most its quota of rows of a SELECT with parameters (peer, now, quota), locked."""
        ...


class Sql:
    """What the parts of a transaction share."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def _one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        found = self._driver.rows(sql, values)
        return found[0] if found else None

    def _read(self, table: Table[R], rest: str, values: Sequence[object] = ()) -> tuple[R, ...]:
        found = self._driver.rows(f"SELECT {table.listed} FROM {table.name} {rest}", values)  # noqa: S608  # names of tables and columns are literals
        return tuple(map(table.read, found))

    def _insert(self, table: Table[R], row: R) -> bool:
        """Add a row unless there is one like it already; tell whether it was added."""
        return bool(self._driver.change(insertion(table.name, table.columns), table.write(row)))


def insertion(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds a row and leaves one that is there alone, without breaking the transaction."""
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608  # idem


def equals(columns: Iterable[str]) -> str:
    """Return the condition that these columns have given values."""
    return " AND ".join(f"{column} = ?" for column in columns)


def words(values: Iterable[str]) -> str:
    """Return words of our own tables as a list of SQL, so that a partial index is found."""
    return ", ".join(f"'{value}'" for value in sorted(values))


def marks(values: Sequence[object]) -> str:
    """Return as many question marks."""
    return ", ".join("?" for _ in values)

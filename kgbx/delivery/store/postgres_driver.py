# SPDX-License-Identifier: EUPL-1.2
"""A psycopg connection as the shared statements use it, and what its failures mean.

Rules: no text of the database leaves, it may quote values; after a failure nothing more is done in a transaction, and
it is not committed.

Source: https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import psycopg

LATER: Final = frozenset({"25006", "25P03", "25P04"})
"""A read-only server, a session that ended because it waited too long: may go well later, though not by their class."""

DURABLE: Final = """
SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply'
THEN 'remote_apply' ELSE 'on' END, CAST(? AS boolean))
"""
"""Have a commit wait for the disk here, and of a synchronous standby as well: without that a failover loses it. The
parameter: only until the end of the transaction."""

LOCKS: Final = 2_026_049
"""First half of the key of our advisory locks: other programs may have locks in the same database."""


def import_psycopg() -> Any:  # noqa: ANN401  # a module that need not be installed
    """Return psycopg.

    Raises:
        DeliveryError: X_STORE_DRIVER, it is not installed.
    """
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        pass
    raise DeliveryError("X_STORE_DRIVER")


def failure_of(error: Exception) -> DeliveryError:
    """Return what a failure of the database is to the outside."""
    later = isinstance(error, import_psycopg().OperationalError) or getattr(error, "sqlstate", None) in LATER
    return DeliveryError("X_STORE", retryable=later)


class PostgresDriver:
    """A connection in a transaction: :class:`kgbx.delivery.store.driver.Driver`."""

    skipping = " FOR UPDATE SKIP LOCKED"
    locking = " FOR UPDATE"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._psycopg = import_psycopg()
        self._failed: DeliveryError | None = None

    @property
    def life(self) -> str | None:
        """In which life its server is, None where that is not known."""
        return getattr(self._connection, "life", None)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a SELECT gives."""
        return self._run(sql.replace("?", "%s"), values)[1]

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement and return the number of rows it touched."""
        return self._run(sql.replace("?", "%s"), values)[2]

    def last_rows(self, script: str) -> list[tuple[Any, ...]]:
        """Carry out several statements at once and return what the last one gives."""
        return self._run(script, None)[1]

    def script(self, text: str) -> None:
        """Carry out all statements of a text, within the transaction."""
        self._run(text, None)

    def _run(self, sql: str, values: Sequence[object] | None) -> tuple[str, list[tuple[Any, ...]], int]:
        """Return the word that the server ended with, the rows of the last statement, and how many it touched."""
        if self._failed is not None:
            raise DeliveryError("X_STORE", retryable=self._failed.retryable)
        try:
            with self._connection.cursor(row_factory=self._psycopg.rows.tuple_row) as cursor:
                cursor.execute(sql, values)
                while cursor.nextset():
                    pass
                found = cursor.fetchall() if cursor.description else []
                return cursor.statusmessage or "", found, cursor.rowcount
        except (self._psycopg.Error, UnicodeError) as error:
            self._failed = failure_of(error)
        raise self._failed

    def hold(self, name: str) -> None:
        """Let nobody else who holds the same name go on until this transaction ends."""
        self.rows("SELECT pg_advisory_xact_lock(?, hashtext(?))", (LOCKS, name))

    def lock(self, number: int) -> None:
        """Hold a lock of our own until this transaction ends."""
        self.rows("SELECT pg_advisory_xact_lock(?, ?)", (LOCKS, number))

    def hold_chain(self) -> None:
        """Hold the end of the audit chain until this transaction ends."""
        self.rows("SELECT 1 FROM kgbx_counter WHERE name = 'audit' FOR UPDATE")

    def heads(self, now: int, quotas: Sequence[tuple[str, int]], *, select: str) -> list[tuple[Any, ...]]:
        """Return for each partner at most its quota of rows, in one question."""
        before, due, limited, after = select.split("?")
        each = f"{before} partner.org {due} ? {limited} partner.quota {after} FOR UPDATE OF head SKIP LOCKED"
        sql = "SELECT one.* FROM unnest(CAST(? AS text[]), CAST(? AS bigint[])) AS partner (org, quota)"
        orgs, numbers = [org for org, _ in quotas], [quota for _, quota in quotas]
        return self.rows(f"{sql} CROSS JOIN LATERAL ({each}) AS one", (orgs, numbers, now))

    def commit(self) -> None:
        """End the transaction.

        Raises:
            DeliveryError: X_STORE, nothing of it was kept, or nobody knows; also when a failure inside was passed over,
                and when the server only warns: of a wait for its standby that somebody cancelled it says no more.
        """
        warnings = list[str | None]()
        heard = _hearing(warnings)
        self._connection.add_notice_handler(heard)
        try:
            done = self._run("COMMIT", None)[0] == "COMMIT"
        finally:
            self._connection.remove_notice_handler(heard)
        if not done or warnings:
            raise DeliveryError("X_STORE", retryable=True)


def _hearing(warnings: list[str | None]) -> Callable[[psycopg.errors.Diagnostic], None]:
    """Return what writes down the code of each warning."""

    def heard(said: psycopg.errors.Diagnostic) -> None:
        if said.severity_nonlocalized == "WARNING":
            warnings.append(said.sqlstate)

    return heard

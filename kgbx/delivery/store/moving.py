# SPDX-License-Identifier: EUPL-1.2
"""Moving everything from one store to another.

Rules:
    - a move is all of it or nothing: rows are counted in both stores and the audit chain is verified before the new one
      counts; the old one then refuses everybody, so that no worker goes on with it;
    - nobody writes in the old store while it is moved.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.audit import first_bad
from kgbx.delivery.store.driver import insertion, marks
from kgbx.delivery.store.migrating import MOVED
from kgbx.delivery.store.rows import ALERT, AUDIT, INCOMING, OUTGOING, PEER, RECEIPT
from kgbx.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.store import Parts, Transaction
    from kgbx.delivery.store.driver import Driver
    from kgbx.delivery.store.postgres import PostgresStore
    from kgbx.delivery.store.sqlite import SqliteStore

TABLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    **{one.name: (one.key, one.columns) for one in (OUTGOING, INCOMING, RECEIPT, PEER, ALERT, AUDIT)},
    "kgbx_envelope_out": (("id",), ("id", "data")),
    "kgbx_envelope_in": (("peer", "id"), ("peer", "id", "data")),
    "kgbx_lane": (("peer", "lane"), ("peer", "lane", "last")),
    "kgbx_annotation": (("message_id", "name"), ("message_id", "name", "data")),
    "kgbx_setting": (("name",), ("name", "value")),
}
"""Key and columns of each table that is copied as it is."""

COUNTERS: Final = "kgbx_counter"
BATCH: Final = 200
PAGE: Final = 1000


def move(source: SqliteStore, target: PostgresStore) -> dict[str, int]:
    """Copy everything to an empty store and return the number of rows by table, and of ``parts``.

    Parts that are not complete are left behind: whoever was sending one begins again. What a failed move left of parts
    in the target is used by the next one.

    Raises:
        UsageError: U_NOT_EMPTY, there is something in the target.
        DeliveryError: X_AUDIT, the chain of the source does not hold: nothing was moved; X_STORE, a store failed, or
            the target holds another number of rows than the source; X_UNKNOWN, a part is gone.
    """
    with source.transaction() as tx:
        _require_chain(tx)
        parts = _move_parts(tx._driver, source.parts, target.parts)  # noqa: SLF001  # a module of the store
        counts = _move_rows(tx._driver, target)  # noqa: SLF001  # idem
        tx._driver.change("UPDATE kgbx_version SET version = ?", (MOVED,))  # noqa: SLF001  # idem
    return {**counts, "parts": parts}


def _move_rows(old: Driver, target: PostgresStore) -> dict[str, int]:
    with target.transaction() as tx:
        new = tx._driver  # noqa: SLF001  # a module of the store
        if any(_count(new, table) for table in TABLES):
            raise UsageError("U_NOT_EMPTY")
        for table, (key, columns) in TABLES.items():
            put = insertion(table, columns)
            for row in _every(old, table, key, columns):
                new.change(put, row)
        for name, last, digest in old.rows(f"SELECT name, last, hash FROM {COUNTERS}"):  # noqa: S608  # a literal
            new.change(f"UPDATE {COUNTERS} SET last = ?, hash = ? WHERE name = ?", (last, digest, name))  # noqa: S608  # idem
        counts = {table: _count(new, table) for table in TABLES}
        if counts != {table: _count(old, table) for table in TABLES}:
            raise DeliveryError("X_STORE")
        _require_chain(tx)
    return counts


def _count(driver: Driver, table: str) -> int:
    return int(driver.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  # names of tables are literals


def _every(driver: Driver, table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    """Yield all rows, some at a time: envelopes must not fill the memory."""
    names, order = ", ".join(columns), ", ".join(key)
    rest, after = "", list[object]()
    while True:
        found = driver.rows(f"SELECT {names} FROM {table} {rest} ORDER BY {order} LIMIT {BATCH}", after)  # noqa: S608  # idem
        yield from found
        if len(found) < BATCH:
            return
        after = [found[-1][columns.index(name)] for name in key]
        rest = f"WHERE ({order}) > ({marks(after)})"


def _move_parts(driver: Driver, old: Parts, new: Parts) -> int:
    found = driver.rows("SELECT owner, sha256, size FROM kgbx_part WHERE complete = 1")
    for owner, sha256, size in found:
        if not new.has(owner, sha256):
            new.drop(owner, sha256)
            offset = 0
            for block in old.read(owner, sha256) if size else (b"",):
                offset = new.append(owner, sha256, offset=offset, size=size, data=block)
    return len(found)


def _require_chain(tx: Transaction) -> None:
    if first_bad_link(tx) is not None:
        raise DeliveryError("X_AUDIT")


def first_bad_link(tx: Transaction) -> int | None:
    """Return the number of the first link of the audit chain that does not hold, None when all do.

    The last link must be the one that the store counted last: a chain that was cut off does not hold at the place
    where the next link was.
    """
    return first_bad(lambda after: (tx.audit_rows(after=after, limit=PAGE), tx.audit_head()))

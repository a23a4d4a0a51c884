# SPDX-License-Identifier: EUPL-1.2
"""Whether a store stands at an address, seen without changing anything there.

Rules: an empty file or another database is no empty outbox, so it is never told that all is well there, and the tables
of a store are never put beside those of something else. What cannot be seen is left to who opens the store.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Literal

from kgbx.delivery.store.postgres_driver import import_psycopg

if TYPE_CHECKING:
    from pathlib import Path

There = Literal["store", "nothing", "other"]

_TABLE: Final = "kgbx_version"
_SECONDS: Final = 10


def in_file(path: Path) -> There:
    """Return what a file holds: a store, nothing, or something else."""
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return "nothing"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", _SECONDS, uri=True)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        return "other" if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB or not path.is_file() else "store"
    if not tables:
        return "nothing"
    return "store" if _TABLE in tables else "other"


def in_database(address: str) -> There:
    """Return what a PostgreSQL database holds: a store, or none yet; other tables may stand beside those of a store.

    Raises:
        DeliveryError: X_STORE_DRIVER, psycopg is not installed.
    """
    psycopg: Any = import_psycopg()
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=_SECONDS) as connection:
            found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (_TABLE,)).fetchone()
    except psycopg.Error:
        return "store"
    return "store" if found == (True,) else "nothing"

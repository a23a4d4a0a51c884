# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/own-transaction.md: each block runs, and the message is there exactly when the caller's row is."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore
from tests.delivery.contract.makers import plenty
from tests.delivery.postgres_server import database
from tests.delivery.receiving.sides import START, Sides
from tests.parties import GI

if TYPE_CHECKING:
    from kgbx.delivery.store import Store

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "howto" / "own-transaction.md").read_text(encoding="utf-8")
SQLITE, POSTGRES, OPTIONS, DJANGO = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TABLE: Final = "CREATE TABLE referral (id INTEGER PRIMARY KEY, sent TEXT)"
SITE: Final = """
import django
from django.conf import settings
from kgbx.delivery.store.sqlite import SqliteStore
from tests.delivery.receiving.sides import START as now, Sides
from tests.parties import GI as partner

{options}
engine = "django.db.backends.sqlite3"
settings.configure(DATABASES={{"default": {{"ENGINE": engine, "NAME": "app.db", "OPTIONS": OPTIONS}}}})
django.setup()
store, sealed = SqliteStore("app.db", free=lambda _: 1 << 40), Sides().sealed()
{block}
"""


def given(store: Store) -> dict[str, Any]:
    """Return what the page takes for granted."""
    return {"store": store, "sealed": Sides().sealed(), "partner": GI, "now": START}


def there(store: Store) -> list[str]:
    with store.transaction() as tx:
        return [row.peer for row in tx.list_out()]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    with contextlib.closing(sqlite3.connect("app.db")) as connection:
        connection.execute(TABLE)
    return tmp_path / "app.db"


def test_sqlite(file: Path) -> None:
    with contextlib.closing(SqliteStore(file, free=plenty)) as store:
        exec(SQLITE, given(store))  # noqa: S102  # the page is ours
        assert there(store) == [GI]


def test_an_undone_transaction_leaves_nothing(file: Path) -> None:
    block = SQLITE.replace('"COMMIT"', '"ROLLBACK"')
    assert block != SQLITE
    with contextlib.closing(SqliteStore(file, free=plenty)) as store:
        exec(block, given(store))  # noqa: S102  # the page is ours
        assert there(store) == []


def test_postgres() -> None:
    with database() as address, contextlib.closing(PostgresStore(address)) as store:
        with psycopg.connect(address) as connection:
            connection.execute(TABLE)
        exec(POSTGRES, {**given(store), "address": address})  # noqa: S102  # the page is ours
        assert there(store) == [GI]


def test_django(file: Path) -> None:
    code = SITE.format(options=OPTIONS, block=DJANGO)
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    subprocess.run([sys.executable, "-c", code], cwd=file.parent, env=environment, check=True)
    with contextlib.closing(SqliteStore(file, free=plenty)) as store:
        assert there(store) == [GI]

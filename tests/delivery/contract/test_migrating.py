# SPDX-License-Identifier: EUPL-1.2
"""A store of an older kgbx is brought to this version whole, or left as it was."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Final

import psycopg
import pytest

from kgbx.delivery.store import migrating
from kgbx.delivery.store.migrating import newest, steps
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import SQL, plenty
from tests.delivery.postgres_server import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kgbx.delivery.store import Store
    from kgbx.delivery.store.migrating import Backend

FIRST: Final = (
    "CREATE TABLE kgbx_version (version INTEGER NOT NULL); INSERT INTO kgbx_version (version) VALUES (1);"
    "INSERT INTO kgbx_setting (name, value) VALUES ('epoch', 'one');"
)
BROKEN: Final = "CREATE TABLE kgbx_more (one TEXT); INSERT INTO no_such_table (one) VALUES ('two');"


class Old:
    """A store as version 1 made it."""

    def __init__(self, kind: Backend, place: str | Path) -> None:
        self._kind, self._place = kind, place
        self.ask(f"{steps(kind)[0][1]} {FIRST}")

    def open(self) -> Store:
        """Open it with this kgbx."""
        return SqliteStore(self._place, free=plenty) if self._kind == "sqlite" else PostgresStore(str(self._place))

    def ask(self, script: str) -> object:
        """Carry out statements besides kgbx, and return what the last one gives."""
        if self._kind == "postgres":
            with psycopg.connect(str(self._place), autocommit=True) as connection:
                found = connection.execute(script.encode())
                return found.fetchall() if found.description else None
        with contextlib.closing(sqlite3.connect(self._place)) as file:
            return file.executescript(script) if script.count(";") > 1 else file.execute(script).fetchall()


@pytest.fixture(params=SQL)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Old]:
    if request.param == "sqlite":
        yield Old("sqlite", tmp_path / "store.db")
        return
    with schema(request.getfixturevalue("postgres")) as address:
        yield Old("postgres", address)


def test_it_is_brought_here_with_what_is_in_it(old: Old) -> None:
    with contextlib.closing(old.open()) as store, store.transaction() as tx:
        assert tx.setting("epoch") == "one"
    assert old.ask("SELECT version FROM kgbx_version") == [(newest("sqlite"),)]


def test_a_step_that_fails_half_way_changes_nothing(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "steps", with_broken(migrating.steps))
        with pytest.raises(DeliveryError) as raised:
            old.open()
    assert raised.value.code == "X_STORE"
    assert old.ask("SELECT version FROM kgbx_version") == [(1,)]
    old.open().close()
    assert old.ask("SELECT version FROM kgbx_version") == [(newest("sqlite"),)]


def with_broken(known: Callable[[Backend], tuple[tuple[int, str], ...]]) -> Callable[[Backend], object]:
    return lambda backend: (*known(backend), (known(backend)[-1][0] + 1, BROKEN))

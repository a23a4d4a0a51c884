# SPDX-License-Identifier: EUPL-1.2
"""What only the store in a PostgreSQL database does: its address, its settings, whose transaction it joins."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest

from kgbx.delivery.store import postgres_driver
from kgbx.delivery.store.moving import first_bad_link
from kgbx.delivery.store.postgres import DEFAULTS, PostgresStore, readable
from kgbx.delivery.store.postgres_pool import Pool
from kgbx.errors import EXIT_VERSION, DeliveryError, UsageError
from kgbx.limits import MIB
from tests.delivery.contract.makers import PEER, empty, outgoing, ready
from tests.delivery.contract.test_parts import content, fill
from tests.delivery.postgres_server import database

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[3]
SECRET: Final = "hunter2"  # made up


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    with database() as address:
        PostgresStore(address).close()
        yield address


@pytest.fixture
def address(place: str) -> Iterator[str]:
    yield place
    empty(place)


@pytest.fixture
def store(address: str) -> Iterator[PostgresStore]:
    with contextlib.closing(PostgresStore(address)) as one:
        yield one


@contextlib.contextmanager
def keeper(address: str, *statements: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        yield connection


class TestAddress:
    """An address is read by libpq; what it does not say is filled in; it never stands in an error."""

    def test_what_is_not_said_is_filled_in(self) -> None:
        assert readable("host=a connect_timeout=3") == {**DEFAULTS, "host": "a", "connect_timeout": "3"}

    def test_one_that_cannot_be_read(self) -> None:
        with pytest.raises(UsageError) as raised:
            readable(f"postgresql://kgbx:{SECRET}@host:not-a-port/%zz")
        assert SECRET not in f"{raised.value} {raised.value!r}"
        assert raised.value.code == "U_ARGUMENT"
        assert raised.value.__cause__ is raised.value.__context__ is None

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(DeliveryError) as raised:
            PostgresStore(f"host={tmp_path} password={SECRET} dbname=nobody")
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
        assert raised.value.__cause__ is raised.value.__context__ is None

    def test_without_the_driver(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(DeliveryError) as raised:
            PostgresStore("dbname=any")
        assert (raised.value.code, raised.value.retryable) == ("X_STORE_DRIVER", False)
        assert "pip install" in raised.value.say("nl")

    def test_a_server_that_is_too_old(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kgbx.delivery.store.postgres.OLDEST_SERVER", 990_000)
        with pytest.raises(DeliveryError) as raised:
            PostgresStore(address)
        assert (raised.value.code, raised.value.retryable) == ("X_STORE_SERVER", False)

    def test_kgbx_itself_needs_no_driver(self) -> None:
        said = "import sys, kgbx.delivery.store.postgres; print('psycopg' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "False"


class TestSettings:
    """What is committed is on the disk, and nothing waits without end, whatever the database is set to."""

    @pytest.mark.parametrize(
        ("said", "used"),
        [("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
    )
    def test_a_database_that_does_not_wait_for_each_disk(self, address: str, said: str, used: str) -> None:
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        with keeper(address, f"ALTER DATABASE {name} SET synchronous_commit = {said}") as connection:
            with contextlib.closing(PostgresStore(address)) as store, store.within() as driver:
                assert driver.rows("SELECT current_setting('synchronous_commit')") == [(used,)]
            connection.execute(f"ALTER DATABASE {name} RESET synchronous_commit".encode())

    @pytest.mark.parametrize("name", ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"])
    def test_nothing_waits_without_end(self, store: PostgresStore, name: str) -> None:
        with store.within() as driver:
            assert driver.rows("SELECT current_setting(?)", (name,)) != [("0",)]

    def test_a_newer_store_is_refused(self, store: PostgresStore, address: str) -> None:
        with keeper(address, "UPDATE kgbx_version SET version = version + 1") as connection:
            with pytest.raises(DeliveryError) as raised, store.transaction():
                pass
            with pytest.raises(DeliveryError) as again:
                PostgresStore(address)
            connection.execute("UPDATE kgbx_version SET version = version - 1")
        assert raised.value.code == again.value.code == "X_STORE_VERSION"
        assert raised.value.exit_status == EXIT_VERSION

    @pytest.mark.parametrize("encoding", ["UTF8", "SQL_ASCII"])
    def test_texts_are_texts_however_the_database_keeps_them(self, encoding: str) -> None:
        with database(encoding) as address, contextlib.closing(PostgresStore(address)) as store:
            with store.transaction() as tx:
                tx.audit(at=1, actor="kgbx", event="a", about=(PEER, None), detail="na 5 € é")
            with store.transaction() as tx:
                assert [row.detail for row in tx.audit_rows()] == ["na 5 € é"]
                assert first_bad_link(tx) is None

    def test_two_that_begin_at_once_make_one_store(self, address: str) -> None:
        name = "two_at_once"
        within = psycopg.conninfo.make_conninfo(address, options=f"-c search_path={name}")
        command = [
            sys.executable,
            "-c",
            "import sys; from kgbx.delivery.store.postgres import *; PostgresStore(sys.argv[1]).close()",
        ]
        with keeper(address, f"CREATE SCHEMA {name}") as connection:
            started = [subprocess.Popen([*command, within], cwd=ROOT) for _ in range(3)]
            assert [one.wait(60) for one in started] == [0, 0, 0]
            connection.execute(f"SET search_path = {name}".encode())
            assert connection.execute("SELECT version FROM kgbx_version").fetchall() == [(2,)]
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


class TestLives:
    """A database that finds itself elsewhere than it wrote says that it was put back."""

    def test_a_copy_of_a_database_does_and_the_database_itself_does_not(self) -> None:
        with database() as address:
            events(address)
            name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
            with keeper(psycopg.conninfo.make_conninfo(address, dbname="postgres")) as connection:
                connection.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name}".encode())
                copied = events(psycopg.conninfo.make_conninfo(address, dbname=f"{name}_copy"))
                connection.execute(f"DROP DATABASE {name}_copy WITH (FORCE)".encode())
            assert (copied, events(address)) == (["restored"], [])

    def test_a_server_that_does_not_tell_is_used_and_that_is_told(
        self, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr("kgbx.delivery.store.postgres_life.LIFE", "SELECT no_such_function()")
        assert events(address) == []
        assert "does not tell its history" in caplog.text


def events(address: str) -> list[str]:
    """Open a store and return what happened in it."""
    with contextlib.closing(PostgresStore(address)) as store, store.transaction() as tx:
        return [row.event for row in tx.audit_rows()]


class TestEnlisting:
    """What is enqueued in a transaction of the caller is there when that is committed, and only then."""

    @pytest.mark.parametrize("ends", ["commit", "rollback"])
    def test_it_ends_as_the_callers(self, store: PostgresStore, address: str, ends: str) -> None:
        with psycopg.connect(address, row_factory=psycopg.rows.dict_row) as connection:
            store.enlist(connection).add_out(outgoing(1), b"sealed")
            getattr(connection, ends)()
        assert ready(store) == ([1] if ends == "commit" else [])

    @pytest.mark.parametrize(("said", "used"), [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")])
    def test_it_waits_for_the_disk_whatever_the_caller_set(
        self, store: PostgresStore, address: str, said: str, used: str
    ) -> None:
        with psycopg.connect(address) as connection:
            connection.execute(f"SET synchronous_commit = {said}".encode())
            store.enlist(connection)
            assert connection.execute("SHOW synchronous_commit").fetchone() == (used,)

    def test_one_that_commits_each_statement_is_refused(self, store: PostgresStore, address: str) -> None:
        with keeper(address) as connection:
            with pytest.raises(UsageError) as raised:
                store.enlist(connection)
            assert raised.value.code == "U_ARGUMENT"
            with connection.transaction():
                store.enlist(connection).add_out(outgoing(1), b"sealed")
        assert ready(store) == [1]


FORK: Final = """
import os, sys
from kgbx.delivery.store.postgres import PostgresStore

store = PostgresStore(sys.argv[1])
with store.transaction() as tx:
    tx.set("parent", "1")
child = os.fork()
with store.transaction() as tx:
    tx.set("child" if child == 0 else "parent", "2")
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
with store.transaction() as tx:
    print(tx.setting("parent"), tx.setting("child"))
"""


class TestParts:
    """Of the largest part all pieces at once would take longer than a statement may."""

    def test_a_large_one_is_dropped_a_few_pieces_at_a_time(
        self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kgbx.delivery.store.part_rows.PIECES_AT_ONCE", 2)
        digest = fill(store, content(5 * MIB))
        store.parts.drop(PEER, digest)
        assert left(store) == (0, 0)

    def test_one_of_which_the_dropping_was_broken_off_is_not_here_and_comes_again(
        self, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kgbx.delivery.store.part_rows.PIECES_AT_ONCE", 2)
        digest = fill(store, content(5 * MIB))
        assert store.parts._dropped_some(PEER, digest, lambda _: True)
        assert (store.parts.offset(PEER, digest), left(store)) == ((0, None), (1, 3))
        assert fill(store, content(5 * MIB)) == digest
        assert b"".join(store.parts.read(PEER, digest)) == content(5 * MIB)


def left(store: PostgresStore) -> tuple[int, int]:
    """Return how many rows and pieces of parts there are."""
    with store.within() as driver:
        (rows,), (pieces,) = (driver.rows(f"SELECT count(*) FROM {one}")[0] for one in ("kgbx_part", "kgbx_part_piece"))  # noqa: S608  # our own names
    return rows, pieces


class TestConnections:
    """Connections are used again, replaced when they broke, and never shared with a child."""

    def test_one_is_used_again(self, store: PostgresStore) -> None:
        pids = []
        for _ in range(3):
            with store.within() as driver:
                pids += driver.rows("SELECT pg_backend_pid()")
        assert len(set(pids)) == 1

    def test_one_that_broke_while_nobody_looked_is_replaced_unseen(self, store: PostgresStore, address: str) -> None:
        with store.within() as driver:
            (pid,) = driver.rows("SELECT pg_backend_pid()")[0]
        with keeper(address) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
        with store.transaction() as tx:
            assert tx.list_out() == ()

    def test_when_one_broke_none_of_the_others_is_tried(self) -> None:
        """Of a machine that is gone each would cost half a minute."""
        tried = list[int]()

        def broken(number: int) -> Any:  # noqa: ANN401  # as psycopg gives it
            def cursor(**_: object) -> None:
                tried.append(number)
                raise psycopg.OperationalError

            return SimpleNamespace(cursor=cursor, close=lambda: None)

        pool = Pool(lambda: broken(9), "BEGIN", connections=3, patience=1)
        pool._idle += [broken(number) for number in range(3)]
        with pytest.raises(DeliveryError), pool.transaction():
            pass
        assert tried == [2, 9]
        assert not pool._idle

    def test_a_block_that_raises_keeps_its_connection(self, store: PostgresStore) -> None:
        with contextlib.suppress(KeyError), store.transaction():
            raise KeyError
        with store.within() as driver:
            assert driver.rows("SELECT pg_backend_pid()")
        assert len(store._pool._idle) == 1

    def test_a_child_of_a_fork_begins_anew(self, address: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", FORK, address], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["2", "2"]

    def test_what_the_server_says_never_leaves(self, store: PostgresStore) -> None:
        with pytest.raises(DeliveryError) as raised, store.within() as driver:
            driver.rows("SELECT * FROM no_such_table WHERE name = ?", (SECRET,))
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", False)
        assert raised.value.__cause__ is raised.value.__context__ is None

    def test_a_deadlock_that_the_server_ends_may_go_well_later(self) -> None:
        failure = postgres_driver.failure_of(psycopg.errors.DeadlockDetected())
        assert (failure.code, failure.retryable) == ("X_STORE", True)

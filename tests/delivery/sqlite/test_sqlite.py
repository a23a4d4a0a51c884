# SPDX-License-Identifier: EUPL-1.2
"""What only the store in a SQLite file does: where it may stand, which journal it uses, whose transaction it joins."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.delivery.store.place import on_network, read_mounts
from kgbx.delivery.store.sqlite import SqliteStore, free_bytes
from kgbx.delivery.store.sqlite_driver import SAFE_JOURNAL, SAFE_LOG, pragmas
from kgbx.errors import EXIT_VERSION, DeliveryError, UsageError
from kgbx.limits import MAX_INLINE_PART_BYTES
from tests.delivery.contract.makers import outgoing, plenty, put, ready, uuid
from tests.delivery.contract.test_parts import content, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[3]
LARGE: Final = MAX_INLINE_PART_BYTES + 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with contextlib.closing(SqliteStore(path, free=plenty)) as one:
        yield one


@contextlib.contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def refused(path: Path, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        SqliteStore(path, **options)  # type: ignore[arg-type]  # any option
    assert raised.value.__cause__ is raised.value.__context__ is None
    return raised.value


class TestJournal:
    """T4: a write-ahead log only with a SQLite that cannot lose a commit in it."""

    @pytest.mark.parametrize(
        ("version", "log"),
        [
            ((3, 40, 1), False),
            ((3, 44, 5), False),
            ((3, 44, 6), True),
            ((3, 44, 99), True),
            ((3, 45, 0), False),
            ((3, 50, 6), False),
            ((3, 50, 7), True),
            ((3, 51, 0), False),
            ((3, 51, 2), False),
            ((3, 51, 3), True),
            ((3, 52, 0), True),
            ((4, 0, 0), True),
        ],
        ids=str,
    )
    def test_by_version(self, version: tuple[int, int, int], log: bool) -> None:  # noqa: FBT001  # a row of a table
        assert pragmas(version)[:2] == (SAFE_LOG if log else SAFE_JOURNAL)

    @pytest.mark.parametrize(("version", "mode"), [((3, 51, 2), "truncate"), ((3, 51, 3), "wal")], ids=str)
    def test_the_store_uses_it(self, path: Path, version: tuple[int, int, int], mode: str) -> None:
        with contextlib.closing(SqliteStore(path, version=version)) as store:
            assert store._connection is not None
            assert store._connection.execute("PRAGMA journal_mode").fetchone() == (mode,)

    def test_a_file_with_a_log_is_brought_back_to_a_journal(self, path: Path) -> None:
        SqliteStore(path, version=(3, 51, 3)).close()
        with contextlib.closing(SqliteStore(path, version=(3, 51, 2))) as store:
            assert store._connection is not None
            assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)

    def test_who_begins_a_log_behind_our_back_puts_nothing_at_risk(self, path: Path) -> None:
        with contextlib.closing(SqliteStore(path, free=plenty, version=(3, 40, 1))) as store, store.transaction() as tx:
            tx.set("epoch", "one")
        with contextlib.closing(SqliteStore(path, free=plenty, version=(3, 40, 1))) as store, raw(path) as theirs:
            assert theirs.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
            with pytest.raises(DeliveryError) as raised, store.transaction():
                pass
            theirs.close()
            with store.transaction() as tx:
                assert tx.setting("epoch") == "one"
                assert tx._driver.rows("PRAGMA journal_mode") == [("truncate",)]
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)

    def test_that_it_falls_back_is_told(self, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "kgbx.delivery"):
            SqliteStore(path, version=(3, 51, 2)).close()
        assert "rollback journal" in caplog.text


class TestPlace:
    """A disk of this machine, for the owner alone."""

    @pytest.mark.parametrize(
        ("mounts", "refuses"),
        [
            ("", False),
            ("/dev/sda / ext4 rw 0 0", False),
            ("server:/x / nfs4 rw 0 0", True),
            ("/dev/sda / ext4 rw 0 0\nserver:/x /srv cifs rw 0 0", True),
            ("server:/x / nfs rw 0 0\n/dev/sda /srv/data ext4 rw 0 0", False),
            ("/dev/sda / ext4 rw 0 0\nserver:/x /srv/da nfs rw 0 0", False),
            ("server:/x /srv/data nfs rw 0 0\n/dev/sdb /srv/data xfs rw 0 0", False),
            ("x /srv/data fuse.sshfs rw 0 0", True),
            ("x /srv/data fuse.fuse-overlayfs rw 0 0", False),
            ("a line", False),
        ],
    )
    def test_by_mounts(self, mounts: str, refuses: bool) -> None:  # noqa: FBT001  # a row of a table
        assert on_network(PurePosixPath("/srv/data/kgbx"), mounts) == refuses

    def test_a_space_in_a_mount(self) -> None:
        assert on_network(PurePosixPath("/srv/a b/c"), "server:/x /srv/a\\040b nfs rw 0 0")

    def test_the_store_refuses_a_network_disk(self, path: Path) -> None:
        assert refused(path, mounts=lambda: "server:/x / nfs rw 0 0").code == "X_STORE_PLACE"
        assert not path.exists()

    def test_the_mounts_of_this_machine_can_be_read(self) -> None:
        assert isinstance(read_mounts(), str)

    def test_files_are_for_the_owner_alone(self, store: SqliteStore, path: Path) -> None:
        fill(store, content(LARGE))
        folder = Path(f"{path}-parts")
        kept = [path, Path(f"{path}-journal"), *folder.iterdir()]
        assert {file.stat().st_mode & 0o777 for file in kept if file.exists()} == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_room_is_that_of_its_disk(self, path: Path) -> None:
        with contextlib.closing(SqliteStore(path)) as store:
            assert 0 < store.room() <= free_bytes(Path("/")) or store.room() > 0

    def test_room_that_cannot_be_asked_is_none(self, path: Path) -> None:
        def fails(_: Path) -> int:
            raise OSError

        with contextlib.closing(SqliteStore(path, free=fails)) as store:
            assert store.room() == 0


class TestVersions:
    """A store of a newer kgbx, or of none, is refused and left as it is."""

    def test_a_newer_one(self, store: SqliteStore, path: Path) -> None:
        with raw(path) as connection:
            connection.execute("UPDATE kgbx_version SET version = version + 1")
        said = refused(path)
        assert (said.code, said.exit_status) == ("X_STORE_VERSION", EXIT_VERSION)
        with pytest.raises(DeliveryError) as raised, store.transaction():
            pass
        assert raised.value.code == "X_STORE_VERSION"

    def test_what_is_no_database(self, path: Path) -> None:
        path.write_bytes(b"a letter, and long enough to have a page of its own" * 100)
        assert (refused(path).code, path.read_bytes()[:8]) == ("X_STORE", b"a letter")

    def test_a_folder_that_is_not_there(self, path: Path) -> None:
        assert refused(path / "deeper" / "store.db").code == "X_STORE"

    def test_a_database_of_the_caller_keeps_its_own_tables(self, path: Path) -> None:
        with raw(path) as connection:
            connection.execute("CREATE TABLE theirs (one)")
            SqliteStore(path).close()
            assert connection.execute("SELECT count(*) FROM theirs").fetchone() == (0,)


class TestEnlisting:
    """What is enqueued in a transaction of the caller is there when that is committed, and only then."""

    @pytest.mark.parametrize("ends", ["COMMIT", "ROLLBACK"])
    def test_it_ends_as_the_callers(self, store: SqliteStore, path: Path, ends: str) -> None:
        with raw(path) as connection:
            store.prepare(connection)
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            store.enlist(connection).add_out(outgoing(1), b"sealed")
            connection.execute(ends)
        assert ready(store) == ([1] if ends == "COMMIT" else [])

    def test_what_could_be_lost_is_refused(self, store: SqliteStore, path: Path) -> None:
        with raw(path) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN")
            with pytest.raises(UsageError) as raised:
                store.enlist(connection)
        assert raised.value.code == "U_NOT_DURABLE"

    def test_a_log_that_may_lose_a_commit_is_refused(self, path: Path) -> None:
        with contextlib.closing(SqliteStore(path, free=plenty, version=(3, 40, 1))) as store, raw(path) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            with pytest.raises(UsageError) as raised:
                store.enlist(connection)
        assert raised.value.code == "U_NOT_DURABLE"

    @pytest.mark.parametrize("place", ["store.db", "other.db"])
    def test_no_transaction_or_another_file_is_refused(self, store: SqliteStore, path: Path, place: str) -> None:
        with raw(path.with_name(place)) as connection:
            store.prepare(connection)
            if place == "other.db":
                connection.execute("BEGIN")
            with pytest.raises(UsageError) as raised:
                store.enlist(connection)
            assert raised.value.code == "U_ARGUMENT"

    def test_preparing_comes_before_a_transaction(self, store: SqliteStore, path: Path) -> None:
        with raw(path) as connection:
            connection.execute("BEGIN")
            with pytest.raises(UsageError) as raised:
                store.prepare(connection)
        assert raised.value.code == "U_ARGUMENT"

    def test_texts_must_be_texts(self, store: SqliteStore, path: Path) -> None:
        with raw(path) as connection:
            connection.text_factory = bytes
            with pytest.raises(UsageError) as raised:
                store.enlist(connection)
        assert raised.value.code == "U_ARGUMENT"


class TestFailures:
    """What the database says never leaves; what it undid is told."""

    def test_a_failure_that_was_passed_over_is_told_at_the_end(self, store: SqliteStore) -> None:
        def pass_over() -> None:
            with store.transaction() as tx:
                tx.set("epoch", "one")
                with contextlib.suppress(DeliveryError):
                    tx.set("epoch", "\ud800")

        with pytest.raises(DeliveryError) as raised:
            pass_over()
        assert raised.value.code == "X_STORE"
        assert raised.value.__cause__ is raised.value.__context__ is None

    def test_one_inside_another_is_a_mistake_of_the_caller(self, store: SqliteStore) -> None:
        with store.transaction(), pytest.raises(UsageError) as raised, store.transaction():
            pass
        assert raised.value.code == "U_ARGUMENT"

    def test_a_file_that_another_program_holds_is_free_later(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kgbx.delivery.store.sqlite.BUSY_SECONDS", 0.01)
        with contextlib.closing(SqliteStore(path)) as store, raw(path) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DeliveryError) as raised, store.transaction():
                pass
            assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
            other.execute("COMMIT")
            with store.transaction() as tx:
                assert tx.list_out() == ()

    def test_nobody_waits_for_another_thread_without_end(
        self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kgbx.delivery.store.sqlite.TURN_SECONDS", 0.01)
        with store.transaction(), ThreadPoolExecutor(1) as pool:
            said = pool.submit(lambda: ready(store)).exception()
        assert isinstance(said, DeliveryError)
        assert (said.code, said.retryable) == ("X_STORE", True)

    def test_a_disk_that_was_read_only_is_written_to_when_it_is_not_any_more(self, store: SqliteStore) -> None:
        """SQLite looks once, when a connection is opened; this one stays as it was."""
        assert store._connection is not None
        store._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
            tx.set("epoch", "one")
        with store.transaction() as tx:
            tx.set("epoch", "two")
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)

    def test_a_connection_that_breaks_is_opened_anew(self, store: SqliteStore) -> None:
        assert store._connection is not None
        with pytest.raises(DeliveryError) as raised, store.transaction():
            store._connection.close()
        assert raised.value.code == "X_STORE"
        assert ready(store) == []


CLAIM: Final = """
import sys
from dataclasses import replace
from kgbx.delivery.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
while True:
    with store.transaction() as tx:
        rows = tx.candidates_out(1, limit=1)
        for row in rows:
            if tx.save_out(replace(row, state="sending", lease_token=sys.argv[2], lease_until=9), was=row):
                print(row.id)
    if not rows:
        break
"""
BUSY: Final = """
import sys
from kgbx.delivery.store.sqlite import SqliteStore

store, number = SqliteStore(sys.argv[1]), 0
print("working", flush=True)
while True:
    number += 1
    with store.transaction() as tx:
        tx.set("turns", str(number))
"""
FORK: Final = """
import os, sys
from kgbx.delivery.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
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


class TestProcesses:
    """Several programs on one file."""

    def test_no_row_is_claimed_twice(self, store: SqliteStore, path: Path) -> None:
        put(store, *(outgoing(number) for number in range(40)))
        command = [sys.executable, "-c", CLAIM, str(path)]
        started = [subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in "ab"]
        claimed = [line for one in started for line in one.communicate(timeout=60)[0].split()]
        assert sorted(claimed) == sorted(uuid(number) for number in range(40))

    def test_who_is_never_idle_leaves_room_for_others(self, store: SqliteStore, path: Path) -> None:
        command = [sys.executable, "-c", BUSY, str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as busy:
            assert busy.stdout is not None
            assert busy.stdout.readline() == b"working\n"
            turns = set[str | None]()
            while len(turns) < 5:
                with store.transaction() as tx:
                    turns.add(tx.setting("turns"))
            busy.kill()

    def test_a_child_of_a_fork_begins_anew(self, path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", FORK, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["2", "2"]

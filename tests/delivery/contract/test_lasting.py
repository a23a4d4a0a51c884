# SPDX-License-Identifier: EUPL-1.2
"""What the stores that last must do besides: resist tampering, be copied, moved and put back, find things by index."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
import pytest

from kgbx.delivery.audit import ZERO
from kgbx.delivery.node import EPOCH
from kgbx.delivery.sending import RESTORED as ASKED_FIRST
from kgbx.delivery.store import copying
from kgbx.delivery.store.copying import keep_copy, require_whole
from kgbx.delivery.store.migrating import MOVED, newest, require_version, steps
from kgbx.delivery.store.moving import first_bad_link, move
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.restoring import RESTORED, restored
from kgbx.delivery.store.rows import ALERT, AUDIT, INCOMING, OUTGOING, PEER, RECEIPT, Table
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError, UsageError
from tests.delivery.contract import makers
from tests.delivery.contract.makers import empty, incoming, outgoing, plenty, put, ready, receipt, uuid
from tests.delivery.contract.test_parts import SIZES, content, fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kgbx.delivery.store import Store

LINKS: Final = 10
MOVED_ROWS: Final = 3
SWAPPED: Final = [
    "UPDATE kgbx_audit SET seq = 99 WHERE seq = 2",
    "UPDATE kgbx_audit SET seq = 2 WHERE seq = 4",
    "UPDATE kgbx_audit SET seq = 4 WHERE seq = 99",
]
KEPT: Final = ("kgbx_audit", "kgbx_receipt")


def keeper(store: Store, *statements: str) -> list[tuple[Any, ...]]:
    """Carry out statements behind the back of a store, and return what the last one gives."""
    if isinstance(store, SqliteStore):
        with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as file:
            return [file.execute(statement).fetchall() for statement in statements][-1]
    assert isinstance(store, PostgresStore)
    with psycopg.connect(psycopg.conninfo.make_conninfo(**store._address), autocommit=True) as server:
        cursors = [server.execute(statement.encode()) for statement in statements]
        return cursors[-1].fetchall() if cursors[-1].description else []


def off_guard(store: Store) -> None:
    """Take away what keeps rows from being changed, as somebody with the rights of a keeper can."""
    if isinstance(store, SqliteStore):
        triggers = keeper(store, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        keeper(store, *(f"DROP TRIGGER {name}" for (name,) in triggers))
    else:
        keeper(store, *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in KEPT))


def audited(store: Store) -> None:
    for number in range(LINKS):
        with store.transaction() as tx:
            tx.audit(at=number, actor="kgbx", event="a", about=(makers.PEER, uuid(number)), detail="")


class TestTampering:
    """T29: what was written once is not changed; whoever gets around that is found."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE kgbx_audit SET detail = 'x' WHERE seq = 1",
            "DELETE FROM kgbx_audit WHERE seq = 1",
            "UPDATE kgbx_receipt SET outcome = 'refused'",
            "DELETE FROM kgbx_receipt",
            "UPDATE kgbx_envelope_out SET data = kgbx_envelope_out.data",
            "UPDATE kgbx_envelope_in SET data = kgbx_envelope_in.data",
        ],
    )
    def test_the_database_itself_refuses(self, durable: Store, statement: str) -> None:
        put(durable, outgoing(1))
        with durable.transaction() as tx:
            tx.add_in(incoming(1), b"sealed")
            tx.add_receipt(receipt(1))
        audited(durable)
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="written once"):
            keeper(durable, statement)

    @pytest.mark.parametrize(
        ("statements", "bad"),
        [
            ([], None),
            (["UPDATE kgbx_audit SET detail = 'x' WHERE seq = 3"], 3),
            (["UPDATE kgbx_audit SET actor = 'x' WHERE seq = 1"], 1),
            (["UPDATE kgbx_audit SET at = at + 1 WHERE seq = 10"], 10),
            (["DELETE FROM kgbx_audit WHERE seq = 3"], 3),
            (["DELETE FROM kgbx_audit WHERE seq > 8"], 9),
            (["DELETE FROM kgbx_audit"], 1),
            (SWAPPED, 2),
            (["UPDATE kgbx_audit SET hash = (SELECT hash FROM kgbx_audit WHERE seq = 5) WHERE seq = 6"], 6),
        ],
        ids=["none", "detail", "first", "last", "one less", "cut off", "emptied", "two swapped", "hash"],
    )
    def test_the_first_bad_link_is_named(self, durable: Store, statements: list[str], bad: int | None) -> None:
        audited(durable)
        off_guard(durable)
        keeper(durable, "SELECT 1", *statements)
        with durable.transaction() as tx:
            assert first_bad_link(tx) == bad

    def test_an_empty_chain_holds(self, durable: Store) -> None:
        with durable.transaction() as tx:
            assert (first_bad_link(tx), tx.audit_head()) == (None, ZERO)


class TestTables:
    """A table has a column for each member of its record, and no other."""

    @pytest.mark.parametrize("table", [OUTGOING, INCOMING, RECEIPT, PEER, ALERT, AUDIT], ids=lambda one: one.name)
    def test_columns_are_members(self, durable: Store, table: Table[Any]) -> None:
        select = f"SELECT name FROM pragma_table_info('{table.name}')"  # noqa: S608  # a literal
        if isinstance(durable, PostgresStore):
            select = "SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
            select += f" AND attrelid = '{table.name}'::regclass ORDER BY attnum"
        assert tuple(name for (name,) in keeper(durable, select)) == table.columns

    def test_both_kinds_of_database_have_the_same_versions(self) -> None:
        assert [number for number, _ in steps("sqlite")] == [number for number, _ in steps("postgres")]

    @pytest.mark.parametrize(
        ("version", "code"), [(newest("sqlite") + 1, "X_STORE_VERSION"), (0, "X_STORE"), (MOVED, "X_STORE_MOVED")]
    )
    def test_another_version_is_refused(self, version: int, code: str) -> None:
        with pytest.raises(DeliveryError) as raised:
            require_version(version, "sqlite")
        assert raised.value.code == code

    def test_opening_again_changes_nothing(self, durable: Store) -> None:
        put(durable, outgoing(1))
        same = SqliteStore(durable.path) if isinstance(durable, SqliteStore) else None
        again = same or PostgresStore(psycopg.conninfo.make_conninfo(**getattr(durable, "_address", {})))
        with contextlib.closing(again):
            assert ready(again) == [1]


class TestRestoring:
    """T20: after yesterday's copy was put back, partners are asked before anything is sent again."""

    def test_a_new_epoch_and_a_link_in_the_chain(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.set(EPOCH, "before")
        epoch = restored(store, now=77, ids=lambda: UUID(int=5, version=4), actor="operator")
        with store.transaction() as tx:
            assert (tx.setting(EPOCH), tx.setting(RESTORED)) == (epoch, "77")
            assert [(row.event, row.actor) for row in tx.audit_rows()] == [("restored", "operator")]

    def test_the_engine_of_the_sender_reads_it(self) -> None:
        assert RESTORED == ASKED_FIRST

    def test_a_copy_is_what_was_there_at_that_moment(self, tmp_path: Path) -> None:
        store = SqliteStore(tmp_path / "store.db", free=plenty)
        with contextlib.closing(store):
            put(store, outgoing(1))
            digest = fill(store, content(SIZES["large"]))
            keep_copy(store, tmp_path / "copy.db")
            put(store, outgoing(2))
            store.parts.drop(makers.PEER, digest)
        with contextlib.closing(SqliteStore(tmp_path / "copy.db", free=plenty)) as copy:
            assert ready(copy) == [1]
            assert b"".join(copy.parts.read(makers.PEER, digest)) == content(SIZES["large"])

    def test_two_copies_at_once_do_not_touch_each_other(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        copy_parts, said = copying._copy_parts, list[DeliveryError]()

        def another_begins(held: Path, target: Path) -> None:
            monkeypatch.setattr(copying, "_copy_parts", copy_parts)
            with pytest.raises(DeliveryError) as raised:
                keep_copy(store, tmp_path / "another.db")
            said.append(raised.value)
            copy_parts(held, target)

        monkeypatch.setattr(copying, "_copy_parts", another_begins)
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as store:
            digest = fill(store, content(SIZES["large"]))
            keep_copy(store, tmp_path / "copy.db")
        assert [(one.code, one.retryable) for one in said] == [("X_STORE", True)]
        with contextlib.closing(SqliteStore(tmp_path / "copy.db", free=plenty)) as copy:
            assert copy.parts.has(makers.PEER, digest)

    def test_a_copy_that_finds_no_room_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError

        monkeypatch.setattr(copying, "require_whole", full)
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as store:
            fill(store, content(SIZES["large"]))
            with pytest.raises(DeliveryError) as raised:
                keep_copy(store, tmp_path / "copy.db")
        assert (raised.value.code, raised.value.retryable) == ("X_STORE", True)
        assert not [path.name for path in tmp_path.iterdir() if "cop" in path.name]

    def test_a_copy_takes_no_other_files_place(self, tmp_path: Path) -> None:
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as store:
            with pytest.raises(UsageError) as raised:
                keep_copy(store, tmp_path / "store.db")
            assert raised.value.code == "U_EXISTS"

    def test_a_copy_that_was_broken_off_is_made_again(self, tmp_path: Path) -> None:
        (tmp_path / "copy.db.partial").write_bytes(b"half")
        (tmp_path / "copy.db.partial-parts").mkdir()
        (tmp_path / "store.db-copying").mkdir()
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as store:
            keep_copy(store, tmp_path / "copy.db")
        assert sorted(path.name for path in tmp_path.iterdir() if "cop" in path.name) == ["copy.db"]

    def test_a_copy_that_cannot_be_made_says_so(self, tmp_path: Path) -> None:
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as store:
            with pytest.raises(DeliveryError) as raised:
                keep_copy(store, tmp_path / "no such folder" / "copy.db")
            assert raised.value.code == "X_STORE"
            assert raised.value.__cause__ is raised.value.__context__ is None

    def test_a_damaged_file_is_not_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "store.db"
        with contextlib.closing(SqliteStore(path, free=plenty)) as store:
            put(store, *(outgoing(number) for number in range(100)))
        data = bytearray(path.read_bytes())
        data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
        path.write_bytes(data)
        with pytest.raises(DeliveryError) as raised:
            require_whole(path)
        assert raised.value.code == "X_STORE"


class TestMoving:
    """Everything goes along, or nothing; the old store refuses from then on."""

    @pytest.fixture
    def old(self, tmp_path: Path) -> Iterator[SqliteStore]:
        with contextlib.closing(SqliteStore(tmp_path / "old.db", free=plenty)) as store:
            put(store, *(outgoing(number) for number in range(MOVED_ROWS)))
            with store.transaction() as tx:
                tx.add_in(incoming(1, gaps=(1, 2)), b"sealed")
                tx.add_receipt(receipt(1))
                tx.annotate(uuid(1), "log", data=b"line")
                tx.next_number(makers.PEER, makers.LANE)
                tx.set(EPOCH, "one")
            audited(store)
            yield store

    @pytest.fixture
    def new(self, postgres: str) -> Iterator[PostgresStore]:
        with contextlib.closing(PostgresStore(postgres)) as store:
            yield store
        empty(postgres)

    def test_everything_is_there_and_goes_on(self, old: SqliteStore, new: PostgresStore) -> None:
        digest = fill(old, content(SIZES["large"]))
        counts = move(old, new)
        assert {name: count for name, count in counts.items() if count} == {
            **dict.fromkeys(("kgbx_outgoing", "kgbx_envelope_out"), MOVED_ROWS),
            **dict.fromkeys(("kgbx_incoming", "kgbx_envelope_in", "kgbx_receipt", "kgbx_lane"), 1),
            "kgbx_annotation": 1,
            "kgbx_setting": 1,
            "kgbx_audit": LINKS,
            "parts": 1,
        }
        with new.transaction() as tx:
            assert tx.incoming(makers.PEER, uuid(1)) == incoming(1, gaps=(1, 2))
            assert tx.next_number(makers.PEER, makers.LANE) == 2
            tx.audit(at=99, actor="kgbx", event="a", about=(None, None), detail="")
            assert first_bad_link(tx) is None
        assert b"".join(new.parts.read(makers.PEER, digest)) == content(SIZES["large"])

    def test_more_than_goes_at_once(
        self, old: SqliteStore, new: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kgbx.delivery.store.moving.BATCH", 2)
        assert move(old, new)["kgbx_outgoing"] == MOVED_ROWS
        assert ready(new) == list(range(MOVED_ROWS))

    def test_the_old_one_refuses(self, old: SqliteStore, new: PostgresStore) -> None:
        move(old, new)
        with pytest.raises(DeliveryError) as raised, old.transaction():
            pass
        assert raised.value.code == "X_STORE_MOVED"

    def test_a_chain_that_does_not_hold_is_not_moved(self, old: SqliteStore, new: PostgresStore) -> None:
        off_guard(old)
        keeper(old, "UPDATE kgbx_audit SET detail = 'x' WHERE seq = 3")
        with pytest.raises(DeliveryError) as raised:
            move(old, new)
        assert (raised.value.code, ready(old), ready(new)) == ("X_AUDIT", [0, 1, 2], [])

    def test_a_store_with_something_in_it_is_no_target(self, old: SqliteStore, new: PostgresStore) -> None:
        put(new, outgoing(7))
        with pytest.raises(UsageError) as raised:
            move(old, new)
        assert (raised.value.code, ready(old), ready(new)) == ("U_NOT_EMPTY", [0, 1, 2], [7])

    def test_a_failed_move_may_be_tried_again(
        self, old: SqliteStore, new: PostgresStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(old, content(SIZES["large"]))
        with monkeypatch.context() as patch:
            patch.setattr("kgbx.delivery.store.moving._count", lambda driver, _: int("Sqlite" in str(driver)))
            with pytest.raises(DeliveryError) as raised:
                move(old, new)
        assert (raised.value.code, ready(old), ready(new)) == ("X_STORE", [0, 1, 2], [])
        assert move(old, new)["parts"] == 1

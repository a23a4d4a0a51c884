# SPDX-License-Identifier: EUPL-1.2
"""The files of large parts beside a SQLite store."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import PEER, plenty
from tests.delivery.contract.test_parts import content, fill
from tests.delivery.sqlite.test_sqlite import LARGE, raw

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with contextlib.closing(SqliteStore(path, free=plenty)) as one:
        yield one


class TestParts:
    """What a crash leaves of large parts is mended or swept."""

    def test_what_nobody_refers_to_is_swept(self, store: SqliteStore, path: Path) -> None:
        digest = fill(store, content(LARGE))
        stray = Path(f"{path}-parts") / "stray.partial"
        stray.write_bytes(b"x")
        with contextlib.closing(SqliteStore(path, free=plenty)) as again:
            assert not stray.exists()
            assert again.parts.has(PEER, digest)

    def test_a_row_whose_file_is_gone_is_forgotten(self, store: SqliteStore, path: Path) -> None:
        digest = fill(store, content(LARGE))
        next(Path(f"{path}-parts").iterdir()).unlink()
        with contextlib.closing(SqliteStore(path, free=plenty)) as again:
            assert again.parts.offset(PEER, digest) == (0, None)

    def test_what_was_written_before_a_crash_and_not_counted_is_written_again(
        self, store: SqliteStore, path: Path
    ) -> None:
        data = content(LARGE)
        digest = fill_half(store, data)
        with next(Path(f"{path}-parts").iterdir()).open("ab") as file:
            file.write(b"not counted")
        store.parts.append(PEER, digest, offset=LARGE // 2, size=LARGE, data=data[LARGE // 2 :])
        assert b"".join(store.parts.read(PEER, digest)) == data

    def test_a_crash_between_the_name_and_the_row_costs_an_upload_and_no_more(
        self, store: SqliteStore, path: Path
    ) -> None:
        digest = fill(store, content(LARGE))
        with raw(path) as connection:
            connection.execute("UPDATE kgbx_part SET complete = 0")
        assert not store.parts.has(PEER, digest)
        fill(store, content(LARGE))
        assert b"".join(store.parts.read(PEER, digest)) == content(LARGE)

    def test_one_dropped_in_a_transaction_that_was_undone_is_still_here(self, store: SqliteStore) -> None:
        digest = fill(store, content(LARGE))
        with contextlib.suppress(KeyError), store.transaction():
            store.parts.drop(PEER, digest)
            raise KeyError
        assert b"".join(store.parts.read(PEER, digest)) == content(LARGE)

    def test_one_completed_in_a_transaction_that_was_undone_can_be_brought_again(self, store: SqliteStore) -> None:
        data = content(LARGE)
        digest = fill_half(store, data)
        with contextlib.suppress(KeyError), store.transaction():
            store.parts.drop(PEER, digest)
            fill(store, data)
            raise KeyError
        offset, _ = store.parts.offset(PEER, digest)
        store.parts.append(PEER, digest, offset=offset, size=LARGE, data=data[offset:])
        assert b"".join(store.parts.read(PEER, digest)) == data

    def test_a_disk_that_fails_says_so_without_a_path(self, store: SqliteStore, path: Path) -> None:
        Path(f"{path}-parts").write_bytes(b"a file where the folder should be")
        with pytest.raises(DeliveryError) as raised:
            fill(store, content(LARGE))
        assert raised.value.code == "X_STORE"
        assert raised.value.__cause__ is raised.value.__context__ is None


def fill_half(store: SqliteStore, data: bytes) -> bytes:
    """Store the first half of a part."""
    digest = sha256(data).digest()
    store.parts.append(PEER, digest, offset=0, size=len(data), data=data[: len(data) // 2])
    return digest

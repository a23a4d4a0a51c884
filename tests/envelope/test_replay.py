# SPDX-License-Identifier: EUPL-1.2
"""Both replay stores keep the same promises; the one on disk keeps them across processes and failures."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.envelope.replay import MemoryReplayStore, SqliteReplayStore
from kgbx.errors import EnvelopeError, UsageError
from tests.envelope.makers import BODY, opened, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "memory":
        yield MemoryReplayStore()
        return
    found = SqliteReplayStore(tmp_path / "seen.sqlite")
    yield found
    found.close()


class TestPromises:
    """A row is written once, never changed, and forgotten only after its time."""

    def test_never_seen(self, store: Any) -> None:  # noqa: ANN401  # either store
        assert store.digest_of("org", "id") is None

    def test_written(self, store: Any) -> None:  # noqa: ANN401
        assert store.write("org", "id", digest=b"1", expires=10) is True
        assert store.digest_of("org", "id") == b"1"

    def test_written_once(self, store: Any) -> None:  # noqa: ANN401
        store.write("org", "id", digest=b"1", expires=10)
        assert store.write("org", "id", digest=b"2", expires=99) is False
        assert store.digest_of("org", "id") == b"1"

    def test_same_row_is_written_once(self, store: Any) -> None:  # noqa: ANN401
        store.write("org", "id", digest=b"1", expires=10)
        assert store.write("org", "id", digest=b"1", expires=10) is False

    def test_other_sender_is_another_row(self, store: Any) -> None:  # noqa: ANN401
        store.write("org", "id", digest=b"1", expires=10)
        assert store.digest_of("other", "id") is None

    @pytest.mark.parametrize(("now", "purged"), [(9, 0), (10, 0), (11, 1)])
    def test_purge(self, store: Any, now: int, purged: int) -> None:  # noqa: ANN401
        store.write("org", "id", digest=b"1", expires=10)
        assert store.purge(now) == purged

    def test_opening_twice(self, store: Any) -> None:  # noqa: ANN401
        message = sealed()
        opened(message, seen=store)
        with pytest.raises(EnvelopeError) as caught:
            opened(message, seen=store)
        assert caught.value.code == "E_DUPLICATE"


class TestOnDisk:
    """The file remembers, is for its owner only, and can share a transaction with whoever stores the message."""

    def test_remembers(self, tmp_path: Path) -> None:
        first = SqliteReplayStore(tmp_path / "seen")
        first.write("org", "id", digest=b"1", expires=10)
        first.close()
        with SqliteReplayStore(tmp_path / "seen") as second:
            assert second.digest_of("org", "id") == b"1"

    @pytest.mark.parametrize("mode", [0o666, 0o640, 0o604, 0o620])
    def test_that_others_may_use_is_refused(self, tmp_path: Path, mode: int) -> None:
        SqliteReplayStore(tmp_path / "seen").close()
        (tmp_path / "seen").chmod(mode)
        with pytest.raises(UsageError) as caught:
            SqliteReplayStore(tmp_path / "seen")
        assert caught.value.code == "U_SHARED"

    def test_mode(self, tmp_path: Path) -> None:
        SqliteReplayStore(tmp_path / "seen").close()
        assert (tmp_path / "seen").stat().st_mode & 0o777 == 0o600

    def test_failure_in_the_block_forgets_the_id(self, tmp_path: Path) -> None:
        message = sealed()
        with pytest.raises(FileNotFoundError), SqliteReplayStore(tmp_path / "seen") as seen:
            opened(message, seen=seen).parts[0].save(tmp_path / "absent" / "0.json")
        with SqliteReplayStore(tmp_path / "seen") as seen:
            assert opened(message, seen=seen).body == BODY

    def test_success_of_the_block_keeps_the_id(self, tmp_path: Path) -> None:
        message = sealed()
        with SqliteReplayStore(tmp_path / "seen") as seen:
            opened(message, seen=seen)
        with pytest.raises(EnvelopeError) as caught, SqliteReplayStore(tmp_path / "seen") as seen:
            opened(message, seen=seen)
        assert caught.value.code == "E_DUPLICATE"

    def test_only_one_of_many_writers_wins(self, tmp_path: Path) -> None:
        def write(digest: int) -> bool:
            store = SqliteReplayStore(tmp_path / "seen")
            written = store.write("org", "id", digest=bytes([digest]), expires=10)
            store.close()
            return written

        write_first = SqliteReplayStore(tmp_path / "seen")
        write_first.close()
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(write, range(16))) == 1

    def test_other_file_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "seen").write_bytes(b"no database, but somebody's file\n" * 40)
        (tmp_path / "seen").chmod(0o600)
        with pytest.raises(UsageError) as caught:
            SqliteReplayStore(tmp_path / "seen")
        assert caught.value.code == "U_UNREADABLE"
        assert (tmp_path / "seen").read_bytes().startswith(b"no database")

    def test_other_database_is_refused(self, tmp_path: Path) -> None:
        other = sqlite3.connect(tmp_path / "seen")
        other.execute("CREATE TABLE seen (something TEXT)")
        other.close()
        (tmp_path / "seen").chmod(0o600)
        with pytest.raises(UsageError) as caught:
            SqliteReplayStore(tmp_path / "seen")
        assert caught.value.code == "U_UNREADABLE"

    def test_absent_folder_is_an_os_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            SqliteReplayStore(tmp_path / "absent" / "seen")

    def test_closed_store_is_an_os_error_without_the_foreign_one(self, tmp_path: Path) -> None:
        store = SqliteReplayStore(tmp_path / "seen")
        store.close()
        with pytest.raises(OSError, match="replay store") as caught:
            store.write("org", "id", digest=b"1", expires=10)
        assert caught.value.__context__ is None

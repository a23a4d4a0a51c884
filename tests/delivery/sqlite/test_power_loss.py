# SPDX-License-Identifier: EUPL-1.2
"""T3, T5, T6: the power goes, the disk is full, the disk fails; what was committed is there when it comes back."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.delivery.store.moving import first_bad_link
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError
from kgbx.limits import MIN_FREE_BYTES
from tests.delivery.contract.makers import LANE, PEER, outgoing, plenty, quick_folder, uuid
from tests.delivery.sqlite.recorder import Step, after_power_loss, recording
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kgbx.delivery.store import Transaction

MESSAGES: Final = 6
SEEDS: Final = scaled(quick=25, ci=600, long=20_000)
CAREFUL: Final = {
    "as it is": None,
    "log": ("journal_mode = WAL", "synchronous = FULL"),
    "kept journal": ("journal_mode = PERSIST", "synchronous = FULL"),
    "removed journal": ("journal_mode = DELETE", "synchronous = EXTRA"),
}
CARELESS: Final = {
    "off": ("journal_mode = TRUNCATE", "synchronous = OFF"),
    "normal log": ("journal_mode = WAL", "synchronous = NORMAL"),
    "removed journal, not extra": ("journal_mode = DELETE", "synchronous = FULL"),
}


def enqueue(tx: Transaction, number: int) -> None:
    tx.add_out(outgoing(number, lane=LANE, number=tx.next_number(PEER, LANE)), bytes(5000))
    tx.audit(at=number, actor="kgbx", event="enqueued", about=(PEER, uuid(number)), detail="")


def recorded(folder: Path) -> tuple[list[Step], list[int]]:
    """Return what a store wrote, and the place in it of each moment at which a transaction had ended well."""
    with recording() as recorder:
        store, ends = SqliteStore(folder / "store.db", free=plenty), list[int]()
        for number in range(MESSAGES):
            with store.transaction() as tx:
                enqueue(tx, number)
            ends.append(len(recorder.steps))
        steps = list(recorder.steps)
        store.close()
    return steps, ends


def found(files: dict[str, bytes], original: Path, folder: Path) -> int:
    """Return how many messages are there when the power comes back; -1 when the store is not whole."""
    for path, data in files.items():
        (folder / path.removeprefix(f"{original}/")).write_bytes(data)
    with contextlib.closing(SqliteStore(folder / "store.db", free=plenty)) as store, store.transaction() as tx:
        rows = tx.list_out()
        numbered = [row.number for row in rows] == list(range(1, len(rows) + 1))
        whole = numbered and first_bad_link(tx) is None and len(tx.audit_rows()) == len(rows)
        return len(rows) if whole else -1


def lost(tmp_path: Path) -> int:
    """Return after how many losses of power something that was committed was gone, or the file was damaged."""
    original = tmp_path / "original"
    original.mkdir()
    steps, ends = recorded(original)
    return sum(not survives(steps, ends, tmp_path, seed) for seed in range(SEEDS))


def survives(steps: list[Step], ends: list[int], tmp_path: Path, seed: int) -> bool:
    chance = random.Random(seed)  # noqa: S311  # which bytes a disk loses is no secret
    moment = chance.choice([*ends, chance.randint(ends[0], len(steps))])
    folder = tmp_path / str(seed)
    folder.mkdir()
    files = after_power_loss(steps[:moment], chance)
    with contextlib.suppress(DeliveryError, sqlite3.Error):
        return found(files, tmp_path / "original", folder) >= sum(end <= moment for end in ends)
    return False


def use(monkeypatch: pytest.MonkeyPatch, pragmas: tuple[str, ...] | None) -> None:
    if pragmas is not None:
        monkeypatch.setattr("kgbx.delivery.store.sqlite.pragmas", lambda _: pragmas)
        monkeypatch.setattr("kgbx.delivery.store.sqlite.durable", lambda *_: True)


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory: what a disk would show is made from what was written, not by losing power."""
    with quick_folder() as folder:
        yield folder


class TestPowerLoss:
    """I1: what was committed survives a loss of power at any moment."""

    @pytest.mark.parametrize("pragmas", CAREFUL.values(), ids=CAREFUL)
    def test_nothing_committed_is_lost(
        self, quick: Path, monkeypatch: pytest.MonkeyPatch, pragmas: tuple[str, ...] | None
    ) -> None:
        use(monkeypatch, pragmas)
        assert lost(quick) == 0

    @pytest.mark.parametrize("pragmas", CARELESS.values(), ids=CARELESS)
    def test_with_less_care_something_is(
        self, quick: Path, monkeypatch: pytest.MonkeyPatch, pragmas: tuple[str, ...]
    ) -> None:
        """The control: this test can fail."""
        use(monkeypatch, pragmas)
        assert lost(quick) > 0


@contextlib.contextmanager
def disturbed(folder: Path, fate: Callable[[Step], int]) -> Iterator[tuple[SqliteStore, DeliveryError]]:
    """Give a store after two transactions: one that ended well, and one in which the disk failed, with what it said."""
    with recording() as recorder:
        store = SqliteStore(folder / "store.db", free=plenty)
        with contextlib.closing(store):
            with store.transaction() as tx:
                enqueue(tx, 0)
            recorder.fate = fate
            with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
                enqueue(tx, 1)
            recorder.fate = lambda _: 0
            yield store, raised.value


def from_on(kind: str, place: int, code: int) -> Callable[[Step], int]:
    """Return a disk that fails at a step of a kind and ever after."""
    left = iter(range(place))
    return lambda step: code if step.kind == kind and next(left, None) is None else 0


def there(store: SqliteStore) -> list[int | None]:
    with store.transaction() as tx:
        assert first_bad_link(tx) is None
        return [row.number for row in tx.list_out()]


class TestDiskFull:
    """T5: a full disk refuses what is new, keeps what it has, and goes on when there is room."""

    @pytest.mark.parametrize("place", range(0, scaled(quick=12, ci=24, long=24), 3))
    def test_it_goes_on_when_there_is_room(self, tmp_path: Path, place: int) -> None:
        with disturbed(tmp_path, from_on("write", place, sqlite3.SQLITE_FULL)) as (store, said):
            assert (said.code, said.retryable) == ("X_STORE", True)
            assert there(store) == [1]
            with store.transaction() as tx:
                enqueue(tx, 1)
            assert there(store) == [1, 2]

    def test_below_the_reserve_no_part_is_taken(self, tmp_path: Path) -> None:
        store = SqliteStore(tmp_path / "store.db", free=lambda _: MIN_FREE_BYTES + 3)
        with contextlib.closing(store), pytest.raises(DeliveryError) as raised:
            store.parts.append(PEER, bytes(32), offset=0, size=9, data=b"1234")
        assert (raised.value.code, raised.value.retryable) == ("X_DISK", True)


class TestDiskFailure:
    """T6: a disk that once did not keep what it had taken is not asked again by this process."""

    @pytest.mark.parametrize("place", range(scaled(quick=2, ci=3, long=3)))
    def test_the_process_stops_and_the_next_one_finds_everything(self, tmp_path: Path, place: int) -> None:
        with disturbed(tmp_path, from_on("sync", place, sqlite3.SQLITE_IOERR_FSYNC)) as (store, said):
            assert (said.code, said.retryable) == ("X_STORE", False)
            with pytest.raises(DeliveryError) as raised, store.transaction():
                pass
            assert (raised.value.code, raised.value.retryable) == ("X_STORE", False)
        with contextlib.closing(SqliteStore(tmp_path / "store.db", free=plenty)) as again:
            assert there(again) in ([1], [1, 2])

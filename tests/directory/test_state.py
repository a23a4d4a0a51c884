# SPDX-License-Identifier: EUPL-1.2
"""What was seen before is remembered, and never goes down."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import DirectoryState, MemoryDirectoryState, SqliteDirectoryState
from kgbx.errors import DirectoryError, UsageError
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from pathlib import Path

ONE, OTHER = b"1" * 32, b"2" * 32


@pytest.fixture(params=["memory", "sqlite"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> DirectoryState:
    return MemoryDirectoryState() if request.param == "memory" else SqliteDirectoryState(tmp_path / "known.db")


def refused(state: DirectoryState, **seen: tuple[int, bytes]) -> str:
    with pytest.raises(DirectoryError) as caught:
        state.remember(seen)
    return caught.value.code


def test_what_is_new_and_what_is_higher_is_remembered(state: DirectoryState) -> None:
    state.remember({TEAM: (1, ONE)})
    state.remember({TEAM: (3, OTHER), "directory": (9, ONE)})
    assert state.known() == {TEAM: (3, OTHER), "directory": (9, ONE)}


def test_the_same_again_is_fine(state: DirectoryState) -> None:
    state.remember({TEAM: (1, ONE)})
    state.remember({TEAM: (1, ONE)})
    assert state.known() == {TEAM: (1, ONE)}


def test_a_lower_number_is_a_rollback(state: DirectoryState) -> None:
    state.remember({"directory": (2, ONE)})
    assert refused(state, directory=(1, ONE)) == "E_DIR_ROLLBACK"


def test_one_number_with_two_contents_is_an_alarm(state: DirectoryState) -> None:
    state.remember({"directory": (2, ONE)})
    assert refused(state, directory=(2, OTHER)) == "E_DIR_EQUIVOCATION"


def test_all_is_taken_over_or_nothing(state: DirectoryState) -> None:
    state.remember({"directory": (2, ONE), "a": (1, ONE)})
    assert refused(state, a=(5, ONE), directory=(1, ONE)) == "E_DIR_ROLLBACK"
    assert state.known() == {"directory": (2, ONE), "a": (1, ONE)}


def test_a_file_remembers_for_the_next_process(tmp_path: Path) -> None:
    SqliteDirectoryState(tmp_path / "known.db").remember({GI: (4, ONE)})
    assert SqliteDirectoryState(tmp_path / "known.db").known() == {GI: (4, ONE)}
    assert stat.S_IMODE((tmp_path / "known.db").stat().st_mode) == 0o600


def test_a_person_can_forget_a_row(tmp_path: Path) -> None:
    state = SqliteDirectoryState(tmp_path / "known.db")
    state.remember({GI: (4, ONE), TEAM: (1, ONE)})
    state.forget(GI)
    assert state.known() == {TEAM: (1, ONE)}


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "known.db").write_bytes(b"nothing of the kind" * 100)
    (tmp_path / "known.db").chmod(0o600)
    with pytest.raises(UsageError) as caught:
        SqliteDirectoryState(tmp_path / "known.db")
    assert caught.value.code == "U_UNREADABLE"


def test_a_state_that_became_unreadable_is_told_as_a_file(tmp_path: Path) -> None:
    state = SqliteDirectoryState(tmp_path / "known.db")
    (tmp_path / "known.db").write_bytes(b"nothing of the kind" * 1000)
    for call in (state.known, lambda: state.remember({TEAM: (1, ONE)}), lambda: state.forget(TEAM)):
        with pytest.raises(OSError, match="memory of directories"):
            call()


@pytest.mark.parametrize(
    ("name", "seq", "digest"),
    [(TEAM, "geheim", ONE), (TEAM, -1, ONE), (TEAM, 1.5, ONE), (TEAM, 1, "geheim"), (b"x", 1, ONE)],
    ids=["text", "negative", "fraction", "no digest", "no name"],
)
def test_a_row_that_cannot_be_is_told_without_its_values(
    tmp_path: Path, name: object, seq: object, digest: object
) -> None:
    path = tmp_path / "known.db"
    state = SqliteDirectoryState(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO highest VALUES (?, ?, ?)", (name, seq, digest))
        connection.commit()
    for call in (state.known, lambda: state.remember({GI: (1, ONE)})):
        with pytest.raises(OSError, match="memory of directories") as failed:
            call()
        assert (failed.value.__context__, failed.value.__cause__, "geheim" in str(failed.value)) == (None, None, False)
    with pytest.raises(UsageError) as caught:
        SqliteDirectoryState(path)
    assert (caught.value.code, caught.value.__context__) == ("U_UNREADABLE", None)


@pytest.mark.parametrize("mode", [0o666, 0o620, 0o604])
def test_a_memory_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "known.db"
    SqliteDirectoryState(path).remember({GI: (4, ONE)})
    path.chmod(mode)
    with pytest.raises(UsageError) as caught:
        SqliteDirectoryState(path)
    assert caught.value.code == "U_SHARED"
    path.chmod(0o600)
    assert SqliteDirectoryState(path).known() == {GI: (4, ONE)}


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="machine cannot: files have no owner here")
def test_a_memory_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "known.db"
    SqliteDirectoryState(path)
    if os.geteuid() == 0:
        os.chown(path, 54321, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(UsageError) as caught:
        SqliteDirectoryState(path)
    assert caught.value.code == "U_SHARED"

# SPDX-License-Identifier: EUPL-1.2
"""Which files a command looks at: nothing twice, nothing silently left out, nothing that hangs."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kgbx.cli.files import NotOrdinaryError, files_of, read_ordinary, why_not


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b/2.json", "b/1.json", "a.json", "b/c/3.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"{}")
    monkeypatch.chdir(tmp_path)


def test_a_folder_stands_for_its_files_in_order() -> None:
    assert files_of(["."]) == ("a.json", "b/1.json", "b/2.json", "b/c/3.json")


def test_the_order_of_the_arguments_stays() -> None:
    assert files_of(["b/c", "-", "a.json"]) == ("b/c/3.json", "-", "a.json")


@pytest.mark.parametrize("again", ["b/1.json", "./b/1.json", "b", "b/../b/1.json", "-"])
def test_what_is_named_twice_is_looked_at_once(again: str) -> None:
    found = files_of(["-", "b", again])
    assert found == ("-", "b/1.json", "b/2.json", "b/c/3.json")


def test_two_names_of_one_file_are_two_files() -> None:
    Path("b/4.json").hardlink_to("b/1.json")
    Path("b/5.json").symlink_to("1.json")
    assert files_of(["b"])[:4] == ("b/1.json", "b/2.json", "b/4.json", "b/5.json")


def test_a_link_to_a_folder_around_it_ends() -> None:
    Path("b/loop").symlink_to("..")
    assert files_of(["b"]) == ("b/1.json", "b/2.json", "b/c/3.json", "b/loop/a.json")


def test_a_folder_has_its_own_name_before_that_of_a_link() -> None:
    Path("a").symlink_to("b")
    assert files_of(["."]) == ("a.json", "b/1.json", "b/2.json", "b/c/3.json")


def test_a_folder_behind_a_link_is_looked_at() -> None:
    Path("only").mkdir()
    Path("only/link").symlink_to("../b/c")
    assert files_of(["only"]) == ("only/link/3.json",)


def test_a_link_to_itself_is_named_so_that_it_is_told() -> None:
    Path("b/x.json").symlink_to("x.json")
    assert "b/x.json" in files_of(["b"])
    with pytest.raises(OSError, match="symbolic links"):
        read_ordinary("b/x.json", limit=1)


def test_a_folder_in_which_nothing_is_wanted_names_itself() -> None:
    assert files_of(["b/c", "a.json"], wanted=lambda name: name == "x") == ("b/c", "a.json")


def test_a_folder_that_is_passed_over_is_not_entered() -> None:
    assert files_of(["b"], entered=lambda name: name != "c") == ("b/1.json", "b/2.json")


def test_a_path_that_may_not_be_looked_at_is_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.stat", refuse)
    assert files_of(["b"]) == ("b",)


def test_at_most_one_byte_more_than_the_limit_is_read() -> None:
    Path("a.json").write_bytes(b"12345")
    assert (read_ordinary("a.json", limit=3), read_ordinary("a.json", limit=9)) == (b"1234", b"12345")


def test_a_pipe_is_refused_and_not_waited_for() -> None:
    os.mkfifo("pipe.json")
    with pytest.raises(NotOrdinaryError) as caught:
        read_ordinary("pipe.json", limit=9)
    assert "pipe" in why_not(caught.value).en


def test_a_device_is_refused() -> None:
    with pytest.raises(NotOrdinaryError):
        read_ordinary(os.devnull, limit=9)


def test_a_folder_is_told_as_a_folder() -> None:
    with pytest.raises(IsADirectoryError) as caught:
        read_ordinary("b", limit=9)
    assert "map" in why_not(caught.value).nl


def test_standard_input_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"12345")))
    assert read_ordinary("-", limit=3) == b"1234"


def test_standard_input_that_is_closed_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(FileNotFoundError):
        read_ordinary("-", limit=3)

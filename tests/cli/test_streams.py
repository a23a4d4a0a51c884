# SPDX-License-Identifier: EUPL-1.2
"""What the program does when what it prints cannot be written, or what it must read is no file: a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from kgbx.resources import examples_path
from tests.effort import MACHINE_CANNOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

JOURNEY = examples_path("journey", "case.json")
LIMIT_SECONDS = 60
FULL = Path("/dev/full")

WORK = {
    "validate": ("validate", JOURNEY),
    "validate as json": ("validate", JOURNEY, "--json"),
    "help": ("--help",),
    "a case": ("make",),
    "a long list": ("rules", "--json"),
}
ERRORS = {
    "a file that is not there": (("diff", "absent", "absent", "--json"), 5),
    "wrong usage": (("diff", "--json"), 2),
    "keys that are not there": (("keys", "show", "absent", "--json"), 3),
}


def start(*arguments: object, stdout: int | IO[bytes], stderr: int | IO[bytes]) -> subprocess.CompletedProcess[bytes]:
    """Run the program with these streams."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "kgbx", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, stdout=stdout, stderr=stderr, check=False, timeout=LIMIT_SECONDS, input=b""
    )


def into_a_closed_pipe(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program with a reader that has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return start(*arguments, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)


def onto_a_full_disk(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run the program with a standard output that takes nothing."""
    with FULL.open("wb") as full:
        return start(*arguments, stdout=full, stderr=subprocess.PIPE)


full_disk = pytest.mark.skipif(not FULL.exists(), reason=MACHINE_CANNOT + "pretend that a disk is full")


@full_disk
@pytest.mark.parametrize("arguments", WORK.values(), ids=WORK)
def test_a_full_disk_is_told_in_one_line(arguments: tuple[object, ...]) -> None:
    ran = onto_a_full_disk(*arguments)
    assert (ran.returncode, ran.stderr.count(b"\n"), ran.stderr[:6]) == (5, 1, b"kgbx: "), ran.stderr.decode()


@full_disk
@pytest.mark.parametrize(("arguments", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_keeps_its_status_on_a_full_disk(arguments: tuple[object, ...], status: int) -> None:
    ran = onto_a_full_disk(*arguments)
    assert (ran.returncode, ran.stderr.count(b"\n")) == (status, 1), ran.stderr.decode()


@full_disk
def test_where_nothing_can_be_told_the_status_says_it() -> None:
    with FULL.open("wb") as full:
        assert start("validate", JOURNEY, stdout=full, stderr=full).returncode == 5
        assert start("keys", "show", "absent", "--json", stdout=full, stderr=full).returncode == 3


@pytest.mark.parametrize("arguments", WORK.values(), ids=WORK)
def test_a_reader_that_has_gone_is_no_success_and_no_news(arguments: tuple[object, ...]) -> None:
    ran = into_a_closed_pipe(*arguments)
    assert (ran.returncode, ran.stderr) == (5, b"")


@pytest.mark.parametrize(("arguments", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_keeps_its_status_when_the_reader_has_gone(arguments: tuple[object, ...], status: int) -> None:
    ran = into_a_closed_pipe(*arguments)
    assert (ran.returncode, ran.stderr.count(b"\n")) == (status, 1), ran.stderr.decode()


def test_several_processes_stop_when_the_reader_has_gone(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.json").write_bytes(b"{}")
    ran = into_a_closed_pipe("validate", tmp_path, "--jobs", "2")
    assert (ran.returncode, ran.stderr) == (5, b"")


@pytest.mark.parametrize("command", [("schema", "compat"), ("diff",)], ids=" ".join)
@pytest.mark.parametrize(("language", "words"), [("en", "but a pipe"), ("nl", "maar een pijp")])
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: tuple[str, ...], language: str, words: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = start(
        "--lang", language, *command, tmp_path / "pipe", JOURNEY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    told = ran.stderr.decode()
    assert (ran.returncode, words in told, f"{tmp_path}/pipe: " in told, "Error" in told) == (5, True, True, False)


@pytest.mark.parametrize("command", [("schema", "compat"), ("diff",), ("merge", "--out", "out.json")], ids=" ".join)
def test_standard_input_cannot_be_two_things(kgbx: Kgbx, command: tuple[str, ...]) -> None:
    ran = kgbx(*command, "-", "-", "--json")
    assert (ran.status, ran.json["error"]["code"], "only once" in ran.err) == (2, "U_ARGUMENT", True)


def test_standard_output_is_no_file_to_write(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = kgbx("schema", "export", "--out", "-")
    assert (ran.status, "./-" in ran.err, list(tmp_path.iterdir())) == (2, True, [])
    assert kgbx("schema", "export", "--out", "./-").status == 0
    assert [path.name for path in tmp_path.iterdir()] == ["-"]


def test_any_name_that_fits_will_do(kgbx: Kgbx, tmp_path: Path) -> None:
    longest = tmp_path / ("x" * os.pathconf(tmp_path, "PC_NAME_MAX"))
    assert kgbx("schema", "export", "--out", longest).status == 0
    assert list(tmp_path.iterdir()) == [longest]


def test_a_file_that_cannot_be_written_is_told_by_its_own_name(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("schema", "export", "--out", tmp_path / "absent" / "schema.json")
    assert (ran.status, f"{tmp_path}/absent/schema.json: " in ran.err, ".part" in ran.err) == (5, True, False)


@pytest.mark.parametrize("leads_to", ["elsewhere.json", "a folder"])
def test_a_link_is_not_written_through(kgbx: Kgbx, tmp_path: Path, leads_to: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "debts-1.json").symlink_to(tmp_path / leads_to)
    ran = kgbx("make", "--story", "debts", "--count", "2", "--months", "1", "--out", out)
    assert (ran.status, "U_EXISTS" in ran.err) == (2, True)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["debts-1.json", "out"]

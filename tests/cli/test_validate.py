# SPDX-License-Identifier: EUPL-1.2
"""Validate on the command line: what was not looked at is never told as good."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.cli.main import run_and_report
from kgbx.cli.validate import _size
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.resources import examples_path
from tests.case.builders import as_bytes, smallest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

SMALL = as_bytes(smallest())
JOURNEY = examples_path("journey", "case.json").read_bytes()
CANONICAL = FamilyCase.from_json(JOURNEY).to_json()


def test_a_folder_without_cases_is_a_problem(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("validate", tmp_path, "--json")
    assert ran.status == 5
    assert [(row["path"], row["problems"][0]["code"]) for row in ran.json["files"]] == [(str(tmp_path), "F_FILE")]


def test_a_folder_that_may_not_be_read_is_a_problem(
    kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "case.json").write_bytes(b"{}")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", guarded)
    ran = kgbx("validate", tmp_path, "--json")
    found = {row["path"]: row["problems"][0]["code"] for row in ran.json["files"]}
    assert (ran.status, found[str(tmp_path / "shut")], len(found)) == (5, "F_FILE", 2)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Return a folder with forty files, of which every fourth is wrong."""
    for number in range(40):
        (tmp_path / f"{number:02}.json").write_bytes(b"{}" if number % 4 == 0 else SMALL)
    return tmp_path


@pytest.mark.parametrize("form", [(), ("--json",), ("--sarif",)], ids=["text", "json", "sarif"])
def test_the_number_of_processes_changes_nothing(kgbx: Kgbx, several: Path, form: tuple[str, ...]) -> None:
    one, two = (kgbx("validate", several, "--jobs", jobs, *form) for jobs in (1, 2))
    assert (one.status, one) == (1, two)


def test_files_are_told_in_the_order_of_the_arguments(kgbx: Kgbx, several: Path) -> None:
    names = [several / f"{number:02}.json" for number in (7, 3, 30, 4)]
    ran = kgbx("validate", *names, "--json")
    assert [row["path"] for row in ran.json["files"]] == [str(name) for name in names]


def test_json_is_written_as_it_always_was(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"haar_naam": 1}')
    (tmp_path / "y.json").write_bytes(SMALL)
    out = kgbx("validate", tmp_path, "--json").out
    assert out == json.dumps(json.loads(out), indent=2, ensure_ascii=False) + "\n"
    assert [row["ok"] for row in json.loads(out)["files"]] == [False, True]


def test_json_and_sarif_do_not_go_together(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("validate", tmp_path, "--json", "--sarif")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_ARGUMENT")


@pytest.mark.parametrize("jobs", ["0", "61", "many"])
def test_an_impossible_number_of_processes_is_wrong_usage(kgbx: Kgbx, several: Path, jobs: str) -> None:
    assert kgbx("validate", several, "--jobs", jobs).status == 2


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"a": SMALL}, 0),
        ({"a": SMALL, "b": b"{}"}, 1),
        ({"a": b"{}", "b": b'{"schema": "https://kgbx.example/schemas/family-case/9.0"}'}, 6),
        ({"b": b'{"schema": "https://kgbx.example/schemas/family-case/9.0"}', "c": None, "d": b"{}"}, 5),
    ],
)
def test_the_worst_status_counts(kgbx: Kgbx, tmp_path: Path, files: dict[str, bytes | None], status: int) -> None:
    for name, data in files.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
    assert kgbx("validate", *(tmp_path / name for name in files)).status == status


def test_a_file_that_vanishes_is_a_problem_and_the_others_are_looked_at(kgbx: Kgbx, several: Path) -> None:
    listed = [several / "01.json", several / "02.json"]
    listed[0].unlink()
    ran = kgbx("validate", *listed, "--json")
    assert [row["ok"] for row in ran.json["files"]] == [False, True]
    assert ran.status == 5


def test_a_huge_file_is_refused_without_reading_it_whole(kgbx: Kgbx, tmp_path: Path) -> None:
    with (tmp_path / "huge.json").open("wb") as stream:
        stream.truncate(MAX_DOCUMENT_BYTES + 2**40)
    assert kgbx("validate", tmp_path, "--json").json["files"][0]["problems"][0]["code"] == "D_SIZE"


@pytest.mark.parametrize("jobs", [1, 2])
def test_standard_input_is_a_file_among_the_others(
    kgbx: Kgbx, several: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SMALL)))
    ran = kgbx("validate", several / "00.json", "-", several / "01.json", "--jobs", jobs)
    assert [line for line in ran.out.splitlines() if line.endswith("ok") and line[0] != " "] == [
        f"{several}/00.json: not ok",
        "-: ok",
        f"{several}/01.json: ok",
        "2 of 3 files ok",
    ]


OTHERS: dict[str, tuple[bytes, bool]] = {
    "a case": (SMALL, True),
    "a case with mistakes": (SMALL.replace(b'"id"', b'"idd"'), True),
    "a case of another version": (b'{"schema": "https://kgbx.example/schemas/family-case/9.0"}', True),
    "half a case": (SMALL[:-1], True),
    "half a case with other slashes": (SMALL[:-1].replace(b"/", b"\\/"), True),
    "a case with other slashes": (SMALL.replace(b"/", b"\\/"), True),
    "a case in UTF-16": (SMALL.decode().encode("utf-16"), True),
    "another schema": (b'{"schema": "https://kgbx.example/schemas/policy/1.0"}', False),
    "a document that speaks of cases": (b'{"of": "https://kgbx.example/schemas/family-case/1.0"}', False),
    "a list": (b"[1]", False),
    "a canonical case, torn: its schema is in the half that is gone": (CANONICAL[: len(CANONICAL) // 2], True),
    "half of something": (b'{"name": ', True),
    "nothing": (b"", True),
    "a member that is there twice": (b'{"schema": 1, "schema": 2}', True),
}


@pytest.mark.parametrize(("data", "is_case"), OTHERS.values(), ids=OTHERS)
def test_only_what_calls_itself_a_case_can_be_asked_for(kgbx: Kgbx, tmp_path: Path, data: bytes, is_case: bool) -> None:  # noqa: FBT001  # a parameter
    (tmp_path / "x.json").write_bytes(data)
    ran = kgbx("validate", tmp_path, "--only-cases", "--json")
    assert (len(ran.json["files"]), ran.json.get("skipped", 0)) == ((1, 0) if is_case else (0, 1))


def test_what_is_left_out_is_counted(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"[]")
    ran = kgbx("validate", tmp_path, "--only-cases")
    assert (ran.status, ran.out) == (0, "1 left out: no family case\n0 of 0 files ok\n")


def test_among_cases_what_is_none_is_pointed_out(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(SMALL)
    assert "--only-cases" not in kgbx("validate", tmp_path).out
    (tmp_path / "package.json").write_bytes(b'{"name": "x"}')
    assert "Without the name of a family case: 1." in kgbx("validate", tmp_path).out


def test_many_bytes_are_worth_processes_and_few_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbx.cli.validate.cores", lambda: 3)
    names = [str(tmp_path / f"{number}.json") for number in range(4)]
    for name, size in zip(names, (1, 8 * 2**20, 9 * 2**20, 2**30), strict=True):
        with Path(name).open("wb") as stream:
            stream.truncate(size)
    assert [_size(names[:count]) for count in range(1, 5)] == [1, 1, 2, 3]
    assert _size([str(tmp_path / "absent"), names[3]]) == 2


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    assert run_and_report(["--lang", "nl", "validate", str(several)]) == 1
    assert "Nakijken" in screen.getvalue()
    assert "40/40" in screen.getvalue()


def test_a_line_takes_the_place_of_the_bar(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr("sys.stdout", screen)
    run_and_report(["validate", str(several)])
    before_lines = [text[-5:] for text in screen.getvalue().split(str(several))[:-1]]
    assert set(before_lines) == {"\r\033[2K"}


@pytest.mark.parametrize("only", ["00.json", "."])
def test_no_bar_where_nobody_waits(kgbx: Kgbx, several: Path, only: str) -> None:
    assert kgbx("validate", several / only).err == ""


def test_one_file_has_no_bar(several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    run_and_report(["validate", str(several / "01.json")])
    assert screen.getvalue() == ""


def test_many_rows_do_not_stay_in_memory(several: Path, monkeypatch: pytest.MonkeyPatch, kgbx: Kgbx) -> None:
    plain = kgbx("validate", several, "--json").out
    monkeypatch.setattr("kgbx.cli.spool._IN_MEMORY", 10)
    monkeypatch.setattr("kgbx.cli.spool._BLOCK", 7)
    assert kgbx("validate", several, "--json").out == plain


def test_the_journey_is_good(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(JOURNEY)
    assert kgbx("validate", tmp_path / "case.json").out == f"{tmp_path}/case.json: ok\n"

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx make`` writes the families that the library makes, and never over what is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kgbx.cli.main import run_and_report
from kgbx.errors import EXIT_USAGE
from kgbx.testing.families import make_family, stories

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


def test_one_family_goes_to_stdout(capsys: Output) -> None:
    assert run_and_report(["make", "--seed", "3", "--story", "debts", "--months", "2"]) == 0
    assert capsys.readouterr().out.encode() == make_family(3, 2, story="debts").to_json() + b"\n"


def test_several_families_get_a_file_each(tmp_path: Path, capsys: Output) -> None:
    folder = tmp_path / "new" / "families"
    assert run_and_report(["make", "--seed", "3", "--count", "2", "--story", "debts", "--out", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "debts-3.json": make_family(3, story="debts").to_json(),
        "debts-4.json": make_family(4, story="debts").to_json(),
    }
    assert capsys.readouterr().out.count("\n") == 1


def test_what_is_made_is_valid(tmp_path: Path, capsys: Output) -> None:
    run_and_report(["make", "--count", "12", "--out", str(tmp_path)])
    assert run_and_report(["validate", "--strict", str(tmp_path)]) == 0
    capsys.readouterr()


def test_an_existing_file_stays_and_nothing_else_is_written(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "debts-2.json").write_text("mine", encoding="utf-8")
    command = ["make", "--seed", "1", "--count", "3", "--story", "debts", "--out", str(tmp_path)]
    assert run_and_report(command) == EXIT_USAGE
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("debts-2.json", "mine")]
    assert "U_EXISTS" in capsys.readouterr().err


def test_several_families_need_a_folder(capsys: Output) -> None:
    assert run_and_report(["make", "--count", "2", "--json"]) == EXIT_USAGE
    captured = capsys.readouterr()
    assert json.loads(captured.out)["error"]["code"] == "U_FOLDER"


def test_a_summary_is_one_json_object(tmp_path: Path, capsys: Output) -> None:
    assert run_and_report(["make", "--story", "debts", "--months", "3", "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"families": [{"seed": 0, "path": str(tmp_path / "debts-0.json")}], "months": 3}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_stories_are_listed_in_the_language_of_the_reader(language: str, capsys: Output) -> None:
    assert run_and_report(["--lang", language, "make", "--list"]) == 0
    out = capsys.readouterr().out
    assert all(f"{name}\n    {getattr(story.text, language)}\n" in out for name, story in stories().items())


def test_the_list_is_one_json_object(capsys: Output) -> None:
    assert run_and_report(["make", "--list", "--json"]) == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)["stories"]} == set(stories())


@pytest.mark.parametrize("wrong", [["--seed", "-1"], ["--months", "0"], ["--story", "unknown"], ["--count", "0"]])
def test_a_wrong_option_is_refused(wrong: list[str], capsys: Output) -> None:
    assert run_and_report(["make", *wrong]) == EXIT_USAGE
    assert capsys.readouterr().out == ""

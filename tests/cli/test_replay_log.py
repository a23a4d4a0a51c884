# SPDX-License-Identifier: EUPL-1.2
"""The log that share writes, and replay of it on the command line."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.cli.logbook import append
from kgbx.cli.main import run_and_report
from kgbx.consent.log import read_lines
from kgbx.resources import examples_path, schemas_path
from tests.cli.conftest import TEAM
from tests.cli.test_share_and_demo import AT, CASE, REGISTERS, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

SCHOOL = {"to": "urn:osb:oin:00000099000000003000", "purpose": "school_support"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a log with one share with a school; made once, never changed."""
    folder = tmp_path_factory.mktemp("made")
    options = ("--as", TEAM, "--registers", REGISTERS, "--at", AT, "--to", SCHOOL["to"], "--purpose", SCHOOL["purpose"])
    files = ("--out", folder / "view.json", "--log", folder / "log.jsonl")
    run_and_report([str(one) for one in ("share", CASE, *options, *files)])
    return folder


@pytest.fixture
def log(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that log, with its facts."""
    copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "log.jsonl"


def entry(log: Path, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log.read_bytes().splitlines()[number])
    return found


def write(log: Path, value: dict[str, Any]) -> None:
    log.write_text(json.dumps(value) + "\n", encoding="utf-8")


def test_the_log_and_its_facts_are_for_the_owner_only(log: Path) -> None:
    facts = log.with_name("log.jsonl.facts") / f"{entry(log)['facts']}.json"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (log, facts, facts.parent)] == [0o600, 0o600, 0o700]


def test_a_log_without_a_view_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    assert share(kgbx, "--log", tmp_path / "log.jsonl").status == 2
    assert not (tmp_path / "log.jsonl").exists()


@pytest.mark.parametrize(
    ("more", "status"), [({"purpose": "marketing"}, 4), ({}, 2)], ids=["denied", "a file is there"]
)
def test_what_does_not_go_is_not_in_the_log(kgbx: Kgbx, tmp_path: Path, more: dict[str, str], status: int) -> None:
    (tmp_path / "view.json").touch()
    ran = share(kgbx, "--out", tmp_path / "view.json", "--log", tmp_path / "log.jsonl", **more)
    assert (ran.status, (tmp_path / "log.jsonl").exists()) == (status, False)


def test_a_second_share_adds_a_line_and_keeps_the_facts_once(kgbx: Kgbx, log: Path) -> None:
    before = log.read_bytes()
    assert share(kgbx, "--out", log.with_name("second.json"), "--log", log).status == 0
    assert log.read_bytes().startswith(before)
    assert (len(log.read_bytes().splitlines()), len([*Path(f"{log}.facts").iterdir()])) == (2, 1)


def test_after_a_crash_the_next_line_starts_on_its_own(log: Path) -> None:
    whole = read_lines(log.read_bytes()).entries[0][1]
    with log.open("ab") as stream:
        stream.write(whole.line()[:100])
    append(str(log), whole.model_copy(update={"id": "next"}), facts=b"")
    found = read_lines(log.read_bytes())
    assert ([one.id for _, one in found.entries], found.torn) == ([whole.id, "next"], (2,))


def test_no_words_of_the_case_are_in_the_log(log: Path) -> None:
    told = [one["wording"]["text"] for one in json.loads(CASE.read_bytes())["statements"]]
    assert not any(text in log.read_text() for text in told)


def test_what_was_shared_replays(kgbx: Kgbx, log: Path) -> None:
    ran = kgbx("replay", log)
    assert (ran.status, ran.out.splitlines()[-1]) == (
        0,
        "1 entry: 1 equal, 0 different, 0 that cannot be decided again",
    )


def test_one_entry_in_two_files_is_one(kgbx: Kgbx, log: Path) -> None:
    copy = log.with_name("copy.jsonl")
    copy.write_bytes(log.read_bytes())
    assert len(kgbx("replay", log, copy, "--json").json["entries"]) == 1


def test_what_is_decided_otherwise_is_told_with_its_place(kgbx: Kgbx, log: Path) -> None:
    value = entry(log)
    number = next(n for n, row in enumerate(value["rows"]) if "NOT_NECESSARY" in row["reasons"])
    codes = value["rows"][number]["reasons"]
    value["rows"][number]["reasons"] = ["WORKING_NOTE"]
    write(log, value)
    ran = kgbx("replay", log)
    assert (ran.status, f"/rows/{number}/reasons" in ran.out) == (1, True)
    assert f"in the log WORKING_NOTE; now {', '.join(codes)}" in ran.out


@pytest.mark.parametrize(
    ("change", "code"),
    [({"policy": "0" * 64}, "U_LOG_POLICY"), ({"facts": "0" * 64}, "U_LOG_FACTS"), ({"facts": "../x"}, "U_LOG_FACTS")],
    ids=["policy", "facts", "a path"],
)
def test_what_cannot_be_decided_again_is_told(kgbx: Kgbx, log: Path, change: dict[str, str], code: str) -> None:
    write(log, entry(log) | change)
    ran = kgbx("replay", log, "--json")
    assert (ran.status, ran.json["entries"][0]["error"]["code"]) == (2, code)


def test_facts_that_were_changed_are_not_used(kgbx: Kgbx, log: Path) -> None:
    facts = Path(f"{log}.facts") / f"{entry(log)['facts']}.json"
    facts.write_bytes(facts.read_bytes() + b" ")
    ran = kgbx("replay", log)
    assert (ran.status, "U_LOG_FACTS /facts" in ran.out) == (2, True)


def test_another_policy_can_be_given(kgbx: Kgbx, log: Path) -> None:
    other = log.with_name("policy.json")
    other.write_text(schemas_path("policy", "nl-2026-01.json").read_text().replace('"nl-2026-01"', '"ours"'))
    out = log.with_name("other.json")
    fresh = log.with_name("ours.jsonl")
    assert share(kgbx, "--out", out, "--log", fresh, "--policy", other, **SCHOOL).status == 0
    assert [kgbx("replay", fresh).status, kgbx("replay", fresh, "--policy", other).status] == [2, 0]


def test_a_torn_line_is_told_and_the_rest_is_decided(kgbx: Kgbx, log: Path) -> None:
    with log.open("ab") as stream:
        stream.write(b'{"at":"2026-')
    ran = kgbx("replay", log, "--json")
    assert (ran.status, ran.json["torn"]) == (0, [{"file": str(log), "line": 2}])
    assert "line 2 is torn" in ran.err


def test_why_a_record_went_is_told_with_articles_and_consents(kgbx: Kgbx, log: Path) -> None:
    went = next(row for row in entry(log)["rows"] if not row["reasons"])
    ran = kgbx("replay", log, "--entry", entry(log)["id"], "--explain", "--record", went["record"])
    assert all(said in ran.out for said in ("nl-2026-01", went["record"], "consent [Jeugdwet 7.3.11 lid 1"))
    rested = json.loads(kgbx("replay", log, "--explain", "--json").out)["entries"][0]["explained"]
    ids = {one for row in rested for basis in row["bases"] for one in basis["records"]}
    assert ids <= {one["id"] for one in json.loads(examples_path("journey", "case.json").read_bytes())["consents"]}
    assert ids != set()


def test_an_entry_that_is_not_there_is_an_error(kgbx: Kgbx, log: Path) -> None:
    ran = kgbx("replay", log, "--entry", "nobody")
    assert (ran.status, "U_LOG_ENTRY" in ran.err) == (2, True)


def test_dutch_is_spoken_too(kgbx: Kgbx, log: Path) -> None:
    assert "1 regel: 1 gelijk" in kgbx("--lang", "nl", "replay", log, "--explain").out

# SPDX-License-Identifier: EUPL-1.2
"""The log that share writes, and replay of it on the command line."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case.structures import from_value
from kgbx.cli.logbook import append
from kgbx.cli.main import run_and_report
from kgbx.consent.log import START, Disclosure, Place, chained, read_lines
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
    """Write a log of one line, as a kgbx that decided otherwise would have written it."""
    told = from_value(Disclosure, value).placed(START)
    log.write_bytes(told.line())
    Path(f"{log}.last").write_text(f"1 {Place.of(told, told.line()).digest}\n")


def codes(ran: Ran) -> list[tuple[str, int | None]]:
    return [(one["code"], one["line"]) for one in ran.json["findings"]]


def test_the_log_and_its_facts_are_for_the_owner_only(log: Path) -> None:
    facts = log.with_name("log.jsonl.facts") / f"{entry(log)['facts']}.json"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (log, facts, facts.parent)] == [0o600, 0o600, 0o700]


def test_a_log_without_a_view_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    assert share(kgbx, "--log", tmp_path / "log.jsonl").status == 2
    assert not (tmp_path / "log.jsonl").exists()


def test_the_view_and_the_log_are_two_files(kgbx: Kgbx, tmp_path: Path) -> None:
    both = tmp_path / "both"
    assert share(kgbx, "--out", both, "--log", tmp_path / "." / "both").status == 2
    assert [*tmp_path.iterdir()] == []


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
    assert [one.id for _, one in found.entries] == [whole.id, "next"]
    assert [(one.code, one.pointer) for one in found.findings] == [("D_LOG_TORN", "/1")]


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
    assert (ran.status, codes(ran)) == (1, [("D_LOG_TORN", 2)])
    assert [one["equal"] for one in ran.json["entries"]] == [True]
    assert f"{log}: line 2: D_LOG_TORN: This line is torn" in ran.err


@pytest.mark.parametrize("data", [b"", b"\n"], ids=["empty", "one empty line"])
def test_an_empty_log_is_not_in_order(kgbx: Kgbx, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log.jsonl").write_bytes(data)
    ran = kgbx("replay", tmp_path / "log.jsonl", "--json")
    assert (ran.status, codes(ran)) == (1, [("D_LOG_EMPTY", None)])
    assert "D_LOG_EMPTY" in kgbx("--lang", "nl", "replay", tmp_path / "log.jsonl").err


def test_a_row_that_was_cut_out_is_told(kgbx: Kgbx, log: Path) -> None:
    value = entry(log)
    value["rows"].pop()
    log.write_text(json.dumps(value) + "\n", encoding="utf-8")
    assert ("D_LOG_CHANGED", 1) in codes(kgbx("replay", log, "--json"))
    assert kgbx("replay", log).status == 1


@pytest.fixture
def three(kgbx: Kgbx, log: Path) -> Path:
    """Return a log with three lines."""
    for number in (2, 3):
        assert share(kgbx, "--out", log.with_name(f"{number}.json"), "--log", log).status == 0
    return log


def test_a_log_of_several_shares_is_in_order(kgbx: Kgbx, three: Path) -> None:
    ran = kgbx("replay", three, "--json")
    assert (ran.status, codes(ran), len(ran.json["entries"])) == (0, [], 3)


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ((0, 1), [("D_LOG_CUT", None)]),
        ((0,), [("D_LOG_CUT", None)]),
        ((1, 2), [("D_LOG_BREAK", 1)]),
        ((0, 2), [("D_LOG_BREAK", 2)]),
        ((0, 1, 1, 2), [("D_LOG_BREAK", 3)]),
    ],
    ids=["the last", "the last two", "the first", "one between", "doubled"],
)
def test_lines_that_are_gone_or_doubled_are_told(
    kgbx: Kgbx, three: Path, kept: tuple[int, ...], found: list[tuple[str, int | None]]
) -> None:
    lines = three.read_bytes().splitlines(keepends=True)
    three.write_bytes(b"".join(lines[number] for number in kept))
    ran = kgbx("replay", three, "--json")
    assert (ran.status, codes(ran)) == (1, found)
    assert len({one["id"] for one in ran.json["entries"]}) == len(ran.json["entries"])


def test_nothing_is_added_to_a_log_that_was_cut_off(kgbx: Kgbx, three: Path) -> None:
    lines = three.read_bytes().splitlines(keepends=True)
    three.write_bytes(lines[0])
    ran = share(kgbx, "--out", three.with_name("4.json"), "--log", three)
    assert (ran.status, "D_LOG_CUT" in ran.err) == (1, True)
    assert (three.read_bytes(), three.with_name("4.json").exists()) == (lines[0], False)


def test_after_a_crash_before_the_end_was_noted_the_log_goes_on(kgbx: Kgbx, three: Path) -> None:
    last = Path(f"{three}.last")
    place = Place.of(*_second(three))
    last.write_text(f"{place.number} {place.digest}\n")
    assert codes(kgbx("replay", three, "--json")) == []
    assert share(kgbx, "--out", three.with_name("4.json"), "--log", three).status == 0
    assert codes(kgbx("replay", three, "--json")) == []


def _second(log: Path) -> tuple[Disclosure, bytes]:
    line = log.read_bytes().splitlines()[1]
    return read_lines(log.read_bytes()).entries[1][1], line


def test_a_note_of_the_end_that_cannot_be_read_is_no_proof(kgbx: Kgbx, log: Path) -> None:
    Path(f"{log}.last").write_text("?")
    ran = kgbx("replay", log, "--json")
    assert (ran.status, codes(ran)) == (1, [("D_LOG_CUT", None)])


def test_a_log_still_holds_the_line_that_a_copy_elsewhere_names(kgbx: Kgbx, three: Path) -> None:
    kept = three.with_name("kept")
    kept.write_bytes(Path(f"{three}.last").read_bytes())
    assert share(kgbx, "--out", three.with_name("4.json"), "--log", three).status == 0
    ran = kgbx("replay", three, "--last", kept, "--json")
    assert (ran.status, codes(ran), ran.json["last"]["number"]) == (0, [], 4)
    rewritten = chained(one.model_copy(update={"purpose": "care"}) for _, one in read_lines(three.read_bytes()).entries)
    three.write_bytes(b"".join(one.line() for one in rewritten))
    place = Place.of(rewritten[-1], rewritten[-1].line())
    Path(f"{three}.last").write_text(f"{place.number} {place.digest}\n")
    ran = kgbx("replay", three, "--last", kept, "--json")
    assert (ran.status, codes(ran), ran.json["findings"][0]["file"]) == (1, [("D_LOG_CUT", None)], str(kept))


def test_a_log_in_parts_is_read_in_their_order(kgbx: Kgbx, three: Path) -> None:
    lines = three.read_bytes().splitlines(keepends=True)
    parts = [three.with_name(name) for name in ("a.jsonl", "b.jsonl")]
    for part, data in zip(parts, (lines[:2], lines[2:]), strict=True):
        part.write_bytes(b"".join(data))
    options = ("--facts", f"{three}.facts", "--json")
    assert [kgbx("replay", *order, *options).status for order in (parts, parts[::-1])] == [0, 1]


def test_processes_that_write_at_once_keep_one_chain(log: Path) -> None:
    whole = read_lines(log.read_bytes()).entries[0][1]
    with ThreadPoolExecutor(4) as pool:
        ids = [f"entry {number}" for number in range(16)]
        list(pool.map(lambda one: append(str(log), whole.model_copy(update={"id": one}), facts=b""), ids))
    found = read_lines(log.read_bytes())
    assert (len(found.entries), found.findings) == (17, ())


def test_the_last_line_is_found_in_a_long_log(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbx.cli.logbook._BLOCK", 7)
    whole = read_lines(log.read_bytes()).entries[0][1]
    with log.open("ab") as stream:
        stream.write(b"\n\n" + whole.line()[:100])
    assert append(str(log), whole.model_copy(update={"id": "next"}), facts=b"").number == 2


LIMITED = """
import resource, sys
from kgbx.cli.main import run_and_report
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(run_and_report(sys.argv[2:]))
"""


@pytest.mark.parametrize("room", ["nothing", "the view", "the facts", "half of the line"])
def test_on_a_full_disk_there_is_neither_a_view_nor_a_line(kgbx: Kgbx, log: Path, room: str) -> None:
    before, view = log.read_bytes(), log.with_name("second.json")
    sizes = {"nothing": 10, "the view": log.with_name("view.json").stat().st_size + 1}
    limit = sizes.get(room, len(before) + 10 if room == "the facts" else len(before) * 3 // 2)
    options = ("--as", TEAM, "--registers", REGISTERS, "--at", AT, "--to", SCHOOL["to"], "--purpose", SCHOOL["purpose"])
    words = ["share", CASE, *options, "--out", view, "--log", log]
    command = [sys.executable, "-c", LIMITED, str(limit), *map(str, words)]
    uncounted = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=uncounted)
    assert (done.returncode, "free space" in done.stderr, "Traceback" in done.stderr) == (5, True, False)
    assert (log.read_bytes(), view.exists()) == (before, False)
    assert [one.name for one in log.parent.iterdir() if one.name.endswith(".part")] == []
    assert codes(kgbx("replay", log, "--json")) == []


@pytest.mark.parametrize("where", ["folder that is not there", "folder as target", "dangling link"])
def test_what_cannot_be_written_is_not_in_the_log(kgbx: Kgbx, log: Path, where: str) -> None:
    before, out = log.read_bytes(), log.with_name("out.json")
    if where == "folder that is not there":
        out = log.parent / "nowhere" / "out.json"
    elif where == "folder as target":
        out.mkdir()
    else:
        out.symlink_to(log.with_name("gone"))
    assert share(kgbx, "--out", out, "--log", log).status == (5 if "not there" in where else 2)
    assert log.read_bytes() == before


@pytest.mark.parametrize("broken", ["log is a folder", "folder of the log is not there", "facts are a file"])
def test_without_a_line_in_the_log_nothing_goes(kgbx: Kgbx, tmp_path: Path, broken: str) -> None:
    log = tmp_path / "log.jsonl"
    if broken == "log is a folder":
        log.mkdir()
    elif broken == "facts are a file":
        Path(f"{log}.facts").touch()
    else:
        log = tmp_path / "nowhere" / "log.jsonl"
    ran = share(kgbx, "--out", tmp_path / "view.json", "--log", log)
    assert (ran.status, (tmp_path / "view.json").exists()) == (5, False)
    assert "log.jsonl" in ran.err


def test_when_the_last_step_fails_the_log_tells_of_it(kgbx: Kgbx, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told but not sent is the safe half: nobody has what the log does not name."""
    monkeypatch.setattr(Path, "hardlink_to", _refused)
    assert share(kgbx, "--out", log.with_name("second.json"), "--log", log).status == 5
    assert not log.with_name("second.json").exists()
    assert len(log.read_bytes().splitlines()) == 2


def _refused(*_: object) -> None:
    raise PermissionError


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

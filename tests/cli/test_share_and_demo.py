# SPDX-License-Identifier: EUPL-1.2
"""Share, needs for a recipient, and the demonstration on the command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.cli.demo import EXPECTED
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

TEAM = "urn:osb:oin:00000099000000001000"
GI = "urn:osb:oin:00000099000000002000"
CASE = examples_path("journey", "case.json")
REGISTERS = examples_path("journey", "registers.json")
AT = "2026-03-02T09:00:00Z"


def share(kgbx: Kgbx, *more: object, to: str = GI, purpose: str = "protection", at: str = AT) -> Ran:
    options = ("--as", TEAM, "--registers", REGISTERS, "--to", to, "--purpose", purpose, "--at", at)
    return kgbx("share", CASE, *options, *more)


def test_the_sender_sees_what_travels_and_why_the_rest_does_not(kgbx: Kgbx) -> None:
    ran = share(kgbx)
    assert ran.status == 0
    assert "SECRET_LOCATION" in ran.out
    assert "Jeugdwet 7.3.11 lid 3" in ran.out


def test_a_purpose_that_nobody_knows_is_pointed_out(kgbx: Kgbx) -> None:
    assert "kgbx codes purpose" not in share(kgbx).err
    ran = share(kgbx, purpose="protecton")
    assert (ran.status, "kgbx codes purpose" in ran.err) == (4, True)


def test_the_view_is_written_and_is_a_valid_case(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = share(kgbx, "--out", tmp_path / "view.json", "--json")
    view = FamilyCase.from_json((tmp_path / "view.json").read_bytes())
    assert {row["record"] for row in ran.json["passed"]} <= {record.id for record in view}


def test_each_record_that_stays_can_be_named(kgbx: Kgbx) -> None:
    withheld = share(kgbx, "--json").json["withheld"]
    out = share(kgbx, "--why").out
    assert all(row["record"] in out for row in withheld)


def test_no_words_of_the_case_are_printed(kgbx: Kgbx) -> None:
    told = [one["wording"]["text"] for one in json.loads(CASE.read_bytes())["statements"]]
    said = share(kgbx, "--why").out + share(kgbx, "--json").out
    assert not any(text in said for text in told)


def test_advice_for_the_worker_is_told_beside_the_result(kgbx: Kgbx) -> None:
    """Not on stdout, which may end up on a page: on stderr, and as a member for programs."""
    ran, told = share(kgbx), share(kgbx, "--json")
    number = sum(row["escalate"] for row in told.json["withheld"])
    assert (number > 0, told.json["escalated"]) == (True, number)
    said = f"Note: for {number} records a duty meets a denial. A person must decide."
    assert (said in ran.err, said in told.err, said in ran.out) == (True, True, False)


@pytest.mark.parametrize(
    "unknown",
    [
        {"purpose": "marketing"},
        {"purpose": "*"},
        {"purpose": "care"},
        {"to": "urn:osb:oin:00000099000000009999"},
        {"to": "iemand"},
        {"to": "urn:osb:oin:00000099000000007000", "purpose": "shelter"},
    ],
    ids=["purpose", "any purpose", "another's purpose", "recipient", "no urn", "no consent"],
)
def test_what_is_not_known_gets_nothing(kgbx: Kgbx, tmp_path: Path, unknown: dict[str, str]) -> None:
    ran = share(kgbx, "--json", "--out", tmp_path / "view.json", **unknown)
    assert (ran.status, ran.json["passed"]) == (4, [])
    assert not (tmp_path / "view.json").exists()


def test_what_an_emergency_left_undone_is_told_at_the_next_share(kgbx: Kgbx, tmp_path: Path) -> None:
    case = json.loads(CASE.read_bytes())
    ground = case["legal_grounds"][1]
    ground |= {"provision": "NOOD", "valid_from": "2026-02-26", "valid_until": "2026-02-28", "family_informed": "not"}
    ground.pop("consulted", None)
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    asked = ("--as", TEAM, "--registers", REGISTERS, "--to", GI, "--purpose", "protection", "--at", AT)
    told = kgbx("share", tmp_path / "case.json", *asked)
    assert f"Overdue since 2026-02-26T23:00:00Z: legal ground {ground['id']} (NOOD): no second person" in told.err
    found = kgbx("share", tmp_path / "case.json", *asked, "--json").json["overdue"]
    assert {(one["ground"], one["duty"]) for one in found} == {
        (ground["id"], "informing"),
        (ground["id"], "second_person"),
    }
    assert share(kgbx, "--json").json["overdue"] == []


def test_a_moment_without_policy_is_refused(kgbx: Kgbx) -> None:
    ran = share(kgbx, at="2020-01-01")
    assert (ran.status, "U_POLICY" in ran.err) == (2, True)


def test_a_policy_of_another_form_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"version": "x"}')
    ran = share(kgbx, "--policy", tmp_path / "policy.json")
    assert (ran.status, "D_MISSING /necessary" in ran.err) == (2, True)


def test_registers_of_another_form_are_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "registers.json").write_text('{"format": "kgbx-registers/1", "caseload": []}')
    ran = share(kgbx, "--registers", tmp_path / "registers.json")
    assert (ran.status, "D_UNKNOWN_MEMBER" in ran.err) == (1, True)


@pytest.mark.parametrize("member", ["organisations", "caseload_known", "parental_authority", "measures"])
def test_a_missing_fact_never_widens(kgbx: Kgbx, tmp_path: Path, member: str) -> None:
    registers = json.loads(REGISTERS.read_bytes())
    registers.pop(member, None)
    (tmp_path / "registers.json").write_text(json.dumps(registers))
    less = {row["record"] for row in share(kgbx, "--json", "--registers", tmp_path / "registers.json").json["passed"]}
    assert less <= {row["record"] for row in share(kgbx, "--json").json["passed"]}


def needs(kgbx: Kgbx, *more: object) -> Ran:
    return kgbx("needs", CASE, "--for", "gi", "--at", AT, *more)


SENDER = ("--to", GI, "--as", TEAM, "--registers", REGISTERS)


def test_the_sender_sees_what_the_recipient_will_miss_and_why(kgbx: Kgbx) -> None:
    withheld = needs(kgbx, *SENDER, "--json").json["withheld"]
    assert "SECRET_LOCATION" in {code for row in withheld for code in row["reasons"]}
    assert "For the sender only" in needs(kgbx, *SENDER).out


def test_whoever_holds_a_view_sees_no_withheld(kgbx: Kgbx, tmp_path: Path) -> None:
    share(kgbx, "--out", tmp_path / "view.json")
    ran = kgbx("needs", tmp_path / "view.json", "--for", "gi", "--at", AT, "--json")
    assert "withheld" not in ran.json
    assert "withheld" not in ran.json["counts"]


def test_the_sender_is_never_advised_to_ask_the_father(kgbx: Kgbx) -> None:
    rob = "5a23fa87-960d-4a3a-a129-3ddf67977276"
    assert rob not in {one for row in needs(kgbx, *SENDER, "--json").json["needs"] for one in row["ask"]}


@pytest.mark.parametrize("missing", ["--as", "--registers"])
def test_the_sender_names_itself_and_its_registers(kgbx: Kgbx, missing: str) -> None:
    place = SENDER.index(missing)
    assert needs(kgbx, *SENDER[:place], *SENDER[place + 2 :]).status == 2


def test_who_names_no_recipient_looks_through_its_own_eyes(kgbx: Kgbx) -> None:
    ran = needs(kgbx, *SENDER[2:], "--json")
    assert ran.status == 0
    assert "withheld" not in ran.json


def test_the_demonstration_does_what_it_says(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("demo", tmp_path / "demo", "--json")
    assert ran.status == 0
    assert ran.json["refusals"] == EXPECTED
    assert len(ran.json["stops"]) == 7


def test_every_run_of_the_demonstration_shows_the_same(kgbx: Kgbx, tmp_path: Path) -> None:
    first = kgbx("demo", tmp_path / "a").out.replace(str(tmp_path / "a"), "")
    assert kgbx("demo", tmp_path / "b").out.replace(str(tmp_path / "b"), "") == first


def test_the_demonstration_speaks_dutch(kgbx: Kgbx, tmp_path: Path) -> None:
    out = kgbx("--lang", "nl", "demo", tmp_path / "demo").out
    assert "Blijft hier" in out
    assert "hoeft hier" in out


def test_the_demonstration_and_the_page_say_the_same_of_what_is_left(kgbx: Kgbx, tmp_path: Path) -> None:
    stops = kgbx("demo", tmp_path / "demo", "--json").json["stops"]
    left = next(one["asked"] for one in stops if one["org"] == GI)
    assert f">{left} still to ask<" in (tmp_path / "demo" / "gi.html").read_text()


def test_the_numbers_of_the_demonstration_add_up(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("demo", tmp_path / "demo")
    decided = int(re.findall(r"About (\d+) records it is decided", ran.out)[0])
    travels, stays = (map(int, re.findall(rf"{word}: (\d+) records", ran.out)) for word in ("Travels", "Stays here"))
    assert {passed + kept for passed, kept in zip(travels, stays, strict=True)} == {decided}


def test_the_demonstration_advises_nobody_to_ask_who_is_blocked(kgbx: Kgbx, tmp_path: Path) -> None:
    out = kgbx("demo", tmp_path / "demo").out
    assert (", such as:" in out and "to be asked of Rob" in out, "to be asked of Sanne" in out) == (False, True)


def test_the_demonstration_leaves_files_that_can_be_used(kgbx: Kgbx, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    kgbx("demo", folder)
    known = ("--directory", folder / "directory.json", "--trust", folder / "trust.json", "--at", AT)
    message = folder / "gi-2000.kgbx"
    assert kgbx("unseal", message, "--identity", folder / "keys-2000", *known, "--out", folder / "open").status == 0
    assert kgbx("validate", folder / "open" / "0.json").status == 0


def test_the_demonstration_logs_what_was_shared(kgbx: Kgbx, tmp_path: Path) -> None:
    kgbx("demo", tmp_path / "demo")
    lines = [json.loads(line) for line in (tmp_path / "demo" / "disclosures.jsonl").read_text().splitlines()]
    stored = {file.name for file in (tmp_path / "demo" / "disclosures.jsonl.facts").iterdir()}
    assert [line["format"] for line in lines] == ["kgbx-disclosure/1"] * 7
    assert {f"{line['facts']}.json" for line in lines} == stored


def test_the_demonstration_overwrites_nothing(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    assert kgbx("demo", tmp_path).status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_second_demonstration_gets_a_folder_of_its_own(
    kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (kgbx("demo").status, kgbx("demo").status) == (0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "demo-2"]


def test_a_demonstration_that_goes_wrong_says_so(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the demonstration: it looks at what the library answers."""
    monkeypatch.setattr("kgbx.cli.demo._code", lambda _attempt: "accepted")
    assert kgbx("demo", tmp_path / "demo").status == 70

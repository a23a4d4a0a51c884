# SPDX-License-Identifier: EUPL-1.2
"""kgbx needs: what was told, what may still be asked and of whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.cli.needs_table import age_of
from tests.case.builders import FATHER, MOTHER
from tests.story.makers import a_need, a_profile, case, protection, statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

JOURNEY = Path(__file__).resolve().parents[2] / "examples" / "journey"
TEAM, GI, SCHOOL = (f"urn:osb:oin:0000009900000000{number}000" for number in (1, 2, 3))
SENDER = ("--as", TEAM, "--registers", JOURNEY / "registers.json", "--at", "2026-03-02T09:00:00Z")
DAY = ("--at", "2026-03-15")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    view = case(statements=[statement(topics=["parent.view"])], protections=[protection()])
    path.write_bytes(view.to_json())
    return path


def test_what_was_told_is_shown_with_its_age(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "lokaal_team", "--at", "2026-03-15")
    last_column = " ".join(line[60:].strip() for line in ran.out.splitlines())
    assert (ran.status, "1 March 2026 (2 weeks ago)" in last_column) == (0, True)


def test_it_speaks_dutch(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("--lang", "nl", "needs", file, "--for", "lokaal_team", "--at", "2026-03-15")
    assert "Nog te vragen, en aan wie" in ran.out


def test_json_holds_ids_and_no_names(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "lokaal_team", "--occasion", "intake", "--at", "2026-03-15", "--json")
    told = next(row for row in ran.json["needs"] if (row["need"], row["person"]) == ("parent_view", MOTHER))
    assert (told["status"], told["ask"], ran.json["occasion"]) == ("told", [], "intake")
    (answer,) = told["answers"]
    assert (answer["teller"], answer["told_by"], answer["told_on"]) == ("person", MOTHER, "2026-03-01")


def test_nobody_who_is_blocked_is_named_as_somebody_to_ask(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "gi", "--at", "2026-03-15", "--json")
    assert FATHER not in {person for row in ran.json["needs"] for person in row["ask"]}


@pytest.mark.parametrize(
    ("known", "asked"), [([], True), ([{"person": MOTHER, "allowed": [], "blocked": [FATHER]}], False)]
)
def test_nobody_whom_the_own_registers_block_is_either(
    kgbx: Kgbx, tmp_path: Path, known: list[dict[str, object]], *, asked: bool
) -> None:
    """A view can come without the protection: it was not for the recipient, who has a register of its own."""
    view, registers = tmp_path / "view.json", tmp_path / "registers.json"
    view.write_bytes(case().to_json())
    always = {"recorded_at": "2026-01-01", "valid_from": "2026-01-01"}
    listed = [one | always for one in known]
    registers.write_text(json.dumps({"format": "kgbx-registers/1", "protections": listed}), encoding="utf-8")
    ran = kgbx("needs", view, "--for", "gi", "--as", GI, "--registers", registers, "--at", "2026-03-15", "--json")
    assert ran.status == 0
    assert (FATHER in {person for row in ran.json["needs"] for person in row["ask"]}) is asked


def test_a_case_that_is_not_one_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}", encoding="utf-8")
    ran = kgbx("needs", path, "--for", "gi")
    assert (ran.status, "D_MISSING" in ran.err) == (1, True)


def test_questions_are_counted(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "gi", "--at", "2026-03-15", "--json")
    assert ran.json["questions"] == len([row for row in ran.json["needs"] if row["ask"]])


@pytest.mark.parametrize("arguments", [("--for", "huisarts"), ("--for", "gi", "--occasion", "intake")])
def test_an_unknown_profile_is_wrong_usage(kgbx: Kgbx, file: Path, arguments: tuple[str, ...]) -> None:
    ran = kgbx("needs", file, *arguments)
    assert (ran.status, "U_PROFILE" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("days", "nl", "en"),
    [
        (0, "vandaag", "today"),
        (1, "1 dag geleden", "1 day ago"),
        (13, "13 dagen geleden", "13 days ago"),
        (14, "2 weken geleden", "2 weeks ago"),
        (60, "2 maanden geleden", "2 months ago"),
        (730, "2 jaar geleden", "2 years ago"),
    ],
)
def test_ages_are_told_as_people_do(days: int, nl: str, en: str) -> None:
    assert (age_of(days, "nl"), age_of(days, "en")) == (nl, en)


# --- which profile


def test_without_a_case_the_profiles_are_listed(kgbx: Kgbx) -> None:
    ran = kgbx("needs")
    assert (ran.status, "raad.vto" in ran.out, "any.handover" in ran.out) == (0, True, True)
    assert {"function": "school", "occasion": "support"} in kgbx("needs", "--json").json["profiles"]


def test_without_a_case_one_profile_is_shown_with_its_sources(kgbx: Kgbx) -> None:
    ran = kgbx("needs", "--for", "school")
    assert (ran.status, "Leerplichtwet 1969" in ran.out) == (0, True)
    assert kgbx("needs", "--for", "school", "--json").json["needs"][0]["id"] == "child_name"


def test_a_profile_of_every_function_is_found_by_its_occasion(kgbx: Kgbx, file: Path) -> None:
    assert kgbx("needs", file, "--for", "crisis", *DAY, "--json").json["function"] == "any"
    assert kgbx("needs", file, "--for", "gi", "--occasion", "crisis", *DAY, "--json").json["function"] == "gi"


def test_what_a_school_may_not_know_is_not_asked_and_shown(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "school", "--occasion", "crisis", *DAY, "--json")
    assert "safety_now" in ran.json["outside"]
    assert "safety_now" not in {row["need"] for row in ran.json["needs"]}
    assert "Not in the minimal set" in kgbx("needs", file, "--for", "school", "--occasion", "crisis", *DAY).out


def test_what_a_profile_excludes_is_shown(kgbx: Kgbx, file: Path) -> None:
    assert "This function does not get: " in kgbx("needs", file, "--for", "school", *DAY).out


def a_file(folder: Path, **members: object) -> Path:
    path = folder / "own.json"
    path.write_text(json.dumps(a_profile(**members)), encoding="utf-8")
    return path


def test_a_profile_of_your_own_is_taken(kgbx: Kgbx, file: Path, tmp_path: Path) -> None:
    ran = kgbx("needs", file, "--profile", a_file(tmp_path), *DAY, "--json")
    assert [row["need"] for row in ran.json["needs"]] == ["wish", "wish"]


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"needs": [a_need(asks={"topic": "Vredebregt"})]}, "D_CODE /needs/0/asks/topic"),
        ({"function": "school", "purpose": "school_support"}, "D_EXCLUDED /needs/0/asks"),
        ({"excludes": ["health"]}, "D_EXCLUDED /excludes/0"),
        ({"Vredebregt": 1}, "D_UNKNOWN_MEMBER"),
    ],
)
def test_a_bad_profile_is_refused_with_the_place(
    kgbx: Kgbx, file: Path, tmp_path: Path, members: dict[str, object], told: str
) -> None:
    ran = kgbx("needs", file, "--profile", a_file(tmp_path, **members), *DAY)
    assert (ran.status, told in ran.err, "Vredebregt" in ran.err, ran.out) == (1, True, False, "")


@pytest.mark.parametrize(
    ("told", "arguments"),
    [
        ("--for", ("CASE",)),
        ("not both", ("CASE", "--for", "gi", "--profile", "own.json")),
        ("--for", ("--occasion", "crisis")),
        ("--json", ("CASE", "--for", "gi", "--not-to-ask", "Vredebregt")),
        ("--as", ("CASE", "--for", "gi", "--to", GI)),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    kgbx: Kgbx, file: Path, told: str, arguments: tuple[object, ...]
) -> None:
    ran = kgbx("needs", *(file if one == "CASE" else one for one in arguments))
    assert (ran.status, "U_ARGUMENT" in ran.err, told in ran.err, "Vredebregt" in ran.err) == (2, True, True, False)


def test_what_the_sender_says_not_to_ask_is_not_asked(kgbx: Kgbx, file: Path) -> None:
    asked = {row["need"] for row in kgbx("needs", file, "--for", "gi", *DAY, "--json").json["needs"] if row["ask"]}
    ran = kgbx("needs", file, "--for", "gi", "--not-to-ask", "proceedings", *DAY, "--json")
    assert asked - {row["need"] for row in ran.json["needs"] if row["ask"]} == {"proceedings"}
    assert "Are there other cases before a court?" not in kgbx(
        "needs", file, "--for", "gi", "--not-to-ask", "proceedings", *DAY
    ).out.replace("\n", " ")


# --- for the sender


def test_the_sender_sees_what_is_withheld_and_why(kgbx: Kgbx) -> None:
    arguments = ("needs", JOURNEY / "case.json", "--for", "gi", "--to", GI, *SENDER)
    assert "For the sender only: known, but it may not travel" in kgbx(*arguments).out
    found = kgbx(*arguments, "--json").json
    assert "hidden_place" in {row["need"] for row in found["withheld"]}
    assert found["not_to_ask"] == ["hidden_place"]
    assert all(row["reasons"] for row in found["withheld"])


def test_the_sender_sees_which_permit_would_spare_most(kgbx: Kgbx) -> None:
    autumn = (*SENDER[:-1], "2026-09-20")
    arguments = ("needs", JOURNEY / "case.json", "--for", "gi", "--to", GI, *autumn)
    found = kgbx(*arguments, "--json").json
    spared = [len(one["needs"]) for one in found["sparing"]]
    assert spared != []
    assert spared == sorted(spared, reverse=True)
    assert "questions spared: " in kgbx(*arguments).out


def test_no_advice_to_the_sender_names_the_father_who_is_blocked(kgbx: Kgbx) -> None:
    case_file = json.loads((JOURNEY / "case.json").read_text(encoding="utf-8"))
    blocked = {person for one in case_file["protections"] for person in one["blocked"]}
    assert blocked
    for function, to in (("gi", GI), ("school", SCHOOL), ("volwassen_ggz", "urn:osb:oin:00000099000000004000")):
        found = kgbx("needs", JOURNEY / "case.json", "--for", function, "--to", to, *SENDER, "--json").json
        rows = [*found["withheld"], *found["sparing"]]
        named = {permit["decided_by"] for row in rows for permit in row["permits"]}
        asked = {person for row in found["needs"] for person in row["ask"]}
        assert blocked.isdisjoint(named | asked)


def test_a_recipient_sees_no_word_of_what_is_withheld(kgbx: Kgbx, file: Path) -> None:
    found = kgbx("needs", file, "--for", "gi", *DAY, "--json").json
    assert {"withheld", "sparing", "not_to_ask"}.isdisjoint(found)
    assert "sender" not in kgbx("needs", file, "--for", "gi", *DAY).out

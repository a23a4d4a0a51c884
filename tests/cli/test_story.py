# SPDX-License-Identifier: EUPL-1.2
"""``kgbx story``: what is printed, written and refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase, Organisation, Professional
from kgbx.resources import examples_path
from tests.consent.insight import CASE, DAAN, GI, LOG, LOTTE, RIA, ROB, SANNE, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

FILE: Final = examples_path("journey", "case.json")
OWN: Final = ("--as", TEAM, "--registers", examples_path("journey", "registers.json"), "--at", "2026-03-10")
SAFE: Final = "865740a0-ced2-41f7-ac92-29459aa8f8e8"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(one.line() for one in LOG))
    return path


def test_it_says_what_was_told_in_own_words_first(kgbx: Callable[..., Ran], log: Path) -> None:
    ran = kgbx("story", FILE, *OWN, "--person", DAAN, "--log", log)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Your story, as we wrote it down\nFor Daan, from Lokaal Team Lindeloo, 10 March 2026\n")
    assert ran.out.index("WHAT YOU TOLD") < ran.out.index("“Iedereen vraagt") < ran.out.index("WHAT OTHERS TOLD")
    assert "Read this together" in ran.out


def test_a_page_is_written_for_its_owner_only(kgbx: Callable[..., Ran], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ran = kgbx("--lang", "nl", "story", FILE, *OWN, "--person", SANNE, "--html", page)
    assert (ran.status, ran.out) == (0, "")
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="nl"')


def test_a_file_that_is_there_stays(kgbx: Callable[..., Ran], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"kept")
    ran = kgbx("story", FILE, *OWN, "--person", SANNE, "--html", page)
    assert (ran.status, "U_EXISTS" in ran.err or "exists" in ran.err, page.read_bytes()) == (2, True, b"kept")


def test_json_holds_ids_and_no_words(kgbx: Callable[..., Ran], log: Path) -> None:
    ran = kgbx("story", FILE, *OWN, "--person", SANNE, "--log", log, "--json")
    found = ran.json
    assert (found["reader"], found["read_together"], found["findings"]) == (SANNE, True, [])
    assert [one["number"] for one in found["told"]] == list(range(1, len(found["told"]) + 1))
    assert set(found["may_not_know"]) >= {GI}
    assert not re.search(r"Sanne|Rob|“|\bIk\b", ran.out)


def test_without_a_log_json_says_that_it_is_not_known(kgbx: Callable[..., Ran]) -> None:
    found = kgbx("story", FILE, *OWN, "--person", SANNE, "--json").json
    assert (found["passed"], found["may_not_know"]) == (None, None)


def test_what_must_be_done_first_is_told_to_the_worker_only(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("story", FILE, *OWN, "--person", SANNE)
    assert "Talk first with the youth" in ran.err
    assert "Talk first with the youth" not in ran.out


class TestHandingOver:
    """Nothing is handed over but by a safe contact point, and not before what must come first."""

    @pytest.mark.parametrize("point", ["nobody", SANNE])
    def test_a_contact_point_that_is_not_safe_is_refused(
        self, kgbx: Callable[..., Ran], tmp_path: Path, point: str
    ) -> None:
        page = tmp_path / "page.html"
        ran = kgbx("story", FILE, *OWN, "--person", SANNE, "--contact-point", point, "--html", page, "--json")
        assert (ran.status, ran.json["error"]["code"], page.exists()) == (4, "C_CONTACT", False)

    def test_what_must_come_first_is_confirmed(self, kgbx: Callable[..., Ran]) -> None:
        handed = ("story", FILE, *OWN, "--person", SANNE, "--contact-point", SAFE, "--json")
        assert kgbx(*handed).json["error"]["code"] == "C_CONFIRM"
        found = kgbx(*handed, "--confirm", "TALK_WITH_YOUTH").json
        assert (found["read_together"], found["confirmed"]) == (False, ["TALK_WITH_YOUTH"])


class TestWrongUse:
    """Whom nobody knows, a case that is none, a log that is not whole."""

    @pytest.mark.parametrize("person", ["nobody", TEAM, SAFE], ids=["nobody", "organisation", "no person"])
    def test_who_is_not_known_is_an_error(self, kgbx: Callable[..., Ran], person: str) -> None:
        ran = kgbx("story", FILE, *OWN, "--person", person, "--json")
        assert (ran.status, ran.json["error"]["code"]) == (2, "U_PERSON")

    def test_no_case(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        (tmp_path / "empty").write_bytes(b"")
        ran = kgbx("story", tmp_path / "empty", *OWN, "--person", SANNE, "--json")
        assert (ran.status, ran.json["error"]["code"]) == (1, "D_INVALID")

    def test_a_log_that_was_changed_leaves_status_1(self, kgbx: Callable[..., Ran], log: Path) -> None:
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join((*lines[:1], *lines[2:])))
        ran = kgbx("story", FILE, *OWN, "--person", SANNE, "--log", log, "--json")
        assert (ran.status, len(ran.json["findings"]) > 0) == (1, True)

    def test_another_policy_is_used(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        (tmp_path / "policy.json").write_bytes(b"{}")
        ran = kgbx("story", FILE, *OWN, "--person", SANNE, "--policy", tmp_path / "policy.json")
        assert (ran.status, "D_MISSING" in ran.err) == (2, True)


@pytest.mark.parametrize("person", [SANNE, ROB, DAAN, LOTTE, RIA])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["lines", "json"])
def test_a_person_alone_in_a_case_gets_a_page_too(
    kgbx: Callable[..., Ran], tmp_path: Path, person: str, form: tuple[str, ...]
) -> None:
    around = (Organisation, Professional)
    alone = FamilyCase((one for one in CASE if one.id == person or isinstance(one, around)), synthetic=True)
    (tmp_path / "alone.json").write_bytes(alone.to_json())
    ran = kgbx("story", tmp_path / "alone.json", *OWN, "--person", person, *form)
    assert ran.status == 0
    assert json.loads(ran.out)["told"] == [] if form else "WHAT YOU TOLD" in ran.out

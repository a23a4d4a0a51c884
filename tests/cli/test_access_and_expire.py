# SPDX-License-Identifier: EUPL-1.2
"""``kgbx access-report`` and ``kgbx expire``: what is printed, written and refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path
from tests.consent.insight import CASE, DAAN, GI, LOG, LOTTE, ROB, SANNE, SHELTER, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

FILE: Final = examples_path("journey", "case.json")
OWN: Final = ("--as", TEAM, "--registers", examples_path("journey", "registers.json"))
NOW: Final = ("--at", "2026-03-10")
SAFE: Final = "865740a0-ced2-41f7-ac92-29459aa8f8e8"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(one.line() for one in LOG))
    return path


class TestAccessReport:
    """It is read together, holds no content, and tells nothing of what is withheld."""

    def test_it_says_what_is_kept_and_who_received_it(self, kgbx: Callable[..., Ran], log: Path) -> None:
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log)
        assert ran.status == 0
        assert "Read this together" in ran.out
        assert "Jeugdbescherming Vierstromen, 2 March 2026" in ran.out
        assert "the law says that it must (Jeugdwet 7.3.11 lid 4)" in ran.out

    def test_in_dutch_too(self, kgbx: Callable[..., Ran], log: Path) -> None:
        ran = kgbx(
            "--lang", "nl", "access-report", FILE, *OWN, *NOW, "--person", DAAN, "--asked-by", SANNE, "--log", log
        )
        assert "Wat er bewaard wordt over Daan (13)" in ran.out
        assert "Voor Sanne, 10 maart 2026" in ran.out
        assert "Praat eerst met de jongere" in ran.err
        assert "Praat eerst met de jongere" not in ran.out

    def test_no_words_numbers_or_shelter_of_the_case(self, kgbx: Callable[..., Ran], log: Path) -> None:
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log)
        told = [one.wording.text for one in CASE.records("statements")]  # type: ignore[attr-defined]  # statements
        assert [text for text in (*told, "06 0000 0017", "Vuurtoren", SHELTER) if text in ran.out] == []

    def test_as_one_json_object(self, kgbx: Callable[..., Ran], log: Path) -> None:
        found = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log, "--json").json
        assert (found["about"], found["read_together"]) == (SANNE, True)
        assert GI in {one["recipient"] for one in found["received"]}

    def test_as_a_page_without_script_that_only_the_owner_reads(
        self, kgbx: Callable[..., Ran], log: Path, tmp_path: Path
    ) -> None:
        page = tmp_path / "page.html"
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log, "--html", page)
        html = page.read_text("utf-8")
        assert (ran.out, page.stat().st_mode & 0o077) == ("", 0)
        assert (html.startswith("<!doctype html>"), "<script" in html) == (True, False)
        assert "Jeugdbescherming Vierstromen" in html

    def test_who_has_no_right_gets_the_same_empty_form(self, kgbx: Callable[..., Ran], log: Path) -> None:
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", LOTTE, "--asked-by", LOTTE, "--log", log)
        assert "There is nothing that you can see." in ran.out
        assert "Nothing was passed on that you can see." in ran.out

    @pytest.mark.parametrize("who", [("--person", "nobody"), ("--person", SANNE, "--asked-by", "nobody")])
    @pytest.mark.parametrize("form", [(), ("--html", "page.html"), ("--json",)], ids=["lines", "page", "json"])
    def test_who_is_not_known_is_an_error(
        self,
        kgbx: Callable[..., Ran],
        who: tuple[str, ...],
        form: tuple[str, ...],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = kgbx("access-report", FILE, *OWN, *NOW, *who, *form)
        assert (ran.status, "U_PERSON" in ran.err, "Sanne" in ran.out) == (2, True, False)

    def test_an_organisation_is_nobody_to_report_about(self, kgbx: Callable[..., Ran]) -> None:
        assert kgbx("access-report", FILE, *OWN, *NOW, "--person", GI).status == 2

    def test_by_a_safe_contact_point_it_may_be_handed_over(self, kgbx: Callable[..., Ran]) -> None:
        done = ("--confirm", "TALK_WITH_YOUTH")
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--contact-point", SAFE, *done)
        assert (ran.status, "Keep this where only you see it." in ran.out) == (0, True)
        assert "06 0000 0017" not in ran.out + ran.err

    @pytest.mark.parametrize("form", [(), ("--html", "page.html")], ids=["lines", "page"])
    def test_what_must_be_done_first_is_done_before_it_is_handed_over(
        self, kgbx: Callable[..., Ran], form: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--contact-point", SAFE, *form)
        assert (ran.status, ran.out, list(tmp_path.iterdir())) == (4, "", [])
        assert "TALK_WITH_YOUTH: Talk first with the youth" in ran.err
        assert "C_CONFIRM" in ran.err

    def test_read_together_it_is_told_to_the_worker(self, kgbx: Callable[..., Ran]) -> None:
        words = ("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--json")
        ran, done = kgbx(*words), kgbx(*words, "--confirm", "TALK_WITH_YOUTH")
        assert (ran.status, "do this first: TALK_WITH_YOUTH" in ran.err) == (0, True)
        assert (done.status, done.err, done.json["confirmed"]) == (0, "", ["TALK_WITH_YOUTH"])

    def test_nobody_confirms_what_is_not_asked(self, kgbx: Callable[..., Ran]) -> None:
        assert kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--confirm", "ALL").status == 2

    def test_a_torn_line_of_the_log_is_told_and_the_rest_is_used(self, kgbx: Callable[..., Ran], log: Path) -> None:
        words = ("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log, "--json")
        whole = kgbx(*words).json["received"]
        log.write_bytes(log.read_bytes() + LOG[0].line()[:90])
        ran = kgbx(*words)
        assert (ran.status, ran.json["received"]) == (1, whole)
        assert [(one["code"], one["line"]) for one in ran.json["findings"]] == [("D_LOG_TORN", 5)]
        assert "line 5: D_LOG_TORN" in ran.err

    def test_a_log_in_parts_is_read_whole(self, kgbx: Callable[..., Ran], log: Path) -> None:
        words = ("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--json", "--log")
        whole = kgbx(*words, log).json["received"]
        parts = [log.with_name(name) for name in ("a.jsonl", "b.jsonl")]
        for part, entries in zip(parts, (LOG[:1], LOG[1:]), strict=True):
            part.write_bytes(b"".join(one.line() for one in entries))
        ran = kgbx(*words, parts[0], "--log", parts[1])
        assert (ran.status, ran.json["received"], len(whole) > 1) == (0, whole, True)
        assert kgbx(*words, parts[1]).status == 1

    def test_a_doubled_line_of_the_log_counts_once(self, kgbx: Callable[..., Ran], log: Path) -> None:
        words = ("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log, "--json")
        whole = kgbx(*words).json["received"]
        log.write_bytes(log.read_bytes() + LOG[0].line())
        ran = kgbx(*words)
        assert (ran.status, ran.json["received"]) == (1, whole)

    def test_a_log_larger_than_a_case_is_read(
        self, kgbx: Callable[..., Ran], log: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kgbx.cli.access.MAX_DOCUMENT_BYTES", FILE.stat().st_size + 1)
        log.write_bytes(log.read_bytes() + b"\n" * FILE.stat().st_size)
        assert kgbx("access-report", FILE, *OWN, *NOW, "--person", SANNE, "--log", log).status == 0

    def test_by_any_other_it_is_refused_before_anything_is_said(self, kgbx: Callable[..., Ran]) -> None:
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", ROB, "--contact-point", SAFE)
        assert (ran.status, ran.out) == (4, "")
        assert "C_CONTACT" in ran.err

    def test_a_page_never_goes_over_a_file(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        page = tmp_path / "page.html"
        page.write_text("mine")
        ran = kgbx("access-report", FILE, *OWN, *NOW, "--person", ROB, "--html", page, "--json")
        assert (ran.status, ran.json["error"]["code"], page.read_text()) == (2, "U_EXISTS", "mine")

    def test_decisions_about_insight_are_read(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        held = {"person": SANNE, "subjects": ["*"], "items": [], "ground": "good_care", "decided_by": "pro"}
        period = {"recorded_at": "2026-01-01", "valid_from": "2026-01-01", "review_on": "2026-05-01"}
        value = {"format": "kgbx-access-decisions/1", "withholdings": [held | period]}
        (tmp_path / "decisions.json").write_text(json.dumps(value))
        ran = kgbx(
            "access-report", FILE, *OWN, *NOW, "--person", SANNE, "--decisions", tmp_path / "decisions.json", "--json"
        )
        assert ran.json["held"] == []


class TestExpire:
    """It lists ids, types, rule and article, and writes the case without what is over."""

    def test_a_dry_run_lists_and_writes_nothing(self, kgbx: Callable[..., Ran]) -> None:
        ran = kgbx("expire", FILE, *OWN, "--at", "2046-02-28", "--dry-run")
        assert (ran.status, ran.out.splitlines()[0]) == (0, f"Past its retention: {len(over(kgbx, '2046-02-28'))}")
        assert "JW-7.3.8-3 [Jeugdwet 7.3.8 lid 3" in ran.out

    def test_nothing_is_over_while_the_file_is_young(self, kgbx: Callable[..., Ran]) -> None:
        assert over(kgbx, "2030-01-01") == []

    def test_no_content_is_told(self, kgbx: Callable[..., Ran]) -> None:
        ran = kgbx("--lang", "nl", "expire", FILE, *OWN, "--at", "2046-02-28", "--dry-run")
        told = [one.wording.text for one in CASE.records("statements")]  # type: ignore[attr-defined]  # statements
        assert "Voorbij de bewaartermijn" in ran.out
        assert [text for text in (*told, "Sanne") if text in ran.out] == []

    def test_the_case_without_it_is_written(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        out = tmp_path / "less.json"
        gone = {one["record"] for one in over(kgbx, "2046-02-28")}
        assert kgbx("expire", FILE, *OWN, "--at", "2046-02-28", "--out", out).status == 0
        less = FamilyCase.from_json(out.read_bytes())
        assert gone <= less.erased
        assert gone.isdisjoint(one.id for one in less)

    def test_what_speaks_about_it_is_named(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        ran = kgbx("expire", promised(tmp_path), *OWN, "--at", "2041-01-01", "--dry-run", "--json")
        assert [one["rule"] for one in ran.json["over"]] == ["PROMISED"]
        assert {"reactions", "reviews"} <= {one["type"] for one in ran.json["with"]}
        assert "Goes with it" in kgbx("expire", promised(tmp_path), *OWN, "--at", "2041-01-01", "--dry-run").out

    @pytest.mark.parametrize("options", [(), ("--dry-run", "--out", "x.json")], ids=["neither", "both"])
    def test_one_of_both_must_be_chosen(self, kgbx: Callable[..., Ran], options: tuple[str, ...]) -> None:
        assert kgbx("expire", FILE, *OWN, *options).status == 2

    def test_a_holder_that_the_registers_do_not_know_keeps_everything(self, kgbx: Callable[..., Ran]) -> None:
        registers = examples_path("journey", "registers.json")
        stranger = ("--as", "urn:osb:oin:00000099000000000001", "--registers", registers)
        ran = kgbx("expire", FILE, *stranger, "--at", "2090-01-01", "--dry-run")
        assert ran.out == "Past its retention: 0\n"
        assert "not in the registers" in ran.err

    def test_an_existing_file_is_left_alone(self, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
        (tmp_path / "there.json").write_text("x")
        assert kgbx("expire", FILE, *OWN, "--at", "2046-02-28", "--out", tmp_path / "there.json").status == 2
        assert (tmp_path / "there.json").read_text() == "x"

    def test_a_protection_that_ends_with_the_calendar_stops_nothing(
        self, kgbx: Callable[..., Ran], tmp_path: Path
    ) -> None:
        value = json.loads(FILE.read_bytes())
        value["protections"][0]["valid_until"] = "2999-12-31"
        (tmp_path / "long.json").write_text(json.dumps(value))
        ran = kgbx("expire", tmp_path / "long.json", *OWN, "--at", "2046-02-28", "--dry-run", "--json")
        assert (ran.status, value["protections"][0]["id"] in {one["record"] for one in ran.json["over"]}) == (0, False)


def over(kgbx: Callable[..., Ran], day: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = kgbx("expire", FILE, *OWN, "--at", day, "--dry-run", "--json").json["over"]
    return found


def promised(folder: Path) -> Path:
    """Write the case with a day promised for one statement to which somebody reacted."""
    value = json.loads(FILE.read_bytes())
    reacted = value["reactions"][0]["record"]
    for one in value["statements"]:
        if one["id"] == reacted:
            one["keep_until"] = "2040-01-01"
    (folder / "promised.json").write_text(json.dumps(value))
    return folder / "promised.json"

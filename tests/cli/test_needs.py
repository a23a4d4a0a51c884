# SPDX-License-Identifier: EUPL-1.2
"""kgbx needs: what was told, what may still be asked and of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.needs import age_of
from tests.case.builders import FATHER, MOTHER
from tests.story.makers import case, protection, statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    view = case(statements=[statement(topics=["parent.view"])], protections=[protection()])
    path.write_bytes(view.to_json())
    return path


def test_what_was_told_is_shown_with_its_age(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "lokaal_team", "--at", "2026-03-15")
    assert (ran.status, "1 March 2026 (2 weeks ago)" in ran.out) == (0, True)


def test_it_speaks_dutch(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("--lang", "nl", "needs", file, "--for", "lokaal_team", "--at", "2026-03-15")
    assert "Nog te vragen, en aan wie" in ran.out


def test_json_holds_ids_and_no_names(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "lokaal_team", "--occasion", "intake", "--at", "2026-03-15", "--json")
    told = next(row for row in ran.json["needs"] if (row["need"], row["person"]) == ("parent_view", MOTHER))
    assert (told["status"], told["ask"], ran.json["occasion"]) == ("told", [], "intake")


def test_nobody_who_is_blocked_is_named_as_somebody_to_ask(kgbx: Kgbx, file: Path) -> None:
    ran = kgbx("needs", file, "--for", "gi", "--at", "2026-03-15", "--json")
    assert FATHER not in {person for row in ran.json["needs"] for person in row["ask"]}


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

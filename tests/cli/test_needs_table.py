# SPDX-License-Identifier: EUPL-1.2
"""The tables of kgbx needs: no wider than they say, names and no ids, and nothing about what only a sender may know."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.cli.needs_table import WIDTH, Table, profile_lines, table
from kgbx.clock import local_day, parse_instant
from kgbx.render.names import Names
from kgbx.render.page import Page
from kgbx.story import coverage, profile, profiles
from tests.story.makers import AT, case, covered, protection, reaction, statement

if TYPE_CHECKING:
    from kgbx.messages import Language
    from kgbx.story import Coverage

JOURNEY = Path(__file__).resolve().parents[2] / "examples" / "journey" / "case.json"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4")
MOMENT = parse_instant("2026-03-02T09:00:00Z")


def lines_of(some: FamilyCase, found: Coverage, language: Language = "en") -> list[str]:
    page = Page(Names(some, day=local_day(AT), language=language), found)
    return [*Table(page, found.profile).lines()]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("function", "occasion"), profiles())
def test_no_line_is_too_wide_or_holds_an_id(function: str, occasion: str, language: Language) -> None:
    journey = FamilyCase.from_json(JOURNEY.read_bytes())
    needed = profile(function, occasion)
    lines = [*lines_of(journey, coverage(journey, needed, at=MOMENT), language), *profile_lines(needed, language)]
    assert len(lines) > len(needed.needs)
    assert [line for line in lines if len(line) > WIDTH or UUID.search(line)] == []


def test_a_table_wraps_each_column_by_itself() -> None:
    assert [*table(("a", "b", "c"), [("one " * 20, "two", "three\nfour")])] == [
        "  a                                       b                 c",
        f"  {'-' * 38}  {'-' * 16}  {'-' * 36}",
        "  one one one one one one one one one     two               three",
        "  one one one one one one one one one                       four",
        "  one one",
    ]


def test_what_was_told_long_ago_and_may_not_be_asked_again_has_a_table_of_its_own() -> None:
    some = case(statements=[statement(told_on="2025-01-01")])
    lines = lines_of(some, covered(some, max_age_days=30))
    assert "Told long ago; do not ask again (1)" in lines
    assert not [line for line in lines if line.startswith("Told already")]


def test_that_not_everybody_agrees_is_said_with_the_answer() -> None:
    some = case(statements=[statement()], reactions=[reaction(0x110)])
    told = " ".join(line[60:].strip() for line in lines_of(some, covered(some)))
    assert "not everybody agrees" in told


def test_that_nothing_is_left_to_ask_is_said() -> None:
    some = case(statements=[statement()], protections=[protection()])
    assert "There is nothing left to ask the family." in lines_of(some, covered(some))


def test_what_the_recipient_reads_is_the_same_whatever_is_withheld() -> None:
    some = case()
    more = some.merge(case(statements=[statement()]))
    assert lines_of(some, covered(some, withheld=more)) == lines_of(some, covered(some))

# SPDX-License-Identifier: EUPL-1.2
"""Fewer records than may go: what was asked for, and what that cannot be understood or kept safe without."""

from __future__ import annotations

import json
from typing import Final

from kgbx.case import FamilyCase
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.consent.facts import Request
from kgbx.consent.share import Account, Share
from kgbx.exchange.narrowing import narrowed
from tests.case.builders import CHILD, FATHER, GI, STATEMENT, TEAM, Value, an_id, bare, full, words
from tests.story.makers import protection, replaces, statement

REQUEST: Final = Request(sender=TEAM, recipient=GI, purpose="care", at="2026-03-02", known_at="2026-03-02")
ROWS: Final[dict[str, list[Value]]] = {
    "persons": [full(1), full(2), full(3)],
    "organisations": [bare(10, org=TEAM, name="Lokaal Team Lindeloo", functions=["lokaal_team"])],
    "involvements": [full(18, persons=[CHILD], org=TEAM, role="education")],
    "statements": [statement(5), statement(0x101)],
    "reactions": [full(19, record=STATEMENT, by=FATHER, kind="oneens", words=words(), reacted_on="2026-03-01")],
    "confidences": [full(0x201, record=STATEMENT, withheld_from=[FATHER])],
    "protections": [protection(0x200)],
    "same_person": [bare(30, a=CHILD, b=an_id(2), basis="bsn")],
    "links": [replaces(0x300, STATEMENT, an_id(0x999)), replaces(0x301, an_id(0x101), an_id(0x998))],
}


def kept(*wanted: str) -> set[int]:
    records = [
        TYPE_OF_ARRAY[name].model.model_validate_json(json.dumps(row)) for name, rows in ROWS.items() for row in rows
    ]
    view = FamilyCase(records, synthetic=True, disputed=[STATEMENT, an_id(0x101)])
    found = narrowed(Share(view=view, account=Account(request=REQUEST, rows=())), wanted).view
    assert {*found.disputed} == {STATEMENT, an_id(0x101)} & {one.id for one in found}
    return {int(one.id[-12:], 16) for one in found}


def test_what_speaks_about_a_record_goes_with_it_and_what_protects_who_is_in_it() -> None:
    assert kept(STATEMENT) == {1, 2, 5, 10, 19, 0x200, 0x201, 0x300}


def test_who_and_which_organisation_it_names_goes_with_it() -> None:
    assert kept(an_id(18)) == {3, 10, 18}


def test_that_two_are_one_goes_with_both() -> None:
    assert kept(an_id(18), FATHER) == {2, 3, 10, 18, 30}


def test_what_is_not_in_the_view_brings_nothing() -> None:
    assert kept(an_id(0x777)) == set()


def test_everything_is_everything() -> None:
    every = {row["id"] for rows in ROWS.values() for row in rows}
    assert {an_id(number) for number in kept(*every)} == every

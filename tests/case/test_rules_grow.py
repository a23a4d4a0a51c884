# SPDX-License-Identifier: EUPL-1.2
"""Ten times the records cost the rules ten times the steps: counted, not timed, on shapes that tempt to repeat work."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bench.family import family_case
from kgbx.case import FamilyCase
from kgbx.case.index import CaseIndex
from kgbx.case.reading import read
from kgbx.case.rules import problems_of_rules
from tests.case.builders import CHILD, DIGEST, MOTHER, PERIOD, Value, an_id, as_bytes, bare, document, full, words
from tests.case.rule_documents import WORKER, gezag, parent, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from _typeshed import TraceFunction

SIZES = (40, 400)
AT_MOST = 11


def steps(data: bytes) -> int:
    """Return how many lines of Python the rules run through."""
    index = CaseIndex.of_document(read(data).document)
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        problems_of_rules(index)
    finally:
        sys.settrace(before)
    return count


def org(number: int) -> Value:
    return {"recorded_by": {"org": f"urn:osb:oin:00000099{number:012}"}}


def numbers(count: int) -> range:
    return range(1000, 1000 + count)


def a_chain_of_reactions_each_weighed(count: int) -> Value:
    first = [told()["id"], *(an_id(number) for number in numbers(count))]
    said = {"by": MOTHER, "kind": "oneens", "words": words(), "reacted_on": "2026-03-01"}
    why = {"decided_by": WORKER, "why_not_harmed": "Zij zei het zelf.", **PERIOD}
    return document(
        statements=[told()],
        reactions=[
            full(number, record=first[number - 1000], third_parties=[an_id(number)], **said)
            for number in numbers(count)
        ],
        third_party_weighings=[
            full(number + 9000, record=an_id(number), person=CHILD, **why) for number in numbers(count)
        ],
    )


def a_circle_of_ancestors_of_many_organisations(count: int) -> Value:
    return document(
        relations=[
            full(number, from_=an_id(number), to=an_id(1000 + (number + 1) % count), kind="ouder") | org(number)
            for number in numbers(count)
        ]
    )


def a_circle_of_replacements(count: int) -> Value:
    return document(
        links=[
            bare(number, from_=an_id(number), to=an_id(1000 + (number + 1) % count), kind="replaces") | org(number)
            for number in numbers(count)
        ]
    )


def reviews_of_one_statement_about_many(count: int) -> Value:
    shown = {"record": told()["id"], "verdict": "akkoord", "reviewed_on": "2026-03-01", "wording_digest": DIGEST}
    return document(
        statements=[told(about=[an_id(number) for number in numbers(count)])],
        reviews=[full(number, by=an_id(number + 9000), **shown) for number in numbers(count)],
    )


def reviews_of_a_child_with_many_holders(count: int) -> Value:
    rows = [gezag("eenhoofdig_ouderlijk", parent(an_id(number)), number=number) for number in numbers(count)]
    shown = {"record": told()["id"], "verdict": "akkoord", "reviewed_on": "2026-03-01", "wording_digest": DIGEST}
    reviews = [full(number + 9000, by=an_id(number + 18_000), **shown) for number in numbers(count)]
    return document(statements=[told(about=[CHILD])], parental_authorities=rows, reviews=reviews)


def fixed_contacts_of_one_person(count: int) -> Value:
    role = {"persons": [CHILD], "role": "fixed_contact"}
    return document(involvements=[full(number, **role, org=f"urn:osb:oin:{number:020}") for number in numbers(count)])


def versions_of_one_person(count: int) -> Value:
    return document(
        persons=[full(number) for number in numbers(count)],
        links=[
            bare(number + 9000, from_=an_id(number + 1), to=an_id(number), kind="replaces")
            for number in numbers(count - 1)
        ],
        relations=[full(number + 18_000, from_=an_id(number), to=CHILD, kind="ouder") for number in numbers(count)],
    )


def one_id_many_times(count: int) -> Value:
    return document(persons=[full(3) for _ in numbers(count)], relations=[full(3, from_=MOTHER, to=CHILD, kind="buur")])


SHAPES = (
    a_chain_of_reactions_each_weighed,
    a_circle_of_ancestors_of_many_organisations,
    a_circle_of_replacements,
    reviews_of_one_statement_about_many,
    reviews_of_a_child_with_many_holders,
    fixed_contacts_of_one_person,
    versions_of_one_person,
    one_id_many_times,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_ten_times_the_records_cost_ten_times_the_steps(shape: Callable[[int], Value]) -> None:
    small, large = (steps(as_bytes(shape(size))) for size in SIZES)
    assert large <= AT_MOST * small


def test_a_family_that_is_helped_ten_times_as_long_costs_ten_times_the_steps() -> None:
    small, large = (steps(family_case(size)) for size in SIZES)
    assert large <= AT_MOST * small


def test_the_measured_family_breaks_no_rule() -> None:
    assert FamilyCase.check(family_case(200)) == ()

# SPDX-License-Identifier: EUPL-1.2
"""What the strategies call valid is valid, and what they call broken is broken."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from kgbx.case import RECORD_TYPES, FamilyCase
from kgbx.case.family import Relation
from kgbx.clock import span_of
from kgbx.errors import UsageError
from kgbx.testing import strategies as kgbx_st
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import BareRecord
    from kgbx.case.people import Person
    from kgbx.case.sharing import Consent
    from kgbx.case.told import Statement
    from kgbx.testing.near_misses import NearMiss
    from kgbx.testing.strategies.values import Period

T = TypeVar("T")
FEW = settings(max_examples=scaled(quick=25, ci=150, long=2000))
SOME = settings(max_examples=scaled(quick=10, ci=60, long=1000))


def example(strategy: st.SearchStrategy[T], seen: Callable[[T], bool] = lambda _: True) -> T:
    """Return a value of a strategy of which something is so, without looking for the smallest."""
    return find(strategy, seen, settings=settings(max_examples=300, phases=(Phase.generate,), derandomize=True))


def errors(*records: BareRecord) -> set[str]:
    return {one.code for one in FamilyCase(records, synthetic=True).problems() if one.severity == "error"}


@given(person=kgbx_st.persons())
@FEW
def test_a_person_is_valid_alone(person: Person) -> None:
    assert errors(person) == set()


@given(statement=kgbx_st.statements())
@FEW
def test_a_statement_is_valid_alone(statement: Statement) -> None:
    assert errors(statement) == set()


@given(statement=kgbx_st.statements("wens"))
@SOME
def test_a_statement_has_the_kind_that_was_asked_for(statement: Statement) -> None:
    assert statement.kind == "wens"


def test_a_person_of_the_family_gives_no_diagnosis() -> None:
    with pytest.raises(UsageError) as caught:
        example(kgbx_st.statements("diagnose"))
    assert caught.value.code == "U_ARGUMENT"


@given(consent=kgbx_st.consents())
@FEW
def test_a_valid_consent_is_valid(consent: Consent) -> None:
    assert errors(consent) == set()


@given(consent=kgbx_st.consents(valid=False))
@FEW
def test_an_invalid_consent_breaks_one_rule(consent: Consent) -> None:
    assert len(errors(consent)) == 1


@pytest.mark.parametrize("size", ["small", "medium", "whole"])
def test_a_case_is_valid_and_its_references_lead_somewhere(size: kgbx_st.Size) -> None:
    @given(case=kgbx_st.cases(size))
    @SOME
    def every(case: FamilyCase) -> None:
        again = FamilyCase.from_json(case.to_json())
        assert again == case
        assert "KGBX-R-001" not in {one.code for one in case.problems()}

    every()


def test_small_cases_are_parts_of_families_and_hold_something() -> None:
    assert len(example(kgbx_st.cases(), lambda case: len(case) < 5)) < 5
    assert example(kgbx_st.cases(), lambda case: any(isinstance(one, Relation) for one in case))


@given(data=st.data())
@SOME
def test_edits_apply_in_order_and_leave_a_valid_case(data: st.DataObject) -> None:
    case = data.draw(kgbx_st.cases("medium"))
    for edit in data.draw(kgbx_st.edits(case)):
        case = edit.apply(case)
    assert FamilyCase.from_json(case.to_json()) == case


@pytest.mark.parametrize("kind", ["add", "correct", "react", "review", "erase"])
def test_each_kind_of_edit_is_drawn(kind: str) -> None:
    case = example(kgbx_st.cases("medium"), lambda case: len(case.records("statements")) > 0)
    [edit] = example(kgbx_st.edits(case, most=1), lambda drawn: any(one.kind == kind for one in drawn))
    assert edit.apply(case) != case


@given(miss=kgbx_st.near_misses())
@SOME
def test_a_near_miss_is_told_its_code(miss: NearMiss) -> None:
    assert {one.code for one in FamilyCase.check(miss.data)} == {miss.code}


@pytest.mark.parametrize("array", [row.array for row in RECORD_TYPES])
def test_there_are_records_of_each_type(array: str) -> None:
    record = example(kgbx_st.records(array))
    assert len(FamilyCase([record]).records(array)) == 1 or array == "erasures"


def test_records_of_no_type_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        kgbx_st.records("people")
    assert caught.value.code == "U_ARGUMENT"


@pytest.mark.parametrize(
    "seen",
    [
        lambda text: any(unicodedata.combining(one) for one in text),
        lambda text: any(unicodedata.bidirectional(one) in {"R", "AL"} for one in text),
        lambda text: any(unicodedata.category(one) == "So" for one in text),
        lambda text: "IJ" in text or "\u0133" in text,
        lambda text: "\n" in text,
    ],
    ids=["combining marks", "right to left", "emoji", "ij", "line ends"],
)
def test_texts_are_as_people_write_them(seen: Callable[[str], bool]) -> None:
    assert example(kgbx_st.texts_nl(), seen)


@given(text=kgbx_st.texts_nl(), name=kgbx_st.names_nl())
@FEW
def test_no_text_holds_a_number(text: str, name: str) -> None:
    assert re.findall("[0-9]", text + name) == []


@given(day=kgbx_st.partial_dates(first=date(2001, 5, 6), last=date(2003, 7, 8)))
@FEW
def test_partial_dates_lie_in_their_range(day: str) -> None:
    first, last = span_of(day)
    assert first <= date(2003, 7, 8)
    assert last >= date(2001, 5, 6)


@given(periods=kgbx_st.timelines())
@FEW
def test_the_periods_of_a_timeline_follow_each_other(periods: tuple[Period, ...]) -> None:
    ends = [end or "9999" for _, end in periods]
    starts = [start for start, _ in periods]
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def test_the_strategies_are_what_the_package_names() -> None:
    assert {name for name in kgbx_st.__all__ if not hasattr(kgbx_st, name)} == set()

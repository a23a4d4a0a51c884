# SPDX-License-Identifier: EUPL-1.2
"""The marks of a view: with which records somebody disagrees whose words are not in it."""

from __future__ import annotations

import json

import pytest

from kgbx.case import FamilyCase
from kgbx.errors import DocumentError
from tests.case.builders import CHILD, FATHER, MOTHER, an_id, as_bytes, document, full

ROWS = [full(1), full(2), full(3)]


def marked(*ids: str) -> FamilyCase:
    return FamilyCase.from_json(as_bytes(document(persons=ROWS, disputed=list(ids))))


def test_marks_are_written_sorted_and_once() -> None:
    assert json.loads(marked(CHILD, MOTHER, CHILD).to_json())["disputed"] == [MOTHER, CHILD]


def test_without_marks_there_is_no_member() -> None:
    assert "disputed" not in json.loads(marked().to_json())


def test_a_merge_keeps_the_marks_of_both() -> None:
    assert marked(MOTHER, CHILD).merge(marked(FATHER, CHILD)).disputed == (MOTHER, FATHER, CHILD)


def test_adding_a_record_keeps_the_marks() -> None:
    other = FamilyCase.from_json(as_bytes(document(persons=[full(9)])))
    assert marked(MOTHER).add(*other).disputed == (MOTHER,)


def test_cases_with_other_marks_are_not_equal() -> None:
    assert marked(MOTHER) != marked()
    assert marked(MOTHER) == marked(MOTHER, MOTHER)


def test_a_mark_of_a_record_that_is_not_here_is_refused_where_it_stands() -> None:
    with pytest.raises(DocumentError) as caught:
        marked(MOTHER, an_id(99))
    assert [(problem.code, problem.pointer) for problem in caught.value.problems] == [("KGBX-R-001", "/disputed/1")]

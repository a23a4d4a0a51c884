# SPDX-License-Identifier: EUPL-1.2
"""Merge is set union by id."""

from __future__ import annotations

import pytest
from hypothesis import given

from kgbx.case import FamilyCase, Person
from kgbx.errors import IntegrityError
from tests.case.builders import CHILD, FATHER, MOTHER, as_bytes, document, full, smallest
from tests.case.strategies import families_of_cases

Cases = tuple[FamilyCase, ...]


class TestMergeIsAUnion:
    """merge is set union by id: commutative, associative, idempotent."""

    @given(families_of_cases(2))
    def test_the_order_does_not_matter(self, cases: Cases) -> None:
        one, other = cases
        assert one.merge(other).to_json() == other.merge(one).to_json()

    @given(families_of_cases(3))
    def test_the_grouping_does_not_matter(self, cases: Cases) -> None:
        one, two, three = cases
        assert one.merge(two).merge(three).to_json() == one.merge(two.merge(three)).to_json()

    @given(families_of_cases(1))
    def test_merging_with_itself_changes_nothing(self, cases: Cases) -> None:
        assert cases[0].merge(cases[0]) == cases[0]

    @given(families_of_cases(2))
    def test_nothing_is_lost(self, cases: Cases) -> None:
        one, other = cases
        assert set(one.merge(other)) == {*one, *other}


def a_case(*persons: Person, case_id: str | None = None, synthetic: bool = True) -> FamilyCase:
    return FamilyCase(persons, id=case_id, synthetic=synthetic)


def a_person(number: int, **members: object) -> Person:
    return Person(**full(number, **members))


def test_the_same_id_with_another_content_names_the_record_and_nothing_else() -> None:
    with pytest.raises(IntegrityError) as caught:
        a_case(a_person(1, sex="man")).merge(a_case(a_person(1, sex="vrouw")))
    assert (caught.value.code, caught.value.records) == ("D_CONFLICT", (MOTHER,))


def test_made_up_and_real_never_merge() -> None:
    with pytest.raises(IntegrityError) as caught:
        a_case(a_person(1)).merge(a_case(a_person(2), synthetic=False))
    assert caught.value.code == "D_SYNTHETIC"


@pytest.mark.parametrize(("one", "other"), [(MOTHER, FATHER), (FATHER, MOTHER), (MOTHER, None), (None, MOTHER)])
def test_the_smaller_document_id_stays(one: str | None, other: str | None) -> None:
    assert a_case(case_id=one).merge(a_case(case_id=other)).id == MOTHER


def test_a_view_merged_with_a_view_has_no_id() -> None:
    assert a_case().merge(a_case()).id is None


def test_two_organisations_that_contradict_each_other_can_be_merged_and_read_again() -> None:
    ours = document(persons=[full(1, birth_date="1986")])
    theirs = document(
        relations=[
            full(9, from_=MOTHER, to=CHILD, kind="partner", valid_from="1970")
            | {"recorded_by": {"org": "urn:osb:oin:00000099000000002000"}}
        ]
    )
    merged = FamilyCase.from_json(as_bytes(ours)).merge(FamilyCase.from_json(as_bytes(theirs)))
    read = FamilyCase.from_json(merged.to_json())
    assert [problem.code for problem in read.warnings()] == ["KGBX-R-021"]


def test_one_record_of_each_type_survives_a_merge() -> None:
    case = FamilyCase.from_json(as_bytes(smallest()))
    halves = [FamilyCase(list(case)[start::2], synthetic=True) for start in (0, 1)]
    assert halves[0].merge(halves[1]) == case

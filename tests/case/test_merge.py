# SPDX-License-Identifier: EUPL-1.2
"""Merge is set union by id, minus what an erasure names; two cases that can be read make one that can be read."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from kgbx.case import Erasure, FamilyCase, Person, Wording
from kgbx.errors import DocumentError, IntegrityError
from tests.case.builders import (
    CHILD,
    FATHER,
    GI,
    MOTHER,
    SMALLEST,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
    smallest,
)
from tests.case.histories import histories
from tests.case.rule_documents import OTHER
from tests.case.strategies import families_of_cases
from tests.effort import scaled

Cases = tuple[FamilyCase, ...]

of_histories = settings(
    max_examples=scaled(quick=15, ci=80, long=5000), suppress_health_check=[HealthCheck.too_slow], deadline=None
)


class TestMergeIsAUnion:
    """merge is set union by id, minus what an erasure names: commutative, associative, idempotent."""

    @given(families_of_cases(2))
    def test_the_order_of_any_records_does_not_matter(self, cases: Cases) -> None:
        one, other = cases
        assert one.merge(other).to_json() == other.merge(one).to_json()

    @given(families_of_cases(3))
    def test_the_grouping_of_any_records_does_not_matter(self, cases: Cases) -> None:
        one, two, three = cases
        assert one.merge(two).merge(three).to_json() == one.merge(two.merge(three)).to_json()

    @of_histories
    @given(histories(2))
    def test_the_order_of_histories_does_not_matter(self, cases: Cases) -> None:
        one, other = cases
        assert one.merge(other).to_json() == other.merge(one).to_json()

    @of_histories
    @given(histories(3, most=3))
    def test_the_grouping_of_histories_does_not_matter(self, cases: Cases) -> None:
        one, two, three = cases
        assert one.merge(two).merge(three).to_json() == one.merge(two.merge(three)).to_json()

    @of_histories
    @given(histories(2))
    def test_merging_again_changes_nothing(self, cases: Cases) -> None:
        one, other = cases
        merged = one.merge(other)
        assert [merged.merge(case) for case in (merged, one, other)] == [merged] * 3

    @of_histories
    @given(histories(2))
    def test_nothing_is_lost_but_what_an_erasure_names(self, cases: Cases) -> None:
        one, other = cases
        merged = one.merge(other)
        assert set(merged) == {record for record in (*one, *other) if record.id not in merged.erased}
        assert merged.erased == one.erased | other.erased


class TestTwoCasesThatCanBeReadMakeOneThatCanBeRead:
    """A contradiction between organisations is a warning, so that a merge never makes a case unreadable."""

    @of_histories
    @given(histories(2))
    def test_of_two_organisations(self, cases: Cases) -> None:
        merged = cases[0].merge(cases[1])
        assert FamilyCase.from_json(merged.to_json()) == merged

    @of_histories
    @given(histories(3, most=3))
    def test_of_three_organisations(self, cases: Cases) -> None:
        merged = cases[0].merge(cases[1]).merge(cases[2])
        assert FamilyCase.from_json(merged.to_json()) == merged


# --- a link of one organisation that makes persons of another one

JOINING = document(persons=[full(9) | OTHER], links=[bare(50, from_=an_id(9), kind="replaces", to=MOTHER) | OTHER])
"""The other organisation says that its person 9 corrects the mother."""

BROKEN_BY_A_LINK = {
    "KGBX-R-018": document(relations=[full(15, from_=an_id(9), to=MOTHER, kind="partner")]),
    "KGBX-R-107": document(protections=[SMALLEST["protections"] | {"blocked": [an_id(9)]}]),
    "KGBX-R-109": document(
        persons=[full(1)],
        consents=[SMALLEST["consents"] | {"subject": an_id(9), "capacity": "parent_with_authority"}],
    ),
    "KGBX-R-111": document(capacities=[SMALLEST["capacities"] | {"person": MOTHER, "represented_by": an_id(9)}]),
    "KGBX-R-001": document(statements=[SMALLEST["statements"] | {"about": [an_id(50)]}]),
    "KGBX-R-014": document(
        professionals=[SMALLEST["professionals"] | {"id": MOTHER}],
    ),
}


@pytest.mark.parametrize(("rule", "ours"), BROKEN_BY_A_LINK.items(), ids=BROKEN_BY_A_LINK)
def test_what_a_foreign_link_breaks_is_shown_and_can_be_read_again(rule: str, ours: Value) -> None:
    merged = FamilyCase.from_json(as_bytes(ours)).merge(FamilyCase.from_json(as_bytes(JOINING)))
    assert rule in {problem.code for problem in FamilyCase.from_json(merged.to_json()).warnings()}


@pytest.mark.parametrize("rule", ["KGBX-R-018", "KGBX-R-107", "KGBX-R-109", "KGBX-R-111"])
def test_what_an_own_link_breaks_is_an_error(rule: str) -> None:
    own = [{**record, "recorded_by": {"org": SMALLEST["persons"]["recorded_by"]["org"]}} for record in JOINING["links"]]
    value = BROKEN_BY_A_LINK[rule] | {"persons": [full(1), full(9)], "links": own}
    errors = {problem.code for problem in FamilyCase.check(as_bytes(value)) if problem.severity == "error"}
    assert rule in errors


def test_what_is_wrong_in_one_organisations_records_is_an_error_beside_those_of_another() -> None:
    rows = [full(1, birth_date="1986", death_date="1985"), full(2) | OTHER]
    problems = FamilyCase.check(as_bytes(document(persons=rows)))
    assert [(problem.code, problem.severity) for problem in problems] == [("KGBX-R-007", "error")]


def test_one_id_twice_is_an_error_whoever_recorded_it() -> None:
    problems = FamilyCase.check(as_bytes(document(persons=[full(1), full(1) | OTHER])))
    assert {(problem.code, problem.severity) for problem in problems} == {("KGBX-R-078", "error")}


def test_what_was_erased_is_an_error_whoever_erased_it() -> None:
    erasure = bare(90, record=MOTHER, rule="unlawful", on="2026-03-01") | {"recorded_by": {"org": GI}}
    problems = FamilyCase.check(as_bytes(document(persons=[full(1)], erasures=[erasure])))
    assert {(problem.code, problem.severity) for problem in problems} == {("KGBX-R-131", "error")}


# --- heads and clashes


def a_case(*persons: Person, case_id: str | None = None, synthetic: bool = True) -> FamilyCase:
    return FamilyCase(persons, id=case_id, synthetic=synthetic)


def a_person(number: int, **members: object) -> Person:
    return Person(**full(number, **members))


def test_the_same_id_with_another_content_names_the_record_and_nothing_else() -> None:
    with pytest.raises(IntegrityError) as caught:
        a_case(a_person(1, sex="man")).merge(a_case(a_person(1, sex="vrouw")))
    assert (caught.value.code, caught.value.records) == ("D_CONFLICT", (MOTHER,))


def test_both_contents_of_an_id_can_be_looked_at() -> None:
    man, woman = a_person(1, sex="man"), a_person(1, sex="vrouw")
    (clash,) = a_case(man, a_person(2)).clashes(a_case(woman, a_person(2)))
    assert (clash.record, clash.one, clash.other, clash.arrays) == (MOTHER, man, woman, ("persons", "persons"))
    assert repr(clash) == f"Clash(record='{MOTHER}')"


def test_an_id_that_names_two_types_is_a_clash() -> None:
    erasure = Erasure(**SMALLEST["erasures"] | {"id": MOTHER})
    one, other = a_case(a_person(1)), FamilyCase([erasure], synthetic=True)
    assert [clash.arrays for clash in one.clashes(other)] == [("persons", "erasures")]
    with pytest.raises(IntegrityError) as caught:
        one.merge(other)
    assert (caught.value.code, caught.value.records) == ("D_CONFLICT", (MOTHER,))


def test_after_a_refused_merge_both_cases_are_as_they_were() -> None:
    one, other = a_case(a_person(1, sex="man")), a_case(a_person(1, sex="vrouw"))
    before = one.to_json(), other.to_json()
    with pytest.raises(IntegrityError) as caught:
        one.merge(other)
    assert caught.value.code == "D_CONFLICT"
    assert (one.to_json(), other.to_json()) == before


def test_what_was_erased_clashes_no_more() -> None:
    erasure = Erasure(**SMALLEST["erasures"] | {"record": MOTHER})
    one, other = a_case(a_person(1, sex="man")), a_case(a_person(1, sex="vrouw")).add(erasure)
    assert (one.clashes(other), other.clashes(one)) == ((), ())
    assert tuple(one.merge(other)) == (erasure,)


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
    theirs = document(relations=[full(9, from_=MOTHER, to=CHILD, kind="partner", valid_from="1970") | OTHER])
    merged = FamilyCase.from_json(as_bytes(ours)).merge(FamilyCase.from_json(as_bytes(theirs)))
    read = FamilyCase.from_json(merged.to_json())
    assert [problem.code for problem in read.warnings()] == ["KGBX-R-021"]


def test_one_record_of_each_type_survives_a_merge() -> None:
    case = FamilyCase.from_json(as_bytes(smallest()))
    halves = [FamilyCase(list(case)[start::2], synthetic=True) for start in (0, 1)]
    assert halves[0].merge(halves[1]) == case


def filled(first: int, count: int, **members: object) -> FamilyCase:
    """Return a case with many large statements, as copies that nobody checks again."""
    known = FamilyCase.from_json(as_bytes(document(statements=[SMALLEST["statements"]]))).records("statements")[0]
    rows = (known.model_copy(update={"id": an_id(number), **members}) for number in range(first, first + count))
    return FamilyCase(rows, synthetic=True)


WORDING = Wording(text="a" * 20_000, language="nl", form="samengevat")
LARGE: dict[str, tuple[int, dict[str, object]]] = {
    "D_SIZE": (900, {"wording": WORDING}),
    "D_VALUES": (2, {"extensions": {"https://example.org/x": (1,) * 600_000}}),
}
"""Half of a limit and a little more: how many statements, and what is in each."""


@pytest.mark.parametrize("code", LARGE)
def test_what_nobody_could_read_again_is_not_merged(code: str) -> None:
    count, members = LARGE[code]
    one, other = filled(100, count, **members), filled(5000, count, **members)
    with pytest.raises(DocumentError) as caught:
        one.merge(other)
    assert [one.code for one in caught.value.problems] == [code]


def test_nor_is_it_added() -> None:
    count, members = LARGE["D_SIZE"]
    with pytest.raises(DocumentError) as caught:
        filled(100, 2 * count, **members).add(*filled(5000, 1))
    assert [one.code for one in caught.value.problems] == ["D_SIZE"]


def test_a_large_case_merged_with_itself_is_no_larger() -> None:
    count, members = LARGE["D_SIZE"]
    one = filled(100, count, **members)
    assert one.merge(one) == one

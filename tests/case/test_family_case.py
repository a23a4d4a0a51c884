# SPDX-License-Identifier: EUPL-1.2
"""What a family case holds, and how it is read, written and extended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.canonical import dumps
from kgbx.case import (
    RECORD_TYPES,
    Conflict,
    FamilyCase,
    Link,
    Name,
    Person,
    Relation,
    Review,
    wording_digest,
)
from kgbx.case.told import Statement
from kgbx.errors import DocumentError, IntegrityError, UsageError
from kgbx.resources import examples_path
from tests.case.builders import (
    CHILD,
    FATHER,
    MOTHER,
    SMALLEST,
    STATEMENT,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
    smallest,
)
from tests.case.strategies import documents

if TYPE_CHECKING:
    import random

JOURNEY = examples_path("journey", "case.json").read_bytes()


def small_case() -> FamilyCase:
    return FamilyCase.from_json(as_bytes(smallest()))


def replaced(*links: tuple[int, int]) -> FamilyCase:
    """Return a case with persons 1 to 4 in which the one replaces the other."""
    persons = [full(number) for number in range(1, 5)]
    rows = [
        bare(50 + place, from_=an_id(new), kind="replaces", to=an_id(old)) for place, (new, old) in enumerate(links)
    ]
    return FamilyCase.from_json(as_bytes(document(persons=persons, links=rows)))


class TestEqualCasesHaveEqualBytes:
    """Arrays are written sorted by (recorded_at, id), so that equal cases have equal bytes."""

    @given(documents, st.randoms(use_true_random=False))
    def test_the_order_of_arrays_does_not_matter(self, value: Value, dice: random.Random) -> None:
        mixed = {name: dice.sample(rows, len(rows)) if isinstance(rows, list) else rows for name, rows in value.items()}
        assert outcome(mixed) == outcome(value)

    @given(documents)
    def test_what_is_written_is_read_to_the_same_bytes(self, value: Value) -> None:
        written = outcome(value)
        assert written is None or FamilyCase.from_json(written).to_json() == written


def outcome(value: Value) -> bytes | None:
    """Return what a document is written as, None if it is refused."""
    try:
        return FamilyCase.from_json(as_bytes(value)).to_json()
    except DocumentError:
        return None


def test_the_journey_is_written_with_exactly_what_was_read() -> None:
    assert FamilyCase.from_json(JOURNEY).to_json() == dumps(json.loads(JOURNEY))


def test_the_journey_is_without_any_problem() -> None:
    assert FamilyCase.check(JOURNEY) == ()


def test_the_journey_holds_one_record_of_each_type() -> None:
    case = FamilyCase.from_json(JOURNEY)
    assert [row.array for row in RECORD_TYPES if not case.records(row.array)] == []


def test_the_smallest_record_of_each_type_is_enough() -> None:
    assert [problem for problem in FamilyCase.check(as_bytes(smallest())) if problem.severity == "error"] == []


def test_empty_arrays_are_left_out() -> None:
    assert b"persons" not in FamilyCase.from_json(as_bytes(document(persons=[]))).to_json()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_a_document(data: bytes) -> None:
    with pytest.raises(DocumentError):
        FamilyCase.from_json(data)
    assert FamilyCase.check(data)


@pytest.mark.parametrize("data", [None, "{}", bytearray(b"{}"), 3])
def test_something_else_than_bytes_is_a_type_error(data: Any) -> None:  # noqa: ANN401  # wrong on purpose
    with pytest.raises(TypeError):
        FamilyCase.from_json(data)


def test_a_case_counts_finds_and_shows_its_records() -> None:
    case = small_case()
    person = case.get(CHILD)
    assert (len(case), CHILD in case, MOTHER in case, person in tuple(case)) == (len(SMALLEST), True, False, True)


def test_equal_cases_are_equal_and_have_equal_hashes() -> None:
    assert small_case() == small_case()
    assert hash(small_case()) == hash(small_case())
    assert small_case() != FamilyCase(synthetic=True)
    assert small_case() != "a case"


def test_a_case_shows_its_id_and_size_only() -> None:
    assert repr(FamilyCase(id=MOTHER)) == f"<FamilyCase {MOTHER}: 0 records>"


def test_a_record_shows_its_type_and_id_only() -> None:
    person = Person(**full(1, name={"given": "Sanne"}))
    assert [repr(person), str(person), f"{person}"] == [f"<Person {MOTHER}>"] * 3
    assert repr(person.name) == str(person.name) == "<Name>"


def test_a_case_does_not_change() -> None:
    with pytest.raises(TypeError, match="add"):
        small_case().synthetic = False


def test_records_of_an_unknown_array_are_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        small_case().records("nothing")
    assert caught.value.code == "U_ARGUMENT"


# --- adding


def test_adding_leaves_the_old_case_as_it_was() -> None:
    case = FamilyCase(synthetic=True)
    more = case.add(Person(**full(1)), Person(**full(2)))
    assert (len(case), len(more)) == (0, 2)


def test_adding_what_is_there_already_changes_nothing() -> None:
    case = small_case()
    assert case.add(*case) == case


def test_adding_the_same_id_with_another_content_is_refused() -> None:
    with pytest.raises(IntegrityError) as caught:
        small_case().add(Person(**full(3, sex="man")))
    assert (caught.value.code, caught.value.records) == ("D_CONFLICT", (CHILD,))


def test_adding_what_breaks_a_rule_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        FamilyCase(synthetic=True).add(Person(**full(1, birth_date="1986", death_date="1985")))
    assert [problem.code for problem in caught.value.problems] == ["KGBX-R-007"]


def test_adding_to_a_case_that_breaks_a_rule_already_is_possible() -> None:
    broken = FamilyCase([Person(**full(1, birth_date="1986", death_date="1985"))], synthetic=True)
    assert len(broken.add(Person(**full(2)))) == 2


def test_adding_something_else_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="records"):
        small_case().add("a record")  # type: ignore[arg-type]  # wrong on purpose


def test_adding_a_record_that_was_changed_behind_the_models_back_is_refused() -> None:
    forged = Person(**full(1)).model_copy(update={"birth_date": "gisteren"})
    with pytest.raises(DocumentError) as caught:
        FamilyCase(synthetic=True).add(forged)
    assert [(problem.code, problem.pointer) for problem in caught.value.problems] == [("D_FORMAT", "/birth_date")]


# --- constructing records


def test_a_constructor_tells_all_problems_and_no_value() -> None:
    with pytest.raises(DocumentError) as caught:
        Person(**full(1, Vredebregtsma="x", sex="Vredebregtsma"))
    assert {problem.code for problem in caught.value.problems} == {"D_UNKNOWN_MEMBER", "D_CODE"}
    assert "Vredebregtsma" not in f"{caught.value}{caught.value!r}{caught.value.__cause__}{caught.value.__context__}"


def test_a_relation_is_made_with_from_underscore_and_written_with_from() -> None:
    made = Relation(**{**full(15, to=CHILD, kind="ouder"), "from_": MOTHER})
    assert made == Relation(**SMALLEST["relations"])
    assert b'"from":' in FamilyCase([made]).to_json()


def test_none_is_no_value() -> None:
    with pytest.raises(DocumentError) as caught:
        Name(given=None)
    assert caught.value.problems[0].code == "D_TYPE"


# --- versions


def test_what_is_replaced_is_not_current() -> None:
    assert [record.id for record in replaced((2, 1), (3, 2)).current("persons")] == [CHILD, an_id(4)]


def test_a_history_is_the_whole_chain() -> None:
    case = replaced((2, 1), (3, 2))
    assert {record.id for record in case.history(FATHER)} == {MOTHER, FATHER, CHILD}


def test_the_history_of_an_unknown_record_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        small_case().history(an_id(999))
    assert caught.value.code == "U_ARGUMENT"


def test_two_replacements_of_one_record_are_a_conflict() -> None:
    assert replaced((3, 1), (2, 1)).conflicts() == (Conflict(MOTHER, (FATHER, CHILD)),)


def test_one_replacement_is_no_conflict() -> None:
    assert replaced((2, 1), (3, 2)).conflicts() == ()


def test_a_replaced_record_need_not_be_there() -> None:
    value = document(persons=[full(2)], links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)])
    assert FamilyCase.from_json(as_bytes(value)).current("persons")


# --- digests


def test_the_digest_of_a_wording_is_fixed() -> None:
    statement = Statement.model_validate_json(as_bytes(SMALLEST["statements"]))
    assert wording_digest(statement) == "AKnFRXt8gSTLUyQcVYzNZeHWaGC8mJecpDlLFVIWapA"


@pytest.mark.parametrize("change", [{"salt": "BAAAAAAAAAAAAAAAAAAAAA"}, {"wording": {"text": "Iets anders."}}])
def test_another_wording_or_salt_gives_another_digest(change: Value) -> None:
    row = SMALLEST["statements"]
    other = row | change | {"wording": row["wording"] | change.get("wording", {})}
    one, two = (Statement.model_validate_json(as_bytes(value)) for value in (row, other))
    assert wording_digest(one) != wording_digest(two)


def test_a_review_and_a_link_are_records_too() -> None:
    case = small_case()
    assert [type(case.get(an_id(number))) for number in (20, 21)] == [Review, Link]
    assert case.get(STATEMENT) is not None


# --- what Python can hold and JSON cannot


@pytest.mark.parametrize(("one", "other"), [(True, 1), (False, 0)])
def test_true_is_not_one(one: object, other: object) -> None:
    cases = [FamilyCase([Person(**full(1, extensions={"urn:x:yz": inside}))]) for inside in (one, other)]
    assert cases[0] != cases[1]
    with pytest.raises(IntegrityError) as caught:
        cases[0].merge(cases[1])
    assert caught.value.code == "D_CONFLICT"


def test_a_list_will_do_where_a_tuple_is_kept() -> None:
    assert Person(**full(1, languages=["nl", "ar"])).languages == ("nl", "ar")


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("inside", [2**53, -(2**53), 1.0, None, b"x", "\ud800", {1: 2}])
def test_extensions_that_json_cannot_carry_are_refused(inside: object) -> None:
    with pytest.raises(DocumentError) as caught:
        Person(**full(1, extensions={"urn:x:yz": inside}))
    assert (caught.value.problems[0].code, caught.value.pointer) == ("D_TYPE", "/extensions")


def test_what_could_not_be_read_again_cannot_be_added() -> None:
    deep = Person(**full(1, extensions={"urn:x:yz": nested(61)}))
    with pytest.raises(DocumentError) as caught:
        FamilyCase(synthetic=True).add(deep)
    assert caught.value.problems[0].code == "D_DEPTH"


def test_what_can_just_be_read_again_can_be_added() -> None:
    case = FamilyCase(synthetic=True).add(Person(**full(1, extensions={"urn:x:yz": nested(59)})))
    assert FamilyCase.from_json(case.to_json()) == case


def test_a_text_with_half_a_character_is_refused() -> None:
    forged = Person(**full(1)).model_copy(update={"pronouns": "\ud800"})
    with pytest.raises(DocumentError) as caught:
        FamilyCase(synthetic=True).add(forged)
    assert [problem.code for problem in caught.value.problems] == ["D_TYPE"]

# SPDX-License-Identifier: EUPL-1.2
"""Whom a record is about: every row of the table."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from kgbx.case import RECORD_TYPES, Concern, FamilyCase, Person, Reaction, Relation, Statement, about_of
from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, WORKER, an_id, as_bytes, full, smallest


def small_case() -> FamilyCase:
    return FamilyCase.from_json(as_bytes(smallest()))


OF_THE_STATEMENT = (MOTHER,)
ABOUT = {
    "organisations": (),
    "professionals": (),
    "persons": (CHILD,),
    "same_person": (),
    "identifiers": (CHILD,),
    "addresses": (CHILD,),
    "contact_points": (MOTHER,),
    "relations": (MOTHER, CHILD),
    "households": (CHILD,),
    "parental_authorities": (CHILD,),
    "measures": (CHILD,),
    "involvements": (CHILD,),
    "statements": (MOTHER,),
    "reactions": OF_THE_STATEMENT,
    "reviews": OF_THE_STATEMENT,
    "informings": OF_THE_STATEMENT,
    "concerns": (CHILD,),
    "strengths": (CHILD,),
    "safety_assessments": (CHILD,),
    "analyses": (CHILD,),
    "plans": (CHILD,),
    "goals": (MOTHER,),
    "agreements": (CHILD,),
    "reports": (CHILD,),
    "reporters": (CHILD,),
    "decisions": (CHILD,),
    "collaborations": (CHILD,),
    "milestones": (CHILD,),
    "documents": (CHILD,),
    "links": (),
    "consents": (MOTHER,),
    "withdrawals": (MOTHER,),
    "legal_grounds": (CHILD,),
    "third_party_weighings": OF_THE_STATEMENT,
    "capacities": (CHILD,),
    "protections": (MOTHER,),
    "confidences": OF_THE_STATEMENT,
    "restrictions": OF_THE_STATEMENT,
    "erasures": (),
}
"""For the smallest record of each type, whom it is about."""


def test_every_type_says_whom_it_is_about() -> None:
    assert list(ABOUT) == [row.array for row in RECORD_TYPES]


@pytest.mark.parametrize(("array", "about"), ABOUT.items(), ids=ABOUT)
def test_whom_a_record_is_about_follows_from_its_type(array: str, about: tuple[str, ...]) -> None:
    case = small_case()
    assert about_of(case.records(array)[0], case) == about


def test_whose_problem_a_concern_is_counts_as_well_as_whom_it_affects() -> None:
    concern = Concern(**SMALLEST["concerns"] | {"bearer": MOTHER})
    assert about_of(concern, FamilyCase([concern])) == (MOTHER, CHILD)


def test_an_accused_and_a_teller_are_not_subjects() -> None:
    case = small_case()
    told_by_father = Statement(**SMALLEST["statements"] | {"told_by": {"person": FATHER}, "third_parties": [WORKER]})
    assert about_of(told_by_father, case) == (MOTHER,)


def test_a_record_about_an_unborn_child_is_about_its_mother() -> None:
    mother, child = Person(**full(1, sex="vrouw")), Person(**full(3, expected_birth_date="2026-08-01"))
    case = FamilyCase([mother, child, Relation(**SMALLEST["relations"])])
    assert about_of(child, case) == (MOTHER,)


def answers(count: int, *, last: str) -> list[Reaction]:
    """Return reactions, each to the one before, the first to `last`."""
    named = [last, *(an_id(number) for number in range(100, 100 + count))]
    return [Reaction(**SMALLEST["reactions"] | {"id": own, "record": other}) for other, own in pairwise(named)]


def test_a_chain_of_answers_is_about_whom_its_end_is_about() -> None:
    statement = Statement(**SMALLEST["statements"])
    chain = answers(30, last=statement.id)
    assert {about_of(one, FamilyCase([statement, *chain])) for one in chain} == {(MOTHER,)}
    assert {about_of(one, FamilyCase(chain)) for one in chain} == {()}


def test_a_circle_of_answers_is_about_nobody() -> None:
    first, second = answers(2, last=an_id(101))
    after = Reaction(**SMALLEST["reactions"] | {"id": an_id(200), "record": first.id})
    case = FamilyCase([first, second, after])
    assert [about_of(one, case) for one in case] == [(), (), ()]


def test_a_record_that_is_not_in_the_case_is_about_whom_its_target_is_about() -> None:
    statement, (answer,) = Statement(**SMALLEST["statements"]), answers(1, last=SMALLEST["statements"]["id"])
    assert about_of(answer, FamilyCase([statement])) == (MOTHER,)


def test_each_step_of_a_chain_is_taken_once_for_the_whole_case(monkeypatch: pytest.MonkeyPatch) -> None:
    statement = Statement(**SMALLEST["statements"])
    case = FamilyCase([statement, *answers(200, last=statement.id)])
    targets = Counter[str]()

    def counted(record: Reaction, name: str) -> object:
        if name == "record":
            targets[record.id] += 1
        return object.__getattribute__(record, name)

    monkeypatch.setattr(Reaction, "__getattribute__", counted)
    for one in case:
        about_of(one, case)
    assert max(targets.values()) <= 3


def test_something_else_than_a_record_is_about_nobody() -> None:
    with pytest.raises(TypeError, match="record"):
        about_of("x", small_case())  # type: ignore[arg-type]  # wrong on purpose

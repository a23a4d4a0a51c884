# SPDX-License-Identifier: EUPL-1.2
"""Who is a child, an adult, a holder of authority; and who is somebody of the network."""

from __future__ import annotations

import pytest

from kgbx.clock import local_day
from kgbx.story import Family
from kgbx.story.records import Records
from tests.case.builders import CHILD, FATHER, MOTHER, Value, an_id, bare, full
from tests.story.makers import AT, GRANDMOTHER, TEEN, case


def family_with(**arrays: list[Value]) -> Family:
    return Family(Records(case(**arrays)), local_day(AT))


def child(**members: object) -> Value:
    return full(0x50, **members)


def test_a_family_has_its_children_adults_and_holders() -> None:
    family = family_with()
    assert (family.children, family.adults, family.holders(CHILD)) == (
        (CHILD, TEEN),
        (MOTHER, FATHER),
        (MOTHER, FATHER),
    )


def test_somebody_of_the_network_is_not_of_the_family() -> None:
    assert GRANDMOTHER not in family_with().members


def test_a_parent_of_an_adult_is_not_of_the_family() -> None:
    relation = full(0x60, from_=GRANDMOTHER, to=MOTHER, kind="ouder")
    assert GRANDMOTHER not in family_with(relations=[relation]).members


def test_somebody_of_the_household_is_of_the_family() -> None:
    household = full(0x60, kind="particulier", members=[{"person": GRANDMOTHER}])
    assert GRANDMOTHER in family_with(households=[household]).adults


@pytest.mark.parametrize(
    ("birth", "is_child"), [("2008-03-03", True), ("2008-03-02", False), ("2008", True), ("2007", False)]
)
def test_a_child_is_or_may_be_under_eighteen(birth: str, is_child: bool) -> None:  # noqa: FBT001  # a value
    family = family_with(persons=[child(birth_date=birth, roles=["child"])])
    assert (an_id(0x50) in family.children) is is_child


def test_a_child_by_role_of_unknown_age_is_a_child() -> None:
    assert an_id(0x50) in family_with(persons=[child(roles=["child"])]).children


def test_a_minor_with_a_parent_in_the_case_is_a_child() -> None:
    relation = full(0x60, from_=MOTHER, to=an_id(0x50), kind="ouder")
    assert an_id(0x50) in family_with(persons=[child(birth_date="2020")], relations=[relation]).children


@pytest.mark.parametrize("members", [{"expected_birth_date": "2026-06-01"}, {"death_date": "2025"}])
def test_nothing_is_asked_about_the_unborn_and_the_dead(members: Value) -> None:
    assert an_id(0x50) not in family_with(persons=[child(roles=["child"], **members)]).members


@pytest.mark.parametrize("role", ["parent", "sibling", "partner"])
def test_nobody_under_age_is_asked_where_it_is_whatever_its_role(role: str) -> None:
    """A mother of fifteen is a child too."""
    family = family_with(persons=[child(birth_date="2010-06-01", roles=[role])])
    assert an_id(0x50) in family.members
    assert family.whom(an_id(0x50), location=True) == ()


class TestAnotherOrganisationDescribesAChild:
    """Its own person, joined by BSN, recorded later: it makes the child of ours neither older nor unborn."""

    def family(self, **members: object) -> Family:
        theirs = {"recorded_by": {"org": "urn:osb:oin:00000099000000009000"}, "recorded_at": "2026-03-01T10:00:00Z"}
        same = bare(0x51, a=CHILD, b=an_id(0x50), basis="bsn")
        return family_with(persons=[child(**theirs, **members)], same_person=[same])

    def test_it_stays_a_child_and_is_never_asked_where_it_is(self) -> None:
        family = self.family(birth_date="1990-10-03")
        assert CHILD in family.children
        assert family.whom(CHILD, location=True) == ()

    def test_who_holds_authority_speaks_for_it(self) -> None:
        assert self.family(birth_date="1990-10-03").whom(CHILD) == family_with().whom(CHILD) != ()

    def test_it_may_be_as_old_as_each_says(self) -> None:
        assert self.family(birth_date="1990-10-03").ages(CHILD) == (9, 35)

    @pytest.mark.parametrize("members", [{}, {"expected_birth_date": "2026-09-01"}])
    def test_what_is_not_said_takes_nothing_away(self, members: dict[str, str]) -> None:
        family = self.family(**members)
        assert (family.ages(CHILD), CHILD in family.children) == ((9, 9), True)

    def test_who_died_by_any_word_is_not_asked_about(self) -> None:
        """Rather a question too few: nobody is asked about a child that died."""
        assert CHILD not in self.family(birth_date="2016-10-03", death_date="2026-02-01").members


def test_a_second_id_of_a_register_is_the_same_person() -> None:
    same = bare(0x60, a=an_id(0x50), b=CHILD, basis="bsn")
    family = family_with(persons=[child(roles=["child"])], same_person=[same])
    assert len(family.children) == 2


def test_a_second_id_that_a_professional_saw_is_kept_apart() -> None:
    same = bare(0x60, a=an_id(0x50), b=CHILD, basis="professional")
    family = family_with(persons=[child(roles=["child"])], same_person=[same])
    assert len(family.children) == 3


def test_a_second_id_that_a_professional_saw_is_blocked_too() -> None:
    same = bare(0x60, a=an_id(0x50), b=FATHER, basis="professional")
    block = full(0x61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")
    assert not family_with(same_person=[same], protections=[block]).may_ask(an_id(0x50), None)


def test_where_a_child_lives_is_asked_of_nobody() -> None:
    assert family_with().whom(TEEN, location=True) == ()


def test_where_an_adult_lives_is_asked_of_that_adult() -> None:
    assert family_with().whom(MOTHER, location=True) == (MOTHER,)

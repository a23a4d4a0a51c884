# SPDX-License-Identifier: EUPL-1.2
"""A profile asks for nothing that the policy keeps from its function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.consent.policies import published_policies
from kgbx.errors import DocumentError, UsageError
from kgbx.exchange.minimal_set import fitted, purpose_of, require_within
from kgbx.story import profile, profiles
from tests.story.makers import a_need, a_profile, made

if TYPE_CHECKING:
    from kgbx.consent.policy import Policy
    from tests.case.builders import Value

POLICIES = published_policies()
POLICY = POLICIES[-1]
SCHOOL = {"function": "school", "purpose": "school_support"}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda one: str(one.version))
@pytest.mark.parametrize(("function", "occasion"), profiles())
def test_published_profiles_are_within_the_published_policies(policy: Policy, function: str, occasion: str) -> None:
    require_within(profile(function, occasion), policy)
    assert fitted(profile(function, occasion), policy)[1] == ()


def school(*needs: Value, **members: object) -> list[tuple[str, str]]:
    """Return code and pointer of what is wrong with a profile of a school."""
    with pytest.raises(DocumentError) as caught:
        require_within(made(a_profile(*needs, **SCHOOL, **members)), POLICY)
    return [(one.code, one.pointer) for one in caught.value.problems]


@pytest.mark.parametrize(
    "need",
    [
        a_need(asks={"topic": "finance.debts"}),
        a_need(asks={"topic": "problem.*"}),
        a_need(asks={"topic": "problem.schulden"}, also=[{"record": "concerns"}]),
        a_need(asks={"record": "measures"}),
        a_need(asks={"record": "plans", "where": {"kind": "veiligheidsplan"}}),
        a_need(asks={"record": "identifiers", "where": {"system": "bsn"}}, from_register="brp"),
        a_need(asks={"topic": "child.school"}, purpose="care"),
    ],
    ids=lambda need: str(min(need["asks"].values(), key=str)),
)
def test_a_need_outside_the_minimal_set_is_refused_with_its_place(need: Value) -> None:
    assert school(a_need(id="fine", asks={"topic": "child.school"}), need) == [("D_EXCLUDED", "/needs/1/asks")]


def test_a_need_for_what_the_profile_excludes_is_refused_with_its_place() -> None:
    need = a_need(asks={"topic": "child.school"}, also=[{"topic": "parent.health"}])
    assert school(need, excludes=["health"]) == [("D_EXCLUDED", "/needs/0/also/0")]


def test_an_exclusion_that_the_policy_lets_through_is_refused() -> None:
    need = a_need(asks={"topic": "plan.goals"})
    assert school(need, excludes=["debts", "school_progress"]) == [("D_EXCLUDED", "/excludes/1")]


@pytest.mark.parametrize(
    "need",
    [
        a_need(asks={"topic": "child.school"}),
        a_need(asks={"topic": "finance.debts"}, also=[{"topic": "plan.agreements"}]),
        a_need(asks={"record": "reactions"}),
        a_need(asks={"record": "plans", "where": {"kind": "gezinsplan"}}),
        a_need(asks={"record": "plans"}),
        a_need(asks={"record": "parental_authorities"}, from_register="gezagsregister"),
    ],
    ids=lambda need: str(need["asks"]),
)
def test_a_need_that_may_be_told_is_within(need: Value) -> None:
    require_within(made(a_profile(need, **SCHOOL)), POLICY)
    assert fitted(made(a_profile(need, **SCHOOL)), POLICY)[1] == ()


@pytest.mark.parametrize(("function", "occasion"), [one for one in profiles() if one[0] == "any"])
def test_a_profile_of_every_function_leaves_out_what_a_school_may_not_know(function: str, occasion: str) -> None:
    found, outside = fitted(profile("school", occasion), POLICY)
    assert {one.id for one in found.needs}.isdisjoint(one.id for one in outside)
    assert {one.id for one in found.needs} | {one.id for one in outside} == {
        one.id for one in profile(function, occasion).needs
    }
    assert "safety_now" not in {one.id for one in found.needs}


def test_what_professionals_find_out_of_a_handover_stays() -> None:
    assert "consents" in {one.id for one in fitted(profile("school", "handover"), POLICY)[0].needs}


def test_the_purpose_is_that_of_the_profile_else_the_only_one_of_the_function() -> None:
    assert purpose_of(profile("gi", "start_measure"), POLICY) == "protection"
    assert purpose_of(profile("jeugd_ggz", "crisis"), POLICY) == "treatment"


@pytest.mark.parametrize("function", ["any", "tolk"])
def test_without_one_purpose_there_is_none_to_guess(function: str) -> None:
    with pytest.raises(UsageError):
        purpose_of(profile(function, "crisis"), POLICY)

# SPDX-License-Identifier: EUPL-1.2
"""What one policy permits and another does not: everything in the enumerated world is listed, and nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.consent.decide import decide
from kgbx.consent.policies import published_policies
from kgbx.consent.policy import GdprGround, Necessary, Policy, has_function
from kgbx.consent.policy_diff import Door, Slice, Widening, compare, functions_of, purposes_of, situations, wider
from kgbx.consent.policy_world import Form, Situation, facts_for, item_for, request_for
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

OLD, NEW = published_policies()
KEPT: Final = {"NOOD", "JW-7.3.11-4", "WMO-5.2.6"}
SMALL: Final = OLD.model_copy(
    update={
        "necessary": tuple(
            Necessary(function=row.function, purpose=row.purpose, categories=row.categories[-2:])
            for row in OLD.necessary
            if row.function in ("gi", "school")
        ),
        "provisions": tuple(one for one in OLD.provisions if one.id in KEPT),
        "notes": {},
    }
)
NAMED: Final = ("gi", "ggz", "veilig_thuis", "school", "lokaal_team", "vrouwenopvang")
RECIPIENTS: Final = ("gi", "gi", "school", "ggz", "veilig_thuis")
CATEGORIES: Final = ("health", "safety_plan", "contact", "school_progress", "school_progress")
LISTS: Final = (
    *("health_functions", "criminal_functions", "consent_as_gdpr_ground", "collective_functions"),
    *("reporter_functions", "subject_must_be_served", "location_functions"),
)
PROVISION_EDITS: Final[tuple[dict[str, Any], ...]] = (
    {"duty_when": ("own_initiative", "on_request")},
    {"duty_when": ()},
    {"precondition": None},
    {"precondition": "raadsonderzoek"},
    {"subjects": "any"},
    {"second_person": False},
    {"second_person_within_hours": 48},
    {"max_days": 5},
    {"max_days": None},
    {"senders": ("school",)},
    {"recipients": ("*",)},
    {"purposes": ("*",)},
)


def with_list(policy: Policy, dice: random.Random) -> Policy:
    name, function = dice.choice(LISTS), dice.choice(NAMED)
    return policy.model_copy(update={name: tuple({*getattr(policy, name)} ^ {function})})


def with_provision(policy: Policy, dice: random.Random) -> Policy:
    if not policy.provisions or dice.random() < 0.2:
        return policy.model_copy(update={"provisions": policy.provisions[1:]})
    chosen = dice.choice(policy.provisions)
    edited = chosen.model_copy(update=dice.choice(PROVISION_EDITS))
    rest = tuple(one for one in policy.provisions if one is not chosen)
    return policy.model_copy(update={"provisions": (*rest, edited)})


def with_set(policy: Policy, dice: random.Random) -> Policy:
    function, purpose = dice.choice([("gi", "protection"), ("ggz", "care"), ("school", "school_support")])
    rest = tuple(row for row in policy.necessary if row.function != function)
    more = Necessary(function=function, purpose=purpose, categories=tuple(dice.sample(CATEGORIES, 2)))
    grounds = (*policy.gdpr_grounds, GdprGround(function=function, purpose=purpose))
    return policy.model_copy(update={"necessary": (*rest, more), "gdpr_grounds": dice.choice([grounds, grounds[1:]])})


def with_switch(policy: Policy, dice: random.Random) -> Policy:
    joint, age = dice.choice(("all", "one_unless_objection")), dice.choice(("youth", "youth_and_authority"))
    return policy.model_copy(update={"joint_authority": joint, "age_12_to_15": age})


def with_tree(policy: Policy, dice: random.Random) -> Policy:
    tree = policy.purpose_tree | {dice.choice(["school_support", "protection"]): dice.choice([None, "care", "safety"])}
    return policy.model_copy(update={"purpose_tree": tree})


EDITS: Final[tuple[Callable[[Policy, random.Random], Policy], ...]] = (
    with_list,
    with_provision,
    with_provision,
    with_set,
    with_switch,
    with_tree,
)


def edited(policy: Policy, dice: random.Random) -> Policy:
    for _ in range(dice.randint(1, 3)):
        policy = dice.choice(EDITS)(policy, dice)
    return policy


def everything(before: Policy, after: Policy, purpose: str) -> list[Situation]:
    """Return every situation for a purpose, whatever the two policies have in common and whom they concern."""
    slices = (Slice.of(one, "school", recipient="gi", purpose=purpose, places=frozenset()) for one in (before, after))
    old, new = (
        replace(one, doors=frozenset(Door.of(door) for door in policy.provisions))
        for one, policy in zip(slices, (before, after), strict=True)
    )
    lists = before.location_functions, after.location_functions
    places = frozenset(one for one in NAMED if has_function(one, lists[0]) != has_function(one, lists[1]))
    return list(situations(old, new, places=places))


def permits(policy: Policy, pair: tuple[str, str], purpose: str, category: str, situation: Situation) -> bool:
    facts = facts_for(situation, sender=pair[0], recipient=pair[1])
    return decide(item_for(category, situation, policy=policy), request_for(purpose), facts=facts, policy=policy).permit


def is_listed(found: tuple[Widening, ...], pair: tuple[str, str], purpose: str, category: str, one: Situation) -> bool:
    return any(
        (line.recipient, line.purpose, line.category, line.situation) == (pair[1], purpose, category, one)
        and pair[0] in line.senders
        for line in found
    )


class TestTheListIsComplete:
    """Any request of the enumerated world that the first policy denies and the second permits is listed."""

    @settings(max_examples=scaled(quick=5, ci=60, long=1000))
    @given(seed=st.integers(0, 2**32))
    def test_for_any_edit_of_a_policy(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  # made-up policies, no secret
        before = edited(SMALL, dice)
        after = edited(before, dice)
        found = wider(before, after)
        for purpose in ("protection", "school_support", "care"):
            every = everything(before, after, purpose)
            for _ in range(150):
                pair, category = (dice.choice(NAMED), dice.choice(RECIPIENTS)), dice.choice(CATEGORIES)
                asked = pair, purpose, category, dice.choice(every)
                if permits(after, *asked) and not permits(before, *asked):
                    assert is_listed(found, *asked), (seed, asked)

    @settings(max_examples=scaled(quick=2, ci=40, long=1000))
    @given(seed=st.integers(0, 2**32))
    def test_and_every_example_is_one(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  # made-up policies, no secret
        after = edited(SMALL, dice)
        for one in wider(SMALL, after):
            example, item = one.example, item_for(one.category, one.situation, policy=SMALL)
            assert decide(example.item, example.request, facts=example.facts, policy=after).permit
            old = decide(item, example.request, facts=example.facts, policy=SMALL)
            assert (old.permit, old.reasons) == (False, one.denied_for)


WIDENINGS: Final[dict[str, tuple[dict[str, Any], str, dict[str, Any]]]] = {
    "one holder suffices": ({"joint_authority": "one_unless_objection"}, "", {"by": "one_holder"}),
    "the youth alone": ({"age_12_to_15": "youth"}, "", {"band": "12-15", "by": "youth"}),
    "no need to serve": ({"subject_must_be_served": ()}, "", {"served": False, "by": "everybody"}),
    "no secret places": ({"location_functions": ()}, "", {"names": "vrouwenopvang"}),
    "a wider purpose": ({"purpose_tree": {**OLD.purpose_tree, "protection": "care"}}, "", {"purpose": "care"}),
    "a longer emergency": ({"max_days": 5}, "NOOD", {"form": Form(days=4)}),
    "an endless emergency": ({"max_days": None}, "NOOD", {"form": Form(days=None)}),
    "a later second person": (
        {"second_person_within_hours": 48},
        "NOOD",
        {"form": Form(consulted=False, hours=24, days=2)},
    ),
    "a duty that was a power": ({"duty_when": ("on_request",)}, "WMO-5.2.6", {"form": Form(weighed=False)}),
    "no measure": ({"precondition": None, "subjects": "any"}, "JW-7.3.11-4", {"measure": None}),
    "another child": ({"subjects": "any"}, "JW-7.3.11-4", {"measure": "ondertoezichtstelling", "measured": False}),
}


def widened(name: str) -> Policy:
    """Return the small policy with one thing changed, Veilig Thuis included."""
    changes, provision, _ = WIDENINGS[name]
    if not provision:
        return BASE.model_copy(update=changes)
    changed = tuple(one.model_copy(update=changes) if one.id == provision else one for one in BASE.provisions)
    return BASE.model_copy(update={"provisions": changed})


BASE: Final = SMALL.model_copy(
    update={
        "necessary": (
            *SMALL.necessary,
            Necessary(function="veilig_thuis", purpose="safety", categories=("concern",)),
        )
    }
)


@pytest.mark.parametrize("name", WIDENINGS)
def test_a_known_widening_is_listed_and_nothing_is_narrower(name: str) -> None:
    found = compare(BASE, widened(name))
    expected = WIDENINGS[name][2]
    fitting = [one for one in found.wider if all(getattr(one.situation, key) == expected[key] for key in expected)]
    assert fitting != []
    assert found.narrower == {}


def test_a_provision_that_tells_more_is_wider_by_just_that() -> None:
    limited = tuple(one.model_copy(update={"categories": ("contact",)}) for one in BASE.provisions)
    found = compare(BASE.model_copy(update={"provisions": limited}), BASE)
    assert found.wider != ()
    assert "contact" not in {one.category for one in found.wider}
    assert {code for one in found.wider for code in one.denied_for} >= {"PROVISION_CATEGORY"}


@pytest.mark.parametrize("name", list(WIDENINGS)[::3])
def test_the_other_way_round_it_is_narrower_by_as_much(name: str) -> None:
    there, back = compare(BASE, widened(name)), compare(widened(name), BASE)
    assert back.wider == ()
    assert sum(back.narrower.values()) == sum(len(one.senders) for one in there.wider)


def test_the_published_policies_decide_the_same() -> None:
    found = compare(OLD, NEW)
    assert (found.wider, found.narrower) == ((), {})
    assert found.members == ("notes", "statutes", "valid_from", "valid_until", "version")


def test_the_order_is_always_the_same() -> None:
    after = widened("a longer emergency")
    assert wider(BASE, after) == wider(BASE, after)


def test_a_function_or_purpose_that_only_a_policy_knows_is_looked_at() -> None:
    row = Necessary(function="a new function", purpose="a new purpose", categories=("contact",))
    after = SMALL.model_copy(
        update={
            "necessary": (row,),
            "gdpr_grounds": (GdprGround(function="a new function", purpose="a new purpose"),),
        }
    )
    assert "a new function" in functions_of(after)
    assert "a new purpose" in purposes_of(after)
    assert {one.recipient for one in wider(SMALL, after)} == {"a new function"}


def test_a_copy_of_a_policy_remembers_nothing_of_the_original() -> None:
    assert OLD.provision_by_id
    assert OLD.model_copy(update={"provisions": ()}).provision_by_id == {}

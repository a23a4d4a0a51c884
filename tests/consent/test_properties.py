# SPDX-License-Identifier: EUPL-1.2
"""What must hold of every decision, over generated worlds. Each class is one rule."""

from __future__ import annotations

import copy
import random

from hypothesis import given
from hypothesis import strategies as st

from kgbx.consent.decide import decide
from kgbx.consent.facts import Item
from tests.consent import worlds
from tests.consent.worlds import AFTER, AT, BEFORE, ORGANISATIONS, POLICY, Json, facts, items, request

WIDENING = ("legal_grounds", "care_teams", "barriers", "third_party_weighings")


def permits(world: Json, item: Item, recipient: str) -> bool:
    return bool(decide(item, request(recipient), facts=facts(world), policy=POLICY))


def never_widens(before: Json, after: Json, item: Item) -> None:
    widened = [one for one in ORGANISATIONS if permits(after, item, one) and not permits(before, item, one)]
    assert widened == []


def without(world: Json, member: str, number: int) -> Json:
    rows = world[member]
    return {**world, member: [row for place, row in enumerate(rows) if place != number]}


def with_more(world: Json, member: str, row: object) -> Json:
    rows = world[member]
    return {**world, member: [*rows, row]}


class TestP1RemovingWhatOpensNeverWidens:
    """Removing a permit, ground, team, barrier, weighing or proof never widens a view."""

    @given(world=worlds.worlds(), item=items(), data=st.data())
    def test_a_permit(self, world: Json, item: Item, data: st.DataObject) -> None:
        places = [n for n, row in enumerate(world["consents"]) if row["decision"] == "permit"] or [-1]
        never_widens(world, without(world, "consents", data.draw(st.sampled_from(places))), item)

    @given(world=worlds.worlds(), item=items(), member=st.sampled_from(WIDENING), place=st.integers(0, 3))
    def test_a_ground_team_barrier_or_weighing(self, world: Json, item: Item, member: str, place: int) -> None:
        never_widens(world, without(world, member, place), item)

    @given(
        world=worlds.worlds(),
        item=items(),
        member=st.sampled_from(["consents", "legal_grounds"]),
        place=st.integers(0, 9),
    )
    def test_a_proof(self, world: Json, item: Item, member: str, place: int) -> None:
        after = copy.deepcopy(world)
        if place < len(after[member]):
            after[member][place]["proven"] = False
        never_widens(world, after, item)


class TestP2AddingWhatClosesNeverWidens:
    """Adding a refusal, a withdrawal of a permit, a protection, a confidence, a caseload of anyone but a subject, or a
    restriction never widens a view."""

    @given(world=worlds.worlds(), item=items(), refusal=worlds.consents("refuse"))
    def test_a_refusal(self, world: Json, item: Item, refusal: Json) -> None:
        never_widens(world, with_more(world, "consents", refusal), item)

    @given(world=worlds.worlds(), item=items(), data=st.data())
    def test_a_withdrawal(self, world: Json, item: Item, data: st.DataObject) -> None:
        ids = [row["id"] for row in world["consents"]] or ["none"]
        row = {"consent": data.draw(st.sampled_from(ids)), "recorded_at": BEFORE, "effective_at": BEFORE}
        never_widens(world, {**world, "withdrawals": [row]}, item)

    @given(world=worlds.worlds(), item=items(), protection=worlds.protections())
    def test_a_protection(self, world: Json, item: Item, protection: Json) -> None:
        never_widens(world, with_more(world, "protections", protection), item)

    @given(world=worlds.worlds(), item=items(), persons=st.lists(worlds.persons, min_size=1))
    def test_a_confidence(self, world: Json, item: Item, persons: list[str]) -> None:
        never_widens(world, with_more(world, "confidences", {"item": "item", "withheld_from": persons}), item)

    @given(world=worlds.worlds(), item=items(), caseload=worlds.caseloads())
    def test_a_caseload_of_another(self, world: Json, item: Item, caseload: Json) -> None:
        if caseload["person"] not in item.about:
            never_widens(world, with_more(world, "caseloads", caseload), item)

    @given(world=worlds.worlds(), item=items())
    def test_a_restriction(self, world: Json, item: Item) -> None:
        restriction = {"item": "item", "recorded_at": BEFORE, "valid_from": BEFORE}
        after = with_more(world, "restrictions", restriction)
        assert not any(permits(after, item, one) for one in ORGANISATIONS)


class TestP3OrderAndDuplicatesDoNotMatter:
    """Order and duplicates of facts do not matter."""

    @given(world=worlds.worlds(), item=items(), seed=st.integers(0, 2**32))
    def test_shuffled_and_doubled(self, world: Json, item: Item, seed: int) -> None:
        mixed = {name: rows + rows[:2] for name, rows in copy.deepcopy(world).items()}
        for rows in mixed.values():
            random.Random(seed).shuffle(rows)  # noqa: S311  # no secret
        for one in ORGANISATIONS:
            assert decide(item, request(one), facts=facts(mixed), policy=POLICY) == decide(
                item, request(one), facts=facts(world), policy=POLICY
            )


class TestP6AnUnknownPurposeGetsNothing:
    """A purpose outside the policy gives an empty view."""

    @given(world=worlds.worlds(), item=items(), purpose=st.sampled_from(["marketing", "*", "research", "Care"]))
    def test_denied_to_everybody(self, world: Json, item: Item, purpose: str) -> None:
        assert not any(decide(item, request(one, purpose), facts=facts(world), policy=POLICY) for one in ORGANISATIONS)


class TestP7WhatWasNotKnownHasNoEffect:
    """Facts with recorded_at after known_at have no effect."""

    @given(world=worlds.worlds(), item=items(), later=st.one_of(worlds.consents(), worlds.consents("refuse")))
    def test_a_later_consent(self, world: Json, item: Item, later: Json) -> None:
        after = with_more(world, "consents", {**later, "recorded_at": AFTER})
        for one in ORGANISATIONS:
            assert decide(item, request(one), facts=facts(after), policy=POLICY) == decide(
                item, request(one), facts=facts(world), policy=POLICY
            )

    @given(world=worlds.worlds(), item=items(), later=worlds.protections())
    def test_a_later_protection(self, world: Json, item: Item, later: Json) -> None:
        after = with_more(world, "protections", {**later, "recorded_at": AFTER})
        for one in ORGANISATIONS:
            assert decide(item, request(one), facts=facts(after), policy=POLICY) == decide(
                item, request(one), facts=facts(world), policy=POLICY
            )


class TestP8PermitMeansNoReasonAndARelease:
    """Permit if and only if there are no reasons, and a permit names a release for each subject."""

    @given(world=worlds.worlds(), item=items())
    def test_every_decision(self, world: Json, item: Item) -> None:
        for one in ORGANISATIONS:
            decision = decide(item, request(one), facts=facts(world), policy=POLICY)
            assert bool(decision) == decision.permit == (not decision.reasons)
            assert set(decision.released_by) == (set(item.about) if decision.permit else set())

    @given(world=worlds.worlds(), item=items())
    def test_an_escalation_is_a_denial(self, world: Json, item: Item) -> None:
        for one in ORGANISATIONS:
            decision = decide(item, request(one), facts=facts(world), policy=POLICY)
            assert not (decision.escalate and decision.permit)


def test_the_worlds_permit_and_deny() -> None:
    """The control: a search in which nobody ever gets anything would prove nothing."""
    world = {
        "persons": [{"id": "M", "birth_date": "1985", "capable": True}],
        "organisations": [{"id": "LT", "function": "lokaal_team"}],
        "consents": worlds.everybody_permits(),
    }
    open_item = Item(id="item", category="family_story", about=("M",), collected_for="care")
    assert permits(world, open_item, "LT")
    assert not permits({**world, "consents": []}, open_item, "LT")
    assert AT == "2026-03-01"

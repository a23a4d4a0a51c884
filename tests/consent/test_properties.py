# SPDX-License-Identifier: EUPL-1.2
"""What must hold of every decision, over made-up worlds. Each class is one rule; views are in test_case_properties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case.structures import from_value, read_shape
from kgbx.consent.decide import Decider, decide
from kgbx.consent.facts import Facts, Item
from kgbx.consent.index import Index
from kgbx.consent.log import facts_bytes
from kgbx.consent.policy import GdprGround, Necessary, Policy
from kgbx.consent.vetoes import VETOES
from tests.consent.village import (
    AFTER,
    AT,
    EVERYBODY_PERMITS,
    FAMILY,
    MEASURES,
    PERSON,
    PERSONS,
    POLICIES,
    PURPOSE,
    PURPOSES,
    ground,
)
from tests.consent.worlds import ALL_KINDS, Maker, decisions, for_many_seeds, permitted, plus, request

if TYPE_CHECKING:
    from collections.abc import Callable

OPENING: Final = ("legal_grounds", "care_teams", "barriers", "third_party_weighings", "caseload_known")
TIMED: Final = {member: make for member, make in ALL_KINDS if member not in ("barriers", "confidences", "withdrawals")}


class Scene:
    """A world with an item, a policy and some recipients."""

    def __init__(self, seed: int) -> None:
        self.maker = Maker(seed)
        self.facts = self.maker.world()
        self.item = self.maker.item()
        self.policy = self.maker.policy()
        self.to = self.maker.recipients(self.facts)

    def decisions(self, facts: Facts | None = None, item: Item | None = None) -> dict[Any, Any]:
        return decisions(facts or self.facts, [item or self.item], self.policy, self.to)

    def never_widens(self, *later: Facts) -> None:
        before = permitted(self.facts, [self.item], self.policy, self.to)
        for facts in later:
            assert permitted(facts, [self.item], self.policy, self.to) <= before

    def without_one(self, member: str, *, keep: Callable[[Any], bool] = lambda _: False) -> Facts:
        """Return the facts without one fact of a list, unless all are to be kept."""
        rows = getattr(self.facts, member)
        places = [place for place, row in enumerate(rows) if not keep(row)] or [-1]
        gone = self.maker.one(*places)
        left = tuple(row for place, row in enumerate(rows) if place != gone)
        return self.facts.model_copy(update={member: left})

    def unproven(self, member: str) -> Facts:
        """Return the facts with one proof gone."""
        rows = list(getattr(self.facts, member))
        if rows:
            place = self.maker.random.randrange(len(rows))
            rows[place] = rows[place].model_copy(update={"proven": False})
        return self.facts.model_copy(update={member: tuple(rows)})


class TestP1RemovingWhatOpensNeverWidens:
    """Removing a permit, ground, team, barrier, weighing or proof never widens a view."""

    @for_many_seeds
    def test_permits(self, seed: int) -> None:
        scene = Scene(seed)
        gone = [scene.without_one("consents", keep=lambda one: one.decision == "refuse") for _ in range(3)]
        scene.never_widens(*gone)

    @for_many_seeds
    def test_grounds_teams_barriers_weighings(self, seed: int) -> None:
        scene = Scene(seed)
        scene.never_widens(*(scene.without_one(member) for member in OPENING if getattr(scene.facts, member)))

    @for_many_seeds
    def test_proofs(self, seed: int) -> None:
        scene = Scene(seed)
        scene.never_widens(*(scene.unproven(one) for one in ("consents", "legal_grounds", "third_party_weighings")))


class TestP2AddingWhatClosesNeverWidens:
    """Adding a refusal, a withdrawal of a permit, a protection, a confidence, a caseload of anyone but a subject, or a
    restriction never widens a view."""

    @for_many_seeds
    def test_refusals_and_withdrawals(self, seed: int) -> None:
        scene = Scene(seed)
        maker, facts = scene.maker, scene.facts
        withdrawal = maker.withdrawal(facts.consents or EVERYBODY_PERMITS)
        scene.never_widens(plus(facts, consents=maker.refusal()), plus(facts, withdrawals=withdrawal))

    @for_many_seeds
    def test_protections_confidences_and_restrictions(self, seed: int) -> None:
        scene = Scene(seed)
        maker, facts = scene.maker, scene.facts
        more = {"confidences": maker.confidence(), "restrictions": maker.restriction()}
        scene.never_widens(*(plus(facts, **{name: fact}) for name, fact in more.items()))
        hidden = {"person": maker.one(*(scene.item.reveals_location_of or FAMILY))}
        first, second = (maker.protection().model_copy(update=hidden) for _ in range(2))
        scene.never_widens(plus(facts, protections=first))
        scene.facts = plus(facts, protections=first)
        scene.never_widens(plus(scene.facts, protections=second))

    @for_many_seeds
    def test_caseloads_of_another(self, seed: int) -> None:
        scene = Scene(seed)
        served = {"organisation": scene.maker.one(*scene.to), "person": scene.maker.one(PERSON["F"], *PERSONS)}
        caseload = scene.maker.caseload().model_copy(update=served)
        if caseload.person not in scene.item.about:
            scene.never_widens(plus(scene.facts, caseloads=caseload))


class TestP3OrderAndDuplicatesDoNotMatter:
    """Order and duplicates of facts do not matter."""

    @for_many_seeds
    def test_shuffled_and_doubled(self, seed: int) -> None:
        scene = Scene(seed)
        mixed: dict[str, Any] = {"own": scene.facts.own}
        for name in Facts.model_fields.keys() - mixed.keys():
            rows = getattr(scene.facts, name)
            doubled = [*rows, *rows[:2]]
            scene.maker.random.shuffle(doubled)
            mixed[name] = tuple(doubled)
        assert scene.decisions(Facts(**mixed)) == scene.decisions()


class TestWhatWasDecidedBeforeDoesNotMatter:
    """A decider that keeps what it found decides as one that is new."""

    @for_many_seeds
    def test_ten_items(self, seed: int) -> None:
        scene = Scene(seed)
        items = [scene.maker.item(f"item {number}") for number in range(10)]
        kept = Decider(Index.of(scene.facts, AT, known_at=AT), request=request(scene.to[0], at=AT), policy=scene.policy)
        found = [kept.decide(item) for item in items]
        last = scene.maker.random.randrange(10)
        asked = request(scene.to[0], at=AT)
        assert decide(items[last], asked, facts=scene.facts, policy=scene.policy) == found[last]
        assert kept.decide(items[last]) == found[last]


class TestP6AnUnknownPurposeGetsNothing:
    """A purpose outside the policy gives an empty view."""

    @for_many_seeds
    def test_denied_to_everybody(self, seed: int) -> None:
        scene = Scene(seed)
        purpose = scene.maker.one("marketing", "*", "research", "Care", " care")
        for one in scene.to:
            assert not decide(scene.item, request(one, purpose), facts=scene.facts, policy=scene.policy)


class TestP7WhatWasNotKnownHasNoEffect:
    """Facts with recorded_at after known_at have no effect."""

    @for_many_seeds
    def test_later_facts_of_every_kind(self, seed: int) -> None:
        scene = Scene(seed)
        later = {
            name: getattr(scene.maker, make)().model_copy(update={"recorded_at": AFTER}) for name, make in TIMED.items()
        }
        withdrawal = scene.maker.withdrawal(scene.facts.consents or EVERYBODY_PERMITS)
        later["withdrawals"] = withdrawal.model_copy(update={"recorded_at": "2026-03-01T00:00:01Z"})
        assert scene.decisions(plus(scene.facts, **later)) == scene.decisions()


class TestP8PermitMeansNoReasonAndARelease:
    """Permit if and only if there are no reasons, and a permit names a release for each subject."""

    @for_many_seeds
    def test_every_decision(self, seed: int) -> None:
        scene = Scene(seed)
        for decision in scene.decisions().values():
            assert bool(decision) == decision.permit == (not decision.reasons)
            assert set(decision.released_by) == (set(scene.item.about) if decision.permit else set())
            assert list(decision.reasons) == sorted(set(decision.reasons))
            assert not (decision.escalate and decision.permit)


def with_narrower(policy: Policy, wide: str) -> Policy:
    """Return a policy with a purpose `narrow` below another, with the same minimal sets and grounds."""
    rows = [Necessary(function=row.function, purpose="narrow", categories=row.categories) for row in policy.necessary]
    same = [row for row, old in zip(rows, policy.necessary, strict=True) if old.purpose == wide]
    grounds = [
        GdprGround(function=one.function, purpose="narrow") for one in policy.gdpr_grounds if one.purpose == wide
    ]
    more = {
        "necessary": (*policy.necessary, *same),
        "gdpr_grounds": (*policy.gdpr_grounds, *grounds),
        "purpose_tree": {**policy.purpose_tree, "narrow": wide},
    }
    # not model_copy: it would keep what the old policy has looked up
    return Policy(**{name: getattr(policy, name) for name in Policy.model_fields} | more)


NARROWER: Final = {(id(one), wide): with_narrower(one, wide) for one in POLICIES for wide in PURPOSES}


class TestP9APermitForAPurposeIsOneForANarrowerPurpose:
    """A permit for p implies one for a narrower q with the same minimal set and ground, unless a live refusal names q
    or below."""

    @for_many_seeds
    def test_permitted_too(self, seed: int) -> None:
        scene = Scene(seed)
        named = scene.maker.refusal().model_copy(update={"purposes": ("narrow",)})
        facts = plus(scene.facts, consents=named) if scene.maker.chance(2) else scene.facts
        refused = any("narrow" in one.purposes for one in Index.of(facts, AT, known_at=AT).live(facts.consents))
        for one in scene.to:
            policy = NARROWER[id(scene.policy), PURPOSE[one]]
            wide, narrow = (
                decide(scene.item, request(one, purpose), facts=facts, policy=policy) for purpose in (None, "narrow")
            )
            assert not wide or narrow or refused


class TestP10AVetoStays:
    """A vetoed record stays denied whatever consent, ground or team is added."""

    @for_many_seeds
    def test_every_veto(self, seed: int) -> None:
        scene = Scene(seed)
        facts, maker = scene.facts, scene.maker
        emergency = ground(id="g", provision="NOOD", recipient=scene.to[0])
        more = facts.model_copy(
            update={
                "consents": (*EVERYBODY_PERMITS, *facts.consents, maker.consent("permit")),
                "legal_grounds": (*facts.legal_grounds, maker.ground(), emergency),
                "care_teams": (*facts.care_teams, maker.team()),
                "measures": (*facts.measures, *MEASURES),
            }
        )
        after = scene.decisions(more)
        for key, decision in scene.decisions().items():
            vetoed = set(decision.reasons) & VETOES.keys()
            assert vetoed == set(after[key].reasons) & VETOES.keys()
            assert not (vetoed and after[key].permit)


class TestP14WritingAndReadingKeepDecisions:
    """Serialise and parse keeps decisions."""

    @for_many_seeds
    def test_facts_items_and_policies(self, seed: int) -> None:
        scene = Scene(seed)
        item = from_value(Item, json.loads(scene.item.model_dump_json(exclude_none=True)))
        again = read_shape(facts_bytes(scene.facts), Facts)
        assert scene.decisions(again, item) == scene.decisions()

    @pytest.mark.parametrize("number", range(len(POLICIES)))
    def test_policies(self, number: int) -> None:
        again = read_shape(POLICIES[number].model_dump_json(exclude_none=True).encode(), Policy)
        facts = Maker(number).world()
        items = [Maker(seed).item(f"item {seed}") for seed in range(20)]
        assert decisions(facts, items, again) == decisions(facts, items, POLICIES[number])


def test_the_worlds_permit_and_deny_in_every_way() -> None:
    """The control: a search in which nobody ever gets anything would prove nothing."""
    found = [decision for seed in range(500) for decision in Scene(seed).decisions().values()]
    released = {release.partition(":")[0] for one in found for release in one.released_by.values()}
    permits = sum(map(bool, found))
    assert len(found) / 5 < permits < len(found) / 2
    assert released == {"consent", "duty", "power", "team"}
    assert any(one.escalate for one in found)

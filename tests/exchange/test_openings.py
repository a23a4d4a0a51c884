# SPDX-License-Identifier: EUPL-1.2
"""What would open what is withheld: permits that are enough, of people who may be asked; else grounds, a guardian."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.clock import parse_moment
from kgbx.consent.facts import CareTeamFact, ConfidenceFact, Facts, ProtectionFact
from kgbx.consent.share import share
from kgbx.exchange.openings import blocked_by, never_named, openings, sparing
from kgbx.exchange.passing import Decided
from kgbx.story import coverage, questions
from tests.consent.case_worlds import BASE, CaseScene, get
from tests.consent.village import (
    ALWAYS,
    AT,
    AUTHORITY,
    KNOWN,
    MEASURES,
    ORG,
    PEOPLE,
    PERSON,
    POLICIES,
    SERVED,
    ground,
    new_id,
    permit,
)
from tests.consent.worlds import request
from tests.effort import scaled
from tests.story.makers import a_need, a_profile, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import FamilyCase
    from kgbx.consent.facts import Request
    from kgbx.exchange.openings import Opening, Sparing
    from kgbx.story import Coverage, Profile

module = sys.modules[openings.__module__]
TOPICS = (
    "family.history",
    "child.school",
    "parent.health",
    "safety.hidden_address",
    "request.question",
    "help.current",
)
MOTHER, FATHER, TEEN = PERSON["M"], PERSON["F"], PERSON["K13"]


EXAMPLES = scaled(quick=15, ci=250, long=5000)


def for_some(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with the argument `seed`, for some hundred shares of a case at effort ci."""
    decorated: Callable[..., None] = settings(max_examples=EXAMPLES)(given(seed=st.integers(0, 2**48))(test))
    return decorated


@cache
def everything() -> Profile:
    """Return a profile that asks for every topic of the made-up cases, of everybody."""
    needs = [
        a_need(id=f"{topic}.{per}", asks={"topic": topic}, per=per)
        for topic in TOPICS
        for per in ("case", "each_child", "each_adult")
    ]
    homes = a_need(id="home", asks={"record": "addresses"}, per="each_adult", location=True)
    against = a_need(id="reactions", asks={"record": "reactions"}, per="case")
    return made(a_profile(*needs, homes, against))


class Look:
    """What a sender sees of a recipient's coverage."""

    def __init__(self, case: FamilyCase, asked: Request, facts: Facts, policy: Any = POLICIES[0]) -> None:  # noqa: ANN401  # a policy
        self.case, self.asked, self.facts, self.policy = case, asked, facts, policy
        self.decided = self.decide(facts)
        self.coverage = self.cover(self.decided)

    @classmethod
    def of(cls, seed: int) -> Look:
        """Return the look at a made-up world."""
        scene = CaseScene(seed)
        return cls(scene.case, request(scene.to), scene.facts, scene.policy)

    def decide(self, facts: Facts) -> Decided:
        found = share(self.case, request=self.asked, policy=self.policy, facts=facts)
        return Decided(share=found, policy=self.policy, facts=facts)

    def cover(self, decided: Decided) -> Coverage:
        blocked = blocked_by(decided.facts, at=AT, known_at=AT)
        view, at = decided.share.view, parse_moment(AT)
        return coverage(view, everything(), at=at, withheld=self.case, blocked=blocked)

    @property
    def openings(self) -> tuple[Opening, ...]:
        return openings(self.case, self.coverage, request=self.asked, decided=self.decided)

    def permitting(self, one: Sparing) -> Facts:
        """Return the facts with the advised permits."""
        given = [
            permit(
                p.decided_by, p.about, id=f"given {number}", categories=p.categories, recipients=(self.asked.recipient,)
            )
            for number, p in enumerate(one.permits)
        ]
        return self.facts.model_copy(update={"consents": (*self.facts.consents, *given)})


def kept_from(facts: Facts) -> set[str]:
    """Return, counted in another way, who must not be named: any live protection, any confidence."""
    blocked = {person for one in facts.protections for person in one.blocked if one.recorded_at <= AT and _runs(one)}
    return blocked | {person for one in facts.confidences for person in one.withheld_from}


def _runs(one: ProtectionFact) -> bool:
    return one.valid_until is None or one.valid_until > AT


class TestNobodyIsNamedWhoMustNotBe:
    """Advice names nobody who is blocked in a protection or from whom something is kept in confidence."""

    @for_some
    def test_no_advice_names_a_blocked_person(self, seed: int) -> None:
        look = Look.of(seed)
        found = look.openings
        advised = {one.decided_by for opening in found for way in opening.ways for one in way}
        advised |= {one.decided_by for sparse in sparing(found) for one in sparse.permits}
        assert advised.isdisjoint(kept_from(look.facts))

    @for_some
    def test_no_question_is_for_a_blocked_person_or_for_children_where_they_live(self, seed: int) -> None:
        look = Look.of(seed)
        asked = questions(look.coverage)
        blocked = {
            one for fact in look.facts.protections if _runs(fact) and fact.recorded_at <= AT for one in fact.blocked
        }
        assert {one for question in asked for one in question.ask}.isdisjoint(blocked)
        assert all(one.ask == (one.about,) for one in asked if one.need.location)
        children = {PERSON[name] for name in ("K9", "K12", "K13", "K16")}
        assert children.isdisjoint(one for question in asked if question.need.location for one in question.ask)


class TestAdvisedPermitsAreEnough:
    """What is advised would do what it says: with these permits each of these needs is told."""

    @for_some
    def test_the_needs_are_told_once_the_permits_are_given(self, seed: int) -> None:
        look = Look.of(seed)
        for one in sparing(look.openings):
            after = look.cover(look.decide(look.permitting(one)))
            told = {(row.need.id, row.person) for row in after.of("told", "told_disputed")}
            assert {(row.need.id, row.person) for row in one.rows} <= told


# --- one world, one thing at a time


def facts(**more: Any) -> Facts:  # noqa: ANN401  # facts of any kind
    """Return that nobody permitted anything, and more."""
    known: dict[str, Any] = {"parental_authority": AUTHORITY, "caseloads": SERVED, "caseload_known": ("*",)}
    return Facts(persons=PEOPLE, organisations=KNOWN, **(known | more))


def told(**members: Any) -> FamilyCase:  # noqa: ANN401  # members of a statement
    """Return the people of the village and one statement."""
    people = [one for one in BASE if one.id in PERSON.values()]
    changes = {"third_parties": None, "reveals_location_of": None, "labels": None} | members
    return type(BASE)([*people, get("a").model_copy(update=changes)], synthetic=True)


def advice(case: FamilyCase, some: Facts, to: str = "PROV") -> tuple[Opening, ...]:
    return Look(case, request(ORG[to]), some).openings


def who(found: tuple[Opening, ...]) -> set[tuple[tuple[str, str], ...]]:
    return {tuple((one.decided_by, one.about) for one in opening.permits) for opening in found}


ABOUT_MOTHER = {"about": (MOTHER,), "topics": ("family.history",)}
ABOUT_TEEN = {"about": (TEEN,), "topics": ("family.history",)}
HER_HEALTH = {"about": (MOTHER,), "topics": ("parent.health",)}
ALL_THREE = tuple(sorted((one, TEEN) for one in (MOTHER, FATHER, TEEN)))


def test_an_adult_decides_alone() -> None:
    assert who(advice(told(**ABOUT_MOTHER), facts())) == {((MOTHER, MOTHER),)}


def test_a_youth_of_thirteen_decides_together_with_both_parents() -> None:
    assert who(advice(told(**ABOUT_TEEN), facts())) == {ALL_THREE}


def test_who_permitted_already_is_not_asked() -> None:
    given = (permit(TEEN, TEEN), permit(FATHER, TEEN))
    assert who(advice(told(**ABOUT_TEEN), facts(consents=given))) == {((MOTHER, TEEN),)}


def test_who_refused_is_not_asked_and_neither_are_the_others() -> None:
    refused = (permit(FATHER, TEEN, decision="refuse"),)
    assert who(advice(told(**ABOUT_TEEN), facts(consents=refused))) == {()}


def test_with_a_parent_who_is_blocked_a_guardian_is_named_instead_of_the_others() -> None:
    hidden = ProtectionFact(person=MOTHER, allowed=("*",), blocked=(FATHER,), **ALWAYS)
    found = advice(told(**ABOUT_TEEN), facts(protections=(hidden,)))
    assert who(found) == {()}
    assert {one.curator_for for one in found} == {(TEEN,)}


def test_something_told_in_confidence_anywhere_keeps_a_parent_out_of_all_advice() -> None:
    secret = ConfidenceFact(item=new_id("b"), withheld_from=(FATHER,))
    found = advice(told(**ABOUT_TEEN), facts(confidences=(secret,)))
    assert (who(found), {one.curator_for for one in found}) == ({()}, {(TEEN,)})


def test_where_no_consent_can_be_advised_the_provisions_that_fit_are_named() -> None:
    refused = (permit(FATHER, TEEN, decision="refuse"),)
    found = advice(told(**ABOUT_TEEN), facts(consents=refused, measures=MEASURES), to="GI")
    assert {one.provisions for one in found} == {("JW-7.3.11-4",)}


def test_a_provision_without_its_measure_and_one_for_an_emergency_are_not_named() -> None:
    refused = (permit(FATHER, TEEN, decision="refuse"),)
    found = advice(told(**ABOUT_TEEN), facts(consents=refused), to="GI")
    assert {one.provisions for one in found} == {()}


def test_nothing_opens_what_was_told_in_confidence() -> None:
    secret = ConfidenceFact(item=new_id("a"), withheld_from=(MOTHER,))
    found = advice(told(**ABOUT_TEEN), facts(confidences=(secret,), measures=MEASURES), to="GI")
    assert found != ()
    assert {(one.permits, one.provisions, one.curator_for) for one in found} == {((), (), ())}


def test_nothing_opens_what_is_not_necessary() -> None:
    found = advice(told(**ABOUT_MOTHER), facts(), to="SCHOOL")
    assert {(one.permits, one.provisions) for one in found} == {((), ())}
    assert all("NOT_NECESSARY" in one.reasons for one in found)


def test_a_third_party_is_asked_too() -> None:
    found = advice(told(**ABOUT_MOTHER, third_parties=(PERSON["N"],)), facts())
    assert who(found) == {tuple(sorted([(MOTHER, MOTHER), (PERSON["N"], PERSON["N"])]))}


def test_whom_a_legal_ground_releases_is_not_asked() -> None:
    neighbour = PERSON["N"]
    duty = ground(id="duty", provision="JW-7.3.11-4", recipient=ORG["GI"], subjects=(TEEN,))
    some = facts(legal_grounds=(duty,), measures=MEASURES)
    found = advice(told(about=(TEEN, neighbour), topics=("family.history",)), some, to="GI")
    assert who(found) == {((neighbour, neighbour),)}


def test_health_for_who_is_not_bound_to_secrecy_asks_everybody_even_whom_a_team_releases() -> None:
    loose = tuple(one.model_copy(update={"bound_to_secrecy": False}) for one in KNOWN)
    team = CareTeamFact(subject=MOTHER, organisations=(ORG["LT"], ORG["PROV"]), **ALWAYS)
    found = advice(told(**HER_HEALTH), facts(care_teams=(team,)).model_copy(update={"organisations": loose}))
    assert who(found) == {((MOTHER, MOTHER),)}


def test_of_several_records_the_one_that_needs_fewest_people_comes_first() -> None:
    (found,) = advice(told(**ABOUT_TEEN).merge(told(id=new_id("b"), **ABOUT_MOTHER)), facts())
    assert [len(way) for way in found.ways] == [1, 3]
    assert found.permits == found.ways[0]


def test_an_adult_whose_representative_must_not_be_asked_gets_no_guardian_of_children() -> None:
    hidden = ProtectionFact(person=FATHER, allowed=("*",), blocked=(MOTHER,), **ALWAYS)
    found = advice(told(about=(PERSON["V"],), topics=("family.history",)), facts(protections=(hidden,)))
    assert {(one.permits, one.curator_for) for one in found} == {((), ())}


def test_the_permit_that_spares_most_comes_first() -> None:
    case = told(**ABOUT_MOTHER).merge(told(id=new_id("b"), **ABOUT_TEEN)).merge(told(id=new_id("d"), **HER_HEALTH))
    known = [(MOTHER, MOTHER), (MOTHER, TEEN), (FATHER, TEEN), (TEEN, TEEN)]
    names = [permit(one, about, id=f"names {one} {about}", categories=("contact",)) for one, about in known]
    found = sparing(advice(case, facts(consents=(*names, permit(FATHER, TEEN), permit(TEEN, TEEN)))))
    assert [[(one.decided_by, one.about) for one in sparse.permits] for sparse in found] == [
        [(MOTHER, MOTHER)],
        [(MOTHER, TEEN)],
    ]
    assert [one.permits[0].categories for one in found] == [("family_story", "health"), ("family_story",)]
    assert {(row.need.id, row.person) for row in found[1].rows} == {
        ("family.history.case", None),
        ("family.history.each_child", TEEN),
    }
    assert ("family.history.case", None) in {(row.need.id, row.person) for row in found[0].rows}


@pytest.mark.parametrize("need", [{"answered_by": "professional"}, {"from_register": "brp"}])
def test_a_need_that_the_recipient_would_not_ask_is_not_spared(need: dict[str, str]) -> None:
    look = Look(told(**ABOUT_MOTHER), request(ORG["PROV"]), facts())
    needed = made(a_profile(a_need(asks={"topic": "family.history"}, per="case", **need)))
    found = coverage(look.decided.share.view, needed, at=parse_moment(AT), withheld=look.case)
    opened = openings(look.case, found, request=look.asked, decided=look.decided)
    assert sparing(look.openings) != ()
    assert sparing(opened) == ()


def test_a_protection_that_begins_later_counts_and_one_that_ended_does_not() -> None:
    later = ProtectionFact(
        person=MOTHER, allowed=(), blocked=(FATHER,), recorded_at="2025-01-01", valid_from="2027-01-01"
    )
    ended = later.model_copy(update={"valid_from": "2025-01-01", "valid_until": "2026-01-01", "blocked": (MOTHER,)})
    assert never_named(facts(protections=(later, ended)), at=AT, known_at=AT) == {FATHER}


def test_where_only_a_third_party_stands_in_the_way_a_weighing_would_do_and_no_provision() -> None:
    permits = (permit(MOTHER, MOTHER), permit(PERSON["N"], PERSON["N"], decision="refuse"))
    found = advice(
        told(**ABOUT_MOTHER, third_parties=(PERSON["N"],)), facts(consents=permits, measures=MEASURES), to="GI"
    )
    assert {(one.permits, one.provisions, one.weighing) for one in found} == {((), (), True)}


def test_each_set_of_permits_is_tried_out_once_however_many_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = []
    for size in (5, 50):
        case = told(**ABOUT_MOTHER)
        for number in range(size):
            case = case.merge(told(id=new_id(f"more {number}"), **(ABOUT_MOTHER if number % 2 else ABOUT_TEEN)))
        look = Look(case, request(ORG["PROV"]), facts())
        tried: list[int] = []
        monkeypatch.setattr(module, "share", lambda *a, tried=tried, **k: tried.append(1) or share(*a, **k))
        assert look.openings != ()
        counted.append(len(tried))
    assert counted == [2, 2]

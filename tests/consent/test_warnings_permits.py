# SPDX-License-Identifier: EUPL-1.2
"""Birthdays of 12, 16 and 18, and which permits stop being enough; nobody is named who must not learn something."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.consent.consents import Scope, consent_reasons
from kgbx.consent.facts import (
    AuthorityFact,
    ConfidenceFact,
    ConsentFact,
    Facts,
    PersonFact,
    ProtectionFact,
    WithdrawalFact,
)
from kgbx.consent.index import Index
from kgbx.consent.policies import published_policies
from kgbx.consent.warnings import CaseWarning, warnings
from tests.case.builders import CHILD, SMALLEST, as_bytes, document
from tests.case.builders import MOTHER as TELLER
from tests.consent.village import ALWAYS, ORG, POLICIES, permit
from tests.consent.worlds import Maker
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.policy import Policy

EMPTY: Final = FamilyCase([], synthetic=True)
POLICY: Final = published_policies()[0]
AT: Final = "2026-03-01"
BORN: Final = {12: "2014-04-01", 16: "2010-04-01", 18: "2008-04-01"}
SELF, MOTHER, FATHER = permit("K", "K"), permit("M", "K"), permit("F", "K")
AUTHORITY: Final = tuple(AuthorityFact(child="K", holder=who, **ALWAYS) for who in ("M", "F"))


def world(*consents: ConsentFact, born: str = BORN[12], **facts: Any) -> Facts:  # noqa: ANN401  # members of Facts
    person = PersonFact(id="K", birth_date=born, capable=facts.pop("capable", True))
    return Facts(persons=(person,), consents=consents, **{"parental_authority": AUTHORITY, **facts})


def found(facts: Facts, at: str = AT, days: int = 60, policy: Policy = POLICY) -> tuple[CaseWarning, ...]:
    return warnings(EMPTY, facts=facts, policy=policy, at=at, days=days)


def turns(facts: Facts, at: str = AT, days: int = 60) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.on, one.latest) for one in found(facts, at, days) if one.kind.startswith("TURNS_")]


def stops(facts: Facts, policy: Policy = POLICY) -> list[tuple[str, str, tuple[str, ...]]]:
    told = (one for one in found(facts, policy=policy) if one.kind == "PERMIT_NOT_ENOUGH")
    return [(one.record, one.on, one.deciders) for one in told]


class TestBirthdays:
    """A birthday is told when it may fall in the window, by calendar day in Amsterdam."""

    @pytest.mark.parametrize("age", BORN)
    def test_each_age_at_which_others_decide(self, age: int) -> None:
        assert turns(world(born=BORN[age])) == [(f"TURNS_{age}", "2026-04-01", None)]

    @pytest.mark.parametrize(("born", "day"), [("2008-02-29", "2026-03-01"), ("2008-02-28", "2026-02-28")])
    def test_who_was_born_on_29_february_turns_eighteen_on_1_march(self, born: str, day: str) -> None:
        assert turns(world(born=born), at="2026-02-20") == [("TURNS_18", day, None)]

    def test_in_a_leap_year_it_is_on_29_february(self) -> None:
        assert turns(world(born="2016-02-29"), at="2028-02-20") == [("TURNS_12", "2028-02-29", None)]

    @pytest.mark.parametrize(("at", "days", "number"), [("2026-03-01", 30, 0), ("2026-03-01", 31, 1)])
    def test_the_last_day_of_the_window_counts(self, at: str, days: int, number: int) -> None:
        assert len(turns(world(), at, days)) == number

    @pytest.mark.parametrize(("at", "number"), [("2026-04-01T21:59:59Z", 1), ("2026-04-01T22:00:00Z", 0)])
    def test_the_day_ends_at_midnight_in_amsterdam(self, at: str, number: int) -> None:
        assert len(turns(world(), at, days=10)) == number

    @pytest.mark.parametrize(
        ("born", "at", "told"),
        [
            ("2014-04", AT, [("TURNS_12", "2026-04-01", "2026-04-30")]),
            ("2014", "2026-12-31", [("TURNS_12", "2026-01-01", "2026-12-31")]),
            ("2014", "2027-01-01", []),
            ("2014-02", "2025-12-01", []),
            ("2008-02", "2026-03-01", [("TURNS_18", "2026-02-01", "2026-03-01")]),
            ("2008-02", "2026-03-02", []),
        ],
    )
    def test_a_partial_birth_date_may_fall_in_the_window(self, born: str, at: str, told: list[Any]) -> None:
        assert turns(world(born=born), at) == told

    def test_a_birth_date_that_is_none_makes_no_birthday(self) -> None:
        assert turns(world(born="somewhen")) == []

    def test_who_died_has_no_birthday(self) -> None:
        dead = SMALLEST["persons"] | {"birth_date": BORN[12], "death_date": "2026-01"}
        case = FamilyCase.from_json(as_bytes(document(persons=[dead | {"recorded_at": "2026-02-01T10:00:00Z"}])))
        facts = Facts(persons=(PersonFact(id=dead["id"], birth_date=BORN[12], capable=True),))
        assert warnings(case, facts=facts, policy=POLICY, at=AT) == ()


class TestPermitsThatStop:
    """A permit that still holds and no longer suffices is told, with who is missing."""

    def test_at_twelve_the_youth_is_missing(self) -> None:
        child = ("K",)
        assert stops(world(MOTHER, FATHER)) == sorted((one.id, "2026-04-01", child) for one in (MOTHER, FATHER))

    @pytest.mark.parametrize("age", [16, 18])
    def test_at_sixteen_and_eighteen_nothing_stops_that_the_youth_permitted(self, age: int) -> None:
        assert stops(world(SELF, MOTHER, FATHER, born=BORN[age])) == []

    def test_at_eighteen_the_permits_of_parents_stop_for_whoever_cannot_judge_it(self) -> None:
        facts = world(MOTHER, FATHER, born=BORN[18], capable=False)
        assert stops(facts) == sorted((one.id, "2026-04-01", ()) for one in (MOTHER, FATHER))
        person = facts.persons[0].model_copy(update={"represented_by": "P"})
        assert {one[2] for one in stops(facts.model_copy(update={"persons": (person,)}))} == {("P",)}

    def test_a_youth_who_cannot_judge_it_changes_nothing_at_twelve(self) -> None:
        assert stops(world(MOTHER, FATHER, capable=False)) == []

    def test_what_was_not_enough_before_does_not_stop(self) -> None:
        assert stops(world(MOTHER)) == []

    def test_when_the_permit_of_one_ends_that_of_the_other_stops(self) -> None:
        ends = FATHER.model_copy(update={"valid_until": "2026-03-20"})
        assert stops(world(MOTHER, ends, born="2018-01-01")) == [(MOTHER.id, "2026-03-20", ("F",))]

    def test_when_one_withdraws_the_permit_of_the_other_stops(self) -> None:
        ends = WithdrawalFact(consent=FATHER.id, recorded_at=AT, effective_at="2026-03-20")
        told = stops(world(MOTHER, FATHER, born="2018-01-01", withdrawals=(ends,)))
        assert told == [(MOTHER.id, "2026-03-20", ("F",))]

    def test_when_one_is_enough_it_does_not_stop(self) -> None:
        ends = FATHER.model_copy(update={"valid_until": "2026-03-20"})
        assert stops(world(MOTHER, ends, born="2018-01-01"), policy=POLICIES[2]) == []

    def test_a_new_holder_of_authority_must_permit_too(self) -> None:
        begins = AuthorityFact(child="K", holder="N", recorded_at=AT, valid_from="2026-03-10")
        told = stops(world(MOTHER, FATHER, born="2018-01-01", parental_authority=(*AUTHORITY, begins)))
        assert told == sorted((one.id, "2026-03-10", ("N",)) for one in (MOTHER, FATHER))

    def test_a_refusal_that_begins_later_stops_what_it_is_about(self) -> None:
        refusal = permit("F", "K", id="no", decision="refuse", valid_from="2026-03-15", categories=("health",))
        health = MOTHER.model_copy(update={"categories": ("health",)})
        assert stops(world(health, FATHER, refusal, born="2018-01-01")) == [(health.id, "2026-03-15", ("F",))]

    def test_each_is_told_once_at_the_first_change(self) -> None:
        first = FATHER.model_copy(update={"valid_until": "2026-03-20"})
        second = FATHER.model_copy(update={"id": "again", "valid_from": "2026-03-25", "valid_until": "2026-04-05"})
        told = stops(world(MOTHER, first, second, born="2018-01-01"))
        assert [one for one in told if one[0] == MOTHER.id] == [(MOTHER.id, "2026-03-20", ("F",))]

    def test_a_partial_birth_date_counts_from_its_first_day(self) -> None:
        assert {one[1] for one in stops(world(MOTHER, FATHER, born="2014-04"))} == {"2026-04-01"}

    def test_a_birthday_that_may_have_been_is_still_told(self) -> None:
        assert {one[1] for one in stops(world(MOTHER, FATHER, born="2014"))} == {"2026-01-01"}

    def test_a_permit_that_ended_since_is_not_told(self) -> None:
        ended = [one.model_copy(update={"valid_until": "2026-02-01"}) for one in (MOTHER, FATHER)]
        assert stops(world(*ended, born="2014")) == []


BLOCKED: Final[dict[str, dict[str, Any]]] = {
    "protection": {"protections": (ProtectionFact(person="K", allowed=("*",), blocked=("F", "X"), **ALWAYS),)},
    "confidence": {"confidences": (ConfidenceFact(item="any", withheld_from=("F", "X")),)},
}


@pytest.mark.parametrize("why", BLOCKED)
def test_who_must_not_learn_something_is_not_named_as_decider(why: str) -> None:
    ends = FATHER.model_copy(update={"valid_until": "2026-03-20"})
    told = [one for one in found(world(MOTHER, ends, born="2018-01-01", **BLOCKED[why])) if one.deciders_left_out]
    assert [(one.kind, one.deciders) for one in told] == [("CONSENT_ENDS", ()), ("PERMIT_NOT_ENOUGH", ())]
    assert all("Discuss safety first." in one.say("en") for one in told)
    assert all("Overleg eerst over de veiligheid." in one.say("nl") for one in told)


def test_whoever_decided_is_named_where_a_permit_ends() -> None:
    ends = FATHER.model_copy(update={"valid_until": "2026-03-20"})
    told = [one for one in found(world(MOTHER, ends, born="2018-01-01")) if one.kind == "CONSENT_ENDS"]
    assert [(one.deciders, one.deciders_left_out) for one in told] == [(("F",), False)]


@pytest.mark.parametrize(("why", "told"), [("protection", []), ("confidence", [("X", (), True)])])
def test_who_is_kept_away_has_no_birthday_and_who_must_not_learn_it_a_careful_one(why: str, told: object) -> None:
    youth = PersonFact(id="X", birth_date=BORN[18], capable=True)
    facts = world(**BLOCKED[why]).model_copy(update={"persons": (youth,)})
    assert [(one.record, one.deciders, one.deciders_left_out) for one in found(facts)] == told


def test_what_is_kept_about_another_hides_nobody() -> None:
    told = SMALLEST["statements"]
    case = FamilyCase.from_json(as_bytes(document(statements=[told], persons=[{**SMALLEST["persons"], "id": TELLER}])))
    kept = ConfidenceFact(item=told["id"], withheld_from=("F",))
    ends = {about: permit("F", about, valid_until="2026-03-20") for about in (TELLER, CHILD)}
    facts = Facts(consents=tuple(ends.values()), confidences=(kept,))
    told_by = {one.record: one.deciders for one in warnings(case, facts=facts, policy=POLICY, at="2026-03-02")}
    assert told_by == {ends[TELLER].id: (), ends[CHILD].id: ("F",)}


def test_a_protection_that_has_ended_hides_nobody() -> None:
    over = BLOCKED["protection"]["protections"][0].model_copy(update={"valid_until": AT})
    ends = FATHER.model_copy(update={"valid_until": "2026-03-20"})
    assert [one[2] for one in stops(world(MOTHER, ends, born="2018-01-01", protections=(over,)))] == [("F",)]


def lost_by_looking_each_day(facts: Facts, policy: Policy, days: int) -> Iterable[str]:
    """Yield the proven permits that release something now and on some later day hold and no longer do."""
    moments = [(date.fromisoformat(AT) + timedelta(days=day)).isoformat() for day in range(days + 1)]
    indexes = [Index.of(facts, moment, known_at=AT) for moment in moments]
    for fact in facts.consents:
        if fact.decision == "refuse" or not fact.proven:
            continue
        scope = Scope(fact.recipients[0], fact.categories[0], policy.purposes_above(fact.purposes[0]))
        held = [index for index in indexes if fact in index.consents.get(fact.about, ())]
        released = [not consent_reasons(fact.about, scope, index=index, policy=policy) for index in held]
        if held and held[0] is indexes[0] and released[0] and not all(released):
            yield fact.id


def changing(maker: Maker) -> Facts:
    """Return a world in which permits and authority end, refusals begin and children have birthdays in the window."""
    facts = maker.world()

    def day() -> str:
        return (date.fromisoformat(AT) + timedelta(days=maker.random.randrange(1, 60))).isoformat()

    def ends(fact: Any) -> Any:  # noqa: ANN401  # a fact with a period
        return fact.model_copy(update={"valid_until": day()}) if maker.chance(8) else fact

    permits = [one for one in facts.consents if one.decision == "permit"]
    refusals = [
        permit(one.decided_by, one.about, id=maker.id(), decision="refuse", valid_from=day(), recorded_at=AT)
        for one in permits
        if maker.chance(20)
    ]
    births = ("2014", *(f"{int(born[:4])}{day()[4:]}" for born in BORN.values()))
    persons = [one.model_copy(update={"birth_date": maker.one(*births)}) for one in facts.persons]
    more = {"consents": (*map(ends, facts.consents), *refusals), "persons": (*persons,)}
    return facts.model_copy(update={**more, "parental_authority": (*map(ends, facts.parental_authority),)})


@settings(max_examples=scaled(quick=10, ci=100, long=2000), deadline=None)
@given(seed=st.integers(0, 2**48))
def test_no_permit_stops_without_being_told(seed: int) -> None:
    maker = Maker(seed)
    facts, policy = changing(maker), maker.policy()
    told = {one.record for one in found(facts, policy=policy) if one.kind == "PERMIT_NOT_ENOUGH"}
    assert set(lost_by_looking_each_day(facts, policy, 60)) <= told


@settings(max_examples=scaled(quick=10, ci=100, long=2000), deadline=None)
@given(seed=st.integers(0, 2**48))
def test_no_warning_names_who_must_not_learn_something(seed: int) -> None:
    maker = Maker(seed)
    protection = maker.protection().model_copy(update={**ALWAYS, "valid_until": None})
    facts = changing(maker).model_copy(update={"protections": (protection,)})
    told = found(facts)
    assert {one.record for one in told}.isdisjoint(protection.blocked)
    hidden = set(protection.blocked).union(*(one.withheld_from for one in facts.confidences))
    assert {who for one in told for who in one.deciders}.isdisjoint(hidden)


def test_order_and_duplicates_of_facts_do_not_matter() -> None:
    facts = world(MOTHER, FATHER, SELF.model_copy(update={"recipients": (ORG["GI"],)}))
    turned = facts.model_copy(
        update={name: (*value[::-1], *value) for name, value in facts if isinstance(value, tuple)}
    )
    assert found(turned) == found(facts)

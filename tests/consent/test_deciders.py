# SPDX-License-Identifier: EUPL-1.2
"""Who decides about whom at which age, against an oracle that is written out; and P13: birthdays, clocks, ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.clock import format_instant
from kgbx.consent.consents import Scope, consent_reasons, third_party_permits
from kgbx.consent.decide import decide
from kgbx.consent.facts import AuthorityFact, Facts, Item, PersonFact, Request, WithdrawalFact
from kgbx.consent.index import Index
from kgbx.consent.policies import published_policies
from tests.consent.village import ALWAYS, AT, KNOWN, ORG, permit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.facts import ConsentFact
    from kgbx.consent.policy import Policy

BASE: Final = published_policies()[0]
SWITCHES: Final = {
    (joint, youth): BASE.model_copy(update={"joint_authority": joint, "age_12_to_15": youth})
    for joint, youth in product(("all", "one_unless_objection"), ("youth_and_authority", "youth"))
}
WHO: Final = ("self", "mother", "father", "proxy")
SOME: Final = tuple(chain.from_iterable(combinations(WHO, size) for size in range(len(WHO) + 1)))
HOLDERS: Final = frozenset({"mother", "father"})
BORN: Final = {
    0: "2026-03-01",
    11: "2014-03-02",
    12: "2014-03-01",
    15: "2010-03-02",
    16: "2010-03-01",
    17: "2008-03-02",
    18: "2008-03-01",
}
PROV: Final = ORG["PROV"]


def groups(age: int, youth: str, *, capable: bool) -> list[frozenset[str]]:
    """Return who must permit at an age: the oracle, as the law says it."""
    if age >= 18:
        return [frozenset({"self"} if capable else {"proxy"})]
    if age < 12 or not capable:
        return [HOLDERS]
    if age >= 16 or youth == "youth":
        return [frozenset({"self"})]
    return [frozenset({"self"}), HOLDERS]


def enough(group: frozenset[str], willing: Iterable[str], joint: str) -> bool:
    one = joint == "one_unless_objection" and group == HOLDERS
    return bool(group & set(willing)) if one else group <= set(willing)


def facts(born: str | None, consents: Iterable[ConsentFact], *, capable: bool = True) -> Facts:
    person = PersonFact(id="self", birth_date=born, capable=capable, represented_by="proxy")
    authority = tuple(AuthorityFact(child="self", holder=who, **ALWAYS) for who in sorted(HOLDERS))
    return Facts(persons=(person,), organisations=KNOWN, parental_authority=authority, consents=tuple(consents))


def ask(at: str = AT) -> Request:
    return Request(sender=ORG["LT"], recipient=PROV, purpose="care", at=at, known_at=at)


def reasons(found: Facts, policy: Policy = BASE, *, at: str = AT) -> set[str]:
    scope = Scope.of(ask(at), "family_story", policy=policy)
    return consent_reasons("self", scope, index=Index.of(found, at, known_at=at), policy=policy)


def permits(who: Iterable[str]) -> list[ConsentFact]:
    return [permit(one, "self") for one in who]


class TestWhoDecides:
    """Adult: self; incapable adult: representative; under 12 or incapable minor: holders; 12 to 15: self and holders,
    or self alone; 16 and 17: self. A partial birth date: consent must suffice for every age it allows."""

    @pytest.mark.parametrize("age", BORN)
    @pytest.mark.parametrize("capable", [True, False], ids=["capable", "incapable"])
    def test_by_age(self, age: int, *, capable: bool) -> None:
        for who, ((joint, youth), policy) in product(SOME, SWITCHES.items()):
            wanted = all(enough(group, who, joint) for group in groups(age, youth, capable=capable))
            found = reasons(facts(BORN[age], permits(who), capable=capable), policy)
            assert found == (set() if wanted else {"CONSENT_MISSING"})

    @pytest.mark.parametrize(("born", "ages"), [("2014", (11, 12)), ("2010-03", (15, 16)), ("2008", (17, 18))])
    @pytest.mark.parametrize("capable", [True, False], ids=["capable", "incapable"])
    def test_by_partial_date(self, born: str, ages: tuple[int, int], *, capable: bool) -> None:
        for who, ((joint, youth), policy) in product(SOME, SWITCHES.items()):
            needed = [group for age in ages for group in groups(age, youth, capable=capable)]
            wanted = all(enough(group, who, joint) for group in needed)
            assert (not reasons(facts(born, permits(who), capable=capable), policy)) == wanted

    @pytest.mark.parametrize("age", BORN)
    @pytest.mark.parametrize("capable", [True, False], ids=["capable", "incapable"])
    def test_by_age_of_a_third_party(self, age: int, *, capable: bool) -> None:
        for who, ((joint, youth), policy) in product(SOME, SWITCHES.items()):
            alone = [frozenset({"self"})] if capable and age >= 12 else groups(age, youth, capable=capable)
            wanted = all(enough(group, who, joint) for group in alone)
            index = Index.of(facts(BORN[age], permits(who), capable=capable), AT, known_at=AT)
            scope = Scope.of(ask(), "family_story", policy=policy)
            assert third_party_permits("self", scope, index=index, policy=policy) == wanted

    def test_a_third_party_who_may_be_eleven_is_not_asked_alone(self) -> None:
        for who, ((joint, youth), policy) in product(SOME, SWITCHES.items()):
            needed = [group for age in (11, 12) for group in groups(age, youth, capable=True)]
            index = Index.of(facts("2014", permits(who)), AT, known_at=AT)
            scope = Scope.of(ask(), "family_story", policy=policy)
            found = third_party_permits("self", scope, index=index, policy=policy)
            assert found == all(enough(group, who, joint) for group in needed)

    @pytest.mark.parametrize("born", [None, "1850", "2030-01-01", "2026-12-31"])
    def test_without_a_known_age_everybody_who_might_decide_must_permit(self, born: str | None) -> None:
        assert reasons(facts(born, permits(["self", "mother", "father"]))) == set()
        for who in SOME:
            found = reasons(facts(born, permits(who)))
            assert found == (set() if {"self", *HOLDERS} <= set(who) else {"NO_DECISION_MAKER", "CONSENT_MISSING"})

    def test_somebody_of_130_decides_alone(self) -> None:
        assert reasons(facts("1896-03-01", permits(["self"]))) == set()
        assert reasons(facts("1895-03-01", permits(["self"]))) == {"NO_DECISION_MAKER", "CONSENT_MISSING"}

    def test_nobody_known_decides_about_nobody_known(self) -> None:
        assert reasons(Facts(organisations=KNOWN, consents=tuple(permits(WHO)))) == {"NO_DECISION_MAKER"}

    @pytest.mark.parametrize("objecting", ["mother", "father"])
    def test_one_parent_suffices_unless_the_other_objects(self, objecting: str) -> None:
        given = [*permits(HOLDERS), permit(objecting, "self", id="no", decision="refuse", proven=False)]
        for policy in SWITCHES.values():
            assert reasons(facts(BORN[11], given), policy) == {"REFUSED"}

    @pytest.mark.parametrize("stranger", ["proxy", "neighbour"])
    def test_the_objection_of_whoever_does_not_decide_counts_for_nothing(self, stranger: str) -> None:
        given = [*permits(HOLDERS), permit(stranger, "self", id="no", decision="refuse")]
        known = PersonFact(id=stranger, birth_date="1980", capable=True)
        there = facts(BORN[11], given)
        assert reasons(there.model_copy(update={"persons": (*there.persons, known)})) == set()

    def test_the_objection_of_somebody_of_whom_nothing_is_known_counts(self) -> None:
        """It may be a parent under another id."""
        given = [*permits(HOLDERS), permit("nobody knows", "self", id="no", decision="refuse")]
        assert reasons(facts(BORN[11], given)) == {"REFUSED"}


def child(born: str | None, **changes: Any) -> PersonFact:  # noqa: ANN401  # members of a fact
    return PersonFact(**{"id": "child", "birth_date": born, "capable": True, **changes})


MOTHER: Final = PersonFact(id="mother", birth_date="1985", capable=True)
WITHDRAWALS: Final[dict[str, tuple[tuple[PersonFact, ...], dict[str, Any], bool]]] = {
    "nobody says who": ((child("2020"), MOTHER), {"by": None}, True),
    "the decider": ((child("2020"), MOTHER), {"by": "mother"}, True),
    "the decider, of whom nothing is known": ((), {"by": "mother"}, True),
    "the other parent": ((child("2020"), MOTHER), {"by": "father"}, False),
    "the child of eleven": ((child("2014-03-02"), MOTHER), {"by": "child"}, False),
    "the child of twelve": ((child("2014-03-01"), MOTHER), {"by": "child"}, True),
    "the child that may be twelve": ((child("2014"), MOTHER), {"by": "child"}, True),
    "the child whose age nobody knows": ((child(None), MOTHER), {"by": "child"}, True),
    "the child, the day before it was twelve": (
        (child("2014-03-01"), MOTHER),
        {"by": "child", "effective_at": "2026-02-28"},
        False,
    ),
    "another of twelve": ((child("2020"), child("2010", id="other")), {"by": "other"}, False),
    "who represents the child": ((child("2020", represented_by="curator"), MOTHER), {"by": "curator"}, True),
    "who represents the decider": (
        (child("2020"), MOTHER.model_copy(update={"represented_by": "curator"})),
        {"by": "curator"},
        True,
    ),
    "who represents somebody else": (
        (child("2020"), child("2010", id="other", represented_by="c")),
        {"by": "c"},
        False,
    ),
    "in a while": ((child("2020"), MOTHER), {"effective_at": "2026-03-02"}, False),
    "told later": ((child("2020"), MOTHER), {"recorded_at": "2026-03-02"}, False),
}


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_who_may_withdraw_the_permit_of_a_mother(name: str) -> None:
    """The decider, who represents decider or child, or from 12 the youth it is about; with effect then, once known."""
    persons, changes, ended = WITHDRAWALS[name]
    given = permit("mother", "child")
    gone = WithdrawalFact(**{"consent": given.id, "recorded_at": AT, "effective_at": AT, **changes})
    index = Index.of(Facts(persons=persons, consents=(given,), withdrawals=(gone,)), AT, known_at=AT)
    assert index.consents == ({} if ended else {"child": [given]})


@pytest.mark.parametrize(
    ("born", "ended"),
    [("2020", True), ("2010-03-02", True), ("2010-03-01", False), ("2010", True), (None, True), ("1990", False)],
)
@pytest.mark.parametrize("decider", ["mother", "child"])
def test_under_sixteen_every_holder_may_withdraw(born: str | None, decider: str, *, ended: bool) -> None:
    """Whoever permitted: UAVG 5 lid 3 onder a. An age that may be under sixteen is."""
    given = permit(decider, "child")
    gone = WithdrawalFact(consent=given.id, by="father", recorded_at=AT, effective_at=AT)
    held = tuple(AuthorityFact(child="child", holder=one, **ALWAYS) for one in ("mother", "father"))
    known = Facts(persons=(child(born), MOTHER), parental_authority=held, consents=(given,), withdrawals=(gone,))
    assert Index.of(known, AT, known_at=AT).consents == ({} if ended else {"child": [given]})
    for others in (held[:1], (held[0], held[1].model_copy(update={"valid_until": AT}))):
        without = known.model_copy(update={"parental_authority": others})
        assert Index.of(without, AT, known_at=AT).consents == {"child": [given]}


def test_losing_authority_revives_no_permit() -> None:
    given, earlier = permit("mother", "child"), "2026-02-01"
    gone = WithdrawalFact(consent=given.id, by="father", recorded_at=earlier, effective_at=earlier)
    lost = AuthorityFact(child="child", holder="father", **ALWAYS | {"valid_until": "2026-02-15"})
    known = Facts(persons=(child("2020"), MOTHER), parental_authority=(lost,), consents=(given,), withdrawals=(gone,))
    assert Index.of(known, AT, known_at=AT).consents == {}


AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")


class TestP13Calendar:
    """Birthdays by calendar day in Europe/Amsterdam, 29 February, clock change, exclusive ends."""

    @given(
        born=st.dates(date(2000, 1, 1), date(2022, 12, 31)),
        second=st.integers(1_767_225_600, 1_830_000_000),
        near=st.booleans(),
    )
    def test_birthdays(self, born: date, second: int, *, near: bool) -> None:
        moment = datetime.fromtimestamp(second, tz=UTC)
        if near:
            birthday = moment.astimezone(AMSTERDAM).date()
            born = date(born.year, birthday.month, min(birthday.day, 28)) + timedelta(days=second % 2)
        day = moment.astimezone(AMSTERDAM).date()
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        for who in SOME:
            wanted = all(group <= set(who) for group in groups(age, "youth_and_authority", capable=True))
            found = facts(born.isoformat(), permits(who))
            assert (not reasons(found, at=format_instant(moment))) == wanted

    @pytest.mark.parametrize(
        ("born", "at", "age"),
        [
            ("2014-03-01", "2026-02-28T22:59:59Z", 11),
            ("2014-03-01", "2026-02-28T23:00:00Z", 12),
            ("2014-07-01", "2026-06-30T21:59:59Z", 11),
            ("2014-07-01", "2026-06-30T22:00:00Z", 12),
            ("2012-02-29", "2028-02-28", 15),
            ("2012-02-29", "2028-02-29", 16),
            ("2008-02-29", "2026-02-28", 17),
            ("2008-02-29", "2026-03-01", 18),
            ("2014-03-29", "2026-03-29", 12),
            ("2014-10-25", "2026-10-24T21:59:59Z", 11),
            ("2014-10-25", "2026-10-24T22:00:00Z", 12),
        ],
    )
    def test_the_day_turns_in_amsterdam(self, born: str, at: str, age: int) -> None:
        low, high = Index.of(facts(born, ()), at, known_at=at).ages("self")
        assert (low, high) == (age, age)

    @pytest.mark.parametrize(
        ("day", "first"),
        [
            ("2026-03-01", "2026-02-28T23:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
            ("2026-10-26", "2026-10-25T23:00:00Z"),
            ("2028-02-29", "2028-02-28T23:00:00Z"),
        ],
    )
    def test_a_day_is_its_first_instant_and_an_end_is_exclusive(self, day: str, first: str) -> None:
        last = format_instant(datetime.fromisoformat(first) - timedelta(seconds=1))
        for period, live in (("valid_until", (True, False)), ("valid_from", (False, True))):
            given = permit("self", "self", **{period: day})
            found = [not reasons(facts("1990-01-01", [given]), at=at) for at in (last, first)]
            assert tuple(found) == live
        assert not reasons(facts("1990-01-01", [permit("self", "self", valid_from=day)]), at=day)
        assert reasons(facts("1990-01-01", [permit("self", "self", valid_until=day)]), at=day)

    def test_what_was_recorded_at_the_known_moment_is_known(self) -> None:
        for recorded, live in (("2026-03-01", True), ("2026-02-28T23:00:01Z", False)):
            given = permit("self", "self", recorded_at=recorded)
            assert (not reasons(facts("1990-01-01", [given]))) == live

    def test_a_period_that_ends_before_it_begins_is_never_live(self) -> None:
        given = permit("self", "self", valid_from="2026-04-01", valid_until="2026-02-01")
        for at in ("2026-01-01", "2026-03-01", "2026-05-01"):
            assert reasons(facts("1990-01-01", [given]), at=at)

    def test_a_retention_ends_at_its_first_instant(self) -> None:
        item = Item(id="i", category="family_story", about=("self",), keep_until="2026-03-29")
        found = facts("1990-01-01", permits(["self"]))
        for at, over in (("2026-03-28T22:59:59Z", False), ("2026-03-28T23:00:00Z", True)):
            decision = decide(item, ask(at), facts=found, policy=BASE)
            assert ("RETENTION_OVER" in decision.reasons) == over

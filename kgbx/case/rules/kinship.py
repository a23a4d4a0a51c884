# SPDX-License-Identifier: EUPL-1.2
"""Rules about persons, how they are related, and where they live together.

Rules: nothing is claimed that partial dates leave open. What only is improbable, or rests on law that a register may
know better, is a warning.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, exceeding, overlapping, surely_before
from kgbx.case.graph import circular
from kgbx.case.rules.kinds import BIRTH_PARENTS, LEGAL_PARENTS, MARRIAGES, PARENTS, PARTNERS, SIBLINGS
from kgbx.case.rules.rule import Finding, Rule, one_of_each_organisation
from kgbx.clock import ages_on, span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.family import Household, HouseholdMember, Relation
    from kgbx.case.index import CaseIndex
    from kgbx.case.people import Person

_YOUNGEST_PARENT: Final = 12
_OLDEST_PARENT: Final = 70
_LEGAL_PARENTS_AT_ONCE: Final = 2
_DAYS: Final = 14
_PREGNANCY: Final = timedelta(weeks=40)
_OVERDUE: Final = timedelta(weeks=4)


def _born_or_expected(index: CaseIndex) -> Iterator[Finding]:
    for pointer, person in index.items("persons"):
        if person.expected_birth_date is None:
            continue
        if person.birth_date is not None:
            yield Finding(f"{pointer}/expected_birth_date")
        if person.sex in {"man", "vrouw"}:
            yield Finding(f"{pointer}/sex")


def _expected_out_of_time(index: CaseIndex) -> Iterator[Finding]:
    for pointer, person in index.items("persons"):
        if person.expected_birth_date is None or person.birth_date is not None:
            continue
        ahead = date.fromisoformat(person.expected_birth_date) - day_recorded(person)
        if not -_OVERDUE <= ahead <= _PREGNANCY:
            yield Finding(f"{pointer}/expected_birth_date")


def _died_before_birth(index: CaseIndex) -> Iterator[Finding]:
    for pointer, person in index.items("persons"):
        if person.birth_date and person.death_date and surely_before(person.death_date, person.birth_date):
            yield Finding(f"{pointer}/death_date")


def _own_ancestor(index: CaseIndex) -> Iterator[Finding]:
    relations = [(pointer, relation) for pointer, relation in index.live("relations") if relation.kind in PARENTS]
    edges = {relation.id: (index.same(relation.from_), index.same(relation.to)) for _, relation in relations}
    round_and_round = circular(edges.values())
    found = [(pointer, relation) for pointer, relation in relations if edges[relation.id] in round_and_round]
    witnesses = one_of_each_organisation(relation for _, relation in found)
    for pointer, _ in found:
        yield Finding(pointer, witnesses)


def _parents(index: CaseIndex, kinds: frozenset[str]) -> Iterator[tuple[str, str, str, tuple[BareRecord, ...]]]:
    """Yield pointer, birth of the parent, birth of the child and the records, where both births are known."""
    for pointer, relation in index.live("relations"):
        parent, child = index.person(relation.from_), index.person(relation.to)
        if relation.kind in kinds and parent and child and parent.birth_date and child.birth_date:
            yield pointer, parent.birth_date, child.birth_date, (relation, parent, child)


def _improbable_age(index: CaseIndex) -> Iterator[Finding]:
    for pointer, parent, child, records in _parents(index, BIRTH_PARENTS):
        first, last = span_of(child)
        if surely_before(child, parent):
            continue  # a mistake of its own, told once
        if ages_on(parent, last)[1] < _YOUNGEST_PARENT or ages_on(parent, first)[0] > _OLDEST_PARENT:
            yield Finding(pointer, records)


def _younger_parent(index: CaseIndex) -> Iterator[Finding]:
    for pointer, parent, child, records in _parents(index, BIRTH_PARENTS):
        if surely_before(child, parent):
            yield Finding(pointer, records)


def _many_legal_parents(index: CaseIndex) -> Iterator[Finding]:
    parents: dict[str, dict[str, tuple[Certain, int, str]]] = defaultdict(dict)
    for pointer, relation in index.live("relations"):
        if relation.kind in LEGAL_PARENTS and relation.legal is not False:
            held = Certain.of(relation, day_recorded(relation))
            parents[index.same(relation.to)][index.same(relation.from_)] = (held, 1, pointer)
    for of_one_child in parents.values():
        yield from map(Finding, exceeding(of_one_child.values(), _LEGAL_PARENTS_AT_ONCE))


def _with_oneself(index: CaseIndex) -> Iterator[Finding]:
    for pointer, relation in index.items("relations"):
        if index.same(relation.from_) == index.same(relation.to):
            yield Finding(f"{pointer}/to")


def _two_marriages(index: CaseIndex) -> Iterator[Finding]:
    marriages: dict[str, list[tuple[Certain, tuple[str, Relation]]]] = defaultdict(list)
    for pointer, relation in index.live("relations"):
        if relation.kind in MARRIAGES:
            held = Certain.of(relation, day_recorded(relation))
            for spouse in {index.same(relation.from_), index.same(relation.to)}:
                marriages[spouse].append((held, (pointer, relation)))
    for of_one_person in marriages.values():
        for (_, one), (pointer, other) in overlapping(of_one_person):
            if _couple(index, one) != _couple(index, other):
                yield Finding(pointer, (one, other))


def _couple(index: CaseIndex, relation: Relation) -> frozenset[str]:
    return frozenset({index.same(relation.from_), index.same(relation.to)})


def _partner_in_family(index: CaseIndex) -> Iterator[Finding]:
    close = {
        _couple(index, relation) for _, relation in index.live("relations") if relation.kind in BIRTH_PARENTS | SIBLINGS
    }
    for pointer, relation in index.live("relations"):
        if relation.kind in PARTNERS and _couple(index, relation) in close:
            yield Finding(pointer)


def _outside_a_life(index: CaseIndex) -> Iterator[Finding]:
    for pointer, relation in index.items("relations"):
        for person in (index.person(relation.from_), index.person(relation.to)):
            if person is None:
                continue
            if _before_birth(relation, person) or _after_death(relation, person):
                yield Finding(pointer, (relation, person))


def _before_birth(relation: Relation, person: Person) -> bool:
    dates = (relation.valid_from, relation.valid_until)
    return person.birth_date is not None and any(day and surely_before(day, person.birth_date) for day in dates)


def _after_death(relation: Relation, person: Person) -> bool:
    if person.death_date is None or relation.valid_from is None:
        return False
    return surely_before(person.death_date, relation.valid_from)


def _too_many_days(index: CaseIndex) -> Iterator[Finding]:
    shares: dict[str, list[tuple[Certain, int, str]]] = defaultdict(list)
    for pointer, household in index.live("households"):
        for number, member in enumerate(household.members):
            if member.days_per_fortnight is not None:
                place = f"{pointer}/members/{number}/days_per_fortnight"
                shares[index.same(member.person)].append((_lived(household, member), member.days_per_fortnight, place))
    for of_one_person in shares.values():
        yield from map(Finding, exceeding(of_one_person, _DAYS))


def _lived(household: Household, member: HouseholdMember) -> Certain:
    recorded = day_recorded(household)
    whole, own = Certain.of(household, recorded), Certain.of(member, recorded)
    start = own.start if member.valid_from else whole.start
    return Certain(start, min(whole.until, own.until))


KINSHIP_RULES: Final = (
    Rule(
        id="KGBX-R-006",
        severity="error",
        text=Text(
            "Een kind is geboren of wordt verwacht, niet allebei; van een ongeboren kind is het geslacht niet bekend. "
            "Haal een van de twee weg.",
            "A child is born or expected, not both; the sex of an unborn child is not known. Remove one of the two.",
        ),
        source="BW 1:2; kgbx",
        check=_born_or_expected,
    ),
    Rule(
        id="KGBX-R-007",
        severity="error",
        text=Text(
            "De overlijdensdatum ligt voor de geboortedatum. Verbeter een van de twee.",
            "The date of death is before the date of birth. Correct one of the two.",
        ),
        source="kgbx",
        check=_died_before_birth,
    ),
    Rule(
        id="KGBX-R-008",
        severity="warning",
        text=Text(
            "Dit kind was op de dag van vastleggen nog lang niet verwekt, of al geboren. Verbeter de verwachte datum "
            "of vul birth_date in.",
            "On the day of recording this child was not conceived by far, or born already. Correct the expected date, "
            "or add birth_date.",
        ),
        source="kgbx: forty weeks, as the CIN census rule, and four weeks overdue",
        check=_expected_out_of_time,
    ),
    Rule(
        id="KGBX-R-015",
        severity="error",
        text=Text(
            "Via deze relatie is iemand zijn eigen ouder of voorouder. Herstel from en to.",
            "Through this relation somebody is their own parent or ancestor. Correct from and to.",
        ),
        source="kgbx: nobody is their own ancestor",
        check=_own_ancestor,
    ),
    Rule(
        id="KGBX-R-016",
        severity="warning",
        text=Text(
            f"De ouder is minder dan {_YOUNGEST_PARENT} of meer dan {_OLDEST_PARENT} jaar ouder dan het kind. Kijk de "
            "geboortedata en de soort relatie na.",
            f"The parent is less than {_YOUNGEST_PARENT} or more than {_OLDEST_PARENT} years older than the child. "
            "Check the birth dates and the kind of relation.",
        ),
        source="kgbx: plausibility",
        check=_improbable_age,
    ),
    Rule(
        id="KGBX-R-017",
        severity="warning",
        text=Text(
            "Een kind heeft hier meer dan twee juridische ouders tegelijk. Kijk na welke relatie juridisch is.",
            "A child has more than two legal parents at once here. Check which relation exists in law.",
        ),
        source="BW 1:197 tot en met 1:199; BRP kent ouder 1 en ouder 2",
        check=_many_legal_parents,
    ),
    Rule(
        id="KGBX-R-018",
        severity="error",
        text=Text(
            "Niemand heeft een relatie met zichzelf. Herstel from of to.",
            "Nobody is related to themselves. Correct from or to.",
        ),
        source="kgbx",
        check=_with_oneself,
    ),
    Rule(
        id="KGBX-R-019",
        severity="warning",
        text=Text(
            "Iemand is hier met twee mensen tegelijk getrouwd of geregistreerd partner. Kijk de perioden na.",
            "Somebody is married to or registered partner of two people at once here. Check the periods.",
        ),
        source="BW 1:33, 1:80a",
        check=_two_marriages,
    ),
    Rule(
        id="KGBX-R-020",
        severity="error",
        text=Text(
            "De ouder is na het kind geboren. Staan from en to omgedraaid?",
            "The parent was born after the child. Are from and to the wrong way round?",
        ),
        source="kgbx",
        check=_younger_parent,
    ),
    Rule(
        id="KGBX-R-021",
        severity="error",
        text=Text(
            "Deze relatie ligt buiten het leven van een van de twee. Verbeter de periode of de geboorte- of "
            "overlijdensdatum.",
            "This relation lies outside the life of one of the two. Correct the period, or the date of birth or death.",
        ),
        source="kgbx",
        check=_outside_a_life,
    ),
    Rule(
        id="KGBX-R-022",
        severity="error",
        text=Text(
            f"Een kind is over alle huishoudens samen meer dan {_DAYS} dagen per twee weken ergens. Verbeter het "
            "aantal dagen.",
            f"Over all households together a child spends more than {_DAYS} days a fortnight. Correct the days.",
        ),
        source="kgbx",
        check=_too_many_days,
    ),
    Rule(
        id="KGBX-R-080",
        severity="warning",
        text=Text(
            "Iemand is hier partner van de eigen ouder, het eigen kind of een eigen broer of zus. Kijk de relaties na.",
            "Somebody is the partner of their own parent, child, brother or sister here. Check the relations.",
        ),
        source="BW 1:41; kgbx",
        check=_partner_in_family,
    ),
)

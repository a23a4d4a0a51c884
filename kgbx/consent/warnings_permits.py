# SPDX-License-Identifier: EUPL-1.2
"""Birthdays that change who decides, and which permits stop being enough.

Rules: a permit stops being enough on a day when it still holds and yet consent released before and no longer does:
because of a birthday, of another permit or authority that ends or begins, of a withdrawal or a refusal. Both sides are
decided by the rules of sharing themselves, for everything that the permit names. A partial birth date changes who
decides from its first possible day. Who is blocked in a
protection is not named, and not as decider who must not learn something about the person.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

from kgbx.case.people import Person
from kgbx.clock import day_of_moment, span_of
from kgbx.consent.consents import YOUTH_ALONE_FROM, Group, Scope, consent_reasons, deciding_groups, group_reasons
from kgbx.consent.index import ADULT_FROM, YOUTH_DECIDES_FROM, second_of
from kgbx.consent.retention import years_later
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kgbx.consent.facts import ConsentFact, Timed
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy
    from kgbx.consent.warnings_outlook import CaseWarning, Outlook

AGES: Final = {YOUTH_DECIDES_FROM: "TURNS_12", YOUTH_ALONE_FROM: "TURNS_16", ADULT_FROM: "TURNS_18"}
"""Ages at which others decide than before."""


@dataclass(frozen=True, slots=True)
class _Birthday:
    """That a person reaches an age, on one of some days."""

    person: str
    age: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """A day on which something may change, and a second before and after it.

    Attributes:
        day: Day in Europe/Amsterdam.
        before: Last second before the day.
        after: Last second of the day; now, if the day is past.
    """

    day: date
    before: int
    after: int


def birthdays(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield the birthdays in the window, but of persons whom a protection keeps away."""
    for one in _birthdays(outlook):
        if one.person in outlook.blocked:
            continue
        day, what = one.first.isoformat(), ("persons", one.person)
        warning = outlook.warn_of(AGES[one.age], what, on=day, about=one.person, deciders=[one.person])
        yield replace(warning, latest=None if one.first == one.last else one.last.isoformat())


def permits_that_stop(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield the permits that stop being enough, each on the first day on which this is so."""
    told: set[str] = set()
    for warning in _each_stop(outlook):
        if warning.record not in told:
            told.add(warning.record)
            yield warning


def _each_stop(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield a warning for each day on which a permit is no longer enough for something that it names."""
    scopes = _scopes(outlook)
    for change, subjects in sorted(_changes(outlook).items()):
        both = outlook.index_at(change.before), outlook.index_at(change.after)
        for subject in sorted(subjects):
            for permit, missing in _stops(subject, both, scopes=scopes[subject], policy=outlook.policy):
                what, day = ("consents", permit), change.day.isoformat()
                yield outlook.warn_of("PERMIT_NOT_ENOUGH", what, on=day, about=subject, deciders=missing)


def _stops(
    subject: str, both: tuple[Index, Index], *, scopes: Mapping[str, frozenset[Scope]], policy: Policy
) -> Iterator[tuple[str, Collection[str]]]:
    """Yield the permits that are enough in the earlier of both and not in the later, with who must decide then."""
    lost = _lost(subject, frozenset().union(*scopes.values()), *both, policy=policy)
    for permit in _in_both(subject, *both) if lost else ():
        mine = scopes.get(permit.id, frozenset()) & lost
        if mine:
            yield permit.id, _missing(subject, mine, both[1], policy=policy)


def _birthdays(outlook: Outlook) -> Iterator[_Birthday]:
    dead = {one.id for one in outlook.current("persons") if isinstance(one, Person) and one.death_date is not None}
    for person in outlook.index.persons.values():
        span = None if person.id in dead or person.birth_date is None else _span(person.birth_date)
        for age in AGES if span is not None else ():
            first, last = (years_later(day, age) for day in span or ())
            if first <= outlook.until and outlook.today <= last:
                yield _Birthday(person.id, age, first, last)


def _span(birth_date: str) -> tuple[date, date] | None:
    try:
        return span_of(birth_date)
    except UsageError:
        return None


def _changes(outlook: Outlook) -> dict[_Change, set[str]]:
    """Return the days on which it may change who decides and who permitted, with the subjects for whom it may."""
    found: dict[_Change, set[str]] = defaultdict(set)
    for one in _birthdays(outlook):
        found[_change(one.first, outlook)].add(one.person)
    for moment, subject in _moments(outlook):
        if outlook.at < second_of(moment) and outlook.comes(moment):
            found[_change(day_of_moment(moment), outlook)].add(subject)
    return found


def _change(day: date, outlook: Outlook) -> _Change:
    """Return a day with the last second before it and its own last second; of a past day now is after."""
    before = second_of(day.isoformat()) - 1
    after = second_of((day + timedelta(days=1)).isoformat()) - 1
    return _Change(day, before, max(after, outlook.at))


def _moments(outlook: Outlook) -> Iterator[tuple[str, str]]:
    """Yield when something about a subject's consent begins or ends."""
    facts = outlook.facts
    about = {fact.id: fact.about for fact in facts.consents}
    for consent in facts.consents:
        yield from ((moment, consent.about) for moment in _ends(consent))
    for authority in facts.parental_authority:
        yield from ((moment, authority.child) for moment in _ends(authority))
    for withdrawal in facts.withdrawals:
        if withdrawal.consent in about:
            yield withdrawal.effective_at, about[withdrawal.consent]


def _ends(fact: Timed) -> tuple[str, ...]:
    return (fact.valid_from,) if fact.valid_until is None else (fact.valid_from, fact.valid_until)


def _scopes(outlook: Outlook) -> dict[str, dict[str, frozenset[Scope]]]:
    """Return for each subject, for each proven permit, what it names: each recipient, category and purpose apart."""
    found: dict[str, dict[str, frozenset[Scope]]] = defaultdict(dict)
    for fact in outlook.facts.consents:
        if fact.proven and fact.decision == "permit":
            found[fact.about][fact.id] = frozenset(
                Scope(recipient, category, outlook.policy.purposes_above(purpose))
                for recipient, category, purpose in product(fact.recipients, fact.categories, fact.purposes)
            )
    return found


def _lost(subject: str, scopes: frozenset[Scope], earlier: Index, later: Index, *, policy: Policy) -> frozenset[Scope]:
    """Return for what consent released before and does not after."""
    return frozenset(
        scope
        for scope in scopes
        if not consent_reasons(subject, scope, index=earlier, policy=policy)
        and consent_reasons(subject, scope, index=later, policy=policy)
    )


def _in_both(subject: str, earlier: Index, later: Index) -> Iterator[ConsentFact]:
    """Yield the proven permits about a subject that hold before and after."""
    after = {fact.id for fact in later.consents.get(subject, ())}
    for fact in earlier.consents.get(subject, ()):
        if fact.id in after and fact.proven and fact.decision == "permit":
            yield fact


def _missing(subject: str, lost: frozenset[Scope], later: Index, *, policy: Policy) -> frozenset[str]:
    """Return who must permit besides for what was lost."""
    deciders = {one for group in deciding_groups(subject, index=later, policy=policy) for one in group.members}
    return frozenset(
        one
        for one in deciders
        if any(group_reasons(Group((one,)), subject, scope=scope, index=later) for scope in lost)
    )

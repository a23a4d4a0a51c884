# SPDX-License-Identifier: EUPL-1.2
"""A person who asks to see records: what is known of that person, looked up once for many records.

Rules: a permit counts only when it names this person, a refusal also when it means everybody; a grant counts when it is
proven, says why and, where a right asks it, was discussed with somebody else. Who died is looked at as of the day
before.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.clock import ages_on, day_of_second
from kgbx.consent.consents import Scope, third_party_permits
from kgbx.consent.index import ALL_AGES, YOUTH_DECIDES_FROM, Index, second_of
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kgbx.consent.access_facts import AccessFacts, AccessItem, Grant, Withholding
    from kgbx.consent.facts import ConsentFact
    from kgbx.consent.policy import Policy

NAMED_ONLY: Final = "THIRD_PARTY"
"""The right that a grant names for somebody who is only mentioned; the reason where it is missing."""


class Asker:
    """A person who asks to see records; what many records share is looked up once."""

    def __init__(self, person: str, *, at: str, known_at: str, facts: AccessFacts, policy: Policy) -> None:
        """Arrange the facts for one person.

        Raises:
            UsageError: U_MOMENT, a moment is neither an instant nor a day.
        """
        self.person = person
        self._facts = facts
        self._policy = policy
        named = facts.model_copy(update={"consents": _for_person(facts.consents, person)})
        self._index = Index.of(named, at, known_at=known_at)
        self._at_death: dict[str, Index] = {}
        self._deaths = {fact.person: fact.on for fact in facts.deaths if second_of(fact.on) <= self._index.at}

    # --- who the person is

    @property
    def index(self) -> Index:
        """The facts, with of the consents only those that are about this person."""
        return self._index

    @cached_property
    def sharing(self) -> Index:
        """All facts at the same moment, as a decision about sharing uses them."""
        return Index(self._facts, self._index.at, self._index.known_at)

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self._policy

    @cached_property
    def judges(self) -> bool:
        """Whether the person is surely twelve or older and able to judge."""
        found = self._index.persons.get(self.person)
        return found is not None and found.capable and self._index.ages(self.person)[0] >= YOUTH_DECIDES_FROM

    @cached_property
    def known(self) -> bool:
        """Whether the registers or the case know the person, or the organisation."""
        return self.person in self._index.persons or self.person in self._index.organisations

    def told(self, item: AccessItem) -> bool:
        """Tell whether the person told this in the own words, and is old enough to be shown them."""
        return item.told_by == self.person and self.judges

    # --- what was decided about insight

    def grants(self, item: AccessItem, *, about: str, right: str) -> list[Grant]:
        """Return the live grants of a right about somebody for this record, complete or not."""
        return [
            fact
            for fact in self._index.live(self._facts.grants)
            if (fact.person, fact.about, fact.right) == (self.person, about, right) and item.id in fact.items
        ]

    def withholdings(self, item: AccessItem, *, whom: str | None = None) -> list[Withholding]:
        """Return the live withholdings of this record, another version, or what it speaks about, from somebody.

        Args:
            item: The record.
            whom: From whom; without it the person who asks.
        """
        return [
            fact
            for fact in self._index.live(self._facts.withholdings)
            if fact.person in {whom or self.person, ANY}
            and (_covers(fact.items, item.together) or _covers(fact.subjects, item.about))
        ]

    def may_hear_of(self, other: str, item: AccessItem) -> bool:
        """Tell whether somebody who is mentioned may be known to the person."""
        if other == self.person or self.told(item):
            return True
        if any(is_complete(grant, consulted=False) for grant in self.grants(item, about=other, right=NAMED_ONLY)):
            return True
        return third_party_permits(other, self.scope(item), index=self._index, policy=self._policy)

    def scope(self, item: AccessItem) -> Scope:
        """Return what consents about this record are matched with."""
        return Scope(self.person, item.category, frozenset({ANY}))

    # --- subjects who died

    def died_on(self, subject: str) -> str | None:
        """Return the day on which a subject died, None for who lives."""
        return self._deaths.get(subject)

    def index_at(self, subject: str) -> Index:
        """Return the facts as they held: now, or of who died just before the last day."""
        died = self._deaths.get(subject)
        if died is None:
            return self._index
        if subject not in self._at_death:
            self._at_death[subject] = Index(self._index.facts, second_of(died) - 1, self._index.known_at)
        return self._at_death[subject]

    def ages(self, subject: str) -> tuple[int, int]:
        """Return the ages that a subject may have, or may have had at death."""
        died, found = self._deaths.get(subject), self._index.persons.get(subject)
        if died is None or found is None or found.birth_date is None:
            return self._index.ages(subject) if died is None else ALL_AGES
        return _ages_at(found.birth_date, second_of(died))

    def under_court(self, subject: str) -> bool:
        """Tell whether a court appointed who represents a subject."""
        return subject in self._facts.under_court

    def is_parent(self, subject: str) -> bool:
        """Tell whether the person is a legal parent of a subject."""
        return any((fact.child, fact.parent) == (subject, self.person) for fact in self._facts.parents)


def is_complete(grant: Grant, *, consulted: bool) -> bool:
    """Tell whether a weighing is proven, says why, and where that is needed was discussed with somebody else."""
    discussed = grant.consulted is not None and grant.consulted != grant.decided_by
    return grant.proven and bool((grant.why or "").strip()) and (discussed or not consulted)


def _for_person(consents: Iterable[ConsentFact], person: str) -> tuple[ConsentFact, ...]:
    """Return the consents that speak about one person: a permit must name the person, a refusal may mean everybody."""
    return tuple(
        fact.model_copy(update={"purposes": (ANY,)})
        for fact in consents
        if person in fact.recipients or (fact.decision == "refuse" and ANY in fact.recipients)
    )


def _covers(named: Collection[str], ids: Collection[str]) -> bool:
    return ANY in named or not set(named).isdisjoint(ids)


def _ages_at(birth: str, moment: int) -> tuple[int, int]:
    low, high = ALL_AGES
    try:
        low, high = ages_on(birth, day_of_second(moment))
    except UsageError:
        return ALL_AGES
    return (low, high) if ALL_AGES[0] <= low and high <= ALL_AGES[1] else ALL_AGES

# SPDX-License-Identifier: EUPL-1.2
"""Whose whereabouts are protected: by the own registers, by a protection, or by a mark that a place is secret.

Rules:
    - a protection covers everyone who shares a household with the person and is not blocked, and every id that may name
      one of them;
    - an address that is marked secret, and a person of whom the register withholds data, are protected with nobody who
      may know, until somebody decides who may;
    - who is covered only because of a household that another organisation recorded, or of ids that may name one person,
      is kept from everybody just the same; but nothing is decided about them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.case.family import Household
from kgbx.case.guarding import Protection
from kgbx.case.people import Address, Person
from kgbx.consent.facts import ProtectionFact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from kgbx.case import Record
    from kgbx.consent.facts import Facts
    from kgbx.consent.same import Joined

ALWAYS: Final = "1900-01-01"
"""A day before anything in a case; the start of what has no known start."""


class Protecting:
    """The protections of one case."""

    def __init__(self, registers: Facts, joined: Joined, narrowing: Callable[[str, type[Any]], Iterable[Any]]) -> None:
        """Arrange them.

        Args:
            registers: The own registers.
            joined: Which ids name one person.
            narrowing: Gives the records of an array and type that count for what narrows.
        """
        self._registers = registers
        self._joined = joined
        self._narrowing = narrowing

    def registered(self) -> Iterator[ProtectionFact]:
        """Yield those of the own registers."""
        for fact in self._registers.protections:
            for person in self._any_of((fact.person,)):
                named = person in {fact.person, self._joined.one(fact.person)}
                yield fact.model_copy(
                    update={"person": person, "blocked": self._any_of(fact.blocked), "named": named and fact.named}
                )

    def recorded(self) -> Iterator[ProtectionFact]:
        """Yield those that are records."""
        for record in self._narrowing("protections", Protection):
            blocked = {other for one in record.blocked for other in self._joined.every(one)}
            by = record.recorded_by.org
            named = self._surely((record.person, *(self._household(record.person, by=by) - set(record.blocked))))
            around = {record.person, *(self._household(record.person) - set(record.blocked))}
            for person in sorted({other for one in around for other in self._joined.every(one)}):
                yield ProtectionFact(
                    person=person,
                    allowed=tuple(record.allowed or ()),
                    blocked=tuple(sorted(blocked)),
                    recorded_by=by,
                    named=person in named,
                    recorded_at=record.recorded_at,
                    valid_from=record.valid_from,
                    valid_until=record.valid_until,
                )

    def flagged(self) -> Iterator[ProtectionFact]:
        """Yield what a secret address and secrecy in the register say: nobody may know, until somebody decides who."""
        for record in self._narrowing("addresses", Address):
            if record.location_secret:
                yield from self._secret_for(record, record.persons)
        for person in self._narrowing("persons", Person):
            if person.brp_secrecy:
                yield from self._secret_for(person, (person.id,))

    def _secret_for(self, record: Record, persons: Collection[str]) -> Iterator[ProtectionFact]:
        named = self._surely(persons)
        around = {*persons, *(other for one in persons for other in self._household(one))}
        for person in sorted({other for one in around for other in self._joined.every(one)}):
            yield ProtectionFact(
                person=person,
                allowed=(),
                blocked=(),
                recorded_by=record.recorded_by.org,
                flag=record.id,
                named=person in named,
                recorded_at=record.recorded_at,
                valid_from=ALWAYS,
            )

    def _surely(self, persons: Iterable[str]) -> frozenset[str]:
        """Return the ids that stand for persons: those that may name the same person do not count."""
        return frozenset(self._joined.one(person) for person in persons)

    def _household(self, person: str, *, by: str | None = None) -> set[str]:
        """Return everybody who shares a household with a person, whatever the dates, under the ids that stand there.

        Args:
            person: Who.
            by: Only the households that this organisation recorded; absent: all.
        """
        found: set[str] = set()
        for household in self._narrowing("households", Household):
            if by is not None and household.recorded_by.org != by:
                continue
            members = {member.person for member in household.members}
            if any(not found_as.isdisjoint(self._ids_of(person)) for found_as in map(self._ids_of, members)):
                found |= members
        return found

    def _ids_of(self, person: str) -> frozenset[str]:
        return frozenset(self._joined.every(person))

    def _any_of(self, persons: Collection[str]) -> tuple[str, ...]:
        """Return ids as they stand, and every id that may name the same persons."""
        return tuple(sorted({*persons, *(other for one in persons for other in self._joined.every(one))}))

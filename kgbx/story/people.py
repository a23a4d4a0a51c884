# SPDX-License-Identifier: EUPL-1.2
"""Who is who in a case on a day: children, adults, who holds authority over whom, and who may be asked.

Rules:
    - a person is one person whatever corrections and second ids there are; a second id counts for what is known only
      when it rests on a number or a register, and always for what must be kept from somebody;
    - every description of a person counts: no organisation makes another's child older, or not born yet;
    - a child is under 18 on the day, or may be, and has the role of a child or a parent in the case;
    - an unborn child, a deceased person and somebody of the network are asked nothing and nothing is asked about them;
    - what is blocked is blocked from the day that may be meant until the last that may be meant.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import about_of
from kgbx.clock import ages_on
from kgbx.story.records import may_hold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from kgbx.case import Person
    from kgbx.story.profile import Per
    from kgbx.story.records import Records

ADULT: Final = 18
"""Source: BW 1:233."""

SPEAKS_FOR_ITSELF: Final = 12
"""From this age a child is asked itself. Source: Jeugdwet 7.3.4; BW 7:465."""

_FAMILY_ROLES: Final = frozenset({"child", "parent", "caregiver", "sibling", "partner"})
_PARENTS: Final = frozenset({"ouder", "biologische_ouder", "adoptieouder", "stiefouder", "pleegouder", "opvoeder"})


class Family:
    """The people of a case on a day.

    Attributes:
        records: The records of the case.
        day: The day, in Europe/Amsterdam.
    """

    def __init__(
        self, records: Records, day: date, *, also: tuple[Records, ...] = (), blocked: Collection[str] = ()
    ) -> None:
        """Look at who is who.

        Args:
            records: The records of the case.
            day: The day, in Europe/Amsterdam.
            also: Records that are kept back, whose protections and confidences count.
            blocked: Ids of persons whom a protection in a register blocks.
        """
        self.records = records
        self._blocked_elsewhere = blocked
        self.day = day
        self._all = (records, *also)
        self._same = records.persons(sure=True)
        self._narrow = records.persons(sure=False)
        for behind in also:
            self._narrow.include(behind.persons(sure=False))

    def same(self, person: str) -> str:
        """Return the one id that stands for a person."""
        return self._same.of(person)

    # --- who they are

    @cached_property
    def _described(self) -> dict[str, list[Person]]:
        """Every description of each person, the latest last: several organisations can describe one."""
        found: dict[str, list[Person]] = defaultdict(list)
        for record in sorted(self.records.current("persons"), key=lambda record: (record.recorded_at, record.id)):
            found[self.same(record.id)].append(record)
        return found

    def person(self, person: str) -> Person | None:
        """Return the latest record of a person; None for a person without one."""
        found = self._described.get(self.same(person))
        return found[-1] if found else None

    def ages(self, person: str) -> tuple[int, int] | None:
        """Return the lowest and highest age that is possible by any description; None where no birth date is known."""
        found = self._described.get(self.same(person), ())
        ages = [ages_on(one.birth_date, self.day) for one in found if one.birth_date]
        return (min(low for low, _ in ages), max(high for _, high in ages)) if ages else None

    @cached_property
    def _roles(self) -> dict[str, set[str]]:
        roles: dict[str, set[str]] = defaultdict(set)
        for record in self.records.current("persons"):
            roles[self.same(record.id)].update(record.roles or ())
        for relation in self._holding("relations"):
            child = self.same(relation.to)
            if relation.kind in _PARENTS and self._may_be_minor(child, roles[child]):
                roles[self.same(relation.from_)].add("parent")
                roles[child].add("child")
        return roles

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Ids of the people of the family: children, parents, who takes care of them or lives with them; sorted."""
        named = {person for person, roles in self._roles.items() if roles & _FAMILY_ROLES}
        for household in self._holding("households"):
            named.update(self.same(one.person) for one in household.members if may_hold(one, self.day))
        for minor, holders in self._holders.items():
            named.update((minor, *holders))
        return tuple(sorted(person for person in named if self._lives(person)))

    def _lives(self, person: str) -> bool:
        found = self._described.get(self.same(person), ())
        born = any(one.birth_date is not None for one in found)
        unborn = not born and any(one.expected_birth_date is not None for one in found)
        return not unborn and all(one.death_date is None for one in found)

    def _holding(self, array: str) -> list[Any]:
        return [record for record in self.records.current(array) if may_hold(record, self.day)]

    @cached_property
    def children(self) -> tuple[str, ...]:
        """Ids of the children, sorted."""
        return tuple(person for person in self.members if self._is_child(person))

    def _is_child(self, person: str) -> bool:
        roles = self._roles[person]
        return ("child" in roles or person in self._holders) and self._may_be_minor(person, roles | {"child"})

    def _may_be_minor(self, person: str, roles: set[str]) -> bool:
        """Tell whether a person may be under age; where no birth date is known, a child by role is."""
        ages = self.ages(person)
        return "child" in roles if ages is None else ages[0] < ADULT

    @cached_property
    def adults(self) -> tuple[str, ...]:
        """Ids of the adults of the family, sorted; somebody of unknown age who is not a child is one."""
        found = ((person, self.ages(person)) for person in self.members if person not in set(self.children))
        return tuple(person for person, ages in found if ages is None or ages[1] >= ADULT)

    @cached_property
    def _holders(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = defaultdict(set)
        for record in self._holding("parental_authorities"):
            holders = (holder.person for holder in record.holders or ())
            found[self.same(record.minor)].update(self.same(person) for person in holders if person)
        return {minor: tuple(sorted(holders)) for minor, holders in found.items()}

    def holders(self, child: str) -> tuple[str, ...]:
        """Return the ids of the persons who hold authority over a child, sorted."""
        return self._holders.get(self.same(child), ())

    def each(self, per: Per) -> tuple[str | None, ...]:
        """Return the persons of a quantifier, sorted; for the case one None."""
        if per == "case":
            return (None,)
        if per == "each_authority_holder":
            held = {holder for child in self.children for holder in self.holders(child)}
            return tuple(sorted(person for person in held if self._lives(person)))
        return {"each_child": self.children, "each_adult": self.adults, "each_person": self.members}[per]

    # --- who may be asked

    @cached_property
    def blocked(self) -> frozenset[str]:
        """Ids of the persons who must not learn where somebody lives; each stands for a person, see `is_blocked`."""
        found = (
            person
            for records in self._all
            for protection in records.current("protections")
            if may_hold(protection, self.day)
            for person in protection.blocked
        )
        return frozenset(self._narrow.of(person) for person in (*found, *self._blocked_elsewhere))

    @cached_property
    def _confided(self) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
        """Each confidence: the record, from whom it is kept, whom it is about; a star: it may be about anybody."""
        return tuple(
            (confidence.record, self._as_narrow(confidence.withheld_from), self._subjects(confidence.record, records))
            for records in self._all
            for confidence in records.current("confidences")
        )

    def _as_narrow(self, persons: Iterable[str]) -> frozenset[str]:
        return frozenset(map(self._narrow.of, persons))

    def _subjects(self, record_id: str, records: Records) -> frozenset[str]:
        target = records.case.get(record_id)
        return frozenset("*") if target is None else self._as_narrow(about_of(target, records.case))

    @cached_property
    def _kept_from(self) -> dict[str, frozenset[str]]:
        """For each person, about whom something is kept from that person in confidence."""
        found: dict[str, frozenset[str]] = defaultdict(frozenset)
        for _, persons, subjects in self._confided:
            for person in persons:
                found[person] |= subjects
        return found

    @cached_property
    def _not_to_know(self) -> dict[str, frozenset[str]]:
        """For each record that was told in confidence, from whom it is kept."""
        found: dict[str, frozenset[str]] = defaultdict(frozenset)
        for record, persons, _ in self._confided:
            found[self.records.versions.of(record)] |= persons
        return found

    def may_ask(self, person: str, about: str | None, *, told: Iterable[str] = ()) -> bool:
        """Tell whether a person may be asked about a person, or about the case.

        A blocked person is asked nothing. From whom something was kept in confidence is asked nothing about those it
        concerns, nor again what that record answers: a question could give away that something was told.

        Args:
            person: Who would be asked.
            about: About whom; None: the case.
            told: Ids of the records that answered it before.
        """
        asked = self._narrow.of(person)
        kept = self._kept_from.get(asked, frozenset())
        if asked in self.blocked or "*" in kept or (about is not None and self._narrow.of(about) in kept):
            return False
        return not any(asked in self._not_to_know.get(self.records.versions.of(one), ()) for one in told)

    def whom(self, about: str | None, *, location: bool = False, told: Iterable[str] = ()) -> tuple[str, ...]:
        """Return whom one may ask, sorted; nobody where all who could tell must not be asked.

        Args:
            about: The person it is about; None: the case.
            location: It is about where that person lives, which only that person is asked, never who may be a minor.
            told: Ids of the records that answered it before.
        """
        earlier = tuple(told)
        able: tuple[str, ...]
        if location:
            able = () if about is None or self._may_be_minor(about, self._roles[self.same(about)]) else (about,)
        else:
            able = self._of_the_case() if about is None else self._speakers(about)
        return tuple(person for person in able if self.may_ask(person, about, told=earlier))

    def _of_the_case(self) -> tuple[str, ...]:
        held = {holder for child in self.children for holder in self.holders(child)}
        return tuple(sorted(held)) or self.adults

    def _speakers(self, about: str) -> tuple[str, ...]:
        ages = self.ages(about)
        young = about in self.children and (ages is None or ages[0] < SPEAKS_FOR_ITSELF)
        return self.holders(about) if young else self._able(about)

    def _able(self, person: str) -> tuple[str, ...]:
        """Return the person, or who represents one who cannot judge the own interests."""
        for record in self._holding("capacities"):
            if self.same(record.person) == person and record.capable is False:
                represented_by = record.represented_by
                return (self.same(represented_by),) if represented_by else self.holders(person)
        return (person,)

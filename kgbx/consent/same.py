# SPDX-License-Identifier: EUPL-1.2
"""Which ids name one person, and which corrections count.

Rules: what narrows counts for every id that may name a person; what widens only for those that a register or BSN
joined. Whoever is protected and whoever are blocked are never one, whatever a record says. Two persons that one
organisation recorded are one only when it says so itself: another's word may join its own persons to one of them, never
two of them. A correction by another organisation than the one that recorded something lifts nothing. That two ids name
one person, and was a mistake, joins nothing when its recorder corrected it, and widens nothing when anybody did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.family import Household
from kgbx.case.guarding import Protection, SamePerson
from kgbx.case.helpers import Link
from kgbx.case.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case import FamilyCase

STRONG: Final = ("bsn", "register")
"""Why two ids may be joined for what widens."""


class Joined:
    """Which ids name one person.

    A strong class is joined by BSN or register; a wide class by anything.

    Attributes:
        apart: Pairs that BSN or register would join and a protection keeps apart.
        doubted: Pairs that BSN or register would join and whose one recorder does not.
    """

    def __init__(self, case: FamilyCase) -> None:
        undone, replaced = _corrected(case)
        every_row = (record for record in case.records("same_person") if isinstance(record, SamePerson))
        rows = [row for row in every_row if row.id not in undone]
        versions = [link for link in replacements(case) if isinstance(case.get(link.from_), Person)]
        own = [(link.from_, link.to) for link in versions if is_own_correction(link, case)]
        self._said = _classes([*own, *((row.a, row.b) for row in rows if _of_one_recorder(row, case))])
        sure_rows = [row for row in rows if row.basis in STRONG and row.id not in replaced]
        strong = _classes([*own, *((row.a, row.b) for row in sure_rows)])
        self.apart = frozenset(pair for pair in self.kept_apart(case) if pair[1] in strong.get(pair[0], ()))
        self.doubted = frozenset(pair for pair in self._recorded_as_two(case, strong))
        if self.apart or self.doubted:
            hidden, doubted = (_members(pairs, strong) for pairs in (self.apart, self.doubted))
            left = (row for row in sure_rows if row.a not in hidden)
            sure = (row for row in left if row.a not in doubted or _of_one_recorder(row, case))
            strong = _classes([*own, *((row.a, row.b) for row in sure)])
        every = [(link.from_, link.to) for link in versions]
        self._wide = _classes([*every, *((row.a, row.b) for row in rows)])
        self._one = _least(strong)
        self._every: dict[int, tuple[str, ...]] = {}

    def one(self, person: str) -> str:
        """Return the id that stands for a person in everything: the smallest of the strong class."""
        return self._one.get(person, person)

    def every(self, person: str) -> tuple[str, ...]:
        """Return the ids, each standing for its strong class, that may name the same person; sorted."""
        joined = self._wide.get(person)
        if joined is None:
            return (self.one(person),)
        found = self._every.get(id(joined))
        if found is None:
            found = self._every[id(joined)] = tuple(sorted({self.one(other) for other in joined}))
        return found

    def may_be_one(self, one: str, other: str) -> bool:
        """Tell whether two ids may name the same person."""
        return other in self._wide.get(one, (one,))

    def is_said_to_be(self, one: str, other: str) -> bool:
        """Tell whether the organisation that recorded two persons says that they are one."""
        return other in self._said.get(one, (one,))

    def kept_apart(self, case: FamilyCase) -> Iterator[tuple[str, str]]:
        """Yield each pair of a protected person, or who ever shared a household with one, and a blocked person."""
        homes = [
            {member.person for member in home.members}
            for home in case.records("households")
            if isinstance(home, Household)
        ]
        for record in case.records("protections"):
            if isinstance(record, Protection):
                blocked = {same for one in record.blocked for same in self._said.get(one, (one,))}
                around = {record.person}.union(*(home - blocked for home in homes if record.person in home))
                yield from ((one, other) for one in around for other in record.blocked if one != other)

    def _recorded_as_two(self, case: FamilyCase, strong: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
        """Yield pairs of persons of one class that one organisation recorded and does not itself say to be one."""
        found: dict[tuple[str, str], set[str]] = {}
        least, said = _least(strong), _least(self._said)
        for person in case.records("persons"):
            if person.id in strong:
                found.setdefault((person.recorded_by.org, least[person.id]), set()).add(person.id)
        for persons in found.values():
            first, *others = sorted({said.get(one, one) for one in persons})
            yield from ((first, other) for other in others)


def _corrected(case: FamilyCase) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of what its own recorder replaced, and of what anybody did."""
    links = replacements(case)
    return frozenset(one.to for one in links if is_own_correction(one, case)), frozenset(one.to for one in links)


def _of_one_recorder(row: SamePerson, case: FamilyCase) -> bool:
    """Tell whether the organisation that recorded two persons says itself that they are one."""
    persons = (case.get(row.a), case.get(row.b))
    return all(one is not None and one.recorded_by.org == row.recorded_by.org for one in persons)


def replacements(case: FamilyCase) -> list[Link]:
    """Return the links that say that one record replaces another."""
    return [link for link in case.records("links") if isinstance(link, Link) and link.kind == "replaces"]


def is_own_correction(link: Link, case: FamilyCase) -> bool:
    """Tell whether the organisation that recorded a record also recorded what replaces it, and the link."""
    ends = [one for one in (case.get(link.from_), case.get(link.to)) if one is not None]
    return len(ends) == len((link.from_, link.to)) and {one.recorded_by.org for one in ends} == {link.recorded_by.org}


def _members(pairs: Iterable[tuple[str, str]], classes: Mapping[str, set[str]]) -> set[str]:
    """Return the ids of the classes that the first of each pair is in; each class is walked once."""
    found = {id(classes[one]): classes[one] for one, _ in pairs}
    return set[str]().union(*found.values())


def _least(classes: Mapping[str, set[str]]) -> dict[str, str]:
    """Return for each id the smallest of its class, which is looked for once in each class."""
    least = {id(joined): min(joined) for joined in {id(joined): joined for joined in classes.values()}.values()}
    return {one: least[id(joined)] for one, joined in classes.items()}


def _classes(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return for each id the ids that pairs join it with; the smaller class moves, so that long chains stay cheap."""
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        small, large = sorted((found.setdefault(a, {a}), found.setdefault(b, {b})), key=len)
        if small is not large:
            large |= small
            found.update(dict.fromkeys(small, large))
    return found

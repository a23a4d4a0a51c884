# SPDX-License-Identifier: EUPL-1.2
"""Which ids name one person, and which corrections count.

Rules: what narrows counts for every id that may name a person; what widens only for those that a register or BSN
joined. Whoever is protected and whoever is blocked are never one, whatever a record says. A correction by another
organisation than the one that recorded something lifts nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.family import Household
from kgbx.case.guarding import Protection, SamePerson
from kgbx.case.helpers import Link
from kgbx.case.people import Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import FamilyCase

STRONG: Final = ("bsn", "register")
"""Why two ids may be joined for what widens."""


class Joined:
    """Which ids name one person.

    A strong class is joined by BSN or register; a wide class by anything.
    """

    def __init__(self, case: FamilyCase) -> None:
        rows = [record for record in case.records("same_person") if isinstance(record, SamePerson)]
        versions = [link for link in replacements(case) if isinstance(case.get(link.from_), Person)]
        own = [(link.from_, link.to) for link in versions if is_own_correction(link, case)]
        strong = _classes([*own, *((row.a, row.b) for row in rows if row.basis in STRONG)])
        if any(other in strong.get(one, ()) for one, other in _kept_apart(case)):
            strong = _classes(own)
        every = [(link.from_, link.to) for link in versions]
        self._wide = _classes([*every, *((row.a, row.b) for row in rows)])
        self._one = {person: min(joined) for person, joined in strong.items()}
        self._every: dict[str, tuple[str, ...]] = {}

    def one(self, person: str) -> str:
        """Return the id that stands for a person in everything: the smallest of the strong class."""
        return self._one.get(person, person)

    def every(self, person: str) -> tuple[str, ...]:
        """Return the ids, each standing for its strong class, that may name the same person; sorted."""
        found = self._every.get(person)
        if found is None:
            names = {self.one(other) for other in self._wide.get(person, (person,))}
            found = self._every[person] = tuple(sorted(names))
        return found


def _kept_apart(case: FamilyCase) -> Iterator[tuple[str, str]]:
    """Yield each pair of a protected person, or who ever shared a household with one, and a blocked person."""
    homes = [
        {member.person for member in home.members} for home in case.records("households") if isinstance(home, Household)
    ]
    for record in case.records("protections"):
        if isinstance(record, Protection):
            around = {record.person}.union(*(home for home in homes if record.person in home))
            yield from ((one, other) for one in around - set(record.blocked) for other in record.blocked)


def replacements(case: FamilyCase) -> list[Link]:
    """Return the links that say that one record replaces another."""
    return [link for link in case.records("links") if isinstance(link, Link) and link.kind == "replaces"]


def is_own_correction(link: Link, case: FamilyCase) -> bool:
    """Tell whether the organisation that recorded a record also recorded what replaces it, and the link."""
    ends = [one for one in (case.get(link.from_), case.get(link.to)) if one is not None]
    return len(ends) == len((link.from_, link.to)) and {one.recorded_by.org for one in ends} == {link.recorded_by.org}


def _classes(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return for each id the ids that pairs join it with; the smaller class moves, so that long chains stay cheap."""
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        small, large = sorted((found.setdefault(a, {a}), found.setdefault(b, {b})), key=len)
        if small is not large:
            large |= small
            found.update(dict.fromkeys(small, large))
    return found

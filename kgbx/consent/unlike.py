# SPDX-License-Identifier: EUPL-1.2
"""Persons who cannot be one, whatever a record says: born on different days, or with different numbers.

Rules: only what stands now counts, for a date of birth may have been corrected; dates contradict each other when no day
fits both; of numbers only the BSN. What is unknown contradicts nothing, so twins of whom no number is here do not.

Source: Wabb 12; AVG 5 lid 1 onder d.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kgbx.case import Identifier, Person
from kgbx.clock import span_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbx.case import FamilyCase
    from kgbx.consent.same import Joined


def made_one(case: FamilyCase, *, before: Joined, after: Joined, by: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of persons who cannot be one, and of whom only the second way of joining makes one.

    Args:
        case: The file with what arrives.
        before: Which ids name one person without it.
        after: Which do with it.
        by: URNs of who says so; of their own persons they know best, whatever date of birth they have.
    """
    classes: dict[str, list[Person]] = defaultdict(list)
    for person in case.current("persons"):
        if isinstance(person, Person) and person.recorded_by.org not in by:
            classes[after.one(person.id)].append(person)
    numbers = _numbers(case)
    for persons in classes.values():
        pairs = (*_born_apart(persons), *_numbered_apart(persons, numbers))
        yield from (pair for pair in pairs if before.one(pair[0]) != before.one(pair[1]))


def _numbers(case: FamilyCase) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in case.current("identifiers"):
        if isinstance(one, Identifier) and one.system == "bsn":
            found[one.person].add("".join(sign for sign in one.value if sign.isdigit()).lstrip("0"))
    return found


def _born_apart(persons: list[Person]) -> Iterator[tuple[str, str]]:
    """Yield who was born last and who was born first, if no day fits both: in one walk, for classes can be large."""
    spans = [(span_of(one.birth_date), one.id) for one in persons if one.birth_date is not None]
    if spans:
        (begin, _), late = max(spans, key=lambda row: row[0][0])
        (_, end), early = min(spans, key=lambda row: row[0][1])
        if end < begin:
            yield late, early


def _numbered_apart(persons: list[Person], numbers: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Yield the first who has a number, with each who has only others."""
    first, *others = [one.id for one in persons if one.id in numbers] or [""]
    yield from ((first, other) for other in others if numbers[first].isdisjoint(numbers[other]))

# SPDX-License-Identifier: EUPL-1.2
"""The cost of told once: coverage of each need profile over 1,000 records, the meter, and of ten times as many.

Rules: the case is read before; everything that coverage looks up is made anew each time.
"""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.consent import processor_ms, within
from bench.family import family_case
from bench.timing import compare
from kgbx.case import FamilyCase
from kgbx.clock import parse_moment
from kgbx.story import coverage, profile, profiles, questions
from kgbx.story.retelling import retelling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.timing import Ratio
    from kgbx.story import Profile

AT: Final = parse_moment("2026-03-01")
CONTACTS: Final = 200
"""A family that was helped for so many contacts has a thousand records at least."""

RECORDS: Final = 1000

COVERAGE_MS: Final = 10.0
LINEAR: Final = 11.0
"""Times as long for ten times as much."""


def asked(case: FamilyCase, needed: Profile) -> int:
    """Return how many questions are left."""
    return len(questions(coverage(case, needed, at=AT)))


def retold(case: FamilyCase) -> int:
    """Return how much was told again; what could have been had is not judged here."""
    return retelling(case, at=AT, could_have_had=lambda *_: True).retold


def ratios() -> Iterator[Ratio]:
    """Yield what coverage costs: the slowest profile beside what it may take, and how it and the meter grow."""
    case, large = (FamilyCase.from_json(family_case(contacts)) for contacts in (CONTACTS, 10 * CONTACTS))
    small = FamilyCase(list(case)[:RECORDS], synthetic=True)
    every = {f"{function}.{occasion}": profile(function, occasion) for function, occasion in profiles()}
    slowest = max(
        every, key=lambda name: statistics.median(processor_ms(partial(asked, small, every[name])) for _ in "123")
    )
    needed = every[slowest]
    name = f"coverage of {slowest}, {len(small)} records / {COVERAGE_MS:g} ms"
    yield within(name, partial(asked, small, needed), COVERAGE_MS)
    times = len(large) / len(case)
    name = f"coverage: {times:.1f} times the records"
    yield compare(name, partial(asked, large, needed), partial(asked, case, needed), goal=LINEAR)
    name = f"retelling: {times:.1f} times the records"
    yield compare(name, partial(retold, large), partial(retold, case), goal=LINEAR)

# SPDX-License-Identifier: EUPL-1.2
"""The cost of deciding: decisions with 200 facts, a view of 200 records, and both with ten times as much.

Rules: everybody permits, so that every rule is gone through and the texts of what is permitted are searched for the
place of somebody under protection; a decision is counted as a share makes it, its facts arranged once.
"""

from __future__ import annotations

import gc
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bench.family import DAUGHTER, FATHER, GI, MOTHER, SON, TEAM, family_case
from bench.timing import ROUNDS, Ratio, compare
from kgbx.case import FamilyCase
from kgbx.consent.decide import Decider
from kgbx.consent.facts import (
    CaseloadFact,
    ConsentFact,
    Facts,
    Item,
    OrganisationFact,
    PersonFact,
    ProtectionFact,
    Request,
)
from kgbx.consent.index import Index
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.consent.policies import published_policies
from kgbx.consent.share import share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.consent.share import Share

AT: Final = "2026-03-01"
REQUEST: Final = Request(sender=TEAM, recipient=GI, purpose="protection", at=AT, known_at=AT)
POLICY: Final = published_policies()[0]
ALWAYS: Final[dict[str, Any]] = {"recorded_at": "2015-01-01", "valid_from": "2015-01-01"}
CATEGORIES: Final = ("address", "care_plan", "concern", "contact", "family_story", "health", "school_progress")

FACTS: Final = 200
DECISIONS: Final = 1000
DECISIONS_MS: Final = 50.0
"""1,000 decisions in 50 ms are 20,000 a second."""

VIEW_CONTACTS: Final = 37
VIEW_RECORDS: Final = 200
VIEW_MS: Final = 15.0
LINEAR: Final = 11.0
"""Times as long for ten times as much."""


def permit(number: int, person: str) -> ConsentFact:
    """Return a proven permit of an adult about itself."""
    every: dict[str, Any] = {"recipients": ("*",), "purposes": ("*",), "categories": ("*",)}
    who: dict[str, Any] = {"id": f"permit {number}", "decided_by": person, "about": person}
    return ConsentFact(decision="permit", proven=True, **who, **every, **ALWAYS)


def facts(count: int) -> Facts:
    """Return so many facts: persons, their permits, whom they are hidden from, who serves them."""
    persons = [f"person {number}" for number in range(count // 10)]
    hidden = {"allowed": (GI,), "blocked": ("nobody",), **ALWAYS}
    return Facts(
        persons=tuple(PersonFact(id=one, birth_date="1986", capable=True) for one in persons),
        organisations=organisations(),
        consents=tuple(permit(number, persons[number % len(persons)]) for number in range(count // 2)),
        protections=tuple(ProtectionFact(person=one, **hidden) for one in persons),
        caseloads=tuple(
            CaseloadFact(organisation=GI, person=persons[number % len(persons)], **ALWAYS)
            for number in range(count * 3 // 10)
        ),
        caseload_known=("*",),
    )


def organisations() -> tuple[OrganisationFact, ...]:
    """Return what the registers know of sender and recipient."""
    known = {TEAM: "lokaal_team", GI: "gi"}
    return tuple(
        OrganisationFact(id=one, function=function, may_use_bsn=True, bound_to_secrecy=True)
        for one, function in known.items()
    )


def items(persons: int) -> list[Item]:
    """Return items of every category about everybody."""
    about = [(f"person {number % persons}", f"person {(number + 1) % persons}") for number in range(DECISIONS)]
    return [
        Item(id=f"item {number}", category=CATEGORIES[number % len(CATEGORIES)], about=who, reveals_location_of=who)
        for number, who in enumerate(about)
    ]


def decide_all(known: Facts, asked: list[Item]) -> int:
    """Decide about every item, as a share does; return how many are permitted."""
    decider = Decider(Index.of(known, AT, known_at=AT), request=REQUEST, policy=POLICY)
    return sum(map(bool, map(decider.decide, asked)))


def view_of(case: FamilyCase) -> Callable[[], Share]:
    """Return what makes the view of a case in which everybody permits and the mother's place is hidden."""
    registers = Registers(format="kgbx-registers/1")
    known = facts_from_case(case, registers, own=TEAM)
    family = (MOTHER, FATHER, SON, DAUGHTER)
    deciders = [(who, about) for about in family for who in {about, *((MOTHER, FATHER) if about in family[2:] else ())}]
    consents = [permit(n, who).model_copy(update={"about": about}) for n, (who, about) in enumerate(deciders)]
    hidden = ProtectionFact(person=MOTHER, allowed=(TEAM,), blocked=("nobody",), **ALWAYS)
    more = {"consents": tuple(consents), "protections": (hidden,), "caseload_known": ("*",)}
    everything = known.model_copy(update={**more, "organisations": organisations()})
    return partial(share, case, request=REQUEST, policy=POLICY, facts=everything)


def within(name: str, action: Callable[[], object], allowed_ms: float) -> Ratio:
    """Return the median of some rounds of processor time beside what it may take."""
    action()
    gc.disable()
    try:
        median = statistics.median(processor_ms(action) for _ in range(ROUNDS))
    finally:
        gc.enable()
    return Ratio(name, median, allowed_ms, 1.0)


def processor_ms(action: Callable[[], object]) -> float:
    """Return the milliseconds of one core that one call takes, whatever else the machine does."""
    started = time.process_time()
    action()
    return (time.process_time() - started) * 1000


def ratios() -> Iterator[Ratio]:
    """Yield what deciding costs."""
    few, many = facts(FACTS), facts(10 * FACTS)
    asked = items(FACTS // 10)
    all_decided = partial(decide_all, few, asked)
    yield within(f"{DECISIONS} decisions with {FACTS} facts / {DECISIONS_MS:g} ms", all_decided, DECISIONS_MS)
    more = partial(decide_all, many, [*asked, *items(FACTS) * 9])
    yield compare("decisions: ten times the facts and the items", more, all_decided, goal=LINEAR)
    case, large = (FamilyCase.from_json(family_case(times * VIEW_CONTACTS)) for times in (1, 10))
    small = FamilyCase(list(case)[:VIEW_RECORDS], synthetic=True)
    yield within(f"view of a case of {len(small)} records / {VIEW_MS:g} ms", view_of(small), VIEW_MS)
    times = len(large) / len(case)
    yield compare(f"view: {times:.1f} times the records", view_of(large), view_of(case), goal=LINEAR)

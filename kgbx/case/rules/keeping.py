# SPDX-License-Identifier: EUPL-1.2
"""Rules about records that stand twice, that do not say what they are, or that would be gone too soon.

Rules: what two organisations recorded is not the same record, even if it says the same. Persons and professionals may
resemble each other and be two people, so they are never told to be one.
"""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import day_recorded
from kgbx.case.rules.kinds import PARTNERS, SIBLINGS
from kgbx.case.rules.rule import Finding, Rule
from kgbx.case.types import RECORD_TYPES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.case.family import Relation
    from kgbx.case.index import CaseIndex

_OF_THE_RECORD: Final = frozenset({"id", "recorded_at", "salt", "extensions"})
_MAY_RESEMBLE: Final = frozenset({"persons", "professionals"})
_BOTH_WAYS: Final = PARTNERS | SIBLINGS | {"vriend", "buur", "verwant"}
_CONTENT: Final = {
    row.array: attrgetter(*(name for name in row.model.model_fields if name not in _OF_THE_RECORD))
    for row in RECORD_TYPES
    if row.array not in _MAY_RESEMBLE
}
"""For each array, all that its records say."""

_OTHER: Final = "anders"
_LONGEST_FEBRUARY: Final = 29

YEARS_TO_KEEP: Final[Mapping[str, int]] = {"jeugdwet": 20, "wgbo": 20, "wmo": 15}
"""Years that a record is kept at least. Source: Jeugdwet 7.3.8 lid 3; BW 7:454 lid 3; Wmo 2015 5.3.4 lid 1 (Veilig
Thuis: 20, lid 2). All count from the last change, and a record never changes."""


def _says_the_same(index: CaseIndex) -> Iterator[Finding]:
    for array, content in _CONTENT.items():
        seen: set[object] = set()
        for pointer, record in index.live(array):
            said = _relation(record, index) if array == "relations" else content(record)
            if record.extensions is None and said in seen:  # extensions hold anything and cannot be compared
                yield Finding(pointer)
            if record.extensions is None:
                seen.add(said)


def _relation(relation: Relation, index: CaseIndex) -> object:
    pair: object = (index.same(relation.from_), index.same(relation.to))
    if relation.kind in _BOTH_WAYS:
        pair = frozenset({index.same(relation.from_), index.same(relation.to)})
    return relation.recorded_by.org, relation.kind, pair, relation.valid_from, relation.valid_until


def _plan_beside_a_plan(index: CaseIndex) -> Iterator[Finding]:
    seen: set[object] = set()
    for pointer, plan in index.live("plans"):
        org = plan.made_by.org if plan.made_by is not None else plan.recorded_by.org
        kept = (org, plan.kind, frozenset(index.same(person) for person in plan.persons))
        if kept in seen:
            yield Finding(pointer)
        seen.add(kept)


def _other_without_saying_which(index: CaseIndex) -> Iterator[Finding]:
    for pointer, professional in index.live("professionals"):
        if professional.discipline == _OTHER and professional.job_title is None:
            yield Finding(f"{pointer}/discipline")
    for pointer, assessment in index.live("safety_assessments"):
        told = assessment.instrument_version or assessment.explanation
        if assessment.instrument == _OTHER and told is None:
            yield Finding(f"{pointer}/instrument")


def _promised(index: CaseIndex) -> Iterator[tuple[str, date, date, str]]:
    """Yield pointer, first day without the record, day on which it was recorded, and its regime."""
    for pointer, record in index.having("keep_until"):
        yield f"{pointer}/keep_until", date.fromisoformat(record.keep_until), day_recorded(record), record.regime


def _gone_before_it_was_there(index: CaseIndex) -> Iterator[Finding]:
    for pointer, until, recorded, _ in _promised(index):
        if until <= recorded:
            yield Finding(pointer)


def _gone_too_soon(index: CaseIndex) -> Iterator[Finding]:
    for pointer, until, recorded, regime in _promised(index):
        years = YEARS_TO_KEEP.get(regime)
        if years is not None and recorded < until < _years_later(recorded, years):
            yield Finding(pointer)


def _years_later(day: date, years: int) -> date:
    day_of_month = 28 if (day.month, day.day) == (2, _LONGEST_FEBRUARY) else day.day
    return date(day.year + years, day.month, day_of_month)


KEEPING_RULES: Final = (
    Rule(
        id="KGBX-R-010",
        severity="warning",
        text=Text(
            "Er is al een plan van deze soort voor dezelfde personen. Geldt dit nieuwe, leg dan vast dat het het "
            "vorige vervangt.",
            "There is a plan of this kind for the same persons already. If this new one holds, record that it replaces "
            "the earlier one.",
        ),
        source="kgbx: one plan of a kind; as the CIN census rule",
        check=_plan_beside_a_plan,
    ),
    Rule(
        id="KGBX-R-011",
        severity="warning",
        text=Text(
            "Dezelfde organisatie legde dit al vast onder een ander id. Laat er een staan, of zeg wat er anders is.",
            "The same organisation recorded this under another id already. Keep one, or say what is different.",
        ),
        source="kgbx: told once, kept once; as the SSB rule on doubles",
        check=_says_the_same,
    ),
    Rule(
        id="KGBX-R-012",
        severity="warning",
        text=Text(
            "Anders zegt nog niet wat wel. Vul de functienaam in, of bij een instrument de versie of de onderbouwing.",
            "Other does not say which. Add the job title, or for an instrument its version or the explanation.",
        ),
        source="kgbx: a code for the rest says which",
        check=_other_without_saying_which,
    ),
    Rule(
        id="KGBX-R-075",
        severity="warning",
        text=Text(
            "Dit wordt eerder vernietigd dan de wet zegt. Dat mag alleen op verzoek; controleer keep_until.",
            "This is destroyed sooner than the law says. That is allowed on request only; check keep_until.",
        ),
        source="Jeugdwet 7.3.8 lid 3, 7.3.9; Wmo 2015 5.3.4, 5.3.5; BW 7:454 lid 3, 7:455",
        check=_gone_too_soon,
    ),
    Rule(
        id="KGBX-R-142",
        severity="error",
        text=Text(
            "Dit zou al weg zijn op de dag waarop het werd vastgelegd. Verbeter keep_until.",
            "This would be gone on the very day on which it was recorded. Correct keep_until.",
        ),
        source="kgbx",
        check=_gone_before_it_was_there,
    ),
)

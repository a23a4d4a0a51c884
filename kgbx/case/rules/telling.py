# SPDX-License-Identifier: EUPL-1.2
"""Rules about what was told, and about the reviews of and reactions to it.

Rules: a statement says who told it; what somebody finds is never a fact; a review counts only for the wording that was
shown and only from the teller, a subject or a representative: others are kept, reported and not counted.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, recorded_before, surely_before
from kgbx.case.digest import wording_digest
from kgbx.case.rules.rule import Finding, Rule
from kgbx.case.told import Statement
from kgbx.clock import span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.index import CaseIndex
    from kgbx.case.told import FirstTeller, Review, Teller

_TELLERS: Final = ("person", "professional", "document", "register_name", "anonymous")
_FIRST_TELLERS: Final = ("person", "professional", "unknown")
_CAN_BE_ESTABLISHED: Final = frozenset(
    {"gebeurtenis", "waarneming", "meetwaarde", "registergegeven", "diagnose", "afspraak", "besluit"}
)
"""Kinds of which it can be established that they are so. Source: Jeugdwet 3.3."""


def _count(teller: Teller | FirstTeller, members: tuple[str, ...]) -> int:
    return sum(getattr(teller, member) is not None for member in members)


def _dated(index: CaseIndex) -> Iterator[tuple[str, str, str | None, BareRecord]]:
    """Yield the pointer of a day, the day, who spoke on it and the record."""
    for pointer, statement in index.items("statements"):
        yield f"{pointer}/told_on", statement.told_on, statement.told_by.person, statement
    for pointer, review in index.items("reviews"):
        yield f"{pointer}/reviewed_on", review.reviewed_on, review.by, review
    for pointer, reaction in index.items("reactions"):
        yield f"{pointer}/reacted_on", reaction.reacted_on, reaction.by, reaction


def _told_after_recording(index: CaseIndex) -> Iterator[Finding]:
    for pointer, day, _, record in _dated(index):
        if recorded_before(record, day):
            yield Finding(pointer)


def _told_by_the_unborn_or_dead(index: CaseIndex) -> Iterator[Finding]:
    for pointer, day, speaker, record in _dated(index):
        person = index.person(speaker) if speaker else None
        if person is None:
            continue
        too_early = person.birth_date is not None and surely_before(day, person.birth_date)
        too_late = person.death_date is not None and surely_before(person.death_date, day)
        if too_early or too_late:
            yield Finding(pointer, (record, person))


def _not_one_teller(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        teller = statement.told_by
        if _count(teller, _TELLERS) != 1 or (teller.page is not None and teller.document is None):
            yield Finding(f"{pointer}/told_by")


def _no_first_teller(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        first = statement.first_teller
        if first is None and statement.hearsay:
            yield Finding(f"{pointer}/hearsay")
        if first is not None and (_count(first, _FIRST_TELLERS) != 1 or not statement.hearsay):
            yield Finding(f"{pointer}/first_teller")


def _amateur_diagnosis(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        teller = statement.told_by
        if statement.kind == "diagnose" and teller.professional is None and teller.document is None:
            yield Finding(f"{pointer}/told_by")


def _verbatim_of_nobody(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        teller = statement.told_by
        no_place = teller.document is not None and teller.page is None
        if statement.wording.form == "woordelijk" and (no_place or teller.register_name is not None):
            yield Finding(f"{pointer}/wording/form")


def _established_opinion(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        if statement.verifiability == "vastgesteld" and statement.kind not in _CAN_BE_ESTABLISHED:
            yield Finding(f"{pointer}/verifiability")


def _about_the_unborn(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.items("statements"):
        for number, subject in enumerate(statement.about):
            person = index.person(subject)
            if person is not None and person.expected_birth_date is not None and person.birth_date is None:
                yield Finding(f"{pointer}/about/{number}", (statement, person))


def _unread_machine_text(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.live("statements"):
        if statement.wording.form == "automatisch_opgesteld" and statement.wording.written_by is None:
            yield Finding(f"{pointer}/wording")


def _represented(index: CaseIndex) -> dict[str, dict[str, date]]:
    """Return for each representative whom, and the first day on which that surely was over."""
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for _, capacity in index.live("capacities"):
        if capacity.represented_by is not None:
            found[index.same(capacity.represented_by)][index.same(capacity.person)] = date.max
    for _, authority in index.live("parental_authorities"):
        until, minor = Certain.of(authority, day_recorded(authority)).until, index.same(authority.minor)
        for holder in authority.holders or ():
            if holder.person is not None:
                of_holder = found[index.same(holder.person)]
                of_holder[minor] = max(until, of_holder.get(minor, until))
    return found


def _reviewed(index: CaseIndex) -> Iterator[tuple[str, Review, Statement]]:
    for pointer, review in index.items("reviews"):
        statement = index.by_id.get(review.record)
        if isinstance(statement, Statement):
            yield pointer, review, statement


def _reviewer_without_standing(index: CaseIndex) -> Iterator[Finding]:
    represented = _represented(index)
    subjects: dict[str, set[str]] = {}
    standing: dict[tuple[str, str], date] = {}
    for pointer, review, statement in _reviewed(index):
        if statement.id not in subjects:
            subjects[statement.id] = {index.same(person) for person in statement.about}
        pair = (statement.id, index.same(review.by))
        if pair not in standing:
            standing[pair] = _stands_until(pair[1], subjects[statement.id], represented)
        told_it = statement.told_by.person is not None and index.same(statement.told_by.person) == pair[1]
        if not told_it and standing[pair] <= span_of(review.reviewed_on)[0]:
            yield Finding(f"{pointer}/by")


def _stands_until(reviewer: str, subjects: set[str], represented: dict[str, dict[str, date]]) -> date:
    """Return the day from which a reviewer no longer is or represents one of the subjects."""
    if reviewer in subjects:
        return date.max
    wards = represented.get(reviewer, {})
    return max((wards[ward] for ward in wards.keys() & subjects), default=date.min)


def _another_wording(index: CaseIndex) -> Iterator[Finding]:
    digests: dict[str, str] = {}
    for pointer, review, statement in _reviewed(index):
        if statement.id not in digests:
            digests[statement.id] = wording_digest(statement)
        if review.wording_digest != digests[statement.id]:
            yield Finding(f"{pointer}/wording_digest")


TELLING_RULES: Final = (
    Rule(
        id="KGBX-R-005",
        severity="error",
        text=Text(
            "Dit is verteld na de dag waarop het is vastgelegd. Verbeter een van de twee data.",
            "This was told after the day on which it was recorded. Correct one of the two dates.",
        ),
        source="kgbx",
        check=_told_after_recording,
    ),
    Rule(
        id="KGBX-R-055",
        severity="error",
        text=Text(
            "Noem precies een verteller: een persoon, een professional, een document, een register of anoniem; een "
            "bladzijde hoort alleen bij een document.",
            "Name exactly one teller: a person, a professional, a document, a register or anonymous; a page belongs to "
            "a document only.",
        ),
        source="kgbx; Jeugdwet 3.3 (raad en gecertificeerde instelling)",
        check=_not_one_teller,
    ),
    Rule(
        id="KGBX-R-056",
        severity="error",
        text=Text(
            "Wat van horen zeggen is, noemt precies een eerste verteller of zegt dat die onbekend is; en alleen dan is "
            "er een eerste verteller. Vul hearsay en first_teller aan.",
            "Hearsay names exactly one first teller, or says that it is unknown; and only hearsay has a first teller. "
            "Complete hearsay and first_teller.",
        ),
        source="kgbx; Jeugdwet 3.3 (raad en gecertificeerde instelling)",
        check=_no_first_teller,
    ),
    Rule(
        id="KGBX-R-057",
        severity="error",
        text=Text(
            "Een diagnose komt van een professional of uit een document. Noem die, of kies een andere soort uitspraak.",
            "A diagnosis comes from a professional or a document. Name it, or choose another kind of statement.",
        ),
        source="kgbx; Wet BIG 3; Jeugdwet 3.3 (raad en gecertificeerde instelling)",
        check=_amateur_diagnosis,
    ),
    Rule(
        id="KGBX-R-058",
        severity="warning",
        text=Text(
            "Dit oordeel telt niet mee: het is niet van de verteller, een betrokkene of een vertegenwoordiger. "
            "Leg het vast als reactie.",
            "This verdict does not count: it is not of the teller, a subject or a representative. "
            "Record it as a reaction.",
        ),
        source="kgbx",
        check=_reviewer_without_standing,
    ),
    Rule(
        id="KGBX-R-067",
        severity="warning",
        text=Text(
            "Deze tekst is automatisch opgesteld en niemand staat ervoor in. Laat iemand hem lezen en vul "
            "written_by in.",
            "This text was drawn up automatically and nobody stands for it. Have someone read it and add written_by.",
        ),
        source="AVG 5 lid 1 onder d; kgbx",
        check=_unread_machine_text,
    ),
    Rule(
        id="KGBX-R-079",
        severity="error",
        text=Text(
            "Op deze dag leefde de verteller niet. Verbeter de dag, de persoon, of de geboorte- of overlijdensdatum.",
            "On this day the teller was not alive. Correct the day, the person, or the date of birth or death.",
        ),
        source="kgbx",
        check=_told_by_the_unborn_or_dead,
    ),
    Rule(
        id="KGBX-R-083",
        severity="error",
        text=Text(
            "Woordelijke tekst komt van iemand die sprak, of uit een document met bladzijde. Vul de bladzijde in of "
            "kies een andere vorm.",
            "A verbatim text comes from someone who spoke, or from a document with a page. Add the page, or choose "
            "another form.",
        ),
        source="kgbx",
        check=_verbatim_of_nobody,
    ),
    Rule(
        id="KGBX-R-084",
        severity="warning",
        text=Text(
            "Dit oordeel gaat over een andere tekst dan er nu staat en telt niet mee. Leg de tekst opnieuw voor.",
            "This verdict is about another wording than this one and does not count. Show the wording again.",
        ),
        source="kgbx: a review counts for one wording",
        check=_another_wording,
    ),
    Rule(
        id="KGBX-R-085",
        severity="error",
        text=Text(
            "Een mening, zorg, wens, ervaring of mogelijke verklaring kan niet zijn vastgesteld. Kies een andere "
            "zekerheid of een andere soort uitspraak.",
            "An opinion, worry, wish, experience or possible explanation cannot be established. Choose another "
            "certainty or another kind of statement.",
        ),
        source="kgbx; Jeugdwet 3.3 (raad en gecertificeerde instelling)",
        check=_established_opinion,
    ),
    Rule(
        id="KGBX-R-095",
        severity="error",
        text=Text(
            "Een ongeboren kind is geen betrokkene. Noem de moeder.",
            "An unborn child is not a data subject. Name the mother.",
        ),
        source="AVG 4 onder 1; BW 1:2; kgbx",
        check=_about_the_unborn,
    ),
)

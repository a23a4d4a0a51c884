# SPDX-License-Identifier: EUPL-1.2
"""Rules about the records as such: ids, references, periods, what replaces what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.canonical import dumps
from kgbx.case.dates import surely_before
from kgbx.case.graph import circular
from kgbx.case.guarding import Erasure, erased_ids
from kgbx.case.people import Person
from kgbx.case.rules.references import PARTIES, values_where
from kgbx.case.rules.resolving import unresolved
from kgbx.case.rules.rule import Finding, Rule, one_of_each_organisation
from kgbx.limits import MAX_EXTENSION_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import Source
    from kgbx.case.dates import HasPeriod
    from kgbx.case.index import CaseIndex
    from kgbx.case.told import DatesConcerned

_TIMED: Final = (
    "addresses",
    "contact_points",
    "relations",
    "households",
    "parental_authorities",
    "involvements",
    "measures",
    "agreements",
    "collaborations",
    "decisions",
)


def _dangling(index: CaseIndex) -> Iterator[Finding]:
    yield from (Finding(place.pointer) for place in unresolved(index) if not place.erased)
    yield from _wrong_party(index)


def _names_the_erased(index: CaseIndex) -> Iterator[Finding]:
    if index.arrays["erasures"]:
        yield from (Finding(place.pointer) for place in unresolved(index) if place.erased)


def _wrong_party(index: CaseIndex) -> Iterator[Finding]:
    """Yield a party that is a record, but of no person; an organisation needs no record, nor does a person."""

    def of_no_person(named: str) -> bool:
        return not isinstance(index.by_id.get(named), Person | None)

    for array, path in PARTIES:
        yield from (Finding(pointer) for pointer, _ in values_where(index, array, path=path, wrong=of_no_person))


def _came_back(index: CaseIndex) -> Iterator[Finding]:
    erased = erased_ids(index.arrays["erasures"])
    for pointer, record in index.everything() if erased else ():
        if record.id in erased and not isinstance(record, Erasure):
            yield Finding(pointer)


def _twice(index: CaseIndex) -> Iterator[Finding]:
    yield from (Finding(f"{pointer}/id") for pointer in index.repeated)


def _reversed(index: CaseIndex) -> Iterator[Finding]:
    for pointer, period in _periods(index):
        if period.valid_from and period.valid_until and surely_before(period.valid_until, period.valid_from):
            yield Finding(f"{pointer}/valid_until")
    for pointer, dates in _dates_concerned(index):
        if dates is not None and dates.start and dates.until and surely_before(dates.until, dates.start):
            yield Finding(f"{pointer}/until")
    for pointer, measure in index.items("measures"):
        if measure.planned_end and measure.valid_from and surely_before(measure.planned_end, measure.valid_from):
            yield Finding(f"{pointer}/planned_end")


def _dates_concerned(index: CaseIndex) -> Iterator[tuple[str, DatesConcerned | None]]:
    for pointer, statement in index.items("statements"):
        yield f"{pointer}/concerns_period", statement.concerns_period
    for pointer, report in index.items("reports"):
        yield f"{pointer}/incident/dates", report.incident.dates if report.incident is not None else None


def _periods(index: CaseIndex) -> Iterator[tuple[str, HasPeriod]]:
    for array in _TIMED:
        yield from index.items(array)
    for pointer, household in index.items("households"):
        for number, member in enumerate(household.members):
            yield f"{pointer}/members/{number}", member


def _bad_replacement(index: CaseIndex) -> Iterator[Finding]:
    links = [(pointer, link) for pointer, link in index.items("links") if link.kind == "replaces"]
    round_and_round = circular((link.to, link.from_) for _, link in links)
    witnesses = one_of_each_organisation(link for _, link in links if (link.to, link.from_) in round_and_round)
    for pointer, link in links:
        old, new = index.by_id.get(link.to), index.by_id.get(link.from_)
        if (link.to, link.from_) in round_and_round:
            yield Finding(f"{pointer}/to", witnesses)
        elif old is not None and new is not None and type(old) is not type(new):
            yield Finding(f"{pointer}/to")


def _joins_itself(index: CaseIndex) -> Iterator[Finding]:
    for pointer, link in index.items("links"):
        if link.from_ == link.to and link.kind != "replaces":
            yield Finding(f"{pointer}/to")


def _unreviewed_location(index: CaseIndex) -> Iterator[Finding]:
    for pointer, record in index.having("reveals_location_of"):
        if record.reviewed_by is None:
            yield Finding(f"{pointer}/reveals_location_of")


def _large_extensions(index: CaseIndex) -> Iterator[Finding]:
    for pointer, record in index.having("extensions"):
        if len(dumps(record.extensions)) > MAX_EXTENSION_BYTES:
            yield Finding(f"{pointer}/extensions")


def _half_source(index: CaseIndex) -> Iterator[Finding]:
    for pointer, record in index.having("source"):
        if not _whole(record.source):
            yield Finding(f"{pointer}/source")


def _whole(source: Source) -> bool:
    register = (source.register_name is not None, source.as_of is not None)
    from_paper = source.document is not None or source.page is not None
    if source.kind == "register":
        return all(register) and not from_paper
    return not any(register) and (source.kind == "document" or not from_paper)


STRUCTURE_RULES: Final = (
    Rule(
        id="KGBX-R-001",
        severity="error",
        text=Text(
            "Dit verwijst naar een record dat er niet is of van een andere soort is. Voeg het toe of herstel het id.",
            "This names a record that is not here or is of another type. Add it, or correct the id.",
        ),
        source="kgbx: a case is read without asking elsewhere; only persons, replaced and erased records may be absent",
        check=_dangling,
    ),
    Rule(
        id="KGBX-R-002",
        severity="error",
        text=Text(
            "Deze periode eindigt voordat zij begint. Verbeter een van de twee data.",
            "This period ends before it begins. Correct one of the two dates.",
        ),
        source="kgbx: periods are half-open",
        check=_reversed,
    ),
    Rule(
        id="KGBX-R-014",
        severity="error",
        text=Text(
            "Een record kan zichzelf niet vervangen, ook niet via andere, en geen record van een andere soort. "
            "Herstel het verband.",
            "A record cannot replace itself, not through others either, nor a record of another type. Correct the "
            "link.",
        ),
        source="kgbx: replacing is acyclic and within one type",
        check=_bad_replacement,
    ),
    Rule(
        id="KGBX-R-078",
        severity="error",
        text=Text(
            "Dit id stond al bij een eerder record in dit document. Laat van gelijke records er een staan; "
            "geef een ander record een nieuw id.",
            "This id was used by an earlier record of this document. Keep one of equal records; "
            "give a different record a new id.",
        ),
        source="kgbx: an id names exactly one content for ever",
        check=_twice,
    ),
    Rule(
        id="KGBX-R-086",
        severity="error",
        text=Text(
            "Wie met de hand bepaalt wiens verblijfplaats dit verraadt, staat daarvoor in. Vul reviewed_by in of haal "
            "de lijst weg.",
            "Whoever decides by hand whose location this reveals answers for it. Add reviewed_by, or remove the list.",
        ),
        source="kgbx: an explicit list is a person's decision; Wet BRP 2.59, 3.21",
        check=_unreviewed_location,
    ),
    Rule(
        id="KGBX-R-087",
        severity="error",
        text=Text(
            f"De uitbreidingen zijn groter dan {MAX_EXTENSION_BYTES} bytes. Stuur grote gegevens mee als bijlage.",
            f"The extensions are larger than {MAX_EXTENSION_BYTES} bytes. Send large data as an attachment.",
        ),
        source="kgbx: MAX_EXTENSION_BYTES",
        check=_large_extensions,
    ),
    Rule(
        id="KGBX-R-088",
        severity="error",
        text=Text(
            "Een register heeft een naam en een peildatum nodig; een document en een bladzijde horen alleen bij de "
            "soort document. Vul aan of haal weg.",
            "A register needs a name and a day; document and page belong to the kind document only. Add or remove.",
        ),
        source="kgbx: a register fact without a day cannot be checked",
        check=_half_source,
    ),
    Rule(
        id="KGBX-R-091",
        severity="error",
        text=Text(
            "Dit verband loopt van een record naar zichzelf. Herstel een van de twee ids.",
            "This link leads from a record to itself. Correct one of the two ids.",
        ),
        source="kgbx",
        check=_joins_itself,
    ),
    Rule(
        id="KGBX-R-130",
        severity="warning",
        text=Text(
            "Dit verwijst naar een record dat is gewist. Leg vast wat zonder dat record nog geldt, of wis ook dit.",
            "This names a record that was erased. Record what still holds without it, or erase this too.",
        ),
        source="AVG 17; Jeugdwet 7.3.9; kgbx: an erasure elsewhere never makes a case unreadable",
        check=_names_the_erased,
    ),
    Rule(
        id="KGBX-R-131",
        severity="error",
        text=Text(
            "Dit record is gewist en staat er nog. Haal het weg; de wissing blijft staan.",
            "This record was erased and is still here. Remove it; its erasure stays.",
        ),
        source="AVG 17; Jeugdwet 7.3.9",
        check=_came_back,
    ),
)

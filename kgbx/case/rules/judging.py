# SPDX-License-Identifier: EUPL-1.2
"""Rules about judgements: what they rest on, who may make them, and that they come after what they judge.

Rules: only what the case itself contradicts is told. A professional without registrations may have them; the sentence
asks to look, and refuses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kgbx.case.course import FormalDecision
from kgbx.case.dates import recorded_before, surely_before
from kgbx.case.helpers import Professional
from kgbx.case.rules.rule import Finding, Rule
from kgbx.case.told import Statement
from kgbx.case.working import Report, SafetyAssessment
from kgbx.clock import span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.index import CaseIndex
    from kgbx.case.working import Reporter

_YEAR: Final = timedelta(days=365)
_NEEDS_WORDS: Final = frozenset({"akkoord_met_aanvulling", "kon_niet"})
_DAY_OF: Final = (("reviews", "reviewed_on"), ("reactions", "reacted_on"), ("informings", "on"))

MAY_ASK_FOR_INQUIRY: Final = frozenset(
    {"gemeente_toegang", "lokaal_team", "jeugdhulpaanbieder", "pleegzorgaanbieder", "jeugd_ggz", "gi", "veilig_thuis"}
)
"""Functions that can ask the Raad for an inquiry. Source: Jeugdwet 3.1 lid 1; which provider the college appointed is
not known here, nor whether a local team acts for the college."""


def _resting_on(index: CaseIndex) -> Iterator[tuple[str, BareRecord | None, BareRecord | None]]:
    """Yield the pointer of each link that says what a record rests on, that record, and what it rests on."""
    for pointer, link in index.items("links"):
        start, end = index.by_id.get(link.from_), index.by_id.get(link.to)
        if link.kind == "based_on":
            yield pointer, start, end
        elif link.kind == "grounds":
            yield pointer, end, start


def _judged_on(record: BareRecord | None) -> str | None:
    if isinstance(record, SafetyAssessment):
        return record.assessed_on
    return record.decided_on if isinstance(record, FormalDecision) else None


def _rests_on_old_words(index: CaseIndex) -> Iterator[Finding]:
    latest: dict[str, date] = {}
    places: dict[str, list[str]] = defaultdict(list)
    days: dict[str, date] = {}
    for pointer, judgement, ground in _resting_on(index):
        day = _judged_on(judgement)
        if day is None or judgement is None or not isinstance(ground, Statement):
            continue
        days[judgement.id] = date.fromisoformat(day)
        places[judgement.id].append(pointer)
        latest[judgement.id] = max(latest.get(judgement.id, date.min), span_of(ground.told_on)[1])
    for record_id, told in latest.items():
        if days[record_id] - told > _YEAR:
            yield from map(Finding, places[record_id])


def _judged_before_it_was_told(index: CaseIndex) -> Iterator[Finding]:
    """Yield what lies before the telling; a day of telling that is impossible by itself is told by its own rule."""
    for array, member in _DAY_OF:
        for pointer, record in index.items(array):
            day = getattr(record, member)
            statement = index.by_id.get(record.record) if day is not None else None
            if not isinstance(statement, Statement):
                continue
            if surely_before(day, statement.told_on) and not recorded_before(statement, statement.told_on):
                yield Finding(f"{pointer}/{member}", (record, statement))


def _verdict_without_words(index: CaseIndex) -> Iterator[Finding]:
    for pointer, review in index.live("reviews"):
        if review.verdict in _NEEDS_WORDS and review.remark is None:
            yield Finding(pointer)


def _unregistered_diagnosis(index: CaseIndex) -> Iterator[Finding]:
    for pointer, statement in index.live("statements"):
        if statement.kind != "diagnose" or statement.told_by.professional is None:
            continue
        professional = index.by_id.get(statement.told_by.professional)
        if isinstance(professional, Professional) and not professional.registrations:
            yield Finding(f"{pointer}/told_by/professional")


def _kept_from_the_teller(index: CaseIndex) -> Iterator[Finding]:
    for pointer, confidence in index.items("confidences"):
        statement = index.by_id.get(confidence.record)
        teller = statement.told_by.person if isinstance(statement, Statement) else None
        for number, person in enumerate(confidence.withheld_from if teller is not None else ()):
            if index.same(person) == index.same(teller or ""):
                yield Finding(f"{pointer}/withheld_from/{number}")


def _asked_by_somebody_else(index: CaseIndex) -> Iterator[Finding]:
    functions: dict[str, set[str]] = defaultdict(set)
    for _, organisation in index.live("organisations"):
        functions[organisation.org].update(organisation.functions)
    for pointer, reporter in index.items("reporters"):
        report = index.by_id.get(reporter.report)
        if not isinstance(report, Report) or report.kind != "verzoek_tot_onderzoek":
            continue
        known = functions.get(_organisation_of(reporter, index) or "", set())
        if reporter.person is not None or (known and MAY_ASK_FOR_INQUIRY.isdisjoint(known)):
            yield Finding(pointer)


def _organisation_of(reporter: Reporter, index: CaseIndex) -> str | None:
    professional = index.by_id.get(reporter.professional or "")
    return professional.org if isinstance(professional, Professional) else reporter.org


JUDGING_RULES: Final = (
    Rule(
        id="KGBX-R-054",
        severity="warning",
        text=Text(
            "Alleen het college, een aangewezen jeugdhulpaanbieder, een gecertificeerde instelling of Veilig Thuis "
            "vraagt de Raad om onderzoek. Kijk na wie het verzoek deed.",
            "Only the college, an appointed youth care provider, a certified institution or Veilig Thuis asks the Raad "
            "for an inquiry. Check who asked.",
        ),
        source="Jeugdwet 3.1 lid 1",
        check=_asked_by_somebody_else,
    ),
    Rule(
        id="KGBX-R-063",
        severity="warning",
        text=Text(
            "Wie dit zelf vertelde zou het niet mogen weten. Kijk na voor wie dit in vertrouwen is verteld.",
            "Whoever told this must not learn it, it says. Check from whom it was told in confidence.",
        ),
        source="Jeugdwet 7.3.10; kgbx",
        check=_kept_from_the_teller,
    ),
    Rule(
        id="KGBX-R-065",
        severity="warning",
        text=Text(
            "Dit oordeel rust alleen op wat meer dan een jaar eerder is verteld. Vraag of dat nog zo is.",
            "This judgement rests only on what was told more than a year before. Ask whether that is still so.",
        ),
        source="Jeugdwet 3.3; kgbx: the year is ours",
        check=_rests_on_old_words,
    ),
    Rule(
        id="KGBX-R-122",
        severity="warning",
        text=Text(
            "Bij wie deze diagnose stelde staat geen registratie. Vul registrations aan of kies een andere soort "
            "uitspraak.",
            "Whoever made this diagnosis has no registration here. Complete registrations, or choose another kind of "
            "statement.",
        ),
        source="Wet BIG 3; kgbx: which register suffices is not judged",
        check=_unregistered_diagnosis,
    ),
    Rule(
        id="KGBX-R-140",
        severity="warning",
        text=Text(
            "Wie een aanvulling heeft, of niet kon oordelen, zegt daar iets bij. Vul remark in.",
            "Whoever has something to add, or could not judge, says something with it. Add remark.",
        ),
        source="Jeugdwet 7.3.8 lid 2; kgbx",
        check=_verdict_without_words,
    ),
    Rule(
        id="KGBX-R-141",
        severity="warning",
        text=Text(
            "Dit ligt voor de dag waarop het werd verteld. Verbeter een van de twee data.",
            "This lies before the day on which it was told. Correct one of the two dates.",
        ),
        source="kgbx",
        check=_judged_before_it_was_told,
    ),
)

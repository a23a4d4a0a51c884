# SPDX-License-Identifier: EUPL-1.2
"""Rules about measures, informing, reporting, working together and waiting.

Rules: a court or register may be right and the case wrong, so what concerns the length or ground of a measure is a
warning. A day on which something happened never lies after the day on which it was recorded.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import day_recorded, recorded_before
from kgbx.case.rules.references import values_at
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import ages_on, day_of_moment, span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.case.course import Measure
    from kgbx.case.index import CaseIndex
    from kgbx.case.rules.reference import Path

_MAJORITY: Final = 18
_RUNS: Final = "loopt"
_BY_AN_INSTITUTION: Final = frozenset(
    {"ondertoezichtstelling", "voorlopige_ondertoezichtstelling", "voogdij", "voorlopige_voogdij", "tijdelijke_voogdij"}
)
"""Kinds that a certified institution carries out. Source: Jeugdwet 3.2 lid 1; BW 1:256, 1:302."""

_PLACEMENT: Final = "machtiging_uithuisplaatsing"
_OF_MINORS: Final = _BY_AN_INSTITUTION | {_PLACEMENT, "machtiging_gesloten"}
_MONTHS: Final[Mapping[str, int]] = {
    "ondertoezichtstelling": 12,
    "voorlopige_ondertoezichtstelling": 3,
    "machtiging_uithuisplaatsing": 12,
}
"""Longest term. Source: BW 1:258, 1:257 lid 2, 1:265c lid 1."""

_CAN_BE_EXTENDED: Final = frozenset({"ondertoezichtstelling", "machtiging_uithuisplaatsing"})
"""By as long a term again, time after time. Source: BW 1:260 lid 1, 1:265c lid 2."""

_DECIDED_AHEAD: Final = 3
"""Months before the end of a term in which its extension may be recorded already; ours."""

_STEPS: Final = ("requested", "accepted", "first_contact", "started", "ended")

HAPPENED: Final[tuple[tuple[str, Path], ...]] = (
    ("safety_assessments", ("assessed_on",)),
    ("capacities", ("assessed_on",)),
    ("reports", ("reported_on",)),
    ("decisions", ("decided_on",)),
    ("measures", ("decided_on",)),
    ("analyses", ("made_on",)),
    ("plans", ("made_on",)),
    ("plans", ("established_on",)),
    ("plans", ("written_on",)),
    ("plans", ("family_plan_offered_on",)),
    ("informings", ("on",)),
    ("milestones", ("reached_on",)),
    ("milestones", ("family_told_on",)),
    ("documents", ("written_on",)),
    ("collaborations", ("requested_on",)),
    ("collaborations", ("answered_on",)),
    ("collaborations", ("completed_on",)),
    ("erasures", ("on",)),
    ("goals", ("scaling", "on")),
)
"""Days on which something happened."""


def _without_executor(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        if measure.status == _RUNS and measure.kind in _BY_AN_INSTITUTION and measure.executing_org is None:
            yield Finding(pointer)


def _placed_without_ground(index: CaseIndex) -> Iterator[Finding]:
    grounds = {
        index.same(measure.minor)
        for _, measure in index.live("measures")
        if measure.status == _RUNS and measure.kind in _BY_AN_INSTITUTION
    }
    for pointer, measure in index.live("measures"):
        runs = measure.status == _RUNS and measure.kind == _PLACEMENT
        if runs and index.same(measure.minor) not in grounds:
            yield Finding(pointer)


def _end_of(measure: Measure) -> tuple[str, date] | None:
    for member in ("valid_until", "planned_end"):
        value = getattr(measure, member)
        if value is not None:
            return member, span_of(value)[0]
    return None


def _too_long(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        end, months = _end_of(measure), _MONTHS.get(measure.kind)
        if end is None or months is None or measure.valid_from is None:
            continue
        start = span_of(measure.valid_from)[1]
        if measure.kind in _CAN_BE_EXTENDED:
            start, months = max(start, day_recorded(measure)), months + _DECIDED_AHEAD
        if end[1] > _months_later(start, months):
            yield Finding(f"{pointer}/{end[0]}")


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _of_an_adult(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        minor, end = index.person(measure.minor), _end_of(measure)
        if minor is None or minor.birth_date is None or end is None or measure.kind not in _OF_MINORS:
            continue
        if ages_on(minor.birth_date, end[1] - timedelta(days=1))[0] >= _MAJORITY:
            yield Finding(f"{pointer}/{end[0]}")


def _end_without_end(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.items("measures"):
        if measure.end_reason is not None and measure.status != "geeindigd":
            yield Finding(f"{pointer}/end_reason")


def _handed_over_with_a_gap(index: CaseIndex) -> Iterator[Finding]:
    for pointer, work in index.live("collaborations"):
        last, first = work.last_day_sender, work.first_day_receiver
        if last and first and date.fromisoformat(first) - date.fromisoformat(last) != timedelta(days=1):
            yield Finding(f"{pointer}/first_day_receiver")


def _refused_without_reason(index: CaseIndex) -> Iterator[Finding]:
    for pointer, work in index.items("collaborations"):
        refused = work.state in {"declined", "more_information"}
        if refused and (work.reason is None or work.answered_on is None):
            yield Finding(pointer)


def _steps_out_of_order(index: CaseIndex) -> Iterator[Finding]:
    ways: dict[object, list[tuple[str, int, str]]] = defaultdict(list)
    for pointer, step in index.live("milestones"):
        who = frozenset(index.same(person) for person in step.persons)
        ways[who, step.help_form, step.org].append((step.reached_on, _STEPS.index(step.kind), pointer))
    for steps in ways.values():
        kinds = [kind for _, kind, _ in steps]
        if len(set(kinds)) < len(kinds):
            continue
        ordered = sorted(steps)
        for (_, before, _), (_, after, pointer) in pairwise(ordered):
            if after < before:
                yield Finding(f"{pointer}/reached_on")


def _half_informed(index: CaseIndex) -> Iterator[Finding]:
    for pointer, informing in index.items("informings"):
        if informing.informed == (informing.reason_not_informed is not None):
            yield Finding(f"{pointer}/informed")


def _not_one_reporter(index: CaseIndex) -> Iterator[Finding]:
    for pointer, reporter in index.items("reporters"):
        if sum(who is not None for who in (reporter.person, reporter.professional, reporter.org)) != 1:
            yield Finding(pointer)


def _recorded_before_it_happened(index: CaseIndex) -> Iterator[Finding]:
    for array, path in HAPPENED:
        records = index.arrays[array]
        for pointer, day in values_at(index, array, path=path):
            if recorded_before(records[int(pointer.split("/", 3)[2])], day):
                yield Finding(pointer)
    for pointer, consent in index.items("consents"):
        if day_recorded(consent) < day_of_moment(consent.ceremony.at):
            yield Finding(f"{pointer}/ceremony/at")


COURSE_RULES: Final = (
    Rule(
        id="KGBX-R-045",
        severity="warning",
        text=Text(
            "Deze maatregel loopt en er staat niet wie hem uitvoert. Vul executing_org in.",
            "This measure is running and it does not say who carries it out. Add executing_org.",
        ),
        source="Jeugdwet 3.2 lid 1; BW 1:256, 1:302",
        check=_without_executor,
    ),
    Rule(
        id="KGBX-R-047",
        severity="warning",
        text=Text(
            "Een machtiging tot uithuisplaatsing rust op een ondertoezichtstelling die loopt. Voeg die toe of "
            "controleer de machtiging.",
            "A placement order rests on a running supervision order. Add it, or check the authorisation.",
        ),
        source="BW 1:265b lid 1",
        check=_placed_without_ground,
    ),
    Rule(
        id="KGBX-R-048",
        severity="warning",
        text=Text(
            "Een ondertoezichtstelling of uithuisplaatsing wordt telkens voor ten hoogste een jaar gegeven, een "
            "voorlopige ondertoezichtstelling eens voor drie maanden. Controleer de datum in de beschikking.",
            "A supervision or placement order is given for one year at most each time, a provisional supervision order "
            "once for three months. Check the date in the decision of the court.",
        ),
        source="BW 1:257 lid 2, 1:258, 1:260 lid 1, 1:265c",
        check=_too_long,
    ),
    Rule(
        id="KGBX-R-049",
        severity="warning",
        text=Text(
            "Een kinderbeschermingsmaatregel eindigt uiterlijk op de achttiende verjaardag. Controleer de einddatum.",
            "A child protection measure ends on the eighteenth birthday at the latest. Check its end.",
        ),
        source="BW 1:233, 1:255",
        check=_of_an_adult,
    ),
    Rule(
        id="KGBX-R-071",
        severity="warning",
        text=Text(
            "Tussen de laatste dag van de een en de eerste dag van de ander hoort geen gat en geen overlap. "
            "Verbeter een van beide.",
            "Between the last day of the one and the first day of the other lies no gap and no overlap. "
            "Correct one of the two.",
        ),
        source="kgbx: never nobody and never two have sight of safety",
        check=_handed_over_with_a_gap,
    ),
    Rule(
        id="KGBX-R-072",
        severity="error",
        text=Text(
            "Wie nee zegt of meer wil weten, zegt waarom en wanneer. Vul reason en answered_on in.",
            "Whoever declines or wants to know more says why and when. Add reason and answered_on.",
        ),
        source="kgbx",
        check=_refused_without_reason,
    ),
    Rule(
        id="KGBX-R-073",
        severity="warning",
        text=Text(
            "Dit moment ligt voor een moment dat eerder had moeten komen. Controleer de dagen.",
            "This moment lies before one that should have come earlier. Check the days.",
        ),
        source="kgbx: requested, accepted, first contact, started, ended",
        check=_steps_out_of_order,
    ),
    Rule(
        id="KGBX-R-114",
        severity="error",
        text=Text(
            "Een reden van einde hoort alleen bij een maatregel die is geëindigd. Verbeter de stand of haal "
            "de reden weg.",
            "A reason of ending belongs to an ended measure only. Correct the status, or remove the reason.",
        ),
        source="kgbx",
        check=_end_without_end,
    ),
    Rule(
        id="KGBX-R-115",
        severity="error",
        text=Text(
            "Wie is ingelicht heeft geen reden waarom niet, en wie niet is ingelicht wel. Vul "
            "reason_not_informed in of haal het weg.",
            "Who was informed has no reason why not, and who was not has one. Add or remove reason_not_informed.",
        ),
        source="AVG 14 lid 5; UAVG 41; Wmo 2015 5.3.1",
        check=_half_informed,
    ),
    Rule(
        id="KGBX-R-116",
        severity="error",
        text=Text(
            "Noem precies een melder: een persoon, een professional of een organisatie.",
            "Name exactly one reporter: a person, a professional or an organisation.",
        ),
        source="kgbx: who reported stands apart; Wmo 2015 5.3.1 lid 4; Uitvoeringsbesluit Wmo 2015 4.1.8 lid 3",
        check=_not_one_reporter,
    ),
    Rule(
        id="KGBX-R-117",
        severity="error",
        text=Text(
            "Dit gebeurde na de dag waarop het is vastgelegd. Verbeter een van de twee data.",
            "This happened after the day on which it was recorded. Correct one of the two dates.",
        ),
        source="kgbx",
        check=_recorded_before_it_happened,
    ),
)

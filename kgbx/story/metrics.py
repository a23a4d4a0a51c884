# SPDX-License-Identifier: EUPL-1.2
"""Figures of a pilot region: telling again, fixed contacts, professionals, waiting, handovers; about families together.

Rules:
    - every figure is a number of families; what is small is hidden, see :mod:`kgbx.story.metrics_hiding`. No id, name
      or day of any family is in a result;
    - waiting is told of the families that requested help, and only where it may be told how many these are. The
      longest wait of a family counts; of fixed contacts those of the person who had most;
    - how much was asked and told again is told only where all of it could be judged, where no group of families is
      hidden by it, and where no family is more than half of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kgbx.clock import format_instant, local_day
from kgbx.story.fixed_contact import fixed_contacts, gaps
from kgbx.story.metrics_hiding import LEAST, hide
from kgbx.story.records import Records, may_hold
from kgbx.story.retelling import HANDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from kgbx.case import FamilyCase, Involvement, Milestone
    from kgbx.story.fixed_contact import Held
    from kgbx.story.metrics_hiding import Group, Told
    from kgbx.story.metrics_norms import Norms, Step
    from kgbx.story.retelling import Retelling

STEPS: Final[tuple[Step, ...]] = ("accepted", "first_contact", "started")
"""Steps on the way to help until which waiting is measured."""

DAYS: Final = (("0-7", 7), ("8-14", 14), ("15-28", 28), ("29-56", 56), ("57+", 3_000_000))
"""Days of waiting that are told together: name and last day."""

CONTACTS: Final = (("1", 1), ("2", 2), ("3+", 1_000_000))
"""Fixed contacts in a year that are told together."""

PROFESSIONALS: Final = (("0", 0), ("1-2", 2), ("3-4", 4), ("5-8", 8), ("9+", 1_000_000))
"""Professionals around a family in a year that are told together."""

YEARS: Final = 5
"""Years of fixed contacts that are told at most, from the first in which a family had one."""

REQUEST: Final = "request"
NO_REQUEST: Final = "no_request"
NOT_REACHED: Final = "not_reached"

_ORDER: Final = ("requested", *STEPS, "ended")
_YEAR: Final = timedelta(days=365)
_RETELLING: Final = ("nothing_asked", "not_judged", "none_retold", "retold")
_NORM: Final = ("within", "beyond", "no_norm")
_OVERDUE: Final = ("overdue", "nothing_overdue")
_HALF: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a family waited for a step.

    Attributes:
        days: Days from the request; the longest wait.
        late: Whether a wait was beyond its norm; None where there is no norm.
    """

    days: int | None
    late: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyFigures:
    """The figures of one family; they never leave the organisation by themselves.

    Attributes:
        asked: Answers that the family gave; None where it was not measured.
        retold: Those that could have been spared.
        judged: Whether it could be judged for each answer that was given before.
        contacts: Fixed contacts by year.
        gap: Whether there was a day without a fixed contact; None for a family that never had one.
        professionals: Professionals around the family in the last year.
        waits: Waits by step; none for a family that requested nothing.
        handovers: Handovers that were offered.
        declined: Those that were declined.
        overdue: What the family was to be told later, and was not in time; None where it was not measured.
    """

    asked: int | None = None
    retold: int | None = None
    judged: bool = True
    contacts: Mapping[int, int] = field(default_factory=dict)
    gap: bool | None = None
    professionals: int = 0
    waits: Mapping[str, Wait] = field(default_factory=dict)
    handovers: int = 0
    declined: int = 0
    overdue: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What is told of a region.

    Attributes:
        at: The moment, ``YYYY-MM-DDTHH:MM:SSZ``.
        families: How many families; None for fewer than five.
        groups: Families by cell and group; None for what is hidden.
        asked: Answers that families gave; None where it is hidden or was not measured.
        retold: Those that could have been spared.
    """

    at: str
    families: int | None
    groups: Mapping[str, Told]
    asked: int | None = None
    retold: int | None = None

    @property
    def ratio(self) -> float | None:
        """The part that was retold, in hundredths; None where it is hidden or nothing was asked."""
        return None if self.retold is None or not self.asked else round(self.retold / self.asked, 2)

    def as_value(self) -> dict[str, Any]:
        """Return it for programs."""
        told = {"asked": self.asked, "retold": self.retold, "ratio": self.ratio}
        return {
            "at": self.at,
            "families": self.families,
            "least": LEAST,
            "retelling": told,
            "groups": dict(self.groups),
        }


# --- one family


def family_figures(
    case: FamilyCase,
    *,
    at: datetime,
    norms: Norms,
    told: Retelling | None = None,
    judged: bool = True,
    overdue: int | None = None,
) -> FamilyFigures:
    """Return the figures of a family.

    Args:
        case: The own file.
        at: Aware datetime.
        norms: How long somebody may wait.
        told: What the retelling meter found; None: not measured.
        judged: Whether it could be judged for each answer whether it could have been had.
        overdue: How much the family should have been told and was not; None: not measured.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    records, day = Records(case), local_day(at)
    handed = [one for one in records.current("collaborations") if one.kind in HANDING]
    contacts = _contacts(case, day)
    return FamilyFigures(
        asked=None if told is None else told.asked,
        retold=None if told is None else told.retold,
        judged=judged,
        contacts=contacts,
        gap=bool(gaps(case, on=day)) if contacts else None,
        professionals=_professionals(records, day),
        waits=_waits(records, day, norms),
        handovers=len(handed),
        declined=sum(one.state == "declined" for one in handed),
        overdue=overdue,
    )


def _contacts(case: FamilyCase, day: date) -> dict[int, int]:
    """Return the fixed contacts of the person who had most, by year."""
    found: dict[int, int] = {}
    for held in fixed_contacts(case).values():
        met = {(year, one.record.org, one.record.professional) for one in held for year in _years(one, day)}
        for year, number in Counter(year for year, _, _ in met).items():
            found[year] = max(found.get(year, 0), number)
    return found


def _years(held: Held, day: date) -> Iterator[int]:
    """Yield the years in which somebody was the fixed contact on a day, up to a day."""
    last = min(held.last - timedelta(days=1), day)
    if held.first <= last:
        yield from range(max(held.first.year, day.year - YEARS + 1), last.year + 1)


def _professionals(records: Records, day: date) -> int:
    """Return how many professionals were around a family in the last year; organisations where none is named."""
    there = (
        one
        for one in records.current("involvements")
        if may_hold(one, day) or may_hold(one, day - _YEAR) or _begun_between(one, day)
    )
    return len({one.professional or one.org for one in there})


def _begun_between(one: Involvement, day: date) -> bool:
    begun = one.valid_from or one.recorded_at[:10]
    return (day - _YEAR).isoformat() <= begun <= day.isoformat()


def _waits(records: Records, day: date, norms: Norms) -> dict[str, Wait]:
    ways = list(_ways(records, day))
    if not ways:
        return {}
    return {step: _longest([_wait(way, step, day, norms) for way in ways]) for step in STEPS}


def _ways(records: Records, day: date) -> Iterator[list[Milestone]]:
    """Yield each way to help: a request and what follows until the next request for the same kind of help."""
    by_form: dict[str, list[Milestone]] = defaultdict(list)
    reached = (one for one in records.current("milestones") if one.reached_on <= day.isoformat())
    for one in sorted(reached, key=lambda each: (each.reached_on, _ORDER.index(each.kind), each.id)):
        by_form[one.help_form].append(one)
    for steps in by_form.values():
        starts = [place for place, one in enumerate(steps) if one.kind == "requested"]
        for start, end in pairwise((*starts, len(steps))):
            yield steps[start:end]


def _wait(way: Sequence[Milestone], step: Step, day: date, norms: Norms) -> Wait:
    """Return how long somebody waited; a step that was passed over was reached with the next."""
    request, *later = way
    begun, wanted = date.fromisoformat(request.reached_on), _ORDER.index(step)
    there = [one for one in later if wanted <= _ORDER.index(one.kind) < len(_ORDER) - 1]
    norm = norms.days(request.help_form, step)
    if norm is None and (not later or (there and there[0] is later[0])):
        norm = request.norm_days
    ended = not there and any(one.kind == "ended" for one in later)
    until = date.fromisoformat(there[0].reached_on) if there else day
    so_far = (until - begun).days
    return Wait(days=so_far if there else None, late=None if norm is None or ended else so_far > norm)


def _longest(waits: Iterable[Wait]) -> Wait:
    every = tuple(waits)
    late = {one.late for one in every if one.late is not None}
    return Wait(
        days=max((one.days for one in every if one.days is not None), default=None),
        late=(True in late) if late else None,
    )


# --- all families


def region(families: Sequence[FamilyFigures], *, at: datetime) -> Region:
    """Return what is told of a region.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    day = local_day(at)
    moment = format_instant(at)
    if len(families) < LEAST:
        return Region(at=moment, families=None, groups={})
    groups = {name: hide(cells) for name, cells in _cells(families, day.year)}
    requests = hide(_group((_request(one) for one in families), (REQUEST, NO_REQUEST)))
    groups["requests"] = requests
    waiting = [one for one in families if one.waits]
    for name, cells in _waiting_cells(waiting):
        groups[name] = dict.fromkeys(cells) if None in requests.values() else hide(cells)
    asked, retold = _asked(families, groups.get("retelling"))
    return Region(at=moment, families=len(families), groups=groups, asked=asked, retold=retold)


def _cells(families: Sequence[FamilyFigures], year: int) -> Iterator[tuple[str, Group]]:
    """Yield each group of all families with its cells."""
    if all(one.asked is not None for one in families):
        yield "retelling", _group((_retelling(one) for one in families), _RETELLING)
    first = min((known for one in families for known in one.contacts), default=year)
    for one_year in range(first, year + 1):
        names = ("0", *(name for name, _ in CONTACTS))
        yield f"contacts {one_year}", _group((_contact(one, one_year) for one in families), names)
    yield "gap", _group((_gap(one) for one in families), ("gap", "no_gap", "no_contact"))
    names = tuple(f"professionals {name}" for name, _ in PROFESSIONALS)
    yield (
        "professionals",
        _group((f"professionals {_bin(one.professionals, PROFESSIONALS)}" for one in families), names),
    )
    yield "handovers", _group((_handover(one) for one in families), ("declined", "none_declined", "no_handover"))
    if all(one.overdue is not None for one in families):
        yield "overdue", _group(("overdue" if one.overdue else "nothing_overdue" for one in families), _OVERDUE)


def _waiting_cells(families: Sequence[FamilyFigures]) -> Iterator[tuple[str, Group]]:
    """Yield each group of the families that requested help, with its cells."""
    for step in STEPS:
        yield (
            f"days {step}",
            _group((_days(one.waits[step]) for one in families), (*(name for name, _ in DAYS), NOT_REACHED)),
        )
        yield f"norm {step}", _group((_norm(one.waits[step]) for one in families), _NORM)


def _group(cells: Iterable[str], names: Sequence[str]) -> Group:
    counted = Counter(cells)
    return {name: counted[name] for name in names}


def _bin(number: int, bins: Sequence[tuple[str, int]]) -> str:
    return next(name for name, last in bins if number <= last)


def _retelling(one: FamilyFigures) -> str:
    if not one.asked:
        return "nothing_asked"
    if not one.judged:
        return "not_judged"
    return "retold" if one.retold else "none_retold"


def _request(one: FamilyFigures) -> str:
    return REQUEST if one.waits else NO_REQUEST


def _days(wait: Wait) -> str:
    return NOT_REACHED if wait.days is None else _bin(wait.days, DAYS)


def _norm(wait: Wait) -> str:
    if wait.late is None:
        return "no_norm"
    return "beyond" if wait.late else "within"


def _contact(one: FamilyFigures, year: int) -> str:
    number = one.contacts.get(year, 0)
    return _bin(number, CONTACTS) if number else "0"


def _gap(one: FamilyFigures) -> str:
    if one.gap is None:
        return "no_contact"
    return "gap" if one.gap else "no_gap"


def _handover(one: FamilyFigures) -> str:
    if one.declined:
        return "declined"
    return "none_declined" if one.handovers else "no_handover"


def _asked(families: Sequence[FamilyFigures], group: Told | None) -> tuple[int | None, int | None]:
    """Return how much was asked and retold, where all was judged and that gives away nothing of a few families."""
    if group is None or None in group.values() or group["not_judged"]:
        return None, None
    asked, retold = [one.asked or 0 for one in families], [one.retold or 0 for one in families]
    if any(max(each) * _HALF > sum(each) > 0 for each in (asked, retold)):
        return None, None
    return sum(asked), sum(retold)

# SPDX-License-Identifier: EUPL-1.2
"""What of a need profile is known already: for each need and person, who told it, when, and whether somebody disagrees.

Rules:
    - only current records answer; the order of the records means nothing;
    - told and not stale, and somebody disagrees: ``told_disputed``, which is no question: both are shown;
    - an answer is stale when the earliest day that it may be from is too long ago, or still to come: a wrong year would
      otherwise keep everybody from ever asking;
    - a need that a register answers is never a question;
    - ``withheld`` appears only where the sender hands in what it keeps back; a recipient never sees it.

Statuses: told, told_stale, told_disputed, register, withheld, missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kgbx.clock import format_instant, local_day
from kgbx.story.answers import Answer, Answers
from kgbx.story.people import Family
from kgbx.story.records import Records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date, datetime

    from kgbx.case import FamilyCase
    from kgbx.story.profile import Need, Profile

Status = Literal["told", "told_stale", "told_disputed", "register", "withheld", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of one need about one person.

    Attributes:
        need: The need.
        person: Id of the person; None for the case.
        seen: The status as the holder of the case or view sees it.
        answers: What answers it, oldest first.
        withheld: Ids of records that answer it and are kept back; the sender's side only, sorted.
        ask: Ids of the persons who may be asked, sorted; may be empty.
    """

    need: Need
    person: str | None
    seen: Status
    answers: tuple[Answer, ...] = ()
    withheld: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The status: ``withheld`` where only what is kept back answers it."""
        return "withheld" if self.withheld and self.seen in {"missing", "told_stale"} else self.seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What of a profile is known on a moment.

    Attributes:
        profile: The profile.
        at: The moment, ``YYYY-MM-DDTHH:MM:SSZ``.
        rows: One for each need and person, in the order of the profile, persons sorted.
    """

    profile: Profile
    at: str
    rows: tuple[Row, ...]

    def of(self, *statuses: Status) -> tuple[Row, ...]:
        """Return the rows that have one of these statuses."""
        return tuple(row for row in self.rows if row.status in statuses)

    def for_recipient(self) -> Coverage:
        """Return the same without a trace of what is kept back."""
        return replace(self, rows=tuple(replace(row, withheld=()) for row in self.rows))


def coverage(
    case: FamilyCase,
    profile: Profile,
    *,
    at: datetime,
    withheld: FamilyCase | None = None,
    blocked: Collection[str] = (),
    own: str | None = None,
) -> Coverage:
    """Return what of a profile a case or view answers.

    Args:
        case: The case, or the view that somebody got.
        profile: What is needed.
        at: Aware datetime; ages, periods and staleness are those of its day in Europe/Amsterdam.
        withheld: The sender's side only: the whole case from which the view was made. What it holds beyond the view is
            told as withheld, and whom it blocks is not asked anything.
        blocked: Ids of persons whom a protection blocks that stands in a register: they are not asked anything either.
        own: URN of the organisation that needs to know. Another's word that somebody is safely reached so is then
            ``told_stale``: that person is asked first whether it still is so.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    records = Records(case)
    behind = None if withheld is None else Records(withheld)
    family = Family(records, local_day(at), also=() if behind is None else (behind,), blocked=blocked)
    seen = Answers(records, family, own=own)
    kept = None if behind is None else Answers(behind, family, own=own)
    rows = (row for need in profile.needs for row in _rows(need, family, seen=seen, kept=kept))
    return Coverage(profile=profile, at=format_instant(at), rows=tuple(rows))


def _rows(need: Need, family: Family, *, seen: Answers, kept: Answers | None) -> Iterator[Row]:
    told = seen.of(need)
    hidden = {} if kept is None else kept.of(need)
    for person in family.each(need.per):
        if _too_young(need, person, family):
            continue
        answers = told.get(person, ())
        behind = {answer.record for answer in hidden.get(person, ()) if not _stale(answer, need, family.day)}
        yield Row(
            need=need,
            person=person,
            seen=_status(need, answers, family.day),
            answers=answers,
            withheld=tuple(sorted(behind - {answer.record for answer in answers})),
            ask=family.whom(person, location=bool(need.location), told=[answer.record for answer in answers]),
        )


def _too_young(need: Need, person: str | None, family: Family) -> bool:
    if need.from_age is None or person is None:
        return False
    ages = family.ages(person)
    return ages is not None and ages[1] < need.from_age


def _status(need: Need, answers: tuple[Answer, ...], day: date) -> Status:
    fresh = [answer for answer in answers if answer.confirmed and not _stale(answer, need, day)]
    if fresh:
        return "told_disputed" if any(answer.disputed for answer in fresh) else "told"
    if need.from_register is not None:
        return "register"
    return "told_stale" if answers else "missing"


def _stale(answer: Answer, need: Need, day: date) -> bool:
    return need.max_age_days is not None and not 0 <= (day - answer.day).days <= need.max_age_days

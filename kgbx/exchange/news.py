# SPDX-License-Identifier: EUPL-1.2
"""What is new after something arrived: new records, what somebody disagrees with, what was answered, what is missing.

Rules:
    - the case before and the case after are compared, so that what was set apart is never called new;
    - what was known already is not news; a dispute is, also when it is about a record that was here;
    - what is missing is no question yet: of whom it may be asked, and whether at all, is for `kgbx.story.questions`.
Ids only; whoever shows them chooses words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kgbx.case import Record
from kgbx.case.types import RECORD_TYPES
from kgbx.clock import local_day
from kgbx.story.answers import Answers
from kgbx.story.coverage import coverage
from kgbx.story.people import Family
from kgbx.story.records import Records

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.story.coverage import Row
    from kgbx.story.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What something that arrived brought.

    Attributes:
        new: Ids of the records that were not here, in the order of the case.
        disputed: Ids of the records with which somebody disagrees, and of which that was not known here.
        gone: Ids of the records that were here and are not: erased, or replaced by what arrived.
        answered: Needs that are known now and were not.
        missing: Needs that are still not known, or too old.
    """

    new: tuple[str, ...]
    disputed: tuple[str, ...]
    gone: tuple[str, ...]
    answered: tuple[Row, ...] = field(default=(), repr=False)
    missing: tuple[Row, ...] = field(default=(), repr=False)


_OPEN: Final = frozenset({"missing", "told_stale"})
_TOLD: Final = frozenset({"told", "told_disputed"})


def news(
    before: FamilyCase,
    after: FamilyCase,
    *,
    at: datetime,
    needed: Profile | None = None,
    own: str | None = None,
) -> News:
    """Return what something that arrived brought.

    Args:
        before: The own case before.
        after: The own case after.
        at: Present moment, aware.
        needed: What the own function needs to know; None: that is not looked at.
        own: URN of the own organisation.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    known, was, there = set(_disputed(before, at)), _current(before), _current(after)
    found = News(
        new=tuple(one.id for one in after if one.id not in before),
        disputed=tuple(one for one in _disputed(after, at) if one not in known),
        gone=tuple(one.id for one in before if one.id in was - there),
    )
    if needed is None:
        return found
    earlier, now = (coverage(case, needed, at=at, own=own) for case in (before, after))
    told = {(row.need.id, row.person) for row in earlier.rows if row.seen in _TOLD}
    answered = tuple(row for row in now.rows if row.seen in _TOLD and (row.need.id, row.person) not in told)
    missing = tuple(row for row in now.rows if row.seen in _OPEN)
    return replace(found, answered=answered, missing=missing)


def _current(case: FamilyCase) -> set[str]:
    records = Records(case)
    return {one.id for row in RECORD_TYPES for one in records.current(row.array)}


def _disputed(case: FamilyCase, at: datetime) -> tuple[str, ...]:
    records = Records(case)
    answers = Answers(records, Family(records, local_day(at)))
    there = _current(case)
    return tuple(one.id for one in case if isinstance(one, Record) and one.id in there and answers.is_disputed(one))

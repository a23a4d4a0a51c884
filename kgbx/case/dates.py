# SPDX-License-Identifier: EUPL-1.2
"""Partial dates and periods, compared so that nothing is claimed that the text does not say.

Rules: a partial date is a span of days; one thing is before another only if that is so whatever day is meant. Periods
are half-open. Where no first day is known, a record held at the latest from the day on which it was recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from kgbx.clock import day_of_moment, span_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case.base import BareRecord


T = TypeVar("T")
_DAY_CHARS: Final = 10


class HasPeriod(Protocol):
    """Something with a first day and a first day after."""

    @property
    def valid_from(self) -> str | None:
        """First day."""
        ...

    @property
    def valid_until(self) -> str | None:
        """First day after."""
        ...


def surely_before(one: str, other: str) -> bool:
    """Tell whether a partial date lies before another, whatever days are meant.

    Dates of equal precision sort as their texts do; of a more precise one only the part counts that both have.
    """
    shared = min(len(one), len(other))
    return one[:shared] < other[:shared]


def day_recorded(record: BareRecord) -> date:
    """Return the day in Europe/Amsterdam on which a record was recorded, for every instant that the shape allows."""
    return day_of_moment(record.recorded_at)


def recorded_before(record: BareRecord, day: str) -> bool:
    """Tell whether a record was recorded before the first day that a partial date can mean.

    A day in Amsterdam is that of UTC or the next one, so most dates need no calendar.
    """
    if day <= record.recorded_at[: len(day)]:
        return False
    return day_recorded(record) < span_of(day)[0]


@dataclass(frozen=True, slots=True)
class Certain:
    """The days on which something surely held.

    Attributes:
        start: First day.
        until: First day after; ``date.max`` when it is still so.
    """

    start: date
    until: date

    @classmethod
    def of(cls, period: HasPeriod, recorded: date) -> Certain:
        """Return the certain days of a period that was recorded on a day."""
        start = span_of(period.valid_from)[1] if period.valid_from else recorded
        until = span_of(period.valid_until)[0] if period.valid_until else date.max
        return cls(start, until)


def overlapping(periods: Iterable[tuple[Certain, T]]) -> Iterator[tuple[T, T]]:
    """Yield what surely holds at the same time as something that began earlier: the earlier one and this one."""
    latest: tuple[Certain, T] | None = None
    for period, thing in sorted(periods, key=lambda item: (item[0].start, item[0].until)):
        if period.until <= period.start:
            continue
        if latest is not None and period.start < latest[0].until:
            yield latest[1], thing
        if latest is None or latest[0].until < period.until:
            latest = (period, thing)


def exceeding(periods: Iterable[tuple[Certain, int, T]], limit: int) -> Iterator[T]:
    """Yield each thing at whose first day the weights of all that surely hold add up to more than `limit`."""
    running: list[tuple[date, int]] = []
    total = 0
    for period, weight, thing in sorted(periods, key=lambda item: (item[0].start, item[0].until)):
        while running and running[0][0] <= period.start:
            total -= heappop(running)[1]
        if period.until > period.start:
            heappush(running, (period.until, weight))
            total += weight
            if total > limit:
                yield thing

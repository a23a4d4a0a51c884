# SPDX-License-Identifier: EUPL-1.2
"""The records of a case as coverage looks at them: only what no other record replaces, by array, and what holds today.

Rules: a correction that is not in the case still replaces; periods with partial dates hold where they may hold.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from kgbx.case.told import Statement
from kgbx.case.types import TYPE_OF
from kgbx.clock import AMSTERDAM, span_of
from kgbx.clock import day_of_moment as clock_day
from kgbx.story.same import Classes

if TYPE_CHECKING:
    from datetime import date

    from kgbx.case import BareRecord, FamilyCase

_PARTIAL_CHARS: Final = 10
_HOUR_CHARS: Final = 13
_SURE: Final = frozenset({"bsn", "register"})
_DATES: Final = (
    *("assessed_on", "reported_on", "decided_on", "made_on", "agreed_on"),
    *("written_on", "requested_on", "reached_on", "on"),
)
"""Members that say when something was said or found, in the order in which they are looked for."""


class Records:
    """The current records of a case.

    Attributes:
        case: The case.
    """

    def __init__(self, case: FamilyCase) -> None:
        self.case = case
        self._arrays: dict[str, list[Any]] = defaultdict(list)
        links = [link for link in case.records("links") if getattr(link, "kind", None) == "replaces"]
        replaced = {getattr(link, "to", "") for link in links}
        self.versions = Classes((link.from_, link.to) for link in links)  # type: ignore[attr-defined]  # links only
        for record in case:
            if record.id not in replaced:
                self._arrays[TYPE_OF[type(record)].array].append(record)

    def current(self, array: str) -> list[Any]:
        """Return the records of an array that nothing replaces; none where this version has no such array."""
        return self._arrays.get(array, [])

    def persons(self, *, sure: bool) -> Classes:
        """Return which person ids mean one person.

        Args:
            sure: Count a second id only when it rests on a number or a register; otherwise all.
        """
        same = Classes()
        same.include(self.versions)
        for row in self.current("same_person"):
            if not sure or row.basis in _SURE:
                same.join(row.a, row.b)
        return same


def may_hold(record: BareRecord, day: date) -> bool:
    """Tell whether a record may hold on a day, whatever days its period means; one without a period does."""
    members = vars(record)
    start, until = members.get("valid_from"), members.get("valid_until")
    begun = start is None or _first_day(start) <= day
    return begun and (until is None or day < _last_day(until))


def day_of(record: BareRecord) -> date:
    """Return the earliest day on which what the record says may have been said or found."""
    if isinstance(record, Statement):
        return _first_day(record.told_on)
    members = vars(record)
    source = members.get("source")
    if source is not None and source.as_of is not None:
        return span_of(source.as_of)[0]
    found = next((value for name in _DATES if (value := members.get(name))), None)
    return _first_day(found) if found else _day_of_hour(record.recorded_at[:_HOUR_CHARS])


@lru_cache(maxsize=4096)
def _day_of_hour(hour: str) -> date:
    """Return the day in Europe/Amsterdam of an hour in UTC: days there begin at whole hours."""
    return clock_day(f"{hour}:00:00Z")


def day_of_moment(moment: str) -> date:
    """Return the day in Europe/Amsterdam of an instant that the shape allows."""
    return datetime.fromisoformat(moment).astimezone(AMSTERDAM).date()


def _first_day(moment: str) -> date:
    return span_of(moment)[0] if len(moment) <= _PARTIAL_CHARS else day_of_moment(moment)


def _last_day(moment: str) -> date:
    return span_of(moment)[1] if len(moment) <= _PARTIAL_CHARS else day_of_moment(moment)

# SPDX-License-Identifier: EUPL-1.2
"""What the checks of warnings look at: a case, facts, a policy, and a window of days that begins now.

Rules: what was recorded after the moment is not known; a partial date is a span of days, and what may fall in the
window is told with both ends. Persons who must not learn something are never named: see `not_asked_about`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kgbx.case.about import about_of
from kgbx.case.structures import ANY
from kgbx.case.types import TYPE_OF
from kgbx.clock import day_of_moment, day_of_second, span_of
from kgbx.consent.index import Index, second_of
from kgbx.consent.same import Joined
from kgbx.consent.warnings_kinds import DECIDERS_LEFT_OUT, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy
    from kgbx.messages import Language

_INSTANT_CHARS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWarning:
    """Something that is coming or should have been done. It holds ids, codes and days, never content.

    Attributes:
        kind: Id of the kind, a key of KINDS.
        on: Its day, the first if several are possible.
        latest: Its last possible day, if a partial date leaves several.
        due: Whether the day has come.
        array: Type of the record.
        record: Id of the record; of a policy its version.
        deciders: Whose decision is needed, or is missing from that day; none who must not learn something.
        deciders_left_out: Whether somebody decides who is not named.
    """

    kind: str
    on: str
    latest: str | None = None
    due: bool
    array: str
    record: str
    deciders: tuple[str, ...] = ()
    deciders_left_out: bool = False

    @property
    def source(self) -> str:
        """Where the kind comes from."""
        return KINDS[self.kind].source

    def say(self, language: Language) -> str:
        """Return what is so and what to do."""
        left_out = f" {DECIDERS_LEFT_OUT.say(language)}" if self.deciders_left_out else ""
        return f"{KINDS[self.kind].text.say(language)}{left_out}"


def possible_days(text: str) -> tuple[date, date]:
    """Return the first and last day in Europe/Amsterdam that an instant, a day or a partial date can mean.

    Raises:
        UsageError: U_MOMENT or U_ARGUMENT, any other text.
    """
    if len(text) == _INSTANT_CHARS:
        day = day_of_moment(text)
        return day, day
    return span_of(text)


class Outlook:
    """A case at a moment, and a window of days."""

    def __init__(self, case: FamilyCase, facts: Facts, policy: Policy, *, at: str, days: int) -> None:
        """Look ahead from a moment.

        Args:
            case: The own file.
            facts: From the own registers and that file.
            policy: The policy in force.
            at: An instant or a day.
            days: How far to look.

        Raises:
            UsageError: U_MOMENT, `at` is neither an instant nor a day.
        """
        self.case = case
        self.facts = facts
        self.policy = policy
        self.moment = at
        self.at = second_of(at)
        self.today = day_of_second(self.at)
        self.until = self.today + timedelta(days=days)

    @cached_property
    def index(self) -> Index:
        """The facts at the moment."""
        return self.index_at(self.at)

    def index_at(self, second: int) -> Index:
        """Return the facts that hold at another second, as far as they are known now."""
        return Index(self.facts, second, self.at)

    @cached_property
    def blocked(self) -> frozenset[str]:
        """Persons and organisations that a protection which has not ended keeps away."""
        protections = (
            one
            for one in self.facts.protections
            if second_of(one.recorded_at) <= self.at
            and (one.valid_until is None or self.at < second_of(one.valid_until))
        )
        return frozenset(person for one in protections for person in one.blocked)

    @cached_property
    def _kept_from(self) -> dict[str, frozenset[str]]:
        """For each person, from whom something about that person is kept in confidence; a star: about anybody."""
        joined = Joined(self.case)
        found: dict[str, frozenset[str]] = {}
        for one in self.facts.confidences:
            record = self.case.get(one.item)
            about = () if record is None else about_of(record, self.case)
            for person in {other for who in about for other in joined.every(who)} or {ANY}:
                found[person] = found.get(person, frozenset()).union(one.withheld_from)
        return found

    def not_asked_about(self, person: str) -> frozenset[str]:
        """Return who is not asked about a person: the blocked, and those from whom something about it is kept."""
        kept = (self._kept_from.get(one, frozenset()) for one in (person, ANY))
        return self.blocked.union(*kept)

    def current(self, array: str) -> Iterator[Any]:
        """Yield the records of an array that are known now and that no other replaces."""
        return (one for one in self.case.current(array) if second_of(one.recorded_at) <= self.at)

    def is_over(self, until: str) -> bool:
        """Tell whether the end of a period, exclusive, has surely come."""
        return second_of(until if len(until) == _INSTANT_CHARS else span_of(until)[1].isoformat()) <= self.at

    def comes(self, text: str) -> bool:
        """Tell whether a day may lie in the window or before it."""
        return possible_days(text)[0] <= self.until

    def ending(self, kind: str, records: Iterable[Any], *, member: str) -> Iterator[CaseWarning]:
        """Yield a warning for each record of which the period ends in the window."""
        for record in records:
            until = getattr(record, member)
            if until is not None and not self.is_over(until) and self.comes(until):
                yield self.warn(kind, record, on=until)

    def warn(self, kind: str, record: BareRecord, *, on: str) -> CaseWarning:
        """Return a warning about a record of the case."""
        return self.warn_of(kind, (TYPE_OF[type(record)].array, record.id), on=on)

    def warn_of(
        self, kind: str, what: tuple[str, str], *, on: str, about: str = ANY, deciders: Iterable[str] = ()
    ) -> CaseWarning:
        """Return a warning about an array and an id; of those who decide about a person only who may be asked."""
        first, last = possible_days(on)
        everybody, hidden = frozenset(deciders), self.not_asked_about(about)
        return CaseWarning(
            kind=kind,
            on=first.isoformat(),
            latest=None if first == last else last.isoformat(),
            due=second_of(on if len(on) == _INSTANT_CHARS else first.isoformat()) <= self.at,
            array=what[0],
            record=what[1],
            deciders=tuple(sorted(everybody - hidden)),
            deciders_left_out=not everybody.isdisjoint(hidden),
        )

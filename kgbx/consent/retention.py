# SPDX-License-Identifier: EUPL-1.2
"""How long a record is kept by its holder, and by which rule.

Rules:
    - every rule of the table that fits the law of record and the function of the holder counts; the latest day wins,
      for each is a term during which destroying is not allowed;
    - an earlier day that was promised wins over the table; a record that is needed for a claim (AVG 18 lid 1 onder c)
      is held back whatever the day, with its other versions, what it speaks about, the record that says so, and what
      gives account of sharing: without those it proves nothing;
    - where somebody under a live protection is, is kept for as long as that protection: it rests on it;
    - "last change" is the last change that the holder itself recorded under the same law: an import is no change of the
      sender's file, an erasure neither; a copy at a recipient starts when it was recorded, or was received;
    - what says why something was shared is kept for as long as the rest of the file, a refusal for as long as it binds;
    - what is unknown (the function of the holder, a birth date) keeps.
Time is an argument. Nothing is destroyed here.

Form of the table: ``kgbx-retention/1``.
"""

from __future__ import annotations

from calendar import isleap
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from kgbx.case import Measure, Person, Record
from kgbx.case.erasing import OUTLIVING, versions_of
from kgbx.case.fields import Day
from kgbx.case.structures import Key, Shape, Words, read_shape
from kgbx.case.types import TYPE_OF
from kgbx.clock import day_of_second, span_of
from kgbx.consent.claims import claimed
from kgbx.consent.facts import Keys
from kgbx.consent.index import ADULT_FROM, second_of
from kgbx.consent.policy import has_function
from kgbx.consent.sheltering import PLACES, sheltering
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kgbx.case import FamilyCase, Stamp

PROMISE: Final = "promised when it was recorded; AVG 5 lid 1 onder e"
NARROWING: Final = ("protections", "confidences", "restrictions")
"""Types that keep something from somebody: a promise to forget them early would open it."""
MINORS: Final = ("parental_authorities", "measures")
"""Types whose `minor` is a child of the file."""

LAST_DAY: Final = date(2999, 12, 31)
"""The last day that a case can write: what ends later, ends then."""

_LEAP: Final = (2, 29)


class RetentionRule(Shape):
    """One term.

    Attributes:
        regimes: Laws of record.
        functions: Functions of the holder, or any.
        measures: Only where the file has a measure of one of these kinds; empty: always.
        clock: From when it runs: the last change, the birth or the majority of the youngest, or never over.
        years: How long.
        erasure: Code of the list erasure_rule.
        verify: What is not certain.
    """

    id: Key
    regimes: Keys
    functions: Keys
    measures: Keys = ()
    clock: Literal["last_change", "birth", "majority", "never"]
    years: Annotated[int, Field(ge=0, le=200)] | None = None
    erasure: Key
    source: Words
    text_date: Day
    note: Words | None = None
    verify: Words | None = None


class KeptWithTheRest(Shape):
    """Types that are kept for as long as anything else in the file."""

    types: Keys
    id: Key
    erasure: Key
    source: Words
    text_date: Day
    verify: Words | None = None


class RetentionTable(Shape):
    """The terms: a file."""

    format: Literal["kgbx-retention/1"]
    license: Key
    version: Key
    source: Words
    rules: tuple[RetentionRule, ...]
    kept_with_the_rest: KeptWithTheRest


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long one record is kept.

    Attributes:
        record: Its id.
        array: Its type.
        keep_until: First day on which it is gone; None when nothing says that it ever is.
        rule: Id of the rule; PROMISED for a day that was promised, NO-RULE where nothing fits.
        source: Article.
        erasure: Code under which it is erased.
        held: A claim holds it back, whatever the day.
        hides: A live protection rests on it and holds it back, whatever the day.
    """

    record: str
    array: str
    keep_until: str | None
    rule: str
    source: str
    erasure: str
    held: bool = False
    hides: bool = False

    def over(self, at: str) -> bool:
        """Tell whether it should be gone at a moment.

        Raises:
            UsageError: U_MOMENT, `at` is neither an instant nor a day.
        """
        free = not (self.held or self.hides)
        return free and self.keep_until is not None and second_of(self.keep_until) <= second_of(at)


@dataclass(frozen=True, slots=True)
class _Term:
    """A rule that fits, and its first day without the record; None is never."""

    until: date | None
    rule: str
    source: str
    erasure: str


NO_RULE: Final = _Term(None, "NO-RULE", "kgbx: no rule fits, so nothing is over", "retention_other")


@cache
def retention_table() -> RetentionTable:
    """Return the published table."""
    return read_shape(schemas_path("policy", "retention-nl.json").read_bytes(), RetentionTable)


def retention(record: Record, at: str, *, case: FamilyCase, own: str, function: str | None) -> Retention:
    """Return how long a holder keeps a record, by the published table.

    Args:
        record: A record of the case.
        at: Instant or day at which a claim must be live to hold it back.
        case: The holder's file.
        own: URN of the holder.
        function: Its function, as its own registers say; None keeps everything.

    Raises:
        UsageError: U_MOMENT, `at` is neither an instant nor a day.
    """
    return Keeper(case, at, own=own, function=function).of(record)


class Keeper:
    """A holder of one file: what many records share is looked up once."""

    def __init__(
        self,
        case: FamilyCase,
        at: str,
        *,
        own: str,
        function: str | None,
        received: Mapping[str, str] | None = None,
    ) -> None:
        """Arrange what the terms depend on.

        Args:
            case: The holder's file.
            at: Instant or day.
            own: URN of the holder.
            function: Its function; None keeps everything.
            received: When records of others arrived, by id; the clock of a copy starts then.

        Raises:
            UsageError: U_MOMENT, a moment is neither an instant nor a day.
        """
        self._case = case
        self._at = second_of(at)
        self._today = day_of_second(self._at).isoformat()
        self._own = own
        self._function = function
        self._received = {one: second_of(moment) for one, moment in (received or {}).items()}
        self._table = retention_table()
        self._terms: dict[tuple[str, int], _Term] = {}

    def of(self, record: Record) -> Retention:
        """Return how long one record of the file is kept."""
        array = TYPE_OF[type(record)].array
        term = self._by_table(record, array)
        promised = _promise(record, array)
        if promised is not None and (term.until is None or promised < term.until.isoformat()):
            until = date.fromisoformat(promised)
            term = _Term(until, "PROMISED", "promised; AVG 5 lid 1 onder e", "retention_promised")
        return Retention(
            record=record.id,
            array=array,
            keep_until=None if term.until is None else term.until.isoformat(),
            rule=term.rule,
            source=term.source,
            erasure=term.erasure,
            held=record.id in self._claimed or self._gives_account_beside_a_claim(array),
            hides=array in PLACES and record.id in self._sheltering,
        )

    def over(self) -> Iterator[Retention]:
        """Yield what of the file should be gone, in the order of the case."""
        found = (self.of(record) for record in self._case if isinstance(record, Record))
        return (one for one in found if one.over(self._today))

    # --- terms

    def _by_table(self, record: Record, array: str) -> _Term:
        own = self._own_term(record)
        rest = self._table.kept_with_the_rest
        if array not in rest.types:
            return own
        longest = _latest([own, *self._rest])
        bound = _day(getattr(record, "valid_until", None))
        until = longest.until if longest.until is None or bound is None else max(longest.until, bound)
        return _Term(until, rest.id, rest.source, rest.erasure)

    @cached_property
    def _rest(self) -> list[_Term]:
        """The term that ends last of everything but what is kept with the rest; empty when there is nothing."""
        rest = self._table.kept_with_the_rest.types
        found = (one for one in self._case if isinstance(one, Record))
        terms = [self._own_term(one) for one in found if TYPE_OF[type(one)].array not in rest]
        return [_latest(terms)] if terms else []

    def _own_term(self, record: Record) -> _Term:
        """Return the term of a record by itself; it depends on the law of record and the last change only."""
        known = record.regime, self._last_change(record)
        found = self._terms.get(known)
        if found is None:
            terms = [self._term(rule, record) for rule in self._table.rules if self._fits(rule, record)]
            found = self._terms[known] = _latest(terms) if terms else NO_RULE
        return found

    def _fits(self, rule: RetentionRule, record: Record) -> bool:
        holder = has_function(self._function, rule.functions)
        return holder and record.regime in rule.regimes and (not rule.measures or self._has_measure(rule.measures))

    def _has_measure(self, kinds: Keys) -> bool:
        return any(one.kind in kinds for one in self._case.records("measures") if isinstance(one, Measure))

    def _term(self, rule: RetentionRule, record: Record) -> _Term:
        years = rule.years or 0
        if rule.clock == "last_change":
            until: date | None = _after(self._last_change(record), years)
        elif rule.clock == "never" or self._youngest is None:
            until = None
        else:
            until = years_later(self._youngest, years + (ADULT_FROM if rule.clock == "majority" else 0))
        return _Term(until, rule.id, rule.source, rule.erasure)

    # --- clocks

    def _last_change(self, record: Record) -> int:
        """Return the second of the last change of the holder's own file, for a copy not before it came."""
        own = self._changes.get(record.regime, 0)
        if record.recorded_by.org == self._own:
            return own
        return max(own, second_of(record.recorded_at), self._received.get(record.id, 0))

    @cached_property
    def _changes(self) -> dict[str, int]:
        """The last change by law of record, as the holder itself recorded it."""
        found: dict[str, int] = defaultdict(int)
        for one in self._case:
            if isinstance(one, Record) and one.recorded_by.org == self._own:
                found[one.regime] = max(found[one.regime], second_of(one.recorded_at))
        return dict(found)

    @cached_property
    def _youngest(self) -> date | None:
        """The last day on which the youngest child can have been born; None when a birth date is not known.

        Children are who has that place in the family, a measure, or a holder of authority; where nobody is, everybody.
        """
        people = [one for one in self._case.current("persons") if isinstance(one, Person)]
        minors = {getattr(one, "minor", None) for name in MINORS for one in self._case.records(name)}
        children = [one for one in people if one.id in minors or "child" in (one.roles or ())] or people
        births = [one.birth_date for one in children]
        return max((span_of(one)[1] for one in births if one), default=None) if all(births) else None

    def _gives_account_beside_a_claim(self, array: str) -> bool:
        """Tell whether a type is kept for as long as the rest of the file, of which a claim holds something."""
        rest = self._table.kept_with_the_rest.types
        held = (self._case.get(one) for one in self._claimed)
        return array in rest and any(one is not None and TYPE_OF[type(one)].array not in rest for one in held)

    @cached_property
    def _sheltering(self) -> frozenset[str]:
        """What live protections hold back now."""
        return sheltering(self._case, self._at, is_kept=lambda one: not self.of(one).over(self._today))

    @cached_property
    def _claimed(self) -> frozenset[str]:
        """What claims hold back now."""
        return claimed(self._case, self._at)


def expire(case: FamilyCase, gone: Iterable[Retention], *, on: str, stamp: Stamp) -> FamilyCase:
    """Return a case without what is over and without what speaks about it, with an erasure for each.

    Args:
        case: The holder's file.
        gone: What is over, as :meth:`Keeper.over` tells it.
        on: Day on which it is erased.
        stamp: Who records the erasures and when, and where their ids and salts come from.

    Raises:
        DocumentError: the case breaks a rule without a record: without a link two versions may be current at once.
    """
    rules = {one.record: one.erasure for one in gone}
    rules |= {record: rules[about] for record, about in goes_with(case, rules).items()}
    return case.add(*(stamp.erasure(record, rule=rule, on=on) for record, rule in sorted(rules.items())))


def goes_with(case: FamilyCase, gone: Collection[str]) -> dict[str, str]:
    """Return what speaks about records that go, directly or through another, each with the record it goes with.

    What keeps a record from somebody stays as long as another version of that record does.
    """
    found: dict[str, str] = {}
    targets = [(one.id, getattr(one, row.target)) for one in case if (row := TYPE_OF[type(one)]).target is not None]
    versions = versions_of(case)
    before = -1
    while len(found) != before:
        before = len(found)
        for record, target in targets:
            stay = {one for one in versions.get(target, ()) if one in case} - {target, *gone}
            if record in gone or (stay and isinstance(case.get(record), OUTLIVING)):
                continue
            if target in gone or target in found:
                found[record] = target if target in gone else found[target]
    return found


def _promise(record: Record, array: str) -> str | None:
    """Return the day that was promised; never one before a protection, confidence, restriction or refusal ends."""
    if record.keep_until is None or not (array in NARROWING or getattr(record, "decision", None) == "refuse"):
        return record.keep_until
    bound = _day(getattr(record, "valid_until", None))
    return None if bound is None else max(record.keep_until, bound.isoformat())


def _latest(terms: list[_Term]) -> _Term:
    """Return the term that ends last; the first of those that never end."""
    never = next((one for one in terms if one.until is None), None)
    return never or max(terms, key=lambda one: one.until or date.min)


def _after(second: int, years: int) -> date:
    """Return the first day that begins when a number of years has passed since a moment."""
    day = day_of_second(second)
    begins = day_of_second(second - 1) != day
    return years_later(day if begins else day + timedelta(days=1), years)


def years_later(day: date, years: int) -> date:
    """Return the same day a number of years later; of 29 February the day after, where that year has none.

    What would come after the last day that a case can write is that day.
    """
    year = day.year + years
    if year > LAST_DAY.year:
        return LAST_DAY
    if (day.month, day.day) == _LEAP and not isleap(year):
        return date(year, 3, 1)
    return day.replace(year=year)


def _day(moment: str | None) -> date | None:
    return None if moment is None else min(day_of_second(second_of(moment)) + timedelta(days=1), LAST_DAY)

# SPDX-License-Identifier: EUPL-1.2
"""The retelling meter: how often somebody was asked what an organisation could lawfully have had that day.

Rules:
    - an asking is one answer of a person of the family to one need about one person, or about the case: each statement
      counts once for every need of whoever heard it that it answers. The needs are those of the published profiles of
      its functions; for an organisation without a profile each topic is a need;
    - an asking was retold when another organisation had written down an answer of the same person to it before, on a
      topic of this one, that was fresh by the need, that nobody disputed and nothing replaced, and that could lawfully
      have been had that day. Whoever heard it must not have had an answer of its own: then the talk went on;
    - a statement that replaces another went on from what was known; one that derives from another, or was taken from a
      file, was not asked at all;
    - of each other organisation its newest answer counts. Each statement is looked at once.
It must not decide what could have been had: that is asked of the caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, product
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from kgbx.case import Link
from kgbx.clock import format_instant, local_day
from kgbx.story.answers import DISAGREES
from kgbx.story.records import Records, day_of
from kgbx.story.retelling_needs import Wanted, wanted_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from kgbx.case import Collaboration, FamilyCase, Statement

    CouldHaveHad = Callable[[Statement, Statement, str], bool]
    """Tells whether an earlier statement could lawfully have been had, on the day of a later one, by who heard that."""

HANDING: Final = frozenset({"handover", "handback"})
"""Kinds of collaboration by which a family goes to another organisation."""

K = TypeVar("K")

_FROM_A_FILE: Final = frozenset({"dossier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoidable:
    """An asking that could have been spared.

    Attributes:
        statement: Id of what was told again.
        need: Id of the need, or the topic where the organisation has no profile.
        person: Id of who was asked.
        about: Id of whom it is about; None for the case.
        organisation: URN of who asked.
        on: Earliest day that it may be.
        known: Ids of the statements that could have been had, sorted.
        handover: Id of the handover after which it was asked; None without one.
    """

    statement: str
    need: str
    person: str
    about: str | None
    organisation: str
    on: date
    known: tuple[str, ...]
    handover: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was asked, and how much of it was told before.

    Attributes:
        asked: Askings.
        retold: Those that could have been spared.
    """

    asked: int
    retold: int

    @property
    def ratio(self) -> float | None:
        """The part that was retold, from 0 to 1; None where nothing was asked."""
        return self.retold / self.asked if self.asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retelling:
    """What a case shows of telling again.

    Attributes:
        total: All of it.
        avoidable: What could have been spared, by day, statement and need.
        by_person: By id of who was asked.
        by_organisation: By URN of who asked.
        by_handover: By id of the handover after which it was asked; None for what followed no handover.
    """

    total: Tally
    avoidable: tuple[Avoidable, ...]
    by_person: Mapping[str, Tally] = field(repr=False)
    by_organisation: Mapping[str, Tally] = field(repr=False)
    by_handover: Mapping[str | None, Tally] = field(repr=False)

    @property
    def asked(self) -> int:
        """How much was asked."""
        return self.total.asked

    @property
    def retold(self) -> int:
        """How much of it was told before."""
        return self.total.retold

    @property
    def ratio(self) -> float | None:
        """The part that was retold; None where nothing was asked."""
        return self.total.ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """One answer to one need."""

    statement: Statement
    wanted: Wanted
    person: str
    about: str | None
    asker: str
    day: date


def retelling(case: FamilyCase, *, at: datetime, could_have_had: CouldHaveHad) -> Retelling:
    """Return how often somebody of the family was asked what another organisation could have passed on.

    Args:
        case: What every organisation wrote down, as far as it is known here.
        at: Aware datetime; what was recorded until then counts.
        could_have_had: Of an earlier and a later statement, and the URN of who heard the later one.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    return _Meter(case, at, could_have_had).result()


def asker_of(statement: Statement) -> str:
    """Return the URN of the organisation that heard a statement: who recorded it, unless others are named."""
    heard = _heard_by(statement)
    return statement.recorded_by.org if statement.recorded_by.org in heard else min(heard)


def _heard_by(statement: Statement) -> frozenset[str]:
    return frozenset(one.org for one in statement.told_to or ()) or frozenset((statement.recorded_by.org,))


class _Meter:
    """One case: everything that is looked up once."""

    def __init__(self, case: FamilyCase, at: datetime, could_have_had: CouldHaveHad) -> None:
        self._case = case
        self._records = Records(case)
        self._at = format_instant(at)
        self._day = local_day(at)
        self._could_have_had = could_have_had
        self._same = self._records.persons(sure=True)
        self._newest: dict[tuple[str, str | None, str], dict[tuple[str, str], Statement]] = defaultdict(dict)

    def result(self) -> Retelling:
        askings: list[tuple[_Asking, tuple[str, ...]]] = []
        told = sorted(self._told(), key=lambda one: (one.recorded_at, one.id))
        for _, group in groupby(told, key=lambda one: one.recorded_at):
            together = list(group)
            askings += [(one, self._known(one)) for statement in together for one in self._askings(statement)]
            for statement in together:
                self._remember(statement)
        return self._summed(askings)

    def _told(self) -> Iterator[Statement]:
        """Yield what persons told."""
        for one in self._case.records("statements"):
            statement: Statement = one  # type: ignore[assignment]  # statements only
            if statement.recorded_at <= self._at and statement.told_by.person and day_of(statement) <= self._day:
                yield statement

    # --- what was asked

    def _askings(self, statement: Statement) -> Iterator[_Asking]:
        if statement.id in self._derived or statement.channel in _FROM_A_FILE:
            return
        asker, person = asker_of(statement), self._teller(statement)
        for wanted in self._wanted(asker, statement):
            if wanted.is_answered_by(statement):
                for about in self._about(wanted, statement):
                    yield _Asking(
                        statement=statement,
                        wanted=wanted,
                        person=person,
                        about=about,
                        asker=asker,
                        day=day_of(statement),
                    )

    def _wanted(self, asker: str, statement: Statement) -> Iterable[Wanted]:
        """Return what an organisation asks for; each topic where none of its functions has a profile."""
        functions = sorted(self._functions.get(asker, ()))
        wanted = {one.id: one for function in functions for one in wanted_by(function)}
        return wanted.values() or [Wanted(id=one, topics=frozenset((one,))) for one in dict.fromkeys(statement.topics)]

    @cached_property
    def _functions(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for one in self._records.current("organisations"):
            found[one.org].update(one.functions)
        return found

    def _about(self, wanted: Wanted, statement: Statement) -> Iterable[str | None]:
        if wanted.of_case:
            return (None,)
        subjects = {self._same.of(person) for person in statement.about}
        return subjects & {self._teller(statement)} if wanted.of_self else subjects

    def _teller(self, statement: Statement) -> str:
        return self._same.of(statement.told_by.person or "")

    # --- what was known

    def _remember(self, statement: Statement) -> None:
        """Keep a statement as the newest of who knew it."""
        knew = _heard_by(statement) | {statement.recorded_by.org}
        abouts = (None, *(self._same.of(person) for person in statement.about))
        for about, topic, org in product(abouts, statement.topics, knew):
            newest = self._newest[self._teller(statement), about, topic]
            held = newest.get((org, statement.kind))
            if held is None or day_of(held) <= day_of(statement):
                newest[org, statement.kind] = statement

    def _known(self, asking: _Asking) -> tuple[str, ...]:
        """Return the ids of what could have been had instead of asking; none where the talk went on."""
        if asking.statement.id in self._replacing:
            return ()
        good = {(org, one) for org, one in self._answers(asking) if self._is_good(one, asking)}
        heard = _heard_by(asking.statement) | {asking.asker}
        if any(org in heard for org, _ in good):
            return ()
        could = {one for _, one in good if self._could_have_had(one, asking.statement, asking.asker)}
        return tuple(sorted(one.id for one in could))

    def _answers(self, asking: _Asking) -> Iterator[tuple[str, Statement]]:
        wanted = asking.wanted
        for topic in wanted.topics.intersection(asking.statement.topics):
            newest = self._newest.get((asking.person, asking.about, topic), {})
            yield from (
                (org, one) for (org, kind), one in newest.items() if not wanted.accepts or kind in wanted.accepts
            )

    def _is_good(self, known: Statement, asking: _Asking) -> bool:
        """Tell whether an answer was fresh, undisputed and not replaced when it was asked again."""
        days = (asking.day - day_of(known)).days
        fresh = days >= 0 and (asking.wanted.max_age_days is None or days <= asking.wanted.max_age_days)
        over = self._over.get(known.id)
        return fresh and (over is None or over > asking.statement.recorded_at)

    @cached_property
    def _over(self) -> dict[str, str]:
        """For each statement that is disputed or replaced, since when."""
        found: dict[str, str] = {}
        for record, since in self._endings():
            found[record] = min(since, found.get(record, since))
        return found

    def _endings(self) -> Iterator[tuple[str, str]]:
        yield from ((record, "") for record in self._case.disputed)
        for array, member, against in (("reactions", "kind", DISAGREES), ("reviews", "verdict", {"niet_akkoord"})):
            for one in self._case.records(array):
                if getattr(one, member) in against:
                    yield vars(one)["record"], one.recorded_at
        for one in self._links("replaces"):
            yield one.to, one.recorded_at
        for one in self._case.records("statements"):
            if vars(one)["verifiability"] == "weersproken":
                yield one.id, one.recorded_at

    def _links(self, kind: str) -> Iterator[Link]:
        return (one for one in self._case.records("links") if isinstance(one, Link) and one.kind == kind)

    @cached_property
    def _replacing(self) -> frozenset[str]:
        return frozenset(one.from_ for one in self._links("replaces"))

    @cached_property
    def _derived(self) -> frozenset[str]:
        return frozenset(one.from_ for one in self._links("derived_from"))

    # --- together

    @cached_property
    def _handovers(self) -> dict[str, list[Collaboration]]:
        """For each organisation the handovers to it, the last first."""
        found: dict[str, list[Collaboration]] = defaultdict(list)
        works = [one for one in self._records.current("collaborations") if one.kind in HANDING]
        for work in sorted(works, key=lambda one: (day_of(one), one.id), reverse=True):
            for org in work.asked:
                found[org].append(work)
        return found

    def _handover(self, asking: _Asking) -> str | None:
        """Return the id of the last handover to who asked, of this person or whom it is about."""
        concerned = {asking.person, asking.about}
        for work in self._handovers.get(asking.asker, ()):
            if day_of(work) <= asking.day and not concerned.isdisjoint(map(self._same.of, work.persons)):
                return work.id
        return None

    def _summed(self, askings: list[tuple[_Asking, tuple[str, ...]]]) -> Retelling:
        by_person, by_org, by_handover = _Count[str](), _Count[str](), _Count[str | None]()
        avoidable = []
        for one, known in askings:
            handover = self._handover(one)
            by_person.add(one.person, told=bool(known))
            by_org.add(one.asker, told=bool(known))
            by_handover.add(handover, told=bool(known))
            if known:
                avoidable.append(_avoidable(one, known, handover))
        return Retelling(
            total=Tally(len(askings), len(avoidable)),
            avoidable=tuple(sorted(avoidable, key=lambda one: (one.on, one.statement, one.need, one.about or ""))),
            by_person=by_person.tallies(),
            by_organisation=by_org.tallies(),
            by_handover=by_handover.tallies(),
        )


def _avoidable(asking: _Asking, known: tuple[str, ...], handover: str | None) -> Avoidable:
    return Avoidable(
        statement=asking.statement.id,
        need=asking.wanted.id,
        person=asking.person,
        about=asking.about,
        organisation=asking.asker,
        on=asking.day,
        known=known,
        handover=handover,
    )


class _Count(Generic[K]):
    """Counts by a key."""

    def __init__(self) -> None:
        self._asked = Counter[K]()
        self._retold = Counter[K]()

    def add(self, key: K, *, told: bool) -> None:
        """Count one asking."""
        self._asked[key] += 1
        self._retold[key] += told

    def tallies(self) -> dict[K, Tally]:
        """Return the counts by key, sorted; the key None last."""
        ordered = sorted(self._asked, key=lambda one: (one is None, one or ""))
        return {key: Tally(self._asked[key], self._retold[key]) for key in ordered}

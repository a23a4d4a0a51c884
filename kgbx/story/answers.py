# SPDX-License-Identifier: EUPL-1.2
"""Which records answer a need, about whom, and what the family thinks of them.

Rules: one pass over the records of an array for each need that asks for it. A review counts for the wording that was
shown only, and only from a teller, a subject or who represents one; of one person the latest counts. Disagreement is a
reaction ``oneens`` or ``correctie_feit``, a review ``niet_akkoord``, a no to a plan or agreement, an established
contradiction, or the case saying so where the reaction itself may not travel. A contact point that anybody says is not
safe, or that is somebody else's too, answers nothing; another organisation's word that it is safe does not stand by
itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from kgbx.case import Agreement, ContactPoint, Plan, Statement, about_of, wording_digest
from kgbx.story.profile import topics_of
from kgbx.story.records import day_of, may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from kgbx.story.people import Family
    from kgbx.story.profile import Asks, Need
    from kgbx.story.records import Records

TellerKind = Literal["person", "professional", "organisation", "register", "document", "anonymous"]

DISAGREES: Final = frozenset({"oneens", "correctie_feit"})
"""Kinds of reaction that dispute a record."""

_UNLESS_SAID: Final[dict[TellerKind, str]] = {"person": "no"}
"""A person who said nothing about it is not asked again."""

_CASE: Final = (None,)
_SAFE: Final = "safe_to_use"
_AGREES: Final = frozenset({"akkoord", "akkoord_met_aanvulling"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A record that answers a need.

    Attributes:
        record: Its id.
        array: Its array.
        teller_kind: What told it.
        told_by: Id of the person, professional or document, URN of the organisation, name of the register; None for an
            anonymous teller.
        told_on: When, as precise as known.
        day: The earliest day that means.
        reviewed_by: Ids of the persons who agreed with the wording, sorted.
        disputed_by: Ids of the persons who disagree, sorted.
        disputed: Whether it is disputed, by whomever.
        tell_again: no, if_changed or ask; None where no person told it: then nobody was asked yet.
        confirmed: False for another organisation's word that a person is safely reached so: the person is asked first
            whether that still is so.
    """

    record: str
    array: str
    teller_kind: TellerKind
    told_by: str | None
    told_on: str
    day: date
    reviewed_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    disputed: bool = False
    tell_again: str | None = None
    confirmed: bool = True


class Answers:
    """What answers needs in a case."""

    def __init__(self, records: Records, family: Family, *, own: str | None = None) -> None:
        """Look at a case.

        Args:
            records: Its records.
            family: Its people.
            own: URN of the organisation that needs to know; None where that does not matter.
        """
        self._own = own
        self._records = records
        self._family = family
        self._made: dict[str, Answer] = {}
        self._disputed = frozenset(records.case.disputed)

    def of(self, need: Need) -> Mapping[str | None, tuple[Answer, ...]]:
        """Return the answers to a need for each person, or for the case under None; oldest first."""
        found: dict[str | None, dict[str, Answer]] = defaultdict(dict)
        for asks in need.answers:
            for array, record in self._matching(need, asks):
                answer = self._made.get(record.id) or self._made.setdefault(record.id, self._answer(record, array))
                for person in _CASE if need.per == "case" else self._for_whom(need, asks, record):
                    found[person][record.id] = answer
        return {person: tuple(sorted(rows.values(), key=_age)) for person, rows in found.items()}

    # --- which records

    def _matching(self, need: Need, asks: Asks) -> Iterator[tuple[str, Any]]:
        if asks.topic is not None:
            for record in self._told_on(asks.topic):
                if not need.accepts or record.kind in need.accepts:
                    yield "statements", record
        elif asks.record is not None:
            for record in self._records.current(asks.record):
                if may_hold(record, self._family.day) and _fits(record, asks) and not self._is_unsafe(record, asks):
                    yield asks.record, record

    def _is_unsafe(self, record: Any, asks: Asks) -> bool:  # noqa: ANN401  # a record of any type
        """Tell whether somebody says of what is asked as safe that it is not, or that it is somebody else's too."""
        return _SAFE in asks.where and not self._safe_alone(record)

    def _safe_alone(self, point: ContactPoint) -> bool:
        said = self._same_value[_plain(point.value)]
        people = {self._family.same(person) for one in said for person in one.persons}
        return len(people) == 1 and all(one.safe_to_use is not False for one in said)

    @cached_property
    def _same_value(self) -> dict[str, list[ContactPoint]]:
        found: dict[str, list[ContactPoint]] = defaultdict(list)
        for point in self._records.current("contact_points"):
            found[_plain(point.value)].append(point)
        return found

    def _told_on(self, topic: str) -> Iterable[Statement]:
        found = {record.id: record for one in topics_of(topic) for record in self._by_topic.get(one, ())}
        return found.values()

    @cached_property
    def _by_topic(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = defaultdict(list)
        for record in self._records.current("statements"):
            for topic in set(record.topics):
                found[topic].append(record)
        return found

    def _for_whom(self, need: Need, asks: Asks, record: Any) -> set[str]:  # noqa: ANN401  # a record of any type
        if asks.person is not None:
            named: Iterable[str] = _listed(vars(record).get(asks.person))
        elif need.told_by == "self":
            named = filter(None, _tellers(record))
        else:
            named = about_of(record, self._records.case)
        return {self._family.same(person) for person in named}

    # --- what is known of one

    def _answer(self, record: Any, array: str) -> Answer:  # noqa: ANN401  # a record of any type
        day = day_of(record)
        kind, teller, told_on = _told(record, day)
        reviews = self.latest_reviews(record)
        against = self._against(record, reviews)
        own_word = self._own in {None, record.recorded_by.org}
        confirmed = own_word or not (isinstance(record, ContactPoint) and record.safe_to_use)
        return Answer(
            record=record.id,
            array=array,
            teller_kind=kind,
            told_by=teller,
            told_on=told_on,
            day=day,
            reviewed_by=_agreed(reviews),
            disputed_by=against,
            disputed=bool(against) or self._is_marked(record),
            tell_again=_again(record, kind, confirmed=confirmed),
            confirmed=confirmed,
        )

    @cached_property
    def _reactions(self) -> dict[str, list[Any]]:
        return _by_target(self._records.current("reactions"))

    @cached_property
    def _reviews(self) -> dict[str, list[Any]]:
        return _by_target(self._records.current("reviews"))

    def latest_reviews(self, record: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a record of any type
        """Return the reviews that count: of the current wording, from who may, the latest of each person."""
        reviews = self._reviews.get(record.id, [])
        if not reviews:
            return ()
        digest = wording_digest(record) if isinstance(record, Statement) else None
        may = self._reviewers(record)
        latest = {
            self._family.same(review.by): review
            for review in sorted(reviews, key=lambda one: (one.reviewed_on, one.recorded_at, one.id))
            if digest in {None, review.wording_digest} and self._family.same(review.by) in may
        }
        return tuple(latest.values())

    def agreed(self, record: Any) -> tuple[str, ...]:  # noqa: ANN401  # a record of any type
        """Return the ids of the persons who read a record and agree with its words, sorted."""
        return _agreed(self.latest_reviews(record))

    def against(self, record: Any) -> tuple[str, ...]:  # noqa: ANN401  # a record of any type
        """Return the ids of the persons who disagree with a record, sorted."""
        return self._against(record, self.latest_reviews(record))

    def _against(self, record: Any, latest: tuple[Any, ...]) -> tuple[str, ...]:  # noqa: ANN401  # a record of any type
        reviews = {one.by for one in latest if one.verdict == "niet_akkoord"}
        reactions = {one.by for one in self._reactions.get(record.id, ()) if one.kind in DISAGREES}
        answers = {one.person for one in record.answers or () if one.answer == "nee"} if _is_agreed(record) else set()
        return tuple(sorted(reviews | reactions | answers))

    def is_disputed(self, record: Any) -> bool:  # noqa: ANN401  # a record of any type
        """Tell whether a record is disputed, by whomever."""
        return self._is_marked(record) or bool(self.against(record))

    def _is_marked(self, record: Any) -> bool:  # noqa: ANN401  # a record of any type
        """Tell whether a record is disputed by what is established, or where the reaction may not travel."""
        contradicted = isinstance(record, Statement) and record.verifiability == "weersproken"
        return contradicted or record.id in self._disputed

    def _reviewers(self, record: Any) -> set[str]:  # noqa: ANN401  # a record of any type
        """Return teller, subjects, and who represents a subject."""
        subjects = {self._family.same(person) for person in about_of(record, self._records.case)}
        holders = {holder for subject in subjects for holder in self._family.holders(subject)}
        return subjects | holders | {self._family.same(person) for person in _tellers(record) if person}


def _agreed(latest: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(sorted(review.by for review in latest if review.verdict in _AGREES))


def _plain(value: str) -> str:
    """Return a number or an address as it is compared, without case and signs."""
    return "".join(one for one in value.casefold() if one.isalnum())


def _again(record: Any, kind: TellerKind, *, confirmed: bool) -> str | None:  # noqa: ANN401  # a record of any type
    said = record.tell_again if isinstance(record, Statement) else None
    return said or _UNLESS_SAID.get(kind) or (None if confirmed else "if_changed")


def _is_agreed(record: Any) -> bool:  # noqa: ANN401  # a record of any type
    return isinstance(record, (Agreement, Plan))


def _age(answer: Answer) -> tuple[date, str]:
    return answer.day, answer.record


def _by_target(records: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        found[record.record].append(record)
    return found


def _tellers(record: Any) -> tuple[str | None, ...]:  # noqa: ANN401  # a record of any type
    """Return who told it, and who told it first where the teller has it from another."""
    members = vars(record)
    tellers = (members.get(name) for name in ("told_by", "first_teller"))
    return tuple(teller.person for teller in tellers if teller is not None)


def _fits(record: Any, asks: Asks) -> bool:  # noqa: ANN401  # a record of any type
    members = vars(record)
    if asks.member is not None and members.get(asks.member) in {None, ()}:
        return False
    return all(value in _listed(members.get(name)) for name, value in asks.where.items())


def _listed(value: Any) -> tuple[Any, ...]:  # noqa: ANN401  # a member of any type
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def _told(record: Any, day: date) -> tuple[TellerKind, str | None, str]:  # noqa: ANN401  # a record of any type
    """Return what told a record, its id, and when."""
    if isinstance(record, Statement):
        kind, teller = _teller(record)
        return kind, teller, record.told_on
    source = vars(record).get("source")
    on = day.isoformat()
    if source is not None and source.kind == "register":
        return "register", source.register_name, on
    by = record.recorded_by
    return ("professional", by.professional, on) if by.professional else ("organisation", by.org, on)


def _teller(record: Statement) -> tuple[TellerKind, str | None]:
    told = record.told_by
    named: tuple[tuple[TellerKind, str | None], ...] = (
        ("person", told.person),
        ("professional", told.professional),
        ("document", told.document),
        ("register", told.register_name),
    )
    return next(((kind, value) for kind, value in named if value is not None), ("anonymous", None))

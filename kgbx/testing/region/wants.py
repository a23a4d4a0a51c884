# SPDX-License-Identifier: EUPL-1.2
"""The need profiles as the ledger reads them: by itself, from the published files.

Rules: nothing here uses the part of kgbx that computes what may be asked; what the two read differently shows as a
question that was put twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from kgbx.canonical import parse
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kgbx.testing.region.kin import Kin


@dataclass(slots=True, kw_only=True)
class Entry:
    """Something that is truly known, since somebody told it, or somebody wrote it down.

    Attributes:
        record: Id of the record that holds it.
        array: Kind of record.
        about: Ids of whom it is about.
        on: Day on which it was told.
        topics: What it is about, if somebody told it.
        kind: Kind of statement, if it is one.
        members: What else the record says.
        teller: Id of the person who told it.
        until: First day on which it no longer holds.
        disputed: Whether somebody of the family disagrees.
        kept_from: Ids of those from whom it is kept in confidence.
        hidden_for: Ids of those whose hidden place it tells.
        again: Whether who told it may be asked again once it is too old.
        ways: What was found before: in which ways it answers a want, by the want.
    """

    record: str
    array: str
    about: frozenset[str]
    on: date
    topics: frozenset[str] = frozenset()
    kind: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    teller: str | None = None
    until: date | None = None
    disputed: bool = False
    kept_from: frozenset[str] = frozenset()
    hidden_for: frozenset[str] = frozenset()
    again: bool = True
    ways: dict[int, tuple[Way, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One thing that answers a want.

    Attributes:
        topic: A topic, or the beginning of several.
        record: Or a kind of record.
        where: And what it must say.
        member: And what it must have.
        person: Member that names for whom it answers.
    """

    topic: str | None = None
    record: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
    member: str | None = None
    person: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Tell whether an entry is of this kind."""
        if self.topic is not None:
            return any(_means(self.topic, topic) for topic in entry.topics)
        says = all(value in listed(entry.members.get(name)) for name, value in self.where.items())
        return entry.array == self.record and says and (self.member is None or bool(entry.members.get(self.member)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing that an organisation needs to know.

    Attributes:
        id: As the profile calls it.
        ways: What answers it.
        per: Of whom.
        kinds: Kinds of statement that answer; empty: all.
        max_age_days: How old an answer may be.
        register: Whether it is looked up.
        place: Whether it tells where somebody lives.
        own_words: Whether only the person's own words answer it.
        from_age: From which age of a child.
        of_family: Whether the family is who can answer it.
    """

    id: str
    ways: tuple[Way, ...]
    per: str
    kinds: frozenset[str]
    max_age_days: int | None
    register: bool
    place: bool
    own_words: bool
    from_age: int
    of_family: bool

    def persons(self, kin: Kin, day: date) -> tuple[str | None, ...]:
        """Return of whom it is wanted on a day; None stands for the whole family."""
        minors = tuple(one.id for one in kin.minors(day) if one.age(day) >= self.from_age)
        return {
            "case": (None,),
            "each_child": minors,
            "each_adult": tuple(one.id for one in kin.adults(day)),
            "each_person": kin.ids,
            "each_authority_holder": kin.holders(day),
        }[self.per]

    def ways_of(self, entry: Entry) -> tuple[Way, ...]:
        """Return in which ways an entry answers it, about whomever."""
        if entry.kind is not None and self.kinds and entry.kind not in self.kinds:
            return ()
        return tuple(way for way in self.ways if way.fits(entry))

    def answered_by(self, entry: Entry, person: str | None) -> bool:
        """Tell whether an entry answers it, about this person."""
        ways = entry.ways.get(id(self))
        if ways is None:
            ways = entry.ways[id(self)] = self.ways_of(entry)
        return bool(ways) and (person is None or any(self._is_for(way, entry, person) for way in ways))

    def _is_for(self, way: Way, entry: Entry, person: str) -> bool:
        if way.person is not None:
            return person in listed(entry.members.get(way.person))
        return entry.teller == person if self.own_words else person in entry.about

    def is_fresh(self, entry: Entry, day: date) -> bool:
        """Tell whether an entry still answers it on a day."""
        holds = entry.until is None or day < entry.until
        return holds and (self.max_age_days is None or (day - entry.on).days <= self.max_age_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A question that is put.

    Attributes:
        want: What is asked.
        person: About whom; None: the family.
        of: Who is asked.
    """

    want: Want
    person: str | None
    of: str


def listed(value: object) -> tuple[Any, ...]:
    """Return a value as several."""
    if isinstance(value, (tuple, list, frozenset)):
        return tuple(value)
    return () if value is None else (value,)


def _means(wanted: str, topic: str) -> bool:
    return topic.startswith(wanted[:-1]) if wanted.endswith(".*") else topic == wanted


@cache
def wants(function: str, occasion: str) -> tuple[Want, ...]:
    """Return what a function needs to know on an occasion, in the order of the file."""
    found = parse(schemas_path("needs", f"{function}.{occasion}.json").read_bytes())
    return tuple(_want(need) for need in found["needs"])  # type: ignore[index]  # a published file


def _want(need: Any) -> Want:  # noqa: ANN401  # JSON of a published file
    return Want(
        id=need["id"],
        ways=tuple(Way(**asks) for asks in (need["asks"], *need.get("also", ()))),
        per=need["per"],
        kinds=frozenset(need.get("accepts", ())),
        max_age_days=need.get("max_age_days"),
        register="from_register" in need,
        place=bool(need.get("location")),
        own_words=need.get("told_by") == "self",
        from_age=need.get("from_age", 0),
        of_family=need.get("answered_by", "family") == "family",
    )

# SPDX-License-Identifier: EUPL-1.2
"""What the page shows, section by section, ready for the template.

Rules: every current statement stands on the page exactly once: a child's own words with the children, what is about
safety or agreements there, the rest in the story, facts apart from opinions. What is not in the view leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kgbx.case import RECORD_TYPES, Professional
from kgbx.render.voices import Voice, Voices
from kgbx.story import questions, to_find_out
from kgbx.story.questions import manner_of
from kgbx.story.records import may_hold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable

    from kgbx.case import Statement
    from kgbx.render.names import Names
    from kgbx.story import Answer, Coverage, Question, Row

FACTS: Final = frozenset(
    {"gebeurtenis", "waarneming", "diagnose", "meetwaarde", "afspraak", "besluit", "registergegeven"}
)
"""Kinds of statement that can be established; all others are what people think, feel and want. Source: Jeugdwet 3.3."""

_SAFETY: Final = ("safety.", "legal.", "plan.agreements")
_SHOWN: Final = frozenset(
    {
        *("persons", "same_person", "organisations", "professionals", "links", "identifiers", "addresses"),
        *("contact_points", "relations", "households", "parental_authorities", "measures", "involvements"),
        *("statements", "reactions", "reviews", "concerns", "strengths", "safety_assessments", "plans", "goals"),
        "analyses",
        *("agreements", "decisions", "reports", "documents", "milestones", "protections", "confidences"),
    }
)
"""Arrays that have a place on the page; of the others it says how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Something that the family need not tell again; `days` is how old the latest answer is."""

    text: str
    about: str
    told_by: str
    when: str
    days: int
    disputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that may still be asked; `about` is empty for the family, and where one asks that person itself."""

    text: str
    about: str
    whom: str
    manner: str
    through: bool
    level: str


class Page:
    """The content of the page.

    Attributes:
        names: Who everybody is.
        voices: Statements as the page shows them.
    """

    def __init__(self, names: Names, coverage: Coverage, *, not_to_ask: Collection[str] = ()) -> None:
        self.names = names
        self.voices = Voices(names)
        self._coverage = coverage.for_recipient()
        self._questions = questions(self._coverage, not_to_ask=not_to_ask)

    def current(self, array: str) -> list[Any]:
        """Return the current records of an array that may hold today, oldest first."""
        return [one for one in self.names.records.current(array) if may_hold(one, self.names.family.day)]

    # --- people

    @cached_property
    def family(self) -> tuple[str, ...]:
        """Children, youngest last, then the other members of the family."""
        family = self.names.family
        children = sorted(family.children, key=lambda child: (_birth(family.person(child)), child))
        return (*children, *(person for person in family.members if person not in set(children)))

    @cached_property
    def network(self) -> tuple[str, ...]:
        """Everybody else who has a record."""
        same = self.names.family.same
        return tuple(dict.fromkeys(same(one.id) for one in self.current("persons") if same(one.id) not in self.family))

    def of(self, array: str, person: str, *, member: str = "persons") -> list[Any]:
        """Return the current records of an array that name a person."""
        same = self.names.family.same
        return [one for one in self.current(array) if person in {same(name) for name in _listed(getattr(one, member))}]

    def age(self, person: str) -> str:
        """Return age and birth, or what is known instead."""
        names, record, ages = self.names, self.names.family.person(person), self.names.family.ages(person)
        if record is None:
            return ""
        known = (("born", record.birth_date), ("expected", record.expected_birth_date), ("died", record.death_date))
        parts = [f"{names.say(key)} {names.date(on)}" for key, on in known if on]
        if ages is not None and record.death_date is None:
            years = "\u2013".join(str(age) for age in dict.fromkeys(ages))
            parts.insert(0, f"{years} {names.say('years')}")
        return " · ".join(parts)

    def address(self, one: Any) -> str:  # noqa: ANN401  # an address
        """Return an address on one line."""
        number = "".join(filter(None, (one.house_number, one.house_letter)))
        street = " ".join(filter(None, (one.street, number, one.house_addition)))
        place = " ".join(filter(None, (one.postcode, one.city)))
        return ", ".join(filter(None, (street, place, one.country if one.country != "NL" else None)))

    def reach(self, professional: str | None) -> list[str]:
        """Return how a professional is reached."""
        found = self.names.records.case.get(professional or "")
        points = found.contact_points or () if isinstance(found, Professional) else ()
        return [f"{self.names.label('contact_point_kind', one.kind)}: {one.value}" for one in points]

    def relations(self, person: str) -> tuple[str, ...]:
        """Return what a person is to others: ``ouder van Noor, Daan``."""
        same, found = self.names.family.same, defaultdict(list)
        for one in self.current("relations"):
            if same(one.from_) == person:
                found[one.kind].append(one.to)
        of = "van" if self.names.language == "nl" else "of"
        return tuple(
            f"{self.names.label('relation_kind', kind)} {of} {self.names.people(others)}"
            for kind, others in found.items()
        )

    # --- what was told

    @cached_property
    def _sections(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = defaultdict(list)
        for statement in sorted(self.names.records.current("statements"), key=lambda one: (one.told_on, one.id)):
            found[self._section(statement)].append(statement)
        return found

    def _section(self, statement: Statement) -> str:
        teller = statement.told_by.person
        if teller and self.names.family.same(teller) in self.names.family.children:
            return "children"
        if any(topic.startswith(_SAFETY) for topic in statement.topics):
            return "safety"
        return "facts" if statement.kind in FACTS else "opinions"

    def told(self, section: str) -> list[Voice]:
        """Return the statements of a section, oldest first."""
        return [self.voices.of(statement) for statement in self._sections[section]]

    @property
    def children_say(self) -> list[tuple[str, list[Voice]]]:
        """For each child that said something, its name and what it said."""
        said: dict[str, list[Voice]] = defaultdict(list)
        for statement in self._sections["children"]:
            said[self.names.family.same(statement.told_by.person or "")].append(self.voices.of(statement))
        return [(self.names.young(child), said[child]) for child in self.family if child in said]

    # --- at a glance

    @property
    def fixed_contacts(self) -> list[Any]:
        """Involvements of a fixed contact."""
        return [one for one in self.current("involvements") if one.role == "fixed_contact"]

    @property
    def others(self) -> list[Any]:
        """Involvements of everybody else."""
        return [one for one in self.current("involvements") if one.role != "fixed_contact"]

    @property
    def children(self) -> list[str]:
        """Names and ages of the children, the eldest first."""
        return [self.names.young(child) for child in self.family if child in self.names.family.children]

    @property
    def safety_last_told(self) -> Voice | None:
        """The last that was told about how safe it is now."""
        told = [one for one in self.names.records.current("statements") if "safety.current" in one.topics]
        return self.voices.of(max(told, key=lambda one: (one.told_on, one.id))) if told else None

    @property
    def latest_assessment(self) -> Any:  # noqa: ANN401  # a safety assessment
        """The latest assessment of safety; None where there is none."""
        return max(self.current("safety_assessments"), key=lambda one: (one.assessed_on, one.id), default=None)

    # --- told once

    @cached_property
    def asked(self) -> int:
        """How many questions are left."""
        return len(self._questions)

    @cached_property
    def spared(self) -> int:
        """How many answers the family need not give again."""
        return len(self._coverage.of("told", "told_disputed"))

    @cached_property
    def asks(self) -> list[Ask]:
        """What may still be asked; what one asks the same people about several persons is one entry."""
        return [self._ask(group) for group in _grouped(self._questions, _same_question)]

    def _ask(self, group: tuple[Question, ...]) -> Ask:
        names, question = self.names, group[0]
        either = f" {names.say('or')} "
        return Ask(
            text=question.need.text.say(names.language),
            about="" if question.ask == (question.about,) else self._about(one.about for one in group),
            whom=either.join(names.young(person) for person in question.ask),
            manner="" if question.manner == "new" else names.say(question.manner),
            through=question.through,
            level=question.need.level,
        )

    @cached_property
    def find_out(self) -> list[tuple[str, str]]:
        """What is not for the family to tell: the need, and about whom."""
        groups = _grouped(to_find_out(self._coverage), lambda row: row.need.id)
        return [
            (group[0].need.text.say(self.names.language), self._about(row.person for row in group)) for group in groups
        ]

    @cached_property
    def known(self) -> list[Known]:
        """What was told already; what was told alike about several persons is one entry."""
        return self._knowns(self._coverage.of("told", "told_disputed"))

    @cached_property
    def aged(self) -> list[Known]:
        """What was told too long ago by people who do not want to be asked again."""
        rows = (row for row in self._coverage.of("told_stale") if row.need.answered_by == "family")
        return self._knowns(row for row in rows if manner_of(row) is None)

    def _knowns(self, rows: Iterable[Row]) -> list[Known]:
        return [self._known(group) for group in _grouped(rows, self._told_alike)]

    def _told_alike(self, row: Row) -> tuple[object, ...]:
        return row.need.id, self._tellers(row), row.answers[-1].told_on, row.status

    def _tellers(self, row: Row) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.teller(answer) for answer in row.answers))

    def _known(self, group: tuple[Row, ...]) -> Known:
        row = group[0]
        latest = row.answers[-1]
        return Known(
            text=row.need.text.say(self.names.language),
            about=self._about(one.person for one in group),
            told_by="; ".join(self._tellers(row)),
            when=self.names.date(latest.told_on),
            days=max(0, (self.names.family.day - latest.day).days),
            disputed=row.status == "told_disputed",
        )

    def _about(self, persons: Iterable[str | None]) -> str:
        """Return names in the order of the page, empty for the case."""
        order = {person: place for place, person in enumerate(self.family)}
        named = sorted((one for one in persons if one), key=lambda one: (order.get(one, len(order)), one))
        return ", ".join(self.names.young(person) for person in named)

    def teller(self, answer: Answer) -> str:
        """Return who told an answer."""
        names, told = self.names, answer.told_by
        if told is None or answer.teller_kind == "anonymous":
            return names.say("anonymous")
        if answer.teller_kind == "register":
            return names.label("register_name", told)
        say: dict[str, Callable[[str], str]] = {
            "person": names.young,
            "professional": names.professional,
            "organisation": names.organisation,
            "document": names.document,
        }
        return say[answer.teller_kind](told)

    # --- the rest

    @property
    def also(self) -> list[str]:
        """How much there is of what has no place on the page."""
        nl = self.names.language == "nl"
        rows = ((row, len(self.names.records.current(row.array))) for row in RECORD_TYPES if row.array not in _SHOWN)
        return [f"{row.title if nl else row.array.replace('_', ' ')} ({number})" for row, number in rows if number]


T = TypeVar("T")


def _grouped(rows: Iterable[T], key: Callable[[T], Hashable]) -> list[tuple[T, ...]]:
    """Return rows with the same key together, in the order in which the keys appear."""
    found: dict[Hashable, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return [tuple(group) for group in found.values()]


def _same_question(question: Question) -> tuple[object, ...]:
    own = question.about is not None and question.ask == (question.about,)
    return question.need.id, question.about if own else question.ask, question.manner, question.through


def _birth(person: Any) -> str:  # noqa: ANN401  # a person or None
    return (person.birth_date or "9999") if person is not None else "9999"


def _listed(value: Any) -> Iterable[str]:  # noqa: ANN401  # a member of any type
    return (value,) if isinstance(value, str) else value or ()

# SPDX-License-Identifier: EUPL-1.2
"""The story for a person of the family: what was told and written down, who received it, and what the reader can do.

Rules: made of a :class:`~kgbx.consent.family_part.FamilyPart` only, so that nothing is on it that access() does not
give; own words first; numbers on the page, never an id; what others may not know yet is what this page does not say
that they received, for what went on a ground that is not told yet is not told here either; the same part gives the
same bytes; every value is escaped; no script, nothing fetched.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from kgbx.clock import format_instant, local_day
from kgbx.render.family_voices import FamilyNames, FamilyVoices
from kgbx.render.family_words import HEADINGS, STORY, YOUNG
from kgbx.render.passed import Passed, kinds, reasons
from kgbx.render.plain import KEPT
from kgbx.render.sheet import Sheet
from kgbx.story.records import may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from kgbx.consent.family_part import FamilyPart
    from kgbx.consent.family_part import Passed as PassedOn
    from kgbx.consent.policy import Policy
    from kgbx.messages import Language
    from kgbx.render.family_voices import Told

_WIDTH: Final = 88
_ANY: Final = "*"
_RUN: Final = 3
_IN_WORDS: Final = frozenset({"statements", "reactions", "reviews", "consents", *HEADINGS})
"""Types that have a place of their own on the page."""

_NOT_ON_PAPER: Final = frozenset({"protections", "confidences"})
"""Types of which not even the number stands on it: who finds the page learns that there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Something that was told, with its number on the page and to whom it went."""

    number: int
    told: Told
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Records of one type that one organisation recorded."""

    what: str
    number: int
    whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What an organisation may not know yet."""

    whom: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A yes or no of the reader."""

    said: str
    rows: tuple[tuple[str, str], ...]


class StoryPage(Sheet):
    """The story in words."""

    template = "story.html"
    sentences = STORY
    to_the_young = YOUNG

    def __init__(
        self, part: FamilyPart, *, policy: Policy, at: datetime, language: Language, handed: bool = False
    ) -> None:
        """Put a part in words.

        Args:
            part: What the reader may read.
            policy: The policy in force, for the articles.
            at: Aware datetime of the page.
            language: Language of the page; quotations keep theirs.
            handed: Whether it may be handed over by a safe contact point.

        Raises:
            UsageError: U_MOMENT, `at` has no offset.
        """
        super().__init__(part.case, at=at, language=language, handed=handed)
        day = local_day(at)
        self.young = part.young
        self.names: FamilyNames = FamilyNames(part.case, day=day, language=language, reader=part.reader, say=self.say)
        self._part = part
        self._policy = policy
        self._at = format_instant(at)
        self._voices = FamilyVoices(self.names, self.say)

    @property
    def title(self) -> str:
        """What the page is."""
        return self.say("title")

    @property
    def reader(self) -> str:
        """For whom the page is, from whom, and of which day."""
        names, reader = self.names, self._part.reader
        own = names.own(self._part.own)
        sender = own and f"{self.say('from')} {own}"
        return ", ".join(filter(None, (f"{self.say('for')} {names.party(reader)}", sender, names.date(self._at))))

    @property
    def contents(self) -> tuple[str, ...]:
        """The parts of the page."""
        return ("own", "others", "notes", "rest", "passed", *(("lacking",) if self.has_list else ()), "choices", "do")

    # --- what was told

    def _read(self, array: str) -> list[Any]:
        return [one for one in self.names.records.current(array) if one.id in self._part.read]

    @cached_property
    def _statements(self) -> list[Any]:
        """Every statement in the order of the page: the reader's own first, each part oldest first."""
        told = self._part.told
        return sorted(self._read("statements"), key=lambda one: (one.id not in told, one.told_on, one.id))

    @cached_property
    def _numbered(self) -> list[tuple[str, Numbered]]:
        return [
            (one.id, Numbered(number=number, told=self._voices.statement(one), got=self._got(one.id)))
            for number, one in enumerate(self._statements, 1)
        ]

    @property
    def own(self) -> list[Numbered]:
        """What the reader told."""
        return [row for record, row in self._numbered if record in self._part.told]

    @property
    def others(self) -> list[Numbered]:
        """What others told."""
        return [row for record, row in self._numbered if record not in self._part.told]

    def _got(self, record: str) -> str:
        """Return the names of those of whom the page says that they received a record."""
        orgs = dict.fromkeys(one.recipient for one in self._on_paper if record in one.records)
        return self.names.listed(sorted(map(self.names.organisation, orgs))) if orgs else ""

    @cached_property
    def notes(self) -> list[tuple[str, list[Told]]]:
        """What was written down besides, under headings; what may still hold today."""
        day, language = self.names.family.day, self.names.language
        found = ((array, [one for one in self._read(array) if may_hold(one, day)]) for array in HEADINGS)
        return [
            (HEADINGS[array].say(language), [self._voices.note(array, one) for one in self._in_order(rows)])
            for array, rows in found
            if rows
        ]

    def _in_order(self, rows: Iterable[Any]) -> list[Any]:
        return sorted(rows, key=lambda one: (one.recorded_at, one.id))

    @cached_property
    def rest(self) -> list[Kept]:
        """What is kept besides: how much of each type, and who wrote it down."""
        number = Counter(
            (array, one.recorded_by.org)
            for array in KEPT
            if array not in _IN_WORDS | _NOT_ON_PAPER
            for one in self._read(array)
        )
        language, names = self.names.language, self.names
        return [
            Kept(what=KEPT[array].say(language), number=many, whom=names.organisation(org))
            for (array, org), many in number.items()
        ]

    # --- who received it

    @property
    def has_list(self) -> bool:
        """Whether it is known who received what."""
        return self._part.passed is not None

    @cached_property
    def passed(self) -> list[Passed]:
        """Who received what."""
        return [self._passed(one) for one in self._on_paper]

    @cached_property
    def _on_paper(self) -> tuple[PassedOn, ...]:
        """What was passed on, without the types that are not counted on paper."""
        kept = (
            replace(one, records={record: array for record, array in one.records.items() if array not in _NOT_ON_PAPER})
            for one in self._part.passed or ()
        )
        return tuple(one for one in kept if one.records)

    def _passed(self, one: PassedOn) -> Passed:
        number = Counter(one.records.values())
        return Passed(
            whom=self.names.organisation(one.recipient),
            when=self.names.date(one.on),
            what_for=self.label("purpose", one.purpose),
            what=kinds(self, {array: number[array] for array in KEPT if array in number}),
            why=reasons(self, one.why, policy=self._policy),
            about=self.names.all_of(one.about),
        )

    @property
    def numbers(self) -> list[tuple[int, str]]:
        """For each number on the page the id of what was told."""
        return [(number, one.id) for number, one in enumerate(self._statements, 1)]

    @cached_property
    def may_not_know(self) -> dict[str, list[int]]:
        """For each organisation that helps or received something: the numbers that the page does not say it received.

        What an organisation heard itself, or wrote down, it knows.
        """
        return {org: self._lacks(org) for org in sorted(self._around)}

    @property
    def _around(self) -> set[str]:
        helping = {one.org for one in self._read("involvements") if may_hold(one, self.names.family.day)}
        received = {one.recipient for one in self._on_paper}
        return (helping | received) - {self._part.own} - self._part.closed

    def _lacks(self, org: str) -> list[int]:
        knows = self._received(org)
        return [
            number for number, one in enumerate(self._statements, 1) if one.id not in knows and not _was_there(org, one)
        ]

    def _received(self, org: str) -> set[str]:
        return {record for one in self._on_paper if one.recipient == org for record in one.records}

    @cached_property
    def lacking(self) -> list[Lacking]:
        """What organisations may not know yet, in words."""
        rows = (
            Lacking(whom=self.names.organisation(org), what=self._said(org, found))
            for org, found in self.may_not_know.items()
        )
        return sorted(rows, key=lambda row: (row.whom, row.what))

    def _said(self, org: str, numbers: list[int]) -> str:
        if not numbers and self._statements:
            return self.say("lacks_none")
        told = {one.id for one in self._part.case.records("statements")}
        if len(numbers) == len(self._statements) and told.isdisjoint(self._received(org)):
            return self.say("lacks_all")  # not an earlier version either
        return f"{self.say('lacks')}: {self.say('number')} {self.names.listed(self._runs(numbers))}."

    def _runs(self, numbers: list[int]) -> Iterator[str]:
        """Yield numbers, of three or more in a row the first and the last: ``1 tot en met 4``."""
        for _, row in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
            run = [number for _, number in row]
            short = len(run) < _RUN
            yield from map(str, run) if short else (f"{run[0]} {self.say('up_to')} {run[-1]}",)

    # --- what the reader can do

    @cached_property
    def choices(self) -> list[Choice]:
        """What the reader said yes or no to, and counts now."""
        rows = [one for one in self._read("consents") if one.id in self._part.choices]
        return [self._choice(one) for one in self._in_order(rows)]

    def _choice(self, one: Any) -> Choice:  # noqa: ANN401  # a consent
        names = self.names
        recipients = (self.say("everybody") if org == _ANY else names.organisation(org) for org in one.recipients)
        return Choice(
            said=f"{self.say(one.decision)}, {names.date(one.ceremony.at)}",
            rows=(
                (self.say("about_whom"), names.all_of((one.subject,))),
                (self.say(f"{one.decision}_whom"), names.listed(dict.fromkeys(recipients))),
                (self.say("what"), self._labels("category", one.categories, "everything")),
                (self.say("what_for"), self._labels("purpose", one.purposes, "anything")),
            ),
        )

    def _labels(self, name: str, codes: tuple[str, ...], every: str) -> str:
        return self.names.listed(self.say(every) if code == _ANY else self.label(name, code) for code in codes)

    @property
    def can_do(self) -> list[tuple[str, str]]:
        """What the reader can do: a question and its answer."""
        found = [
            (self.say(key), self.say(f"{key}_how")) for key in ("do_add", "do_disagree", "do_wrong", "do_withdraw")
        ]
        return [*found, (self.say("do_ask"), f"{self.say('do_ask_whom')} {self._contact}.")]

    @property
    def _contact(self) -> str:
        """Return who answers: the fixed contact at the own organisation, else the organisation."""
        own, day = self._part.own, self.names.family.day
        fixed = [
            one
            for one in self._read("involvements")
            if (one.org, one.role) == (own, "fixed_contact") and may_hold(one, day)
        ]
        known = fixed or self.names.own(own)
        return self.names.professional(fixed[-1].professional if fixed else None, own) if known else self.say("us")

    # --- on a screen

    def lines(self) -> Iterator[str]:
        """Yield the page as lines for a screen."""
        yield from (self.title, self.reader, "", *_wrapped(self.how), "", *_wrapped(self.say("lead")))
        for key, rows in (("own", self.own), ("others", self.others)):
            yield from ("", self.say(key).upper())
            for row in rows:
                yield from ("", *self._lines_of(row.told, f"{row.number}. "))
                yield from _wrapped(f"{self.say('got')}: {row.got}.", 3) if row.got else ()
            yield from () if rows else _wrapped(self.say(f"no_{key}"), 1)
        yield from self._lines_of_notes()
        yield from self._lines_of_passing()
        yield from ("", self.say("do").upper())
        for question, answer in self.can_do:
            yield from ("", *_wrapped(question, 1), *_wrapped(answer, 3))
        yield from ("", *_wrapped(self.say("end")))

    def _lines_of(self, told: Told, first: str) -> Iterator[str]:
        if told.secret:
            yield from _wrapped(f"{first}{told.secret}")
            first = " " * len(first)
        if told.words is not None:
            yield from _wrapped(_quoted(told.words), start=first)
        for line in told.lines:
            yield from _wrapped(line, 3)
        for title, words in told.more:
            yield from _wrapped(f"{title}: {_quoted(words)}", 3)
        for reply in told.replies:
            said = (f"- {reply.says}", _quoted(reply.words) if reply.words else "", reply.when and f"({reply.when})")
            yield from _wrapped(" ".join(filter(None, (*said, reply.outcome))), 3)
        if told.against:
            yield from _wrapped(self.say(told.against), 3)

    def _lines_of_notes(self) -> Iterator[str]:
        yield from ("", self.say("notes").upper())
        for title, rows in self.notes:
            yield from ("", f" {title}")
            for told in rows:
                yield from self._lines_of(told, " - ")
        yield from () if self.notes else _wrapped(self.say("no_notes"), 1)
        yield from ("", self.say("rest").upper())
        yield from _wrapped(self.say("rest_intro" if self.rest else "no_rest"), 1)
        yield from (f"  - {one.what} ({one.number}): {one.whom}" for one in self.rest)

    def _lines_of_passing(self) -> Iterator[str]:
        yield from ("", self.say("passed").upper())
        if not self.has_list:
            yield from _wrapped(self.say("no_list"), 1)
        else:
            yield from _wrapped(self.say("passed_intro" if self.passed else "nothing_passed"), 1)
            for one in self.passed:
                yield f"  - {one.whom}, {one.when}"
                for key, text in (("about_whom", one.about), ("what_for", one.what_for), ("what", one.what)):
                    yield from _wrapped(f"{self.say(key)}: {text}", 6)
                yield from _wrapped(f"{self.say('why')}: {'; '.join(one.why)}", 6) if one.why else ()
            yield from ("", self.say("lacking").upper())
            yield from _wrapped(self.say("lacking_intro" if self.lacking else "nobody_else"), 1)
            for row in self.lacking:
                yield from _wrapped(f"- {row.whom}: {row.what}", 3)
        yield from ("", self.say("choices").upper())
        for choice in self.choices:
            yield f"  - {choice.said}"
            for key, text in choice.rows:
                yield from _wrapped(f"{key}: {text}", 6)
        yield from () if self.choices else _wrapped(self.say("no_choices"), 1)


def _was_there(org: str, statement: Any) -> bool:  # noqa: ANN401  # a statement
    """Tell whether an organisation heard it itself, or wrote it down."""
    return org == statement.recorded_by.org or any(org == to.org for to in statement.told_to or ())


def _quoted(words: Any) -> str:  # noqa: ANN401  # words
    return f"\u201c{words.text}\u201d" if words.quoted else str(words.text)


def _wrapped(text: str, indent: int = 0, *, start: str = "") -> list[str]:
    """Return a text on lines that fit a screen; `start` stands before the first."""
    space = " " * (indent or len(start))
    return textwrap.wrap(text, _WIDTH, initial_indent=start or space, subsequent_indent=space)

# SPDX-License-Identifier: EUPL-1.2
"""What a case tells, in lines for a terminal: how much there is, and what the family said, in its own words.

For demonstrations with made-up families; the page for professionals is another matter.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from kgbx.case import RECORD_TYPES, FamilyCase, Organisation, Person, Professional, Reaction, Statement
from kgbx.clock import ages_on
from kgbx.codes import code_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from kgbx.messages import Language

WIDTH: Final = 92
_ADULT: Final = 18


def counts(case: FamilyCase, language: Language) -> Iterable[str]:
    """Return what is in a case, in the words of the schema, wrapped: ``24 records: 5 persons, 8 statements``."""
    found = (
        (len(case.records(row.array)), row.title if language == "nl" else row.array.replace("_", " "))
        for row in RECORD_TYPES
    )
    listed = ", ".join(f"{number} {title}" for number, title in found if number)
    return _wrapped(f"{len(case)} records: {listed}", "   ")


def organisations(case: FamilyCase) -> dict[str, str]:
    """Return the name of each organisation that the case describes, by URN."""
    return {one.org: one.name for one in case.current("organisations") if isinstance(one, Organisation)}


def organisation_with(case: FamilyCase, function: str) -> str:
    """Return the URN of the first organisation with a function.

    Raises:
        StopIteration: the case describes none.
    """
    found = (one for one in case.current("organisations") if isinstance(one, Organisation))
    return next(one.org for one in found if function in one.functions)


class Voices:
    """Who says what in a case, on a certain day."""

    def __init__(self, case: FamilyCase, *, on: date, language: Language) -> None:
        """Look up names once.

        Args:
            case: A made-up family.
            on: Day on which ages are counted.
            language: For the labels of codes.
        """
        self._case = case
        self._on = on
        self._language = language
        self._organisations = organisations(case)

    def heard(self, limit: int) -> Iterator[str]:
        """Yield what persons of the family told, children first, wrapped; at most `limit` statements."""
        told = [one for one in self._case.current("statements") if isinstance(one, Statement)]
        by_family = sorted((one for one in told if one.told_by.person), key=lambda one: (self._age(one), one.told_on))
        for statement in by_family[:limit]:
            yield from self._statement(statement)

    def _statement(self, statement: Statement) -> Iterator[str]:
        form = code_list("wording_form").label(statement.wording.form, self._language)
        told, to = ("verteld op", "aan") if self._language == "nl" else ("told on", "to")
        hearers = " ".join(self._professional(one.professional) for one in statement.told_to or ())
        yield from _quoted(statement.wording.text, "   ")
        yield from _wrapped(
            f"{self._person(statement.told_by.person)}, {told} {statement.told_on} {to} {hearers} ({form})", "     - "
        )
        for reaction in self._case.current("reactions"):
            if isinstance(reaction, Reaction) and reaction.record == statement.id:
                yield from self._reaction(reaction)

    def _reaction(self, reaction: Reaction) -> Iterator[str]:
        kind = code_list("reaction_kind").label(reaction.kind, self._language)
        yield from _quoted(reaction.words.text, "       ")
        yield from _wrapped(f"{self._person(reaction.by)}, {reaction.reacted_on} ({kind})", "         - ")

    def _age(self, statement: Statement) -> int:
        person = self._case.get(statement.told_by.person or "")
        if not isinstance(person, Person) or person.birth_date is None:
            return _ADULT
        return ages_on(person.birth_date, self._on)[0]

    def _person(self, person_id: str | None) -> str:
        person = self._case.get(person_id or "")
        if not isinstance(person, Person) or person.name is None:
            return "?"
        name = person.name.call_name or person.name.given or person.name.surname or "?"
        low, high = ages_on(person.birth_date, self._on) if person.birth_date else (_ADULT, _ADULT)
        return f"{name} ({low})" if low == high < _ADULT else name

    def _professional(self, professional_id: str | None) -> str:
        found = self._case.get(professional_id or "")
        if not isinstance(found, Professional):
            return "?"
        return f"{found.name}, {self._organisations.get(found.org, found.org)}"


def _quoted(text: str, indent: str) -> Iterable[str]:
    return textwrap.wrap(f"“{text}”", WIDTH, initial_indent=indent, subsequent_indent=f"{indent} ")


def _wrapped(text: str, indent: str) -> Iterable[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent))

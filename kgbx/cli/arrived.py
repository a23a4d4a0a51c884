# SPDX-License-Identifier: EUPL-1.2
"""What a case tells, in lines for a terminal: how much there is, and what the family said, in its own words.

For demonstrations with made-up families; the page for professionals is another matter.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.case import RECORD_TYPES, FamilyCase, Organisation, Person, Professional, Reaction, Statement
from kgbx.clock import ages_on, span_of
from kgbx.codes import code_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.messages import Language

WIDTH: Final = 92
_ADULT: Final = 18


def counts(case: FamilyCase, language: Language) -> Iterable[str]:
    """Return what is in a case, in the words of the schema, wrapped: ``24 records: persons 5, statements 8``."""
    found = (
        (len(case.records(row.array)), row.title if language == "nl" else row.array.replace("_", " "))
        for row in RECORD_TYPES
    )
    listed = ", ".join(f"{title} {number}" for number, title in found if number)
    return _wrapped(f"{len(case)} records: {listed}", "   ")


class Voices:
    """Who says what in a case."""

    def __init__(self, case: FamilyCase, *, language: Language) -> None:
        """Look up once what is needed for every line.

        Args:
            case: A made-up family.
            language: For the labels of codes.
        """
        self._case = case
        self._language = language
        described = (one for one in case.current("organisations") if isinstance(one, Organisation))
        self._organisations = {one.org: one.name for one in described}
        self._reactions: dict[str, list[Reaction]] = defaultdict(list)
        for reaction in case.current("reactions"):
            if isinstance(reaction, Reaction):
                self._reactions[reaction.record].append(reaction)

    def heard(self) -> Iterator[str]:
        """Yield one statement of each person of the family, the youngest first, with what others say to it."""
        told = [one for one in self._case.current("statements") if isinstance(one, Statement) and one.told_by.person]
        told.sort(key=lambda one: (-len(self._reactions[one.id]), one.told_on))
        chosen: dict[str | None, Statement] = {}
        for statement in told:
            chosen.setdefault(statement.told_by.person, statement)
        for statement in sorted(chosen.values(), key=self._born, reverse=True):
            yield from self._statement(statement)

    def _statement(self, statement: Statement) -> Iterator[str]:
        told, to = ("verteld op", "aan") if self._language == "nl" else ("told on", "to")
        form = code_list("wording_form").label(statement.wording.form, self._language)
        hearers = "; ".join(self._professional(one.professional) for one in statement.told_to or ())
        teller = self._person(statement.told_by.person, statement.told_on)
        yield from _quoted(statement.wording.text, "   ")
        yield from _wrapped(f"{teller}, {told} {statement.told_on} {to} {hearers} ({form})", "     - ")
        for reaction in self._reactions[statement.id]:
            kind = code_list("reaction_kind").label(reaction.kind, self._language)
            yield from _quoted(reaction.words.text, "       ")
            yield from _wrapped(f"{self._person(reaction.by, reaction.reacted_on)}: {kind}", "         - ")

    def _born(self, statement: Statement) -> str:
        person = self._case.get(statement.told_by.person or "")
        return person.birth_date or "" if isinstance(person, Person) else ""

    def _person(self, person_id: str | None, on: str) -> str:
        """Return a first name, with the age of a child on the day it spoke."""
        person = self._case.get(person_id or "")
        if not isinstance(person, Person) or person.name is None:
            return "?"
        name = person.name.call_name or person.name.given or person.name.surname or "?"
        low, high = ages_on(person.birth_date, span_of(on)[0]) if person.birth_date else (_ADULT, _ADULT)
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

# SPDX-License-Identifier: EUPL-1.2
"""What every sheet for a person of the family has: names, plain words, and how it is given.

Rules: short sentences in B1; nothing on it is meant for the worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from kgbx.clock import local_day
from kgbx.messages import Text
from kgbx.render.names import Names
from kgbx.render.plain import KEPT, PLAIN
from kgbx.render.templating import template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.messages import Language

COMMON: Final[Mapping[str, Text]] = {
    "for": Text("Voor", "For"),
    "together": Text(
        "Lees dit samen met een medewerker. Neem het niet mee naar huis: wie het vindt, leest het ook.",
        "Read this together with a worker. Do not take it home: whoever finds it reads it too.",
    ),
    "handed": Text("Bewaar dit waar alleen u het ziet.", "Keep this where only you see it."),
    "made_up": Text("Alles op dit blad is verzonnen.", "Everything on this page is made up."),
    "col_what": Text("Wat", "What"),
    "col_who": Text("Door wie", "By whom"),
    "what_for": Text("waarvoor", "what for"),
    "what": Text("wat", "what"),
    "why": Text("waarom dit mocht", "why this was allowed"),
    "consent": Text("er is toestemming gegeven", "consent was given"),
    "team": Text("deze organisaties helpen u samen", "these organisations help you together"),
    "duty": Text("de wet zegt dat het moet", "the law says that it must"),
    "power": Text("de wet zegt dat het mag", "the law says that it may"),
}
"""Sentences of every sheet."""


COMMON_YOUNG: Final[Mapping[str, str]] = {
    "handed": "Bewaar dit waar alleen jij het ziet.",
    "team": "deze organisaties helpen je samen",
}
"""What is said otherwise, in Dutch, to somebody under eighteen."""


class Sheet:
    """A sheet for a person of the family.

    Attributes:
        names: Names as the case knows them.
        synthetic: Whether everything in the case is made up.
        handed: Whether it may be handed over by a safe contact point.
        young: Whether the reader is spoken to as one speaks to a child.
    """

    template: ClassVar[str]
    sentences: ClassVar[Mapping[str, Text]]
    to_the_young: ClassVar[Mapping[str, str]] = {}

    def __init__(self, case: FamilyCase, *, at: datetime, language: Language, handed: bool) -> None:
        """Look up names.

        Args:
            case: The own file.
            at: Aware datetime of the sheet.
            language: Language of the sheet.
            handed: Whether it may be handed over by a safe contact point.

        Raises:
            UsageError: U_MOMENT, `at` has no offset.
        """
        self.names = Names(case, day=local_day(at), language=language, for_family=True)
        self.synthetic = case.synthetic
        self.handed = handed
        self.young = False

    def say(self, key: str) -> str:
        """Return a sentence of the sheet."""
        if self.young and self.names.language == "nl" and key in self.to_the_young:
            return self.to_the_young[key]
        return self.sentences[key].say(self.names.language)

    def kept(self, array: str, number: int) -> str:
        """Return what a number of records of one type is."""
        return f"{KEPT[array].say(self.names.language)} ({number})"

    def label(self, name: str, code: str) -> str:
        """Return the plain words for a code, or its label where that is plain."""
        plain = PLAIN.get((name, code))
        return self.names.label(name, code) if plain is None else plain.say(self.names.language)

    @property
    def how(self) -> str:
        """How the sheet is given."""
        return self.say("handed" if self.handed else "together")

    def html(self) -> str:
        """Return the sheet as one HTML file without script or anything fetched."""
        return template(self.template).render(page=self, names=self.names, say=self.say)

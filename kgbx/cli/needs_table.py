# SPDX-License-Identifier: EUPL-1.2
"""What ``kgbx needs`` prints: what is known, what may still be asked of whom and, for the sender, what would open more.

Rules: three columns, nothing wider than WIDTH; names, never ids. What only the sender may know stands under headings
that say so.
"""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from kgbx.codes import code_list
from kgbx.consent.reasons import REASONS
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.consent.policy import Policy
    from kgbx.exchange.openings import Opening, Permit, Sparing
    from kgbx.messages import Language
    from kgbx.render.names import Names
    from kgbx.render.page import Ask, Known, Page
    from kgbx.story import Need, Profile, Row

WIDTH: Final = 96
_COLUMNS: Final = (38, 16, 36)
_GAP: Final = "  "
_FIRST: Final = 3

Cells = tuple[str, str, str]

_SAY: Final[dict[str, Text]] = {
    "what": Text("Wat", "What"),
    "about": Text("Over wie", "About"),
    "told": Text("Verteld door, wanneer", "Told by, when"),
    "whom": Text("Aan wie, en hoe", "Of whom, and how"),
    "where": Text("Waar", "Where"),
    "why": Text("Waarom niet, en wat het zou openen", "Why not, and what would open it"),
    "aged": Text("Lang geleden verteld; niet opnieuw vragen", "Told long ago; do not ask again"),
    "register": Text("register", "register"),
    "colleague": Text("een collega", "a colleague"),
    "outside": Text(
        "Hoort niet bij de minimale set van deze functie; vraag het niet",
        "Not in the minimal set of this function; do not ask it",
    ),
    "excluded": Text("Deze functie krijgt niet", "This function does not get"),
    "permit": Text("toestemming van", "a permit of"),
    "over": Text("over", "about"),
    "ground": Text("af te wegen", "to be weighed"),
    "curator": Text("bijzondere curator (BW 1:250) voor", "a special guardian (bijzondere curator, BW 1:250) for"),
    "weighing": Text(
        "af te wegen of wie genoemd wordt geen schade heeft", "to be weighed whether who is mentioned is not harmed"
    ),
    "sparing": Text(
        "Alleen voor de afzender: toestemming die de meeste vragen scheelt",
        "For the sender only: permits that would spare most questions",
    ),
    "spares": Text("scheelt vragen", "questions spared"),
    "whose": Text("Van wie", "Whose"),
    "kinds": Text("Waarvoor", "For what"),
}


_PER: Final[dict[str, Text]] = {
    "case": Text("het gezin", "the family"),
    "each_child": Text("elk kind", "each child"),
    "each_authority_holder": Text("elke gezaghouder", "each holder of authority"),
    "each_adult": Text("elke volwassene", "each adult"),
    "each_person": Text("iedereen", "everybody"),
}


def age_of(days: int, language: Language) -> str:
    """Return how old an answer is, in the words one would use."""
    for size, nl, en in _AGES:
        if days >= size:
            number = days // _UNIT_DAYS[en[0]]
            return f"{number} {nl[number > 1]} geleden" if language == "nl" else f"{number} {en[number > 1]} ago"
    return "vandaag" if language == "nl" else "today"


_AGES: Final = (
    (730, ("jaar", "jaar"), ("year", "years")),
    (60, ("maand", "maanden"), ("month", "months")),
    (14, ("week", "weken"), ("week", "weeks")),
    (1, ("dag", "dagen"), ("day", "days")),
)
"""From how many days on an age is told in which unit."""
_UNIT_DAYS: Final = {"year": 365, "month": 30, "week": 7, "day": 1}


class Table:
    """Lines about a coverage, in one language."""

    def __init__(self, page: Page, needed: Profile) -> None:
        self._page = page
        self._needed = needed
        self._language = page.names.language

    def lines(self, outside: Iterable[Need] = ()) -> Iterator[str]:
        """Yield what is known and what may be asked.

        Args:
            outside: Needs that the policy keeps from this function.
        """
        page, say = self._page, self._page.names.say
        yield title_of(self._needed, self._language)
        yield from self._table(say("known"), page.spared, "told", map(self._told, page.known))
        yield from self._table(self._say("aged"), len(page.aged), "told", map(self._told, page.aged))
        yield from self._table(say("to_ask"), page.asked, "whom", map(self._asked, page.asks))
        if not page.asked:
            yield from ("", say("nothing_to_ask"))
        find = [(text, about or say("about_all"), "") for text, about in page.find_out]
        yield from self._table(say("find_out"), len(find), None, find)
        left_out = [(need.text.say(self._language), "", "") for need in outside]
        yield from self._table(self._say("outside"), len(left_out), None, left_out)
        yield from self._excluded()

    def withheld(self, found: tuple[Opening, ...], names: Names, policy: Policy) -> Iterator[str]:
        """Yield, for the sender, what is withheld, why, and what would open it.

        Args:
            found: What would open each row.
            names: Names as the sender's own case has them.
            policy: For the articles of provisions.
        """
        rows = ((self._need(one.row), self._about(one.row, names), self._opens(one, names, policy)) for one in found)
        yield from self._table(names.say("withheld"), len(found), "why", rows)

    def sparing(self, found: tuple[Sparing, ...], names: Names) -> Iterator[str]:
        """Yield, for the sender, whose permits would spare most questions: the first few."""
        if not found:
            return
        yield from ("", self._say("sparing"))
        for place, one in enumerate(found[:_FIRST], 1):
            yield f"{_GAP}{place}. {self._say('spares')}: {len(one.rows)}"
            for permit in one.permits:
                kinds = ", ".join(names.label("category", kind) for kind in permit.categories)
                yield from textwrap.wrap(
                    f"{self._permit(permit, names)}: {kinds}", WIDTH, initial_indent=" " * 5, subsequent_indent=" " * 7
                )

    def _say(self, key: str) -> str:
        return _SAY[key].say(self._language)

    def _excluded(self) -> Iterator[str]:
        if self._needed.excludes:
            kinds = ", ".join(self._page.names.label("category", kind) for kind in self._needed.excludes)
            yield ""
            yield from textwrap.wrap(f"{self._say('excluded')}: {kinds}.", WIDTH)

    def _table(self, title: str, number: int, third: str | None, rows: Iterable[Cells]) -> Iterator[str]:
        if not number:
            return
        yield from ("", f"{title} ({number})")
        yield from table((self._say("what"), self._say("about"), self._say(third) if third else ""), rows)

    def _told(self, one: Known) -> Cells:
        say = self._page.names.say
        against = f"; {say('not_agreed')}" if one.disputed else ""
        told = f"{one.told_by}, {one.when} ({age_of(one.days, self._language)}){against}"
        return one.text, one.about or say("about_all"), told

    def _asked(self, one: Ask) -> Cells:
        say = self._page.names.say
        whom = f"{say('through')} {one.whom}" if one.through else one.whom
        return one.text, one.about, f"{whom}; {one.manner}" if one.manner else whom

    def _need(self, row: Row) -> str:
        return row.need.text.say(self._language)

    def _about(self, row: Row, names: Names) -> str:
        return names.say("about_all") if row.person is None else names.young(row.person)

    def _opens(self, one: Opening, names: Names, policy: Policy) -> str:
        parts = [REASONS[code].text.say(self._language).split(". ")[0].rstrip(".") for code in one.reasons]
        parts += [f"-> {self._permit(permit, names)}" for permit in one.permits]
        articles = (policy.provision_by_id[name] for name in one.provisions)
        parts += [f"-> {self._say('ground')}: {found.id} [{found.source}]" for found in articles]
        parts += [f"-> {self._say('weighing')}"] if one.weighing else []
        parts += [f"-> {self._say('curator')} {names.young(child)}" for child in one.curator_for]
        return "\n".join(parts)

    def _permit(self, permit: Permit, names: Names) -> str:
        """Return whose permit is meant; of one that is not about the decider, about whom."""
        decider = permit.decided_by
        who = names.organisation(decider) if decider.startswith("urn:") else names.young(decider)
        about = "" if decider == permit.about else f" {self._say('over')} {names.young(permit.about)}"
        return f"{self._say('permit')} {who}{about}"


def title_of(needed: Profile, language: Language) -> str:
    """Return title and name of a profile."""
    return f"{needed.title.say(language)} ({needed.function or 'any'}.{needed.occasion})"


def profile_lines(needed: Profile, language: Language) -> Iterator[str]:
    """Yield what a profile asks: the need, about whom, and its id, level and source."""
    rows = (
        (one.text.say(language), _PER[one.per].say(language), f"{one.id}, {one.level}; {one.source or needed.source}")
        for one in needed.needs
    )
    yield from table((_SAY["what"].say(language), _SAY["about"].say(language), "id, level; source"), rows)
    if needed.excludes:
        kinds = ", ".join(code_list("category").label(kind, language) for kind in needed.excludes)
        yield from ("", *textwrap.wrap(f"{_SAY['excluded'].say(language)}: {kinds}.", WIDTH))


def table(heads: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    """Yield a table of three columns, wrapped; empty columns at the right take no room."""
    yield from _wrapped(heads)
    yield _GAP + _GAP.join("-" * width for width in _COLUMNS)
    for row in rows:
        yield from _wrapped(row)


def _wrapped(row: Cells) -> Iterator[str]:
    columns = [
        [line for part in cell.split("\n") for line in textwrap.wrap(part, width)]
        for cell, width in zip(row, _COLUMNS, strict=True)
    ]
    for cells in zip_longest(*columns, fillvalue=""):
        padded = (cell.ljust(width) for cell, width in zip(cells, _COLUMNS, strict=True))
        yield f"{_GAP}{_GAP.join(padded)}".rstrip()


def permits_as_json(permits: Iterable[Permit]) -> list[dict[str, Any]]:
    """Return permits for programs."""
    return [{"decided_by": one.decided_by, "about": one.about, "categories": list(one.categories)} for one in permits]

# SPDX-License-Identifier: EUPL-1.2
"""The search for whatever leads to a family in a free text: names, initials, numbers, dates, places, schools, ids.

Rules:
    - looked for are the names, numbers, places and organisations of the case, and in every text: dates, years, numbers
      of five digits or more, postcodes, addresses of the internet, ids;
    - compared without case, accents and unseen signs; of a name each word counts, with and without what stands between,
      with an ending, its first four letters or more, spelled out, broken off at a hyphen, and inside another word;
    - a name that is an everyday word is a trace where it has a capital only; initials in capitals, or with points;
    - what is found is told by its kind and place, never by its value.
It cannot find what the case does not hold: a nickname, or a story that only one family can tell. People must read the
text too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from typing import TYPE_CHECKING, Final, Literal

from kgbx.case import Address, ContactPoint, Organisation, Person, Professional
from kgbx.case.types import TYPE_OF
from kgbx.clock import span_of
from kgbx.codes import code_list
from kgbx.story.anonymous_initials import initials_in, initials_of
from kgbx.story.anonymous_patterns import in_any_text
from kgbx.story.anonymous_text import readings, squeezed, words_of
from kgbx.story.anonymous_words import ALSO_CALLED, ENDINGS, EVERYDAY, GENERIC, PARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.case.helpers import OrganisationContact
    from kgbx.story.anonymous_text import Searched, Word

Kind = Literal["name", "initials", "number", "date", "place", "contact", "organisation", "school", "id"]
"""What kind of trace."""

_FIRST_LETTERS: Final = 4
"""A name is known by so many of its first letters."""

_INSIDE: Final = 6
"""A name of so many letters is known inside another word too."""

_SHORTEST: Final = 2
_SHORTEST_OF_AN_ORGANISATION: Final = 4
_SHORTEST_CODE: Final = 4
_SCHOOL: Final = "school"
_DAY_CHARS: Final = 10


REFERENCES: Final = (
    ("identifiers", ("value",)),
    ("organisations", ("identifiers", "value")),
    ("professionals", ("registrations", "number")),
    ("reports", ("reference",)),
    ("measures", ("court_reference",)),
    ("decisions", ("reference",)),
    ("consents", ("authority_evidence", "reference")),
    ("legal_grounds", ("preconditions", "reference")),
    ("legal_grounds", ("request",)),
)
"""Members with a number or mark by which somebody, or a paper about somebody, is known: array and path."""


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """Something in a text that leads to the family.

    Attributes:
        start: Place of its first character in the text, from 0.
        end: Place after its last.
        kind: What kind of trace.
    """

    start: int
    end: int
    kind: Kind


class Sought:
    """What is looked for, of some records.

    Attributes:
        names: Words of names, folded.
        beginnings: First letters of given names.
        initials: Letters by which persons are known.
        words: Other words, with the kind of trace.
        runs: Squeezed texts that are found across words, with the kind of trace.
        marks: Squeezed short texts of several words, that are found as whole words.
        birthdays: Day and month of births and deaths.
    """

    def __init__(self, records: Iterable[BareRecord] = ()) -> None:
        self.names = set[str]()
        self.beginnings = set[str]()
        self.initials = set[str]()
        self.words: dict[str, Kind] = {}
        self.runs: dict[str, Kind] = {}
        self.marks: dict[str, Kind] = {}
        self.birthdays = set[tuple[int, int]]()
        for record in records:
            self.add(record)

    def add(self, record: BareRecord) -> None:
        """Add what a record holds."""
        self.id(record.id)
        for array, path in REFERENCES:
            if array == TYPE_OF[type(record)].array:
                self._codes(_at(record, path))
        if isinstance(record, Person):
            self._person(record)
        elif isinstance(record, Professional):
            self._names(record.name)
            self._contacts(record.contact_points or ())
        elif isinstance(record, Organisation):
            self._organisation(record)
        elif isinstance(record, Address):
            self._address(record)
        elif isinstance(record, ContactPoint):
            self._contacts((record,))

    def id(self, uuid: str) -> None:
        """Add the beginning of an id, by which people quote it; a whole one is found in any text."""
        self.words.setdefault(uuid.partition("-")[0], "id")

    # --- who

    def _person(self, person: Person) -> None:
        for date in (person.birth_date, person.expected_birth_date, person.death_date):
            if date is not None and len(date) == _DAY_CHARS:
                day = span_of(date)[0]
                self.birthdays.add((day.day, day.month))
        name = person.name
        if name is None:
            return
        given = [text for text in (name.given, name.call_name) if text]
        surnames = [text for text in (name.surname, name.partner_surname) if text]
        for text in (*given, *surnames, name.own_script or ""):
            self._names(text)
        for prefix, surname in ((name.prefix, name.surname), (name.partner_prefix, name.partner_surname)):
            if prefix and surname:
                self.runs.setdefault(squeezed(prefix + surname), "name")
            whole = product(given, {"", prefix or ""}, filter(None, (surname,)))  # counts, of everyday words too
            self.marks.update((squeezed("".join(one)), "name") for one in whole)
        self.beginnings.update(
            word[:size] for text in given for word in words_of(text) for size in range(_FIRST_LETTERS, len(word))
        )
        self.initials |= initials_of(name)

    def _names(self, text: str) -> None:
        found = [word for word in words_of(text) if word not in PARTICLES and not word.isdigit()]
        self.names.update(word for word in found if len(word) >= _SHORTEST or not word.isascii())
        for word in found:
            if (len(word) >= _INSIDE or not word.isascii()) and word not in EVERYDAY:
                self.runs.setdefault(word, "name")
        if len(found) > 1:
            self.runs.setdefault(squeezed(text), "name")

    # --- where

    def _address(self, record: Address) -> None:
        for text in (record.street, record.city):
            self._place(text or "")
        self._text(record.postcode or "", "place")

    def _place(self, text: str) -> None:
        self._text(text, "place")
        words = words_of(text)
        self._text(ALSO_CALLED.get(" ".join(words), ""), "place")
        for word in words:
            if word not in GENERIC:
                self._word(word, "place")

    def _contacts(self, points: Iterable[ContactPoint | OrganisationContact]) -> None:
        for point in points:
            self._text(point.value, "contact")
            account, at, _ = point.value.lstrip("@").partition("@")
            if at or not any(one.isdigit() for one in point.value):
                self._text(account, "contact")

    # --- which organisation, which number

    def _organisation(self, record: Organisation) -> None:
        kind: Kind = "school" if _SCHOOL in record.functions else "organisation"
        words = words_of(record.name)
        telling = [word for word in words if word not in _generic() and word not in PARTICLES]
        if telling:
            self._text(record.name, kind)
        for word in telling:
            self._word(word, kind)
        self._place(record.region or "")
        self._contacts(record.contact_points or ())

    def _codes(self, codes: Iterable[str]) -> None:
        for code in codes:
            self._text(code, "number")

    def _word(self, word: str, kind: Kind) -> None:
        """Add one telling word of several; a long one is found inside another word too."""
        if len(word) >= _INSIDE and word not in EVERYDAY:
            self.runs.setdefault(word, kind)
        elif len(word) >= _SHORTEST_OF_AN_ORGANISATION:
            self.words.setdefault(word, kind)

    def _text(self, text: str, kind: Kind) -> None:
        """Add a text that is found across words; a short one is found as whole words only."""
        run = squeezed(text)
        if len(run) > _SHORTEST_CODE:
            self.runs.setdefault(run, kind)
        elif len(run) >= _SHORTEST and not (run.isdigit() and kind == "place"):
            self.words.setdefault(run, kind)
            if len(words_of(text)) > 1:
                self.marks.setdefault(run, kind)


@cache
def _generic() -> frozenset[str]:
    """Return the words for a kind of organisation."""
    labels = (one.label for one in code_list("org_function").entries.values())
    return GENERIC.union(*(words_of(f"{label.nl} {label.en}") for label in labels))


def _at(value: object, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the texts at a path, through every value of a tuple."""
    if isinstance(value, tuple):
        for one in value:
            yield from _at(one, path)
    elif isinstance(value, str):
        yield value
    elif value is not None and path:
        yield from _at(getattr(value, path[0]), path[1:])


def find_traces(text: str, case: FamilyCase) -> tuple[Trace, ...]:
    """Return what in a text leads to the family of a case, or to somebody else; by place.

    Args:
        text: What somebody wrote.
        case: The own file; replaced records count too, for an old name is a name.
    """
    sought = Sought(case)
    if case.id is not None:
        sought.id(case.id)
    return traces_of(text, sought)


def traces_of(text: str, sought: Sought) -> tuple[Trace, ...]:
    """Return what of a search stands in a text, and what leads to somebody in any text; by place."""
    found: dict[tuple[int, int], set[Kind]] = defaultdict(set)
    for searched in readings(text):
        for start, end, kind in chain(in_any_text(searched, sought.birthdays), _of_case(searched, sought)):
            found[searched.place(start, end)].add(kind)
    return tuple(sorted(Trace(*place, kind) for place, kinds in found.items() for kind in kinds))


def _of_case(searched: Searched, sought: Sought) -> Iterator[tuple[int, int, Kind]]:
    for word in searched.words:
        kind = _kind(word, sought)
        if kind is not None:
            yield word.start, word.end, kind
    for run, kind in sought.runs.items():
        yield from ((start, end, kind) for start, end in searched.runs(run, whole=kind == "name"))
    for mark, kind in sought.marks.items():
        yield from ((start, end, kind) for start, end in searched.runs(mark, whole=True, inside=False))
    for letters, row in searched.spelled():
        if any(name in letters for name in sought.names if len(name) > _SHORTEST):
            yield row[0].start, row[-1].end, "name"
    yield from ((start, end, "initials") for start, end in initials_in(searched, sought.initials))


def _kind(word: Word, sought: Sought) -> Kind | None:
    """Return what a word is a trace of."""
    if _is_name(word, sought):
        return "name"
    kind = sought.words.get(word.folded)
    return kind if kind is not None and _counts(word, word.folded) else None


def _is_name(word: Word, sought: Sought) -> bool:
    if word.folded in sought.names or word.folded in sought.beginnings:
        return _counts(word, word.folded)
    stems = (word.folded.removesuffix(ending) for ending in ENDINGS if word.folded.endswith(ending))
    return any(len(stem) > _SHORTEST and stem in sought.names and _counts(word, stem) for stem in stems)


def _counts(word: Word, known: str) -> bool:
    """Tell whether a word counts: an everyday word does with a capital only."""
    return known not in EVERYDAY or word.written[0].isupper()

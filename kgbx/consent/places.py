# SPDX-License-Identifier: EUPL-1.2
"""The search for a protected place in free text: a street, postcode, telephone or shelter that somebody wrote down.

Rules: compared without case, accents, spaces and punctuation (NFKC); of a secret organisation's name also each word of
six letters; a place name, under each of its names, only when it is not the sender's own municipality; a short name only
as whole words; of a street its last words too; of a postcode its four digits too, but for those that are mostly a year.
A contact point, of a person or of a secret organisation, is searched by its kind: a number by its last eight digits, a
shorter one (five to seven digits) as a whole, since fewer are a year or a house number; an account as a word of four
letters or digits that is not the name of who has it.
A hit is told to the sender with a pointer to the member, never with the text. This adds to decide(), which knows
nothing of texts, and only ever withholds more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case import Address, ContactPoint, Organisation, Person, Professional
from kgbx.consent.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.case.helpers import OrganisationContact

_SHORT: Final = 6
_DIGITS: Final = 8
_FEWEST_DIGITS: Final = 5
_SHORTEST_ACCOUNT: Final = 4
_PAIR: Final = 2
_RUN: Final = _DIGITS - 1
"""A short name or number has at most so many words, for each has a letter or a digit."""

_NUMBERED: Final = frozenset({"telephone", "mobile"})
_ACCOUNTS: Final = frozenset({"message_app", "email"})
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()./-]*")
_SCHEME: Final = re.compile(r"^(https?://)?(www\.)?", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
_DUTCH_POSTCODE: Final = re.compile(r"^\s*([1-9][0-9]{3})\s*[A-Za-z]{2}\s*$")
_YEARS: Final = ("19", "20")
"""Four digits that begin so are mostly a year, which stands in every record."""

_NO_NAME: Final = frozenset(
    (
        "straat",
        "straatweg",
        "gracht",
        "singel",
        "boulevard",
        "plantsoen",
        "kerkhof",
        "rijksweg",
        "markt",
        "plein",
        "laan",
    )
)
"""Last words of a street that by themselves name no street."""

_ALSO_CALLED: Final = (("'s-Gravenhage", "Den Haag"), ("'s-Hertogenbosch", "Den Bosch"))
"""Places with two names."""

_BETWEEN: Final = re.compile(r"[\W_]+")
_ASCII_BETWEEN: Final = bytes(code for code in range(128) if not chr(code).isalnum())


def squeezed(text: str) -> str:
    """Return a text without case, spaces and punctuation."""
    # bytes drop the commonest signs many times as fast as characters do
    data = _folded(text).encode(errors="surrogatepass").translate(None, _ASCII_BETWEEN)
    rest = data.decode(errors="surrogatepass")
    return rest if rest.isascii() else _BETWEEN.sub("", rest)


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@dataclass(frozen=True, slots=True)
class Places:
    """What must not stand in a text.

    Attributes:
        needles: Squeezed texts that are looked for anywhere.
        words: Squeezed short texts that are looked for as whole words.
        codes: Digits that are looked for as one word: joined, a day or an hour would be taken for them.
    """

    needles: frozenset[str]
    words: frozenset[str]
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Collection[str], telephones: Collection[str], *, codes: Collection[str] = ()) -> Places:
        """Return the places of texts, telephone numbers and digits."""
        found = {squeezed(text) for text in texts} - {""}
        long = {one for one in found if len(one) >= _SHORT}
        digits = {one[-_DIGITS:] for number in telephones for one in _numbers(number)}
        whole = {one for one in digits if len(one) == _DIGITS}
        return cls(frozenset(long | whole), frozenset(found - long) | (digits - whole), frozenset(codes))

    def __or__(self, other: Places) -> Places:
        """Return both together."""
        return Places(self.needles | other.needles, self.words | other.words, self.codes | other.codes)

    def __bool__(self) -> bool:
        return bool(self.needles or self.words or self.codes)

    def stand_in(self, text: str) -> bool:
        """Tell whether one of the places stands in a text."""
        whole = squeezed(text)
        if any(needle in whole for needle in self.needles) or not self.words.isdisjoint(_runs(text)):
            return True
        return any(code in whole for code in self.codes) and not self.codes.isdisjoint(_WORD.findall(_folded(text)))

    def may_stand_in(self, texts: Iterable[str]) -> bool:
        """Tell whether a place may stand in one of many texts: quick, and never False when one does."""
        whole = squeezed("\n".join(texts))
        return any(needle in whole for needle in self.needles) or any(
            word in whole for word in (*self.words, *self.codes)
        )

    def pointers(self, record: BareRecord, texts: Collection[str]) -> tuple[str, ...]:
        """Return the pointers, inside a record, of the texts in which a place stands.

        Args:
            record: The record.
            texts: Every text that stands in it, found before.
        """
        if not self.may_stand_in(texts):
            return ()
        return tuple(dict.fromkeys(pointer for pointer, text in texts_of(record) if self.stand_in(text)))


def _runs(text: str) -> Iterator[str]:
    """Yield every run of a few words, squeezed: a short name may have several."""
    words = _WORD.findall(_folded(text))
    return ("".join(words[start : start + size]) for start in range(len(words)) for size in range(1, _RUN + 1))


def _numbers(text: str) -> Iterator[str]:
    """Yield the digits of every number in a text that is long enough for a telephone."""
    for found in _NUMBER.findall(unicodedata.normalize("NFKC", text)):
        digits = re.sub(r"[^0-9]", "", found)
        if len(digits) >= _FEWEST_DIGITS:
            yield digits


def _contact(point: ContactPoint | OrganisationContact, names: Collection[str]) -> tuple[set[str], set[str]]:
    """Return the texts and the telephone numbers of a contact point, by its kind.

    Args:
        point: The contact point.
        names: Squeezed names of who is reached: an account called so would be found in every sentence about them.
    """
    value = point.value.strip()
    lettered = any(one.isalpha() for one in value)
    if not lettered or (point.kind in _NUMBERED and any(_numbers(value))):
        return set(), {value}
    if point.kind not in _ACCOUNTS:
        return {_SCHEME.sub("", value)}, set()
    account, _, domain = value.lstrip("@").partition("@")
    texts = {value} if domain else set()
    # an account of letters only, before a domain, is mostly somebody's name, and the whole address is searched
    alone = not domain or any(one.isdigit() for one in account)
    if alone and len(squeezed(account)) >= _SHORTEST_ACCOUNT and squeezed(account) not in names:
        texts.add(account)
    return texts, {value}


def _names(person: BareRecord | None) -> frozenset[str]:
    """Return the squeezed names of a person, each by itself and first and last together."""
    name = person.name if isinstance(person, Person) else None
    if name is None:
        return frozenset()
    first = [text for text in (name.given, name.call_name, name.initials) if text]
    last = [text for text in (name.surname, name.partner_surname) if text]
    found = {squeezed(word) for text in (*first, *last) for word in (text, *text.split())}
    return frozenset(found | {squeezed(f"{one}{name.prefix or ''}{other}") for one in first for other in last})


def places_of(
    case: FamilyCase,
    *,
    protected: Collection[str],
    secret_organisations: Collection[str],
    own_places: Collection[str],
    received: Collection[str] = (),
) -> Places:
    """Return what gives away where protected persons are.

    Args:
        case: The sender's file; replaced records count too, for an old text may still stand somewhere.
        protected: Every id of the persons whose whereabouts this recipient may not learn.
        secret_organisations: URNs of organisations whose name gives a place away.
        own_places: Squeezed words of the sender's own name and municipality, which are no secret.
        received: Ids of records that are searched for whoever they are about.
    """
    found = _Found(own_places)
    for record in case:
        if isinstance(record, (Address, ContactPoint)):
            if record.id not in received and set(record.persons).isdisjoint(protected):
                continue
            if isinstance(record, Address):
                found.address(record)
            else:
                found.point(record, {name for person in record.persons for name in _names(case.get(person))})
        elif isinstance(record, (Organisation, Professional)) and record.org in secret_organisations:
            found.helper(record)
    found.texts.update(secret_organisations)
    return Places.of(found.texts, found.telephones, codes=found.codes)


def own_words(case: FamilyCase, own: str) -> frozenset[str]:
    """Return the squeezed words of an organisation's own name and municipality, as it describes itself."""
    return frozenset(
        squeezed(text)
        for one in case.current("organisations")
        if isinstance(one, Organisation) and one.org == one.recorded_by.org == own
        for text in (*one.name.split(), one.region or "")
    )


def received_places(case: FamilyCase, records: Collection[str], *, secret_organisations: Collection[str]) -> Places:
    """Return what gives away where somebody is, by addresses and contact points that came from elsewhere.

    A word is no secret that stands in the name or the region of any organisation but the secret ones.

    Args:
        case: The own file.
        records: Their ids; ids of other records do not count.
        secret_organisations: URNs of organisations whose name gives a place away.
    """
    if not records:
        return Places.of((), ())
    known = {
        squeezed(text)
        for one in case.records("organisations")
        if isinstance(one, Organisation) and one.org not in secret_organisations
        for text in (*one.name.split(), one.region or "")
    }
    return places_of(case, protected=(), secret_organisations=(), own_places=known, received=records)


class _Found:
    """What gives a place away, as it is found."""

    def __init__(self, own_places: Collection[str]) -> None:
        self._own = own_places
        self.texts = set[str]()
        self.telephones = set[str]()
        self.codes = set[str]()

    def address(self, record: Address) -> None:
        """Add the street, the postcode and the place."""
        self.texts.update(text for text in (record.street, record.postcode) if text)
        self.texts.update(_ends_of(record.street or ""))
        digits = _DUTCH_POSTCODE.match(record.postcode or "")
        if digits and not digits[1].startswith(_YEARS):
            self.codes.add(digits[1])
        if record.city and squeezed(record.city) not in self._own:
            self.texts.update((record.city, *_also_called(record.city)))

    def point(self, point: ContactPoint | OrganisationContact, names: Collection[str]) -> None:
        """Add a contact point."""
        written, numbers = _contact(point, names)
        self.texts |= written
        self.telephones |= numbers

    def helper(self, record: Organisation | Professional) -> None:
        """Add an organisation or somebody who works there, and how they are reached."""
        names = {squeezed(word) for word in record.name.split()}
        if isinstance(record, Organisation):
            words = (word for word in _WORD.findall(_folded(record.name)) if len(word) >= _SHORT)
            self.texts.update((record.name, *(word for word in words if word not in self._own)))
        else:
            self.texts.update((record.name, record.id))
        for point in record.contact_points or ():
            self.point(point, names)


def _ends_of(street: str) -> Iterator[str]:
    """Yield the last words of a street by which people call it: what stands before is left out or shortened."""
    words = _WORD.findall(_folded(street))
    if len(words) > 1 and len(words[-1]) >= _SHORT and words[-1] not in _NO_NAME:
        yield words[-1]
    if len(words) > _PAIR:
        yield " ".join(words[-_PAIR:])


def _also_called(city: str) -> Iterator[str]:
    for names in _ALSO_CALLED:
        if squeezed(city) in map(squeezed, names):
            yield from names

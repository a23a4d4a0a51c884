# SPDX-License-Identifier: EUPL-1.2
"""The search for a protected place in free text: a street, postcode, telephone or shelter that somebody wrote down.

Rules: compared without case, spaces and punctuation (NFKC); of a telephone the last eight digits; of a secret
organisation's name also each word of six letters; a place name only when it is not the sender's own municipality; a
short name only as whole words. A hit is told to the sender with a pointer to the member, never with the text. This adds
to decide(), which knows nothing of texts, and only ever withholds more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case import Address, ContactPoint, Organisation, Professional
from kgbx.consent.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase

_SHORT: Final = 6
_DIGITS: Final = 8
_RUN: Final = _SHORT - 1
"""A short name has at most so many words, for each has a letter."""

_WORD: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = re.compile(r"[\W_]+")
_ASCII_BETWEEN: Final = bytes(code for code in range(128) if not chr(code).isalnum())


def squeezed(text: str) -> str:
    """Return a text without case, spaces and punctuation."""
    # bytes drop the commonest signs many times as fast as characters do
    data = _folded(text).encode(errors="surrogatepass").translate(None, _ASCII_BETWEEN)
    rest = data.decode(errors="surrogatepass")
    return rest if rest.isascii() else _BETWEEN.sub("", rest)


def _folded(text: str) -> str:
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class Places:
    """What must not stand in a text.

    Attributes:
        needles: Squeezed texts that are looked for anywhere.
        words: Squeezed short texts that are looked for as whole words.
    """

    needles: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, texts: Collection[str], telephones: Collection[str]) -> Places:
        """Return the places of texts and telephone numbers."""
        found = {squeezed(text) for text in texts} - {""}
        digits = {re.sub(r"[^0-9]", "", number)[-_DIGITS:] for number in telephones}
        long = {one for one in found if len(one) >= _SHORT} | {one for one in digits if len(one) == _DIGITS}
        return cls(frozenset(long), frozenset(found - long))

    def __bool__(self) -> bool:
        return bool(self.needles or self.words)

    def stand_in(self, text: str) -> bool:
        """Tell whether one of the places stands in a text."""
        whole = squeezed(text)
        return any(needle in whole for needle in self.needles) or not self.words.isdisjoint(_runs(text))

    def may_stand_in(self, texts: Iterable[str]) -> bool:
        """Tell whether a place may stand in one of many texts: quick, and never False when one does."""
        whole = squeezed("\n".join(texts))
        return any(needle in whole for needle in self.needles) or any(word in whole for word in self.words)

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


def places_of(
    case: FamilyCase, *, protected: Collection[str], secret_organisations: Collection[str], own_places: Collection[str]
) -> Places:
    """Return what gives away where protected persons are.

    Args:
        case: The sender's file; replaced records count too, for an old text may still stand somewhere.
        protected: Every id of the persons whose whereabouts this recipient may not learn.
        secret_organisations: URNs of organisations whose name gives a place away.
        own_places: Squeezed words of the sender's own name and municipality, which are no secret.
    """
    texts, telephones = set[str](), set[str]()
    for record in case:
        if isinstance(record, Address) and not set(record.persons).isdisjoint(protected):
            texts.update(text for text in (record.street, record.postcode) if text)
            if record.city and squeezed(record.city) not in own_places:
                texts.add(record.city)
        elif isinstance(record, ContactPoint) and not set(record.persons).isdisjoint(protected):
            (telephones if any(one.isdigit() for one in record.value) and "@" not in record.value else texts).add(
                record.value
            )
        elif isinstance(record, Organisation) and record.org in secret_organisations:
            words = (word for word in _WORD.findall(_folded(record.name)) if len(word) >= _SHORT)
            texts.update((record.name, record.org, *(word for word in words if word not in own_places)))
        elif isinstance(record, Professional) and record.org in secret_organisations:
            texts.update((record.name, record.id))
    return Places.of(texts, telephones)

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

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbx.case import BareRecord, FamilyCase

_SHORT: Final = 6
_DIGITS: Final = 8
_RUN: Final = 4
_WORD: Final = re.compile(r"\w+")


def squeezed(text: str) -> str:
    """Return a text without case, spaces and punctuation."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


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
        if any(needle in whole for needle in self.needles):
            return True
        return bool(self.words) and not self.words.isdisjoint(_runs(text))

    def pointers(self, record: BareRecord) -> tuple[str, ...]:
        """Return the pointers, inside a record, of the texts in which a place stands."""
        found = _texts(record.model_dump(mode="json", exclude_none=True), "")
        return tuple(pointer for pointer, text in found if self.stand_in(text))


def _runs(text: str) -> set[str]:
    """Return every run of one to four words, squeezed: a short name may have several."""
    words = [squeezed(word) for word in _WORD.findall(text)]
    return {"".join(words[start : start + size]) for start in range(len(words)) for size in range(1, _RUN + 1)}


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, f"{pointer}/{name}" if pointer != "/extensions" else pointer)
    elif isinstance(value, (list, tuple)):
        for number, member in enumerate(value):
            yield from _texts(member, f"{pointer}/{number}")


def places_of(
    case: FamilyCase, *, protected: Collection[str], secret_organisations: Collection[str], own_places: Collection[str]
) -> Places:
    """Return what gives away where protected persons are.

    Args:
        case: The sender's file; replaced records count too, for an old text may still stand somewhere.
        protected: Every id of the persons whose whereabouts this recipient may not learn.
        secret_organisations: URNs of organisations whose name gives a place away.
        own_places: Squeezed names of the sender's own municipality, which are no secret.
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
            telling = (word for word in _WORD.findall(record.name) if len(word) >= _SHORT)
            texts.update((record.name, record.org, *telling))
        elif isinstance(record, Professional) and record.org in secret_organisations:
            texts.update((record.name, record.id))
    return Places.of(texts, telephones)

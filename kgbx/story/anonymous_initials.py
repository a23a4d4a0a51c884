# SPDX-License-Identifier: EUPL-1.2
"""Initials: which a person has, and where they stand in a text.

Rules: a pair at least; of given names and surnames, each with and without the letters of what stands between. Together
they count in capitals, unless they are an abbreviation of the field; apart, with points or spaces, always, unless they
are a shortened word in lower case.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from kgbx.story.anonymous_text import words_of
from kgbx.story.anonymous_words import PARTICLES, SECTOR, SHORTENED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case import Name
    from kgbx.story.anonymous_text import Searched

_PAIR: Final = 2


def initials_of(name: Name) -> frozenset[str]:
    """Return every row of initials of a name, folded, of two letters or more."""
    given = _letters(name.given or "")
    first = {given, given[:1], "".join(words_of(name.initials or "")), _letters(name.call_name or "")}
    last = {form for text in (name.surname, name.partner_surname) if text for form in _forms(text)}
    last |= {a + b for a, b in product(_forms(name.surname or ""), _forms(name.partner_surname or ""))}
    between = {"", _letters(name.prefix or ""), _letters(name.partner_prefix or "")}
    rows = {a + b + c for a, b, c in product(first - {""}, between, last)} | first
    return frozenset(row for row in rows if len(row) >= _PAIR)


def _letters(text: str) -> str:
    return "".join(word[0] for word in words_of(text))


def _forms(surname: str) -> set[str]:
    """Return the letters of a surname: of all its words, of the names in it, of the first of these."""
    words = words_of(surname)
    names = [word for word in words if word not in PARTICLES]
    return {"".join(one[0] for one in words), "".join(one[0] for one in names), names[0][0] if names else ""} - {""}


def initials_in(searched: Searched, initials: set[str]) -> Iterator[tuple[int, int]]:
    """Yield where some of the initials stand."""
    for word in searched.words:
        if word.folded in initials and _in_capitals(word.written) and word.folded not in SECTOR:
            yield word.start, word.end
    for letters, row in searched.spelled():
        lower = all(one.written.islower() for one in row)
        if len(letters) >= _PAIR and any(one in letters for one in initials) and not (lower and letters in SHORTENED):
            yield row[0].start, row[-1].end


def _in_capitals(written: str) -> bool:
    return written[0].isupper() and written[-1].isupper()

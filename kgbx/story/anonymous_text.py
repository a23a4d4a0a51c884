# SPDX-License-Identifier: EUPL-1.2
"""A text as it is searched: letters without case and accents, what cannot be seen left out, each with its place.

Rules: every folded character knows the character of the text that it comes from, so that what is found is told by its
place and never by its value.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgbx.story.anonymous_words import UNDECOMPOSED

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(r"[^\W_]+")
_BETWEEN_LETTERS: Final = 3
"""So many signs at most stand between letters that are spelled out: a point, a hyphen, spaces."""

_UNSEEN: Final = "Cf"

_BROKEN: Final = re.compile(r"[-\u00ac\u00ad\u2010-\u2013]\s*(?=[^\W\d_])")
"""Where a word is broken off: at a hyphen, perhaps at the end of a line."""


def folded(text: str) -> str:
    """Return a text in lower case, without accents and without what cannot be seen."""
    return "".join(map(_fold, text))


def squeezed(text: str) -> str:
    """Return only the letters and digits of a text, folded."""
    return "".join(_WORD.findall(folded(text)))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(_WORD.findall(folded(text)))


def _fold(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    if unicodedata.category(sign) == _UNSEEN:
        return ""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(UNDECOMPOSED.get(one, one) for one in apart if not unicodedata.combining(one))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        folded: Its letters and digits, folded.
        start: Place of its first folded character.
        end: Place after its last.
        written: As it stands in the text.
    """

    folded: str
    start: int
    end: int
    written: str


class Searched:
    """A text that is searched.

    Attributes:
        text: The text.
        plain: Its folded characters.
    """

    def __init__(self, text: str, *, joined: bool = False) -> None:
        """Fold a text.

        Args:
            text: The text.
            joined: Whether words that are broken off are read as one.
        """
        self.text = text
        breaks = [one.span() for one in _BROKEN.finditer(text)] if joined else []
        self._break_before = {end: start for start, end in breaks}
        left_out = {number for one in breaks for number in range(*one)}
        apart = [(_fold(sign), number) for number, sign in enumerate(text) if number not in left_out]
        self.plain = "".join(signs for signs, _ in apart)
        self._where = [number for signs, number in apart for _ in signs]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text of a stretch of folded characters, with the signs that belong to the last."""
        after = self._where[end] if end < len(self._where) else len(self.text)
        return self._where[start], max(self._break_before.get(after, after), self._where[end - 1] + 1)

    def written(self, start: int, end: int) -> str:
        """Return a stretch as it stands in the text."""
        first, last = self.place(start, end)
        return self.text[first:last]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words, in order."""
        found = ((one.group(), *one.span()) for one in _WORD.finditer(self.plain))
        return tuple(Word(word, start, end, self.written(start, end)) for word, start, end in found)

    @cached_property
    def squeezed(self) -> str:
        """The letters and digits only."""
        return "".join(word.folded for word in self.words)

    @cached_property
    def _squeezed_where(self) -> list[int]:
        return [place for word in self.words for place in range(word.start, word.end)]

    @cached_property
    def _word_at(self) -> dict[int, int]:
        return {place: number for number, word in enumerate(self.words) for place in range(word.start, word.end)}

    def runs(self, needle: str, *, whole: bool, inside: bool = True) -> Iterator[tuple[int, int]]:
        """Yield where a squeezed needle stands: from the beginning of a word on, or inside one word.

        Args:
            needle: Letters and digits, folded.
            whole: Whether it ends where a word ends, if it does not stand inside one.
            inside: Whether it may stand inside one word.
        """
        place = self.squeezed.find(needle)
        while place >= 0:
            start, last = self._squeezed_where[place], self._squeezed_where[place + len(needle) - 1]
            first, final = self.words[self._word_at[start]], self.words[self._word_at[last]]
            begins = start == first.start and (not whole or last + 1 == final.end)
            if begins or (inside and first is final):
                yield start, last + 1
            place = self.squeezed.find(needle, place + 1)

    def spelled(self) -> Iterator[tuple[str, list[Word]]]:
        """Yield each row of single letters that stand close together, joined, with its words."""
        row: list[Word] = []
        for word in self.words:
            single = len(word.folded) == 1 and word.folded.isalpha()
            close = bool(row) and word.start - row[-1].end <= _BETWEEN_LETTERS
            if row and not (single and close):
                yield "".join(one.folded for one in row), row
                row = []
            if single:
                row.append(word)
        if row:
            yield "".join(one.folded for one in row), row


def readings(text: str) -> Iterator[Searched]:
    """Yield a text as it is searched: as it stands and, if words are broken off in it, with these joined."""
    yield Searched(text)
    if _BROKEN.search(text):
        yield Searched(text, joined=True)

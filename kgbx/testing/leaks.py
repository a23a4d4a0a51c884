# SPDX-License-Identifier: EUPL-1.2
"""Finds words of a case where they must not be: in logs, in what a program prints, in what an error carries.

Rules: a word counts when it says something of somebody: names, numbers, streets, what was told. Codes, ids, dates and
organisations do not. It is found in another case, with separators, in hexadecimal and in base64 too. What is told of a
leak is where it came out and where the word stands in the case, never the word.
"""

from __future__ import annotations

import base64
import re
import traceback
from typing import TYPE_CHECKING, Final

from kgbx.case import RECORD_TYPES
from kgbx.case.index import CaseIndex
from kgbx.case.rules.references import TEXTS, values_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import FamilyCase

_SHORTEST_PART: Final = 6
_SHORTEST_WORD: Final = 3
_WORDS_OF_A_RUN: Final = 4
_NAMING: Final = (
    ("persons", ("name", "given")),
    ("persons", ("name", "call_name")),
    ("persons", ("name", "surname")),
    ("persons", ("name", "partner_surname")),
    ("persons", ("name", "own_script")),
    ("identifiers", ("value",)),
    ("addresses", ("street",)),
    ("contact_points", ("value",)),
)
"""Members that name somebody, or lead to somebody; what is told stands in the table of free texts."""


def smells(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of the words is in `text`: plain, in another case, with separators, in hex or in base64."""
    return next(found_in(text, words), None) is not None


def found_in(text: str, words: Iterable[str]) -> Iterator[str]:
    """Yield the words that are in `text`, plain, in another case, with separators, in hex or in base64.

    A word of fewer than six letters counts only where it stands by itself as it is written.
    """
    squeezed = _squeezed(text)
    for word in words:
        if len(_squeezed(word)) < _SHORTEST_PART:
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                yield word
        elif _squeezed(word) in squeezed or any(form in text for form in _encoded(word)):
            yield word


def _squeezed(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _encoded(word: str) -> Iterator[str]:
    plain = word.encode()
    yield plain.hex()
    for shift in range(3):
        yield base64.b64encode(b"\x00" * shift + plain)[4 * (shift > 0) : -4].decode()


def everything_said_by(error: BaseException) -> str:
    """Return all text that an error carries: itself, its arguments, its attributes, causes, contexts, traceback."""
    said: list[str] = []
    todo, seen = [error], set[int]()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        attributes = {name: value for name, value in vars(one).items() if not isinstance(value, BaseException)}
        said += [str(one), repr(one), repr(one.args), repr(attributes), *getattr(one, "__notes__", ())]
        said += [repr(getattr(one, name, "")) for name in ("doc", "object", "problems", "records", "filename")]
        said += traceback.format_exception_only(one)
        todo += [linked for linked in (one.__cause__, one.__context__) if linked is not None]
    return "\n".join(said)


def words_of(case: FamilyCase) -> dict[str, str]:
    """Return the words of a case that say something of somebody, each with the JSON Pointer of where it stands.

    Of a long text each run of four words is a word of its own, so that half a sentence is found too.
    """
    arrays = {row.array: case.records(row.array) for row in RECORD_TYPES}
    index = CaseIndex(arrays, synthetic=case.synthetic, disputed=case.disputed)
    texts = (item for array, path in (*_NAMING, *TEXTS) for item in values_at(index, array, path=path))
    found: dict[str, str] = {}
    for pointer, text in texts:
        for word in _runs(text):
            if len(_squeezed(word)) >= _SHORTEST_WORD:
                found.setdefault(word, pointer)
    return found


def _runs(text: str) -> Iterator[str]:
    words = text.split()
    if len(words) <= _WORDS_OF_A_RUN:
        yield text
        return
    for start in range(len(words) - _WORDS_OF_A_RUN + 1):
        yield " ".join(words[start : start + _WORDS_OF_A_RUN])

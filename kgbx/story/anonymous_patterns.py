# SPDX-License-Identifier: EUPL-1.2
"""What leads to somebody in any text: dates, years, numbers, postcodes, addresses of the internet, ids.

Rules: each form is a row with an id; forms are looked for in the folded text. A day and a month without a year count
with a word for the month, or as a day on which somebody of the case was born or died. Years and numbers count in
words too. "Two weeks ago" and "nine years" are no traces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kgbx.story.anonymous_words import (
    DAYS_IN_WORDS,
    DIGITS_IN_WORDS,
    MONTHS,
    TEENS_IN_WORDS,
    TENS_BEFORE,
    TENS_BEHIND,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbx.story.anonymous_text import Searched

Found = Literal["number", "date", "place", "contact", "id"]


def _any_of(words: Collection[str]) -> str:
    return "|".join(sorted(words, key=lambda one: (-len(one), one)))


_MONTH: Final = f"(?:{_any_of(MONTHS)})"
_DAY: Final = rf"(?:[0-3]?\d(?:\s?(?:e|ste|de|st|nd|rd|th))?|{_any_of(DAYS_IN_WORDS)})"

_GAP: Final = r"[\s\-]{0,3}"
_DIGIT: Final = f"(?:{_any_of(DIGITS_IN_WORDS)})"
_TENS: Final = (
    f"(?:{_DIGIT}{_GAP}en{_GAP})?(?:{_any_of(TENS_BEHIND)})",
    f"(?:{_any_of(TENS_BEFORE)})(?:{_GAP}{_DIGIT})?",
)
_PAIR: Final = f"(?:{'|'.join((*_TENS, *TEENS_IN_WORDS))})"
"""A number of two digits in words."""

_HUNDREDS: Final = f"{_GAP}(?:honderd|hundred)"
_ROUND: Final = f"(?:(?:twee|two){_GAP}(?:duizend|thousand)|(?:negentien|nineteen){_HUNDREDS})"
_AND: Final = f"{_GAP}(?:(?:en|and){_GAP})?"
_CENTURY: Final = "(?:negentien|nineteen|twintig|twenty)"
_YEAR: Final = (
    rf"\b(?:{_ROUND}(?:{_AND}(?:{_PAIR}|{_DIGIT}))?"
    rf"|{_CENTURY}{_GAP}(?:{_PAIR}|(?:nul|zero|oh){_GAP}{_DIGIT}))\b(?!{_GAP}{_DIGIT}?{_HUNDREDS})"
)
"""A year of the last century or this one in words; an amount with hundreds is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form in which a trace is written.

    Attributes:
        id: ``KGBX-T-nn``; never used again.
        kind: What it is a trace of.
        pattern: What it looks like, folded.
        capitals: Whether its letters must be capitals.
    """

    id: str
    kind: Found
    pattern: re.Pattern[str]
    capitals: bool = False


FORMS: Final = (
    Form(id="KGBX-T-01", kind="date", pattern=re.compile(rf"\b{_DAY}[\s.\-/]*(?:van\s+|of\s+)?{_MONTH}\b")),
    Form(id="KGBX-T-02", kind="date", pattern=re.compile(rf"\b{_MONTH}\b\.?[\s,\-/]*(?:the\s+)?['\u2019]?\d{{1,4}}")),
    Form(id="KGBX-T-03", kind="date", pattern=re.compile(r"(?<!\d)\d{1,4}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{1,4}(?!\d)")),
    Form(id="KGBX-T-04", kind="date", pattern=re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")),
    Form(id="KGBX-T-05", kind="date", pattern=re.compile(r"(?<!\w)['\u2018\u2019`]\d\d(?!\d)")),
    Form(id="KGBX-T-06", kind="date", pattern=re.compile(r"\bweek\s*(?:nummer|nr|number)?\.?\s*\d{1,2}\b")),
    Form(id="KGBX-T-07", kind="number", pattern=re.compile(r"\d(?:[\s.\-/()+]{0,3}\d){4,}")),
    Form(id="KGBX-T-08", kind="place", pattern=re.compile(r"(?<!\d)[1-9]\d{3}\s?[a-z]{2}\b"), capitals=True),
    Form(id="KGBX-T-09", kind="contact", pattern=re.compile(r"[^\s@]+\s?@\s?[^\s@]+")),
    Form(id="KGBX-T-10", kind="contact", pattern=re.compile(r"(?:https?://|www\.)\S+")),
    Form(
        id="KGBX-T-11",
        kind="contact",
        pattern=re.compile(r"\b[a-z0-9-]+\.(?:nl|be|de|com|org|net|eu|info|example)\b(?!\.)"),
    ),
    Form(id="KGBX-T-12", kind="contact", pattern=re.compile(r"(?<!\w)@\w{2,}")),
    Form(
        id="KGBX-T-13",
        kind="id",
        pattern=re.compile(r"(?<![0-9a-f])[0-9a-f]{8}[\s-]?(?:[0-9a-f]{4}[\s-]?){3}[0-9a-f]{12}(?![0-9a-f])"),
    ),
    Form(id="KGBX-T-14", kind="date", pattern=re.compile(_YEAR)),
)
"""Every form, by number."""

_DAY_AND_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")
_DICTATED: Final = 5
"""A number has so many digits at least."""

_NUMBER: Final = rf"(?<![^\W_])(?:{_PAIR}|{_DIGIT}|\d+)(?![^\W_])"
_ONE_NUMBER: Final = re.compile(rf"(?P<pair>{_PAIR})|(?P<digit>{_DIGIT})|\d+")
_ROW: Final = re.compile(rf"{_NUMBER}(?:[\W_]+{_NUMBER})*")


def in_any_text(searched: Searched, days: Collection[tuple[int, int]]) -> Iterator[tuple[int, int, Found]]:
    """Yield what leads to somebody in any text: start and end in the folded text, and the kind.

    Args:
        searched: The text.
        days: Day and month of births and deaths.
    """
    for form in FORMS:
        for found in form.pattern.finditer(searched.plain):
            if not form.capitals or searched.written(*found.span()).isupper():
                yield *found.span(), form.kind
    for found in _DAY_AND_MONTH.finditer(searched.plain):
        if (int(found[1]), int(found[2])) in days:
            yield *found.span(), "date"
    yield from ((start, end, "number") for start, end in _dictated(searched))


def _dictated(searched: Searched) -> Iterator[tuple[int, int]]:
    """Yield numbers that are written as words for digits or for pairs of them, perhaps with digits between."""
    for row in _ROW.finditer(searched.plain):
        if sum(map(_size, _ONE_NUMBER.finditer(row.group()))) >= _DICTATED:
            yield row.span()


def _size(number: re.Match[str]) -> int:
    """Return how many digits a number has."""
    return {"pair": 2, "digit": 1}.get(number.lastgroup or "", len(number.group()))

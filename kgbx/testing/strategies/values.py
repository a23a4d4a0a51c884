# SPDX-License-Identifier: EUPL-1.2
"""Texts, names, dates and periods as they come in life: not only ASCII, not only days.

Rules: a text holds no digits, so that no number of anybody comes about by chance.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

Period = tuple[str, str | None]
"""First day, and first day after; None when it has not ended."""

_PIECES: Final = (
    "Ik wil dat het rustig wordt.",
    "IJsbrand zei: \u2018zó niet!\u2019",
    "\u0133sberen",  # the ligature ĳ
    "Zoe\u0308",  # e and a combining diaeresis
    "Zo\u00eb",  # the same name, composed
    "من رام الله",  # right to left
    "שלום",
    "ሰላም",
    "Łukasz Żółć",
    "\U0001f469\u200d\U0001f467",  # a mother and a daughter, joined
    "\U0001f642",
    "n\u0303\u0323",  # two marks on one letter
    "<b>&amp;</b>",
    '"; DROP TABLE',
    "\u200f(papa)\u200e",  # marks of direction
    "e\u0301e\u0301n regel\nen nog een\teinde",
)
_LETTERS: Final = (
    "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ "
    "áàäâéèëêíïóòöôúùüûçñ \u2018\u2019\u201c\u201d\u2026\u2013!?,.;:'-"
)
_FIRST: Final = date(1930, 1, 1)
_LAST: Final = date(2030, 12, 31)
_LONGEST_NAME: Final = 200


def texts_nl(*, max_pieces: int = 6) -> st.SearchStrategy[str]:
    """Return texts as people write them in the Netherlands: diacritics, IJ, other scripts, emoji, combining marks."""
    pieces = st.sampled_from(_PIECES) | st.text(_LETTERS, min_size=1, max_size=40)
    return st.lists(pieces, min_size=1, max_size=max_pieces).map(" ".join)


def names_nl() -> st.SearchStrategy[str]:
    """Return names and other texts of one line, at most 200 characters."""
    return texts_nl(max_pieces=2).map(lambda text: " ".join(text.split())[:_LONGEST_NAME] or "Nn")


def partial_dates(*, first: date = _FIRST, last: date = _LAST) -> st.SearchStrategy[str]:
    """Return days, months and years from `first` to `last`, as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``."""
    days = st.dates(first, last).map(date.isoformat)
    lengths = st.sampled_from((10, 7, 4))
    return st.tuples(days, lengths).map(lambda pair: pair[0][: pair[1]])


def timelines(*, first: date = _FIRST, last: date = _LAST) -> st.SearchStrategy[tuple[Period, ...]]:
    """Return periods that follow each other without overlap, the last of which may go on; there may be gaps."""
    days = st.lists(st.dates(first, last - timedelta(days=1)), min_size=2, max_size=8, unique=True).map(sorted)
    return st.tuples(days, st.sets(st.integers(0, 6)), st.booleans()).map(lambda drawn: _periods(*drawn))


def _periods(days: list[date], gaps: set[int], goes_on: bool) -> tuple[Period, ...]:  # noqa: FBT001  # it is drawn
    ends: list[Period] = [(start.isoformat(), end.isoformat()) for start, end in pairwise(days)]
    periods = [period for number, period in enumerate(ends) if number not in gaps]
    return (*periods, (days[-1].isoformat(), None)) if goes_on else tuple(periods)

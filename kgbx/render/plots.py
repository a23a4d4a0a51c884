# SPDX-License-Identifier: EUPL-1.2
"""Plots as SVG: columns beside each other for a few series, that print well and can be read aloud.

Rules: a plot has a title and a description that says every figure in words; series differ in pattern, not in colour
alone; every column has its figure above it; what is hidden has a mark and a sentence. The same figures give the same
bytes: no clock, no randomness, whole units. Nothing is loaded from elsewhere, and no script is in it.

Source: WCAG 2.2, 1.1.1 and 1.4.1; SVG 2 section 5.8 (title and desc); ARIA graphics.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.messages import Language

_WIDTH: Final = 840
_LEFT: Final = 56
_RIGHT: Final = 16
_TOP: Final = 84
_HEIGHT: Final = 260
_BELOW: Final = 96
_LINE: Final = 20
_LEGEND_LETTER: Final = 8
_BOX: Final = 16
_WIDEST: Final = 34
_STEPS: Final = (1, 2, 5)
_LINES: Final = 6

_FILLS: Final = (
    ("#1b4f72", ""),
    ("#ffffff", '<path d="M-2 2L2-2M0 8L8 0M6 10L10 6" stroke="#1b4f72" stroke-width="2.4"/>'),
    ("#aed6f1", '<circle cx="4" cy="4" r="1.6" fill="#1b4f72"/>'),
    ("#f7f9f9", '<path d="M0 4H8" stroke="#1b4f72" stroke-width="1.4"/>'),
)
"""Ground and drawing of each pattern; as different in grey as in colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is drawn.

    Attributes:
        title: One line.
        unit: What a figure counts.
        categories: Under the columns, from left to right.
        series: Name of each series, at most four.
        figures: For each series the figure of each category; None where it is hidden.
        hidden: What the mark for a hidden figure means.
        lang: Language of the words, so that they are read aloud in it.
    """

    title: str
    unit: str
    categories: Sequence[str]
    series: Sequence[str]
    figures: Sequence[Sequence[int | None]]
    hidden: str
    lang: Language


def svg(plot: Plot) -> str:
    """Return the plot as an SVG document."""
    rows = "\n".join(_rows(plot))
    height = _TOP + _HEIGHT + _BELOW
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'xml:lang="{plot.lang}" lang="{plot.lang}" '
        'role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="14" fill="#17202a">\n'
        f'<title id="title">{escape(plot.title)}</title>\n<desc id="desc">{escape(said(plot))}</desc>\n'
        f"<defs>{''.join(_patterns(len(plot.series)))}</defs>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n{rows}\n</svg>\n'
    )


def said(plot: Plot) -> str:
    """Return the plot in words: every figure, for who does not see it."""
    parts = [f"{plot.title}. {plot.unit}."]
    for number, category in enumerate(plot.categories):
        found = ((name, row[number]) for name, row in zip(plot.series, plot.figures, strict=True))
        told = ", ".join(f"{name}: {plot.hidden if figure is None else figure}" for name, figure in found)
        parts.append(f"{category}: {told}.")
    return " ".join(parts)


def _patterns(number: int) -> Iterator[str]:
    for place, (ground, drawing) in enumerate(_FILLS[:number]):
        yield (
            f'<pattern id="p{place}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<rect width="8" height="8" fill="{ground}"/>{drawing}</pattern>'
        )


def _rows(plot: Plot) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="28" font-size="18" font-weight="bold">{escape(plot.title)}</text>'
    yield f'<text x="{_LEFT}" y="50">{escape(plot.unit)}</text>'
    top = _top(max((one for row in plot.figures for one in row if one is not None), default=0))
    yield from _scale(top)
    yield from _columns(plot, top)
    yield from _legend(plot)


def _top(highest: int) -> int:
    """Return the top of the scale: a few round steps."""
    return -(-max(highest, 1) // _step(highest)) * _step(highest)


def _step(highest: int) -> int:
    step, size = 1, 0
    while highest > step * _LINES:
        size += 1
        step = _STEPS[size % len(_STEPS)] * 10 ** (size // len(_STEPS))
    return step


def _scale(top: int) -> Iterator[str]:
    for figure in range(0, top + 1, _step(top)):
        y = _y(figure, top)
        yield f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="{"#17202a" if figure == 0 else "#d5d8dc"}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 5}" text-anchor="end">{figure}</text>'


def _y(figure: int, top: int) -> int:
    return _TOP + _HEIGHT - _HEIGHT * figure // top


def _columns(plot: Plot, top: int) -> Iterator[str]:
    room = (_WIDTH - _LEFT - _RIGHT) // max(len(plot.categories), 1)
    wide = min(_WIDEST, (room - 12) // max(len(plot.series), 1))
    for number, category in enumerate(plot.categories):
        middle = _LEFT + room * number + room // 2
        start = middle - wide * len(plot.series) // 2
        for place, row in enumerate(plot.figures):
            yield from _column(row[number], start + wide * place, wide=wide, place=place, top=top)
        yield f'<text x="{middle}" y="{_TOP + _HEIGHT + _LINE}" text-anchor="middle">{escape(category)}</text>'


def _column(figure: int | None, x: int, *, wide: int, place: int, top: int) -> Iterator[str]:
    y = _TOP + _HEIGHT if figure is None else _y(figure, top)
    tall = _TOP + _HEIGHT - y
    if tall:
        yield (f'<rect x="{x + 1}" y="{y}" width="{wide - 2}" height="{tall}" fill="url(#p{place})" stroke="#1b4f72"/>')
    shown = "✱" if figure is None else str(figure)
    yield f'<text x="{x + wide // 2}" y="{y - 5}" text-anchor="middle" font-size="12">{shown}</text>'


def _legend(plot: Plot) -> Iterator[str]:
    x, y = _LEFT, _TOP + _HEIGHT + 2 * _LINE + 8
    for place, name in enumerate(plot.series):
        yield f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_BOX}" fill="url(#p{place})" stroke="#1b4f72"/>'
        yield f'<text x="{x + _BOX + 6}" y="{y + 13}">{escape(name)}</text>'
        x += _BOX + 30 + _LEGEND_LETTER * len(name)
    if any(one is None for row in plot.figures for one in row):
        yield f'<text x="{_LEFT}" y="{y + 19 + _LINE}">✱ {escape(plot.hidden)}</text>'

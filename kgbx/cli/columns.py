# SPDX-License-Identifier: EUPL-1.2
"""Tables that a person can read on a terminal: columns side by side, long cells on several lines.

Rules: a column in which nothing stands is left out; the widest columns give way first, but never so far that a word
breaks: a code must be whole to be copied.
"""

from __future__ import annotations

import textwrap
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP: Final = "  "
_INDENT: Final = "  "


def columns(head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> Iterator[str]:
    """Yield the lines of a table.

    Args:
        head: What stands above each column.
        rows: Cells, as many in each row as in `head`; a line break in a cell stays.
        width: Characters that a line should not exceed; a table of many columns may have to.
    """
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    cells = [[row[place] for place in kept] for row in (head, *rows)]
    by_column = list(zip(*cells, strict=True))
    widths = _narrowed(
        [_widest(column, "\n") for column in by_column], [_widest(column) for column in by_column], width
    )
    yield from chain.from_iterable(_lines(row, widths) for row in cells)


def _widest(column: Sequence[str], separator: str | None = None) -> int:
    """Return the length of the longest part of a column: a line, or without `separator` a word with its indent."""
    indent = 0 if separator else len(_INDENT)
    return max(len(part) + indent for cell in column for part in cell.split(separator) or [""])


def _narrowed(widths: list[int], least: list[int], width: int) -> list[int]:
    """Return widths that fit in a line, the widest made narrower first, none below its least."""
    found = list(widths)
    while sum(found) + len(_GAP) * (len(found) - 1) > width:
        free = [place for place, size in enumerate(found) if size > least[place]]
        if not free:
            break
        found[max(free, key=found.__getitem__)] -= 1
    return found


def _lines(row: list[str], widths: list[int]) -> Iterator[str]:
    wrapped = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        yield _GAP.join(part.ljust(size) for part, size in zip(parts, widths, strict=True)).rstrip()


def _wrapped(cell: str, size: int) -> list[str]:
    wrapper = textwrap.TextWrapper(size, subsequent_indent=_INDENT, break_on_hyphens=False)
    return [part for line in cell.split("\n") for part in wrapper.wrap(line) or [""]]

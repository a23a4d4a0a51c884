# SPDX-License-Identifier: EUPL-1.2
"""Small counts are not told, and cannot be worked out from what is.

Rules:
    - a group is a table of cells of which no two hold one family, and of which everybody may know the sum; a count of
      one to four is hidden, none is not;
    - what is hidden cannot be found as the rest of that sum, by who knows this rule either: along with it the smallest
      of the other counts is hidden, in every cell that has it, so that each might be the small one; where there is none
      the whole group is hidden;
    - of fewer than five families nothing is told at all. Groups are hidden one by one: none may have a cell of another.
What two runs over nearly the same families tell together is not looked at here.

Source: kgbx; the threshold of five is usual in statistics of care for the young.
"""

from __future__ import annotations

from typing import Final

LEAST: Final = 5
"""Families in a cell that is told."""

Group = dict[str, int]
Told = dict[str, "int | None"]


def hide(group: Group, *, least: int = LEAST) -> Told:
    """Return a group with None for each count that is not told.

    Args:
        group: Counts by cell.
        least: Smallest count that is told.
    """
    small = {cell for cell, count in group.items() if 0 < count < least}
    others = [count for count in group.values() if count >= least]
    if small and not others:
        return dict.fromkeys(group)
    kept = small | {cell for cell, count in group.items() if small and count == min(others)}
    return {cell: None if cell in kept else count for cell, count in group.items()}

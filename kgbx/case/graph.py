# SPDX-License-Identifier: EUPL-1.2
"""Circles in a directed graph, in linear time.

Rules: knows nothing of records; recursion is not used, for a document may hold a chain of any length.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Edge = tuple[str, str]


def circular(edges: Iterable[Edge]) -> set[Edge]:
    """Return the edges that lie on a circle, or on a way from one circle to another.

    Edges that lead to a dead end are taken away until none is left, then those that come from nowhere.
    """
    left = _without_dead_ends(set(edges))
    turned = _without_dead_ends({(to, start) for start, to in left})
    return {(start, to) for to, start in turned}


def _without_dead_ends(edges: set[Edge]) -> set[Edge]:
    incoming: dict[str, list[str]] = defaultdict(list)
    outgoing: dict[str, int] = defaultdict(int)
    for start, to in edges:
        incoming[to].append(start)
        outgoing[start] += 1
    ends = [node for node in incoming if not outgoing[node]]
    gone: set[str] = set()
    while ends:
        node = ends.pop()
        gone.add(node)
        for start in incoming[node]:
            outgoing[start] -= 1
            if not outgoing[start]:
                ends.append(start)
    return {(start, to) for start, to in edges if to not in gone}

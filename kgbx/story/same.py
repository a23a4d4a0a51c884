# SPDX-License-Identifier: EUPL-1.2
"""Ids that mean the same thing: the versions of a record, and the ids that two organisations gave one person.

Rules: classes only grow; the id that stands for a class is its smallest, so the order of the records means nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Classes:
    """Classes of ids."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._above: dict[str, str] = {}
        for one, other in pairs:
            self.join(one, other)

    def join(self, one: str, other: str) -> None:
        """Make two ids mean the same."""
        low, high = sorted((self.of(one), self.of(other)))
        if low != high:
            self._above[high] = low

    def include(self, other: Classes) -> None:
        """Take over the classes of another."""
        for low, high in list(other._above.items()):
            self.join(low, high)

    def of(self, name: str) -> str:
        """Return the id that stands for the class of `name`."""
        if name not in self._above:
            return name
        path = []
        while (above := self._above.get(name)) is not None:
            path.append(name)
            name = above
        self._above.update(dict.fromkeys(path, name))
        return name

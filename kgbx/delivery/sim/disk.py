# SPDX-License-Identifier: EUPL-1.2
"""A store that fails as stores do: commits are refused, processes die around them, power goes, a backup is put back.

Rules: what was committed survives a crash, unless durability is weakened; then a crash loses every commit since the
last time everything was written out, as a database does that does not wait for its disk.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.memory_tables import undo
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.store.memory_tables import Journal, Tables


class CrashError(BaseException):
    """The process dies here: no application can catch it."""


class FaultyStore(MemoryStore):
    """A store in memory on a disk that fails when it is told to."""

    def __init__(self, fate: Callable[[], str], *, durable: bool = True) -> None:
        """Make an empty one.

        Args:
            fate: Asked at each commit that wrote something: ``refused``, ``dies before``, ``dies after``,
                ``written out`` or anything else for nothing special.
            durable: Whether a commit waits for the disk.
        """
        super().__init__()
        self._fate = fate
        self._durable = durable
        self._floating: Journal = []

    def commit(self, journal: Journal) -> None:
        """Keep what a transaction wrote, or fail."""
        if not journal:
            return
        fate = self._fate()
        if fate == "refused":
            raise DeliveryError("X_STORE", retryable=True)
        if fate == "dies before":
            raise CrashError
        if not self._durable:
            self._floating.extend(journal)
        if fate == "written out":
            self._floating.clear()
        journal.clear()
        if fate == "dies after":
            raise CrashError

    def crash(self) -> None:
        """Lose what did not reach the disk."""
        undo(self._floating)

    def backup(self) -> Tables:
        """Return a copy of everything as it stands."""
        return self.tables.copy()

    def restore(self, backup: Tables) -> None:
        """Put a backup back."""
        self._floating.clear()
        self.tables = backup.copy()

# SPDX-License-Identifier: EUPL-1.2
"""Measure two ways of doing the same, turn by turn, so that a busy machine slows both."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS: Final = 15
LEAST_SECONDS: Final = 0.02


@dataclass(frozen=True)
class Ratio:
    """What was compared, and the medians in milliseconds."""

    name: str
    ours_ms: float
    theirs_ms: float

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours_ms / self.theirs_ms

    def row(self) -> str:
        """Return a line of a table."""
        return f"| {self.name} | {self.ours_ms:.3f} | {self.theirs_ms:.3f} | {self.ratio:.2f} |"


def once_ms(action: Callable[[], object], repeat: int) -> float:
    """Return the milliseconds of one call, as the mean of some."""
    started = time.perf_counter()
    for _ in range(repeat):
        action()
    return (time.perf_counter() - started) * 1000 / repeat


def repeats(action: Callable[[], object]) -> int:
    """Return how often to call so that a round can be measured."""
    action()
    return max(1, round(LEAST_SECONDS * 1000 / max(once_ms(action, 1), 1e-6)))


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> Ratio:
    """Return the medians of some rounds in which both took turns."""
    counts = repeats(ours), repeats(theirs)
    gc.disable()
    try:
        rounds = [(once_ms(ours, counts[0]), once_ms(theirs, counts[1])) for _ in range(ROUNDS)]
    finally:
        gc.enable()
    return Ratio(name, statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds))

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
FEW: Final = 3
SLOW_MS: Final = 2000


@dataclass(frozen=True)
class Ratio:
    """What was compared, the medians in milliseconds, and how large the ratio may be."""

    name: str
    ours_ms: float
    theirs_ms: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as long ours takes."""
        return self.ours_ms / self.theirs_ms

    def row(self) -> str:
        """Return a line of a table."""
        return f"| {self.name} | {self.ours_ms:.3f} | {self.theirs_ms:.3f} | {self.ratio:.2f} | {self.verdict} |"

    @property
    def verdict(self) -> str:
        """The goal and whether it is met; empty without a goal."""
        if self.goal is None:
            return ""
        return f"≤ {self.goal:g}: {'met' if self.ratio <= self.goal else 'NOT MET'}"


@dataclass(frozen=True)
class Figure:
    """One figure that is no time: what, how much of which unit, and how large it may be."""

    name: str
    value: float
    unit: str
    goal: float

    def row(self) -> str:
        """Return a line of a table."""
        verdict = "met" if self.value <= self.goal else "NOT MET"
        return f"| {self.name} | {self.value:.3f} {self.unit} | | | ≤ {self.goal:g}: {verdict} |"


@dataclass(frozen=True)
class Absent:
    """What could not be measured here, and why."""

    name: str
    reason: str

    def row(self) -> str:
        """Return a line of a table."""
        return f"| {self.name} | | | | {self.reason} |"


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


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object], *, goal: float | None = None) -> Ratio:
    """Return the medians of some rounds in which both took turns; of fewer rounds when one takes long."""
    counts = repeats(ours), repeats(theirs)
    slow = max(once_ms(ours, 1), once_ms(theirs, 1)) > SLOW_MS
    gc.disable()
    try:
        rounds = [(once_ms(ours, counts[0]), once_ms(theirs, counts[1])) for _ in range(FEW if slow else ROUNDS)]
    finally:
        gc.enable()
    return Ratio(name, statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds), goal)

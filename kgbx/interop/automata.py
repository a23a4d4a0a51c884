# SPDX-License-Identifier: EUPL-1.2
"""Patterns of JSON Schema as automata, so that two of them can be compared and none can take for ever.

Rules: ``$`` is the end of the text and nothing before it, a pattern without anchors is found anywhere, as ECMA-262
says; a pattern that is not understood has no automaton.
This module must not use :mod:`re` on a pattern: it reads otherwise, and some patterns would take years.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kgbx.interop.patterns import ANY, Chars, Choice, Node, NotUnderstoodError, Ranges, Repeat, Sequence, read_pattern
from kgbx.limits import MAX_PATTERN_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

States = frozenset[int]


@dataclass(frozen=True, slots=True)
class Automaton:
    """Which texts fit. A state stands for all states that can be reached from it without a character.

    Attributes:
        start: Where reading begins.
        moves: For each state the characters it takes and where they lead.
        final: The state in which a text that ends fits.
    """

    start: States
    moves: tuple[tuple[tuple[Ranges, States], ...], ...]
    final: int

    def step(self, states: States, code: int) -> States:
        """Return where a character leads."""
        found: set[int] = set()
        for state in states:
            for ranges, targets in self.moves[state]:
                if any(low <= code <= high for low, high in ranges):
                    found |= targets
        return frozenset(found)

    def accepts(self, text: str) -> bool:
        """Tell whether a text fits."""
        states = self.start
        for char in text:
            states = self.step(states, ord(char))
        return self.final in states

    def bounds(self) -> set[int]:
        """Return every code point at which it begins or ceases to make a difference."""
        ranges = [one for moves in self.moves for found, _ in moves for one in found]
        return {low for low, _ in ranges} | {high + 1 for _, high in ranges}


@dataclass(slots=True)
class _Builder:
    """Builds the states of an automaton: `silent` moves take no character."""

    silent: list[list[int]] = field(default_factory=list)
    moves: list[list[tuple[Ranges, int]]] = field(default_factory=list)

    def state(self) -> int:
        if len(self.moves) >= MAX_PATTERN_STATES:
            raise NotUnderstoodError
        self.silent.append([])
        self.moves.append([])
        return len(self.moves) - 1

    def add(self, node: Node, start: int) -> int:
        """Add a part of a pattern behind a state; return the state behind it."""
        if isinstance(node, Chars):
            return self.chars(node.ranges, start)
        if isinstance(node, Sequence):
            for part in node.parts:
                start = self.add(part, start)
            return start
        return self.choice(node, start) if isinstance(node, Choice) else self.repeat(node, start)

    def chars(self, ranges: Ranges, start: int) -> int:
        end = self.state()
        self.moves[start].append((ranges, end))
        return end

    def choice(self, node: Choice, start: int) -> int:
        end = self.state()
        for part in node.parts:
            self.silent[self.add(part, start)].append(end)
        return end

    def repeat(self, node: Repeat, start: int) -> int:
        for _ in range(node.least):
            start = self.add(node.body, start)
        if node.most is None:
            return self.loop(node.body, start)
        end = self.state()
        self.silent[start].append(end)
        for _ in range(node.most - node.least):
            start = self.add(node.body, start)
            self.silent[start].append(end)
        return end

    def loop(self, body: Node, start: int) -> int:
        around = self.state()
        self.silent[start].append(around)
        self.silent[self.add(body, around)].append(around)
        end = self.state()
        self.silent[around].append(end)
        return end

    def anywhere(self, state: int) -> int:
        """Let any characters pass at a state."""
        return self.loop(Chars(ANY), state)

    def built(self, final: int) -> Automaton:
        reached = [self.reached(state) for state in range(len(self.moves))]
        moves = tuple(tuple((ranges, reached[target]) for ranges, target in found) for found in self.moves)
        return Automaton(reached[0], moves, final)

    def reached(self, state: int) -> States:
        found = {state}
        waiting = [state]
        while waiting:
            fresh = set(self.silent[waiting.pop()]) - found
            found |= fresh
            waiting += fresh
        return frozenset(found)


@lru_cache(maxsize=512)
def automaton(pattern: str) -> Automaton | None:
    """Return the automaton of a pattern, None if it is not understood."""
    try:
        return _automaton(pattern)
    except NotUnderstoodError:
        return None


def _automaton(pattern: str) -> Automaton:
    read = read_pattern(pattern)
    builder = _Builder()
    start = builder.state()
    end = builder.add(read.inside, start if read.begins else builder.anywhere(start))
    return builder.built(end if read.ends else builder.anywhere(end))


def automaton_of_words(words: Iterable[str]) -> Automaton | None:
    """Return the automaton of some texts, None if they are too many."""
    choice = Choice(tuple(Sequence(tuple(Chars(((ord(char), ord(char)),)) for char in word)) for word in words))
    builder = _Builder()
    try:
        return builder.built(builder.add(choice, builder.state()))
    except NotUnderstoodError:
        return None

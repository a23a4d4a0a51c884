# SPDX-License-Identifier: EUPL-1.2
"""Which texts a string schema accepts, and whether another accepts them too.

Rules: the answer is found by walking both automata side by side, shortest texts first; what cannot be walked within
the limits is not decided, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kgbx.interop.automata import Automaton, States, automaton, automaton_of_words
from kgbx.interop.patterns import ANY
from kgbx.limits import MAX_PATTERN_SEARCH_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIKED: Final = "a0A-x1é€"
_SURROGATES: Final = range(0xD800, 0xE000)


class NotDecidedError(Exception):
    """The answer was not found within what this package understands; never leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts that a string schema accepts.

    Attributes:
        least: Smallest number of characters.
        most: Largest number, None for no limit.
        patterns: Patterns that are found in every text.
        refused: Patterns that are found in none.
        words: If given: only these texts.
    """

    least: int = 0
    most: int | None = None
    patterns: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    words: tuple[str, ...] | None = None

    def has_length(self, length: int) -> bool:
        """Tell whether a text may have this many characters."""
        return self.least <= length and (self.most is None or length <= self.most)

    def accepts(self, text: str) -> bool:
        """Tell whether a text fits.

        Raises:
            NotDecidedError: a pattern is not understood.
        """
        if not self.has_length(len(text)) or (self.words is not None and text not in self.words):
            return False
        return all(one.accepts(text) is wanted for one, wanted in self.automata())

    def automata(self) -> Iterator[tuple[Automaton, bool]]:
        """Yield each automaton and whether it must accept or must not.

        Raises:
            NotDecidedError: a pattern is not understood.
        """
        signed = [(automaton(one), True) for one in sorted(self.patterns)]
        signed += [(automaton(one), False) for one in sorted(self.refused)]
        signed += [] if self.words is None else [(automaton_of_words(self.words), True)]
        for found, wanted in signed:
            if found is None:
                raise NotDecidedError
            yield found, wanted

    def understood(self) -> Texts:
        """Return the texts without the patterns that are not understood: the same texts or more."""
        patterns = frozenset(one for one in self.patterns if automaton(one))
        return replace(self, patterns=patterns, refused=frozenset(one for one in self.refused if automaton(one)))


Both = tuple[States, ...]
_Trail = tuple["_Trail", int] | None

NO_TEXTS: Final = Texts(most=-1)


def example(texts: Texts) -> str | None:
    """Return a shortest text that is accepted, None if there is none.

    Raises:
        NotDecidedError: see :func:`counterexample`.
    """
    return counterexample(texts, NO_TEXTS)


def counterexample(old: Texts, new: Texts) -> str | None:
    """Return a shortest text that `old` accepts and `new` does not, None if there is none.

    Raises:
        NotDecidedError: a pattern is not understood and matters, or the search is too large.
    """
    wanted = replace(new, patterns=new.patterns - old.patterns, refused=new.refused - old.refused)
    known = old.understood()
    if _is_implied(known, wanted):
        return None
    found = _search(known, wanted)
    if found is None or known == old:
        return found
    raise NotDecidedError


@lru_cache(maxsize=4096)
def _search(old: Texts, new: Texts) -> str | None:
    return _Search.of(old, new).run()


def _is_implied(old: Texts, new: Texts) -> bool:
    """Tell whether only lengths are asked, and the lengths of `old` are within those of `new`."""
    if new.patterns or new.refused or new.words is not None:
        return False
    return new.least <= old.least and (new.most is None or (old.most is not None and old.most <= new.most))


@dataclass(frozen=True, slots=True)
class _Search:
    """A walk through both sides at once.

    Attributes:
        old: Its texts and its automata.
        new: Idem.
        every: The automata of both, those of `old` first.
        chars: One character for each set of characters that no automaton tells apart.
        cap: From this length on, a longer text makes no difference to either side.
        steps: Where each character leads from where, found once.
    """

    old: Texts
    new: Texts
    every: tuple[tuple[Automaton, bool], ...]
    of_old: int
    chars: tuple[int, ...]
    cap: int
    steps: dict[Both, list[tuple[int, Both]]] = field(default_factory=dict)

    @classmethod
    def of(cls, old: Texts, new: Texts) -> _Search:
        of_old = tuple(old.automata())
        every = (*of_old, *new.automata())
        cap = max(old.least, new.least, 0 if new.most is None else new.most + 1)
        return cls(old, new, every, len(of_old), tuple(_representatives([one for one, _ in every])), cap)

    def run(self) -> str | None:
        """Walk, shortest texts first."""
        start = tuple(one.start for one, _ in self.every)
        layer: dict[Both, _Trail] = {start: None}
        seen = {(start, 0)}
        length = 0
        while layer:
            for states, trail in layer.items():
                if self.differs(states, length):
                    return _text(trail)
            length += 1
            if self.old.most is not None and length > self.old.most:
                return None
            layer = self._next_layer(layer, seen, min(length, self.cap))
        return None

    def _next_layer(self, layer: dict[Both, _Trail], seen: set[tuple[Both, int]], length: int) -> dict[Both, _Trail]:
        found: dict[Both, _Trail] = {}
        for states, trail in layer.items():
            for code, following in self.following(states):
                if (following, length) not in seen:
                    seen.add((following, length))
                    found[following] = (trail, code)
        if len(seen) > MAX_PATTERN_SEARCH_STEPS:
            raise NotDecidedError
        return found

    def following(self, states: Both) -> list[tuple[int, Both]]:
        """Return where each character leads, unless nothing that follows can be accepted by `old`."""
        if states not in self.steps:
            reached = [(code, self.step(states, code)) for code in self.chars]
            self.steps[states] = [(code, one) for code, one in reached if self.lives(one)]
        return self.steps[states]

    def step(self, states: Both, code: int) -> Both:
        return tuple(one.step(at, code) for (one, _), at in zip(self.every, states, strict=True))

    def lives(self, states: Both) -> bool:
        """Tell whether `old` may still accept a longer text."""
        signed = zip(self.every[: self.of_old], states, strict=False)
        return all(at or not wanted for (_, wanted), at in signed)

    def differs(self, states: Both, length: int) -> bool:
        fits = [(one.final in at) is wanted for (one, wanted), at in zip(self.every, states, strict=True)]
        by_old = self.old.has_length(length) and all(fits[: self.of_old])
        return by_old and not (self.new.has_length(length) and all(fits[self.of_old :]))


def _text(trail: _Trail) -> str:
    """Return the characters of a trail, which is linked from the last to the first."""
    codes = []
    while trail is not None:
        trail, code = trail
        codes.append(chr(code))
    return "".join(reversed(codes))


def _representatives(automata: list[Automaton]) -> list[int]:
    """Return one character of each set that no automaton tells apart, readable ones first."""
    bounds = sorted({0, _SURROGATES.start, _SURROGATES.stop, ANY[-1][1] + 1}.union(*(one.bounds() for one in automata)))
    found = [_representative(*pair) for pair in pairwise(bounds) if pair[0] not in _SURROGATES]
    return sorted(found, key=lambda code: (chr(code) not in _LIKED, not chr(code).isprintable(), code))


def _representative(low: int, following: int) -> int:
    return next((ord(char) for char in _LIKED if low <= ord(char) < following), low)

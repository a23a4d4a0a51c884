# SPDX-License-Identifier: EUPL-1.2
"""Reading the patterns of JSON Schema.

Rules: understood are literals, classes, groups, alternatives and repetition, ``^`` at the very begin and ``$`` at the
very end; anything else (look-around, names, white space as a class) is not guessed at. Characters are code points;
halves of surrogate pairs are none.

Source: ECMA-262, patterns with the u flag; JSON Schema 2020-12 Core, section 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.limits import MAX_PATTERN_DEPTH, MAX_PATTERN_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

LAST: Final = 0x10FFFF
ANY: Final[Ranges] = ((0, 0xD7FF), (0xE000, LAST))
DIGITS: Final[Ranges] = ((0x30, 0x39),)
WORDS: Final[Ranges] = (*DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS: Final = {"n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "0": 0}
_CLASSES: Final = {"d": DIGITS, "w": WORDS}
_HEX: Final = {"u": 4, "x": 2}
_TIMES: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_SPECIAL: Final = frozenset("()[]{}*+?|^$.\\")


class NotUnderstoodError(Exception):
    """A pattern outside what this module reads; never leaves this package."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of these ranges."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part, from `least` to `most` times; None for no limit."""

    body: Node
    least: int
    most: int | None


Node = Chars | Sequence | Choice | Repeat


def inverted(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return every character that is in none of the ranges."""
    found = []
    following = 0
    for low, high in [*sorted([*ranges, (0xD800, 0xDFFF)]), (LAST + 1, LAST + 1)]:
        if following < low:
            found.append((following, low - 1))
        following = max(following, high + 1)
    return tuple(found)


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from left to right."""

    text: str
    at: int = 0
    depth: int = 0

    def take(self) -> str:
        if self.at >= len(self.text):
            raise NotUnderstoodError
        self.at += 1
        return self.text[self.at - 1]

    def skips(self, wanted: str) -> bool:
        found = self.text.startswith(wanted, self.at)
        self.at += len(wanted) if found else 0
        return found

    def choice(self) -> Choice:
        self.depth += 1
        if self.depth > MAX_PATTERN_DEPTH:
            raise NotUnderstoodError
        parts = [self.sequence()]
        while self.skips("|"):
            parts.append(self.sequence())
        self.depth -= 1
        return Choice(tuple(parts))

    def sequence(self) -> Sequence:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self.repeated(self.atom()))
        return Sequence(tuple(parts))

    def atom(self) -> Node:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return Chars(self.char_class())
        if char == ".":
            return Chars(inverted(LINE_ENDS))
        if char == "\\":
            return Chars(self.escape())
        if char in _SPECIAL:
            raise NotUnderstoodError
        return Chars(((ord(char), ord(char)),))

    def group(self) -> Node:
        if not self.skips("?:") and self.skips("?"):
            raise NotUnderstoodError
        inside = self.choice()
        if not self.skips(")"):
            raise NotUnderstoodError
        return inside

    def escape(self) -> Ranges:
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _HEX:
            code = self.hexadecimal(_HEX[char])
        elif char in _CONTROLS and not self.text[self.at : self.at + 1].isdigit():
            code = _CONTROLS[char]
        elif char.isascii() and not char.isalnum():
            code = ord(char)
        else:
            raise NotUnderstoodError
        return ((code, code),)

    def hexadecimal(self, digits: int) -> int:
        text = "".join(self.take() for _ in range(digits))
        if not all(char in "0123456789abcdefABCDEF" for char in text):
            raise NotUnderstoodError
        return int(text, 16)

    def char_class(self) -> Ranges:
        negated = self.skips("^")
        found: list[tuple[int, int]] = []
        while not self.skips("]"):
            found += self.class_part()
        return inverted(inverted(found)) if not negated else inverted(found)

    def class_part(self) -> Ranges:
        first = self.class_char()
        if self.text.startswith("-]", self.at) or not self.skips("-"):
            return first
        last = self.class_char()
        if len(first) != 1 or len(last) != 1 or first[0][0] != first[0][1] or first[0][0] > last[0][1]:
            raise NotUnderstoodError
        return ((first[0][0], last[0][1]),)

    def class_char(self) -> Ranges:
        char = self.take()
        return self.escape() if char == "\\" else ((ord(char), ord(char)),)

    def repeated(self, body: Node) -> Node:
        sign = self.text[self.at : self.at + 1]
        if sign in _TIMES:
            self.at += 1
            least, most = _TIMES[sign]
        elif self.skips("{"):
            least, most = self.bounds()
        else:
            return body
        self.skips("?")  # lazy or greedy: the same texts
        return Repeat(body, least, most)

    def bounds(self) -> tuple[int, int | None]:
        inside, closed, _ = self.text[self.at :].partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not _is_number(least) or (most and not _is_number(most)):
            raise NotUnderstoodError
        self.at += len(inside) + 1
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PATTERN_STATES))


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read; `begins` and `ends` tell whether it is bound to begin and end of the text."""

    inside: Choice
    begins: bool
    ends: bool


def read_pattern(pattern: str) -> Pattern:
    """Return a pattern that was read.

    Raises:
        NotUnderstoodError: it is outside what this module reads.
    """
    begins, ends = pattern.startswith("^"), _ends(pattern)
    reader = _Reader(pattern[int(begins) : len(pattern) - int(ends)])
    inside = reader.choice()
    if reader.at < len(reader.text) or (len(inside.parts) > 1 and (begins or ends)):
        raise NotUnderstoodError
    return Pattern(inside, begins, ends)


def _ends(pattern: str) -> bool:
    """Tell whether the last character is ``$`` and means the end."""
    before = pattern[:-1]
    return pattern.endswith("$") and (len(before) - len(before.rstrip("\\"))) % 2 == 0

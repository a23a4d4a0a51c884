# SPDX-License-Identifier: EUPL-1.2
"""In which line of a JSON text a place stands.

Rules: the text was parsed before and is JSON; a place that is not there, as a member that is missing, stands where the
nearest place around it begins. It returns numbers only, never what stands there.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()

Tree = dict[str, "Tree"]


def lines_of(text: str, pointers: Collection[str]) -> dict[str, int]:
    """Return for each JSON Pointer the number of its line, from 1.

    Members and elements that no pointer passes through are skipped at the speed of the parser.
    """
    tree: Tree = {}
    for pointer in pointers:
        inside = tree
        for token in pointer.split("/")[1:]:
            inside = inside.setdefault(token, {})
    starts: dict[str, int] = {}
    _walk(text, _skip(text, 0), tree, pointer="", starts=starts)
    numbers = _numbers(text, starts)
    return {pointer: numbers[_nearest(pointer, starts)] for pointer in pointers}


def _walk(text: str, at: int, tree: Tree, *, pointer: str, starts: dict[str, int]) -> int:
    """Note where the places of `tree` begin in the value at `at`; return where that value ends."""
    starts[pointer] = at
    closing = {"{": "}", "[": "]"}.get(text[at])
    if closing is None or not tree:
        return _end(text, at)
    at, index = _skip(text, at + 1), 0
    while text[at] != closing:
        token = str(index)
        if closing == "}":
            token, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        inside = tree.get(token)
        at = _end(text, at) if inside is None else _walk(text, at, inside, pointer=f"{pointer}/{token}", starts=starts)
        at, index = _skip(text, at), index + 1
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _end(text: str, at: int) -> int:
    value: tuple[Any, int] = _DECODER.raw_decode(text, at)
    return value[1]


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _numbers(text: str, starts: dict[str, int]) -> dict[str, int]:
    numbers, line, before = {}, 1, 0
    for pointer, at in sorted(starts.items(), key=lambda row: row[1]):
        line += text.count("\n", before, at)
        numbers[pointer], before = line, at
    return numbers


def _nearest(pointer: str, starts: Collection[str]) -> str:
    while pointer not in starts:
        pointer = pointer.rpartition("/")[0]
    return pointer

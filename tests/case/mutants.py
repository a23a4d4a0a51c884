# SPDX-License-Identifier: EUPL-1.2
"""Documents with mistakes: a value replaced, removed, renamed or added, at any place."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from tests.case.builders import MOTHER, Value
from tests.case.strategies import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

Place = tuple[str | int, ...]

WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    1,
    15,
    -1,
    1.5,
    "",
    "x",
    "x" * 300,
    "nl\n",
    "\uff12\uff10\uff12\uff16",
    "2015-02-31",
    "2019\n",
    "2026-03-01T10:00:00",
    "2026-03-01 10:00:00Z",
    "2026-03-01T10:00:00+00:00",
    "2026-03-01T10:00:00.5Z",
    "2026-03-01T10:00:60Z",
    MOTHER.upper(),
    MOTHER.replace("-", ""),
    f"urn:uuid:{MOTHER}",
    f"{MOTHER}\n",
    "00000000-0000-1000-8000-000000000001",
    "AAAAAAAAAAAAAAAAAAAAAB",
    "a\x00b",
    "a\tb",
    "nl",
    "2026-03-01",
    "1",
    [],
    [None],
    ["x"],
    {},
    {"x": 1},
    {"https://example.org/x": None},
    {"https://example.org/x": [1, {"a": 1.5}]},
    {"https://example.org/x": [1, {"a": [True, "x"]}]},
    {"https://example.org/x\n": 1},
    {"https://example.org/x": {"é": 1}},
    {"https://example.org/x": "x" * 65_537},
    {"https://example.org/x": {"a\n": 1}},
)


HOW: Final = ("replace", "replace", "replace", "remove", "rename", "add")


def places(value: object, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every value in a document."""
    yield place
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in inner:
        yield from places(member, (*place, key))


def changed(value: Value, place: Place, replacement: object, *, how: str) -> object:
    """Return a copy of a document that has one mistake: a value replaced, removed, renamed or added."""
    if not place:
        return replacement
    copied = copy.deepcopy(value)
    around: Any = copied
    for key in place[:-1]:
        around = around[key]
    if how == "replace":
        around[place[-1]] = replacement
    elif how == "remove":
        del around[place[-1]]
    elif isinstance(around, dict):
        around[f"{place[-1]}_"] = around.pop(place[-1]) if how == "rename" else replacement
    return copied


@st.composite
def mutants(draw: st.DrawFn) -> object:
    value = draw(documents)
    place = draw(st.sampled_from(list(places(value))))
    how = draw(st.sampled_from(HOW))
    return changed(value, place, draw(st.sampled_from(WRONG)), how=how)


def mutated(value: Value, random: Random) -> object:
    """Return a copy of a document with one mistake, or two, made at random."""
    found: object = value
    for _ in range(random.choice((1, 1, 1, 2))):
        if isinstance(found, dict):
            place = random.choice(list(places(found)))
            found = changed(found, place, random.choice(WRONG), how=random.choice(HOW))
    return found

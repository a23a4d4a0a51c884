# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a JSON value, one thing at a time: another value, a member more or less, a text changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tests.effort import scaled
from tests.envelope.test_tampering import paths, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = Any
Edit = Callable[[Json], Json]
Change = dict[str, Edit]
Path = tuple[Any, ...]
T = TypeVar("T")

WRONG: Final[tuple[Json, ...]] = (
    *(None, True, False, 0, 1, -1, 2**53 - 1, 2**53, 1.0, 1e5),
    *("", "x", "é", "=", "AAAA", [], {}, [1], {"a": 1}, ["x"]),
)

TEXTS: Final[tuple[str, ...]] = (
    *("1", "-1", "-0", "01", "+1", ".5", "5.", "1e0", "1E+2", "1e", "1e400", "1e-400", "0x1", "NaN", "-Infinity"),
    *(str(2**53 - 1), str(2**53), str(-(2**53)), "1" * 400, "1." + "1" * 400, "0e0", "-", "--1", "00", "1_000", "1n"),
    *(
        "true",
        "True",
        "nul",
        "null",
        "undefined",
        "'a'",
        "",
        "[",
        "{",
        '"',
        "[1,]",
        "[,1]",
        "[1 2]",
        '{"a":1,}',
        "{1:2}",
    ),
    *('{"a":1,"\\u0061":2}', '{"a":{"b":1,"b":1}}', '{"__proto__":1}', '{"é":1,"e\u0301":2}', '{"\\u00e9":1,"é":2}'),
    *(
        '"\\u0000"',
        '"\x01"',
        '"\x7f"',
        '"\\ud83d\\ude00"',
        '"\\ude00\\ud83d"',
        '"\\ud83d"',
        '"\\/"',
        '"\\x"',
        '"\\u12"',
    ),
    *(
        '"\\u+123"',
        '"\\U0041"',
        '"\t"',
        '"\n"',
        '"\\uffff"',
        "\t1",
        "\x0c1",
        "\xa01",
        "\ufeff1",
        "\x0b1",
        "/*c*/1",
        "1//",
    ),
    *("[" * depth + "]" * depth for depth in (61, 62, 63, 64, 65)),
)
"""JSON, or nearly, to be put where a value is expected."""


def get(value: Json, path: Path) -> Json:
    """Return the value at a path."""
    for step in path:
        value = value[step]
    return value


def dropped(value: Json, path: Path) -> Json:
    """Return a copy without what is at a path."""
    holder = get(value, path[:-1])
    kept = {k: v for k, v in holder.items() if k != path[-1]} if isinstance(holder, dict) else [*holder]
    if isinstance(kept, list):
        del kept[path[-1]]
    return put(value, path[:-1], kept)


def faults(sample: Json) -> Change:
    """Return changes by name; each may raise where the value it changes is made anew and has another form."""
    return {f"{path} {name}": change for path in paths(sample) for name, change in _at(path, get(sample, path))}


def _at(path: Path, found: Json) -> Iterator[tuple[str, Edit]]:
    for wrong in WRONG:
        yield f":= {wrong!r}", partial(put, path=path, new=wrong)
    if path:
        yield "dropped", partial(dropped, path=path)
    for name, edit in _edits(found):
        yield name, partial(_edited, path=path, edit=edit)


def _edited(value: Json, path: Path, edit: Edit) -> Json:
    return put(value, path, edit(get(value, path)))


def _edits(found: Json) -> Iterator[tuple[str, Edit]]:
    if isinstance(found, dict):
        yield "and a member", lambda value: {**value, "extra": 1}
    if isinstance(found, list) and found:
        yield "and the last again", lambda value: [*value, value[-1]]
        yield "backwards", lambda value: value[::-1]
    if isinstance(found, str):
        yield from ((f"and {tail[:5]!r}", partial(_more, more=tail)) for tail in ("\n", " ", "A", "=", "x" * 600))
        yield "cut", lambda value: value[:-1]
        yield "in upper case", lambda value: value.upper()
    if type(found) is int:
        yield from ((f"and {number}", partial(_more, more=number)) for number in (-1, 1, 0.5, 10**9))


def _more(value: Json, more: Json) -> Json:
    return value + more


def chosen(rows: Sequence[T], most: int) -> list[T]:
    """Return some rows, always the same; all of them at effort long."""
    count = scaled(quick=0, ci=min(most, len(rows)), long=len(rows))
    return random.Random(len(rows)).sample(rows, count)  # noqa: S311  # a sample of cases


def two_of(changes: Change, most: int) -> Change:
    """Return pairs of changes, the second after the first."""
    chance = random.Random(most)  # noqa: S311  # idem
    pairs = [chance.sample(sorted(changes), 2) for _ in range(scaled(quick=0, ci=most, long=10 * most))]
    return {f"{one} & {two}": partial(_after, one=changes[one], two=changes[two]) for one, two in pairs}


def _after(value: Json, one: Edit, two: Edit) -> Json:
    return two(one(value))

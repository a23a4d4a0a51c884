# SPDX-License-Identifier: EUPL-1.2
"""Changes of sound data at random: members dropped, doubled, retyped, added, swapped, cut and nested.

Rules: pure but for the Random that is given; JSON inside a base64url text is changed too, and so are the records of a
bundle. What is not JSON and no bundle is changed byte by byte.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kgbx.envelope.bundle import MAGIC
from kgbx.envelope.encoding import b64, unb64
from kgbx.errors import EnvelopeError
from tests.case.mutants import WRONG, Place, places

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

ODD: Final[tuple[Any, ...]] = (
    *WRONG,
    2**53,
    -(2**70),
    1e308,
    "=",
    "AA==",
    "A" * 43,
    "B" * 43,
    "A" * 5000,
    "\ud800",
    "\u0000",
    "../../x",
    "sha-256:",
    "urn:osb:oin:" + "0" * 20,
    [[[[]]]],
    [{}] * 300,
)
"""Values that stand where others should."""

RECORD_HEADER: Final = 12


class Again(str):
    """The name of a member that stands in an object a second time."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def at(value: Any, place: Place) -> Any:  # noqa: ANN401  # any JSON
    """Return what stands at a place; None if nothing does."""
    for key in place:
        inside = key in value if isinstance(value, dict) else isinstance(value, list) and key in range(len(value))
        if not inside:
            return None
        value = value[key]
    return value


def put(value: Any, place: Place, new: object) -> Any:  # noqa: ANN401  # any JSON
    """Return a copy with something else at a place."""
    if not place:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = put(copy[place[0]], place[1:], new)
    return copy


def drop(value: Any, place: Place, _random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Take a member or item away."""
    if not place:
        return {}
    around = at(value, place[:-1])
    if isinstance(around, dict):
        return put(value, place[:-1], {key: member for key, member in around.items() if key is not place[-1]})
    return put(value, place[:-1], [item for n, item in enumerate(around) if n != place[-1]])


def double(value: Any, place: Place, random: Random, other: object) -> Any:  # noqa: ANN401  # any JSON
    """Let a member or item stand twice, the second time as it is or as it is in another example."""
    if not place:
        return [value, value]
    around, again = at(value, place[:-1]), random.choice((at(value, place), at(other, place)))
    if isinstance(around, dict):
        return put(value, place[:-1], {**around, Again(place[-1]): again})
    return put(value, place[:-1], [*around, again])


def retype(value: Any, place: Place, random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Put a value of another type or form."""
    return put(value, place, random.choice(ODD))


def extend(value: Any, place: Place, random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Make a value longer: one more member, item, character or digit."""
    old, more = at(value, place), random.choice(ODD)
    if isinstance(old, dict):
        return put(value, place, {**old, random.choice(("x", "kid", "alg", "crit", "name", "")): more})
    if isinstance(old, list):
        return put(value, place, random.choice(([*old, more], old * 2, old[:4] * 300)))
    if isinstance(old, str):
        return put(value, place, random.choice((old + "\n", old + "=", old + "A", " " + old, old * 2, old.swapcase())))
    return put(value, place, [old])


def swap(value: Any, place: Place, _random: Random, other: object) -> Any:  # noqa: ANN401  # any JSON
    """Put what stands there in another example."""
    return put(value, place, at(other, place))


def exchange(value: Any, place: Place, random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Put what stands somewhere else in the same example."""
    return put(value, place, at(value, random.choice(list(places(value)))))


def nest(value: Any, place: Place, random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Put a value into so many lists or objects."""
    new = at(value, place)
    for _ in range(random.choice((1, 2, 30, 100))):
        new = [new] if random.random() < 0.5 else {"x": new}
    return put(value, place, new)


def cut(value: Any, place: Place, random: Random, _other: object) -> Any:  # noqa: ANN401  # any JSON
    """Make a text, list or number shorter or a little different."""
    old = at(value, place)
    if isinstance(old, str) and old:
        n = random.randrange(len(old))
        return put(value, place, random.choice((old[:n], old[n:], old[:n] + "A" + old[n + 1 :])))
    if isinstance(old, list):
        return put(value, place, old[: random.randrange(len(old) + 1)])
    if isinstance(old, int):
        return put(value, place, old + random.choice((-1, 1, -86_400, 86_400)))
    return put(value, place, None)


def inside(value: Any, place: Place, random: Random, other: object) -> Any:  # noqa: ANN401  # any JSON
    """Change the JSON that a text holds in base64url."""
    inner, others = _inner(at(value, place)), _inner(at(other, place))
    if inner is None:
        return cut(value, place, random, other)
    return put(value, place, b64(_changed(inner, random, others)))


CHANGES: Final[tuple[Any, ...]] = (drop, double, retype, retype, extend, swap, exchange, nest, cut, cut, inside, inside)


def _inner(text: object) -> object:
    try:
        found: object = json.loads(unb64(text))
    except (EnvelopeError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _changed(value: object, random: Random, other: object) -> bytes:
    place = random.choice(list(places(value)))
    return json.dumps(random.choice(CHANGES)(value, place, random, other), separators=(",", ":")).encode()


def records(data: bytes) -> list[bytes]:
    """Return the records of a bundle, header included."""
    found, place = [], len(MAGIC)
    while place < len(data):
        end = place + RECORD_HEADER + int.from_bytes(data[place + 4 : place + RECORD_HEADER], "big")
        found.append(data[place:end])
        place = max(end, place + 1)
    return found


def of_bundle(data: bytes, random: Random, other: bytes) -> bytes:
    """Return a bundle with records dropped, doubled, in another order, of another bundle, or of another length."""
    rows, others = records(data), records(other) or [b""]
    n = random.randrange(len(rows)) if rows else 0
    one = rows[n] if rows else b""
    length = random.choice((0, 1, len(one), 2**32, 2**64 - 1)).to_bytes(8, "big")
    choices: tuple[Callable[[], list[bytes]], ...] = (
        lambda: rows[:n] + rows[n + 1 :],
        lambda: [*rows[:n], one, *rows[n:]],
        lambda: random.sample(rows, len(rows)),
        lambda: [*rows[:n], random.choice(others), *rows[n + 1 :]],
        lambda: [*rows[:n], one[:4] + length + one[RECORD_HEADER:], *rows[n + 1 :]],
        lambda: [*rows[:n], random.choice((b"ENV ", b"PART", b"XXXX")) + one[4:], *rows[n + 1 :]],
        lambda: [*rows, *[one[:100]] * 300],
    )
    return MAGIC + b"".join(random.choice(choices)())


def of_bytes(data: bytes, random: Random) -> bytes:
    """Return bytes with one byte changed, or cut, or with something behind."""
    n = random.randrange(len(data) + 1)
    return random.choice(
        (data[:n], data[n:], data + b" ", data + b"x", data[:n] + bytes([random.randrange(256)]) + data[n + 1 :])
    )


def change(data: bytes, random: Random, other: bytes) -> bytes:
    """Return data with one change; `other` is a second example of the same kind."""
    if random.random() < 0.1:
        return of_bytes(data, random)
    if data.startswith(MAGIC):
        return of_bundle(data, random, other)
    try:
        value, second = json.loads(data), json.loads(other)
    except (ValueError, RecursionError):
        return of_bytes(data, random)
    return _changed(value, random, second)

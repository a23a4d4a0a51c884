# SPDX-License-Identifier: EUPL-1.2
"""Where one schema accepts less than another, looking at one level: deeper levels are pairs of their own.

Rules: every value that could tell the two apart is looked for type by type; when none is found, none exists, else
:class:`NotDecidedError` is raised. Whoever asks must try each value on both schemas before telling it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kgbx.interop.shapes import FRACTION, Shape, Shapes, same
from kgbx.interop.texts import NO_TEXTS, NotDecidedError, Texts, counterexample
from kgbx.interop.values import Example, Maker, accepts, in_range, numbers_of, simple_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.interop.schemas import Place

_TWICE: Final = 2


@dataclass(frozen=True, slots=True)
class Deeper:
    """A pair of schemas one level deeper.

    Attributes:
        old: In the old schema.
        new: In the new schema.
        key: Name of the member that they speak of; 0 for an item.
    """

    old: Place
    new: Place
    key: str | int


@dataclass(frozen=True, slots=True)
class Sides:
    """The two schemas that are compared, and who makes examples of the old one."""

    old: Shapes
    new: Shapes
    maker: Maker


def differences(sides: Sides, *, old: Shape, new: Shape) -> Iterator[Example | Deeper]:
    """Yield values that `old` accepts and `new` may refuse, and the pairs one level deeper.

    Raises:
        NotDecidedError: it could not be found out at this level.
    """
    if old.opaque or new.opaque:
        if not _is_copy(old, new):
            raise NotDecidedError
    elif old.values is not None:
        yield from (Example(one) for one in old.values)
    else:
        for kind in old.types:
            yield from _BY_TYPE[kind](_Level(sides, old, new, kind))


def _is_copy(old: Shape, new: Shape) -> bool:
    """Tell whether both say the same, whatever it means; what a reference means may differ."""
    return same(old.place.value, new.place.value) and "ref'" not in repr(old.place.value).lower()


@dataclass(frozen=True, slots=True)
class _Level:
    """One type of value at one level."""

    sides: Sides
    old: Shape
    new: Shape
    kind: str

    @property
    def compares(self) -> bool:
        """Whether `new` accepts this type in general: the keywords of the type decide."""
        return self.kind in self.new.types and self.new.values is None


def _simple(level: _Level) -> Iterator[Example]:
    yield from (Example(one) for one in simple_values(level.old, level.kind))


def _numbers(level: _Level) -> Iterator[Example]:
    if not level.compares:
        yield from _numbers_for(level, len(level.new.values or ()))
    elif not _is_within(level.old, level.new):
        near = numbers_of(level.old, level.kind, level.new.least, level.new.most)
        yield from (Example(one) for one in near)


def _is_within(old: Shape, new: Shape) -> bool:
    return _is_above(old.least, new.least) and _is_above(_minus(old.most), _minus(new.most))


def _is_above(bound: float | None, limit: float | None) -> bool:
    return limit is None or (bound is not None and bound >= limit)


def _minus(bound: float | None) -> float | None:
    return None if bound is None else -bound


def _numbers_for(level: _Level, count: int) -> Iterator[Example]:
    """Yield more numbers than `count`, or all there are."""
    first = next(iter(numbers_of(level.old, level.kind)), None)
    if first is None:
        return
    yield Example(first)
    steps = [step * sign for step in range(1, count + 2) for sign in (1, -1)]
    yield from (Example(first + step) for step in steps if in_range(level.old, first + step))
    if level.kind == FRACTION and level.kind in level.new.types:
        raise NotDecidedError


def _strings(level: _Level) -> Iterator[Example]:
    wanted = texts_of(level.new) if "string" in level.new.types else NO_TEXTS
    found = counterexample(level.old.texts, wanted)
    if found is not None:
        yield Example(found)


def texts_of(shape: Shape) -> Texts:
    """Return the texts that a schema accepts, an enumeration included."""
    if "string" not in shape.types:
        return NO_TEXTS
    if shape.opaque:
        raise NotDecidedError
    if shape.values is None:
        return shape.texts
    return replace(shape.texts, words=tuple(one for one in shape.values if isinstance(one, str)))


def _whole(level: _Level) -> Iterator[Example]:
    """Yield one array or object, where `new` accepts none or only those that it lists."""
    found = level.sides.maker.of_type(level.old, level.kind)
    if found is not None:
        yield found
        if level.kind in level.new.types:
            raise NotDecidedError


def _arrays(level: _Level) -> Iterator[Example | Deeper]:
    if not level.compares:
        yield from _whole(level)
        return
    old, new = level.old, level.new
    if old.counts[1] != 0:
        yield Deeper(old.items, new.items, 0)
    yield from (found for count in _counts(old, new) if (found := level.sides.maker.array(old, [], count=count)))
    if new.unique and not old.unique:
        yield from _twice(level)


def _counts(old: Shape, new: Shape) -> Iterator[int]:
    """Yield numbers of items that `new` refuses and `old` may accept."""
    if old.counts[0] < new.counts[0]:
        yield old.counts[0]
    most = new.counts[1]
    if most is not None and (old.counts[1] is None or old.counts[1] > most):
        yield max(most + 1, old.counts[0])


def _twice(level: _Level) -> Iterator[Example]:
    item = level.sides.maker.make(level.old.items)
    found = level.sides.maker.array(level.old, [item.value] * _TWICE) if item else None
    if found is not None:
        yield found


def _objects(level: _Level) -> Iterator[Example | Deeper]:
    if not level.compares:
        yield from _whole(level)
        return
    smallest = level.sides.maker.object(level.old, {})
    if smallest is None:
        return
    if set(level.new.required) - set(level.old.required):
        yield smallest
    yield from _named(level)
    if level.old.others.value is not False:
        yield from _others(level)


def _named(level: _Level) -> Iterator[Example | Deeper]:
    sides, old, new = level.sides, level.old, level.new
    for name in {**old.members, **new.members}:
        member = old.member(name)
        if member.value is not False and accepts(sides.old, old.names, value=name):
            yield Deeper(member, new.member(name), name)
            if not accepts(sides.new, new.names, value=name):
                yield from _with(level, name)


def _others(level: _Level) -> Iterator[Example | Deeper]:
    """Yield what tells members without a name in the schemas apart."""
    sides, old, new = level.sides, level.old, level.new
    names = texts_of(sides.old.of(old.names))
    other = counterexample(names, Texts(words=tuple({**old.members, **new.members})))
    if other is not None:
        yield Deeper(old.others, new.others, other)
    refused = counterexample(names, texts_of(sides.new.of(new.names)))
    if refused is not None:
        yield from _with(level, refused)


def _with(level: _Level, name: str) -> Iterator[Example]:
    """Yield an object that has a certain member, unless there is none."""
    member = level.sides.maker.make(level.old.member(name))
    found = level.sides.maker.object(level.old, {name: member.value}) if member else None
    if found is not None:
        yield found


_BY_TYPE: Final[dict[str, Callable[[_Level], Iterator[Any]]]] = {
    "null": _simple,
    "boolean": _simple,
    "integer": _numbers,
    FRACTION: _numbers,
    "string": _strings,
    "array": _arrays,
    "object": _objects,
}

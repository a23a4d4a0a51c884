# SPDX-License-Identifier: EUPL-1.2
"""Whether a value is accepted, and a smallest value that is: a small validator of the keywords that kgbx uses.

Rules: a keyword that is not known is not decided; a value is never made up of more than the schema needs. It is for
examples that kgbx builds itself: documents are checked by :mod:`kgbx.case`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kgbx.interop.shapes import FRACTION, Shape, Shapes, same
from kgbx.interop.texts import NotDecidedError, example
from kgbx.limits import MAX_EXAMPLE_DEPTH, MAX_EXAMPLE_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.interop.schemas import Place

_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """A value that a schema accepts; apart, because null is a value too."""

    value: Any


def type_of(value: object) -> str:
    """Return the type of a JSON value, as :data:`kgbx.interop.shapes.EVERY_TYPE` names it."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else FRACTION
    return _TYPES[type(value)]


_TYPES: Final = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    str: "string",
    list: "array",
    dict: "object",
}


def accepts(shapes: Shapes, place: Place, *, value: Any) -> bool:  # noqa: ANN401  # any JSON value
    """Tell whether a schema accepts a value.

    Raises:
        NotDecidedError: a keyword or a pattern is not understood.
    """
    shape = shapes.of(place)
    if shape.opaque:
        raise NotDecidedError
    if type_of(value) not in shape.types:
        return False
    if shape.values is not None and not any(same(value, one) for one in shape.values):
        return False
    if isinstance(value, str):
        return shape.texts.accepts(value)
    if isinstance(value, list):
        return _accepts_items(shapes, shape, value)
    if isinstance(value, dict):
        return _accepts_members(shapes, shape, value)
    return in_range(shape, value) if type_of(value) in {"integer", FRACTION} else True


def in_range(shape: Shape, number: float) -> bool:
    """Tell whether a number is within the bounds."""
    return (shape.least is None or shape.least <= number) and (shape.most is None or number <= shape.most)


def has_count(shape: Shape, count: int) -> bool:
    """Tell whether an array may have this many items."""
    least, most = shape.counts
    return least <= count and (most is None or count <= most)


def _accepts_items(shapes: Shapes, shape: Shape, value: list[Any]) -> bool:
    if not has_count(shape, len(value)):
        return False
    if shape.unique and any(same(one, other) for at, one in enumerate(value) for other in value[:at]):
        return False
    return all(accepts(shapes, shape.items, value=one) for one in value)


def _accepts_members(shapes: Shapes, shape: Shape, value: dict[str, Any]) -> bool:
    if not all(name in value for name in shape.required):
        return False
    return all(
        accepts(shapes, shape.names, value=name) and accepts(shapes, shape.member(name), value=member)
        for name, member in value.items()
    )


@dataclass(slots=True)
class Maker:
    """Makes smallest examples of one schema.

    Attributes:
        shapes: Of the schema.
        made: What was made before, by pointer.
        busy: The places around the one that is made: nothing smallest holds itself.
        values: How many values were made.
    """

    shapes: Shapes
    made: dict[str, Example | None] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)
    values: int = 0

    def make(self, place: Place) -> Example | None:
        """Return an example of a schema, None if the schema accepts nothing.

        Raises:
            NotDecidedError: a keyword or a pattern is not understood, or every example is too large.
        """
        shape = self.shapes.of(place)
        pointer = shape.place.pointer
        if shape.place.value is True:
            return Example("x")
        if pointer not in self.made:
            if pointer in self.busy:
                return None
            found = self._guarded(shape)
            if found is None and self.busy:  # perhaps only because it stood inside itself
                return None
            self.made[pointer] = found
        return self.made[pointer]

    def _guarded(self, shape: Shape) -> Example | None:
        self.values += 1
        if shape.opaque or len(self.busy) >= MAX_EXAMPLE_DEPTH or self.values > MAX_EXAMPLE_VALUES:
            raise NotDecidedError
        self.busy.append(shape.place.pointer)
        try:
            return next((found for one in shape.types if (found := self.of_type(shape, one))), None)
        finally:
            self.busy.pop()

    def of_type(self, shape: Shape, kind: str) -> Example | None:
        """Return an example of one type, None if there is none."""
        if shape.values is not None:
            return self._of_values(shape, kind)
        if kind == "string":
            text = example(shape.texts)
            return None if text is None else Example(text)
        if kind == "array":
            return self.array(shape, [])
        if kind == "object":
            return self.object(shape, {})
        return next((Example(one) for one in simple_values(shape, kind)), None)

    def _of_values(self, shape: Shape, kind: str) -> Example | None:
        fitting = (one for one in shape.values or () if type_of(one) == kind)
        return next((Example(one) for one in fitting if accepts(self.shapes, shape.place, value=one)), None)

    def array(self, shape: Shape, items: list[Any], *, count: int | None = None) -> Example | None:
        """Return an array that begins with these items and has the fewest, or `count`; None if there is none."""
        wanted = max(shape.counts[0], len(items)) if count is None else count
        if not has_count(shape, wanted):
            return None
        if wanted == len(items):
            return Example(items)
        found = self.make(shape.items)
        if found is None:
            return None
        self.values += wanted
        if self.values > MAX_EXAMPLE_VALUES or (shape.unique and wanted > 1):
            raise NotDecidedError
        return Example(items + [found.value] * (wanted - len(items)))

    def object(self, shape: Shape, members: dict[str, Any]) -> Example | None:
        """Return an object with these members and those that are required; None if there is none."""
        built = dict(members)
        for name in shape.required:
            if name not in built:
                found = self.make(shape.member(name)) if accepts(self.shapes, shape.names, value=name) else None
                if found is None:
                    return None
                built[name] = found.value
        return Example(built)


def simple_values(shape: Shape, kind: str) -> Iterator[Any]:
    """Yield null, the truth values, or some numbers that a schema without enumeration accepts."""
    if kind == "null":
        yield None
    elif kind == "boolean":
        yield from (True, False)
    else:
        yield from numbers_of(shape, kind)


def numbers_of(shape: Shape, kind: str, *bounds: float | None) -> Iterator[float]:
    """Yield numbers of one type that are within the bounds of a schema: those beside its bounds and some others."""
    for bound in (0, shape.least, shape.most, *bounds):
        if bound is not None:
            whole = -int(-bound // 1)
            near = (whole - 1, whole, whole + 1) if kind == "integer" else (bound + _HALF, bound - _HALF, bound)
            yield from (number for number in near if in_range(shape, number) and type_of(number) == kind)

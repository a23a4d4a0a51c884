# SPDX-License-Identifier: EUPL-1.2
"""What one schema asks of a value, apart for each type of value.

Rules: a keyword that is not known here is named in `opaque`; who decides must not overlook it. An annotation asks
nothing. ``not`` is known around a pattern only: it refuses whatever is no text, and texts with the pattern. ``anyOf``
is known where each alternative is for other types: then each type has one alternative.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from kgbx.interop.schemas import Place, Schema, has_own_base, is_annotation
from kgbx.interop.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

FRACTION: Final = "fraction"
EVERY_TYPE: Final = ("null", "boolean", "integer", FRACTION, "string", "array", "object")
_NUMBERS: Final = ("integer", FRACTION)
TRUE: Final = Place("(absent)", value=True)
"""What a schema says where it says nothing."""

KNOWN: Final = {
    *("type", "enum", "const"),
    *("minLength", "maxLength", "pattern", "not"),
    *("minimum", "maximum"),
    *("items", "minItems", "maxItems", "uniqueItems"),
    *("properties", "required", "additionalProperties", "propertyNames"),
}
"""Keywords that are understood; ``anyOf`` besides where it stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a schema asks; references are followed.

    Attributes:
        place: The schema.
        types: Types that are accepted; `number` is `integer` and `fraction`.
        values: If given: only these.
        texts: Which strings.
        least: Smallest number, None for no limit.
        most: Largest number, None for no limit.
        items: Of an array.
        counts: Smallest and largest number of items, None for no limit.
        unique: No item twice.
        members: The schema of each named member.
        required: Names that must be there.
        others: The schema of a member without a name here.
        names: The schema of the names.
        opaque: Keywords that are not known here.
    """

    place: Place
    types: tuple[str, ...] = EVERY_TYPE
    values: tuple[Any, ...] | None = None
    texts: Texts = field(default_factory=Texts)
    least: float | None = None
    most: float | None = None
    items: Place = TRUE
    counts: tuple[int, int | None] = (0, None)
    unique: bool = False
    members: Mapping[str, Place] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    others: Place = TRUE
    names: Place = TRUE
    opaque: tuple[str, ...] = ()

    def member(self, name: str) -> Place:
        """Return the schema of a member."""
        return self.members.get(name, self.others)


@dataclass(slots=True)
class Shapes:
    """The shapes of one schema, each made once."""

    schema: Schema
    made: dict[str, Shape] = field(default_factory=dict)

    def of(self, place: Place) -> Shape:
        """Return the shape of a place."""
        if place is TRUE:
            return Shape(place=TRUE)
        found = self.made.get(place.pointer)
        if found is None:
            found = self.made[place.pointer] = self._made(place, self.schema.resolved(place))
        return found

    def _made(self, asked: Place, place: Place | None) -> Shape:
        if place is None:
            return Shape(place=asked, opaque=("$ref",))
        if isinstance(place.value, dict) and _asks(place.value) == ["anyOf"]:
            branches = [self.schema.resolved(place.inside("anyOf", at)) for at in range(len(place.value["anyOf"]))]
            return _united(place, [_shape(one) for one in branches if one is not None], len(branches))
        return _shape(place)


def _united(place: Place, branches: list[Shape], count: int) -> Shape:
    """Return the shape of alternatives that have no type in common."""
    types = [kind for one in branches for kind in one.types]
    numeric = [one for one in branches if set(_NUMBERS) & set(one.types)]
    plain = all(one.values is None and not one.opaque for one in branches)
    if not plain or len(branches) < count or len(types) > len(set(types)) or len(numeric) > 1:
        return Shape(place=place, opaque=("anyOf",))
    united = Shape(place=place, types=tuple(kind for kind in EVERY_TYPE if kind in types))
    for branch in branches:
        asked = {name: getattr(branch, name) for kind in branch.types for name in _OF_TYPE.get(kind, ())}
        united = replace(united, **asked)
    return united


_OF_TYPE: Final = {
    "string": ("texts",),
    "integer": ("least", "most"),
    FRACTION: ("least", "most"),
    "array": ("items", "counts", "unique"),
    "object": ("members", "required", "others", "names"),
}
"""Which attributes of a shape speak of which type."""


def _shape(place: Place) -> Shape:
    value = place.value
    if isinstance(value, bool):
        return Shape(place=place, types=EVERY_TYPE if value else ())
    return Shape(
        place=place,
        types=_types(value),
        values=_values(value),
        texts=_texts(value),
        least=value.get("minimum"),
        most=value.get("maximum"),
        items=place.inside("items") if "items" in value else TRUE,
        counts=(value.get("minItems", 0), value.get("maxItems")),
        unique=value.get("uniqueItems", False),
        members={name: place.inside("properties", name) for name in value.get("properties", ())},
        required=tuple(value.get("required", ())),
        others=place.inside("additionalProperties") if "additionalProperties" in value else TRUE,
        names=place.inside("propertyNames") if "propertyNames" in value else TRUE,
        opaque=(*_opaque(value), *(("$id",) if has_own_base(place) else ())),
    )


def _types(value: dict[str, Any]) -> tuple[str, ...]:
    said = value.get("type", list(EVERY_TYPE))
    named = set([said] if isinstance(said, str) else said)
    named |= set(_NUMBERS) if "number" in named else set()
    named &= {"string"} if "not" in value else named
    return tuple(one for one in EVERY_TYPE if one in named)


def _values(value: dict[str, Any]) -> tuple[Any, ...] | None:
    """Return the values of ``enum`` and ``const``; both: those of ``enum``, which are tried with ``const`` later."""
    if "enum" in value:
        return tuple(value["enum"])
    return (value["const"],) if "const" in value else None


def _texts(value: dict[str, Any]) -> Texts:
    return Texts(
        least=value.get("minLength", 0),
        most=value.get("maxLength"),
        patterns=frozenset([value["pattern"]] if "pattern" in value else []),
        refused=frozenset([value["not"]["pattern"]] if _refuses_pattern(value) else []),
    )


def _refuses_pattern(value: dict[str, Any]) -> bool:
    refused = value.get("not")
    return isinstance(refused, dict) and "pattern" in refused and _asks(refused) == ["pattern"]


def _asks(value: dict[str, Any]) -> list[str]:
    return [key for key in value if not is_annotation(key)]


def _opaque(value: dict[str, Any]) -> list[str]:
    unknown = [key for key in _asks(value) if key not in KNOWN]
    unknown += ["not"] if "not" in value and not _refuses_pattern(value) else []
    return unknown + (["const"] if {"enum", "const"} <= value.keys() else [])


def same(first: object, second: object) -> bool:
    """Tell whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    return _spelled(first) == _spelled(second)


def _spelled(value: object) -> str:
    """Return the one spelling of a value, a whole number without a fraction."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_spelled(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spelled, value)) + "]"
    return json.dumps(value)

# SPDX-License-Identifier: EUPL-1.2
"""Reading a JSON Schema 2020-12 from elsewhere: what is used of it later has the right shape from here on.

Rules: everything that is wrong is told at once, with pointers; a reference that leads nowhere is wrong; a keyword that
is not known here is left alone, and whoever meets it does not decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from kgbx.canonical import parse
from kgbx.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MOST_DIGITS: Final = 9
TYPES: Final = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})

ONE_SCHEMA: Final = frozenset({"items", "additionalProperties", "propertyNames", "not"})
LISTED_SCHEMAS: Final = frozenset({"allOf", "anyOf"})
NAMED_SCHEMAS: Final = frozenset({"properties", "$defs"})
ANNOTATIONS: Final = {
    *("$schema", "$id", "$comment", "$defs"),
    *("title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A schema and where it stands.

    Attributes:
        pointer: JSON Pointer from the root of its file.
        value: An object, or true or false.
    """

    pointer: str
    value: dict[str, Any] | bool

    def inside(self, *keys: str | int) -> Place:
        """Return the schema that stands deeper."""
        found: Any = self.value
        for key in keys:
            found = found[key]
        return Place(self.pointer + "".join(f"/{escaped(str(key))}" for key in keys), found)


@dataclass(slots=True)
class Schema:
    """A schema that was read: its root and, for references, every schema in it by its pointer."""

    root: Place
    places: dict[str, Place] = field(default_factory=dict)

    def resolved(self, place: Place) -> Place | None:
        """Follow references; None when they lead in a circle, or elsewhere."""
        seen = set()
        while isinstance(place.value, dict) and _refers(place.value):
            if place.pointer in seen:
                return None
            seen.add(place.pointer)
            found = self._next(place, place.value)
            if found is None:
                return None
            place = found
        return place

    def _next(self, place: Place, value: dict[str, Any]) -> Place | None:
        return self.places.get(_target(value["$ref"])) if "$ref" in value else place.inside("allOf", 0)


def escaped(name: str) -> str:
    """Return a member name as a part of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _target(reference: str) -> str:
    return unquote(reference.removeprefix("#"))


def _refers(value: dict[str, Any]) -> bool:
    """Tell whether a schema says nothing itself: a reference, or ``allOf`` around one schema."""
    asked = [key for key in value if not is_annotation(key)]
    return asked == ["$ref"] or (asked == ["allOf"] and len(value["allOf"]) == 1)


def is_annotation(keyword: str) -> bool:
    """Tell whether a keyword says nothing about which values are accepted."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def read_schema(data: bytes) -> Schema:
    """Return a schema.

    Args:
        data: JSON text of one JSON Schema 2020-12.

    Raises:
        DocumentError: no guarded JSON; D_SCHEMA with pointers: no JSON Schema; D_VERSION: of another dialect.
    """
    value: Any = parse(data)
    if not isinstance(value, dict | bool):
        raise DocumentError.single("D_SCHEMA")
    if isinstance(value, dict) and value.get("$schema", DIALECT) != DIALECT:
        raise DocumentError.single("D_VERSION", "/$schema")
    schema = Schema(Place("", value))
    wrong = list(_collect(schema)) or list(_dangling(schema))
    if wrong:
        raise DocumentError(Problem.of_shape("D_SCHEMA", pointer) for pointer in wrong)
    return schema


def _collect(schema: Schema) -> Iterator[str]:
    """Note every schema inside by its pointer; yield the pointers of what has the wrong shape."""
    waiting = [schema.root]
    while waiting:
        place = waiting.pop()
        schema.places[place.pointer] = place
        if isinstance(place.value, dict):
            yield from (f"{place.pointer}/{key}" for key in place.value if not _is_right(key, place.value[key]))
            waiting += reversed(list(_children(place)))


def has_own_base(place: Place) -> bool:
    """Tell whether references inside start elsewhere than at the root of the file."""
    return bool(place.pointer) and isinstance(place.value, dict) and "$id" in place.value


def _children(place: Place) -> Iterator[Place]:
    members = place.value.items() if isinstance(place.value, dict) and not has_own_base(place) else ()
    for key, value in members:
        if key in ONE_SCHEMA and isinstance(value, dict | bool):
            yield place.inside(key)
        elif key in NAMED_SCHEMAS and isinstance(value, dict):
            yield from (place.inside(key, name) for name in value if isinstance(value[name], dict | bool))
        elif key in LISTED_SCHEMAS and isinstance(value, list):
            yield from (place.inside(key, at) for at, one in enumerate(value) if isinstance(one, dict | bool))


def _dangling(schema: Schema) -> Iterator[str]:
    """Yield the pointers of references within this file that lead to no schema."""
    for pointer, place in schema.places.items():
        reference = place.value.get("$ref") if isinstance(place.value, dict) else None
        if reference is not None and reference[:2] in {"#", "#/"} and not _exists(schema, _target(reference)):
            yield f"{pointer}/$ref"


def _exists(schema: Schema, pointer: str) -> bool:
    """Tell whether a pointer leads somewhere, be it to what is no schema."""
    value: Any = schema.root.value
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isascii() and name.isdigit() and len(name) < _MOST_DIGITS:
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value is not None


def _is_right(keyword: str, value: object) -> bool:
    check = _CHECKS.get(keyword)
    return check is None or check(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_schema(value: object) -> bool:
    return isinstance(value, dict | bool)


def _are_schemas(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict | bool) for one in value.values())


def _are_some_schemas(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict | bool) for one in value)


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value) and len({*value}) == len(value)


def _are_types(value: Any) -> bool:  # noqa: ANN401  # any JSON value
    named = [value] if isinstance(value, str) else value
    return _are_names(named) and bool(named) and TYPES.issuperset(named)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


_CHECKS: Final[dict[str, Callable[[object], bool]]] = {
    "$ref": _is_text,
    "type": _are_types,
    "enum": _is_list,
    "required": _are_names,
    "pattern": _is_text,
    "uniqueItems": _is_flag,
    **dict.fromkeys(NAMED_SCHEMAS, _are_schemas),
    **dict.fromkeys(LISTED_SCHEMAS, _are_some_schemas),
    **dict.fromkeys(ONE_SCHEMA, _is_schema),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_count),
    **dict.fromkeys(("minimum", "maximum"), _is_number),
}
"""What the value of each keyword must be."""

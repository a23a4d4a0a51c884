# SPDX-License-Identifier: EUPL-1.2
"""Documents and records whose shape is right, written from the published schema, keyword by keyword.

Rules: a member that may be left out is left out half of the time; ids are drawn from a small pool so that records name
each other; a string with a pattern is one of a few that fit it, the first and last that do among them. The rules of the
family case may be broken, and references may lead nowhere: for what is right in all see :mod:`.families`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from hypothesis import strategies as st

from kgbx.canonical import dumps, parse
from kgbx.case import RECORD_TYPES
from kgbx.case.fields import (
    ANY_ORG_PATTERN,
    BASE64URL_PATTERN,
    DIGEST_PATTERN,
    LANGUAGE_PATTERN,
    MEDIA_TYPE_PATTERN,
    MOMENT_PATTERN,
    ORG_PATTERN,
    PARTY_PATTERN,
    PROVISION_PATTERN,
    SALT_PATTERN,
    UUID4_PATTERN,
)
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.clock import DAY_PATTERN, INSTANT_PATTERN, PARTIAL_DATE_PATTERN
from kgbx.errors import UsageError
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from kgbx.case import BareRecord

Schema = dict[str, Any]

_EXAMPLES: Final[dict[str, list[str]]] = {
    ORG_PATTERN: [f"urn:osb:oin:00000099{number:012d}" for number in (0, 1000, 2000)],
    SALT_PATTERN: ["AAAAAAAAAAAAAAAAAAAAAA", "zY_-0123456789abcdefgw"],
    DIGEST_PATTERN: ["A" * 43, "z" * 42 + "8"],
    BASE64URL_PATTERN: ["AA", "e30", "zY_-0123", "zY_-0123AAA"],
    INSTANT_PATTERN: ["1000-01-01T00:00:00Z", "2025-03-30T00:59:59Z", "2026-03-01T10:00:00Z", "2999-12-31T23:59:59Z"],
    DAY_PATTERN: ["1000-01-01", "2024-02-29", "2026-03-01", "2999-12-31"],
    PARTIAL_DATE_PATTERN: ["1000", "1986", "2008-02-29", "2010-12", "2016", "2024-02-29", "2026-03-01", "2999"],
    LANGUAGE_PATTERN: ["nl", "ar", "nl-BE", "zh-Hant-TW", "es-419"],
    PARTY_PATTERN: [f"00000000-0000-4000-8000-{number:012x}" for number in range(3)] + ["urn:osb:oin:" + "0" * 20],
    ANY_ORG_PATTERN: ["*", f"urn:osb:oin:00000099{1000:012d}"],
    MOMENT_PATTERN: ["1000-01-01", "2024-02-29", "2026-03-01T10:00:00Z", "2999-12-31T23:59:59Z"],
    PROVISION_PATTERN: ["JW-7.3.11-4", "BW-1:240", "NOOD"],
    MEDIA_TYPE_PATTERN: ["application/pdf", "image/svg+xml"],
    "^[A-Z]{2}$": ["NL", "BE"],
    "^[A-Za-z]$": ["a", "Z"],
    "^[1-9][0-9]{0,4}$": ["1", "99999"],
    "^[0-9A-Za-z][0-9A-Za-z.:/_-]*$": ["999990019", "999990020", "A-1", "0" * 60],
}

SCHEMA: Final = cast("Schema", parse(schemas_path("family-case-1.0.schema.json").read_bytes()))
"""The published schema."""

POOL: Final = tuple(f"00000000-0000-4000-8000-{number:012x}" for number in range(12))
"""Ids that are drawn: few, so that records name each other."""

TEXTS: Final = ("Ik wil dat het rustig wordt.", "Papa was boos.", "é", "\U0001f642 ok", "regel 1\nregel 2")


@cache
def of_schema(reference: str) -> st.SearchStrategy[Any]:
    """Return values of a definition of the schema."""
    return _of(SCHEMA["$defs"][reference])


def _of(schema: Schema) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return st.deferred(lambda: of_schema(name))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _BY_TYPE[_type(schema)](schema)


def _type(schema: Schema) -> str:
    return "json" if isinstance(schema["type"], list) else schema["type"]


def _string(schema: Schema) -> st.SearchStrategy[str]:
    if schema.get("pattern") == UUID4_PATTERN:
        return st.sampled_from(POOL)
    if schema["pattern"].startswith("^[^"):
        fits = [
            text for text in TEXTS if len(text) <= schema["maxLength"] and ("\n" not in text or "not" not in schema)
        ]
        return st.sampled_from(fits)
    return st.sampled_from(_EXAMPLES[schema["pattern"]])


def _array(schema: Schema) -> st.SearchStrategy[list[Any]]:
    most = min(schema.get("maxItems", 3), 3)
    return st.lists(_of(schema["items"]), min_size=schema.get("minItems", 0), max_size=most)


def _object(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    if "properties" not in schema:
        return st.dictionaries(st.just("https://example.org/x"), of_schema("Json"), max_size=1)
    members = {name: _of(member) for name, member in schema["properties"].items()}
    required = {name: members.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=members)


def _json(_schema: Schema) -> st.SearchStrategy[Any]:
    leaves = st.sampled_from(["", "x"]) | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    names = st.sampled_from(["a", "b c"])
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2), max_leaves=4
    )


_BY_TYPE: Final = {
    "string": _string,
    "array": _array,
    "object": _object,
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "boolean": lambda _schema: st.booleans(),
    "json": _json,
}

_MOST_ARRAYS: Final = 8


@st.composite
def _documents(draw: st.DrawFn) -> dict[str, Any]:
    """Return a document with a few of its members: with all of them, drawing takes longer than testing."""
    optional = sorted(set(SCHEMA["properties"]) - set(SCHEMA["required"]))
    chosen = draw(st.lists(st.sampled_from(optional), max_size=_MOST_ARRAYS, unique=True))
    members = {name: SCHEMA["properties"][name] for name in (*SCHEMA["required"], *chosen)}
    return {name: draw(_of(member)) for name, member in members.items()}


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents whose shape is right, as JSON values; rules may be broken."""
    return _documents()


def records(array: str | None = None) -> st.SearchStrategy[BareRecord]:
    """Return records of one type, or of any; their references may lead nowhere.

    Args:
        array: Name of the array in which the records stand, such as ``statements``.

    Raises:
        UsageError: U_ARGUMENT, there is no such array.
    """
    if array is not None and array not in TYPE_OF_ARRAY:
        raise UsageError
    arrays = tuple(row.array for row in RECORD_TYPES) if array is None else (array,)
    return _records(arrays)


@st.composite
def _records(draw: st.DrawFn, arrays: tuple[str, ...]) -> BareRecord:
    model = TYPE_OF_ARRAY[draw(st.sampled_from(arrays))].model
    return model.model_validate_json(dumps(draw(of_schema(model.__name__))))

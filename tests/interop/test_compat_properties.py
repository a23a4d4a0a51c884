# SPDX-License-Identifier: EUPL-1.2
"""Answers about schemas that nobody thought of: small ones made at random, and edits of the published one."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.interop import compare_schemas
from tests.case.strategies import SCHEMA, documents
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]
NAMES: Final = ["a", "b", "ab"]
SMALL: Final = st.integers(0, 2)
PATTERNS: Final = ["^a", "b$", "^[ab]*$", "^a{1,2}$", "^(?:a|bc)$", "a"]
LEAVES: Final = st.sampled_from([None, True, False, 0, 1, 2, 3, 0.5, "", "a", "b", "ab", "bc", "aab"])
VALUES: Final = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "c"]), inner, max_size=3),
    max_leaves=5,
)
TYPES: Final = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Schema]:
    """Return schemas with any of the keywords, some of them without any sense."""
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "minimum": SMALL | st.just(0.5),
            "maximum": SMALL,
            "minLength": SMALL,
            "maxLength": SMALL,
            "pattern": st.sampled_from(PATTERNS),
            "not": st.sampled_from([{"pattern": "b"}, {"pattern": "^a"}]),
            "items": inner,
            "minItems": SMALL,
            "maxItems": SMALL,
            "uniqueItems": st.booleans(),
            "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
            "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
            "additionalProperties": inner,
            "propertyNames": st.fixed_dictionaries({}, optional={"maxLength": SMALL, "pattern": st.just("^a")}),
        },
    )


LEAF_SCHEMAS: Final = (
    st.booleans()
    | st.builds(lambda name: {"$ref": f"#/$defs/{name}"}, st.sampled_from(["x", "y"]))
    | st.builds(lambda values: {"enum": values}, st.lists(LEAVES, max_size=4))
    | st.builds(lambda value: {"const": value}, VALUES)
    | st.sampled_from([{"type": "string", "maxLength": 1}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}])
)
NODES: Final = st.recursive(LEAF_SCHEMAS, keywords, max_leaves=6)


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Return a schema that may refer to itself."""
    return draw(keywords(NODES)) | {"$defs": {"x": draw(keywords(NODES)), "y": draw(keywords(NODES))}}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    """Return two schemas, half of the time the second an edit of the first."""
    old = draw(schemas())
    if draw(st.booleans()):
        return old, draw(schemas())
    return old, {key: value for key, value in {**old, **draw(keywords(NODES))}.items() if draw(st.integers(0, 3))} | {
        "$defs": old["$defs"]
    }


def validator(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema)


def verdict(old: Schema, new: Schema) -> str:
    return compare_schemas(json.dumps(old).encode(), json.dumps(new).encode()).verdict


class TestAnswersHold:
    """What is proven is never contradicted by a value, and every example is one."""

    @given(pairs(), st.lists(VALUES, max_size=12))
    @settings(max_examples=scaled(quick=40, ci=150, long=30_000))
    def test_on_small_schemas(self, pair: tuple[Schema, Schema], values: list[Any]) -> None:
        old, new = map(validator, pair)
        found = compare_schemas(*(json.dumps(schema).encode() for schema in pair))
        examples = [refusal.example for refusal in found.refusals]
        assert [(old.is_valid(one), new.is_valid(one)) for one in examples] == [(True, False)] * len(examples)
        contradictions = [one for one in values if old.is_valid(one) and not new.is_valid(one)]
        assert not found or contradictions == []

    @given(schemas())
    @settings(max_examples=scaled(quick=30, ci=40, long=3000))
    def test_a_schema_never_refuses_what_it_accepts(self, schema: Schema) -> None:
        assert verdict(schema, schema) != "refused"


Member = tuple[str, str]
OBJECTS: Final = sorted(name for name, node in SCHEMA["$defs"].items() if "properties" in node)
MEMBERS: Final = [(name, member) for name in OBJECTS for member in sorted(SCHEMA["$defs"][name]["properties"])]


def members_with(keyword: str) -> list[Member]:
    """Return the members of the published schema that have a keyword, and no search beyond the limits."""
    found = [(name, member) for name, member in MEMBERS if keyword in SCHEMA["$defs"][name]["properties"][member]]
    return [(name, member) for name, member in found if name != "Contribution"]


def optional_members() -> list[Member]:
    return [(name, member) for name, member in MEMBERS if member not in SCHEMA["$defs"][name].get("required", ())]


def required_members() -> list[Member]:
    return [(name, member) for name, member in MEMBERS if member in SCHEMA["$defs"][name].get("required", ())]


def drop(node: Schema, member: str) -> None:
    del node["properties"][member]
    node["required"] = [name for name in node.get("required", ()) if name != member]


def require(node: Schema, member: str) -> None:
    node.setdefault("required", []).append(member)


def release(node: Schema, member: str) -> None:
    node["required"].remove(member)


def add(node: Schema, member: str) -> None:
    node["properties"][f"{member}_new"] = {"type": "string"}


def shift(keyword: str, by: int) -> Callable[[Schema, str], None]:
    def edit(node: Schema, member: str) -> None:
        node["properties"][member][keyword] += by

    return edit


def fewer_codes(node: Schema, member: str) -> None:
    node["properties"][member]["enum"].pop()


def more_codes(node: Schema, member: str) -> None:
    node["properties"][member]["enum"].insert(0, "new_code")


def without(keyword: str) -> Callable[[Schema, str], None]:
    def edit(node: Schema, member: str) -> None:
        del node["properties"][member][keyword]

    return edit


def put(**keyword: Any) -> Callable[[Schema, str], None]:  # noqa: ANN401  # the value of any keyword
    def edit(node: Schema, member: str) -> None:
        node["properties"][member].update(keyword)

    return edit


NARROWER: Final = [
    (drop, MEMBERS),
    (require, optional_members()),
    (fewer_codes, members_with("enum")),
    (shift("maxLength", -1), members_with("maxLength")),
    (shift("minLength", 1), members_with("minLength")),
    (shift("minimum", 1), members_with("minimum")),
    (shift("maximum", -1), members_with("maximum")),
    (put(maxItems=0), members_with("items")),
    (put(uniqueItems=True), members_with("items")),
    (put(type="boolean"), members_with("pattern")),
    (put(pattern="^zz$"), members_with("pattern")),
]
WIDER: Final = [
    (add, MEMBERS),
    (release, required_members()),
    (more_codes, members_with("enum")),
    (shift("maxLength", 1), members_with("maxLength")),
    (shift("maximum", 1), members_with("maximum")),
    (put(type=["string", "null"]), members_with("enum")),
    *((without(keyword), members_with(keyword)) for keyword in ("pattern", "not", "maxLength", "minItems", "type")),
    *((without(keyword), members_with(keyword)) for keyword in ("propertyNames", "minLength", "enum", "items")),
]


@st.composite
def edited(draw: st.DrawFn, edits: list[Any]) -> Schema:
    """Return the published schema with one edit."""
    edit, places = draw(st.sampled_from(edits))
    name, member = draw(st.sampled_from(places))
    copied = copy.deepcopy(SCHEMA)
    edit(copied["$defs"][name], member)
    return copied


FEW: Final = settings(max_examples=scaled(quick=3, ci=12, long=2000))


class TestEditsOfThePublishedSchema:
    """Whoever changes the schema is told whether documents that were valid remain so."""

    @given(edited(WIDER), st.lists(documents, max_size=3))
    @FEW
    def test_what_widens_is_proven_and_documents_agree(self, new: Schema, values: list[Any]) -> None:
        assert verdict(SCHEMA, new) == "proven"
        assert [validator(new).is_valid(value) for value in values] == [True] * len(values)

    @given(edited(NARROWER))
    @FEW
    def test_what_narrows_is_refused_with_examples_that_hold(self, new: Schema) -> None:
        found = compare_schemas(json.dumps(SCHEMA).encode(), json.dumps(new).encode())
        shown = [refusal.example for refusal in found.refusals]
        validators = [validator(SCHEMA), validator(new)]
        assert shown
        assert [[one.is_valid(value) for one in validators] for value in shown] == [[True, False]] * len(shown)

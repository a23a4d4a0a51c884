# SPDX-License-Identifier: EUPL-1.2
"""Whether a schema accepts what another accepts: proven, refused with an example, or undecided, and never a guess."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from kgbx.errors import DocumentError
from kgbx.interop import Compatibility, Form, compare_schemas, schema_form
from kgbx.interop.values import Example, Maker
from tests.effort import scaled

Schema = dict[str, Any] | bool
DEEP = scaled(quick=1_500, ci=10_000, long=10_000)
"""More levels than Python's stack has room for."""


def compared(old: Schema, new: Schema) -> Compatibility:
    return compare_schemas(json.dumps(old).encode(), json.dumps(new).encode())


def is_shown(found: Compatibility, old: Schema, new: Schema) -> list[bool]:
    """Tell for each example whether other validators see it accepted by the one and refused by the other."""
    validators = [jsonschema_rs.Draft202012Validator(schema) for schema in (old, new)]
    return [[one.is_valid(refusal.example) for one in validators] == [True, False] for refusal in found.refusals]


def obj(**members: Schema) -> dict[str, Any]:
    return {"type": "object", "properties": members, "additionalProperties": False}


TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
ITEMS = {"type": "array", "items": TEXT}
NEXT = {"$ref": "#/$defs/n"}
NAMED = {"type": "object", "additionalProperties": WHOLE}

PROVEN: dict[str, tuple[Schema, Schema]] = {
    "nothing fits in anything": (False, False),
    "everything fits in everything": (True, {}),
    "a type among more": (TEXT, {"type": ["string", "null"]}),
    "a whole number is a number": (WHOLE, {"type": "number"}),
    "fewer codes": ({"enum": ["a"]}, {"enum": ["a", "b"]}),
    "one is one point zero": ({"const": 1}, {"enum": [1.0]}),
    "codes that fit a pattern": ({"enum": ["a", "b"]}, {"type": "string", "pattern": "^[ab]$"}),
    "a pattern with few texts": ({"type": "string", "pattern": "^[ab]$"}, {"enum": ["a", "b"]}),
    "both truth values": ({"type": "boolean"}, {"enum": [True, False]}),
    "few numbers": ({"type": "integer", "minimum": 1, "maximum": 2}, {"enum": [2, 1, 3]}),
    "wider bounds": ({"type": "number", "minimum": 0, "maximum": 9}, {"type": "number", "minimum": 0}),
    "a gap without whole numbers": ({"type": "integer", "minimum": 0.5}, {"type": "integer", "minimum": 1}),
    "longer": ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 4}),
    "more items": ({**ITEMS, "minItems": 2}, {**ITEMS, "minItems": 1}),
    "once at most is unique": ({**ITEMS, "maxItems": 1}, {**ITEMS, "uniqueItems": True}),
    "a new optional member": (obj(a=TEXT), obj(a=TEXT, b=TEXT)),
    "no longer required": ({**obj(a=TEXT), "required": ["a"]}, obj(a=TEXT)),
    "a member that could not be": (obj(a=False), obj(a=WHOLE)),
    "a member by its name or by the rest": (obj(a=WHOLE), NAMED),
    "names in names": ({**NAMED, "propertyNames": {"pattern": "^a"}}, {**NAMED, "propertyNames": {"minLength": 1}}),
    "an object that cannot be": ({**obj(a=False), "required": ["a"]}, False),
    "endless objects cannot be": ({"$ref": "#/$defs/n", "$defs": {"n": obj(a=NEXT) | {"required": ["a"]}}}, False),
    "items of arrays that cannot be": ({**ITEMS, "minItems": 3, "maxItems": 2}, {"type": "array", "items": WHOLE}),
    "annotations": (TEXT, {**TEXT, "title": "t", "x-other": 1, "$comment": "c"}),
    "what is not understood, twice": ({"format": "date"}, {"format": "date"}),
    "allOf around one": (TEXT, {"allOf": [TEXT], "description": "d"}),
    "anyOf by type": ({"type": ["string", "integer"]}, {"anyOf": [TEXT, {"type": "number"}]}),
    "not a pattern": ({"type": "string", "pattern": "^[ab]*$"}, {"not": {"pattern": "c"}}),
}

REFUSED: dict[str, tuple[Schema, Schema, str]] = {
    "a type less": ({"type": ["string", "null"]}, TEXT, ""),
    "a number need not be whole": ({"type": "number"}, WHOLE, ""),
    "one is not true": ({"const": 1}, {"const": True}, ""),
    "a code less": (obj(a={"enum": ["a", "b"]}), obj(a={"enum": ["a"]}), "/a"),
    "text where codes are": (TEXT, {"enum": ["", "a"]}, ""),
    "whole numbers where codes are": ({"type": "integer", "maximum": 3}, {"enum": [1, 2, 3]}, ""),
    "objects where codes are": ({"type": "object", "required": ["a"]}, {"enum": [1]}, ""),
    "narrower bounds": ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}, ""),
    "an upper bound": ({"type": "number"}, {"type": "number", "maximum": 5}, ""),
    "shorter": ({"type": "string", "maxLength": 4}, {"type": "string", "maxLength": 3}, ""),
    "another pattern": ({"type": "string", "pattern": "^[ab]$"}, {"type": "string", "pattern": "^a$"}, ""),
    "fewer items": (obj(a=ITEMS), obj(a={**ITEMS, "maxItems": 2}), "/a"),
    "items needed": (ITEMS, {**ITEMS, "minItems": 1}, ""),
    "unique items": (ITEMS, {**ITEMS, "uniqueItems": True}, ""),
    "another item": (ITEMS, {"type": "array", "items": WHOLE}, "/0"),
    "a member gone": (obj(a=TEXT, b=TEXT), obj(a=TEXT), "/b"),
    "a new required member": (obj(a=TEXT), {**obj(a=TEXT), "required": ["a"]}, ""),
    "now closed": ({"type": "object"}, obj(), "/"),
    "other members": (NAMED, {"type": "object", "additionalProperties": TEXT}, "/"),
    "a name that fits no longer": (NAMED, {**NAMED, "propertyNames": {"maxLength": 2}}, ""),
    "a named member whose name fits no longer": (
        obj(abc=TEXT),
        {**obj(abc=TEXT), "propertyNames": {"maxLength": 2}},
        "",
    ),
    "deep": (obj(a=obj(b=ITEMS)), obj(a=obj(b={"type": "array", "items": {"enum": ["x"]}})), "/a/b/0"),
    "a name with signs": ({"properties": {"a/b~c": TEXT}, "type": "object"}, obj(**{"a/b~c": WHOLE}), "/a~1b~0c"),
    "a text without": (True, {"not": {"pattern": "c"}}, ""),
    "no text": ({"type": "null"}, {"not": {"pattern": "c"}}, ""),
    "anything deeper": ({"type": "object"}, {"type": "object", "additionalProperties": {"$ref": "#"}}, "/"),
}

UNDECIDED: dict[str, tuple[Schema, Schema]] = {
    "a keyword of the new": (obj(a=TEXT), obj(a={"oneOf": [TEXT]})),
    "a keyword of the old": (obj(a={"patternProperties": {}}), obj(a=TEXT)),
    "a reference elsewhere": ({"$ref": "https://example.org/s"}, TEXT),
    "a reference in a circle": ({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, TEXT),
    "a reference with company": ({"$defs": {"a": TEXT}, "$ref": "#/$defs/a", "maxLength": 3}, {"maxLength": 2}),
    "a reference that is copied": ({"format": "x", "items": {"$ref": "#"}}, {"format": "x", "items": {"$ref": "#"}}),
    "a pattern that is not understood": (TEXT, {"type": "string", "pattern": "(?=a)"}),
    "alternatives of texts": (TEXT, {"anyOf": [{**TEXT, "maxLength": 3}, {**TEXT, "minLength": 4}]}),
    "alternatives of one type": (TEXT, {"anyOf": [{"maxLength": 3}, {"minLength": 4}]}),
    "a fraction among codes": ({"type": "number", "minimum": 0.5, "maximum": 0.5}, {"enum": [0.5]}),
    "an array where codes are": (ITEMS, {"enum": [[]]}),
    "another base": (obj(a={"$id": "https://example.org/a", **TEXT}), obj(a=TEXT)),
    "not around more than a pattern": (TEXT, {"not": {"pattern": "c", "type": "string"}}),
    "enum and const": ({"enum": [1, 2], "const": 1}, {"const": 1}),
}


@pytest.mark.parametrize(("old", "new"), PROVEN.values(), ids=PROVEN)
def test_what_remains_accepted_is_proven(old: Schema, new: Schema) -> None:
    found = compared(old, new)
    assert (found.verdict, bool(found), found.refusals, found.doubts) == ("proven", True, (), ())


@pytest.mark.parametrize(("old", "new", "pointer"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_longer_accepted_is_shown(old: Schema, new: Schema, pointer: str) -> None:
    found = compared(old, new)
    assert (found.verdict, bool(found), found.refusals[0].pointer) == ("refused", False, pointer)
    assert all(is_shown(found, old, new))


@pytest.mark.parametrize(("old", "new"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_is_not_understood_is_undecided(old: Schema, new: Schema) -> None:
    found = compared(old, new)
    assert (found.verdict, bool(found), len(found.refusals)) == ("undecided", False, 0)


def test_every_difference_is_told_with_its_places() -> None:
    found = compared(obj(a=TEXT, b=TEXT, c={"oneOf": []}), obj(a=WHOLE, c=TEXT))
    assert [(one.old, one.new) for one in found.refusals] == [
        ("/properties/a", "/properties/a"),
        ("/properties/b", "/additionalProperties"),
    ]
    assert [(one.old, one.new, one.keywords) for one in found.doubts] == [
        ("/properties/c", "/properties/c", ("oneOf",))
    ]


class TestRecursion:
    """A schema may refer to itself; the answer comes, and a deep schema fills no stack."""

    TREE = obj(children={"type": "array", "items": {"$ref": "#"}}, name=TEXT)

    def test_a_tree_fits_in_itself(self) -> None:
        assert compared(self.TREE, self.TREE).verdict == "proven"

    def test_a_smaller_tree_is_refused(self) -> None:
        small = obj(children={"type": "array", "items": {"$ref": "#"}, "maxItems": 1}, name=TEXT)
        assert compared(self.TREE, small).refusals[0].pointer == "/children"

    @staticmethod
    def chain(length: int, last: Schema, *, required: bool = False) -> dict[str, Any]:
        links = {
            f"d{at}": obj(n={"$ref": f"#/$defs/d{at + 1}"}) | ({"required": ["n"]} if required else {})
            for at in range(length)
        }
        return {"$ref": "#/$defs/d0", "$defs": {**links, f"d{length}": last}}

    @pytest.mark.parametrize("required", [False, True])
    def test_many_levels_are_compared(self, required: bool) -> None:  # noqa: FBT001  # a parameter
        deep = self.chain(DEEP, TEXT, required=required)
        assert compared(deep, deep).verdict == "proven" if not required else "undecided"

    def test_a_difference_too_deep_to_show_is_undecided(self) -> None:
        assert compared(self.chain(DEEP, TEXT), self.chain(DEEP, WHOLE)).verdict == "undecided"

    def test_a_difference_that_can_be_shown_is(self) -> None:
        assert compared(self.chain(40, TEXT), self.chain(40, WHOLE)).refusals[0].pointer == "/n" * 40

    def test_what_cannot_be_inside_itself_may_be_elsewhere(self) -> None:
        either = {"type": ["array", "object"], "items": NEXT, "minItems": 1}
        old = obj(p={"$ref": "#/$defs/x"}, q=NEXT)
        definitions = {"x": either, "n": obj(x={"$ref": "#/$defs/x"}) | {"required": ["x"]}}
        found = compared(old | {"$defs": definitions}, obj(p={"type": either["type"]}))
        assert [refusal.pointer for refusal in found.refusals] == ["/q"]

    def test_many_references_in_a_row_are_followed(self) -> None:
        row = {f"d{at}": {"$ref": f"#/$defs/d{at + 1}"} for at in range(DEEP)} | {f"d{DEEP}": TEXT}
        assert compared({"$ref": "#/$defs/d0", "$defs": row}, TEXT).verdict == "proven"


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ("[]", [""]),
        ("3", [""]),
        ('{"type": "text"}', ["/type"]),
        ('{"properties": {"a": 1, "b": {"type": 3}}}', ["/properties", "/properties/b/type"]),
        (
            '{"items": {"required": "a", "enum": {}, "minItems": -1}}',
            ["/items/required", "/items/enum", "/items/minItems"],
        ),
        ('{"allOf": [], "maximum": true, "uniqueItems": 1}', ["/allOf", "/maximum", "/uniqueItems"]),
        ('{"$ref": "#/$defs/a~1b"}', ["/$ref"]),
        ('{"items": {"$ref": "#/enum/7"}, "enum": [1]}', ["/items/$ref"]),
    ],
)
def test_what_is_no_schema_is_refused_with_its_places(text: str, pointers: list[str]) -> None:
    with pytest.raises(DocumentError) as caught:
        compare_schemas(text.encode(), b"{}")
    assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_SCHEMA", one) for one in pointers]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"$schema": "http://json-schema.org/draft-07/schema#"}', "D_VERSION"),
        (b'{"type": "string", "type": "string"}', "D_DUPLICATE_MEMBER"),
        (b"[" * 100_000, "D_DEPTH"),
        (b'{"minimum": NaN}', "D_NUMBER"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        compare_schemas(b"{}", data)
    assert caught.value.problems[0].code == code


class TestThePublishedSchema:
    """What is published is within what can be proven."""

    @pytest.mark.parametrize("form", ["strict", "codegen"])
    def test_it_accepts_what_it_accepts(self, form: Form) -> None:
        assert compare_schemas(schema_form(form), schema_form(form)).verdict == "proven"

    def test_the_form_for_generators_accepts_everything_that_the_strict_one_accepts(self) -> None:
        assert compare_schemas(schema_form("strict"), schema_form("codegen")).verdict == "proven"


def test_an_example_that_does_not_hold_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Maker, "object", lambda *_: Example({"unknown": 1}))
    found = compared(obj(a=TEXT), obj(a=WHOLE))
    assert (found.verdict, found.refusals) == ("undecided", ())

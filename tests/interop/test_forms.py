# SPDX-License-Identifier: EUPL-1.2
"""The forms for code generators and OpenAPI follow from the strict schema and accept what it accepts."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import openapi_spec_validator
import pytest
from hypothesis import given

from kgbx.resources import examples_path, schemas_path
from tests.case.strategies import SCHEMA, documents
from tests.case.test_schema import trapped
from tools.schema_forms import LEFT_OUT, codegen, openapi

CODEGEN: dict[str, Any] = json.loads(schemas_path("family-case-1.0.codegen.schema.json").read_bytes())
OPENAPI: dict[str, Any] = json.loads(schemas_path("family-case-1.0.openapi.json").read_bytes())
IN_OPENAPI = {"$ref": "#/components/schemas/FamilyCase", "components": OPENAPI["components"]}
FORMS = [jsonschema_rs.Draft202012Validator(form) for form in (SCHEMA, CODEGEN, IN_OPENAPI)]
DEFINITIONS: dict[str, Any] = CODEGEN["$defs"]


def nodes(value: object) -> list[dict[str, Any]]:
    """Return every object inside a value, itself included."""
    inside: list[Any] = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if isinstance(value, dict) else []) + [node for one in inside for node in nodes(one)]


class TestTheFormsAcceptWhatTheStrictSchemaAccepts:
    """A document that is valid is never refused by what was generated from another form."""

    @given(documents)
    def test_on_generated_documents(self, value: dict[str, Any]) -> None:
        assert [form.is_valid(value) for form in FORMS] == [True] * 3

    def test_on_the_example(self) -> None:
        value = json.loads(examples_path("journey", "case.json").read_bytes())
        assert [form.is_valid(value) for form in FORMS] == [True] * 3


def test_the_forms_accept_more_and_are_not_for_validating() -> None:
    value = trapped("statements", "about", [])
    assert [form.is_valid(value) for form in FORMS] == [False, True, True]


@pytest.mark.parametrize("change", [{"unknown": 1}, {"persons": [{}]}, {"schema": "x"}], ids=str)
def test_the_forms_still_refuse_what_no_generated_type_can_hold(change: dict[str, Any]) -> None:
    value = {"schema": SCHEMA["properties"]["schema"]["const"]} | change
    assert [form.is_valid(value) for form in FORMS] == [False] * 3


def test_the_openapi_form_is_valid() -> None:
    openapi_spec_validator.validate(OPENAPI)


def test_a_broken_openapi_form_would_be_seen() -> None:
    broken = OPENAPI | {"components": {"schemas": {"A": {"type": "nothing"}}}}
    with pytest.raises(openapi_spec_validator.validation.exceptions.OpenAPIValidationError):
        openapi_spec_validator.validate(broken)


def test_every_object_of_the_strict_schema_has_a_definition() -> None:
    assert set(SCHEMA["$defs"]) <= set(DEFINITIONS)
    assert set(DEFINITIONS) | {"FamilyCase"} == set(OPENAPI["components"]["schemas"])


def test_a_definition_has_its_name_as_title_and_a_member_has_none() -> None:
    assert {name: node["title"] for name, node in DEFINITIONS.items()} == {name: name for name in DEFINITIONS}
    members = [member for node in (CODEGEN, *DEFINITIONS.values()) for member in node.get("properties", {}).values()]
    assert [member for member in members if "title" in member] == []


def test_a_member_keeps_its_description_and_says_its_dutch_name() -> None:
    member = DEFINITIONS["Person"]["properties"]["birth_date"]
    assert member["description"].endswith(f"(nl: {SCHEMA['$defs']['Person']['properties']['birth_date']['title']})")


def test_what_confuses_generators_is_left_out() -> None:
    found = {key for node in nodes(CODEGEN) for key in node if key in LEFT_OUT and "properties" not in node}
    assert (found, [node for node in nodes(CODEGEN) if isinstance(node.get("type"), list)]) == (set(), [])


def test_every_code_list_is_a_definition() -> None:
    lists = {node["x-kgbx-codes"] for node in nodes(SCHEMA) if isinstance(node.get("x-kgbx-codes"), str)}
    assert lists == {node["x-kgbx-codes"] for node in DEFINITIONS.values() if "x-kgbx-codes" in node}


def test_a_part_of_a_code_list_is_named_after_its_member() -> None:
    assert set(DEFINITIONS["CollectedForCode"]["enum"]) < set(DEFINITIONS["PurposeCode"]["enum"])


def strict(**members: dict[str, Any]) -> dict[str, Any]:
    """Return a small strict schema."""
    said = {name: {"title": "t", "description": "d"} | member for name, member in members.items()}
    described = {"$id": "https://example.org/s", "x-kgbx-status": "draft", "description": "d", "type": "object"}
    return described | {"properties": said, "$defs": {"Json": {"description": "j"}}}


def test_two_parts_of_a_list_with_one_name_keep_their_codes() -> None:
    codes: dict[str, Any] = {"type": "string", "x-kgbx-codes": "k"}
    item = {"description": "d", "properties": {"a": codes | {"enum": ["2"], "title": "t", "description": "d"}}}
    made = strict(all=codes | {"enum": ["1", "2"]}, a=codes | {"enum": ["1"]})
    made["$defs"]["Item"] = item
    form = codegen(made)
    assert (form["$defs"]["ACode"]["enum"], form["properties"]["a"]["enum"]) == (["2"], ["1"])


def test_the_openapi_form_refers_to_its_own_components() -> None:
    made = openapi(strict(a={"type": "string", "pattern": "^urn:osb:oin:[0-9]{20}$"}), version="9.9")
    assert made["components"]["schemas"]["FamilyCase"]["properties"]["a"]["allOf"] == [
        {"$ref": "#/components/schemas/OrganisationUrn"}
    ]

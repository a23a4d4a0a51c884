# SPDX-License-Identifier: EUPL-1.2
"""What was valid on the day that the family case was frozen is valid for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from kgbx.case import FamilyCase
from kgbx.errors import DocumentError
from kgbx.resources import schemas_path

FOLDER = Path(__file__).parents[1] / "golden"
CASES = FOLDER / "family-case-1.0"
DIGESTS: dict[str, dict[str, str]] = json.loads((FOLDER / "digests.json").read_text())
VALID = sorted(path.name for path in CASES.glob("*.json"))
SHAPES = (CASES / "shapes.jsonl").read_bytes().splitlines()
SCHEMA: dict[str, Any] = json.loads((schemas_path() / "family-case-1.0.schema.json").read_bytes())
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)


def members(schema: dict[str, Any], place: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return the path of every member that a schema knows, arrays walked through."""
    named = schema.get("$ref")
    if named is not None:
        name = named.rsplit("/", 1)[-1]
        return set() if name in seen else members(SCHEMA["$defs"][name], place, (*seen, name))
    parts = [schema.get("items"), *(one for key in ("oneOf", "anyOf", "allOf") for one in schema.get(key, ()))]
    found = set[tuple[str, ...]]().union(*(members(one, place, seen) for one in parts if isinstance(one, dict)))
    for name, one in schema.get("properties", {}).items():
        found |= {(*place, name)} | members(one, (*place, name), seen)
    return found


def present(value: object, place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return the path of every member in a document, arrays walked through."""
    if isinstance(value, list):
        return set[tuple[str, ...]]().union(*(present(one, place) for one in value))
    if not isinstance(value, dict):
        return set()
    return set[tuple[str, ...]]().union(*({(*place, key)} | present(one, (*place, key)) for key, one in value.items()))


def codes(data: bytes) -> set[str]:
    """Return the codes of what is wrong with a document."""
    try:
        FamilyCase.from_json(data)
    except DocumentError as error:
        return {problem.code for problem in error.problems}
    return set()


def test_no_golden_document_was_changed_added_or_removed() -> None:
    for version, digests in DIGESTS.items():
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (FOLDER / version).iterdir()}
        assert files == digests


@pytest.mark.parametrize("name", VALID)
def test_a_golden_case_is_valid_and_is_written_with_what_was_read(name: str) -> None:
    data = (CASES / name).read_bytes()
    case = FamilyCase.from_json(data)
    assert json.loads(case.to_json()) == json.loads(FamilyCase.from_json(case.to_json()).to_json())
    assert present(json.loads(case.to_json())) == present(json.loads(data))


@pytest.mark.parametrize("name", VALID)
def test_a_golden_case_is_valid_by_the_published_schema(name: str) -> None:
    assert VALIDATOR.is_valid(json.loads((CASES / name).read_bytes()))


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_a_golden_shape_is_never_refused_for_its_shape(number: int) -> None:
    assert VALIDATOR.is_valid(json.loads(SHAPES[number]))
    assert {code[:7] for code in codes(SHAPES[number])} <= {"KGBX-R-"}


def test_every_member_of_the_schema_occurs_in_a_golden_shape() -> None:
    known = members(SCHEMA)
    assert known
    assert known - set[tuple[str, ...]]().union(*(present(json.loads(shape)) for shape in SHAPES)) == set()

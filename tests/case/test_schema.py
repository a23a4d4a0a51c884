# SPDX-License-Identifier: EUPL-1.2
"""The published schema and the models accept the same documents."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # publishes no types
import pytest
from hypothesis import given

from kgbx.resources import examples_path
from tests.case.builders import MOTHER, SMALLEST, TEAM, Value, document
from tests.case.judges import PYTHON, RUST, model_accepts
from tests.case.mutants import WRONG, changed, mutants, places
from tests.case.strategies import SCHEMA, documents
from tools import generate_schema


class TestModelsAndSchemaAgree:
    """pydantic models and published JSON Schema accept the same documents."""

    @given(documents)
    def test_on_documents_whose_shape_is_right(self, value: Value) -> None:
        assert [model_accepts(value), RUST.is_valid(value), PYTHON.is_valid(value)] == [True] * 3

    @given(mutants())
    def test_on_documents_with_one_mistake(self, value: object) -> None:
        assert model_accepts(value) == RUST.is_valid(value)

    @given(mutants())
    def test_on_documents_with_one_mistake_for_the_reference_validator(self, value: object) -> None:
        assert model_accepts(value) == PYTHON.is_valid(value)

    @pytest.mark.parametrize("array", SMALLEST)
    def test_on_every_wrong_value_at_every_place_of_the_smallest_record(self, array: str) -> None:
        value = document(**{array: [SMALLEST[array]]}, disputed=[MOTHER])
        mutated = [changed(value, place, wrong, how="replace") for place in places(value) for wrong in WRONG]
        assert [one for one in mutated if model_accepts(one) is not RUST.is_valid(one)] == []


TRAPS = {
    "boolean as a word": ("persons", "brp_secrecy", "yes"),
    "boolean as a number": ("persons", "brp_secrecy", 1),
    "true as a number": ("parental_authorities", "under_investigation", 1),
    "false where only true exists": ("parental_authorities", "under_investigation", False),
    "moment as a number": ("persons", "recorded_at", 1772359200),
    "moment without an offset": ("persons", "recorded_at", "2026-03-01T10:00:00"),
    "moment with a space": ("persons", "recorded_at", "2026-03-01 10:00:00Z"),
    "moment with a fraction": ("persons", "recorded_at", "2026-03-01T10:00:00.0Z"),
    "moment with another offset": ("persons", "recorded_at", "2026-03-01T11:00:00+01:00"),
    "leap second": ("persons", "recorded_at", "2026-12-31T23:59:60Z"),
    "day as a number": ("persons", "keep_until", 20260301),
    "moment for a day": ("persons", "keep_until", "2026-03-01T00:00:00"),
    "31 February": ("persons", "birth_date", "2015-02-31"),
    "29 February of a common year": ("persons", "birth_date", "2015-02-29"),
    "month 13": ("persons", "birth_date", "2015-13"),
    "year with a line end": ("persons", "birth_date", "2015\n"),
    "full-width digits": ("persons", "birth_date", "\uff12\uff10\uff11\uff15"),
    "id without dashes": ("persons", "id", MOTHER.replace("-", "")),
    "id as URN": ("persons", "id", f"urn:uuid:{MOTHER}"),
    "id in capitals": ("persons", "id", "00000000-0000-4000-8000-00000000000A"),
    "id of version 7": ("persons", "id", "00000000-0000-7000-8000-000000000001"),
    "id with a line end": ("persons", "id", f"{MOTHER}\n"),
    "salt with another spelling of the same bytes": ("persons", "salt", "AAAAAAAAAAAAAAAAAAAAAB"),
    "name with a line end": ("organisations", "name", "Lindeloo\n"),
    "name with an escape": ("organisations", "name", "Lindeloo\x1b[31m"),
    "organisation with a line end": ("organisations", "org", f"{TEAM}\n"),
    "number with a line end": ("identifiers", "value", "A1\n"),
    "null": ("persons", "birth_date", None),
    "list for a text": ("identifiers", "value", ["A1"]),
    "code of another list": ("persons", "sex", "akkoord"),
    "code in capitals": ("persons", "sex", "Man"),
    "no subject": ("statements", "about", []),
}
"""What some validator accepts that kgbx refuses: array, member, value."""


def trapped(array: str, member: str, value: object) -> Value:
    return document(**{array: [SMALLEST[array] | {member: value}]})


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_a_trap_is_refused_by_the_models_and_by_both_validators(trap: tuple[str, str, object]) -> None:
    value = trapped(*trap)
    assert [model_accepts(value), RUST.is_valid(value), PYTHON.is_valid(value)] == [False] * 3


def test_a_whole_number_with_a_fraction_is_refused_by_the_models_only() -> None:
    """JSON Schema cannot tell 1.0 from 1: the guard of numbers belongs to reading, as that of duplicate members."""
    value = trapped("households", "members", [{"person": MOTHER, "days_per_fortnight": 1.0}])
    assert [model_accepts(value), RUST.is_valid(value)] == [False, True]


def test_the_committed_schema_is_what_the_models_say() -> None:
    assert generate_schema.main(["--check"]) == 0


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", [name for name in SCHEMA["$defs"] if name != "Json"])
def test_every_object_is_closed_and_every_member_explained(name: str) -> None:
    definition = SCHEMA["$defs"][name]
    unexplained = [key for key, member in definition["properties"].items() if not {"title", "description"} <= {*member}]
    assert (definition["additionalProperties"], definition["type"], unexplained) == (False, "object", [])


@pytest.mark.parametrize("word", ['"null"', '"default"', '"anyOf"', '"oneOf"', "\\\\d", "\\\\w", "\\\\s"])
def test_the_schema_does_without(word: str) -> None:
    assert word not in json.dumps(SCHEMA)


def test_every_pattern_has_a_greatest_length() -> None:
    waiting: list[Any] = [SCHEMA]
    unbounded = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            open_ended = "pattern" in node and "maxLength" not in node and isinstance(node["pattern"], str)
            unbounded += [node["pattern"]] if open_ended and "$" in node["pattern"] else []
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    assert unbounded == []


def test_the_journey_is_valid_for_both_validators() -> None:
    value = json.loads(examples_path("journey", "case.json").read_bytes())
    assert [RUST.is_valid(value), PYTHON.is_valid(value)] == [True, True]

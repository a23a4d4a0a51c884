# SPDX-License-Identifier: EUPL-1.2
"""Registers are read before they are believed: no function that nobody knows, and nobody twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kgbx.consent.joins import read_registers
from kgbx.errors import DocumentError
from kgbx.resources import examples_path
from tests.case.builders import CHILD, GI, TEAM

ORGANISATION = {"id": TEAM, "function": "lokaal_team"}
PERSON = {"id": CHILD, "birth_date": "2016", "capable": True}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a misspelt function": ({"organisations": [ORGANISATION, {"id": GI, "function": "vrouwenopvnag"}]}, "D_CODE"),
    "two functions": ({"organisations": [ORGANISATION, ORGANISATION | {"function": "school"}]}, "D_CONFLICT"),
    "the same twice": ({"organisations": [ORGANISATION, ORGANISATION]}, "D_CONFLICT"),
    "two birth dates": ({"persons": [PERSON, PERSON | {"birth_date": "1990"}]}, "D_CONFLICT"),
}
PLACE = {"D_CODE": "/organisations/1/function", "two birth dates": "/persons/1/id"}


@pytest.mark.parametrize("name", WRONG)
def test_they_are_refused_with_the_place_and_without_the_value(name: str) -> None:
    members, code = WRONG[name]
    with pytest.raises(DocumentError) as caught:
        read_registers(json.dumps({"format": "kgbx-registers/1", **members}).encode())
    place = PLACE.get(name, PLACE.get(code, "/organisations/1/id"))
    assert [(one.code, one.pointer) for one in caught.value.problems] == [(code, place)]
    assert "vrouwenopvnag" not in str(caught.value)


def test_those_of_the_journey_are_read() -> None:
    assert len(read_registers(examples_path("journey", "registers.json").read_bytes()).organisations) > 1

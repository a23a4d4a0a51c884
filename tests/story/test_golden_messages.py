# SPDX-License-Identifier: EUPL-1.2
"""A body that was valid on the day of release is valid for ever; the digests are checked with those of the cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import jsonschema_rs
import pytest

from kgbx.resources import schemas_path
from kgbx.story import AnonymousAnswer, AnonymousQuestion
from kgbx.story.bodies import MESSAGE_TYPES, Cover, Typed

FOLDER: Final = Path(__file__).parents[1] / "golden" / "messages-1.0"
MODELS: Final[dict[str, type[Typed]]] = {
    **{row.name: row.model for row in MESSAGE_TYPES if row.model},
    "cover": Cover,
    "anonymous_consult_question": AnonymousQuestion,
    "anonymous_consult_answer": AnonymousAnswer,
}


def test_every_body_has_a_golden_document() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(MODELS)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_golden_body_is_read_and_written_back(name: str) -> None:
    data = (FOLDER / f"{name}.json").read_bytes()
    assert json.loads(MODELS[name].read(data).to_json()) == json.loads(data)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_golden_body_is_valid_by_the_published_schema(name: str) -> None:
    schema = json.loads(schemas_path("messages", f"{name}-1.0.schema.json").read_bytes())
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(json.loads((FOLDER / f"{name}.json").read_bytes()))

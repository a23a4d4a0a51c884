# SPDX-License-Identifier: EUPL-1.2
"""A released schema is never changed again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.resources import schemas_path
from tools.generate_schema import texts
from tools.released_schemas import problems

if TYPE_CHECKING:
    from pathlib import Path

RELEASED = {"$id": "https://example.org/1.0", "x-kgbx-status": "released"}


def written(folder: Path, schema: dict[str, Any]) -> dict[str, str]:
    """Write a schema; return the table in which it is released."""
    data = json.dumps(schema).encode()
    (folder / "s.json").write_bytes(data)
    return {"s.json": hashlib.sha256(data).hexdigest()}


def test_no_published_schema_breaks_the_rules() -> None:
    assert problems(schemas_path()) == []


def test_every_form_is_looked_at() -> None:
    names = {path.removeprefix("schemas/") for path in texts()}
    assert names <= {path.name for path in schemas_path().glob("*.json")}
    assert all("x-kgbx-status" in json.loads(text) for text in texts().values())


def test_a_released_schema_that_stands_in_the_table_is_good(tmp_path: Path) -> None:
    assert problems(tmp_path, written(tmp_path, RELEASED)) == []


def test_a_released_schema_must_stand_in_the_table(tmp_path: Path) -> None:
    written(tmp_path, RELEASED)
    assert problems(tmp_path, {}) == ["s.json: it is released and its digest is not in tools/released_schemas.py"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": "t"}, "has changed since"),
        ({"x-kgbx-status": "draft"}, "was released and says draft"),
        ({"x-kgbx-status": None}, "must be one of"),
        ({"$id": "https://example.org/1.0-draft"}, "names a draft"),
    ],
)
def test_a_change_after_release_is_seen(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    table = written(tmp_path, RELEASED)
    written(tmp_path, RELEASED | change)
    assert any(told in line for line in problems(tmp_path, table))


def test_a_released_schema_that_is_gone_is_seen(tmp_path: Path) -> None:
    assert problems(tmp_path, {"s.json": ""}) == ["s.json: it was released and is gone"]


def test_all_is_released_but_the_envelope_which_waits_for_a_standard() -> None:
    paths = {*schemas_path().glob("*.json"), *schemas_path().rglob("*.schema.json")}
    drafts = {path.parent.name for path in paths if json.loads(path.read_bytes())["x-kgbx-status"] == "draft"}
    assert drafts == {"envelope"}


def test_a_released_schema_in_a_folder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "s.schema.json").write_text(json.dumps(RELEASED), encoding="utf-8")
    told = "sub/s.schema.json: it is released and its digest is not in tools/released_schemas.py"
    assert problems(tmp_path, {}) == [told]

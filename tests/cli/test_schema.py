# SPDX-License-Identifier: EUPL-1.2
"""The schema on the command line: every form as published, and an answer about two versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]
    Write = Callable[[str, Any], Path]

TEXT = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}


@pytest.fixture
def schema(tmp_path: Path) -> Write:
    """Write a schema and return its path."""

    def write(name: str, value: Any) -> Path:  # noqa: ANN401  # a schema, or what is none
        path = tmp_path / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("strict", "family-case-1.0.schema.json"),
        ("codegen", "family-case-1.0.codegen.schema.json"),
        ("openapi", "family-case-1.0.openapi.json"),
    ],
)
def test_a_form_is_given_as_it_was_published(kgbx: Kgbx, tmp_path: Path, form: str, name: str) -> None:
    shown = kgbx("schema", "export", "--form", form)
    written = kgbx("schema", "export", "--form", form, "--out", tmp_path / name)
    published = schemas_path(name).read_bytes()
    assert [shown.out.encode(), (tmp_path / name).read_bytes()] == [published, published]
    assert [shown.status, written.status, written.out] == [0, 0, f"Written: {tmp_path / name}\n"]


def test_an_existing_file_is_not_overwritten(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    ran = kgbx("schema", "export", "--out", tmp_path / "there")
    assert (ran.status, (tmp_path / "there").read_text()) == (2, "mine")


def test_a_proof_is_status_0(kgbx: Kgbx, schema: Write) -> None:
    ran = kgbx("schema", "compat", schema("old", TEXT), schema("new", {"type": "object"}))
    assert (ran.status, ran.out.startswith("proven:")) == (0, True)


@pytest.mark.parametrize(("language", "words"), [("en", ["refused:", "example"]), ("nl", ["geweigerd:", "voorbeeld"])])
def test_a_refusal_is_status_1_and_shows_place_and_example(
    kgbx: Kgbx, schema: Write, language: str, words: list[str]
) -> None:
    new = TEXT | {"properties": {"a": {"type": "string", "maxLength": 99}}}
    ran = kgbx("--lang", language, "schema", "compat", schema("old", TEXT), schema("new", new))
    assert (ran.status, [word in ran.out for word in words]) == (1, [True, True])
    assert all(part in ran.out for part in ("  /a\n", "/properties/a\n", f'{{"a": "{"a" * 20}… (100)"}}'))


@pytest.mark.parametrize("pattern", ["(", "(?P<x>a)", r"(a)\1"])
def test_a_pattern_that_is_not_understood_is_named(kgbx: Kgbx, schema: Write, pattern: str) -> None:
    new = {"type": "string", "pattern": pattern}
    ran = kgbx("schema", "compat", schema("old", {"type": "string"}), schema("new", new))
    assert (ran.status, "not understood: pattern" in ran.out) == (1, True)


@pytest.mark.parametrize(("language", "words"), [("en", "not understood: oneOf"), ("nl", "niet begrepen: oneOf")])
def test_what_is_undecided_is_status_1_and_names_the_keyword(
    kgbx: Kgbx, schema: Write, language: str, words: str
) -> None:
    ran = kgbx("--lang", language, "schema", "compat", schema("old", TEXT), schema("new", {"oneOf": [TEXT]}))
    assert (ran.status, words in ran.out) == (1, True)


def test_a_pattern_that_is_too_hard_is_told(kgbx: Kgbx, schema: Write) -> None:
    ran = kgbx("schema", "compat", schema("old", TEXT), schema("new", {"propertyNames": {"pattern": "(?=a)"}}))
    assert (ran.status, "a pattern of names too hard" in ran.out) == (1, True)


def test_many_places_are_counted(kgbx: Kgbx, schema: Write) -> None:
    wide = TEXT | {"properties": {f"m{at}": {"type": "string"} for at in range(15)}}
    ran = kgbx("schema", "compat", schema("old", wide), schema("new", TEXT))
    assert (ran.status, "and 5 more; --json gives all of them" in ran.out) == (1, True)


def test_json_gives_one_object_with_everything(kgbx: Kgbx, schema: Write) -> None:
    ran = kgbx("schema", "compat", schema("old", TEXT), schema("new", {"enum": [1]}), "--json")
    assert ran.status == 1
    assert ran.json == {
        "verdict": "refused",
        "refusals": [{"pointer": "", "old": "", "new": "", "example": {}}],
        "undecided": [],
    }


def test_a_file_that_is_no_schema_is_status_2_and_named(kgbx: Kgbx, schema: Write) -> None:
    bad = schema("bad", {"type": "text", "items": 3})
    ran = kgbx("schema", "compat", schema("old", TEXT), bad, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_UNREADABLE")
    assert [part in ran.err for part in (str(bad), "D_SCHEMA /type", "D_SCHEMA /items")] == [True] * 3


def test_another_dialect_is_status_6(kgbx: Kgbx, schema: Write) -> None:
    other = schema("other", {"$schema": "http://json-schema.org/draft-07/schema#"})
    assert kgbx("schema", "compat", other, other).status == 6


def test_a_file_that_is_not_there_is_status_5(kgbx: Kgbx, tmp_path: Path) -> None:
    assert kgbx("schema", "compat", tmp_path / "none", tmp_path / "none").status == 5


def test_an_exported_file_is_named_in_the_json(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("schema", "export", "--form", "codegen", "--out", tmp_path / "schema.json", "--json")
    assert (ran.json, (tmp_path / "schema.json").is_file()) == (
        {"form": "codegen", "out": str(tmp_path / "schema.json")},
        True,
    )

# SPDX-License-Identifier: EUPL-1.2
"""The published code lists: complete, well formed, and the only values that a member accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kgbx.case.types import Document
from kgbx.codes import Code, code_list
from kgbx.codes.lists import CODE_PATTERN
from kgbx.errors import UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

FOLDER = schemas_path("codes")
LISTS = sorted(path.stem for path in Path(FOLDER).glob("*.json"))
MEMBERS = {"code", "nl", "en", "official", "source", "parent", "valid_from", "valid_until"}
OFFICIAL = {"brp", "cbs", "jzr", "ijw"}


def content(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def used_by_models() -> set[str]:
    """Return the names of the code lists that the published schema names."""
    return set(re.findall(r'"x-kgbx-codes": "([a-z_]+)"', json.dumps(Document.model_json_schema())))


def test_every_list_is_used_by_a_model_and_every_used_list_exists() -> None:
    assert used_by_models() == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_format_licence_titles_and_source(name: str) -> None:
    found = content(name)
    assert set(found) == {"format", "license", "list", "title", "source", "codes"}
    assert (found["format"], found["license"], found["list"]) == ("kgbx-codes/1", "CC0-1.0", name)
    assert found["source"]
    assert set(found["title"]) == {"nl", "en"}


@pytest.mark.parametrize("name", LISTS)
def test_a_code_is_unique_and_in_snake_case(name: str) -> None:
    codes = [row["code"] for row in content(name)["codes"]]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(CODE_PATTERN.strip("^$"), code)] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_code_has_two_labels_and_only_known_members(name: str) -> None:
    rows = content(name)["codes"]
    assert [row["code"] for row in rows if not (row["nl"] and row["en"]) or set(row) - MEMBERS] == []
    assert [row["code"] for row in rows if set(row.get("official", {})) - OFFICIAL] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_parent_is_a_code_of_the_same_list(name: str) -> None:
    codes = code_list(name)
    assert [entry.code for entry in codes.entries.values() if entry.parent and entry.parent not in codes.entries] == []


def test_a_list_gives_its_codes_and_labels() -> None:
    sex = code_list("sex")
    assert (sex.name, sex.codes, sex.label("vrouw"), sex.label("vrouw", "en")) == (
        "sex",
        ("man", "vrouw", "onbekend"),
        "vrouw",
        "female",
    )
    assert sex.title == Text("geslacht", "sex")


def test_an_entry_knows_the_official_codes() -> None:
    assert code_list("relation_kind").entry("grootouder").official == {"jzr": "125", "ijw": "17"}


def test_the_ancestors_of_a_function_end_with_the_widest() -> None:
    assert code_list("org_function").ancestors("jeugd_ggz") == ("jeugd_ggz", "ggz")


def test_a_list_is_read_once() -> None:
    assert code_list("sex") is code_list("sex")


@pytest.mark.parametrize("name", ["nothing", "../sex", "", "sex.json", "sex\n"])
def test_an_unknown_list_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        code_list(name)
    assert caught.value.code == "U_ARGUMENT"


def test_an_unknown_code_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        code_list("sex").label("nothing")
    assert caught.value.code == "U_ARGUMENT"


SEX: TypeAdapter[str] = TypeAdapter(Annotated[str, Code("sex")])


def test_the_annotation_accepts_the_codes_only() -> None:
    assert SEX.validate_python("man") == "man"
    with pytest.raises(ValidationError, match="literal_error"):
        SEX.validate_python("Man")


def test_the_annotation_publishes_the_codes() -> None:
    assert SEX.json_schema() == {"type": "string", "enum": ["man", "vrouw", "onbekend"], "x-kgbx-codes": "sex"}


def test_a_wildcard_stands_for_every_code_where_it_is_allowed() -> None:
    every: TypeAdapter[str] = TypeAdapter(Annotated[str, Code("sex", wildcard=True)])
    assert every.validate_python("*") == "*"
    with pytest.raises(ValidationError, match="literal_error"):
        SEX.validate_python("*")

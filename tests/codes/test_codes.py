# SPDX-License-Identifier: EUPL-1.2
"""The published code lists: complete, well formed, and the only values that a member accepts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kgbx.case.types import Document
from kgbx.clock import DAY_PATTERN
from kgbx.codes import Code, code_list, code_lists, lists
from kgbx.codes.lists import CODE_PATTERN
from kgbx.errors import UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from pathlib import Path

LISTS = code_lists()
MEMBERS = {"code", "nl", "en", "official", "source", "parent", "valid_from", "valid_until"}
FOR_TRANSLATION_ONLY = {
    "help_end_reason": "a milestone does not say yet why help ended",
    "referrer": "no record says yet who referred",
    "report_question": "a report does not hold the answers to these questions yet",
    "meldcode_question": "the five steps of a professional before a report; a profile of needs may ask them",
}
"""Lists that no member uses, and why they are published all the same."""


def content(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schemas_path("codes", f"{name}.json").read_text(encoding="utf-8"))
    return found


def used_by_models() -> set[str]:
    """Return the names of the code lists that the published schema names."""
    return set(re.findall(r'"x-kgbx-codes": "([a-z_]+)"', json.dumps(Document.model_json_schema())))


def test_every_list_that_a_model_uses_exists() -> None:
    assert used_by_models() <= set(LISTS)


def test_every_other_list_is_there_for_a_reason() -> None:
    assert set(LISTS) - used_by_models() == set(FOR_TRANSLATION_ONLY)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_format_licence_titles_and_source(name: str) -> None:
    found = content(name)
    assert set(found) - {"note", "lossy"} == {"format", "license", "list", "title", "source", "codes"}
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


@pytest.mark.parametrize("name", LISTS)
def test_a_label_of_a_list_names_one_code(name: str) -> None:
    for language in ("nl", "en"):
        labels = [row[language] for row in content(name)["codes"] if not row["code"].startswith("problem.")]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", LISTS)
def test_a_validity_is_a_span_of_real_days(name: str) -> None:
    entries = list(code_list(name).entries.values())
    spans = [(one.valid_from, one.valid_until) for one in entries]
    spans += [(one.valid_from, one.valid_until) for entry in entries for one in entry.official]
    assert [day for span in spans for day in span if day and not re.match(DAY_PATTERN, day)] == []
    assert [span for span in spans if span[0] and span[1] and span[0] >= span[1]] == []


def test_a_list_gives_its_codes_and_labels() -> None:
    sex = code_list("sex")
    assert (sex.name, sex.codes, sex.label("vrouw"), sex.label("vrouw", "en")) == (
        "sex",
        ("man", "vrouw", "onbekend"),
        "vrouw",
        "female",
    )
    assert sex.title == Text("geslacht", "sex")


def test_the_ancestors_of_a_function_end_with_the_widest() -> None:
    assert code_list("org_function").ancestors("jeugd_ggz") == ("jeugd_ggz", "ggz")


@pytest.mark.parametrize(("day", "valid"), [("2014-12-31", True), ("2015-01-01", False)])
def test_a_code_is_valid_until_the_day_that_it_no_longer_is(day: str, valid: bool) -> None:  # noqa: FBT001  # a table
    assert code_list("referrer").entry("onbekend").is_valid_on(day) is valid


def test_a_code_without_days_is_always_valid() -> None:
    assert code_list("referrer").entry("huisarts").is_valid_on("1000-01-01")


def test_a_list_is_read_once() -> None:
    assert code_list("sex") is code_list("sex")


@pytest.mark.parametrize("name", ["nothing", "../sex", "", "sex.json", "sex\n", "official", "official/systems"])
def test_an_unknown_list_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        code_list(name)
    assert caught.value.code == "U_CODE_LIST"


def test_an_unknown_list_is_answered_with_names_that_look_like_it() -> None:
    with pytest.raises(UsageError) as caught:
        code_list("relatoin_kind")
    assert (caught.value.code, "relation_kind" in str(caught.value)) == ("U_CODE_LIST", True)
    assert "relatoin" not in str(caught.value)


def test_an_unknown_code_is_a_usage_error_without_the_code() -> None:
    with pytest.raises(UsageError) as caught:
        code_list("sex").label("nothing")
    assert (caught.value.code, "nothing" in str(caught.value)) == ("U_CODE", False)


def damaged(**change: object) -> bytes:
    """Return the file of a small list with other members."""
    return json.dumps({**content("agreed"), **change}).encode()


ONE = {"code": "ja", "nl": "ja", "en": "yes"}


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        damaged(list="sex"),
        damaged(planted=1),
        damaged(format="kgbx-codes/2"),
        damaged(codes=[]),
        damaged(codes=[ONE, ONE]),
        damaged(codes=[ONE | {"code": "Ja"}]),
        damaged(codes=[ONE | {"en": ""}]),
        damaged(codes=[ONE | {"parent": "nee"}]),
        damaged(codes=[ONE | {"official": {"jzr": "111"}}]),
        damaged(codes=[ONE | {"valid_from": "2015"}]),
    ],
)
def test_a_damaged_list_is_not_used(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agreed.json").write_bytes(data)
    for module in ("kgbx.codes.files", "kgbx.codes.lists"):
        monkeypatch.setattr(f"{module}.schemas_path", lambda *parts: tmp_path.joinpath(*parts[1:]))
    with pytest.raises(UsageError) as caught:
        lists.code_list.__wrapped__("agreed")
    assert caught.value.code == "U_UNREADABLE"
    assert caught.value.__context__ is None


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

# SPDX-License-Identifier: EUPL-1.2
"""Profiles are data: published ones are sound, malformed ones are refused without a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from kgbx.case.shape import members_of
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.errors import DocumentError, UsageError
from kgbx.resources import schemas_path
from kgbx.story import Asks, profile, profiles, read_profile
from tests.story.makers import a_need, a_profile, made
from tools import generate_needs_schema

if TYPE_CHECKING:
    from tests.case.builders import Value

SCHEMA = jsonschema_rs.Draft202012Validator(generate_needs_schema.schema())
UNKNOWN = [
    ("huisarts", "intake"),
    ("gi", "../gi"),
    ("", ""),
    ("gi", "intake"),
    ("nobody", "handover"),
    ("profile", "schema"),
]
PUBLISHED = [
    (function, occasion, need) for function, occasion in profiles() for need in profile(function, occasion).needs
]
ASKS = [
    pytest.param(asks, id=f"{function}.{occasion}.{need.id}.{place}")
    for function, occasion, need in PUBLISHED
    for place, asks in enumerate(need.answers)
    if asks.record
]


TWELVE = (
    ("any", "consult_anonymous"),
    ("any", "crisis"),
    ("any", "handover"),
    ("gi", "start_measure"),
    ("jeugd_ggz", "intake"),
    ("lokaal_team", "intake"),
    ("raad", "vto"),
    ("school", "support"),
    ("schuldhulp", "intake"),
    ("veilig_thuis", "melding"),
    ("verslavingszorg", "intake"),
    ("volwassen_ggz", "intake"),
)


def test_the_twelve_profiles_are_published() -> None:
    assert profiles() == TWELVE


def test_the_schema_of_profiles_is_what_the_model_makes() -> None:
    assert generate_needs_schema.main(["--check"]) == 0


@pytest.mark.parametrize(("function", "occasion"), TWELVE)
def test_a_published_profile_has_the_form_of_the_schema(function: str, occasion: str) -> None:
    SCHEMA.validate(json.loads(schemas_path("needs", f"{function}.{occasion}.json").read_bytes()))


@pytest.mark.parametrize(("function", "occasion"), TWELVE)
def test_every_need_of_a_published_profile_has_a_source(function: str, occasion: str) -> None:
    assert [need.id for need in profile(function, occasion).needs if not need.source] == []


def test_a_profile_of_every_function_is_made_out_to_whoever_asks() -> None:
    found = profile("gi", "handover")
    assert (found.function, found.purpose) == ("gi", None)
    assert found.needs == profile("any", "handover").needs


@pytest.mark.parametrize(("function", "occasion"), profiles())
def test_a_profile_says_what_its_file_is_called(function: str, occasion: str) -> None:
    found = profile(function, occasion)
    assert (found.function or "any", found.occasion) == (function, occasion)


@pytest.mark.parametrize("asks", ASKS)
def test_a_published_need_names_an_array_and_members_that_exist(asks: Asks) -> None:
    known = members_of(TYPE_OF_ARRAY[str(asks.record)].model)
    assert {name for name in (asks.member, asks.person, *asks.where) if name} <= set(known)


@pytest.mark.parametrize("asks", ASKS)
def test_a_published_need_asks_for_a_value_that_the_schema_knows(asks: Asks) -> None:
    schema = json.loads(schemas_path("family-case-1.0.schema.json").read_text(encoding="utf-8"))
    members = schema["$defs"][TYPE_OF_ARRAY[str(asks.record)].model.__name__]["properties"]
    assert all(value in members[name].get("enum", [True, False]) for name, value in asks.where.items())


def test_every_published_need_is_said_in_both_languages() -> None:
    assert all(need.text.nl != need.text.en for _, _, need in PUBLISHED)


@pytest.mark.parametrize(("function", "occasion"), UNKNOWN)
def test_an_unknown_profile_is_wrong_usage(function: str, occasion: str) -> None:
    with pytest.raises(UsageError) as caught:
        profile(function, occasion)
    assert caught.value.code == "U_PROFILE"


MALFORMED: list[tuple[str, str, Value]] = [
    ("D_UNKNOWN_MEMBER", "", a_profile(Vredebregt=1)),
    ("D_MISSING", "/needs/0/asks", a_profile({k: v for k, v in a_need().items() if k != "asks"})),
    ("D_CODE", "/needs/0/per", a_profile(a_need(per="Vredebregt"))),
    ("D_CODE", "/needs/0/asks/topic", a_profile(a_need(asks={"topic": "Vredebregt"}))),
    ("D_CODE", "/needs/0/asks/topic", a_profile(a_need(asks={"topic": "Vredebregt.*"}))),
    ("D_TYPE", "/needs/0/asks", a_profile(a_need(asks={}))),
    ("D_TYPE", "/needs/0/also/0", a_profile(a_need(also=[{"topic": "parent.view", "record": "persons"}]))),
    ("D_TYPE", "/needs/0/asks", a_profile(a_need(asks={"topic": "parent.view", "member": "name"}))),
    ("D_CONFLICT", "/needs/1/id", a_profile(a_need(), a_need())),
    ("D_CODE", "/needs/0/asks/record", a_profile(a_need(asks={"record": "vredebregts"}))),
    ("D_CODE", "/needs/0/asks/member", a_profile(a_need(asks={"record": "persons", "member": "vredebregt"}))),
    ("D_CODE", "/needs/0/asks/person", a_profile(a_need(asks={"record": "goals", "person": "vredebregt"}))),
    ("D_CODE", "/needs/0/asks/where", a_profile(a_need(asks={"record": "goals", "where": {"vredebregt": "x"}}))),
    ("D_CODE", "/excludes/0", a_profile(excludes=["Vredebregt"])),
    ("D_MISSING", "/purpose", {k: v for k, v in a_profile().items() if k != "purpose"}),
    ("D_MISSING", "/function", {k: v for k, v in a_profile().items() if k != "function"}),
    ("D_REFERENCE", "/needs/0/per", a_profile(a_need(location=True, per="each_child"))),
    ("D_REFERENCE", "/needs/0/per", a_profile(a_need(location=True, per="case"))),
    ("D_CODE", "/needs/0/accepts/0", a_profile(a_need(accepts=["Vredebregt"]))),
    ("D_RANGE", "/needs/0/max_age_days", a_profile(a_need(max_age_days=0))),
    ("D_TYPE", "/needs/0/from_register", a_profile(a_need(from_register=None))),
    ("D_CODE", "/format", a_profile(format="kgbx-needs/2")),
    ("D_CODE", "/function", a_profile(function="Vredebregt")),
    ("D_LENGTH", "/needs", a_profile(needs=[])),
]


@pytest.mark.parametrize(
    ("code", "pointer", "value"), MALFORMED, ids=[f"{n}-{row[0]}" for n, row in enumerate(MALFORMED)]
)
def test_a_malformed_profile_is_refused_with_the_place_and_no_value(code: str, pointer: str, value: Value) -> None:
    with pytest.raises(DocumentError) as caught:
        made(value)
    assert [(one.code, one.pointer) for one in caught.value.problems] == [(code, pointer)]
    told = f"{caught.value}{caught.value!r}{caught.value.__cause__}{caught.value.__context__}"
    assert "vredebregt" not in told.lower()


def test_bytes_that_are_no_json_are_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        read_profile(b"{")
    assert caught.value.problems[0].code == "D_JSON"


@pytest.mark.parametrize(
    "value",
    [
        a_profile(a_need(asks={"topic": "vredebregt"})),
        a_profile(a_need(asks={})),
        a_profile(a_need(asks={"topic": "parent.view", "record": "persons"})),
        {key: value for key, value in a_profile().items() if key != "purpose"},
        a_profile(vredebregt=1),
    ],
)
def test_the_schema_refuses_what_reading_refuses(value: Value) -> None:
    assert not SCHEMA.is_valid(value)
    assert SCHEMA.is_valid(a_profile())

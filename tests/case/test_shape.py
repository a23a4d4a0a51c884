# SPDX-License-Identifier: EUPL-1.2
"""Shape problems: every place, the right code, and no value."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kgbx.case import FamilyCase
from kgbx.errors import EXIT_VERSION, DocumentError
from tests.case.builders import MOTHER, Value, as_bytes, smallest

CASES: dict[str, tuple[str, object, str, str]] = {
    "wrong type": ("statements/0/wording/text", 3, "D_TYPE", "/statements/0/wording/text"),
    "wrong type for a code": ("statements/0/kind", 3, "D_TYPE", "/statements/0/kind"),
    "list expected": ("statements/0/about", "x", "D_TYPE", "/statements/0/about"),
    "object expected": ("statements/0/wording", "x", "D_TYPE", "/statements/0/wording"),
    "null": ("statements/0/told_on", None, "D_TYPE", "/statements/0/told_on"),
    "unknown code": ("statements/0/kind", "roddel", "D_CODE", "/statements/0/kind"),
    "unknown code in a list": ("statements/0/topics/0", "x.y", "D_CODE", "/statements/0/topics/0"),
    "synthetic is true or absent": ("synthetic", False, "D_CODE", "/synthetic"),
    "not a date": ("statements/0/told_on", "gisteren", "D_FORMAT", "/statements/0/told_on"),
    "too long": ("organisations/0/name", "x" * 201, "D_LENGTH", "/organisations/0/name"),
    "too short": ("organisations/0/name", "", "D_LENGTH", "/organisations/0/name"),
    "too few": ("statements/0/about", [], "D_LENGTH", "/statements/0/about"),
    "too great": (
        "households/0/members/0/days_per_fortnight",
        15,
        "D_RANGE",
        "/households/0/members/0/days_per_fortnight",
    ),
    "too small": (
        "households/0/members/0/days_per_fortnight",
        0,
        "D_RANGE",
        "/households/0/members/0/days_per_fortnight",
    ),
    "unknown member": ("persons/0/haar_naam", 1, "D_UNKNOWN_MEMBER", "/persons/0"),
    "unknown member inside": ("statements/0/wording/x", 1, "D_UNKNOWN_MEMBER", "/statements/0/wording"),
    "unknown array": ("verhalen", [], "D_UNKNOWN_MEMBER", ""),
    "null in extensions": ("persons/0/extensions", {"urn:x:y": {"a": [None]}}, "D_TYPE", "/persons/0/extensions"),
    "fraction in extensions": ("persons/0/extensions", {"urn:x:y": 1.5}, "D_TYPE", "/persons/0/extensions"),
    "extension without URI": ("persons/0/extensions", {"x": 1}, "D_TYPE", "/persons/0/extensions"),
    "extensions that are none": ("persons/0/extensions", 3, "D_TYPE", "/persons/0/extensions"),
}
"""Place, value, expected code, expected pointer."""


def with_value(place: str, value: object) -> Value:
    changed = smallest()
    *way, last = place.split("/")
    around: Any = changed
    for token in way:
        around = around[int(token)] if isinstance(around, list) else around[token]
    around[int(last) if isinstance(around, list) else last] = value
    return changed


def found(value: object) -> list[tuple[str, str]]:
    return [(problem.code, problem.pointer) for problem in FamilyCase.check(as_bytes(value))]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_code_and_place(case: tuple[str, object, str, str]) -> None:
    place, value, code, pointer = case
    assert found(with_value(place, value)) == [(code, pointer)]


def test_a_missing_member_is_told_at_its_place() -> None:
    value = smallest()
    del value["statements"][0]["wording"]["language"]
    assert found(value) == [("D_MISSING", "/statements/0/wording/language")]


def test_all_problems_are_told_in_document_order() -> None:
    value = {"schema": smallest()["schema"], "persons": [{}, 3], "links": "x"}
    codes = found(value)
    assert [pointer for _, pointer in codes[-2:]] == ["/persons/1", "/links"]
    assert ("D_MISSING", "/persons/0/id") in codes


def test_rules_wait_until_the_shape_is_right() -> None:
    value = with_value("reviews/0/record", MOTHER) | {"verhalen": []}
    assert found(value) == [("D_UNKNOWN_MEMBER", "")]


@pytest.mark.parametrize("value", [[], "x", 3, None, True])
def test_a_document_is_an_object(value: object) -> None:
    assert found(value) == [("D_TYPE", "")]


def test_another_version_is_not_wrong_but_unknown() -> None:
    value = smallest() | {"schema": "https://kgbx.example/schemas/family-case/9.0", "verhalen": []}
    with pytest.raises(DocumentError) as caught:
        FamilyCase.from_json(as_bytes(value))
    assert (caught.value.problems[0].code, caught.value.exit_status) == ("D_VERSION", EXIT_VERSION)


def test_a_document_without_a_version_is_wrong() -> None:
    value = smallest()
    del value["schema"]
    assert found(value) == [("D_MISSING", "/schema")]


GUARDED = {
    "D_JSON": b'{"persons": [',
    "D_BOM": b"\xef\xbb\xbf{}",
    "D_ENCODING": b'{"a": "\xff"}',
    "D_DEPTH": b"[" * 200 + b"]" * 200,
    "D_NUMBER": b'{"a": NaN}',
    "D_SURROGATE": b'{"a": "\\ud800"}',
    "D_SIZE": b" " * (32 * 1024 * 1024 + 1),
}


@pytest.mark.parametrize(("code", "data"), GUARDED.items(), ids=GUARDED)
def test_what_the_guard_refuses_is_one_problem_of_the_whole_document(code: str, data: bytes) -> None:
    assert [(problem.code, problem.pointer) for problem in FamilyCase.check(data)] == [(code, "")]


def test_a_name_that_comes_twice_is_told_at_its_object() -> None:
    data = as_bytes(smallest()).replace(b'"kind": "wens"', b'"kind": "wens", "kind": "zorg"')
    assert [(p.code, p.pointer) for p in FamilyCase.check(data)] == [("D_DUPLICATE_MEMBER", "/statements/0")]


def sentence(value: object) -> str:
    return FamilyCase.check(as_bytes(value))[0].text.en


def test_a_short_code_list_is_shown() -> None:
    assert "Possible are: man, vrouw, onbekend." in sentence(with_value("persons/0/sex", "x"))


def test_a_long_code_list_is_not_shown() -> None:
    assert "Possible" not in sentence(with_value("statements/0/topics/0", "x"))


def test_a_misspelled_member_is_answered_with_the_known_name_only() -> None:
    said = sentence(with_value("persons/0/brith_date", "2016"))
    assert "Do you mean birth_date?" in said
    assert "brith" not in said


def test_a_missing_member_is_named() -> None:
    value = smallest()
    del value["persons"][0]["salt"]
    assert "The required member salt is missing" in sentence(value)


def test_a_limit_is_named() -> None:
    assert "The most is 200." in sentence(with_value("organisations/0/name", "x" * 201))


def test_extensions_survive_reading_and_writing() -> None:
    inside = {"https://example.org/x": {"a": [1, -5, "é", True, [], {}], "b": 2**53 - 1}}
    case = FamilyCase.from_json(as_bytes(with_value("persons/0/extensions", inside)))
    assert json.loads(case.to_json())["persons"][0]["extensions"] == inside


def test_checking_does_not_change_what_is_checked() -> None:
    value = smallest()
    before = copy.deepcopy(value)
    FamilyCase.check(as_bytes(value))
    assert value == before

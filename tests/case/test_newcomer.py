# SPDX-License-Identifier: EUPL-1.2
"""One mistake of a newcomer gives one problem, at the right place, with a sentence that says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from kgbx.errors import Problem

EXAMPLE: Final = examples_path("journey", "case.json").read_bytes()
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
GONE: Final = object()
"""As a value: the member is taken away."""

MISTAKES: dict[str, tuple[str, object, str, str, str]] = {
    "a Dutch date": ("persons/0/birth_date", "30-06-2012", "D_FORMAT", "", "2026-03-01, 2026-03, 2026"),
    "a day that does not exist": ("persons/0/birth_date", "2012-02-31", "D_FORMAT", "", "2026-03-01"),
    "a moment as Python writes it": (
        "statements/0/recorded_at",
        "2026-01-12T11:00:00+00:00",
        "D_LENGTH",
        "",
        "2026-03-01T10:00:00Z",
    ),
    "a moment without a zone": ("statements/0/recorded_at", "2026-01-12T11:00:00", "D_FORMAT", "", "T10:00:00Z"),
    "a number that is no id": ("reviews/0/record", "17", "D_FORMAT", "", "-4d0a-"),
    "an OIN that is no URN": ("statements/0/recorded_by/org", "00000099000000001000", "D_FORMAT", "", "urn:osb:oin:"),
    "a language in words": ("statements/0/wording/language", "Nederlands", "D_FORMAT", "", "nl, ar"),
    "an unknown member": ("persons/0/birthdate", "2012", "D_UNKNOWN_MEMBER", "/persons/0", "birth_date?"),
    "an unknown array": ("children", [], "D_UNKNOWN_MEMBER", "<document>", ""),
    "a code in English": ("persons/0/sex", "male", "D_CODE", "", "man, vrouw, onbekend"),
    "a code that is not in a long list": ("statements/0/topics/0", "school", "D_CODE", "", ""),
    "a required member that is missing": ("statements/0/told_by", GONE, "D_MISSING", "", "told_by"),
    "a member inside that is missing": ("statements/0/wording/form", GONE, "D_MISSING", "", "form"),
    "no schema": ("schema", GONE, "D_MISSING", "", "schema"),
    "another version": ("schema", "https://kgbx.example/schemas/family-case/9.0", "D_VERSION", "", ""),
    "null for unknown": ("persons/0/birth_date", None, "D_TYPE", "", ""),
    "a truth in quotes": ("reporters/0/anonymous_to_family", "true", "D_TYPE", "", ""),
    "one for a list": ("statements/0/topics", "request.question", "D_TYPE", "", ""),
    "an empty text": ("statements/0/wording/text", "", "D_LENGTH", "", "1"),
    "a mark out of eleven": ("goals/0/scaling/0/value", 11, "D_RANGE", "", "10"),
    "a reference to nothing": ("reviews/0/record", NOBODY, "KGBX-R-001", "", "id"),
    "a link to nothing": ("links/0/to", NOBODY, "KGBX-R-001", "", "id"),
    "a professional who is not there": ("statements/0/recorded_by/professional", NOBODY, "KGBX-R-001", "", "id"),
    "a period that ends before it begins": ("addresses/0/valid_until", "2025-11-19", "KGBX-R-002", "", ""),
    "a consent that ends before it begins": ("consents/0/valid_until", "2025-09-01", "KGBX-R-101", "", ""),
    "told after it was recorded": ("statements/0/told_on", "2027-01-12", "KGBX-R-005", "", ""),
    "a BSN with a typing error": ("identifiers/0/value", "999990033", "KGBX-R-023", "", ""),
    "a BSN without a legal basis": ("identifiers/0/legal_basis", GONE, "KGBX-R-024", "/identifiers/0", "legal_basis"),
}
"""Place, value, expected code, expected pointer ("" for the place itself), a word of both sentences."""

TO_DO: Final = (
    *("Haal", "Verbeter", "Kies", "Vul", "Kijk", "Voeg", "Werk", "Schrijf"),
    *("Remove", "Correct", "Choose", "Add", "Look", "Check", "Update", "Write"),
)


def with_value(place: str, value: object) -> bytes:
    """Return the example with one value put in, or taken away."""
    case = json.loads(EXAMPLE)
    *way, last = place.split("/")
    around: Any = case
    for token in way:
        around = around[int(token)] if isinstance(around, list) else around[token]
    key = int(last) if isinstance(around, list) else last
    if value is GONE:
        del around[key]
    else:
        around[key] = value
    return json.dumps(case).encode()


def only_problem(data: bytes) -> Problem:
    """Return the one problem of a document."""
    found = FamilyCase.check(data)
    assert [(problem.code, problem.pointer) for problem in found[1:]] == []
    return found[0]


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_is_one_problem_at_its_place(mistake: tuple[str, object, str, str, str]) -> None:
    place, value, code, pointer, _ = mistake
    expected = {"": f"/{place}", "<document>": ""}.get(pointer, pointer)
    problem = only_problem(with_value(place, value))
    assert (problem.code, problem.pointer) == (code, expected)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_the_sentence_says_what_to_do_in_both_languages(mistake: tuple[str, object, str, str, str]) -> None:
    place, value, _, _, word = mistake
    text = only_problem(with_value(place, value)).text
    for sentence in (text.nl, text.en):
        assert any(verb in sentence or verb.lower() in sentence for verb in TO_DO), sentence
        assert word in sentence


def test_the_example_itself_has_no_problem() -> None:
    assert FamilyCase.check(EXAMPLE) == ()


def renamed(array: str, **names: str) -> bytes:
    """Return the example in which members of the first record of an array have other names."""
    case = json.loads(EXAMPLE)
    for old, new in names.items():
        case[array][0][new] = case[array][0].pop(old)
    return json.dumps(case).encode()


def test_a_misspelled_required_member_is_one_problem() -> None:
    problem = only_problem(renamed("statements", told_on="toldon"))
    assert (problem.code, problem.pointer) == ("D_UNKNOWN_MEMBER", "/statements/0")
    assert "Do you mean told_on?" in problem.text.en


def test_two_misspelled_members_of_an_object_are_both_named() -> None:
    problem = only_problem(renamed("statements", told_on="toldon", told_by="toldby"))
    assert all("told_by" in sentence and "told_on" in sentence for sentence in (problem.text.nl, problem.text.en))


def test_a_missing_member_is_told_beside_an_unknown_one_that_resembles_nothing() -> None:
    found = FamilyCase.check(renamed("statements", told_on="xyzzy"))
    assert [problem.code for problem in found] == ["D_UNKNOWN_MEMBER", "D_MISSING"]

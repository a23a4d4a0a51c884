# SPDX-License-Identifier: EUPL-1.2
"""Every rule has a document that keeps it and one that breaks it, at the places named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.case.rules import RULES, Rule
from kgbx.case.rules.numbers import is_bsn
from kgbx.case.rules.sharing import KNOWN_PROVISIONS
from kgbx.resources import schemas_path
from tests.case.builders import (
    CHILD,
    FATHER,
    MOTHER,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
)

if TYPE_CHECKING:
    from kgbx.errors import Problem

from tests.case.rule_cases_accompanying import ACCOMPANYING_CASES
from tests.case.rule_cases_course import COURSE_CASES
from tests.case.rule_cases_erased import ERASED_CASES
from tests.case.rule_cases_family import FAMILY_CASES
from tests.case.rule_cases_sharing import BETWEEN_ORGANISATIONS, SHARING_CASES
from tests.case.rule_cases_telling import TELLING_CASES
from tests.case.rule_documents import (
    OTHER,
    Case,
    R,
    person,
    relation,
)

CASES = {**FAMILY_CASES, **TELLING_CASES, **SHARING_CASES, **COURSE_CASES, **ACCOMPANYING_CASES, **ERASED_CASES}
ALL = [
    pytest.param(rule, case, id=f"{rule}-{number}")
    for rule, cases in CASES.items()
    for number, case in enumerate(cases)
]


def told_by_rule(value: Value, rule: str) -> list[Problem]:
    problems = FamilyCase.check(as_bytes(value))
    assert not [problem for problem in problems if problem.rule is None], "the shape must be right"
    return [problem for problem in problems if problem.rule == rule]


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_document_that_keeps_the_rule_is_not_told_about_it(rule: str, case: Case) -> None:
    assert told_by_rule(case[0], rule) == []


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_document_that_breaks_the_rule_is_told_where(rule: str, case: Case) -> None:
    assert tuple(problem.pointer for problem in told_by_rule(case[1], rule)) == case[2]


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_breach_has_the_severity_of_the_rule(rule: str, case: Case) -> None:
    severity = next(row.severity for row in RULES if row.id == rule)
    assert {problem.severity for problem in told_by_rule(case[1], rule)} == {severity}


def test_every_rule_has_its_cases() -> None:
    assert [rule.id for rule in RULES] == sorted(CASES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_to_do_in_both_languages_and_names_its_source(rule: Rule) -> None:
    text, source = rule.text, rule.source
    assert all(part.endswith((".", "?")) and len(part) > 40 for part in (text.nl, text.en))
    assert len(source) >= 4


# --- what several organisations say


def test_an_organisation_that_contradicts_itself_makes_a_mistake() -> None:
    assert {problem.severity for problem in told_by_rule(CASES["KGBX-R-042"][0][1], "KGBX-R-042")} == {"error"}


def test_two_organisations_that_contradict_each_other_are_shown_not_refused() -> None:
    value = json.loads(json.dumps(CASES["KGBX-R-042"][0][1]))
    value["parental_authorities"][1] |= OTHER
    assert {problem.severity for problem in told_by_rule(value, "KGBX-R-042")} == {"warning"}


def test_a_permit_that_names_a_permit_of_another_organisation_is_shown_not_refused() -> None:
    assert {problem.severity for problem in told_by_rule(BETWEEN_ORGANISATIONS, "KGBX-R-102")} == {"warning"}


def test_the_known_provisions_are_those_of_the_published_policies() -> None:
    policies = [json.loads(path.read_bytes()) for path in schemas_path("policy").glob("nl-*.json")]
    assert {row["id"] for policy in policies for row in policy["provisions"]} == KNOWN_PROVISIONS


# --- versions


def test_a_replaced_record_takes_no_part_in_rules_of_state() -> None:
    value = json.loads(json.dumps(CASES["KGBX-R-042"][0][1]))
    value["links"] = [bare(50, from_=an_id(18), kind="replaces", to=an_id(17))]
    assert told_by_rule(value, "KGBX-R-042") == []


def test_a_corrected_birth_date_counts_for_who_named_the_old_record() -> None:
    value = document(
        persons=[person(1, "2017"), person(2, "1986"), person(3, "2016")],
        relations=[relation(15, MOTHER, "ouder", CHILD)],
        links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)],
    )
    assert told_by_rule(value, "KGBX-R-020") == []


def test_a_circle_between_corrected_persons_is_seen() -> None:
    value = document(
        persons=[full(1), full(2)],
        relations=[relation(15, MOTHER, "ouder", FATHER)],
        links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)],
    )
    assert [problem.pointer for problem in told_by_rule(value, "KGBX-R-015")] == [R]


# --- the 11-proef


@pytest.mark.parametrize("value", ["999990019", "999990020", "000000012"])
def test_a_number_that_passes_the_11_proef_can_be_a_bsn(value: str) -> None:
    assert is_bsn(value)


@pytest.mark.parametrize("value", ["000000000", "999999999", "999990018", "99999001", "9999900190", "99999001x", ""])
def test_a_sentinel_or_a_number_that_fails_cannot_be_a_bsn(value: str) -> None:
    assert not is_bsn(value)


def test_each_changed_digit_is_caught() -> None:
    good = "999990019"
    others = {good[:place] + digit + good[place + 1 :] for place in range(9) for digit in "0123456789"} - {good}
    assert {is_bsn(value) for value in others} == {False}

# SPDX-License-Identifier: EUPL-1.2
"""The rules on the command line: all of them or those asked for, readable, with the texts of law they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.case.rules import RULES
from kgbx.case.rules.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]


def test_every_rule_is_told(kgbx: Kgbx) -> None:
    ran = kgbx("rules", "--json")
    assert [row["id"] for row in ran.json["rules"]] == [rule.id for rule in RULES]
    assert {row["name"] for row in ran.json["laws"]} == {law.name for law in LAWS}


def test_a_rule_is_told_with_severity_both_sentences_and_source(kgbx: Kgbx) -> None:
    rule = next(rule for rule in RULES if rule.id == "KGBX-R-047")
    told = kgbx("rules", rule.id, "--json").json
    text = {"nl": rule.text.nl, "en": rule.text.en}
    assert told["rules"] == [{"id": rule.id, "severity": "warning", "text": text, "source": rule.source}]
    assert [(row["name"], row["text_date"]) for row in told["laws"]] == [("BW 1", "2025-07-05")]


@pytest.mark.parametrize("written", ["15", "015", "R-015", "r15", "kgbx-r-015", "KGBX-R-015"])
def test_an_id_may_be_short(kgbx: Kgbx, written: str) -> None:
    assert [row["id"] for row in kgbx("rules", written, "--json").json["rules"]] == ["KGBX-R-015"]


def test_a_rule_asked_for_twice_is_told_once_and_by_number(kgbx: Kgbx) -> None:
    ran = kgbx("rules", "20", "15", "KGBX-R-020", "--json")
    assert [row["id"] for row in ran.json["rules"]] == ["KGBX-R-015", "KGBX-R-020"]


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_one_severity_can_be_asked_for(kgbx: Kgbx, severity: str) -> None:
    told = kgbx("rules", "--severity", severity, "--json").json["rules"]
    assert [row["id"] for row in told] == [rule.id for rule in RULES if rule.severity == severity]


@pytest.mark.parametrize("written", ["KGBX-R-999", "999", "rule", "KGBX-R-015 ", "\uff11\uff15", ""])
def test_an_unknown_rule_is_an_error_that_says_where_to_look(kgbx: Kgbx, written: str) -> None:
    ran = kgbx("rules", "15", written, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_RULE")
    assert "kgbx rules" in ran.err


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_a_person_reads_fits_in_a_hundred_columns(kgbx: Kgbx, language: str) -> None:
    lines = kgbx("--lang", language, "rules").out.splitlines()
    assert max(len(line) for line in lines) <= 100
    assert lines[-1] == {"nl": f"{len(RULES)} regels", "en": f"{len(RULES)} rules"}[language]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_rule_is_one_rule(kgbx: Kgbx, language: str) -> None:
    assert kgbx("--lang", language, "rules", "15").out.splitlines()[-1] == {"nl": "1 regel", "en": "1 rule"}[language]


@pytest.mark.parametrize(("language", "words"), [("nl", "Bron: BW 1:33"), ("en", "Source: BW 1:33")])
def test_a_person_reads_the_rule_and_which_articles_were_not_read(kgbx: Kgbx, language: str, words: str) -> None:
    ran = kgbx("--lang", language, "rules", "19")
    assert words in ran.out
    assert "2025-07-05" in ran.out
    assert "33, 80a" in ran.out.splitlines()[-2]

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx codes``: lists and codes as a table that a person can read, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.columns import columns
from kgbx.codes import code_list, code_lists
from kgbx.errors import EXIT_OK, EXIT_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a wide terminal."""
    monkeypatch.setenv("COLUMNS", "160")


def row(out: str, code: str) -> str:
    """Return the first line of a code in a table."""
    return next(line for line in out.splitlines() if line.startswith(f"{code} "))


def test_without_a_list_every_list_is_shown_with_its_number_of_codes(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("codes")
    shown = {line.split()[0]: line.split()[1] for line in ran.out.splitlines()[1:] if line[0] != " "}
    assert shown == {name: str(len(code_list(name).codes)) for name in code_lists()}


@pytest.mark.parametrize("name", code_lists())
def test_every_code_of_a_list_is_shown_whole(kgbx: Callable[..., Ran], name: str) -> None:
    ran = kgbx("codes", name)
    assert ran.status == EXIT_OK
    assert {code for code in code_list(name).codes if not row(ran.out, code)} == set()


def test_a_code_is_shown_with_both_labels_official_codes_and_source(kgbx: Callable[..., Ran]) -> None:
    line = row(kgbx("codes", "measure_kind").out, "ondertoezichtstelling")
    assert line.split("  ")[0] == "ondertoezichtstelling"
    for part in ("supervision order", "cbs_maatregel 11", "BW 1:255"):
        assert part in line


def test_a_wider_code_stands_under_its_narrower_one(kgbx: Callable[..., Ran]) -> None:
    lines = kgbx("codes", "org_function").out.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("jeugd_ggz "))
    assert lines[place + 1].startswith("  part of ggz")


def test_the_columns_stand_under_their_heads(kgbx: Callable[..., Ran]) -> None:
    lines = kgbx("codes", "sex").out.splitlines()
    head = next(line for line in lines if line.startswith("CODE"))
    for name, cell in (("ENGLISH", "female"), ("DUTCH", "vrouw"), ("OFFICIAL", "brp_geslacht V")):
        assert row("\n".join(lines), "vrouw").index(cell, 1 if name != "DUTCH" else 6) == head.index(name)


@pytest.mark.parametrize("arguments", [["codes", "sex", "--lang", "nl"], ["--lang", "nl", "codes", "sex"]])
def test_the_language_is_chosen_before_or_after_the_command(kgbx: Callable[..., Ran], arguments: tuple[str]) -> None:
    ran = kgbx(*arguments)
    assert "sex: geslacht" in ran.out
    assert ran.out.index("NEDERLANDS") < ran.out.index("ENGELS")


def test_an_official_system_selects_the_codes_that_it_has(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("codes", "relation_kind", "--system", "JZR")
    assert "jzr 125" in row(ran.out, "grootouder")
    assert "ijw" not in ran.out.partition("CODE")[2]
    assert "\nbuur " not in ran.out


def test_a_family_of_systems_selects_lists(kgbx: Callable[..., Ran]) -> None:
    found = {one["list"] for one in kgbx("codes", "--system", "brp", "--json").json["lists"]}
    assert found == {"address_kind", "gezag_kind", "naming_usage", "sex"}


def test_a_list_without_a_code_in_the_system_says_so(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("codes", "sex", "--system", "jzr")
    assert (ran.status, "No code fits." in ran.out) == (EXIT_OK, True)


@pytest.mark.parametrize(("day", "shown"), [("2014-12-31", True), ("2015-01-01", False)])
def test_a_day_selects_the_codes_that_are_valid_on_it(kgbx: Callable[..., Ran], day: str, *, shown: bool) -> None:
    codes = {one["code"] for one in kgbx("codes", "referrer", "--at", day, "--json").json["codes"]}
    assert ("onbekend" in codes) is shown
    assert "huisarts" in codes


def test_json_gives_system_version_and_code(kgbx: Callable[..., Ran]) -> None:
    found = kgbx("codes", "gezag_kind", "--system", "brp_gezag", "--json").json
    official = next(one["official"] for one in found["codes"] if one["code"] == "gezamenlijk_ouderlijk")
    assert [(one["system"], one["version"], one["code"]) for one in official] == [
        ("brp_gezag", "2", "GezamenlijkOuderlijkGezag"),
        ("brp_gezag", "1", "TweehoofdigOuderlijkGezag"),
    ]
    assert [one["system"] for one in found["systems"]] == ["brp_gezag"]


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("codes", "relatoin_kind"), "U_CODE_LIST", "relation_kind"),
        (("codes", "kind"), "U_CODE_LIST", "address_kind"),
        (("codes", "sex", "--system", "brpp"), "U_SYSTEM", "brp"),
        (("codes", "sex", "--at", "2026-02-31"), "U_MOMENT", "2026-03-01"),
    ],
)
def test_what_is_not_known_is_refused_with_a_hint(
    kgbx: Callable[..., Ran], arguments: tuple[str, ...], code: str, hint: str
) -> None:
    ran = kgbx(*arguments, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (EXIT_USAGE, code)
    assert hint in ran.json["error"]["message"]


def test_a_narrow_table_breaks_between_words_only() -> None:
    lines = list(columns(("A", "B"), [("one_long_code", "words that do not fit")], width=30))
    assert lines == ["A              B", "one_long_code  words that do", "                 not fit"]


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert list(columns(("A", "B", "C"), [("1", "", "2"), ("3", "", "4")], width=30)) == ["A  C", "1  2", "3  4"]


def test_a_table_without_rows_has_no_lines() -> None:
    assert list(columns(("A", "B"), [], width=30)) == []

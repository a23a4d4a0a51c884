# SPDX-License-Identifier: EUPL-1.2
"""``kgbx simulate`` shows what made-up families must tell again, alike each time, and fails when that is anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.errors import EXIT_FAILED, EXIT_USAGE
from kgbx.testing.region import MANNERS, office
from kgbx.testing.region.tally import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import FamilyCase
    from tests.cli.conftest import Ran

SMALL = ("simulate", "--families", "2", "--seed", "7", "--months", "8", "--sealed-every", "0")
BLOCKS = {"asked", "retold", "spared", "withheld", "days_waiting"}


def test_the_json_has_a_block_for_each_manner(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx(*SMALL, "--jobs", "1", "--json")
    assert ran.status == 0
    assert all(ran.json[manner].keys() >= BLOCKS for manner in MANNERS)
    assert (ran.json["with_kgbx"]["retold"], ran.json["ok"]) == (0, True)
    assert set(ran.json["invariants"]) == set(RULES)
    assert (ran.json["families"], ran.json["seed"], ran.json["months"]) == (2, 7, 8)


def test_the_same_call_prints_the_same_however_many_processes_count(kgbx: Callable[..., Ran]) -> None:
    alone, together = kgbx(*SMALL, "--jobs", "1", "--json"), kgbx(*SMALL, "--jobs", "2", "--json")
    assert alone.out == together.out
    assert alone.status == together.status == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ["vragen gesteld", "opnieuw verteld", "bespaard", "gewacht"]), ("en", ["asked", "told again", "spared"])],
)
def test_the_table_is_for_people(kgbx: Callable[..., Ran], language: str, words: list[str]) -> None:
    ran = kgbx("--lang", language, *SMALL, "--jobs", "1")
    assert ran.status == 0
    assert [word for word in words if word not in ran.out] == []


def test_a_message_is_sealed_for_real_unless_that_is_turned_off(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("simulate", "--families", "1", "--seed", "7", "--months", "8", "--jobs", "1", "--json")
    assert ran.json["messages_sealed"] > 0
    assert kgbx(*SMALL, "--jobs", "1", "--json").json["messages_sealed"] == 0


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every organisation forget what arrives."""

    def nothing(case: FamilyCase, _: FamilyCase, **__: object) -> tuple[FamilyCase, tuple[()]]:
        return case, ()

    monkeypatch.setattr(office, "taken_in", nothing)


@pytest.mark.usefixtures("forgetful")
def test_what_is_told_again_without_need_fails(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx(*SMALL, "--jobs", "1", "--json")
    assert ran.status == EXIT_FAILED
    assert (ran.json["ok"], ran.json["with_kgbx"]["retold"] > 0) == (False, True)
    assert "Failed: told again" in kgbx(*SMALL, "--jobs", "1").out


def test_who_asks_nothing_fails_though_nothing_is_told_again(
    kgbx: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office.Office, "still_to_ask", lambda *_, **__: ())
    ran = kgbx(*SMALL, "--jobs", "1", "--json")
    assert ran.status == EXIT_FAILED
    assert ran.json["with_kgbx"]["asked"] == ran.json["with_kgbx"]["retold"] == 0
    assert ran.json["invariants"]["unknown_is_asked"]["broken"] > 0
    assert "what is not known is asked  BROKEN" in kgbx(*SMALL, "--jobs", "1").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--families", "0"),
        ("--families", "many"),
        ("--seed", "-1"),
        ("--months", "0"),
        ("--months", "37"),
        ("--jobs", "0"),
        ("--sealed-every", "-1"),
        ("--unknown",),
    ],
    ids=["no family", "no number", "seed below zero", "no month", "too long", "no process", "below zero", "unknown"],
)
def test_what_cannot_be_meant_is_wrong_usage(kgbx: Callable[..., Ran], arguments: tuple[str, ...]) -> None:
    assert kgbx("simulate", *arguments).status == EXIT_USAGE


def test_the_page_that_explains_it_shows_a_call_that_works(kgbx: Callable[..., Ran]) -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "the-simulated-region.md"
    calls = re.findall(r"^\$ kgbx (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [kgbx(*call.split()).status for call in calls] == [0]


def test_the_page_that_explains_it_names_every_figure(kgbx: Callable[..., Ran]) -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "the-simulated-region.md"
    told = set(re.findall(r"`(\w+)`", page.read_text(encoding="utf-8")))
    ran = kgbx(*SMALL, "--jobs", "1", "--json")
    assert set(ran.json["with_kgbx"]) <= told
    assert {*MANNERS, "invariants"} <= told

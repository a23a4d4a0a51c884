# SPDX-License-Identifier: EUPL-1.2
"""The files of the journey fit each other: case, the own registers, the stops."""

from __future__ import annotations

import json
from typing import Any

from kgbx.case import FamilyCase, Organisation
from kgbx.consent.joins import read_registers
from kgbx.resources import examples_path

CASE = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
REGISTERS = read_registers(examples_path("journey", "registers.json").read_bytes())
DEMO: dict[str, Any] = json.loads(examples_path("journey", "demo.json").read_bytes())
LEAST_RECORDS = 80


def test_the_family_has_weight() -> None:
    assert len(CASE) >= LEAST_RECORDS
    assert CASE.synthetic


def test_nothing_was_recorded_after_the_moment_of_the_demonstration() -> None:
    assert [record.id for record in CASE if record.recorded_at > DEMO["at"]] == []


def test_each_stop_has_the_function_that_the_registers_know() -> None:
    known = {fact.id: fact.function for fact in REGISTERS.organisations}
    assert {stop["org"]: stop["function"] for stop in DEMO["stops"]}.items() <= known.items()


def test_each_stop_has_the_name_that_the_case_knows() -> None:
    names = {one.org: one.name for one in CASE.records("organisations") if isinstance(one, Organisation)}
    assert {stop["org"]: stop["name"] for stop in DEMO["stops"]}.items() <= names.items()


def test_the_registers_speak_of_persons_of_the_case_only() -> None:
    named = {fact.person for fact in REGISTERS.caseloads} | {fact.person for fact in REGISTERS.barriers}
    named |= {fact.child for fact in REGISTERS.measures} | {fact.child for fact in REGISTERS.parental_authority}
    assert [person for person in named if person not in CASE] == []


def test_each_stop_tells_its_story_in_both_languages() -> None:
    assert [stop["org"] for stop in DEMO["stops"] if not all(stop["story"][one] for one in ("nl", "en"))] == []

# SPDX-License-Identifier: EUPL-1.2
"""No value of a case, and no name of an unknown member, ever comes out of kgbx."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import FamilyCase
from kgbx.cli.main import run_and_report
from kgbx.errors import DocumentError
from kgbx.resources import examples_path
from tests.canary import BSN, NAME, everything_said_by, plants, smells
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def example() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(examples_path("journey", "case.json").read_bytes())
    return found


def covering() -> dict[str, Any]:
    """Return a part of the example that stands by itself and has every member that the example has."""
    whole = example()
    records = {
        one["id"]: (array, one)
        for array, rows in whole.items()
        if isinstance(rows, list)
        for one in rows
        if isinstance(one, dict)
    }
    chosen: set[str] = set()
    seen: set[tuple[str, ...]] = set()
    for record_id, (array, one) in records.items():
        members = {(array, *place) for place in places(one)}
        if not members <= seen:
            seen |= members
            chosen |= standing(record_id, records)
    return {
        name: [one for one in rows if not isinstance(one, dict) or one["id"] in chosen]
        if isinstance(rows, list)
        else rows
        for name, rows in whole.items()
    }


def places(value: object) -> set[tuple[str, ...]]:
    """Return the paths of all members, without places in arrays."""
    if isinstance(value, dict):
        return {(name, *inner) for name, member in value.items() for inner in places(member)}
    if isinstance(value, list):
        return {inner for member in value for inner in places(member)} or {()}
    return {()}


def standing(record_id: str, records: dict[str, tuple[str, Any]]) -> set[str]:
    """Return a record and every record that it names, and so on."""
    found, waiting = {record_id}, [record_id]
    while waiting:
        named = set(json.dumps(records[waiting.pop()][1]).split('"')) & records.keys() - found
        found |= named
        waiting += named
    return found


PLANTS = list(plants(covering()))
STEP = scaled(quick=48, ci=8, long=1)


def sample(number: int) -> list[tuple[str, bytes]]:
    """Return every so many plants, others for each test, so that the tests together use more of them."""
    return PLANTS[number % STEP :: STEP]


def said_by(read: Callable[[bytes], object], data: bytes) -> str:
    """Return everything that reading `data` says, in exceptions and results."""
    try:
        return repr(read(data))
    except Exception as error:  # noqa: BLE001  # whatever comes out is smelled
        return everything_said_by(error)


def test_reading_a_case_says_nothing_of_it() -> None:
    leaks = [how for how, data in sample(0) if smells(said_by(FamilyCase.from_json, data))]
    assert leaks == []


def test_checking_a_case_says_nothing_of_it() -> None:
    leaks = [how for how, data in sample(1) if smells(said_by(FamilyCase.check, data))]
    assert leaks == []


def test_only_document_errors_come_out() -> None:
    for how, data in sample(2):
        try:
            FamilyCase.from_json(data)
        except DocumentError:
            continue
        except Exception as error:  # noqa: BLE001  # that is the point
            pytest.fail(f"{how}: {type(error).__name__}")


def test_what_is_planted_in_has_every_member_and_is_valid() -> None:
    assert places(covering()) == places(example())
    assert FamilyCase.from_json(json.dumps(covering()).encode()).synthetic


def test_most_plants_are_refused() -> None:
    """The plants are broken: if they were accepted, their errors would not have been smelled."""
    refused = sum(bool(FamilyCase.check(data)) for _, data in sample(3))
    assert refused > len(sample(3)) * 0.8


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_validating_on_the_command_line_says_nothing_of_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    language: str,
    form: tuple[str, ...],
) -> None:
    planted = sample(4 + 2 * (language == "nl") + len(form))
    for number, (_, data) in enumerate(planted):
        (tmp_path / f"{number:05}.json").write_bytes(data)
    with caplog.at_level(logging.DEBUG):
        assert run_and_report(["--lang", language, "validate", str(tmp_path), *form]) in {1, 6}
    captured = capsys.readouterr()
    assert len(captured.out) > len(planted)
    assert not smells(captured.out + captured.err + caplog.text)


def test_records_show_their_type_and_id_only() -> None:
    document = example()
    document["persons"][0]["name"] = {"surname": NAME, "initials": "V."}
    case = FamilyCase.from_json(json.dumps(document).encode())
    shown = repr(case) + str(case) + "".join(f"{record!r} {record}" for record in case)
    assert NAME in case.to_json().decode()
    assert not smells(shown)


class TestTheNose:
    """A test that finds nothing must be able to find something."""

    @pytest.mark.parametrize("text", [NAME, NAME.upper(), "999 99 0019", "999-990-019", BSN, f"x{NAME}y"])
    def test_smells_what_is_said(self, text: str) -> None:
        assert smells(text)

    def test_smells_base64(self) -> None:
        assert smells("aW1wb3J0IFZyZWRlYnJlZ3RzbWEgeHl6")

    def test_does_not_smell_what_is_not_there(self) -> None:
        assert not smells("999990020 Vredeberg")

    def test_smells_a_value_in_a_message(self) -> None:
        assert smells(said_by(lambda data: json.loads(data)["x"], json.dumps({NAME: 1}).encode()) + NAME)

    def test_smells_the_input_that_a_parser_keeps(self) -> None:
        """JSONDecodeError keeps the whole document in an attribute."""
        assert smells(said_by(json.loads, f'{{"{NAME}'.encode()))

    def test_smells_a_hidden_context(self) -> None:
        """``from None`` hides the first error from tracebacks, and keeps it."""

        def leaky(data: bytes) -> object:
            try:
                return json.loads(data)
            except json.JSONDecodeError:
                raise ValueError("not JSON") from None

        assert smells(said_by(leaky, f'{{"{NAME}'.encode()))

    def test_smells_a_leak_through_the_command_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same road as the test above, with one careless sentence planted."""
        monkeypatch.setattr("kgbx.cli.validate._show", lambda console, _outcome: console.say(NAME, NAME))
        (tmp_path / "x.json").write_bytes(b"{}")
        run_and_report(["validate", str(tmp_path)])
        assert smells(capsys.readouterr().out)

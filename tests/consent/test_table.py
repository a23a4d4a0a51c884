# SPDX-License-Identifier: EUPL-1.2
"""The worked decisions, and tables that cannot be read."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.cli.main import run_and_report
from kgbx.consent.table import run_table
from kgbx.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
TABLE = (HERE / "decisions.json").read_bytes()
FAILING: list[str] = json.loads((HERE / "failing_rows.json").read_text())
RESULTS = {result.id: result for result in run_table(TABLE)}


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row} {RESULTS[row].title}")
def test_a_worked_decision(row: str) -> None:
    assert RESULTS[row].ok == (row not in FAILING), RESULTS[row].got


def test_the_list_of_failing_rows_may_only_shrink() -> None:
    assert set(FAILING) <= set()


def test_reasons_are_exactly_those_expected_but_where_more_stands_in_the_way() -> None:
    more = {row: sorted(set(one.got.reasons) - set(one.expected.reasons)) for row, one in RESULTS.items()}
    assert {row: codes for row, codes in more.items() if codes} == {"45": ["PROVISION_PURPOSE"]}


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    table = copy.deepcopy(json.loads(TABLE))
    table["rows"] = table["rows"][:3]
    change(table)
    return json.dumps(table).encode()


UNREADABLE: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "another format": (lambda t: t.update(format="kgbx-decision-table/2"), "D_CODE", "/format"),
    "an unknown member": (lambda t: t.update(Vredebregt=1), "D_UNKNOWN_MEMBER", ""),
    "an empty table": (lambda t: t.update(rows=[]), "D_LENGTH", "/rows"),
    "one id twice": (lambda t: t["rows"][2].update(id=t["rows"][0]["id"]), "D_CONFLICT", "/rows/2/id"),
    "no rows": (lambda t: t.pop("rows"), "D_MISSING", "/rows"),
    "an unknown list of facts": (lambda t: t["facts"].update(Vredebregt=[]), "D_UNKNOWN_MEMBER", "/facts"),
    "an unknown list in a row": (lambda t: t["rows"][1]["facts"].update(x=[]), "D_UNKNOWN_MEMBER", "/rows/1/facts"),
    "a policy without purposes": (lambda t: t["policy"].pop("purpose_tree"), "D_MISSING", "/policy/purpose_tree"),
    "a wrong type": (lambda t: t["rows"][0]["request"].update(at=20260301), "D_TYPE", "/rows/0/request/at"),
    "an impossible day": (lambda t: t["rows"][0]["request"].update(at="2026-02-30"), "D_FORMAT", "/rows/0/request/at"),
    "an array for one of two alternatives": (
        lambda t: t["facts"]["organisations"][0].update(may_use_bsn=[]),
        "D_TYPE",
        "/facts/organisations/0/may_use_bsn",
    ),
    "an unknown reason": (
        lambda t: t["rows"][0]["expect"].update(reasons=["BECAUSE"]),
        "D_CODE",
        "/rows/0/expect/reasons/0",
    ),
    "an unknown subject": (
        lambda t: t["rows"][0]["request"]["item"].update(about=["K99"]),
        "D_REFERENCE",
        "/rows/0/request/item/about/0",
    ),
    "an unknown recipient": (
        lambda t: t["rows"][0]["request"].update(recipient="NOBODY"),
        "D_REFERENCE",
        "/rows/0/request/recipient",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_table_that_cannot_be_read_is_not_run(name: str) -> None:
    change, code, pointer = UNREADABLE[name]
    with pytest.raises(DocumentError) as caught:
        run_table(changed(change))
    assert (caught.value.problems[0].code, caught.value.problems[0].pointer) == (code, pointer)


def test_a_table_changed_by_nobody_is_run() -> None:
    """The control of the cases above."""
    assert all(result.ok for result in run_table(changed(lambda table: table)))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda t: t, 0),
        (lambda t: t["rows"][1]["expect"].update(permit=False), 1),
        (lambda t: t["rows"][0]["expect"].update(escalate=True), 1),
        (lambda t: t["rows"][1]["expect"].update(released_by={"K9": "team"}), 1),
        (lambda t: t.pop("rows"), 2),
        (lambda t: t.update(rows=[]), 2),
        (lambda t: t["rows"][1].update(id=t["rows"][0]["id"]), 2),
    ],
    ids=["all pass", "another permit", "another escalation", "another release", "unreadable", "empty", "one id twice"],
)
def test_the_status_tells_how_it_went(
    change: Callable[[dict[str, Any]], object], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "table.json").write_bytes(changed(change))
    assert run_and_report(["policy", "check", str(tmp_path / "table.json")]) == status
    assert capsys.readouterr().out.endswith("passed, 0 failed\n") == (status == 0)


def test_a_denial_explains_itself_with_its_article() -> None:
    dutch, english = (RESULTS["55"].got.explain(language) for language in ("nl", "en"))
    assert "Jeugdwet 7.3.11 lid 3" in dutch[0]
    assert "strenger dan de wet" in dutch[0]
    assert "stricter than the statute" in english[0]


def test_a_permit_has_nothing_to_explain() -> None:
    assert RESULTS["2"].got.explain("nl") == ()


def test_a_denial_of_the_statute_is_not_called_stricter() -> None:
    assert "strenger" not in " ".join(RESULTS["1"].got.explain("nl"))


def test_the_policy_in_force_is_shown_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_and_report(["policy", "show", "--at", "2026-03-01"]) == 0
    shown = capsys.readouterr().out
    assert "nl-2026-01" in shown
    assert "Jeugdwet 7.3.11 lid 4" in shown


def test_the_policy_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_and_report(["policy", "show", "--at", "2026-10-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "nl-2026-09"

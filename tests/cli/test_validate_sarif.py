# SPDX-License-Identifier: EUPL-1.2
"""The SARIF log has what section 3 of SARIF 2.1.0 requires, and what a code host needs to show a problem in its line.

No package that the tests use ships the official schema, so the required members are checked one by one.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from kgbx import __version__
from kgbx.case.rules import RULES
from kgbx.cli.sarif import uri_of
from tests.canary import NAME, smells
from tests.case.builders import as_bytes, smallest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a case, over several lines, with a mistake, a warning and a name; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    case = smallest()
    case["statements"][0]["told_on"] = NAME
    (tmp_path / "wrong case.json").write_text(json.dumps(case, indent=1), encoding="utf-8")
    return tmp_path


def run_of(ran: Ran) -> dict[str, Any]:
    """Return the one run of a log."""
    assert ran.json["version"] == "2.1.0"
    assert ran.json["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = ran.json["runs"]
    found: dict[str, Any] = run
    return found


def test_a_result_says_where_and_what_to_do(kgbx: Kgbx, wrong: Path) -> None:
    (result,) = run_of(kgbx("validate", ".", "--sarif"))["results"]
    line = (wrong / "wrong case.json").read_text(encoding="utf-8").splitlines().index(f'   "told_on": "{NAME}",') + 1
    assert (result["ruleId"], result["level"]) == ("D_LENGTH", "error")
    assert "2026-03-01" in result["message"]["text"]
    assert result["locations"] == [
        {
            "logicalLocations": [{"fullyQualifiedName": "/statements/0/told_on"}],
            "physicalLocation": {
                "artifactLocation": {"uri": "wrong%20case.json"},
                "region": {"startLine": line},
            },
        }
    ]


def test_every_rule_that_occurs_is_described_in_both_languages(kgbx: Kgbx, wrong: Path) -> None:
    (wrong / "x.json").write_bytes(as_bytes(smallest()))
    run = run_of(kgbx("validate", wrong, "--sarif"))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) > 1
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    for rule in rules:
        assert rule["messageStrings"]["nl"]["text"] != rule["messageStrings"]["en"]["text"]
        assert rule["helpUri"].startswith("https://")


def test_a_warning_is_a_warning(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(as_bytes(smallest()))
    run = run_of(kgbx("validate", tmp_path, "--sarif"))
    severities = {rule.id: rule.severity for rule in RULES}
    assert {result["level"] for result in run["results"]} == {"warning"}
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert levels == {code: severities[code] for code in levels}


def test_the_run_names_the_program_and_its_exit(kgbx: Kgbx, wrong: Path) -> None:
    ran = kgbx("validate", wrong, "--sarif")
    run = run_of(ran)
    assert (run["tool"]["driver"]["name"], run["tool"]["driver"]["version"]) == ("kgbx", __version__)
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": ran.status}]


def test_a_log_without_results_is_whole(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"[]")
    run = run_of(kgbx("validate", tmp_path, "--sarif", "--only-cases"))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_the_sentences_are_in_the_chosen_language(kgbx: Kgbx, wrong: Path) -> None:
    run = run_of(kgbx("--lang", "nl", "validate", wrong, "--sarif"))
    assert (run["language"], "Een goede waarde" in run["results"][0]["message"]["text"]) == ("nl", True)


def test_nothing_of_the_case_is_in_the_log(kgbx: Kgbx, wrong: Path) -> None:
    assert not smells(kgbx("validate", wrong, "--sarif").out)


def test_what_is_no_json_has_a_file_but_no_line(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b'{"a":')
    (result,) = run_of(kgbx("validate", tmp_path, "--sarif"))["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_standard_input_has_no_file(kgbx: Kgbx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    (result,) = run_of(kgbx("validate", "-", "--sarif"))["results"]
    assert list(result["locations"][0]) == ["logicalLocations"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a.json", "a.json"),
        ("./b/../a b.json", "a%20b.json"),
        ("../x.json", "../x.json"),
        ("é#?%.json", "%C3%A9%23%3F%25.json"),
        ("a:b.json", "a%3Ab.json"),
        ("n\udcff.json", "n%FF.json"),
        ("/elsewhere/a b.json", "file:///elsewhere/a%20b.json"),
    ],
)
def test_a_path_becomes_a_uri(path: str, uri: str) -> None:
    assert uri_of(path) == uri
    assert re.fullmatch(r"[A-Za-z0-9._~%:/-]+", uri)


def test_an_absolute_path_here_becomes_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert uri_of(os.path.join(tmp_path, "b", "a.json")) == "b/a.json"  # noqa: PTH118  # as a caller may spell it

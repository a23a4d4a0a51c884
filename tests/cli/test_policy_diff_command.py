# SPDX-License-Identifier: EUPL-1.2
"""``kgbx policy diff``: published versions and files, in both languages, with examples that can be run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

PUBLISHED = schemas_path("policy", "nl-2026-09.json")


def written(path: Path, functions: tuple[str, ...], days: int) -> Path:
    """Write the published policy with few minimal sets and a term for emergencies: few are compared quickly."""
    policy: dict[str, Any] = json.loads(PUBLISHED.read_bytes())
    policy["necessary"] = [row for row in policy["necessary"] if row["function"] in functions]
    emergency = next(one for one in policy["provisions"] if one["id"] == "NOOD")
    emergency["max_days"] = days
    path.write_text(json.dumps(policy), encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a policy for schools and debt counselling."""
    return written(tmp_path / "small.json", ("school", "schuldhulp"), 3)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Return a policy with a longer emergency, for schools only."""
    return written(tmp_path / "ours.json", ("school",), 5)


def test_the_published_policies_widen_nothing(kgbx: Kgbx) -> None:
    ran = kgbx("policy", "diff", "nl-2026-01", "nl-2026-09")
    assert ran.status == 0
    assert ran.out.splitlines()[:2] == ["Wider: 0 kinds of requests", "Narrower: 0 kinds of requests"]


def test_what_became_wider_is_told_once_for_all_senders_and_ages(kgbx: Kgbx, small: Path, ours: Path) -> None:
    ran = kgbx("policy", "diff", small, ours)
    assert ran.status == 1
    assert (
        "  NOOD, on request; 4 days\n      school, school_support, age 0-11, 12-15, 16-17, 18+, from 29 func" in ran.out
    )
    assert "was CONSENT_MISSING, TERM_TOO_LONG; now power:NOOD" in ran.out
    assert "schuldhulp, debt_help" in ran.out.partition("Narrower")[2]


def test_dutch_is_spoken_too(kgbx: Kgbx, small: Path, ours: Path) -> None:
    assert "NOOD, op verzoek; 4 dagen" in kgbx("--lang", "nl", "policy", "diff", small, ours).out


def test_an_example_is_a_row_of_a_decision_table(kgbx: Kgbx, small: Path, ours: Path, tmp_path: Path) -> None:
    example = kgbx("policy", "diff", small, ours, "--json").json["wider"][0]["example"]
    outcomes = {"before": (small, False), "after": (ours, True)}
    rows = []
    for name, (policy, permit) in outcomes.items():
        expect = {"permit": permit, "reasons": [], "escalate": False}
        rows.append({"id": name, "title": name, "policy": json.loads(policy.read_bytes()), **example, "expect": expect})
    table = {"format": "kgbx-decision-table/1", "title": "x", "policy": rows[0]["policy"], "facts": {}, "rows": rows}
    (tmp_path / "table.json").write_text(json.dumps(table), encoding="utf-8")
    assert kgbx("policy", "check", tmp_path / "table.json").out == "2 passed, 0 failed\n"


@pytest.mark.parametrize(("name", "status"), [("nl-1999-01", 5), (schemas_path("codes", "sex.json"), 2)])
def test_what_is_no_policy_is_refused(kgbx: Kgbx, name: object, status: int) -> None:
    assert kgbx("policy", "diff", "nl-2026-09", name).status == status


UNREADABLE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an unknown function that needs": (
        lambda policy: policy["necessary"][0].update(function="skool"),
        "D_CODE /necessary/0/function",
    ),
    "an unknown sender": (
        lambda policy: policy["provisions"][0].update(senders=["skool"]),
        "D_CODE /provisions/0/senders/0",
    ),
    "an unknown function in a list that closes": (
        lambda policy: policy["collective_functions"].append("skool"),
        "D_CODE /collective_functions/",
    ),
    "an unknown member": (lambda policy: policy["provisions"][0].update(skool=1), "D_UNKNOWN_MEMBER /provisions/0"),
    "no provisions": (lambda policy: policy.pop("provisions"), "D_MISSING /provisions"),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("first", [True, False])
def test_a_policy_that_cannot_be_read_whole_decides_nothing(
    kgbx: Kgbx, tmp_path: Path, name: str, *, first: bool
) -> None:
    change, told = UNREADABLE[name]
    policy = json.loads(PUBLISHED.read_bytes())
    change(policy)
    (tmp_path / "other.json").write_text(json.dumps(policy), encoding="utf-8")
    files = (tmp_path / "other.json", "nl-2026-09") if first else ("nl-2026-09", tmp_path / "other.json")
    ran = kgbx("policy", "diff", *files)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert "skool" not in ran.err


def test_a_policy_that_is_no_json_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_bytes(b'{"format": "kgbx-policy/1"')
    assert kgbx("policy", "diff", tmp_path / "other.json", "nl-2026-09").status == 2

# SPDX-License-Identifier: EUPL-1.2
"""Whatever stands in a table: it is run whole, or refused with codes and pointers, and a bad one never permits."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.cli.main import run_and_report
from kgbx.consent.access_table import run_any_table
from kgbx.errors import DocumentError
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.errors import Problem

HERE: Final = Path(__file__).parent
TABLES: Final = {name: json.loads((HERE / f"{name}.json").read_bytes()) for name in ("decisions", "access")}
ODD: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 1e9, 2**53 + 1, "", "*", "\0", "x" * 300, "2026-02-30", "9999-12-31", "0001-01-01"),
    *([], [[]], {}, {"Vredebregt": 1}, ["K9"], {"K9": "consent"}, "permit", "12026-01-01", "2026-01-01T00:00:00Z"),
)


def small(name: str, dice: random.Random) -> dict[str, Any]:
    """Return a table with two of its rows."""
    table: dict[str, Any] = copy.deepcopy({**TABLES[name], "rows": dice.sample(TABLES[name]["rows"], 2)})
    return table


def places(value: object) -> list[tuple[Any, Any]]:
    """Return every container in a value with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else list(range(len(one))) if isinstance(one, list) else []
        found += [(one, key) for key in keys]
        waiting += [one[key] for key in keys]  # type: ignore[index]  # containers only
    return found


def mutated(name: str, seed: int) -> bytes:
    """Return a table in which something was changed, removed, added or cut off."""
    dice = random.Random(seed)  # noqa: S311  # made-up tables, no secret
    table = small(name, dice)
    for _ in range(dice.randint(1, 3)):
        container, key = dice.choice(places(table))
        action = dice.choice(["change", "change", "remove", "add", "swap"])
        if action == "remove":
            del container[key]
        elif action == "add" and isinstance(container, dict):
            container["Vredebregt"] = dice.choice(ODD)
        elif action == "swap":
            other, place = dice.choice(places(table))
            container[key] = copy.deepcopy(other[place])
        else:
            container[key] = dice.choice(ODD)
    data = json.dumps(table).encode()
    return data[: dice.randrange(len(data))] if dice.random() < 0.05 else data


@settings(max_examples=scaled(quick=150, ci=1000, long=100_000))
@given(name=st.sampled_from(sorted(TABLES)), seed=st.integers(0, 2**32))
def test_a_table_is_run_whole_or_refused(name: str, seed: int) -> None:
    data = mutated(name, seed)
    problems = refused(data)
    told = "".join(problem.pointer + problem.text.en for problem in problems)
    assert all(problem.code.startswith("D_") for problem in problems)
    assert "Vredebregt" not in told
    if not problems:
        results = run_any_table(data)
        assert len(results) == len(json.loads(data)["rows"])
        assert all(bool(one.got.reasons) != one.got.permit for one in results)


def refused(data: bytes) -> tuple[Problem, ...]:
    try:
        run_any_table(data)
    except DocumentError as error:
        return error.problems
    return ()


@pytest.mark.parametrize("seed", range(scaled(quick=12, ci=60, long=1000)))
def test_the_command_line_says_so_with_status_2(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "table.json").write_bytes(mutated("decisions", seed))
    status = run_and_report(["policy", "check", "--json", str(tmp_path / "table.json")])
    told = json.loads(capsys.readouterr().out)
    assert status in (0, 1, 2)
    assert (status == 2) == ("error" in told)


def test_the_tables_are_refused_and_run_in_both_kinds() -> None:
    """The control: what is searched above is neither always refused nor always run."""
    outcomes = {(name, refused(mutated(name, seed)) != ()) for name in TABLES for seed in range(30)}
    assert outcomes == {(name, told) for name in TABLES for told in (True, False)}

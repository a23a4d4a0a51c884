# SPDX-License-Identifier: EUPL-1.2
"""T1, T2, T18: processes of both sides die, or sleep past their lease, at every failpoint; nothing is lost or twice."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.delivery.kill.checks import in_order
from tests.delivery.kill.roles import PLACES
from tests.effort import scaled

if TYPE_CHECKING:
    from pathlib import Path

EACH = 10
CHUNKS = scaled(quick=1, ci=33, long=150)
SEEDS_APART = 1000


def lived(folder: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.delivery.kill.run", "--folder", str(folder), *options]
    done = subprocess.run(command, capture_output=True, timeout=300, check=True)
    return json.loads(done.stdout)  # type: ignore[no-any-return]  # its own words


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_t1_t2_t18_killed_at_failpoints_nothing_is_lost_and_nothing_comes_twice(chunk: int, tmp_path: Path) -> None:
    found = lived(tmp_path / "runs", "--seed", str(chunk * SEEDS_APART), "--kills", str(EACH))
    assert found["problems"] == [], f"python -m tests.delivery.kill.run --seed {chunk * SEEDS_APART} --kills {EACH}"
    assert len(found["kills"]) >= EACH
    assert all(place in PLACES[role] for role, place in found["kills"])


def test_a_careless_sender_is_caught(tmp_path: Path) -> None:
    found = lived(tmp_path / "runs", "--kills", "40", "--careless", "--seed", "7")
    assert any("I1 lost" in one for one in found["problems"])


@pytest.mark.parametrize(
    ("handed", "holds"),
    [
        ([[1, []], [2, []], [3, []]], True),
        ([[1, []], [3, [2]], [2, []]], True),
        ([[1, []], [3, []], [2, []]], False),
        ([[1, []], [2, []]], False),
        ([[1, []], [2, []], [2, []], [3, []]], False),
    ],
    ids=["in order", "told", "not told", "lost", "twice"],
)
def test_the_check_of_order_can_fail(handed: list[tuple[int, list[int]]], holds: bool) -> None:  # noqa: FBT001  # a case
    assert in_order(handed, [1, 2, 3]) is holds

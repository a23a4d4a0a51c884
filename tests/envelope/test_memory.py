# SPDX-License-Identifier: EUPL-1.2
"""Memory, measured in a process of its own: large parts stream, and small inputs cannot take much."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

import pytest

from kgbx.limits import MIB
from tests.effort import MACHINE_CANNOT, scaled
from tests.envelope.by_memory import INPUTS, STATUS

PART_BYTES: Final = scaled(quick=64 * MIB, ci=1024 * MIB, long=4096 * MIB)
PART_BOUND: Final = 32
"""MiB by which sealing and opening a part of any size may grow the process."""

INPUT_BOUND: Final = 128
"""MiB that an input of 4 MiB may take: JSON of the smallest members, all different, takes 20 times its text."""

READERS: Final = (
    "bare envelope",
    "headers",
    "bundle",
    "evidence that is verified",
    "directory of keepers",
    "trust",
    "signed document",
)
SECONDS: Final = 300

pytestmark = pytest.mark.skipif(not STATUS.exists(), reason=f"{MACHINE_CANNOT}it does not tell what a process takes")


def measured(*arguments: object) -> Any:  # noqa: ANN401  # JSON
    done = subprocess.run(
        [sys.executable, "-m", "tests.envelope.by_memory", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_an_attachment_is_streamed_in_bounded_memory() -> None:
    found = measured("large", PART_BYTES)
    assert found["outcomes"] == ["right"]
    assert found["grown"] < PART_BOUND


@pytest.mark.parametrize("reader", READERS[: scaled(quick=1, ci=len(READERS), long=len(READERS))])
def test_no_input_of_4_mib_takes_more_than_the_bound(reader: str) -> None:
    inputs = list(INPUTS)[: scaled(quick=3, ci=len(INPUTS), long=len(INPUTS))]
    found = measured("hostile", reader, *inputs)
    assert len(found["outcomes"]) == len(inputs)
    assert sum(code != "accepted" for code in found["outcomes"]) >= len(inputs) - 2  # headers alone do not tell enough
    assert found["grown"] < INPUT_BOUND


def test_what_takes_much_is_seen() -> None:
    """The control: reading the smallest members takes more memory than there are bytes."""
    assert 20 < measured("hostile", "headers", "members")["grown"] < INPUT_BOUND

# SPDX-License-Identifier: EUPL-1.2
"""A program that the system stops cleans up like one that a person stops: no content is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import GI

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

AT = "2026-03-01T12:00:00Z"

STOPS_AFTER_THE_FIRST_PART = """
import os, signal, sys
from kgbx.cli.main import run
from kgbx.envelope.unseal import OpenedPart

number, before, real = int(sys.argv[1]), sys.argv[2], OpenedPart.save

def save(part, path):
    real(part, path)
    os.kill(os.getpid(), number)

OpenedPart.save = save
if number:
    signal.signal(number, signal.SIG_IGN if before == "ignored" else signal.SIG_DFL)
run(sys.argv[3:])
"""


@pytest.fixture
def unseal(kgbx: Callable[..., Ran], region: Region, tmp_path: Path) -> tuple[str, ...]:
    """Seal a message with an attachment and return the command to open it."""
    (tmp_path / "body.json").write_bytes(b"{}")
    (tmp_path / "photo.png").write_bytes(os.urandom(50_000))
    sent = ("--to", GI, "--media-type", "application/json", "--attach", tmp_path / "photo.png", "--at", AT)
    team = ("--identity", region.identity("team"), *region.known)
    assert kgbx("seal", tmp_path / "body.json", *team, *sent, "--out", tmp_path / "m.kgbx").status == 0
    kept = ("--out", tmp_path / "out", "--evidence", tmp_path / "evidence.json", "--seen", tmp_path / "seen.db")
    known = ("--identity", region.identity("gi"), *region.known, "--at", AT)
    return tuple(map(str, ("unseal", tmp_path / "m.kgbx", *known, *kept)))


def opening(unseal: tuple[str, ...], number: int, before: str = "") -> int:
    call = [sys.executable, "-c", STOPS_AFTER_THE_FIRST_PART, str(number), before, *unseal]
    return subprocess.run(call, check=False, capture_output=True).returncode  # our own program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left(unseal: tuple[str, ...], tmp_path: Path, number: signal.Signals) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    assert opening(unseal, number) == 128 + number
    assert {path.name for path in tmp_path.iterdir()} == before | {"seen.db"}
    assert opening(unseal, 0) == 0  # the id was not remembered


def test_what_the_caller_ignores_stops_nothing(unseal: tuple[str, ...], tmp_path: Path) -> None:
    """As nohup does."""
    assert opening(unseal, signal.SIGHUP, "ignored") == 0
    assert (tmp_path / "out" / "1.bin").stat().st_size == 50_000

# SPDX-License-Identifier: EUPL-1.2
"""The three efforts, the refusal of silent skips, and the guard that keeps tests off the network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests.conftest import GuardedSocket, stays_on_this_machine
from tests.effort import EFFORT, EXAMPLES, MACHINE_CANNOT, effort_named, refused_skips, scaled

ROOT = Path(__file__).resolve().parents[2]
SKIPS = "import pytest\n\ndef test_a():\n    pytest.skip({!r})\n"


def run_with_skip(folder: Path, reason: str, effort: str) -> subprocess.CompletedProcess[str]:
    """Run a test that is skipped, in a process of its own."""
    (folder / "test_skipped.py").write_text(SKIPS.format(reason), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"KGBX_EFFORT": effort}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("reason", "effort", "status"),
    [("no server", "ci", 1), ("no server", "quick", 0), (MACHINE_CANNOT + "one core only", "ci", 0)],
)
def test_a_skip_fails_a_run_at_effort_ci(tmp_path: Path, reason: str, effort: str, status: int) -> None:
    done = run_with_skip(tmp_path, reason, effort)
    assert done.returncode == status, done.stdout
    assert ("at effort ci a skipped test fails the run" in done.stdout) == bool(status)


def test_only_effort_ci_refuses_skips() -> None:
    assert [len(refused_skips(effort_named(effort), ["Skipped: x"])) for effort in EXAMPLES] == [0, 1, 0]


def test_a_misspelled_effort_is_refused() -> None:
    with pytest.raises(ValueError, match="quick, ci, long"):
        effort_named("quik")


def test_a_scaled_figure_goes_with_the_effort() -> None:
    assert scaled(quick="quick", ci="ci", long="long") == EFFORT


def test_the_searches_go_with_the_effort() -> None:
    assert settings.default is not None
    assert settings.default.max_examples == EXAMPLES[EFFORT]
    assert settings.default.derandomize == (EFFORT != "long")


@pytest.mark.parametrize(
    ("family", "address", "stays"),
    [
        (socket.AF_INET, ("127.0.0.1", 80), True),
        (socket.AF_INET, ("localhost", 80), True),
        (socket.AF_INET6, ("::1", 80, 0, 0), True),
        (socket.AF_UNIX, "/run/postgresql", True),
        (socket.AF_INET, ("192.0.2.1", 80), False),
        (socket.AF_INET, ("example.org", 80), False),
        (socket.AF_INET6, ("2001:db8::1", 80, 0, 0), False),
    ],
)
def test_which_addresses_stay_on_this_machine(family: int, address: object, *, stays: bool) -> None:
    assert stays_on_this_machine(family, address) == stays


def test_no_test_can_connect_to_another_machine() -> None:
    with GuardedSocket() as guarded, pytest.raises(Exception, match=r"^$") as caught:
        guarded.connect(("192.0.2.1", 9))
    assert caught.typename == "NetworkRefusedError"


def test_the_guard_is_what_tests_get() -> None:
    assert socket.socket.__name__ == "GuardedSocket"

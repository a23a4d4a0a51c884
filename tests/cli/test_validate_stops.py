# SPDX-License-Identifier: EUPL-1.2
"""What happens to the whole program when it, or a process of it, is stopped. Standard input makes it wait meanwhile.

Reading stderr to its end waits for every process that the program started: a stray one would hold it open.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.case.builders import as_bytes, smallest
from tests.effort import MACHINE_CANNOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_SECONDS = 60
HAS_PROC = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two sets of cases."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        for number in range(8):
            (tmp_path / name / f"{number}.json").write_bytes(as_bytes(smallest()))
    return tmp_path


@pytest.fixture
def waiting(folder: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Start the program on the first set, standard input and the second set; return it when it waits for its input."""
    more: tuple[str, ...] = getattr(request, "param", ())
    command = [sys.executable, "-m", "kgbx", "validate", "first", "-", "second", "--jobs", "2", *more]
    environment = os.environ | {"KGBX_LANG": "en", "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        yield program
        program.kill()


def told_first(program: subprocess.Popen[str]) -> list[str]:
    """Return the lines about the first set: after them the program waits."""
    lines = iter(program.stdout or ())
    return [next(line for line in lines if line.startswith("first")) for _ in range(8)]


def children(program: subprocess.Popen[str]) -> list[int]:
    """Return the processes that the program started and that work for it."""
    listed = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text(encoding="utf-8").split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed}
    return [pid for pid, command in commands.items() if b"spawn_main" in command]


@pytest.mark.parametrize("stop", [os.killpg, os.kill], ids=["terminal", "program alone"])
def test_ctrl_c_stops_all_of_it_without_a_word(waiting: subprocess.Popen[str], stop: object) -> None:
    told_first(waiting)
    (os.killpg if stop is os.killpg else os.kill)(waiting.pid, signal.SIGINT)
    _, err = waiting.communicate(timeout=LIMIT_SECONDS)
    assert (waiting.returncode, err) == (130, "\n")


def test_nothing_is_left_of_a_program_that_was_killed(waiting: subprocess.Popen[str]) -> None:
    told_first(waiting)
    waiting.kill()
    _, err = waiting.communicate(timeout=LIMIT_SECONDS)
    assert (waiting.returncode, err) == (-signal.SIGKILL, "")


@pytest.mark.skipif(not HAS_PROC, reason=f"{MACHINE_CANNOT}it does not list the children of a process")
def test_a_killed_worker_is_a_clear_line(waiting: subprocess.Popen[str]) -> None:
    told_first(waiting)
    workers = children(waiting)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    out, err = waiting.communicate("{}", timeout=LIMIT_SECONDS)
    assert (len(workers), waiting.returncode, "second" in out) == (2, 70, False)
    assert err.startswith("kgbx: F_WORKER: ")
    assert "Traceback" not in err


@pytest.mark.parametrize("waiting", [("--json",)], indirect=True)
def test_a_run_that_ends_well_leaves_one_object_and_no_process(waiting: subprocess.Popen[str]) -> None:
    out, err = waiting.communicate("{}", timeout=LIMIT_SECONDS)
    assert (waiting.returncode, len(json.loads(out)["files"]), err) == (1, 17, "")


@pytest.mark.parametrize("waiting", [("--json",)], indirect=True)
def test_stopping_leaves_no_half_object(waiting: subprocess.Popen[str]) -> None:
    if waiting.stdin is None:
        pytest.fail("no pipe")
    waiting.stdin.write(" " * 200_000)  # more than a pipe holds: it is written when the program reads it
    os.killpg(waiting.pid, signal.SIGINT)
    out, _ = waiting.communicate(timeout=LIMIT_SECONDS)
    assert (waiting.returncode, out) == (130, "")


def test_a_reader_that_leaves_did_not_hear_all_and_is_told_nothing(waiting: subprocess.Popen[str]) -> None:
    told_first(waiting)
    if waiting.stdout is None or waiting.stdin is None or waiting.stderr is None:
        pytest.fail("no pipe")
    waiting.stdout.close()
    waiting.stdin.close()
    assert (waiting.stderr.read(), waiting.wait(LIMIT_SECONDS)) == ("", 5)

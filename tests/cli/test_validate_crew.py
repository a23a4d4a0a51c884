# SPDX-License-Identifier: EUPL-1.2
"""A crew gives every result, in order; loses none in silence; and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe
from typing import TYPE_CHECKING

import pytest

from kgbx.cli import crew
from kgbx.cli.crew import Crew, cores, work
from kgbx.errors import EXIT_BUG, KgbxError
from kgbx.limits import MAX_JOBS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.context import SpawnProcess
    from pathlib import Path


@pytest.fixture
def two() -> Iterator[Crew[int, str]]:
    """Return two workers that say numbers."""
    crew_of_two: Crew[int, str] = Crew(str, size=2)
    with crew_of_two as workers:
        yield workers


def processes_of(workers: Crew[int, str]) -> list[SpawnProcess]:
    return [worker.process for worker in workers.workers]


@pytest.mark.parametrize("things", [range(0), range(1), range(3), range(5000)], ids=len)
def test_results_are_in_the_order_of_the_things(two: Crew[int, str], things: Sequence[int]) -> None:
    assert list(two.results(things)) == [str(thing) for thing in things]


def test_a_crew_works_again_with_the_same_processes(two: Crew[int, str]) -> None:
    assert list(two.results([1, 2])) == ["1", "2"]
    before = [process.pid for process in processes_of(two)]
    assert list(two.results([3])) == ["3"]
    assert [process.pid for process in processes_of(two)] == before


def test_a_crew_of_one_needs_no_process() -> None:
    alone: Crew[str, int] = Crew(lambda _: os.getpid(), size=1)
    with alone as workers:
        assert list(workers.results("ab")) == [os.getpid()] * 2
        assert workers.workers == []


def test_a_slow_thing_holds_up_only_a_window_of_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_WINDOW", 2)
    monkeypatch.setattr(crew, "_CHUNK", 1)
    with Crew(str, size=2) as workers:
        found = workers.results(range(100))
        next(found)
        assert all(worker.chunk is None or worker.chunk < 2 for worker in workers.workers)
        assert list(found) == [str(n) for n in range(1, 100)]


def test_a_worker_that_ends_before_it_is_done_is_an_error() -> None:
    with Crew(os._exit, size=2) as workers, pytest.raises(KgbxError) as caught:
        list(workers.results([9, 9]))
    assert (caught.value.code, caught.value.exit_status) == ("F_WORKER", EXIT_BUG)


def test_a_worker_that_was_killed_while_it_waited_is_an_error(two: Crew[int, str]) -> None:
    list(two.results([1, 2]))
    for process in processes_of(two):
        process.kill()
        process.join()
    with pytest.raises(KgbxError) as caught:
        list(two.results([3]))
    assert caught.value.code == "F_WORKER"


def test_a_bug_in_a_worker_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with Crew(int, size=2) as workers, pytest.raises(KgbxError):
        list(workers.results(["Vredebregt", "2"]))
    assert capfd.readouterr() == ("", "")


def test_no_worker_is_left_when_the_work_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with Crew(time.sleep, size=2) as workers:
        monkeypatch.setattr(crew, "wait", lambda _: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            list(workers.results([3600, 3600]))
        processes = [worker.process for worker in workers.workers]
    assert [process.exitcode for process in processes] == [-signal.SIGKILL] * 2


HELD = """
import signal
from functools import partial
from kgbx.cli.crew import Crew
if __name__ == "__main__":
    with Crew(partial(signal.pthread_sigmask, signal.SIG_BLOCK), size=2) as workers:
        print([signal.SIGINT in signals for signals in workers.results([(), ()])])
"""


def test_no_worker_sees_ctrl_c_not_even_the_first_of_a_program(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HELD, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(tmp_path / "program.py")]
    assert subprocess.run(command, env=environment, capture_output=True, check=True).stdout == b"[True, True]\n"


def test_ctrl_c_is_held_only_while_a_worker_starts(two: Crew[int, str]) -> None:
    list(two.results([1, 2]))
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_a_worker_leaves_when_its_link_ends() -> None:
    ours, theirs = Pipe()
    worker = threading.Thread(target=work, args=(theirs, str))
    worker.start()
    ours.send((1, 2))
    assert ours.recv() == ["1", "2"]
    ours.close()
    worker.join()


def test_there_are_at_most_as_many_workers_as_can_be_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(1000)))
    assert cores() == MAX_JOBS


def test_where_a_process_cannot_be_bound_all_cores_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert cores() == 1

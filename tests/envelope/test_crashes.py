# SPDX-License-Identifier: EUPL-1.2
"""Real processes: killed between the checks and the write, two at once with one message, a disk that is full."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from typing import TYPE_CHECKING

from kgbx.envelope.replay import SqliteReplayStore
from kgbx.errors import EnvelopeError
from tests.envelope.makers import BODY, opened, sealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess
    from pathlib import Path

FORK = multiprocessing.get_context("fork")
MESSAGE = sealed(attachments=[b"x" * 400_000]).to_bytes()
DONE, DUPLICATE, NO_SPACE = 0, 7, 8


class Killed(SqliteReplayStore):
    """A store whose process dies when everything was checked and the id is to be written."""

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().write(org, message_id, digest=digest, expires=expires)


def started(action: Callable[[], int]) -> ForkProcess:
    """Run the action in a process that leaves with what it returns."""
    process = FORK.Process(target=lambda: os._exit(action()))
    process.start()
    return process


def opening(path: Path, store: type[SqliteReplayStore] = SqliteReplayStore) -> int:
    try:
        opened(MESSAGE, seen=store(path))
    except EnvelopeError as error:
        return DUPLICATE if error.code == "E_DUPLICATE" else 1
    return DONE


def test_killed_before_the_write_the_message_can_still_be_received(tmp_path: Path) -> None:
    process = started(lambda: opening(tmp_path / "seen", Killed))
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert opened(MESSAGE, seen=SqliteReplayStore(tmp_path / "seen")).body == BODY


def test_two_processes_with_one_message_receive_it_once(tmp_path: Path) -> None:
    SqliteReplayStore(tmp_path / "seen").close()
    processes = [started(lambda: opening(tmp_path / "seen")) for _ in range(4)]
    for process in processes:
        process.join()
    assert sorted(process.exitcode or 0 for process in processes) == [DONE, DUPLICATE, DUPLICATE, DUPLICATE]


def saving(path: Path) -> int:
    """Save an attachment where a file may have 100,000 bytes."""
    message = opened(MESSAGE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        message.parts[1].save(path)
    except OSError:
        return NO_SPACE
    return DONE


def test_disk_full_in_the_middle_of_a_part_leaves_nothing(tmp_path: Path) -> None:
    process = started(lambda: saving(tmp_path / "1.bin"))
    process.join()
    assert (process.exitcode, list(tmp_path.iterdir())) == (NO_SPACE, [])

# SPDX-License-Identifier: EUPL-1.2
"""The file of handovers: one step at a time, and no message of a step that could not be kept."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from tests.case.builders import MOTHER
from tests.cli.test_handover import AT, B, Desk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.test_handover import Kgbx


@pytest.fixture
def desk(kgbx: Kgbx, tmp_path: Path) -> Desk:
    return Desk(kgbx, tmp_path)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.replace", replace)


@pytest.mark.usefixtures("full_disk")
def test_a_step_that_cannot_be_kept_leaves_no_message_to_send(desk: Desk) -> None:
    before, out = desk.state("a").read_bytes(), desk.folder / "no.body"
    more = ("--to", B, "--person", MOTHER, "--case", desk.known, "--out", out, *AT)
    assert desk.kgbx("handover", "offer", desk.state("a"), *more).status != 0
    assert (out.exists(), desk.state("a").read_bytes() == before) == (False, True)


def test_a_completion_that_cannot_be_kept_leaves_none(desk: Desk, request: pytest.FixtureRequest) -> None:
    """Else its message would end the contact of the sender, while the receiver does not know that it began."""
    state, out, case_out = desk.met(), desk.folder / "no.body", desk.folder / "no.json"
    before = state.read_bytes()
    request.getfixturevalue("full_disk")
    more = ("--name", "Samira Vossen", "--case-out", case_out, "--out", out, *AT)
    assert desk.kgbx("handover", "complete", state, desk.known, *more).status != 0
    assert (out.exists(), case_out.exists(), state.read_bytes() == before) == (False, False, True)


class Halfway:
    """Standard input that looks, when the command reads it, whether another process may change the folder."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.buffer = self
        self._folder = folder
        self._data = data
        self.locked: list[bool] = []

    def isatty(self) -> bool:
        return False

    def read(self, _limit: int) -> bytes:
        self.locked.append(is_locked(self._folder))
        return self._data


def is_locked(folder: Path) -> bool:
    """Tell whether somebody changes a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def test_no_other_process_changes_the_file_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two steps at once one would be lost, and who took over could forget that it did."""
    body, halfway = desk.offer(), Halfway(desk.folder, desk.known.read_bytes())
    monkeypatch.setattr("sys.stdin", halfway)
    assert desk.take("b", body, "--case", "-").status == 0
    assert (halfway.locked, is_locked(desk.folder)) == ([True], False)

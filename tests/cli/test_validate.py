# SPDX-License-Identifier: EUPL-1.2
"""Validate on the command line: what was not looked at is never told as good."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]


def test_a_folder_without_cases_is_a_problem(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("validate", tmp_path, "--json")
    assert ran.status == 5
    assert [(row["path"], row["problems"][0]["code"]) for row in ran.json["files"]] == [(str(tmp_path), "F_FILE")]


def test_a_folder_that_may_not_be_read_is_a_problem(
    kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "case.json").write_bytes(b"{}")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", guarded)
    ran = kgbx("validate", tmp_path, "--json")
    found = {row["path"]: row["problems"][0]["code"] for row in ran.json["files"]}
    assert (ran.status, found[str(tmp_path / "shut")], len(found)) == (5, "F_FILE", 2)

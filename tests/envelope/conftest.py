# SPDX-License-Identifier: EUPL-1.2
"""Folders with keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.envelope.identity import save
from tests.envelope.makers import IDENTITY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of behaviour do not need 128 MiB a derivation; one test uses the real figures."""
    monkeypatch.setattr("kgbx.envelope.keyfiles._COST", {"n": 2, "r": 8, "p": 1})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(IDENTITY, tmp_path / "identity", passphrase=None)
    return tmp_path / "identity"


@pytest.fixture
def locked(tmp_path: Path, fast: None) -> Path:  # noqa: ARG001  # slow otherwise
    save(IDENTITY, tmp_path / "locked", passphrase=b"correct horse")
    return tmp_path / "locked"

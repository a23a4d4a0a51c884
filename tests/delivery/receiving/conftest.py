# SPDX-License-Identifier: EUPL-1.2
"""The journey, set up once for each module that shares cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.journey import Stage, set_stage
from tests.delivery.receiving.sharing import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("sharing") / "demo")


@pytest.fixture
def world(tmp_path: Path, stage: Stage) -> World:
    return World(tmp_path, stage)

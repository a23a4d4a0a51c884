# SPDX-License-Identifier: EUPL-1.2
"""The journey of the demonstration, walked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.journey import Crossing, Stage, cross, set_stage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder: Path = tmp_path_factory.mktemp("journey") / "demo"
    return set_stage(folder)


@pytest.fixture(scope="session")
def crossings(stage: Stage) -> dict[str, Crossing]:
    """Return each crossing by the last four digits of the organisation."""
    return {stop.org[-4:]: cross(stage, stop) for stop in stage.script.stops}

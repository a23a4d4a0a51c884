# SPDX-License-Identifier: EUPL-1.2
"""The process of the second implementation, started once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.effort import EFFORT
from tests.interop.javascript import node_folder
from tests.peer.process import Peer
from tests.peer.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS: Final = Path(__file__).parent


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scripts and their packages; at effort ci Node must be there."""
    assert EFFORT != "ci" or (shutil.which("node") and shutil.which("npm")), "at effort ci this needs node and npm"
    return node_folder(tmp_path_factory.mktemp("peer"), SCRIPTS)


@pytest.fixture(scope="session")
def peer(scripts: Path) -> Iterator[Peer]:
    started = Peer(scripts)
    with started.process:
        yield started
        started.close()


@pytest.fixture(scope="session")
def world(peer: Peer) -> World:
    return World.made(peer)

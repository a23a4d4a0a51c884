# SPDX-License-Identifier: EUPL-1.2
"""A store is of one organisation: with the keys of another nothing is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import EXIT_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Region


@pytest.fixture
def work(kgbx: Callable[..., Any], region: Region, tmp_path: Path) -> Callable[[str], Any]:
    store, into = tmp_path / "team.db", tmp_path / "in"
    SqliteStore(store).close()
    into.mkdir()
    shared = (*region.known, "--into", into, "--once")
    return lambda name: kgbx("worker", "--store", store, "--identity", region.identity(name), *shared)


def test_a_store_is_of_whoever_works_with_it_first(work: Callable[[str], Any]) -> None:
    assert [work("team").status, work("team").status] == [0, 0]


def test_another_organisation_is_refused_before_anything_is_done(work: Callable[[str], Any]) -> None:
    work("team")
    refused = work("gi")
    assert (refused.status, "not of the organisation of these keys" in refused.err) == (EXIT_USAGE, True)
    assert work("team").status == 0

# SPDX-License-Identifier: EUPL-1.2
"""A store of each kind; one PostgreSQL database for the whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.store.postgres import PostgresStore
from tests.delivery.contract.makers import KINDS, SQL, opened, quick_folder
from tests.delivery.postgres_server import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.store import Store


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a database with empty tables, that is dropped afterwards."""
    with database() as address:
        PostgresStore(address).close()
        yield address


def _store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with quick_folder() as folder, opened(request.param, folder, lambda: request.getfixturevalue("postgres")) as store:
        yield store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind."""
    yield from _store(request)


@pytest.fixture(params=SQL)
def durable(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind that lasts."""
    yield from _store(request)

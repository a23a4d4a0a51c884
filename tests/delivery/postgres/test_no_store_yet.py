# SPDX-License-Identifier: EUPL-1.2
"""A database in which no store was made is no empty outbox."""

from __future__ import annotations

import psycopg

from kgbx.cli.main import run_and_report
from kgbx.errors import EXIT_OK, EXIT_USAGE
from tests.delivery.postgres_server import database


def test_only_init_makes_a_store_in_a_database() -> None:
    with database() as address:
        assert run_and_report(["status", "--store", address]) == EXIT_USAGE
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT to_regclass('kgbx_version')").fetchone() == (None,)
        assert run_and_report(["store", "init", "--store", address]) == EXIT_OK
        assert run_and_report(["status", "--store", address]) == EXIT_OK

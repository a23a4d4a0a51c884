# SPDX-License-Identifier: EUPL-1.2
"""The address of a database, written either way, never becomes the name of a file: it may hold a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.cli.stores import is_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOWHERE = (
    "postgresql://127.0.0.1:1/nobody?password=word",
    "host=127.0.0.1 port=1 password=word dbname=nobody",
    " dbname = nobody host = 127.0.0.1 port = 1 password = word",
)


@pytest.mark.parametrize("address", NOWHERE)
def test_a_database_that_is_not_there_leaves_no_file(
    address: str, kgbx: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="only who uses PostgreSQL has the driver")
    monkeypatch.chdir(tmp_path)
    done = kgbx("store", "init", "--store", address)
    assert done.status != 0
    assert "word" not in done.out + done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["team.db", "sqlite:host=a.db", "./host=a.db", "folder/team.db", "my host=a.db"])
def test_a_file_is_a_file(name: str) -> None:
    assert not is_database(name)

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx probe`` against a server that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from kgbx.cli.main import main
from kgbx.delivery.probing import CHECKS
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.envelope.identity import save
from tests.delivery.http.live import TOKENS, open_to_tokens, running
from tests.delivery.http.world import World
from tests.parties import GI, SCHOOL, TEAM, directory_file, party, trust_file

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    everybody = party(TEAM), party(GI), party(SCHOOL)
    save(party(TEAM).identity, tmp_path / "keys", passphrase=None)
    (tmp_path / "directory.json").write_bytes(directory_file(*(one.document for one in everybody)))
    (tmp_path / "trust.json").write_bytes(trust_file(*everybody))
    (tmp_path / "token").write_text(TOKENS[TEAM] + "\n", encoding="utf-8")
    SqliteStore(tmp_path / "store.db").close()
    named = {
        "--store": "store.db",
        "--identity": "keys",
        "--directory": "directory.json",
        "--trust": "trust.json",
        "--token-file": "token",
    }
    return [text for name, file in named.items() for text in (name, str(tmp_path / file))]


def probed(options: list[str], *more: str, url: str | None = None) -> Result:
    with running(open_to_tokens(World())) as live:
        return CliRunner().invoke(main, ["probe", url or live.url, *options, *more])


NEED_KEYS = {f"KGBX-P-{number:03}" for number in (2, 12, 13, 14)}
"""Rules that cannot be kept here: the made-up keys of the tests are of another year than the clock of the program."""


def test_an_endpoint_that_is_reached_is_told_rule_by_rule(options: list[str]) -> None:
    done = probed(options, "--json")
    kept = {one["rule"] for one in json.loads(done.stdout)["rules"] if one["kept"]}
    assert kept >= {check.rule for check in CHECKS} - NEED_KEYS


def test_an_endpoint_that_is_not_there_keeps_nothing(options: list[str]) -> None:
    done = probed(options, "--json", url="http://127.0.0.1:9")
    said = json.loads(done.stdout)["rules"]
    assert (done.exit_code, {one["kept"] for one in said}) == (1, {False})
    assert {one["detail"] for one in said if one["rule"] not in NEED_KEYS} == {"X_CONNECT"}

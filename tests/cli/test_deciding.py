# SPDX-License-Identifier: EUPL-1.2
"""Deciding again on the command line: what may not go is taken back; what lost its key is sealed to the new one."""

from __future__ import annotations

import json
import random
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kgbx.cli.deciding import CaseFolder
from kgbx.cli.stores import now_ms
from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import by_token
from kgbx.delivery.node import Node
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.directory import Directory, build_directory_file, describe, make_document
from kgbx.envelope.identity import destroy, load, update
from kgbx.errors import EXIT_USAGE, DocumentError, UsageError
from tests.delivery.http.live import running
from tests.delivery.receiving.test_run_delivery_howto import ORGS, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kgbx.delivery.records import Outgoing

TEAM, GI = ORGS["team"], ORGS["gi"]
SIDE = ("--store", "team.db", "--identity", "keys-team", "--directory", "directory.json", "--trust", "trust.json")
SEND = ("send", "case.json", "--to", GI, "--purpose", "protection", "--registers", "registers.json", *SIDE)
AGAIN = ("--cases", "cases", "--registers", "registers.json", "--log", "shared.jsonl")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    for name in ("in-team", "cases"):
        (tmp_path / name).mkdir()
    (tmp_path / "cases" / "a family.json").write_bytes((tmp_path / "case.json").read_bytes())
    (tmp_path / "cases" / "another.json").write_text("{}")
    return tmp_path


def rows(folder: Path) -> list[Outgoing]:
    with closing(SqliteStore(folder / "team.db")) as store, store.transaction() as tx:
        return list(tx.list_out())


def rotated(folder: Path) -> Node:
    """Return the partner after it destroyed the key that messages were sealed to; the directory lists the new one."""
    keys, now = folder / "keys-gi", datetime.now(UTC)
    old = load(keys, None)
    update(keys, lambda one: one.with_new_keys("enc", at=now), passphrase=None)
    destroy(keys, old.encryption_kids)
    identities = {name: load(folder / f"keys-{name}", None) for name in ORGS}
    said = [describe(one, name=name, seq=2, at=now) for name, one in identities.items()]
    documents = [make_document(one, root=identities[name].root) for one, name in zip(said, ORGS, strict=True)]
    (folder / "directory.json").write_bytes(build_directory_file(documents))
    directory = Directory.load((folder / "directory.json").read_bytes(), (folder / "trust.json").read_bytes())
    store = MemoryStore()
    return Node(
        identity=identities["gi"], directory=directory, store=store, now=now_ms, ids=uuid4, jitter=random.random
    )


def work(kgbx: Callable[..., Any], node: Node, *more: str) -> Any:  # noqa: ANN401  # what ran
    """Let the worker of the team work once, with the endpoint of the partner."""
    identify = by_token({TEAM: sha256(b"token of team").digest()})
    with running(Endpoint(node, identify)) as live:
        given = ("--into", "in-team", "--token-file", "token-team", "--endpoint", f"{GI}={live.url}")
        return kgbx("worker", "--once", *SIDE, *given, *more)


class TestSealingAgain:
    def test_what_the_partner_has_no_key_for_is_replaced_and_logged(
        self, kgbx: Callable[..., Any], folder: Path
    ) -> None:
        kgbx("store", "init", "--store", "team.db")
        sent = kgbx(*SEND, "--json").json["id"]
        ran = work(kgbx, rotated(folder), *AGAIN)
        states = {row.id: row.state for row in rows(folder)}
        (new,) = (row for row in rows(folder) if row.ref == sent)
        assert (ran.status, states[sent], new.state) == (0, "superseded", "accepted")
        (line,) = (folder / "shared.jsonl").read_text().splitlines()
        assert json.loads(line)["recipient"] == GI

    def test_without_the_cases_a_person_must_look(self, kgbx: Callable[..., Any], folder: Path) -> None:
        kgbx("store", "init", "--store", "team.db")
        kgbx(*SEND)
        work(kgbx, rotated(folder))
        assert [(row.state, row.problem) for row in rows(folder)] == [("attention", "X_UNKNOWN_KEY")]

    def test_what_may_not_go_any_more_is_not_sealed_again(self, kgbx: Callable[..., Any], folder: Path) -> None:
        kgbx("store", "init", "--store", "team.db")
        kgbx(*SEND)
        (folder / "registers.json").write_text('{"format":"kgbx-registers/1"}')
        work(kgbx, rotated(folder), *AGAIN)
        assert [row.state for row in rows(folder)] == ["attention"]
        assert not (folder / "shared.jsonl").exists()

    @pytest.mark.parametrize("half", [AGAIN[:2], AGAIN[2:4]], ids=["cases", "registers"])
    def test_cases_and_registers_go_together(
        self, kgbx: Callable[..., Any], folder: Path, half: tuple[str, ...]
    ) -> None:
        kgbx("store", "init", "--store", "team.db")
        assert kgbx("worker", "--once", *SIDE, "--into", str(folder / "in-team"), *half).status == EXIT_USAGE


class TestTakingBack:
    def test_what_may_not_go_any_more_is_taken_back(self, kgbx: Callable[..., Any], folder: Path) -> None:
        kgbx("store", "init", "--store", "team.db")
        sent = kgbx(*SEND, "--json").json["id"]
        recall = ("outbox", "recall", "case.json", *SIDE, "--registers", "registers.json")
        assert "Nothing stands here" in kgbx(*recall).out
        (folder / "registers.json").write_text('{"format":"kgbx-registers/1"}')
        assert kgbx(*recall, "--json").json == {"withdrawn": [sent]}
        assert [row.state for row in rows(folder)] == ["withdrawn"]


class TestInsteadOf:
    def test_the_old_message_is_taken_back_as_the_new_one_is_put_there(
        self, kgbx: Callable[..., Any], folder: Path
    ) -> None:
        kgbx("store", "init", "--store", "team.db")
        old = kgbx(*SEND, "--json").json["id"]
        new = kgbx(*SEND, "--instead-of", old, "--json").json["id"]
        assert {row.id: (row.state, row.ref) for row in rows(folder)} == {
            old: ("withdrawn", None),
            new: ("queued", old),
        }

    def test_a_message_that_is_not_here_puts_nothing_there(self, kgbx: Callable[..., Any], folder: Path) -> None:
        kgbx("store", "init", "--store", "team.db")
        ran = kgbx(*SEND, "--instead-of", "00000000-0000-4000-8000-000000000001", "--log", "shared.jsonl")
        assert (ran.status != 0, rows(folder), (folder / "shared.jsonl").exists()) == (True, [], False)


class TestCases:
    CASE = "case.json"

    def test_the_file_that_holds_it_is_found(self, folder: Path) -> None:
        case_id = json.loads((folder / self.CASE).read_bytes())["id"]
        found = CaseFolder(folder / "cases").case(case_id)
        assert found is not None
        assert found.id == case_id

    @pytest.mark.parametrize("case_id", ["", "00000000-0000-4000-8000-00000000ca5e"])
    def test_what_no_file_holds_is_gone(self, folder: Path, case_id: str) -> None:
        assert CaseFolder(folder / "cases").case(case_id) is None

    def test_of_two_files_neither_counts(self, folder: Path) -> None:
        case_id = json.loads((folder / self.CASE).read_bytes())["id"]
        (folder / "cases" / "copy.json").write_bytes((folder / self.CASE).read_bytes())
        with pytest.raises(UsageError):
            CaseFolder(folder / "cases").case(case_id)

    def test_a_file_that_is_damaged_does_not_count(self, folder: Path) -> None:
        case_id = json.loads((folder / self.CASE).read_bytes())["id"]
        (folder / "cases" / "a family.json").write_text(json.dumps({"id": case_id}))
        with pytest.raises(DocumentError):
            CaseFolder(folder / "cases").case(case_id)

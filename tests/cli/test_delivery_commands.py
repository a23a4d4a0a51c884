# SPDX-License-Identifier: EUPL-1.2
"""What an operator does with outbox, inbox, peer, alerts, audit, store and status."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kgbx.cli.main import run_and_report
from kgbx.cli.stores import now_ms
from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.records import Alert, Incoming, Peer
from kgbx.delivery.states import DAY, HOUR, MINUTE
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import EXIT_FAILED, EXIT_FILE, EXIT_USAGE
from tests.cli.conftest import GI, SCHOOL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Region

ID = "5f0c6a52-7a5b-4c41-9d52-3a8f5a2f0001"
CAME = "5f0c6a52-7a5b-4c41-9d52-3a8f5a2f0002"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with a message that waits, one that was set apart, and an alert."""
    path = tmp_path / "team.db"
    made, now = SqliteStore(path), now_ms()
    with made.transaction() as tx:
        row = enqueue(tx, Draft(id=ID, peer=GI, envelope=b"sealed", urgency="acute"), now=now - HOUR)
        tx.save_out(replace(row, state="waiting", due_at=now + DAY, attempts=7, problem="X_CONNECT"), was=row)
        tx.save_peer(Peer(org=GI, breaker="open", failures=7, opened=2, open_until=now + HOUR))
        came = Incoming(peer=SCHOOL, id=CAME, envelope=bytes(32), received_at=now - MINUTE, due_at=2**62)
        tx.add_in(replace(came, state="quarantined", problem="X_QUARANTINED", attempts=3), b"sealed")
        tx.add_alert(Alert(at=now, peer=None, message_id=None, code="X_DISK"))
    made.close()
    return path


def out_row(store: Path) -> Any:  # noqa: ANN401  # a row or nothing
    opened = SqliteStore(store)
    with opened.transaction() as tx:
        row = tx.out(ID)
    opened.close()
    return row


class TestLooking:
    def test_status_says_first_that_something_must_be_done(self, kgbx: Callable[..., Any], store: Path) -> None:
        ran = kgbx("status", "--store", store)
        assert ran.status == EXIT_FAILED
        assert ran.out.index("SOMETHING MUST BE DONE") < ran.out.index("STUCK: to") < ran.out.index("SET APART")

    def test_status_for_machines(self, kgbx: Callable[..., Any], store: Path) -> None:
        found = kgbx("status", "--store", store, "--json", "--log").json
        assert [(one["peer"], one["code"], one["urgency"]) for one in found["stuck"]] == [(GI, "X_STUCK", "acute")]
        assert (found["well"], found["alerts"], found["set_apart"], found["broken_link"]) == (False, 1, 1, 0)

    def test_an_empty_store_is_well(self, kgbx: Callable[..., Any], tmp_path: Path) -> None:
        kgbx("store", "init", "--store", tmp_path / "new.db")
        ran = kgbx("status", "--store", tmp_path / "new.db")
        assert (ran.status, "All is well" in ran.out) == (0, True)

    def test_outbox_lists_and_shows(self, kgbx: Callable[..., Any], store: Path) -> None:
        (row,) = kgbx("outbox", "list", "--store", store, "--json").json["messages"]
        assert (row["id"], row["state"], row["problem"]) == (ID, "waiting", "X_CONNECT")
        assert "No connection" in kgbx("outbox", "show", ID, "--store", store).out

    def test_inbox_lists_and_shows(self, kgbx: Callable[..., Any], store: Path) -> None:
        (row,) = kgbx("inbox", "list", "--store", store, "--json", "--state", "quarantined").json["messages"]
        assert (row["id"], row["peer"]) == (CAME, SCHOOL)
        assert "set apart" in kgbx("inbox", "show", SCHOOL, CAME, "--store", store).out

    def test_peer_list_tells_when_the_probe_is(self, kgbx: Callable[..., Any], store: Path) -> None:
        assert "probe at" in kgbx("peer", "list", "--store", store).out

    @pytest.mark.parametrize(("language", "word"), [("nl", "open"), ("en", "clear")])
    def test_a_road_is_called_as_on_the_page_of_status(
        self, kgbx: Callable[..., Any], store: Path, language: str, word: str
    ) -> None:
        opened = SqliteStore(store)
        with opened.transaction() as tx:
            tx.save_peer(Peer(org=GI))
        opened.close()
        for command in (("peer", "list"), ("status",)):
            out = kgbx("--lang", language, *command, "--store", store).out
            assert [line.split()[-1] for line in out.splitlines() if line.startswith(GI)] == [word]

    @pytest.mark.parametrize("command", ["outbox list", "inbox list", "peer list", "alerts list", "status"])
    def test_in_dutch_too(self, kgbx: Callable[..., Any], store: Path, command: str) -> None:
        dutch, english = (kgbx("--lang", lang, *command.split(), "--store", store).out for lang in ("nl", "en"))
        assert dutch != english


class TestDoing:
    def test_wake_has_what_waits_tried_now(self, kgbx: Callable[..., Any], store: Path) -> None:
        assert kgbx("peer", "wake", GI, "--store", store, "--json").json == {"woken": 1}
        assert out_row(store).due_at <= now_ms()

    def test_replay_keeps_id_and_bytes(self, kgbx: Callable[..., Any], store: Path) -> None:
        before = out_row(store)
        assert kgbx("outbox", "replay", ID, "--reason", "asked", "--store", store).status == 0
        after = out_row(store)
        assert (after.id, after.envelope, after.state) == (before.id, before.envelope, "queued")

    def test_release_has_it_tried_again(self, kgbx: Callable[..., Any], store: Path) -> None:
        assert kgbx("inbox", "release", SCHOOL, CAME, "--store", store, "--json").json["state"] == "received"

    def test_an_alert_is_dealt_with_once(self, kgbx: Callable[..., Any], store: Path) -> None:
        assert kgbx("alerts", "seen", "1", "--store", store).status == 0
        assert kgbx("alerts", "list", "--store", store, "--json").json == {"alerts": []}
        assert kgbx("alerts", "seen", "1", "--store", store).status == EXIT_USAGE

    def test_who_and_why_are_in_the_log(self, kgbx: Callable[..., Any], store: Path) -> None:
        kgbx("outbox", "replay", ID, "--reason", "asked", "--store", store)
        assert '"detail": "asked"' in kgbx("audit", "export", "--store", store).out

    def test_restored_gives_another_epoch(self, kgbx: Callable[..., Any], store: Path) -> None:
        first, second = (kgbx("store", "restored", "--store", store, "--json").json["epoch"] for _ in range(2))
        assert UUID(first) != UUID(second)

    def test_a_backup_is_a_store(self, kgbx: Callable[..., Any], store: Path, tmp_path: Path) -> None:
        assert kgbx("store", "backup", tmp_path / "copy.db", "--store", store).status == 0
        assert kgbx("store", "check", "--store", tmp_path / "copy.db").status == 0


class TestRefusing:
    def test_a_name_with_a_typing_error_makes_no_store(self, kgbx: Callable[..., Any], tmp_path: Path) -> None:
        assert kgbx("status", "--store", tmp_path / "taem.db").status == EXIT_USAGE
        assert not (tmp_path / "taem.db").exists()

    @pytest.mark.parametrize("command", ["status", "store check", "outbox list", "audit verify", "store init"])
    @pytest.mark.parametrize("content", ["empty", "garbage", "other"])
    def test_what_is_no_store_is_not_an_empty_one(
        self, kgbx: Callable[..., Any], tmp_path: Path, command: str, content: str
    ) -> None:
        place = tmp_path / "place.db"
        place.write_bytes(b"" if content == "empty" else bytes(range(256)) * 20)
        if content == "other":
            place.unlink()
            with closing(sqlite3.connect(place)) as connection:
                connection.execute("CREATE TABLE known (org TEXT)")
        before, may = place.read_bytes(), (command, content) == ("store init", "empty")
        assert kgbx(*command.split(), "--store", place).status == (0 if may else EXIT_USAGE)
        assert may or place.read_bytes() == before

    def test_a_store_that_was_left_in_the_middle_is_a_store(
        self, kgbx: Callable[..., Any], store: Path, tmp_path: Path
    ) -> None:
        with closing(sqlite3.connect(store)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("CREATE TABLE half_done (x)")
            for file in filter(Path.is_file, tmp_path.glob("team.db*")):
                shutil.copy(file, tmp_path / file.name.replace("team", "copy"))
        assert kgbx("store", "check", "--store", tmp_path / "copy.db").status == 0

    def test_a_partner_with_whom_nothing_was_exchanged_is_not_woken(
        self, kgbx: Callable[..., Any], store: Path
    ) -> None:
        ran = kgbx("peer", "wake", GI[:-1] + "1", "--store", store)
        assert (ran.status, "Is the URN right?" in ran.err) == (EXIT_USAGE, True)

    def test_an_alert_that_is_not_there(self, kgbx: Callable[..., Any], store: Path) -> None:
        ran = kgbx("alerts", "seen", "99", "--store", store)
        assert (ran.status, "kgbx alerts list" in ran.err) == (EXIT_USAGE, True)

    @pytest.mark.parametrize(
        "call",
        [("outbox", "list", "--most", "0"), ("inbox", "list", "--most", "-1"), ("audit", "export", "--after", "-1")],
        ids=" ".join,
    )
    def test_a_number_that_cannot_be(self, kgbx: Callable[..., Any], store: Path, call: tuple[str, ...]) -> None:
        assert kgbx(*call, "--store", store).status == EXIT_USAGE

    def test_files_without_certificates_are_told_in_words(
        self, kgbx: Callable[..., Any], region: Region, tmp_path: Path, store: Path
    ) -> None:
        (tmp_path / "no.pem").write_bytes(b"x")
        side = ("--store", store, "--identity", region.identity("team"), *region.known)
        tls = [(f"--tls-{name}", tmp_path / "no.pem") for name in ("cert", "key", "ca")]
        ran = kgbx("probe", "https://example.org", *side, *(one for pair in tls for one in pair))
        assert (ran.status, "PEM files that belong together" in ran.err, "_ssl" in ran.err) == (EXIT_USAGE, True, False)

    def test_a_message_that_is_not_there(self, kgbx: Callable[..., Any], store: Path) -> None:
        ran = kgbx("outbox", "show", "5f0c6a52-7a5b-4c41-9d52-3a8f5a2f9999", "--store", store, "--json")
        assert (ran.status, ran.json["error"]["code"]) == (EXIT_FILE, "X_UNKNOWN")

    def test_a_log_that_was_changed_is_told_with_its_row(self, kgbx: Callable[..., Any], store: Path) -> None:
        assert kgbx("audit", "verify", "--store", store).status == 0
        connection = sqlite3.connect(store)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE kgbx_audit SET actor = 'somebody else' WHERE seq = 1")
        connection.commit()
        connection.close()
        ran = kgbx("audit", "verify", "--store", store)
        assert (ran.status, "Row 1" in ran.err, "X_AUDIT" in ran.err) == (EXIT_FILE, True, True)

    @pytest.mark.parametrize("listen", ["0.0.0.0:0", "127.0.0.1:x", "nothing"])
    def test_without_a_certificate_it_listens_to_this_machine_only(self, listen: str) -> None:
        from kgbx.cli.serve import _address  # noqa: PLC0415  # needs the extra
        from kgbx.errors import UsageError  # noqa: PLC0415

        with pytest.raises(UsageError) as caught:
            _address(listen, plain=True)
        assert caught.value.code == "U_ARGUMENT"

    def test_what_is_not_installed_is_named(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in [*sys.modules]:
            if name.startswith(("kgbx.cli.serve", "kgbx.delivery.server", "uvicorn")):
                monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "uvicorn", None)
        assert run_and_report(["serve", "--help"]) == EXIT_USAGE
        assert "pip install 'kgbx[delivery]'" in capsys.readouterr().err

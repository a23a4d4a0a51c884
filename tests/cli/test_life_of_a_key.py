# SPDX-License-Identifier: EUPL-1.2
"""The whole life of a key, on the command line: traffic goes on while keys come, go, are stolen and are destroyed."""

from __future__ import annotations

import errno
import os
import shlex
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.clock import format_instant
from kgbx.directory import peek_document
from kgbx.envelope.identity import peek
from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def day(number: float) -> str:
    return format_instant(START + timedelta(days=number))


@dataclass(frozen=True, slots=True)
class Town:
    """Two organisations in a folder; every command is given the day on which it happens."""

    kgbx: Kgbx
    path: Path

    def ok(self, *arguments: object) -> Ran:
        ran = self.kgbx(*arguments)
        assert (ran.status, ran.err if ran.status else "") == (0, ""), arguments
        return ran

    def publish(self, who: str, seq: int, on: float) -> None:
        before = ("--previous", self.path / f"{who}.{seq - 1}.json") if seq > 1 else ("--name", f"Organisatie {who}")
        out = self.path / f"{who}.{seq}.json"
        self.ok("keys", "publish", self.path / who, *before, "--out", out, "--at", day(on))

    def directory(self, name: str) -> Path:
        """Join all documents that were published until now."""
        documents = sorted([*self.path.glob("team.*.json"), *self.path.glob("gi.*.json")])
        self.ok("directory", "build", *documents, "--out", self.path / name)
        return self.path / name

    def trusted(self, directory: Path) -> tuple[object, ...]:
        return "--directory", directory, "--trust", self.path / "trust.json"

    def seal(self, name: str, on: float, directory: Path) -> Ran:
        return self.kgbx(
            *("seal", self.path / "body.json", "--identity", self.path / "team", "--to", GI, "--at", day(on)),
            *("--media-type", "application/json", "--expires", day(on + 30), "--out", self.path / name),
            *self.trusted(directory),
        )

    def unseal(self, name: str, on: float, directory: Path) -> str:
        """Return ``accepted`` or the code."""
        call = ("unseal", self.path / name, "--identity", self.path / "gi", "--at", day(on), "--json")
        found = self.kgbx(*call, *self.trusted(directory)).json
        return str(found.get("code", found["outcome"]))

    def kids(self, who: str, use: str) -> list[str]:
        return [key.kid for key in peek(self.path / who).keys if key.use == use]


@pytest.fixture(scope="module")
def made_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.cli.conftest import _succeed  # noqa: PLC0415  # the region is made in the same way

    path = tmp_path_factory.mktemp("town")
    for name, org in (("team", TEAM), ("gi", GI)):
        _succeed("keys", "new", str(path / name), "--org", org, "--insecure-no-passphrase", "--at", day(0))
        out = str(path / f"{name}.1.json")
        _succeed("keys", "publish", str(path / name), "--name", f"Organisatie {name}", "--out", out, "--at", day(0))
    documents = [str(path / "team.1.json"), str(path / "gi.1.json")]
    _succeed("directory", "build", *documents, "--out", str(path / "directory.json"))
    _succeed("directory", "pin", *documents, "--out", str(path / "trust.json"))
    (path / "body.json").write_text('{"synthetic": true}')
    return path


@pytest.fixture
def town(kgbx: Kgbx, made_town: Path, tmp_path: Path) -> Town:
    """Return a copy of the town that a test may change."""
    path = tmp_path / "town"
    shutil.copytree(made_town, path)
    return Town(kgbx, path)


def test_the_receiver_rotates_under_traffic(town: Town) -> None:
    first = town.path / "directory.json"
    town.seal("before", 59, first)
    town.ok("keys", "rotate", town.path / "gi", "--at", day(60))
    town.publish("gi", 2, 60)
    second = town.directory("second.json")
    town.seal("unaware", 61, first)
    town.seal("aware", 61, second)
    assert [town.unseal(name, 62, second) for name in ("before", "unaware", "aware")] == ["accepted"] * 3
    assert town.kgbx("inspect", town.path / "unaware").out != town.kgbx("inspect", town.path / "aware").out


def test_the_old_key_opens_what_was_under_way_until_it_is_destroyed(town: Town) -> None:
    old = town.kids("gi", "enc")[0]
    town.ok("keys", "rotate", town.path / "gi", "--at", day(60))
    for who in ("gi", "team"):
        town.publish(who, 2, 60)
    now = town.directory("now.json")
    town.seal("late", 89, town.path / "directory.json")
    assert town.unseal("late", 118, now) == "accepted"
    assert town.ok("keys", "destroy", town.path / "gi", "--at", day(149), "--json").json["destroyed"] == []
    assert town.kgbx("keys", "destroy", town.path / "gi", "--at", day(150), "--json").json["destroyed"] == [old]
    assert not list((town.path / "gi").glob(f"{old}.*"))
    assert town.unseal("late", 118, now) == "E_NOT_FOR_ME"


def test_a_destroyed_key_is_not_sent_to_after_the_next_document(town: Town) -> None:
    old = town.kids("gi", "enc")[0]
    town.ok("keys", "rotate", town.path / "gi", "--use", "enc", "--at", day(60))
    town.kgbx("keys", "destroy", town.path / "gi", old, "--early", "--at", day(61))
    town.publish("gi", 2, 61)
    listed = {entry.key.kid for entry in peek_document((town.path / "gi.2.json").read_bytes()).keys}
    assert old not in listed
    assert set(town.kids("gi", "enc")) <= listed


def test_a_key_that_is_still_needed_is_not_destroyed(town: Town) -> None:
    ran = town.kgbx("keys", "destroy", town.path / "gi", town.kids("gi", "enc")[0], "--at", day(100))
    assert (ran.status, "U_KEY_IN_USE" in ran.err, len(town.kids("gi", "enc"))) == (2, True, 1)


def test_the_sender_rotates_under_traffic(town: Town) -> None:
    """The new pair signs only after eight days: by then everybody who keeps up knows it."""
    old = town.path / "directory.json"
    town.ok("keys", "rotate", town.path / "team", "--use", "sig", "--at", day(50))
    town.publish("team", 2, 50)
    new = town.directory("new.json")
    town.seal("by the old pair", 57, old)
    town.seal("by the new pair", 58, new)
    assert [town.unseal("by the old pair", 58, one) for one in (old, new)] == ["accepted"] * 2
    assert town.unseal("by the new pair", 58, new) == "accepted"
    assert town.unseal("by the new pair", 58, old) == "E_UNKNOWN_SENDER_KEY"


def test_after_its_end_a_signing_pair_does_not_sign(town: Town) -> None:
    ran = town.seal("late", 366, town.path / "directory.json")
    assert ran.status != 0
    for who in ("gi", "team"):
        town.ok("keys", "rotate", town.path / who, "--at", day(300), "--use", "enc")
        town.publish(who, 2, 300)
    ran = town.seal("late", 366, town.directory("now.json"))
    assert (ran.status, "U_NO_KEYS" in ran.err, (town.path / "late").exists()) == (2, True, False)


def test_a_stolen_pair_is_revoked_and_replaced_at_once(town: Town) -> None:
    town.seal("by the thief", 10, town.path / "directory.json")
    stolen = town.kids("team", "sig")
    town.ok("keys", "rotate", town.path / "team", "--use", "sig", "--now", "--at", day(10.5))
    out = town.path / "team.2.json"
    because = ("--reason", "laptop gestolen", "--previous", town.path / "team.1.json", "--out", out, "--at", day(10.5))
    town.ok("keys", "revoke", town.path / "team", *stolen, *because)
    now = town.directory("now.json")
    town.seal("by the owner", 11, now)
    assert (town.unseal("by the thief", 11, now), town.unseal("by the owner", 11, now)) == ("E_KEY_REVOKED", "accepted")


def test_a_revoked_key_stays_revoked_in_the_next_document(town: Town) -> None:
    stolen = town.kids("team", "sig")[0]
    out = town.path / "team.2.json"
    why = ("--reason", "gestolen", "--since", day(9), "--previous", town.path / "team.1.json", "--out", out)
    assert "no valid key" not in town.kgbx("keys", "revoke", town.path / "team", stolen, *why, "--at", day(10)).err
    town.publish("team", 3, 11)
    entry = peek_document((town.path / "team.3.json").read_bytes()).entry(stolen)
    assert entry is not None
    assert (entry.status, entry.reason) == ("revoked", "gestolen")
    assert entry.revoked_at == int((START + timedelta(days=9)).timestamp())


def test_revoking_the_last_keys_says_what_to_do(town: Town) -> None:
    last = [*town.kids("team", "sig"), *town.kids("team", "enc")]
    why = ("--reason", "x", "--previous", town.path / "team.1.json", "--out", town.path / "team.2.json")
    ran = town.kgbx("keys", "revoke", town.path / "team", *last, *why, "--at", day(10))
    assert (ran.status, ran.err.count("--now")) == (0, 2)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_advised_can_be_done_as_it_stands_there(town: Town, language: str) -> None:
    folder = town.path / "een map"
    shutil.copytree(town.path / "gi", folder)
    shown = town.ok("--lang", language, "keys", "show", folder, "--at", day(85)).out
    (advice,) = [line.partition(": kgbx ")[2] for line in shown.splitlines() if ": kgbx " in line]
    before = len(peek(folder).keys)
    town.ok(*shlex.split(advice), "--at", day(85))
    assert len(peek(folder).keys) == before + 1


def test_a_key_that_is_not_listed_cannot_be_revoked(town: Town) -> None:
    why = ("--reason", "x", "--previous", town.path / "team.1.json", "--out", town.path / "team.2.json")
    ran = town.kgbx("keys", "revoke", town.path / "team", town.kids("gi", "sig")[0], *why, "--at", day(10))
    assert (ran.status, "U_KEY" in ran.err, (town.path / "team.2.json").exists()) == (2, True, False)


def test_new_root_keys_are_believed_because_the_old_ones_sign_too(town: Town) -> None:
    old, _ = town.kids("team", "root")
    town.ok("keys", "rotate", town.path / "team", "--use", "root", "--at", day(10))
    town.publish("team", 2, 10)
    for kid in town.kids("team", "root")[:2]:
        town.kgbx("keys", "destroy", town.path / "team", kid, "--early", "--at", day(10))
    town.publish("team", 3, 11)
    assert old not in town.kids("team", "root")
    verify = ("directory", "verify", *town.trusted(town.directory("now.json")), "--at", day(12), "--json")
    assert town.ok(*verify).json["organisations"][0]["seq"] == 3


def test_without_the_old_root_keys_the_root_cannot_change(town: Town) -> None:
    town.ok("keys", "rotate", town.path / "team", "--use", "root", "--at", day(10))
    for kid in town.kids("team", "root")[:2]:
        town.kgbx("keys", "destroy", town.path / "team", kid, "--early", "--at", day(10))
    out = town.path / "team.2.json"
    ran = town.kgbx(
        "keys", "publish", town.path / "team", "--previous", town.path / "team.1.json", "--out", out, "--at", day(11)
    )
    assert (ran.status, "E_KEY_INVALID" in ran.err, out.exists()) == (3, True, False)


@pytest.mark.parametrize(
    ("on", "warning", "said"),
    [(29, None, ""), (30.1, 60, "59 more days"), (61, 30, "29 more days"), (84, 7, "6 more days"), (90, 0, "ENDED")],
)
def test_the_owner_is_warned_in_time(town: Town, on: float, warning: int | None, said: str) -> None:
    show = ("keys", "show", town.path / "gi", "--at", day(on))
    row = next(row for row in town.ok(*show, "--json").json["keys"] if row["use"] == "enc")
    text = town.ok(*show).out
    assert row["warning"] == warning
    assert (said in text, "rotate" in text) == (True, warning is not None)


def test_a_key_with_a_successor_is_not_warned_about(town: Town) -> None:
    town.ok("keys", "rotate", town.path / "gi", "--at", day(61))
    assert "rotate" not in town.ok("keys", "show", town.path / "gi", "--at", day(85)).out
    assert town.ok("doctor", "--identity", town.path / "gi", "--at", day(85)).status == 0


def test_the_doctor_speaks_up_before_the_end(town: Town) -> None:
    ran = town.kgbx("doctor", "--identity", town.path / "gi", "--at", day(85))
    assert (ran.status, "first ends in 5 days" in ran.out) == (1, True)


def test_nothing_is_rotated_before_its_time(town: Town) -> None:
    before = files(town.path / "gi")
    assert "Nothing ends" in town.ok("keys", "rotate", town.path / "gi", "--at", day(50)).out
    assert files(town.path / "gi") == before


def test_a_clock_that_is_a_day_behind_says_so(town: Town) -> None:
    ran = town.seal("early", -1, town.path / "directory.json")
    assert (ran.status, "E_DIR_NOT_YET" in ran.err, "clock" in ran.err) == (3, True, True)
    town.seal("message", 5, town.path / "directory.json")
    assert town.unseal("message", 4, town.path / "directory.json") == "E_NOT_YET"
    ran = town.kgbx("directory", "verify", *town.trusted(town.path / "directory.json"), "--at", day(-1))
    assert (ran.status, ran.out.count("is your clock right?")) == (3, 2)


def test_a_clock_that_is_behind_publishes_nothing(town: Town) -> None:
    call = (
        "keys",
        "publish",
        town.path / "gi",
        "--previous",
        town.path / "gi.1.json",
        "--out",
        town.path / "gi.2.json",
    )
    ran = town.kgbx(*call, "--at", day(-1))
    assert (ran.status, "E_DIR_NOT_YET" in ran.err, (town.path / "gi.2.json").exists()) == (3, True, False)


def test_an_expired_directory_neither_sends_nor_receives(town: Town) -> None:
    directory = town.path / "directory.json"
    town.seal("message", 80, directory)
    ran = town.seal("late", 90, directory)
    assert (ran.status, "E_DIR_STALE" in ran.err, (town.path / "late").exists()) == (3, True, False)
    assert town.unseal("message", 90, directory) == "E_DIR_STALE"


def test_a_key_file_that_others_can_read_is_refused(town: Town) -> None:
    (town.path / "team" / f"{town.kids('team', 'sig')[0]}.jwk").chmod(0o644)
    ran = town.seal("message", 1, town.path / "directory.json")
    assert (ran.status, "0600" in ran.err, (town.path / "message").exists()) == (3, True, False)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def full_disk(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """Let the disk be full after so many files."""
    calls, real = iter(range(1000)), os.fsync

    def fsync(descriptor: int) -> None:
        if next(calls) >= after:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("after", [0, 3, 10])
def test_new_keys_on_a_full_disk_leave_nothing(
    kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    full_disk(monkeypatch, after=after)
    ran = kgbx("keys", "new", tmp_path / "a", "--org", TEAM, "--insecure-no-passphrase", "--at", day(0))
    assert (ran.status, "free space" in ran.err) == (5, True)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_rotating_on_a_full_disk_leaves_the_keys_as_they_were(
    town: Town, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before = files(town.path / "gi")
    full_disk(monkeypatch, after=after)
    ran = town.kgbx("keys", "rotate", town.path / "gi", "--use", "enc", "--at", day(60))
    assert (ran.status, "free space" in ran.err) == (5, True)
    assert files(town.path / "gi") == before


def test_publishing_on_a_full_disk_leaves_no_file(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(town.path)
    full_disk(monkeypatch, after=0)
    call = (
        "keys",
        "publish",
        town.path / "gi",
        "--previous",
        town.path / "gi.1.json",
        "--out",
        town.path / "gi.2.json",
    )
    assert town.kgbx(*call, "--at", day(1)).status == 5
    assert town.kgbx("directory", "build", town.path / "gi.1.json", "--out", town.path / "other.json").status == 5
    assert files(town.path) == before


def test_destroying_on_a_broken_disk_can_be_done_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.ok("keys", "rotate", town.path / "gi", "--at", day(60))
    old = town.kids("gi", "enc")[0]
    with monkeypatch.context() as broken:
        full_disk(broken, after=2)
        assert town.kgbx("keys", "destroy", town.path / "gi", "--at", day(150)).status == 5
    town.ok("keys", "destroy", town.path / "gi", "--at", day(150))
    assert not list((town.path / "gi").glob(f"{old}*"))
    assert old not in town.kids("gi", "enc")


def test_what_an_interrupted_write_left_asks_for_no_passphrase(town: Town) -> None:
    """A plain folder stays plain, though somebody once began to encrypt it."""
    (town.path / "gi" / f"{'A' * 43}.enc").write_bytes(b"secret")
    (town.path / "phrase").write_bytes(b"typed by mistake")
    town.ok(
        "keys", "rotate", town.path / "gi", "--use", "enc", "--passphrase-file", town.path / "phrase", "--at", day(1)
    )
    assert len(list((town.path / "gi").glob("*.jwk"))) == len(peek(town.path / "gi").keys)


def test_what_an_interrupted_write_left_is_swept(town: Town) -> None:
    stray = town.path / "gi" / f".{'A' * 43}.jwk.new"
    stray.write_bytes(b"secret")
    os.utime(stray, (START.timestamp(), START.timestamp()))
    other = town.path / "gi" / "leesmij.txt"
    other.write_text("van ons")
    town.ok("keys", "destroy", town.path / "gi", "--at", day(1))
    assert (stray.exists(), other.exists()) == (False, True)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_commands_speak_both_languages(town: Town, language: str) -> None:
    out = town.ok("--lang", language, "keys", "show", town.path / "gi", "--at", day(85)).out
    assert ("opvolger" in out, "successor" in out) == (language == "nl", language == "en")

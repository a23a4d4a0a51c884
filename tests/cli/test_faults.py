# SPDX-License-Identifier: EUPL-1.2
"""Sealing and opening when something is wrong around them: one clear error, what to do, and nothing half-written."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Self

import pytest

from kgbx.cli import console as console_module
from kgbx.envelope import parts as parts_module
from tests.cli.conftest import GI, TEAM
from tests.effort import scaled
from tests.fuzz.changes import change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

START, AT, LATER = "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"
BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with what one side has; everything in it is compared before and after."""

    kgbx: Kgbx
    region: Region
    path: Path

    def seal_call(self, *more: object, out: str = "m.kgbx", who: Path | None = None) -> list[object]:
        identity = ("--identity", who or self.region.identity("team"), "--to", GI, *self.region.known)
        body = ("--media-type", "application/json", "--attach", self.path / "photo.png")
        return ["seal", self.path / "body.json", *identity, *body, "--out", self.path / out, "--at", AT, *more]

    def seal(self, *more: object, **options: Any) -> Ran:  # noqa: ANN401  # as seal_call
        return self.kgbx(*self.seal_call(*more, **options))

    def unseal(
        self, *more: object, who: Path | None = None, known: tuple[object, ...] = (), message: str = "m.kgbx"
    ) -> Ran:
        """Open, keeping everything that can be kept."""
        identity = ("--identity", who or self.region.identity("gi"), *(known or self.region.known), "--at", LATER)
        keep = ("--out", self.path / "opened", "--evidence", self.path / "evidence.json")
        return self.kgbx("unseal", self.path / message, *identity, *keep, *more)

    def content(self) -> dict[str, int]:
        """Return every file and folder with its size; the memory of messages is no content."""
        return {str(path): path.stat().st_size for path in sorted(self.path.rglob("*")) if path.suffix != ".db"}


@pytest.fixture
def desk(kgbx: Kgbx, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "body.json").write_text("{}")
    (tmp_path / "photo.png").write_bytes(os.urandom(BYTES))
    return Desk(kgbx, region, tmp_path)


@pytest.fixture
def sent(desk: Desk) -> Desk:
    ran = desk.seal()
    assert ran.status == 0, ran.err
    return desk


class Full:
    """A file on a disk that is full after so many bytes."""

    def __init__(self, file: Any, room: int) -> None:  # noqa: ANN401  # an open file
        self._file, self._room = file, room

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self._file.write(data))


def full_disk(monkeypatch: pytest.MonkeyPatch, module: Any, *, room: int) -> None:  # noqa: ANN401  # a module
    real = os.fdopen
    monkeypatch.setattr(module.os, "fdopen", lambda descriptor, mode: Full(real(descriptor, mode), room))


class TestFullDisk:
    """In the middle of a part: status 5, the place to make room, nothing left, and it works when there is room."""

    def test_sealing(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        before = desk.content()
        with monkeypatch.context() as patch:
            full_disk(patch, parts_module, room=BYTES // 2)
            ran = desk.seal()
        assert (ran.status, "free space" in ran.err, desk.content()) == (5, True, before)
        assert desk.seal().status == 0

    def test_opening(self, sent: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        before, seen = sent.content(), ("--seen", sent.path / "seen.db")
        with monkeypatch.context() as patch:
            full_disk(patch, parts_module, room=BYTES // 2)
            ran = sent.unseal(*seen)
        assert (ran.status, "free space" in ran.err, sent.content()) == (5, True, before)
        assert sent.unseal(*seen).status == 0

    def test_evidence(self, sent: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        before = sent.content()
        with monkeypatch.context() as patch:
            full_disk(patch, console_module, room=100)
            ran = sent.unseal()
        assert (ran.status, "free space" in ran.err, sent.content()) == (5, True, before)

    def test_a_limit_of_the_machine(self, desk: Desk) -> None:
        """The same by the operating system itself: no file of this process may grow over 100,000 bytes."""
        before = desk.content()
        call = [sys.executable, "-m", "kgbx", *map(str, desk.seal_call())]
        done = subprocess.run(
            call,
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
            env={**os.environ, "TMPDIR": str(desk.path / "tmp"), "KGBX_LANG": "en"},
            timeout=60,
        )
        assert (done.returncode, desk.content()) == (5, before), done.stderr


class TestKeys:
    """A wrong passphrase and a key file that others can read: told at once, before anything is made or remembered."""

    @pytest.fixture
    def locked(self, desk: Desk) -> Path:
        (desk.path / "words").write_text("goed\n")
        (desk.path / "wrong").write_text("fout\n")
        folder = desk.path / "locked"
        secret = ("--passphrase-file", desk.path / "words")
        assert desk.kgbx("keys", "new", folder, "--org", TEAM, *secret, "--at", START).status == 0
        return folder

    def test_wrong_passphrase_when_sealing(self, desk: Desk, locked: Path) -> None:
        before = desk.content()
        ran = desk.seal("--passphrase-file", desk.path / "wrong", who=locked)
        assert (ran.status, "E_PASSPHRASE" in ran.err, "Try again" in ran.err) == (3, True, True)
        assert desk.content() == before

    def test_wrong_passphrase_when_opening(self, desk: Desk, locked: Path) -> None:
        desk.seal()
        before = desk.content()
        ran = desk.unseal("--passphrase-file", desk.path / "wrong", "--seen", desk.path / "seen.db", who=locked)
        assert (ran.status, "E_PASSPHRASE" in ran.err, "Try again" in ran.err) == (3, True, True)
        assert (desk.content(), (desk.path / "seen.db").exists()) == (before, False)

    def test_key_file_that_others_can_read_when_opening(self, sent: Desk) -> None:
        shutil.copytree(sent.region.identity("gi"), sent.path / "gi")
        next((sent.path / "gi").glob("*.jwk")).chmod(0o644)
        before = sent.content()
        ran = sent.unseal(who=sent.path / "gi")
        assert (ran.status, "E_KEY_FILE" in ran.err, "0600" in ran.err, sent.content()) == (3, True, True, before)


def test_a_revoked_sender(sent: Desk) -> None:
    """What to do is to call; the message may be opened when it turns out to be a mistake, so it is not remembered."""
    revoked, seen = sent.path / "revoked.json", ("--seen", sent.path / "seen.db")
    kids = [
        row["kid"]
        for row in sent.kgbx("keys", "show", sent.region.identity("team"), "--at", AT, "--json").json["keys"]
        if row["use"] == "sig"
    ]
    previous = ("--reason", "gestolen", "--previous", sent.region.path / "team.json", "--out", revoked, "--at", AT)
    assert sent.kgbx("keys", "revoke", sent.region.identity("team"), *kids, *previous).status == 0
    documents = (sent.region.path / "team.json", revoked, sent.region.path / "gi.json")
    assert sent.kgbx("directory", "build", *documents, "--out", sent.path / "now.json").status == 0
    before = sent.content()
    ran = sent.unseal(*seen, known=("--directory", sent.path / "now.json", "--trust", sent.region.trust))
    assert (ran.status, "E_KEY_REVOKED" in ran.err, "call the sender" in ran.err) == (3, True, True)
    assert sent.content() == before
    assert sent.unseal(*seen).status == 0


def test_whatever_is_done_to_a_message_a_refusal_leaves_nothing(sent: Desk) -> None:
    """Bundles changed at random, opened with everything that can be kept: all of it or nothing."""
    whole, random = (sent.path / "m.kgbx").read_bytes(), Random(7)  # noqa: S311  # no secret
    seen, codes = ("--seen", sent.path / "seen.db", "--json"), set()
    for _ in range(scaled(quick=15, ci=300, long=3000)):
        (sent.path / "x.kgbx").write_bytes(change(whole, random, whole))
        before = sent.content()
        ran = sent.unseal(*seen, message="x.kgbx")
        if ran.status == 0:
            shutil.rmtree(sent.path / "opened")
            (sent.path / "evidence.json").unlink()
        assert (ran.status in {0, 3}, sent.content()) == (True, before), ran
        codes.add(ran.json.get("code", "accepted"))
    assert len(codes) > 2, codes
    assert sent.unseal("--seen", sent.path / "fresh.db").status == 0

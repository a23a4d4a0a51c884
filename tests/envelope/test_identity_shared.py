# SPDX-License-Identifier: EUPL-1.2
"""One identity folder and several who write it: nothing is lost, whoever comes first and wherever it stops."""

from __future__ import annotations

import errno
import fcntl
import json
import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest

from kgbx.envelope.identity import destroy, load, save, update
from kgbx.envelope.keyfiles import write_secret
from kgbx.envelope.private_files import is_own
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_ORG_KEYS
from tests.envelope.makers import AT, IDENTITY, OTHER

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.envelope.identity import Identity


def more(identity: Identity) -> Identity:
    return identity.with_new_keys("enc", at=AT)


@pytest.mark.usefixtures("fast")
class TestReplace:
    """An identity folder is renewed in place; files of keys that are no longer listed go."""

    def test_new_keys_are_added(self, folder: Path) -> None:
        renewed = load(folder, None).with_new_keys("enc", at=AT)
        save(renewed, folder, passphrase=None, replace=True)
        assert load(folder, None) == renewed

    def test_key_that_is_not_there_stays(self, folder: Path) -> None:
        """Another process may have made it: only destroying takes keys away."""
        kid = IDENTITY.encryption_kids[0]
        save(IDENTITY.without_key(kid), folder, passphrase=None, replace=True)
        assert load(folder, None).encryption_kids == (kid,)

    def test_two_that_loaded_the_same_lose_nothing(self, folder: Path) -> None:
        one, other = load(folder, None).with_new_keys("enc", at=AT), load(folder, None).with_new_keys("sig", at=AT)
        save(one, folder, passphrase=None, replace=True)
        save(other, folder, passphrase=None, replace=True)
        kids = {key.kid for key in (*one.keys, *other.keys)}
        assert {key.kid for key in load(folder, None).keys if key.private is not None} == kids

    def test_keys_that_are_stored_already_are_not_touched(self, locked: Path) -> None:
        before = {path.name: path.read_bytes() for path in locked.glob("*.enc")}
        update(locked, more, passphrase=b"correct horse")
        after = {path.name: path.read_bytes() for path in locked.glob("*.enc")}
        assert (len(after), {name: after[name] for name in before}) == (len(before) + 1, before)
        assert len({json.loads(data)["salt"] for data in after.values()}) == 1

    @pytest.mark.parametrize("before_it", range(6))
    def test_new_passphrase_that_is_not_written_whole(
        self, locked: Path, monkeypatch: pytest.MonkeyPatch, before_it: int
    ) -> None:
        left = iter([True] * before_it)

        def full(path: Path, data: bytes) -> None:
            if not next(left, False):
                raise OSError(28, "No space left on device")
            write_secret(path, data)

        names = {path.name for path in locked.iterdir()}
        monkeypatch.setattr("kgbx.envelope.identity.write_secret", full)
        with pytest.raises(OSError, match="No space left"):
            save(IDENTITY, locked, passphrase=b"new", replace=True)
        assert (load(locked, b"correct horse"), {path.name for path in locked.iterdir()}) == (IDENTITY, names)

    def test_list_that_was_written_after_all_keeps_its_files(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The folder of the list could not be synchronised, but the list is there and names the new key."""

        def late(path: Path, data: bytes) -> None:
            write_secret(path, data)
            if path.name == "identity.json":
                raise OSError(5, "Input/output error")

        monkeypatch.setattr("kgbx.envelope.identity.write_secret", late)
        renewed = load(folder, None).with_new_keys("enc", at=AT)
        with pytest.raises(OSError, match="Input/output"):
            save(renewed, folder, passphrase=None, replace=True)
        assert load(folder, None) == renewed

    def test_new_passphrase_twice(self, locked: Path) -> None:
        for phrase in (b"second", b"third"):
            save(IDENTITY, locked, passphrase=phrase, replace=True)
            assert load(locked, phrase) == IDENTITY
            assert len(list(locked.iterdir())) == len(IDENTITY.keys) + 1

    def test_more_keys_than_a_document_may_list(self, folder: Path) -> None:
        full = IDENTITY
        while len(full.keys) < MAX_ORG_KEYS:
            full = full.with_new_keys("enc", at=AT)
        save(full, folder, passphrase=None, replace=True)
        with pytest.raises(UsageError) as caught:
            save(IDENTITY.with_new_keys("enc", at=AT), folder, passphrase=None, replace=True)
        assert (caught.value.code, load(folder, None)) == ("U_ARGUMENT", full)

    def test_root_files_stay_when_the_root_was_not_loaded(self, folder: Path) -> None:
        save(IDENTITY.without_root(), folder, passphrase=b"pass", replace=True)
        assert {f"{kid}.jwk" for kid in IDENTITY.root.signing_kids} <= {path.name for path in folder.iterdir()}

    def test_plain_files_go_when_a_passphrase_comes(self, folder: Path) -> None:
        save(IDENTITY, folder, passphrase=b"pass", replace=True)
        assert {path.suffix for path in folder.iterdir()} == {".json", ".enc"}

    def test_another_organisation_is_refused(self, folder: Path) -> None:
        with pytest.raises(EnvelopeError) as caught:
            save(OTHER, folder, passphrase=None, replace=True)
        assert (caught.value.code, load(folder, None)) == ("E_KEY_FILE", IDENTITY)

    def test_nothing_to_replace(self, tmp_path: Path) -> None:
        with pytest.raises(EnvelopeError) as caught:
            save(IDENTITY, tmp_path, passphrase=None, replace=True)
        assert caught.value.code == "E_KEY_FILE"


class TestOneAtATime:
    """Two processes on one folder wait for each other; where the system has no locks the second is refused."""

    def test_writes_hold_the_lock(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        held = []

        def spy(path: Path, data: bytes) -> None:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.append(path.name)
            finally:
                os.close(descriptor)
            write_secret(path, data)

        monkeypatch.setattr("kgbx.envelope.identity.write_secret", spy)
        update(folder, more, passphrase=None)
        destroy(folder, [IDENTITY.encryption_kids[0]])
        assert held == [held[0], "identity.json", "identity.json"]

    def test_processes_at_one_moment_lose_nothing(self, folder: Path) -> None:
        def rotate() -> None:
            update(folder, more, passphrase=None)

        processes = [multiprocessing.get_context("fork").Process(target=rotate) for _ in range(6)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 6
        assert len(load(folder, None).encryption_kids) == 7

    def test_nothing_changed_writes_nothing(self, folder: Path) -> None:
        before = (folder / "identity.json").stat()
        assert update(folder, lambda identity: identity, passphrase=None) == IDENTITY
        assert (folder / "identity.json").stat() == before

    @pytest.mark.parametrize("answer", [None, errno.EBADF, errno.ENOLCK])
    def test_without_locks_of_the_system(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, answer: int | None
    ) -> None:
        class OfThisDisk:
            LOCK_EX = fcntl.LOCK_EX

            @staticmethod
            def flock(_descriptor: int, _kind: int) -> None:
                raise OSError(answer, "no locks")

        monkeypatch.setattr("kgbx.envelope.private_files._FCNTL", None if answer is None else OfThisDisk)
        refused_with = []

        def meanwhile(identity: Identity) -> Identity:
            with pytest.raises(OSError, match=os.strerror(errno.EBUSY)) as caught:
                destroy(folder, [])
            refused_with.append(caught.value.filename)
            return identity.with_new_keys("enc", at=AT)

        renewed = update(folder, meanwhile, passphrase=None)
        assert (load(folder, None), refused_with) == (renewed, [str(folder / ".lock")])
        assert not (folder / ".lock").exists()


class TestWhoseFolder:
    """What others may write in, or what is of somebody else, holds no keys."""

    @pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
    def test_others_may_write(self, folder: Path, mode: int) -> None:
        folder.chmod(mode)
        with pytest.raises(EnvelopeError) as caught:
            load(folder, None)
        assert caught.value.code == "E_KEY_FILE"
        with pytest.raises(EnvelopeError) as caught:
            save(IDENTITY, folder, passphrase=None, replace=True)
        assert caught.value.code == "E_KEY_FILE"
        with pytest.raises(EnvelopeError) as caught:
            destroy(folder, [])
        assert caught.value.code == "E_KEY_FILE"

    def test_others_may_write_in_a_new_one(self, tmp_path: Path) -> None:
        (tmp_path / "wide").mkdir()
        (tmp_path / "wide").chmod(0o777)
        with pytest.raises(EnvelopeError) as caught:
            save(IDENTITY, tmp_path / "wide", passphrase=None)
        assert (caught.value.code, list((tmp_path / "wide").iterdir())) == ("E_KEY_FILE", [])

    def test_others_may_look(self, folder: Path) -> None:
        folder.chmod(0o755)
        assert load(folder, None) == IDENTITY

    @pytest.mark.parametrize(("me", "own"), [(0, True), (1000, True), (1001, False)])
    def test_of_whom(self, monkeypatch: pytest.MonkeyPatch, me: int, *, own: bool) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: me)
        found = os.stat_result((0o100600, 0, 0, 1, 1000, 1000, 0, 0, 0, 0))
        assert is_own(found, wider=0o077) is own


def test_what_is_not_listed_is_destroyed_when_it_is_old(folder: Path) -> None:
    """What is new may be what another machine is writing: its key would be lost for good."""
    names = {"A" * 43 + ".jwk": 0, "." + "A" * 43 + ".enc.new": 7200, "Q" * 43 + ".2.enc": 7200}
    for name, age in names.items():
        (folder / name).write_bytes(b"secret")
        moment = folder.stat().st_mtime - age
        os.utime(folder / name, (moment, moment))
    destroy(folder, [])
    assert {name for name in names if (folder / name).exists()} == {"A" * 43 + ".jwk"}

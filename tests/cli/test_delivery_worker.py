# SPDX-License-Identifier: EUPL-1.2
"""How kgbx worker hands over in folders, and how it sees that the directory has changed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.case import MEDIA_TYPE
from kgbx.cli.folder_inbox import FolderInbox
from kgbx.cli.fresh import FreshDirectory
from kgbx.cli.fresh_keys import FreshIdentity
from kgbx.cli.stores import Side
from kgbx.delivery.receiving import Message
from kgbx.delivery.store.memory import MemoryStore
from kgbx.envelope.identity import create_identity, load, save, update
from kgbx.envelope.ownkeys import signer_at
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError, UsageError
from kgbx.resources import examples_path
from tests.parties import AT, GI, SCHOOL, TEAM, directory_file, directory_of, party, trust_file

if TYPE_CHECKING:
    from pathlib import Path

CASE = examples_path("journey", "case.json").read_bytes()


def message(body: bytes = CASE, *, attachments: tuple[bytes, ...] = (), media: str = MEDIA_TYPE) -> Message:
    directory = directory_of(party(TEAM), party(GI))
    sealed = seal(
        body,
        media_type=media,
        message_type="https://kgbx.example/messages/test/1.0",
        sender=party(TEAM).identity,
        to=directory.require(GI, AT),
        at=AT,
        attachments=attachments,
    )
    opened = unseal(sealed, identity=party(GI).identity, directory=directory, at=AT, seen=MemoryReplayStore())
    return Message(peer=TEAM, id=sealed.id, opened=opened, envelope=sealed.envelope, parts=tuple(sealed.parts))


def hand_over(inbox: FolderInbox, one: Message) -> None:
    with MemoryStore().transaction() as tx:
        inbox(one, tx)


class TestFolders:
    def test_each_message_has_a_folder_with_its_parts_for_its_owner_only(self, tmp_path: Path) -> None:
        one = message(attachments=(b"attached",))
        hand_over(FolderInbox(into=tmp_path, made_up=True), one)
        (folder,) = tmp_path.iterdir()
        assert folder.name == f"{TEAM[-20:]}-{one.id}"
        assert sorted(path.name for path in folder.iterdir()) == ["0.json", "1.bin", "message.json"]
        assert folder.stat().st_mode & 0o077 == 0

    def test_handed_over_again_it_is_there_once(self, tmp_path: Path) -> None:
        one, inbox = message(), FolderInbox(into=tmp_path, made_up=True)
        hand_over(inbox, one)
        (folder,) = tmp_path.iterdir()
        before = folder.stat().st_ino
        hand_over(inbox, one)
        assert [path.stat().st_ino for path in tmp_path.iterdir()] == [before]

    def test_a_folder_that_somebody_else_left_is_on_the_disk_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, inbox = message(), FolderInbox(into=tmp_path, made_up=True)
        synced: list[Path] = []
        hand_over(inbox, one)
        monkeypatch.setattr("kgbx.cli.folder_inbox.sync_folder", synced.append)
        hand_over(inbox, one)
        assert synced == [tmp_path]

    @pytest.mark.parametrize(
        ("body", "made_up", "code"),
        [(CASE, False, "E_POLICY"), (b"{}", True, "E_SCHEMA"), (b"no case", True, "E_SCHEMA")],
        ids=["made up", "empty", "no json"],
    )
    def test_what_does_not_fit_is_refused_and_leaves_nothing(
        self,
        tmp_path: Path,
        body: bytes,
        made_up: bool,  # noqa: FBT001  # a case
        code: str,
    ) -> None:
        with pytest.raises(EnvelopeError) as caught:
            hand_over(FolderInbox(into=tmp_path, made_up=made_up), message(body))
        assert caught.value.code == code
        assert list(tmp_path.iterdir()) == []

    def test_what_is_no_family_case_is_handed_over_as_it_is(self, tmp_path: Path) -> None:
        hand_over(FolderInbox(into=tmp_path), message(b"a letter", media="text/plain"))
        (folder,) = tmp_path.iterdir()
        assert (folder / "0.bin").read_bytes() == b"a letter"

    def test_what_cannot_be_written_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_about: object) -> None:
            raise PermissionError

        monkeypatch.setattr("kgbx.cli.folder_inbox.sync_folder", fail)
        with pytest.raises(PermissionError):
            hand_over(FolderInbox(into=tmp_path, made_up=True), message())
        assert list(tmp_path.iterdir()) == []

    def test_missing_numbers_are_told(self, tmp_path: Path) -> None:
        hand_over(FolderInbox(into=tmp_path, made_up=True), replace(message(), number=3, missing=(2,)))
        (folder,) = tmp_path.iterdir()
        about = json.loads((folder / "message.json").read_bytes())
        assert (about["number"], about["missing"], about["from"]) == (3, [2], TEAM)


class TestDirectory:
    @pytest.fixture
    def side(self, tmp_path: Path) -> Side:
        self.write(tmp_path, TEAM)
        names = tuple(str(tmp_path / name) for name in ("directory.json", "trust.json"))
        return Side(store="", identity="", passphrase_file=None, directory=(*names, None))  # type: ignore[arg-type]  # three

    def write(self, folder: Path, *orgs: str) -> None:
        parties = [party(org) for org in orgs]
        (folder / "directory.json").write_bytes(directory_file(*(one.document for one in parties)))
        (folder / "trust.json").write_bytes(trust_file(*parties))
        moment = (folder / "trust.json").stat().st_mtime_ns + 1_000_000_000 * len(orgs)
        os.utime(folder / "directory.json", ns=(moment, moment))

    def test_a_changed_file_counts_and_is_told(self, side: Side, tmp_path: Path) -> None:
        told: list[str] = []
        fresh = FreshDirectory(side)
        fresh.changed = lambda: told.append("changed")
        assert fresh.document(SCHOOL, AT) is None
        self.write(tmp_path, TEAM, SCHOOL)
        fresh.look()
        assert (fresh.document(SCHOOL, AT) is not None, told) == (True, ["changed"])

    def test_nothing_changed_nothing_told(self, side: Side) -> None:
        told: list[str] = []
        fresh = FreshDirectory(side)
        fresh.changed = lambda: told.append("changed")
        fresh.look()
        assert told == []

    @pytest.mark.parametrize("damage", [b"", b"{}", b"not a directory"], ids=["empty", "no members", "no json"])
    def test_a_damaged_file_leaves_the_old_one(
        self, side: Side, tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        fresh = FreshDirectory(side)
        (tmp_path / "directory.json").write_bytes(damage)
        os.utime(tmp_path / "directory.json", ns=(1, 1))
        fresh.look()
        assert fresh.document(TEAM, AT) is not None
        assert "not read again" in caplog.text

    def test_a_file_that_is_gone_leaves_the_old_one(self, side: Side, tmp_path: Path) -> None:
        fresh = FreshDirectory(side)
        (tmp_path / "directory.json").unlink()
        fresh.look()
        assert fresh.document(TEAM, AT) is not None


class TestKeys:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "keys"
        folder.mkdir(mode=0o700)
        save(create_identity(TEAM, at=AT), folder, passphrase=None)
        return folder

    def test_new_keys_count_as_soon_as_they_are_there(self, folder: Path) -> None:
        fresh, later = FreshIdentity(str(folder), None), AT + timedelta(days=4000)
        with pytest.raises(UsageError) as caught:
            signer_at(fresh, later)
        assert caught.value.code == "U_NO_KEYS"
        update(folder, lambda old: old.with_new_keys("sig", at=later), passphrase=None)
        fresh.look()
        assert signer_at(fresh, later).signing_kids == fresh.signing_kids

    def test_keys_that_cannot_be_read_leave_the_old_ones(self, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        fresh = FreshIdentity(str(folder), None)
        before = fresh.signing_kids
        (folder / "identity.json").write_bytes(b"{}")
        fresh.look()
        assert (fresh.signing_kids, fresh.encryption_kids != (), fresh.org) == (before, True, TEAM)
        assert "not read again" in caplog.text

    def test_keys_of_another_organisation_never_count(self, folder: Path, tmp_path: Path) -> None:
        fresh, other = FreshIdentity(str(folder), None), tmp_path / "other"
        other.mkdir(mode=0o700)
        save(create_identity(GI, at=AT), other, passphrase=None)
        folder.rename(tmp_path / "old")
        other.rename(folder)
        fresh.look()
        assert fresh.at(AT).org == TEAM

    def test_it_opens_and_signs_as_the_keys_of_the_folder_do(self, folder: Path) -> None:
        fresh, held = FreshIdentity(str(folder), None), load(folder, None)
        assert (fresh.suite, fresh.encryption_kids, fresh.signing_kids) == (
            held.suite,
            held.encryption_kids,
            held.signing_kids,
        )
        kid = fresh.signing_kids[0]
        assert fresh.sign(kid, b"m") == held.sign(kid, b"m")

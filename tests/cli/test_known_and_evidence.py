# SPDX-License-Identifier: EUPL-1.2
"""What seal and unseal remember of the directory, and the evidence that unseal leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import build_directory_file, make_document, peek_document
from kgbx.envelope.encoding import unb64
from kgbx.envelope.identity import load
from kgbx.envelope.keys import public_key_from_jwk
from kgbx.envelope.ports import KeyEntry
from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

AT = "2026-03-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Post:
    """A message from the team to the GI, and a directory that became newer."""

    kgbx: Kgbx
    region: Region
    path: Path

    def republish(self, name: str) -> Path:
        """Return a directory with a second document of the team, under another name."""
        document, directory = self.path / f"{name}.doc", self.path / f"{name}.json"
        before = ("--previous", self.region.path / "team.json", "--name", name, "--at", AT)
        self.ok("keys", "publish", self.region.identity("team"), *before, "--out", document)
        documents = (self.region.path / "team.json", document, self.region.path / "gi.json")
        self.ok("directory", "build", *documents, "--out", directory)
        return directory

    def ok(self, *arguments: object) -> Ran:
        ran = self.kgbx(*arguments)
        assert ran.status == 0, ran.err
        return ran

    def seal(self, directory: Path, *more: object, out: str = "m.kgbx") -> Ran:
        (self.path / "body.json").write_text("{}")
        options = ("--identity", self.region.identity("team"), "--to", GI, "--media-type", "application/json")
        known = ("--directory", directory, "--trust", self.region.trust, "--known", self.path / "known.db")
        return self.kgbx("seal", self.path / "body.json", *options, *known, "--out", self.path / out, "--at", AT, *more)

    def unseal(self, directory: Path, *more: object, at: str = AT) -> Ran:
        options = ("--identity", self.region.identity("gi"), "--directory", directory, "--trust", self.region.trust)
        return self.kgbx("unseal", self.path / "m.kgbx", *options, "--at", at, *more)


@pytest.fixture
def post(kgbx: Kgbx, region: Region, tmp_path: Path) -> Post:
    return Post(kgbx, region, tmp_path)


class TestKnown:
    """With --known an older directory, or one that says something else, is refused before anything is done."""

    def test_sealing_by_an_older_directory_is_refused(self, post: Post) -> None:
        assert post.seal(post.republish("nieuw"), out="first.kgbx").status == 0
        ran = post.seal(post.region.directory)
        assert (ran.status, "E_DIR_ROLLBACK" in ran.err, (post.path / "m.kgbx").exists()) == (3, True, False)

    def test_sealing_by_another_content_is_refused(self, post: Post) -> None:
        assert post.seal(post.republish("nieuw"), out="first.kgbx").status == 0
        ran = post.seal(post.republish("anders"))
        assert (ran.status, "E_DIR_EQUIVOCATION" in ran.err, (post.path / "m.kgbx").exists()) == (3, True, False)

    def test_opening_by_an_older_directory_is_refused(self, post: Post) -> None:
        newer = post.republish("nieuw")
        post.seal(newer)
        known, out = ("--known", post.path / "receiver.db"), ("--out", post.path / "opened")
        assert post.unseal(newer, *known).status == 0
        ran = post.unseal(post.region.directory, *known, *out, "--json")
        assert (ran.status, ran.json["error"]["code"]) == (3, "E_DIR_ROLLBACK")
        assert not (post.path / "opened").exists()

    def test_one_memory_serves_all_commands(self, post: Post) -> None:
        post.seal(post.republish("nieuw"))
        known = ("--known", post.path / "known.db")
        verify = ("directory", "verify", "--directory", post.region.directory, "--trust", post.region.trust)
        assert "E_DIR_ROLLBACK" in post.kgbx(*verify, *known, "--at", AT).err
        assert "E_DIR_ROLLBACK" in post.unseal(post.region.directory, *known).err

    def test_what_is_no_memory_is_refused(self, post: Post) -> None:
        (post.path / "known.db").write_text("this is no memory")
        (post.path / "known.db").chmod(0o600)
        ran = post.seal(post.region.directory)
        assert (ran.status, "U_UNREADABLE" in ran.err, (post.path / "m.kgbx").exists()) == (2, True, False)

    def test_without_it_both_say_that_a_rollback_goes_unnoticed(self, post: Post) -> None:
        (post.path / "body.json").write_text("{}")
        by = ("--directory", post.region.directory, "--trust", post.region.trust)
        what = ("seal", post.path / "body.json", "--identity", post.region.identity("team"), "--to", GI, "--at", AT)
        more = ("--media-type", "application/json", "--out", post.path / "m.kgbx", "--json")
        sealed, opened = post.ok(*what, *by, *more), post.unseal(post.region.directory, "--json")
        assert sealed.json["warnings"] == ["W_ROLLBACK_NOT_CHECKED"]
        assert opened.json["warnings"] == ["W_REPLAY_NOT_CHECKED", "W_ROLLBACK_NOT_CHECKED"]
        assert ("--known" in sealed.err, "--known" in opened.err) == (True, True)

    def test_with_it_nothing_is_said(self, post: Post) -> None:
        sealed = post.seal(post.region.directory, "--json")
        opened = post.unseal(
            post.region.directory, "--known", post.path / "r.db", "--seen", post.path / "s.db", "--json"
        )
        assert (sealed.json["warnings"], sealed.err, opened.json["warnings"], opened.err) == ([], "", [], "")

    def test_a_key_that_two_list_is_an_alarm(self, post: Post) -> None:
        stolen = json.loads(unb64(json.loads((post.region.path / "school.json").read_bytes())["payload"]))["keys"][0]
        gi = peek_document((post.region.path / "gi.json").read_bytes())
        root = load(post.region.identity("gi"), passphrase=None).root
        key = public_key_from_jwk(stolen["jwk"])
        entry = KeyEntry(key=key, use="sig", nbf=stolen["nbf"], exp=stolen["exp"])
        thief = make_document(replace(gi, seq=2, keys=(*gi.keys, entry)), root=root)
        documents = [(post.region.path / f"{name}.json").read_bytes() for name in ("team", "gi", "school")]
        (post.path / "d.json").write_bytes(build_directory_file([*documents, thief]))
        sealed = post.seal(post.path / "d.json", "--json")
        assert (sealed.status, sealed.json["warnings"]) == (0, ["W_KEY_CONTESTED"])
        assert (key.kid in sealed.err, "claimed by" in sealed.err) == (True, True)

    def test_without_it_nothing_is_kept(self, post: Post) -> None:
        post.seal(post.region.directory)
        before = sorted(post.path.iterdir())
        assert post.unseal(post.region.directory).status == 0
        assert sorted(post.path.iterdir()) == before


class TestEvidence:
    """With --evidence, unseal leaves a record that proves who sent the message; only when all of it was right."""

    def test_the_record_proves_the_sender(self, post: Post) -> None:
        post.seal(post.region.directory)
        file = post.path / "evidence.json"
        assert post.unseal(post.region.directory, "--evidence", file).out.splitlines()[-1].endswith(f"{file}.")
        ran = post.kgbx("evidence", "verify", file, "--trust", post.region.trust, "--json")
        assert (ran.status, ran.json["from"], ran.json["to"]) == (0, TEAM, [GI])

    def test_a_refused_message_leaves_none(self, post: Post) -> None:
        post.seal(post.region.directory)
        file = post.path / "evidence.json"
        ran = post.unseal(post.region.directory, "--evidence", file, at="2026-04-20")
        assert (ran.status, file.exists()) == (3, False)

    def test_a_duplicate_leaves_none(self, post: Post) -> None:
        post.seal(post.region.directory)
        file, seen = post.path / "evidence.json", ("--seen", post.path / "seen.db")
        assert post.unseal(post.region.directory, *seen).status == 0
        assert (post.unseal(post.region.directory, *seen, "--evidence", file).status, file.exists()) == (3, False)

    def test_nothing_is_overwritten(self, post: Post) -> None:
        post.seal(post.region.directory)
        (post.path / "evidence.json").write_text("mine")
        out = ("--evidence", post.path / "evidence.json", "--out", post.path / "opened")
        ran = post.unseal(post.region.directory, *out)
        assert (ran.status, "U_EXISTS" in ran.err, (post.path / "opened").exists()) == (2, True, False)
        assert (post.path / "evidence.json").read_text() == "mine"

    def test_content_that_cannot_be_stored_takes_the_record_with_it(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_folder: Path, _target: Path) -> None:
            raise OSError(28, "No space left on device")

        post.seal(post.region.directory)
        before = sorted(post.path.iterdir())
        monkeypatch.setattr("pathlib.Path.rename", full)
        out = ("--evidence", post.path / "evidence.json", "--out", post.path / "opened")
        ran = post.unseal(post.region.directory, *out)
        assert (ran.status, "free space" in ran.err, sorted(post.path.iterdir())) == (5, True, before)

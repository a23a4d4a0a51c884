# SPDX-License-Identifier: EUPL-1.2
"""Sealing: what is sent, to whom, and what is refused before anything leaves."""

from __future__ import annotations

import io
import json
import os
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kgbx.envelope.blobs import blob_of
from kgbx.envelope.encoding import pad
from kgbx.envelope.seal import Attachment, Message, Options
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_PARTS
from tests.envelope.makers import AT, BODY, NOW, OTHER, RECEIVER, TYPE, document_of, enc_key, opened, sealed

BOTH: Any = [(RECEIVER.org, enc_key(RECEIVER)), (OTHER.org, enc_key(OTHER))]


def refused(**options: Any) -> str:  # noqa: ANN401  # the keywords of seal
    with pytest.raises((EnvelopeError, UsageError)) as caught:
        sealed(**options)
    return caught.value.code


class TestRecipients:
    """One organisation; several only when asked for, and never for a message of which each gets its own view."""

    def test_organisation_document(self) -> None:
        assert opened(sealed(to=document_of(RECEIVER))).body == BODY

    def test_list_of_documents(self) -> None:
        message = sealed(to=[document_of(RECEIVER), document_of(OTHER)], shared=True)
        assert [opened(message, identity=one).body for one in (RECEIVER, OTHER)] == [BODY, BODY]

    def test_newest_active_encryption_key_is_used(self) -> None:
        renewed = RECEIVER.with_new_keys("enc", at=AT)
        message = sealed(to=document_of(renewed))
        assert opened(message, identity=renewed).manifest.to[0].kid == renewed.encryption_kids[0]

    def test_key_that_is_not_yet_valid_is_not_used(self) -> None:
        renewed = RECEIVER.with_new_keys("enc", at=AT + timedelta(days=1))
        assert opened(sealed(to=document_of(renewed))).manifest.to[0].kid == RECEIVER.encryption_kids[0]

    @pytest.mark.parametrize("changes", [{"exp": NOW}, {"nbf": NOW + 1}, {"status": "retired"}, {"status": "revoked"}])
    def test_no_usable_key(self, changes: dict[str, Any]) -> None:
        document = document_of(RECEIVER)
        keys = tuple(replace(entry, **changes) for entry in document.keys)
        assert refused(to=replace(document, keys=keys)) == "E_KEY_EXPIRED"

    def test_document_that_expired(self) -> None:
        assert refused(to=document_of(RECEIVER, exp=NOW)) == "E_DIR_STALE"

    @pytest.mark.parametrize("changes", [{"suites": ("kgbx-1h",)}, {"floor": "kgbx-1h"}])
    def test_suite_that_the_recipient_does_not_accept(self, changes: dict[str, Any]) -> None:
        assert refused(to=document_of(RECEIVER, **changes)) == "E_SUITE"

    def test_several_organisations_without_asking(self) -> None:
        assert refused(to=BOTH) == "U_ARGUMENT"

    @pytest.mark.parametrize("word", ["case_share", "case-share", "handover", "Consult", "handover_offer"])
    def test_several_organisations_where_each_gets_its_own_view(self, word: str) -> None:
        assert refused(to=BOTH, shared=True, message_type=f"https://example.org/kgbx/{word}/1") == "E_POLICY"

    def test_one_organisation_where_each_gets_its_own_view(self) -> None:
        assert opened(sealed(message_type="https://example.org/kgbx/handover/1")).body == BODY

    @pytest.mark.parametrize("to", [[], [BOTH[0]] * 2, [("nobody", enc_key(OTHER))]])
    def test_nobody_twice_or_no_urn(self, to: Any) -> None:  # noqa: ANN401  # recipients
        assert refused(to=to) == "U_ARGUMENT"

    def test_trimmed_copy_names_one_recipient(self) -> None:
        message = sealed(to=BOTH, shared=True)
        copy = message.trimmed(enc_key(OTHER).kid)
        assert [r["header"]["kid"] for r in json.loads(copy.envelope)["recipients"]] == [enc_key(OTHER).kid]
        assert opened(copy, identity=OTHER).body == BODY

    def test_trimmed_copy_has_the_same_bytes_otherwise(self) -> None:
        message = sealed(to=BOTH, shared=True)
        whole, copy = (json.loads(m.envelope) for m in (message, message.trimmed(enc_key(OTHER).kid)))
        assert whole | {"recipients": whole["recipients"][1:]} == copy

    def test_trimmed_copy_for_a_stranger(self) -> None:
        with pytest.raises(UsageError) as caught:
            sealed().trimmed(enc_key(OTHER).kid)
        assert caught.value.code == "U_ARGUMENT"

    def test_anonymous_envelope_names_nobody(self) -> None:
        message = sealed(anonymous=True)
        assert enc_key(RECEIVER).kid.encode() not in message.envelope
        assert opened(message).body == BODY


class TestForm:
    """What cannot be sent is refused before a key is touched."""

    @pytest.mark.parametrize(
        "options",
        [
            {"media_type": "json"},
            {"media_type": "a/" + "b" * 126},
            {"message_type": "case"},
            {"message_type": "https://example.org/a b"},
            {"thread": "thread"},
            {"ref": "6B1FD1C5-4D17-4A0F-8A0E-2F5D8A6F1C01"},
            {"expires": AT},
            {"expires": AT + timedelta(days=30, seconds=1)},
            {"attachments": [b""] * MAX_PARTS},
            {"attachments": [Attachment(source=b"", media="text")]},
            {"attachments": [Attachment(source=b"", name="../a")]},
        ],
    )
    def test_refused(self, options: dict[str, Any]) -> None:
        assert refused(**options) == "U_ARGUMENT"

    @pytest.mark.parametrize("moment", [{"at": AT.replace(tzinfo=None)}, {"expires": AT.replace(tzinfo=None)}])
    def test_naive_moment(self, moment: dict[str, Any]) -> None:
        assert refused(**moment) == "U_MOMENT"

    def test_body_over_32_mib(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kgbx.envelope.seal.MAX_BODY_BYTES", 10)
        assert refused(body=b"x" * 11) == "U_ARGUMENT"

    def test_body_that_is_no_bytes(self) -> None:
        with pytest.raises(TypeError):
            sealed("text")  # type: ignore[arg-type]  # on purpose

    def test_unknown_keyword(self) -> None:
        with pytest.raises(TypeError):
            sealed(compress=True)

    def test_lifetime_of_thirty_days(self) -> None:
        assert opened(sealed(expires=AT + timedelta(days=30))).body == BODY

    def test_keywords_are_those_of_the_message(self) -> None:
        assert set(Options.__annotations__) == {field.name for field in fields(Message)}


class TestAttachments:
    """A path, a stream or bytes; with what the recipient may know of it."""

    def test_path_gives_media_type_and_no_name(self, tmp_path: Path) -> None:
        """A file name often says about whom it is, and a manifest is kept as evidence."""
        (tmp_path / "verslag.pdf").write_bytes(b"attached")
        part = opened(sealed(attachments=[tmp_path / "verslag.pdf"])).parts[1]
        assert (part.entry.name, part.entry.media) == (None, "application/pdf")

    def test_path_gives_its_name_when_asked(self, tmp_path: Path) -> None:
        (tmp_path / "verslag.pdf").write_bytes(b"attached")
        part = opened(sealed(attachments=[tmp_path / "verslag.pdf"], names=True)).parts[1]
        assert (part.entry.name, part.entry.media, part.read()) == ("verslag.pdf", "application/pdf", b"attached")

    def test_name_that_may_not_be_shown_is_left_out(self, tmp_path: Path) -> None:
        (tmp_path / "tekening één").write_bytes(b"attached")
        part = opened(sealed(attachments=[str(tmp_path / "tekening één")], names=True)).parts[1]
        assert (part.entry.name, part.entry.media) == (None, "application/octet-stream")

    def test_stream(self) -> None:
        assert opened(sealed(attachments=[io.BytesIO(b"attached")])).parts[1].read() == b"attached"

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a system without /proc")
    @pytest.mark.parametrize("path", ["/proc/self/status", "/dev/zero"])
    def test_file_whose_size_says_nothing(self, path: str) -> None:
        assert refused(attachments=[Path(path)]) == "U_CHANGED"

    def test_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refused(attachments=[tmp_path / "pipe"]) == "U_CHANGED"

    @pytest.mark.parametrize("size", [0, 7, 9, 300_000])
    def test_file_that_changes_while_it_is_read(self, tmp_path: Path, size: int) -> None:
        (tmp_path / "log").write_bytes(b"attached")
        blob = blob_of(tmp_path / "log")
        (tmp_path / "log").write_bytes(b"x" * size)
        assert refused(attachments=[blob]) == "U_CHANGED"

    def test_repr_shows_no_attachment(self) -> None:
        message = Message(media_type="a/b", message_type="x:y", attachments=(b"words of a child",))
        assert "child" not in repr(message)

    def test_attachment_with_name_and_media_type(self) -> None:
        attachment = Attachment(source=b"attached", media="text/plain", name="a.txt")
        entry = opened(sealed(attachments=[attachment])).parts[1].entry
        assert (entry.name, entry.media, entry.role) == ("a.txt", "text/plain", "attachment")

    def test_missing_file_is_an_os_error(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            sealed(attachments=[tmp_path / "absent"])


class TestWhatIsVisible:
    """Sizes fall into classes; nothing of the content, sender, type or time is outside."""

    def test_short_bodies_look_alike(self) -> None:
        sizes = {len(sealed(b"x" * size).to_bytes()) for size in (0, 1, 100, 4096)}
        assert len(sizes) == 1

    def test_plaintext_is_a_size_class(self) -> None:
        message = sealed()
        ciphertext = json.loads(message.envelope)["ciphertext"]
        size = len(ciphertext) * 3 // 4
        assert size == pad(size)

    def test_sender_type_and_id_are_not_outside(self) -> None:
        message = sealed()
        hidden = (message.id, TYPE, "urn:osb:oin", '"iat"')
        assert not [word for word in hidden if word.encode() in message.to_bytes()]

    def test_two_envelopes_of_one_body_share_no_key(self) -> None:
        first, second = (json.loads(sealed().envelope) for _ in range(2))
        assert not {first[name] for name in ("protected", "iv", "tag")} & {
            second[name] for name in ("protected", "iv", "tag")
        }

    def test_repr_shows_the_id_only(self) -> None:
        message = sealed(b"canary")
        assert repr(message) == f"Sealed(id='{message.id}')"


def test_written_bundle_appears_whole(tmp_path: Path) -> None:
    message = sealed(attachments=[b"attached"])
    message.write(tmp_path / "message.kgbx")
    assert (tmp_path / "message.kgbx").read_bytes() == message.to_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["message.kgbx"]


def test_written_bundle_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "message.kgbx").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        sealed().write(tmp_path / "message.kgbx")
    assert (tmp_path / "message.kgbx").read_bytes() == b"mine"


def test_bundle_into_an_absent_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sealed().write(tmp_path / "absent" / "message.kgbx")
    assert list(tmp_path.iterdir()) == []


def test_disk_that_is_full_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kgbx.envelope.parts.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        sealed().write(tmp_path / "message.kgbx")
    assert list(tmp_path.iterdir()) == []


class TestFileSystemWithoutLinks:
    """Where hard links do not exist a file still appears whole, and still replaces nothing."""

    @pytest.fixture(autouse=True)
    def no_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_source: object, _target: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr("kgbx.envelope.parts.os.link", refuse)

    def test_file_appears(self, tmp_path: Path) -> None:
        message = sealed()
        message.write(tmp_path / "message.kgbx")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [message.to_bytes()]

    def test_file_is_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "message.kgbx").write_bytes(b"mine")
        with pytest.raises(FileExistsError):
            sealed().write(tmp_path / "message.kgbx")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]

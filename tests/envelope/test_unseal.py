# SPDX-License-Identifier: EUPL-1.2
"""Opening: who may, when, once; and that nothing comes out when a check fails."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.directory import Directory
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_ENVELOPE_BYTES
from tests.envelope.makers import (
    AT,
    BODY,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    StaticDirectory,
    directory_of,
    document_of,
    opened,
    sealed,
    with_entries,
)

if TYPE_CHECKING:
    from pathlib import Path


def refusal(message: object, **options: Any) -> EnvelopeError:  # noqa: ANN401  # the keywords of opened
    with pytest.raises(EnvelopeError) as caught:
        opened(message, **options)
    assert caught.value.__context__ is None
    return caught.value


def damaged(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


class TestEverySource:
    """A bundle opens from bytes, a path, a stream, and from what seal returned; a bare envelope with its parts."""

    def test_sealed(self) -> None:
        assert opened(sealed()).body == BODY

    def test_bytes(self) -> None:
        assert opened(sealed().to_bytes()).body == BODY

    @pytest.mark.parametrize("kind", [str, lambda path: path])
    def test_path(self, tmp_path: Path, kind: Any) -> None:  # noqa: ANN401  # a constructor
        sealed().write(tmp_path / "message.kgbx")
        assert opened(kind(tmp_path / "message.kgbx")).body == BODY

    def test_seekable_stream(self) -> None:
        assert opened(io.BytesIO(sealed().to_bytes())).body == BODY

    def test_stream_that_is_read_from_its_present_place(self) -> None:
        stream = io.BytesIO(b"before" + sealed().to_bytes())
        stream.seek(6)
        assert opened(stream).body == BODY

    def test_stream_that_cannot_seek(self) -> None:
        class Pipe:
            def __init__(self, data: bytes) -> None:
                self._stream = io.BytesIO(data)

            def read(self, size: int = -1, /) -> bytes:
                return self._stream.read(size)

        message = opened(Pipe(sealed(attachments=[b"x" * 3_000_000]).to_bytes()))
        assert message.parts[1].read() == b"x" * 3_000_000

    def test_bare_envelope_with_its_parts(self) -> None:
        message = sealed(attachments=[b"attached"])
        assert opened(message.envelope, parts=[part.read() for part in message.parts]).parts[1].read() == b"attached"

    def test_parts_beside_a_bundle_are_a_usage_error(self) -> None:
        with pytest.raises(UsageError) as caught:
            opened(sealed().to_bytes(), parts=[b""])
        assert caught.value.code == "U_ARGUMENT"

    def test_parts_beside_sealed_are_a_usage_error(self) -> None:
        with pytest.raises(UsageError) as caught:
            opened(sealed(), parts=[b""])
        assert caught.value.code == "U_ARGUMENT"

    @pytest.mark.parametrize("source", [None, 1, ["x"], object()])
    def test_anything_else_is_a_type_error(self, source: object) -> None:
        with pytest.raises(TypeError):
            opened(source)

    def test_naive_moment_is_a_usage_error(self) -> None:
        with pytest.raises(UsageError) as caught:
            opened(sealed(), at=AT.replace(tzinfo=None))
        assert caught.value.code == "U_MOMENT"


class TestWhatIsReturned:
    """What comes out is what the sender signed."""

    def test_sender_is_the_verified_organisation(self) -> None:
        assert opened(sealed()).sender == SENDER.org

    def test_manifest_names_addressee_and_times(self) -> None:
        manifest = opened(sealed()).manifest
        assert [to.org for to in manifest.to] == [RECEIVER.org]
        assert (manifest.iat, manifest.exp) == (NOW, NOW + 7 * 86_400)

    def test_thread_and_reference(self) -> None:
        thread, ref = "6b1fd1c5-4d17-4a0f-8a0e-2f5d8a6f1c01", "6b1fd1c5-4d17-4a0f-8a0e-2f5d8a6f1c02"
        manifest = opened(sealed(thread=thread, ref=ref)).manifest
        assert (manifest.thread, manifest.ref) == (thread, ref)

    def test_warning_when_replay_is_not_checked(self) -> None:
        assert opened(sealed()).warnings == ("W_REPLAY_NOT_CHECKED",)

    def test_no_warning_with_a_replay_store(self) -> None:
        assert opened(sealed(), seen=MemoryReplayStore()).warnings == ()

    def test_repr_shows_ids_only(self) -> None:
        text = repr(opened(sealed(b"canary body", attachments=[b"canary attachment"])))
        assert "canary" not in text
        assert "example.org" not in text

    def test_later_encryption_key_of_the_receiver_still_opens_older_mail(self) -> None:
        message = sealed()
        assert opened(message, identity=RECEIVER.with_new_keys("enc", at=AT)).body == BODY


class TestWhoAndWhen:
    """Another organisation, another time, another order of events: a code, and nothing else."""

    def test_other_organisation(self) -> None:
        assert refusal(sealed(), identity=OTHER).code == "E_NOT_FOR_ME"

    def test_other_organisation_and_anonymous_recipients(self) -> None:
        assert refusal(sealed(anonymous=True), identity=OTHER).code == "E_NOT_FOR_ME"

    def test_after_expiry(self) -> None:
        assert refusal(sealed(), at=AT + timedelta(days=7, seconds=301)).code == "E_EXPIRED"

    def test_before_it_was_made(self) -> None:
        assert refusal(sealed(), at=AT - timedelta(seconds=301)).code == "E_NOT_YET"

    def test_oversize_envelope(self) -> None:
        assert refusal(b" " * (MAX_ENVELOPE_BYTES + 1)).code == "E_TOO_LARGE"

    def test_envelope_of_the_greatest_size_is_looked_at(self) -> None:
        assert refusal(b" " * MAX_ENVELOPE_BYTES).code == "E_JSON"

    def test_same_organisation_under_another_name_is_not_the_addressee(self) -> None:
        assert refusal(sealed(), identity=replace(RECEIVER, org=OTHER.org)).code == "E_NOT_ADDRESSEE"


class TestReplay:
    """The id is written after everything else, once."""

    def test_twice(self) -> None:
        seen, message = MemoryReplayStore(), sealed()
        opened(message, seen=seen)
        assert refusal(message, seen=seen).code == "E_DUPLICATE"

    def test_another_message_under_the_same_id(self) -> None:
        seen, message = MemoryReplayStore(), sealed()
        seen.write(SENDER.org, message.id, digest=b"another", expires=NOW)
        assert refusal(message, seen=seen).code == "E_ID_REUSE"

    def test_same_id_of_another_sender_is_no_replay(self) -> None:
        seen, message = MemoryReplayStore(), sealed()
        seen.write(OTHER.org, message.id, digest=b"another", expires=NOW)
        assert opened(message, seen=seen).body == BODY

    def test_damaged_first_delivery_does_not_burn_the_id(self) -> None:
        seen, data = MemoryReplayStore(), sealed(attachments=[b"attached"]).to_bytes()
        assert refusal(damaged(data), seen=seen).code == "E_PART_DECRYPT"
        assert opened(data, seen=seen).body == BODY

    @pytest.mark.parametrize(("same", "code"), [(True, "E_DUPLICATE"), (False, "E_ID_REUSE")])
    def test_another_process_is_faster(self, code: str, *, same: bool) -> None:
        class Faster(MemoryReplayStore):
            def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
                super().write(org, message_id, digest=digest if same else b"another", expires=expires)
                return False

        assert refusal(sealed(), seen=Faster()).code == code

    def test_row_that_vanishes_again_is_refused(self) -> None:
        class Forgetful(MemoryReplayStore):
            def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
                return not (org and message_id and digest and expires)

        assert refusal(sealed(), seen=Forgetful()).code == "E_DUPLICATE"

    def test_row_is_kept_a_day_beyond_what_clocks_may_differ(self) -> None:
        seen = MemoryReplayStore()
        opened(sealed(), seen=seen)
        last = NOW + 7 * 86_400 + 300 + 86_400
        assert (seen.purge(last), seen.purge(last + 1)) == (0, 1)


def refusal_by(sender: Any = None, receiver: Any = None) -> str:  # noqa: ANN401  # documents or None
    documents = [document for document in (sender, receiver) if document is not None]
    return refusal(sealed(), directory=directory_of(*documents)).code


class TestKeysAndPolicy:
    """Step 12: the sender's document judges its keys, and both sides' floors hold."""

    def test_unknown_sender(self) -> None:
        assert refusal_by() == "E_UNKNOWN_SENDER_KEY"

    def test_revoked_after_the_message_was_made(self) -> None:
        document = with_entries(document_of(SENDER), status="revoked", revoked_at=NOW + 60, reason="compromised")
        assert refusal_by(document) == "E_KEY_REVOKED"

    def test_revoked_in_a_directory_that_is_too_old(self) -> None:
        """That nobody vouches any more for what is known does not make what is known of the key any better."""
        document = with_entries(document_of(SENDER), status="revoked", revoked_at=NOW + 60, reason="compromised")
        found = [replace(directory_of(one), error="E_DIR_STALE") for one in (document, document_of(SENDER))]
        assert [refusal(sealed(), directory=one).code for one in found] == ["E_KEY_REVOKED", "E_DIR_STALE"]

    def test_expired_when_the_message_was_made(self) -> None:
        assert refusal_by(with_entries(document_of(SENDER), exp=NOW)) == "E_KEY_EXPIRED"

    def test_not_yet_valid_when_the_message_was_made(self) -> None:
        assert refusal_by(with_entries(document_of(SENDER), nbf=NOW + 1)) == "E_KEY_EXPIRED"

    def test_expired_since_but_valid_when_the_message_was_made(self) -> None:
        directory = directory_of(with_entries(document_of(SENDER), exp=NOW + 1))
        assert opened(sealed(), directory=directory, at=AT + timedelta(minutes=5)).body == BODY

    def test_retired_since_but_valid_when_the_message_was_made(self) -> None:
        directory = directory_of(with_entries(document_of(SENDER), status="retired"))
        assert opened(sealed(), directory=directory).body == BODY

    def test_key_no_longer_listed(self) -> None:
        class Renewed(StaticDirectory):
            def document(self, org: str, at: Any) -> Any:  # noqa: ANN401  # as the protocol
                found = super().document(org, at)
                return found and replace(found, keys=())

        directory = Renewed(directory_of(document_of(SENDER)).documents)
        assert refusal(sealed(), directory=directory).code == "E_KEY_EXPIRED"

    def test_document_expired(self) -> None:
        assert refusal_by(document_of(SENDER, exp=NOW)) == "E_DIR_STALE"

    def test_no_document_of_the_sender(self) -> None:
        class Empty(StaticDirectory):
            def document(self, org: str, at: Any) -> None:  # noqa: ANN401, ARG002  # as the protocol
                return None

        directory = Empty(directory_of(document_of(SENDER)).documents)
        assert refusal(sealed(), directory=directory).code == "E_DIR_STALE"

    def test_document_of_the_sender_that_is_made_later_than_now(self) -> None:
        """The clock is wrong, here or there: another message than that the directory is too old."""
        directory = Directory([document_of(SENDER, iat=NOW + 1), document_of(RECEIVER)])
        assert refusal(sealed(), directory=directory).code == "E_DIR_NOT_YET"

    def test_directory_that_cannot_be_relied_on(self) -> None:
        directory = replace(directory_of(document_of(SENDER)), error="E_DIR_ROLLBACK")
        assert refusal(sealed(), directory=directory).code == "E_DIR_ROLLBACK"

    def test_directory_that_answers_another_key(self) -> None:
        class Confused(StaticDirectory):
            def signing_key(self, kid: str, alg: str) -> Any:  # noqa: ANN401  # as the protocol
                found = super().signing_key(kid, alg)
                return found and replace(found, key=OTHER.keys[0].private.public)  # type: ignore[union-attr]  # has one

        directory = Confused(directory_of(document_of(SENDER)).documents)
        assert refusal(sealed(), directory=directory).code == "E_UNKNOWN_SENDER_KEY"

    @pytest.mark.parametrize("changes", [{"suites": ("kgbx-1h",)}, {"floor": "kgbx-1h"}, {"floor": "unknown"}])
    @pytest.mark.parametrize("side", [SENDER, RECEIVER])
    def test_suite_that_one_side_does_not_accept(self, side: Any, changes: dict[str, Any]) -> None:  # noqa: ANN401
        documents = [document_of(org, **(changes if org is side else {})) for org in (SENDER, RECEIVER)]
        assert refusal_by(*documents) == "E_SUITE"


class TestOutsideLearnsNothing:
    """Whatever fails in steps 5 to 8 looks the same to the outside."""

    def test_not_for_me(self) -> None:
        assert refusal(sealed(), identity=OTHER).external == "undeliverable"

    def test_form_of_the_inner_statement(self) -> None:
        error = EnvelopeError("E_SIG_COUNT", after_decryption_began=True)
        assert error.external == "undeliverable"

    def test_form_of_the_outer_envelope_may_be_told(self) -> None:
        assert refusal(b"{}").external == "E_MEMBERS"

    def test_inner_failures_are_marked(self) -> None:
        assert refusal(sealed(), directory=directory_of()).after_decryption_began


class TestParts:
    """Parts are checked before anything is returned, and again while they are written."""

    def test_part_missing(self) -> None:
        message = sealed(attachments=[b"attached"])
        assert refusal(replace(message, parts=message.parts[:1])).code == "E_PART_MISSING"

    def test_part_too_many(self) -> None:
        message = sealed()
        assert refusal(replace(message, parts=message.parts * 2)).code == "E_BUNDLE"

    def test_body_over_the_limit_of_the_parser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        message = sealed(b"x" * 11)
        monkeypatch.setattr("kgbx.envelope.unseal.MAX_BODY_BYTES", 10)
        assert refusal(message).code == "E_PART_SIZE"

    def test_save_writes_the_content_for_the_owner_only(self, tmp_path: Path) -> None:
        opened(sealed(attachments=[b"attached"])).parts[1].save(tmp_path / "1.bin")
        assert (tmp_path / "1.bin").read_bytes() == b"attached"
        assert (tmp_path / "1.bin").stat().st_mode & 0o777 == 0o600

    def test_save_overwrites_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "1.bin").write_bytes(b"mine")
        with pytest.raises(FileExistsError):
            opened(sealed()).parts[0].save(tmp_path / "1.bin")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]

    def test_source_that_changed_since_leaves_no_file(self, tmp_path: Path) -> None:
        path, out = tmp_path / "message.kgbx", tmp_path / "out"
        out.mkdir()
        sealed(attachments=[b"x" * 100_000]).write(path)
        message = opened(path)
        path.write_bytes(damaged(path.read_bytes()))
        with pytest.raises(EnvelopeError) as caught:
            message.parts[1].save(out / "1.bin")
        assert (caught.value.code, list(out.iterdir())) == ("E_PART_DECRYPT", [])

    def test_source_that_was_cut_since_leaves_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "message.kgbx"
        sealed(attachments=[b"x" * 100_000]).write(path)
        message = opened(path)
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(EnvelopeError) as caught:
            message.parts[1].read()
        assert caught.value.code == "E_PART_SIZE"

    def test_digest_of_the_content(self) -> None:
        digest = opened(sealed(b"abc")).parts[0].sha256().hex()  # FIPS 180-4, example "abc"
        assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

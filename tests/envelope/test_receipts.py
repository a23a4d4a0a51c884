# SPDX-License-Identifier: EUPL-1.2
"""Receipts: who gives one, for what, and what makes one count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.directory import Directory
from kgbx.envelope import jwe, jws
from kgbx.envelope.identity import create_identity
from kgbx.envelope.manifest import TYP, Addressee, Manifest, digest_of
from kgbx.envelope.receipting import OpenedReceipt, _sealed, open_receipt, receipt, refuse
from kgbx.envelope.receipts import REFUSALS, Receipt, read_receipt, require_after
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import Sealed
from kgbx.errors import EnvelopeError, UsageError
from tests.envelope.makers import (
    AT,
    DIRECTORY,
    NOW,
    OTHER,
    RECEIVER,
    SENDER,
    directory_of,
    document_of,
    enc_key,
    opened,
    sealed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = sealed(attachments=[b"attached"])
OPENED = opened(MESSAGE)
BOTH = [(RECEIVER.org, enc_key(RECEIVER)), (OTHER.org, enc_key(OTHER))]


def given(**options: Any) -> Sealed:  # noqa: ANN401  # the keywords of receipt
    return receipt(OPENED, **{"status": "processed", "identity": RECEIVER, "at": AT, **options})


def said(**changes: Any) -> Receipt:  # noqa: ANN401  # any field
    payload = jws.parse(MESSAGE.jws, typ=TYP).payload
    right = Receipt(
        message_id=MESSAGE.id,
        sender=SENDER.org,
        manifest=digest_of(payload),
        status="processed",
        at=NOW,
        parts=((0, True), (1, True)),
    )
    return replace(right, **changes)


def forged(signer: Any = RECEIVER, /, **changes: Any) -> Sealed:  # noqa: ANN401  # an identity, any field
    return _sealed(said(**changes), sender=signer, to=document_of(SENDER))


def made_now(receipt_: Receipt) -> Sealed:
    """Return a receipt whose manifest is made now, whatever moment the receipt names."""
    cek = bytes(range(32))
    manifest = Manifest(
        kind="receipt",
        id="33333333-3333-4333-8333-333333333333",
        kc=jwe.commitment(cek),
        iat=NOW,
        exp=NOW + 600,
        sender=RECEIVER.org,
        signing_kids=RECEIVER.signing_kids,
        to=(Addressee(org=SENDER.org, kid=enc_key(SENDER).kid),),
        type="https://example.org/receipt",
        parts=(),
        receipt=receipt_,
    )
    signed = jws.sign(manifest.encode(), typ=TYP, signers=[RECEIVER])
    envelope = jwe.encrypt(signed, cek=cek, recipients=[enc_key(SENDER)], anonymous=False, random=bytes)
    return Sealed(id=manifest.id, envelope=envelope, parts=(), jws=signed)


def read(message: Any, **options: Any) -> OpenedReceipt:  # noqa: ANN401  # everything that open_receipt takes
    sent = {MESSAGE.id: MESSAGE.jws}.get
    call = {"identity": SENDER, "directory": DIRECTORY, "at": AT, "sent": sent, **options}
    return open_receipt(message, **call)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(EnvelopeError) as caught:
        action()
    assert caught.value.__context__ is None
    return caught.value.code


class TestReceipt:
    """Processed only after all parts were verified; signed by the recipient with both keys; sealed for the sender."""

    @pytest.mark.parametrize(("status", "level"), [("processed", 2), ("taken_up", 3)])
    def test_goes_there_and_back(self, status: str, level: int) -> None:
        found = read(given(status=status))
        assert (found.receipt.status, found.receipt.level, found.sender) == (status, level, RECEIVER.org)
        assert found.receipt.parts == ((0, True), (1, True))
        assert found.manifest.ref == MESSAGE.id

    def test_refusal_by_the_application(self) -> None:
        assert read(given(status="refused", code="E_SCHEMA")).receipt.code == "E_SCHEMA"

    @pytest.mark.parametrize(
        "options",
        [
            {"status": "refused"},
            {"status": "processed", "code": "E_SCHEMA"},
            {"status": "refused", "code": "E_DUPLICATE"},
            {"status": "refused", "code": "made up"},
            {"identity": OTHER},
        ],
    )
    def test_impossible_receipt_is_not_made(self, options: dict[str, Any]) -> None:
        with pytest.raises(UsageError) as caught:
            given(**options)
        assert caught.value.code == "U_ARGUMENT"

    def test_thread_is_kept(self) -> None:
        thread = "11111111-1111-4111-8111-111111111111"
        message = sealed(thread=thread)
        answer = receipt(opened(message), status="processed", identity=RECEIVER, at=AT)
        assert read(answer, sent=lambda _: message.jws).manifest.thread == thread

    def test_repr_shows_ids_only(self) -> None:
        assert "manifest" not in repr(said())


class TestWhichPairSigns:
    """A pair that was made ahead signs nothing before its time; without one that may, nothing is signed."""

    AHEAD = RECEIVER.with_new_keys("sig", at=AT + timedelta(days=8))

    def test_receipt(self) -> None:
        assert read(given(identity=self.AHEAD)).manifest.signing_kids == RECEIVER.signing_kids

    def test_refusal(self) -> None:
        broken = replace(MESSAGE, parts=MESSAGE.parts[:1])
        found = refuse(broken, identity=self.AHEAD, directory=DIRECTORY, at=AT)
        assert read(found.receipt).manifest.signing_kids == RECEIVER.signing_kids

    def test_message(self) -> None:
        ahead = SENDER.with_new_keys("sig", at=AT + timedelta(days=8))
        assert opened(sealed(sender=ahead)).manifest.signing_kids == SENDER.signing_kids

    def test_no_pair(self) -> None:
        with pytest.raises(UsageError) as caught:
            given(identity=create_identity(RECEIVER.org, at=AT + timedelta(days=8)))
        assert caught.value.code == "U_NO_KEYS"


class TestNoReceiptForAReceipt:
    """A receipt is no message, a message is no receipt, and neither can be used as the other."""

    def test_receipt_is_not_opened_as_a_message(self) -> None:
        assert code_of(lambda: opened(given(), identity=SENDER)) == "E_KIND"

    def test_message_is_not_opened_as_a_receipt(self) -> None:
        assert code_of(lambda: read(sealed(sender=RECEIVER, to=(SENDER.org, enc_key(SENDER))))) == "E_KIND"

    def test_receipt_is_not_refused(self) -> None:
        assert code_of(lambda: refuse(given(), identity=SENDER, directory=DIRECTORY, at=AT)) == "E_KIND"


class TestWhatMakesItCount:
    """A receipt counts for the very manifest that was sent, from who it was sent to."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"message_id": "22222222-2222-4222-8222-222222222222"},
            {"manifest": bytes(32)},
            {"sender": OTHER.org},
            {"parts": ((0, True),)},
            {"parts": ((0, True), (1, True), (2, True))},
        ],
        ids=["never sent", "other manifest", "other sender", "a part missing", "a part too many"],
    )
    def test_other_message(self, changes: dict[str, Any]) -> None:
        assert code_of(lambda: read(forged(**changes))) == "E_BINDING"

    def test_from_who_it_was_not_sent_to(self) -> None:
        assert code_of(lambda: read(forged(OTHER))) == "E_SENDER_MISMATCH"

    @pytest.mark.parametrize("moment", [NOW - 400, NOW + 400])
    def test_given_before_the_message_or_after_it_was_made(self, moment: int) -> None:
        message = forged()
        changed = made_now(said(at=moment))
        assert (read(message).receipt.at, code_of(lambda: read(changed))) == (NOW, "E_TIME")

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": "refused"},
            {"status": "processed", "code": "E_SCHEMA"},
            {"parts": ((0, True), (1, False))},
            {"parts": ()},
            {"parts": ((1, True), (0, True))},
            {"status": "refused", "code": "E_NEW"},
        ],
    )
    def test_contradiction_in_itself(self, changes: dict[str, Any]) -> None:
        assert code_of(lambda: read(forged(**changes))) == "E_MANIFEST"

    @pytest.mark.parametrize(
        ("before", "code"),
        [({"status": "refused", "code": "E_SCHEMA"}, "E_ID_REUSE"), ({"status": "processed"}, "E_DUPLICATE")],
    )
    def test_that_cannot_follow_an_earlier_one(self, before: dict[str, Any], code: str) -> None:
        first, asked, seen = read(given(**before)), [], MemoryReplayStore()

        def earlier(message_id: str, org: str) -> list[Receipt]:
            asked.append((message_id, org))
            return [first.receipt]

        second = given()
        assert code_of(lambda: read(second, earlier=earlier, seen=seen)) == code
        assert asked == [(MESSAGE.id, RECEIVER.org)]
        assert read(second, earlier=lambda *_: [], seen=seen).receipt.status == "processed"

    def test_same_receipt_twice(self) -> None:
        seen, message = MemoryReplayStore(), given()
        read(message, seen=seen)
        assert code_of(lambda: read(message, seen=seen)) == "E_DUPLICATE"


class TestRefusal:
    """A signed refusal only when both sender signatures verified; everything earlier gets no signed answer."""

    def refused(self, message: Any, **options: Any) -> tuple[str, Receipt]:  # noqa: ANN401  # everything that refuse takes
        call = {"identity": RECEIVER, "directory": DIRECTORY, "at": AT, **options}
        found = refuse(message, **call)
        kept = message.jws if hasattr(message, "jws") else MESSAGE.jws
        opened_ = read(found.receipt, sent=lambda _: kept, at=call["at"])
        assert opened_.receipt.code == found.code
        return found.code, opened_.receipt

    def test_damaged_part_names_the_part(self) -> None:
        data = bytearray(MESSAGE.to_bytes())
        data[-1] ^= 1
        code, found = self.refused(bytes(data))
        assert (code, found.parts) == ("E_PART_DECRYPT", ((0, True), (1, False)))

    def test_missing_part(self) -> None:
        assert self.refused(replace(MESSAGE, parts=MESSAGE.parts[:1])) == (
            "E_PART_MISSING",
            said(status="refused", code="E_PART_MISSING", parts=()),
        )

    def test_id_used_again(self) -> None:
        seen = MemoryReplayStore()
        seen.write(SENDER.org, MESSAGE.id, digest=bytes(32), expires=NOW + 600)
        assert self.refused(MESSAGE, seen=seen)[0] == "E_ID_REUSE"

    @pytest.mark.parametrize("member", ["iv", "ciphertext", "tag"])
    def test_nothing_signed_before_the_signatures_verified(self, member: str) -> None:
        envelope = json.loads(MESSAGE.envelope)
        envelope[member] = ("A" if envelope[member][0] != "A" else "B") + envelope[member][1:]
        with pytest.raises(EnvelopeError) as caught:
            refuse(json.dumps(envelope).encode(), identity=RECEIVER, directory=DIRECTORY, at=AT)
        assert (caught.value.code, caught.value.external) == ("E_DECRYPT", "undeliverable")

    def test_duplicate_is_not_refused(self) -> None:
        seen = MemoryReplayStore()
        opened(MESSAGE, seen=seen)
        assert (
            code_of(lambda: refuse(MESSAGE, identity=RECEIVER, directory=DIRECTORY, at=AT, seen=seen)) == "E_DUPLICATE"
        )

    def test_stale_directory_is_not_refused(self) -> None:
        stale = directory_of(document_of(SENDER, exp=NOW), document_of(RECEIVER))
        assert code_of(lambda: refuse(MESSAGE, identity=RECEIVER, directory=stale, at=AT)) == "E_DIR_STALE"

    def test_directory_that_begins_later_is_not_refused(self) -> None:
        early = Directory([document_of(SENDER, iat=NOW + 1), document_of(RECEIVER)])
        assert code_of(lambda: refuse(MESSAGE, identity=RECEIVER, directory=early, at=AT)) == "E_DIR_NOT_YET"

    def test_sound_message_is_not_refused(self) -> None:
        with pytest.raises(UsageError) as caught:
            refuse(MESSAGE, identity=RECEIVER, directory=DIRECTORY, at=AT)
        assert caught.value.code == "U_ARGUMENT"


class TestAfter:
    """One receipt a level, never positive after negative; two that contradict each other are an alarm."""

    @pytest.mark.parametrize(
        ("first", "second", "code"),
        [
            ({}, {}, "E_DUPLICATE"),
            ({}, {"status": "refused", "code": "E_SCHEMA"}, "E_ID_REUSE"),
            ({"status": "refused", "code": "E_SCHEMA"}, {"status": "taken_up"}, "E_ID_REUSE"),
            ({"status": "refused", "code": "E_SCHEMA"}, {"status": "refused", "code": "E_POLICY"}, "E_ID_REUSE"),
            ({}, {"status": "taken_up", "manifest": bytes(32)}, "E_ID_REUSE"),
        ],
    )
    def test_cannot_follow(self, first: dict[str, Any], second: dict[str, Any], code: str) -> None:
        assert code_of(lambda: require_after([said(**first)], said(**second))) == code

    def test_taken_up_follows_processed(self) -> None:
        require_after([said()], said(status="taken_up"))


class TestForm:
    """Exact members, exact types."""

    def members(self, **changes: object) -> dict[str, object]:
        return {**said().as_json(), **changes}

    def test_reads_what_it_writes(self) -> None:
        assert read_receipt(self.members()) == said()

    @pytest.mark.parametrize(
        "changes",
        [
            {"level": 3},
            {"level": True},
            {"status": ["processed"]},
            {"status": "lost"},
            {"at": 1.0},
            {"parts": {}},
            {"parts": [{"n": 0, "ok": 1}]},
            {"parts": [{"n": True, "ok": True}]},
            {"of": {"id": "x", "from": SENDER.org, "manifest": said().as_json()["of"]["manifest"]}},  # type: ignore[index]  # is a dict
        ],
    )
    def test_wrong_value(self, changes: dict[str, object]) -> None:
        assert code_of(lambda: read_receipt(self.members(**changes))) == "E_MANIFEST"

    @pytest.mark.parametrize("changes", [{"extra": 1}, {"of": {}}, {"parts": [{"n": 0}]}])
    def test_wrong_members(self, changes: dict[str, object]) -> None:
        assert code_of(lambda: read_receipt(self.members(**changes))) == "E_MEMBERS"

    def test_no_own_trouble_is_signed(self) -> None:
        assert REFUSALS.isdisjoint({"E_DUPLICATE", "E_KEY_FILE", "E_PASSPHRASE"})

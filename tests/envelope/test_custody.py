# SPDX-License-Identifier: EUPL-1.2
"""Custody: what a holder signs before anything is opened, and what makes the statement count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.envelope import jws
from kgbx.envelope.custody import (
    TYP,
    Custody,
    NoCustody,
    no_custody,
    parts_of_manifest,
    read_statement,
    sign_statement,
    verify_statement,
)
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
    sealed,
    with_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE = sealed(attachments=[b"attached"])
HELD = Custody(
    message_id=MESSAGE.id,
    envelope=sha256(MESSAGE.envelope).digest(),
    parts=parts_of_manifest(MESSAGE.jws),
    by=RECEIVER.org,
    at=NOW,
    window_days=45,
    epoch="44444444-4444-4444-8444-444444444444",
    chain=bytes(32),
)
SIGNED = sign_statement(HELD, RECEIVER)


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(EnvelopeError) as caught:
        action()
    assert caught.value.__context__ is None
    return caught.value.code


def with_payload(**changes: Any) -> bytes:  # noqa: ANN401  # any JSON
    payload = json.loads(jws.parse(SIGNED, typ=TYP).payload)
    return jws.sign(json.dumps({**payload, **changes}).encode(), typ=TYP, signers=[RECEIVER])


class TestCustody:
    """A statement of exactly these bytes, by who signed it."""

    def test_of_what_was_sent(self) -> None:
        assert verify_statement(SIGNED, directory=DIRECTORY, sealed=MESSAGE) == HELD

    def test_of_the_copy_that_was_delivered(self) -> None:
        both = [(one.org, enc_key(one)) for one in (RECEIVER, OTHER)]
        message = sealed(to=both, shared=True)
        copy = message.trimmed(enc_key(RECEIVER).kid)
        said = replace(
            HELD, message_id=copy.id, envelope=sha256(copy.envelope).digest(), parts=parts_of_manifest(copy.jws)
        )
        signed = sign_statement(said, RECEIVER)
        assert verify_statement(signed, directory=DIRECTORY, sealed=copy) == said
        assert refused(lambda: verify_statement(signed, directory=DIRECTORY, sealed=message)) == "E_BINDING"

    @pytest.mark.parametrize(
        "changes", [{"envelope": bytes(32)}, {"parts": HELD.parts[:1]}, {"message_id": HELD.epoch}]
    )
    def test_of_other_bytes(self, changes: dict[str, Any]) -> None:
        signed = sign_statement(replace(HELD, **changes), RECEIVER)
        assert refused(lambda: verify_statement(signed, directory=DIRECTORY, sealed=MESSAGE)) == "E_BINDING"

    def test_pair_that_was_made_ahead_does_not_sign(self) -> None:
        signed = sign_statement(HELD, RECEIVER.with_new_keys("sig", at=AT + timedelta(days=8)))
        assert verify_statement(signed, directory=DIRECTORY) == HELD

    @pytest.mark.parametrize(("early", "code"), [(300, None), (301, "E_NOT_YET")])
    def test_dated_later_than_now(self, early: int, code: str | None) -> None:
        now = AT + timedelta(seconds=HELD.at - NOW - early)
        if code is None:
            assert verify_statement(SIGNED, directory=DIRECTORY, at=now) == HELD
        else:
            assert refused(lambda: verify_statement(SIGNED, directory=DIRECTORY, at=now)) == code

    def test_in_the_name_of_another(self) -> None:
        assert refused(lambda: verify_statement(with_payload(by=OTHER.org), directory=DIRECTORY)) == "E_SENDER_MISMATCH"

    def test_changed(self) -> None:
        members = json.loads(SIGNED)
        members["payload"] = json.loads(with_payload(window_days=46))["payload"]
        changed = json.dumps(members).encode()
        assert refused(lambda: verify_statement(changed, directory=DIRECTORY)) == "E_SIGNATURE"

    def test_signed_manifest_is_no_custody(self) -> None:
        assert refused(lambda: verify_statement(MESSAGE.jws, directory=DIRECTORY)) == "E_SIG_ALG"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"status": "revoked", "revoked_at": NOW + 10}, "E_KEY_REVOKED"),
            ({"exp": NOW}, "E_KEY_EXPIRED"),
            ({"nbf": NOW + 1}, "E_KEY_EXPIRED"),
        ],
    )
    def test_by_keys_that_could_not_sign(self, changes: dict[str, Any], code: str) -> None:
        directory = directory_of(with_entries(document_of(RECEIVER), **changes))
        assert refused(lambda: verify_statement(SIGNED, directory=directory)) == code

    def test_nobody_signs_for_another(self) -> None:
        with pytest.raises(UsageError) as caught:
            sign_statement(HELD, SENDER)
        assert caught.value.code == "U_ARGUMENT"

    def test_impossible_statement_is_not_signed(self) -> None:
        with pytest.raises(UsageError) as caught:
            sign_statement(replace(HELD, window_days=0), RECEIVER)
        assert caught.value.code == "U_ARGUMENT"


class TestForm:
    """Exact members, exact types."""

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"extra": 1}, "E_MEMBERS"),
            ({"no": "undeliverable"}, "E_MEMBERS"),
            ({"v": True}, "E_SUITE"),
            ({"v": 2}, "E_SUITE"),
            ({"at": 1.0}, "E_MANIFEST"),
            ({"window_days": 0}, "E_MANIFEST"),
            ({"window_days": True}, "E_MANIFEST"),
            ({"epoch": 1}, "E_MANIFEST"),
            ({"parts": ["AAAA"]}, "E_LENGTH"),
            ({"parts": {}}, "E_MANIFEST"),
            ({"chain": "sha-512:"}, "E_MANIFEST"),
            ({"envelope": "sha-256:"}, "E_LENGTH"),
        ],
    )
    def test_wrong(self, changes: dict[str, Any], code: str) -> None:
        assert refused(lambda: read_statement(with_payload(**changes))) == code


class TestNoCustody:
    """Undeliverable has one form, one moment and one length, whatever failed."""

    def said(self, reason: Any, at: int) -> NoCustody:  # noqa: ANN401  # one of two words
        return no_custody(MESSAGE.envelope, message_id=MESSAGE.id, by=RECEIVER.org, at=at, reason=reason)

    def test_undeliverable_at_the_next_full_minute(self) -> None:
        moments = {self.said("undeliverable", NOW + second).at for second in range(60)}
        assert moments == {(NOW // 60 + 1) * 60}

    def test_one_length(self) -> None:
        sizes = {len(sign_statement(self.said("undeliverable", NOW + second), RECEIVER)) for second in (0, 59, 7000)}
        assert len(sizes) == 1

    def test_unknown_key_at_once(self) -> None:
        signed = sign_statement(self.said("unknown-key", NOW + 7), RECEIVER)
        found = verify_statement(signed, directory=DIRECTORY, sealed=MESSAGE)
        assert (found.at, isinstance(found, NoCustody)) == (NOW + 7, True)

    def test_undeliverable_is_dated_up_to_a_minute_ahead(self) -> None:
        said = self.said("undeliverable", NOW)
        signed = sign_statement(said, RECEIVER)
        ahead = timedelta(seconds=said.at - NOW - 300)
        assert verify_statement(signed, directory=DIRECTORY, at=AT + ahead - timedelta(seconds=60)) == said
        early = AT + ahead - timedelta(seconds=61)
        assert refused(lambda: verify_statement(signed, directory=DIRECTORY, at=early)) == "E_NOT_YET"

    def test_undeliverable_within_a_minute_is_refused(self) -> None:
        payload = {"v": 1, "id": HELD.message_id, "by": HELD.by, "at": 61, "no": "undeliverable"}
        envelope = json.loads(jws.parse(SIGNED, typ=TYP).payload)["envelope"]
        data = jws.sign(json.dumps({**payload, "envelope": envelope}).encode(), typ=TYP, signers=[RECEIVER])
        assert refused(lambda: read_statement(data)) == "E_MANIFEST"

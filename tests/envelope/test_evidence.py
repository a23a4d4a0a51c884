# SPDX-License-Identifier: EUPL-1.2
"""Evidence: what a record proves years later, and what makes it prove nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.directory import Directory, build_directory_file, build_trust_file
from kgbx.directory.files import Trust
from kgbx.envelope import jws
from kgbx.envelope.custody import Custody, parts_of_manifest, sign_statement
from kgbx.envelope.evidence import Evidence, Proven, claimed, read_evidence, verify_evidence
from kgbx.envelope.manifest import TYP, read_manifest
from kgbx.envelope.receipting import open_receipt, receipt
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError, UsageError
from tests.envelope import makers
from tests.parties import AT, GI, SCHOOL, TEAM, directory_of, party, say_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kgbx.envelope.seal import Sealed

NOW = int(AT.timestamp())
SENDER, RECEIVER = party(TEAM), party(GI)
DIRECTORY = directory_of(SENDER, RECEIVER)
TRUST = build_trust_file(Trust(pinned=(SENDER.pin, RECEIVER.pin)))


def seal_at(at: datetime) -> Sealed:
    to = DIRECTORY.require(GI, at)
    return seal(
        b"{}", sender=SENDER.identity, to=to, at=at, media_type="application/json", message_type="https://example.org/m"
    )


def message() -> Sealed:
    return seal_at(AT)


def held(sealed: Sealed, at: int = NOW) -> bytes:
    statement = Custody(
        message_id=sealed.id,
        envelope=sha256(sealed.envelope).digest(),
        parts=parts_of_manifest(sealed.jws),
        by=GI,
        at=at,
        window_days=45,
        epoch="44444444-4444-4444-8444-444444444444",
        chain=bytes(32),
    )
    return sign_statement(statement, RECEIVER.identity)


def evidence(sealed: Sealed) -> Evidence:
    """Return what the sender keeps when the receipt has come."""
    opened = unseal(sealed, identity=RECEIVER.identity, directory=DIRECTORY, at=AT, seen=None)
    answer = receipt(opened, status="processed", identity=RECEIVER.identity, at=AT)
    found = open_receipt(answer, identity=SENDER.identity, directory=DIRECTORY, at=AT, sent={sealed.id: sealed.jws}.get)
    return found.evidence(custody=[held(sealed)])


def answered(sealed: Sealed, *, later: int = 0, says: int = 0, **options: Any) -> bytes:  # noqa: ANN401  # of receipt
    """Return a receipt that is signed `later` seconds after the message, and says to be given `says` after it."""
    opened = unseal(sealed, identity=RECEIVER.identity, directory=DIRECTORY, at=AT, seen=None)
    at = AT + timedelta(seconds=later)
    given = receipt(opened, **{"status": "processed", "identity": RECEIVER.identity, "at": at, **options})
    manifest = read_manifest(jws.parse(given.jws, typ=TYP).payload)
    assert manifest.receipt is not None
    said = replace(manifest, receipt=replace(manifest.receipt, at=NOW + says))
    return jws.sign(said.encode(), typ=TYP, signers=[RECEIVER.identity])


MESSAGE, SECOND = message(), message()
RECORD, OTHER_RECORD = evidence(MESSAGE), evidence(SECOND)


def proven(record: Evidence, *newer: bytes, trust: bytes = TRUST) -> Proven:
    """Read and verify the record as it is kept, with nothing but a trust file and newer documents."""
    found = read_evidence(record.encode())
    return verify_evidence(found, directory=Directory.load(build_directory_file([*found.documents, *newer]), trust))


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(EnvelopeError) as caught:
        action()
    return caught.value.code


def revoked(speaker: str, at: int) -> bytes:
    one = party(speaker)
    keys = tuple(
        replace(entry, status="revoked", revoked_at=at) if entry.use == "sig" else entry for entry in one.said.keys
    )
    return say_again(one, seq=2, iat=at, exp=at + 86_400, keys=keys)


class TestWhatItProves:
    """Who sent what to whom, who held it, and what became of it: without content and without the network."""

    def test_all_of_it(self) -> None:
        found = proven(RECORD)
        assert (found.manifest.id, found.manifest.sender, found.custody[0].by) == (MESSAGE.id, TEAM, GI)
        assert [(one.by, one.receipt.status) for one in found.receipts] == [(GI, "processed")]

    def test_what_the_receiver_keeps(self) -> None:
        opened = unseal(MESSAGE, identity=RECEIVER.identity, directory=DIRECTORY, at=AT, seen=None)
        assert proven(opened.evidence()).manifest.id == MESSAGE.id

    def test_reads_what_it_writes(self) -> None:
        assert read_evidence(RECORD.encode()) == RECORD

    def test_holds_no_content_and_its_repr_no_statement(self) -> None:
        assert repr(RECORD) == "Evidence()"
        assert b'"{}"' not in RECORD.encode()

    def test_claims_are_what_is_proven(self) -> None:
        assert claimed(RECORD) == proven(RECORD)

    @pytest.mark.parametrize("status", ["processed", "taken_up"])
    def test_receipts_that_agree(self, status: str) -> None:
        record = replace(RECORD, receipts=(*RECORD.receipts, answered(MESSAGE, later=60, says=60, status=status)))
        assert [one.receipt.status for one in proven(record).receipts] == ["processed", status]

    def test_document_without_its_signatures_is_no_evidence(self) -> None:
        with pytest.raises(UsageError) as caught:
            makers.opened(makers.sealed()).evidence()
        assert caught.value.code == "U_ARGUMENT"


class TestWhatProvesNothing:
    """One statement that does not verify, or is about something else, refuses the whole record."""

    def test_receipt_for_another_message(self) -> None:
        assert refused(lambda: proven(replace(RECORD, receipts=OTHER_RECORD.receipts))) == "E_BINDING"

    def test_custody_of_another_message(self) -> None:
        assert refused(lambda: proven(replace(RECORD, custody=OTHER_RECORD.custody))) == "E_BINDING"

    def test_custody_of_other_parts_under_the_same_id(self) -> None:
        other = held(replace(SECOND, id=MESSAGE.id))
        assert refused(lambda: proven(replace(RECORD, custody=(other,)))) == "E_BINDING"

    @pytest.mark.parametrize(("before", "code"), [(300, None), (301, "E_TIME")])
    def test_custody_from_before_the_message(self, before: int, code: str | None) -> None:
        """Clocks differ by no more than five minutes."""
        later = seal_at(AT + timedelta(seconds=before))
        record = replace(RECORD, manifest=later.jws, custody=(held(later, NOW),), receipts=())
        if code is None:
            assert proven(record).custody[0].at == NOW
        else:
            assert refused(lambda: proven(record)) == code

    def test_receipts_that_contradict_each_other(self) -> None:
        other = answered(MESSAGE, status="refused", code="E_SCHEMA")
        record = replace(RECORD, receipts=(*RECORD.receipts, other))
        assert refused(lambda: proven(record)) == "E_ID_REUSE"

    def test_receipt_in_place_of_the_message(self) -> None:
        assert refused(lambda: proven(replace(RECORD, manifest=RECORD.receipts[0], receipts=()))) == "E_KIND"

    def test_message_in_place_of_a_receipt(self) -> None:
        assert refused(lambda: proven(replace(RECORD, receipts=(RECORD.manifest,)))) == "E_BINDING"

    @pytest.mark.parametrize("place", [0, 1])
    def test_one_signature_of_another_message(self, place: int) -> None:
        members, other = json.loads(RECORD.manifest), json.loads(OTHER_RECORD.manifest)
        members["signatures"][place] = other["signatures"][place]
        forged = json.dumps(members).encode()
        assert refused(lambda: proven(replace(RECORD, manifest=forged, receipts=(), custody=()))) == "E_SIGNATURE"

    def test_root_that_nobody_believes(self) -> None:
        trust = build_trust_file(Trust(pinned=(RECEIVER.pin, party(SCHOOL).pin)))
        assert refused(lambda: proven(RECORD, trust=trust)) == "E_UNKNOWN_SENDER_KEY"

    def test_document_that_was_not_in_force(self) -> None:
        late = say_again(SENDER, iat=NOW + 60, exp=NOW + 600)
        assert refused(lambda: proven(replace(RECORD, documents=(late, RECEIVER.document)))) == "E_DIR_STALE"


class TestRevokedSince:
    """A key that was revoked later still proves what a witness had before; never what came after."""

    def test_witness_from_before(self) -> None:
        assert proven(RECORD, revoked(TEAM, NOW + 60)).manifest.id == MESSAGE.id

    def test_no_witness(self) -> None:
        alone = replace(RECORD, receipts=(), custody=())
        assert proven(alone).manifest.id == MESSAGE.id
        assert refused(lambda: proven(alone, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_signed_when_it_was_revoked(self) -> None:
        assert refused(lambda: proven(RECORD, revoked(TEAM, NOW))) == "E_KEY_REVOKED"

    def test_witness_from_after(self) -> None:
        late = replace(RECORD, receipts=(answered(MESSAGE, later=120, says=120),), custody=())
        assert refused(lambda: proven(late, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_witness_from_after_that_says_before(self) -> None:
        late = replace(RECORD, receipts=(answered(MESSAGE, later=120, says=1),), custody=())
        assert refused(lambda: proven(late, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_witness_that_says_after(self) -> None:
        late = replace(RECORD, receipts=(answered(MESSAGE, later=30, says=120),), custody=())
        assert refused(lambda: proven(late, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_custody_from_before_is_no_witness(self) -> None:
        """Who holds encrypted parts has not seen which manifest names them."""
        alone = replace(RECORD, receipts=())
        assert refused(lambda: proven(alone, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_custody_of_the_same_parts_is_no_witness_of_another_manifest(self) -> None:
        manifest = read_manifest(jws.parse(MESSAGE.jws, typ=TYP).payload)
        other = replace(manifest, type="https://example.org/something-else")
        forged = jws.sign(other.encode(), typ=TYP, signers=[SENDER.identity])
        record = replace(RECORD, manifest=forged, receipts=())
        assert refused(lambda: proven(record, revoked(TEAM, NOW + 60))) == "E_KEY_REVOKED"

    def test_witness_whose_own_key_was_revoked(self) -> None:
        assert refused(lambda: proven(RECORD, revoked(GI, NOW + 60))) == "E_KEY_REVOKED"


class TestForm:
    """Exact members, bounded, one version."""

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"format": "kgbx-evidence/2"}, "E_SUITE"),
            ({"extra": 1}, "E_MEMBERS"),
            ({"manifest": []}, "E_MEMBERS"),
            ({"documents": {}}, "E_MEMBERS"),
            ({"receipts": [{}] * 65}, "E_MEMBERS"),
            ({"custody": [1]}, "E_MEMBERS"),
        ],
    )
    def test_wrong(self, changes: dict[str, object], code: str) -> None:
        data = json.dumps({**json.loads(RECORD.encode()), **changes}).encode()
        assert refused(lambda: read_evidence(data)) == code

    def test_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kgbx.envelope.evidence.MAX_EVIDENCE_BYTES", 100)
        assert refused(lambda: read_evidence(RECORD.encode())) == "E_TOO_LARGE"

    @pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"format":1}', b"\xff"])
    def test_no_record(self, data: bytes) -> None:
        assert refused(lambda: read_evidence(data)) in {"E_JSON", "E_MEMBERS"}

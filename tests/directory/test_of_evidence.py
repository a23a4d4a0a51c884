# SPDX-License-Identifier: EUPL-1.2
"""Evidence of organisations that only the keepers of a directory vouch for: the statement travels with the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import (
    Directory,
    Keepers,
    Trust,
    build_directory_file,
    build_trust_file,
    peek_document,
    sign_statement,
    state_directory,
)
from kgbx.envelope.evidence import Evidence, read_evidence, verify_evidence
from kgbx.envelope.receipting import open_receipt, receipt
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import DirectoryError, EnvelopeError
from tests.directory.test_statement import KEEPERS, TRUST, said, signed
from tests.parties import AT, GI, SCHOOL, TEAM, directory_file, directory_of, party, say_again, trust_file

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.evidence import Proven

DOCUMENTS = tuple(party(org).document for org in KEEPERS)
STATEMENT = signed(said(*DOCUMENTS), TEAM, GI)
DIRECTORY = Directory.load(build_directory_file(DOCUMENTS, statement=STATEMENT), TRUST)


def received() -> Evidence:
    """Return what the sender keeps when the receipt has come."""
    team, gi = party(TEAM).identity, party(GI).identity
    sealed = seal(
        b"{}",
        sender=team,
        to=DIRECTORY.require(GI, AT),
        at=AT,
        media_type="application/json",
        message_type="https://example.org/m",
    )
    opened = unseal(sealed, identity=gi, directory=DIRECTORY, at=AT, seen=None)
    answer = receipt(opened, status="processed", identity=gi, at=AT)
    found = open_receipt(answer, identity=team, directory=DIRECTORY, at=AT, sent={sealed.id: sealed.jws}.get)
    assert opened.evidence().directory == STATEMENT
    return found.evidence()


RECORD = received()


def proven(record: Evidence, trust: bytes = TRUST, newer: bytes | None = None) -> Proven:
    found = read_evidence(record.encode())
    return verify_evidence(found, directory=Directory.of_evidence(found, trust, newer=newer))


def refused(record: Evidence, trust: bytes = TRUST, newer: bytes | None = None) -> str:
    with pytest.raises((DirectoryError, EnvelopeError)) as caught:
        proven(record, trust, newer)
    return caught.value.code


def test_the_keepers_alone_make_a_record_believed_without_the_documents_of_the_others() -> None:
    assert len(RECORD.documents) == 2
    assert (proven(RECORD).manifest.sender, len(proven(RECORD).receipts)) == (TEAM, 1)


def test_without_the_statement_nobody_vouches() -> None:
    assert refused(replace(RECORD, directory=None)) == "E_UNKNOWN_SENDER_KEY"


def test_too_few_keepers_vouch_for_nobody() -> None:
    assert refused(replace(RECORD, directory=signed(said(*DOCUMENTS), TEAM))) == "E_DIR_SIGNATURE"


def test_a_statement_about_another_document_is_an_alarm() -> None:
    other = signed(said(say_again(party(TEAM), name="Een andere naam"), *DOCUMENTS[1:]), TEAM, GI)
    assert refused(replace(RECORD, directory=other)) == "E_DIR_EQUIVOCATION"


def test_a_statement_that_had_expired_vouched_for_nobody() -> None:
    early = replace(said(*DOCUMENTS), iat=said().iat - 86_400 * 8, exp=said().iat - 86_400)
    assert refused(replace(RECORD, directory=signed(early, TEAM, GI))) == "E_DIR_STALE"


def test_who_pinned_both_needs_no_statement() -> None:
    pinned = trust_file(party(TEAM), party(GI))
    assert proven(RECORD, pinned).manifest.sender == TEAM
    assert proven(replace(RECORD, directory=None), pinned).manifest.sender == TEAM


def test_a_record_made_by_pins_holds_no_statement() -> None:
    team, gi = party(TEAM), party(GI)
    directory = directory_of(team, gi)
    sealed = seal(
        b"", sender=team.identity, to=gi.said, at=AT, media_type="text/plain", message_type="https://example.org/m"
    )
    opened = unseal(sealed, identity=gi.identity, directory=directory, at=AT, seen=None)
    assert opened.evidence().directory is None


def test_a_newer_directory_tells_what_was_revoked() -> None:
    at = int((AT - timedelta(hours=1)).timestamp())
    keys = tuple(
        replace(entry, status="revoked", revoked_at=at) if entry.use == "sig" else entry
        for entry in party(TEAM).said.keys
    )
    later = int((AT + timedelta(days=1)).timestamp())
    second = say_again(party(TEAM), seq=2, iat=later, exp=later + 86_400, keys=keys)
    newer = build_directory_file([*DOCUMENTS, second], statement=STATEMENT)
    assert refused(RECORD, newer=newer) == "E_KEY_REVOKED"


def test_a_newer_directory_from_which_something_was_taken_is_refused() -> None:
    """Who could take a revocation out of it would make old evidence stand."""
    second = say_again(party(TEAM), seq=2)
    listed = sign_statement(
        state_directory(
            map(peek_document, (second, *DOCUMENTS[1:])),
            keepers=[party(org).said for org in KEEPERS],
            seq=2,
            at=AT,
        ),
        party(TEAM).identity.root,
    )
    trust = build_trust_file(
        Trust(pinned=(), keepers=Keepers(roots=tuple(party(o).said.root for o in KEEPERS), threshold=1))
    )
    assert refused(RECORD, trust, build_directory_file(DOCUMENTS, statement=listed)) == "E_DIR_ROLLBACK"


def test_a_newer_directory_of_pins_is_enough() -> None:
    pinned = trust_file(party(TEAM), party(GI), party(SCHOOL))
    assert proven(RECORD, pinned, directory_file(*DOCUMENTS)).manifest.sender == TEAM


LATER = AT + timedelta(days=9)


def stated(*, at: datetime, documents: tuple[bytes, ...] = DOCUMENTS) -> bytes:
    """Return a directory file with the statement of the keepers of a moment."""
    keepers = [party(org).said for org in KEEPERS]
    statement = state_directory(map(peek_document, documents), keepers=keepers, seq=2, at=at)
    return build_directory_file(documents, statement=signed(statement, TEAM, GI))


def answered_late() -> Evidence:
    """Return what the receiver keeps when a professional took the message up after the statement of then had ended."""
    team, gi = party(TEAM).identity, party(GI).identity
    sealed = seal(
        b"{}",
        sender=team,
        to=DIRECTORY.require(GI, AT),
        at=AT,
        media_type="application/json",
        message_type="https://example.org/m",
    )
    opened = unseal(sealed, identity=gi, directory=DIRECTORY, at=AT, seen=None)
    return opened.evidence(receipts=[receipt(opened, status="taken_up", identity=gi, at=LATER).jws])


def test_a_late_receipt_is_vouched_for_by_a_newer_statement() -> None:
    record = answered_late()
    assert refused(record) == "E_DIR_STALE"
    assert [given.receipt.status for given in proven(record, newer=stated(at=LATER)).receipts] == ["taken_up"]


def test_a_newer_statement_that_had_ended_too_vouches_for_nothing() -> None:
    assert refused(answered_late(), newer=stated(at=AT + timedelta(days=1))) == "E_DIR_STALE"


def test_a_newer_statement_that_does_not_list_who_answered_does_not_vouch_for_it() -> None:
    without = tuple(document for document in DOCUMENTS if document != party(GI).document)
    assert refused(answered_late(), newer=stated(at=LATER, documents=without)) == "E_DIR_STALE"


def test_the_statement_of_then_still_vouches_for_who_is_no_longer_listed() -> None:
    without = tuple(document for document in DOCUMENTS if document != party(GI).document)
    assert len(proven(RECORD, newer=stated(at=LATER, documents=without)).receipts) == 1

# SPDX-License-Identifier: EUPL-1.2
"""The next document: what it still lists of what is gone, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import Revocation, next_document, peek_document, sign_next
from kgbx.envelope.identity import Identity
from kgbx.errors import UsageError
from tests.parties import AT, GI, TEAM, party

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument

FIRST = peek_document(party(TEAM).document)
OLD = party(TEAM).identity
RENEWED = OLD.with_new_keys("sig", at=AT).with_new_keys("enc", at=AT)
WITHOUT = Identity(org=TEAM, keys=tuple(key for key in RENEWED.keys if key not in OLD.keys or key.use == "root"))


def said(days: float) -> OrganisationDocument:
    return next_document(FIRST, WITHOUT, at=AT + timedelta(days=days))


@pytest.mark.parametrize(("days", "listed"), [(1, True), (365, True), (394, True), (395, False)])
def test_a_signing_key_that_is_gone_is_listed_while_its_messages_are_under_way(days: int, listed: bool) -> None:  # noqa: FBT001  # a row of the table
    entries = [said(days).entry(kid) for kid in OLD.signing_kids]
    assert [entry is not None for entry in entries] == [listed] * 2
    assert {entry.status for entry in entries if entry is not None} <= {"retired"}


def test_an_encryption_key_that_is_gone_is_not_listed() -> None:
    assert said(1).entry(OLD.encryption_kids[0]) is None


def test_a_key_is_retired_after_its_end() -> None:
    after = next_document(FIRST, OLD, at=AT + timedelta(days=90))
    statuses = {entry.use: entry.status for entry in after.keys}
    assert statuses == {"sig": "active", "enc": "retired", "root": "active"}


def test_the_next_document_names_the_one_before_it() -> None:
    read = peek_document(sign_next(said(1), WITHOUT, previous=FIRST))
    assert (read.seq, read.previous, read.name) == (2, FIRST.sha256, FIRST.name)


def test_the_document_before_is_ones_own() -> None:
    with pytest.raises(UsageError) as caught:
        next_document(FIRST, party(GI).identity, at=AT)
    assert caught.value.code == "U_ARGUMENT"


def test_a_root_key_is_revoked_in_the_document_after_its_change() -> None:
    at = AT + timedelta(days=1)
    both = OLD.with_new_keys("root", at=at)
    stolen = [Revocation(kid=kid, at=int(at.timestamp()), reason="zoek") for kid in FIRST.root]
    for signer in (OLD, both):
        with pytest.raises(UsageError) as caught:
            next_document(FIRST, signer, at=at, revoked=stolen)
        assert caught.value.code == "U_ROOT"
    change = peek_document(sign_next(next_document(FIRST, both, at=at), both, previous=FIRST))
    after = peek_document(sign_next(next_document(change, both, at=at, revoked=stolen), both, previous=change))
    assert [entry.status for kid in FIRST.root if (entry := after.entry(kid))] == ["revoked"] * 2


def test_root_keys_that_are_over_make_no_next_document() -> None:
    with pytest.raises(UsageError) as caught:
        next_document(FIRST, OLD, at=AT + timedelta(days=3650))
    assert caught.value.code == "U_NO_KEYS"
    last = next_document(FIRST, OLD, at=AT + timedelta(days=3650) - timedelta(seconds=1))
    assert peek_document(sign_next(last, OLD, previous=FIRST)).seq == 2

# SPDX-License-Identifier: EUPL-1.2
"""A change of root keys: signed by the new pair and by the former one, and by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import Directory, Pin, Trust, build_trust_file, describe, make_document, verify_document
from kgbx.directory.document import peek_document
from kgbx.directory.payload import build_payload
from kgbx.envelope import jws
from kgbx.envelope.identity import create_identity
from kgbx.errors import DirectoryError
from tests.parties import AT, TEAM, Party, directory_file, party

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument, Signer

OLD = party(TEAM)
LATER = AT + timedelta(days=1)
ROTATED = OLD.identity.with_new_keys("root", at=LATER)
SAID = describe(ROTATED, name="Team", seq=2, at=LATER)
CHANGE = make_document(SAID, root=ROTATED.root, former=OLD.identity.root, previous=peek_document(OLD.document).sha256)
NEW_PIN = Pin(org=TEAM, root=SAID.root)


def after(seq: int = 3, *, previous: bytes | None = None) -> bytes:
    said = replace(SAID, seq=seq, previous=previous)
    return make_document(said, root=ROTATED.root)


def loaded(*documents: bytes, pin: Pin = OLD.pin) -> Directory:
    return Directory.load(directory_file(*documents), build_trust_file(Trust(pinned=(pin,))))


def refused(*documents: bytes, pin: Pin = OLD.pin) -> str:
    with pytest.raises(DirectoryError) as caught:
        loaded(*documents, pin=pin)
    return caught.value.code


def forged(said: OrganisationDocument, *signers: Signer) -> bytes:
    return jws.sign(build_payload(said), typ="kgbx-org+jws", signers=signers)


def test_a_change_signed_by_both_pairs_is_followed_from_the_old_pin() -> None:
    directory = loaded(OLD.document, CHANGE, after())
    assert [document.seq for document in directory.history(TEAM)] == [3, 2, 1]
    assert directory.history(TEAM)[0].root == ROTATED.root.signing_kids


def test_the_change_alone_is_enough_for_the_old_pin_and_for_the_new_one() -> None:
    assert loaded(CHANGE).organisations == loaded(CHANGE, pin=NEW_PIN).organisations == (TEAM,)


def test_the_history_before_the_change_stays_for_evidence() -> None:
    found = loaded(OLD.document, CHANGE, pin=NEW_PIN).document(TEAM, AT)
    assert found is not None
    assert found.seq == 1


def test_a_change_signed_by_the_new_pair_only_is_refused() -> None:
    alone = forged(SAID, ROTATED.root)
    assert refused(OLD.document, alone) == "E_DIR_UNTRUSTED"
    assert refused(alone) == "E_DIR_UNTRUSTED"


def test_a_change_signed_by_the_old_pair_only_is_refused() -> None:
    assert refused(forged(SAID, OLD.identity.root)) == "E_DIR_SIGNATURE"


def test_the_order_of_the_pairs_is_fixed() -> None:
    assert refused(forged(SAID, OLD.identity.root, ROTATED.root)) == "E_DIR_SIGNATURE"


def test_a_third_pair_is_too_many() -> None:
    assert refused(forged(SAID, ROTATED.root, OLD.identity.root, OLD.identity.root)) == "E_DIR_MALFORMED"


def test_a_pair_does_not_vouch_for_itself() -> None:
    assert refused(forged(SAID, ROTATED.root, ROTATED.root)) == "E_DIR_SIGNATURE"


def test_the_old_pair_says_nothing_after_the_change() -> None:
    """Whoever finds the retired root keys may not take the organisation back."""
    again = make_document(replace(OLD.said, seq=3), root=OLD.identity.root)
    assert refused(OLD.document, CHANGE, again) == "E_DIR_UNTRUSTED"


def test_a_gap_where_the_change_should_be_is_not_guessed() -> None:
    assert refused(OLD.document, after()) == "E_DIR_UNTRUSTED"


def test_a_stranger_does_not_become_the_former_root() -> None:
    stranger = create_identity(TEAM, at=AT)
    said = describe(stranger, name="Team", seq=1, at=AT)
    assert refused(make_document(said, root=stranger.root), CHANGE, pin=NEW_PIN) == "E_DIR_UNTRUSTED"


def test_a_former_pair_that_is_not_listed_cannot_sign() -> None:
    only_new = Party(ROTATED, SAID, b"")
    said = replace(only_new.said, keys=tuple(e for e in SAID.keys if e.key.kid not in OLD.said.root))
    with pytest.raises(DirectoryError) as caught:
        make_document(said, root=ROTATED.root, former=OLD.identity.root)
    assert caught.value.code == "E_DIR_SIGNATURE"


def test_a_document_that_names_another_one_before_it_is_an_alarm() -> None:
    assert refused(OLD.document, CHANGE, after(previous=b"x" * 32)) == "E_DIR_EQUIVOCATION"


def test_a_document_that_names_the_one_before_it_is_good() -> None:
    """The control of the case above."""
    directory = loaded(OLD.document, CHANGE, after(previous=peek_document(CHANGE).sha256))
    assert directory.history(TEAM)[0].previous == peek_document(CHANGE).sha256


@pytest.mark.parametrize("root", [OLD.said.root, SAID.root])
def test_a_change_verifies_against_either_root(root: tuple[str, str]) -> None:
    assert verify_document(CHANGE, org=TEAM, root=root).former_root == OLD.said.root

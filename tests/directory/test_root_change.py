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


SECOND = int(AT.timestamp())
REVOKED: dict[str, object] = {"status": "revoked", "revoked_at": SECOND, "reason": "zoek"}


def wrong(second: int) -> dict[str, dict[str, object]]:
    """Return what makes a root key no good for a document of a moment."""
    return {"revoked": REVOKED, "over": {"nbf": 5, "exp": second}, "not yet": {"nbf": second + 1}}


WRONG = wrong(SECOND)


def with_root(document: OrganisationDocument, kids: tuple[str, ...], **changes: object) -> OrganisationDocument:
    keys = tuple(
        replace(one, **changes) if one.key.kid in kids else one  # type: ignore[arg-type]  # any field
        for one in document.keys
    )
    return replace(document, keys=keys)


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("name", WRONG)
def test_a_root_key_that_is_no_good_signs_nothing(name: str, index: int) -> None:
    said = with_root(replace(OLD.said, seq=2), OLD.said.root[index : index + 1], **WRONG[name])
    assert refused(OLD.document, forged(said, OLD.identity.root)) == "E_DIR_SIGNATURE"
    with pytest.raises(DirectoryError) as caught:
        make_document(said, root=OLD.identity.root)
    assert caught.value.code == "E_DIR_SIGNATURE"


@pytest.mark.parametrize("name", WRONG)
def test_a_former_root_key_that_is_no_good_signs_no_change(name: str) -> None:
    said = with_root(SAID, OLD.said.root, **wrong(SAID.iat)[name])
    assert refused(OLD.document, forged(said, ROTATED.root, OLD.identity.root)) == "E_DIR_SIGNATURE"


def test_a_root_key_lasts_until_its_end() -> None:
    """The control of the cases above."""
    said = with_root(replace(OLD.said, seq=2), OLD.said.root, nbf=SECOND, exp=SECOND + 1)
    assert loaded(OLD.document, make_document(said, root=OLD.identity.root)).history(TEAM)[0].seq == 2


def test_what_the_document_before_says_of_the_root_keys_counts() -> None:
    """Who has stolen root keys can list them as good again."""
    withdrawn = make_document(with_root(replace(SAID, seq=3), OLD.said.root, **REVOKED), root=ROTATED.root)
    back = forged(replace(SAID, seq=4, root=OLD.said.root), OLD.identity.root, ROTATED.root)
    assert refused(OLD.document, CHANGE, withdrawn, back) == "E_DIR_UNTRUSTED"
    assert loaded(OLD.document, CHANGE, withdrawn).history(TEAM)[0].seq == 3


def test_the_end_that_the_document_before_gives_a_root_key_counts() -> None:
    short = make_document(with_root(replace(OLD.said, seq=2), OLD.said.root, exp=SECOND + 60), root=OLD.identity.root)
    longer = make_document(replace(OLD.said, seq=3, iat=SECOND + 60), root=OLD.identity.root)
    in_time = make_document(replace(OLD.said, seq=3, iat=SECOND + 59), root=OLD.identity.root)
    assert refused(OLD.document, short, longer) == "E_DIR_UNTRUSTED"
    assert loaded(OLD.document, short, in_time).history(TEAM)[0].seq == 3

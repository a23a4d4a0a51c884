# SPDX-License-Identifier: EUPL-1.2
"""What the directory answers, and when it refuses to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import (
    Directory,
    Trust,
    build_trust_file,
    describe,
    make_document,
    peek_document,
    read_directory_file,
    read_trust_file,
)
from kgbx.envelope import jws
from kgbx.envelope.identity import create_identity
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import MAX_ORG_DOCUMENT_BYTES
from tests.parties import AT, GI, SCHOOL, TEAM, Party, directory_file, directory_of, party, say_again, trust_file

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument

DAY = 86_400
OTHER = create_identity(SCHOOL, at=AT)


def signed(payload: object) -> bytes:
    """Return what looks like a document, whatever it says."""
    return jws.sign(json.dumps(payload).encode(), typ="kgbx-org+jws", signers=[party(SCHOOL).identity.root])


def refused(*documents: bytes, trusted: tuple[Party, ...] = (), **known: object) -> str:
    with pytest.raises(DirectoryError) as caught:
        Directory.load(directory_file(*documents), trust_file(*trusted), **known)  # type: ignore[arg-type]  # known only
    return caught.value.code


def with_key(speaker: Party, use: str, **changes: object) -> bytes:
    keys = tuple(
        replace(entry, **changes) if entry.use == use else entry  # type: ignore[arg-type]  # any field
        for entry in speaker.said.keys
    )
    return say_again(speaker, seq=2, keys=keys)


def test_finds_a_signing_key_with_its_owner_and_document() -> None:
    kid = party(TEAM).identity.signing_kids[0]
    found = directory_of(party(TEAM), party(GI)).signing_key(kid, "Ed25519")
    assert found is not None
    assert (found.org, found.key.kid, found.document.seq) == (TEAM, kid, 1)


def test_a_signing_key_of_another_algorithm_is_not_found() -> None:
    kid = party(TEAM).identity.signing_kids[0]
    assert directory_of(party(TEAM)).signing_key(kid, "ML-DSA-65") is None


@pytest.mark.parametrize("use", ["enc", "root"])
def test_only_signing_keys_sign_messages(use: str) -> None:
    entry = next(entry for entry in party(TEAM).said.keys if entry.use == use)
    assert directory_of(party(TEAM)).signing_key(entry.key.kid, entry.key.alg) is None


def test_an_organisation_that_is_not_pinned_is_left_out_and_named() -> None:
    directory = Directory.load(directory_file(party(TEAM).document, party(GI).document), trust_file(party(TEAM)))
    assert directory.organisations == (TEAM,)
    assert directory.untrusted == (GI,)
    assert directory.signing_key(party(GI).identity.signing_kids[0], "Ed25519") is None


def test_sending_to_an_untrusted_organisation_says_so() -> None:
    directory = Directory.load(directory_file(party(GI).document), trust_file())
    with pytest.raises(DirectoryError) as caught:
        directory.encryption_key(GI, AT)
    assert caught.value.code == "E_DIR_UNTRUSTED"


def test_sending_to_an_unknown_organisation_says_so() -> None:
    with pytest.raises(DirectoryError) as caught:
        directory_of(party(TEAM)).encryption_key(SCHOOL, AT)
    assert caught.value.code == "E_DIR_UNKNOWN_ORG"


def test_a_pinned_organisation_with_another_root_is_refused() -> None:
    wrong = Trust(pinned=(replace(party(GI).pin, org=TEAM),))
    with pytest.raises(DirectoryError) as caught:
        Directory.load(directory_file(party(TEAM).document), build_trust_file(wrong))
    assert caught.value.code == "E_DIR_UNTRUSTED"


def test_sends_to_the_encryption_key_with_the_latest_start() -> None:
    rotated = party(TEAM).identity.with_new_keys("enc", at=AT + timedelta(days=60))
    said = describe(rotated, name="x", seq=2, at=AT)
    directory = directory_of(Party(rotated, said, make_document(said, root=rotated.root)))
    assert directory.encryption_key(TEAM, AT + timedelta(days=59)).kid == rotated.keys[2].kid
    assert directory.encryption_key(TEAM, AT + timedelta(days=60)).kid == rotated.keys[-1].kid


@pytest.mark.parametrize("status", ["retired", "revoked"])
def test_never_sends_to_a_key_that_is_not_active(status: str) -> None:
    moment = {"revoked_at": int(AT.timestamp())} if status == "revoked" else {}
    directory = Directory.load(
        directory_file(with_key(party(TEAM), "enc", status=status, **moment)), trust_file(party(TEAM))
    )
    with pytest.raises(DirectoryError) as caught:
        directory.encryption_key(TEAM, AT)
    assert caught.value.code == "E_KEY_EXPIRED"


def test_sends_to_the_key_of_the_suite_that_is_asked_for() -> None:
    """The newest key may be of the reserve suite, which nobody uses unasked."""
    later = AT + timedelta(hours=1)
    both = party(TEAM).identity.beside(create_identity(TEAM, at=later, suite="kgbx-1h"))
    document = make_document(describe(both, name="Team", seq=2, at=later), root=both.root)
    directory = Directory.load(directory_file(party(TEAM).document, document), trust_file(party(TEAM)))
    found = [directory.encryption_key(TEAM, later, suite=suite) for suite in ("kgbx-1", "kgbx-1h")]
    assert [key.alg for key in found] == ["HPKE-9-KE", "HPKE-10-KE"]
    assert directory.encryption_key(TEAM, later) == found[0]


@pytest.mark.parametrize("suite", ["kgbx-1h", "kgbx-9"])
def test_a_suite_that_is_not_accepted_is_not_sent_to(suite: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        directory_of(party(TEAM)).encryption_key(TEAM, AT, suite=suite)
    assert caught.value.code == "E_SUITE"


def test_sending_with_an_expired_document_is_refused() -> None:
    with pytest.raises(DirectoryError) as caught:
        directory_of(party(TEAM)).require(TEAM, AT + timedelta(days=90))
    assert caught.value.code == "E_DIR_STALE"


def test_an_expired_document_is_still_handed_out_for_opening() -> None:
    document = directory_of(party(TEAM)).document(TEAM, AT + timedelta(days=1000))
    assert document is not None
    assert document.seq == 1


def test_the_document_in_force_follows_the_moment() -> None:
    later = say_again(party(TEAM), seq=2, iat=party(TEAM).said.iat + DAY, exp=party(TEAM).said.exp)
    directory = Directory.load(directory_file(later, party(TEAM).document), trust_file(party(TEAM)))
    before, after = directory.document(TEAM, AT), directory.document(TEAM, AT + timedelta(days=1))
    assert before is not None
    assert after is not None
    assert (before.seq, after.seq) == (1, 2)


def test_there_is_no_document_before_the_first() -> None:
    assert directory_of(party(TEAM)).document(TEAM, AT - timedelta(seconds=1)) is None


def test_two_contents_of_one_sequence_number_are_refused() -> None:
    other = say_again(party(TEAM), name="Iemand anders")
    assert refused(party(TEAM).document, other, trusted=(party(TEAM),)) == "E_DIR_EQUIVOCATION"


def test_one_document_twice_counts_once() -> None:
    directory = Directory.load(directory_file(*[party(TEAM).document] * 2), trust_file(party(TEAM)))
    assert len(directory.history(TEAM)) == 1


def claiming(use: str) -> tuple[Directory, str]:
    """Return a directory in which GI lists a key of TEAM, and the kid; SCHOOL stands beside."""
    stolen = next(entry for entry in party(TEAM).said.keys if entry.use == use)
    thief = say_again(party(GI), keys=(*party(GI).said.keys, replace(stolen, use="enc" if use == "enc" else "sig")))
    documents = (party(TEAM).document, thief, party(SCHOOL).document)
    trust = trust_file(party(TEAM), party(GI), party(SCHOOL))
    return Directory.load(directory_file(*documents), trust), stolen.key.kid


def test_nobody_may_claim_the_key_of_another() -> None:
    directory, kid = claiming("sig")
    assert directory.contested == {kid: (TEAM, GI)}
    assert directory.signing_key(kid, "Ed25519") is None
    assert [document.entry(kid) for org in (TEAM, GI) for document in directory.history(org)] == [None, None]
    assert directory.signing_key(party(TEAM).identity.signing_kids[1], "ML-DSA-65") is not None


def test_what_two_organisations_claim_does_not_stop_a_third() -> None:
    directory, _ = claiming("sig")
    found = directory.signing_key(party(SCHOOL).identity.signing_kids[0], "Ed25519")
    assert found is not None
    assert found.org == SCHOOL


def test_nothing_is_sent_to_a_key_that_two_organisations_claim() -> None:
    directory, kid = claiming("enc")
    assert directory.contested == {kid: (TEAM, GI)}
    with pytest.raises(DirectoryError) as caught:
        directory.encryption_key(TEAM, AT)
    assert caught.value.code == "E_KEY_EXPIRED"
    assert directory.encryption_key(GI, AT).kid == party(GI).identity.encryption_kids[0]


def test_a_root_key_that_another_claims_stays_a_root_key() -> None:
    directory, kid = claiming("root")
    assert directory.contested == {kid: (TEAM, GI)}
    assert directory.signing_key(kid, "Ed25519") is None
    assert directory.require(TEAM, AT).entry(kid) is not None


def test_a_directory_without_such_claims_says_so() -> None:
    assert directory_of(party(TEAM), party(GI)).contested == {}


def spoilt(document: bytes) -> bytes:
    """Return a document whose signatures do not verify."""
    members = json.loads(document)
    members["signatures"] = members["signatures"][::-1]
    return json.dumps(members).encode()


@pytest.mark.parametrize(
    "stranger",
    [
        (party(SCHOOL).document, say_again(party(SCHOOL), name="Anders")),
        (spoilt(party(SCHOOL).document),),
        (party(SCHOOL).document, make_document(describe(OTHER, name="Een ander", seq=2, at=AT), root=OTHER.root)),
        (signed({"org": SCHOOL}),),
        (signed({"org": SCHOOL, "name": "x" * MAX_ORG_DOCUMENT_BYTES}),),
    ],
    ids=["two contents", "bad signatures", "another root", "no document", "too large"],
)
def test_a_stranger_stops_nobody(stranger: tuple[bytes, ...]) -> None:
    directory = Directory.load(directory_file(party(TEAM).document, *stranger), trust_file(party(TEAM)))
    assert (directory.organisations, directory.untrusted) == ((TEAM,), (SCHOOL,))


@pytest.mark.parametrize("payload", [{}, {"org": 1}, {"org": "urn:example:1"}, [SCHOOL]])
def test_a_document_of_whom_it_cannot_be_told_is_refused(payload: object) -> None:
    assert refused(party(TEAM).document, signed(payload), trusted=(party(TEAM),)) == "E_DIR_MALFORMED"


def test_nothing_of_a_stranger_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file full of strangers costs no signatures before trust."""
    looked_at: list[bytes] = []

    def watched(data: bytes) -> OrganisationDocument:
        looked_at.append(data)
        return peek_document(data)

    monkeypatch.setattr("kgbx.directory.trusting.peek_document", watched)
    Directory.load(directory_file(party(TEAM).document, party(GI).document), trust_file(party(TEAM)))
    assert [json.loads(one)["payload"] for one in looked_at] == [json.loads(party(TEAM).document)["payload"]]


def test_an_older_document_than_the_known_one_is_refused() -> None:
    known = {TEAM: (2, b"x" * 32)}
    assert refused(party(TEAM).document, trusted=(party(TEAM),), known=known) == "E_DIR_ROLLBACK"


def test_a_known_organisation_that_vanished_is_refused() -> None:
    assert refused(trusted=(party(TEAM),), known={TEAM: (1, b"x" * 32)}) == "E_DIR_ROLLBACK"


def test_a_known_organisation_whose_pin_a_person_took_away_may_be_gone() -> None:
    directory = Directory.load(directory_file(), trust_file(), known={TEAM: (1, b"x" * 32)})
    assert directory.organisations == ()


def test_a_document_that_is_made_later_than_now_says_that_the_clock_is_wrong() -> None:
    with pytest.raises(DirectoryError) as caught:
        directory_of(party(TEAM)).require(TEAM, AT - timedelta(days=1))
    assert caught.value.code == "E_DIR_NOT_YET"


def test_another_content_than_the_known_one_is_refused() -> None:
    known = {TEAM: (1, b"x" * 32)}
    assert refused(party(TEAM).document, trusted=(party(TEAM),), known=known) == "E_DIR_EQUIVOCATION"


def test_what_is_known_now_is_accepted_again() -> None:
    directory = directory_of(party(TEAM))
    again = Directory.load(directory_file(party(TEAM).document), trust_file(party(TEAM)), known=directory.known)
    assert again.known == directory.known


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        directory_of(party(TEAM)).document(TEAM, AT.replace(tzinfo=None))
    assert caught.value.code == "U_MOMENT"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"format": "kgbx-directory-file/2", "documents": []}',
        b'{"format": "kgbx-directory-file/1", "documents": {}}',
        b'{"format": "kgbx-directory-file/1", "documents": [], "more": 1}',
        b'{"format": "kgbx-directory-file/1"}',
    ],
)
def test_a_file_of_another_form_is_no_directory(data: bytes) -> None:
    with pytest.raises(DirectoryError) as caught:
        read_directory_file(data)
    assert caught.value.code == "E_DIR_MALFORMED"


PIN = '{"org": "urn:osb:oin:00000099000000001000", "root": ["' + "A" * 43 + '", "' + "B" * 42 + 'A"]}'


@pytest.mark.parametrize(
    "rows",
    [
        "{}",
        "[1]",
        '[{"org": "x", "root": []}]',
        PIN.replace(', "' + "B" * 42 + 'A"', "").join("[]"),
        PIN.replace("B" * 42, "A" * 42).join("[]"),
        f"[{PIN}, {PIN}]",
    ],
)
def test_a_file_of_another_form_is_no_trust_file(rows: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        read_trust_file(f'{{"format": "kgbx-trust/1", "pinned": {rows}}}'.encode())
    assert caught.value.code == "E_DIR_MALFORMED"


def test_a_trust_file_reads_back() -> None:
    """The control of the cases above."""
    trust = read_trust_file(f'{{"format": "kgbx-trust/1", "pinned": [{PIN}]}}'.encode())
    assert trust.root_of(TEAM) == ("A" * 43, "B" * 42 + "A")
    assert read_trust_file(build_trust_file(trust)) == trust

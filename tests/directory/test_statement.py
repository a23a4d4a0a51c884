# SPDX-License-Identifier: EUPL-1.2
"""The directory statement: who signed it, how many are enough, how old it may be, and what it vouches for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kgbx import canonical
from kgbx.directory import (
    Directory,
    Keepers,
    Trust,
    add_signature,
    build_directory_file,
    build_trust_file,
    read_statement,
    read_trust_file,
    sign_statement,
    state_directory,
    verify_statement,
)
from kgbx.directory.document import peek_document
from kgbx.envelope import jws
from kgbx.errors import DirectoryError, UsageError
from tests.directory.test_document import payload_of
from tests.parties import AT, GI, SCHOOL, TEAM, party, say_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.directory import Statement

KEEPERS = (TEAM, GI, SCHOOL)
ROOTS = tuple(party(org).said.root for org in KEEPERS)
TRUST = build_trust_file(Trust(pinned=(), keepers=Keepers(roots=ROOTS, threshold=2)))


def said(*documents: bytes, seq: int = 1, days: int = 7) -> Statement:
    keepers = [party(org).said for org in KEEPERS]
    return state_directory(map(peek_document, documents), keepers=keepers, seq=seq, at=AT, days=days)


def signed(statement: Statement, *orgs: str) -> bytes:
    first, *others = (party(org).identity.root for org in orgs)
    data = sign_statement(statement, first)
    for signer in others:
        data = add_signature(data, signer)
    return data


def loaded(
    *documents: bytes,
    by: tuple[str, ...] = (TEAM, GI),
    listed: tuple[bytes, ...] | None = None,
    known: dict[str, tuple[int, bytes]] | None = None,
) -> Directory:
    statement = signed(said(*(documents if listed is None else listed)), *by)
    return Directory.load(build_directory_file(documents, statement=statement), TRUST, known=known)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(DirectoryError) as caught:
        call()
    return caught.value.code


def test_enough_keepers_vouch_for_an_organisation_that_nobody_pinned() -> None:
    directory = loaded(party(SCHOOL).document)
    assert directory.organisations == (SCHOOL,)
    assert directory.anchors(SCHOOL) == ("directory",)


def test_what_is_found_tells_why_it_is_believed() -> None:
    found = loaded(party(SCHOOL).document).signing_key(party(SCHOOL).identity.signing_kids[0], "Ed25519")
    assert found is not None
    assert found.anchors == ("directory",)


@pytest.mark.parametrize("by", [(TEAM,), (GI,)])
def test_one_keeper_is_not_enough_for_two(by: tuple[str, ...]) -> None:
    assert refused(lambda: loaded(party(SCHOOL).document, by=by)) == "E_DIR_SIGNATURE"


def test_one_keeper_twice_is_one_keeper() -> None:
    once = json.loads(signed(said(), TEAM))
    twice = once | {"signatures": once["signatures"] * 2}
    assert refused(lambda: verify_statement(json.dumps(twice).encode(), roots=ROOTS, threshold=2)) == "E_DIR_SIGNATURE"


def test_a_keeper_that_is_not_believed_does_not_count() -> None:
    data = signed(said(), TEAM, GI)
    assert refused(lambda: verify_statement(data, roots=ROOTS[:1], threshold=2)) == "E_DIR_SIGNATURE"


@pytest.mark.parametrize("index", [0, 1])
def test_half_a_pair_is_no_keeper(index: int) -> None:
    both = json.loads(signed(said(), TEAM, GI))
    signature = both["signatures"][index]["signature"]
    both["signatures"][index]["signature"] = ("A" if signature[0] != "A" else "B") + signature[1:]
    data = json.dumps(both).encode()
    assert refused(lambda: verify_statement(data, roots=ROOTS, threshold=2)) == "E_DIR_SIGNATURE"


def test_two_halves_of_different_keepers_are_no_keeper() -> None:
    team, gi = (json.loads(signed(said(), org)) for org in (TEAM, GI))
    mixed = team | {"signatures": [team["signatures"][0], gi["signatures"][1]]}
    data = json.dumps(mixed).encode()
    assert refused(lambda: verify_statement(data, roots=ROOTS, threshold=1)) == "E_DIR_SIGNATURE"


def test_a_changed_payload_has_no_signatures() -> None:
    data = json.loads(signed(said(), TEAM, GI))
    data["payload"] = json.loads(signed(said(seq=2), TEAM))["payload"]
    assert read_statement(json.dumps(data).encode()).signed_by == ()


def test_who_is_no_keeper_cannot_sign() -> None:
    statement = replace(said(), keys=said().keys[:2])
    assert refused(lambda: sign_statement(statement, party(GI).identity.root)) == "E_DIR_SIGNATURE"


def test_who_signed_cannot_sign_again() -> None:
    with pytest.raises(UsageError) as caught:
        signed(said(), TEAM, TEAM)
    assert caught.value.code == "U_SIGNED"


def with_junk(data: bytes, org: str, *, times: int = 1) -> bytes:
    """Return a statement with signatures in the name of a keeper that are none."""
    members = json.loads(data)
    forged = json.loads(signed(said(seq=9), org))["signatures"]
    return json.dumps(members | {"signatures": [*members["signatures"], *forged * times]}).encode()


@pytest.mark.parametrize("times", [1, 15], ids=["one", "as many as fit"])
def test_junk_in_the_name_of_a_keeper_does_not_keep_it_from_signing(times: int) -> None:
    data = add_signature(with_junk(signed(said(), TEAM), GI, times=times), party(GI).identity.root)
    assert len(json.loads(data)["signatures"]) == 4
    assert set(verify_statement(data, roots=ROOTS, threshold=2).signed_by) == {ROOTS[0], ROOTS[1]}


def test_junk_before_a_good_signature_does_not_hide_it() -> None:
    members = json.loads(with_junk(signed(said(), TEAM), GI))
    members["signatures"] = [*members["signatures"][2:], *members["signatures"][:2]]
    with pytest.raises(UsageError) as caught:
        add_signature(json.dumps(members).encode(), party(TEAM).identity.root)
    assert caught.value.code == "U_SIGNED"


def test_a_signature_under_another_kind_of_statement_does_not_count() -> None:
    payload = canonical.dumps(payload_of(signed(said(), TEAM)))
    forged = jws.sign(payload, typ="kgbx-org+jws", signers=[party(TEAM).identity.root])
    assert refused(lambda: read_statement(forged)) == "E_DIR_MALFORMED"


def test_a_statement_that_expired_vouches_for_nobody() -> None:
    directory = loaded(party(SCHOOL).document)
    assert directory.document(SCHOOL, AT + timedelta(days=6)) is not None
    assert refused(lambda: directory.document(SCHOOL, AT + timedelta(days=7))) == "E_DIR_STALE"
    assert refused(lambda: directory.encryption_key(SCHOOL, AT + timedelta(days=7))) == "E_DIR_STALE"


def test_a_pinned_organisation_does_not_need_the_statement() -> None:
    trust = build_trust_file(Trust(pinned=(party(SCHOOL).pin,), keepers=Keepers(roots=ROOTS, threshold=2)))
    data = build_directory_file([party(SCHOOL).document], statement=signed(said(party(SCHOOL).document), TEAM, GI))
    directory = Directory.load(data, trust)
    assert directory.anchors(SCHOOL) == ("pinned", "directory")
    assert directory.document(SCHOOL, AT + timedelta(days=8)) is not None


def test_an_organisation_that_is_not_listed_is_not_believed() -> None:
    directory = loaded(party(TEAM).document, party(SCHOOL).document, listed=(party(TEAM).document,))
    assert (directory.organisations, directory.untrusted) == ((TEAM,), (SCHOOL,))


def test_a_listed_document_that_is_missing_is_a_rollback() -> None:
    newer = say_again(party(SCHOOL), seq=2)
    assert refused(lambda: loaded(party(SCHOOL).document, listed=(newer,))) == "E_DIR_ROLLBACK"
    assert refused(lambda: loaded(listed=(newer,))) == "E_DIR_ROLLBACK"


def test_another_document_than_the_listed_one_is_an_alarm() -> None:
    other = say_again(party(SCHOOL), name="Iemand anders")
    assert refused(lambda: loaded(other, listed=(party(SCHOOL).document,))) == "E_DIR_EQUIVOCATION"


def test_a_revocation_newer_than_the_statement_counts_at_once() -> None:
    newer = say_again(party(SCHOOL), seq=2)
    directory = loaded(party(SCHOOL).document, newer, listed=(party(SCHOOL).document,))
    assert directory.history(SCHOOL)[0].seq == 2


def test_a_statement_older_than_one_seen_is_a_rollback() -> None:
    known = {"directory": (2, b"x" * 32)}
    assert refused(lambda: loaded(party(TEAM).document, known=known)) == "E_DIR_ROLLBACK"


def test_two_statements_with_one_number_are_an_alarm() -> None:
    known = {"directory": (1, b"x" * 32)}
    assert refused(lambda: loaded(party(TEAM).document, known=known)) == "E_DIR_EQUIVOCATION"


def test_a_statement_that_was_there_before_may_not_be_left_out() -> None:
    data = build_directory_file([party(TEAM).document])
    assert refused(lambda: Directory.load(data, TRUST, known={"directory": (1, b"x" * 32)})) == "E_DIR_ROLLBACK"


def test_what_is_known_now_is_accepted_again() -> None:
    known = loaded(party(TEAM).document).known
    assert set(known) == {TEAM, "directory"}
    statement = signed(said(party(TEAM).document), TEAM, GI)
    data = build_directory_file([party(TEAM).document], statement=statement)
    assert Directory.load(data, TRUST, known=known).known == known


def test_without_keepers_in_the_trust_file_a_statement_counts_for_nothing() -> None:
    data = build_directory_file([party(TEAM).document], statement=signed(said(party(TEAM).document), TEAM, GI))
    directory = Directory.load(data, build_trust_file(Trust(pinned=())))
    assert (directory.statement, directory.untrusted) == (None, (TEAM,))


MALFORMED: dict[str, Callable[[dict[str, Any]], object]] = {
    "v 2": lambda m: m.update(v=2),
    "v true": lambda m: m.update(v=True),
    "unknown member": lambda m: m.update(more=1),
    "eight days": lambda m: m.update(exp=m["iat"] + 8 * 86400),
    "no time": lambda m: m.update(exp=m["iat"]),
    "organisation twice": lambda m: m.update(documents=m["documents"] * 2),
    "digest too short": lambda m: m["documents"][0].update(sha256="AAAA"),
    "another name": lambda m: m["documents"][0].update(org="urn:osb:oin:1"),
    "no keys": lambda m: m.update(keys=[]),
    "seq a float": lambda m: m.update(seq=1.0),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_statement_is_refused(name: str) -> None:
    members = payload_of(signed(said(party(TEAM).document), TEAM))
    MALFORMED[name](members)
    data = jws.sign(json.dumps(members).encode(), typ="kgbx-directory+jws", signers=[party(TEAM).identity.root])
    assert refused(lambda: read_statement(data)) == "E_DIR_MALFORMED"


def test_an_unsafe_key_in_a_statement_is_refused() -> None:
    members = payload_of(signed(said(), TEAM))
    members["keys"][0]["x"] = "A" * 43
    data = jws.sign(json.dumps(members).encode(), typ="kgbx-directory+jws", signers=[party(TEAM).identity.root])
    assert refused(lambda: read_statement(data)) == "E_KEY_INVALID"


@pytest.mark.parametrize("data", [b"", b"[]", b'{"payload":"x","signatures":[]}', b'{"payload":1,"signatures":[1,2]}'])
def test_what_is_no_statement_is_malformed(data: bytes) -> None:
    assert refused(lambda: read_statement(data)) == "E_DIR_MALFORMED"


def test_a_threshold_of_nobody_is_impossible() -> None:
    with pytest.raises(UsageError) as caught:
        verify_statement(signed(said(), TEAM), roots=ROOTS, threshold=0)
    assert caught.value.code == "U_ARGUMENT"


@pytest.mark.parametrize(
    "keepers",
    [
        Keepers(roots=ROOTS, threshold=0),
        Keepers(roots=ROOTS, threshold=4),
        Keepers(roots=(), threshold=1),
        Keepers(roots=ROOTS[:1] * 2, threshold=1),
    ],
)
def test_a_threshold_that_cannot_be_meant_makes_no_trust_file(keepers: Keepers) -> None:
    assert refused(lambda: build_trust_file(Trust(pinned=(), keepers=keepers))) == "E_DIR_MALFORMED"


def test_a_trust_file_with_keepers_reads_back() -> None:
    assert read_trust_file(TRUST).keepers == Keepers(roots=ROOTS, threshold=2)

# SPDX-License-Identifier: EUPL-1.2
"""Proofs of who recorded a consent: what counts, what does not, and that the case stays as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import Consent, FamilyCase, LegalGround, ThirdPartyWeighing
from kgbx.case.ceremony import SHOWN_BY
from kgbx.case.digest import record_digest
from kgbx.clock import format_instant
from kgbx.codes import code_list
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.directory import Directory, verify_document
from kgbx.envelope import jws
from kgbx.envelope.encoding import b64, compact_json, parse_json, unb64
from kgbx.errors import DocumentError, UsageError
from kgbx.exchange import build_proofs_file, check_proof, check_proofs, proven_ids, read_proofs_file, sign_record
from tests.case.builders import CONSENT, PERIOD, SMALLEST, an_id, document, full
from tests.parties import AT, GI, SCHOOL, TEAM, directory_of, party, say_again

if TYPE_CHECKING:
    from kgbx.exchange import CheckedProof

SIGNED_AT = AT + timedelta(days=10)
NOW = AT + timedelta(days=40)
WORKER = SMALLEST["professionals"]["id"]
FORM = {"method": "paper", "at": format_instant(AT), "evidence": "A" * 43}
SECOND = int(SIGNED_AT.timestamp())


def consent(org: str = GI, **members: Any) -> Consent:  # noqa: ANN401  # JSON values
    value = full(46, **CONSENT, **PERIOD) | {"recorded_by": {"org": org}, "ceremony": FORM} | members
    return Consent(**value)


def case_of(*records: Consent | LegalGround | ThirdPartyWeighing) -> FamilyCase:
    value = document(professionals=[SMALLEST["professionals"]])
    for record in records:
        array = {"Consent": "consents", "LegalGround": "legal_grounds"}.get(type(record).__name__)
        value.setdefault(array or "third_party_weighings", []).append(record.model_dump(exclude_none=True, mode="json"))
    return FamilyCase.from_json(json.dumps(value).encode())


def proof_of(record: Consent, org: str = GI) -> bytes:
    return sign_record(record, signer=party(org).identity, at=SIGNED_AT)


def signed(org: str = GI, **changes: object) -> bytes:
    """Return a proof with honest signatures over claims of one's own."""
    claim = {"v": 1, "org": org, "record": an_id(46), "at": SECOND, "digest": record_digest(consent())} | changes
    return jws.sign(compact_json(claim), typ="kgbx-proof+jws", signers=[party(org).identity])


def checked(proof: bytes, record: Consent | None = None, directory: Directory | None = None) -> CheckedProof:
    known = directory or directory_of(party(TEAM), party(GI), party(SCHOOL))
    return check_proof(proof, case=case_of(record or consent()), directory=known, at=NOW)


def directory_saying(*documents: bytes) -> Directory:
    root = party(GI).said.root
    return Directory([verify_document(one, org=GI, root=root) for one in documents])


def revoked(at: int) -> bytes:
    keys = [
        replace(one, status="revoked", revoked_at=at, reason="kwijt") if one.use == "sig" else one
        for one in party(GI).said.keys
    ]
    return say_again(party(GI), seq=2, iat=at, keys=tuple(keys))


def swapped(proof: bytes, position: int, signature: str) -> bytes:
    value: Any = parse_json(proof)
    value["signatures"][position]["signature"] = signature
    return compact_json(value)


def test_a_record_that_another_signed_is_proven() -> None:
    found = checked(proof_of(consent()))
    assert (found.state, found.record, found.org, found.signed_at) == ("valid", an_id(46), GI, SECOND)
    assert proven_ids(case_of(consent()), own=TEAM, proofs=[found]) == {an_id(46)}


def test_a_record_that_another_did_not_sign_is_not_proven() -> None:
    assert proven_ids(case_of(consent()), own=TEAM) == frozenset()


@pytest.mark.parametrize(
    "change",
    [{"categories": ("*",)}, {"recipients": (SCHOOL,)}, {"salt": "BAAAAAAAAAAAAAAAAAAAAA"}],
    ids=["categories", "recipients", "salt"],
)
def test_a_proof_opens_nothing_for_another_content_under_the_same_id(change: dict[str, Any]) -> None:
    """Checked against one case and used with another: what counts is what was signed."""
    found = checked(proof_of(consent()))
    other = case_of(consent().model_copy(update=change))
    assert (found.state, proven_ids(other, own=TEAM, proofs=[found])) == ("valid", frozenset())


def test_a_proof_opens_nothing_for_what_another_recorded_under_the_same_id() -> None:
    found = checked(proof_of(consent()))
    theirs = case_of(consent(SCHOOL))
    forged = replace(found, digest=record_digest(consent(SCHOOL)))
    assert proven_ids(theirs, own=TEAM, proofs=[found, forged]) == frozenset()


def test_the_own_file_needs_no_signature() -> None:
    bare = {"method": "paper", "at": format_instant(AT)}
    assert proven_ids(case_of(consent(TEAM, ceremony=bare)), own=TEAM) == {an_id(46)}


@pytest.mark.parametrize(
    "change",
    [{"categories": ("*",)}, {"recipients": (SCHOOL,)}, {"salt": "BAAAAAAAAAAAAAAAAAAAAA"}, {"decision": "refuse"}],
    ids=["categories", "recipients", "salt", "decision"],
)
def test_a_record_that_was_changed_after_signing_is_altered(change: dict[str, Any]) -> None:
    assert checked(proof_of(consent()), consent().model_copy(update=change)).state == "altered"


@pytest.mark.parametrize("position", [0, 1], ids=["Ed25519", "ML-DSA-65"])
def test_one_forged_signature_of_the_two_is_enough_to_fail(position: int) -> None:
    other: Any = parse_json(signed(at=SECOND - 1))
    forged = swapped(proof_of(consent()), position, other["signatures"][position]["signature"])
    assert checked(forged).state == "bad_signature"


def test_a_payload_that_was_changed_no_longer_verifies() -> None:
    value: Any = parse_json(proof_of(consent()))
    claim: Any = parse_json(unb64(value["payload"]))
    value["payload"] = b64(compact_json(claim | {"record": an_id(47)}))
    assert checked(compact_json(value)).state == "bad_signature"


def test_who_signs_for_another_organisation_is_found_out() -> None:
    claim = compact_json(parse_json(unb64(str(parse_json(proof_of(consent()))["payload"]))))  # type: ignore[index]  # a proof
    forged = jws.sign(claim, typ="kgbx-proof+jws", signers=[party(SCHOOL).identity])
    assert checked(forged).state == "other_org"


def test_only_the_organisation_that_recorded_it_can_prove_it() -> None:
    assert checked(signed(SCHOOL)).state == "other_org"


def test_a_proof_of_the_future_does_not_count() -> None:
    later = int((NOW + timedelta(hours=1)).timestamp())
    assert checked(signed(at=later)).state == "future"


@pytest.mark.parametrize("moment", [AT - timedelta(days=1), AT + timedelta(days=39)], ids=["before", "within"])
def test_a_proof_counts_only_within_the_life_of_the_key(moment: Any) -> None:  # noqa: ANN401  # a datetime
    state = checked(signed(at=int(moment.timestamp()))).state
    assert state == ("not_in_force" if moment < AT else "valid")


def test_a_key_that_was_retired_before_the_day_of_signing_proves_nothing() -> None:
    keys = tuple(replace(one, status="retired") if one.use == "sig" else one for one in party(GI).said.keys)
    retired = say_again(party(GI), seq=2, iat=SECOND - 60, keys=keys)
    assert checked(signed(), directory=directory_saying(party(GI).document, retired)).state == "not_in_force"


def test_a_document_that_had_expired_on_the_day_of_signing_proves_nothing() -> None:
    short = say_again(party(GI), exp=SECOND - 60)
    assert checked(signed(), directory=directory_saying(short)).state == "not_in_force"


def test_a_proof_outlives_the_document_that_was_in_force_when_it_was_made() -> None:
    newer = say_again(party(GI), seq=2, iat=SECOND + 60, exp=SECOND + 3600)
    assert checked(signed(), directory=directory_saying(newer)).state == "valid"


def test_a_key_that_was_revoked_later_shows_as_such_and_proves_nothing() -> None:
    known = directory_saying(party(GI).document, revoked(SECOND + 60))
    found = checked(proof_of(consent()), directory=known)
    assert found.state == "revoked_later"
    assert proven_ids(case_of(consent()), own=TEAM, proofs=[found]) == frozenset()


def test_a_key_that_was_revoked_before_is_told_apart() -> None:
    assert checked(signed(), directory=directory_saying(party(GI).document, revoked(SECOND))).state == "revoked"


def test_an_unknown_key_proves_nothing() -> None:
    assert checked(proof_of(consent()), directory=directory_of(party(TEAM))).state == "unknown_key"


@pytest.mark.parametrize(
    "proof",
    [
        b"",
        b"[]",
        signed(v=True),
        signed(v=2),
        signed(record="x"),
        signed(at="2026"),
        signed(digest="AA"),
        signed(more=1),
    ],
)
def test_another_form_is_malformed(proof: bytes) -> None:
    assert checked(proof).state == "malformed"


def test_a_signature_for_something_else_is_no_proof() -> None:
    claim = {"v": 1, "org": GI, "record": an_id(46), "at": SECOND, "digest": record_digest(consent())}
    other = jws.sign(compact_json(claim), typ="kgbx-contribution+jws", signers=[party(GI).identity])
    assert checked(other).state == "malformed"


def test_a_proof_of_what_is_not_here_is_told_apart() -> None:
    assert checked(signed(record=an_id(99))).state == "no_record"
    assert checked(signed(record=WORKER)).state == "no_record"


@pytest.mark.parametrize("array", ["legal_grounds", "third_party_weighings"])
def test_nobody_else_writes_the_reason_to_share(array: str) -> None:
    types: dict[str, Any] = {"legal_grounds": LegalGround, "third_party_weighings": ThirdPartyWeighing}
    theirs = types[array](**(SMALLEST[array] | {"recorded_by": {"org": GI}}))
    value = document(**{array: [SMALLEST[array] | {"recorded_by": {"org": GI}}]}, statements=[SMALLEST["statements"]])
    value["professionals"] = [SMALLEST["professionals"]]
    case = FamilyCase.from_json(json.dumps(value).encode())
    found = check_proofs([proof_of(theirs)], case=case, directory=directory_of(party(GI)), at=NOW)
    assert [one.state for one in found] == ["valid"]
    assert proven_ids(case, own=TEAM, proofs=found) == frozenset()
    assert proven_ids(case, own=GI) == {theirs.id}


# --- how it was given


@pytest.mark.parametrize("method", sorted(SHOWN_BY))
@pytest.mark.parametrize("shown", ["nothing", "witness", "evidence"])
@pytest.mark.parametrize("own", [TEAM, GI], ids=["own file", "another's file"])
def test_how_it_was_given_decides_whether_it_is_proven(method: str, shown: str, own: str) -> None:
    """Spoken: a witness, or for the telephone a recording. Written: in the own file always, else checkable."""
    more = {"witness": {"witness": WORKER}, "evidence": {"evidence": "A" * 43}}.get(shown, {})
    record = consent(own, ceremony={"method": method, "at": format_instant(AT)} | more)
    found = checked(proof_of(record, own), record)
    written = method not in {"oral_witnessed", "phone"}
    proven = shown == "witness" or (shown == "evidence" and method != "oral_witnessed") or (written and own == TEAM)
    assert proven_ids(case_of(record), own=TEAM, proofs=[found]) == ({record.id} if proven else frozenset())


def test_every_way_of_consenting_has_a_row() -> None:
    assert set(SHOWN_BY) == set(code_list("consent_method").codes)


def test_a_refusal_counts_without_any_proof() -> None:
    spoken = {"method": "oral_witnessed", "at": format_instant(AT)}
    case = case_of(consent(decision="refuse", ceremony=spoken))
    facts = facts_from_case(case, Registers(format="kgbx-registers/1"), own=TEAM, proven=proven_ids(case, own=TEAM))
    assert [(one.decision, one.proven) for one in facts.consents] == [("refuse", False)]


# --- signing and keeping


def test_nobody_signs_for_what_another_recorded() -> None:
    with pytest.raises(UsageError) as caught:
        proof_of(consent(TEAM), GI)
    assert caught.value.code == "U_ARGUMENT"


def test_only_what_opens_something_is_signed() -> None:
    worker = case_of(consent()).get(WORKER)
    with pytest.raises(UsageError) as caught:
        sign_record(worker, signer=party(TEAM).identity, at=SIGNED_AT)  # type: ignore[arg-type]  # it is there
    assert caught.value.code == "U_ARGUMENT"


def test_a_proof_stands_beside_the_case_and_changes_nothing_in_it() -> None:
    case = case_of(consent())
    before = case.to_json()
    proof_of(consent())
    assert case.to_json() == before
    assert an_id(46).encode() not in proof_of(consent())  # base64: no id in the clear


def test_a_file_of_proofs_holds_each_once_in_one_order() -> None:
    one, other = proof_of(consent()), signed(at=SECOND + 1)
    assert build_proofs_file([one, other, one]) == build_proofs_file([other, one])
    assert set(read_proofs_file(build_proofs_file([one, other]))) == {one, other}


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b"{", "D_JSON", ""),
        (b"[]", "D_TYPE", ""),
        (b'{"format":"kgbx-proofs/2","proofs":[]}', "D_VERSION", "/format"),
        (b'{"format":"kgbx-proofs/1"}', "D_MISSING", ""),
        (b'{"format":"kgbx-proofs/1","proofs":{}}', "D_TYPE", "/proofs"),
        (b'{"format":"kgbx-proofs/1","proofs":[],"secret":1}', "D_UNKNOWN_MEMBER", ""),
    ],
)
def test_another_file_is_refused_with_a_pointer(data: bytes, code: str, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_proofs_file(data)
    assert [(one.code, one.pointer) for one in caught.value.problems] == [(code, pointer)]
    assert "secret" not in str(caught.value)

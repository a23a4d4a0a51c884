# SPDX-License-Identifier: EUPL-1.2
"""Proofs: that an organisation recorded exactly this consent, signed beside the case; and what then counts as proven.

Rules:
    - a proof is a JWS with both signatures of a suite, typ ``kgbx-proof+jws``, over organisation, record id,
      second and digest of the record; the record stays outside, so its digest and every view stay as they were;
    - it is verified with the organisation document in force on the day of signing; a key that was revoked later shows
      as such and proves nothing: without a statement of before nobody can tell when it signed;
    - an organisation answers for its own file: what it recorded itself needs no signature;
    - grounds and weighings are proven from the own file only: who wants to receive cannot write the reason to share;
    - how a decision was given counts as well: spoken words need who heard them (:mod:`kgbx.case.ceremony`).
A proof says who wrote it down and that nothing changed since; whether the person really said it nobody can sign for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from kgbx.canonical import parse
from kgbx.case import Consent
from kgbx.case.ceremony import can_be_shown
from kgbx.case.digest import record_digest
from kgbx.case.types import TYPE_OF
from kgbx.clock import is_second, require_aware
from kgbx.envelope import jws
from kgbx.envelope.encoding import ORG, UUID4, compact_json, exact, parse_json, unb64
from kgbx.envelope.ownkeys import signer_at
from kgbx.errors import DocumentError, EnvelopeError, Problem, UsageError
from kgbx.exchange.inforce import KeyState, Signed, state_of_signatures
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_DOCUMENT_BYTES
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.case.base import BareRecord
    from kgbx.envelope.ports import KeyDirectory, Signer

TYP: Final = "kgbx-proof+jws"
"""The ``typ`` of a proof: its signatures mean nothing elsewhere."""

FORMAT: Final = "kgbx-proofs/1"
"""A file of proofs: ``{"format", "proofs": [JWS…]}``, kept beside the case."""

PROVABLE: Final = ("consents", "legal_grounds", "third_party_weighings")
"""Arrays whose records open something, and so need proof."""

_MEMBERS: Final = ("v", "org", "record", "at", "digest")
_VERSION: Final = 1
_DIGEST_BYTES: Final = 32

State = Literal[KeyState, "malformed", "future", "no_record", "altered"]
"""What a check found: ``valid``, or the first thing that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProof:
    """What a proof turned out to be worth.

    Attributes:
        state: ``valid`` or what is wrong.
        record: Id of the record it speaks of; empty where that cannot be read.
        org: Who is said to have signed; empty where that cannot be read.
        signed_at: Unix second at which it says it was signed; 0 where that cannot be read.
        digest: Of the content that was signed; empty where that cannot be read.
    """

    state: State
    record: str = ""
    org: str = ""
    signed_at: int = 0
    digest: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    org: str
    record: str
    at: int
    digest: str = field(repr=False)


def sign_record(record: BareRecord, *, signer: Signer, at: datetime) -> bytes:
    """Return the proof that an organisation recorded a consent, a ground or a weighing.

    Args:
        record: As it stands in the case.
        signer: Keys of the organisation that recorded it.
        at: Present moment, aware.

    Raises:
        UsageError: U_ARGUMENT, a record of another type, or of another organisation; U_MOMENT; U_NO_KEYS, no
            pair may sign at `at`.
        EnvelopeError: E_KEY_INVALID, E_KEY_FILE, the signing pair is not here.
    """
    row = TYPE_OF.get(type(record))
    if row is None or row.array not in PROVABLE or record.recorded_by.org != signer.org:
        raise UsageError
    second = int(require_aware(at).timestamp())
    claim = {"v": _VERSION, "org": signer.org, "record": record.id, "at": second, "digest": record_digest(record)}
    return jws.sign(compact_json(claim), typ=TYP, signers=[signer_at(signer, at)])


def check_proof(proof: bytes, *, case: FamilyCase, directory: KeyDirectory, at: datetime) -> CheckedProof:
    """Return what a proof is worth; nothing of it is trusted before both signatures verify.

    Args:
        proof: A JWS.
        case: Where the record stands.
        directory: Knows everybody's keys.
        at: Present moment, aware.

    Raises:
        UsageError: U_MOMENT.
    """
    now = int(require_aware(at).timestamp())
    try:
        signed = jws.parse(proof, typ=TYP, suites=jws.EVERY)
        claim = _claim(signed.payload)
    except EnvelopeError:
        return CheckedProof(state="malformed")
    said = Signed(org=claim.org, first=claim.at, last=claim.at)
    state: State = state_of_signatures(signed, said=said, directory=directory)
    if state == "valid" and claim.at > now + CLOCK_SKEW_SECONDS:
        state = "future"
    if state == "valid":
        state = _recorded(claim, case)
    return CheckedProof(state=state, record=claim.record, org=claim.org, signed_at=claim.at, digest=claim.digest)


def check_proofs(
    proofs: Iterable[bytes], *, case: FamilyCase, directory: KeyDirectory, at: datetime
) -> tuple[CheckedProof, ...]:
    """Return what each proof is worth, in their order.

    Raises:
        UsageError: U_MOMENT.
    """
    return tuple(check_proof(proof, case=case, directory=directory, at=at) for proof in proofs)


def proven_ids(case: FamilyCase, *, own: str, proofs: Iterable[CheckedProof] = ()) -> frozenset[str]:
    """Return the ids of the consents, grounds and weighings that count as proven for an organisation.

    A proof counts for the content that was signed, in this file as it is now, and for no other under the same id.

    Args:
        case: The own file.
        own: URN of the own organisation.
        proofs: Proofs of what others recorded, checked.
    """
    signed = {(proof.org, proof.record, proof.digest) for proof in proofs if proof.state == "valid"}
    found = set[str]()
    for array in PROVABLE:
        for record in case.records(array):
            mine = record.recorded_by.org == own
            if isinstance(record, Consent):
                counts = (mine or _claimed_of(record) in signed) and can_be_shown(record.ceremony, own=mine)
            else:
                counts = mine
            if counts:
                found.add(record.id)
    return frozenset(found)


def _claimed_of(record: BareRecord) -> tuple[str, str, str]:
    """Return what a proof of a record as it stands here must say: who recorded it, its id and its digest."""
    return record.recorded_by.org, record.id, record_digest(record)


def build_proofs_file(proofs: Iterable[bytes]) -> bytes:
    """Return a file of proofs; each stands in it once, sorted, so the same set gives the same bytes.

    Raises:
        EnvelopeError: one is no JSON.
    """
    once = sorted({compact_json(parse_json(proof)) for proof in proofs})
    return compact_json({"format": FORMAT, "proofs": [parse_json(proof) for proof in once]})


def read_proofs_file(data: bytes) -> tuple[bytes, ...]:
    """Return the proofs of a file, none of them checked.

    Raises:
        DocumentError: no JSON, or not of this form; the pointer tells where.
    """
    content = parse(data, max_bytes=MAX_DOCUMENT_BYTES)
    if not isinstance(content, dict):
        raise _wrong("D_TYPE", "")
    if set(content) - {"format", "proofs"}:
        raise _wrong("D_UNKNOWN_MEMBER", "")
    if content.get("format") != FORMAT:
        raise _wrong("D_VERSION", "/format" if "format" in content else "")
    proofs = content.get("proofs")
    if not isinstance(proofs, list):
        raise _wrong("D_TYPE" if "proofs" in content else "D_MISSING", "/proofs" if "proofs" in content else "")
    return tuple(compact_json(proof) for proof in proofs)


def _wrong(code: str, pointer: str) -> DocumentError:
    return DocumentError((Problem(code=code, pointer=pointer, text=MESSAGES[code]),))


def _claim(payload: bytes) -> _Claim:
    """Return what a payload says, by form only.

    Raises:
        EnvelopeError: another form.
    """
    members = exact(parse_json(payload), _MEMBERS)
    org, record, at, digest = (members[name] for name in _MEMBERS[1:])
    unb64(digest, size=_DIGEST_BYTES)
    version_fits = type(members["v"]) is int and members["v"] == _VERSION
    named = ORG.match(str(org)) and UUID4.match(str(record))
    if not (version_fits and named and isinstance(at, int) and is_second(at)):
        raise EnvelopeError("E_MEMBERS")
    return _Claim(org=str(org), record=str(record), at=at, digest=str(digest))


def _recorded(claim: _Claim, case: FamilyCase) -> State:
    record = case.get(claim.record)
    row = None if record is None else TYPE_OF.get(type(record))
    if record is None or row is None or row.array not in PROVABLE:
        return "no_record"
    if record.recorded_by.org != claim.org:
        return "other_org"
    return "valid" if record_digest(record) == claim.digest else "altered"

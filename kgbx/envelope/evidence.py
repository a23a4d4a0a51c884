# SPDX-License-Identifier: EUPL-1.2
"""Evidence: who sent what to whom and what became of it, provable for decades without content and without the network.

Rules:
    - a record holds signed statements as they were signed, and nothing that anyone has to believe: the manifest, the
      statements of custody and receipts for it, the organisation documents in force at the time;
    - every statement in it must verify and be about this manifest; one that does not refuses the whole record;
    - whose root keys are believed is decided by who verifies, not by the record;
    - a signature by a key that was revoked later stands only if a receipt that was signed before proves it: a receipt
      names the manifest, custody names encrypted parts, which another manifest may name too;
    - receipts of one organisation that contradict each other refuse the whole record.

Source: envelope specification, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Final

from kgbx.envelope import jws
from kgbx.envelope.custody import Custody, read_statement, verify_statement
from kgbx.envelope.encoding import compact_json, exact, parse_json
from kgbx.envelope.manifest import TYP, Manifest, read_manifest
from kgbx.envelope.proving import judge_signer, require_belongs, require_seconds
from kgbx.envelope.receipts import contradict
from kgbx.envelope.suites import SUITES
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_EVIDENCE_BYTES, MAX_EVIDENCE_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.envelope.ports import KeyDirectory, OrganisationDocument
    from kgbx.envelope.receipts import Receipt

FORMAT: Final = "kgbx-evidence/1"
_REQUIRED: Final = ("format", "manifest", "documents", "custody", "receipts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An evidence record, not verified.

    Attributes:
        manifest: The signed manifest of the message.
        documents: Signed organisation documents of both sides.
        custody: Signed statements of custody.
        receipts: Signed receipts, without their envelopes.
        directory: Signed statement of a directory that vouched for the documents, or None.
    """

    manifest: bytes = field(repr=False)
    documents: tuple[bytes, ...] = field(repr=False)
    custody: tuple[bytes, ...] = field(default=(), repr=False)
    receipts: tuple[bytes, ...] = field(default=(), repr=False)
    directory: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        manifest: bytes,
        documents: Iterable[OrganisationDocument],
        *,
        receipts: tuple[bytes, ...] = (),
        custody: tuple[bytes, ...] = (),
        directory: bytes | None = None,
    ) -> Evidence:
        """Return the record of a manifest and the documents by which it was judged.

        Raises:
            UsageError: U_ARGUMENT, a document is not there in its signed form.
        """
        signed = tuple(document.jws for document in documents)
        if not all(signed):
            raise UsageError
        return cls(manifest=manifest, documents=signed, receipts=receipts, custody=custody, directory=directory)

    def encode(self) -> bytes:
        """Return the record as it is kept: JSON, each statement as its JWS."""
        members: dict[str, object] = {
            "format": FORMAT,
            "manifest": parse_json(self.manifest),
            "documents": [parse_json(document) for document in self.documents],
            "custody": [parse_json(statement) for statement in self.custody],
            "receipts": [parse_json(receipt) for receipt in self.receipts],
        }
        return compact_json(members if self.directory is None else {**members, "directory": parse_json(self.directory)})


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReceipt:
    """A receipt in evidence.

    Attributes:
        by: URN of the organisation that signed it.
        receipt: What it says.
    """

    by: str
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a record proves. The repr shows ids only.

    Attributes:
        manifest: What was sent: by whom, to whom, when, and the size and digest of each part.
        custody: Who held encrypted parts with these digests under this id, and since when. It does not say that they
            had seen the manifest.
        receipts: What became of it.
    """

    manifest: Manifest
    custody: tuple[Custody, ...]
    receipts: tuple[GivenReceipt, ...]


def read_evidence(data: bytes) -> Evidence:
    """Return the record of a file, by form only.

    Raises:
        EnvelopeError: E_TOO_LARGE, more than 32 MiB; E_JSON; E_MEMBERS; E_SUITE, another version of the format.
    """
    if len(data) > MAX_EVIDENCE_BYTES:
        raise EnvelopeError("E_TOO_LARGE")
    members = exact(parse_json(data, max_bytes=MAX_EVIDENCE_BYTES), _REQUIRED, optional=("directory",))
    if members["format"] != FORMAT:
        raise EnvelopeError("E_SUITE")
    return Evidence(
        manifest=_signed(members["manifest"]),
        documents=_each(members["documents"]),
        custody=_each(members["custody"]),
        receipts=_each(members["receipts"]),
        directory=_signed(members["directory"]) if "directory" in members else None,
    )


def claimed(record: Evidence) -> Proven:
    """Return what a record claims; no signature is verified and nothing is compared. Only to show it as such.

    Raises:
        EnvelopeError: a statement is malformed; E_TIME, a moment that is none.
    """
    manifest = read_manifest(jws.parse(record.manifest, typ=TYP, suites=jws.EVERY).payload)
    require_seconds(manifest)
    held = [read_statement(data) for data in record.custody]
    given = [read_manifest(jws.parse(data, typ=TYP, suites=jws.EVERY).payload) for data in record.receipts]
    return Proven(
        manifest=manifest,
        custody=tuple(one for one in held if isinstance(one, Custody)),
        receipts=tuple(GivenReceipt(by=one.sender, receipt=one.receipt) for one in given if one.receipt is not None),
    )


def verify_evidence(record: Evidence, *, directory: KeyDirectory) -> Proven:
    """Return what a record proves, after verifying every statement in it.

    Args:
        record: As it was read.
        directory: Made of the record's own documents, as far as the verifier believes their root keys, and of newer
            ones if there are any, which tell what was revoked since: :meth:`kgbx.directory.Directory.of_evidence`.

    Raises:
        EnvelopeError: E_KIND, it is about a receipt; E_BINDING, a statement is about another message;
            E_SENDER_MISMATCH, one was given by who the message was not sent to, or two organisations signed one;
            E_TIME, one was given before the message; E_ID_REUSE, an organisation contradicts itself;
            E_UNKNOWN_SENDER_KEY, E_SIGNATURE, E_KEY_EXPIRED, E_KEY_REVOKED, E_DIR_STALE; the codes of form.
    """
    manifest = _manifest(record.manifest, directory)
    if manifest.kind != "message":
        raise EnvelopeError("E_KIND")
    custody = tuple(_custody(data, manifest, directory) for data in record.custody)
    found = [_receipt(data, record.manifest, directory) for data in record.receipts]
    receipts = tuple(one for one, _ in found)
    if any(one.by == other.by and contradict(one.receipt, other.receipt) for one, other in combinations(receipts, 2)):
        raise EnvelopeError("E_ID_REUSE")
    witnesses = [signed_at for _, signed_at in found]
    judge_signer(directory, org=manifest.sender, kids=manifest.signing_kids, moment=manifest.iat, witnesses=witnesses)
    return Proven(manifest=manifest, custody=custody, receipts=receipts)


def _manifest(signed: bytes, directory: KeyDirectory) -> Manifest:
    """Return a manifest whose two signatures are of the organisation that it says it is from."""
    parsed = jws.parse(signed, typ=TYP, suites=jws.EVERY)
    owner = jws.verified_owner(parsed, directory)
    manifest = read_manifest(parsed.payload)
    if SUITES[manifest.suite].signatures != parsed.algs:
        raise EnvelopeError("E_SUITE")
    if (manifest.sender, manifest.signing_kids) != (owner, parsed.kids):
        raise EnvelopeError("E_SENDER_MISMATCH")
    return manifest


def _custody(data: bytes, manifest: Manifest, directory: KeyDirectory) -> Custody:
    statement = verify_statement(data, directory=directory)
    if not isinstance(statement, Custody) or statement.message_id != manifest.id:
        raise EnvelopeError("E_BINDING")
    if statement.parts != tuple(part.csha256 for part in manifest.parts):
        raise EnvelopeError("E_BINDING")
    if statement.by not in {addressee.org for addressee in manifest.to}:
        raise EnvelopeError("E_SENDER_MISMATCH")
    if statement.at < manifest.iat - CLOCK_SKEW_SECONDS:
        raise EnvelopeError("E_TIME")
    return statement


def _receipt(data: bytes, message: bytes, directory: KeyDirectory) -> tuple[GivenReceipt, int]:
    """Return a receipt and when it was signed at the latest: what it says of itself, and what it tells, may differ."""
    manifest = _manifest(data, directory)
    require_belongs(manifest, message)
    judge_signer(directory, org=manifest.sender, kids=manifest.signing_kids, moment=manifest.iat)
    if manifest.receipt is None:
        raise EnvelopeError("E_KIND")
    given = GivenReceipt(by=manifest.sender, receipt=manifest.receipt)
    return given, max(manifest.iat, manifest.receipt.at)


def _signed(value: object) -> bytes:
    """Return a JWS as bytes; its signatures cover text that is not changed by writing it again."""
    return compact_json(exact(value, ("payload", "signatures")))


def _each(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_EVIDENCE_ROWS:
        raise EnvelopeError("E_MEMBERS")
    return tuple(_signed(one) for one in value)

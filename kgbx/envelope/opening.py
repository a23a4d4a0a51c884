# SPDX-License-Identifier: EUPL-1.2
"""The checks that a message and a receipt have in common: steps 1 to 13 of the receive procedure, in their order.

Rules:
    - 1 to 4 form, 5 to 7 decryption, 8 signatures, 9 to 11 manifest, 12 keys and policy, 13 replay look-up; the first
      failure gives the code;
    - steps 5 to 8 look the same to the outside (:attr:`kgbx.errors.EnvelopeError.external`);
    - what stands after step 8 was signed by its owner with both keys; what stands after step 12 may be relied on.

Must not decrypt parts, and must not write to the replay store before the caller says so.

Source: envelope specification, section 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from kgbx.envelope import bundle, jwe, jws
from kgbx.envelope.blobs import Blob, Source, blob_of
from kgbx.envelope.manifest import (
    TYP,
    Addressee,
    Kind,
    Manifest,
    digest_of,
    read_addressees,
    read_members,
    read_parts,
    read_receipt_of,
    read_times,
)
from kgbx.envelope.seal import Sealed
from kgbx.envelope.suites import KGBX_1, require_suite
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_ENVELOPE_BYTES, REPLAY_MARGIN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kgbx.envelope.ports import KeyDirectory, KeyEntry, Opener, OrganisationDocument, ReplayStore
    from kgbx.envelope.suites import SuiteRow

SealedSource: TypeAlias = "Source | Sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What both signatures of one organisation cover; nothing in it has been judged.

    Attributes:
        outer: The envelope.
        cek: Content key. Secret.
        kid: The own key that opened it.
        jws: The signed manifest as received.
        payload: The bytes that were signed.
        owner: URN of the organisation that signed.
        signing_kids: Its keys, in the order of the signatures.
    """

    outer: jwe.Jwe
    cek: bytes = field(repr=False)
    kid: str
    jws: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    owner: str
    signing_kids: tuple[str, str]

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload, by which a manifest is remembered and receipted."""
        return digest_of(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A manifest that passed steps 9 to 12.

    Attributes:
        manifest: What the sender signed.
        documents: The documents by which it was judged: the sender's, and the own one if the directory has it.
        statement: The signed directory statement that vouches for the sender, None without one.
    """

    manifest: Manifest
    documents: tuple[OrganisationDocument, ...]
    statement: bytes | None = field(default=None, repr=False)


def taken_apart(sealed: SealedSource, parts: Sequence[Source] = ()) -> tuple[bytes, tuple[Blob, ...]]:
    """Return envelope and parts; of a bare envelope no more than one byte over the limit is read.

    Raises:
        EnvelopeError: E_BUNDLE, E_TOO_LARGE.
        UsageError: U_ARGUMENT, `parts` beside a bundle.
        OSError: the source cannot be read.
    """
    if isinstance(sealed, Sealed):
        if parts:
            raise UsageError
        return sealed.envelope, sealed.parts
    blob = blob_of(sealed)
    if not bundle.is_bundle(blob):
        envelope = blob.window(0, min(blob.size, MAX_ENVELOPE_BYTES + 1)).read()
        return envelope, tuple(blob_of(part) for part in parts)
    if parts:
        raise UsageError
    records = bundle.read(blob)
    return records.envelope, records.parts


def verified(envelope: bytes, *, identity: Opener, directory: KeyDirectory) -> Verified:
    """Return what one organisation signed: steps 1 to 8. Whatever fails in 5 to 8 carries the mark that hides it.

    Raises:
        EnvelopeError: the code of the first check that failed.
    """
    # 1 to 4 form
    outer = jwe.parse(envelope, suites=(getattr(identity, "suite", KGBX_1.id),))
    try:
        # 5, 6 content key
        cek, kid = jwe.open_key(outer, identity)
        # 7 content
        inner = jwe.decrypt(outer, cek)
        # 8 signatures
        signed = jws.parse(inner, typ=TYP, suites=(outer.suite,))
        owner, kids = jws.verified_owner(signed, directory), signed.kids
        return Verified(
            outer=outer, cek=cek, kid=kid, jws=inner, payload=signed.payload, owner=owner, signing_kids=kids
        )
    except EnvelopeError as error:
        code = error.code
    raise EnvelopeError(code, after_decryption_began=True)


def judged(found: Verified, *, kind: Kind, org: str, directory: KeyDirectory, at: datetime) -> Judged:
    """Return the manifest of a message or of a receipt: steps 9 to 12.

    Args:
        found: What was verified.
        kind: What may be opened here.
        org: The own organisation.
        directory: Knows the documents of both sides.
        at: Present moment, aware.

    Raises:
        EnvelopeError: the code of the first check that failed.
    """
    now = int(at.timestamp())
    # 9 to 11 manifest
    manifest = _manifest(found, kind, org, now)
    # 12 keys and policy
    theirs = _judge_sender(manifest, directory, at, suite=found.outer.suite)
    own = _judge_own_policy(org, directory, at, suite=found.outer.suite)
    known = directory.signing_key(manifest.signing_kids[0], found.outer.suite.signatures[0])
    return Judged(
        manifest=manifest,
        documents=(theirs,) if own is None else (theirs, own),
        statement=None if known is None else known.statement,
    )


def _manifest(found: Verified, kind: Kind, me: str, now: int) -> Manifest:
    outer = found.outer
    # 9 form of the payload
    members = read_members(found.payload, suites=(outer.suite.id,))
    parts = read_parts(members)
    # 10 kind, key commitment, sender, addressees
    if members["kind"] != kind:
        raise EnvelopeError("E_KIND")
    receipt = read_receipt_of(members) if kind == "receipt" else None
    if members["kc"] != outer.kc:
        raise EnvelopeError("E_BINDING")
    if members["from"] != {"org": found.owner, "sig": list(found.signing_kids)}:
        raise EnvelopeError("E_SENDER_MISMATCH")
    to = read_addressees(members["to"])
    if not {recipient.kid for recipient in outer.recipients} - {None} <= {addressee.kid for addressee in to}:
        raise EnvelopeError("E_BINDING")
    if Addressee(org=me, kid=found.kid) not in to:
        raise EnvelopeError("E_NOT_ADDRESSEE")
    # 11 time
    iat, exp = read_times(members, now)
    thread, ref = (None if name not in members else str(members[name]) for name in ("thid", "ref"))
    return Manifest(
        suite=outer.suite.id,
        kind=kind,
        id=str(members["id"]),
        kc=outer.kc,
        iat=iat,
        exp=exp,
        sender=found.owner,
        signing_kids=found.signing_kids,
        to=to,
        type=str(members["type"]),
        parts=parts,
        thread=thread,
        ref=ref,
        receipt=receipt,
    )


def _judge_sender(
    manifest: Manifest, directory: KeyDirectory, at: datetime, *, suite: SuiteRow
) -> OrganisationDocument:
    """Step 12 for the sender: no document yet, key revoked or not valid at ``iat``, document too old, other suite.

    A revoked key is refused even for a message that says it is older: without a receipt from before the revocation
    nobody can tell.
    """
    kids = tuple(zip(manifest.signing_kids, suite.signatures, strict=True))
    document = _document(directory, manifest.sender, at, worse=kids)
    if document is None:
        known = directory.signing_key(manifest.signing_kids[0], suite.signatures[0])
        early = known is not None and known.document.iat > int(at.timestamp())
        raise EnvelopeError("E_DIR_NOT_YET" if early else "E_DIR_STALE")
    entries = [document.entry(kid) for kid in manifest.signing_kids]
    if any(entry is not None and entry.status == "revoked" for entry in entries):
        raise EnvelopeError("E_KEY_REVOKED")
    if not all(entry is not None and _was_valid(entry, manifest.iat) for entry in entries):
        raise EnvelopeError("E_KEY_EXPIRED")
    if document.exp <= int(at.timestamp()):
        raise EnvelopeError("E_DIR_STALE")
    require_suite(suite, document)
    return document


def _was_valid(entry: KeyEntry, moment: int) -> bool:
    return entry.use == "sig" and entry.nbf <= moment < entry.exp


def _judge_own_policy(
    org: str, directory: KeyDirectory, at: datetime, *, suite: SuiteRow
) -> OrganisationDocument | None:
    """Step 12 for the receiver: its own document sets the floor; only the default suite does without one."""
    document = _document(directory, org, at)
    if document is not None:
        require_suite(suite, document)
    elif suite.status == "reserve":
        raise EnvelopeError("E_SUITE")
    return document


def _document(
    directory: KeyDirectory, org: str, at: datetime, *, worse: Sequence[tuple[str, str]] = ()
) -> OrganisationDocument | None:
    """Return the document in force; a directory that is too old does not hide that a key in `worse` was revoked."""
    try:
        return directory.document(org, at)
    except DirectoryError as error:
        code = error.code
    raise EnvelopeError("E_KEY_REVOKED" if any(_is_revoked(directory, *key) for key in worse) else code)


def _is_revoked(directory: KeyDirectory, kid: str, alg: str) -> bool:
    known = directory.signing_key(kid, alg)
    entry = None if known is None else known.document.entry(kid)
    return entry is not None and entry.status == "revoked"


def refuse_seen(seen: ReplayStore, manifest: Manifest, *, digest: bytes) -> None:
    """Return if the message was not seen before: step 13, look-up only.

    Raises:
        EnvelopeError: E_DUPLICATE, it was; E_ID_REUSE, another message with its id was.
        OSError: the replay store cannot be read.
    """
    known = seen.digest_of(manifest.sender, manifest.id)
    if known is not None:
        raise EnvelopeError("E_DUPLICATE" if known == digest else "E_ID_REUSE")


def remember(seen: ReplayStore, manifest: Manifest, *, digest: bytes) -> None:
    """Write the id; if another process was faster, the message is refused after all.

    Raises:
        EnvelopeError: E_DUPLICATE, E_ID_REUSE.
        OSError: the replay store cannot be written.
    """
    expires = manifest.exp + CLOCK_SKEW_SECONDS + REPLAY_MARGIN_SECONDS
    if not seen.write(manifest.sender, manifest.id, digest=digest, expires=expires):
        refuse_seen(seen, manifest, digest=digest)
        raise EnvelopeError("E_DUPLICATE")

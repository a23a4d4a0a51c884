# SPDX-License-Identifier: EUPL-1.2
"""Unseal: every check of the receive procedure, in its order; the first failure gives the code.

Rules:
    - 1 to 4 form, 5 to 7 decryption, 8 signatures, 9 to 11 manifest, 12 keys and policy, 13 replay look-up, 14 parts;
      only then the id is written to the replay store, so a damaged first delivery does not burn it;
    - nothing is returned and nothing decrypted is on disk when a check fails; all parts are checked before anything is
      returned, and checked again while one is written to the file that the caller names;
    - steps 5 to 8 look the same to the outside (:attr:`kgbx.errors.EnvelopeError.external`);
    - the present is an argument; message types and content are not judged here.

Source: envelope specification, section 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.clock import require_aware
from kgbx.envelope import bundle, jwe, jws
from kgbx.envelope.blobs import Blob, Source, blob_of
from kgbx.envelope.manifest import (
    TYP,
    Addressee,
    Manifest,
    PartEntry,
    digest_of,
    read_addressees,
    read_members,
    read_parts,
    read_times,
)
from kgbx.envelope.parts import decrypt_part, discard, new_file, part_keys
from kgbx.envelope.seal import Sealed
from kgbx.envelope.suites import KGBX_1, require_suite
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_BODY_BYTES, MAX_ENVELOPE_BYTES, REPLAY_MARGIN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kgbx.envelope.parts import PartKeys
    from kgbx.envelope.ports import KeyDirectory, KeyEntry, Opener, OrganisationDocument, ReplayStore

REPLAY_NOT_CHECKED: Final = "W_REPLAY_NOT_CHECKED"
"""Warning: no replay store was given, so the message may have been received before."""

SealedSource: TypeAlias = "Source | Sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPart:
    """One part of an opened message, checked once; its content is decrypted again, and checked again, when asked for.

    Attributes:
        entry: What the manifest says of it. Its name is to be shown, never to be used as a path.
    """

    entry: PartEntry
    _blob: Blob = field(repr=False, compare=False)
    _keys: PartKeys = field(repr=False, compare=False)

    def save(self, path: Path) -> None:
        """Write the content to a new file, mode 0600, which appears only when all of it has been checked.

        Raises:
            EnvelopeError: E_PART_SIZE, E_PART_DECRYPT, E_PART_PADDING, E_PART_DIGEST, the source has changed since.
            OSError: the source is gone, the folder cannot be written, the disk is full, or the file exists.
        """
        with new_file(Path(path)) as write:
            decrypt_part(self._blob, write, entry=self.entry, keys=self._keys)

    def read(self) -> bytes:
        """Return the content; only for what fits in memory.

        Raises:
            EnvelopeError: as :meth:`save`.
            OSError: the source is gone.
        """
        blocks: list[bytes] = []
        decrypt_part(self._blob, blocks.append, entry=self.entry, keys=self._keys)
        return b"".join(blocks)

    def sha256(self) -> bytes:
        """Return the SHA-256 of the content, 32 bytes, without keeping it.

        Raises:
            EnvelopeError: as :meth:`save`.
            OSError: the source is gone.
        """
        digest = sha256()
        decrypt_part(self._blob, digest.update, entry=self.entry, keys=self._keys)
        return digest.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A message that passed every check. The repr shows ids only.

    Attributes:
        manifest: What the sender signed.
        body: Content of part 0.
        parts: All parts, the body included, in order.
        sender: URN of the organisation whose two signatures were verified.
        warnings: Codes of what could not be checked, e.g. ``W_REPLAY_NOT_CHECKED``.
        jws: The signed manifest as received: evidence that needs no content.
    """

    manifest: Manifest
    body: bytes = field(repr=False)
    parts: tuple[OpenedPart, ...] = field(repr=False)
    sender: str
    warnings: tuple[str, ...] = ()
    jws: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inner:
    """What steps 5 to 8 give."""

    cek: bytes
    kid: str
    jws: bytes
    payload: bytes
    owner: str
    signing_kids: tuple[str, str]


def unseal(
    sealed: SealedSource,
    *,
    identity: Opener,
    directory: KeyDirectory,
    at: datetime,
    seen: ReplayStore | None,
    parts: Sequence[Source] = (),
) -> Opened:
    """Return the message in a bundle or bare envelope, after every check.

    Args:
        sealed: Bundle or bare envelope, told apart by the first eight bytes: bytes, the path of a file, a binary
            stream, or what :func:`kgbx.envelope.seal.seal` returned. A path must stay readable, and a stream that can
            seek open, as long as parts are asked for.
        identity: Opens for the receiving organisation.
        directory: Knows the senders' keys.
        at: Present moment, aware.
        seen: Replay store; None leaves replay unchecked, and the result says so.
        parts: The encrypted parts in order, when `sealed` is a bare envelope.

    Raises:
        EnvelopeError: the code of the first check that failed.
        UsageError: U_MOMENT, `at` has no offset; U_ARGUMENT, `parts` beside a bundle.
        OSError: the source or the replay store cannot be read or written.
    """
    now = int(require_aware(at).timestamp())
    envelope, blobs = taken_apart(sealed, parts)
    # 1 to 4 form
    outer = jwe.parse(envelope)
    # 5 to 8 decryption and signatures
    inner = _opened(outer, identity, directory)
    # 9 to 11 manifest
    manifest = _manifest(outer, inner, identity.org, now)
    # 12 keys and policy
    _judge_sender(manifest, directory, at, now)
    _judge_own_policy(identity.org, directory, at)
    # 13 replay, look-up only
    digest = digest_of(inner.payload)
    if seen is not None:
        _refuse_seen(seen, manifest, digest)
    # 14 parts
    opened_parts = _opened_parts(manifest, inner.cek, blobs)
    body = _checked_body(opened_parts)
    # only now the id
    if seen is not None:
        _remember(seen, manifest, digest)
    return Opened(
        manifest=manifest,
        body=body,
        parts=opened_parts,
        sender=inner.owner,
        warnings=() if seen is not None else (REPLAY_NOT_CHECKED,),
        jws=inner.jws,
    )


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


def _opened(outer: jwe.Jwe, identity: Opener, directory: KeyDirectory) -> _Inner:
    """Steps 5 to 8; whatever fails there carries the mark that hides it from the outside."""
    try:
        # 5, 6 content key
        cek, kid = jwe.open_key(outer, identity)
        # 7 content
        inner = jwe.decrypt(outer, cek)
        # 8 signatures
        signed = jws.parse(inner, typ=TYP)
        owner = _verified_owner(signed, directory)
        first, second = signed.signatures
        kids = first.kid, second.kid
        return _Inner(cek=cek, kid=kid, jws=inner, payload=signed.payload, owner=owner, signing_kids=kids)
    except EnvelopeError as error:
        code = error.code
    raise EnvelopeError(code, after_decryption_began=True)


def _verified_owner(signed: jws.Parsed, directory: KeyDirectory) -> str:
    """Return the organisation that owns both keys, after verifying both signatures in order."""
    owner = ""
    for signature in signed.signatures:
        found = directory.signing_key(signature.kid, signature.alg)
        if found is None or (found.key.kid, found.key.alg) != (signature.kid, signature.alg):
            raise EnvelopeError("E_UNKNOWN_SENDER_KEY")
        if owner not in ("", found.org):
            raise EnvelopeError("E_SENDER_MISMATCH")
        owner = found.org
        found.key.verify(signature.signature, signature.signing_input)
    return owner


def _manifest(outer: jwe.Jwe, inner: _Inner, me: str, now: int) -> Manifest:
    # 9 form of the payload
    members = read_members(inner.payload)
    parts = read_parts(members)
    # 10 kind, key commitment, sender, addressees
    if members["kind"] != "message":
        raise EnvelopeError("E_KIND")
    if members["kc"] != outer.kc:
        raise EnvelopeError("E_BINDING")
    if members["from"] != {"org": inner.owner, "sig": list(inner.signing_kids)}:
        raise EnvelopeError("E_SENDER_MISMATCH")
    to = read_addressees(members["to"])
    if not {recipient.kid for recipient in outer.recipients} - {None} <= {addressee.kid for addressee in to}:
        raise EnvelopeError("E_BINDING")
    if Addressee(org=me, kid=inner.kid) not in to:
        raise EnvelopeError("E_NOT_ADDRESSEE")
    # 11 time
    iat, exp = read_times(members, now)
    thread, ref = (None if name not in members else str(members[name]) for name in ("thid", "ref"))
    return Manifest(
        id=str(members["id"]),
        kc=outer.kc,
        iat=iat,
        exp=exp,
        sender=inner.owner,
        signing_kids=inner.signing_kids,
        to=to,
        type=str(members["type"]),
        parts=parts,
        thread=thread,
        ref=ref,
    )


def _judge_sender(manifest: Manifest, directory: KeyDirectory, at: datetime, now: int) -> None:
    """Step 12 for the sender: revoked, not valid at ``iat``, document expired, suite not its own.

    A revoked key is refused even for a message that says it is older: without custody before the revocation nobody
    can tell.
    """
    document = _document(directory, manifest.sender, at)
    if document is None:
        raise EnvelopeError("E_DIR_STALE")
    entries = [document.entry(kid) for kid in manifest.signing_kids]
    if any(entry is not None and entry.status == "revoked" for entry in entries):
        raise EnvelopeError("E_KEY_REVOKED")
    if not all(entry is not None and _was_valid(entry, manifest.iat) for entry in entries):
        raise EnvelopeError("E_KEY_EXPIRED")
    if document.exp <= now:
        raise EnvelopeError("E_DIR_STALE")
    require_suite(KGBX_1, document)


def _was_valid(entry: KeyEntry, moment: int) -> bool:
    return entry.use == "sig" and entry.nbf <= moment < entry.exp


def _judge_own_policy(org: str, directory: KeyDirectory, at: datetime) -> None:
    """Step 12 for the receiver: its own document, if the directory has it, sets the floor."""
    document = _document(directory, org, at)
    if document is not None:
        require_suite(KGBX_1, document)


def _document(directory: KeyDirectory, org: str, at: datetime) -> OrganisationDocument | None:
    try:
        return directory.document(org, at)
    except DirectoryError as error:
        code = error.code
    raise EnvelopeError(code)


def _refuse_seen(seen: ReplayStore, manifest: Manifest, digest: bytes) -> None:
    known = seen.digest_of(manifest.sender, manifest.id)
    if known is not None:
        raise EnvelopeError("E_DUPLICATE" if known == digest else "E_ID_REUSE")


def _remember(seen: ReplayStore, manifest: Manifest, digest: bytes) -> None:
    """Write the id; if another process was faster, the message is refused after all."""
    expires = manifest.exp + CLOCK_SKEW_SECONDS + REPLAY_MARGIN_SECONDS
    if not seen.write(manifest.sender, manifest.id, digest=digest, expires=expires):
        _refuse_seen(seen, manifest, digest)
        raise EnvelopeError("E_DUPLICATE")


def _opened_parts(manifest: Manifest, cek: bytes, blobs: tuple[Blob, ...]) -> tuple[OpenedPart, ...]:
    if len(blobs) < len(manifest.parts):
        raise EnvelopeError("E_PART_MISSING")
    if len(blobs) > len(manifest.parts):
        raise EnvelopeError("E_BUNDLE")
    return tuple(
        OpenedPart(entry=entry, _blob=blob, _keys=part_keys(cek, message_id=manifest.id, n=entry.n))
        for entry, blob in zip(manifest.parts, blobs, strict=True)
    )


def _checked_body(parts: tuple[OpenedPart, ...]) -> bytes:
    """Return the body, after every part has been decrypted once and checked; attachments are not kept."""
    body, *attachments = parts
    if body.entry.size > MAX_BODY_BYTES:
        raise EnvelopeError("E_PART_SIZE")
    content = body.read()
    for part in attachments:
        decrypt_part(part._blob, discard, entry=part.entry, keys=part._keys)  # noqa: SLF001  # same module
    return content

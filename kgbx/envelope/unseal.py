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
from typing import TYPE_CHECKING, Final

from kgbx.clock import require_aware
from kgbx.envelope.evidence import Evidence
from kgbx.envelope.opening import SealedSource, judged, refuse_seen, remember, taken_apart, verified
from kgbx.envelope.parts import decrypt_part, discard, new_file, part_keys
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from kgbx.envelope.blobs import Blob, Source
    from kgbx.envelope.manifest import Manifest, PartEntry
    from kgbx.envelope.parts import PartKeys
    from kgbx.envelope.ports import KeyDirectory, Opener, OrganisationDocument, ReplayStore

REPLAY_NOT_CHECKED: Final = "W_REPLAY_NOT_CHECKED"
"""Warning: no replay store was given, so the message may have been received before."""

__all__ = ["Opened", "OpenedPart", "SealedSource", "unseal"]


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
        documents: The organisation documents by which it was judged: the sender's, and the own one if it was known.
        statement: The signed directory statement that vouches for the sender, None without one.
    """

    manifest: Manifest
    body: bytes = field(repr=False)
    parts: tuple[OpenedPart, ...] = field(repr=False)
    sender: str
    warnings: tuple[str, ...] = ()
    jws: bytes = field(repr=False)
    documents: tuple[OrganisationDocument, ...] = field(repr=False)
    statement: bytes | None = field(default=None, repr=False)

    def evidence(self, *, custody: Sequence[bytes] = (), receipts: Sequence[bytes] = ()) -> Evidence:
        """Return what proves who sent this to whom, without its content and without the network.

        Args:
            custody: Own signed statements of custody of this message.
            receipts: Own signed receipts for it: :attr:`kgbx.envelope.seal.Sealed.jws` of each.

        Raises:
            UsageError: U_ARGUMENT, the directory gave a document without its signed form.
        """
        held, given = tuple(custody), tuple(receipts)
        return Evidence.of(self.jws, self.documents, receipts=given, custody=held, directory=self.statement)


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
    require_aware(at)
    envelope, blobs = taken_apart(sealed, parts)
    # 1 to 8 form, decryption, signatures
    found = verified(envelope, identity=identity, directory=directory)
    # 9 to 12 manifest, keys and policy
    judgement = judged(found, kind="message", org=identity.org, directory=directory, at=at)
    manifest, digest = judgement.manifest, found.digest
    # 13 replay, look-up only
    if seen is not None:
        refuse_seen(seen, manifest, digest=digest)
    # 14 parts
    opened_parts = parts_of(manifest, blobs, cek=found.cek)
    body = _checked_body(opened_parts)
    # only now the id
    if seen is not None:
        remember(seen, manifest, digest=digest)
    return Opened(
        manifest=manifest,
        body=body,
        parts=opened_parts,
        sender=found.owner,
        warnings=() if seen is not None else (REPLAY_NOT_CHECKED,),
        jws=found.jws,
        documents=judgement.documents,
        statement=judgement.statement,
    )


def parts_of(manifest: Manifest, blobs: tuple[Blob, ...], *, cek: bytes) -> tuple[OpenedPart, ...]:
    """Return the parts, none of them decrypted; there must be one for each entry.

    Raises:
        EnvelopeError: E_PART_MISSING, E_BUNDLE.
    """
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

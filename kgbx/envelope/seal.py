# SPDX-License-Identifier: EUPL-1.2
"""Seal: sign a body and attachments, and encrypt them for one organisation, or for several that may know each other.

Rules:
    - one fresh content key an envelope; parts are encrypted first, then the manifest that names them is signed, then
      the signed manifest is encrypted: the signature is hidden and outlives the encryption;
    - several organisations in one envelope see each other's names: this must be asked for, and is refused for messages
      about a family, of which each organisation gets its own view;
    - what a recipient's document does not allow (expired, another suite) is not sent, and nothing weaker is tried.

Source: envelope specification, sections 3.2 to 3.5 and 3.13.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING, Final, Required, TypeAlias, TypedDict, Unpack
from uuid import UUID, uuid4

from kgbx.clock import require_aware
from kgbx.envelope import bundle, jwe, jws
from kgbx.envelope.blobs import (
    BODY_SPOOL_BYTES,
    SPOOL_BYTES,
    Blob,
    Source,
    blob_of,
    blob_of_bytes,
    blob_of_seekable,
    new_spool,
)
from kgbx.envelope.encoding import KID, ORG, UUID4
from kgbx.envelope.manifest import MEDIA, MESSAGE_TYPE, PART_NAME, TYP, Addressee, Manifest, PartEntry, matches
from kgbx.envelope.ownkeys import signer_at
from kgbx.envelope.parts import encrypt_part, new_file, part_keys
from kgbx.envelope.ports import OrganisationDocument
from kgbx.envelope.suites import KGBX_1, SuiteRow, require_suite, suite_named
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_BODY_BYTES, MAX_LIFETIME_SECONDS, MAX_MEDIA_TYPE_CHARS, MAX_PARTS, MAX_RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import Signer

DEFAULT_LIFETIME: Final = timedelta(days=7)
"""Long enough for a weekend and a holiday at the other side, short enough to bound what can be replayed."""

OWN_VIEW_ONLY: Final = frozenset(
    {
        *("case_share", "information_request", "information_response", "correction", "consent_withdrawn"),
        *("handover", "handover_offer", "handover_answer", "handover_complete", "erasure_notice", "erasure_answer"),
        *("consult", "consult_question", "consult_answer"),
        *("anonymous_consult_question", "anonymous_consult_answer"),
    }
)
"""Words in a message type that forbid several organisations in one envelope: each gets its own view."""

DEFAULT_MEDIA: Final = "application/octet-stream"

Recipient: TypeAlias = "OrganisationDocument | tuple[str, PublicKey]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment with what the recipient should know of it.

    Attributes:
        source: Bytes, the path of a file, or a binary stream.
        media: Media type, without parameters.
        name: To show to the recipient, or None.
    """

    source: Source = field(repr=False)
    media: str = DEFAULT_MEDIA
    name: str | None = field(default=None, repr=False)


class Options(TypedDict, total=False):
    """The keywords of :func:`seal` that describe the message; the attributes of :class:`Message` explain them."""

    media_type: Required[str]
    message_type: Required[str]
    attachments: Sequence[Source | Attachment]
    names: bool
    expires: datetime | None
    thread: str | None
    ref: str | None
    shared: bool
    anonymous: bool
    suite: str
    random: Callable[[int], bytes]
    ids: Callable[[], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """How a message is to be sealed.

    Attributes:
        media_type: Media type of the body.
        message_type: Message type, an absolute URI.
        attachments: At most 255; a path gets a media type by its name.
        names: Send the file names of attachments that are given by path. They stand in the signed manifest, and so in
            evidence that is kept for decades: a name may say who or what a file is about.
        expires: End of validity, at most 30 days later; None is 7 days.
        thread: Id of the thread, UUID version 4.
        ref: Id of the message replied to or corrected, UUID version 4.
        shared: Several organisations may be in one envelope and see each other.
        anonymous: Leave the recipients' key ids out of the envelope.
        suite: Name of the suite; another than the default needs keys of the sender and the recipients for it.
        random: Gives n random bytes; a cryptographic generator, except in tests.
        ids: Gives a UUID version 4.
    """

    media_type: str
    message_type: str
    attachments: Sequence[Source | Attachment] = field(default=(), repr=False)
    names: bool = False
    expires: datetime | None = None
    thread: str | None = None
    ref: str | None = None
    shared: bool = False
    anonymous: bool = False
    suite: str = KGBX_1.id
    random: Callable[[int], bytes] = os.urandom
    ids: Callable[[], UUID] = uuid4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An envelope and its encrypted parts.

    Attributes:
        id: Message id, UUID version 4.
        envelope: The envelope.
        parts: The encrypted parts, in order; larger ones are spooled in an unnamed temporary file.
        jws: The signed manifest: keep it, a receipt is compared with it and it is the evidence of what was sent. It is
            not in clear in the envelope.
    """

    id: str
    envelope: bytes = field(repr=False)
    parts: tuple[Blob, ...] = field(repr=False)
    jws: bytes = field(repr=False)

    def write(self, path: Path) -> None:
        """Write a bundle; the file appears whole or not at all, and never replaces another.

        Raises:
            OSError: the folder cannot be written, the disk is full, or the file exists.
        """
        with new_file(Path(path)) as write:
            for block in bundle.blocks(self.envelope, self.parts):
                write(block)

    def to_bytes(self) -> bytes:
        """Return the bundle; only for what fits in memory."""
        return b"".join(bundle.blocks(self.envelope, self.parts))

    def trimmed(self, kid: str) -> Sealed:
        """Return the copy for one recipient: the others' key ids are left out, all else is the same bytes.

        Raises:
            UsageError: U_ARGUMENT, the envelope has no entry for this key.
        """
        envelope = jwe.parse(self.envelope)
        recipients = tuple(recipient for recipient in envelope.recipients if recipient.kid == kid)
        if not recipients:
            raise UsageError
        return replace(self, envelope=jwe.encode(replace(envelope, recipients=recipients)))


def seal(
    body: bytes,
    *,
    sender: Signer,
    to: Recipient | Sequence[Recipient],
    at: datetime,
    **message: Unpack[Options],
) -> Sealed:
    """Return the sealed message.

    Args:
        body: The content that the message type describes; at most 32 MiB. Larger content is an attachment.
        sender: Signs for the sending organisation.
        to: Organisation document, or pair of organisation and encryption key; several need ``shared=True``.
        at: Present moment, aware.
        **message: ``media_type`` and ``message_type``; optionally ``attachments``, ``names``, ``expires``, ``thread``,
            ``ref``, ``shared``, ``anonymous``, ``suite``, ``random``, ``ids``: see :class:`Message`.

    Returns:
        Envelope and encrypted parts; :meth:`Sealed.write` makes one file of them.

    Raises:
        UsageError: U_ARGUMENT, something of the wrong form or size, or several organisations without ``shared``;
            U_MOMENT, a moment without offset; U_CHANGED, an attachment is no ordinary file or changed while it was
            read; U_NO_KEYS, no signing pair of the sender may sign at `at`.
        EnvelopeError: E_DIR_STALE, E_KEY_EXPIRED, E_SUITE, the recipient's document does not allow it; E_POLICY,
            several organisations in a message of which each gets its own view.
        OSError: an attachment cannot be read, or the disk is full.
    """
    options = Message(**message)
    if not isinstance(body, bytes):
        raise TypeError("the body is bytes")
    suite, (iat, exp) = suite_named(options.suite), _lifetime(options, at)
    recipients, sender = [recipient_key(one, iat, suite=suite) for one in _as_list(to)], signer_at(sender, at)
    _require_sound(options, sender, len(body))
    _require_policy(options, [org for org, _ in recipients], [key.kid for _, key in recipients])
    cek, message_id = options.random(jwe.CEK_BYTES), str(options.ids())
    sources = [Attachment(source=blob_of_bytes(body), media=options.media_type)]
    sources += [_attachment(source, names=options.names) for source in options.attachments]
    entries, blobs = _parts(sources, cek, message_id)
    manifest = Manifest(
        suite=suite.id,
        id=message_id,
        kc=jwe.commitment(cek),
        iat=iat,
        exp=exp,
        sender=sender.org,
        signing_kids=sender.signing_kids,
        to=tuple(Addressee(org=org, kid=key.kid) for org, key in recipients),
        type=options.message_type,
        parts=entries,
        thread=options.thread,
        ref=options.ref,
    )
    signed = jws.sign(manifest.encode(), typ=TYP, signers=[sender], suite=suite)
    keys = [key for _, key in recipients]
    envelope = jwe.encrypt(
        signed, cek=cek, recipients=keys, anonymous=options.anonymous, random=options.random, suite=suite
    )
    return Sealed(id=message_id, envelope=envelope, parts=blobs, jws=signed)


def _lifetime(options: Message, at: datetime) -> tuple[int, int]:
    expires = at + DEFAULT_LIFETIME if options.expires is None else options.expires
    iat, exp = (int(require_aware(moment).timestamp()) for moment in (at, expires))
    if not 0 < exp - iat <= MAX_LIFETIME_SECONDS:
        raise UsageError
    return iat, exp


def _as_list(to: Recipient | Sequence[Recipient]) -> list[Recipient]:
    match to:
        case OrganisationDocument() | (str(), _):
            return [to]  # type: ignore[list-item]  # a pair that begins with an organisation is one recipient
        case _:
            return list(to)


def recipient_key(recipient: Recipient, now: int, *, suite: SuiteRow) -> tuple[str, PublicKey]:
    """Return organisation and key; of a document the active encryption key of the suite with the latest nbf.

    Raises:
        EnvelopeError: E_DIR_STALE, E_SUITE, E_KEY_EXPIRED, the document does not allow it; E_SUITE, a key of another.
    """
    if not isinstance(recipient, OrganisationDocument):
        if recipient[1].alg != suite.kem:
            raise EnvelopeError("E_SUITE")
        return recipient
    if recipient.exp <= now:
        raise EnvelopeError("E_DIR_STALE")
    require_suite(suite, recipient)
    usable = [
        entry
        for entry in recipient.keys
        if (entry.use, entry.key.alg, entry.status) == ("enc", suite.kem, "active") and entry.nbf <= now < entry.exp
    ]
    if not usable:
        raise EnvelopeError("E_KEY_EXPIRED")
    return recipient.org, max(usable, key=lambda entry: entry.nbf).key


def _require_sound(options: Message, sender: Signer, body_bytes: int) -> None:
    ids = [value for value in (options.thread, options.ref) if value is not None]
    sound = (
        body_bytes <= MAX_BODY_BYTES
        and len(options.attachments) < MAX_PARTS
        and _is_media(options.media_type)
        and matches(MESSAGE_TYPE, options.message_type)
        and all(matches(UUID4, value) for value in ids)
        and matches(ORG, sender.org)
    )
    if not sound:
        raise UsageError


def _is_media(media: str) -> bool:
    return matches(MEDIA, media) and len(media) <= MAX_MEDIA_TYPE_CHARS


def _require_policy(options: Message, orgs: list[str], kids: list[str]) -> None:
    """Return if these organisations may be in one envelope."""
    formed = all(matches(ORG, org) for org in orgs) and all(matches(KID, kid) for kid in kids)
    if not formed or not 1 <= len(kids) <= MAX_RECIPIENTS or len(set(kids)) != len(kids):
        raise UsageError
    if len(set(orgs)) == 1:
        return
    words = set(re.split(r"[^a-z0-9_]", options.message_type.lower().replace("-", "_")))
    if words & OWN_VIEW_ONLY:
        raise EnvelopeError("E_POLICY")
    if not options.shared:
        raise UsageError


def _attachment(source: Source | Attachment, *, names: bool) -> Attachment:
    """Return the attachment with what a path tells of it; a file name only if asked for, and if it may be shown."""
    if not isinstance(source, Attachment):
        name = Path(source).name if isinstance(source, (str, os.PathLike)) else ""
        media = MimeTypes().guess_type(name)[0] or DEFAULT_MEDIA  # its own table, not that of the machine
        source = Attachment(source=source, media=media, name=name if names and matches(PART_NAME, name) else None)
    if not _is_media(source.media) or not (source.name is None or matches(PART_NAME, source.name)):
        raise UsageError
    return source


def _parts(
    sources: Iterable[Attachment], cek: bytes, message_id: str
) -> tuple[tuple[PartEntry, ...], tuple[Blob, ...]]:
    entries, blobs = [], []
    for n, source in enumerate(sources):
        store = new_spool(in_memory=SPOOL_BYTES if n else BODY_SPOOL_BYTES)
        figures = encrypt_part(
            blob_of(source.source).all_blocks(), store.write, keys=part_keys(cek, message_id=message_id, n=n)
        )
        store.seek(0)
        blobs.append(blob_of_seekable(store))
        entries.append(
            PartEntry(
                n=n,
                role="attachment" if n else "body",
                media=source.media,
                name=source.name,
                size=figures.size,
                digest=figures.digest,
                csize=figures.csize,
                csha256=figures.csha256,
            )
        )
    return tuple(entries), tuple(blobs)

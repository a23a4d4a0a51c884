# SPDX-License-Identifier: EUPL-1.2
"""Receipts: what became of a message, signed by who received it and sealed for who sent it.

Rules:
    - a message that was opened gets :func:`receipt`: processed only after everything is durably stored, which the
      caller knows, or refused with a reason of the application;
    - a message that fails after both signatures verified gets :func:`refuse`; one that fails earlier gets no signed
      answer at all, which would tell who probes how far he came;
    - no receipt for a receipt; nothing but the sender's own manifest makes a receipt count.

Source: envelope specification, section 3.6.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypedDict, Unpack
from uuid import UUID, uuid4

from kgbx.clock import require_aware
from kgbx.envelope import jwe, jws
from kgbx.envelope.encoding import UUID4, parse_json
from kgbx.envelope.evidence import Evidence
from kgbx.envelope.manifest import TYP, Addressee, Manifest, digest_of, matches, read_addressees
from kgbx.envelope.opening import judged, refuse_seen, remember, taken_apart, verified
from kgbx.envelope.ownkeys import signer_at
from kgbx.envelope.parts import decrypt_part, discard, part_keys
from kgbx.envelope.proving import require_belongs
from kgbx.envelope.receipts import Receipt, require_after, require_consistent
from kgbx.envelope.seal import DEFAULT_LIFETIME, Sealed, recipient_key
from kgbx.envelope.suites import KGBX_1, suite_named
from kgbx.envelope.unseal import parts_of
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import MAX_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from kgbx.envelope.blobs import Blob, Source
    from kgbx.envelope.opening import SealedSource, Verified
    from kgbx.envelope.ports import KeyDirectory, Keyholder, Opener, OrganisationDocument, ReplayStore, Signer
    from kgbx.envelope.receipts import Status
    from kgbx.envelope.suites import SuiteRow
    from kgbx.envelope.unseal import Opened

RECEIPT_TYPE: Final = "https://kgbx.example/messages/receipt/1.0"
"""Message type of every receipt; what it says stands in the manifest."""

QUARANTINED: Final = frozenset({"E_DIR_STALE", "E_DIR_NOT_YET", "E_DIR_ROLLBACK", "E_DIR_EQUIVOCATION", "E_DUPLICATE"})
"""Codes that are not answered with a refusal: the directory may change, and a duplicate gets the receipt it got."""


class Options(TypedDict, total=False):
    """Keywords that tests and stores give: random bytes and the id of the receipt."""

    random: Callable[[int], bytes]
    ids: Callable[[], UUID]


class Memory(TypedDict, total=False):
    """What is known of receipts that came before; without it nobody sees that one comes twice or contradicts another.

    ``seen`` is a replay store. ``earlier`` gives, for the id of a message and an organisation, the receipts that this
    organisation gave for it.
    """

    seen: ReplayStore | None
    earlier: Callable[[str, str], Iterable[Receipt]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A message that was not taken, with the receipt that says so.

    Attributes:
        code: Why.
        receipt: To send to the sender.
    """

    code: str
    receipt: Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReceipt:
    """A receipt that passed every check and belongs to a message that was sent. The repr shows ids only.

    Attributes:
        receipt: What became of the message.
        sender: URN of the organisation that received the message and gave the receipt.
        manifest: The manifest of the receipt.
        jws: The signed receipt as received.
        sent: The signed manifest of the message.
        documents: The organisation documents by which the receipt was judged.
        statement: The signed directory statement that vouches for the sender of the receipt, None without one.
    """

    receipt: Receipt
    sender: str
    manifest: Manifest = field(repr=False)
    jws: bytes = field(repr=False)
    sent: bytes = field(repr=False)
    documents: tuple[OrganisationDocument, ...] = field(repr=False)
    statement: bytes | None = field(default=None, repr=False)

    def evidence(self, *, custody: Sequence[bytes] = ()) -> Evidence:
        """Return what proves, without content and without the network, that the message was sent and received.

        Args:
            custody: Signed statements of custody of the same message.

        Raises:
            UsageError: U_ARGUMENT, the directory gave a document without its signed form.
        """
        held, given = tuple(custody), (self.jws,)
        return Evidence.of(self.sent, self.documents, receipts=given, custody=held, directory=self.statement)


def receipt(
    opened: Opened,
    *,
    status: Status,
    identity: Signer,
    at: datetime,
    code: str | None = None,
    **options: Unpack[Options],
) -> Sealed:
    """Return the receipt for a message that was opened, sealed for its sender.

    Args:
        opened: The message.
        status: ``processed``, once everything is durably stored; ``taken_up``, once a professional has it; ``refused``,
            with the code of the application: E_SCHEMA or E_POLICY.
        identity: Signs for the receiving organisation, one that the message is addressed to.
        at: Present moment, aware.
        code: Why it was refused.
        **options: ``random`` and ``ids``, as :func:`kgbx.envelope.seal.seal` takes them.

    Raises:
        UsageError: U_ARGUMENT, status and code do not go together, or `identity` is no addressee; U_MOMENT; U_NO_KEYS,
            no pair may sign at `at`.
        EnvelopeError: E_DIR_STALE, E_KEY_EXPIRED, E_SUITE, the sender's document has no key to seal to.
    """
    message, suite = opened.manifest, suite_named(opened.manifest.suite)
    if identity.org not in {addressee.org for addressee in message.to}:
        raise UsageError
    said = Receipt(
        message_id=message.id,
        sender=opened.sender,
        manifest=digest_of(jws.parse(opened.jws, typ=TYP, suites=(suite,)).payload),
        status=status,
        at=int(require_aware(at).timestamp()),
        code=code,
        parts=tuple((part.n, True) for part in message.parts),
    )
    if not _consistent(said):
        raise UsageError
    sender = signer_at(identity, at)
    return _sealed(said, sender=sender, to=opened.documents[0], thread=message.thread, suite=suite, **options)


def refuse(
    sealed: SealedSource,
    *,
    identity: Keyholder,
    directory: KeyDirectory,
    at: datetime,
    seen: ReplayStore | None = None,
    parts: Sequence[Source] = (),
) -> Refused:
    """Return the signed refusal of a message that was not opened, made by checking it once more.

    Args:
        sealed: As :func:`kgbx.envelope.unseal.unseal` takes it, with `parts`.
        identity: Opens and signs for the receiving organisation.
        directory: Knows the senders' keys.
        at: Present moment, aware.
        seen: Replay store; only looked at.
        parts: The encrypted parts in order, when `sealed` is a bare envelope.

    Raises:
        EnvelopeError: the code of the first check that failed, when it may not be answered: before both signatures
            verified, not addressed to this organisation, a receipt, a duplicate, or a directory that may change.
        UsageError: U_ARGUMENT, nothing is wrong with the message; U_MOMENT; U_NO_KEYS, no pair may sign at `at`.
        OSError: the source or the replay store cannot be read.
    """
    second, sender = int(require_aware(at).timestamp()), signer_at(identity, at)
    envelope, blobs = taken_apart(sealed, parts)
    found = verified(envelope, identity=identity, directory=directory)
    code, checked = _failure(found, blobs, org=identity.org, directory=directory, at=at, seen=seen)
    message_id, document = _addressed_id(found, identity.org), _document(directory, found.owner, at)
    if code in QUARANTINED or message_id is None or document is None:
        raise EnvelopeError(code)
    said = Receipt(
        message_id=message_id,
        sender=found.owner,
        manifest=found.digest,
        status="refused",
        at=second,
        code=code,
        parts=checked,
    )
    return Refused(code=code, receipt=_sealed(said, sender=sender, to=document, suite=found.outer.suite))


def open_receipt(
    sealed: SealedSource,
    *,
    identity: Opener,
    directory: KeyDirectory,
    at: datetime,
    sent: Callable[[str], bytes | None],
    **memory: Unpack[Memory],
) -> OpenedReceipt:
    """Return what became of a message, after every check.

    Args:
        sealed: As :func:`kgbx.envelope.unseal.unseal` takes it.
        identity: Opens for the organisation that sent the message.
        directory: Knows the keys of who received it.
        at: Present moment, aware.
        sent: Gives for the id of a message the signed manifest (:attr:`kgbx.envelope.seal.Sealed.jws`) that was kept
            when it was sent, None for one that was never sent.
        **memory: ``earlier`` and ``seen``, of receipts: see :class:`Memory`.

    Raises:
        EnvelopeError: the codes of :func:`kgbx.envelope.unseal.unseal`, E_KIND for a message; E_BINDING, no such
            message was sent, or with another manifest or other parts; E_SENDER_MISMATCH, the message was not sent to
            who gives the receipt; E_TIME, it was given before the message or after the receipt was made; E_ID_REUSE,
            it contradicts an earlier one; E_DUPLICATE, it says what an earlier one said.
        UsageError: U_MOMENT, `at` has no offset.
        OSError: the source or the replay store cannot be read or written.
    """
    require_aware(at)
    envelope, blobs = taken_apart(sealed)
    found = verified(envelope, identity=identity, directory=directory)
    judgement = judged(found, kind="receipt", org=identity.org, directory=directory, at=at)
    manifest, said = judgement.manifest, judgement.manifest.receipt
    if said is None or said.sender != identity.org or blobs:
        raise EnvelopeError("E_BINDING")
    kept = sent(said.message_id)
    if kept is None:
        raise EnvelopeError("E_BINDING")
    require_belongs(manifest, kept)
    earlier, seen = memory.get("earlier"), memory.get("seen")
    if earlier is not None:
        require_after(earlier(said.message_id, found.owner), said)
    if seen is not None:
        refuse_seen(seen, manifest, digest=found.digest)
        remember(seen, manifest, digest=found.digest)
    return OpenedReceipt(
        receipt=said,
        sender=found.owner,
        manifest=manifest,
        jws=found.jws,
        sent=kept,
        documents=judgement.documents,
        statement=judgement.statement,
    )


def _consistent(said: Receipt) -> bool:
    try:
        require_consistent(said)
    except EnvelopeError:
        return False
    return True


def _sealed(
    said: Receipt,
    *,
    sender: Signer,
    to: OrganisationDocument,
    suite: SuiteRow = KGBX_1,
    thread: str | None = None,
    **options: Unpack[Options],
) -> Sealed:
    random, ids = options.get("random", os.urandom), options.get("ids", uuid4)
    org, key = recipient_key(to, said.at, suite=suite)
    cek = random(jwe.CEK_BYTES)
    manifest = Manifest(
        suite=suite.id,
        kind="receipt",
        id=str(ids()),
        kc=jwe.commitment(cek),
        iat=said.at,
        exp=said.at + int(DEFAULT_LIFETIME.total_seconds()),
        sender=sender.org,
        signing_kids=sender.signing_kids,
        to=(Addressee(org=org, kid=key.kid),),
        type=RECEIPT_TYPE,
        parts=(),
        thread=thread,
        ref=said.message_id,
        receipt=said,
    )
    signed = jws.sign(manifest.encode(), typ=TYP, signers=[sender], suite=suite)
    envelope = jwe.encrypt(signed, cek=cek, recipients=[key], anonymous=False, random=random, suite=suite)
    return Sealed(id=manifest.id, envelope=envelope, parts=(), jws=signed)


def _failure(
    found: Verified,
    blobs: tuple[Blob, ...],
    *,
    org: str,
    directory: KeyDirectory,
    at: datetime,
    seen: ReplayStore | None,
) -> tuple[str, tuple[tuple[int, bool], ...]]:
    """Return the code of the first of steps 9 to 14 that fails, and which parts are right, if it came to that."""
    checked: tuple[tuple[int, bool], ...] = ()
    try:
        manifest = judged(found, kind="message", org=org, directory=directory, at=at).manifest
        if seen is not None:
            refuse_seen(seen, manifest, digest=found.digest)
        parts_of(manifest, blobs, cek=found.cek)
        codes = [_part_failure(found, manifest, n, blob) for n, blob in enumerate(blobs)]
    except EnvelopeError as error:
        return error.code, checked
    failed = [code for code in codes if code is not None]
    if not failed:
        raise UsageError
    return failed[0], tuple((n, code is None) for n, code in enumerate(codes))


def _part_failure(found: Verified, manifest: Manifest, n: int, blob: Blob) -> str | None:
    entry, keys = manifest.parts[n], part_keys(found.cek, message_id=manifest.id, n=n)
    if n == 0 and entry.size > MAX_BODY_BYTES:
        return "E_PART_SIZE"
    try:
        decrypt_part(blob, discard, entry=entry, keys=keys)
    except EnvelopeError as error:
        return error.code
    return None


def _addressed_id(found: Verified, me: str) -> str | None:
    """Return the id of what was signed if it is a message to this organisation that can be named, else None."""
    try:
        members = parse_json(found.payload)
        to = read_addressees(members.get("to")) if isinstance(members, dict) else ()
    except (EnvelopeError, KeyError):
        return None
    if not isinstance(members, dict) or members.get("kind") != "message" or not matches(UUID4, members.get("id")):
        return None
    return str(members["id"]) if me in {addressee.org for addressee in to} else None


def _document(directory: KeyDirectory, org: str, at: datetime) -> OrganisationDocument | None:
    try:
        return directory.document(org, at)
    except DirectoryError:
        return None

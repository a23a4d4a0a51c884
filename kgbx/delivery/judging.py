# SPDX-License-Identifier: EUPL-1.2
"""What is behind an envelope of which custody was taken, and what is said about it to its sender.

Rules:
    - who submitted a message must have signed it, and its id must be the one under which it was offered;
    - a failure before both signatures verified, or of what is not for us, is answered with one signed form that says
      nothing of the check; a later one with a signed refusal that names its code; what a newer directory may mend is
      not answered yet;
    - a receipt counts for the very manifest that was sent, and from whom it was sent to.

Decrypted content lives in memory only, as long as it is handed over. Source: envelope specification, 3.6 and 3.8;
delivery design, "Receipts".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

from kgbx.delivery.arrival import LATER, Unacceptable, Unjudged, Unopenable
from kgbx.delivery.keyless import NO_KEYS
from kgbx.delivery.node import moment
from kgbx.envelope import bundle, jws
from kgbx.envelope.blobs import blob_of_seekable, new_spool
from kgbx.envelope.custody import NoCustody, no_custody, sign_statement, verify_statement
from kgbx.envelope.manifest import TYP, read_manifest
from kgbx.envelope.ownkeys import signer_at
from kgbx.envelope.receipting import Options, open_receipt, receipt, refuse
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Incoming, Outgoing
    from kgbx.delivery.store import Parts
    from kgbx.envelope.blobs import Blob
    from kgbx.envelope.receipts import Receipt as Said
    from kgbx.envelope.receipts import Status
    from kgbx.envelope.unseal import Opened

CANCELLATION: Final = "https://kgbx.example/messages/cancellation/1.0-draft"
"""Message type of the word that a message is of no use any more."""

NOTHING: Final = b"{}"
"""Body of a cancellation."""

Outcome = Literal["processed", "refused", "taken_up", "undeliverable"]
NotOpened: TypeAlias = "Unopenable | Unacceptable | Unjudged"
NOT_OPENED: Final = (Unopenable, Unacceptable, Unjudged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a partner signed about one of our messages.

    Attributes:
        outcome: What became of it.
        code: Why it was refused, else None.
        proof: The signed receipt or statement, without its envelope: what evidence needs.
    """

    outcome: Outcome
    code: str | None = None
    proof: bytes = field(repr=False)


class Judge(Protocol):
    """Who opens envelopes and signs what is said about them."""

    def may_sign(self) -> bool:
        """Tell whether anything can be signed now."""
        ...

    def opened(self, row: Incoming, envelope: bytes, *, parts: Sequence[Blob]) -> Opened | NotOpened:
        """Return the message, or why there is none."""
        ...

    def said(self, opened: Opened, status: Status, *, code: str | None = None) -> bytes:
        """Return the sealed receipt for a message that was opened."""
        ...

    def refused(self, envelope: bytes, parts: Sequence[Blob]) -> bytes | None:
        """Return the sealed refusal of a message that was not opened, None if it may not be answered so."""
        ...

    def undeliverable(self, row: Incoming, envelope: bytes) -> bytes:
        """Return the signed statement that it does not open."""
        ...

    def answer(self, row: Incoming, envelope: bytes, *, sent: Outgoing, kept: Kept) -> Answer:
        """Return what a receipt that came in says of a message that was sent."""
        ...

    def cancelled(self, row: Incoming, envelope: bytes) -> str | None:
        """Return None if a cancellation that came in is its sender's word about its own message, else why not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a message that was sent.

    Attributes:
        manifest: The signed manifest, None if it was not kept.
        proofs: Signed receipts that came before, without their envelopes.
    """

    manifest: bytes | None = field(repr=False)
    proofs: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeJudge:
    """Opens and signs with the keys of a node, at its clock."""

    node: Node

    def may_sign(self) -> bool:
        """Tell whether a pair of the own keys may sign now."""
        try:
            signer_at(self.node.identity, moment(self.node.now()))
        except UsageError as error:
            if error.code != NO_KEYS:
                raise
            return False
        return True

    def opened(self, row: Incoming, envelope: bytes, *, parts: Sequence[Blob]) -> Opened | NotOpened:
        """Return the message, or why there is none. Whether it came before the rows of the store know."""
        node, at = self.node, moment(self.node.now())
        try:
            found = unseal(envelope, identity=node.identity, directory=node.directory, at=at, seen=None, parts=parts)
        except EnvelopeError as error:
            return failure(error)
        except DirectoryError as error:
            return Unjudged(code=error.code)
        if found.sender != row.peer:
            return Unopenable(code="E_SENDER_MISMATCH")
        return found if found.manifest.id == row.id else Unopenable(code="E_BINDING")

    def said(self, opened: Opened, status: Status, *, code: str | None = None) -> bytes:
        """Return the sealed receipt for a message that was opened."""
        node = self.node
        keywords = Options(ids=node.ids)
        at = moment(node.now())
        return receipt(opened, status=status, identity=node.identity, at=at, code=code, **keywords).envelope

    def refused(self, envelope: bytes, parts: Sequence[Blob]) -> bytes | None:
        """Return the sealed refusal of a message that was not opened, None if it may not be answered so."""
        node, at = self.node, moment(self.node.now())
        try:
            made = refuse(envelope, identity=node.identity, directory=node.directory, at=at, parts=parts)
        except (EnvelopeError, DirectoryError):
            return None
        return made.receipt.envelope

    def undeliverable(self, row: Incoming, envelope: bytes) -> bytes:
        """Return the signed statement that it does not open."""
        at, me = int(moment(self.node.now()).timestamp()), self.node.org
        said = no_custody(envelope, message_id=row.id, by=me, at=at, reason="undeliverable")
        return sign_statement(said, self.node.identity)

    def answer(self, row: Incoming, envelope: bytes, *, sent: Outgoing, kept: Kept) -> Answer:
        """Return what a receipt that came in says of a message that was sent.

        Raises:
            EnvelopeError: it says nothing that counts; E_ID_REUSE, it contradicts an earlier one; E_DUPLICATE.
            DirectoryError: nobody can say yet.
        """
        return self._no(row, envelope, sent) if row.level == 1 else self._receipt(row, envelope, sent, kept)

    def _no(self, row: Incoming, statement: bytes, sent: Outgoing) -> Answer:
        at = moment(self.node.now())
        found = verify_statement(statement, directory=self.node.directory, at=at)
        about = (found.by, found.message_id, found.envelope) == (row.peer, sent.id, sent.envelope)
        if not (about and isinstance(found, NoCustody) and found.reason == "undeliverable"):
            raise EnvelopeError("E_BINDING")
        return Answer(outcome="undeliverable", proof=statement)

    def _receipt(self, row: Incoming, envelope: bytes, sent: Outgoing, kept: Kept) -> Answer:
        node = self.node
        found = open_receipt(
            envelope,
            identity=node.identity,
            directory=node.directory,
            at=moment(node.now()),
            sent=lambda message_id: kept.manifest if message_id == sent.id else None,
            earlier=lambda _message, _org: tuple(_said_in(kept.proofs)),
        )
        if found.sender != row.peer:
            raise EnvelopeError("E_BINDING")
        return Answer(outcome=found.receipt.status, code=found.receipt.code, proof=found.jws)

    def cancelled(self, row: Incoming, envelope: bytes) -> str | None:
        """Return None if a cancellation that came in is its sender's word about its own message, else why not."""
        node, at = self.node, moment(self.node.now())
        try:
            found = unseal(envelope, identity=node.identity, directory=node.directory, at=at, seen=None)
        except (EnvelopeError, DirectoryError) as error:
            return error.code
        said = (found.sender, found.manifest.type, found.manifest.ref)
        return None if said == (row.peer, CANCELLATION, row.ref) else "E_BINDING"


def cancellation(node: Node, row: Outgoing) -> bytes:
    """Return what tells a partner, sealed and signed, that a message of which it has custody is of no use any more.

    It is a bundle: an envelope with one part that says nothing; what it cancels stands in its manifest.

    Args:
        node: Who sent the message.
        row: The message.

    Raises:
        DirectoryError: the keys of the partner are not known now.
        EnvelopeError: as :func:`kgbx.envelope.seal.seal`.
    """
    at = moment(node.now())
    to = node.directory.document(row.peer, at)
    if to is None:
        raise DirectoryError("E_DIR_UNKNOWN_ORG")
    sealed = seal(
        NOTHING,
        media_type="application/json",
        message_type=CANCELLATION,
        sender=signer_at(node.identity, at),
        to=to,
        at=at,
        ref=row.id,
        ids=node.ids,
    )
    return b"".join(bundle.blocks(sealed.envelope, sealed.parts))


def failure(error: EnvelopeError) -> NotOpened:
    """Return what an error of opening means for a message of which custody was taken."""
    if error.code in LATER:
        return Unjudged(code=error.code)
    early = error.after_decryption_began or error.family in {"malformed", "suite", "undeliverable"}
    return Unopenable(code=error.code) if early else Unacceptable(code=error.code)


def _said_in(proofs: Iterable[bytes]) -> Iterator[Said]:
    for proof in proofs:
        manifest = read_manifest(jws.parse(proof, typ=TYP, suites=jws.EVERY).payload)
        if manifest.receipt is not None:
            yield manifest.receipt


def fetched(parts: Parts, *, owner: str, sha256: bytes) -> Blob:
    """Return a copy of an encrypted part, in memory, above 1 MiB in an unnamed file.

    Whoever reads it in the middle of a transaction needs nothing more of the store.

    Raises:
        DeliveryError: X_UNKNOWN, it is not here or not complete; X_DISK, there is no room for the copy.
    """
    copy, full = new_spool(), False
    try:
        for block in parts.read(owner, sha256):
            copy.write(block)
        copy.seek(0)
    except OSError:
        full = True
    if full:
        raise DeliveryError("X_DISK", retryable=True)
    return blob_of_seekable(copy)

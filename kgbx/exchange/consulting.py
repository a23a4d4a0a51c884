# SPDX-License-Identifier: EUPL-1.2
"""An anonymous consult on its way: sealed without a thread or a reference, in a lane of its own, and opened again.

Rules:
    - a question is made from a case and searched for traces of the family before it is sealed; nothing is decided about
      consent, for nothing in it is about anybody who can be known;
    - the message has one part of one size; a fresh pseudonym names its lane, so that no carrier sees two consults of
      one family together;
    - on receipt a thread, a reference, a second part or another type is refused: the sender did not mean it to be
      anonymous;
    - a consult leaves every case as it is: nobody becomes responsible, no fixed contact changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import DocumentError, EnvelopeError
from kgbx.exchange.later import WrittenLater
from kgbx.story.anonymous import AnonymousAnswer, AnonymousQuestion
from kgbx.story.bodies import MESSAGE_MEDIA

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import KeyDirectory, OrganisationDocument, ReplayStore
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import Opened, SealedSource

Consult = AnonymousQuestion | AnonymousAnswer

CONSULTS: Final[dict[str, type[Consult]]] = {one.uri(): one for one in (AnonymousQuestion, AnonymousAnswer)}
"""Documents of an anonymous consult by message type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedConsult:
    """A consult that is ready to go.

    Attributes:
        sealed: The message.
        lane: Pseudonym of the lane in which it is delivered, UUID version 4: never used again.
    """

    sealed: Sealed
    lane: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedConsult:
    """A consult that arrived.

    Attributes:
        opened: The envelope's side of it; its sender is who asks or answers.
        document: The question or the answer.
    """

    opened: Opened = field(repr=False)
    document: Consult


def seal_consult(
    document: Consult,
    *,
    sender: Identity,
    to: OrganisationDocument,
    at: datetime,
    ids: Callable[[], UUID] = uuid4,
) -> SealedConsult:
    """Return the message for one recipient.

    Args:
        document: As :func:`kgbx.story.anonymous.anonymous_consult` or ``anonymous_answer`` made it.
        sender: The own keys.
        to: The recipient's organisation document.
        at: Present moment, aware.
        ids: Gives UUIDs version 4 for the message and the lane.

    Raises:
        UsageError: U_NO_KEYS, and those of :func:`kgbx.envelope.seal.seal`.
        EnvelopeError: as :func:`kgbx.envelope.seal.seal`.
    """
    signer = sender.at(at)
    sealed = seal(
        document.to_json(),
        media_type=MESSAGE_MEDIA,
        message_type=document.uri(),
        sender=signer,
        to=to,
        suite=signer.suite,
        at=at,
        ids=ids,
    )
    return SealedConsult(sealed=sealed, lane=str(ids()))


def open_consult(
    sealed: SealedSource,
    *,
    identity: Identity,
    directory: KeyDirectory,
    at: datetime,
    seen: ReplayStore | None,
    accept_synthetic: bool = False,
) -> OpenedConsult:
    """Return a question or an answer that arrived.

    Args:
        sealed: As for :func:`kgbx.envelope.unseal.unseal`.
        identity: The own keys.
        directory: Knows everybody's keys.
        at: Present moment, aware.
        seen: Replay store; written last.
        accept_synthetic: False in production: what is made up is refused. True in a test: what is real is.

    Raises:
        EnvelopeError: the code of the first check that failed; E_SCHEMA, not a valid question or answer; E_POLICY,
            another type of message, a thread, a reference, an attachment, or made-up where real is expected or the
            other way round.
    """
    later = None if seen is None else WrittenLater(seen)
    opened = unseal(sealed, identity=identity, directory=directory, at=at, seen=later)
    manifest = opened.manifest
    model = CONSULTS.get(manifest.type)
    tied = manifest.thread is not None or manifest.ref is not None or len(manifest.parts) > 1
    if model is None or tied or manifest.parts[0].media != MESSAGE_MEDIA:
        raise EnvelopeError("E_POLICY")
    document = _document(model, opened.body)
    if bool(document.synthetic) != accept_synthetic:
        raise EnvelopeError("E_POLICY")
    if later is not None:
        later.write_now()
    return OpenedConsult(opened=opened, document=document)


def _document(model: type[Consult], body: bytes) -> Consult:
    try:
        return model.read(body)
    except DocumentError:
        pass
    raise EnvelopeError("E_SCHEMA")

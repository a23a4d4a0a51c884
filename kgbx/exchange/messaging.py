# SPDX-License-Identifier: EUPL-1.2
"""Typed messages between organisations: seal a body, and take in whatever arrives by its type.

Rules:
    - a body names its sender and recipient: the signature must be that sender's, this organisation that recipient, or
      nothing is looked at; made-up and real never meet;
    - an own body travels alone, without attachments; a case may have a cover and documents beside it;
    - what arrives is taken whole or not at all: after an error the state is what it was, and the same message may come
      again; the replay store is written last;
    - what a type does is a pure function of the body and of what is here: a table, ``EFFECTS``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypedDict, Unpack
from uuid import uuid4

from kgbx.clock import format_instant
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import DocumentError, EnvelopeError, UsageError
from kgbx.exchange.later import WrittenLater
from kgbx.exchange.messaging_effects import EFFECTS, Outcome
from kgbx.exchange.messaging_trust import require_own_correction
from kgbx.exchange.messaging_words import require_no_place, words_of
from kgbx.exchange.passing import take_case
from kgbx.messages import Text
from kgbx.story.bodies import TYPE_OF_URI, HandoverBody

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from kgbx.case import FamilyCase
    from kgbx.envelope.ports import OrganisationDocument, ReplayStore
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import Opened, SealedSource
    from kgbx.exchange.messaging_effects import Here, State
    from kgbx.exchange.passing import Own, Received
    from kgbx.story.bodies import Body, MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message that was taken in.

    Attributes:
        opened: The envelope's side of it.
        type: Which type of message it is.
        body: Its body; None for a case.
        outcome: What is here now, and what there is to answer.
        received: What a case brought; None for another type.
    """

    opened: Opened
    type: MessageType
    body: Body | None = field(default=None, repr=False)
    outcome: Outcome
    received: Received | None = field(default=None, repr=False)


class Answering(TypedDict, total=False):
    """The keywords of :func:`compose_message` that may be left out.

    Attributes:
        case: The own case; needed for a body that holds words, which are searched for places.
        answers: The message that it answers; the answer names it and goes on in its thread.
        ids: Gives UUIDs version 4.
    """

    case: FamilyCase
    answers: Opened | None
    ids: Callable[[], UUID]


_WORDS: Final = Text(
    "In dit bericht staan woorden. Geef het eigen dossier erbij, zodat daarin naar verblijfplaatsen wordt gezocht.",
    "This message holds words. Give the own case with it, so that they are searched for places.",
)


def compose_message(
    body: Body,
    *,
    own: Own,
    to: OrganisationDocument,
    at: datetime,
    **how: Unpack[Answering],
) -> Sealed:
    """Return a body sealed for the one organisation that it is for.

    Args:
        body: What is said.
        own: The sender.
        to: The recipient's organisation document.
        at: Present moment, aware.
        how: As :class:`Answering` explains.

    Raises:
        UsageError: U_ARGUMENT, the body names another sender or recipient, is made up where real is expected or the
            other way round, answers nothing though its type does, or holds words and no case is given; and those of
            :func:`kgbx.envelope.seal.seal`.
        DocumentError: D_PLACE, words in it give away where somebody is of whom the recipient may not learn it.
        EnvelopeError: as :func:`kgbx.envelope.seal.seal`.
    """
    row, answers, case = TYPE_OF_URI[body.uri()], how.get("answers"), how.get("case")
    made_up = bool(body.synthetic) is own.accept_synthetic
    if (body.sender, body.recipient) != (own.org, to.org) or not made_up or (row.ref and answers is None):
        raise UsageError
    if case is not None:
        require_no_place(body, case, basis=own.basis, at=at)
    elif any(words_of(body)):
        raise UsageError(text=_WORDS)
    sender = own.identity.at(at)
    return seal(
        body.to_json(),
        media_type=row.media,
        message_type=row.uri,
        sender=sender,
        to=to,
        suite=sender.suite,
        at=at,
        ids=how.get("ids", uuid4),
        thread=_thread(body, answers),
        ref=None if answers is None else answers.manifest.id,
    )


def _thread(body: Body, answers: Opened | None) -> str | None:
    if isinstance(body, HandoverBody):
        return body.handover
    return None if answers is None else answers.manifest.thread or answers.manifest.id


def receive_message(
    sealed: SealedSource, *, own: Own, state: State, here: Here, at: datetime, seen: ReplayStore | None
) -> Arrived:
    """Return what a message of any type brought, and what is here after it.

    Args:
        sealed: As for :func:`kgbx.envelope.unseal.unseal`.
        own: The recipient.
        state: The own case and the handovers that are known.
        here: What this organisation decides with when something arrives.
        at: Present moment, aware.
        seen: Replay store; written last, when everything else went well.

    Raises:
        EnvelopeError: the code of the first check that failed; E_SCHEMA, the body is not what its type asks for;
            E_POLICY, an unknown type, another media type, an attachment where none belongs, another sender or recipient
            than the body names, no message that it answers, or made-up where real is expected or the other way round.
        DocumentError: what the body says cannot be: the codes of its type.
        IntegrityError: D_ALTERED, D_SYNTHETIC, as :func:`kgbx.exchange.passing.receive`.
        UsageError: U_POLICY, U_MOMENT.
    """
    later = None if seen is None else WrittenLater(seen)
    opened = unseal(sealed, identity=own.identity, directory=own.directory, at=at, seen=later)
    row = TYPE_OF_URI.get(opened.manifest.type)
    if row is None or opened.manifest.parts[0].media != row.media or (row.ref and opened.manifest.ref is None):
        raise EnvelopeError("E_POLICY")
    take = _a_case if row.model is None else _a_body
    arrived = take(opened, row, own, state, here, at=at)
    if later is not None:
        later.write_now()
    return arrived


def _a_case(opened: Opened, row: MessageType, own: Own, state: State, here: Here, *, at: datetime) -> Arrived:
    received = take_case(opened, case=state.case, own=own, purpose=here.purpose, at=at)
    if row.name == "correction":
        require_own_correction(received.view, sender=opened.sender)
    outcome = Outcome(state=state.having(received.case), apart=received.quarantined)
    return Arrived(opened=opened, type=row, outcome=outcome, received=received)


def _a_body(opened: Opened, row: MessageType, own: Own, state: State, here: Here, *, at: datetime) -> Arrived:
    body = body_of(opened, row)
    if (body.sender, body.recipient) != (opened.sender, own.org) or opened.parts[1:]:
        raise EnvelopeError("E_POLICY")
    if bool(body.synthetic) is not own.accept_synthetic or (
        len(state.case) and state.case.synthetic is not own.accept_synthetic
    ):
        raise EnvelopeError("E_POLICY")
    outcome = EFFECTS[type(body)](body, state, now=here.on(format_instant(at), own))
    return Arrived(opened=opened, type=row, body=body, outcome=outcome)


def body_of(opened: Opened, row: MessageType) -> Body:
    """Return the body of an opened message of a type that has one of its own.

    Raises:
        EnvelopeError: E_SCHEMA.
        UsageError: U_ARGUMENT, the body of this type is a case.
    """
    if row.model is None:
        raise UsageError
    try:
        return row.model.read(opened.body)
    except DocumentError:
        pass
    raise EnvelopeError("E_SCHEMA")

# SPDX-License-Identifier: EUPL-1.2
"""Putting a sealed message in the outbox: its encrypted parts first, then all the rest in one transaction.

Rules:
    - parts are kept before the transaction, under their digest: twice is once, and parts without a message are swept;
    - the signed manifest is kept beside the message: receipts are judged by it, and evidence needs it;
    - a lane is a pseudonym for what the messages are about and whom they go to: a keyed digest with a secret of this
      store, so that two partners cannot compare theirs, and nobody can guess what it stands for.

Source: delivery design, "What is frozen", "Retry, breaker, alarms, order".
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.judging import cancellation
from kgbx.delivery.road import endpoint_of
from kgbx.envelope import jws
from kgbx.envelope.custody import parts_of_manifest
from kgbx.envelope.encoding import b64
from kgbx.envelope.manifest import TYP, digest_of
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError
from kgbx.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from kgbx.delivery.applying import Cancelling
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing, Road, Urgency
    from kgbx.delivery.store import Parts, Transaction
    from kgbx.envelope.blobs import Blob
    from kgbx.envelope.seal import Sealed

OWN: Final = "out"
"""Owner of our own parts."""

MANIFEST: Final = "manifest"
"""Annotation of a message that was sent: its signed manifest."""

LANE_KEY: Final = "lane-key"
"""Setting of the store: what the pseudonyms of lanes are made with."""

_SECRET_BYTES: Final = 32
_LANE_BYTES: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A sealed message, and how it is to go.

    Attributes:
        sealed: The message.
        peer: URN of the partner: the one addressee.
        lane: Pseudonym, from :func:`lane_of`; None for what has no order.
        number: Place in the lane, only of what takes the place of another message.
        urgency: How soon a person must know that it is stuck.
        road: ``push``, or ``mailbox`` for a partner without an endpoint.
        ref: Id of the message whose place it takes.
        notes: What is kept beside it: name and bytes.
    """

    sealed: Sealed
    peer: str
    lane: str | None = None
    number: int | None = None
    urgency: Urgency = "normal"
    road: Road = "push"
    ref: str | None = None
    notes: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def keep_parts(parts: Parts, sealed: Sealed) -> None:
    """Keep the encrypted parts of a message, outside any transaction; those that are there already are left alone.

    Raises:
        DeliveryError: X_DISK, X_DIGEST.
        OSError: a part cannot be read.
    """
    for digest, blob in zip(parts_of_manifest(sealed.jws), sealed.parts, strict=True):
        if not parts.has(OWN, digest):
            _keep(parts, digest, blob)


def _keep(parts: Parts, digest: bytes, blob: Blob) -> None:
    offset, size = parts.offset(OWN, digest)
    if size is not None and size != blob.size:
        raise DeliveryError("X_DIGEST")
    while data := b"".join(blob.window(offset, min(MIB, blob.size - offset)).blocks()):  # each costs a sync of the disk
        offset = parts.append(OWN, digest, offset=offset, size=blob.size, data=data)


def post(tx: Transaction, letter: Letter, *, now: int) -> Outgoing:
    """Put a message in the outbox in the caller's transaction, and return its row; its parts are kept already.

    Args:
        tx: The transaction of the caller.
        letter: The message.
        now: Present moment, Unix milliseconds.

    Raises:
        DeliveryError: X_ID_USED, it stands there already.
    """
    sealed = letter.sealed
    payload = jws.parse(sealed.jws, typ=TYP, suites=jws.EVERY).payload
    draft = Draft(
        id=sealed.id,
        peer=letter.peer,
        envelope=sealed.envelope,
        parts=parts_of_manifest(sealed.jws),
        manifest=digest_of(payload),
        lane=letter.lane,
        number=letter.number,
        urgency=letter.urgency,
        road=letter.road,
        ref=letter.ref,
    )
    return enqueue(tx, draft, now=now, annotations={**letter.notes, MANIFEST: sealed.jws})


def road_to(node: Node, *, endpoints: Collection[str] = ()) -> Callable[[str], Road]:
    """Return what tells how something reaches a partner: brought, or fetched here by one without an endpoint.

    Args:
        node: Whose directory tells.
        endpoints: URNs of partners that have an endpoint whatever their documents say.

    What is returned raises DirectoryError while the directory cannot be relied on: a road that was guessed would stay.
    """

    def road(org: str) -> Road:
        known = org in endpoints or endpoint_of(node.directory, org, now=node.now()) is not None
        return "push" if known else "mailbox"

    return road


def cancelling(node: Node) -> Cancelling:
    """Return what enqueues the signed word that a message is of no use any more; see :class:`Hooks` of sending.

    Where the partner's keys are not known a person was alerted already, and nothing is enqueued.
    """

    def enqueued(tx: Transaction, row: Outgoing) -> None:
        try:
            data = cancellation(node, row)
        except (DirectoryError, EnvelopeError):
            return
        draft = Draft(id=str(node.ids()), kind="cancellation", peer=row.peer, envelope=data, road=row.road, ref=row.id)
        enqueue(tx, draft, now=node.now())

    return enqueued


def lane_of(tx: Transaction, *, peer: str, about: str, random: Callable[[int], bytes]) -> str:
    """Return the pseudonym under which messages about something go to a partner, always the same one.

    Args:
        tx: For the secret, which is made the first time.
        peer: URN of the partner.
        about: Id of the case, or what else messages in order are about.
        random: Gives n random bytes.
    """
    secret = tx.setting(LANE_KEY)
    if secret is None:
        secret = random(_SECRET_BYTES).hex()
        tx.set(LANE_KEY, secret)
    digest = hmac.new(bytes.fromhex(secret), f"{peer}\n{about}".encode(), sha256).digest()
    return b64(digest[:_LANE_BYTES])

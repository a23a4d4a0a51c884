# SPDX-License-Identifier: EUPL-1.2
"""Taking custody at the edge: outer checks, dedupe, signed custody, all in one transaction; nothing is decrypted.

Rules:
    - custody is signed and stored in the transaction that stores the message, with the head of the audit chain inside;
    - the same bytes again get the byte-identical statement; other bytes under the same id are refused and told to a
      person; the first stay;
    - no custody before every part is here and right, nor when the disk is nearly full;
    - an envelope without any key of ours gets a signed no, and nothing of it is kept;
    - what is older than the window in which doubles are recognised is refused, never handled again.
Must not decrypt, and must not look inside an envelope further than its key ids.

Source: delivery design, "HTTP API", "Receipts"; envelope specification, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from kgbx.delivery.applying import Applier
from kgbx.delivery.node import epoch_of
from kgbx.delivery.records import Alert, Incoming, Receipt, answer_id
from kgbx.delivery.states import DAY, DEDUPE_DAYS
from kgbx.envelope import bundle, jwe
from kgbx.envelope.blobs import blob_of_bytes
from kgbx.envelope.custody import Custody, no_custody, read_statement, sign_statement
from kgbx.errors import DeliveryError
from kgbx.limits import MIN_FREE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Urgency
    from kgbx.delivery.store import Parts, Transaction

T = TypeVar("T")

ACTOR: Final = "kgbx"
CUSTODY: Final = 1
"""Level of a custody statement."""

_SECOND: Final = 1_000
_ALERTS_LOOKED_AT: Final = 100
"""An alarm that is among so many that nobody has seen is not raised again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A message that a partner offers.

    Attributes:
        peer: URN of the partner, as the road identified it.
        id: Message id, UUID version 4.
        envelope: The envelope as it came.
        parts: SHA-256 of each encrypted part, in order.
        lane: Pseudonym of the case, None without order.
        number: Place in the lane, None without one.
        urgency: As the sender says.
        along: Parts that came along, by their SHA-256.
    """

    peer: str
    id: str
    envelope: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(default=(), repr=False)
    along: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    lane: str | None = None
    number: int | None = None
    urgency: Urgency = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of an offer.

    Attributes:
        outcome: ``custody``: taken now; ``again``: taken before, the same statement; ``missing``: parts first;
            ``unknown-key``: no key of ours stands on it; ``refused``: `problem` says why.
        statement: The signed statement of ``custody``, ``again`` and ``unknown-key``.
        missing: SHA-256 of the parts that are not here, in order, each once.
        problem: X_ID_REUSED, other bytes stand under this id; X_TOO_OLD; X_DISK, too little room.
    """

    outcome: Literal["custody", "again", "missing", "unknown-key", "refused"]
    statement: bytes = field(default=b"", repr=False)
    missing: tuple[bytes, ...] = field(default=(), repr=False)
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A receipt, a signed no, or a cancellation that a partner brings.

    Attributes:
        peer: URN of the partner, as the road identified it.
        kind: ``receipt`` or ``cancellation``.
        message_id: Id of the message it is about.
        level: Of a receipt, 1 for a signed no; 0 for a cancellation.
        data: The bytes as they came: level 1 a signed statement, a cancellation a bundle, else an envelope.
    """

    peer: str
    kind: Literal["receipt", "cancellation"]
    message_id: str
    level: int
    data: bytes = field(repr=False)


def take(node: Node, offer: Offer) -> Answer:
    """Take custody of a message, or say why not.

    Raises:
        EnvelopeError: the envelope has not the form of one (steps 1 to 4 of opening).
        DeliveryError: X_STORE; X_DISK, there is no room for a part that came along.
    """
    wanted = looked_at(node, offer)
    answer = _once_more(lambda tx: settled_within(tx, node, wanted=wanted), node)
    return answered(node, wanted, answer=answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An offer of which was looked at what needs no transaction.

    Attributes:
        offer: The offer.
        ours: Whether a key of ours may open it.
        missing: Parts that are not here; None where the store finds that out within the transaction.
    """

    offer: Offer
    ours: bool
    missing: tuple[bytes, ...] | None


def looked_at(node: Node, offer: Offer) -> Wanted:
    """Return an offer with what needs no transaction; parts that came along are kept, where they have one of their own.

    Raises:
        EnvelopeError: the envelope has not the form of one.
        DeliveryError: X_STORE, X_DISK.
    """
    ours = may_be_ours(offer.envelope, node)
    if _parts_join(node):
        return Wanted(offer=offer, ours=ours, missing=None)
    if ours:
        _keep_along(node, offer)
    return Wanted(offer=offer, ours=ours, missing=missing_parts(node, offer))


def settled_within(tx: Transaction, node: Node, *, wanted: Wanted) -> Answer | None:
    """Take custody in a transaction of the caller; None of what is not for us. It counts once that is committed.

    Raises:
        DeliveryError: X_ID_USED, another worker took it meanwhile: begin again; X_STORE, X_DISK.
    """
    offer, missing = wanted.offer, wanted.missing
    known = take_within(tx, node, offer=offer, ready=False)
    if known is not None or not wanted.ours:
        return known
    if missing is None:
        _keep_along(node, offer)
        missing = missing_parts(node, offer)
    return Answer(outcome="missing", missing=missing) if missing else take_within(tx, node, offer=offer, ready=True)


def answered(node: Node, wanted: Wanted, *, answer: Answer | None) -> Answer:
    """Return what is answered after the transaction: what is not for us gets a signed no."""
    return answer or Answer(outcome="unknown-key", statement=_signed_no(node, wanted.offer))


def _parts_join(node: Node) -> bool:
    """Tell whether what is done with parts in the thread of a transaction is a piece of it, as in a SQLite file."""
    return getattr(node.store.parts, "joins", False) is True


def _keep_along(node: Node, offer: Offer) -> None:
    parts = node.store.parts
    for sha in dict.fromkeys(offer.parts):
        data = offer.along.get(sha)
        if data is None or parts.has(offer.peer, sha):
            continue
        _keep_whole(parts, offer.peer, sha, data)


def _keep_whole(parts: Parts, peer: str, sha: bytes, data: bytes) -> None:
    """Keep a part that is all here, in the place of one that is not; one completed this moment may be in custody."""
    try:
        parts.append(peer, sha, offset=0, size=len(data), data=data)
    except DeliveryError as error:
        if error.code != "X_OFFSET":
            raise
        parts.drop(peer, sha, complete=False)
        if not parts.has(peer, sha):
            parts.append(peer, sha, offset=0, size=len(data), data=data)


def take_said(node: Node, said: Said) -> bool:
    """Keep a receipt or cancellation until it is opened, and tell whether it is new.

    Raises:
        EnvelopeError: the bytes have not the form that belongs to the level.
        DeliveryError: X_UNKNOWN, this partner has no such message from us, or we none from it; X_DISK; X_STORE.
    """
    if said.kind == "cancellation":
        jwe.parse(bundle.read(blob_of_bytes(said.data)).envelope)
    elif said.level == CUSTODY:
        read_statement(said.data)
    else:
        jwe.parse(said.data)
    if node.store.room() < MIN_FREE_BYTES:
        raise DeliveryError("X_DISK", retryable=True)
    return _once_more(lambda tx: keep_within(tx, node, said=said), node)


def may_be_ours(envelope: bytes, node: Node) -> bool:
    """Tell whether a key of ours may open it; of one without key ids only opening tells.

    Raises:
        EnvelopeError: it has not the form of an envelope.
    """
    own = node.identity.encryption_kids
    return any(one.kid is None or one.kid in own for one in jwe.parse(envelope).recipients)


def missing_parts(node: Node, offer: Offer) -> tuple[bytes, ...]:
    """Return the parts that are not here, in order, each once."""
    parts = node.store.parts
    return tuple(part for part in dict.fromkeys(offer.parts) if not parts.has(offer.peer, part))


def take_within(tx: Transaction, node: Node, *, offer: Offer, ready: bool) -> Answer | None:
    """Do in a transaction of the caller what :func:`take` does; the answer counts once that is committed.

    Args:
        tx: The transaction.
        node: Who takes.
        offer: What is offered; its form, its keys and its parts were looked at.
        ready: Whether it may be taken now; if not, only the answer of before is looked up, None without one.

    Raises:
        DeliveryError: X_ID_USED, another worker took it meanwhile: begin again; X_STORE.
    """
    row = tx.incoming(offer.peer, offer.id)
    if row is not None:
        return _again(tx, node, offer, row)
    if not ready:
        return None
    if node.store.room() < MIN_FREE_BYTES:
        return Answer(outcome="refused", problem="X_DISK")
    return _custody(tx, node, offer)


def _once_more(work: Callable[[Transaction], T], node: Node) -> T:
    """Return what the work gives in a transaction; what another worker did at the same moment is then found."""
    try:
        with node.store.transaction() as tx:
            return work(tx)
    except DeliveryError as error:
        if error.code != "X_ID_USED":
            raise
    with node.store.transaction() as tx:
        return work(tx)


def _again(tx: Transaction, node: Node, offer: Offer, row: Incoming) -> Answer:
    if row.envelope != sha256(offer.envelope).digest():
        _tell_reused(tx, node, offer)
        return Answer(outcome="refused", problem="X_ID_REUSED")
    given = tx.receipt("out", offer.peer, message_id=offer.id, level=CUSTODY)
    if given is None or node.now() > row.received_at + DEDUPE_DAYS * DAY:
        return Answer(outcome="refused", problem="X_TOO_OLD")
    tx.save_in(replace(row, duplicates=row.duplicates + 1), was=row)
    return Answer(outcome="again", statement=given.data)


def _tell_reused(tx: Transaction, node: Node, offer: Offer) -> None:
    at = node.now()
    tx.audit(at=at, actor=ACTOR, event="id-reused", about=(offer.peer, offer.id), detail="X_ID_REUSED")
    said = (offer.peer, offer.id, "X_ID_REUSED")
    if all((one.peer, one.message_id, one.code) != said for one in tx.alerts(limit=_ALERTS_LOOKED_AT)):
        tx.add_alert(Alert(at=at, peer=offer.peer, message_id=offer.id, code="X_ID_REUSED"))


def _custody(tx: Transaction, node: Node, offer: Offer) -> Answer:
    at, digest = node.now(), sha256(offer.envelope).digest()
    row = Incoming(
        peer=offer.peer,
        id=offer.id,
        urgency=offer.urgency,
        lane=offer.lane,
        number=offer.number,
        envelope=digest,
        parts=offer.parts,
        received_at=at,
        due_at=at,
    )
    tx.add_in(row, offer.envelope)
    Applier(jitter=node.jitter).contacted(tx, offer.peer, now=at)
    link = tx.audit(at=at, actor=ACTOR, event="custody", about=(offer.peer, offer.id), detail="")
    held = Custody(
        message_id=offer.id,
        envelope=digest,
        parts=offer.parts,
        by=node.org,
        at=at // _SECOND,
        window_days=DEDUPE_DAYS,
        epoch=epoch_of(tx, node.ids),
        chain=link.hash,
    )
    data = sign_statement(held, node.identity)
    given = Receipt(
        direction="out", peer=offer.peer, message_id=offer.id, level=CUSTODY, outcome="custody", at=at, data=data
    )
    tx.add_receipt(given)
    return Answer(outcome="custody", statement=data)


def _signed_no(node: Node, offer: Offer) -> bytes:
    said = no_custody(offer.envelope, message_id=offer.id, by=node.org, at=node.now() // _SECOND, reason="unknown-key")
    return sign_statement(said, node.identity)


def keep_within(tx: Transaction, node: Node, *, said: Said) -> bool:
    """Do in a transaction of the caller what :func:`take_said` does; its form was looked at.

    Raises:
        DeliveryError: X_UNKNOWN; X_ID_USED, another worker kept it meanwhile: begin again.
    """
    at, key = node.now(), answer_id(said.message_id, said.data, level=said.level)
    _require_ours(tx, said)
    if tx.incoming(said.peer, key) is not None:
        return False
    row = Incoming(
        peer=said.peer,
        id=key,
        kind=said.kind,
        ref=said.message_id,
        level=said.level if said.kind == "receipt" else None,
        envelope=sha256(said.data).digest(),
        received_at=at,
        due_at=at,
    )
    tx.add_in(row, said.data)
    Applier(jitter=node.jitter).contacted(tx, said.peer, now=at)
    tx.audit(at=at, actor=ACTOR, event=f"{said.kind}-kept", about=(said.peer, said.message_id), detail="")
    return True


def _require_ours(tx: Transaction, said: Said) -> None:
    if said.kind == "cancellation":
        known = tx.incoming(said.peer, said.message_id) is not None
    else:
        sent = tx.out(said.message_id)
        known = sent is not None and sent.peer == said.peer
    if not known:
        raise DeliveryError("X_UNKNOWN")

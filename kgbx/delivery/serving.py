# SPDX-License-Identifier: EUPL-1.2
"""What an endpoint does with a request of the right form. It blocks: the caller gives it a thread.

Rules: a partner sees and changes only what is its own; what it may not see is answered as what is not there; nothing of
what was sent comes back in a problem.

Source: delivery design, "HTTP API".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx.delivery import mailbox
from kgbx.delivery.describing import capabilities, description, position_of
from kgbx.delivery.keyless import NO_KEYS, tell_no_keys
from kgbx.delivery.log import LOG
from kgbx.delivery.node import moment
from kgbx.delivery.problems import PROBLEMS, Refusal
from kgbx.delivery.protocol import BUNDLE_MEDIA, JSON_MEDIA, PART_MEDIA, SIGNED_MEDIA
from kgbx.delivery.routes import part_digest
from kgbx.delivery.states import DAY
from kgbx.delivery.taking import Offer, Said, take, take_said
from kgbx.envelope import bundle
from kgbx.envelope.blobs import blob_of_bytes
from kgbx.envelope.encoding import b64, compact_json
from kgbx.envelope.manifest import blob_size
from kgbx.envelope.ownkeys import signer_at
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError, UsageError
from kgbx.limits import MAX_CHUNK_BYTES, MAX_PART_BYTES, MIN_FREE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.delivery.gate import Reserve
    from kgbx.delivery.node import Node
    from kgbx.delivery.routes import Call
    from kgbx.delivery.taking import Answer


MAX_SENT_PART_BYTES: Final = blob_size(MAX_PART_BYTES)
"""Size of the largest part when it is encrypted."""

MUCH_LATER: Final = 3650 * DAY
"""A document that is not made until then is none."""

TAKE: Final = "takeMessage"
_STATUS: Final = {"custody": 201, "again": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered.

    Attributes:
        status: HTTP status.
        headers: By lower case name, but for length and version.
        body: At most one piece of a part.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, complete.

    Attributes:
        peer: URN of the partner that asks; empty for what anybody may ask.
        call: What is asked.
        body: What came with it.
    """

    peer: str
    call: Call
    body: bytes = field(default=b"", repr=False)


def answer(
    node: Node, asked: Asked, *, taking: Callable[[Offer], Answer] | None = None, reserve: Reserve | None = None
) -> Reply:
    """Return what is answered; a problem is an answer too.

    Args:
        node: Who answers.
        asked: What is asked.
        taking: Takes custody of a message; None takes each in a transaction of its own.
        reserve: Shares the last room of the disk among partners; None lets everybody have all of it.
    """
    try:
        if reserve is not None and asked.call.route.media and "X_DISK" in asked.call.route.problems:
            reserve.bring(asked.peer, len(asked.body), room=node.store.room())
        if asked.call.route.name == TAKE:
            return reply_to_offer(taking(offer_of(asked)) if taking else take(node, offer_of(asked)))
        return HANDLERS[asked.call.route.name](node, asked)
    except Refusal as refusal:
        return reply_of(refusal)
    except EnvelopeError as error:
        code = "X_TOO_LARGE" if error.code == "E_TOO_LARGE" else "X_MALFORMED"
        return reply_of(Refusal(code, reason=error.code))
    except DeliveryError as error:
        return reply_of(Refusal(error.code if error.code in PROBLEMS else "X_STORE"))
    except UsageError as error:
        if error.code != NO_KEYS:
            raise
    return reply_of(_without_keys(node))


def _without_keys(node: Node) -> Refusal:
    """Tell a person that nothing can be signed, and return what the partner hears: later."""
    LOG.critical("U_NO_KEYS: nothing can be signed, so nothing is taken")
    try:
        with node.store.transaction() as tx:
            tell_no_keys(tx, now=node.now())
    except DeliveryError as error:
        return Refusal(error.code if error.code in PROBLEMS else "X_STORE")
    return Refusal("X_BUSY")


def reply_of(refusal: Refusal) -> Reply:
    """Return the answer that tells a problem."""
    return Reply(status=refusal.status, headers=refusal.all_headers(), body=refusal.body())


def is_partner(node: Node, org: str) -> bool:
    """Tell whether an organisation is in the directory, be it with a document that has passed.

    Raises:
        Refusal: X_BUSY, our directory is too old to say so, or our clock stands before the documents in it: a partner
            must come back, not be sent away for good.
    """
    now = node.now()
    try:
        if org == node.org or node.directory.document(org, moment(now)) is not None:
            return org != node.org
        code = "E_DIR_NOT_YET" if node.directory.document(org, moment(now + MUCH_LATER)) is not None else ""
    except DirectoryError as error:
        code = error.code
    if code:
        LOG.critical("%s: it cannot be said who is a partner; look at the directory and the clock", code)
        raise Refusal("X_BUSY")
    return False


def _signed(data: bytes, status: int = 200) -> Reply:
    return Reply(status=status, headers={"content-type": SIGNED_MEDIA}, body=data)


def _json(value: object, status: int = 200) -> Reply:
    return Reply(status=status, headers={"content-type": JSON_MEDIA}, body=compact_json(value))


def offer_of(asked: Asked) -> Offer:
    """Return the message that is offered.

    Raises:
        EnvelopeError: E_BUNDLE, it says that it is a bundle and is none.
    """
    call = asked.call
    lane, number = call.lane or (None, None)
    envelope, along = opened(asked.body) if call.media == BUNDLE_MEDIA else (asked.body, {})
    return Offer(
        peer=asked.peer,
        id=call.values["id"],
        envelope=envelope,
        along=along,
        parts=call.parts,
        lane=lane,
        number=number,
        urgency=call.urgency,
    )


def opened(data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """Return the envelope of a bundle, and its parts by their SHA-256.

    Raises:
        EnvelopeError: E_BUNDLE.
    """
    found = bundle.read(blob_of_bytes(data))
    return found.envelope, {sha256(part).digest(): part for part in (one.read() for one in found.parts)}


def reply_to_offer(given: Answer) -> Reply:
    """Return what is answered to an offer.

    Raises:
        Refusal: it is not taken.
    """
    if given.problem is not None:
        raise Refusal(given.problem)
    if given.outcome == "missing":
        return _json({"missing": [b64(part) for part in given.missing]}, 202)
    if given.outcome == "unknown-key":
        raise Refusal("X_UNKNOWN_KEY", members={"statement": given.statement.decode("ascii")})
    return _signed(given.statement, _STATUS[given.outcome])


def _show_receipt(node: Node, asked: Asked) -> Reply:
    values = asked.call.values
    with node.store.transaction() as tx:
        given = tx.receipt("out", asked.peer, message_id=values["id"], level=int(values.get("level", "1")))
    if given is None:
        raise Refusal("X_UNKNOWN")
    return _signed(given.data)


def _take_said(node: Node, asked: Asked) -> Reply:
    values = asked.call.values
    level = int(values.get("level", "0"))
    said = Said(
        peer=asked.peer,
        kind="receipt" if level else "cancellation",
        message_id=values["id"],
        level=level,
        data=asked.body,
    )
    take_said(node, said)
    return Reply(status=204)


def _show_part(node: Node, asked: Asked) -> Reply:
    offset, size = node.store.parts.offset(asked.peer, part_digest(asked.call.values["sha256"]))
    length = {} if size is None else {"upload-length": str(size)}
    return Reply(status=200, headers={"upload-offset": str(offset), **length})


def _take_part(node: Node, asked: Asked) -> Reply:
    offset, length, size = asked.call.span
    sha, parts = part_digest(asked.call.values["sha256"]), node.store.parts
    if len(asked.body) != length:
        raise Refusal("X_MALFORMED")
    if size > MAX_SENT_PART_BYTES:
        raise Refusal("X_TOO_LARGE")
    if node.store.room() - (size - offset) < MIN_FREE_BYTES:
        raise Refusal("X_DISK")
    try:
        reached = parts.append(asked.peer, sha, offset=offset, size=size, data=asked.body)
    except DeliveryError as error:
        if error.code != "X_OFFSET":
            raise
        reached = None
    if reached is None:
        raise Refusal("X_OFFSET", headers={"upload-offset": str(parts.offset(asked.peer, sha)[0])})
    return Reply(status=204, headers={"upload-offset": str(reached)})


def _list_mailbox(node: Node, asked: Asked) -> Reply:
    values = asked.call.values
    most = int(values.get("max", str(mailbox.PAGE)))
    return _json(mailbox.page(node, asked.peer, after=values.get("after"), most=most))


def _fetch_message(node: Node, asked: Asked) -> Reply:
    return _signed(mailbox.envelope(node, peer=asked.peer, message_id=asked.call.values["id"]))


def _fetch_part(node: Node, asked: Asked) -> Reply:
    offset, most, _ = asked.call.span
    sha = part_digest(asked.call.values["sha256"])
    size = mailbox.size_of_part(node, sha, peer=asked.peer, message_id=asked.call.values["id"])
    if offset >= size:
        raise Refusal("X_OFFSET")
    data = mailbox.piece(node.store.parts, sha, offset=offset, most=min(most or MAX_CHUNK_BYTES, MAX_CHUNK_BYTES))
    span = f"bytes {offset}-{offset + len(data) - 1}/{size}"
    return Reply(status=206, headers={"content-type": PART_MEDIA, "content-range": span}, body=data)


def _acknowledge(node: Node, asked: Asked) -> Reply:
    mailbox.acknowledge(node, asked.body, peer=asked.peer, message_id=asked.call.values["id"])
    return Reply(status=204)


def _show_position(node: Node, asked: Asked) -> Reply:
    with node.store.transaction() as tx:
        numbers = tx.lane_numbers(asked.peer, asked.call.values["lane"])
    return _json(position_of([number for number, _ in numbers]))


def _show_capabilities(node: Node, asked: Asked) -> Reply:  # noqa: ARG001  # handlers look alike
    return _json(capabilities(node.org))


def _show_keys(node: Node, asked: Asked) -> Reply:  # noqa: ARG001
    try:
        document = node.directory.document(node.org, moment(node.now()))
    except DirectoryError:
        document = None
    if document is None or not document.jws:
        raise Refusal("X_UNKNOWN")
    return _signed(document.jws)


def _is_alive(node: Node, asked: Asked) -> Reply:  # noqa: ARG001
    return Reply(status=204)


def _is_ready(node: Node, asked: Asked) -> Reply:  # noqa: ARG001
    """Answer whether a message would be taken now: room, a store that answers, keys that may sign, a directory."""
    if node.store.room() < MIN_FREE_BYTES:
        raise Refusal("X_DISK")
    with node.store.transaction() as tx:
        tx.audit_head()
    if not _may_sign(node) or not _knows_partners(node):
        raise Refusal("X_BUSY")
    return Reply(status=204)


def _may_sign(node: Node) -> bool:
    try:
        signer_at(node.identity, moment(node.now()))
    except (UsageError, EnvelopeError):
        return False
    return True


def _knows_partners(node: Node) -> bool:
    try:
        node.directory.document(node.org, moment(node.now()))
    except DirectoryError:
        return False
    return True


def _show_description(node: Node, asked: Asked) -> Reply:  # noqa: ARG001
    return Reply(status=200, headers={"content-type": JSON_MEDIA}, body=description())


HANDLERS: Final[dict[str, Callable[[Node, Asked], Reply]]] = {
    "showReceipt": _show_receipt,
    "takeCancellation": _take_said,
    "takeReceipt": _take_said,
    "showPart": _show_part,
    "takePart": _take_part,
    "listMailbox": _list_mailbox,
    "fetchMessage": _fetch_message,
    "fetchPart": _fetch_part,
    "acknowledge": _acknowledge,
    "showPosition": _show_position,
    "showCapabilities": _show_capabilities,
    "showKeys": _show_keys,
    "isAlive": _is_alive,
    "isReady": _is_ready,
    "showDescription": _show_description,
}
"""Who does what, by the name of the route; messages are taken by :func:`answer` itself."""

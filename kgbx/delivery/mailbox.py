# SPDX-License-Identifier: EUPL-1.2
"""A mailbox for organisations without an endpoint: what is for them lies here until they fetch it.

Rules: a partner sees only what is for it; a message leaves the mailbox when the partner's signed custody of exactly
these bytes is here, a receipt or cancellation when it says that it has it; fetching changes nothing.

Source: delivery design, "HTTP API".
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from kgbx.delivery.applying import Applier, Attempt, stopped_by
from kgbx.delivery.events import CustodyProved, Taken
from kgbx.delivery.node import moment
from kgbx.delivery.problems import Refusal
from kgbx.delivery.protocol import proves
from kgbx.delivery.records import Receipt
from kgbx.envelope.custody import Custody, verify_statement
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing, OutState
    from kgbx.delivery.store import Parts, Transaction
    from kgbx.envelope.custody import Statement

PAGE: Final = 50
"""Rows of a page when nothing is asked."""

OWN: Final = "out"
"""Owner of the parts that go out."""

WAITING: Final[tuple[OutState, ...]] = ("queued", "waiting")
GONE: Final[tuple[OutState, ...]] = ("accepted", "completed", "refused", "attention")
_SCANNED: Final = 200


def page(node: Node, peer: str, *, after: str | None, most: int) -> dict[str, object]:
    """Return what lies in the mailbox of a partner, oldest first: ``messages`` and, if there may be more, ``next``.

    Args:
        node: Whose mailboxes these are.
        peer: URN of the partner that asks.
        after: Id of the last row of the page before.
        most: Rows at most.
    """
    with node.store.transaction() as tx:
        rows = list(islice(_rows(tx, peer, after), most))
    document: dict[str, object] = {"messages": [_listed(row) for row in rows]}
    if len(rows) == most:
        document["next"] = rows[-1].id
    return document


def envelope(node: Node, *, peer: str, message_id: str) -> bytes:
    """Return an envelope, also one that was acknowledged: the answer to that may have been lost.

    Raises:
        Refusal: X_UNKNOWN, there is no such row for this partner, or it was given up or may not go any more.
    """
    with node.store.transaction() as tx:
        return tx.envelope_out(_given(tx, peer, message_id).id)


def size_of_part(node: Node, sha: bytes, *, peer: str, message_id: str) -> int:
    """Return the size of a part of a message for this partner.

    Raises:
        Refusal: X_UNKNOWN, there is no such message for this partner, it has no such part, or it may not go any more.
    """
    with node.store.transaction() as tx:
        row = _given(tx, peer, message_id)
    if sha not in row.parts or not node.store.parts.has(OWN, sha):
        raise Refusal("X_UNKNOWN")
    reached, size = node.store.parts.offset(OWN, sha)
    return reached if size is None else size


def piece(parts: Parts, sha: bytes, *, offset: int, most: int) -> bytes:
    """Return at most so many bytes of a part of our own, from an offset.

    Raises:
        DeliveryError: X_UNKNOWN, it is not here or not complete.
    """
    found = bytearray()
    for block in parts.read(OWN, sha, offset=offset):
        found += block[: most - len(found)]
        if len(found) == most:
            break
    return bytes(found)


def acknowledge(node: Node, data: bytes, *, peer: str, message_id: str) -> None:
    """Take a row out of the mailbox: a message on the signed custody of the partner, another thing on its word.

    Raises:
        Refusal: X_UNKNOWN; X_NO_PROOF, the statement is not valid or not about these bytes.
        DeliveryError: X_STATE, it was given up; X_STORE.
    """
    statement = _verified(node, data) if data else None
    applier, now = Applier(jitter=node.jitter), node.now()
    with node.store.transaction() as tx:
        row = _row(tx, peer, message_id)
        if row.state in GONE:
            return
        attempt = _attempt(row, statement, data, now=now)
        if applier.conclude(tx, row, attempt=attempt, now=now) is None:
            raise DeliveryError("X_STORE", retryable=True)
        applier.contacted(tx, peer, now=now)


def _rows(tx: Transaction, peer: str, after: str | None) -> Iterator[Outgoing]:
    if after is not None and not _lies(tx.out(after), peer):
        return  # behind a row of another is behind nothing: else who asks would learn that it is there, and since when
    while True:
        rows = tx.list_out(states=WAITING, peer=peer, after=after, limit=_SCANNED)
        yield from (row for row in rows if row.road == "mailbox")
        if len(rows) < _SCANNED:
            return
        after = rows[-1].id


def _row(tx: Transaction, peer: str, message_id: str) -> Outgoing:
    row = tx.out(message_id)
    if row is None or not _lies(row, peer):
        raise Refusal("X_UNKNOWN")
    return row


def _lies(row: Outgoing | None, peer: str) -> bool:
    """Tell whether a row is or was in the mailbox of a partner."""
    return row is not None and row.peer == peer and row.road == "mailbox"


def _given(tx: Transaction, peer: str, message_id: str) -> Outgoing:
    """Return a row of which the bytes may still be fetched: who listed it before it was taken back gets nothing."""
    row = _row(tx, peer, message_id)
    if row.state not in (*WAITING, *GONE) or stopped_by(tx, row) is not None:
        raise Refusal("X_UNKNOWN")
    return row


def _listed(row: Outgoing) -> dict[str, object]:
    """Return what a partner is told of a row: what the headers and the address of a request would say."""
    found: dict[str, object] = {"id": row.id, "kind": row.kind, "urgency": row.urgency}
    if row.parts:
        found["parts"] = [b64(part) for part in row.parts]
    if row.lane is not None and row.number is not None:
        found |= {"lane": row.lane, "number": row.number}
    if row.ref is not None and row.kind != "message":
        found |= {"about": row.ref} | ({} if row.level is None else {"level": row.level})
    return found


def _verified(node: Node, data: bytes) -> Statement:
    try:
        return verify_statement(data, directory=node.directory, at=moment(node.now()))
    except (EnvelopeError, DirectoryError):
        pass
    raise Refusal("X_NO_PROOF")


def _attempt(row: Outgoing, statement: Statement | None, data: bytes, *, now: int) -> Attempt:
    if row.kind != "message":
        return Attempt(event=Taken())
    if not isinstance(statement, Custody) or not proves(statement, row):
        raise Refusal("X_NO_PROOF")
    receipt = Receipt(direction="in", peer=row.peer, message_id=row.id, level=1, outcome="custody", at=now, data=data)
    return Attempt(event=CustodyProved(), receipt=receipt, epoch=statement.epoch)

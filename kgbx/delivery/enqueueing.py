# SPDX-License-Identifier: EUPL-1.2
"""Something new that must reach a partner: frozen, numbered and recorded in the caller's own transaction.

Rules: what the caller writes and what is enqueued are kept together or not at all; the bytes never change after this.

Source: delivery design, "What is frozen", "Outgoing states".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from kgbx.delivery import breaker
from kgbx.delivery.records import Outgoing
from kgbx.delivery.states import LIFETIME, URGENCIES
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.delivery.records import Kind, Road, Urgency
    from kgbx.delivery.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be brought.

    Attributes:
        id: UUID version 4: of the message; for a receipt or cancellation a fresh one.
        peer: URN of the partner.
        envelope: The sealed bytes.
        parts: SHA-256 of each encrypted part, in order; the parts are in the store already, by the owner ``out``.
        kind: ``message``, ``receipt`` or ``cancellation``.
        manifest: SHA-256 of the signed manifest; empty for what is not a message.
        lane: Pseudonym of the case for this partner, None for what has no order.
        number: Place in the lane; None takes the next. Given only for what takes the place of a superseded message.
        urgency: How soon a person must know that it is stuck.
        road: ``push``, or ``mailbox`` for a partner without an endpoint.
        ref: For a receipt or cancellation the id of the message it is about; for a message the one it replaces.
        level: For a receipt its level.
        lifetime: How long it is tried, milliseconds.
    """

    id: str
    peer: str
    envelope: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(default=(), repr=False)
    kind: Kind = "message"
    manifest: bytes = field(default=b"", repr=False)
    lane: str | None = None
    number: int | None = None
    urgency: Urgency = "normal"
    road: Road = "push"
    ref: str | None = None
    level: int | None = None
    lifetime: int = LIFETIME


def enqueue(tx: Transaction, draft: Draft, *, now: int, annotations: Mapping[str, bytes] | None = None) -> Outgoing:
    """Add a row to what goes out, with its place in the lane, its link in the audit chain and what is kept beside it.

    Args:
        tx: The transaction of the caller; nothing counts until it ends well.
        draft: What is to be brought.
        now: Present moment, Unix milliseconds.
        annotations: Opaque bytes kept beside it, by name, such as the line of a disclosure log.

    Raises:
        DeliveryError: X_ID_USED, there is a row with this id.
        UsageError: U_ARGUMENT, a lifetime that is none.
    """
    if draft.lifetime <= 0:
        raise UsageError
    row = _row(draft, _number(tx, draft), now)
    tx.add_out(row, draft.envelope)
    for name, data in (annotations or {}).items():
        tx.annotate(row.id, name, data=data)
    _hurry(tx, row, now)
    tx.audit(at=now, actor="kgbx", event="queued", about=(row.peer, row.id), detail=row.ref or "")
    return row


def _number(tx: Transaction, draft: Draft) -> int | None:
    if draft.lane is None or draft.number is not None:
        return draft.number
    return tx.next_number(draft.peer, draft.lane)


def _row(draft: Draft, number: int | None, now: int) -> Outgoing:
    return Outgoing(
        id=draft.id,
        kind=draft.kind,
        peer=draft.peer,
        lane=draft.lane,
        number=number,
        urgency=draft.urgency,
        road=draft.road,
        envelope=sha256(draft.envelope).digest(),
        parts=draft.parts,
        manifest=draft.manifest,
        ref=draft.ref,
        level=draft.level,
        made_at=now,
        due_at=now,
        expires_at=now + draft.lifetime,
        alert_at=now + URGENCIES[draft.urgency].alert_after,
    )


def _hurry(tx: Transaction, row: Outgoing, now: int) -> None:
    """Shorten a pause of the breaker that what is acute cannot bear."""
    if row.urgency != "acute":
        return
    before = tx.peer(row.peer)
    after = breaker.hurried(before, now, longest=URGENCIES[row.urgency].longest_wait)
    if after != before:
        tx.save_peer(after)

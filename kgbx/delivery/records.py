# SPDX-License-Identifier: EUPL-1.2
"""The rows of delivery: what is known of a message that goes out or came in, of a partner, of what must be looked at.

Rules: frozen values, one for each row of the store; ids, digests and pseudonyms only, never a name, a BSN or a word of
a message: the sealed bytes are the one place where those are. Times are Unix milliseconds.

Source: delivery design, "What is frozen", "Outgoing states".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal
from uuid import UUID

OutState = Literal[
    "queued",
    "sending",
    "uploading",
    "waiting",
    "accepted",
    "attention",
    "completed",
    "refused",
    "superseded",
    "expired",
    "withdrawn",
]
InState = Literal["received", "verified", "offered", "processed", "refused", "quarantined"]
Urgency = Literal["acute", "urgent", "normal"]
Kind = Literal["message", "receipt", "cancellation"]
Direction = Literal["out", "in"]
Breaker = Literal["closed", "open", "probing"]
Road = Literal["push", "mailbox"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something that must reach one partner.

    Attributes:
        id: UUID version 4: of the message; for a receipt or cancellation of that row itself.
        kind: ``message``, or what goes back about one: ``receipt``, ``cancellation``.
        peer: URN of the partner.
        lane: Pseudonym of the case for this partner, None for what has no order.
        number: Place in the lane, from 1 without gaps; None without a lane.
        state: One of :data:`OutState`.
        urgency: How soon a person must know that it is stuck.
        road: ``push``: we bring it; ``mailbox``: the partner has no endpoint and fetches it here.
        envelope: SHA-256 of the envelope, 32 bytes; the bytes stand beside the row and never change.
        parts: SHA-256 of each encrypted part, in order.
        manifest: SHA-256 of the signed manifest: what a receipt must name. Empty for what is not a message.
        ref: For a receipt or cancellation the id of the message it is about; for a message the one it replaces.
        level: For a receipt its level, else None.
        made_at: When it was enqueued.
        due_at: When it may be tried next.
        expires_at: When it is of no use any more.
        alert_at: When a person must be told next, None when nobody need be told.
        attempts: How often it was tried.
        odd_answers: How often the partner said yes without a valid custody statement.
        lease_token: Who is working on it, None when nobody is.
        lease_until: Until when, None when nobody is.
        accepted_at: When custody was proved, None before.
        problem: Stable code of what went wrong last, None when nothing did.
    """

    id: str
    kind: Kind = "message"
    peer: str
    lane: str | None = None
    number: int | None = None
    state: OutState = "queued"
    urgency: Urgency = "normal"
    road: Road = "push"
    envelope: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(default=(), repr=False)
    manifest: bytes = field(default=b"", repr=False)
    ref: str | None = None
    level: int | None = None
    made_at: int
    due_at: int
    expires_at: int
    alert_at: int | None = None
    attempts: int = 0
    odd_answers: int = 0
    lease_token: str | None = None
    lease_until: int | None = None
    accepted_at: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message of which this organisation has custody, or a receipt or cancellation that is still to be opened.

    Attributes:
        peer: URN of the partner that submitted it.
        id: Message id, UUID version 4; with `peer` the key. For a receipt or cancellation
            :func:`kgbx.delivery.records.answer_id`, so that the same one twice is one row.
        kind: ``message``, or what came about one of ours: ``receipt``, ``cancellation``.
        ref: For a receipt or cancellation the id of the message it is about.
        level: For a receipt the level under which it was offered; 1 is a signed no.
        urgency: As the sender says it in the header ``Kgbx-Urgency``: how long a gap in the lane is waited for.
        lane: Pseudonym of the case, None without order.
        number: Place in the lane.
        state: One of :data:`InState`.
        envelope: SHA-256 of the envelope, 32 bytes.
        parts: SHA-256 of each encrypted part, in order.
        received_at: When custody was taken.
        due_at: When it may be looked at next.
        hold_until: In a lane with a gap: until when it waits for what came before; None when it need not wait.
        attempts: How often the application got it; of a receipt or cancellation, how often it had to wait.
        deaths: How often nobody heard again of who was opening it.
        duplicates: How often it was offered again.
        gaps: Numbers of the lane that were missing when it was handed over, in order.
        lease_token: Who is working on it.
        lease_until: Until when.
        problem: Stable code of what went wrong last.
    """

    peer: str
    id: str
    kind: Kind = "message"
    ref: str | None = None
    level: int | None = None
    urgency: Urgency = "normal"
    lane: str | None = None
    number: int | None = None
    state: InState = "received"
    envelope: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(default=(), repr=False)
    received_at: int
    due_at: int
    hold_until: int | None = None
    attempts: int = 0
    deaths: int = 0
    duplicates: int = 0
    gaps: tuple[int, ...] = ()
    lease_token: str | None = None
    lease_until: int | None = None
    problem: str | None = None


def answer_id(message_id: str, data: bytes, *, level: int) -> str:
    """Return the id of the row of a receipt or cancellation that came in: the same bytes give the same id.

    Args:
        message_id: Id of the message it is about.
        data: Its bytes.
        level: Level under which it was offered; 0 for a cancellation.
    """
    digest = sha256(f"{message_id}/{level}/".encode() + data).digest()
    return str(UUID(bytes=digest[:16], version=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A signed answer about a message: custody (level 1) or a receipt (2, 3); written once, never changed.

    Attributes:
        direction: ``out``: given by this organisation; ``in``: got from a partner.
        peer: URN of the other organisation.
        message_id: Id of the message.
        level: 1 custody or ``unknown-key``, 2 processed, refused or undeliverable, 3 taken up. An ``undeliverable``
            travels as level 1 (``PUT /v1/receipts/{id}/1``) but stands here in the place of level 2: it is the last
            word about a message of which custody was given.
        outcome: ``custody``, ``unknown-key``, ``undeliverable``, ``processed``, ``refused`` or ``taken_up``.
        at: When it was stored.
        data: The signed bytes: for level 1 a JWS, else a sealed envelope as it travelled.
    """

    direction: Direction
    peer: str
    message_id: str
    level: int
    outcome: str
    at: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What is known of the road to a partner. The breaker stands here, so that it survives a restart.

    Attributes:
        org: URN of the partner.
        breaker: ``closed``: goes; ``open``: nothing is tried until `open_until`; ``probing``: one is on its way.
        failures: Transport failures in a row.
        opened: How often in a row the breaker opened: the pause doubles.
        open_until: End of the pause.
        last_ok_at: When it last answered well.
        last_contact_at: When it last reached us.
        epoch: Epoch of its store, by its last custody statement; another one means it was restored.
        skew_ms: How far its clock was ahead of ours at the last answer.
    """

    org: str
    breaker: Breaker = "closed"
    failures: int = 0
    opened: int = 0
    open_until: int | None = None
    last_ok_at: int | None = None
    last_contact_at: int | None = None
    epoch: str | None = None
    skew_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something a person must look at.

    Attributes:
        id: Running number, from 1; 0 before it is stored.
        at: When it was raised.
        peer: URN of the partner concerned, None for something of our own.
        message_id: Id of the message concerned, None without one.
        code: Stable code of :data:`kgbx.delivery.states.ALERTS`: what is the matter and what to do.
        seen_at: When a person said that it is dealt with, None before.
    """

    id: int = 0
    at: int
    peer: str | None
    message_id: str | None
    code: str
    seen_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A link of the audit chain.

    Attributes:
        seq: Running number, from 1.
        at: When.
        actor: Who: ``kgbx``, or the name of an operator's account as the caller gives it.
        event: What, a word of the state tables.
        peer: URN of the partner, None without one.
        message_id: Id of the message, None without one.
        detail: A stable code, or empty.
        previous: Hash of the row before, 32 bytes; zeros for the first.
        hash: SHA-256 over all of the above, 32 bytes.
    """

    seq: int
    at: int
    actor: str
    event: str
    peer: str | None
    message_id: str | None
    detail: str
    previous: bytes = field(repr=False)
    hash: bytes = field(repr=False)

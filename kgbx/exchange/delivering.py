# SPDX-License-Identifier: EUPL-1.2
"""Sharing through delivery: compose and put in the outbox, take back what may not go any more, take in what arrives.

Rules:
    - the message, its line in the disclosure log, the facts and the signed manifest are kept in one transaction;
    - what may not go any more is withdrawn as long as it stands here;
    - what arrives is handed to :func:`kgbx.exchange.passing.receive`; what the own registers deny is kept apart there
      and is no refusal, so that its sender learns nothing of it.

Source: delivery design, "What is frozen", "Receipts".
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol, TypedDict, Unpack, cast

from kgbx.canonical import dumps, parse
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.consent.log import read_line
from kgbx.delivery.answering import PROOFS
from kgbx.delivery.applying import STOP, Applier
from kgbx.delivery.events import Withdrawn
from kgbx.delivery.node import moment
from kgbx.delivery.posting import MANIFEST, Letter, cancelling, keep_parts, lane_of, post
from kgbx.envelope.evidence import Evidence
from kgbx.envelope.seal import Sealed
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError, IntegrityError, UsageError
from kgbx.exchange.passing import compose, decide_share, receive
from kgbx.exchange.private_notes import hidden, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case import FamilyCase
    from kgbx.consent.log import Disclosure
    from kgbx.delivery.node import Node
    from kgbx.delivery.receiving import Message
    from kgbx.delivery.records import Outgoing, OutState, Urgency
    from kgbx.delivery.records import Road as RoadKind
    from kgbx.delivery.store import Transaction
    from kgbx.exchange.passing import Composed, Own, Received

DISCLOSURE: Final = "disclosure"
"""Annotation, hidden: the line of the disclosure log, not in a log yet."""

FACTS: Final = "facts"
"""Annotation, hidden: the facts of that line."""

SHARE: Final = "share"
"""Annotation, hidden: case and purpose, to decide again."""

STANDING: Final[tuple[OutState, ...]] = ("queued", "waiting", "attention")
"""States in which a message stands here, and can be taken back."""

_MAY_GO: Final[tuple[OutState, ...]] = (*STANDING, "sending", "uploading", "accepted", "completed")
"""States in which a message may still go, or again: to a partner that lost it."""

_PAGE: Final = 500


class Manner(TypedDict, total=False):
    """How a message is to go: see :class:`kgbx.delivery.posting.Letter`.

    ``beside`` does, in the same transaction, what the caller keeps with the message.
    """

    urgency: Urgency
    road: RoadKind
    ref: str | None
    beside: Callable[[Transaction, Outgoing], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A case that was put in the outbox.

    Attributes:
        row: Its row.
        composed: The message, and what the sender keeps of it.
    """

    row: Outgoing
    composed: Composed = field(repr=False)


def post_case(node: Node, case: FamilyCase, *, own: Own, to: str, purpose: str, **manner: Unpack[Manner]) -> Posted:
    """Put in the outbox what of a case may go to a partner.

    Args:
        node: Where it goes out.
        case: The own file.
        own: The sender; of the node's organisation.
        to: URN of the partner.
        purpose: What the partner needs it for.
        **manner: See :class:`Manner`.

    Raises:
        ConsentError: C_NOTHING, no record may go.
        DirectoryError: the partner's keys are not known.
        UsageError: as :func:`kgbx.exchange.passing.compose`; U_ARGUMENT, another organisation than the node's.
        EnvelopeError: as :func:`kgbx.envelope.seal.seal`.
        DeliveryError: X_STORE, X_DISK.
    """
    if own.org != node.org:
        raise UsageError
    composed = composed_for(node, case, own=own, to=to, purpose=purpose)
    keep_parts(node.store.parts, composed.sealed)
    letter = Letter(
        sealed=composed.sealed,
        peer=to,
        urgency=manner.get("urgency", "normal"),
        road=manner.get("road", "push"),
        ref=manner.get("ref"),
        notes=notes_of(node, composed, case=case, purpose=purpose),
    )
    with node.store.transaction() as tx:
        lane = None if case.id is None else lane_of(tx, peer=to, about=case.id, random=own.random)
        row = post(tx, replace(letter, lane=lane), now=node.now())
        beside = manner.get("beside")
        if beside is not None:
            beside(tx, row)
    return Posted(row=row, composed=composed)


def composed_for(node: Node, case: FamilyCase, *, own: Own, to: str, purpose: str) -> Composed:
    """Return what of a case may go to a partner now, sealed.

    Raises:
        DirectoryError: the partner's keys are not known.
        KgbxError: as :func:`kgbx.exchange.passing.compose`.
    """
    at = moment(node.now())
    document = node.directory.document(to, at)
    if document is None:
        raise DirectoryError("E_DIR_UNKNOWN_ORG")
    return compose(case, own=own, to=document, purpose=purpose, at=at, ids=node.ids)


def notes_of(node: Node, composed: Composed, *, case: FamilyCase, purpose: str) -> dict[str, bytes]:
    """Return what is kept beside a message, for the own organisation only."""
    share = {"purpose": purpose} if case.id is None else {"purpose": purpose, "case": case.id}
    notes = {DISCLOSURE: composed.entry.line(), FACTS: composed.facts, SHARE: dumps(share)}
    return {name: hidden(note, node=node, random=os.urandom) for name, note in notes.items()}


def _note(node: Node, tx: Transaction, message_id: str, name: str) -> bytes | None:
    note = dict(tx.annotations(message_id)).get(name)
    return None if note is None else shown(note, identity=node.identity)


def disclosed(node: Node, message_id: str) -> tuple[Disclosure, bytes]:
    """Return the line of the disclosure log that belongs to a message, and its facts.

    Raises:
        DeliveryError: X_UNKNOWN, no such message was sent from a case.
        EnvelopeError: E_NOT_FOR_ME, the key that it was kept with is gone.
    """
    with node.store.transaction() as tx:
        line, facts = (_note(node, tx, message_id, name) for name in (DISCLOSURE, FACTS))
    entry = None if line is None else read_line(line, 1)
    if entry is None or facts is None:
        raise DeliveryError("X_UNKNOWN")
    return entry, facts


def in_place_of(
    node: Node, case: FamilyCase, *, message_id: str, actor: str
) -> Callable[[Transaction, Outgoing], None]:
    """Return what takes a message back in the transaction that puts another in its place, maybe for another partner.

    The audit chain then names both partners. What is returned raises DeliveryError: X_UNKNOWN, there is no such message
    about this case; X_STATE, it does not stand here now.

    Args:
        node: Where it goes out.
        case: The own file that both are about.
        message_id: The message that is taken back.
        actor: Account of who sends anew.
    """
    applier = Applier(jitter=node.jitter, cancelling=cancelling(node))

    def take_back(tx: Transaction, row: Outgoing) -> None:
        old = tx.out(message_id)
        if old is None or case.id is None or share_of(node, tx, row=old).get("case") != case.id:
            raise DeliveryError("X_UNKNOWN")
        event = Withdrawn(actor=actor, reason=f"sent anew to {row.peer}")
        if old.state not in STANDING or applier.apply(tx, old, event=event, now=node.now()) is None:
            raise DeliveryError("X_STATE", retryable=True)

    return take_back


# --- taking back


def withdraw_what_may_not_go(node: Node, case: FamilyCase, *, own: Own, actor: str) -> tuple[str, ...]:
    """Take back what stands here of a case and may not go any more, and return the ids of those messages.

    What is on its way now is marked: unless the partner takes it, it is withdrawn as soon as that try has ended. What a
    partner holds already cannot be taken back, and is marked too: it is not offered again to a partner that lost it. A
    message that holds one record that may not go is taken back whole.

    It is meant for the moment at which a consent is withdrawn or a protection begins, and for the moment after the own
    store was put back from a backup: what was taken back since then stands in it as it did before.

    Args:
        node: Where it goes out.
        case: The own file as it is now.
        own: The sender, with its registers as they are now.
        actor: Account of who changed the case.

    Raises:
        UsageError: U_ARGUMENT, the case has no id: what was sent of it cannot be found.
        DeliveryError: X_STORE.
    """
    if case.id is None:
        raise UsageError
    found = tuple(_sent_of(node, case.id))
    forbidden = [row for row, purpose, sent in found if not sent <= _permitted(node, case, own, row.peer, purpose)]
    applier = Applier(jitter=node.jitter, cancelling=cancelling(node))
    event = Withdrawn(actor=actor, reason="may not go any more")
    with node.store.transaction() as tx:
        here = [row for one in forbidden if (row := tx.out(one.id)) is not None]
        for row in here:
            tx.annotate(row.id, STOP, data=actor.encode())
        standing = [row for row in here if row.state in STANDING]
        done = [row.id for row in standing if applier.apply(tx, row, event=event, now=node.now()) is not None]
    return tuple(done)


def _sent_of(node: Node, case_id: str) -> Iterator[tuple[Outgoing, str, frozenset[str]]]:
    """Yield the messages about a case that may still go, or go again, with their purpose and their records.

    A page is a transaction: of a store of years others need not wait for the end. The lane tells which are about the
    case, so that the notes of all others stay closed.
    """
    after: str | None = ""
    while after is not None:
        with node.store.transaction() as tx:
            page = tx.list_out(states=_MAY_GO, after=after or None, limit=_PAGE)
            lanes = {
                peer: lane_of(tx, peer=peer, about=case_id, random=os.urandom) for peer in {row.peer for row in page}
            }
            mine = [row for row in page if row.lane == lanes[row.peer] and _may_go(row, node.now())]
            found = [(row, share_of(node, tx, row=row), _sent_records(node, tx, row)) for row in mine]
        yield from ((row, share["purpose"], sent) for row, share, sent in found if share.get("case") == case_id)
        after = page[-1].id if len(page) == _PAGE else None


def _may_go(row: Outgoing, now: int) -> bool:
    """Tell whether a message may go: of what a partner had, only what is of use is offered again."""
    return row.state not in {"accepted", "completed"} or row.expires_at > now


def share_of(node: Node, tx: Transaction, *, row: Outgoing) -> dict[str, str]:
    """Return purpose and case of a message, nothing of one that was not made from a case."""
    note = _note(node, tx, row.id, SHARE)
    return {} if note is None else cast("dict[str, str]", parse(note))


def _sent_records(node: Node, tx: Transaction, row: Outgoing) -> frozenset[str]:
    note = _note(node, tx, row.id, DISCLOSURE)
    entry = None if note is None else read_line(note, 1)
    return frozenset(() if entry is None else (one.record for one in entry.rows if not one.reasons))


def _permitted(node: Node, case: FamilyCase, own: Own, to: str, purpose: str) -> frozenset[str]:
    now = format_instant(moment(node.now()))
    request = Request(sender=own.org, recipient=to, purpose=purpose, at=now, known_at=now)
    account = decide_share(case, request=request, basis=own.basis).share.account
    return frozenset(row.record for row in account.passed)


# --- what arrives


class Shelf(Protocol):
    """Where an organisation keeps the files of families, in the transaction in which a message is handed over.

    Who keeps them elsewhere than in the database of the store is idempotent on the id of the message.
    """

    def held(self, message: Message, tx: Transaction) -> FamilyCase:
        """Return the own file that a message belongs to; an empty one for a family that is not known yet."""
        ...

    def keep(self, message: Message, received: Received, *, tx: Transaction) -> None:
        """Keep the file with what arrived, and apart what the own registers deny."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandler:
    """Takes cases in: the handler of :class:`kgbx.delivery.receiving.Receiver`.

    Attributes:
        node: Whose clock counts.
        own: The recipient.
        purpose: What it receives cases for.
        shelf: Where it keeps them.
    """

    node: Node
    own: Own
    purpose: str
    shelf: Shelf

    def __call__(self, message: Message, tx: Transaction) -> None:
        """Take a message in.

        Raises:
            EnvelopeError: E_SCHEMA, E_POLICY: it is refused; others: it is tried again.
        """
        self.shelf.keep(message, self._received(message, self.shelf.held(message, tx)), tx=tx)

    def _received(self, message: Message, case: FamilyCase) -> Received:
        sealed = Sealed(id=message.id, envelope=message.envelope, parts=message.parts, jws=message.opened.jws)
        at = moment(self.node.now())
        try:
            # that it came only once, the rows of the store know
            return receive(sealed, case=case, own=self.own, purpose=self.purpose, at=at, seen=None)
        except IntegrityError:
            pass
        raise EnvelopeError("E_POLICY")


# --- evidence


def evidence_of(node: Node, message_id: str) -> Evidence:
    """Return what proves, without content and without the network, that a message was sent and what became of it.

    Raises:
        DeliveryError: X_UNKNOWN, no such message was sent, or its signed manifest was not kept.
        UsageError: U_ARGUMENT, the directory has no signed document of both sides.
    """
    at = moment(node.now())
    with node.store.transaction() as tx:
        row, notes = tx.out(message_id), dict(tx.annotations(message_id))
        held = None if row is None else tx.receipt("in", row.peer, message_id=message_id, level=1)
    if row is None or MANIFEST not in notes:
        raise DeliveryError("X_UNKNOWN")
    documents = [one for org in (node.org, row.peer) if (one := node.directory.document(org, at)) is not None]
    receipts = tuple(notes[name] for name in PROOFS if name in notes)
    custody = () if held is None else (held.data,)
    return Evidence.of(notes[MANIFEST], documents, receipts=receipts, custody=custody)

# SPDX-License-Identifier: EUPL-1.2
"""The receiving side after custody: open, wait for its turn, hand over, answer.

Rules:
    - the handler gets ``(message, tx)``: what it writes in `tx`, the state of the message and the receipt of level 2
      commit together or not at all. A handler that writes elsewhere must be idempotent on the message id;
    - a row is worked on under a lease; whose lease has passed changes nothing any more;
    - what cannot be opened, accepted or handled is answered or set apart, and never stops another lane;
    - the receipt is signed before the handler gets the message: an application never gets one that cannot be answered.
      While none of the own keys may sign messages wait, uncounted, and go on at once when one may.
Decrypted content is never stored here. Source: delivery design, "Outgoing states" (incoming), "Receipts".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery.answering import Answers
from kgbx.delivery.arrival import (
    CLAIMABLE,
    LATER,
    Alarm,
    Handled,
    HandlingFailed,
    Opens,
    Processed,
    Refuse,
    Unacceptable,
    Unjudged,
    Unopenable,
    Vanished,
    step,
    turn_of,
)
from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.handing import LostError, attempted, signed_first
from kgbx.delivery.judging import NOT_OPENED, fetched
from kgbx.delivery.keyless import NO_KEYS, put_off, wake
from kgbx.delivery.log import LOG
from kgbx.delivery.records import Alert, Incoming, Receipt
from kgbx.delivery.releasing import released
from kgbx.delivery.states import LEASE, LIFETIME
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError, UsageError

if TYPE_CHECKING:
    from kgbx.delivery.arrival import InEffect, InEvent
    from kgbx.delivery.judging import Judge, NotOpened
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Road
    from kgbx.delivery.store import Transaction
    from kgbx.envelope.blobs import Blob
    from kgbx.envelope.unseal import Opened

_WOKEN: Final = 1000
"""Rows that are looked at at once when something may have changed for them; the others come by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as an application gets it.

    Attributes:
        peer: URN of the organisation that sent it: both its signatures were verified.
        id: Message id; who stores elsewhere keeps it, so that the same message twice is stored once.
        lane: Pseudonym of the case at its sender, None without order.
        number: Place in the lane.
        missing: Numbers of the lane that should have come before and did not.
        opened: Manifest, body and parts.
        envelope: The envelope as it came.
        parts: The encrypted parts as they came.
    """

    peer: str
    id: str
    lane: str | None = None
    number: int | None = None
    missing: tuple[int, ...] = ()
    opened: Opened = field(repr=False)
    envelope: bytes = field(repr=False)
    parts: tuple[Blob, ...] = field(repr=False)


Handler: TypeAlias = "Callable[[Message, Transaction], None]"
"""Takes a message in. It raises EnvelopeError E_SCHEMA or E_POLICY to refuse it; whatever else it raises is a failure,
after which it is called again, at most three times in all."""

Failpoint: TypeAlias = Callable[[str], None]
RoadTo: TypeAlias = "Callable[[str], Road]"


def passing(_name: str) -> None:
    """Do nothing: the failpoint of a real run."""


def pushed(_org: str) -> Road:
    """Return the road to a partner that has an endpoint."""
    return "push"


@dataclass(frozen=True, slots=True)
class _Content:
    """What came in, and what is behind it."""

    envelope: bytes
    parts: tuple[Blob, ...]
    found: Opened | NotOpened


class Receiver:
    """Works on what came in; several may work on one store."""

    def __init__(
        self,
        node: Node,
        *,
        judge: Judge,
        handler: Handler,
        road: RoadTo = pushed,
        failpoint: Failpoint = passing,
    ) -> None:
        """Make a worker.

        Args:
            node: The organisation.
            judge: Opens and signs.
            handler: The application.
            road: How answers reach a partner.
            failpoint: Called with the name of each place at which a test lets the process die.
        """
        self._node = node
        self._judge = judge
        self._handler = handler
        self._road = road
        self._at = failpoint
        self._answers = Answers(node, judge=judge)
        self._keyless = True  # a process before this one may have had no keys

    def run_once(self, *, limit: int = 100) -> int:
        """Work on what is due, at most `limit` rows, and return how many.

        Raises:
            DeliveryError: X_STORE, the store failed; what was under way is tried again when its lease has passed.
        """
        if self._keyless and self._judge.may_sign():
            wake(self._node)
            self._keyless = False
        done = 0
        while done < limit and self._one():
            done += 1
        return done

    def wake(self) -> int:
        """Look again at once at what could not be judged: the directory has changed. Return how many there are."""
        with self._node.store.transaction() as tx:
            rows = [one for one in tx.list_in(states=["quarantined"], limit=_WOKEN) if one.problem in LATER]
            return sum(tx.save_in(replace(row, due_at=self._node.now()), was=row) for row in rows)

    def release(self, peer: str, message_id: str, *, actor: str) -> None:
        """Have a message that was set apart tried again.

        Raises:
            DeliveryError: X_UNKNOWN, there is no such message; X_STATE, it was not set apart.
        """
        with self._node.store.transaction() as tx:
            released(tx, peer, message_id=message_id, actor=actor, now=self._node.now())

    def take_up(self, peer: str, message_id: str) -> bool:
        """Tell the sender that a professional has the message (level 3); tell whether that is new.

        Raises:
            DeliveryError: X_UNKNOWN, there is no such message; X_STATE, it was not handed over.
        """
        with self._node.store.transaction() as tx:
            row = tx.incoming(peer, message_id)
        if row is None:
            raise DeliveryError("X_UNKNOWN")
        content = self._content(row)
        if row.state != "processed" or isinstance(content.found, NOT_OPENED):
            raise DeliveryError("X_STATE")
        said = self._judge.said(content.found, "taken_up")
        with self._node.store.transaction() as tx:
            if tx.receipt("out", peer, message_id=message_id, level=3) is not None:
                return False
            self._answer(tx, row, said, outcome="taken_up", levels=(3, 3))
        return True

    # --- one row

    def _one(self) -> bool:
        claimed, row = self._claim()
        if row is not None:
            self._work(row)
        return claimed

    def _claim(self) -> tuple[bool, Incoming | None]:
        """Take a lease on a row, and tell whether there was any; who lost it while handing over is looked at first."""
        now = self._node.now()
        with self._node.store.transaction() as tx:
            rows = tx.candidates_in(now, states=CLAIMABLE, limit=1)
            if not rows:
                return False, None
            row = rows[0]
            if row.lease_token is not None:  # it has passed: whoever had it died, or sleeps
                self._change(tx, row, HandlingFailed() if row.state == "offered" else Vanished())
                return True, None
            leased = replace(row, lease_token=str(self._node.ids()), lease_until=now + LEASE)
            taken = tx.save_in(leased, was=row)
        self._at("after_claim_in")
        return True, leased if taken else None

    def _work(self, row: Incoming) -> None:
        if row.kind != "message":
            self._answers.settle(row)
            return
        if self._answers.called_back(row):
            return
        try:
            if self._judge.may_sign():
                self._open(row)
                return
        except UsageError as error:  # the keys ended meanwhile
            if error.code != NO_KEYS:
                raise
        except DirectoryError as error:  # nobody can say by which road it is answered
            self._no_road(row, error.code)
            return
        self._keyless = True
        put_off(self._node, row)

    def _no_road(self, row: Incoming, code: str) -> None:
        """Look at a message again later, when the directory can be read; what nobody may answer is not refused."""
        if self._node.now() >= row.received_at + LIFETIME:
            put_off(self._node, row, code=code)
            return
        with self._node.store.transaction() as tx:
            here = tx.incoming(row.peer, row.id)
            if here is not None and here.lease_token == row.lease_token:
                self._change(tx, here, Unjudged(code=code))

    def _open(self, row: Incoming) -> None:
        content = self._content(row)
        offered = self._judged(row, content)
        if offered is not None and offered.state == "offered":
            self._at("after_offered")
            self._hand_over(offered, content)

    def _content(self, row: Incoming) -> _Content:
        with self._node.store.transaction() as tx:
            envelope = tx.envelope_in(row.peer, row.id)
        try:
            parts = tuple(fetched(self._node.store.parts, owner=row.peer, sha256=one) for one in row.parts)
        except DeliveryError as error:
            if error.code != "X_UNKNOWN":
                raise
            return _Content(envelope, (), Unopenable(code="E_PART_MISSING"))
        return _Content(envelope, parts, self._judge.opened(row, envelope, parts=parts))

    def _judged(self, row: Incoming, content: _Content) -> Incoming | None:
        """Write what opening showed and return the row; None if somebody else works on it by now."""
        found = content.found
        if isinstance(found, NOT_OPENED):
            return self._not_opened(row, found, content)
        with self._node.store.transaction() as tx:
            numbers = () if row.lane is None else tx.lane_numbers(row.peer, row.lane)
            turn = turn_of(row, numbers, now=self._node.now())
            return self._change(tx, row, Opens(turn=turn))

    def _not_opened(self, row: Incoming, found: NotOpened, content: _Content) -> Incoming | None:
        refusal = None
        if isinstance(found, Unacceptable):
            refusal = self._judge.refused(content.envelope, content.parts)
            found = found if refusal is not None else Unopenable(code=found.code)
        no = self._judge.undeliverable(row, content.envelope)
        with self._node.store.transaction() as tx:
            return self._change(tx, row, found, said=refusal or no)

    def _hand_over(self, row: Incoming, content: _Content) -> None:
        found = content.found
        if isinstance(found, NOT_OPENED):
            raise DeliveryError("X_STATE")
        message = Message(
            peer=row.peer,
            id=row.id,
            lane=row.lane,
            number=row.number,
            missing=row.gaps,
            opened=found,
            envelope=content.envelope,
            parts=content.parts,
        )
        self._road(row.peer)  # an answer must have one
        receipt = signed_first(self._judge, found)
        if not isinstance(receipt, bytes):
            self._not_handed_over(row, receipt, content)
            return
        outcome = attempted(lambda: self._handled(row, message, receipt))
        if outcome in {"handled", "lost"}:
            return
        said = None if outcome == "failed" else self._refusal(row, found, outcome)
        event = HandlingFailed() if said is None else Unacceptable(code=outcome)
        with self._node.store.transaction() as tx:
            self._change(tx, row, event, said=said or b"")

    def _not_handed_over(self, row: Incoming, event: InEvent, content: _Content) -> None:
        no = self._judge.undeliverable(row, content.envelope)
        with self._node.store.transaction() as tx:
            self._change(tx, row, event, said=no)

    def _refusal(self, row: Incoming, found: Opened, code: str) -> bytes | None:
        """Return the sealed refusal, None if it cannot be sealed now: its sender may have no key, others go on."""
        try:
            return self._judge.said(found, "refused", code=code)
        except (EnvelopeError, DirectoryError) as error:
            LOG.warning("%s cannot be refused: %s", row.id, error.code)
        return None

    def _handled(self, row: Incoming, message: Message, receipt: bytes) -> None:
        with self._node.store.transaction() as tx:
            self._at("before_handler")
            self._handler(message, tx)
            self._at("after_handler")
            if self._change(tx, row, Handled(), said=receipt) is None:
                raise LostError
            self._at("before_handled_commit")
        self._at("after_handled_commit")

    # --- writing

    def _change(self, tx: Transaction, row: Incoming, event: InEvent, *, said: bytes = b"") -> Incoming | None:
        """Write the row after an event with all its effects; None, and nothing is written, if somebody else has it."""
        now = self._node.now()
        changed, effects = step(row, event, now=now)
        if not tx.save_in(changed, was=row):
            LOG.info("lease lost: %s", row.id)
            return None
        if changed.state in {"processed", "refused", "quarantined"}:
            self._wake_lane(tx, changed)  # rows before the chain: who takes both takes them in one order
        about = row.peer, row.id
        tx.audit(at=now, actor="kgbx", event=f"in-{changed.state}", about=about, detail=changed.problem or "")
        LOG.info("in %s: %s %s", row.id, changed.state, changed.problem or "")
        for effect in effects:
            self._do(tx, row, effect, said=said)
        return changed

    def _do(self, tx: Transaction, row: Incoming, effect: InEffect, *, said: bytes) -> None:
        if isinstance(effect, Alarm):
            tx.add_alert(Alert(at=self._node.now(), peer=row.peer, message_id=row.id, code=effect.code))
            LOG.warning("alert %s: %s from %s", effect.code, row.id, row.peer)
        elif isinstance(effect, Processed):
            self._answer(tx, row, said, outcome="processed", levels=(2, 2))
        elif isinstance(effect, Refuse):
            self._answer(tx, row, said, outcome="refused", levels=(2, 2))
        else:
            self._answer(tx, row, said, outcome="undeliverable", levels=(2, 1))

    def _answer(self, tx: Transaction, row: Incoming, said: bytes, *, outcome: str, levels: tuple[int, int]) -> None:
        """Keep an answer for good, and send it; `levels`: under which it is kept, and under which it travels."""
        now = self._node.now()
        kept, travels = levels
        given = Receipt(
            direction="out", peer=row.peer, message_id=row.id, level=kept, outcome=outcome, at=now, data=said
        )
        if not tx.add_receipt(given):
            raise DeliveryError("X_STATE")
        draft = Draft(
            id=str(self._node.ids()),
            kind="receipt",
            peer=row.peer,
            envelope=said,
            urgency=row.urgency,
            road=self._road(row.peer),
            ref=row.id,
            level=travels,
        )
        enqueue(tx, draft, now=now)

    def _wake_lane(self, tx: Transaction, row: Incoming) -> None:
        """Let what waits for its turn in this lane look again."""
        if row.lane is None:
            return
        waiting = tx.list_in(states=["verified"], peer=row.peer, limit=_WOKEN)
        for one in waiting:
            if one.lane == row.lane and one.lease_token is None and one.hold_until is not None:
                tx.save_in(replace(one, due_at=min(one.due_at, self._node.now())), was=one)

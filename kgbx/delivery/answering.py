# SPDX-License-Identifier: EUPL-1.2
"""What partners say about our messages: receipts of level 2 and 3, and the signed word that one does not open.

Rules:
    - a receipt counts for exactly the message that was sent, from exactly whom it was sent to; others change nothing;
    - the first answer of a level stays; one that contradicts it changes nothing and is told to a person;
    - an answer that is ahead of the custody statement waits for it: nothing is completed that was not accepted;
    - a cancellation that nobody can judge yet waits as an answer does, and goes before the message that it is about;
    - no answer to an answer.

Source: delivery design, "Receipts"; envelope specification, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kgbx.delivery import core
from kgbx.delivery.applying import Applier
from kgbx.delivery.arrival import ENDED, LATER, LOOK_AGAIN, left
from kgbx.delivery.events import Answered
from kgbx.delivery.judging import Kept
from kgbx.delivery.log import LOG
from kgbx.delivery.posting import MANIFEST, cancelling
from kgbx.delivery.records import Alert, Receipt
from kgbx.delivery.states import DAY, HOLDS_LANE, SECOND
from kgbx.errors import DeliveryError, KgbxError

if TYPE_CHECKING:
    from kgbx.delivery.judging import Answer, Judge
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Incoming, InState, Outgoing
    from kgbx.delivery.store import Transaction

PROOFS: Final = ("receipt-2", "receipt-3")
"""Annotations of a message that was sent: what its receiver signed, for evidence."""

CANCELLED: Final = "X_CANCELLED"
AHEAD: Final = 30 * SECOND
"""How long an answer that is ahead of custody waits first; twice as long each time, up to :data:`LOOK_AGAIN`."""

GIVEN_UP: Final = 30 * DAY
"""After this an answer that found no message in a fitting state is let go: no message lives longer."""


_WAITS: Final[tuple[InState, ...]] = ("received", "quarantined")
_LOOKED_AT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be written about an answer that came in.

    Attributes:
        state: New state of its row.
        problem: Code, None when it counts.
        due_at: When it is looked at again; None for never.
        answer: What was signed, None when nothing counts.
    """

    state: InState
    problem: str | None = None
    due_at: int | None = None
    answer: Answer | None = None


class Answers:
    """Opens and applies what partners say."""

    def __init__(self, node: Node, *, judge: Judge) -> None:
        """Make one for a node and its keys."""
        self._node = node
        self._judge = judge
        self._applier = Applier(jitter=node.jitter, cancelling=cancelling(node))

    def settle(self, row: Incoming) -> None:
        """Work on a row that holds a receipt or cancellation; nothing is written if somebody else has it by now."""
        with self._node.store.transaction() as tx:
            envelope = tx.envelope_in(row.peer, row.id)
            sent = None if row.ref is None else tx.out(row.ref)
            notes = {} if sent is None else dict(tx.annotations(sent.id))
        if row.kind == "cancellation":
            self._cancel(row, envelope)
            return
        kept = Kept(manifest=notes.get(MANIFEST), proofs=tuple(notes[name] for name in PROOFS if name in notes))
        verdict = self._verdict(row, envelope, sent, kept)
        with self._node.store.transaction() as tx:
            self._write(tx, row, envelope, verdict)

    def _verdict(self, row: Incoming, envelope: bytes, sent: Outgoing | None, kept: Kept) -> Verdict:
        if sent is None or sent.kind != "message" or sent.peer != row.peer:
            return Verdict(state="refused", problem="X_UNKNOWN")
        if sent.state in HOLDS_LANE:
            return self._ahead(row)
        try:
            return Verdict(state="processed", answer=self._judge.answer(row, envelope, sent=sent, kept=kept))
        except DeliveryError:
            raise
        except KgbxError as error:
            return self._doubted(row, error.code)

    def _ahead(self, row: Incoming) -> Verdict:
        now = self._node.now()
        if now > row.received_at + GIVEN_UP:
            return Verdict(state="refused", problem="X_STATE")
        return Verdict(state="received", due_at=now + min(AHEAD << min(row.attempts, 10), LOOK_AGAIN))

    def _doubted(self, row: Incoming, code: str) -> Verdict:
        if code == "E_DUPLICATE":
            return Verdict(state="processed")
        if code == "E_ID_REUSE":
            return Verdict(state="quarantined", problem="X_CONTRADICTS")
        now = self._node.now()
        if code in LATER and now <= row.received_at + GIVEN_UP:
            return Verdict(state="quarantined", problem=code, due_at=now + LOOK_AGAIN)
        return Verdict(state="refused", problem=code)

    # --- writing

    def _write(self, tx: Transaction, row: Incoming, envelope: bytes, verdict: Verdict) -> None:
        closed = _closed(row, verdict)
        if not tx.save_in(closed, was=row):  # rows before the chain: who takes both takes them in one order
            raise DeliveryError("X_STATE", retryable=True)
        if verdict.answer is not None and not self._counts(tx, row, envelope, verdict.answer):
            verdict = Verdict(state="quarantined", problem="X_CONTRADICTS")
            tx.save_in(left(row, "quarantined", problem="X_CONTRADICTS"), was=closed)
        if verdict.problem == "X_CONTRADICTS":
            self._alert(tx, row, "X_CONTRADICTS")
        if verdict.due_at is None:
            said = verdict.answer
            event = f"answer-{verdict.state}" if said is None else f"answer-{said.outcome}"
            detail = verdict.problem or (said.code if said is not None else None) or ""
            tx.audit(at=self._node.now(), actor="kgbx", event=event, about=(row.peer, row.ref), detail=detail)

    def _counts(self, tx: Transaction, row: Incoming, envelope: bytes, answer: Answer) -> bool:
        """Keep an answer and apply it, and tell whether it goes with what was said before."""
        sent = tx.out(row.ref or "")
        level = 3 if answer.outcome == "taken_up" else 2
        before = tx.receipt("in", row.peer, message_id=row.ref or "", level=2)
        if sent is None or (before is not None and _contradict(before.outcome, answer.outcome)):
            return False
        now = self._node.now()
        got = Receipt(
            direction="in",
            peer=row.peer,
            message_id=sent.id,
            level=level,
            outcome=answer.outcome,
            at=now,
            data=envelope,
        )
        if tx.add_receipt(got):
            tx.annotate(sent.id, _proof_name(answer.outcome, level), data=answer.proof)
            self._apply(tx, sent, answer)
        return True

    def _apply(self, tx: Transaction, sent: Outgoing, answer: Answer) -> None:
        """Change the message as the answer says; of one whose story has ended this may tell a person, no more."""
        event, now = Answered(outcome=answer.outcome), self._node.now()
        if core.transition(sent, event, now=now) is None:
            LOG.info("answer to %s in state %s: %s", sent.id, sent.state, answer.outcome)
        elif self._applier.apply(tx, sent, event=event, now=now) is None:
            raise DeliveryError("X_STATE", retryable=True)

    def _alert(self, tx: Transaction, row: Incoming, code: str) -> None:
        tx.add_alert(Alert(at=self._node.now(), peer=row.peer, message_id=row.ref, code=code))
        LOG.warning("alert %s: %s from %s", code, row.ref, row.peer)

    # --- cancellations

    def called_back(self, row: Incoming) -> bool:
        """Settle first what its sender said of a message that is to be handed over; tell whether it is let go.

        A word that came after it and waits here among the first hundred is found; a later one tells a person.
        """
        with self._node.store.transaction() as tx:
            later = tx.list_in(states=_WAITS, peer=row.peer, after=(row.peer, row.id), limit=_LOOKED_AT)
        for one in later:
            if one.kind == "cancellation" and one.ref == row.id and one.lease_token is None:
                self._settled_by_anybody(one)
        with self._node.store.transaction() as tx:
            return tx.incoming(row.peer, row.id) != row

    def _cancel(self, row: Incoming, envelope: bytes) -> None:
        """Let go of a message that its sender says is of no use any more; if it was handed over, tell a person."""
        verdict = self._believed(row, self._judge.cancelled(row, envelope))
        with self._node.store.transaction() as tx:
            closed = _closed(row, verdict)
            if not tx.save_in(closed, was=row):
                raise DeliveryError("X_STATE", retryable=True)
            if verdict.due_at is not None:
                return
            target = tx.incoming(row.peer, row.ref or "") if verdict.problem is None else None
            if target is not None and target.state not in ENDED:
                tx.save_in(left(target, "refused", problem=CANCELLED), was=target)
            elif target is not None and target.state == "processed":
                self._alert(tx, row, CANCELLED)
            about, event = (row.peer, row.ref), f"cancellation-{closed.state}"
            tx.audit(at=self._node.now(), actor="kgbx", event=event, about=about, detail=verdict.problem or "")

    def _settled_by_anybody(self, row: Incoming) -> None:
        try:
            self.settle(row)
        except DeliveryError as error:
            if error.code != "X_STATE":  # another worker settles it; if it counts, handing over is undone
                raise

    def _believed(self, row: Incoming, code: str | None) -> Verdict:
        return Verdict(state="processed") if code is None else self._doubted(row, code)


def _closed(row: Incoming, verdict: Verdict) -> Incoming:
    closed = left(row, verdict.state, problem=verdict.problem)
    return closed if verdict.due_at is None else replace(closed, due_at=verdict.due_at, attempts=row.attempts + 1)


def _proof_name(outcome: str, level: int) -> str:
    return outcome if outcome == "undeliverable" else f"receipt-{level}"


def _contradict(one: str, other: str) -> bool:
    """Tell whether two outcomes of one message cannot both be true."""
    negative = {"refused", "undeliverable"}
    return one != other and bool({one, other} & negative)

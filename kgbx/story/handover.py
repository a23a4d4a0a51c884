# SPDX-License-Identifier: EUPL-1.2
"""Handing a family over: which step may follow which, whoever's messages cross, come late, twice or not at all.

Rules:
    - until the receiver completes, the sender stays responsible for safety and its fixed contact stays; then the
      receiver's: never nobody, never two;
    - only the receiver completes, and only after the meeting with the family, which the sender calls; from that call on
      the sender cannot withdraw, so that no withdrawal crosses a completion;
    - each message carries its turn, the number of steps before it, and a digest of those steps. A step that is known
      already changes nothing; one that comes too early is refused until the missing one is there; one that follows
      other steps than are known here is refused;
    - no step is dated before the one that it follows, or a completion could reach back to before the meeting;
    - of two steps that cross at one turn the one that ends the handover stands, and if both or neither do the sender's:
      what is undone so moved no responsibility;
    - who is responsible hands over to one organisation at a time.
Nothing here sends, and nothing reads a clock.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from kgbx.canonical import dumps
from kgbx.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Side = Literal["sender", "receiver"]
"""Who hands over and who takes over."""

Event = Literal["offer", "ask", "supply", "accept", "wait", "decline", "meet", "complete", "withdraw"]
"""What one of the two does."""

State = Literal[
    "prepared",
    "offered",
    "more_information",
    "accepted",
    "waiting",
    "warm_meeting",
    "completed",
    "declined",
    "withdrawn",
]
"""How far it is: values of the code list ``collaboration_state``."""

ENDED: Final[frozenset[State]] = frozenset({"completed", "declined", "withdrawn"})
"""States after which nothing follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: who may do what when, and what it leads to.

    Attributes:
        id: ``KGBX-H-nn``.
        event: What is done.
        by: Who does it.
        before: States in which it may be done.
        after: State that it leads to.
        reason: Whether a reason must be given.
        source: Why it is so.
    """

    id: str
    event: Event
    by: Side
    before: tuple[State, ...]
    after: State
    reason: bool = False
    source: str = "kgbx"


STEPS: Final = (
    Rule(id="KGBX-H-01", event="offer", by="sender", before=("prepared",), after="offered"),
    Rule(id="KGBX-H-02", event="ask", by="receiver", before=("offered",), after="more_information", reason=True),
    Rule(id="KGBX-H-03", event="supply", by="sender", before=("more_information",), after="offered"),
    Rule(id="KGBX-H-04", event="accept", by="receiver", before=("offered",), after="accepted"),
    Rule(id="KGBX-H-05", event="wait", by="receiver", before=("accepted",), after="waiting", reason=True),
    Rule(id="KGBX-H-06", event="meet", by="sender", before=("accepted", "waiting"), after="warm_meeting"),
    Rule(id="KGBX-H-07", event="complete", by="receiver", before=("warm_meeting",), after="completed"),
    Rule(
        id="KGBX-H-08",
        event="decline",
        by="receiver",
        before=("offered", "more_information", "accepted", "waiting", "warm_meeting"),
        after="declined",
        reason=True,
    ),
    Rule(
        id="KGBX-H-09",
        event="withdraw",
        by="sender",
        before=("prepared", "offered", "more_information", "accepted", "waiting"),
        after="withdrawn",
        reason=True,
        source="kgbx: not once the family met the receiver, or a withdrawal could cross the completion",
    ),
)
"""Every step, by number; numbers are never used again."""

_CONTEXT: Final = b"kgbx/1 handover\0"
_RULE_OF: Final = {rule.event: rule for rule in STEPS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that was taken.

    Attributes:
        turn: Number of steps before it.
        after: Digest of these steps: see :func:`digest_of_steps`.
        event: What was done.
        on: Day, ``YYYY-MM-DD``.
        reason: Why, where the table asks for it.
    """

    turn: int
    after: str
    event: Event
    on: str
    reason: str | None = field(default=None, repr=False)

    @property
    def by(self) -> Side:
        """Who took it."""
        return _RULE_OF[self.event].by


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What one of the two organisations knows of a handover.

    Attributes:
        id: UUID version 4 of the handover.
        sender: URN of the organisation that hands over.
        receiver: URN of the organisation that takes over.
        own: Which of the two this one is.
        steps: What was done, in order.
        persons: Ids of who is handed over, sorted; empty where that is not written down.
    """

    id: str
    sender: str
    receiver: str
    own: Side
    steps: tuple[Step, ...] = ()
    persons: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """How far it is, as far as known here."""
        return _RULE_OF[self.steps[-1].event].after if self.steps else "prepared"

    @property
    def may(self) -> tuple[Event, ...]:
        """What this organisation may do now."""
        return tuple(rule.event for rule in STEPS if rule.by == self.own and self.state in rule.before)

    @property
    def responsible(self) -> bool:
        """Whether this organisation must keep sight of safety, and its fixed contact stay.

        The sender stops when it knows that the receiver completed, not before: until that message arrives both look.
        """
        return (self.state == "completed") is (self.own == "receiver")


def digest_of_steps(steps: Sequence[Step]) -> str:
    """Return the digest of the steps so far, base64url, 43 characters; of none an empty text.

    Source: RFC 8785 (canonical form), RFC 4648 section 5.
    """
    if not steps:
        return ""
    told = [{"event": one.event, "on": one.on, "reason": one.reason or ""} for one in steps]
    digest = sha256(_CONTEXT + dumps(told)).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def keeps_sight(org: str, handovers: Iterable[Handover], *, first: bool) -> bool:
    """Tell whether an organisation must keep sight of the safety of a family, by what it knows.

    Args:
        org: Its URN.
        handovers: Those of this family that it takes part in.
        first: Whether it was the first to be responsible.
    """
    ended = [one for one in handovers if one.state == "completed"]
    taken, given = sum(one.receiver == org for one in ended), sum(one.sender == org for one in ended)
    return first + taken > given


def prepare(
    handover_id: str,
    *,
    own: str,
    receiver: str,
    handovers: Iterable[Handover],
    first: bool = False,
    persons: Iterable[str] = (),
) -> Handover:
    """Return a new handover, of which nothing has been sent yet.

    Args:
        handover_id: UUID version 4.
        own: URN of the organisation that hands over.
        receiver: URN of the organisation that may take over.
        handovers: Those of this family that the own organisation takes part in.
        first: Whether it was the first to be responsible for this family.
        persons: Ids of who is handed over.

    Raises:
        UsageError: U_NOT_RESPONSIBLE, it is not responsible for this family; U_HANDOVER_OPEN, it hands the family over
            to another already; U_ARGUMENT, the receiver is itself.
    """
    known = tuple(handovers)
    if own == receiver:
        raise UsageError
    if not keeps_sight(own, known, first=first):
        raise UsageError("U_NOT_RESPONSIBLE")
    if any(one.own == "sender" and one.state not in ENDED for one in known):
        raise UsageError("U_HANDOVER_OPEN")
    return Handover(id=handover_id, sender=own, receiver=receiver, own="sender", persons=tuple(sorted({*persons})))


def follows(steps: Sequence[Step], step: Step) -> bool:
    """Tell whether a step can follow others: its turn, its digest, its day, its event and its reason fit."""
    rule = _RULE_OF[step.event]
    state = _RULE_OF[steps[-1].event].after if steps else "prepared"
    placed = step.turn == len(steps) and step.after == digest_of_steps(steps) and step.on >= _day(steps)
    return placed and state in rule.before and not (rule.reason and not (step.reason or "").strip())


def _day(steps: Sequence[Step]) -> str:
    """Return the day of the last step; of none an empty text."""
    return steps[-1].on if steps else ""


def act(handover: Handover, event: Event, *, on: str, reason: str | None = None) -> tuple[Handover, Step]:
    """Return the handover after a step of one's own, and the step to send.

    Args:
        handover: What is known here.
        event: What this organisation does.
        on: Day, ``YYYY-MM-DD``.
        reason: Why, where the table asks for it.

    Raises:
        UsageError: U_STEP, not now or not this organisation; U_STEP_DAY, before the day of the last step; U_REASON, the
            step needs a reason.
    """
    if event not in handover.may:
        raise UsageError("U_STEP")
    if on < _day(handover.steps):
        raise UsageError("U_STEP_DAY")
    if _RULE_OF[event].reason and not (reason or "").strip():
        raise UsageError("U_REASON")
    after = digest_of_steps(handover.steps)
    step = Step(turn=len(handover.steps), after=after, event=event, on=on, reason=reason)
    return replace(handover, steps=(*handover.steps, step)), step


def take(handover: Handover, step: Step, *, sent_by: str) -> Handover:
    """Return the handover after a step of the other organisation arrived; unchanged if it was known already.

    Args:
        handover: What is known here.
        step: What arrived.
        sent_by: URN of the organisation that signed it.

    Raises:
        DocumentError: D_STEP_SENDER, of another organisation than the one that may take this step; D_STEP_EARLY, a step
            before it is not here yet; D_STEP_ORDER, it cannot follow what is known, is dated before that, or gives no
            reason.
    """
    other: Side = "sender" if handover.own == "receiver" else "receiver"
    if step.by != other or sent_by != (handover.sender if other == "sender" else handover.receiver):
        raise DocumentError.single("D_STEP_SENDER")
    if step.turn > len(handover.steps):
        raise DocumentError.single("D_STEP_EARLY", "/turn")
    before = replace(handover, steps=handover.steps[: step.turn])
    if step.after != digest_of_steps(before.steps):
        raise DocumentError.single("D_STEP_ORDER", "/after")
    if step.on < _day(before.steps):
        raise DocumentError.single("D_STEP_ORDER", "/on")
    if not follows(before.steps, step):
        raise DocumentError.single("D_STEP_ORDER", "/event")
    known = handover.steps[step.turn] if step.turn < len(handover.steps) else None
    if known is not None and known.by == step.by and known != step:
        raise DocumentError.single("D_STEP_ORDER", "/turn")
    if known is None or (known != step and _stands(step, known)):
        return replace(before, steps=(*before.steps, step))
    return handover


def _stands(step: Step, known: Step) -> bool:
    """Tell whether a step that crossed one's own is the one that counts: what ends, else the sender's."""
    ends, known_ends = (_RULE_OF[one.event].after in ENDED for one in (step, known))
    return step.by == "sender" if ends == known_ends else ends


def responsible_for_safety(sender: Handover, receiver: Handover) -> str:
    """Return the URN of the one organisation that is responsible for safety, by what both know: the receiver decides.

    Args:
        sender: What the sender knows.
        receiver: What the receiver knows.

    Raises:
        UsageError: U_ARGUMENT, these are not the two sides of one handover.
    """
    if sender.id != receiver.id or (sender.own, receiver.own) != ("sender", "receiver"):
        raise UsageError
    return receiver.receiver if receiver.responsible else sender.sender

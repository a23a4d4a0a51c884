# SPDX-License-Identifier: EUPL-1.2
"""One handover between two organisations, over a post that loses messages, brings them twice, late and in any order.

Rules: each side keeps what it knows, with the table of steps of kgbx; a step that is refused changes nothing; each side
sends all its steps again every day until both know the end. Who wants what on which day the dice decide.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Final

from kgbx.errors import DocumentError
from kgbx.story.handover import ENDED, Event, Handover, act, keeps_sight, prepare, take
from kgbx.testing.region.bodies import CHANCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from kgbx.story.handover import Side, Step
    from kgbx.testing.dice import Dice

REASON: Final = "In deze nagebootste regio."
_OTHER: Final[dict[Side, Side]] = {"sender": "receiver", "receiver": "sender"}
_WISHES: Final[tuple[Event, ...]] = (
    *("withdraw", "offer", "supply", "meet"),
    *("decline", "ask", "wait", "complete", "accept"),
)
"""What a side thinks of first."""

_ENDING: Final[frozenset[Event]] = frozenset({"withdraw", "decline"})
_ONCE: Final[frozenset[Event]] = frozenset({"ask", "wait"})
_CHANCE_OF: Final[dict[Event, str]] = {
    "withdraw": "withdraw_handover",
    "decline": "decline",
    "ask": "more_information",
    "wait": "waits",
}
_LATEST: Final = 4
_SHUFFLE: Final = 1000
_EAGER: Final = 60
"""Percentage of days on which somebody does what can be done."""


class Relay:
    """A handover, both sides of it.

    Attributes:
        refused: Steps that one side refused.
    """

    def __init__(self, first: Handover, *, obliged: bool, dice: Dice) -> None:
        """Begin.

        Args:
            first: What the sender prepared.
            obliged: Whether the receiver has to take over, by law or because it declined before.
            dice: Decide.
        """
        other = Handover(id=first.id, sender=first.sender, receiver=first.receiver, own="receiver")
        self.sides: dict[Side, Handover] = {"sender": first, "receiver": other}
        self.refused = 0
        self._obliged = obliged
        self._dice = dice
        self._post: list[tuple[date, int, Side, Step]] = []

    @property
    def ended(self) -> bool:
        """Whether both know how it ended."""
        sender, receiver = (one.state for one in self.sides.values())
        return sender == receiver and sender in ENDED

    @property
    def completed_on(self) -> str | None:
        """The day on which the receiver took over; None: not yet."""
        last = self.sides["receiver"].steps[-1:]
        return last[0].on if last and last[0].event == "complete" else None

    def pass_day(self, day: date, *, look: Callable[[], None]) -> None:
        """Let one day pass: each side may do something, the post goes, what arrives is taken in.

        Args:
            day: The day.
            look: Called after everything that changes what one of the two knows.
        """
        for side in ("sender", "receiver") if self._dice.happens(50) else ("receiver", "sender"):
            self._act(side, day)
            look()
        for side, handover in self.sides.items():
            for step in handover.steps:
                if step.by == side:
                    self._send(step, side, day)
        arriving = sorted((one for one in self._post if one[0] <= day), key=itemgetter(0, 1))
        self._post = [one for one in self._post if one[0] > day]
        for _, _, side, step in arriving:
            self._deliver(step, sent_by=side)
            look()

    def _act(self, side: Side, day: date) -> None:
        event = self._wish(self.sides[side])
        if event is not None:
            self.sides[side], _ = act(self.sides[side], event, on=day.isoformat(), reason=REASON)

    def _wish(self, handover: Handover) -> Event | None:
        """Return what a side does today, if anything: the first that may be done, that it has not done, and happens."""
        if not self._dice.happens(_EAGER):
            return None
        done = {step.event for step in handover.steps}
        wishes = (event for event in _WISHES if event in handover.may and not (event in _ONCE and event in done))
        return next((event for event in wishes if self._wants(event, handover)), None)

    def _wants(self, event: Event, handover: Handover) -> bool:
        if event in _ENDING and (self._obliged or not handover.steps):
            return False
        return (event not in _ONCE and event not in _ENDING) or self._happens(_CHANCE_OF[event])

    def _happens(self, what: str) -> bool:
        return self._dice.happens(CHANCES[what])

    def _send(self, step: Step, side: Side, day: date) -> None:
        copies = 0 if self._happens("lost") else 1 + self._happens("twice")
        for _ in range(copies):
            arrives = day.fromordinal(day.toordinal() + self._dice.below(_LATEST))
            self._post.append((arrives, self._dice.below(_SHUFFLE), side, step))

    def _deliver(self, step: Step, *, sent_by: Side) -> None:
        mine = _OTHER[sent_by]
        handover = self.sides[mine]
        org = handover.sender if sent_by == "sender" else handover.receiver
        try:
            self.sides[mine] = take(handover, step, sent_by=org)
        except DocumentError:
            self.refused += 1


class Duty:
    """Who keeps sight of safety, by what each organisation knows of the handovers of this family.

    Attributes:
        first: URN of the organisation that was responsible first.
        relays: All handovers, in order.
    """

    def __init__(self, first: str) -> None:
        self.first = first
        self.relays: list[Relay] = []

    def known_to(self, org: str) -> tuple[Handover, ...]:
        """Return the handovers in which an organisation takes part, as it knows them."""
        return tuple(
            side
            for relay in self.relays
            for side in relay.sides.values()
            if org == (side.sender if side.own == "sender" else side.receiver)
        )

    @property
    def watching(self) -> frozenset[str]:
        """URNs of those who keep sight of safety."""
        orgs = {self.first, *(side.receiver for relay in self.relays for side in relay.sides.values())}
        return frozenset(org for org in orgs if keeps_sight(org, self.known_to(org), first=org == self.first))

    @property
    def unheard(self) -> frozenset[str]:
        """URNs of those who handed over and have not yet heard that the other took over."""
        return frozenset(
            relay.sides["sender"].sender
            for relay in self.relays
            if relay.completed_on is not None and relay.sides["sender"].state != "completed"
        )

    def begin(self, handover_id: str, *, receiver: str, obliged: bool, dice: Dice) -> Relay:
        """Let the organisation that is responsible begin to hand over."""
        own = min(self.watching)
        first = prepare(handover_id, own=own, receiver=receiver, handovers=self.known_to(own), first=own == self.first)
        relay = Relay(first, obliged=obliged, dice=dice)
        self.relays.append(relay)
        return relay

# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a message of which custody was taken: the table of its states and the order of its lane.

Rules:
    - custody is taken in any order; what stands in a lane is handed over in the order of its numbers. What waited too
      long for what came before is handed over with the missing numbers, so that a loss holds up nobody for ever;
    - whether a message opens is judged when it comes in, not when its turn comes: a refusal never waits;
    - an application gets a message at most :data:`TRIES` times; then a person must look, and its lane goes on;
    - nothing is decided here about content: what failed comes in as a code.

Pure: the moment is an argument. Source: delivery design, "Outgoing states" (incoming), "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery.states import LIFETIME, MINUTE, SECOND, URGENCIES
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.delivery.records import Incoming, InState

TRIES: Final = 3
"""How often an application gets a message that it cannot handle, or that its process does not survive."""

DEATHS: Final = 8
"""How often a process may die while it opens a message before that is set apart: more than chance does, not for ever.

Counted beside :data:`TRIES`: a message is not kept from an application because machines were restarted before it."""

HANDLE_AGAIN: Final = (5 * SECOND, 30 * SECOND)
"""How long after the first and the second failure of the application it is tried again."""

LOOK_AGAIN: Final = 15 * MINUTE
"""How long after it could not be judged it is looked at again; sooner when the directory changes."""

LANE_AGAIN: Final = 30 * SECOND
"""How long after it had to wait for its turn it is looked at again; sooner when what came before has ended."""

NEVER: Final = 2**62
"""Moment of what is not looked at again by itself."""

MOST_GAPS: Final = 100
"""Missing numbers that are told with a message, the last ones: a number may be made up to be as high as one likes."""

CLAIMABLE: Final[tuple[InState, ...]] = ("received", "verified", "offered", "quarantined")
ENDED: Final[frozenset[InState]] = frozenset({"processed", "refused"})

LATER: Final = frozenset(
    {"E_UNKNOWN_SENDER_KEY", "E_DIR_STALE", "E_DIR_NOT_YET", "E_DIR_ROLLBACK", "E_DIR_EQUIVOCATION", "E_NOT_YET"}
    | {"E_DIR_UNKNOWN_ORG", "E_DIR_UNTRUSTED"}
)
"""Codes of what a newer directory, or a minute, may mend: neither refused nor handed over until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """Both signatures are good, everything is there.

    Attributes:
        turn: Whether it may be handed over now, and with which numbers missing.
    """

    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopenable:
    """It does not open, or is not for us: the sender hears no more than that."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unacceptable:
    """It is of its sender and for us, and something in it is not as it should be: the sender hears which rule."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """Nobody can say yet whether it may be accepted."""

    code: str


@dataclass(frozen=True, slots=True)
class Handled:
    """The application has it, durably."""


@dataclass(frozen=True, slots=True)
class HandlingFailed:
    """The application did not take it, or nobody heard again of who was handing it over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Nothing can be done with any message now, which is no fault of this one.

    Attributes:
        code: Why.
    """

    code: str


@dataclass(frozen=True, slots=True)
class Vanished:
    """Nobody heard again of who was opening it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """An operator has what was set apart tried again."""

    actor: str


InEvent: TypeAlias = (
    Opens | Unopenable | Unacceptable | Unjudged | Handled | HandlingFailed | PutOff | Vanished | Released
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether it is the turn of a message.

    Attributes:
        now: It may be handed over.
        missing: Numbers between the last that was handed over and this one that were not.
        wait_until: Until when it waits for these.
    """

    now: bool
    missing: tuple[int, ...] = ()
    wait_until: int | None = None


NO_LANE: Final = Turn(now=True)


@dataclass(frozen=True, slots=True)
class Processed:
    """Tell the sender: processed (level 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Tell the sender: refused, with this code (level 2)."""

    code: str


@dataclass(frozen=True, slots=True)
class SayUndeliverable:
    """Tell the sender, signed: it does not open. No more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Tell a person here."""

    code: str


InEffect: TypeAlias = Processed | Refuse | SayUndeliverable | Alarm

_TO_OPEN: Final = ("received", "verified", "quarantined")

TABLE: Final[dict[tuple[InState, type[InEvent]], tuple[InState, ...]]] = {
    **{(state, Opens): ("offered", "verified") for state in _TO_OPEN},
    **{(state, Unopenable): ("refused",) for state in _TO_OPEN},
    **{(state, Unacceptable): ("refused",) for state in (*_TO_OPEN, "offered")},
    **{(state, Unjudged): ("quarantined", "refused") for state in (*_TO_OPEN, "offered")},
    **{(state, Vanished): (state, "quarantined") for state in _TO_OPEN},
    **{(state, PutOff): (state,) for state in _TO_OPEN},
    ("offered", PutOff): ("verified",),
    ("offered", Handled): ("processed",),
    ("offered", HandlingFailed): ("verified", "quarantined"),
    ("quarantined", Released): ("received",),
}
"""From which state which event leads to which states; what is not here cannot happen."""


def step(row: Incoming, event: InEvent, *, now: int) -> tuple[Incoming, tuple[InEffect, ...]]:
    """Return the row after an event, and what is to be done; a row keeps its lease only while it is handed over.

    Args:
        row: As it stands.
        event: What happened.
        now: Present moment, Unix milliseconds.

    Raises:
        DeliveryError: X_STATE, the table has no such transition.
    """
    if (row.state, type(event)) not in TABLE:
        raise DeliveryError("X_STATE")
    if isinstance(event, Opens):
        return _opened(row, event.turn, now), ()
    if isinstance(event, Handled):
        return left(row, "processed", due_at=NEVER, problem=None), (Processed(),)
    if isinstance(event, HandlingFailed):
        return _failed(row, now)
    if isinstance(event, Vanished | PutOff):
        return _vanished(row, now) if isinstance(event, Vanished) else (_put_off(row, event, now), ())
    if isinstance(event, Released):
        return replace(left(row, "received", due_at=now, problem=None), attempts=0, deaths=0, hold_until=None), ()
    return _not_accepted(row, event, now)


def _opened(row: Incoming, turn: Turn, now: int) -> Incoming:
    if turn.now:
        known = row.problem if row.state == "quarantined" else None  # of what was told a person is not told again
        return replace(row, state="offered", gaps=turn.missing, attempts=row.attempts + 1, problem=known)
    due = min(now + LANE_AGAIN, turn.wait_until or NEVER)
    return replace(left(row, "verified", due_at=due, problem=None), hold_until=turn.wait_until)


def _failed(row: Incoming, now: int) -> tuple[Incoming, tuple[InEffect, ...]]:
    if row.attempts >= TRIES:
        return left(row, "quarantined", due_at=NEVER, problem="X_QUARANTINED"), (Alarm(code="X_QUARANTINED"),)
    due = now + HANDLE_AGAIN[max(row.attempts, 1) - 1]
    return left(row, "verified", due_at=due, problem="X_HANDLER"), ()


def _put_off(row: Incoming, event: PutOff, now: int) -> Incoming:
    state: InState = "verified" if row.state == "offered" else row.state
    return left(_uncounted(row), state, due_at=now + LOOK_AGAIN, problem=event.code)


def _uncounted(row: Incoming) -> Incoming:
    """Return a row without the try that was counted when it began: the application did not get it."""
    return replace(row, attempts=max(row.attempts - 1, 0)) if row.state == "offered" else row


def _vanished(row: Incoming, now: int) -> tuple[Incoming, tuple[InEffect, ...]]:
    counted = replace(row, deaths=row.deaths + 1)
    if counted.deaths >= DEATHS:
        return left(counted, "quarantined", problem="X_QUARANTINED"), (Alarm(code="X_QUARANTINED"),)
    return left(counted, row.state, due_at=now, problem=row.problem), ()


def _not_accepted(
    row: Incoming, event: Unopenable | Unacceptable | Unjudged, now: int
) -> tuple[Incoming, tuple[InEffect, ...]]:
    if isinstance(event, Unacceptable):
        return left(row, "refused", due_at=NEVER, problem=event.code), (Refuse(code=event.code),)
    if isinstance(event, Unjudged) and now < row.received_at + LIFETIME:
        told = row.state == "quarantined" or row.problem == event.code
        alarm = () if told else (Alarm(code="X_QUARANTINED"),)
        due = min(now + LOOK_AGAIN, row.received_at + LIFETIME)
        return left(_uncounted(row), "quarantined", due_at=due, problem=event.code), alarm
    return left(row, "refused", due_at=NEVER, problem=event.code), (SayUndeliverable(), Alarm(code="X_UNOPENED"))


def left(row: Incoming, state: InState, *, due_at: int = NEVER, problem: str | None = None) -> Incoming:
    """Return a row in a state in which nobody works on it.

    Args:
        row: The row.
        state: Its new state.
        due_at: When it is looked at next; by itself never.
        problem: Code of what is wrong, None when nothing is.
    """
    return replace(row, state=state, due_at=due_at, problem=problem, lease_token=None, lease_until=None)


def turn_of(row: Incoming, numbers: Iterable[tuple[int, InState]], *, now: int) -> Turn:
    """Return whether a message of a lane may be handed over.

    Args:
        row: The message.
        numbers: Number and state of every message of its lane.
        now: Present moment, Unix milliseconds.
    """
    if row.lane is None or row.number is None:
        return NO_LANE
    states = dict(numbers)
    before = max((one for one, state in states.items() if state == "processed" and one < row.number), default=0)
    first = max(before + 1, row.number - MOST_GAPS)
    missing = tuple(one for one in range(first, row.number) if states.get(one) not in ENDED)
    until = row.received_at + URGENCIES[row.urgency].gap_wait
    if not missing or now >= until:
        return Turn(now=True, missing=missing)
    return Turn(now=False, wait_until=until)

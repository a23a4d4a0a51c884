# SPDX-License-Identifier: EUPL-1.2
"""The pure core of sending: what an event makes of an outgoing row, and what must be done then.

Rules:
    - :data:`kgbx.delivery.transitions.TRANSITIONS` is the whole of it; what is not in it is refused, changing nothing;
    - the same row, event, moment and jitter give the same outcome: no clock, no chance, no store, no network;
    - id, partner, place in the lane, digests and times of making and end of use never change.

Source: delivery design, "Outgoing states", "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgbx.delivery.events import (
    Alerted,
    Answered,
    AskReceipt,
    Audited,
    Cancel,
    Claimed,
    Failed,
    NotThere,
    PeerAnswered,
    PeerFailed,
    RefreshDirectory,
    Rejected,
    Replace,
    Replayed,
    Withdrawn,
    Woken,
)
from kgbx.delivery.states import (
    ENDED,
    JITTER,
    LEASE,
    MAX_WAIT_ASKED,
    ODD_ANSWERS,
    RETRY,
    URGENCIES,
)
from kgbx.delivery.transitions import TRANSITIONS
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.events import Effect, Event
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.transitions import Transition

_ON_ITS_WAY: Final = frozenset({"sending", "uploading"})
_POSITIVE: Final = frozenset({"processed", "taken_up"})


def step(row: Outgoing, event: Event, *, now: int, jitter: float) -> tuple[Outgoing, tuple[Effect, ...]]:
    """Return the row after an event, and what is to be done.

    Args:
        row: As it stands.
        event: What happened.
        now: Present moment, Unix milliseconds.
        jitter: A fraction from 0 up to 1: where in its spread the next wait falls.

    Raises:
        DeliveryError: X_STATE, this cannot happen to a row in this state.
    """
    found = transition(row, event, now=now)
    if found is None:
        raise DeliveryError("X_STATE")
    changed = CHANGES[found.change](row, event, now, jitter)
    after = _in_state(changed, found, event, now)
    return after, tuple(_effect(words, after, event) for words in found.effects)


def transition(row: Outgoing, event: Event, *, now: int) -> Transition | None:
    """Return the row of the table that holds, None if there is none."""
    for found in _BY_SOURCE.get((row.state, type(event).__name__), ()):
        if GUARDS[found.guard](row, event, now):
            return found
    return None


def wait_after(row: Outgoing, *, jitter: float, asked: int | None = None) -> int:
    """Return how many milliseconds a row waits after a failure.

    Args:
        row: With the number of tries so far.
        jitter: A fraction from 0 up to 1.
        asked: What the partner asked for; honoured up to a limit, and never a reason to come sooner.
    """
    planned = RETRY[min(max(row.attempts, 1), len(RETRY)) - 1]
    spread = int(planned * (1 + JITTER * (2 * jitter - 1)))
    polite = max(spread, min(asked or 0, MAX_WAIT_ASKED))
    return min(polite, URGENCIES[row.urgency].longest_wait)


def _in_state(row: Outgoing, found: Transition, event: Event, now: int) -> Outgoing:
    state = found.to or row.state
    row = replace(row, state=state, problem=_problem(row, found, event))
    if state not in _ON_ITS_WAY:
        row = replace(row, lease_token=None, lease_until=None)
    if state in ENDED:
        return replace(row, alert_at=None)
    if state == "attention" and found.to is not None:
        return replace(row, alert_at=now + URGENCIES[row.urgency].alert_again)
    return row


def _problem(row: Outgoing, found: Transition, event: Event) -> str | None:
    if found.problem == "keep":
        return row.problem
    return _code(event) if found.problem == "event" else found.problem


def _code(event: Event) -> str:
    return event.code if isinstance(event, Failed | Rejected) else ""


def _always(row: Outgoing, event: Event, now: int) -> bool:  # noqa: ARG001  # guards look alike
    return True


def _says(outcome: str) -> Callable[[Outgoing, Event, int], bool]:
    return lambda _row, event, _now: isinstance(event, Answered) and event.outcome == outcome


def _new_mistrust(row: Outgoing, event: Event, now: int) -> bool:  # noqa: ARG001
    return _code(event) == "X_TLS" and row.problem != "X_TLS"


def _looked_up(row: Outgoing, event: Event, now: int) -> bool:  # noqa: ARG001
    return row.problem == "X_NOT_THERE" or (isinstance(event, NotThere) and event.refreshed)


def _passed(moment: int | None, now: int) -> bool:
    return moment is not None and moment <= now


GUARDS: Final[dict[str, Callable[[Outgoing, Event, int], bool]]] = {
    "": _always,
    "due": lambda row, _event, now: row.road == "push" and row.due_at <= now,
    "is a message": lambda row, _event, _now: row.kind == "message",
    "is an answer": lambda row, _event, _now: row.kind != "message",
    "may be odd once more": lambda row, _event, _now: row.odd_answers < ODD_ANSWERS,
    "a trust failure that is new": _new_mistrust,
    "looked up again": _looked_up,
    "lease passed": lambda row, _event, now: _passed(row.lease_until, now),
    "processed": _says("processed"),
    "refused": _says("refused"),
    "undeliverable": _says("undeliverable"),
    "taken up": _says("taken_up"),
    "positive": lambda _row, event, _now: isinstance(event, Answered) and event.outcome in _POSITIVE,
    "negative": lambda _row, event, _now: isinstance(event, Answered) and event.outcome not in _POSITIVE,
    "a message that is still of use": lambda row, _event, now: row.kind == "message" and row.expires_at > now,
    "alarm passed": lambda row, _event, now: _passed(row.alert_at, now),
    "of no use": lambda row, _event, now: row.expires_at <= now,
    "of no use after custody": lambda row, _event, now: row.expires_at <= now and row.accepted_at is not None,
    "after custody": lambda row, _event, _now: row.accepted_at is not None,
}
"""The conditions of the table, by name."""


def _lease(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001  # changes look alike
    if not isinstance(event, Claimed):
        return row
    return replace(row, lease_token=event.token, lease_until=event.until, attempts=row.attempts + 1)


def _renew(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    return replace(row, lease_until=now + LEASE)


def _retry(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:
    asked = event.wait if isinstance(event, Failed) else None
    return replace(row, due_at=now + wait_after(row, jitter=jitter, asked=asked))


def _rest(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:
    return _retry(replace(row, attempts=0), event, now, jitter)


def _odd(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:
    return replace(_retry(row, event, now, jitter), odd_answers=row.odd_answers + 1)


def _accept(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    return replace(row, accepted_at=now, alert_at=now + URGENCIES[row.urgency].receipt_after)


def _again(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    alert_at = now + URGENCIES[row.urgency].alert_after
    return replace(row, due_at=now, alert_at=alert_at, attempts=0, odd_answers=0)


def _alarm(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    return replace(row, alert_at=now + URGENCIES[row.urgency].alert_again)


def _wake(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    return replace(row, due_at=min(row.due_at, event.at)) if isinstance(event, Woken) else row


def _nothing(row: Outgoing, event: Event, now: int, jitter: float) -> Outgoing:  # noqa: ARG001
    return row


CHANGES: Final[dict[str, Callable[[Outgoing, Event, int, float], Outgoing]]] = {
    "": _nothing,
    "lease": _lease,
    "renew": _renew,
    "retry": _retry,
    "rest": _rest,
    "odd": _odd,
    "accept": _accept,
    "again": _again,
    "alarm": _alarm,
    "wake": _wake,
}
"""What changes besides the state, by name."""

PLAIN_EFFECTS: Final[dict[str, Effect]] = {
    "peer failed": PeerFailed(),
    "peer answered": PeerAnswered(),
    "replace": Replace(),
    "cancel": Cancel(),
    "ask receipt": AskReceipt(),
    "refresh directory": RefreshDirectory(),
}
"""The effects that need no word, by name."""


def _effect(words: str, row: Outgoing, event: Event) -> Effect:
    kind, _, word = words.partition(" ")
    if kind == "alert":
        return Alerted(code={"event": _code(event), "problem": row.problem or "X_STUCK"}.get(word, word))
    if kind != "audit":
        return PLAIN_EFFECTS[words]
    if isinstance(event, Withdrawn | Replayed):
        return Audited(event=word, actor=event.actor, detail=event.reason)
    return Audited(event=word, detail=_detail(row, event))


def _detail(row: Outgoing, event: Event) -> str:
    return event.outcome if isinstance(event, Answered) else row.problem or ""


def _by_source() -> dict[tuple[str, str], tuple[Transition, ...]]:
    pairs = {(source, found.event) for found in TRANSITIONS for source in found.sources}
    return {pair: tuple(_rows_of(*pair)) for pair in pairs}


def _rows_of(source: str, event: str) -> Iterator[Transition]:
    return (found for found in TRANSITIONS if found.event == event and source in found.sources)


_BY_SOURCE: Final = _by_source()

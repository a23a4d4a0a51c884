# SPDX-License-Identifier: EUPL-1.2
"""The table of outgoing messages: from which state which event leads where, and what must be done then. Literal data.

Drawn in docs/reference/delivery-states.md; carried out by :mod:`kgbx.delivery.core`.

Source: delivery design, "Outgoing states".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgbx.delivery.records import OutState


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the table of outgoing messages.

    Attributes:
        id: Stable; never used again.
        sources: States in which it holds.
        event: Name of a class of :mod:`kgbx.delivery.events`.
        guard: Name of a condition of :data:`kgbx.delivery.core.GUARDS`, empty for always. Of two rows for the same
            state and event the first whose guard holds counts.
        to: The state after it, None for the same.
        change: Name of what else changes, of :data:`kgbx.delivery.core.CHANGES`; empty for nothing.
        problem: Code that is kept with the row; ``event``: the code that the event carries; None: none any more;
            ``keep``: as it was.
        effects: What the driver must do. ``alert`` is followed by a code, by ``event``, its code, or ``problem``, that
            of the row; ``audit`` by a word for the audit chain. What else there is has no word behind it.
        why: What it is for, in one sentence.
    """

    id: str
    sources: tuple[OutState, ...]
    event: str
    guard: str = ""
    to: OutState | None = None
    change: str = ""
    problem: str | None = "keep"
    effects: tuple[str, ...] = ()
    why: str


_ON_ITS_WAY: Final[tuple[OutState, ...]] = ("sending", "uploading")
_AT_REST: Final[tuple[OutState, ...]] = ("queued", "waiting")
_ANSWERABLE: Final[tuple[OutState, ...]] = ("queued", "sending", "uploading", "waiting", "accepted", "attention")
_GIVEN_UP: Final[tuple[OutState, ...]] = ("expired", "withdrawn")

TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(
        id="O01",
        sources=_AT_REST,
        event="Claimed",
        guard="due",
        to="sending",
        change="lease",
        why="A worker takes it up: it is due, head of its lane, and the partner's breaker lets it through.",
    ),
    Transition(
        id="O02",
        sources=(*_AT_REST, *_ON_ITS_WAY),
        event="CustodyProved",
        guard="is a message",
        to="accepted",
        change="accept",
        problem=None,
        effects=("audit accepted", "peer answered"),
        why="The partner signed that it holds exactly these bytes.",
    ),
    Transition(
        id="O03",
        sources=(*_AT_REST, *_ON_ITS_WAY),
        event="Taken",
        guard="is an answer",
        to="completed",
        problem=None,
        effects=("audit taken", "peer answered"),
        why="A receipt or cancellation is not receipted: taken is the end.",
    ),
    Transition(
        id="O04",
        sources=_ON_ITS_WAY,
        event="NoProof",
        guard="may be odd once more",
        to="waiting",
        change="odd",
        problem="X_NO_PROOF",
        effects=("peer failed",),
        why="A good answer without proof may pass: tried again a few times.",
    ),
    Transition(
        id="O05",
        sources=_ON_ITS_WAY,
        event="NoProof",
        to="attention",
        change="odd",
        problem="X_NO_PROOF",
        effects=("audit attention", "alert X_NO_PROOF", "peer failed"),
        why="Too many good answers without proof: captive portal, wrong box, interception.",
    ),
    Transition(
        id="O06",
        sources=_ON_ITS_WAY,
        event="PartsMissing",
        to="uploading",
        change="renew",
        why="The partner wants parts first; each time some arrived, the lease is renewed.",
    ),
    Transition(
        id="O07",
        sources=("uploading",),
        event="PartsSent",
        to="sending",
        change="renew",
        why="All parts are there: the message is offered again.",
    ),
    Transition(
        id="O08",
        sources=_ON_ITS_WAY,
        event="Failed",
        guard="a trust failure that is new",
        to="waiting",
        change="retry",
        problem="event",
        effects=("audit untrusted", "alert X_TLS", "peer failed"),
        why="Who answers cannot be trusted: a person must know at once, and once.",
    ),
    Transition(
        id="O09",
        sources=_ON_ITS_WAY,
        event="Failed",
        to="waiting",
        change="retry",
        problem="event",
        effects=("peer failed",),
        why="The road failed, not the message: the partner's breaker counts it.",
    ),
    Transition(
        id="O10",
        sources=_ON_ITS_WAY,
        event="UnknownKey",
        to="superseded",
        problem="X_UNKNOWN_KEY",
        effects=("audit superseded", "replace", "peer answered"),
        why="The partner signed that it has no key for it and never had custody: a new message takes its place.",
    ),
    Transition(
        id="O11",
        sources=_ON_ITS_WAY,
        event="NotThere",
        guard="looked up again",
        to="attention",
        problem="X_NOT_THERE",
        effects=("audit attention", "alert X_NOT_THERE", "peer failed"),
        why="Nor is the partner at the address that was looked up anew.",
    ),
    Transition(
        id="O12",
        sources=_ON_ITS_WAY,
        event="NotThere",
        to="waiting",
        change="retry",
        problem="X_NOT_THERE",
        effects=("refresh directory", "peer failed"),
        why="The partner may have moved: once more, at the address that is looked up anew.",
    ),
    Transition(
        id="O13",
        sources=_ON_ITS_WAY,
        event="Rejected",
        to="attention",
        problem="event",
        effects=("audit attention", "alert event", "peer answered"),
        why="The partner does not take it as it is: a person must look; the body is kept.",
    ),
    Transition(
        id="O14",
        sources=_ON_ITS_WAY,
        event="LeaseExpired",
        guard="lease passed",
        to="waiting",
        change="retry",
        effects=("audit lease expired",),
        why="Who worked on it died or slept: somebody else takes over, what he writes later changes nothing.",
    ),
    Transition(
        id="O15",
        sources=_ANSWERABLE,
        event="Answered",
        guard="processed",
        to="completed",
        problem=None,
        effects=("audit completed",),
        why="The partner processed it; also when its custody statement got lost.",
    ),
    Transition(
        id="O16",
        sources=_ANSWERABLE,
        event="Answered",
        guard="refused",
        to="refused",
        problem="X_REFUSED",
        effects=("audit refused", "alert X_REFUSED"),
        why="The partner refused it: find out why together.",
    ),
    Transition(
        id="O17",
        sources=_ANSWERABLE,
        event="Answered",
        guard="undeliverable",
        to="attention",
        problem="X_UNDELIVERABLE",
        effects=("audit attention", "alert X_UNDELIVERABLE"),
        why="The partner has it and cannot open it: call them.",
    ),
    Transition(
        id="O18",
        sources=(*_ANSWERABLE, "completed"),
        event="Answered",
        guard="taken up",
        effects=("audit taken up",),
        why="A professional has it: good to know, changes no state.",
    ),
    Transition(
        id="O19",
        sources=("completed",),
        event="Answered",
        guard="processed",
        why="The same answer again.",
    ),
    Transition(
        id="O20",
        sources=("refused",),
        event="Answered",
        guard="negative",
        why="The same answer again; after a refusal it is no news that it does not open.",
    ),
    Transition(
        id="O21",
        sources=("completed", "refused", "superseded"),
        event="Answered",
        effects=("audit contradicted", "alert X_CONTRADICTS"),
        why="Two answers that cannot both be true: the first stands, a person must look.",
    ),
    Transition(
        id="O22",
        sources=_GIVEN_UP,
        event="Answered",
        guard="positive",
        effects=("audit answered late", "alert X_LATE"),
        why="It was given up here, and the partner has it all the same.",
    ),
    Transition(
        id="O23",
        sources=_GIVEN_UP,
        event="Answered",
        effects=("audit answered late",),
        why="It was given up here, and the partner does not have it either.",
    ),
    Transition(
        id="O24",
        sources=("accepted", "completed"),
        event="PeerRestored",
        guard="a message that is still of use",
        to="queued",
        change="again",
        problem="X_RESTORED",
        effects=("audit offered again",),
        why="The partner lost what it had: the same bytes are offered again under the same id.",
    ),
    Transition(
        id="O25",
        sources=(*_AT_REST, *_ON_ITS_WAY),
        event="AlarmDue",
        guard="alarm passed",
        change="alarm",
        effects=("alert X_STUCK",),
        why="It is not with the partner yet: a person must know, and again later.",
    ),
    Transition(
        id="O26",
        sources=("accepted",),
        event="AlarmDue",
        guard="alarm passed",
        change="alarm",
        effects=("alert X_NO_RECEIPT", "ask receipt"),
        why="The partner has it and says no more: ask, then a person must call.",
    ),
    Transition(
        id="O27",
        sources=("attention",),
        event="AlarmDue",
        guard="alarm passed",
        change="alarm",
        effects=("alert problem",),
        why="Nobody looked yet.",
    ),
    Transition(
        id="O28",
        sources=(*_AT_REST, "accepted", "attention"),
        event="Expired",
        guard="of no use after custody",
        to="expired",
        problem="X_EXPIRED",
        effects=("audit expired", "alert X_EXPIRED", "cancel"),
        why="Of no use any more, and the partner had custody: tell it, signed.",
    ),
    Transition(
        id="O29",
        sources=(*_AT_REST, "attention"),
        event="Expired",
        guard="of no use",
        to="expired",
        problem="X_EXPIRED",
        effects=("audit expired", "alert X_EXPIRED"),
        why="Of no use any more. What is on its way is left alone until its lease ends.",
    ),
    Transition(
        id="O30",
        sources=(*_AT_REST, "attention"),
        event="Withdrawn",
        guard="after custody",
        to="withdrawn",
        effects=("audit withdrawn", "cancel"),
        why="An operator takes it back, and the partner had custody: tell it, signed.",
    ),
    Transition(
        id="O31",
        sources=(*_AT_REST, "attention"),
        event="Withdrawn",
        to="withdrawn",
        effects=("audit withdrawn",),
        why="An operator takes it back.",
    ),
    Transition(
        id="O32",
        sources=(*_AT_REST, "attention"),
        event="Replayed",
        to="queued",
        change="again",
        problem=None,
        effects=("audit replayed",),
        why="An operator has it tried again: same id, same bytes.",
    ),
    Transition(
        id="O33",
        sources=("waiting",),
        event="Woken",
        change="wake",
        why="The road may be good again sooner than the schedule of the message says.",
    ),
    Transition(
        id="O34",
        sources=_ON_ITS_WAY,
        event="Rested",
        to="waiting",
        change="rest",
        problem=None,
        effects=("peer answered",),
        why="Parts came through for half an hour: others have a turn, then it goes on, however often.",
    ),
    Transition(
        id="O35",
        sources=(*_AT_REST, *_ON_ITS_WAY),
        event="Gone",
        to="attention",
        problem="X_GONE",
        effects=("audit attention", "alert X_GONE"),
        why="The directory does not list the partner any more: a person finds its successor, and sends anew.",
    ),
)
"""What may happen to an outgoing message; what is not here is refused with X_STATE and changes nothing."""

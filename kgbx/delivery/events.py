# SPDX-License-Identifier: EUPL-1.2
"""What can happen to an outgoing row, and what its step asks of the driver. Values only, no behaviour.

Source: delivery design, "Outgoing states".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A worker takes it up: it is due, head of its lane, and its partner's breaker is not open.

    Attributes:
        token: Fresh; whoever holds it may write the outcome.
        until: End of the lease.
    """

    token: str
    until: int


@dataclass(frozen=True, slots=True)
class CustodyProved:
    """The partner signed that it holds exactly these bytes (200, 201, or fetched later)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The partner took a receipt or cancellation (204): nothing more is expected."""


@dataclass(frozen=True, slots=True)
class NoProof:
    """A good status without a valid custody statement: captive portal, wrong box, interception."""


@dataclass(frozen=True, slots=True)
class PartsMissing:
    """The partner wants parts first (202)."""


@dataclass(frozen=True, slots=True)
class PartsSent:
    """All parts that the partner asked for are there: the message is offered again."""


@dataclass(frozen=True, slots=True)
class Rested:
    """Parts came through for a long while, and there are more: others have a turn first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The road failed, not the message: no connection, a time-out, 408 425 429 500 502 503 504.

    Attributes:
        code: ``X_…`` of what went wrong.
        wait: Milliseconds that the partner asked to wait (Retry-After), None without.
    """

    code: str
    wait: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """The partner signed that it has no key for this envelope; it never had custody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotThere:
    """404, 410 or 421: this is not the partner's address.

    Attributes:
        refreshed: Whether the directory was looked up again since the last time this was said.
    """

    refreshed: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """The directory, looked up again, does not list the partner any more: it merged or ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Another 4xx, or 409: the id was used for other content. The body is kept, a person must look.

    Attributes:
        code: ``X_REJECTED`` or ``X_ID_REUSED``; ``X_UNKNOWN_KEY`` where nothing could take its place.
    """

    code: Literal["X_REJECTED", "X_ID_REUSED", "X_UNKNOWN_KEY"]


@dataclass(frozen=True, slots=True)
class LeaseExpired:
    """Who worked on it died or was stopped too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A verified answer about an accepted message came.

    Attributes:
        outcome: ``processed``, ``refused``, ``taken_up`` or ``undeliverable``.
    """

    outcome: Literal["processed", "refused", "taken_up", "undeliverable"]


@dataclass(frozen=True, slots=True)
class PeerRestored:
    """The partner does not have any more what it once had: its store is a backup, or it says that it never saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """The road is tried again at a moment, and this message with it.

    Attributes:
        at: When; never makes a message later.
    """

    at: int


@dataclass(frozen=True, slots=True)
class AlarmDue:
    """The moment to tell a person has come."""


@dataclass(frozen=True, slots=True)
class Expired:
    """It is of no use any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """An operator takes it back.

    Attributes:
        actor: Account of the operator.
        reason: A word or sentence; kept in the audit chain, so without names.
    """

    actor: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """An operator has it tried again: same id, same bytes.

    Attributes:
        actor: Account of the operator.
        reason: A word or sentence; kept in the audit chain, so without names.
    """

    actor: str
    reason: str


Event: TypeAlias = (
    Claimed
    | CustodyProved
    | Taken
    | NoProof
    | PartsMissing
    | PartsSent
    | Rested
    | Failed
    | UnknownKey
    | NotThere
    | Gone
    | Rejected
    | LeaseExpired
    | Answered
    | PeerRestored
    | Woken
    | AlarmDue
    | Expired
    | Withdrawn
    | Replayed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """Add a link to the audit chain."""

    event: str
    actor: str = "kgbx"
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """Tell a person: row, log event and hook."""

    code: str


@dataclass(frozen=True, slots=True)
class PeerFailed:
    """Count a transport failure of the partner's road."""


@dataclass(frozen=True, slots=True)
class PeerAnswered:
    """The partner's road is good: the breaker closes."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Have the same body decided again and sealed to the new key, as a new message in the same lane."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Tell the partner, signed, that it is of no use any more: it had custody."""


@dataclass(frozen=True, slots=True)
class AskReceipt:
    """Ask the partner for its receipt of level 2."""


@dataclass(frozen=True, slots=True)
class RefreshDirectory:
    """Look up again where the partner is."""


Effect: TypeAlias = Audited | Alerted | PeerFailed | PeerAnswered | Replace | Cancel | AskReceipt | RefreshDirectory

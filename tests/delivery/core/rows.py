# SPDX-License-Identifier: EUPL-1.2
"""Made-up rows and events for the tests of the core."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from kgbx.delivery.events import (
    AlarmDue,
    Answered,
    Claimed,
    CustodyProved,
    Expired,
    Failed,
    Gone,
    LeaseExpired,
    NoProof,
    NotThere,
    PartsMissing,
    PartsSent,
    PeerRestored,
    Rejected,
    Replayed,
    Rested,
    Taken,
    UnknownKey,
    Withdrawn,
    Woken,
)
from kgbx.delivery.records import Outgoing, OutState
from kgbx.delivery.states import ENDED, LEASE

if TYPE_CHECKING:
    from kgbx.delivery.events import Event

Outcome = Literal["processed", "refused", "taken_up", "undeliverable"]
NOW: Final = 1_800_000_000_000
PEER: Final = "urn:osb:oin:00000001999999990001"
STATES: Final[tuple[OutState, ...]] = get_args(OutState)

EVENTS: Final[tuple[Event, ...]] = (
    Claimed(token="t2", until=NOW + LEASE),
    CustodyProved(),
    Taken(),
    NoProof(),
    PartsMissing(),
    PartsSent(),
    Rested(),
    Failed(code="X_CONNECT"),
    Failed(code="X_BUSY", wait=60_000),
    Failed(code="X_TLS"),
    UnknownKey(),
    NotThere(refreshed=False),
    NotThere(refreshed=True),
    Gone(),
    Rejected(code="X_REJECTED"),
    Rejected(code="X_ID_REUSED"),
    LeaseExpired(),
    Answered(outcome="processed"),
    Answered(outcome="refused"),
    Answered(outcome="taken_up"),
    Answered(outcome="undeliverable"),
    PeerRestored(),
    Woken(at=NOW),
    AlarmDue(),
    Expired(),
    Withdrawn(actor="operator", reason="sent twice"),
    Replayed(actor="operator", reason="they called"),
)


def row_in(state: OutState, **changes: Any) -> Outgoing:  # noqa: ANN401  # members of the row
    """Return a row as it stands in a state: leased where it is on its way, accepted where it was."""
    row = Outgoing(
        id="00000000-0000-4000-8000-000000000001",
        peer=PEER,
        state=state,
        envelope=b"e" * 32,
        made_at=NOW - 1000,
        due_at=NOW - 1000,
        expires_at=NOW + 7 * 24 * 3_600_000,
        alert_at=NOW + 1000,
        attempts=1,
    )
    if state in {"sending", "uploading"}:
        row = replace(row, lease_token="t1", lease_until=NOW + LEASE)
    if state in {"accepted", "completed", "refused"}:
        row = replace(row, accepted_at=NOW - 500)
    if state in ENDED:
        row = replace(row, alert_at=None)
    return replace(row, **changes)

# SPDX-License-Identifier: EUPL-1.2
"""The tables of delivery: schedules, alarms, breaker, groups of states. Literal data, no behaviour.

Source: delivery design, "Outgoing states", "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

RETRY: Final = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
"""How long to wait after the first, second, … failure of the road; the last one for all that follow."""

JITTER: Final = 0.2
"""A wait is made at most so much longer or shorter, so that partners do not all come back at once."""

MAX_WAIT_ASKED: Final = HOUR
"""What a partner asks with Retry-After is honoured up to here."""

LIFETIME: Final = 7 * DAY
"""How long a message is tried: five working days and a weekend."""

ODD_ANSWERS: Final = 3
"""Good answers without proof before a person must look."""

LEASE: Final = 2 * MINUTE
"""How long a worker may be silent: longer than the longest attempt."""

BREAKER_OPENS_AFTER: Final = 5
"""Transport failures in a row."""

BREAKER_FIRST: Final = MINUTE
BREAKER_LAST: Final = 30 * MINUTE

DEDUPE_DAYS: Final = 30
"""How long a second offer is recognised: a message is tried for 7 days and valid for 30."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRow:
    """What an urgency means, in milliseconds.

    Attributes:
        alert_after: When a person is told that a message is not with the partner yet.
        longest_wait: No wait between two tries is longer.
        receipt_after: When a person is told that nobody processed what was accepted.
        gap_wait: How long the receiver waits for what came before in the lane.
        alert_again: How long after an alarm a person is told again.
    """

    alert_after: int
    longest_wait: int
    receipt_after: int
    gap_wait: int
    alert_again: int


URGENCIES: Final[dict[str, UrgencyRow]] = {
    "acute": UrgencyRow(
        alert_after=5 * MINUTE,
        longest_wait=2 * MINUTE,
        receipt_after=15 * MINUTE,
        gap_wait=0,
        alert_again=15 * MINUTE,
    ),
    "urgent": UrgencyRow(
        alert_after=HOUR, longest_wait=4 * HOUR, receipt_after=DAY, gap_wait=15 * MINUTE, alert_again=4 * HOUR
    ),
    "normal": UrgencyRow(
        alert_after=4 * HOUR, longest_wait=4 * HOUR, receipt_after=DAY, gap_wait=15 * MINUTE, alert_again=DAY
    ),
}

OPEN: Final = frozenset({"queued", "sending", "uploading", "waiting", "accepted", "attention"})
"""States in which something is still to be done or awaited."""

ENDED: Final = frozenset({"completed", "refused", "superseded", "expired", "withdrawn"})

HOLDS_LANE: Final = frozenset({"queued", "sending", "uploading", "waiting"})
"""States that keep the next of the lane waiting; what needs a person's attention does not."""

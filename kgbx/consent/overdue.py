# SPDX-License-Identifier: EUPL-1.2
"""What had to be done within hours after sharing in an emergency, and is not recorded as done.

Rules: a provision may let a second person look, or the family be informed, within hours *after* the start; when those
hours have passed and the ground does not say that it was done, it is overdue, for as long as nobody records it, also
after the ground has ended. A reason for not informing explains and does not end it. Nothing is silently never told.

Source: AVG 13 and 14; UAVG 41; the hours are those of the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from kgbx.clock import parse_moment
from kgbx.consent.grounds import HOUR_SECONDS
from kgbx.consent.index import second_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.facts import Facts, LegalGroundFact
    from kgbx.consent.policy import Policy, Provision

Duty = Literal["second_person", "informing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """Something that had to be done after sharing and was not.

    Attributes:
        ground: Id of the legal ground.
        provision: What it cites.
        duty: A second person, or informing the family.
        since: Instant at which the hours were over.
        reason_given: Whether a reason for not informing is recorded.
    """

    ground: str
    provision: str
    duty: Duty
    since: str
    reason_given: bool = False


def overdue(facts: Facts, *, policy: Policy, at: str, known_at: str) -> tuple[Overdue, ...]:
    """Return what is overdue, the oldest first, then by ground and duty.

    Args:
        facts: From the own registers and file.
        policy: The policy in force at `at`.
        at: An instant or a day.
        known_at: What was recorded until then counts.

    Raises:
        UsageError: U_MOMENT, a moment is neither an instant nor a day.
    """
    now, known = second_of(at), second_of(known_at)
    found = (
        one
        for ground in facts.legal_grounds
        if second_of(ground.recorded_at) <= known and not _is_reversed(ground)
        for one in _of(ground, policy.provision_by_id.get(ground.provision), now)
    )
    return tuple(sorted(set(found), key=lambda one: (one.since, one.ground, one.duty)))


def _is_reversed(ground: LegalGroundFact) -> bool:
    """Tell whether a ground never held."""
    return ground.valid_until is not None and second_of(ground.valid_until) <= second_of(ground.valid_from)


def _of(ground: LegalGroundFact, provision: Provision | None, now: int) -> Iterator[Overdue]:
    if provision is None:
        return
    consulted = ground.consulted is not None and ground.consulted != ground.decided_by
    hours: dict[Duty, tuple[int | None, bool]] = {
        "second_person": (provision.second_person_within_hours, consulted),
        "informing": (provision.inform_within_hours, ground.family_informed != "not"),
    }
    for duty, (within, done) in hours.items():
        if within is None or done:
            continue
        if second_of(ground.valid_from) + within * HOUR_SECONDS <= now:
            since = parse_moment(ground.valid_from) + timedelta(hours=within)
            yield Overdue(
                ground=ground.id,
                provision=ground.provision,
                duty=duty,
                since=f"{since.replace(tzinfo=None).isoformat(timespec='seconds')}Z",
                reason_given=duty == "informing" and bool((ground.reason_not_informed or "").strip()),
            )

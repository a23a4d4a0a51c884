# SPDX-License-Identifier: EUPL-1.2
"""What had to be done within hours after sharing in an emergency, and is not recorded as done.

Rules: a provision may let a second person look, or the family be informed, within hours *after* the start; when those
hours have passed and the ground does not say that it was done, it is overdue, for as long as nobody records it, also
after the ground has ended. A reason for not informing explains and does not end it, and "afterwards" without the day on
which it was done is an intention. Nothing is silently never told.

Source: AVG 13 and 14; UAVG 41; the hours are those of the policy.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.clock import parse_moment
from kgbx.consent.grounds import HOUR_SECONDS, looked_at, never_held
from kgbx.consent.index import second_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.consent.facts import Facts, LegalGroundFact
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy, Provision
    from kgbx.messages import Language

Duty = Literal["second_person", "informing"]

DUTIES: Final[Mapping[Duty, Text]] = MappingProxyType(
    {
        "second_person": Text("een tweede persoon keek niet mee", "no second person looked"),
        "informing": Text("het gezin is niet ingelicht", "the family was not informed"),
    }
)
"""What was not done."""


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

    def say(self, language: Language) -> str:
        """Return a sentence with ids and codes, and nobody's name."""
        what = DUTIES[self.duty].say(language)
        since, ground = ("Te laat sinds", "grondslag") if language == "nl" else ("Overdue since", "legal ground")
        return f"{since} {self.since}: {ground} {self.ground} ({self.provision}): {what}"

    def as_value(self) -> dict[str, str]:
        """Return it for programs."""
        return {"ground": self.ground, "provision": self.provision, "duty": self.duty, "since": self.since}


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
    found = _found(facts, policy=policy, now=second_of(at), known=second_of(known_at))
    return in_order(one for _, one in found)


def overdue_about(index: Index, *, sender: str, policy: Policy) -> dict[str, tuple[Overdue, ...]]:
    """Return what is overdue for what one organisation shared, by the person it was about.

    Args:
        index: The facts, at the moments that are asked about.
        sender: URN of who shared.
        policy: The policy in force.
    """
    by_person: dict[str, set[Overdue]] = defaultdict(set)
    for ground, one in _found(index.facts, policy=policy, now=index.at, known=index.known_at):
        for person in ground.subjects if ground.sender == sender else ():
            by_person[person].add(one)
    return {person: in_order(found) for person, found in by_person.items()}


def in_order(found: Iterable[Overdue]) -> tuple[Overdue, ...]:
    """Return each once, the oldest first, then by ground and duty."""
    return tuple(sorted(set(found), key=lambda one: (one.since, one.ground, one.duty)))


def _found(facts: Facts, *, policy: Policy, now: int, known: int) -> Iterator[tuple[LegalGroundFact, Overdue]]:
    for ground in facts.legal_grounds:
        provision = policy.provision_by_id.get(ground.provision)
        if provision is not None and second_of(ground.recorded_at) <= known and not never_held(ground):
            yield from ((ground, one) for one in _of(ground, provision, now))


def is_told(ground: LegalGroundFact) -> bool:
    """Tell whether the family was told: before, at the moment, or afterwards on a day that is recorded."""
    return ground.family_informed in {"before", "at"} or (
        ground.family_informed == "after" and ground.informed_on is not None
    )


def _of(ground: LegalGroundFact, provision: Provision, now: int) -> Iterator[Overdue]:
    hours: dict[Duty, tuple[int | None, bool]] = {
        "second_person": (provision.second_person_within_hours, looked_at(ground)),
        "informing": (provision.inform_within_hours, is_told(ground)),
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

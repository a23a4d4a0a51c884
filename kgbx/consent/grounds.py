# SPDX-License-Identifier: EUPL-1.2
"""Rule 3, second and third road: a legal ground that a named person weighed, or a care team.

Rules: exactly this sender and recipient; preconditions live in a register; every live refusal weighed; a ground is a
duty when its trigger is in the provision's ``duty_when``, else a power.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.clock import day_of_moment
from kgbx.consent.consents import refusals_about
from kgbx.consent.index import ADULT_FROM, second_of
from kgbx.consent.policy import has_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.consent.consents import Scope
    from kgbx.consent.facts import LegalGroundFact, MeasureFact, Request
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy, Provision

HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Tried:
    """A legal ground that was tried for one subject.

    Attributes:
        provision: Id of the provision.
        duty: Whether sharing is a duty, not a power.
        reasons: Why it does not fit; empty when it fits.
    """

    provision: str
    duty: bool
    reasons: frozenset[str]

    @property
    def release(self) -> str:
        """How the release is named: ``duty:PROVISION`` or ``power:PROVISION``."""
        return f"{'duty' if self.duty else 'power'}:{self.provision}"


@dataclass(frozen=True, slots=True)
class _Trial:
    """Everything a check of one ground for one subject looks at."""

    ground: LegalGroundFact
    provision: Provision
    subject: str
    request: Request
    scope: Scope
    index: Index

    @property
    def duty(self) -> bool:
        return self.ground.trigger in self.provision.duty_when


def grounds_tried(subject: str, request: Request, *, scope: Scope, index: Index, policy: Policy) -> Iterator[Tried]:
    """Yield every proven live ground of this sender and recipient that is about this subject, category and purpose."""
    for ground in index.grounds.get((request.sender, request.recipient), ()):
        if subject not in ground.subjects or not scope.within(ground):
            continue
        provision = policy.provision_by_id.get(ground.provision)
        if provision is None:
            yield Tried(ground.provision, duty=False, reasons=frozenset({"PROVISION_UNKNOWN"}))
            continue
        trial = _Trial(ground, provision, subject, request, scope, index)
        failed = frozenset(code for code, holds in _CHECKS.items() if not holds(trial))
        yield Tried(ground.provision, trial.duty, failed)


def _sender(trial: _Trial) -> bool:
    return has_function(trial.index.function(trial.request.sender), trial.provision.senders)


def _recipient(trial: _Trial) -> bool:
    return has_function(trial.index.function(trial.request.recipient), trial.provision.recipients)


def _purpose(trial: _Trial) -> bool:
    return not trial.scope.purposes.isdisjoint(trial.provision.purposes)


def _category(trial: _Trial) -> bool:
    return not {trial.scope.category, ANY}.isdisjoint(trial.provision.categories)


def _measures(trial: _Trial) -> list[MeasureFact]:
    kinds = trial.provision.precondition_kinds
    live = trial.index.measures.get(trial.request.recipient, [])
    return [fact for fact in live if not kinds or fact.kind in kinds]


def _precondition(trial: _Trial) -> bool:
    return not trial.provision.precondition_kinds or bool(_measures(trial))


def _subject(trial: _Trial) -> bool:
    """The measured child, or a holder of authority over it; without any measure rule _precondition speaks."""
    if trial.provision.subjects == "any":
        return True
    if trial.provision.subjects == "child_or_its_authority_holder":
        return _child_or_holder(trial)
    children = {fact.child for fact in _measures(trial)}
    if not children and trial.provision.precondition_kinds:
        return True
    holders = {holder for child in children for holder in trial.index.holders.get(child, ())}
    return trial.subject in children | holders


def _child_or_holder(trial: _Trial) -> bool:
    """A child by every age that is known of it, or a holder of authority over such a child in the same ground."""
    index = trial.index
    children = [one for one in trial.ground.subjects if index.ages(one)[1] < ADULT_FROM]
    return trial.subject in children or any(trial.subject in index.holders.get(child, ()) for child in children)


def _balance(trial: _Trial) -> bool:
    ground = trial.ground
    needed = [ground.necessity] if trial.duty else [ground.necessity, ground.proportionality, ground.subsidiarity]
    return all(text is not None and text.strip() for text in needed)


def _informed(trial: _Trial) -> bool:
    ground = trial.ground
    return ground.family_informed != "not" or bool((ground.reason_not_informed or "").strip())


def _second_person(trial: _Trial) -> bool:
    """Somebody else than the decider; where the provision gives hours, within that time after the start.

    The hours do not begin again: while nobody looked at an earlier ground of this sender on the same provision about
    this subject, they are counted from that one.
    """
    provision = trial.provision
    if not provision.second_person or looked_at(trial.ground):
        return True
    hours = provision.second_person_within_hours
    return hours is not None and trial.index.at < _unseen_since(trial) + hours * HOUR_SECONDS


def looked_at(ground: LegalGroundFact) -> bool:
    """Tell whether somebody else than the decider was consulted."""
    return bool(ground.consulted) and ground.consulted != ground.decided_by


def never_held(ground: LegalGroundFact) -> bool:
    """Tell whether a ground ended where it began, or before."""
    return ground.valid_until is not None and second_of(ground.valid_until) <= second_of(ground.valid_from)


def _unseen_since(trial: _Trial) -> int:
    """Return the second from which nobody looked."""
    sender, provision = trial.request.sender, trial.provision.id
    unseen = (
        one
        for one in trial.index.facts.legal_grounds
        if (one.sender, one.provision) == (sender, provision)
        and (one.proven and trial.subject in one.subjects)
        and not (looked_at(one) or never_held(one))
        and second_of(one.recorded_at) <= trial.index.known_at
    )
    return min(second_of(one.valid_from) for one in (trial.ground, *unseen))


def _term(trial: _Trial) -> bool:
    longest = trial.provision.max_days
    if longest is None:
        return True
    if trial.ground.valid_until is None:
        return False
    first, last = (_local_day(moment) for moment in (trial.ground.valid_from, trial.ground.valid_until))
    return last - first <= longest


def _local_day(moment: str) -> int:
    return day_of_moment(moment).toordinal()


def _refusals(trial: _Trial) -> bool:
    return refusals_about(trial.subject, trial.scope, index=trial.index) <= set(trial.ground.refusals_weighed)


_CHECKS: dict[str, Callable[[_Trial], bool]] = {
    "PROVISION_SENDER": _sender,
    "PROVISION_RECIPIENT": _recipient,
    "PROVISION_PURPOSE": _purpose,
    "PROVISION_CATEGORY": _category,
    "PRECONDITION_NOT_IN_REGISTER": _precondition,
    "SUBJECT_OUT_OF_SCOPE": _subject,
    "BALANCING_INCOMPLETE": _balance,
    "NOT_INFORMED_WITHOUT_REASON": _informed,
    "NO_SECOND_PAIR_OF_EYES": _second_person,
    "TERM_TOO_LONG": _term,
    "REFUSAL_NOT_WEIGHED": _refusals,
}
"""Code to what must hold; all are evaluated."""


def in_one_team(subject: str, request: Request, *, index: Index) -> bool:
    """Tell whether sender and recipient help this subject together.

    Source: Jeugdwet 7.3.11 lid 2; BW 7:457 lid 2.
    """
    both = {request.sender, request.recipient}
    return any(both.issubset(team.organisations) for team in index.teams.get(subject, ()))

# SPDX-License-Identifier: EUPL-1.2
"""The decision about one item: pure, total, every rule evaluated, every reason reported.

Rules, in order: 1 vetoes; 2 necessity; 3 secrecy, a release for each subject by consent, duty, power or team; 4 GDPR;
5 others who can be recognised. Permit if and only if there is no reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.case.structures import ANY
from kgbx.consent.consents import Scope, consent_reasons, refusals_about, third_party_permits
from kgbx.consent.grounds import grounds_tried, in_one_team
from kgbx.consent.index import Index
from kgbx.consent.overdue import in_order, overdue_about
from kgbx.consent.policy import has_function
from kgbx.consent.reasons import REASONS
from kgbx.consent.vetoes import vetoes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.consent.facts import Facts, Item, Request
    from kgbx.consent.overdue import Overdue
    from kgbx.consent.policy import Policy
    from kgbx.messages import Language

CONSENT = "consent"
TEAM = "team"
WGBO = "wgbo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one item; true if it may be shared. For the sender only.

    Attributes:
        permit: Whether the item may go.
        reasons: Codes of all that stands in the way, sorted; empty exactly when `permit`.
        released_by: For each subject what opened secrecy; empty unless `permit`.
        escalate: A duty to share meets a denial: a person must decide.
        policy_version: Version of the policy.
        overdue: What this sender still has to do after sharing about one of the subjects in an emergency; it opens and
            closes nothing.
    """

    permit: bool
    reasons: tuple[str, ...]
    released_by: Mapping[str, str] = field(default_factory=dict)
    escalate: bool
    policy_version: str
    overdue: tuple[Overdue, ...] = ()

    def __bool__(self) -> bool:
        return self.permit

    def explain(self, language: Language = "nl") -> tuple[str, ...]:
        """Return a sentence with its article for each reason, and where only we are stricter; then what is overdue."""
        reasons = (REASONS[code].say(language) for code in self.reasons)
        return (*reasons, *(one.say(language) for one in self.overdue))


def decide(item: Item, request: Request, *, facts: Facts, policy: Policy) -> Decision:
    """Decide whether an item may go from sender to recipient for a purpose.

    Args:
        item: What there is to know of the record.
        request: Who to whom, for what, and at which moments.
        facts: From registers and the sender's own file.
        policy: The policy in force at ``request.at``; choosing it is the caller's work.

    Returns:
        A decision with every reason; it never raises for what facts say.

    Raises:
        UsageError: U_MOMENT, a moment of the request is neither an instant nor a day.
    """
    return Decider(Index.of(facts, request.at, known_at=request.known_at), request=request, policy=policy).decide(item)


@dataclass(frozen=True, slots=True)
class _Secrecy:
    """What rule 3 finds for one subject and one category, whatever the item.

    Attributes:
        consent: Why consent does not release; empty when it does.
        tried: Reasons of every legal ground that was tried.
        ground: How the first fitting ground is named, duties first; None when none fits.
        duty: Whether some fitting ground is a duty, whatever releases.
        team_for: The purposes for which a team of sender and recipient releases what was collected.
    """

    consent: frozenset[str]
    tried: frozenset[str]
    ground: str | None
    duty: bool
    team_for: frozenset[str]

    def release(self, item: Item) -> str | None:
        """Return what opens secrecy for an item, None when nothing does."""
        if not self.consent:
            return CONSENT
        if self.ground is not None:
            return self.ground
        return TEAM if item.collected_for in self.team_for else None


class Decider:
    """Decides about many items of one request. What does not depend on the item is found once and kept.

    What is kept grows with the persons times the categories that are asked about, and with nothing else.
    """

    def __init__(self, index: Index, *, request: Request, policy: Policy) -> None:
        """Decide with facts that are arranged for the moments of the request.

        Args:
            index: The facts, at ``request.at`` and ``request.known_at``.
            request: Who to whom, for what.
            policy: The policy in force.
        """
        self._index = index
        self._request = request
        self._policy = policy
        self._scopes: dict[str, Scope] = {}
        self._secrecy: dict[tuple[str, str], _Secrecy] = {}
        self._others: dict[tuple[str, str], bool] = {}

    def decide(self, item: Item) -> Decision:
        """Decide about one item, by every rule."""
        request, index, policy = self._request, self._index, self._policy
        subjects = {person: self._secrecy_of(person, item.category) for person in sorted(set(item.about))}
        released = {person: found.release(item) for person, found in subjects.items()}
        duty = bool(subjects) and all(found.duty for found in subjects.values())
        by_consent = all(release == CONSENT for release in released.values())
        reasons = vetoes(item, request, index=index, policy=policy)
        reasons |= necessity(item, request, index=index, policy=policy)
        for person, release in released.items():
            if release is None:
                reasons |= subjects[person].consent | subjects[person].tried
        reasons |= self._gdpr(item, by_consent=by_consent)
        if not all(self._may_be_named(person, item, duty=duty) for person in item.third_parties):
            reasons.add("THIRD_PARTY")
        permit = not reasons
        return Decision(
            permit=permit,
            reasons=tuple(sorted(reasons)),
            released_by=MappingProxyType({who: release for who, release in released.items() if release and permit}),
            escalate=duty and not permit,
            policy_version=policy.version,
            overdue=self._overdue_for(item) if self._overdue else (),
        )

    @cached_property
    def _overdue(self) -> dict[str, tuple[Overdue, ...]]:
        return overdue_about(self._index, sender=self._request.sender, policy=self._policy)

    def _overdue_for(self, item: Item) -> tuple[Overdue, ...]:
        return in_order(one for person in item.about for one in self._overdue.get(person, ()))

    def _scope(self, category: str) -> Scope:
        if category not in self._scopes:
            self._scopes[category] = Scope.of(self._request, category, policy=self._policy)
        return self._scopes[category]

    def _secrecy_of(self, person: str, category: str) -> _Secrecy:
        found = self._secrecy.get((person, category))
        if found is None:
            found = self._secrecy[person, category] = self._find_secrecy(person, self._scope(category))
        return found

    def _find_secrecy(self, person: str, scope: Scope) -> _Secrecy:
        """Rule 3 for one subject: consent, the first fitting duty, the first fitting power, team."""
        request, index, policy = self._request, self._index, self._policy
        tried = tuple(grounds_tried(person, request, scope=scope, index=index, policy=policy))
        fitting = sorted((one for one in tried if not one.reasons), key=lambda one: not one.duty)
        refused = refusals_about(person, scope, index=index)
        together = in_one_team(person, request, index=index) and not refused
        return _Secrecy(
            consent=frozenset(consent_reasons(person, scope, index=index, policy=policy)),
            tried=frozenset[str]().union(*(one.reasons for one in tried)),
            ground=fitting[0].release if fitting else None,
            duty=any(one.duty for one in fitting),
            team_for=scope.purposes - {ANY} if together else frozenset(),
        )

    def _gdpr(self, item: Item, *, by_consent: bool) -> set[str]:
        """Rule 4: AVG 6, 9 and 10."""
        policy, recipient = self._policy, self._index.organisations.get(self._request.recipient)
        function = self._index.function(self._request.recipient)
        reasons = set()
        if not policy.has_gdpr_ground(function, self._request.purpose) and not (by_consent and self._consent_is_ground):
            reasons.add("NO_GDPR_GROUND")
        secret = recipient is not None and recipient.bound_to_secrecy
        if item.health and not by_consent and not (secret and has_function(function, policy.health_functions)):
            reasons.add("NO_ART9_EXCEPTION")
        if item.criminal and not by_consent and not has_function(function, policy.criminal_functions):
            reasons.add("NO_ART10_EXCEPTION")
        return reasons

    @cached_property
    def _consent_is_ground(self) -> bool:
        return has_function(self._index.function(self._request.sender), self._policy.consent_as_gdpr_ground)

    def _may_be_named(self, person: str, item: Item, *, duty: bool) -> bool:
        """Rule 5: the third party permits, a duty covers every subject, or somebody weighed it.

        Under the WGBO a duty "may" be carried out without regard to others (BW 7:457 lid 1), under the Jeugdwet it "is"
        (7.3.11 lid 1): for a WGBO record a weighing is needed too.
        """
        if (duty and item.regime != WGBO) or self._permits_naming(person, item.category):
            return True
        weighings = self._index.weighings.get((item.id, person))
        if not weighings:
            return False
        refusals = refusals_about(person, self._scope(item.category), index=self._index)
        return any(
            weighing.why_not_harmed and weighing.why_not_harmed.strip() and refusals.issubset(weighing.refusals_weighed)
            for weighing in weighings
        )

    def _permits_naming(self, person: str, category: str) -> bool:
        found = self._others.get((person, category))
        if found is None:
            scope = self._scope(category)
            found = third_party_permits(person, scope, index=self._index, policy=self._policy)
            self._others[person, category] = found
        return found


def necessity(item: Item, request: Request, *, index: Index, policy: Policy) -> set[str]:
    """Return the reasons of rule 2: not in the minimal set, about nobody, about somebody who is not served.

    Served by the recipient, or named for exactly this recipient in a proven consent or ground.
    """
    recipient = request.recipient
    function = index.function(recipient)
    reasons = set()
    if item.category not in policy.categories_for(function, request.purpose):
        reasons.add("NOT_NECESSARY")
    if not item.about:
        reasons.add("NO_SUBJECT")
    if has_function(function, policy.subject_must_be_served) and not all(
        index.serves(recipient, person) or person in index.named_for(recipient) for person in item.about
    ):
        reasons.add("SUBJECT_NOT_SERVED")
    return reasons

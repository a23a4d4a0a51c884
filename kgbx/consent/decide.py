# SPDX-License-Identifier: EUPL-1.2
"""The decision about one item: pure, total, every rule evaluated, every reason reported.

Rules, in order: 1 vetoes; 2 necessity; 3 secrecy, a release for each subject by consent, duty, power or team; 4 GDPR;
5 others who can be recognised. Permit if and only if there is no reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.consent.consents import Scope, consent_reasons, refusals_about, third_party_permits
from kgbx.consent.grounds import grounds_tried, team_releases
from kgbx.consent.index import Index
from kgbx.consent.policy import has_function
from kgbx.consent.reasons import REASONS
from kgbx.consent.vetoes import vetoes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.consent.facts import Facts, Item, Request
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
    """

    permit: bool
    reasons: tuple[str, ...]
    released_by: Mapping[str, str] = field(default_factory=dict)
    escalate: bool
    policy_version: str

    def __bool__(self) -> bool:
        return self.permit

    def explain(self, language: Language = "nl") -> tuple[str, ...]:
        """Return a sentence with its article for each reason, and say where only a stricter choice denies."""
        return tuple(_sentence(code, language) for code in self.reasons)


def _sentence(code: str, language: Language) -> str:
    reason = REASONS[code]
    stricter = ""
    if reason.stricter:
        stricter = " (strenger dan de wet)" if language == "nl" else " (stricter than the statute)"
    return f"{reason.text.say(language)} [{reason.source}{stricter}]"


@dataclass(frozen=True, slots=True)
class _Subject:
    """What rule 3 found for one subject."""

    release: str | None
    duty: bool
    reasons: frozenset[str]


def decide(item: Item, request: Request, *, facts: Facts, policy: Policy) -> Decision:
    """Decide whether an item may go from sender to recipient for a purpose.

    Args:
        item: What there is to know of the record.
        request: Who to whom, for what, and at which moments.
        facts: From registers and the sender's own file.
        policy: The policy in force at ``request.at``; choosing it is the caller's work.

    Returns:
        A decision with every reason; it never raises for what facts say.
    """
    index = Index.of(facts, request.at, known_at=request.known_at)
    return decide_with(index, item, request=request, policy=policy)


def decide_with(index: Index, item: Item, *, request: Request, policy: Policy) -> Decision:
    """Decide with an index that is built once for many items; its moments are those of the request."""
    scope = Scope.of(request, item.category, policy=policy)
    subjects = {person: _subject(person, item, request, scope, index, policy) for person in sorted(set(item.about))}
    reasons = vetoes(item, request, index=index, policy=policy)
    reasons |= necessity(item, request, index=index, policy=policy)
    for found in subjects.values():
        reasons |= found.reasons
    by_consent = all(found.release == CONSENT for found in subjects.values())
    reasons |= _gdpr(item, request, index, policy, by_consent=by_consent)
    duty = bool(subjects) and all(found.duty for found in subjects.values())
    if not all(_may_be_named(person, item, scope, index, policy, duty=duty) for person in item.third_parties):
        reasons.add("THIRD_PARTY")
    permit = not reasons
    released = {person: found.release for person, found in subjects.items() if found.release is not None}
    return Decision(
        permit=permit,
        reasons=tuple(sorted(reasons)),
        released_by=MappingProxyType(released if permit else {}),
        escalate=duty and not permit,
        policy_version=policy.version,
    )


def necessity(item: Item, request: Request, *, index: Index, policy: Policy) -> set[str]:
    """Return the reasons of rule 2: not in the minimal set, about nobody, about somebody who is not served."""
    function = index.function(request.recipient)
    reasons = set()
    if item.category not in policy.categories_for(function, request.purpose):
        reasons.add("NOT_NECESSARY")
    if not item.about:
        reasons.add("NO_SUBJECT")
    if has_function(function, policy.subject_must_be_served) and not all(
        _is_served(person, request, index) for person in item.about
    ):
        reasons.add("SUBJECT_NOT_SERVED")
    return reasons


def _is_served(person: str, request: Request, index: Index) -> bool:
    """Served by the recipient, or named for exactly this recipient in a proven consent or ground."""
    recipient = request.recipient
    if index.serves(recipient, person):
        return True
    if any(
        fact.proven and fact.decision == "permit" and recipient in fact.recipients
        for fact in index.consents.get(person, ())
    ):
        return True
    return any(
        person in ground.subjects for (_, to), grounds in index.grounds.items() if to == recipient for ground in grounds
    )


def _subject(person: str, item: Item, request: Request, scope: Scope, index: Index, policy: Policy) -> _Subject:
    """Rule 3 for one subject: consent, the first fitting duty, the first fitting power, team."""
    reasons = consent_reasons(person, scope, index=index, policy=policy)
    tried = tuple(grounds_tried(person, request, scope=scope, index=index, policy=policy))
    fitting = sorted((one for one in tried if not one.reasons), key=lambda one: not one.duty)
    duty = any(one.duty for one in fitting)
    if not reasons:
        return _Subject(CONSENT, duty, frozenset())
    if fitting:
        return _Subject(fitting[0].release, duty, frozenset())
    if team_releases(person, item, request=request, scope=scope, index=index):
        return _Subject(TEAM, duty, frozenset())
    return _Subject(None, duty, frozenset(reasons).union(*(one.reasons for one in tried)))


def _gdpr(item: Item, request: Request, index: Index, policy: Policy, *, by_consent: bool) -> set[str]:
    """Rule 4: AVG 6, 9 and 10."""
    recipient = index.organisations.get(request.recipient)
    function = index.function(request.recipient)
    reasons = set()
    consent_is_ground = by_consent and has_function(index.function(request.sender), policy.consent_as_gdpr_ground)
    if not policy.has_gdpr_ground(function, request.purpose) and not consent_is_ground:
        reasons.add("NO_GDPR_GROUND")
    secret = recipient is not None and recipient.bound_to_secrecy
    if item.health and not by_consent and not (secret and has_function(function, policy.health_functions)):
        reasons.add("NO_ART9_EXCEPTION")
    if item.criminal and not by_consent and not has_function(function, policy.criminal_functions):
        reasons.add("NO_ART10_EXCEPTION")
    return reasons


def _may_be_named(person: str, item: Item, scope: Scope, index: Index, policy: Policy, *, duty: bool) -> bool:
    """Rule 5: the third party permits, a duty covers every subject, or somebody weighed it.

    Under the WGBO a duty "may" be carried out without regard to others (BW 7:457 lid 1), under the Jeugdwet it "is"
    (7.3.11 lid 1): for a WGBO record a weighing is needed too.
    """
    if third_party_permits(person, scope, index=index, policy=policy) or (duty and item.regime != WGBO):
        return True
    refusals = refusals_about(person, scope, index=index)
    return any(
        weighing.why_not_harmed and weighing.why_not_harmed.strip() and refusals <= set(weighing.refusals_weighed)
        for weighing in index.weighings.get((item.id, person), ())
    )

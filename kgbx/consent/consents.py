# SPDX-License-Identifier: EUPL-1.2
"""Rule 3, first road: who decides about a person, and whether they permit.

Rules: a permit needs proof, a refusal needs none; a permit lifts a refusal only by naming it; every age that a partial
birth date allows must be satisfied; no birth date at all: every possible group must permit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.consent.index import ADULT_FROM, ALL_AGES, YOUTH_DECIDES_FROM, second_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.facts import ConsentFact, LegalGroundFact, Request
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy

YOUTH_ALONE_FROM: Final = 16
"""Jeugdwet 7.3.5, 7.3.15: from 16 the youth alone."""

NO_DECISION_MAKER: Final = "NO_DECISION_MAKER"

BANDS: Final = ((0, 11), (YOUTH_DECIDES_FROM, 15), (YOUTH_ALONE_FROM, 17), (ADULT_FROM, ALL_AGES[1]))
"""Age bands in which the same people decide, both ends inclusive."""


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom all must permit, or one if nobody objects.

    Attributes:
        members: Persons or organisations; empty when nobody is known.
        one_suffices: Whether one permit is enough.
    """

    members: tuple[str, ...]
    one_suffices: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What consents are matched with.

    Attributes:
        recipient: Who would get it.
        category: What it is.
        purposes: The purpose and every wider one, and the sign for any.
    """

    recipient: str
    category: str
    purposes: frozenset[str]

    @classmethod
    def of(cls, request: Request, category: str, *, policy: Policy) -> Scope:
        """Return the scope of a request for one category."""
        return cls(request.recipient, category, policy.purposes_above(request.purpose))

    def covers(self, fact: ConsentFact) -> bool:
        """Tell whether a consent speaks about this."""
        return bool({self.recipient, ANY} & set(fact.recipients)) and self.within(fact)

    def within(self, fact: ConsentFact | LegalGroundFact) -> bool:
        """Tell whether category and purpose are within what a consent or ground names."""
        return bool({self.category, ANY} & set(fact.categories)) and not self.purposes.isdisjoint(fact.purposes)


def consent_reasons(person: str, scope: Scope, *, index: Index, policy: Policy) -> set[str]:
    """Return why consent does not release what is about a person; empty when it does."""
    groups = deciding_groups(person, index=index, policy=policy)
    reasons = set() if groups else {NO_DECISION_MAKER}
    for group in groups:
        reasons |= group_reasons(group, person, scope=scope, index=index)
    if reasons and index.ages(person) == ALL_AGES:
        reasons.add(NO_DECISION_MAKER)
    return reasons


def deciding_groups(person: str, *, index: Index, policy: Policy) -> list[Group]:
    """Return the groups that must all permit: those of every age that what is known of a person allows."""
    lowest, highest = index.ages(person)
    return [
        group
        for low, high in BANDS
        if low <= highest and lowest <= high
        for group in _groups(person, low, index, policy)
    ]


def third_party_permits(person: str, scope: Scope, *, index: Index, policy: Policy) -> bool:
    """Tell whether a third party permits: the person alone from 12, otherwise whoever decides for it."""
    found = index.persons.get(person)
    if found is not None and found.capable and index.ages(person)[0] >= YOUTH_DECIDES_FROM:
        return not group_reasons(Group((person,)), person, scope=scope, index=index)
    return not consent_reasons(person, scope, index=index, policy=policy)


def _groups(person: str, age: int, index: Index, policy: Policy) -> list[Group]:
    """Return the groups that decide about a person of this age: Jeugdwet 7.3.11 lid 1, 7.3.15; BW 1:245."""
    found = index.persons.get(person)
    holders = Group(index.holders.get(person, ()), one_suffices=policy.joint_authority == "one_unless_objection")
    oneself = Group((person,))
    capable = found is not None and found.capable
    if age >= ADULT_FROM:
        return [oneself if capable else Group(_representative(person, index))]
    if age < YOUTH_DECIDES_FROM or not capable:
        return [holders]
    if age >= YOUTH_ALONE_FROM or policy.age_12_to_15 == "youth":
        return [oneself]
    return [oneself, holders]


def _representative(person: str, index: Index) -> tuple[str, ...]:
    found = index.persons.get(person)
    return () if found is None or found.represented_by is None else (found.represented_by,)


def group_reasons(group: Group, person: str, *, scope: Scope, index: Index) -> set[str]:
    """Return why a group does not release what is about a person; empty when it does."""
    if not group.members:
        return {NO_DECISION_MAKER}
    matching = [fact for fact in index.consents.get(person, ()) if scope.covers(fact)]
    if any(_refuses(member, matching) for member in group.members) or any(_by_nobody(fact, index) for fact in matching):
        return {"REFUSED"}
    permitting = [member for member in group.members if any(_permits(member, matching))]
    enough = bool(permitting) if group.one_suffices else len(permitting) == len(group.members)
    return set() if enough else {"CONSENT_MISSING"}


def _permits(member: str, matching: Iterable[ConsentFact]) -> Iterable[ConsentFact]:
    return (fact for fact in matching if fact.decided_by == member and fact.decision == "permit" and fact.proven)


def _refuses(member: str, matching: list[ConsentFact]) -> bool:
    lifted = {refusal for permit in _permits(member, matching) for refusal in permit.supersedes}
    return any(fact.decision == "refuse" and fact.decided_by == member and fact.id not in lifted for fact in matching)


def _by_nobody(fact: ConsentFact, index: Index) -> bool:
    """Tell whether this is a refusal of somebody of whom nothing is known: it may be a decider under another id."""
    return fact.decision == "refuse" and not fact.decided_by.startswith("urn:") and fact.decided_by not in index.known


def is_refused(person: str, scope: Scope, *, index: Index) -> bool:
    """Tell whether a refusal about a person stands, whoever decides: its own decider did not lift it."""
    matching = [fact for fact in index.consents.get(person, ()) if scope.covers(fact)]
    return any(_refuses(fact.decided_by, matching) for fact in matching if fact.decision == "refuse")


def is_taken_back(person: str, scope: Scope, *, index: Index) -> bool:
    """Tell whether a permit about a person was taken back, and no proven one of the same decider was given since."""
    about = [fact for fact in index.facts.consents if fact.about == person and scope.covers(fact)]
    ended = [(fact.decided_by, end) for fact in index.live(about) for end in index.ended_by(fact)]
    given = [fact for fact in index.consents.get(person, ()) if scope.covers(fact)] if ended else []
    return any(
        not any(second_of(one.recorded_at) > second_of(end.recorded_at) for one in _permits(decider, given))
        for decider, end in ended
    )


def refusals_about(person: str, scope: Scope, *, index: Index) -> set[str]:
    """Return the ids of every live matching refusal about a person, whoever decided, superseded or not."""
    return {fact.id for fact in index.consents.get(person, ()) if fact.decision == "refuse" and scope.covers(fact)}

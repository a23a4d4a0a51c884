# SPDX-License-Identifier: EUPL-1.2
"""What a share rested on: for each person the article, and the consents or legal grounds in the file.

Rules: tells ids, codes and articles only; explains what was decided and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.consent.consents import Scope
from kgbx.consent.decide import CONSENT, TEAM
from kgbx.consent.policy import wider_functions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.consent.facts import Request
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Note, Policy

ARTICLES: Final = {
    CONSENT: "Jeugdwet 7.3.11 lid 1 en 7.3.15; BW 7:457 lid 1; Wmo 2015 5.3.3 lid 1",
    TEAM: "Jeugdwet 7.3.11 lid 2; BW 7:457 lid 2",
}
"""Where the law lets a consent or a care team open secrecy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What opened secrecy for one subject and one category.

    Attributes:
        person: Id of the subject.
        category: What it is.
        release: ``consent``, ``team``, ``duty:PROVISION`` or ``power:PROVISION``.
        article: Where that stands.
        records: Ids of the consents or legal grounds that hold; empty for a team.
    """

    person: str
    category: str
    release: str
    article: str
    records: tuple[str, ...]


def bases(
    released_by: Mapping[str, Mapping[str, str]], request: Request, *, index: Index, policy: Policy
) -> tuple[Basis, ...]:
    """Return what a permitted record rested on, by category and person.

    Args:
        released_by: For each category and subject what opened secrecy.
        request: Who to whom, for what.
        index: The facts at the moments of the request.
        policy: The policy in force.
    """
    return tuple(
        Basis(
            person=person,
            category=category,
            release=release,
            article=article_of(release, policy),
            records=_records(person, release, Scope.of(request, category, policy=policy), request, index),
        )
        for category, persons in sorted(released_by.items())
        for person, release in sorted(persons.items())
    )


def article_of(release: str, policy: Policy) -> str:
    """Return the article of a release; of a provision that the policy does not know its id."""
    if release in ARTICLES:
        return ARTICLES[release]
    name = release.partition(":")[2]
    found = policy.provision_by_id.get(name)
    return name if found is None else found.source


def _records(person: str, release: str, scope: Scope, request: Request, index: Index) -> tuple[str, ...]:
    if release == CONSENT:
        permits = (fact for fact in index.consents.get(person, ()) if fact.decision == "permit" and fact.proven)
        return tuple(sorted({fact.id for fact in permits if scope.covers(fact)}))
    provision = release.partition(":")[2]
    grounds = index.grounds.get((request.sender, request.recipient), ())
    fitting = (one for one in grounds if one.provision == provision and person in one.subjects and scope.within(one))
    return tuple(sorted({one.id for one in fitting}))


def note_of(table: str, function: str | None, *, purpose: str, policy: Policy) -> Note | None:
    """Return the note of the row of ``necessary`` or ``gdpr_grounds`` that counts for a function and purpose."""
    rows = {(row.function, row.purpose): number for number, row in enumerate(getattr(policy, table))}
    numbers = (rows.get((wider, purpose)) for wider in wider_functions(function))
    number = next((one for one in numbers if one is not None), None)
    return None if number is None else policy.notes.get(f"/{table}/{number}")

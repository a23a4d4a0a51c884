# SPDX-License-Identifier: EUPL-1.2
"""Whether one person's yes or no counts, by the same facts and the same moment as a decision.

Rules: what decide() would not count is never told to count: a permit without proof, one of somebody who no longer
decides, one that was recorded later, a withdrawal by somebody who may not withdraw. A refusal is lifted as far as a
proven permit of the same person that names it reaches, and no further.

Source: AVG 7 lid 1 and 3; Jeugdwet 7.3.15; BW 1:245.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kgbx.case.structures import ANY
from kgbx.consent.consents import deciding_groups
from kgbx.consent.index import second_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from kgbx.consent.facts import ConsentFact
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy

State = Literal["not_yet", "withdrawn", "over", "unproven", "not_decider", "lifted", "partly_lifted", "now"]
_PERMIT: Final = "permit"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a choice counts.

    Attributes:
        state: ``now`` counts whole, ``partly_lifted`` in part; nothing else counts.
        since: From when a withdrawal works, None otherwise.
    """

    state: State
    since: str | None = None


def standing_of(consent: str, *, index: Index, policy: Policy) -> Standing:
    """Return whether a choice counts.

    Args:
        consent: Its id.
        index: All facts, at the moment that is asked about.
        policy: The policy in force.
    """
    facts = [fact for fact in index.facts.consents if fact.id == consent]
    known = [fact for fact in facts if second_of(fact.recorded_at) <= index.known_at]
    begun = [fact for fact in known if second_of(fact.valid_from) <= index.at]
    if not begun:
        return Standing("not_yet")
    ended = [one for fact in begun for one in index.ended_by(fact)]
    if ended:
        return Standing("withdrawn", min((one.effective_at for one in ended), key=second_of))
    live = index.live(begun)
    return Standing(_state(live, index, policy) if live else "over")


def _state(live: list[ConsentFact], index: Index, policy: Policy) -> State:
    if live[0].decision == _PERMIT and not all(fact.proven for fact in live):
        return "unproven"
    if not any(_decides(fact, index, policy) for fact in live):
        return "not_decider"
    lifted = [reach for fact in live if fact.decision != _PERMIT for reach in _lifted(fact, index, policy)]
    if not lifted:
        return "now"
    return "lifted" if any(lifted) else "partly_lifted"


def _decides(fact: ConsentFact, index: Index, policy: Policy) -> bool:
    groups = deciding_groups(fact.about, index=index, policy=policy)
    return any(fact.decided_by in group.members for group in groups)


def _lifted(refusal: ConsentFact, index: Index, policy: Policy) -> list[bool]:
    """Return for each permit that lifts a refusal whether it reaches as far as the refusal."""
    return [
        _reaches(permit, refusal, policy)
        for permit in index.consents.get(refusal.about, ())
        if permit.decision == _PERMIT
        and permit.proven
        and permit.decided_by == refusal.decided_by
        and refusal.id in permit.supersedes
    ]


def _reaches(permit: ConsentFact, refusal: ConsentFact, policy: Policy) -> bool:
    purposes = all(
        not policy.purposes_above(purpose).isdisjoint(permit.purposes) if purpose != ANY else ANY in permit.purposes
        for purpose in refusal.purposes
    )
    return (
        purposes and _within(refusal.recipients, permit.recipients) and _within(refusal.categories, permit.categories)
    )


def _within(narrow: Collection[str], wide: Collection[str]) -> bool:
    return ANY in wide or set(narrow) <= set(wide)

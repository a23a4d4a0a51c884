# SPDX-License-Identifier: EUPL-1.2
"""A need profile beside a policy: no function is told, or asks, what its minimal set leaves out.

Rules:
    - a need is within the policy when something that answers it may be told: every category of that is in the minimal
      set; a topic that means several is when one of them is;
    - what is looked up in a register comes from nobody's file; of a BSN the minimal set decides all the same;
    - what speaks about another record has the categories of that one: such a need is within;
    - what a profile excludes, the policy must exclude too: then it holds whatever anybody sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.consent.items import categories_table, first_match
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.messages import Text
from kgbx.story.profile import topics_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.policy import Policy
    from kgbx.story import Asks, Need, Profile

_BSN: Final = "bsn"
_OUTSIDE: Final = Text(
    "Deze functie mag dit voor dit doel niet weten: het hoort niet bij haar minimale set. Haal de behoefte weg.",
    "This function may not know this for this purpose: it is not in its minimal set. Remove the need.",
)
_NOT_EXCLUDED: Final = Text(
    "Het beleid laat dit soort gegevens wel toe, dus deze uitsluiting houdt niets tegen. Haal haar weg.",
    "The policy lets this category through, so this exclusion holds nothing back. Remove it.",
)
_WHICH_PURPOSE: Final = Text(
    "Het beleid kent voor deze functie niet precies één doel. Gebruik een vraagprofiel dat zijn doel noemt.",
    "The policy does not know exactly one purpose for this function. Use a need profile that names its purpose.",
)


def purpose_of(profile: Profile, policy: Policy) -> str:
    """Return the purpose of a profile; where it names none, the only one for which its function has a minimal set.

    Raises:
        UsageError: U_ARGUMENT, there is none, or there are several.
    """
    if profile.purpose is not None:
        return profile.purpose
    purposes = sorted({row.purpose for row in policy.necessary if policy.categories_for(profile.function, row.purpose)})
    if len(purposes) != 1:
        raise UsageError(text=_WHICH_PURPOSE)
    return purposes[0]


def require_within(profile: Profile, policy: Policy) -> None:
    """Refuse a profile of a function that asks for what the policy keeps from it.

    Raises:
        DocumentError: D_EXCLUDED, with a pointer to each such need, and to each exclusion that the policy lets through.
    """
    if profile.function is None or profile.purpose is None:
        return
    known = policy.categories_for(profile.function, profile.purpose)
    problems = [
        problem for number, need in enumerate(profile.needs) for problem in _outside(need, number, profile, policy)
    ]
    problems += [
        Problem.of_shape("D_EXCLUDED", f"/excludes/{number}", text=_NOT_EXCLUDED)
        for number, category in enumerate(profile.excludes)
        if category in known
    ]
    if problems:
        raise DocumentError(problems)


def fitted(profile: Profile, policy: Policy) -> tuple[Profile, tuple[Need, ...]]:
    """Return a profile without the questions that the policy keeps from its function, and those questions.

    A profile of one function must be within the policy; one of every function is made to fit. What a professional finds
    out stays: that is no question to the family, and whether it travels the policy decides.

    Raises:
        DocumentError: D_EXCLUDED, as `require_within`.
    """
    require_within(profile, policy)
    if profile.function is None:
        return profile, ()
    outside = [
        one
        for one in profile.needs
        if one.answered_by == "family" and not is_within(one, profile=profile, policy=policy)
    ]
    if not outside:
        return profile, ()
    kept = tuple(one for one in profile.needs if one not in outside)
    return profile.model_copy(update={"needs": kept}), tuple(outside)


def is_within(need: Need, *, profile: Profile, policy: Policy) -> bool:
    """Tell whether the minimal set of the profile's function holds something that answers a need."""
    return any(_may_be_told(one, _minimal_set(need, profile, policy), need) for one in need.answers)


def _minimal_set(need: Need, profile: Profile, policy: Policy) -> frozenset[str]:
    purpose = need.purpose or profile.purpose
    if purpose is not None:
        return policy.categories_for(profile.function, purpose)
    every = (policy.categories_for(profile.function, row.purpose) for row in policy.necessary)
    return frozenset[str]().union(*every)


def _outside(need: Need, number: int, profile: Profile, policy: Policy) -> Iterator[Problem]:
    excluded = frozenset(profile.excludes)
    if not is_within(need, profile=profile, policy=policy):
        yield Problem.of_shape("D_EXCLUDED", f"/needs/{number}/asks", text=_OUTSIDE)
        return
    for place, asks in enumerate(need.answers):
        found = _categories(asks)
        if found and all(one & excluded for one in found):
            pointer = "asks" if place == 0 else f"also/{place - 1}"
            yield Problem.of_shape("D_EXCLUDED", f"/needs/{number}/{pointer}", text=_OUTSIDE)


def _may_be_told(asks: Asks, minimal: frozenset[str], need: Need) -> bool:
    found = _categories(asks)
    if found is None or any(one <= minimal for one in found):
        return True
    return need.from_register is not None and not any(_BSN in one for one in found)


def _categories(asks: Asks) -> tuple[frozenset[str], ...] | None:
    """Return the categories of each kind of record that is meant; None where those are of another record."""
    table = categories_table()
    if asks.topic is not None:
        topics = topics_of(asks.topic)
        return tuple(frozenset(first_match(one, table.topics) or table.other_topics) for one in topics)
    rows = [row for row in table.by_value if row.type == asks.record]
    for row in rows:
        if row.member in asks.where:
            return (frozenset(row.categories if asks.where[row.member] in row.values else row.otherwise),)
    if rows:
        return tuple(frozenset(one) for row in rows for one in (row.categories, row.otherwise))
    found = table.types.get(asks.record or "")
    return None if found is None else (frozenset(found),)

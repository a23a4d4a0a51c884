# SPDX-License-Identifier: EUPL-1.2
"""What an organisation asks the family for, as far as statements answer it: the needs of its published profiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kgbx.story.profile import profile, profiles, topics_of

if TYPE_CHECKING:
    from kgbx.case import Statement
    from kgbx.story.profile import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an organisation asks for, as far as statements answer it.

    Attributes:
        id: Id of the need, or a topic.
        topics: Topics that answer it.
        accepts: Kinds of statement that answer it; empty: all.
        max_age_days: Days after which an answer is stale; None: never.
        of_case: Whether it is asked once for the case.
        of_self: Whether only the own words of the person it is about answer it.
    """

    id: str
    topics: frozenset[str]
    accepts: tuple[str, ...] = ()
    max_age_days: int | None = None
    of_case: bool = False
    of_self: bool = False

    def is_answered_by(self, statement: Statement) -> bool:
        """Tell whether a statement answers it."""
        return not self.topics.isdisjoint(statement.topics) and (not self.accepts or statement.kind in self.accepts)


@cache
def wanted_by(function: str) -> tuple[Wanted, ...]:
    """Return what a function asks the family, by its published profiles; nothing for a function without one."""
    needs = [need for one in profiles() if one[0] == function for need in profile(*one).needs]
    found = (_wanted(need) for need in needs if need.answered_by == "family" and need.from_register is None)
    return tuple(one for one in found if one.topics)


def _wanted(need: Need) -> Wanted:
    topics = frozenset(topic for asks in need.answers if asks.topic for topic in topics_of(asks.topic))
    return Wanted(
        id=need.id,
        topics=topics,
        accepts=need.accepts,
        max_age_days=need.max_age_days,
        of_case=need.per == "case",
        of_self=need.told_by == "self",
    )

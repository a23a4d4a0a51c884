# SPDX-License-Identifier: EUPL-1.2
"""What is about to change in a case, and what should have been done: for the holder of the file only.

Rules: a warning is no failure and decides nothing. It names ids, types, codes and days; never a name, a content or a
place. Nobody is named as who must decide about a person and must not learn something about it, and nobody whom a
protection keeps away. What was recorded after the moment is not known. Nothing here reads a clock.

Kinds of warning: :mod:`kgbx.consent.warnings_kinds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.consent import warnings_ends, warnings_permits, warnings_tasks
from kgbx.consent.warnings_outlook import CaseWarning, Outlook
from kgbx.errors import UsageError
from kgbx.limits import MAX_OUTLOOK_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case import FamilyCase
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

__all__ = ["DAYS", "CaseWarning", "warnings"]

DAYS: Final = 60
"""How far a worker looks ahead: long enough to talk with a family twice before something changes; ours."""

_CHECKS: Final[tuple[Callable[[Outlook], Iterator[CaseWarning]], ...]] = (
    warnings_permits.birthdays,
    warnings_permits.permits_that_stop,
    warnings_ends.ends,
    warnings_ends.consents_that_end,
    warnings_ends.grounds_that_end,
    warnings_ends.measures_that_end,
    warnings_ends.promised_to_be_gone,
    warnings_ends.policy_ends,
    warnings_tasks.emergencies,
    warnings_tasks.grounds_not_told,
    warnings_tasks.to_be_told,
    warnings_tasks.persons_not_told,
    warnings_tasks.looked_at_again,
    warnings_tasks.assessed_again,
    warnings_tasks.corrections,
    warnings_tasks.without_proof,
    warnings_tasks.protections_for_nobody,
    warnings_tasks.waiting,
    warnings_tasks.handovers,
    warnings_tasks.fixed_contacts,
)


def warnings(case: FamilyCase, *, facts: Facts, policy: Policy, at: str, days: int = DAYS) -> tuple[CaseWarning, ...]:
    """Return what changes within a number of days and what is overdue, by day, kind and id.

    Args:
        case: The own file.
        facts: From the own registers and that file, as :func:`kgbx.consent.joins.facts_from_case` makes them.
        policy: The policy in force at `at`.
        at: An instant or a day; what was recorded until then is known.
        days: How many days to look ahead; what falls on the last of them is told.

    Raises:
        UsageError: U_MOMENT, `at` is neither an instant nor a day, or the window ends after 2998; U_ARGUMENT, `days` is
            negative or too many.
    """
    if not 0 <= days <= MAX_OUTLOOK_DAYS:
        raise UsageError
    outlook = Outlook(case, facts, policy, at=at, days=days)
    found = {warning for check in _CHECKS for warning in check(outlook)}
    return tuple(sorted(found, key=lambda one: (one.on, one.kind, one.record)))

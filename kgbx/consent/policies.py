# SPDX-License-Identifier: EUPL-1.2
"""Which policy is in force: the published ones, and the choice by moment."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kgbx.case.structures import read_shape
from kgbx.clock import day_of_moment
from kgbx.consent.policy import Policy
from kgbx.errors import UsageError
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def published_policies() -> tuple[Policy, ...]:
    """Return the policies that come with kgbx, oldest first."""
    found = [read_shape(path.read_bytes(), Policy) for path in sorted(schemas_path("policy").glob("nl-*.json"))]
    return tuple(sorted(found, key=lambda policy: policy.valid_from or ""))


def policy_in_force(policies: Iterable[Policy], at: str) -> Policy:
    """Return the one policy in force at a moment.

    Args:
        policies: Candidates.
        at: An instant or a day.

    Raises:
        UsageError: U_POLICY, none is in force or several are; U_MOMENT, `at` is neither an instant nor a day.
    """
    day = day_of_moment(at).isoformat()
    live = [
        policy
        for policy in policies
        if (policy.valid_from or "") <= day and (policy.valid_until is None or day < policy.valid_until)
    ]
    if len(live) != 1:
        raise UsageError("U_POLICY")
    return live[0]

# SPDX-License-Identifier: EUPL-1.2
"""Refuse a policy that names a function of an organisation that no code list knows.

Rules: a misspelled function is never treated as absent: in a list that closes (collective recipients, subjects that
must be served, secret locations) that would open what the policy closes. Decision tables may name others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.codes import code_list
from kgbx.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.policy import Policy

LISTS: Final = (
    *("health_functions", "criminal_functions", "consent_as_gdpr_ground", "collective_functions"),
    *("reporter_functions", "subject_must_be_served", "location_functions"),
)
ROWS: Final = ("necessary", "gdpr_grounds", "bsn_users")


def require_known_functions(policy: Policy) -> None:
    """Return when every function in a policy is one of the code list.

    Raises:
        DocumentError: D_CODE with a pointer into the policy, for each function that is not.
    """
    known = code_list("org_function").entries.keys() | {ANY}
    problems = [
        Problem.of_shape("D_CODE", pointer) for pointer, function in _functions(policy) if function not in known
    ]
    if problems:
        raise DocumentError(problems)


def _functions(policy: Policy) -> Iterator[tuple[str, str]]:
    for name in ROWS:
        for number, row in enumerate(getattr(policy, name)):
            yield f"/{name}/{number}/function", row.function
    for name in LISTS:
        for number, function in enumerate(getattr(policy, name)):
            yield f"/{name}/{number}", function
    for number, provision in enumerate(policy.provisions):
        for member in ("senders", "recipients"):
            for place, function in enumerate(getattr(provision, member)):
                yield f"/provisions/{number}/{member}/{place}", function

# SPDX-License-Identifier: EUPL-1.2
"""Refuse a policy or registers that name a function of an organisation that no code list knows.

Rules: a misspelled function is never treated as absent: in a list that closes (collective recipients, subjects that
must be served, secret locations) that would open what the policy closes. Decision tables may name others. In registers
each organisation and person stands once: of two descriptions nobody knows which one counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.codes import code_list
from kgbx.errors import DocumentError, Problem
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

LISTS: Final = (
    *("health_functions", "criminal_functions", "consent_as_gdpr_ground", "collective_functions"),
    *("reporter_functions", "subject_must_be_served", "location_functions"),
)
ROWS: Final = ("necessary", "gdpr_grounds", "bsn_users")


_TWICE: Final = Text(
    "Dit staat al eerder in deze registers. Laat staan wat klopt.",
    "This stands in these registers already. Keep the one that is right.",
)


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


def require_known_registers(registers: Facts) -> None:
    """Return when every function in registers is one of the code list, and nobody stands there twice.

    Raises:
        DocumentError: D_CODE for each function that is not, D_CONFLICT for each second description, with pointers.
    """
    known = code_list("org_function").entries.keys()
    problems = [
        Problem.of_shape("D_CODE", f"/organisations/{number}/function")
        for number, one in enumerate(registers.organisations)
        if one.function not in known
    ]
    for name in ("organisations", "persons"):
        ids = [one.id for one in getattr(registers, name)]
        first = {one: number for number, one in reversed(list(enumerate(ids)))}
        seconds = (number for number, one in enumerate(ids) if first[one] != number)
        problems += [Problem.of_shape("D_CONFLICT", f"/{name}/{number}/id", text=_TWICE) for number in seconds]
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

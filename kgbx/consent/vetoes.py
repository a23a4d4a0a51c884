# SPDX-License-Identifier: EUPL-1.2
"""Rule 1: what no consent, ground or team can overrule. Unknown inside a veto is deny."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.consent.index import ADULT_FROM, second_of
from kgbx.consent.policy import has_function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.consent.facts import Item, Request
    from kgbx.consent.index import Index
    from kgbx.consent.policy import Policy

BSN = "bsn"
"""The category of BSN identifiers."""


def _collective_recipient(_item: Item, request: Request, index: Index, policy: Policy) -> bool:
    return has_function(index.function(request.recipient), policy.collective_functions)


def _working_note(item: Item, _request: Request, _index: Index, _policy: Policy) -> bool:
    return item.working_note


def _reporter_identity(item: Item, request: Request, index: Index, policy: Policy) -> bool:
    return item.reveals_reporter and not has_function(index.function(request.recipient), policy.reporter_functions)


def _bsn_not_authorised(item: Item, request: Request, index: Index, _policy: Policy) -> bool:
    if item.category != BSN:
        return False
    return not all(_may_use_bsn(organisation, item, index) for organisation in (request.sender, request.recipient))


def _may_use_bsn(organisation: str, item: Item, index: Index) -> bool:
    """Jeugdwet 7.2.1 covers the number of a jeugdige only, Wmo 5.2.9 that of any person."""
    found = index.organisations.get(organisation)
    if found is None or found.may_use_bsn is False:
        return False
    return found.may_use_bsn is True or all(index.ages(person)[1] < ADULT_FROM for person in item.about)


def _retention_over(item: Item, _request: Request, index: Index, _policy: Policy) -> bool:
    until = item.keep_until
    if until is None:
        return False
    return second_of(until) <= index.at if "T" in until else until <= index.today.isoformat()


def _processing_restricted(item: Item, _request: Request, index: Index, _policy: Policy) -> bool:
    return item.id in index.restricted


def _secret_location(item: Item, request: Request, index: Index, _policy: Policy) -> bool:
    if not index.hidden_from(request.recipient).isdisjoint(item.reveals_location_of):
        return True
    return request.sender == index.facts.own and bool(index.undecided(item))


def _confidential(item: Item, request: Request, index: Index, _policy: Policy) -> bool:
    return any(index.may_tell(request.recipient, person) for person in index.withheld.get(item.id, ()))


VETOES: Mapping[str, Callable[[Item, Request, Index, Policy], bool]] = {
    "COLLECTIVE_RECIPIENT": _collective_recipient,
    "WORKING_NOTE": _working_note,
    "REPORTER_IDENTITY": _reporter_identity,
    "BSN_NOT_AUTHORISED": _bsn_not_authorised,
    "RETENTION_OVER": _retention_over,
    "PROCESSING_RESTRICTED": _processing_restricted,
    "SECRET_LOCATION": _secret_location,
    "CONFIDENTIAL": _confidential,
}
"""Code to rule; all are evaluated."""


def vetoes(item: Item, request: Request, *, index: Index, policy: Policy) -> set[str]:
    """Return the codes of the vetoes that apply."""
    return {code for code, applies in VETOES.items() if applies(item, request, index, policy)}

# SPDX-License-Identifier: EUPL-1.2
"""Which organisations nothing for a family may name: shelters, and whatever tells where a hidden person is.

Rules: a name is no secret that stands in another record which the asker may see. What was made to protect somebody, or
to decide about sharing, makes no name harmless: it names the very helper that the protection allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import (
    Confidence,
    Consent,
    LegalGround,
    Protection,
    Record,
    Restriction,
    ThirdPartyWeighing,
    Withdrawal,
)
from kgbx.consent.items import locations_table
from kgbx.consent.policy import has_function
from kgbx.consent.texts import strings_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import FamilyCase
    from kgbx.consent.access_items import AccessItemiser
    from kgbx.consent.facts import Facts

ORG: Final = "urn:osb:oin:"


NEVER_OPENLY: Final = (Protection, Confidence, Restriction, Consent, Withdrawal, LegalGround, ThirdPartyWeighing)
"""What makes no name harmless."""


def unnamed_for(
    hidden: frozenset[str], *, case: FamilyCase, facts: Facts, itemiser: AccessItemiser, seen: Callable[[Record], bool]
) -> frozenset[str]:
    """Return the URNs of organisations that nobody may be told of from whom some persons are hidden.

    Args:
        hidden: The persons whose whereabouts must not be learned.
        case: The own file.
        facts: For the functions of organisations.
        itemiser: Of the same case and facts.
        seen: Tells whether who asks may see a record.
    """
    if not hidden:
        return itemiser.secret_organisations
    local = locations_table().local_functions
    functions = {fact.id: fact.function for fact in facts.organisations}
    revealing, openly = set[str](), set[str]()
    for record in (one for one in case if isinstance(one, Record)):
        named = {one for one in strings_in(record) if one.startswith(ORG)}
        if any(not hidden.isdisjoint(item.reveals_location_of) for item in itemiser.items_of(record)):
            revealing |= named
        elif not named <= openly and not isinstance(record, NEVER_OPENLY) and seen(record):
            openly |= named
    kept = {one for one in openly if not has_function(functions.get(one), local)}
    return itemiser.secret_organisations | (revealing - kept)

# SPDX-License-Identifier: EUPL-1.2
"""Which organisations nothing for a family may name: shelters, and whatever tells where a hidden person is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Record
from kgbx.consent.items import locations_table
from kgbx.consent.policy import has_function
from kgbx.consent.texts import strings_in

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.access_items import AccessItemiser
    from kgbx.consent.facts import Facts

ORG: Final = "urn:osb:oin:"


def unnamed_for(hidden: frozenset[str], *, case: FamilyCase, facts: Facts, itemiser: AccessItemiser) -> frozenset[str]:
    """Return the URNs of organisations that nobody may be told of from whom some persons are hidden.

    Args:
        hidden: The persons whose whereabouts must not be learned.
        case: The own file.
        facts: For the functions of organisations.
        itemiser: Of the same case and facts.
    """
    local = locations_table().local_functions
    functions = {fact.id: fact.function for fact in facts.organisations}
    revealing, others = set[str](), set[str]()
    for record in case:
        if isinstance(record, Record):
            telling = any(not hidden.isdisjoint(item.reveals_location_of) for item in itemiser.items_of(record))
            (revealing if telling else others).update(one for one in strings_in(record) if one.startswith(ORG))
    kept = {one for one in others if not has_function(functions.get(one), local)}
    return itemiser.secret_organisations | (revealing - kept)

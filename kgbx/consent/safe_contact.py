# SPDX-License-Identifier: EUPL-1.2
"""By which contact point something may be handed over.

Rules: only by one of the person alone, that surely holds today, and that the own organisation marked safe: another's
word that it is safe opens nothing. While anybody says of the same number or address that it is not safe, or somebody
else's too, it is not.

Source: Jeugdwet 7.3.10; AVG 32; ours where it says whose word counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.case import ContactPoint
from kgbx.clock import span_of
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.places import squeezed
from kgbx.consent.same import is_own_correction, replacements
from kgbx.errors import ConsentError

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.asker import Asker


def safe_contact_point(case: FamilyCase, asker: Asker, *, contact_point: str, own: str) -> ContactPoint:
    """Return the contact point by which a report may be handed over.

    Args:
        case: The own file.
        asker: Who asked for the report.
        contact_point: Id of the contact point.
        own: URN of the own organisation.

    Raises:
        ConsentError: C_CONTACT, there is no such contact point now, it is somebody else's too, the own organisation did
            not mark it safe, or somebody says that it is not.
    """
    found = case.get(contact_point)
    itemiser = AccessItemiser(case, facts=asker.index.facts, policy=asker.policy)
    if isinstance(found, ContactPoint) and found in case.current("contact_points") and _holds(found, asker):
        said = [one for one in _said_of(found, case) if one.safe_to_use is False or not _is_alone(one, asker, itemiser)]
        if found.safe_to_use and found.recorded_by.org == own and not said:
            return found
    raise ConsentError("C_CONTACT")


def _holds(point: ContactPoint, asker: Asker) -> bool:
    """Tell whether a contact point surely holds on the day of the asker."""
    today = asker.index.today
    begun = point.valid_from is None or span_of(point.valid_from)[1] <= today
    return begun and (point.valid_until is None or today < span_of(point.valid_until)[0])


def _is_alone(point: ContactPoint, asker: Asker, itemiser: AccessItemiser) -> bool:
    """Tell whether a contact point is the asker's and nobody else's."""
    return {itemiser.one(person) for person in point.persons} == {asker.person}


def _said_of(point: ContactPoint, case: FamilyCase) -> list[ContactPoint]:
    """Return every record of the same number or address, this one included, that its recorder did not correct."""
    corrected = {link.to for link in replacements(case) if is_own_correction(link, case)}
    known = (one for one in case.records("contact_points") if isinstance(one, ContactPoint))
    return [one for one in known if one.id not in corrected and squeezed(one.value) == squeezed(point.value)]

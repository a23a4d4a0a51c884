# SPDX-License-Identifier: EUPL-1.2
"""Taking what arrived into the own case, so that the own case can always be read again.

Rules:
    - a view is a part: the correction that ended an older record may not have travelled with its successor, and then
      records of one organisation contradict each other here that do not there;
    - of such records those that arrived are kept apart, for a person of the own organisation to look at: nothing is
      lost, nothing is refused, and the own case never breaks a rule that it kept before;
    - what one id says twice is refused whole (IntegrityError): that is no matter of parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.consent.importing import set_apart

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.importing import Quarantined

CONTRADICTS_HERE: Final = "CONTRADICTS_HERE"
"""Why a record is kept apart: with it the own case would break a rule."""


def joined(case: FamilyCase, arrived: FamilyCase) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the own case with what arrived, and what is kept apart because it contradicts what is here.

    Raises:
        IntegrityError: D_SYNTHETIC, D_CONFLICT: as :meth:`kgbx.case.FamilyCase.merge`.
    """
    apart: dict[str, Quarantined] = {}
    while True:
        merged = case.merge(arrived)
        broken = _arrived_at_fault(merged, case, arrived)
        if not broken:
            return merged, tuple(apart[one] for one in sorted(apart))
        arrived, rows = set_apart(arrived, {one: {CONTRADICTS_HERE} for one in broken})
        apart |= {row.record: row for row in rows}


def _arrived_at_fault(merged: FamilyCase, case: FamilyCase, arrived: FamilyCase) -> set[str]:
    """Return new records to keep apart: those that break a rule, else all of a type that does, else all."""
    fresh = merged.errors_since(case)
    new = {record.id for record in arrived if record.id not in case}
    if not fresh or not new:
        return set()
    places = [problem.pointer.split("/")[1:3] for problem in fresh]
    rows = {array: merged.records(array) for array, *place in places if place}
    named = {rows[array][int(place[0])].id for array, *place in places if place}
    of_their_types = {record.id for array in rows for record in arrived.records(array)}
    return named & new or of_their_types & new or new

# SPDX-License-Identifier: EUPL-1.2
"""What one file would do to another in a merge: a merge believes everything, which is right for copies of an own file.

Rules: a record does something when the other file lacks it and it erases or replaces what the other holds, or when it
could open something there: a permit, a ground, who decides, recorded by an organisation that recorded in the other file
too; or when it says, whoever recorded it, who is one, or how old somebody is whom the other file names and does not
describe. Records of others that only stand beside what is there do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Erasure, Link, Person, SamePerson
from kgbx.case.types import TYPE_OF
from kgbx.consent.texts import strings_in

if TYPE_CHECKING:
    from kgbx.case import BareRecord, FamilyCase

OPENING: Final = (
    *("consents", "legal_grounds", "third_party_weighings", "collaborations"),
    *("parental_authorities", "measures", "capacities"),
)
"""Types of which a record of the own organisation can open something."""


def doing(case: FamilyCase, other: FamilyCase) -> tuple[BareRecord, ...]:
    """Return the records of another file that would do something to a file, in the order of the other."""
    recorders = frozenset(record.recorded_by.org for record in case)
    fresh = [record for record in other if record.id not in case]
    described = [one.id for one in fresh if isinstance(one, Person)]
    named = frozenset[str]().union(*map(strings_in, case)) if described else frozenset[str]()
    return tuple(record for record in fresh if _does(record, case, recorders, named))


def _does(record: BareRecord, case: FamilyCase, recorders: frozenset[str], named: frozenset[str]) -> bool:
    if isinstance(record, Erasure):
        return record.record in case
    if isinstance(record, Link) and record.kind == "replaces":
        return record.to in case
    if isinstance(record, (Person, SamePerson)):
        return isinstance(record, SamePerson) or record.id in named
    opens = TYPE_OF[type(record)].array in OPENING and vars(record).get("decision") != "refuse"
    return opens and record.recorded_by.org in recorders

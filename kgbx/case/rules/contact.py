# SPDX-License-Identifier: EUPL-1.2
"""Rules about who is there for the family: one fixed contact, who does not vanish without a word."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, overlapping
from kgbx.case.rules.rule import Finding, Rule
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.helpers import Involvement
    from kgbx.case.index import CaseIndex

_FIXED: Final = "fixed_contact"


def _fixed_contacts(index: CaseIndex) -> Iterator[tuple[str, Involvement]]:
    return ((pointer, record) for pointer, record in index.live("involvements") if record.role == _FIXED)


def _two_at_once(index: CaseIndex) -> Iterator[Finding]:
    contacts: dict[str, list[tuple[Certain, tuple[str, Involvement]]]] = defaultdict(list)
    for pointer, involvement in _fixed_contacts(index):
        held = Certain.of(involvement, day_recorded(involvement))
        for person in {index.same(person) for person in involvement.persons}:
            contacts[person].append((held, (pointer, involvement)))
    found: dict[str, Finding] = {}
    for of_one_person in contacts.values():
        for (_, one), (pointer, other) in overlapping(of_one_person):
            if (one.org, one.professional) != (other.org, other.professional):
                found.setdefault(pointer, Finding(pointer, (one, other)))
    yield from found.values()


def _ended_without_reason(index: CaseIndex) -> Iterator[Finding]:
    for pointer, involvement in _fixed_contacts(index):
        if involvement.valid_until is not None and involvement.end_reason is None:
            yield Finding(pointer)


def _without_a_face(index: CaseIndex) -> Iterator[Finding]:
    for pointer, involvement in _fixed_contacts(index):
        if involvement.professional is None:
            yield Finding(pointer)


CONTACT_RULES: Final = (
    Rule(
        id="KGBX-R-068",
        severity="error",
        text=Text(
            "Iemand heeft hier twee vaste gezichten tegelijk. Sluit het ene af voordat het andere begint, of geef het "
            "tweede een andere rol.",
            "Somebody has two fixed contacts at once here. End the one before the other begins, or give the second "
            "another role.",
        ),
        source="kgbx: at most one fixed contact at each instant",
        check=_two_at_once,
    ),
    Rule(
        id="KGBX-R-070",
        severity="warning",
        text=Text(
            "Dit vaste gezicht is gestopt zonder dat er staat waarom. Vul end_reason in.",
            "This fixed contact ended and nothing says why. Add end_reason.",
        ),
        source="kgbx: the family is told why",
        check=_ended_without_reason,
    ),
    Rule(
        id="KGBX-R-096",
        severity="warning",
        text=Text(
            "Een vast gezicht is een mens. Vul professional in.",
            "A fixed contact is a human being. Add professional.",
        ),
        source="kgbx",
        check=_without_a_face,
    ),
)

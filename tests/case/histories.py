# SPDX-License-Identifier: EUPL-1.2
"""Made-up histories: several organisations that add, correct, react and erase, with what they exchanged earlier.

Rules: every step is one that kgbx allows, so each case of a history can be read; what a step would break is not done.
Persons are few, so that records of two organisations meet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from hypothesis import strategies as st

from kgbx.case import Actor, Erasure, FamilyCase, Stamp
from kgbx.case.types import TYPE_OF, TYPE_OF_ARRAY
from kgbx.errors import DocumentError, IntegrityError
from tests.case.builders import AT, CHILD, FATHER, GI, MOTHER, SMALLEST, STATEMENT, TEAM, WORKER, an_id, bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case import BareRecord

ORGS: Final = (TEAM, GI, "urn:osb:oin:00000099000000003000")
PERSONS: Final = {org: tuple(an_id(100 * place + number) for number in (1, 2)) for place, org in enumerate(ORGS, 1)}
"""The ids that each organisation gives to persons; it may speak of those of others."""

EVERYBODY: Final = tuple(person for persons in PERSONS.values() for person in persons)
MOMENTS: Final = ("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", "2026-03-02T09:00:00Z")
_DAYS: Final = ("1960", "1990-05-21", "2012", "2020-02-29", "2025", "2026-02-01")

VARIANTS: Final[dict[str, dict[str, list[Any]]]] = {
    "persons": {
        "birth_date": list(_DAYS[:4]),
        "death_date": ["2021", "2025-12-31"],
        "expected_birth_date": ["2026-08-01"],
        "sex": ["man", "vrouw"],
    },
    "relations": {
        "kind": ["ouder", "partner", "echtgenoot", "broer_of_zus"],
        "valid_from": list(_DAYS),
        "legal": [True],
    },
    "parental_authorities": {"valid_from": list(_DAYS), "valid_until": ["2026-02-15", "2030"]},
    "involvements": {"role": ["fixed_contact"], "valid_from": list(_DAYS), "valid_until": ["2026-02-15"]},
    "households": {"valid_from": list(_DAYS)},
    "consents": {"decision": ["refuse"], "capacity": ["parent_with_authority"], "supersedes": [[EVERYBODY[0]]]},
    "capacities": {"represented_by": [EVERYBODY[0]]},
    "protections": {"allowed": [[GI]], "blocked": [[EVERYBODY[0]], [EVERYBODY[1]]]},
    "measures": {"kind": ["ondertoezichtstelling"], "valid_from": list(_DAYS), "status": ["geeindigd"]},
    "statements": {"kind": ["mening", "gebeurtenis"], "hearsay": [True]},
    "links": {"kind": ["replaces", "based_on", "part_of"]},
}
"""Members that may stand in a record besides those of the smallest one."""

Ids = "Iterator[int]"


@dataclass(slots=True)
class Desk:
    """Where one organisation works.

    Attributes:
        org: The organisation.
        case: Its file.
        numbers: What its next record is called.
    """

    org: str
    case: FamilyCase = field(default_factory=lambda: FamilyCase(synthetic=True))
    numbers: Iterator[int] = field(default_factory=count)

    def new_id(self) -> str:
        return an_id(10_000 * (ORGS.index(self.org) + 1) + next(self.numbers))

    def try_to_add(self, *records: BareRecord) -> None:
        """Add records, or nothing where kgbx refuses them."""
        try:
            self.case = self.case.add(*records)
        except (DocumentError, IntegrityError):
            return

    def try_to_erase(self, record_id: str) -> None:
        """Erase a record and what speaks about it, or nothing where kgbx refuses it."""
        stamp = Stamp(recorded_by=Actor(org=self.org), recorded_at=AT, ids=lambda: UUID(self.new_id()), random=bytes)
        try:
            self.case = self.case.erase(record_id, rule="unlawful", on="2026-03-01", stamp=stamp)
        except DocumentError:
            return

    def try_to_take_in(self, other: FamilyCase) -> None:
        """Merge, or nothing where one id has two contents."""
        try:
            self.case = self.case.merge(other)
        except IntegrityError:
            return


@st.composite
def _records(draw: st.DrawFn, desk: Desk, array: str) -> BareRecord:
    """Return a record of a type, in which every id is drawn from what the organisation may name."""
    value = json.loads(json.dumps(SMALLEST[array]))
    for member, choices in VARIANTS.get(array, {}).items():
        if draw(st.booleans()):
            value[member] = draw(st.sampled_from(choices))
    value = _renamed(value, draw(_names(desk)))
    number = draw(st.sampled_from(PERSONS[desk.org])) if array == "persons" else desk.new_id()
    value |= {"id": number, "recorded_at": draw(st.sampled_from(MOMENTS)), "recorded_by": {"org": desk.org}}
    return TYPE_OF_ARRAY[array].model.model_validate_json(json.dumps(value))


@st.composite
def _names(draw: st.DrawFn, desk: Desk) -> dict[str, str]:
    """Return what the ids of the smallest records become: mostly a person for a person, a record for a record."""
    known = [record.id for record in desk.case]
    workers = [record.id for record in desk.case.records("professionals")]
    people = st.sampled_from([*EVERYBODY, *EVERYBODY, *known[:1]])
    named = {person: draw(people) for person in (MOTHER, FATHER, CHILD, an_id(31))}
    named |= {WORKER: draw(st.sampled_from([*workers, WORKER]))}
    of_type = {STATEMENT: "statements", an_id(40): "reports", an_id(46): "consents"}
    for number, array in of_type.items():
        named[number] = draw(st.sampled_from([*(one.id for one in desk.case.records(array)), *known, number]))
    return named


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  # any JSON value
    if isinstance(value, dict):
        return {name: _renamed(member, names) for name, member in value.items()}
    if isinstance(value, list):
        return [_renamed(member, names) for member in value]
    return names.get(value, value) if isinstance(value, str) else value


def _link(desk: Desk, new: str, old: str) -> BareRecord:
    value = bare(1, from_=new, kind="replaces", to=old) | {"id": desk.new_id(), "recorded_by": {"org": desk.org}}
    return TYPE_OF_ARRAY["links"].model.model_validate_json(json.dumps(value))


_ADDED: Final = [array for array in SMALLEST if array not in {"organisations", "erasures"}]


@st.composite
def _steps(draw: st.DrawFn, desk: Desk, most: int) -> None:
    """Do some steps at a desk."""
    for _ in range(draw(st.integers(0, most))):
        known = [record for record in desk.case if not isinstance(record, Erasure)]
        step = draw(st.sampled_from(["add", "add", "add", "correct", "react", "join", "erase"]))
        if step == "add" or not known:
            desk.try_to_add(draw(_records(desk, draw(st.sampled_from(_ADDED)))))
            continue
        chosen = draw(st.sampled_from(known))
        if step == "correct":
            fresh = draw(_records(desk, TYPE_OF[type(chosen)].array))
            desk.try_to_add(fresh, _link(desk, fresh.id, chosen.id))
        elif step == "react":
            reaction = draw(_records(desk, draw(st.sampled_from(["reactions", "confidences", "informings"]))))
            desk.try_to_add(reaction.model_copy(update={"record": chosen.id}))
        elif step == "join":
            desk.try_to_add(_link(desk, chosen.id, draw(st.sampled_from([*EVERYBODY, *(one.id for one in known)]))))
        else:
            desk.try_to_erase(chosen.id)


@st.composite
def histories(draw: st.DrawFn, size: int = 2, most: int = 5) -> tuple[FamilyCase, ...]:
    """Return the files of organisations that worked on one family: some exchanged theirs halfway."""
    desks = [Desk(org) for org in ORGS[:size]]
    for desk in desks:
        draw(_steps(desk, most))
    for one in desks:
        for other in desks:
            if one is not other and draw(st.booleans()):
                one.try_to_take_in(other.case)
    for desk in desks:
        draw(_steps(desk, most))
    return tuple(desk.case for desk in desks)

# SPDX-License-Identifier: EUPL-1.2
"""What travels beside the records that are decided about: professionals of then and now, and who is one person."""

from __future__ import annotations

import pytest

from kgbx.case import FamilyCase, Involvement, Link, Person, Professional, SamePerson
from kgbx.consent.joins import facts_from_case
from kgbx.exchange import proven_ids
from kgbx.resources import examples_path
from tests.case.builders import SALT, Value, an_id
from tests.consent.test_share import CASE, PURPOSES, REGISTERS, TEAM, VIEWS, shared

AT = "2026-02-20T10:00:00Z"
BARE: Value = {"recorded_at": AT, "recorded_by": {"org": TEAM}, "salt": SALT}
STREET = "Lijsterbespad"
RECIPIENT = "2000"


def a_professional_of(view: FamilyCase) -> Professional:
    """Return a professional whom an involvement in the view names."""
    named = {one.professional for one in view.records("involvements") if isinstance(one, Involvement)}
    return next(one for one in view.records("professionals") if isinstance(one, Professional) and one.id in named)


def corrected(old: Professional, **members: object) -> FamilyCase:
    """Return the example in which the description of a professional was replaced."""
    new = old.model_copy(update={"id": an_id(1), "recorded_at": AT, **members})
    return CASE.add(new, Link(id=an_id(2), from_=new.id, kind="replaces", to=old.id, **BARE))


@pytest.mark.parametrize("recipient", PURPOSES)
def test_every_view_can_be_read(recipient: str) -> None:
    data = VIEWS[recipient].view.to_json()
    assert FamilyCase.from_json(data).to_json() == data


def test_a_record_brings_the_professional_that_it_names_also_when_corrected_since() -> None:
    old = a_professional_of(VIEWS[RECIPIENT].view)
    view = shared(corrected(old, job_title="teamleider"), RECIPIENT).view
    assert (old.id in view, FamilyCase.from_json(view.to_json()) == view) == (True, True)


def test_what_names_a_professional_whose_description_gives_a_place_away_stays_behind() -> None:
    old = a_professional_of(VIEWS[RECIPIENT].view)
    told = old.model_copy(update={"job_title": f"begeleider {STREET}"})
    case = FamilyCase((told if one.id == old.id else one for one in CASE), synthetic=True)
    view = shared(case, RECIPIENT).view
    assert FamilyCase.from_json(view.to_json()) == view
    assert (STREET in view.to_json().decode(), old.id in view.to_json().decode()) == (False, False)


def test_the_street_is_the_one_that_is_hidden() -> None:
    assert STREET in examples_path("journey", "case.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("both", [True, False])
def test_that_two_are_one_travels_with_both_persons(both: bool) -> None:  # noqa: FBT001  # a parameter of the table
    persons = [one for one in VIEWS[RECIPIENT].view.records("persons") if isinstance(one, Person)]
    child = next(one for one in persons if one.birth_date and one.birth_date > "2010")
    twin = child.model_copy(update={"id": an_id(3)})
    same = SamePerson(id=an_id(4), a=child.id, b=twin.id, basis="bsn", **BARE)
    case = CASE.add(twin, same) if both else CASE.add(same)
    facts = facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM))
    view = shared(case, RECIPIENT, facts).view
    assert (twin.id in view, same.id in view) == (both, both)

# SPDX-License-Identifier: EUPL-1.2
"""An objection to one parent, and a permit for one person, stand in the own registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.case.builders import CHILD, FATHER, MOTHER, an_id, bare, full
from tests.consent.small_world import PROVIDER, asker, family, held, permit, persons, registers, told

if TYPE_CHECKING:
    from kgbx.case import FamilyCase

SMALL = "00000000-0000-4000-8000-000000000000"
GRANDMOTHER = an_id(0xA1)


def linked(*, to: str | None, child: str = "2012-06-01") -> FamilyCase:
    """Return a case in which, unless `to` is None, another says that somebody of the family has a smaller id."""
    more: dict[str, list[dict[str, Any]]] = {
        "persons": [*persons(child=child), full(6, id=GRANDMOTHER, birth_date="1950-01-01")],
        "statements": [told()],
    }
    if to is not None:
        more["persons"].append(full(7, id=SMALL, recorded_by={"org": PROVIDER}))
        more["same_person"] = [bare(30, a=SMALL, b=to, basis="bsn", recorded_by={"org": PROVIDER})]
    return family(more)


@pytest.mark.parametrize("to", [None, FATHER, CHILD])
def test_a_youth_objects_to_one_parent(to: str | None) -> None:
    objection = permit(CHILD) | {"decision": "refuse", "proven": False, "recipients": [FATHER]}
    case, known = linked(to=to), registers(consents=[objection])
    assert held(case, asker(case, FATHER)) == {"statements"}
    assert held(case, asker(case, FATHER, known=known)) == set()
    assert held(case, asker(case, MOTHER, known=known)) == {"statements"}


@pytest.mark.parametrize("to", [None, GRANDMOTHER, CHILD])
def test_who_decides_permits_one_person(to: str | None) -> None:
    case = linked(to=to)
    given = [permit(one) | {"recipients": [GRANDMOTHER]} for one in (CHILD, MOTHER, FATHER)]
    assert held(case, asker(case, GRANDMOTHER)) == set()
    assert held(case, asker(case, GRANDMOTHER, known=registers(consents=given))) == {"statements"}
    anybody = [one | {"recipients": ["*"]} for one in given]
    assert held(case, asker(case, GRANDMOTHER, known=registers(consents=anybody))) == set()

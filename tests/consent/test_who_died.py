# SPDX-License-Identifier: EUPL-1.2
"""A death counts when the own organisation recorded it; another's word opens the file of nobody who lives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.case.builders import CHILD, an_id, bare, full
from tests.consent.small_world import PROVIDER, TEAM, asker, family, held, persons, told

YOUTH = "2009-12-01"
DEATH = {"birth_date": YOUTH, "death_date": "2025-06-01"}


def another(by: str) -> dict[str, list[dict[str, Any]]]:
    """Return a second person of some organisation that died, and that organisation's word that it is the child."""
    person = full(2, id=an_id(0xC1), recorded_by={"org": by}, **DEATH)
    same = bare(30, a=CHILD, b=an_id(0xC1), basis="bsn", recorded_by={"org": by})
    return {
        "persons": [*persons(child=YOUTH), person],
        "same_person": [same],
        "statements": [told(told_on="2025-02-01")],
    }


def test_another_organisation_lets_nobody_die() -> None:
    case = family(another(PROVIDER))
    assert held(case, asker(case)) == set()
    assert asker(case).died_on(CHILD) is None


@pytest.mark.parametrize("by", [TEAM, PROVIDER])
def test_only_an_own_record_says_who_died(by: str) -> None:
    dead = [one | (DEATH | {"recorded_by": {"org": by}} if one["id"] == CHILD else {}) for one in persons()]
    case = family({"persons": dead, "statements": [told(told_on="2025-02-01")]})
    assert (asker(case).died_on(CHILD), held(case, asker(case))) == (
        ("2025-06-01", {"statements"}) if by == TEAM else (None, set())
    )

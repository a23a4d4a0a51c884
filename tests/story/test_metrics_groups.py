# SPDX-License-Identifier: EUPL-1.2
"""Groups of the figures of a region: in which cell a family is counted."""

from __future__ import annotations

from typing import Any

import pytest

from kgbx.clock import parse_moment
from kgbx.story.metrics import STEPS, FamilyFigures, Wait, region

AT = parse_moment("2026-06-01")


def told_as(group: str, **members: Any) -> set[str]:  # noqa: ANN401  # members of the figures
    """Return the cells of a group in which families are."""
    return {name for name, number in region([FamilyFigures(**members)] * 9, at=AT).groups[group].items() if number}


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "0"), (1, "1-2"), (2, "1-2"), (3, "3-4"), (4, "3-4"), (5, "5-8"), (8, "5-8"), (9, "9+"), (40, "9+")],
)
def test_professionals_are_told_in_groups(number: int, name: str) -> None:
    assert told_as("professionals", professionals=number) == {f"professionals {name}"}


@pytest.mark.parametrize(("number", "name"), [(0, "0"), (1, "1"), (2, "2"), (3, "3+"), (9, "3+")])
def test_fixed_contacts_are_told_in_groups(number: int, name: str) -> None:
    assert told_as("contacts 2026", contacts={2026: number}) == {name}


@pytest.mark.parametrize(
    ("days", "name"),
    [
        *(
            (0, "0-7"),
            (7, "0-7"),
            (8, "8-14"),
            (14, "8-14"),
            (15, "15-28"),
            (28, "15-28"),
            (29, "29-56"),
            (56, "29-56"),
        ),
        *((57, "57+"), (900, "57+"), (None, "not_reached")),
    ],
)
def test_days_are_told_in_groups(days: int | None, name: str) -> None:
    waited = dict.fromkeys(STEPS, Wait(days=days, late=None))
    assert [told_as(f"days {one}", waits=waited) for one in STEPS] == [{name}] * len(STEPS)


@pytest.mark.parametrize(("late", "name"), [(None, "no_norm"), (True, "beyond"), (False, "within")])
def test_norms_are_told_in_groups(late: bool | None, name: str) -> None:  # noqa: FBT001  # a parameter
    waited = dict.fromkeys(STEPS, Wait(days=1, late=late))
    assert [told_as(f"norm {one}", waits=waited) for one in STEPS] == [{name}] * len(STEPS)


@pytest.mark.parametrize(
    ("group", "members", "name"),
    [
        ("handovers", {"handovers": 2, "declined": 1}, "declined"),
        ("handovers", {"handovers": 2}, "none_declined"),
        ("handovers", {}, "no_handover"),
        ("retelling", {"asked": 0}, "nothing_asked"),
        ("retelling", {"asked": 3, "judged": False}, "not_judged"),
        ("retelling", {"asked": 3, "retold": 0}, "none_retold"),
        ("retelling", {"asked": 3, "retold": 1}, "retold"),
        ("gap", {}, "no_contact"),
        ("gap", {"gap": True}, "gap"),
        ("gap", {"gap": False}, "no_gap"),
        ("overdue", {"overdue": 2}, "overdue"),
        ("overdue", {"overdue": 0}, "nothing_overdue"),
    ],
)
def test_each_family_is_in_one_cell(group: str, members: dict[str, Any], name: str) -> None:
    assert told_as(group, **members) == {name}

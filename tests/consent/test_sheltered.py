# SPDX-License-Identifier: EUPL-1.2
"""What a live protection rests on does not expire before it."""

from __future__ import annotations

from typing import Any

import pytest

from kgbx.consent.retention import Keeper
from tests.case.builders import CHILD, FATHER, MOTHER, an_id, bare, full
from tests.consent.small_world import AT, PROVIDER, TEAM, family

SHIELD: dict[str, Any] = full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")
PROMISED = {"keep_until": "2026-03-04"}
HOME = full(81, kind="particulier", members=[{"person": MOTHER}, {"person": CHILD}], **PROMISED)
AWAY = full(83, kind="particulier", members=[{"person": FATHER}], **PROMISED)
STREET = full(80, persons=[CHILD], kind="residence", street="Lindenlaan", postcode="0000 XX", **PROMISED)
MOBILE = full(82, persons=[MOTHER], kind="mobile", value="06 0000 0017", **PROMISED)
PLACES: dict[str, list[dict[str, Any]]] = {
    "households": [HOME, AWAY],
    "addresses": [STREET],
    "contact_points": [MOBILE],
}
HELD = {an_id(number) for number in (80, 81, 82)}


def over(more: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Return what is over on the day after the promised one."""
    found = Keeper(family(PLACES | more), AT, own=TEAM, function="lokaal_team").over()
    return {one.record for one in found}


def test_without_a_protection_a_promise_is_kept() -> None:
    assert over({}) == HELD | {an_id(83)}


def test_where_somebody_is_stays_while_it_is_hidden() -> None:
    assert over({"protections": [SHIELD]}) == {an_id(83)}


def test_it_is_told_why() -> None:
    case = family(PLACES | {"protections": [SHIELD]})
    keeper = Keeper(case, AT, own=TEAM, function="lokaal_team")
    held = {one.id for name in PLACES for one in case.records(name) if keeper.of(one).hides}  # type: ignore[arg-type]
    assert held == HELD


@pytest.mark.parametrize(
    "ended",
    [{"valid_until": "2026-03-01"}, {"valid_until": "2026-03-02", "keep_until": "2026-03-04"}],
    ids=["ended", "over itself"],
)
def test_a_protection_that_ended_holds_nothing(ended: dict[str, str]) -> None:
    assert over({"protections": [SHIELD | ended]}) >= HELD


def test_one_that_begins_later_holds() -> None:
    assert over({"protections": [SHIELD | {"valid_from": "2026-05-01"}]}) == {an_id(83)}


def test_another_correction_lets_nothing_go() -> None:
    ended = SHIELD | {"id": an_id(62), "valid_until": "2026-03-01", "recorded_by": {"org": PROVIDER}}
    link = bare(70, from_=an_id(62), kind="replaces", to=an_id(61))
    assert over({"protections": [SHIELD, ended], "links": [link | {"recorded_by": {"org": PROVIDER}}]}) == {an_id(83)}
    own = [SHIELD, ended | {"recorded_by": {"org": TEAM}}]
    assert over({"protections": own, "links": [link]}) == HELD | {an_id(83)}

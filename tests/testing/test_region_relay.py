# SPDX-License-Identifier: EUPL-1.2
"""Handovers over a bad post: however messages cross, are lost or come twice, one organisation is responsible."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kgbx.story.handover import ENDED
from kgbx.testing.dice import Dice
from kgbx.testing.region.relay import Duty, Relay

TEAM, GI = "urn:osb:oin:00000099000000001000", "urn:osb:oin:00000099000000002000"
START = date(2026, 1, 1)
LONGEST = 400

luck = st.text("abcdefghij", min_size=1, max_size=8)


def relayed(dice: Dice, *, obliged: bool) -> tuple[Duty, Relay, list[int]]:
    """Return a handover that came to its end, and at each instant how many were responsible."""
    duty, counts = Duty(TEAM), list[int]()
    relay = duty.begin(dice.id(), receiver=GI, obliged=obliged, dice=dice)
    for number in range(LONGEST):
        relay.pass_day(START + timedelta(days=number), look=lambda: counts.append(len(duty.watching - duty.unheard)))
        if relay.ended:
            break
    return duty, relay, counts


class TestOneResponsible:
    """At every instant exactly one organisation is responsible for safety, and both sides come to know the same end."""

    @given(luck, st.booleans())
    def test_whatever_the_post_does(self, seed: str, obliged: bool) -> None:  # noqa: FBT001  # drawn
        duty, relay, counts = relayed(Dice(seed), obliged=obliged)
        assert set(counts) == {1}
        assert relay.ended
        assert duty.watching == {GI if relay.completed_on else TEAM}
        assert not duty.unheard

    @given(luck)
    def test_who_has_to_take_over_does(self, seed: str) -> None:
        _, relay, _ = relayed(Dice(seed), obliged=True)
        assert relay.sides["sender"].state == "completed"

    @given(luck)
    def test_a_handover_goes_back_as_it_came(self, seed: str) -> None:
        duty, first, _ = relayed(Dice(seed), obliged=True)
        back = duty.begin("back", receiver=TEAM, obliged=True, dice=Dice(f"{seed} back"))
        for number in range(LONGEST, 2 * LONGEST):
            back.pass_day(START + timedelta(days=number), look=lambda: None)
        assert first.ended
        assert duty.watching == {TEAM}


def test_every_end_happens() -> None:
    ends = {relayed(Dice(f"{number}"), obliged=False)[1].sides["sender"].state for number in range(60)}
    assert ends == ENDED


def test_steps_that_come_too_early_or_late_are_refused_and_change_nothing() -> None:
    assert sum(relayed(Dice(f"{number}"), obliged=True)[1].refused for number in range(20)) > 0

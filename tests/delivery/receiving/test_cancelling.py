# SPDX-License-Identifier: EUPL-1.2
"""A message that its sender says is of no use any more."""

from __future__ import annotations

import pytest

from kgbx.delivery.judging import cancellation
from kgbx.delivery.states import LIFETIME
from kgbx.delivery.taking import Said, take_said
from tests.delivery.receiving.sides import Sides
from tests.parties import TEAM


@pytest.fixture
def sides() -> Sides:
    return Sides()


class TestCancelling:
    def cancel(self, sides: Sides, message: str) -> None:
        with sides.team.store.transaction() as tx:
            row = tx.out(message)
        if row is not None:
            data = cancellation(sides.team, row)
            take_said(sides.gi, Said(peer=TEAM, kind="cancellation", message_id=message, level=0, data=data))

    def test_what_was_not_handed_over_is_let_go(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed, lane="a" * 32, number=2)
        sides.receiver.run_once()
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        sides.clock.now += LIFETIME
        sides.receiver.run_once()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("refused", "X_CANCELLED")
        assert sides.app.got == []

    def test_what_was_handed_over_is_told_to_a_person(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        sides.receiver.run_once()
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        assert (sides.row(sealed.id).state, sides.alerts()) == ("processed", ["X_CANCELLED"])

# SPDX-License-Identifier: EUPL-1.2
"""A message that its sender says is of no use any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.answering import GIVEN_UP
from kgbx.delivery.judging import EnvelopeJudge, cancellation
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.states import LEASE, LIFETIME, SECOND
from kgbx.delivery.taking import Said, take_said
from kgbx.errors import EnvelopeError
from tests.delivery.receiving.sides import Sides
from tests.parties import GI, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.delivery.records import Incoming


class Shared(EnvelopeJudge):
    """Another worker takes a cancellation while this one reads it."""

    def cancelled(self, row: Incoming, envelope: bytes) -> str | None:
        said = super().cancelled(row, envelope)
        if row.lease_token is None:
            with self.node.store.transaction() as tx:
                tx.save_in(replace(row, lease_token="another", lease_until=self.node.now() + LEASE), was=row)
        return said


@pytest.fixture
def sides() -> Sides:
    return Sides()


class TestCancelling:
    def cancel(self, sides: Sides, message: str, *, about: str | None = None) -> None:
        with sides.team.store.transaction() as tx:
            row = tx.out(message)
        if row is not None:
            data = cancellation(sides.team, row)
            take_said(sides.gi, Said(peer=TEAM, kind="cancellation", message_id=about or message, level=0, data=data))

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

    def test_one_that_nobody_can_judge_yet_waits_for_the_directory(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed, lane="a" * 32, number=2)
        self.cancel(sides, sealed.id)
        ignorant = replace(sides.gi, directory=directory_of(party(GI)))
        assert sides.receiver_of(ignorant).run_once() > 0
        assert sides.receiver.wake() > 0
        sides.receiver.run_once()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("refused", "X_CANCELLED")
        assert sides.app.got == []

    @pytest.mark.parametrize(("late", "state"), [(0, "quarantined"), (1, "refused")])
    def test_it_waits_no_longer_than_a_message_lives(self, sides: Sides, late: int, state: str) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        self.cancel(sides, sealed.id)
        sides.clock.now += GIVEN_UP + late
        sides.receiver_of(replace(sides.gi, directory=directory_of(party(GI)))).run_once()
        with sides.gi.store.transaction() as tx:
            (row,) = [one for one in tx.list_in() if one.kind == "cancellation"]
        assert (row.state, row.problem) == (state, "E_UNKNOWN_SENDER_KEY")

    def test_what_is_here_already_goes_before_the_message(self, sides: Sides) -> None:
        sealed, other = sides.sealed(), sides.sealed(b"[]")
        for one in (sealed, other):
            sides.sent(one)
            sides.offer(one)
        sides.clock.now += SECOND
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("refused", "X_CANCELLED")
        assert [one.id for one in sides.app.got] == [other.id]
        assert sides.alerts() == []

    def test_alone_too(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        sides.clock.now += SECOND
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        assert (sides.row(sealed.id).problem, sides.app.got) == ("X_CANCELLED", [])

    def test_bytes_that_are_no_bundle_are_not_kept(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)
        for data in (b"{}", sealed.envelope):
            with pytest.raises(EnvelopeError) as caught:
                take_said(sides.gi, Said(peer=TEAM, kind="cancellation", message_id=sealed.id, level=0, data=data))
            assert caught.value.code in {"E_JSON", "E_BUNDLE"}
        with sides.gi.store.transaction() as tx:
            assert [one.kind for one in tx.list_in()] == ["message"]

    def test_another_word_of_its_sender_does_not_stop_it(self, sides: Sides) -> None:
        sealed, other = sides.sealed(), sides.sealed(b"[]")
        for one in (sealed, other):
            sides.sent(one)
            sides.offer(one)
        self.cancel(sides, sealed.id, about=other.id)
        sides.receiver.run_once()
        assert {one.id for one in sides.app.got} == {sealed.id, other.id}

    def test_told_again_it_tells_nobody_again(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed, lane="a" * 32, number=2)
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        self.cancel(sides, sealed.id)
        sides.receiver.run_once()
        assert (sides.row(sealed.id).problem, sides.alerts()) == ("X_CANCELLED", [])

    def test_one_that_another_worker_is_busy_with_stops_nobody(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        sides.clock.now += SECOND
        self.cancel(sides, sealed.id)
        Receiver(sides.gi, judge=Shared(node=sides.gi), handler=sides.app).run_once()
        assert (sides.row(sealed.id).state, len(sides.app.got)) == ("processed", 1)
        sides.clock.now += LEASE
        sides.receiver.run_once()
        sides.receiver.run_once()
        assert sides.alerts() == ["X_CANCELLED"]

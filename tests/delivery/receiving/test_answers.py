# SPDX-License-Identifier: EUPL-1.2
"""What partners answer to what was sent: what counts, what contradicts, what waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.answering import AHEAD, GIVEN_UP
from kgbx.delivery.arrival import LOOK_AGAIN
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.states import MINUTE
from kgbx.delivery.taking import Said, take_said
from kgbx.errors import DeliveryError
from tests.delivery.receiving.sides import START, Sides
from tests.parties import SCHOOL, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.delivery.records import Incoming


@pytest.fixture
def sides() -> Sides:
    return Sides()


class TestAnswers:
    """Receipts are immutable, one a level, never positive after negative, and only for what was sent."""

    def processed(self, sides: Sides) -> tuple[str, bytes]:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        sides.receiver.run_once()
        ((_, data),) = sides.answers()
        return sealed.id, data

    def test_processed_completes(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        sides.bring(data, about=message, level=2)
        sides.hear()
        assert sides.state(message) == "completed"

    def test_the_same_receipt_twice_is_one_receipt(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        for _ in range(3):
            sides.bring(data, about=message, level=2)
            sides.hear()
        assert (sides.state(message), sides.alerts(sides.team)) == ("completed", [])

    def test_an_answer_ahead_of_custody_waits_for_it(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        sides.put(message, state="waiting", accepted_at=None)
        sides.bring(data, about=message, level=2)
        sides.hear()
        assert sides.state(message) == "waiting"
        sides.put(message, state="accepted", accepted_at=START)
        sides.clock.now += MINUTE
        sides.hear()
        assert sides.state(message) == "completed"

    def test_a_receipt_for_another_message_changes_nothing(self, sides: Sides) -> None:
        _, data = self.processed(sides)
        other = sides.sealed()
        sides.sent(other)
        sides.bring(data, about=other.id, level=2)
        sides.hear()
        assert sides.state(other.id) == "accepted"

    def test_a_receipt_of_somebody_else_changes_nothing(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        with pytest.raises(DeliveryError) as caught:
            take_said(sides.team, Said(peer=SCHOOL, kind="receipt", message_id=message, level=2, data=data))
        assert caught.value.code == "X_UNKNOWN"

    def test_two_answers_that_contradict_alert_and_the_first_stays(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        opened = EnvelopeJudge(node=sides.gi)
        sides.offer(sealed)
        content = sides.receiver._content(sides.row(sealed.id))
        for status, code in (("refused", "E_POLICY"), ("processed", None)):
            said = opened.said(content.found, status, code=code)  # type: ignore[arg-type]  # it opened
            sides.bring(said, about=sealed.id, level=2)
            sides.hear()
        assert sides.state(sealed.id) == "refused"
        assert "X_CONTRADICTS" in sides.alerts(sides.team)

    def test_one_that_nobody_can_judge_yet_waits_for_the_directory(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        sides.bring(data, about=message, level=2)
        ignorant = replace(sides.team, directory=directory_of(party(TEAM)))
        assert (sides.hear(ignorant), sides.state(message), self.answer(sides).state) == (1, "accepted", "quarantined")
        assert self.answer(sides).due_at == sides.clock.now + LOOK_AGAIN
        sides.clock.now += LOOK_AGAIN
        sides.hear()
        assert sides.state(message) == "completed"

    @pytest.mark.parametrize(("late", "state"), [(0, "quarantined"), (1, "refused")])
    def test_it_waits_no_longer_than_a_message_lives(self, sides: Sides, late: int, state: str) -> None:
        message, data = self.processed(sides)
        sides.bring(data, about=message, level=2)
        sides.clock.now += GIVEN_UP + late
        sides.hear(replace(sides.team, directory=directory_of(party(TEAM))))
        assert self.answer(sides).state == state

    @pytest.mark.parametrize(("late", "state"), [(0, "received"), (1, "refused")])
    def test_one_that_is_ahead_waits_as_long(self, sides: Sides, late: int, state: str) -> None:
        message, data = self.processed(sides)
        sides.put(message, state="waiting", accepted_at=None)
        sides.bring(data, about=message, level=2)
        sides.clock.now += GIVEN_UP + late
        sides.hear()
        assert self.answer(sides).state == state

    def test_it_is_looked_at_less_and_less_often(self, sides: Sides) -> None:
        message, data = self.processed(sides)
        sides.put(message, state="waiting", accepted_at=None)
        sides.bring(data, about=message, level=2)
        waits = []
        for _ in range(12):
            sides.hear()
            waits.append(self.answer(sides).due_at - sides.clock.now)
            sides.clock.now += waits[-1]
        assert waits == [min(AHEAD << number, LOOK_AGAIN) for number in range(12)]

    def answer(self, sides: Sides) -> Incoming:
        with sides.team.store.transaction() as tx:
            (row,) = tx.list_in()
        return row

    def test_processed_after_undeliverable_changes_nothing_and_is_told(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        judge = EnvelopeJudge(node=sides.gi)
        content = sides.receiver._content(sides.row(sealed.id))
        sides.bring(judge.undeliverable(sides.row(sealed.id), sealed.envelope), about=sealed.id, level=1)
        sides.hear()
        before = sides.state(sealed.id)
        sides.bring(judge.said(content.found, "processed"), about=sealed.id, level=2)  # type: ignore[arg-type]  # it opened
        sides.hear()
        assert (before, sides.state(sealed.id)) == ("attention", "attention")
        assert sides.alerts(sides.team).count("X_CONTRADICTS") == 1

    def test_undeliverable_signed_by_another_changes_nothing(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        no = EnvelopeJudge(node=sides.team).undeliverable(sides.row(sealed.id), sealed.envelope)
        sides.clock.now += MINUTE
        sides.bring(no, about=sealed.id, level=1)
        sides.hear()
        assert sides.state(sealed.id) == "accepted"

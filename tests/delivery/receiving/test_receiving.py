# SPDX-License-Identifier: EUPL-1.2
"""After custody: opened, in order, handed over once, answered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, NoReturn

import pytest

from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.posting import road_to
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.states import LEASE, LIFETIME, MINUTE
from kgbx.errors import DeliveryError, EnvelopeError
from tests.delivery.receiving.sides import Sides
from tests.parties import GI, SCHOOL, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.envelope.receipts import Status
    from kgbx.envelope.unseal import Opened


class DiedError(BaseException):
    """The process is gone."""


class Deadly(EnvelopeJudge):
    """Opening kills the process."""

    def opened(self, *_about: object, **_more: object) -> NoReturn:
        raise DiedError


@pytest.fixture
def sides() -> Sides:
    return Sides()


class TestHandingOver:
    def test_a_message_is_handed_over_once_and_receipted(self, sides: Sides) -> None:
        sealed = sides.sealed(b'{"a": 1}')
        sides.offer(sealed)
        sides.receiver.run_once()
        sides.receiver.run_once()
        assert [one.opened.body for one in sides.app.got] == [b'{"a": 1}']
        assert sides.row(sealed.id).state == "processed"
        assert [(row.kind, row.ref, row.level) for row, _ in sides.answers()] == [("receipt", sealed.id, 2)]

    def test_offered_again_it_is_not_handed_over_again(self, sides: Sides) -> None:
        sealed = sides.sealed()
        for _ in range(2):
            sides.offer(sealed)
            sides.receiver.run_once()
        assert len(sides.app.got) == 1
        assert len(sides.answers()) == 1

    def test_a_failure_leaves_nothing_of_the_handler_and_comes_again(self, sides: Sides) -> None:
        sides.app.fails = 1
        sealed = sides.sealed()
        sides.offer(sealed)
        sides.receiver.run_once()
        with sides.gi.store.transaction() as tx:
            assert tx.setting(f"app {sealed.id}") is None
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("verified", "X_HANDLER")
        sides.clock.now += MINUTE
        sides.receiver.run_once()
        assert sides.row(sealed.id).state == "processed"

    def test_t22_poison_is_set_apart_after_three_tries(self, sides: Sides) -> None:
        sides.app.fails = 99
        sealed = sides.sealed()
        sides.offer(sealed)
        for _ in range(9):
            sides.receiver.run_once()
            sides.clock.now += MINUTE
        assert sides.row(sealed.id).state == "quarantined"
        assert sides.app.fails == 96
        assert sides.alerts() == ["X_QUARANTINED"]

    def test_t22_poison_blocks_no_other_lane(self, sides: Sides) -> None:
        bad, good = sides.sealed(), sides.sealed()
        sides.app.poison = bad.id
        sides.offer(bad, lane="a" * 32, number=1)
        sides.offer(good, lane="b" * 32, number=1)
        sides.receiver.run_once()
        assert [one.id for one in sides.app.got] == [good.id]

    def test_what_an_operator_releases_is_tried_again(self, sides: Sides) -> None:
        sides.app.fails = 3
        sealed = sides.sealed()
        sides.offer(sealed)
        for _ in range(4):
            sides.receiver.run_once()
            sides.clock.now += MINUTE
        sides.receiver.release(TEAM, sealed.id, actor="operator")
        sides.receiver.run_once()
        assert sides.row(sealed.id).state == "processed"

    @pytest.mark.parametrize("code", ["E_SCHEMA", "E_POLICY"])
    def test_what_the_application_refuses_is_refused_with_its_code(self, sides: Sides, code: str) -> None:
        sides.app.refuses = code
        sealed = sides.sealed()
        sides.sent(sealed)
        sides.offer(sealed)
        sides.receiver.run_once()
        sides.bring_all()
        sides.hear()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("refused", code)
        assert sides.state(sealed.id) == "refused"

    def test_who_dies_while_handing_over_loses_it_to_the_next(self, sides: Sides) -> None:
        def die(name: str) -> None:
            if name == "before_handled_commit":
                raise DiedError

        sealed = sides.sealed()
        sides.offer(sealed)
        judge = EnvelopeJudge(node=sides.gi)
        with pytest.raises(DiedError):  # one call
            Receiver(sides.gi, judge=judge, handler=sides.app, failpoint=die).run_once()
        sides.app.got.clear()
        assert sides.receiver.run_once() == 0
        sides.clock.now += LEASE + 1
        sides.receiver.run_once()
        sides.clock.now += MINUTE
        sides.receiver.run_once()
        assert [one.id for one in sides.app.got] == [sealed.id]

    def test_t22_what_kills_whoever_opens_it_is_set_apart(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)
        deadly = Receiver(sides.gi, judge=Deadly(node=sides.gi), handler=sides.app)
        for _ in range(40):
            with suppress(DiedError):
                deadly.run_once()
            sides.clock.now += LEASE + 1
        assert (sides.row(sealed.id).state, sides.alerts()) == ("quarantined", ["X_QUARANTINED"])

    def test_t22_a_part_that_is_gone_is_told_and_stops_nobody(self, sides: Sides) -> None:
        lost, good = sides.sealed(b"1"), sides.sealed(b"2")
        sides.offer(lost)
        for part in sides.row(lost.id).parts:
            sides.gi.store.parts.drop(TEAM, part)
        sides.offer(good)
        sides.receiver.run_once()
        assert (sides.row(lost.id).problem, sides.row(good.id).state) == ("E_PART_MISSING", "processed")

    def test_t18_a_worker_that_slept_past_its_lease_changes_nothing(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)

        def sleep(name: str) -> None:
            if name == "before_handler":
                sides.clock.now += LEASE + 1
                sides.receiver.run_once()
                sides.clock.now += MINUTE
                sides.receiver.run_once()

        memory_is_shared = sides.receiver_of(sides.gi)
        memory_is_shared._at = lambda name: sleep("before_handler") if name == "after_offered" else None
        memory_is_shared.run_once()
        assert sides.row(sealed.id).state == "processed"
        assert len(sides.answers()) == 1

    @pytest.mark.parametrize(("known", "road"), [((), "mailbox"), ((TEAM,), "push")], ids=["no endpoint", "endpoint"])
    def test_an_answer_waits_here_for_a_partner_without_an_endpoint(
        self, sides: Sides, known: tuple[str, ...], road: str
    ) -> None:
        sides.offer(sides.sealed())
        judge, way = EnvelopeJudge(node=sides.gi), road_to(sides.gi, endpoints=known)
        Receiver(sides.gi, judge=judge, handler=sides.app, road=way).run_once()
        assert [row.road for row, _ in sides.answers()] == [road]

    def test_taken_up_is_told_once(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)
        with pytest.raises(DeliveryError) as caught:
            sides.receiver.take_up(TEAM, sealed.id)
        assert caught.value.code == "X_STATE"
        sides.receiver.run_once()
        assert sides.receiver.take_up(TEAM, sealed.id)
        assert not sides.receiver.take_up(TEAM, sealed.id)
        assert sorted(row.level or 0 for row, _ in sides.answers()) == [2, 3]


class TestLanes:
    """Custody in any order, hand-over in the order of the lane; after the wait flagged with the missing numbers."""

    @pytest.mark.parametrize("order", list(permutations([1, 2, 3])), ids=str)
    def test_whatever_the_order_of_arrival_it_is_handed_over_in_order(
        self, sides: Sides, order: tuple[int, ...]
    ) -> None:
        for number in order:
            sides.offer(sides.sealed(), lane="a" * 32, number=number)
            sides.receiver.run_once()
        assert [one.number for one in sides.app.got] == [1, 2, 3]
        assert all(one.missing == () for one in sides.app.got)

    def test_t23_a_gap_is_waited_for_and_then_told(self, sides: Sides) -> None:
        sides.offer(sides.sealed(), lane="a" * 32, number=1)
        sides.offer(sides.sealed(), lane="a" * 32, number=3)
        sides.receiver.run_once()
        assert [one.number for one in sides.app.got] == [1]
        sides.clock.now += 15 * MINUTE
        sides.receiver.run_once()
        assert [(one.number, one.missing) for one in sides.app.got] == [(1, ()), (3, (2,))]

    def test_acute_waits_for_nothing(self, sides: Sides) -> None:
        sides.offer(sides.sealed(), lane="a" * 32, number=2, urgency="acute")
        sides.receiver.run_once()
        assert [(one.number, one.missing) for one in sides.app.got] == [(2, (1,))]

    def test_what_comes_after_a_told_gap_does_not_wait_again(self, sides: Sides) -> None:
        sides.offer(sides.sealed(), lane="a" * 32, number=2, urgency="acute")
        sides.receiver.run_once()
        sides.offer(sides.sealed(), lane="a" * 32, number=3)
        sides.receiver.run_once()
        assert [one.number for one in sides.app.got] == [2, 3]

    def test_a_refused_message_does_not_hold_up_its_lane(self, sides: Sides) -> None:
        sides.app.refuses = "E_POLICY"
        sides.offer(sides.sealed(), lane="a" * 32, number=1)
        sides.receiver.run_once()
        sides.app.refuses = None
        sides.offer(sides.sealed(), lane="a" * 32, number=2)
        sides.receiver.run_once()
        assert [(one.number, one.missing) for one in sides.app.got] == [(2, ())]

    def test_a_number_without_end_costs_nothing(self, sides: Sides) -> None:
        sides.offer(sides.sealed(), lane="a" * 32, number=2**53, urgency="acute")
        sides.receiver.run_once()
        assert len(sides.app.got[0].missing) == 100


class TestNotOpened:
    """A message that cannot be opened after custody is told to its sender and to a person here."""

    def test_what_does_not_open_is_undeliverable_and_the_sender_is_alerted(self, sides: Sides) -> None:
        sealed = sides.sealed()
        broken = replace(sealed, envelope=_changed(sealed.envelope))
        sides.sent(broken)
        sides.offer(broken)
        sides.receiver.run_once()
        sides.clock.now += MINUTE
        sides.bring_all()
        sides.hear()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("refused", "E_DECRYPT")
        assert (sides.alerts(), sides.alerts(sides.team)) == (["X_UNOPENED"], ["X_UNDELIVERABLE"])
        assert sides.state(sealed.id) == "attention"

    def test_a_lying_part_is_refused_and_the_sender_is_alerted(self, sides: Sides) -> None:
        sealed = sides.sealed()
        lying = replace(sealed, parts=sides.sealed().parts)
        sides.sent(sealed)
        sides.offer(lying)
        sides.receiver.run_once()
        sides.bring_all()
        sides.hear()
        assert sides.row(sealed.id).state == "refused"
        assert (sides.state(sealed.id), sides.alerts(sides.team)) == ("refused", ["X_REFUSED"])

    def test_who_submits_what_another_signed_gets_no_further(self, sides: Sides) -> None:
        sealed = sides.sealed(sender=SCHOOL)
        node = replace(sides.gi, directory=directory_of(party(TEAM), party(GI), party(SCHOOL)))
        sides.offer(sealed)
        sides.receiver_of(node).run_once()
        assert (sides.row(sealed.id).problem, sides.app.got) == ("E_SENDER_MISMATCH", [])

    def test_another_id_than_was_signed_is_not_handed_over(self, sides: Sides) -> None:
        sealed = replace(sides.sealed(), id=sides.sealed().id)
        sides.offer(sealed)
        sides.receiver.run_once()
        assert (sides.row(sealed.id).problem, sides.app.got) == ("E_BINDING", [])

    def test_an_unknown_key_of_the_sender_waits_for_the_directory(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)
        ignorant = replace(sides.gi, directory=directory_of(party(GI)))
        sides.receiver_of(ignorant).run_once()
        assert (sides.row(sealed.id).state, sides.row(sealed.id).problem) == ("quarantined", "E_UNKNOWN_SENDER_KEY")
        assert sides.answers() == []
        assert sides.receiver.run_once() == 0
        assert sides.receiver.wake() == 1
        sides.receiver.run_once()
        assert sides.row(sealed.id).state == "processed"

    def test_it_waits_no_longer_than_a_message_lives(self, sides: Sides) -> None:
        sealed = sides.sealed()
        sides.offer(sealed)
        ignorant = sides.receiver_of(replace(sides.gi, directory=directory_of(party(GI))))
        ignorant.run_once()
        sides.clock.now += LIFETIME
        ignorant.run_once()
        assert sides.row(sealed.id).state == "refused"
        assert [(row.level, row.ref) for row, _ in sides.answers()] == [(1, sealed.id)]


def _changed(envelope: bytes) -> bytes:
    place = envelope.index(b'"ciphertext":"') + 2000
    return envelope[:place] + (b"A" if envelope[place : place + 1] != b"A" else b"B") + envelope[place + 1 :]


def test_a_refusal_that_cannot_be_sealed_stops_nobody(sides: Sides) -> None:
    class Keyless(EnvelopeJudge):
        def said(self, opened: Opened, status: Status, *, code: str | None = None) -> bytes:
            if status == "refused":
                raise EnvelopeError("E_KEY_EXPIRED")
            return super().said(opened, status, code=code)

    sides.app.refuses = "E_SCHEMA"
    first, second = sides.sealed(), sides.sealed()
    for one in (first, second):
        sides.offer(one)
    assert Receiver(sides.gi, judge=Keyless(node=sides.gi), handler=sides.app).run_once() == 2
    assert [sides.row(one.id).problem for one in (first, second)] == ["X_HANDLER", "X_HANDLER"]

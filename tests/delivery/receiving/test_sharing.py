# SPDX-License-Identifier: EUPL-1.2
"""A case through delivery, with the stores that real runs use: composed, sent, taken in, answered, proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.joins import Registers
from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import Failed
from kgbx.delivery.sending import Sender
from kgbx.envelope.evidence import verify_evidence
from kgbx.errors import ConsentError, DocumentError, UsageError
from kgbx.exchange.delivering import disclosed, evidence_of, post_case, withdraw_what_may_not_go

if TYPE_CHECKING:
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Transaction
    from kgbx.exchange import Composed
    from tests.delivery.receiving.sharing import World


def test_a_case_is_shared_taken_in_and_completed(world: World) -> None:
    message = world.post()
    world.run()
    assert world.state(message) == "completed"
    (taken,) = world.shelf.cases.values()
    assert len(taken) > 10


def test_what_is_kept_beside_a_message_proves_it(world: World) -> None:
    message = world.post()
    world.run()
    proven = verify_evidence(evidence_of(world.team, message), directory=world.team.directory)
    assert [one.receipt.status for one in proven.receipts] == ["processed"]
    assert [one.by for one in proven.custody] == [world.stop.org]


def test_nothing_stands_in_the_outbox_when_what_the_caller_keeps_fails(world: World) -> None:
    def fail(_tx: Transaction, _row: Outgoing) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        post_case(world.team, world.file, own=world.own, to=world.stop.org, purpose=world.stop.purpose, beside=fail)
    with world.team.store.transaction() as tx:
        assert tx.list_out() == ()
        assert tx.audit_rows() == ()


def test_the_line_of_the_log_is_kept_with_the_message_and_only_we_can_read_it(world: World) -> None:
    message = world.post()
    entry, facts = disclosed(world.team, message)
    assert (entry.recipient, entry.facts) == (world.stop.org, sha256(facts).hexdigest())
    with world.team.store.transaction() as tx:
        notes = dict(tx.annotations(message))
    assert all(entry.id.encode() not in one and world.stop.purpose.encode() not in one for one in notes.values())


def test_nothing_goes_when_nothing_may_go(world: World) -> None:
    with pytest.raises(ConsentError) as caught:
        world.post("no such purpose")
    assert caught.value.code == "C_NOTHING"


def test_messages_about_one_family_go_in_one_lane(world: World) -> None:
    for _ in range(3):
        world.post()
    with world.team.store.transaction() as tx:
        rows = tx.list_out()
    assert sorted(row.number or 0 for row in rows) == [1, 2, 3]
    assert len({row.lane for row in rows}) == 1
    assert (world.file.id or "")[:8] not in (rows[0].lane or "")


def test_a_message_whose_key_is_gone_is_decided_again_under_a_new_id_in_its_place(world: World) -> None:
    world.road.forgets_key = True
    message = world.post()
    world.rotate()
    world.run()
    world.run()
    with world.team.store.transaction() as tx:
        (new,) = (row for row in tx.list_out() if row.ref == message)
    assert (world.state(message), world.state(new.id)) == ("superseded", "completed")
    assert (new.number, world.logged) == (1, [new.id])


def test_a_key_that_the_partner_does_not_have_is_not_sealed_to_again(world: World) -> None:
    world.road.forgets_key = True
    message = world.post()
    world.run()
    assert (world.state(message), world.logged, len(world.road.offered)) == ("attention", [], 1)


def test_a_line_of_the_log_that_cannot_be_kept_keeps_the_message_here(world: World) -> None:
    def full(_composed: Composed) -> None:
        raise DocumentError.single("D_LOG_CUT")

    world.road.forgets_key = True
    message = world.post()
    world.rotate()
    world.resealing._beside = full
    world.run()
    with world.team.store.transaction() as tx:
        assert [(row.id, row.state) for row in tx.list_out()] == [(message, "attention")]


def test_a_message_that_cannot_be_decided_again_waits_for_a_person(world: World) -> None:
    world.road.forgets_key = True
    message = world.post()
    world.file = replace_id(world.file)
    world.run()
    assert world.state(message) == "attention"


def test_a_case_that_cannot_be_read_stops_no_other_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(_case_id: str) -> FamilyCase | None:
        raise UsageError

    world.road.forgets_key = True
    message = world.post()
    monkeypatch.setattr(world, "case", unreadable)
    world.run()
    assert world.state(message) == "attention"


def test_what_may_not_go_any_more_is_withdrawn_while_it_stands_here(world: World) -> None:
    message = world.post()
    assert withdraw_what_may_not_go(world.team, world.file, own=world.own, actor="ann") == ()
    nothing = replace(world.own.basis, registers=Registers(format="kgbx-registers/1"))
    strict = replace(world.own, basis=nothing)
    assert withdraw_what_may_not_go(world.team, world.file, own=strict, actor="ann") == (message,)
    assert world.state(message) == "withdrawn"


def test_what_may_not_go_any_more_is_not_tried_again_after_the_try_of_that_moment(world: World) -> None:
    message = world.post()
    sender = Sender(world.team, world.road)
    (row,) = sender.claim()
    strict = replace(world.own, basis=replace(world.own.basis, registers=Registers(format="kgbx-registers/1")))
    assert withdraw_what_may_not_go(world.team, world.file, own=strict, actor="ann") == ()
    sender.settle(row, Attempt(event=Failed(code="X_CONNECT")))
    assert world.state(message) == "withdrawn"


def test_made_up_data_are_refused_by_who_works_for_real(world: World) -> None:
    org = world.stop.org
    world.stage.owns[org] = replace(world.stage.owns[org], accept_synthetic=False)
    message = world.post()
    world.run()
    assert world.state(message) == "refused"


def test_time_between_composing_and_opening_does_no_harm(world: World) -> None:
    message = world.post()
    world.clock.now += int(timedelta(days=2).total_seconds() * 1000)
    world.run()
    assert world.state(message) == "completed"


def replace_id(case: FamilyCase) -> FamilyCase:
    return FamilyCase(case, synthetic=True)

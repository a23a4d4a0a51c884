# SPDX-License-Identifier: EUPL-1.2
"""The operator: what is stuck shows within the alarm time, with what to do; it drains when the partner is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.status_page import Page
from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import CustodyProved, Taken
from kgbx.delivery.posting import Letter, keep_parts, post
from kgbx.delivery.records import Receipt
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import BREAKER_LAST, DAY, HOUR, MINUTE, SECOND, URGENCIES
from kgbx.delivery.status import Status, first_bad_link, status
from kgbx.delivery.taking import Offer, Said, take, take_said
from kgbx.errors import DeliveryError
from tests.delivery.receiving.sides import Sides
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from kgbx.delivery.records import Outgoing, Urgency
    from kgbx.delivery.store import Parts
    from kgbx.messages import Language

TICK = 10 * SECOND


class Cable:
    """The road to the receiver; it can be unplugged."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.plugged = True
        self.tries = 0

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        self.tries += 1
        if not self.plugged:
            raise DeliveryError("X_CONNECT", retryable=True)
        if row.kind != "message":
            about, level = row.ref or "", row.level or 0
            take_said(self.sides.team, Said(peer=GI, kind="receipt", message_id=about, level=level, data=envelope))
            return Attempt(event=Taken())
        for part in row.parts:
            if not self.sides.gi.store.parts.has(TEAM, part):
                data = b"".join(parts.read("out", part))
                self.sides.gi.store.parts.append(TEAM, part, offset=0, size=len(data), data=data)
        given = take(self.sides.gi, Offer(peer=TEAM, id=row.id, envelope=envelope, parts=row.parts))
        said = Receipt(
            direction="in", peer=GI, message_id=row.id, level=1, outcome="custody", at=0, data=given.statement
        )
        return Attempt(event=CustodyProved(), receipt=said)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:  # noqa: ARG002  # nothing to ask
        raise DeliveryError("X_CONNECT", retryable=True)


class Desk(Sides):
    """Both sides with a cable between them, and what an operator of the sender sees."""

    def __init__(self) -> None:
        super().__init__()
        self.cable = Cable(self)
        self.sender = Sender(self.team, self.cable)
        self.back = Sender(self.gi, self.cable)

    def post(self, urgency: Urgency = "normal") -> str:
        sealed = self.sealed()
        keep_parts(self.team.store.parts, sealed)
        with self.team.store.transaction() as tx:
            return post(tx, Letter(sealed=sealed, peer=GI, urgency=urgency), now=self.clock.now).id

    def run(self, length: int) -> None:
        """Let time pass, with everybody at work."""
        until = self.clock.now + length
        while self.clock.now < until:
            self.clock.now += TICK
            self.sender.run_once()
            self.receiver.run_once()
            self.back.run_once()
            self.hear()

    def seen(self) -> Status:
        return status(self.team.store, self.clock.now)

    def page(self, language: Language = "en") -> str:
        return "\n".join(Page(status=self.seen(), names={GI: "Vierstromen"}, language=language).lines())


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("urgency", ["acute", "urgent", "normal"])
def test_within_the_alarm_time_the_page_says_what_is_stuck_for_whom_and_since_when(
    desk: Desk, urgency: Urgency
) -> None:
    desk.cable.plugged = False
    message = desk.post(urgency)
    desk.run(URGENCIES[urgency].alert_after + TICK)
    (stuck,) = desk.seen().stuck
    assert (stuck.peer, stuck.code, stuck.oldest, stuck.urgency) == (GI, "X_STUCK", message, urgency)
    assert stuck.problem == "X_CONNECT"
    assert "X_STUCK" in desk.alerts(desk.team)


def test_before_the_alarm_time_it_is_no_alarm(desk: Desk) -> None:
    desk.cable.plugged = False
    desk.post("acute")
    desk.run(URGENCIES["acute"].alert_after - MINUTE)
    assert (desk.seen().stuck, desk.alerts(desk.team)) == ((), [])


@pytest.mark.parametrize(("language", "words"), [("en", ("STUCK", "Call")), ("nl", ("VAST", "Bel"))])
def test_the_page_tells_a_person_to_phone(desk: Desk, language: Language, words: tuple[str, str]) -> None:
    desk.cable.plugged = False
    desk.post("acute")
    desk.run(10 * MINUTE)
    page = desk.page(language)
    assert all(word in page for word in words)
    assert "Vierstromen" in page


def test_a_page_without_trouble_is_short(desk: Desk) -> None:
    desk.post()
    desk.run(MINUTE)
    assert "All is well" in desk.page()
    assert desk.page().count("\n") < 8


def test_plugged_in_again_everything_drains_within_one_probe(desk: Desk) -> None:
    desk.cable.plugged = False
    messages = [desk.post() for _ in range(20)]
    desk.run(6 * HOUR)
    assert desk.seen().roads[0].peer.breaker != "closed"
    desk.cable.plugged = True
    desk.run(BREAKER_LAST + MINUTE)
    assert {desk.state(one) for one in messages} == {"completed"}
    assert desk.seen().stuck == ()


def test_while_it_is_unplugged_only_probes_go(desk: Desk) -> None:
    desk.cable.plugged = False
    for _ in range(20):
        desk.post()
    desk.run(HOUR)
    before = desk.cable.tries
    desk.run(6 * HOUR)
    assert desk.cable.tries - before <= 6 * HOUR // BREAKER_LAST + 2


def test_a_message_that_cannot_be_opened_after_custody_alerts_at_the_sender(desk: Desk) -> None:
    message = desk.post()
    desk.receiver = desk.receiver_of(desk.gi_without_its_key())
    desk.run(5 * MINUTE)
    assert desk.state(message) == "attention"
    (stuck,) = desk.seen().stuck
    assert (stuck.code, stuck.count) == ("X_UNDELIVERABLE", 1)


def test_what_nobody_processes_does_not_stay_accepted_without_a_word(desk: Desk) -> None:
    message = desk.post()
    desk.app.fails = 10**6
    desk.run(HOUR)
    assert desk.state(message) == "accepted"
    desk.clock.now += DAY
    desk.run(MINUTE)
    assert [one.code for one in desk.seen().stuck] == ["X_NO_RECEIPT"]
    assert "X_NO_RECEIPT" in desk.alerts(desk.team)


def test_the_log_of_both_sides_is_whole_afterwards(desk: Desk) -> None:
    desk.post()
    desk.run(MINUTE)
    assert first_bad_link(desk.team.store) is None
    assert first_bad_link(desk.gi.store) is None

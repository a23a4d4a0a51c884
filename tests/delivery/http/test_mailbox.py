# SPDX-License-Identifier: EUPL-1.2
"""A mailbox for who has no endpoint: listed, fetched, and gone once custody of it was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.delivery.applying import STOP
from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.collecting import Collector, listed
from kgbx.delivery.gate import Gate
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.taking import Offer, take
from kgbx.delivery.transport import Response
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError
from tests.delivery.http.wire import URL, Wire, honest
from tests.delivery.http.world import SIGNED, World, a_message, give_parts, parts_of, put_in
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.transport import Request
    from kgbx.envelope.seal import Sealed
    from tests.delivery.http.wire import Meddle


class Boxes:
    """GI keeps a mailbox for TEAM, which fetches."""

    def __init__(self, meddle: Meddle = honest) -> None:
        self.world = World()
        self.wire = Wire(self.world.endpoint, by=TEAM, meddle=meddle)
        self.collector = Collector(self.world.team, self.wire, peer=GI, url=URL)

    def put(self, message: Sealed | None = None, **changes: Any) -> Sealed:  # noqa: ANN401  # of the row
        found = message or a_message(sender=GI, to=TEAM)
        put_in(self.world.gi, found, peer=TEAM, road="mailbox", **changes)
        return found

    def row(self, message_id: str) -> Outgoing:
        with self.world.gi.store.transaction() as tx:
            found = tx.out(message_id)
        if found is None:
            raise LookupError
        return found

    def listed(self, query: str = "", *, by: str = TEAM) -> Any:  # noqa: ANN401  # any JSON
        return self.world.ask("GET", f"/v1/mailbox{query}", by=by).json

    def taken(self) -> list[str]:
        with self.world.team.store.transaction() as tx:
            return [row.id for row in tx.list_in()]


def test_what_lies_there_is_fetched_and_gone() -> None:
    boxes = Boxes()
    message = boxes.put(a_message(sender=GI, to=TEAM, attached=[bytes(9_000_000)]), lane="lane-1", number=3)
    assert boxes.collector.run_once() == 1
    with boxes.world.team.store.transaction() as tx:
        row = tx.incoming(GI, message.id)
    assert row is not None
    assert (row.lane, row.number, boxes.row(message.id).state, boxes.listed()) == (
        "lane-1",
        3,
        "accepted",
        {"messages": []},
    )


def test_fetching_changes_nothing() -> None:
    boxes = Boxes()
    message = boxes.put()
    before = boxes.row(message.id)
    assert boxes.world.ask("GET", f"/v1/mailbox/{message.id}").body == message.envelope
    assert boxes.row(message.id) == before


def test_pages_follow_each_other() -> None:
    boxes = Boxes()
    messages = {boxes.put().id for _ in range(7)}
    first = boxes.listed("?max=4")
    second = boxes.listed(f"?max=4&after={first['next']}")
    assert {row["id"] for row in first["messages"] + second["messages"]} == messages
    assert "next" not in second


def test_a_partner_sees_its_own_only() -> None:
    boxes = Boxes()
    message = boxes.put()
    part = b64(parts_of(message)[0])
    assert boxes.listed(by=SCHOOL) == {"messages": []}
    for path in (message.id, f"{message.id}/parts/{part}"):
        said = boxes.world.ask("GET", f"/v1/mailbox/{path}", by=SCHOOL, headers={"range": "bytes=0-"})
        assert said.code == "X_UNKNOWN"


def test_what_is_brought_is_in_no_mailbox() -> None:
    boxes = Boxes()
    message = a_message(sender=GI, to=TEAM)
    put_in(boxes.world.gi, message, peer=TEAM)
    assert boxes.listed() == {"messages": []}
    assert boxes.world.ask("GET", f"/v1/mailbox/{message.id}").code == "X_UNKNOWN"


@pytest.mark.parametrize("state", ["withdrawn", "expired", "superseded"])
def test_what_was_given_up_is_not_fetched_any_more(state: str) -> None:
    boxes = Boxes()
    message = boxes.put(state=state)
    assert fetched(boxes, message) == ["X_UNKNOWN", "X_UNKNOWN"]


def test_what_may_not_go_any_more_is_not_fetched_again() -> None:
    boxes = Boxes()
    message = boxes.put()
    assert boxes.collector.run_once() == 1
    with boxes.world.gi.store.transaction() as tx:
        tx.annotate(message.id, STOP, data=b"ann")
    assert fetched(boxes, message) == ["X_UNKNOWN", "X_UNKNOWN"]


def fetched(boxes: Boxes, message: Sealed) -> list[str]:
    """Return the codes with which an envelope and its part are refused."""
    paths = (message.id, f"{message.id}/parts/{b64(parts_of(message)[0])}")
    said = [boxes.world.ask("GET", f"/v1/mailbox/{path}", headers={"range": "bytes=0-"}) for path in paths]
    return [one.code if one.status >= 400 else "given" for one in said]


def test_a_receipt_is_fetched_and_gone() -> None:
    boxes, sent = Boxes(), a_message()
    put_in(boxes.world.team, sent, state="accepted")
    answer = boxes.put(kind="receipt", ref=sent.id, level=2)
    assert boxes.collector.run_once() == 1
    with boxes.world.team.store.transaction() as tx:
        rows = [(row.kind, row.ref, row.level) for row in tx.list_in(peer=GI)]
    assert (rows, boxes.row(answer.id).state) == ([("receipt", sent.id, 2)], "completed")


def test_a_receipt_about_nothing_of_ours_stays() -> None:
    boxes = Boxes()
    boxes.put(kind="receipt", ref=a_message().id, level=2)
    assert boxes.collector.run_once() == 0


def ack(boxes: Boxes, message: Sealed, statement: bytes, *, by: str = TEAM) -> int:
    path = f"/v1/mailbox/{message.id}/ack"
    return boxes.world.ask("PUT", path, statement, by=by, headers={"content-type": SIGNED}).status


def custody(boxes: Boxes, message: Sealed) -> bytes:
    give_parts(boxes.world.team, message, owner=GI)
    offer = Offer(peer=GI, id=message.id, envelope=message.envelope, parts=parts_of(message))
    return take(boxes.world.team, offer).statement


class TestAcknowledging:
    """A message leaves the mailbox for nothing less than the signed custody of exactly these bytes."""

    def test_twice_is_once(self) -> None:
        boxes = Boxes()
        message = boxes.put()
        statement = custody(boxes, message)
        assert [ack(boxes, message, statement) for _ in range(2)] == [204, 204]

    @pytest.mark.parametrize("statement", [b"", b"{}", b"x"])
    def test_without_a_statement_it_stays(self, statement: bytes) -> None:
        boxes = Boxes()
        message = boxes.put()
        assert (ack(boxes, message, statement), boxes.row(message.id).state) == (400, "queued")

    def test_a_statement_about_another_message_is_none(self) -> None:
        boxes = Boxes()
        message, other = boxes.put(), boxes.put()
        assert (ack(boxes, message, custody(boxes, other)), boxes.row(message.id).state) == (400, "queued")

    def test_another_partner_cannot(self) -> None:
        boxes = Boxes()
        message = boxes.put()
        assert ack(boxes, message, custody(boxes, message), by=SCHOOL) == 404

    def test_what_was_given_up_cannot(self) -> None:
        boxes = Boxes()
        message = boxes.put(state="withdrawn")
        assert ack(boxes, message, custody(boxes, message)) == 409


class TestT9T27WhatComesInBetween:
    """Whatever is lost or said on the way, a message is taken once and leaves the mailbox in the end."""

    @pytest.mark.parametrize("losing", [1, 2, 3, 4, 5])
    def test_an_answer_is_lost(self, losing: int) -> None:
        count = [0]

        def meddle(_request: Request, response: Response) -> Response:
            count[0] += 1
            if count[0] == losing:
                raise DeliveryError("X_BROKEN", retryable=True)
            return response

        boxes = Boxes(meddle)
        message = boxes.put()
        run(boxes)
        run(boxes)
        assert (boxes.taken(), boxes.row(message.id).state) == ([message.id], "accepted")

    def test_a_portal_gives_nothing(self) -> None:
        boxes = Boxes(lambda _request, _response: Response(status=200, headers={}, body=b"<html>"))
        boxes.put()
        with pytest.raises(DeliveryError) as failed:
            boxes.collector.run_once()
        assert (failed.value.code, boxes.taken()) == ("X_NO_PROOF", [])

    def test_other_bytes_than_were_sealed_are_not_taken(self) -> None:
        def meddle(request: Request, response: Response) -> Response:
            whole = request.path.count("/") == 3 and request.method == "GET"
            return replace(response, body=response.body[:-1]) if whole else response

        boxes = Boxes(meddle)
        boxes.put()
        assert (boxes.collector.run_once(), boxes.taken()) == (0, [])

    @pytest.mark.parametrize("change", [{"body": b""}, {"headers": {"api-version": "1.0.0"}}], ids=["empty", "nowhere"])
    def test_a_piece_that_is_none_ends_it(self, change: dict[str, Any]) -> None:
        def meddle(request: Request, response: Response) -> Response:
            return replace(response, **change) if "parts" in request.path else response

        boxes = Boxes(meddle)
        boxes.put()
        with pytest.raises(DeliveryError) as failed:
            boxes.collector.run_once()
        assert failed.value.code == "X_NO_PROOF"

    def test_a_page_without_end_ends(self) -> None:
        def meddle(request: Request, response: Response) -> Response:
            page = {"messages": [ROW | {"id": message.id}], "next": message.id}
            return replace(response, body=json.dumps(page).encode()) if "?" in request.path else response

        boxes = Boxes(meddle)
        boxes.wire.endpoint = Endpoint(boxes.world.gi, by_certificate(PROFILES["mtls"]), gate=Gate(rate=10_000))
        message = boxes.put()
        assert boxes.collector.run_once() <= 100
        assert boxes.taken() == [message.id]


def run(boxes: Boxes) -> None:
    try:
        boxes.collector.run_once()
    except DeliveryError as error:
        assert error.code in ("X_BROKEN", "X_NO_PROOF")  # noqa: PT017  # any of the two


ROW = {"id": "22222222-2222-4222-8222-222222222222", "kind": "message", "urgency": "normal"}


@pytest.mark.parametrize(
    "change",
    [{"id": "1"}, {"kind": "other"}, {"urgency": 1}, {"parts": "x"}, {"parts": ["x"]}, {"parts": ["A" * 43] * 257}],
)
def test_a_row_without_its_form_is_passed_over(change: dict[str, object]) -> None:
    assert listed(ROW) is not None
    assert listed(ROW | change) is None


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_what_is_no_row_is_passed_over(value: object) -> None:
    assert listed(value) is None


def test_a_row_that_cannot_be_fetched_holds_up_no_other() -> None:
    boxes = Boxes()
    messages = {boxes.put().id for _ in range(3)}
    first = boxes.listed()["messages"][0]["id"]
    boxes.wire.meddle = lambda request, answer: replace(answer, status=404) if first in request.path else answer
    with pytest.raises(DeliveryError) as failed:
        boxes.collector.run_once()
    assert (failed.value.code, set(boxes.taken())) == ("X_NO_PROOF", messages - {first})

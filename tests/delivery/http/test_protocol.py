# SPDX-License-Identifier: EUPL-1.2
"""What answers mean: waits that are asked for, parts that are missing, receipts that are taken."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kgbx.delivery.protocol import event_of, missing_of, retry_after
from kgbx.delivery.states import HOUR
from kgbx.delivery.transport import Response
from kgbx.envelope.encoding import b64
from tests.delivery.http.wire import Line
from tests.delivery.http.world import a_message, put_in
from tests.delivery.receiving.sides import START

API = {"api-version": "1.0.0"}
OTHER = "22222222-2222-4222-8222-222222222222"


class TestT13RetryAfter:
    """A wait that is asked for is honoured within bounds; nonsense is no wait at all."""

    NOW = 1_000_000_000_000

    @pytest.mark.parametrize(
        ("text", "wait"),
        [
            ("0", 0),
            ("120", 120_000),
            ("999999999", 999_999_999_000),
            ("Sun, 09 Sep 2001 01:47:40 GMT", 60_000),
            ("Sun, 09 Sep 2001 01:40:00 GMT", 0),
            ("-5", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("9" * 400, None),
            ("Sun, 99 Foo 2001 01:47:40 GMT", None),
        ],
    )
    def test_what_it_means(self, text: str, wait: int | None) -> None:
        assert retry_after(text, now=self.NOW) == wait

    @pytest.mark.parametrize("text", ["0", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "-5", "soon"])
    def test_the_next_try_is_within_bounds(self, text: str) -> None:
        busy = Response(status=503, headers={"retry-after": text})
        line, message = Line(lambda _request, _response: busy), a_message()
        put_in(line.world.team, message)
        line.sender.run_once()
        assert 1000 <= line.out(message.id).due_at - START <= HOUR


def test_only_parts_of_the_message_can_be_missing() -> None:
    row = put_in(Line().world.team, a_message())

    def missing(*digests: bytes) -> tuple[bytes, ...]:
        body = json.dumps({"missing": [b64(one) for one in digests]}).encode()
        return missing_of(Response(status=202, headers=API, body=body), row)

    assert missing(*row.parts) == row.parts
    assert [missing(), missing(bytes(32)), missing(*row.parts, bytes(32)), missing(bytes(31))] == [()] * 4


def test_an_answer_to_a_receipt_is_no_content_from_this_interface() -> None:
    row = replace(put_in(Line().world.team, a_message()), kind="receipt", ref=OTHER, level=2)

    def said(response: Response) -> str:
        return type(event_of(response, row=row, verify=lambda _data: None, now=0)).__name__

    assert said(Response(status=204, headers=API)) == "Taken"
    assert [said(Response(status=status, headers={})) for status in (200, 201, 204, 302)] == ["NoProof"] * 4
    unknown = Response(status=404, headers=API, body=b'{"code":"X_UNKNOWN"}')
    assert (said(unknown), said(Response(status=404, headers={}))) == ("Rejected", "NotThere")


def test_what_a_partner_does_not_know_needs_no_cancellation() -> None:
    row = replace(put_in(Line().world.team, a_message()), kind="cancellation", ref=OTHER)

    def said(**headers: str) -> str:
        unknown = Response(status=404, headers=headers, body=b'{"code":"X_UNKNOWN"}')
        return type(event_of(unknown, row=row, verify=lambda _data: None, now=0)).__name__

    assert (said(**{"api-version": "1.0.0"}), said()) == ("Taken", "Rejected")

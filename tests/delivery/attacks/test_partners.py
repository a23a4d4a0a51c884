# SPDX-License-Identifier: EUPL-1.2
"""A partner that means harm: its answers, its mailbox and its address do nothing to us, nor to what others are sent."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery import protocol
from kgbx.delivery.collecting import ROUND, Collector
from kgbx.delivery.http import HttpTransport
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.transport import Request, Response
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError
from kgbx.limits import MAX_PART_BYTES, MIN_FREE_BYTES
from tests.delivery.http.live import CONTEXT, close_clients, kept
from tests.delivery.http.test_live import mute, never
from tests.delivery.http.wire import URL, Line, Wire
from tests.delivery.http.world import World, a_message, put_in
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = {"api-version": "1.0.0"}
LIVE = Request(method="GET", path="/v1/health/live")


class Greedy:
    """A mailbox that says what it likes about a part, and gives it byte by byte."""

    def __init__(self, world: World, *, size: int, seconds: int = 0) -> None:
        self.world, self.size, self.seconds = world, size, seconds
        self.message = a_message(sender=GI, to=TEAM)
        self.asked = 0

    def send(self, url: str, request: Request, *, deadline: float) -> Response:  # noqa: ARG002  # nothing waits here
        self.asked += 1
        self.world.clock.now += self.seconds * 1000
        if "?" in request.path:
            row = {"id": self.message.id, "kind": "message", "urgency": "normal", "parts": [b64(bytes(32))]}
            return Response(status=200, headers=OURS, body=json.dumps({"messages": [row]}).encode())
        if "parts" not in request.path:
            return Response(status=200, headers=OURS, body=self.message.envelope)
        start = int(request.headers["range"].removeprefix("bytes=").partition("-")[0])
        span = {"content-range": f"bytes {start}-{start}/{self.size}"}
        return Response(status=206, headers=OURS | span, body=b"x")


class TestMailboxOfAPartnerThatMeansHarm:
    """What lies at a partner fills no disk and holds nobody up for ever."""

    def test_a_part_in_crumbs_ends_the_round_and_the_next_goes_on_from_there(self) -> None:
        world = World()
        greedy = Greedy(world, size=MAX_PART_BYTES, seconds=5)
        collector = Collector(world.team, greedy, peer=GI, url=URL)
        reached = []
        for _ in range(2):
            with pytest.raises(DeliveryError) as failed:
                collector.run_once()
            assert failed.value.code == "X_TIMEOUT"
            reached.append(world.team.store.parts.offset(GI, bytes(32))[0])
        assert 0 < reached[0] < reached[1] <= 2 * ROUND // 5_000

    def test_a_part_that_is_larger_than_any_is_not_begun(self) -> None:
        world = World()
        greedy = Greedy(world, size=999_999_999_999, seconds=5)
        with pytest.raises(DeliveryError) as failed:
            Collector(world.team, greedy, peer=GI, url=URL).run_once()
        assert (failed.value.code, world.team.store.parts.offset(GI, bytes(32))) == ("X_NO_PROOF", (0, None))

    def test_a_part_that_does_not_fit_is_not_begun(self) -> None:
        world, store = World(), MemoryStore()
        store._room = MIN_FREE_BYTES + 1_000
        team = replace(world.team, store=store)
        with pytest.raises(DeliveryError) as failed:
            Collector(team, Greedy(world, size=10_000, seconds=5), peer=GI, url=URL).run_once()
        assert (failed.value.code, store.parts.offset(GI, bytes(32))) == ("X_DISK", (0, None))

    def test_more_bytes_than_were_said_are_not_kept(self) -> None:
        def meddle(request: Request, response: Response) -> Response:
            return replace(response, body=response.body * 2) if "parts" in request.path else response

        world = World()
        put_in(world.gi, a_message(sender=GI, to=TEAM), peer=TEAM, road="mailbox")
        with pytest.raises(DeliveryError) as failed:
            Collector(world.team, Wire(world.endpoint, meddle=meddle), peer=GI, url=URL).run_once()
        assert failed.value.code in {"X_OFFSET", "X_NO_PROOF"}


ODD: dict[str, bytes] = {
    "half a character": b'{"code":"X_UNKNOWN_KEY","statement":"\\ud800"}',
    "a number as statement": b'{"statement":1e400}',
    "a list": b"[]" * 1000,
    "depth": b"[" * 100_000,
    "no text": b"\xff\xfe",
    "the same twice": b'{"statement":"a","statement":"b"}',
    "a long number": b'{"missing":[' + b"9" * 100_000 + b"]}",
    "null": b"null",
    "codes": b'{"code":{"a":1},"statement":["x"]}',
}


class TestAnswers:
    """No answer stops a sender, whatever is in it: the message waits or a person looks."""

    @pytest.mark.parametrize("status", [100, 199, 200, 201, 202, 204, 206, 301, 400, 404, 409, 415, 500, 599])
    @pytest.mark.parametrize("body", ODD.values(), ids=ODD)
    def test_it_is_an_outcome(self, status: int, body: bytes) -> None:
        line, message = Line(), a_message()
        put_in(line.world.team, message)
        line.wire.meddle = lambda _request, _response: Response(status=status, headers=OURS, body=body)
        line.sender.run_once()
        assert line.out(message.id).state in {"waiting", "attention"}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "-1",
            "1e9",
            "9" * 10,
            "\u0661",
            "Thu, 01 Jan 1970 00:00:00 +9999",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Mon, 01 Jan 0001 00:00:00 +2359",
            "Thu, 99 Foo 2026 99:99:99 GMT",
            "Thu, 01 Jan 99999 00:00:00 GMT",
            "(" * 500,
        ],
    )
    def test_a_moment_is_one_or_none(self, text: str) -> None:
        wait, skew = protocol.retry_after(text, now=0), protocol.skew_of({"date": text}, now=0)
        assert wait is None or wait >= 0
        assert skew is None or isinstance(skew, int)

    def test_custody_of_before_is_none_for_another_message(self) -> None:
        line, first, second = Line(), a_message(), a_message()
        put_in(line.world.team, first)
        line.world.bring(first)
        given = line.world.offer(first)
        put_in(line.world.team, second)
        line.wire.meddle = lambda _request, _response: Response(status=200, headers=OURS, body=given.body)
        line.sender.run_once()
        assert (line.out(first.id).state, line.out(second.id).problem) == ("accepted", "X_NO_PROOF")


GZIP = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\x1f\x8b\x08"


class TestConnections:
    """An address in a document leads no further than to whoever holds its certificate."""

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            (GZIP, 200),
            (b"HTTP/1.1 301 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n", 301),
            (b"HTTP/1.1 307 Moved\r\nlocation: https://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", 307),
            (b"HTTP/1.1 407 No\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n", 407),
            (b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204),
        ],
    )
    def test_what_is_said_is_taken_as_it_is(self, said: bytes, status: int) -> None:
        with mute(said) as port:
            assert client().send(never(port), LIVE, deadline=20).status == status

    @pytest.mark.parametrize(
        "said",
        [
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000,
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"SSH-2.0-x\r\n",
        ],
    )
    def test_what_is_no_answer_ends_it(self, said: bytes) -> None:
        with mute(said, closing=True) as port, pytest.raises(DeliveryError) as failed:
            client().send(never(port), LIVE, deadline=20)
        assert failed.value.code == "X_BROKEN"

    @pytest.mark.parametrize("count", [1, 5, 200])
    def test_the_addresses_of_one_name_have_one_deadline_together(
        self, monkeypatch: pytest.MonkeyPatch, count: int
    ) -> None:
        waits = silent(monkeypatch, count=count)
        with pytest.raises(DeliveryError) as failed:
            client().send("https://example.org", LIVE, deadline=0.2)
        assert (failed.value.code, 1 <= len(waits) <= 8, sum(waits) <= 0.2 + len(waits) * 0.001) == (
            "X_TIMEOUT",
            True,
            True,
        )

    def test_the_next_address_is_tried_while_there_is_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with mute(b"HTTP/1.1 204 No Content\r\n\r\n") as port:
            known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("127.0.0.77", "127.0.0.1")]
            real = socket.getaddrinfo
            asked = {"localhost": known}
            monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: asked.get(host) or real(host, *a, **k))
            assert client().send(f"http://localhost:{port}", LIVE, deadline=20).status == 204

    def test_who_speaks_no_tls_is_asked_nothing(self) -> None:
        with mute(GZIP) as port, pytest.raises(DeliveryError) as failed:
            client().send(f"https://127.0.0.1:{port}", LIVE, deadline=5)
        assert failed.value.code in {"X_TLS", "X_BROKEN"}


def silent(monkeypatch: pytest.MonkeyPatch, *, count: int) -> list[float]:
    """Give a name so many addresses at which nobody answers, and return for how long each is waited."""
    waits = []

    class Silent(socket.socket):
        def connect(self, _address: object) -> None:
            waits.append(self.gettimeout() or 0)
            threading.Event().wait(self.gettimeout())
            raise TimeoutError

    real = socket.getaddrinfo
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{n + 1}", 443)) for n in range(count)]
    asked = {"example.org": known}
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: asked.get(host) or real(host, *a, **k))
    monkeypatch.setattr(socket, "socket", Silent)
    return waits


def client() -> HttpTransport:
    return kept(HttpTransport(CONTEXT, plain_on_loopback=True))


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    close_clients()

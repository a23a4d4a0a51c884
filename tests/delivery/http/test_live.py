# SPDX-License-Identifier: EUPL-1.2
"""The endpoint behind a real server with real sockets: certificates, slow clients, stuck pools."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import NameOID

from kgbx.delivery.asgi import Deadlines, Endpoint
from kgbx.delivery.gate import Gate
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.protocol import get_receipt, put_message
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.server import Patience, server_context
from kgbx.delivery.transport import Request
from kgbx.errors import DeliveryError, UsageError
from tests.delivery.http.live import (
    CONTEXT,
    Authority,
    Live,
    client_of,
    close_clients,
    hung_up,
    kept,
    open_to_tokens,
    running,
)
from tests.delivery.http.world import World, a_message, put_in
from tests.effort import scaled
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIVE = Request(method="GET", path="/v1/health/live")
SOON = Patience(header=0.3, request=0.8)
PUT = (
    b"PUT /v1/messages/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nhost: localhost\r\n"
    b"content-type: application/jose+json\r\nauthorization: Bearer token of the team\r\n"
)


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    close_clients()


@pytest.fixture
def live() -> Iterator[Live]:
    endpoint = open_to_tokens(World(), deadlines=Deadlines(body=0.3, answer=0.3))
    with running(endpoint, patience=SOON) as server:
        yield server


def works(live: Live) -> bool:
    return client_of(SCHOOL).send(live.url, LIVE, deadline=20).status == 204


def test_a_message_over_a_real_socket() -> None:
    world, message = World(), a_message(attached=[bytes(5_000_000)])
    with running(open_to_tokens(world)) as live:
        put_in(world.team, message)
        Sender(world.team, HttpRoad(world.team, client_of(), endpoints={GI: live.url})).run_once()
    with world.team.store.transaction() as tx:
        row = tx.out(message.id)
    assert row is not None
    assert (row.state, row.problem) == ("accepted", None)


class TestT16SlowClients:
    """Who is slow is cut off at the deadline; what others want goes on."""

    def test_who_says_nothing(self, live: Live) -> None:
        assert hung_up(live.open()) == b""
        assert works(live)

    def test_slow_headers(self, live: Live) -> None:
        connection = live.open(b"GET /v1/health/live HTTP/1.1\r\nx-slow: ")
        dripping = threading.Thread(target=drip, args=(connection,))
        dripping.start()
        assert hung_up(connection) == b""
        dripping.join(20)
        assert works(live)

    def test_a_slow_body(self, live: Live) -> None:
        connection = live.open(PUT + b"content-length: 1000\r\n\r\n")
        dripping = threading.Thread(target=drip, args=(connection,))
        dripping.start()
        said = hung_up(connection)
        dripping.join(20)
        assert said.startswith(b"HTTP/1.1 408")
        assert b"problems/slow" in said

    def test_a_body_that_never_ends(self, live: Live) -> None:
        connection = live.open(PUT + b"transfer-encoding: chunked\r\n\r\n")
        pouring = threading.Thread(target=pour, args=(connection,))
        pouring.start()
        said = hung_up(connection)
        pouring.join(20)
        assert said.startswith((b"HTTP/1.1 413", b"HTTP/1.1 408")) or said == b""
        assert works(live)

    def test_a_body_that_nobody_asked_for(self, live: Live) -> None:
        connection = live.open(b"GET /v1/keys HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
        pouring = threading.Thread(target=pour, args=(connection,))
        pouring.start()
        assert b"200" in hung_up(connection)[:20] or works(live)
        pouring.join(20)
        assert works(live)

    def test_a_connection_that_is_kept_without_use(self, live: Live) -> None:
        connection = live.open(b"GET /v1/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert hung_up(connection).startswith(b"HTTP/1.1 204")

    def test_many_idle_connections_make_room(self) -> None:
        count = scaled(quick=150, ci=1000, long=1000)
        with running(open_to_tokens(World()), patience=Patience(header=20, connections=100)) as live:
            idle = [live.open() for _ in range(count)]
            assert works(live)
            assert live.connections <= 100
            for connection in idle:
                connection.close()

    def test_a_partner_that_fills_its_places_keeps_no_other_out(self) -> None:
        world = World(gate=Gate(most=12, most_of_one=8))
        with running(open_to_tokens(world)) as live:
            slow = [live.open(PUT + b"content-length: 1000\r\n\r\n") for _ in range(20)]
            client, message = client_of(SCHOOL), a_message(sender=SCHOOL)
            row = put_in(World().team, message)
            assert client.send(live.url, put_message(row, message.envelope), deadline=20).status == 202
            for connection in slow:
                connection.close()


def test_who_does_not_read_its_answer_is_cut_off() -> None:
    with running(open_to_tokens(World()), patience=Patience(header=0.3, request=1)) as live:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((live.host, live.port))
        connection.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n" * 40)
        assert gone(live)
        connection.close()


def test_an_answer_is_not_held_back(live: Live) -> None:
    connection, there = live.open(), []
    for _ in range(400):
        there = [one.transport for one in tuple(live.server.server_state.connections)]
        if there:
            break
        time.sleep(0.005)
    options = [one.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in there]
    assert options == [1]
    connection.close()


def gone(live: Live) -> bool:
    """Wait until the server has no connection left."""
    for _ in range(400):
        if live.connections == 0:
            return True
        time.sleep(0.05)
    return False


def drip(connection: socket.socket) -> None:
    """Say one byte at a time until nobody listens."""
    try:
        while True:
            connection.send(b"x")
            time.sleep(0.02)
    except OSError:
        return


def pour(connection: socket.socket) -> None:
    """Say as much as possible until nobody listens."""
    try:
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
    except OSError:
        return


@pytest.mark.parametrize(
    "said", [b"\x16\x03\x01\x02\x00\x01", b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nx: " + b"x" * 70_000]
)
def test_what_is_no_request_gets_a_problem_and_the_end(live: Live, said: bytes) -> None:
    answer = hung_up(live.open(said))
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 431")) or answer == b""
    assert works(live)


class TestCertificates:
    """Who calls is who its certificate says, if the authority is ours and there is one OIN in it."""

    def ask(self, folder: Path, files: tuple[Path, Path] | None, authority: Authority) -> str:
        world = World()
        own = authority.issue(GI)
        context = server_context(certificate=own[0], key=own[1], authorities=authority.certificate)
        endpoint = Endpoint(world.gi, by_certificate(PROFILES["mtls"]))
        cert, key = files or (None, None)
        client = kept(HttpTransport(client_context(authorities=authority.certificate, certificate=cert, key=key)))
        with running(endpoint, context=context) as live:
            said = client.send(f"https://localhost:{live.port}", get_receipt(a_message().id, level=1), deadline=20)
            client.close()
        return f"{said.status} {folder.name and said.body.decode()}"

    def test_a_partner_is_let_in(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        assert self.ask(tmp_path, authority.issue(TEAM), authority).startswith("404")

    def test_an_organisation_that_is_no_partner_is_not(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        stranger = authority.issue("urn:osb:oin:00000099000000009999")
        assert "X_SENDER" in self.ask(tmp_path, stranger, authority)

    def test_an_oin_in_another_place_is_nobody(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        elsewhere = authority.issue(TEAM, attribute=NameOID.ORGANIZATIONAL_UNIT_NAME)
        assert "X_IDENTITY" in self.ask(tmp_path, elsewhere, authority)

    def test_two_of_them_are_nobody(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        assert "X_IDENTITY" in self.ask(tmp_path, authority.issue(TEAM, times=2), authority)

    def test_who_has_none_gets_no_connection(self, tmp_path: Path) -> None:
        with pytest.raises(DeliveryError) as failed:
            self.ask(tmp_path, None, Authority(tmp_path))
        assert failed.value.code in ("X_TLS", "X_BROKEN")

    def test_a_certificate_of_another_authority_gets_no_connection(self, tmp_path: Path) -> None:
        other = Authority(tmp_path, "Ander gezag").issue(TEAM)
        with pytest.raises(DeliveryError) as failed:
            self.ask(tmp_path, other, Authority(tmp_path))
        assert failed.value.code in ("X_TLS", "X_BROKEN")

    def test_who_never_finishes_tls_is_cut_off(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        own = authority.issue(GI)
        context = server_context(certificate=own[0], key=own[1], authorities=authority.certificate)
        with running(open_to_tokens(World()), context=context, patience=SOON) as live:
            assert hung_up(live.open()) == b""
            assert hung_up(live.open(b"\x16\x03\x01")) == b""

    def test_a_server_of_another_authority_is_not_trusted(self, tmp_path: Path) -> None:
        authority, other = Authority(tmp_path), Authority(tmp_path, "Ander gezag")
        own = authority.issue(GI)
        context = server_context(certificate=own[0], key=own[1], authorities=authority.certificate)
        client = kept(HttpTransport(client_context(authorities=other.certificate)))
        with running(open_to_tokens(World()), context=context) as live, pytest.raises(DeliveryError) as failed:
            client.send(f"https://localhost:{live.port}", LIVE, deadline=20)
        assert (failed.value.code, failed.value.retryable) == ("X_TLS", False)


def never(port: int) -> str:
    return f"http://127.0.0.1:{port}"


class TestClient:
    """A failure of the road leaves as a code, in time, and the next request works."""

    @pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx"])
    def test_a_server_that_stops_talking(self, said: bytes) -> None:
        with mute(said) as port, pytest.raises(DeliveryError) as failed:
            client_of().send(never(port), LIVE, deadline=0.3)
        assert (failed.value.code, failed.value.retryable, failed.value.__context__) == ("X_TIMEOUT", True, None)

    def test_a_server_that_drips(self) -> None:
        with mute(b"HTTP/1.1 200 OK\r\n", dripping=b"x") as port, pytest.raises(DeliveryError) as failed:
            client_of().send(never(port), LIVE, deadline=0.3)
        assert failed.value.code == "X_TIMEOUT"

    def test_a_server_that_hangs_up(self) -> None:
        with mute(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx", closing=True) as port:
            with pytest.raises(DeliveryError) as failed:
                client_of().send(never(port), LIVE, deadline=20)
            assert failed.value.code == "X_BROKEN"

    def test_no_server(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(DeliveryError) as failed:
            client_of().send(never(port), LIVE, deadline=20)
        assert failed.value.code == "X_CONNECT"

    def test_an_answer_without_end_is_cut(self) -> None:
        with mute(b"HTTP/1.1 200 OK\r\n\r\n", dripping=b"x" * 1_000_000) as port:
            said = client_of().send(never(port), LIVE, deadline=20)
        assert (said.complete, len(said.body)) == (False, 5 * 1024 * 1024)

    def test_another_way_is_not_gone(self) -> None:
        with mute(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n") as port:
            assert client_of().send(never(port), LIVE, deadline=20).status == 302

    @pytest.mark.parametrize("url", ["http://example.org", "https://", "ftp://example.org", "https://example.org/?a=b"])
    def test_only_https_and_in_tests_this_machine(self, url: str) -> None:
        with pytest.raises(UsageError) as refused:
            client_of().send(url, LIVE, deadline=1)
        assert refused.value.code == "U_ARGUMENT"

    def test_plain_http_is_refused_unless_it_is_asked_for(self) -> None:
        with pytest.raises(UsageError) as refused:
            HttpTransport(CONTEXT).send("http://127.0.0.1:1", LIVE, deadline=1)
        assert refused.value.code == "U_ARGUMENT"


class TestT17AStormOfTimeouts:
    """After as many requests that ran out of time as one likes the same client works."""

    def test_it_works_afterwards(self) -> None:
        count = scaled(quick=60, ci=1000, long=10_000)
        client = client_of()
        with mute(b"") as port, ThreadPoolExecutor(16) as threads:
            failures = list(threads.map(lambda _n: failure(client, never(port), 0.01), range(count)))
        assert set(failures) <= {"X_TIMEOUT", "X_CONNECT", "X_BROKEN"}
        with running(open_to_tokens(World())) as live:
            assert [client.send(live.url, LIVE, deadline=20).status for _ in range(20)] == [204] * 20

    def test_a_pool_that_is_stuck_is_replaced(self) -> None:
        client = client_of()
        with running(open_to_tokens(World())) as live:
            client.send(live.url, LIVE, deadline=20)
            stuck = client._clients[live.url]
            stuck._transport._pool._max_connections = 0  # type: ignore[attr-defined]  # as one whose places all leaked
            stuck._transport._pool.close()  # type: ignore[attr-defined]
            assert failure(client, live.url, 0.2) == "X_TIMEOUT"
            assert client.send(live.url, LIVE, deadline=20).status == 204


def failure(client: HttpTransport, url: str, deadline: float) -> str:
    with pytest.raises(DeliveryError) as failed:
        client.send(url, LIVE, deadline=deadline)
    return failed.value.code


def hang_up(connection: socket.socket) -> None:
    """Close a socket, also under who waits for it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class mute:  # noqa: N801  # reads as a word
    """A server that says one thing to everybody, and then drips, hangs up, or does nothing."""

    def __init__(self, said: bytes, *, dripping: bytes = b"", closing: bool = False) -> None:
        self._said, self._dripping, self._closing = said, dripping, closing
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._open: list[socket.socket] = []
        self._talking: list[threading.Thread] = []
        self._over = False

    def __enter__(self) -> int:
        self._serving = threading.Thread(target=self._serve)
        self._serving.start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *_about: object) -> None:
        self._over = True
        hang_up(self._listening)
        self._serving.join(20)
        for connection in self._open:
            hang_up(connection)
        for talking in self._talking:
            talking.join(20)

    def _serve(self) -> None:
        while not self._over:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            self._talking.append(threading.Thread(target=self._talk, args=(connection,)))
            self._talking[-1].start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self._said:
                connection.recv(65536)
            connection.sendall(self._said)
            while self._dripping and not self._over:
                connection.sendall(self._dripping)
                time.sleep(0.001)
            if self._closing:
                connection.close()
        except OSError:
            return

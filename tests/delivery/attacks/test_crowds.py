# SPDX-License-Identifier: EUPL-1.2
"""Crowds at the door, and who makes a server work hard for little: what a partner sees of it."""

from __future__ import annotations

import resource
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.protocol import get_receipt
from kgbx.delivery.server import FREE_PIECES, LEAST_PIECE, OTHER_FILES, Patience, server_context
from kgbx.limits import MAX_CONNECTIONS
from tests.delivery.attacks.sockets import put, said, statuses
from tests.delivery.http.live import Authority, client_of, close_clients, hung_up, kept, open_to_tokens, running
from tests.delivery.http.world import World, a_message
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.delivery.http.live import Live

FEW = Patience(header=60, connections=8)
"""So patient that nothing ends by itself within a test: who is cut off is cut off to make room."""


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    close_clients()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def secured(authority: Authority) -> Iterator[Live]:
    cert, key = authority.issue(GI)
    context = server_context(certificate=cert, key=key, authorities=authority.certificate)
    with running(Endpoint(World().gi, by_certificate(PROFILES["mtls"])), context=context, patience=FEW) as live:
        yield live


def asks(live: Live, authority: Authority) -> int:
    """Let a partner with its certificate ask something."""
    cert, key = authority.issue(TEAM)
    client = kept(HttpTransport(client_context(authorities=authority.certificate, certificate=cert, key=key)))
    return client.send(f"https://localhost:{live.port}", get_receipt(a_message().id, level=1), deadline=20).status


class TestHandshakesThatNeverFinish:
    """Who does not begin TLS is counted with the others, and makes room for whoever comes."""

    @pytest.mark.parametrize("spoken", [b"", b"\x16\x03\x01\x02\x00\x01"], ids=["silent", "begun"])
    def test_the_oldest_are_cut_off_and_a_partner_gets_in(
        self, secured: Live, authority: Authority, spoken: bytes
    ) -> None:
        with ExitStack() as open_ones:
            crowd = [open_ones.enter_context(secured.open(spoken)) for _ in range(3 * FEW.connections)]
            assert [hung_up(one) for one in crowd[: 2 * FEW.connections]] == [b""] * 2 * FEW.connections
            assert asks(secured, authority) == 404

    def test_a_partner_that_is_in_is_not_cut_off_for_them(self, secured: Live, authority: Authority) -> None:
        inside = within(secured, authority)
        with ExitStack() as open_ones:
            crowd = [open_ones.enter_context(secured.open()) for _ in range(3 * FEW.connections)]
            assert hung_up(crowd[0]) == b""
            inside.sendall(b"GET /v1/health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            assert statuses(hung_up(inside)) == [204]

    def test_who_speaks_no_tls_or_shows_no_certificate_ends_nothing_but_its_own(
        self, secured: Live, authority: Authority
    ) -> None:
        hung_up(secured.open(b"GET / HTTP/1.1\r\n\r\n"))
        nameless = client_context(authorities=authority.certificate)
        with (
            suppress(ssl.SSLError, ConnectionError),
            secured.open() as plain,
            nameless.wrap_socket(plain, server_hostname="localhost") as begun,
        ):
            assert begun.recv(1) == b""
        assert asks(secured, authority) == 404

    def test_a_server_that_stops_lets_nobody_hang(self, authority: Authority) -> None:
        cert, key = authority.issue(GI)
        context = server_context(certificate=cert, key=key, authorities=authority.certificate)
        with running(Endpoint(World().gi, by_certificate(PROFILES["mtls"])), context=context, patience=FEW) as live:
            waiting = live.open()
        assert hung_up(waiting) == b""


def within(live: Live, authority: Authority) -> socket.socket:
    """Return a connection of a partner, of which TLS has begun."""
    cert, key = authority.issue(SCHOOL)
    context = client_context(authorities=authority.certificate, certificate=cert, key=key)
    inside = context.wrap_socket(live.open(), server_hostname="localhost")
    inside.sendall(b"GET /v1/health/live HTTP/1.1\r\nhost: localhost\r\n\r\n")
    inside.recv(65536)
    return inside


def test_who_renegotiates_without_end_is_not_answered(authority: Authority) -> None:
    cert, key = authority.issue(GI)
    context = server_context(certificate=cert, key=key, authorities=authority.certificate)
    assert context.options & ssl.OP_NO_RENEGOTIATION


def crumbs(sizes: list[int]) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (size, b"x" * size) for size in sizes)


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with running(open_to_tokens(World())) as server:
        yield server


class TestBodiesInCrumbs:
    """A body of single bytes costs a server a thousand times what it costs its sender."""

    def test_it_is_refused_while_it_still_comes(self, live: Live) -> None:
        answer = said(live, put("transfer-encoding: chunked", body=crumbs([1] * (FREE_PIECES + 2))))
        assert (statuses(answer), b"X_MALFORMED" in answer) == ([400], True)
        assert client_of(SCHOOL).send(live.url, get_receipt(a_message().id, level=1), deadline=20).status == 404

    @pytest.mark.parametrize("sizes", [[1] * FREE_PIECES, [LEAST_PIECE] * 4000], ids=["few", "not small"])
    def test_pieces_as_a_client_makes_them_are_read(self, live: Live, sizes: list[int]) -> None:
        spoken = put("transfer-encoding: chunked", "connection: close", body=crumbs(sizes) + b"0\r\n\r\n")
        assert b"E_JSON" in said(live, spoken)

    def test_each_request_of_a_connection_is_counted_by_itself(self, live: Live) -> None:
        one = put("transfer-encoding: chunked", body=crumbs([1] * FREE_PIECES) + b"0\r\n\r\n")
        last = put("transfer-encoding: chunked", "connection: close", body=crumbs([1] * FREE_PIECES) + b"0\r\n\r\n")
        assert statuses(said(live, one + last)) == [400, 400]


class TestFiles:
    """A system that gives a process few files at first."""

    @pytest.fixture
    def few(self) -> Iterator[tuple[int, int]]:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        yield before
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    @pytest.mark.parametrize(("hard", "soft"), [(None, MAX_CONNECTIONS + OTHER_FILES), (1_100, 1_100)])
    def test_it_asks_for_what_it_may_have(self, hard: int | None, soft: int) -> None:
        limits = f"(1024, {hard or 'resource.getrlimit(resource.RLIMIT_NOFILE)[1]'})"
        program = (
            "import resource; from kgbx.delivery.server import allow_connections;"
            f"resource.setrlimit(resource.RLIMIT_NOFILE, {limits}); allow_connections();"
            "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
        )
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # ours
        assert int(ran.stdout) == soft

    def test_without_a_file_left_it_waits_and_says_so_once_a_second(
        self, few: tuple[int, int], caplog: pytest.LogCaptureFixture
    ) -> None:
        with running(open_to_tokens(World())) as live, ExitStack() as open_ones:
            client = client_of(SCHOOL)
            assert client.send(live.url, get_receipt(a_message().id, level=1), deadline=20).status == 404
            crowd = [open_ones.enter_context(socket.socket()) for _ in range(20)]
            resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())), few[1]))
            for one in crowd:
                one.connect((live.host, live.port))
            assert client.send(live.url, get_receipt(a_message().id, level=1), deadline=20).status == 404
            resource.setrlimit(resource.RLIMIT_NOFILE, few)
            assert client_of(TEAM).send(live.url, get_receipt(a_message().id, level=1), deadline=20).status == 404
        assert 1 <= len(caplog.records) <= len(crowd)
        assert {record.name for record in caplog.records} == {"kgbx.delivery"}

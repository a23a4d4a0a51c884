# SPDX-License-Identifier: EUPL-1.2
"""Attacks and mistakes that came to nothing, kept so that it stays so."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, by_certificate, by_token
from kgbx.delivery.http import client_context
from kgbx.delivery.protocol import put_message
from kgbx.delivery.records import Outgoing
from kgbx.delivery.server import server_context
from kgbx.delivery.store.sqlite import SqliteStore
from tests.delivery.attacks.sockets import get, put, said, statuses
from tests.delivery.http.live import (
    DIGESTS,
    Authority,
    client_of,
    close_clients,
    hung_up,
    open_to_tokens,
    running,
)
from tests.delivery.http.world import World, a_message, give_parts, parts_of, put_in
from tests.delivery.receiving.sides import START
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.delivery.http.live import Live

MAILBOX = b"GET /v1/mailbox HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def no_client_left() -> Iterator[None]:
    yield
    close_clients()


class TestResumedTls:
    """Who takes up TLS where it was is who it was then."""

    def test_it_is_the_same_partner(self, tmp_path: Path) -> None:
        authority = Authority(tmp_path)
        cert, key = authority.issue(GI)
        context = server_context(certificate=cert, key=key, authorities=authority.certificate)
        world = World()
        put_in(world.gi, a_message(sender=GI, to=TEAM), peer=TEAM, road="mailbox")
        cert, key = authority.issue(TEAM)
        ours = client_context(authorities=authority.certificate, certificate=cert, key=key)
        ours.maximum_version = ssl.TLSVersion.TLSv1_2  # so that the session is there when the handshake is
        with running(Endpoint(world.gi, by_certificate(PROFILES["mtls"])), context=context) as live:
            first, session, _ = asked(live, ours, None)
            again, _, resumed = asked(live, ours, session)
        assert (resumed, b'"messages":[{' in first, again.partition(b"\r\n\r\n")[2]) == (
            True,
            True,
            first.partition(b"\r\n\r\n")[2],
        )


def asked(
    live: Live, context: ssl.SSLContext, session: ssl.SSLSession | None
) -> tuple[bytes, ssl.SSLSession | None, bool]:
    with context.wrap_socket(live.open(), server_hostname="localhost", session=session) as inside:
        inside.sendall(MAILBOX)
        resumed, held = inside.session_reused, inside.session
        return hung_up(inside), held, bool(resumed)


def test_one_store_behind_two_endpoints_gives_one_custody(tmp_path: Path) -> None:
    world, stores = World(), [SqliteStore(tmp_path / "gi.db") for _ in range(2)]
    nodes = [replace(world.gi, store=store) for store in stores]
    messages = [a_message() for _ in range(12)]
    for message in messages:
        give_parts(nodes[0], message)
    with running(Endpoint(nodes[0], by_token(DIGESTS))) as one, running(Endpoint(nodes[1], by_token(DIGESTS))) as two:
        client = client_of()

        def bring(place: tuple[int, str]) -> tuple[str, int, bytes]:
            message = messages[place[0]]
            row = Outgoing(
                id=message.id,
                peer=GI,
                envelope=sha256(message.envelope).digest(),
                parts=parts_of(message),
                made_at=START,
                due_at=START,
                expires_at=START,
            )
            answer = client.send(place[1], put_message(row, message.envelope), deadline=20)
            return message.id, answer.status, answer.body

        with ThreadPoolExecutor(6) as threads:
            done = list(threads.map(bring, [(n, url) for n in range(12) for url in (one.url, two.url)]))
    for store in stores:
        store.close()
    for message in messages:
        answers = [(status, body) for found, status, body in done if found == message.id]
        assert (sorted(status for status, _ in answers), answers[0][1] == answers[1][1]) == ([200, 201], True)


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with running(open_to_tokens(World())) as server:
        yield server


@pytest.mark.parametrize(
    "headers",
    [
        ("kgbx-urgency: acute", "kgbx-urgency: normal"),
        ("kgbx-urgency: soon",),
        ("kgbx-lane: a;1", "kgbx-lane: b;1"),
        ("kgbx-lane: a;0",),
        ("kgbx-lane: a;-1",),
        ("kgbx-lane: a;01",),
        ("kgbx-lane: a;9223372036854775808",),
        ("kgbx-lane: a;1;2",),
        ("kgbx-lane: ../a;1",),
        ("kgbx-parts: ,",),
        ("kgbx-parts: " + "A" * 43, "kgbx-parts: " + "A" * 43),
        ("kgbx-parts: " + ",".join(["A" * 43] * 257),),
        ("content-type: application/json",),
    ],
)
def test_a_header_that_is_none_is_refused_before_a_byte_of_the_body(live: Live, headers: tuple[str, ...]) -> None:
    assert statuses(said(live, put(*headers, "content-length: 2", "connection: close", body=b"{}"))) == [400]


def test_what_comes_behind_the_end_is_not_read(live: Live) -> None:
    spoken = get("/v1/mailbox", "connection: close", org=SCHOOL) + get("/v1/capabilities")
    assert statuses(said(live, spoken)) == [200]


def test_no_problem_tells_back_what_was_sent(live: Live) -> None:
    canary = "CANARY61"
    spoken = [
        get(f"/v1/{canary}", "connection: close"),
        get(f"/v1/mailbox?{canary}={canary}", "connection: close"),
        get("/v1/mailbox", f"x-{canary}: {canary}", "connection: close"),
        put(f"kgbx-lane: {canary}", "content-length: 8", "connection: close", body=canary.encode()),
        put("content-length: 8", "connection: close", body=canary.encode()),
        f"{canary} /v1/{canary} HTTP/1.1\r\nhost: {canary}\r\nconnection: close\r\n\r\n".encode(),
        canary.encode() + b"\r\n\r\n",
    ]
    assert not [one for one in spoken if canary.lower().encode() in said(live, one).lower()]

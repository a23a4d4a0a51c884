# SPDX-License-Identifier: EUPL-1.2
"""What an attacker says, byte for byte, and what a server answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.delivery.http.live import TOKENS, hung_up
from tests.parties import TEAM

if TYPE_CHECKING:
    import socket

    from tests.delivery.http.live import Live

MESSAGE = "/v1/messages/00000000-0000-4000-8000-000000000000"
NEXT = b"GET /v1/capabilities HTTP/1.1\r\nhost: localhost\r\n\r\n"
"""A request behind the first, that nobody may answer who does not know where the first ends."""

_STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


def put(*headers: str, body: bytes = b"", version: str = "1.1", org: str = TEAM) -> bytes:
    """Return an offer of a message with these headers, as bytes."""
    named = ("host: localhost", "content-type: application/jose+json", f"authorization: Bearer {TOKENS[org]}")
    head = "\r\n".join((f"PUT {MESSAGE} HTTP/{version}", *named, *headers, "", ""))
    return head.encode("latin-1") + body


def get(path: str, *headers: str, org: str = TEAM) -> bytes:
    named = ("host: localhost", f"authorization: Bearer {TOKENS[org]}", *headers, "", "")
    return f"GET {path} HTTP/1.1\r\n".encode() + "\r\n".join(named).encode()


def statuses(answer: bytes) -> list[int]:
    """Return the status of each answer in what a server said."""
    return [int(found) for found in _STATUS.findall(answer)]


def said(live: Live, spoken: bytes) -> bytes:
    """Say something and return all that is answered until the server hangs up; a server that does not fails."""
    return hung_up(live.open(spoken))


def first_of(connection: socket.socket) -> bytes:
    """Return the first bytes of an answer."""
    return connection.recv(65536)

# SPDX-License-Identifier: EUPL-1.2
"""The server of ``kgbx serve``: uvicorn with the deadlines that it lacks, and the subject of a client's certificate.

Rules:
    - from opening a connection, or from the last answer, the next headers must be complete within a deadline, TLS
      included; from then on the whole request has one. Who does not keep to it is cut off, not asked;
    - no more connections than the limit; the ones that wait make room first;
    - the subject of a certificate is taken from TLS itself, never from a header;
    - no access log: addresses hold ids only, but nobody needs them twice.

Source: delivery design, "HTTP API" (no ASGI server guards a slow client).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kgbx.delivery.hops import SUBJECT
from kgbx.delivery.problems import Refusal
from kgbx.delivery.protocol import API_VERSION
from kgbx.limits import ANSWER_SECONDS, BODY_DEADLINE_SECONDS, HEADER_SECONDS, MAX_CONNECTIONS, MAX_HEADER_BYTES

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from uvicorn.protocols.http.h11_impl import RequestResponseCycle

    from kgbx.delivery.asgi import Endpoint

KEEP_SECONDS: Final = 10
"""How long an unused connection is kept."""

CLOSE_SECONDS: Final = 1
"""How long TLS may take to say goodbye."""

WORK_SECONDS: Final = 30
"""How long the store may take with one request before its connection is cut off; its work is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a connection may take, seconds, and how many there may be.

    Attributes:
        header: Until the headers of the next request are complete.
        request: From then on until the last byte of its answer is read.
        connections: At a time.
    """

    header: float = HEADER_SECONDS
    request: float = BODY_DEADLINE_SECONDS + WORK_SECONDS + ANSWER_SECONDS
    connections: int = MAX_CONNECTIONS


class GuardedProtocol(H11Protocol):
    """One connection, with a deadline at any moment."""

    patience = Patience()

    def __init__(self, *args: Any, **keywords: Any) -> None:  # noqa: ANN401  # as uvicorn calls it
        super().__init__(*args, **keywords)
        self._timer: asyncio.TimerHandle | None = None
        self._timed: object = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: note who it is, and wait for the first headers."""
        super().connection_made(transport)  # type: ignore[arg-type]  # a stream: uvicorn says so in its own words
        _send_at_once(transport)
        self._arm(self.patience.header)
        if len(self.connections) > self.patience.connections:
            self._make_room()
        subject = _subject_of(transport)
        if subject is not None:
            self.app_state = {**self.app_state, SUBJECT: subject}

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._disarm()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Work on what came in; once the headers of a request are complete its own deadline counts."""
        super().handle_events()
        asked = self._asked
        if asked is not None and asked is not self._timed:
            self._timed = asked
            self._arm(self.patience.header if asked.response_complete else self.patience.request)

    def on_response_complete(self) -> None:
        """Wait for the next headers; also what was written must be read by then."""
        self._arm(self.patience.header)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's own words are not told
        """Refuse what is no HTTP, or has headers that are too long."""
        if self.conn.our_state is h11.IDLE or self.conn.our_state is h11.SEND_RESPONSE:
            refusal = Refusal("X_HEADERS" if self._too_long() else "X_MALFORMED")
            headers = {**refusal.all_headers(), "api-version": API_VERSION, "connection": "close"}
            body = refusal.body()
            headers["content-length"] = str(len(body))
            self.transport.write(self._wire(h11.Response(status_code=refusal.status, headers=list(headers.items()))))
            self.transport.write(self._wire(h11.Data(data=body)) + self._wire(h11.EndOfMessage()))
        self.transport.close()

    def _too_long(self) -> bool:
        return len(self.conn.trailing_data[0]) > MAX_HEADER_BYTES

    def _wire(self, event: h11.Event) -> bytes:
        return self.conn.send(event) or b""

    @property
    def _asked(self) -> RequestResponseCycle | None:
        """The request that is or was worked on last; none at first, whatever the declaration says."""
        return self.cycle

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is being done for this connection."""
        return self._asked is None or self._asked.response_complete

    def cut(self) -> None:
        """End the connection now, whatever it still wanted."""
        self._disarm()
        self.transport.abort()

    def _make_room(self) -> None:
        """Cut off the connection that has waited longest without a request; else this one."""
        waiting = (one for one in self.connections if isinstance(one, GuardedProtocol) and one.is_waiting)
        min(waiting, key=lambda one: one.ends_at, default=self).cut()

    @property
    def ends_at(self) -> float:
        """When its deadline is, by the clock of the event loop."""
        return float("inf") if self._timer is None else self._timer.when()

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self.cut)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _send_at_once(transport: asyncio.BaseTransport) -> None:
    """Do not hold a body back until its headers are confirmed: 40 ms a time.

    asyncio does so by itself, but not for sockets that :func:`socket.create_server` made: they do not say that they
    speak TCP.
    """
    on = transport.get_extra_info("socket")
    if on is not None and on.family in (socket.AF_INET, socket.AF_INET6):
        on.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _subject_of(transport: asyncio.BaseTransport) -> object:
    secured = transport.get_extra_info("ssl_object")
    certificate = secured.getpeercert() if secured is not None else None
    return certificate.get("subject") if certificate else None


class EndpointServer(uvicorn.Server):
    """Serves one endpoint until it is told to stop."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        context: ssl.SSLContext | None,
        patience: Patience | None = None,
    ) -> None:
        """Make one; :meth:`serve` gets the sockets.

        Args:
            endpoint: What is served.
            context: Certificates; None serves in the clear, for a proxy or a demonstration on this machine.
            patience: How long connections may take.
        """
        kept = patience or Patience()
        guarded = type("Guarded", (GuardedProtocol,), {"patience": kept})
        super().__init__(
            uvicorn.Config(
                endpoint,
                http=guarded,
                ws="none",
                lifespan="on",
                loop="asyncio",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=KEEP_SECONDS,
                timeout_graceful_shutdown=WORK_SECONDS,
                h11_max_incomplete_event_size=MAX_HEADER_BYTES,
            )
        )
        self._context = context
        self._header_seconds = kept.header

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, with a deadline for TLS too."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise SystemExit(3)
        loop = asyncio.get_running_loop()
        self.servers = [await self._listen(loop, one) for one in sockets or ()]
        self.started = True

    async def _listen(self, loop: asyncio.AbstractEventLoop, on: socket.socket) -> asyncio.base_events.Server:
        if self._context is None:
            return await loop.create_server(self._connection, sock=on, backlog=self.config.backlog)
        return await loop.create_server(
            self._connection,
            sock=on,
            ssl=self._context,
            ssl_handshake_timeout=self._header_seconds,
            ssl_shutdown_timeout=CLOSE_SECONDS,
            backlog=self.config.backlog,
        )

    def _connection(self) -> asyncio.Protocol:
        made = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]  # uvicorn's own way


def server_context(*, certificate: Path, key: Path, authorities: Path) -> ssl.SSLContext:
    """Return a context that lets only clients in with a certificate of these authorities.

    Args:
        certificate: PEM file of the own certificate and those between it and a root.
        key: PEM file of its private key, without a passphrase.
        authorities: PEM file of the authorities whose certificates partners may have.

    Raises:
        OSError: a file cannot be read or is none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(cafile=authorities)
    context.verify_mode = ssl.CERT_REQUIRED
    return context

# SPDX-License-Identifier: EUPL-1.2
"""The server of ``kgbx serve``: uvicorn with the deadlines that it lacks, and the subject of a client's certificate.

Rules:
    - from opening a connection, or from the last answer, the next headers must be complete within a deadline, TLS
      included; from then on the whole request has one. Who does not keep to it is cut off, not asked;
    - no more connections than the limit, those of which TLS has not begun well included; the ones that wait make room
      first, and who has not shown a certificate yet before who has;
    - a body in crumbs is refused: reading one byte at a time costs all others their turn;
    - the subject of a certificate is taken from TLS itself, never from a header;
    - no access log: addresses hold ids only, but nobody needs them twice.

Source: delivery design, "HTTP API" (no ASGI server guards a slow client).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kgbx.delivery.hops import CERTIFICATE, SUBJECT
from kgbx.delivery.log import LOG
from kgbx.delivery.problems import Refusal
from kgbx.delivery.protocol import API_VERSION
from kgbx.limits import ANSWER_SECONDS, BODY_DEADLINE_SECONDS, HEADER_SECONDS, MAX_CONNECTIONS, MAX_HEADER_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
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


FREE_PIECES: Final = 64
LEAST_PIECE: Final = 512
"""Bytes that the pieces of a chunked body have on average at least, but for the first ones."""

OTHER_FILES: Final = 1_000
"""Files beside connections: those of the store, of parts, of libraries. Many systems allow 1,024 in all at first."""

ACCEPT_AGAIN_SECONDS: Final = 1
"""How long nobody is let in after the system had no room for one more connection."""


class FrugalConnection(h11.Connection):
    """HTTP of one connection, in which a body comes in pieces of some size."""

    _pieces = 0
    _bytes = 0

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """Return what came in next.

        Raises:
            RemoteProtocolError: it is no HTTP, or a body in crumbs.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._pieces = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._pieces += event.chunk_start
            self._bytes += len(event.data)
            if self._pieces > FREE_PIECES + self._bytes // LEAST_PIECE:
                raise h11.RemoteProtocolError("a body in crumbs")
        return event


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
        self.conn = FrugalConnection(h11.SERVER, MAX_HEADER_BYTES)
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
            self.app_state = {**self.app_state, SUBJECT: subject, CERTIFICATE: _certificate_of(transport)}

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


def _certificate_of(transport: asyncio.BaseTransport) -> bytes:
    secured = transport.get_extra_info("ssl_object")
    return b"" if secured is None else secured.getpeercert(binary_form=True) or b""


def _subject_of(transport: asyncio.BaseTransport) -> object:
    secured = transport.get_extra_info("ssl_object")
    certificate = secured.getpeercert() if secured is not None else None
    return certificate.get("subject") if certificate else None


class Door:
    """Lets connections in, and counts those with which TLS must begin until it has begun.

    asyncio's own server tells of a connection only then: before that it would be counted by nobody, and whoever has no
    certificate at all could take every file descriptor of the process. When none is left it logs a traceback for each
    who waits, thousands a second; this one waits a second.
    """

    def __init__(
        self,
        on: socket.socket,
        greet: Callable[[socket.socket], Coroutine[Any, Any, None]],
        *,
        others: Callable[[], int],
        most: int,
    ) -> None:
        """Begin to let in.

        Args:
            on: What is listened on; it does not block.
            greet: Begins TLS; who is cancelled while doing so ends the connection.
            others: How many connections there are of which TLS has begun.
            most: Connections at a time, together with the others.
        """
        self._on, self._greet, self._others, self._most = on, greet, others, most
        self._greeting: dict[asyncio.Task[None], None] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.ensure_future(self._accept())

    def close(self) -> None:
        """Let nobody in any more."""
        self._accepting.cancel()
        for one in self._greeting:
            one.cancel()

    async def wait_closed(self) -> None:
        """Wait until everybody is in or gone."""
        await asyncio.gather(self._accepting, *self._greeting, *self._leaving, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._on)
            except OSError:
                LOG.warning("no room for one more connection")
                await asyncio.sleep(ACCEPT_AGAIN_SECONDS)
                continue
            self._let_in(connection)
            await asyncio.sleep(0)  # a crowd at the door must not stop what goes on inside

    def _let_in(self, connection: socket.socket) -> None:
        task = asyncio.ensure_future(self._greeted(connection))
        self._greeting[task] = None
        task.add_done_callback(self._done)
        if len(self._greeting) > 1 and len(self._greeting) + self._others() > self._most:
            oldest = next(iter(self._greeting))
            del self._greeting[oldest]
            self._leaving.add(oldest)
            oldest.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._greeting.pop(task, None)
        self._leaving.discard(task)

    async def _greeted(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # whoever is there does not speak TLS, has no certificate, or has gone
            await self._greet(connection)


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
        self._most = kept.connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, with a deadline for TLS too."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            raise SystemExit(3)
        self.servers = [self._listen(one) for one in sockets or ()]  # type: ignore[misc]  # a door closes as a server does
        self.started = True

    def _listen(self, on: socket.socket) -> Door:
        on.setblocking(False)  # noqa: FBT003  # the socket module has no name for it
        on.listen(self.config.backlog)
        return Door(on, self._greet, others=lambda: len(self.server_state.connections), most=self._most)

    async def _greet(self, connection: socket.socket) -> None:
        """Begin TLS with a connection, where there are certificates."""
        secured = self._context is not None
        await asyncio.get_running_loop().connect_accepted_socket(
            self._connection,
            connection,
            ssl=self._context,
            ssl_handshake_timeout=self._header_seconds if secured else None,
            ssl_shutdown_timeout=CLOSE_SECONDS if secured else None,
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
    context.options |= ssl.OP_NO_RENEGOTIATION  # with TLS 1.2 it costs who asks for it less than us
    return context


def allow_connections(most: int = MAX_CONNECTIONS) -> None:
    """Let the process have as many connections and files as it needs, as far as the system lets it.

    Args:
        most: Connections at a time.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # not on every system

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = most + OTHER_FILES
        if soft != resource.RLIM_INFINITY and soft < wanted:
            most_here = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most_here, hard))

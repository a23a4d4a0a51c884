# SPDX-License-Identifier: EUPL-1.2
"""The road over HTTP: :class:`kgbx.delivery.transport.Transport` on httpx. Its types never leave this file.

Rules:
    - no redirect is followed, no proxy of the environment is used, no cookie is kept, nothing is unpacked;
    - one deadline for all of a request, also for who lets one byte drop at a time or has many addresses: every wait for
      the socket gets only what is left of it; nothing is ever cancelled from outside;
    - no more of an answer is read than the limit; what is left closes the connection;
    - one pool of connections for each partner; a pool that gives none in time is replaced by a fresh one;
    - a failure leaves as a code, without address, header or body.

Source: delivery design, "Parts"; fault T17.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

import httpcore
import httpx

from kgbx.delivery.transport import Response
from kgbx.errors import DeliveryError, UsageError
from kgbx.limits import MAX_ANSWER_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from kgbx.delivery.transport import Request

MAX_CONNECTIONS: Final = 8
"""Connections to one partner; it lets no more of us in at a time."""

KEPT_SECONDS: Final = 4.0
"""How long an unused connection is kept: shorter than a server keeps it, so that none breaks under a request."""

MOST_ADDRESSES: Final = 8
"""Addresses of one name that are tried, each for its share of the time."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_LEAST: Final = 0.001
_RETIRED: Final = 4
_SLICE: Final = 65_536
_DROPPED: Final = b"set-cookie"


class _Clock(threading.local):
    """The deadline of the request that this thread is making, by a clock that never goes back."""

    until: float = 0.0

    def left(self) -> float:
        return max(_LEAST, self.until - time.monotonic())

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until


class _Stream(httpcore.NetworkStream):
    """A connection of which every wait is cut to what is left of the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # ours is shorter
        if self._clock.over:
            raise httpcore.ReadTimeout
        return self._inner.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for start in range(0, len(buffer), _SLICE):
            if self._clock.over:
                raise httpcore.WriteTimeout
            self._inner.write(buffer[start : start + _SLICE], self._clock.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(  # type: ignore[override]  # it is called by keywords
        self,
        *,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._clock.left()), self._clock)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # as httpcore declares it
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens connections that keep to the deadline."""

    def __init__(self, clock: _Clock) -> None:
        self._inner = httpcore.SyncBackend()
        self._clock = clock

    def connect_tcp(  # type: ignore[override]  # it is called by keywords
        self,
        *,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses, slow = _addresses(host, port), False
        for number, address in enumerate(addresses):
            share = self._clock.left() / (len(addresses) - number)
            try:
                inner = self._inner.connect_tcp(address, port, share, local_address, socket_options)
                return _Stream(inner, self._clock)
            except httpcore.ConnectTimeout:
                slow = True
            except httpcore.ConnectError:
                continue
        raise httpcore.ConnectTimeout if slow else httpcore.ConnectError


def _addresses(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name, the first ones."""
    with contextlib.suppress(OSError, UnicodeError):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(one[4][0]) for one in found))[:MOST_ADDRESSES]
    raise httpcore.ConnectError


class _Road(httpx.BaseTransport):
    """One pool of connections, as httpx wants it."""

    def __init__(self, context: ssl.SSLContext, clock: _Clock) -> None:
        self._clock = clock
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=_Backend(clock),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": {"pool": self._clock.left()}},
        )
        answered = self._pool.handle_request(asked)
        headers = [pair for pair in answered.headers if pair[0].lower() != _DROPPED]
        return httpx.Response(answered.status, headers=headers, stream=_Body(answered))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answered: httpcore.Response) -> None:
        self._answered = answered

    def __iter__(self) -> Iterator[bytes]:
        return self._answered.iter_stream()

    def close(self) -> None:
        self._answered.close()


class HttpTransport:
    """Carries requests over HTTPS; several threads may use it."""

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        headers: Mapping[str, str] | None = None,
        plain_on_loopback: bool = False,
    ) -> None:
        """Make one.

        Args:
            context: Which certificates are trusted, and our own; :func:`client_context` makes one.
            headers: Sent with every request, such as a token of a demonstration.
            plain_on_loopback: Allow ``http:`` to this machine, for tests and demonstrations.
        """
        self._context = context
        self._headers = dict(headers or {})
        self._plain = plain_on_loopback
        self._clock = _Clock()
        self._clients: dict[str, httpx.Client] = {}
        self._retired: list[httpx.Client] = []
        self._lock = threading.Lock()

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        """Return the answer of an endpoint; see :class:`kgbx.delivery.transport.Transport`.

        Raises:
            DeliveryError: X_CONNECT, X_TLS, X_TIMEOUT, X_BROKEN.
            UsageError: U_ARGUMENT, `url` is no base URL of an endpoint.
        """
        base = self._base(url)
        self._clock.until = time.monotonic() + deadline
        client = self._client(base)
        problem: Problem
        try:
            return self._exchange(client, base + request.path, request)
        except httpcore.PoolTimeout:
            problem = "X_TIMEOUT"
            self._replace(base, client)
        except (httpcore.TimeoutException, TimeoutError):
            problem = "X_TIMEOUT"
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            problem = _problem_of(error)
        except (httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL, RuntimeError):
            problem = "X_BROKEN"
        raise DeliveryError(problem, retryable=problem != "X_TLS")

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            clients, self._clients, self._retired = [*self._clients.values(), *self._retired], {}, []
        for client in clients:
            client.close()

    def _base(self, url: str) -> str:
        parts = urlsplit(url)
        plain = self._plain and parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" or plain) or not parts.hostname or parts.query or parts.fragment:
            raise UsageError
        return url.rstrip("/")

    def _client(self, base: str) -> httpx.Client:
        with self._lock:
            if base not in self._clients:
                road = _Road(self._context, self._clock)
                self._clients[base] = httpx.Client(transport=road, trust_env=False, follow_redirects=False)
            return self._clients[base]

    def _replace(self, base: str, stuck: httpx.Client) -> None:
        """Forget a client that has no connection left; who still uses it has ended long before it is closed."""
        with self._lock:
            if self._clients.get(base) is stuck:
                self._retired.append(self._clients.pop(base))
            gone, self._retired = self._retired[:-_RETIRED], self._retired[-_RETIRED:]
        for client in gone:
            client.close()

    def _exchange(self, client: httpx.Client, url: str, request: Request) -> Response:
        headers = {"accept-encoding": "identity", "user-agent": "kgbx", **self._headers, **request.headers}
        content: bytes | Iterable[bytes] | None = request.body if isinstance(request.body, bytes) else request.body()
        if isinstance(content, bytes) and len(content) > _SLICE:
            headers, content = {**headers, "content-length": str(len(content))}, _let_go(content)
        if not content and request.method != "PUT":
            content = None
        with client.stream(request.method, url, headers=headers, content=content) as answered:
            data, complete = _read(answered)
            found = {name.lower(): value for name, value in answered.headers.items()}
            return Response(status=answered.status_code, headers=found, body=data, complete=complete)


Problem = Literal["X_CONNECT", "X_TLS", "X_TIMEOUT", "X_BROKEN"]


def _let_go(body: bytes) -> Iterator[bytes]:
    """Yield a body once and let it go: requests refer to themselves, and live on until somebody looks for such."""
    for start in range(0, len(body), _SLICE):
        yield body[start : start + _SLICE]


def _read(answered: httpx.Response) -> tuple[bytes, bool]:
    """Return the first bytes of an answer, at most the limit, and whether that is all."""
    data = bytearray()
    for block in answered.iter_raw():
        data += block
        if len(data) > MAX_ANSWER_BYTES:
            return bytes(data[:MAX_ANSWER_BYTES]), False
    return bytes(data), True


def _problem_of(error: BaseException) -> Problem:
    causes = list(_causes(error))
    if any(isinstance(one, ssl.SSLEOFError | ssl.SSLZeroReturnError) for one in causes):
        return "X_BROKEN"
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "X_TLS"
    return "X_CONNECT" if isinstance(error, httpcore.ConnectError) else "X_BROKEN"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def client_context(
    *, authorities: Path | None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """Return which certificates a client trusts, and its own.

    Args:
        authorities: PEM file of the certificates that are trusted; None for those of the machine.
        certificate: PEM file of the own certificate and those between it and a root.
        key: PEM file of its private key, without a passphrase.

    Raises:
        OSError: a file cannot be read or is none.
    """
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context

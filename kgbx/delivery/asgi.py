# SPDX-License-Identifier: EUPL-1.2
"""The endpoint as an ASGI application: behind any server, or mounted in FastAPI, Starlette or Django.

Rules:
    - headers, partner and length are judged before a byte of the body is read, the body before it is parsed;
    - a body has a deadline from its first to its last byte, an answer too: no server in Python guards either;
    - what blocks runs in threads of its own; nothing that was begun there is ever cancelled;
    - a body that nobody wants is thrown away for a while, so that its sender hears why; then the connection is closed;
    - a request of which two servers may see the end at different places is refused, and so is all that follows it;
    - who asks is inside until the answer was taken over: who never reads has no more than a few answers waiting;
    - whether the process lives and would take a message is answered at any time, whoever else is inside;
    - an answer is never a redirect and is never kept by a cache.

Source: delivery design, "HTTP API"; ASGI specification 3.0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from kgbx.delivery.gate import Gate, Reserve
from kgbx.delivery.problems import Refusal
from kgbx.delivery.protocol import API_VERSION
from kgbx.delivery.routes import Head, call_of
from kgbx.delivery.serving import Asked, Reply, answer, is_partner, reply_of
from kgbx.delivery.together import Together
from kgbx.limits import ANSWER_SECONDS, BODY_DEADLINE_SECONDS, KIB, MAX_REQUESTS, MIB

if TYPE_CHECKING:
    from kgbx.delivery.hops import Identify, Scope
    from kgbx.delivery.node import Node
    from kgbx.delivery.routes import Call

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

ALWAYS: Final = (
    (b"api-version", API_VERSION.encode()),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""Headers of every answer (NL API Design Rules, /transport/security-headers)."""

ALIVE: Final = "isAlive"
READY: Final = "isReady"
READY_SECONDS: Final = 1
"""How long it holds whether a message would be taken: whoever asks all the time asks the store no more often."""

DRAIN_SECONDS: Final = 5
DRAIN_BYTES: Final = 5 * MIB
"""How much of a body is thrown away before its sender is told why."""

SLICE: Final = 64 * KIB
"""How much of an answer is handed to the server at a time: the next waits until it has room for it."""

_CLOSE: Final = (b"connection", b"close")
NO_CONTENT: Final = 204


class Gone(Exception):  # noqa: N818  # nobody is there any more: no error of anybody
    """Who asked has hung up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long things may take, seconds.

    Attributes:
        body: From the headers to the last byte of a body.
        answer: Until the server took over an answer.
    """

    body: float = BODY_DEADLINE_SECONDS
    answer: float = ANSWER_SECONDS


@dataclass(slots=True)
class _Progress:
    """What became of a request so far: whether its body was read, and as whom it is inside; None for outside."""

    read: bool = False
    inside: str | None = None


class Endpoint:
    """An ASGI application for one organisation."""

    def __init__(
        self,
        node: Node,
        identify: Identify,
        *,
        gate: Gate | None = None,
        reserve: Reserve | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        """Make the application.

        Args:
            node: Whose endpoint it is.
            identify: Which partner brings a request; of :mod:`kgbx.delivery.hops`.
            gate: How many may come in.
            reserve: Shares the last room of the disk.
            deadlines: How long things may take.
        """
        self._node = node
        self._identify = identify
        self._gate = gate or Gate()
        self._deadlines = deadlines or Deadlines()
        self._threads: ThreadPoolExecutor | None = None
        self._together = Together(node)
        self._reserve = reserve or Reserve()
        self._ready = 0.0, Reply(status=NO_CONTENT)
        self._asking = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the beginning and end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    def close(self) -> None:
        """Wait for what is being done."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        progress = _Progress()
        try:
            reply = await self._replied(scope, receive, progress)
            await self._tell(reply, send, close=_is_ambiguous(scope) or (_has_body(scope) and not progress.read))
        except Gone:
            return
        finally:
            if progress.inside is not None:
                self._gate.leave(progress.inside)

    async def _replied(self, scope: Scope, receive: Receive, progress: _Progress) -> Reply:
        try:
            reply = await self._reply(scope, receive, progress)
        except Refusal as refusal:
            reply = reply_of(refusal)
            progress.read = progress.read or (refusal.code != "X_SLOW" and await self._drained(scope, receive))
        return replace(reply, body=b"") if scope["method"] == "HEAD" else reply

    async def _reply(self, scope: Scope, receive: Receive, progress: _Progress) -> Reply:
        call = call_of(head_of(scope))
        if call.route.name == ALIVE:
            return Reply(status=NO_CONTENT)
        if call.route.name == READY:
            return await self._readiness(call)
        peer = self._partner(scope) if call.route.peer else ""
        self._gate.enter(peer, at=_now())
        progress.inside = peer
        body = await self._body(receive, call) if call.route.media else b""
        progress.read = bool(call.route.media)
        return await self._in_thread(Asked(peer=peer, call=call, body=body))

    async def _readiness(self, call: Call) -> Reply:
        """Answer whether a message would be taken, to whoever asks; the store is asked by one at a time."""
        async with self._asking:
            if self._ready[0] <= _now():
                reply = await self._in_thread(Asked(peer="", call=call))
                self._ready = _now() + READY_SECONDS, reply
            return self._ready[1]

    async def _in_thread(self, asked: Asked) -> Reply:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(max_workers=MAX_REQUESTS // 2, thread_name_prefix="kgbx-endpoint")
        work = partial(answer, self._node, asked, taking=self._together.take, reserve=self._reserve)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _partner(self, scope: Scope) -> str:
        org = self._identify(scope)
        if org is None:
            raise Refusal("X_IDENTITY")
        if not is_partner(self._node, org):
            raise Refusal("X_SENDER")
        return org

    async def _body(self, receive: Receive, call: Call) -> bytes:
        """Return the body, within its deadline and its length."""
        until, body = _now() + self._deadlines.body, bytearray()
        while True:
            message = await _within(receive, until)
            if message["type"] == "http.disconnect":
                raise Gone
            body += message.get("body", b"")
            if len(body) > call.route.most:
                raise Refusal("X_TOO_LARGE")
            if not message.get("more_body", False):
                return bytes(body)

    async def _drained(self, scope: Scope, receive: Receive) -> bool:
        """Read what is left of a body that nobody wants, for a while, and tell whether that was all.

        Who hangs up on somebody who is still talking is not heard: the answer is lost with the connection.
        """
        if not _has_body(scope) or any(name.lower() == b"expect" for name, _ in scope["headers"]):
            return False
        until, size = _now() + min(DRAIN_SECONDS, self._deadlines.body), 0
        try:
            while size <= DRAIN_BYTES:
                message = await _within(receive, until)
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return True
        except Refusal:
            pass
        return False

    async def _tell(self, reply: Reply, send: Send, *, close: bool) -> None:
        headers = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
        length = [] if reply.status == NO_CONTENT else [(b"content-length", str(len(reply.body)).encode())]
        start = {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [*headers, *length, *ALWAYS, *([_CLOSE] if close else [])],
        }
        try:
            async with asyncio.timeout(self._deadlines.answer):
                await send(start)
                for message in _sliced(reply.body):
                    await send(message)
        except TimeoutError:
            return


def head_of(scope: Scope) -> Head:
    """Return a request without its body; under a prefix the address is what comes after it.

    Raises:
        Refusal: X_MALFORMED, bytes that no address or header may have, or nobody can tell where it ends; X_UNKNOWN, an
            address in another spelling.
    """
    path, prefix = scope["path"], scope.get("root_path", "")
    if _is_ambiguous(scope):
        raise Refusal("X_MALFORMED")
    if b"%" in (scope.get("raw_path") or b"").removeprefix(quote(prefix).encode()):
        raise Refusal("X_UNKNOWN")
    try:
        query = scope.get("query_string", b"").decode("ascii")
        headers = tuple((name.decode("ascii").lower(), value.decode("latin-1")) for name, value in scope["headers"])
    except UnicodeDecodeError:
        pass
    else:
        return Head(method=scope["method"], path=_below(path, prefix), query=query, headers=headers)
    raise Refusal("X_MALFORMED")


def _below(path: str, prefix: str) -> str:
    return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path


_BY_LENGTH: Final = b"content-length"
_IN_PIECES: Final = b"transfer-encoding"


def _has_body(scope: Scope) -> bool:
    return bool(_framing(scope))


def _framing(scope: Scope) -> set[bytes]:
    return {name.lower() for name, _ in scope["headers"]} & {_BY_LENGTH, _IN_PIECES}


def _is_ambiguous(scope: Scope) -> bool:
    """Tell whether a proxy in front may see the end of a request elsewhere (RFC 9112, sections 6.1 and 6.3)."""
    framing = _framing(scope)
    return _IN_PIECES in framing and (_BY_LENGTH in framing or scope.get("http_version") == "1.0")


def _sliced(body: bytes) -> Iterator[Message]:
    """Yield a body in pieces; behind a long one comes an empty piece, which waits until the client took the others."""
    ends = list(range(SLICE, len(body), SLICE)) + [len(body)] * 2 if len(body) > SLICE else [len(body)]
    start = 0
    for number, end in enumerate(ends, 1):
        yield {"type": "http.response.body", "body": body[start:end], "more_body": number < len(ends)}
        start = end


async def _within(receive: Receive, until: float) -> Message:
    try:
        async with asyncio.timeout_at(until):
            return await receive()
    except TimeoutError:
        pass
    raise Refusal("X_SLOW")


def _now() -> float:
    """Return the moment by the clock of the event loop, which never goes back."""
    return asyncio.get_running_loop().time()

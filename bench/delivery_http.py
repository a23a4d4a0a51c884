# SPDX-License-Identifier: EUPL-1.2
"""From a sealed message to proved custody over HTTP: messages a second, and percentiles.

The server is a process of its own, with a SQLite file that is synced at every commit; beside it a bare PUT to the same
server, and where there is one a PostgreSQL server instead of the file: those who come while a commit is on its way are
in the next one together. ``python -m bench.delivery_http [COUNT] [THREADS]``
"""

from __future__ import annotations

import multiprocessing
import socket
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bench.delivery_postgres import database, server
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.node import Node
from kgbx.delivery.records import Outgoing
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import LIFETIME
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.transport import Request
from kgbx.directory import Directory, Pin, Trust, build_directory_file, build_trust_file, describe, make_document
from kgbx.envelope.identity import Identity, create_identity
from kgbx.envelope.seal import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.store import Store
    from kgbx.envelope.seal import Sealed

SENDER: Final = "urn:osb:oin:00000099000000001000"
RECEIVER: Final = "urn:osb:oin:00000099000000002000"
TOKEN: Final = "token of a bench"  # noqa: S105  # made up
BODY: Final = b'{"about":"nobody"}' * 200
AT_A_TIME: Final = (1, 8, 32)
IDLE: Final = 900
SLOW: Final = 90


@dataclass(frozen=True)
class Run:
    """What one run took."""

    name: str
    seconds: float
    each_ms: tuple[float, ...]

    def row(self) -> str:
        """Return a line of a table."""
        cuts = statistics.quantiles(self.each_ms, n=100)
        rate = len(self.each_ms) / self.seconds
        return f"| {self.name} | {len(self.each_ms)} | {rate:.0f} | {cuts[49]:.1f} | {cuts[98]:.1f} |"


def now() -> int:
    """Return the present moment, Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Pair:
    """Two organisations that know each other."""

    sender: Identity
    receiver: Identity
    directory_file: bytes
    trust_file: bytes

    @cached_property
    def directory(self) -> Directory:
        """What both know."""
        return Directory.load(self.directory_file, self.trust_file)


@cache
def pair() -> Pair:
    """Return two organisations with fresh keys."""
    at = datetime.now(UTC).replace(microsecond=0)
    sender, receiver = create_identity(SENDER, at=at), create_identity(RECEIVER, at=at)
    said = [describe(one, name="Proef", seq=1, at=at) for one in (sender, receiver)]
    documents = [make_document(one, root=who.root) for one, who in zip(said, (sender, receiver), strict=True)]
    pins = Trust(pinned=tuple(Pin(org=one.org, root=one.root) for one in said))
    return Pair(sender, receiver, build_directory_file(documents), build_trust_file(pins))


def serve(listening: socket.socket, both: Pair, store: Callable[[], Store]) -> None:
    """Serve in a process of its own, until it is ended; the store is opened there."""
    import asyncio  # noqa: PLC0415  # only the server needs these

    from kgbx.delivery.asgi import Endpoint  # noqa: PLC0415
    from kgbx.delivery.gate import Gate  # noqa: PLC0415
    from kgbx.delivery.hops import by_token  # noqa: PLC0415
    from kgbx.delivery.server import EndpointServer  # noqa: PLC0415

    node = Node(
        identity=both.receiver,
        directory=both.directory,
        store=store(),
        now=now,
        ids=uuid4,
        jitter=lambda: 0.5,
    )
    known = by_token({SENDER: sha256(TOKEN.encode()).digest()})
    endpoint = Endpoint(node, known, gate=Gate(most=64, most_of_one=64, rate=100_000))
    asyncio.run(EndpointServer(endpoint, context=None).serve(sockets=[listening]))


def sealed(both: Pair) -> Sealed:
    """Return a fresh message."""
    at = datetime.now(UTC).replace(microsecond=0)
    to = both.directory.document(RECEIVER, at)
    if to is None:
        raise LookupError
    return seal(BODY, media_type="application/json", message_type="https://kgbx.example/messages/test/1.0-draft",
                sender=both.sender, to=to, at=at)  # fmt: skip


class Outbox:
    """A sender, with its store in memory unless another is given, so that the receiver's is what is measured."""

    def __init__(self, both: Pair, url: str, *, store: Store | None = None) -> None:
        """Make one."""
        self.both = both
        self.url = url
        self.store = store or MemoryStore()
        self.node = Node(
            identity=both.sender, directory=both.directory, store=self.store, now=now, ids=uuid4, jitter=lambda: 0.5
        )
        headers = {"authorization": f"Bearer {TOKEN}"}
        self.client = HttpTransport(client_context(authorities=None), headers=headers, plain_on_loopback=True)
        self.road = HttpRoad(self.node, self.client, endpoints={RECEIVER: url})
        self.sender = Sender(self.node, self.road)

    def put(self, message: Sealed) -> Outgoing:
        """Add a message and return its row."""
        for part in message.parts:
            data = part.read()
            self.store.parts.append("out", sha256(data).digest(), offset=0, size=len(data), data=data)
        row = Outgoing(
            id=message.id,
            peer=RECEIVER,
            envelope=sha256(message.envelope).digest(),
            parts=tuple(sha256(part.read()).digest() for part in message.parts),
            made_at=now(),
            due_at=0,  # whoever claims may take what another thread put a moment later
            expires_at=now() + LIFETIME,
        )
        with self.store.transaction() as tx:
            tx.add_out(row, message.envelope)
        return row

    def bring(self) -> bool:
        """Bring the next message until its custody is proved, and tell whether there was one.

        Raises:
            RuntimeError: it was not accepted.
        """
        for row in self.sender.claim(limit=1):
            settled = self.sender.carry(row)
            if settled is None or settled.state != "accepted":
                raise RuntimeError(settled and settled.problem)
            return True
        return False

    def alive(self) -> None:
        """Ask whether the server is there."""
        self.client.send(self.url, Request(method="GET", path="/v1/health/live"), deadline=30)

    def seal_and_bring(self) -> None:
        """Do all of it."""
        self.put(sealed(self.both))
        self.bring()

    def bare(self) -> None:
        """Put as many bytes at an address that is not there: the server reads and answers, and no more."""
        request = Request(
            method="PUT", path="/v1/parts/x", headers={"content-type": "application/octet-stream"}, body=BODY
        )
        self.client.send(self.url, request, deadline=30)


def run(name: str, work: Callable[[], object], *, count: int, threads: int) -> Run:
    """Return what doing it so often took."""

    def one(_number: int) -> float:
        started = time.perf_counter()
        work()
        return (time.perf_counter() - started) * 1000

    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        each = tuple(pool.map(one, range(count)))
        return Run(name, time.perf_counter() - started, each)


@contextmanager
def served(both: Pair, store: Callable[[], Store]) -> Iterator[str]:
    """Give the address of an endpoint in a process of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        context = multiprocessing.get_context("fork")
        server = context.Process(target=serve, args=(listening, both, store), daemon=True)
        server.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.terminate()
            server.join()


def runs(*, count: int = 400, threads: int = 8) -> Iterator[Run]:
    """Yield what bringing costs."""
    both = pair()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(both, partial(SqliteStore, Path(folder) / "endpoint.db")) as url,
    ):
        outbox = Outbox(both, url)
        with closing(outbox.client):
            yield from _measured(outbox, count=count, threads=threads)


def runs_on_postgres(address: str | None, *, count: int = 200) -> Iterator[Run]:
    """Yield what bringing costs when the receiver's store is in PostgreSQL: the more at a time, the more a commit."""
    if address is None:
        return
    both = pair()
    with database(address, "together") as place, served(both, partial(PostgresStore, place, connections=16)) as url:
        for number in AT_A_TIME:
            outbox = Outbox(both, url)
            for _ in range(count):
                outbox.put(sealed(both))
            with closing(outbox.client):
                yield run(f"the receiver in PostgreSQL, {number} at a time", outbox.bring, count=count, threads=number)


def _measured(outbox: Outbox, *, count: int, threads: int) -> Iterator[Run]:
    outbox.bare()
    measured = partial(run, count=count)
    yield measured("a bare PUT to the same server", outbox.bare, threads=threads)
    for number in (1, threads):
        for _ in range(count):
            outbox.put(sealed(outbox.both))
        yield measured(f"to proved custody, {number} at a time", outbox.bring, threads=number)
    yield measured(f"sealing too, {threads} at a time", outbox.seal_and_bring, threads=threads)
    yield measured("one GET, quiet", outbox.alive, threads=1)
    with crowd(outbox.url):
        yield measured(f"one GET, beside {IDLE} idle connections and {SLOW} that drip", outbox.alive, threads=1)
        for _ in range(count):
            outbox.put(sealed(outbox.both))
        yield measured(f"to proved custody beside them, {threads} at a time", outbox.bring, threads=threads)


@contextmanager
def crowd(url: str) -> Iterator[None]:
    """Keep connections open of which some say nothing and some one byte a second, each anew when it is cut off."""
    over = Event()
    thread = Thread(target=_crowd, args=(url, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _crowd(url: str, over: Event) -> None:
    host, port = url.removeprefix("http://").split(":")
    lines = b"PUT /v1/messages/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nhost: x\r\n"
    begun = (b"", lines, lines + b"content-type: application/jose+json\r\ncontent-length: 99999\r\n\r\n")
    count = [IDLE, SLOW // 2, SLOW - SLOW // 2]
    said = [text for text, many in zip(begun, count, strict=True) for _ in range(many)]
    opened: list[socket.socket | None] = [None] * len(said)
    while not over.wait(1):
        for place, text in enumerate(said):
            opened[place] = _kept(opened[place], (host, int(port)), text)
    for one in opened:
        if one is not None:
            one.close()


def _kept(one: socket.socket | None, address: tuple[str, int], text: bytes) -> socket.socket | None:
    """Return the connection with one byte more on it, or a new one if it was cut off."""
    try:
        if one is None:
            one = socket.create_connection(address, timeout=5)
            one.sendall(text)
        elif text:
            one.sendall(b"x")
    except OSError:
        if one is not None:
            one.close()
        return None
    return one


def main() -> None:
    """Print a table."""
    figures = [int(text) for text in sys.argv[1:]]
    print("| what | messages | a second | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |")
    for one in runs(**dict(zip(("count", "threads"), figures, strict=False))):
        print(one.row(), flush=True)
    with server() as address:
        for one in runs_on_postgres(address):
            print(one.row(), flush=True)


if __name__ == "__main__":
    main()

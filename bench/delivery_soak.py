# SPDX-License-Identifier: EUPL-1.2
"""Hours of load with faults: is nothing lost, nothing twice, and does memory stay flat?

Two organisations, each an endpoint and a worker in processes of their own with one SQLite file, synced at every commit.
Of the requests five in a hundred fail, half of them after the partner has done what was asked; every minute one of the
processes is killed and started again. Then nothing new comes, and all must be handed over and answered.
``python -m bench.delivery_soak [MINUTES] [MESSAGES_A_SECOND]``
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from bench.delivery_http import RECEIVER, SENDER, Pair, now, pair, sealed
from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.asked import kept_answers
from kgbx.delivery.audit import ZERO, verify
from kgbx.delivery.gate import Gate
from kgbx.delivery.hops import by_token
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import Node
from kgbx.delivery.posting import Letter, keep_parts, lane_of, post
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.running import at_work
from kgbx.delivery.sending import Hooks, Sender
from kgbx.delivery.server import EndpointServer
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from kgbx.delivery.receiving import Message
    from kgbx.delivery.store import Transaction
    from kgbx.delivery.transport import Request, Response

FAULTS: Final = 0.05
CASES: Final = 50
KILLED_EVERY: Final = 60.0
LOOKED_EVERY: Final = 30.0
DRAINED_IN: Final = 3600.0
ROLES: Final = tuple((org, kind) for org in (SENDER, RECEIVER) for kind in ("endpoint", "worker"))


class Faulty:
    """A transport of which requests get lost, or answers."""

    def __init__(self, inner: HttpTransport) -> None:
        """Make one."""
        self._inner = inner

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        """Send it, or fail before or after.

        Raises:
            DeliveryError: X_CONNECT.
        """
        dice = random.random()  # noqa: S311  # faults, no secrets
        if dice < FAULTS / 2:
            raise DeliveryError("X_CONNECT", retryable=True)
        said = self._inner.send(url, request, deadline=deadline)
        if dice > 1 - FAULTS / 2:
            raise DeliveryError("X_CONNECT", retryable=True)
        return said


@dataclass(frozen=True)
class World:
    """Where everything is."""

    both: Pair
    folder: Path
    ports: dict[str, socket.socket]
    rate: float
    over: Event

    def path(self, org: str) -> Path:
        """Return the file of the store of an organisation."""
        return self.folder / f"{org[-4:]}.db"

    def node(self, org: str) -> Node:
        """Return an organisation, its store opened in this process."""
        who = self.both.sender if org == SENDER else self.both.receiver
        store = SqliteStore(self.path(org))
        return Node(identity=who, directory=self.both.directory, store=store, now=now, ids=uuid4, jitter=random.random)

    def main(self, org: str, kind: str) -> None:
        """Be one of the four processes, until it is killed."""
        node = self.node(org)
        if kind == "endpoint":
            known = by_token({one: sha256(one.encode()).digest() for one in (SENDER, RECEIVER)})
            endpoint = Endpoint(node, known, gate=Gate(most=64, most_of_one=64, rate=100_000))
            asyncio.run(EndpointServer(endpoint, context=None).serve(sockets=[self.ports[org]]))
            return
        urls = {one: f"http://127.0.0.1:{port.getsockname()[1]}" for one, port in self.ports.items()}
        headers = {"authorization": f"Bearer {org}"}
        plain = HttpTransport(client_context(authorities=None), headers=headers, plain_on_loopback=True)
        road = HttpRoad(node, Faulty(plain), endpoints=urls)
        sender = Sender(node, road, hooks=Hooks(answering=kept_answers(node)))
        with at_work([sender, Receiver(node, judge=EnvelopeJudge(node=node), handler=count)], idle=0.05) as team:
            while not team.wait(1 / self.rate):
                if org == SENDER and not self.over.is_set():
                    put(node, self.both)


def count(message: Message, tx: Transaction) -> None:
    """Count how often a message was handed over."""
    tx.set(f"got {message.id}", str(int(tx.setting(f"got {message.id}") or 0) + 1))


def put(node: Node, both: Pair) -> None:
    """Enqueue a message about one of the cases."""
    message = sealed(both)
    keep_parts(node.store.parts, message)
    with node.store.transaction() as tx:
        lane = lane_of(tx, peer=RECEIVER, about=str(random.randrange(CASES)), random=os.urandom)  # noqa: S311  # idem
        post(tx, Letter(sealed=message, peer=RECEIVER, lane=lane), now=now())


# --- looking


def asked(path: Path, words: str) -> list[Any]:
    """Return what a question to a store gives."""
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        return connection.execute(words).fetchall()


def resident(pid: int) -> tuple[int, int]:
    """Return the memory of a process in KiB, and how many files it has open."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return memory, len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Soak:
    """The four processes, and what is seen of them."""

    def __init__(self, world: World) -> None:
        """Start them."""
        self._world = world
        self._context = multiprocessing.get_context("fork")
        self._alive = {role: self._start(*role) for role in ROLES}
        self._began = time.monotonic()
        self.kills = 0

    def _start(self, org: str, kind: str) -> Any:  # noqa: ANN401  # a process of no public type
        process = self._context.Process(target=self._world.main, args=(org, kind), daemon=True)
        process.start()
        return process

    def live(self, seconds: float) -> None:
        """Go on for so long, and kill one now and then."""
        until, look, kill = (time.monotonic() + one for one in (seconds, LOOKED_EVERY, KILLED_EVERY))
        while time.monotonic() < until and (not self._world.over.is_set() or self.left() > 0):
            time.sleep(1)
            if time.monotonic() > kill:
                kill += KILLED_EVERY
                self._kill()
            if time.monotonic() > look:
                look += LOOKED_EVERY
                print(self.row(), flush=True)

    def _kill(self) -> None:
        role = ROLES[self.kills % len(ROLES)]
        self._alive[role].kill()
        self._alive[role].join()
        self._alive[role] = self._start(*role)
        self.kills += 1

    def left(self) -> int:
        """Return how many messages are not completed."""
        words = "SELECT count(*) FROM kgbx_outgoing WHERE state != 'completed'"
        return int(sum(asked(self._world.path(org), words)[0][0] for org in (SENDER, RECEIVER)))

    def row(self) -> str:
        """Return a line of the table."""
        sent = asked(self._world.path(SENDER), "SELECT count(*) FROM kgbx_outgoing WHERE kind = 'message'")[0][0]
        words = "SELECT min(made_at) FROM kgbx_outgoing WHERE state != 'completed'"
        oldest = asked(self._world.path(SENDER), words)[0][0]
        age = 0 if oldest is None else (now() - oldest) / 1000
        seen = [resident(one.pid) for one in self._alive.values()]
        memory = " ".join(f"{kib / 1024:.0f}" for kib, _ in seen)
        files = " ".join(str(number) for _, number in seen)
        at = time.monotonic() - self._began
        return f"| {at:.0f} | {sent} | {self.left()} | {age:.0f} | {memory} | {files} | {self.kills} |"

    def end(self) -> None:
        """End all."""
        for one in self._alive.values():
            one.kill()
            one.join()


def judged(world: World) -> str:
    """Return what is in both stores in the end, in words."""
    team, gi = (SqliteStore(world.path(org)) for org in (SENDER, RECEIVER))
    with closing(team), closing(gi), team.transaction() as tx, gi.transaction() as there:
        rows = asked(world.path(SENDER), "SELECT id, state FROM kgbx_outgoing WHERE kind = 'message'")
        got = [int(there.setting(f"got {one}") or 0) for one, _ in rows]
        whole = [chain(one) for one in (tx, there)]
    completed = sum(state == "completed" for _, state in rows)
    return (
        f"{len(rows)} messages, {completed} completed, {sum(one == 0 for one in got)} lost,"
        f" {sum(one > 1 for one in got)} handed over twice, audit chains whole: {all(whole)}"
    )


def chain(tx: Transaction) -> bool:
    """Tell whether the audit chain is whole."""
    after, last = 0, ZERO
    while rows := tx.audit_rows(after=after, limit=10_000):
        if verify(rows, last, first=after + 1) is not None:
            return False
        after, last = rows[-1].seq, rows[-1].hash
    return True


def main() -> None:
    """Print a line every half minute, and what is there in the end."""
    minutes, rate = (float(given) for given in (sys.argv[1:] + ["10", "10"][len(sys.argv) - 1 :]))
    print("| second | sent | not completed | oldest, s | MiB of each process | open files | kills |")
    print("| ---: | ---: | ---: | ---: | --- | --- | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        ports = {org: socket.create_server(("127.0.0.1", 0), backlog=512) for org in (SENDER, RECEIVER)}
        for port in ports.values():
            port.setblocking(False)  # noqa: FBT003
        world = World(pair(), Path(folder), ports, rate, multiprocessing.get_context("fork").Event())
        for org in ports:
            SqliteStore(world.path(org)).close()
        soak = Soak(world)
        soak.live(minutes * 60)
        world.over.set()
        soak.live(DRAINED_IN)
        print(soak.row())
        soak.end()
        print(judged(world))


if __name__ == "__main__":
    main()

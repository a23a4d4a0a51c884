# SPDX-License-Identifier: EUPL-1.2
"""The processes of the kill test: endpoints and workers of two organisations, each told where to die.

A process sends itself SIGKILL, or SIGSTOP, at the n-th visit of a failpoint. Time runs faster, so that leases pass.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.asked import kept_answers
from kgbx.delivery.hops import by_token
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import Node, moment
from kgbx.delivery.posting import Letter, keep_parts, lane_of, post
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import FAILPOINTS, Hooks, Sender
from kgbx.delivery.server import EndpointServer
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.transport import Request
from kgbx.envelope.seal import Sealed, seal
from kgbx.errors import DeliveryError
from tests.parties import AT, GI, TEAM, directory_of, party

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kgbx.delivery.receiving import Message
    from kgbx.delivery.store import Parts, Store, Transaction
    from kgbx.delivery.transport import Response

SPEED = 200
"""So fast that a lease passes in 0.6 seconds: longer than a busy machine keeps anybody waiting."""
BEGAN = time.time()
QUIET = 3.0
"""Seconds after which what waits is woken."""

MESSAGES = 6
IDLE = 0.01
IN_STORE = ("before_commit", "after_commit")
IN_APP = ("before_enqueue_commit", "after_enqueue_commit", "between")
ON_ROAD = ("mid_request",)
RECEIVING = (
    "after_claim_in",
    "after_offered",
    "before_handler",
    "after_handler",
    "before_handled_commit",
    "after_handled_commit",
)
SENDER = (*IN_APP, *FAILPOINTS, *ON_ROAD, "after_claim_in")
PLACES = {
    "team-worker": SENDER,
    "team-serve": IN_STORE,
    "gi-serve": IN_STORE,
    "gi-worker": (*RECEIVING, *FAILPOINTS, *ON_ROAD),
    "gi-worker-2": (*RECEIVING, *FAILPOINTS),
}
"""Where each process can die."""


def now() -> int:
    """Return the present moment of this run: it goes faster than that of the machine."""
    return int(AT.timestamp() * 1000 + (time.time() - BEGAN) * 1000 * SPEED)


@dataclass(frozen=True)
class Plan:
    """Where a process dies, at which visit, and whether it is only stopped for a while."""

    place: str
    visit: int
    stops: bool = False


class Doom:
    """Lets the process die at the n-th visit of a place."""

    def __init__(self, plan: Plan | None) -> None:
        self._plan = plan
        self._visits = 0

    def __call__(self, place: str) -> None:
        if self._plan is None or self._plan.place != place:
            return
        self._visits += 1
        if self._visits == self._plan.visit:
            os.kill(os.getpid(), signal.SIGSTOP if self._plan.stops else signal.SIGKILL)


class MortalStore:
    """A store in which a process can die just before and just after a commit."""

    def __init__(self, inner: Store, doom: Doom) -> None:
        self._inner = inner
        self._doom = doom

    @property
    def parts(self) -> Parts:
        return self._inner.parts

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._inner.transaction() as tx:
            yield tx
            self._doom("before_commit")
        self._doom("after_commit")

    def room(self) -> int:
        return self._inner.room()

    def close(self) -> None:
        self._inner.close()


class MortalTransport:
    """A transport in which a process can die in the middle of a request."""

    def __init__(self, inner: HttpTransport, doom: Doom) -> None:
        self._inner = inner
        self._doom = doom

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        body = request.body
        if not isinstance(body, bytes) or len(body) < 2:  # nothing to be in the middle of
            return self._inner.send(url, request, deadline=deadline)

        def halves() -> Iterator[bytes]:
            yield body[: len(body) // 2]
            self._doom("mid_request")
            yield body[len(body) // 2 :]

        headers = {**request.headers, "content-length": str(len(body))}
        halved = Request(method=request.method, path=request.path, headers=headers, body=halves)
        return self._inner.send(url, halved, deadline=deadline)


@dataclass(frozen=True)
class World:
    """One run: where everything is."""

    folder: Path
    ports: dict[str, socket.socket]
    careless: bool = False

    def node(self, org: str, doom: Doom) -> Node:
        store = SqliteStore(self.folder / f"{org[-4:]}.db")
        return Node(
            identity=party(org).identity,
            directory=directory_of(party(TEAM), party(GI)),
            store=MortalStore(store, doom),
            now=now,
            ids=uuid4,
            jitter=random.random,
        )

    def sender(self, node: Node, doom: Doom) -> Sender:
        urls = {org: f"http://127.0.0.1:{on.getsockname()[1]}" for org, on in self.ports.items()}
        plain = HttpTransport(
            client_context(authorities=None), headers={"authorization": f"Bearer {node.org}"}, plain_on_loopback=True
        )
        road = HttpRoad(node, MortalTransport(plain, doom), endpoints=urls)
        return Sender(node, road, hooks=Hooks(at=doom, answering=kept_answers(node)))

    def receiver(self, node: Node, doom: Doom) -> Receiver:
        return Receiver(node, judge=EnvelopeJudge(node=node), handler=handle, failpoint=doom)


def handle(message: Message, tx: Transaction) -> None:
    """Count how often a message was handed over, and in which order, in the transaction of the hand-over."""
    count = int(tx.setting(f"got {message.id}") or 0)
    tx.set(f"got {message.id}", str(count + 1))
    order = json.loads(tx.setting(f"order {message.lane}") or "[]")
    tx.set(f"order {message.lane}", json.dumps([*order, [message.number, list(message.missing)]]))


# --- the processes


def work(world: World, org: str, doom: Doom, done: Callable[[Node], bool]) -> None:
    """Send and receive until everything is done; the own messages are enqueued first."""
    node = world.node(org, doom)
    sender, receiver = world.sender(node, doom), world.receiver(node, doom)
    if org == TEAM:
        enqueue_all(node, doom, careless=world.careless)
    woken = time.time()
    while True:
        try:
            if done(node):
                return
            if time.time() > woken + QUIET:
                woken = time.time()
                wake(node)
                release(node, receiver)
            if not sender.run_once(limit=2) + receiver.run_once(limit=2):
                time.sleep(IDLE)
        except DeliveryError as error:  # a process that sleeps may hold the store for longer than others wait
            if not error.retryable:
                raise
            time.sleep(IDLE)


def wake(node: Node) -> None:
    """Do what an operator does with ``kgbx peer wake``: what failed often need not wait for hours."""
    with node.store.transaction() as tx:
        for row in tx.list_out(states=["waiting"]):
            tx.save_out(replace(row, due_at=min(row.due_at, now())), was=row)
        for peer in tx.peers():
            if peer.breaker == "open":
                tx.save_peer(replace(peer, open_until=now()))


def release(node: Node, receiver: Receiver) -> None:
    """Do what an operator does with ``kgbx inbox release``: three deaths may fall while one message is handed over."""
    with node.store.transaction() as tx:
        apart = [row for row in tx.list_in(states=["quarantined"]) if row.problem == "X_QUARANTINED"]
    for row in apart:
        with suppress(DeliveryError):  # the other worker was first
            receiver.release(row.peer, row.id, actor="test")


def enqueue_all(node: Node, doom: Doom, *, careless: bool) -> None:
    """Enqueue what the ledger of the application does not name yet, in one transaction with the ledger.

    Careless is the control: the ledger is written first, in a transaction of its own.
    """
    for number in range(MESSAGES):
        with node.store.transaction() as tx:
            there = tx.setting(f"ledger {number}")
        if there is None:
            enqueue_one(node, doom, number, careless=careless)


def enqueue_one(node: Node, doom: Doom, number: int, *, careless: bool) -> None:
    sealed = sealed_message(node, number)
    keep_parts(node.store.parts, sealed)
    if careless:
        with node.store.transaction() as tx:
            tx.set(f"ledger {number}", sealed.id)
        doom("between")
    with node.store.transaction() as tx:
        lane = lane_of(tx, peer=GI, about=str(number % 2), random=os.urandom)
        post(tx, Letter(sealed=sealed, peer=GI, lane=lane), now=now())
        tx.set(f"ledger {number}", sealed.id)
        doom("before_enqueue_commit")
    doom("after_enqueue_commit")


def sealed_message(node: Node, number: int) -> Sealed:
    at = moment(now())
    to = node.directory.document(GI, at)
    if to is None:
        raise LookupError
    kind = "https://kgbx.example/messages/test/1.0-draft"
    return seal(str(number).encode(), media_type="text/plain", message_type=kind, sender=node.identity, to=to, at=at)


def all_completed(node: Node) -> bool:
    """Tell whether all that stands in the outbox is completed; what should stand there the judge knows."""
    with node.store.transaction() as tx:
        rows = [tx.out(tx.setting(f"ledger {n}") or "") for n in range(MESSAGES)]
    return all(row is None or row.state == "completed" for row in rows)


def serve(world: World, org: str, doom: Doom) -> None:
    """Be an endpoint."""
    node = world.node(org, doom)
    tokens = {one: sha256(one.encode()).digest() for one in (TEAM, GI)}
    server = EndpointServer(Endpoint(node, by_token(tokens)), context=None)
    asyncio.run(server.serve(sockets=[world.ports[org]]))


def run_role(world: World, role: str, plan: Plan | None) -> None:
    doom, org = Doom(plan), TEAM if role.startswith("team") else GI
    if role.endswith("serve"):
        serve(world, org, doom)
    else:
        work(world, org, doom, all_completed if org == TEAM else lambda _node: False)

# SPDX-License-Identifier: EUPL-1.2
"""The post of the demonstration: real endpoints on this machine, each with a store of its own.

Rules: nothing is acted: a message goes over HTTP, its recipient signs for custody before opening it and for having it
processed after that, and the sender's store keeps both. Only the clock stands still, where the journey puts it.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Thread
from typing import TYPE_CHECKING
from uuid import uuid4

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import by_token
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import Node
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.server import EndpointServer
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import KgbxError
from kgbx.exchange.delivering import CaseHandler, post_case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from kgbx.case import FamilyCase
    from kgbx.cli.journey import Stage, Stop
    from kgbx.delivery.receiving import Message
    from kgbx.delivery.store import Transaction
    from kgbx.exchange import Composed, Own, Received


@dataclass
class _Shelf:
    """Holds the one file that a message is taken into, and keeps what became of it."""

    file: FamilyCase
    got: list[Received] = field(default_factory=list)

    def held(self, message: Message, tx: Transaction) -> FamilyCase:  # noqa: ARG002  # a shelf has this form
        return self.file

    def keep(self, message: Message, received: Received, *, tx: Transaction) -> None:  # noqa: ARG002
        self.got.append(received)


class Post:
    """Brings the messages of the journey: one endpoint of the sender, and one of each recipient in its turn."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        """Make the sender's side.

        Args:
            stage: The journey.
            folder: Where the stores come.
        """
        self._stage = stage
        self._folder = folder
        self._stack = ExitStack()
        self._tokens = {org: secrets.token_urlsafe() for org in stage.owns}
        self._urls: dict[str, str] = {}
        self._sender = self.node(stage.owns[stage.script.sender])

    def __enter__(self) -> Self:
        self._stack.enter_context(self._endpoint(self._sender))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._sender.store.close()

    def carry(self, stop: Stop) -> tuple[Composed, Received]:
        """Send the case to one stop, and let its answers come back.

        Args:
            stop: Where it goes.

        Raises:
            KgbxError: something that the demonstration does not expect.
        """
        own = self._stage.owns[stop.org]
        there = self.node(own)
        posted = post_case(
            self._sender,
            self._stage.case,
            own=self._stage.owns[self._sender.org],
            to=stop.org,
            purpose=stop.purpose,
        )
        shelf = _Shelf(self._stage.known_before(stop, posted.composed))
        with self._endpoint(there):
            self._bring(self._sender)
            handler = CaseHandler(node=there, own=own, purpose=stop.purpose, shelf=shelf)
            Receiver(there, judge=EnvelopeJudge(node=there), handler=handler).run_once()
            self._bring(there)
            Receiver(self._sender, judge=EnvelopeJudge(node=self._sender), handler=handler).run_once()
        there.store.close()
        if self.state(posted.row.id) != "completed":
            raise KgbxError("F_BUG")
        return posted.composed, shelf.got[0]

    def state(self, message_id: str) -> str:
        """Return the state of a message at its sender."""
        with self._sender.store.transaction() as tx:
            row = tx.out(message_id)
        return "" if row is None else row.state

    def node(self, own: Own) -> Node:
        """Return the node of an organisation; its clock stands still."""
        now = int(self._stage.at.timestamp() * 1000)
        return Node(
            identity=own.identity,
            directory=own.directory,
            store=SqliteStore(self._folder / f"post-{own.org[-4:]}.db"),
            now=lambda: now,
            ids=uuid4,
            jitter=lambda: 0.5,
        )

    def _bring(self, node: Node) -> None:
        headers = {"authorization": f"Bearer {self._tokens[node.org]}"}
        transport = HttpTransport(client_context(authorities=None), headers=headers, plain_on_loopback=True)
        try:
            Sender(node, HttpRoad(node, transport, endpoints=self._urls)).run_once()
        finally:
            transport.close()

    @contextmanager
    def _endpoint(self, node: Node) -> Iterator[None]:
        known = {org: sha256(token.encode()).digest() for org, token in self._tokens.items()}
        server = EndpointServer(Endpoint(node, by_token(known)), context=None)
        with socket.create_server(("127.0.0.1", 0)) as on:
            on.setblocking(False)  # noqa: FBT003  # the socket module has no name for it
            self._urls[node.org] = f"http://127.0.0.1:{on.getsockname()[1]}"
            thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[on])))
            thread.start()
            try:
                yield
            finally:
                server.should_exit = True
                thread.join()

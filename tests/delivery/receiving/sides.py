# SPDX-License-Identifier: EUPL-1.2
"""Two organisations with real keys and stores in memory: one that sends, one that receives."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import Node
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.records import Outgoing
from kgbx.delivery.states import LIFETIME
from kgbx.delivery.store.memory import MemoryStore
from kgbx.delivery.taking import Offer, Said, take, take_said
from kgbx.envelope.seal import seal
from kgbx.errors import EnvelopeError
from tests.parties import AT, GI, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.delivery.receiving import Message
    from kgbx.delivery.records import Incoming, Urgency
    from kgbx.delivery.store import Store, Transaction
    from kgbx.envelope.ports import KeyDirectory
    from kgbx.envelope.seal import Sealed

START = int(AT.timestamp()) * 1000
TYPE = "https://kgbx.example/messages/test/1.0-draft"


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: int = START

    def __call__(self) -> int:
        return self.now


class Ids:
    """Ids that are the same in every run."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311  # the same in every run

    def __call__(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)


@dataclass
class App:
    """What the application took in; it may be told to fail."""

    got: list[Message] = field(default_factory=list)
    fails: int = 0
    refuses: str | None = None
    poison: str | None = None

    def __call__(self, message: Message, tx: Transaction) -> None:
        tx.set(f"app {message.id}", "half done")
        if self.refuses is not None:
            raise EnvelopeError(self.refuses)
        if message.id == self.poison:
            raise ValueError("of an application")
        if self.fails:
            self.fails -= 1
            raise ValueError("of an application")
        self.got.append(message)


def node_of(org: str, clock: Clock, *, store: Store | None = None, directory: KeyDirectory | None = None) -> Node:
    """Return an organisation with real keys."""
    return Node(
        identity=party(org).identity,
        directory=directory or directory_of(party(TEAM), party(GI)),
        store=store or MemoryStore(),
        now=clock,
        ids=Ids(int(org[-4:])),
        jitter=lambda: 0.5,
    )


class Sides:
    """A sender (TEAM) and a receiver (GI), without a road between them: a test carries the bytes."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.team = node_of(TEAM, self.clock)
        self.gi = node_of(GI, self.clock)
        self.app = App()
        self.receiver = self.receiver_of(self.gi)

    def receiver_of(self, node: Node) -> Receiver:
        return Receiver(node, judge=EnvelopeJudge(node=node), handler=self.app)

    def gi_without_its_key(self) -> Node:
        """Return the receiver after it lost the key that messages were sealed to; its signing keys are there."""
        identity = party(GI).identity
        for kid in identity.encryption_kids:
            identity = identity.without_key(kid)
        new = identity.with_new_keys("enc", at=AT)
        return replace(self.gi, identity=new)

    def sealed(self, body: bytes = b"{}", *, sender: str = TEAM) -> Sealed:
        to = self.team.directory.document(GI, AT)
        if to is None:
            raise LookupError
        who = party(sender).identity.at(AT)
        return seal(body, media_type="application/json", message_type=TYPE, sender=who, to=to, at=AT)

    def offer(
        self, sealed: Sealed, *, lane: str | None = None, number: int | None = None, urgency: Urgency = "normal"
    ) -> None:
        """Bring a message to the receiver."""
        parts = []
        for part in sealed.parts:
            data = part.read()
            digest = sha256(data).digest()
            if not self.gi.store.parts.has(TEAM, digest):
                self.gi.store.parts.append(TEAM, digest, offset=0, size=len(data), data=data)
            parts.append(digest)
        offered = Offer(
            peer=TEAM,
            id=sealed.id,
            envelope=sealed.envelope,
            parts=tuple(parts),
            lane=lane,
            number=number,
            urgency=urgency,
        )
        take(self.gi, offered)

    def row(self, message_id: str) -> Incoming:
        with self.gi.store.transaction() as tx:
            found = tx.incoming(TEAM, message_id)
        if found is None:
            raise LookupError
        return found

    def answers(self) -> list[tuple[Outgoing, bytes]]:
        """Return what the receiver wants to say, with its bytes."""
        with self.gi.store.transaction() as tx:
            return [(row, tx.envelope_out(row.id)) for row in tx.list_out()]

    # --- back to the sender

    def sent(self, sealed: Sealed) -> None:
        """Write at the sender that a message was sent and accepted."""
        row = Outgoing(
            id=sealed.id,
            peer=GI,
            state="accepted",
            envelope=sha256(sealed.envelope).digest(),
            made_at=START,
            due_at=START,
            accepted_at=START,
            expires_at=START + LIFETIME,
        )
        with self.team.store.transaction() as tx:
            tx.add_out(row, sealed.envelope)
            tx.annotate(sealed.id, "manifest", data=sealed.jws)

    def bring(self, data: bytes, *, about: str, level: int) -> None:
        """Bring an answer to the sender."""
        take_said(self.team, Said(peer=GI, kind="receipt", message_id=about, level=level, data=data))

    def bring_all(self) -> None:
        for row, data in self.answers():
            self.bring(data, about=row.ref or "", level=row.level or 0)

    def hear(self, node: Node | None = None) -> int:
        """Let the sender work on what it was told."""
        return self.receiver_of(node or self.team).run_once()

    def state(self, message_id: str) -> str:
        with self.team.store.transaction() as tx:
            found = tx.out(message_id)
        return "" if found is None else found.state

    def put(self, message_id: str, **changes: object) -> None:
        """Write the row of a message at the sender as a test wants it."""
        with self.team.store.transaction() as tx:
            found = tx.out(message_id)
            if found is not None:
                tx.save_out(replace(found, **changes), was=found)  # type: ignore[arg-type]  # any member

    def alerts(self, node: Node | None = None) -> list[str]:
        with (node or self.gi).store.transaction() as tx:
            return [one.code for one in tx.alerts()]

# SPDX-License-Identifier: EUPL-1.2
"""The local team and one partner, with real keys, real stores and a road without a network, for tests of sharing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from kgbx.case import FamilyCase
from kgbx.consent.joins import Registers
from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import CustodyProved, Taken, UnknownKey
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import EPOCH, Node, moment
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.records import Receipt
from kgbx.delivery.sending import Hooks, Sender
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.taking import Offer, Said, take, take_said
from kgbx.directory import Directory, describe, make_document, verify_document
from kgbx.envelope.custody import Custody, read_statement
from kgbx.exchange.delivering import CaseHandler, post_case, withdraw_what_may_not_go
from kgbx.exchange.resealing import Resealing
from tests.delivery.receiving.sides import Clock, Ids

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.cli.journey import Stage
    from kgbx.delivery.receiving import Message
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Parts, Transaction
    from kgbx.envelope.identity import Identity
    from kgbx.exchange import Own, Received

EMPTY = FamilyCase(synthetic=True)


@dataclass
class Shelf:
    """Keeps cases in memory."""

    cases: dict[str, FamilyCase] = field(default_factory=dict)

    def held(self, message: Message, tx: Transaction) -> FamilyCase:  # noqa: ARG002  # not in the database
        return self.cases.get(message.lane or message.id, EMPTY)

    def keep(self, message: Message, received: Received, *, tx: Transaction) -> None:  # noqa: ARG002
        self.cases[message.lane or message.id] = received.case


@dataclass
class Straight:
    """A road without a network: what is brought to it is taken at once."""

    there: Node
    back: Node
    forgets_key: bool = False
    offered: list[str] = field(default_factory=list)

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        self.offered.append(row.id)
        if row.kind != "message":
            said = Said(
                peer=self.back.org, kind="receipt", message_id=row.ref or "", level=row.level or 0, data=envelope
            )
            take_said(self.there, said)
            return Attempt(event=Taken())
        if self.forgets_key:
            self.forgets_key = False
            return Attempt(event=UnknownKey(), receipt=self._said(row, b"", "unknown-key"))
        for part in row.parts:
            data = b"".join(parts.read("out", part))
            self.there.store.parts.append(self.back.org, part, offset=0, size=len(data), data=data)
        offer = Offer(
            peer=self.back.org,
            id=row.id,
            envelope=envelope,
            parts=row.parts,
            lane=row.lane,
            number=row.number,
            urgency=row.urgency,
        )
        given = take(self.there, offer).statement
        held = read_statement(given)
        epoch = held.epoch if isinstance(held, Custody) else None
        return Attempt(event=CustodyProved(), receipt=self._said(row, given, "custody"), epoch=epoch)

    def _said(self, row: Outgoing, data: bytes, outcome: str) -> Receipt:
        return Receipt(direction="in", peer=row.peer, message_id=row.id, level=1, outcome=outcome, at=0, data=data)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:  # noqa: ARG002  # nothing to ask
        return None


class World:
    """The local team and one partner of the journey, with SQLite."""

    def __init__(self, folder: Path, stage: Stage) -> None:
        self.folder = folder
        self.stage = replace(stage, owns=dict(stage.owns))
        self.stop = next(one for one in self.stage.script.stops if one.function == "gi")
        self.clock = Clock(int(self.stage.at.timestamp()) * 1000)
        self.team = self.node(self.stage.script.sender, folder / "team.db")
        self.gi = self.node(self.stop.org, folder / "gi.db")
        self.shelf = Shelf()
        self.own = self.stage.owns[self.stage.script.sender]
        self.file: FamilyCase = self.stage.case
        self.road = Straight(there=self.gi, back=self.team)
        self.logged: list[str] = []
        self.resealing = Resealing(
            self.team, own=lambda _case: self.own, files=self, beside=lambda one: self.logged.append(one.sealed.id)
        )

    def node(self, org: str, path: Path) -> Node:
        own = self.stage.owns[org]
        return Node(
            identity=own.identity,
            directory=own.directory,
            store=SqliteStore(path),
            now=self.clock,
            ids=Ids(int(org[-4:])),
            jitter=lambda: 0.5,
        )

    def lose(self) -> None:
        """Let the partner put back a backup in which nothing is, as ``kgbx store restored`` does."""
        gi = self.node(self.stop.org, self.folder / "backup.db")
        with gi.store.transaction() as tx:
            tx.set(EPOCH, "00000000-0000-4000-8000-00000000e002")
        self.gi = self.road.there = gi

    def rotate(self) -> None:
        """Let the partner forget the key that messages were sealed to, and publish another."""
        identity = cast("Identity", self.gi.identity)
        for kid in identity.encryption_kids:
            identity = identity.without_key(kid)
        at = moment(self.clock.now)
        identity = identity.with_new_keys("enc", at=at)
        signed = make_document(describe(identity, name="GI", seq=9, at=at), root=identity.root)
        new = verify_document(signed, org=identity.org, root=identity.root.signing_kids)
        old = self.team.directory.document(self.team.org, at)
        directory = Directory([new] if old is None else [old, new])
        self.own = replace(self.own, directory=directory)
        self.team = replace(self.team, directory=directory)
        self.gi = self.road.there = replace(self.gi, identity=identity, directory=directory)
        self.road.back = self.team
        held = self.stage.owns[self.gi.org]
        self.stage.owns[self.gi.org] = replace(held, identity=identity, directory=directory)
        self.resealing._node = self.team

    def strict(self) -> Own:
        """Return the team after every consent was withdrawn."""
        nothing = replace(self.own.basis, registers=Registers(format="kgbx-registers/1"))
        return replace(self.own, basis=nothing)

    def withdraw(self) -> tuple[str, ...]:
        """Take back what may not go after every consent was withdrawn."""
        return withdraw_what_may_not_go(self.team, self.file, own=self.strict(), actor="ann")

    def case(self, case_id: str) -> FamilyCase | None:
        return self.file if case_id == self.file.id else None

    def post(self, purpose: str | None = None) -> str:
        return post_case(
            self.team, self.file, own=self.own, to=self.stop.org, purpose=purpose or self.stop.purpose
        ).row.id

    def run(self) -> None:
        """Let both sides do all that is due."""
        hooks = Hooks(replacing=self.resealing.replacing)
        Sender(self.team, self.resealing.road(self.road), hooks=hooks).run_once()
        handler = CaseHandler(
            node=self.gi, own=self.stage.owns[self.stop.org], purpose=self.stop.purpose, shelf=self.shelf
        )
        Receiver(self.gi, judge=EnvelopeJudge(node=self.gi), handler=handler).run_once()
        Sender(self.gi, Straight(there=self.team, back=self.gi)).run_once()
        Receiver(self.team, judge=EnvelopeJudge(node=self.team), handler=handler).run_once()

    def state(self, message_id: str) -> str:
        with self.team.store.transaction() as tx:
            row = tx.out(message_id)
        return "" if row is None else row.state

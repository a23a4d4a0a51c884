# SPDX-License-Identifier: EUPL-1.2
"""An organisation of the simulator: a store, a process that may die, a clock that may be wrong, an application.

Rules: the engines are the real ones; what the application did stands in the same store, so that a crash undoes both or
neither; whatever the process held in memory is gone when its generation is.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.node import EPOCH, Node
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.sending import RESTORED, Hooks, Sender
from kgbx.delivery.sim.disk import CrashError, FaultyStore
from kgbx.delivery.sim.seals import CheapJudge, CheapKeys, Sealed, seal, sealed_again, stamp
from kgbx.delivery.states import LEASE, LIFETIME
from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.receiving import Message
    from kgbx.delivery.records import Outgoing, Urgency
    from kgbx.delivery.sending import Road
    from kgbx.delivery.sim.chance import Chance
    from kgbx.delivery.store import Transaction
    from kgbx.delivery.store.memory_tables import Tables
    from kgbx.envelope.ports import KeyDirectory

BEGIN: Final = 1_800_000_000_000
"""When a simulation begins, Unix milliseconds."""

URGENCIES: Final[tuple[Urgency, ...]] = ("acute", "urgent", "normal")


_MAY_SLEEP: Final = frozenset({"after_claim_in", "after_offered"})
"""Failpoints of the receiver outside any transaction."""


class BrokenError(BaseException):
    """An invariant does not hold; no application can catch it."""


@dataclass(slots=True)
class Odds:
    """How often a process or a disk fails while there are faults; drawn once for each seed.

    Attributes:
        dies: At a failpoint or commit.
        refused: A commit.
        sleeps: A worker that hands over, past its lease, while another one takes over.
        durable: Whether a commit waits for the disk.
    """

    dies: float = 0.0
    refused: float = 0.0
    sleeps: float = 0.0
    durable: bool = True


@dataclass(slots=True)
class Life:
    """What is known of an organisation from outside.

    Attributes:
        down_until: Until when its process is gone, None while it runs.
        generation: Of the process; what an earlier one began is gone.
        offset: How wrong its clock is, milliseconds.
        restored_at: When its store was last put back from a backup, -1 for never.
        next_tick: When it looks again at what is due.
        idle: How often in a row there was nothing to do.
        hopeful: Messages that nothing stood in the way of when the faults ended.
        promised: Messages of which the transaction that enqueued them ended well, with when.
    """

    down_until: int | None = None
    generation: int = 0
    offset: int = 0
    restored_at: int = -1
    next_tick: int = 0
    idle: int = 0
    hopeful: frozenset[str] = frozenset()
    promised: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A message that somebody wants to send.

    Attributes:
        peer: To whom.
        flavour: What its receiver will think of it.
        parts: How many parts it has.
        lane: Its lane.
        urgency: Its urgency.
        lifetime: How long it is of use, milliseconds.
    """

    peer: str
    flavour: str = "good"
    parts: int = 0
    lane: str | None = None
    urgency: Urgency = "normal"
    lifetime: int = LIFETIME


class Place:
    """One organisation."""

    def __init__(self, org: str, *, chance: Chance, time: Callable[[], int], odds: Odds) -> None:
        """Make one.

        Args:
            org: Its URN.
            chance: What its seed decides.
            time: The right time, Unix milliseconds.
            odds: How often it fails; changed from outside when the faults stop.
        """
        self.org = org
        self.life = Life()
        self.odds = odds
        self.keys = CheapKeys(org)
        self._chance = chance
        self._time = time
        self.store = FaultyStore(self._fate, durable=odds.durable)
        self._asleep = False
        self.backups: list[tuple[int, Tables]] = []
        self.key_of: Callable[[str], str] = lambda peer: f"{peer}#1"

    def start(self, road: Road) -> None:
        """Make its engines: this is what a restart does too."""
        self.node = Node(
            identity=self.keys.as_keyholder(),
            directory=cast("KeyDirectory", None),
            store=self.store,
            now=self.now,
            ids=self._chance.uuid,
            jitter=self._chance.fraction,
        )
        hooks = Hooks(replacing=self._replacing, cancelling=self._cancelling, at=self._at)
        self.sender = Sender(self.node, road, hooks=hooks)
        judge = CheapJudge(self.keys, self.now)
        self.receiver = Receiver(self.node, judge=judge, handler=self._handle, failpoint=self._at)

    def now(self) -> int:
        """Return the time by its own clock."""
        return self._time() + self.life.offset

    @property
    def up(self) -> bool:
        """Whether its process runs."""
        return self.life.down_until is None

    # --- what fails

    def _at(self, name: str) -> None:
        if self._chance.happens(self.odds.dies):
            raise CrashError
        if name in _MAY_SLEEP and not self._asleep and self._chance.happens(self.odds.sleeps):
            self._sleep()

    def _sleep(self) -> None:
        """Let another worker work after the lease of this one has passed; then this one goes on."""
        self._asleep = True
        self.life.offset += 2 * LEASE
        try:
            self.receiver.run_once(limit=3)
        finally:
            self.life.offset -= 2 * LEASE
            self._asleep = False

    def _fate(self) -> str:
        if self._chance.happens(self.odds.refused):
            return "refused"
        if self._chance.happens(self.odds.dies):
            return self._chance.pick(("dies before", "dies after"))
        return "" if self.odds.durable or not self._chance.happens(0.2) else "written out"

    def die(self, *, down_until: int) -> None:
        """Let the process die: what was not on the disk is lost, and all that it was doing."""
        self.store.crash()
        self.life.generation += 1
        self.life.down_until = down_until

    def restore(self, backup: Tables) -> None:
        """Put a backup back, as the operator's command does: another epoch, and partners are asked first."""
        self.store.restore(backup)
        calm, self.odds = self.odds, Odds(durable=self.odds.durable)
        with self.store.transaction() as tx:
            tx.set(EPOCH, str(self._chance.uuid()))
            tx.set(RESTORED, str(self.now()))
        self.odds = calm
        self.life.restored_at = self._time()
        self.life.generation += 1

    # --- what it sends

    def send(self, wish: Wish) -> str:
        """Enqueue a message, in a transaction of the application, and return its id."""
        message_id = str(self._chance.uuid())
        content = Sealed(message_id, self.org, wish.peer, self.key_of(wish.peer), wish.flavour)
        draft = Draft(
            id=message_id,
            peer=wish.peer,
            envelope=seal(content),
            parts=tuple(self._part() for _ in range(wish.parts)),
            lane=wish.lane,
            urgency=wish.urgency,
            lifetime=wish.lifetime,
        )
        with self.store.transaction() as tx:
            enqueue(tx, draft, now=self.now())
        self.life.promised[message_id] = self._time()
        return message_id

    def _part(self) -> bytes:
        """Keep a part and return its digest."""
        data = self._chance.uuid().bytes * self._chance.between(1, 40)
        digest = sha256(data).digest()
        self.store.parts.append("out", digest, offset=0, size=len(data), data=data)
        return digest

    def _replacing(self, tx: Transaction, row: Outgoing) -> str | None:
        """Put the same content, sealed to the partner's new key, in the place of a message."""
        if row.kind != "message":
            return None
        message_id = str(self._chance.uuid())
        envelope = sealed_again(tx.envelope_out(row.id), message_id=message_id, key=self.key_of(row.peer))
        draft = Draft(
            id=message_id,
            peer=row.peer,
            envelope=envelope,
            parts=row.parts,
            lane=row.lane,
            number=row.number,
            urgency=row.urgency,
            ref=row.id,
        )
        enqueue(tx, draft, now=self.now())
        return message_id

    def _cancelling(self, tx: Transaction, row: Outgoing) -> None:
        word = stamp("cancellation", row.id, self.org, row.peer)
        draft = Draft(id=str(self._chance.uuid()), peer=row.peer, kind="cancellation", envelope=word, ref=row.id)
        enqueue(tx, draft, now=self.now())

    # --- the application

    def _handle(self, message: Message, tx: Transaction) -> None:
        """Take a message in, once: what it did stands in the same transaction."""
        content = cast("Sealed", message.opened)
        if content.flavour == "against policy":
            raise EnvelopeError("E_POLICY")
        if content.flavour == "poison":
            raise ArithmeticError
        name = f"handed {message.peer} {message.id}"
        if tx.setting(name) is not None:
            raise BrokenError(f"I2: {message.id} was handed over twice")
        tx.set(name, str(message.number or 0))
        if message.lane is not None:
            name = f"lane {message.peer} {message.lane}"
            said = f"{message.number}:{','.join(map(str, message.missing))}"
            tx.set(name, f"{tx.setting(name) or ''} {said}".strip())

# SPDX-License-Identifier: EUPL-1.2
"""A sender with a store in memory, a clock that is moved by hand and a road that answers as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kgbx.delivery.applying import Attempt
from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.events import CustodyProved, UnknownKey
from kgbx.delivery.records import Receipt
from kgbx.delivery.sending import Hooks, Sender
from kgbx.delivery.store.memory import MemoryStore
from kgbx.errors import DeliveryError
from tests.delivery.core.rows import NOW, PEER

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Parts

EPOCH = "00000000-0000-4000-8000-00000000e001"
Answer = Attempt | str | None


class DeadError(Exception):
    """The process ends here."""


@dataclass
class Ticking:
    """Store, clock, ids and chance: :class:`kgbx.delivery.sending.Means`."""

    store: MemoryStore = field(default_factory=MemoryStore)
    at: int = NOW
    counted: int = 0

    @property
    def now(self) -> Callable[[], int]:
        return lambda: self.at

    @property
    def ids(self) -> Callable[[], UUID]:
        return self._next_id

    @property
    def jitter(self) -> Callable[[], float]:
        return lambda: 0.5

    def _next_id(self) -> UUID:
        self.counted += 1
        return UUID(int=self.counted, version=4)


@dataclass
class ScriptedRoad:
    """Answers what it is told, one after the other; text is the code of a road that fails."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Answer] = field(default_factory=list)
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:  # noqa: ARG002
        self.seen.append((row.id, row.state, envelope))
        return self._answer(self.answers, row) or Attempt(event=CustodyProved(), receipt=statement(row), epoch=EPOCH)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:
        self.seen.append((row.id, "asked", envelope))
        return self._answer(self.asked, row)

    def _answer(self, answers: list[Answer], row: Outgoing) -> Attempt | None:
        answer = answers.pop(0) if answers else None
        if isinstance(answer, str):
            raise DeliveryError(answer, retryable=True)
        if answer is not None and answer.receipt is None and type(answer.event) in {CustodyProved, UnknownKey}:
            outcome = "custody" if isinstance(answer.event, CustodyProved) else "unknown-key"
            return replace(answer, receipt=statement(row, outcome))
        return answer


def statement(row: Outgoing, outcome: str = "custody", **changes: Any) -> Receipt:  # noqa: ANN401  # members
    """Return the stored statement of a partner about a row."""
    members: dict[str, Any] = {"peer": row.peer, "message_id": row.id, "level": 1, **changes}
    return Receipt(direction="in", outcome=outcome, at=NOW, data=b"signed", **members)


def good(epoch: str = EPOCH) -> Attempt:
    """Return an attempt that proves custody, in an epoch; the road adds the statement."""
    return Attempt(event=CustodyProved(), epoch=epoch)


def of(event: Event) -> Attempt:
    """Return an attempt with this outcome."""
    return Attempt(event=event)


@dataclass
class Desk:
    """Everything of one sender."""

    means: Ticking = field(default_factory=Ticking)
    road: ScriptedRoad = field(default_factory=ScriptedRoad)
    hooks: Hooks = field(default_factory=Hooks)

    @property
    def sender(self) -> Sender:
        """A sender as a new process makes it."""
        return Sender(self.means, self.road, hooks=self.hooks)

    def put(self, number: int = 1, **changes: Any) -> str:  # noqa: ANN401  # members of the draft
        """Enqueue a message and return its id."""
        message_id = f"00000000-0000-4000-8000-{number:012}"
        draft = Draft(**{"id": message_id, "peer": PEER, "envelope": f"sealed {number}".encode(), **changes})
        with self.means.store.transaction() as tx:
            enqueue(tx, draft, now=self.means.at)
        return message_id

    def row(self, message_id: str) -> Outgoing:
        """Return a row."""
        return self.means.store.tables.outgoing[message_id]

    def pass_time(self, wait: int) -> None:
        """Let time pass."""
        self.means.at += wait

    def alerts(self) -> list[str]:
        """Return the codes of all alerts, in order."""
        return [one.code for one in self.means.store.tables.alerts.values()]

    def audited(self) -> list[str]:
        """Return the events of the audit chain."""
        return [one.event for one in self.means.store.tables.audit.values()]

    def receive(self, message_id: str, outcome: str) -> None:
        """Store an answer of level 2, as the receiving side does."""
        with self.means.store.transaction() as tx:
            tx.add_receipt(statement(self.row(message_id), outcome, level=2))

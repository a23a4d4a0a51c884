# SPDX-License-Identifier: EUPL-1.2
"""Workers on a PostgreSQL store that is disturbed: who enqueues, who claims and delivers, and what they saw.

Rules: the engine of the sender is the real one, on a road that always gives proof; like its driver, a worker begins
again when the store says that this may help. Nobody helps it.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgbx.delivery.applying import Attempt
from kgbx.delivery.enqueueing import Draft, enqueue
from kgbx.delivery.events import CustodyProved
from kgbx.delivery.node import Node
from kgbx.delivery.sending import Sender
from kgbx.delivery.states import SECOND
from kgbx.delivery.store.moving import first_bad_link
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import LANE, OTHER, PEER, envelope, uuid
from tests.delivery.core.desk import EPOCH, statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Parts, Transaction

PATIENCE: Final = 60.0
PAUSE: Final = 0.01
WORKERS: Final = 2
NOBODY: Final[Any] = None
"""The engine of the sender needs no keys: the road verifies."""


@dataclass
class Road:
    """Partners who give proof of everything, and remember what was offered."""

    offered: list[tuple[str, bytes]] = field(default_factory=list)

    def attempt(self, row: Outgoing, envelope: bytes, parts: Parts) -> Attempt:  # noqa: ARG002  # as every road
        self.offered.append((row.id, envelope))
        return Attempt(event=CustodyProved(), receipt=statement(row), epoch=EPOCH)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:  # noqa: ARG002  # as every road
        return None


@dataclass
class Load:
    """What happens while a server is disturbed.

    Attributes:
        address: Of the database.
        rows: How many messages there are.
        failures: Codes of what the store said, for each time that it could not.
        errors: What a worker may not meet.
        stopped: Set when everything is delivered, or a worker met such a thing.
        road: What partners were offered.
        heads: By number of a message, the last link that was there when the store said that it was committed.
        calm: Set when the last disturbance is over: half of the messages are enqueued only then.
    """

    address: str
    rows: int
    failures: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    calm: threading.Event = field(default_factory=threading.Event)
    road: Road = field(default_factory=Road)
    heads: dict[int, bytes] = field(default_factory=dict)
    _clock: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def run(self, disturb: Callable[[Load], None]) -> None:
        """Work until everything is delivered, disturbed meanwhile; raise what a worker may not meet."""
        stores = [PostgresStore(self.address, connections=3, patience=PATIENCE) for _ in range(WORKERS)]
        jobs = [self._enqueue, *[self._deliver] * WORKERS]
        threads = [
            threading.Thread(target=self._go_on, args=(job, store))
            for store in stores
            for job in jobs[store is stores[1] :]
        ]
        for thread in threads:
            thread.start()
        try:
            disturb(self)
            self.calm.set()
            self.until(self.stopped.is_set)
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(PATIENCE)
            for store in stores:
                store.close()
        assert not self.errors

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something, at most so long."""
        deadline = threading.Event()
        for _ in range(int(PATIENCE / PAUSE)):
            if condition() or self.errors:
                return
            deadline.wait(PAUSE)
        raise TimeoutError

    def _go_on(self, job: Callable[[PostgresStore], bool], store: PostgresStore) -> None:
        """Do a job until it is done, whatever the store says; what is not a failure of the store is an error."""
        try:
            while not self.stopped.is_set() and not self._tried(job, store):
                pass
        except BaseException as error:  # noqa: BLE001  # told in the thread of the test
            self.errors.append(error)
            self.stopped.set()

    def _tried(self, job: Callable[[PostgresStore], bool], store: PostgresStore) -> bool:
        try:
            return job(store)
        except DeliveryError as error:
            if error.code != "X_STORE" or not error.retryable:
                raise
            self.failures.append(error.code)
        self.stopped.wait(PAUSE)
        return False

    # --- jobs

    def _enqueue(self, store: PostgresStore) -> bool:
        for number in range(self.rows):
            if number >= self.rows // 2 and not self.calm.wait(PAUSE):
                return self.stopped.is_set()
            if number not in self.heads:
                self.heads[number] = self._enqueued(store, number)
        return True

    def _enqueued(self, store: PostgresStore, number: int) -> bytes:
        """Enqueue one, unless an attempt that seemed to fail did; return the last link that is there with it."""
        with store.transaction() as tx:
            if tx.out(uuid(number)) is None:
                self._add(tx, number)
            return tx.audit_head()

    def _add(self, tx: Transaction, number: int) -> None:
        peer = (PEER, OTHER)[number % 2]
        enqueue(
            tx, Draft(id=uuid(number), peer=peer, envelope=envelope(number), lane=f"{LANE}{number % 8}"), now=self.now()
        )

    def _deliver(self, store: PostgresStore) -> bool:
        means = Node(identity=NOBODY, directory=NOBODY, store=store, now=self.now, ids=uuid4, jitter=lambda: 0.5)
        if not Sender(means, self.road).run_once(limit=2):
            self.stopped.wait(PAUSE)
            self._look_whether_done(store)
        return False

    def now(self) -> int:
        """Return a moment a second later than the last one: time goes by as work is done."""
        return next(self._clock) * SECOND

    def _look_whether_done(self, store: PostgresStore) -> None:
        with store.transaction() as tx:
            if len(tx.list_out(states=["accepted"], limit=self.rows + 1)) == self.rows:
                self.stopped.set()


def require_all(load: Load) -> None:
    """Fail unless what was committed stayed, and each message was accepted once, with its receipt and its bytes."""
    every = range(load.rows)
    wanted = Counter((event, uuid(number)) for number in every for event in ("queued", "accepted"))
    with contextlib.closing(PostgresStore(load.address)) as store, store.transaction() as tx:
        rows = tx.audit_rows(limit=9999)
        links = Counter((row.event, row.message_id) for row in rows)
        assert set(load.heads.values()) <= {row.hash for row in rows}  # what was committed stayed so
        assert {link: count for link, count in links.items() if link in wanted} == wanted
        assert first_bad_link(tx) is None
        kept = [tx.receipt("in", (PEER, OTHER)[number % 2], message_id=uuid(number), level=1) for number in every]
    assert None not in kept
    assert set(load.road.offered) == {(uuid(number), envelope(number)) for number in every}

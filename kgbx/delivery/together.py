# SPDX-License-Identifier: EUPL-1.2
"""Taking custody of several messages in one transaction: who comes while one is being written waits for the next.

Rules:
    - nobody is answered before the transaction that holds its message is durable;
    - one that cannot be kept spoils it for nobody: the others are then taken one by one;
    - nobody waits for somebody who may not come: whoever is there when it begins is in it.

A commit that reaches the disk costs as much for one message as for twenty.

Source: delivery design, "Tests and figures" (messages per second).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from kgbx.delivery.taking import answered, looked_at, settled_within, take
from kgbx.errors import DeliveryError, KgbxError

if TYPE_CHECKING:
    from kgbx.delivery.node import Node
    from kgbx.delivery.taking import Answer, Offer, Wanted

MOST: Final = 64
"""Messages in one transaction."""


@dataclass(slots=True, eq=False)
class _Job:
    wanted: Wanted
    answer: Answer | None = None
    error: KgbxError | None = field(default=None)
    done: bool = False


class Together:
    """Takes messages for one node. Called from several threads; each call returns when its own message is settled."""

    def __init__(self, node: Node) -> None:
        """Make one."""
        self._node = node
        self._waiting: list[_Job] = []
        self._list = Lock()
        self._turn = Lock()

    def take(self, offer: Offer) -> Answer:
        """Take custody of a message, or say why not.

        Raises:
            EnvelopeError: the envelope has not the form of one.
            DeliveryError: X_STORE, X_DISK.
            UsageError: U_NO_KEYS, none of our keys may sign now.
        """
        job = _Job(looked_at(self._node, offer))
        with self._list:
            self._waiting.append(job)
        with self._turn:
            if not job.done:
                self._work(self._next(job))
        if job.error is not None:
            raise job.error
        return answered(self._node, job.wanted, answer=job.answer)

    def _next(self, job: _Job) -> list[_Job]:
        """Return who is in the next transaction: this one, and the first of the others."""
        with self._list:
            self._waiting.remove(job)
            batch, self._waiting = [job, *self._waiting[: MOST - 1]], self._waiting[MOST - 1 :]
        return batch

    def _work(self, batch: list[_Job]) -> None:
        problem: KgbxError = DeliveryError("X_STORE", retryable=True)
        settled = False
        try:
            self._all(batch)
            settled = True
        except KgbxError as error:
            problem = error
        finally:
            for job in batch:
                job.error, job.done = (None if settled else problem), True
        if not settled and problem.code == "X_ID_USED":
            self._one_by_one(batch)

    def _all(self, batch: list[_Job]) -> None:
        with self._node.store.transaction() as tx:
            for job in batch:
                job.answer = settled_within(tx, self._node, wanted=job.wanted)

    def _one_by_one(self, batch: list[_Job]) -> None:
        for job in batch:
            try:
                job.answer, job.error = take(self._node, job.wanted.offer), None
            except KgbxError as error:
                job.answer, job.error = None, error

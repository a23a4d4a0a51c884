# SPDX-License-Identifier: EUPL-1.2
"""The same task for very many things, on all cores, with the results in order.

Rules:
    - results come in the order of the things; only a window of them is kept, so that memory stays bounded;
    - Ctrl-C is for this process alone: it stops the others, and none is left; when this process is killed, the others
      see their link end and leave;
    - a worker that ends before it is done is an error, never a missing result;
    - a worker says nothing: what Python would print of an error there could hold a value.
It must not know what the task is. One process suffices for a crew of one: the task is then done here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from kgbx.errors import KgbxError
from kgbx.limits import MAX_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")
R = TypeVar("R")

_CHUNK: Final = 16
"""Things handed over at once: enough to make the handing over cheap, few enough to keep all workers busy to the end."""

_CHUNKS_EACH: Final = 4
"""With few things, each worker gets its share in this many turns, so that a slow thing keeps no other idle."""

_WINDOW: Final = 64
"""Chunks that may be done or under way beyond the one whose results come next."""


def cores() -> int:
    """Return how many processors this process may use, at most as many as a crew may have workers."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, MAX_JOBS)


class _Worker:
    """A process, the link to it, and the number of the chunk that it has, None if it waits."""

    __slots__ = ("chunk", "link", "process")

    def __init__(self, task: Callable[[Any], Any]) -> None:
        context = get_context("spawn")  # a fork would copy locks and threads of whoever embeds kgbx
        self.link, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work_in_silence, args=(theirs, task), daemon=True)
        self.chunk: int | None = None
        with _interrupts_held():
            self.process.start()
        theirs.close()  # else its end would not be seen


class Crew(Generic[T, R]):
    """Workers for one task; a context manager, after which no worker is left."""

    def __init__(self, task: Callable[[T], R], *, size: int) -> None:
        """Make a crew; its processes start when they are needed.

        Args:
            task: A function that another process can import, or a partial of one.
            size: How many processes; 1 means this one.
        """
        self._task = task
        self._size = size
        self.workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.process.kill()
        for worker in self.workers:
            worker.process.join()
            worker.link.close()
        self.workers.clear()

    def results(self, things: Sequence[T]) -> Iterator[R]:
        """Yield the result for each thing, in order.

        Raises:
            KgbxError: F_WORKER, a worker ended before it was done.
        """
        if self._size == 1:
            yield from map(self._task, things)
            return
        while len(self.workers) < self._size:
            self.workers.append(_Worker(self._task))
        chunks = _chunks(things, size=self._size)
        waiting = deque(enumerate(chunks))
        done: dict[int, list[R]] = {}
        for number in range(len(chunks)):
            self._hand_out(waiting, before=number + _WINDOW)
            while number not in done:
                done.update(self._gather())
                self._hand_out(waiting, before=number + _WINDOW)
            yield from done.pop(number)

    def _hand_out(self, waiting: deque[tuple[int, tuple[T, ...]]], *, before: int) -> None:
        for worker in self.workers:
            if worker.chunk is None and waiting and waiting[0][0] < before:
                worker.chunk, chunk = waiting.popleft()
                _send(worker.link, chunk)

    def _gather(self) -> Iterator[tuple[int, list[R]]]:
        busy = {worker.link: worker for worker in self.workers if worker.chunk is not None}
        for link in wait(list(busy)):
            worker = busy[link]  # type: ignore[index]  # wait returns what it was given
            if worker.chunk is not None:
                yield worker.chunk, _receive(worker.link)
            worker.chunk = None


def _chunks(things: Sequence[T], *, size: int) -> list[tuple[T, ...]]:
    each = max(1, min(_CHUNK, len(things) // (size * _CHUNKS_EACH)))
    rest = iter(things)
    return list(iter(lambda: tuple(islice(rest, each)), ()))


def _send(link: Connection[Any, Any], chunk: tuple[Any, ...]) -> None:
    lost = False
    try:
        link.send(chunk)
    except OSError:
        lost = True
    if lost:
        raise KgbxError("F_WORKER")


def _receive(link: Connection[Any, Any]) -> list[Any]:
    found: list[Any] | None = None
    with suppress(EOFError, OSError):
        found = link.recv()
    if found is None:
        raise KgbxError("F_WORKER")
    return found


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start a process that never sees Ctrl-C: what is held when it starts stays held in it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its own start would end the hold
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work_in_silence(link: Connection[Any, Any], task: Callable[[Any], Any]) -> None:
    """Work; what Python prints when the task fails goes nowhere, also after this function was left."""
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # for the rest of this process
    work(link, task)


def work(link: Connection[Any, Any], task: Callable[[Any], Any]) -> None:
    """Do the task for each chunk that comes, until the link ends."""
    try:
        while True:
            link.send([task(thing) for thing in link.recv()])
    except (EOFError, ConnectionError):
        return

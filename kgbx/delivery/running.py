# SPDX-License-Identifier: EUPL-1.2
"""Thin drivers: engines that work until they are told to stop, each in a thread of its own.

Rules: an engine that finds nothing waits; one whose store fails, or that met what nobody foresaw, waits longer and goes
on: a mistake in one message must not stop all others; a failure that time does not mend stops all of them and is raised
where they were started.

Source: delivery design, "Parts".
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

from kgbx.delivery.handing import unforeseen
from kgbx.delivery.log import LOG
from kgbx.errors import DeliveryError, KgbxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

IDLE_SECONDS: Final = 0.5
"""How long an engine waits that found nothing to do."""

TROUBLE_SECONDS: Final = 5.0
"""How long an engine waits whose store failed."""


SOMETIMES_SECONDS: Final = 30.0
"""How often a mailbox at a partner is looked into."""


class Engine(Protocol):
    """What works on what is due: :class:`kgbx.delivery.sending.Sender`, :class:`kgbx.delivery.receiving.Receiver`."""

    def run_once(self) -> int:
        """Work on what is due, and return how much there was."""
        ...


class Sometimes:
    """An engine that asks somebody else: not all the time, and who does not answer is asked again later."""

    def __init__(
        self, engine: Engine, *, seconds: float = SOMETIMES_SECONDS, clock: Callable[[], float] = monotonic
    ) -> None:
        """Make one; the first time is at once."""
        self._engine = engine
        self._seconds = seconds
        self._clock = clock
        self._due = clock()

    def run_once(self) -> int:
        """Work on it when it is time, and return how much there was."""
        if self._clock() < self._due:
            return 0
        self._due = self._clock() + self._seconds
        try:
            return self._engine.run_once()
        except DeliveryError as error:
            LOG.warning("%s: asked again in %d s", error.code, self._seconds)
        return 0


class Team:
    """Engines at work."""

    def __init__(self, engines: Sequence[Engine], *, idle: float = IDLE_SECONDS) -> None:
        """Make one; nothing works yet."""
        self._threads = [Thread(target=self._work, args=(one,), name=f"kgbx-{n}") for n, one in enumerate(engines)]
        self._idle = idle
        self._stop = Event()
        self._failure: KgbxError | None = None

    def start(self) -> None:
        """Set all to work."""
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Tell all to stop after what they are doing; may be called from anywhere, and more than once."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until something makes all stop, and tell whether it did."""
        return self._stop.wait(seconds)

    def join(self) -> None:
        """Wait until all have stopped.

        Raises:
            KgbxError: what stopped them; F_BUG for what Python has told.
        """
        for one in self._threads:
            one.join()
        if self._failure is not None:
            raise self._failure

    def _work(self, engine: Engine) -> None:
        ended: KgbxError | None = KgbxError("F_BUG")  # unless something better is known
        try:
            while not self._stop.is_set():
                self._stop.wait(_pause(engine, self._idle))
            ended = None
        except KgbxError as error:
            ended = error
        finally:
            self._failure = self._failure or ended
            self._stop.set()


def _pause(engine: Engine, idle: float) -> float:
    try:
        found = unforeseen(engine.run_once)
        if found is not None:
            return 0.0 if found else idle
    except DeliveryError as error:
        if not error.retryable:
            raise
        LOG.warning("%s: tried again in %d s", error.code, TROUBLE_SECONDS)
    except UsageError as error:
        if error.code != "U_NO_KEYS":
            raise
        LOG.critical("U_NO_KEYS: nothing can be signed; renew the keys")
    return TROUBLE_SECONDS


@contextmanager
def at_work(engines: Sequence[Engine], *, idle: float = IDLE_SECONDS) -> Iterator[Team]:
    """Let engines work for the length of a block."""
    team = Team(engines, idle=idle)
    team.start()
    try:
        yield team
    finally:
        team.stop()
        team.join()

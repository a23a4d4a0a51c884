# SPDX-License-Identifier: EUPL-1.2
"""A psycopg connection that gives up a server which says nothing.

A server limits a statement itself, but not the end of a transaction that waits for a synchronous standby, and nothing
at all when it is frozen while its machine goes on answering.

Rules: what is given up is closed, never cancelled: a cancelled wait for a standby looks like a commit.

Source: delivery design, "Stores"; https://www.postgresql.org/docs/current/warm-standby.html (synchronous replication).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.delivery.store.postgres_driver import import_psycopg

if TYPE_CHECKING:
    from collections.abc import Generator

SILENCE_SECONDS: Final = 90.0
"""Longer than a statement may take."""

LOOK_SECONDS: Final = 0.1


def impatient(silence: float) -> Any:  # noqa: ANN401  # a class of a module that need not be installed
    """Return a class of connections that raise OperationalError after so many seconds without a word.

    They have a ``life``: :func:`kgbx.delivery.store.postgres_life.life_of`.

    Raises:
        DeliveryError: X_STORE_DRIVER, psycopg is not installed.
    """
    driver = import_psycopg()
    looks = int(silence / LOOK_SECONDS)

    def wait(self: Any, gen: Generator[Any, Any, Any], *_more: object, **_named: object) -> Any:  # noqa: ANN401  # idem
        looking = bounded(gen, looks, failure=driver.OperationalError)
        return driver.Connection.wait(self, looking, interval=LOOK_SECONDS)

    return type("Impatient", (driver.Connection,), {"wait": wait, "life": None})


def bounded(gen: Generator[Any, Any, Any], looks: int, *, failure: type[Exception]) -> Generator[Any, Any, Any]:
    """Pass on what a generator of psycopg asks and gets, and raise when nothing was there so often in a row."""
    nothing = 0
    try:
        wanted = next(gen)
        while nothing <= looks:
            ready = yield wanted
            nothing = 0 if ready else nothing + 1
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value
    raise failure

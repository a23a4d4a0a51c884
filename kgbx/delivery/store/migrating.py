# SPDX-License-Identifier: EUPL-1.2
"""Bringing the tables of a store to the version of this kgbx, and refusing those of a newer one.

Rules: numbered files of plain SQL for each kind of database, one version number for all; each is carried out once, all
of it or nothing, in the transaction of the caller; a store whose content moved away is refused too.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.store.driver import Driver

Backend = Literal["sqlite", "postgres"]

MOVED: Final = -1
"""In the place of a version: everything was moved to another store."""


@cache
def steps(backend: Backend) -> tuple[tuple[int, str], ...]:
    """Return number and SQL of each step, in order."""
    folder = files("kgbx.delivery.store").joinpath("migrations", backend)
    named = ((one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.name.endswith(".sql"))
    return tuple(sorted((int(name.split("_", 1)[0]), text) for name, text in named))


def newest(backend: Backend) -> int:
    """Return the version that this kgbx works with."""
    return steps(backend)[-1][0]


def require_version(version: int, backend: Backend) -> None:
    """Refuse a store of another version.

    Raises:
        DeliveryError: X_STORE_VERSION, it is of a newer kgbx; X_STORE_MOVED; X_STORE, it is of an older one, which
            opening it anew mends.
    """
    if version == MOVED:
        raise DeliveryError("X_STORE_MOVED")
    if version > newest(backend):
        raise DeliveryError("X_STORE_VERSION")
    if version < newest(backend):
        raise DeliveryError("X_STORE", retryable=True)


def migrate(driver: Driver, backend: Backend, *, there: bool, run: Callable[[str], None]) -> None:
    """Carry out the steps that this store has not had.

    Args:
        driver: In a transaction that keeps others out.
        backend: Kind of database.
        there: Whether there is a table ``kgbx_version``.
        run: Carries out all statements of a text.

    Raises:
        DeliveryError: X_STORE_VERSION, X_STORE_MOVED.
    """
    if not there:
        run("CREATE TABLE kgbx_version (version INTEGER NOT NULL)")
        driver.change("INSERT INTO kgbx_version (version) VALUES (0)")
    found = version_of(driver)
    if found == MOVED or found > newest(backend):
        require_version(found, backend)
    for number, text in steps(backend):
        if number > found:
            run(text)
            driver.change("UPDATE kgbx_version SET version = ?", (number,))


def version_of(driver: Driver) -> int:
    """Return the version of a store."""
    return int(driver.rows("SELECT version FROM kgbx_version")[0][0])

# SPDX-License-Identifier: EUPL-1.2
"""In which life of its server a store is, and what must be said when it finds itself in another one.

A standby that takes over, a server that is recovered to a moment and a dump that is read in elsewhere may lack what was
committed last, and nothing in the database tells. So whoever writes first in another life says that the store was put
back: partners offer again, and are asked before anything is sent again. That is said also when nothing was lost: nobody
here can prove that.

Source: delivery design, "Stores"; decision 0049; https://www.postgresql.org/docs/current/continuous-archiving.html
(timelines).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.log import LOG
from kgbx.delivery.store.restoring import restored_within
from kgbx.delivery.store.sql import SqlTransaction
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from kgbx.delivery.store.postgres_driver import PostgresDriver

LIFE: Final = """
SELECT (SELECT system_identifier FROM pg_control_system())::text
|| '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
|| '/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text
"""
"""Server, history (timeline) and database; the history of a server that takes over has another number."""

FRESH: Final = """
SELECT CAST(gen_random_uuid() AS text), CAST(GREATEST(
    extract(epoch FROM clock_timestamp()) * 1000, (SELECT max(made_at) FROM kgbx_outgoing)
) AS bigint)
"""
"""A fresh epoch, and a moment no earlier than anything that is here was made, whatever the clocks say."""


def life_of(driver: PostgresDriver) -> str | None:
    """Return in which life a server is that takes writes; None of one that does not tell.

    Args:
        driver: Of a connection in no transaction.

    Raises:
        DeliveryError: X_STORE, it does not answer.
    """
    try:
        return str(driver.rows(LIFE)[0][0])
    except DeliveryError as error:
        if error.retryable:
            raise
    LOG.warning("the database server does not tell its history: after a failover run 'kgbx store restored'")
    return None


def begin_life(driver: PostgresDriver, life: str) -> None:
    """Write in which life the store is, and that it was put back if that is another one than before.

    Args:
        driver: In a transaction.
        life: In which it is.
    """
    driver.hold_chain()
    was = driver.rows("SELECT life FROM kgbx_version FOR UPDATE")[0][0]
    if was == life:
        return
    driver.change("UPDATE kgbx_version SET life = ?", (life,))
    if was is None:
        return
    LOG.warning("the database goes on in another life: partners are asked what they have before anything is sent again")
    epoch, now = driver.rows(FRESH)[0]
    restored_within(SqlTransaction(driver), now=int(now), epoch=str(epoch), actor="kgbx")

# SPDX-License-Identifier: EUPL-1.2
"""While none of the own keys may sign: what came in waits, a person is told once, and then it goes on.

Source: delivery design, "Retry, breaker, alarms, order"; decision 0053.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgbx.delivery.arrival import PutOff, step
from kgbx.delivery.telling import tell_once

if TYPE_CHECKING:
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Incoming, InState
    from kgbx.delivery.store import Transaction

NO_KEYS: Final = "U_NO_KEYS"

_WAITS: Final[tuple[InState, ...]] = ("received", "verified", "quarantined")
_WOKEN: Final = 1000


def put_off(node: Node, row: Incoming, *, code: str = NO_KEYS) -> None:
    """Let go of a message until something can be signed or known: it is not counted; of keys a person is told once.

    Nothing is written if somebody else has the row by now.
    """
    now = node.now()
    with node.store.transaction() as tx:
        here = tx.incoming(row.peer, row.id)
        if here is None or here.lease_token != row.lease_token:
            return
        tx.save_in(step(here, PutOff(code=code), now=now)[0], was=here)
        if code == NO_KEYS:
            tell_no_keys(tx, now=now)


def wake(node: Node) -> None:
    """Have what waits for keys looked at at once: there are some."""
    with node.store.transaction() as tx:
        for row in tx.list_in(states=_WAITS, limit=_WOKEN):
            if row.problem == NO_KEYS and row.lease_token is None:
                tx.save_in(replace(row, due_at=node.now()), was=row)


def tell_no_keys(tx: Transaction, *, now: int) -> None:
    """Raise an alert that nothing can be signed, unless one stands or was raised a short while ago.

    Args:
        tx: Transaction on the store of the organisation.
        now: Present moment, Unix milliseconds.
    """
    tell_once(tx, NO_KEYS, now=now)

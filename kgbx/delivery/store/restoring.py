# SPDX-License-Identifier: EUPL-1.2
"""What must be said after a store was put back from a copy.

Rule: partners must be asked what they got before anything is sent again, and must know that custody they were given may
be gone: the store begins a new epoch.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.node import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from kgbx.delivery.store import Store, Transaction

RESTORED: Final = "restored"
"""Setting: when the store was put back. What was made before may have been sent already: its receipt is asked first."""


def restored(store: Store, *, now: int, ids: Callable[[], UUID], actor: str) -> str:
    """Say that the store was put back from a copy, and return its new epoch.

    Partners see the new epoch in the next custody statement and offer again what they gave since. What was made before
    now may have gone out already: its receipt is asked for before it is sent again.

    Args:
        store: The store as it was put back.
        now: Present moment, Unix milliseconds.
        ids: Gives a fresh UUID version 4.
        actor: Account of the operator.
    """
    epoch = str(ids())
    with store.transaction() as tx:
        restored_within(tx, now=now, epoch=epoch, actor=actor)
    return epoch


def restored_within(tx: Transaction, *, now: int, epoch: str, actor: str) -> None:
    """Do in a transaction what :func:`restored` does."""
    tx.set(EPOCH, epoch)
    tx.set(RESTORED, str(now))
    tx.audit(at=now, actor=actor, event="restored", about=(None, None), detail="")

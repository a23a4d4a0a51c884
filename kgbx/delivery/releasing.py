# SPDX-License-Identifier: EUPL-1.2
"""Letting go of what was set apart, when an operator says that its cause is gone.

Source: delivery design, "Outgoing states" (incoming).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.delivery.arrival import Released, step
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from kgbx.delivery.records import Incoming
    from kgbx.delivery.store import Transaction


def released(tx: Transaction, peer: str, *, message_id: str, actor: str, now: int) -> Incoming:
    """Have a message that was set apart tried again, and return its row.

    Args:
        tx: Transaction on the store of the organisation.
        peer: URN of the organisation that sent it.
        message_id: Its id.
        actor: Who asks for it, for the audit log.
        now: Present moment, Unix milliseconds.

    Raises:
        DeliveryError: X_UNKNOWN, there is no such message; X_STATE, it was not set apart, or somebody else has it.
    """
    row = tx.incoming(peer, message_id)
    if row is None:
        raise DeliveryError("X_UNKNOWN")
    changed, _ = step(row, Released(actor=actor), now=now)
    if not tx.save_in(changed, was=row):
        raise DeliveryError("X_STATE", retryable=True)
    tx.audit(at=now, actor=actor, event="in-released", about=(peer, message_id), detail="")
    return changed

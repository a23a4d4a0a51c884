# SPDX-License-Identifier: EUPL-1.2
"""Alerts about the own side: one for all that it concerns, not one for each.

Source: delivery design, "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.log import LOG
from kgbx.delivery.records import Alert
from kgbx.delivery.states import HOUR

if TYPE_CHECKING:
    from kgbx.delivery.store import Transaction

AGAIN: Final = 4 * HOUR
"""How long after somebody was told the next alarm comes, when that one was called seen and nothing has changed."""

_LOOKED_AT: Final = 100


def tell_once(tx: Transaction, code: str, *, now: int) -> bool:
    """Raise an alert about the own side, unless one stands or was raised a short while ago; tell whether it was raised.

    Args:
        tx: Transaction on the store of the organisation.
        code: What is the matter.
        now: Present moment, Unix milliseconds.
    """
    name = f"told {code}"
    told = tx.setting(name)
    recent = told is not None and 0 <= now - int(told) < AGAIN
    if recent or any(one.code == code and one.peer is None for one in tx.alerts(limit=_LOOKED_AT)):
        return False
    tx.set(name, str(now))
    tx.add_alert(Alert(at=now, peer=None, message_id=None, code=code))
    LOG.critical("alert %s", code)
    return True

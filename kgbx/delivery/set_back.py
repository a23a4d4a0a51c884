# SPDX-License-Identifier: EUPL-1.2
"""A clock that is set back: what was planned by the wrong time is planned anew, so that nothing waits a day in silence.

A machine whose clock ran a day ahead wrote down when things must be tried, when a lease ends and when a person must be
told. Once the clock is right those moments lie a day too late, the alarm that would tell it included.

Rules:
    - the latest moment that was met stands in the store; a present that lies well before it means that the clock was
      set back, also while nothing ran;
    - moments to come move back as far as the clock did, and never before now; what is past or ended stays as it is.

Source: faults of delivery, T14.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgbx.delivery.arrival import CLAIMABLE, NEVER
from kgbx.delivery.log import LOG
from kgbx.delivery.states import MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.records import Incoming, Outgoing, OutState
    from kgbx.delivery.sending import Means
    from kgbx.delivery.store import Transaction

MET: Final = "clock"
"""Setting of the store: the latest moment that was met, Unix milliseconds."""

STEP: Final = MINUTE
"""How often it is written."""

TOLERATED: Final = 10 * MINUTE
"""Clocks of the machines of one store differ by less; a smaller step back does no harm."""

_OPEN: Final[tuple[OutState, ...]] = ("queued", "sending", "uploading", "waiting", "accepted", "attention")
_PAGE: Final = 500


class SetBack:
    """Looks whether the clock was set back; give it a turn now and then."""

    def __init__(self, means: Means) -> None:
        """Make one for a store and a clock."""
        self._means = means

    def run_once(self) -> int:
        """Look, plan anew what must be, and return 0: nothing was tried.

        Raises:
            DeliveryError: X_STORE.
        """
        with self._means.store.transaction() as tx:
            now = self._means.now()
            met = int(tx.setting(MET) or 0)
            if now >= met + STEP:
                tx.set(MET, str(now))
            back = met - now
            moved = plan_anew(tx, now=now, back=back) if back > TOLERATED else None
        if moved is not None:
            LOG.critical("the clock was set back by %d s: %d waits were planned anew", back // SECOND, moved)
        return 0


def plan_anew(tx: Transaction, *, now: int, back: int) -> int:
    """Move what is planned back as far as the clock was set back, and return how many rows moved.

    Args:
        tx: Transaction on the store.
        now: Present moment, Unix milliseconds.
        back: How far the clock was set back, milliseconds.
    """
    moved = sum(_moved_out(tx, row, now=now, back=back) for row in tuple(_all_out(tx)))
    moved += sum(_moved_in(tx, row, now=now, back=back) for row in tuple(_all_in(tx)))
    tx.audit(at=now, actor="kgbx", event="clock-set-back", about=(None, None), detail=f"{back // SECOND} s")
    for peer in tx.peers():
        until = _moved(peer.open_until, now=now, back=back)
        if until != peer.open_until:
            tx.save_peer(replace(peer, open_until=until))
    tx.set(MET, str(now))
    return moved


def _moved_out(tx: Transaction, row: Outgoing, *, now: int, back: int) -> bool:
    new = replace(
        row,
        due_at=_moved(row.due_at, now=now, back=back) or now,
        alert_at=_moved(row.alert_at, now=now, back=back),
        lease_until=_moved(row.lease_until, now=now, back=back),
    )
    return new != row and tx.save_out(new, was=row)


def _moved_in(tx: Transaction, row: Incoming, *, now: int, back: int) -> bool:
    new = replace(
        row,
        due_at=_moved(row.due_at, now=now, back=back) or now,
        hold_until=_moved(row.hold_until, now=now, back=back),
        lease_until=_moved(row.lease_until, now=now, back=back),
    )
    return new != row and tx.save_in(new, was=row)


def _moved(moment: int | None, *, now: int, back: int) -> int | None:
    return moment if moment is None or moment <= now or moment >= NEVER else max(now, moment - back)


def _all_out(tx: Transaction) -> Iterator[Outgoing]:
    page = tx.list_out(states=_OPEN, limit=_PAGE)
    while page:
        yield from page
        page = tx.list_out(states=_OPEN, after=page[-1].id, limit=_PAGE)


def _all_in(tx: Transaction) -> Iterator[Incoming]:
    page = tx.list_in(states=CLAIMABLE, limit=_PAGE)
    while page:
        yield from page
        page = tx.list_in(states=CLAIMABLE, after=(page[-1].peer, page[-1].id), limit=_PAGE)

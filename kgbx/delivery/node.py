# SPDX-License-Identifier: EUPL-1.2
"""What a running organisation needs to deliver: its keys, the keys of others, a store, and where time comes from.

Rules: frozen; everything that differs from one run to the next (time, ids, jitter) is in here, so that a run can be
repeated.

Source: delivery design, "Parts", "Stores".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

if TYPE_CHECKING:
    from kgbx.delivery.store import Store, Transaction
    from kgbx.envelope.ports import KeyDirectory, Keyholder

Now: TypeAlias = Callable[[], int]
"""Gives the present moment, Unix milliseconds."""

Ids: TypeAlias = Callable[[], UUID]
"""Gives a fresh UUID version 4."""

Jitter: TypeAlias = Callable[[], float]
"""Gives a fraction from 0 up to 1, to spread waits."""

EPOCH: Final = "epoch"
"""Setting of the store: which life of it this is. A restore gives it another one, so that partners ask again."""

OWNER: Final = "owner"
"""Setting of the store: URN of the organisation whose it is."""

_MILLI: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One organisation's side of delivery.

    Attributes:
        identity: Signs and opens for the organisation.
        directory: Knows the keys of all organisations, its own document included.
        store: Keeps everything.
        now: The clock.
        ids: Where ids come from.
        jitter: Where the spread of waits comes from.
    """

    identity: Keyholder = field(repr=False)
    directory: KeyDirectory = field(repr=False)
    store: Store = field(repr=False)
    now: Now = field(repr=False)
    ids: Ids = field(repr=False)
    jitter: Jitter = field(repr=False)

    @property
    def org(self) -> str:
        """URN of the organisation."""
        return self.identity.org


def moment(milliseconds: int) -> datetime:
    """Return a moment of delivery as the envelope and the directory want it, to the second."""
    return datetime.fromtimestamp(milliseconds // _MILLI, UTC)


def is_store_of(tx: Transaction, org: str) -> bool:
    """Tell whether a store is of an organisation; one that is nobody's yet becomes its own.

    With the keys of another nothing in it opens: what partners gave would be refused, and signed by who never had it.
    """
    owner = tx.setting(OWNER)
    if owner is None:
        tx.set(OWNER, org)
    return owner in {None, org}


def epoch_of(tx: Transaction, ids: Ids) -> str:
    """Return which life of the store this is; one that has none yet begins here."""
    epoch = tx.setting(EPOCH)
    if epoch is None:
        epoch = str(ids())
        tx.set(EPOCH, epoch)
    return epoch

# SPDX-License-Identifier: EUPL-1.2
"""The life of a key: when it is used, when its owner is warned, when it is destroyed.

Rules:
    - a key waits until its nbf, is active until its exp, and then an encryption key is retired: it opens for 60 days
      more what was under way, and is then destroyed; a signing key has nothing left to do and may be destroyed at once;
    - a signing pair is followed up eight days ahead, so that nobody sees a signature before the key behind it; an
      encryption key and a root pair count at once;
    - a key is due for a successor 30 days before its end; its owner is warned 60, 30 and 7 days before it;
    - a root pair is destroyed only by a person who names it: a change of root needs the old one.
Must not read clocks or files.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from kgbx.clock import require_aware
from kgbx.limits import DAY_SECONDS, ENCRYPTION_KEY_OVERLAP_DAYS, RETIRED_KEY_DAYS, SIGNING_KEY_LEAD_DAYS

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.ownkeys import Identity, IdentityKey
    from kgbx.envelope.ports import KeyUse

KeyState = Literal["waiting", "active", "retired", "ended"]

WARNING_DAYS: Final = (7, 30, 60)
"""Days before its end at which the owner of a key is warned, the most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is ahead of one key.

    Attributes:
        key: The key.
        state: ``waiting``, ``active``, ``retired`` (opens only) or ``ended``.
        followed: Whether a key of the same use and algorithm lasts longer.
        days_left: Whole days until its end, negative after it.
        warning: 60, 30 or 7: so many days or fewer are left, and nothing follows it up; 0 after its end; None is well.
        destroy: Whether the time to destroy it has come.
    """

    key: IdentityKey
    state: KeyState
    followed: bool
    days_left: int
    warning: int | None
    destroy: bool


def outlook(identity: Identity, at: datetime) -> tuple[Outlook, ...]:
    """Return what is ahead of each key of an identity.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    second = int(require_aware(at).timestamp())
    return tuple(_outlook(key, identity, second) for key in identity.keys)


def due_for_rotation(identity: Identity, at: datetime) -> tuple[KeyUse, ...]:
    """Return the uses, but root, whose last key ends within 30 days.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    rows = outlook(identity, at)
    due = {row.key.use for row in rows if row.warning is not None and row.warning <= ENCRYPTION_KEY_OVERLAP_DAYS}
    uses: tuple[KeyUse, ...] = ("sig", "enc")
    return tuple(use for use in uses if use in due)


def due_for_destruction(identity: Identity, at: datetime) -> tuple[str, ...]:
    """Return the kids of the keys whose time to be destroyed has come.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    return tuple(row.key.kid for row in outlook(identity, at) if row.destroy)


def start_of_next(identity: Identity, use: KeyUse, *, at: datetime) -> datetime:
    """Return when the next key of a use should start: a signing pair eight days ahead, if the last one lasts that long.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    later = require_aware(at) + timedelta(days=SIGNING_KEY_LEAD_DAYS)
    ends = [key.exp for key in identity.keys if key.use == use]
    return later if use == "sig" and max(ends, default=0) > int(later.timestamp()) else require_aware(at)


def state_of(key: IdentityKey, second: int) -> KeyState:
    """Return where a key stands in its life at a Unix second."""
    if second < key.nbf:
        return "waiting"
    if second < key.exp:
        return "active"
    return "retired" if key.use == "enc" else "ended"


def _outlook(key: IdentityKey, identity: Identity, second: int) -> Outlook:
    left = key.exp - second
    followed = any(other.use == key.use and other.alg == key.alg and other.exp > key.exp for other in identity.keys)
    soon = 0 if left <= 0 else next((limit for limit in WARNING_DAYS if left <= limit * DAY_SECONDS), None)
    grace = RETIRED_KEY_DAYS * DAY_SECONDS if key.use == "enc" else 0
    return Outlook(
        key=key,
        state=state_of(key, second),
        followed=followed,
        days_left=left // DAY_SECONDS,
        warning=None if followed else soon,
        destroy=key.use != "root" and key.exp + grace <= second,
    )

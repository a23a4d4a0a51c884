# SPDX-License-Identifier: EUPL-1.2
"""The breaker of one partner: after failures in a row nothing is sent for a while, then one message tries the road.

Rules:
    - it opens after five failures of the road in a row, for a minute, and twice as long each time, at most half an
      hour; while something acute waits, at most as long as that may wait between two tries;
    - when the pause is over one message tries: the probe. While it does, ``open_until`` is the end of its lease, so
      that a probe whose worker died is followed by another one without anybody noticing;
    - a good answer closes it. That the partner reaches us makes the pause as short as the first, and no more: the road
      to it may be broken while the road back is good, and that must not become a storm of probes.

Pure: rows in, rows out; the row stands in the store, so that it survives a restart.

Source: delivery design, "Retry, breaker, alarms, order".
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kgbx.delivery.states import BREAKER_FIRST, BREAKER_LAST, BREAKER_OPENS_AFTER, LEASE

if TYPE_CHECKING:
    from kgbx.delivery.records import Peer


def after_failure(peer: Peer, now: int, *, longest: int = BREAKER_LAST) -> Peer:
    """Return the partner after a failure of its road; a failed probe opens for longer.

    Args:
        peer: As it stands.
        now: Present moment, Unix milliseconds.
        longest: The longest pause that what waits can bear.
    """
    failures = peer.failures + 1
    if peer.breaker == "open" or (peer.breaker == "closed" and failures < BREAKER_OPENS_AFTER):
        return replace(peer, failures=failures)
    until = now + min(pause(peer.opened), longest)
    return replace(peer, breaker="open", failures=failures, opened=peer.opened + 1, open_until=until)


def after_answer(peer: Peer, now: int) -> Peer:
    """Return the partner after a good answer: everything may go."""
    return replace(peer, breaker="closed", failures=0, opened=0, open_until=None, last_ok_at=now)


def probing(peer: Peer, now: int) -> Peer:
    """Return the partner while one message tries the road; unchanged if nothing was wrong."""
    return peer if peer.breaker == "closed" else replace(peer, breaker="probing", open_until=now + LEASE)


def contact(peer: Peer, now: int) -> Peer:
    """Return the partner after it reached us, verified: the pause is the shortest one; failures stay counted."""
    seen = replace(peer, last_contact_at=now)
    if peer.breaker != "open" or peer.open_until is None:
        return seen
    began = peer.open_until - pause(peer.opened - 1)
    return replace(seen, opened=1, open_until=min(peer.open_until, max(now, began + BREAKER_FIRST)))


def hurried(peer: Peer, now: int, *, longest: int) -> Peer:
    """Return the partner when something comes that can bear no longer pause than this from now on."""
    if peer.breaker != "open" or peer.open_until is None:
        return peer
    return replace(peer, open_until=min(peer.open_until, now + longest))


def passes(peer: Peer, now: int) -> bool:
    """Tell whether a message may go: the breaker is closed, or the pause is over and it is the probe."""
    return peer.breaker == "closed" or peer.open_until is None or peer.open_until <= now


def pause(opened: int) -> int:
    """Return how long it stays open when it opened so often in a row before, milliseconds."""
    return min(BREAKER_FIRST << min(max(opened, 0), 16), BREAKER_LAST)

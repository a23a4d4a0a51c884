# SPDX-License-Identifier: EUPL-1.2
"""Calling the application: whatever it raises becomes an outcome, so that one bad message stops no others.

This is the one place of delivery that catches everything: what an application raises nobody here can know. Of an error
its class is kept, never its words, which may quote the message.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from kgbx.delivery.arrival import HandlingFailed, Unjudged
from kgbx.delivery.keyless import NO_KEYS
from kgbx.delivery.log import LOG
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError, KgbxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.judging import Judge
    from kgbx.envelope.unseal import Opened

REFUSABLE: Final = frozenset({"E_SCHEMA", "E_POLICY"})
"""Codes with which an application refuses a message that opened."""

HandlingOutcome = Literal["handled", "lost", "E_SCHEMA", "E_POLICY", "failed"]


class LostError(Exception):
    """Somebody else works on the row by now: what was done here is undone."""


def attempted(act: Callable[[], None]) -> HandlingOutcome:
    """Return what became of handing over; `act` undoes its own transaction when it fails.

    Raises:
        DeliveryError: the store failed; nobody knows whether it was handed over, the lease tells.
    """
    try:
        act()
    except LostError:
        return "lost"
    except DeliveryError:
        raise
    except EnvelopeError as error:
        return _refusal(error.code)
    except Exception as error:  # noqa: BLE001  # of an application: whatever it is, the next message must go on
        LOG.warning("the application failed: %s", type(error).__name__)
        return "failed"
    return "handled"


def signed_first(judge: Judge, opened: Opened) -> bytes | HandlingFailed | Unjudged:
    """Return the receipt for when a message is processed, or what it means for the message that there is none.

    Raises:
        UsageError: U_NO_KEYS, none of the own keys may sign now.
    """
    try:
        return judge.said(opened, "processed")
    except (EnvelopeError, DirectoryError) as error:  # of the partner's keys: a newer directory may mend it
        return Unjudged(code=error.code)
    except UsageError as error:
        if error.code == NO_KEYS:
            raise
        LOG.warning("no receipt can be signed: %s", error.code)
    return HandlingFailed()


def unforeseen(act: Callable[[], int]) -> int | None:
    """Return what `act` gives, None when something happened that nobody foresaw: other work must go on.

    The log gets the class of the error and its places in the code, never its words.

    Raises:
        KgbxError: what is foreseen.
    """
    try:
        return act()
    except KgbxError:
        raise
    except Exception as error:  # noqa: BLE001  # a mistake in one message must not stop all others
        frames = traceback.extract_tb(error.__traceback__)
        places = " ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        LOG.critical("F_BUG %s: %s", type(error).__name__, places)
    return None


def _refusal(code: str) -> HandlingOutcome:
    if code == "E_SCHEMA":
        return "E_SCHEMA"
    return "E_POLICY" if code == "E_POLICY" else "failed"

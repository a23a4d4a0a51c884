# SPDX-License-Identifier: EUPL-1.2
"""What the commands of delivery have in common: moments, ages, and who somebody is, as an operator reads them."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kgbx.clock import AMSTERDAM, format_instant
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from kgbx.messages import Language

_MINUTE: Final = 60_000
_UNITS: Final = (("d", "d", 1440), ("u", "h", 60), ("min", "min", 1))
URGENCIES: Final = {"acute": ("acuut", "ACUTE"), "urgent": ("spoed", "urgent"), "normal": ("normaal", "normal")}


def operator() -> str:
    """Return the account of who gives a command, for the log; its number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def instant(moment: int) -> str:
    """Return a moment as programs read it, UTC."""
    return format_instant(datetime.fromtimestamp(moment / 1000, UTC).replace(microsecond=0))


def clock(moment: int, *, now: int) -> str:
    """Return a moment as people read it, in Dutch time: the time of today, else the day too."""
    there, here = (datetime.fromtimestamp(one / 1000, AMSTERDAM) for one in (moment, now))
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%d-%m %H:%M}"


def age(since: int, *, now: int, language: Language) -> str:
    """Return how long ago something was, in its largest two units: ``2 d 3 h``."""
    minutes = max(0, now - since) // _MINUTE
    words: list[str] = []
    for nl, en, size in _UNITS:
        count, minutes = divmod(minutes, size)
        if count or (size == 1 and not words):
            words.append(f"{count} {nl if language == 'nl' else en}")
    return " ".join(words[:2])


def sentence(code: str, language: Language) -> str:
    """Return what a code says, or the code where nothing is said of it."""
    known = MESSAGES.get(code)
    return code if known is None else known.say(language)

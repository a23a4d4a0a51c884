# SPDX-License-Identifier: EUPL-1.2
"""What the caller may have meant: published names that look like a wrong one.

Rules: only names of kgbx itself are told, never what was asked for.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME_CHARS: Final = 64
"""No published name is longer; of a longer one only this much is compared."""


def with_nearby(code: str, asked: str, *, names: Iterable[str]) -> Text:
    """Return the sentence of an error code, followed by at most three of `names` that look like `asked`."""
    known = list(names)
    wanted = asked[:_NAME_CHARS].lower()
    parts = [name for name in known if wanted and wanted in name.split("_")]
    found = dict.fromkeys([*get_close_matches(wanted, known, cutoff=0.6), *parts])
    said = MESSAGES[code]
    if not found:
        return said
    listed = ", ".join(list(found)[:3])
    return Text(f"{said.nl} Lijkt erop: {listed}.", f"{said.en} Looks like it: {listed}.")

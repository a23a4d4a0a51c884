# SPDX-License-Identifier: EUPL-1.2
"""What of a ceremony shows afterwards that a decision was given: a literal table.

Rules: spoken words need somebody who heard them, or a recording; "aloud, with a witness" needs the witness. A written
form exists somewhere: whoever keeps it can go and look, so the own file needs nothing more; another can only check a
form by its digest, or ask the witness. Nothing here says that a decision is genuine, only that it can be looked into.

Source: AVG 7 lid 1 (whoever relies on consent must be able to show it); what suffices is kgbx's own reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.case.sharing import Ceremony

SPOKEN: Final = frozenset({"oral_witnessed", "phone"})
"""Methods that leave nothing behind but what somebody heard."""

SHOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "signed_digital": ("evidence", "witness"),
    "paper": ("evidence", "witness"),
    "oral_witnessed": ("witness",),
    "phone": ("evidence", "witness"),
    "portal": ("evidence", "witness"),
}
"""For each method the members of the ceremony of which one shows the decision to another organisation."""


def can_be_shown(ceremony: Ceremony, *, own: bool) -> bool:
    """Tell whether a decision can be shown afterwards.

    Args:
        ceremony: How it was given.
        own: Whether the one who asks keeps the file in which it was recorded.
    """
    if own and ceremony.method not in SPOKEN:
        return True
    return any(getattr(ceremony, member) is not None for member in SHOWN_BY.get(ceremony.method, ()))

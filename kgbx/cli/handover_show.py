# SPDX-License-Identifier: EUPL-1.2
"""What ``kgbx handover`` shows of a handover: ids, state, what may be done; never a reason, a day or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbx.cli.console import Console
    from kgbx.story import Handover


def value_of(one: Handover) -> dict[str, Any]:
    """Return how far a handover is, for programs."""
    return {
        "id": one.id,
        "sender": one.sender,
        "receiver": one.receiver,
        "state": one.state,
        "may": list(one.may),
        "watches": one.responsible,
    }


def tell(console: Console, handovers: Sequence[Handover]) -> None:
    """Print how far handovers are, what may be done now and whether this organisation keeps sight of safety."""
    for one in handovers:
        may = ", ".join(one.may) or "-"
        console.say(
            f"{one.id}  {one.state}\n  {one.sender} -> {one.receiver}\n  u kunt nu: {may}\n"
            f"  u houdt zicht op veiligheid: {'ja' if one.responsible else 'nee'}",
            f"{one.id}  {one.state}\n  {one.sender} -> {one.receiver}\n  you may now: {may}\n"
            f"  you keep sight of safety: {'yes' if one.responsible else 'no'}",
        )
    console.result({"handovers": [value_of(one) for one in handovers]})

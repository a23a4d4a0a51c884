# SPDX-License-Identifier: EUPL-1.2
"""Make docs/reference/delivery-states.md from the table of transitions."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from kgbx.delivery.states import MINUTE, RETRY, URGENCIES
from kgbx.delivery.transitions import TRANSITIONS
from tools.markdown import NOTE, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.transitions import Transition

LEAD: Final = """# States of what is sent

{note}
A message goes through these states at its sender. What is not in the table cannot happen: it is refused with `X_STATE`
and changes nothing. Of two rows for the same state and event, the first whose guard holds counts.

`queued`, `waiting`: it is tried when it is due. `sending`, `uploading`: a worker holds it under a lease. `accepted`:
the partner signed that it has it. `attention`: a person must look. The other states are the end.

"""


def delivery_page() -> str:
    """Return docs/reference/delivery-states.md."""
    head = ("id", "from", "event", "guard", "to", "problem", "effects", "why")
    transitions = table(head, (_row(one) for one in TRANSITIONS))
    return f"{LEAD.format(note=NOTE)}{_diagram()}\n## Transitions\n\n{transitions}\n{_times()}"


def _row(one: Transition) -> tuple[str, ...]:
    return (
        one.id,
        ", ".join(one.sources),
        one.event,
        one.guard,
        one.to or "the same",
        one.problem or "none",
        ", ".join(one.effects),
        one.why,
    )


def _diagram() -> str:
    """Return the transitions that change the state, as a Mermaid diagram."""
    arrows = sorted({(str(source), str(one.to), one.event) for one in TRANSITIONS for source in one.sources if one.to})
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> queued: enqueue", *_arrows(arrows), "```"]
    return "\n".join(lines) + "\n"


def _arrows(arrows: list[tuple[str, str, str]]) -> Iterator[str]:
    for (source, to), group in groupby(arrows, key=lambda arrow: arrow[:2]):
        if source != to:
            yield f"    {source} --> {to}: {', '.join(event for _, _, event in group)}"


def _times() -> str:
    waits = ", ".join(_minutes(wait) for wait in RETRY)
    head = ("urgency", "first alarm", "again after", "no receipt", "longest wait", "a gap is waited for")
    rows = (
        (
            name,
            _minutes(one.alert_after),
            _minutes(one.alert_again),
            _minutes(one.receipt_after),
            _minutes(one.longest_wait),
            _minutes(one.gap_wait),
        )
        for name, one in URGENCIES.items()
    )
    return f"## Times\n\nWaits between tries, each up to a fifth shorter or longer: {waits}.\n\n{table(head, rows)}"


def _minutes(wait: int) -> str:
    return f"{wait // MINUTE} min" if wait % MINUTE == 0 else f"{wait // 1000} s"

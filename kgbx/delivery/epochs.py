# SPDX-License-Identifier: EUPL-1.2
"""Which lives of its store a partner showed, and when that means that everything is offered again.

Rules:
    - an epoch that was never met means that the partner went back to a backup; one that was met before may stand in a
      statement of long ago, and means nothing;
    - a partner that shows a new epoch each time, by a mistake or on purpose, has everything offered again three times
      an hour and no more; what is owed then follows with a later statement.

Pure: text in, text out; it stands in a setting of the store.

Source: delivery design, "Stores"; decision 0048.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kgbx.delivery.states import HOUR

MOST_AN_HOUR: Final = 3
"""How often everything is offered again in an hour."""

MOST_KEPT: Final = 100
"""Epochs that are remembered: a partner restores a few times in its life."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """What is known of one partner.

    Attributes:
        offered: When everything was offered again, the last times.
        owed: Whether it still must be.
        met: Epochs, the newest last.
    """

    offered: tuple[int, ...] = ()
    owed: bool = False
    met: tuple[str, ...] = ()


def read(text: str | None) -> Epochs:
    """Return what the text of a setting says; nothing for None."""
    if text is None:
        return Epochs()
    offered, owed, met = text.split("|")
    return Epochs(tuple(int(one) for one in offered.split()), owed == "owed", tuple(met.split()))


def write(epochs: Epochs) -> str:
    """Return the text of a setting."""
    return "|".join((" ".join(map(str, epochs.offered)), "owed" if epochs.owed else "", " ".join(epochs.met)))


def after(epochs: Epochs, epoch: str, *, now: int) -> tuple[Epochs, bool]:
    """Return what is known after a statement with this epoch, and whether everything must be offered again now."""
    if epoch not in epochs.met:
        epochs = replace(epochs, owed=True, met=(*epochs.met, epoch)[-MOST_KEPT:])
    recent = tuple(at for at in epochs.offered if 0 <= now - at < HOUR)
    if not epochs.owed or len(recent) >= MOST_AN_HOUR:
        return epochs, False
    return replace(epochs, offered=(*recent, now), owed=False), True

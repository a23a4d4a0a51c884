# SPDX-License-Identifier: EUPL-1.2
"""How hard the tests try: ``KGBX_EFFORT`` is quick (default, every change), ci (a figure to rely on) or long."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Effort = Literal["quick", "ci", "long"]
T = TypeVar("T")

EXAMPLES: Final[dict[Effort, int]] = {"quick": 30, "ci": 150, "long": 3000}
"""Hypothesis examples of one property."""

MACHINE_CANNOT: Final = "machine cannot: "
"""A skip whose reason starts so is allowed at effort ci: nothing in this repository can make it run."""


def effort_named(name: str) -> Effort:
    """Return the effort called `name`, or raise ValueError: a misspelled effort must not quietly be a small one."""
    if name not in EXAMPLES:
        raise ValueError(f"KGBX_EFFORT is one of: {', '.join(EXAMPLES)}")
    return name


EFFORT: Final[Effort] = effort_named(os.environ.get("KGBX_EFFORT") or "quick")


def scaled(*, quick: T, ci: T, long: T) -> T:
    """Return the figure that goes with the effort of this run."""
    return {"quick": quick, "ci": ci, "long": long}[EFFORT]


def refused_skips(effort: Effort, reasons: Iterable[str]) -> list[str]:
    """Return the reasons of skipped tests that this effort does not accept."""
    if effort != "ci":
        return []
    return [reason for reason in reasons if not reason.removeprefix("Skipped: ").startswith(MACHINE_CANNOT)]

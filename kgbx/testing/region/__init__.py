# SPDX-License-Identifier: EUPL-1.2
"""A made-up region in which families pass along organisations, with a ledger that counts what they are asked again.

Rules: everything is made up, and a seed decides everything; the organisations use kgbx as it is, the ledger does not:
it knows who truly told what to whom, and reads the need profiles itself. What the figures mean, and what they do not,
stands in docs/explanation/the-simulated-region.md. It claims nothing about how often things happen in real life.
"""

from __future__ import annotations

from kgbx.testing.region.run import MONTHS, simulate_family
from kgbx.testing.region.sealing import MOST_MONTHS, simulate_sealed
from kgbx.testing.region.tally import MANNERS, Manner, Outcome, Tally, whole

__all__ = [
    "MANNERS",
    "MONTHS",
    "MOST_MONTHS",
    "Manner",
    "Outcome",
    "Tally",
    "simulate_family",
    "simulate_sealed",
    "whole",
]

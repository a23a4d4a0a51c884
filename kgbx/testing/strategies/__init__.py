# SPDX-License-Identifier: EUPL-1.2
"""Hypothesis strategies of family cases: right ones, nearly right ones, and what happens to them.

Rules: what is called valid passes every rule without errors, and its references lead somewhere. Everything is made up.
Needs hypothesis: ``pip install "kgbx[testing]"``.
"""

from __future__ import annotations

from kgbx.testing.strategies.documents import documents, records
from kgbx.testing.strategies.edits import Edit, edits
from kgbx.testing.strategies.families import Size, cases, families, near_misses
from kgbx.testing.strategies.people import consents, persons, statements
from kgbx.testing.strategies.values import names_nl, partial_dates, texts_nl, timelines

__all__ = [
    "Edit",
    "Size",
    "cases",
    "consents",
    "documents",
    "edits",
    "families",
    "names_nl",
    "near_misses",
    "partial_dates",
    "persons",
    "records",
    "statements",
    "texts_nl",
    "timelines",
]

# SPDX-License-Identifier: EUPL-1.2
"""Strategies of the tests of the case: those that others may use too, and cases that share records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.testing.strategies.documents import POOL, SCHEMA, of_schema, records
from kgbx.testing.strategies.documents import documents as make_documents

if TYPE_CHECKING:
    from kgbx.case import BareRecord

__all__ = ["POOL", "SCHEMA", "documents", "families_of_cases", "of_schema", "records"]

documents: st.SearchStrategy[dict[str, Any]] = make_documents()
"""Documents whose shape is right; rules may be broken."""


@st.composite
def families_of_cases(draw: st.DrawFn, size: int = 3) -> tuple[FamilyCase, ...]:
    """Return cases that share some of their records, as organisations that exchanged views do."""
    drawn: list[BareRecord] = draw(st.lists(records(), max_size=6))
    pool = list({record.id: record for record in drawn}.values())
    ids = st.none() | st.sampled_from(POOL)
    shares = st.lists(st.sampled_from(pool), max_size=6) if pool else st.just([])
    return tuple(FamilyCase(draw(shares), id=draw(ids), synthetic=True) for _ in range(size))

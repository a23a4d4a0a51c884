# SPDX-License-Identifier: EUPL-1.2
"""Tables of worked access decisions, and one way to run a table of either kind.

Rules: as for decision tables: what cannot be read whole is not run; a row passes when permit and escalate are equal,
every expected reason is reported, and rights are equal where given.

Form: ``kgbx-access-table/1``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from kgbx.canonical import parse
from kgbx.case.shape import names_of
from kgbx.consent.access import access
from kgbx.consent.access_facts import AccessFacts, AccessItem, AccessRequest
from kgbx.consent.access_reasons import ACCESS_REASONS
from kgbx.consent.table import Example, Examples, Kind, run_kind, run_table, unknown_persons
from kgbx.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.policy import Policy
    from kgbx.consent.table import Outcome, RowResult

FORMAT: Final = "kgbx-access-table/1"


class AccessItemRequest(AccessRequest):
    """A request with the record it is about."""

    item: AccessItem


class AccessRow(Example):
    """One example of insight."""

    request: AccessItemRequest


class AccessTable(Examples):
    """A table of decisions about insight."""

    format: Literal["kgbx-access-table/1"]
    rows: Annotated[tuple[AccessRow, ...], Field(min_length=1)]


def run_access_table(data: bytes) -> tuple[RowResult, ...]:
    """Return the outcome of every row of an access table, in its order.

    Raises:
        DocumentError: the table cannot be read whole; all problems, with pointers and without values.
    """
    return run_kind(data, INSIGHT)


def run_any_table(data: bytes) -> tuple[RowResult, ...]:
    """Return the outcome of every row of a table, whose format says which kind it is.

    Raises:
        DocumentError: the table cannot be read whole; all problems, with pointers and without values.
    """
    value = parse(data, members=names_of(AccessTable))
    insight = isinstance(value, dict) and value.get("format") == FORMAT
    return run_access_table(data) if insight else run_table(data)


def _unknown_ids(row: AccessRow, facts: AccessFacts, pointer: str) -> Iterator[Problem]:
    place = f"{pointer}/request"
    yield from unknown_persons(row.request.item, facts, pointer=place)
    known = {one.id for one in facts.persons} | {one.id for one in facts.organisations}
    if row.request.person not in known:
        yield Problem.of_shape("D_REFERENCE", f"{place}/person")


def _access(row: AccessRow, facts: AccessFacts, policy: Policy) -> Outcome:
    asked = row.request
    return access(asked.item, asked.person, at=asked.at, known_at=asked.known_at, facts=facts, policy=policy)


INSIGHT: Final = Kind(
    table=AccessTable, facts=AccessFacts, reasons=ACCESS_REASONS, unknown_ids=_unknown_ids, decide=_access
)
"""Tables of decisions about insight."""

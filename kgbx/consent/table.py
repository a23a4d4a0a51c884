# SPDX-License-Identifier: EUPL-1.2
"""Decision tables: worked examples that the engine must reproduce, ours or a partner's.

Rules: a table that cannot be read whole is not run: unknown members, reason codes and ids are problems with pointers. A
row passes when permit and escalate are equal, every expected reason is reported, and releases are equal where given.

Form: ``kgbx-decision-table/1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from kgbx.case.structures import Key, Shape, Words, from_value, read_shape, shape_problems
from kgbx.consent.decide import decide
from kgbx.consent.facts import Facts, Item, Request
from kgbx.consent.policy import Policy
from kgbx.consent.reasons import REASONS
from kgbx.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.consent.decide import Decision


class ItemRequest(Request):
    """A request with the item it is about."""

    item: Item


class Expectation(Shape):
    """What the engine must answer."""

    permit: bool
    reasons: tuple[Key, ...]
    escalate: bool
    released_by: dict[Key, Key] | None = None


class Row(Shape):
    """One example; `policy` and `facts` replace the named top-level members of the table's own."""

    id: Key
    title: Words
    policy: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    request: ItemRequest
    expect: Expectation


class Table(Shape):
    """A table as it stands in its file; the policy and facts of each row are checked after joining."""

    format: Literal["kgbx-decision-table/1"]
    title: Words
    policy: dict[str, Any]
    facts: dict[str, Any]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """Outcome of one row.

    Attributes:
        id: Id of the row.
        title: Its title.
        ok: Whether the engine answered as expected.
        got: What it answered.
        expected: What was expected.
    """

    id: str
    title: str
    ok: bool
    got: Decision
    expected: Expectation


def run_table(data: bytes) -> tuple[RowResult, ...]:
    """Return the outcome of every row of a decision table, in its order.

    Raises:
        DocumentError: the table cannot be read whole; all problems, with pointers and without values.
    """
    table = read_shape(data, Table)
    problems = [
        *shape_problems(Policy, table.policy, pointer="/policy"),
        *shape_problems(Facts, table.facts, pointer="/facts"),
    ]
    if problems:
        raise DocumentError(problems)
    rows = [(row, *_joined(table, row, f"/rows/{n}", problems)) for n, row in enumerate(table.rows)]
    if problems:
        raise DocumentError(problems)
    return tuple(_run(row, policy, facts) for row, policy, facts in rows)


def _joined(table: Table, row: Row, pointer: str, problems: list[Problem]) -> tuple[Policy, Facts]:
    """Return policy and facts of a row, adding to `problems` whatever stands in the way of using them."""
    policy, facts = {**table.policy, **row.policy}, {**table.facts, **row.facts}
    found = [
        *shape_problems(Policy, policy, pointer=f"{pointer}/policy"),
        *shape_problems(Facts, row.facts, pointer=f"{pointer}/facts"),
    ]
    if found:
        problems += found
        return from_value(Policy, table.policy), Facts()
    known = from_value(Facts, facts)
    problems += [*_unknown_codes(row, pointer), *_unknown_ids(row, known, pointer)]
    return from_value(Policy, policy), known


def _unknown_codes(row: Row, pointer: str) -> Iterator[Problem]:
    for n, code in enumerate(row.expect.reasons):
        if code not in REASONS:
            yield Problem.of_shape("D_CODE", f"{pointer}/expect/reasons/{n}")


def _unknown_ids(row: Row, facts: Facts, pointer: str) -> Iterator[Problem]:
    """An id in item or request that persons or organisations lack is a misspelling, and would quietly deny."""
    persons = {person.id for person in facts.persons}
    organisations = {organisation.id for organisation in facts.organisations}
    item, place = row.request.item, f"{pointer}/request"
    lists = {"about": item.about, "third_parties": item.third_parties, "reveals_location_of": item.reveals_location_of}
    for name, ids in lists.items():
        yield from _missing(ids, persons, f"{place}/item/{name}")
    for name, one in (("sender", row.request.sender), ("recipient", row.request.recipient)):
        if one not in organisations:
            yield Problem.of_shape("D_REFERENCE", f"{place}/{name}")


def _missing(ids: Iterable[str], known: set[str], pointer: str) -> Iterator[Problem]:
    return (Problem.of_shape("D_REFERENCE", f"{pointer}/{n}") for n, one in enumerate(ids) if one not in known)


def _run(row: Row, policy: Policy, facts: Facts) -> RowResult:
    got = decide(row.request.item, row.request, facts=facts, policy=policy)
    expected = row.expect
    same = (
        got.permit == expected.permit
        and got.escalate == expected.escalate
        and set(expected.reasons) <= set(got.reasons)
        and (expected.released_by is None or dict(got.released_by) == expected.released_by)
    )
    return RowResult(id=row.id, title=row.title, ok=same, got=got, expected=expected)

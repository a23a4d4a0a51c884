# SPDX-License-Identifier: EUPL-1.2
"""Decision tables: worked examples that the engine must reproduce, ours or a partner's.

Rules: a table that cannot be read whole is not run: unknown members, reason codes and ids are problems with pointers,
and so are a table without rows and one id twice. A row passes when permit and escalate are equal, every expected reason
is reported, and releases are equal where given.

Form: ``kgbx-decision-table/1``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from kgbx.case.structures import Key, Shape, Words, from_value, read_shape, shape_problems
from kgbx.consent.decide import decide
from kgbx.consent.facts import Facts, Item, Request
from kgbx.consent.policy import Policy
from kgbx.consent.reasons import REASONS
from kgbx.errors import DocumentError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from kgbx.messages import Language


class Outcome(Protocol):
    """What an engine answers: a decision about sharing, or about insight."""

    @property
    def permit(self) -> bool:
        """Whether it may."""
        ...

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what stands in the way."""
        ...

    @property
    def released_by(self) -> Mapping[str, str]:
        """For each subject what opened it."""
        ...

    @property
    def escalate(self) -> bool:
        """Whether a person must decide."""
        ...

    def explain(self, language: Language = "nl") -> tuple[str, ...]:
        """Return sentences with their articles."""
        ...


class ItemRequest(Request):
    """A request with the item it is about."""

    item: Item


class Expectation(Shape):
    """What the engine must answer."""

    permit: bool
    reasons: tuple[Key, ...]
    escalate: bool
    released_by: dict[Key, Key] | None = None


class Example(Shape):
    """One example; `policy` and `facts` replace the named top-level members of the table's own."""

    id: Key
    title: Words
    policy: dict[str, Any] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    expect: Expectation


class Examples(Shape):
    """A table as it stands in its file; the policy and facts of each row are checked after joining."""

    title: Words
    policy: dict[str, Any]
    facts: dict[str, Any]


class Row(Example):
    """One example of sharing."""

    request: ItemRequest


class Table(Examples):
    """A table of decisions about sharing."""

    format: Literal["kgbx-decision-table/1"]
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What differs between tables.

    Attributes:
        table: Shape of the file; it has `rows`.
        facts: Shape of the joined facts.
        reasons: Codes that a row may expect.
        unknown_ids: Yields the ids of a row that the facts lack; row, facts and pointer come in.
        decide: The engine; row, facts and policy come in.
    """

    table: type[Examples]
    facts: type[Facts]
    reasons: Collection[str]
    unknown_ids: Callable[[Any, Any, str], Iterator[Problem]]
    decide: Callable[[Any, Any, Policy], Outcome]


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
    got: Outcome
    expected: Expectation


def run_table(data: bytes) -> tuple[RowResult, ...]:
    """Return the outcome of every row of a decision table, in its order.

    Raises:
        DocumentError: the table cannot be read whole; all problems, with pointers and without values.
    """
    return run_kind(data, SHARING)


def run_kind(data: bytes, kind: Kind) -> tuple[RowResult, ...]:
    """Return the outcome of every row of a table of one kind, in its order.

    Raises:
        DocumentError: the table cannot be read whole; all problems, with pointers and without values.
    """
    table: Any = read_shape(data, kind.table)
    problems = [
        *shape_problems(Policy, table.policy, pointer="/policy"),
        *shape_problems(kind.facts, table.facts, pointer="/facts"),
    ]
    problems += _repeated(table.rows)
    if problems:
        raise DocumentError(problems)
    rows = [(row, *_joined(table, row, f"/rows/{n}", problems, kind)) for n, row in enumerate(table.rows)]
    if problems:
        raise DocumentError(problems)
    return tuple(_result(row, kind.decide(row, facts, policy)) for row, policy, facts in rows)


def _repeated(rows: Iterable[Example]) -> Iterator[Problem]:
    """Yield the ids that an earlier row has: of two rows with one id, one would not be seen."""
    seen = set[str]()
    for number, row in enumerate(rows):
        if row.id in seen:
            yield Problem.of_shape("D_CONFLICT", f"/rows/{number}/id")
        seen.add(row.id)


def _joined(table: Examples, row: Example, pointer: str, problems: list[Problem], kind: Kind) -> tuple[Policy, Facts]:
    """Return policy and facts of a row, adding to `problems` whatever stands in the way of using them."""
    policy, facts = {**table.policy, **row.policy}, {**table.facts, **row.facts}
    found = [
        *shape_problems(Policy, policy, pointer=f"{pointer}/policy"),
        *shape_problems(kind.facts, row.facts, pointer=f"{pointer}/facts"),
    ]
    if found:
        problems += found
        return from_value(Policy, table.policy), kind.facts()
    known = from_value(kind.facts, facts)
    problems += [*_unknown_codes(row, kind, pointer), *kind.unknown_ids(row, known, pointer)]
    return from_value(Policy, policy), known


def _unknown_codes(row: Example, kind: Kind, pointer: str) -> Iterator[Problem]:
    for n, code in enumerate(row.expect.reasons):
        if code not in kind.reasons:
            yield Problem.of_shape("D_CODE", f"{pointer}/expect/reasons/{n}")


def unknown_persons(item: Item, facts: Facts, *, pointer: str) -> Iterator[Problem]:
    """Yield the persons of an item that the facts lack: a misspelling, which would quietly deny."""
    persons = {person.id for person in facts.persons}
    lists = {"about": item.about, "third_parties": item.third_parties, "reveals_location_of": item.reveals_location_of}
    for name, ids in lists.items():
        yield from _missing(ids, persons, f"{pointer}/item/{name}")


def _missing(ids: Iterable[str], known: set[str], pointer: str) -> Iterator[Problem]:
    return (Problem.of_shape("D_REFERENCE", f"{pointer}/{n}") for n, one in enumerate(ids) if one not in known)


def _unknown_ids(row: Row, facts: Facts, pointer: str) -> Iterator[Problem]:
    organisations = {organisation.id for organisation in facts.organisations}
    place = f"{pointer}/request"
    yield from unknown_persons(row.request.item, facts, pointer=place)
    for name, one in (("sender", row.request.sender), ("recipient", row.request.recipient)):
        if one not in organisations:
            yield Problem.of_shape("D_REFERENCE", f"{place}/{name}")


def _decide(row: Row, facts: Facts, policy: Policy) -> Outcome:
    return decide(row.request.item, row.request, facts=facts, policy=policy)


SHARING = Kind(table=Table, facts=Facts, reasons=REASONS, unknown_ids=_unknown_ids, decide=_decide)
"""Tables of decisions about sharing."""


def _result(row: Example, got: Outcome) -> RowResult:
    expected = row.expect
    same = (
        got.permit == expected.permit
        and got.escalate == expected.escalate
        and set(expected.reasons) <= set(got.reasons)
        and (expected.released_by is None or dict(got.released_by) == expected.released_by)
    )
    return RowResult(id=row.id, title=row.title, ok=same, got=got, expected=expected)

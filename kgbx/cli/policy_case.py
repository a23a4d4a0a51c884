# SPDX-License-Identifier: EUPL-1.2
"""A case, and everybody whom the own registers know, as the commands for a privacy officer look at them.

Rules: every organisation is asked for every purpose for which the policy gives its function a minimal set.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kgbx.case import FamilyCase
from kgbx.cli.console import read_file
from kgbx.clock import format_instant
from kgbx.consent.facts import Facts, Request
from kgbx.consent.index import Index
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.reasons import REASONS
from kgbx.consent.share import share
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.cli.console import Console
    from kgbx.cli.holder import Holder
    from kgbx.consent.facts import OrganisationFact
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Row

STATUTE_OF_AGE: Final = "Jeugdwet 7.3.11 lid 1 en 7.3.15 lid 1; Wmo 2015 5.3.3 lid 2"
"""From twelve the youth alone, by statute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A case with everything to decide about it.

    Attributes:
        case: The own file.
        own: URN of the own organisation.
        at: Instant; also what was known then.
        facts: From case and registers.
        policy: The policy in force.
    """

    case: FamilyCase = field(repr=False)
    own: str
    at: str
    facts: Facts = field(repr=False)
    policy: Policy = field(repr=False)

    def request(self, column: Column) -> Request:
        """Return the request of a column."""
        return Request(
            sender=self.own, recipient=column.recipient, purpose=column.purpose, at=self.at, known_at=self.at
        )

    @property
    def index(self) -> Index:
        """The facts at the moment."""
        return Index.of(self.facts, self.at, known_at=self.at)


@dataclass(frozen=True, slots=True)
class Column:
    """A recipient and a purpose, with its number in what is printed."""

    number: int
    recipient: str
    function: str
    purpose: str


def columns_of(file: File) -> Iterator[Column]:
    """Yield every organisation of the registers with every purpose for which its function has a minimal set."""
    others = {one.id: one.function for one in file.facts.organisations if one.id != file.own}
    purposes = sorted({row.purpose for row in file.policy.necessary})
    number = 0
    for org, function in sorted(others.items()):
        for purpose in purposes:
            if file.policy.categories_for(function, purpose):
                number += 1
                yield Column(number, org, function, purpose)


def rows_of(file: File, column: Column) -> dict[str, Row]:
    """Return what is decided about each record for a recipient and purpose, by record."""
    found = share(file.case, request=file.request(column), policy=file.policy, facts=file.facts)
    return {row.record: row for row in found.account.rows}


def read_case(console: Console, case: str, *, holder: Holder, at: str | None) -> File:
    """Return a case with the facts and the policy of a moment, as ``--at`` gives it.

    Raises:
        DocumentError: the case, the registers or the proofs are not valid.
        DirectoryError: the directory by which proofs are verified cannot be believed.
        UsageError: U_POLICY, U_MOMENT.
    """
    now = console.moment(at)
    moment = format_instant(now)
    content = FamilyCase.from_json(read_file(case, limit=MAX_DOCUMENT_BYTES))
    facts = holder.facts(content, now, console)
    policy = policy_in_force(published_policies(), moment)
    return File(case=content, own=holder.own, at=moment, facts=facts, policy=policy)


def releases_of(row: Row) -> dict[str, dict[str, str]]:
    """Return for each category and subject what opened secrecy."""
    return {category: dict(one.released_by) for category, one in row.decisions.items()}


@dataclass(frozen=True, slots=True)
class Stricter:
    """A record that the statute alone would not hold back from a recipient."""

    column: Column
    record: str
    array: str
    codes: tuple[str, ...]
    articles: tuple[str, ...]


def stricter_of(file: File, matrix: dict[Column, dict[str, Row]]) -> list[Stricter]:
    """Return what only stricter choices hold back: reasons marked so, and asking the holders too at 12 to 15."""
    youth = replace(file, policy=file.policy.model_copy(update={"age_12_to_15": "youth"}))
    found = []
    for column, rows in matrix.items():
        others = rows_of(youth, column)
        for record, row in rows.items():
            left = [code for code in others[record].reasons if not REASONS[code].stricter]
            if row.permit or left:
                continue
            codes, articles = list(others[record].reasons), [REASONS[code].source for code in others[record].reasons]
            if set(row.reasons) != set(codes):
                codes, articles = ["age_12_to_15", *codes], [STATUTE_OF_AGE, *articles]
            found.append(Stricter(column, record, row.array, tuple(codes), tuple(articles)))
    return found


def beyond_the_law(organisations: Iterable[OrganisationFact], policy: Policy) -> Iterator[OrganisationFact]:
    """Yield the organisations whose registers let them use more BSNs than the policy knows a law for."""
    for one in organisations:
        allowed = policy.bsn_persons(one.function)
        enough = {"any": (True, "children", False), "children": ("children", False), None: (False,)}
        if one.may_use_bsn not in enough[allowed]:
            yield one

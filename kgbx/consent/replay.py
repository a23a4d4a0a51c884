# SPDX-License-Identifier: EUPL-1.2
"""Decide again what a log says was decided: the same facts and the same policy must give the same answer.

Rules: only the policy and the facts whose digests stand in the entry are used; a row without what was looked at cannot
be decided again, and is never called equal. What was found in texts, and which records were missing, comes from the
log: texts are not kept. The machine does not say who is right when an answer differs: it says where.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from kgbx.case.structures import read_shape
from kgbx.consent.decide import Decider
from kgbx.consent.facts import Facts, Request
from kgbx.consent.index import Index
from kgbx.consent.log import log_row
from kgbx.consent.share import Row
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.log import Disclosure, LogRow
    from kgbx.consent.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the log and the decision of now are not the same.

    Attributes:
        pointer: JSON Pointer into the entry.
        record: Id of the record.
        logged: What the log says: codes of reasons or of releases, nothing else.
        again: What is decided now; None when it cannot be decided again.
    """

    pointer: str
    record: str
    logged: tuple[str, ...]
    again: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One entry, decided again.

    Attributes:
        entry: The line of the log.
        policy: The policy it names.
        facts: The facts it names.
        differences: Every difference, in the order of the rows; empty when all is equal.
    """

    entry: Disclosure
    policy: Policy = field(repr=False)
    facts: Facts = field(repr=False)
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether every row was decided again with the same outcome."""
        return not self.differences


def request_of(entry: Disclosure) -> Request:
    """Return the request that an entry answers."""
    return Request(
        sender=entry.sender,
        recipient=entry.recipient,
        purpose=entry.purpose,
        at=entry.at,
        known_at=entry.known_at,
    )


def replay(entry: Disclosure, *, facts: bytes, policies: Iterable[Policy]) -> Replayed:
    """Return an entry with where it is decided otherwise now.

    Args:
        entry: A line of the log.
        facts: The canonical facts that were stored beside the log.
        policies: Candidates, of which one has the digest in the entry.

    Raises:
        UsageError: U_LOG_POLICY, none of the policies has the digest; U_LOG_FACTS, the facts are not those.
        DocumentError: the facts cannot be read.
    """
    policy = next((one for one in policies if one.digest.hex() == entry.policy), None)
    if policy is None:
        raise UsageError("U_LOG_POLICY", pointer="/policy")
    if sha256(facts).hexdigest() != entry.facts:
        raise UsageError("U_LOG_FACTS", pointer="/facts")
    known = read_shape(facts, Facts).model_copy(update={"own": entry.sender})  # as share() decides
    request = request_of(entry)
    decider = Decider(Index.of(known, request.at, known_at=request.known_at), request=request, policy=policy)
    found = (
        difference
        for number, row in enumerate(entry.rows)
        for difference in _differences(row, _again(row, decider), f"/rows/{number}")
    )
    return Replayed(entry=entry, policy=policy, facts=known, differences=tuple(found))


def _again(row: LogRow, decider: Decider) -> LogRow | None:
    """Return the row as it is decided now; None when the log does not say what was looked at."""
    looked = row.item
    if looked is None and row.categories:
        return None
    items = () if looked is None else tuple(looked.item(row.record, category) for category in row.categories)
    again = Row(
        record=row.record,
        array=row.type,
        subjects=row.subjects if looked is None else looked.about,
        decisions={item.category: decider.decide(item) for item in items},
        found=row.found,
        missing=row.missing,
    )
    return log_row(again, item=looked)


def _differences(row: LogRow, again: LogRow | None, pointer: str) -> list[Difference]:
    if again is None:
        return [Difference(pointer=f"{pointer}/item", record=row.record, logged=row.reasons, again=None)]
    members = {"subjects": _subjects, "reasons": _reasons, "released_by": _releases}
    pairs = {name: (told(row), told(again)) for name, told in members.items()}
    return [
        Difference(pointer=f"{pointer}/{name}", record=row.record, logged=logged, again=now)
        for name, (logged, now) in pairs.items()
        if logged != now
    ]


def _subjects(row: LogRow) -> tuple[str, ...]:
    return row.subjects


def _reasons(row: LogRow) -> tuple[str, ...]:
    return row.reasons


def _releases(row: LogRow) -> tuple[str, ...]:
    """Return what opened secrecy, a line for each category and subject."""
    return tuple(
        f"{category} {subject} {release}"
        for category, subjects in sorted(row.released_by.items())
        for subject, release in sorted(subjects.items())
    )

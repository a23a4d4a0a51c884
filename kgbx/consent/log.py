# SPDX-License-Identifier: EUPL-1.2
"""The disclosure log: what was shared or withheld, under which policy and facts, so that it can be decided again.

Rules: one line of JSON for each share; ids and codes only; a line holds what the decision looked at of each record, so
that it replays when the record is long erased; the facts are stored once beside it, under their digest. Lines are only
added. Each holds its number, its own digest and the digest of the line before it, so that what was changed, moved or
taken out shows; so does a line that a crash tore. The log is about people: it is kept as carefully as the case.

Form: ``kgbx-disclosure/1``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from kgbx.canonical import dumps
from kgbx.case.structures import Key, Moment, Shape, read_shape
from kgbx.consent.facts import Facts, Keys, Looked
from kgbx.consent.items import Itemiser
from kgbx.consent.log_insight import Insight, insights
from kgbx.errors import DocumentError, IntegrityError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Account, Row

FORMAT: Final = "kgbx-disclosure/1"
NOT_JSON: Final = frozenset({"D_JSON", "D_ENCODING"})
"""What the beginning of a line is, when its end was never written."""


class LogRow(Shape):
    """What was decided about one record.

    Attributes:
        record: Its id.
        type: Its array.
        subjects: Whom it is about.
        categories: What it is.
        released_by: For each category and subject what opened secrecy; empty when it did not travel.
        reasons: Why it did not travel; empty when it did.
        item: What was looked at; absent when it has no category, or in a log without items.
        found: Pointers, inside the record, of what names a protected place.
        missing: Ids of records without which it cannot be understood and that did not travel.
        insight: What access() would look at when the record is erased; absent when it did not travel or gives a place
            away.
    """

    record: Key
    type: Key
    subjects: Keys
    categories: Keys
    released_by: dict[Key, dict[Key, Key]] = Field(default_factory=dict)
    reasons: Keys
    item: Looked | None = None
    found: Keys = ()
    missing: Keys = ()
    insight: Insight | None = None


class Disclosure(Shape):
    """One line of the log. Digests are SHA-256, hexadecimal.

    Attributes:
        number: Its place in the log, from 1; 0 while it is in none.
        before: Digest of the line before it; absent in the first.
        digest: Of the line itself, without this member.
        policy: Of the canonical policy.
        facts: Of the canonical facts.
        count: How many rows there are.
        along: Ids of what went and was not decided about by itself, sorted: confidences, descriptions, links.
    """

    format: Literal["kgbx-disclosure/1"]
    number: Annotated[int, Field(ge=0)] = 0
    before: Key | None = None
    digest: str = ""
    id: Key
    at: Moment
    known_at: Moment
    sender: Key
    recipient: Key
    purpose: Key
    policy: Key
    facts: Key
    count: Annotated[int, Field(ge=0)]
    rows: tuple[LogRow, ...]
    along: Keys = ()

    def line(self) -> bytes:
        """Return the line of the log, with its line end."""
        return dumps(self.model_dump(mode="json", exclude_defaults=True)) + b"\n"

    @property
    def whole(self) -> bool:
        """Whether it is as it was written: no row is missing, and its digest fits."""
        return self.count == len(self.rows) and self.digest == _digest_of(self)

    def placed(self, place: Place) -> Disclosure:
        """Return the entry as the line after a place in the log."""
        placed = self.model_copy(update={"number": place.number + 1, "before": place.digest})
        return placed.model_copy(update={"digest": _digest_of(placed)})

    @property
    def said(self) -> bytes:
        """What it says, wherever it stands in a log."""
        return self.placed(START).line()


def _digest_of(entry: Disclosure) -> str:
    value = entry.model_dump(mode="json", exclude_defaults=True, exclude={"digest"})
    return sha256(dumps(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a log: the number of a line and the digest of its bytes; of no line at the start."""

    number: int
    digest: str | None

    @classmethod
    def of(cls, entry: Disclosure, line: bytes) -> Place:
        """Return the place of an entry that was read from a line."""
        return cls(entry.number, sha256(line.rstrip(b"\n")).hexdigest())


START: Final = Place(0, None)
"""Before the first line."""


def facts_bytes(facts: Facts) -> bytes:
    """Return the one spelling of facts, to store beside the log."""
    dumped = facts.model_dump(mode="json", exclude_none=True)
    return dumps({name: value for name, value in dumped.items() if name in Facts.model_fields and value})


def disclosure(
    account: Account,
    *,
    policy: Policy,
    facts: Facts,
    entry_id: str,
    case: FamilyCase | None = None,
    view: FamilyCase | None = None,
) -> Disclosure:
    """Return the line about a share.

    Args:
        account: What was decided.
        policy: The policy it was decided under.
        facts: The facts it was decided with.
        entry_id: UUID of the entry.
        case: The file that was shared from; without it the rows cannot be decided again.
        view: What went, whole; without it what went along is not in the line.
    """
    request = account.request
    looked = (
        {}
        if case is None
        else _looked(account.rows, case, Itemiser.of_sender(case, facts=facts, policy=policy, request=request))
    )
    kept = {} if case is None else insights(account, case=case, facts=facts, policy=policy)
    return Disclosure(
        format=FORMAT,
        id=entry_id,
        at=request.at,
        known_at=request.known_at,
        sender=request.sender,
        recipient=request.recipient,
        purpose=request.purpose,
        policy=policy.digest.hex(),
        facts=sha256(facts_bytes(facts)).hexdigest(),
        count=len(account.rows),
        rows=tuple(log_row(row, item=looked.get(row.record), insight=kept.get(row.record)) for row in account.rows),
        along=_along(account.rows, view or ()),
    )


def _along(rows: Iterable[Row], view: Iterable[BareRecord]) -> Keys:
    return tuple(sorted({record.id for record in view} - {row.record for row in rows if row.permit}))


def _looked(rows: Iterable[Row], case: FamilyCase, itemiser: Itemiser) -> dict[str, Looked]:
    records = {record.id: record for record in case}
    items = {row.record: itemiser.items_of(records[row.record]) for row in rows}  # type: ignore[arg-type]  # rows are of records
    return {record: found[0].looked for record, found in items.items() if found}


def log_row(row: Row, *, item: Looked | None = None, insight: Insight | None = None) -> LogRow:
    """Return what the log says of one row of an account."""
    decisions = row.decisions if row.permit else {}
    return LogRow(
        record=row.record,
        type=row.array,
        subjects=row.subjects,
        categories=tuple(row.decisions),
        released_by={category: dict(one.released_by) for category, one in decisions.items()},
        reasons=row.reasons,
        item=item,
        found=row.found,
        missing=row.missing,
        insight=insight,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLines:
    """What stands in a file of the log.

    Attributes:
        entries: The lines that could be read, with their numbers in the file, from 1.
        findings: What shows that the log is not what was written: D_LOG_EMPTY; D_LOG_TORN, a line that is no JSON;
            D_LOG_CHANGED, its digest or number of rows does not fit; D_LOG_BREAK, it does not follow the line before.
            The pointer is the number of the line in the file, from 0.
        last: Where the log ends.
    """

    entries: tuple[tuple[int, Disclosure], ...]
    findings: tuple[Problem, ...]
    last: Place


def read_lines(data: bytes, *, after: Place = START) -> LogLines:
    """Return the lines of a disclosure log; an empty line is nothing, a torn one is told.

    Args:
        data: The file.
        after: Where the part of the log before this one ended; a file may always begin a log of its own.

    Raises:
        DocumentError: a line is JSON but not of the right form; all problems of the first such line, without values,
            their pointers starting with the number of the line, counted from 0.
    """
    entries, findings, last = list[tuple[int, Disclosure]](), list[Problem](), after
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        found = read_line(line, number)
        if found is None:
            findings.append(_finding("D_LOG_TORN", number))
            continue
        begins = not entries and Place(found.number - 1, found.before) == START
        if not begins and Place(found.number - 1, found.before) != last:
            findings.append(_finding("D_LOG_BREAK", number))
        if not found.whole:
            findings.append(_finding("D_LOG_CHANGED", number))
        entries.append((number, found))
        last = Place.of(found, line)
    if not entries:
        findings.append(Problem.of_shape("D_LOG_EMPTY"))
    return LogLines(entries=tuple(entries), findings=tuple(findings), last=last)


def _finding(code: str, number: int) -> Problem:
    return Problem.of_shape(code, f"/{number - 1}")


def read_line(line: bytes, number: int) -> Disclosure | None:
    """Return the entry in a line; None for one that is no JSON, so that its end was never written.

    Raises:
        DocumentError: it is JSON of another form.
    """
    try:
        return read_shape(line, Disclosure)
    except DocumentError as error:
        problems = error.problems
    if {problem.code for problem in problems} <= NOT_JSON:
        return None
    raise DocumentError(replace(problem, pointer=f"/{number - 1}{problem.pointer}") for problem in problems)


def read_log(data: bytes) -> tuple[Disclosure, ...]:
    """Return the lines of a disclosure log, in its order; an empty line is skipped.

    Raises:
        DocumentError: a line has not the right form, or the log is not as it was written: all findings of
            :func:`read_lines`.
    """
    found = read_lines(data)
    if found.findings:
        raise DocumentError(found.findings)
    return tuple(entry for _, entry in found.entries)


def chained(entries: Iterable[Disclosure], *, after: Place = START) -> tuple[Disclosure, ...]:
    """Return entries as the lines of a log, each after the one before."""
    found, place = list[Disclosure](), after
    for entry in entries:
        placed = entry.placed(place)
        place = Place.of(placed, placed.line())
        found.append(placed)
    return tuple(found)


def one_of_each(entries: Iterable[Disclosure]) -> tuple[Disclosure, ...]:
    """Return entries in their order, one that was given twice once, wherever it stood.

    Raises:
        IntegrityError: D_CONFLICT, two entries have one id and not the same content.
    """
    found = dict[str, Disclosure]()
    for entry in entries:
        if found.setdefault(entry.id, entry).said != entry.said:
            raise IntegrityError("D_CONFLICT", (entry.id,))
    return tuple(found.values())

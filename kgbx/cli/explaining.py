# SPDX-License-Identifier: EUPL-1.2
"""What commands tell a privacy officer about one record: what it rested on, or what stood in the way.

Rules: ids, codes and articles only, never what a record says. A denial that only a stricter choice of this library or
policy causes is called so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.consent.bases import bases, note_of
from kgbx.consent.index import Index
from kgbx.consent.reasons import REASONS
from kgbx.consent.replay import request_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.cli.console import Console
    from kgbx.consent.bases import Basis
    from kgbx.consent.facts import Request
    from kgbx.consent.log import LogRow
    from kgbx.consent.policy import Policy
    from kgbx.consent.replay import Replayed


def say_grounds(console: Console, request: Request, *, index: Index, policy: Policy) -> None:
    """Print where the minimal set and the ground of AVG 6 of a recipient come from."""
    function = index.function(request.recipient)
    kinds = {"necessary": ("Minimale set", "Minimal set"), "gdpr_grounds": ("Grondslag AVG 6", "Ground of AVG 6")}
    for table, (nl, en) in kinds.items():
        note = note_of(table, function, purpose=request.purpose, policy=policy)
        source = ("geen", "none") if note is None else (note.source, note.source)
        console.say(f"  {nl}: {source[0]}", f"  {en}: {source[1]}")


def say_bases(console: Console, found: Iterable[Basis]) -> None:
    """Print what a record that went rested on."""
    for one in found:
        rests = "".join(f" {record}" for record in one.records)
        line = f"        {one.category}  {one.person}  {one.release} [{one.article}]{rests}"
        console.say(line, line)


def say_reasons(console: Console, codes: Iterable[str]) -> None:
    """Print what stood in the way of a record, with articles."""
    for code in codes:
        reason = REASONS[code]
        console.say(f"    {code}  {reason.say('nl')}", f"    {code}  {reason.say('en')}")


def explain_entry(console: Console, answer: Replayed, *, record: str | None = None) -> None:
    """Print for each record of an entry, or for one, what it rested on or what stood in the way."""
    entry, request = answer.entry, request_of(answer.entry)
    index = Index.of(answer.facts, request.at, known_at=request.known_at)
    console.say(f"  Beleid {answer.policy.version}", f"  Policy {answer.policy.version}")
    say_grounds(console, request, index=index, policy=answer.policy)
    rows = [row for row in entry.rows if record in (None, row.record)]
    for row in sorted(rows, key=lambda row: (bool(row.reasons), row.record)):
        kind, codes = ", ".join(row.categories), ", ".join(row.reasons)
        console.say(
            f"    {row.record}  {kind}  {f'ging niet mee: {codes}' if codes else 'ging mee'}",
            f"    {row.record}  {kind}  {f'stayed: {codes}' if codes else 'went'}",
        )
        say_bases(console, bases(row.released_by, request, index=index, policy=answer.policy))
    say_reasons(console, sorted({code for row in rows for code in row.reasons}))


def explained(answer: Replayed, *, record: str | None = None) -> list[dict[str, object]]:
    """Return the same for programs."""
    request = request_of(answer.entry)
    index = Index.of(answer.facts, request.at, known_at=request.known_at)
    rows = (row for row in answer.entry.rows if record in (None, row.record))
    return [_row_as_json(row, request, index, answer.policy) for row in rows]


def _row_as_json(row: LogRow, request: Request, index: Index, policy: Policy) -> dict[str, object]:
    return {
        "record": row.record,
        "categories": list(row.categories),
        "bases": bases_as_json(row.released_by, request, index=index, policy=policy),
        "reasons": reasons_as_json(row.reasons),
    }


def bases_as_json(
    released_by: Mapping[str, Mapping[str, str]], request: Request, *, index: Index, policy: Policy
) -> list[dict[str, object]]:
    """Return what a record that went rested on, for programs."""
    return [
        {
            "category": one.category,
            "person": one.person,
            "release": one.release,
            "article": one.article,
            "records": list(one.records),
        }
        for one in bases(released_by, request, index=index, policy=policy)
    ]


def reasons_as_json(codes: Iterable[str]) -> list[dict[str, object]]:
    """Return what stood in the way, for programs."""
    return [{"code": code, "article": REASONS[code].source, "stricter": REASONS[code].stricter} for code in codes]

# SPDX-License-Identifier: EUPL-1.2
"""What is wrong in nobody's own records is a contradiction between organisations: it is shown, never refused.

Rules: an error stays an error when it stands in what the organisation recorded that recorded the place, with nothing of
others beside it. Whatever else broke it, a link that makes two persons one or a corrected birth date, somebody else may
be right; and a merge of two cases that could be read can be read again. What no merge can break stays an error.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgbx.case.index import CaseIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.rules.rule import Rule
    from kgbx.errors import Problem

OF_ONE_DOCUMENT: Final = frozenset({"KGBX-R-078", "KGBX-R-131"})
"""Rules that a merge keeps by itself: an id once, and nothing of what was erased."""

Place = tuple[str, str, str]
"""Rule, id of the record, place inside it: the same in every case that holds the record."""


def shown_between_organisations(
    problems: Iterable[Problem], index: CaseIndex, *, rules: Iterable[Rule]
) -> list[Problem]:
    """Return the problems, those that only several organisations together make as warnings."""
    found = [(problem, _place(problem, index)) for problem in problems]
    doubtful = {place for problem, place in found if place is not None and _may_be_shown(problem)}
    certain = _standing_alone(doubtful, index, rules) if doubtful and _several(index) else doubtful
    return [
        replace(problem, severity="warning") if place in doubtful and place not in certain else problem
        for problem, place in found
    ]


def _may_be_shown(problem: Problem) -> bool:
    return problem.severity == "error" and problem.code not in OF_ONE_DOCUMENT


def _place(problem: Problem, index: CaseIndex) -> Place | None:
    """Return where a problem is told, None if that is not in a record."""
    _, array, number, *rest = (*problem.pointer.split("/"), "", "")
    records = index.arrays.get(array, ())
    return (problem.code, records[int(number)].id, "/".join(rest)) if records else None


def _several(index: CaseIndex) -> bool:
    return len({record.recorded_by.org for record in index.all}) > 1


def _standing_alone(places: set[Place], index: CaseIndex, rules: Iterable[Rule]) -> set[Place]:
    """Return the places that are wrong in the own records of the organisation that recorded them."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, record_id, _ in places:
        codes[index.by_id[record_id].recorded_by.org].add(code)
    return {
        place
        for org, own in _by_organisation(index, set(codes))
        for rule in rules
        if rule.id in codes[org]
        for problem in rule.problems(own)
        if problem.severity == "error" and (place := _place(problem, own)) is not None
    }


def _by_organisation(index: CaseIndex, orgs: set[str]) -> Iterator[tuple[str, CaseIndex]]:
    """Yield organisations with an index of what each recorded."""
    records: dict[str, dict[str, list[BareRecord]]] = {org: defaultdict(list) for org in orgs}
    for array, rows in index.arrays.items():
        for record in rows:
            if record.recorded_by.org in orgs:
                records[record.recorded_by.org][array].append(record)
    for org, own in records.items():
        arrays = {array: tuple(own.get(array, ())) for array in index.arrays}
        yield org, CaseIndex(arrays, synthetic=index.synthetic, disputed=index.disputed)

# SPDX-License-Identifier: EUPL-1.2
"""Whom a record is about.

Rules: the table of record types says it per type; a record that speaks about another is about the same persons. An
unborn child is never a subject: its mother is, where the relations name her.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.case.people import Person
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.family_case import FamilyCase
    from kgbx.case.index import CaseIndex


def about_of(record: BareRecord, case: FamilyCase) -> tuple[str, ...]:
    """Return the ids of the persons a record is about, sorted, each once.

    Returns:
        Ids of persons; empty for links, organisations and professionals, and where nothing is known.

    Raises:
        TypeError: something else than a record.
    """
    if type(record) not in TYPE_OF:
        raise TypeError("only a record is about somebody")
    index = case._indexed()  # noqa: SLF001  # made once for a case, so that a chain is walked once
    spoken_of = index.spoken_of(record)
    row = TYPE_OF[type(spoken_of)]
    named = (person for path in row.about or () for person in _named(spoken_of, path.split(".")))
    return tuple(sorted({subject for person in named for subject in _subjects(person, case, index)}))


def _named(value: object, path: list[str]) -> Iterator[str]:
    """Yield the ids at the end of a path; arrays on the way are walked through, an absent member names nobody."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _named(inner, path)
    elif value is not None:
        yield from _named(getattr(value, path[0]), path[1:])


def _subjects(person_id: str, case: FamilyCase, index: CaseIndex) -> tuple[str, ...]:
    person = case.get(person_id)
    unborn = isinstance(person, Person) and person.expected_birth_date is not None and person.birth_date is None
    return index.mothers(person_id) if unborn else (person_id,)

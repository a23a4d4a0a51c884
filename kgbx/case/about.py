# SPDX-License-Identifier: EUPL-1.2
"""Whom a record is about.

Rules: the table of record types says it per type; a record that speaks about another is about the same persons. An
unborn child is never a subject: its mother is, where the relations name her.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.family import Relation
from kgbx.case.people import Person
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.family_case import FamilyCase

_MOTHER_KINDS: Final = frozenset({"ouder", "biologische_ouder"})


def about_of(record: BareRecord, case: FamilyCase) -> tuple[str, ...]:
    """Return the ids of the persons a record is about, sorted, each once.

    Returns:
        Ids of persons; empty for links, organisations and professionals, and where nothing is known.

    Raises:
        TypeError: something else than a record.
    """
    spoken_of = _spoken_of(record, case)
    row = TYPE_OF.get(type(spoken_of))
    if row is None:
        raise TypeError("only a record is about somebody")
    named = (person for path in row.about or () for person in _named(spoken_of, path.split(".")))
    return tuple(sorted({subject for person in named for subject in _subjects(person, case)}))


def _named(value: object, path: list[str]) -> Iterator[str]:
    """Yield the ids at the end of a path; arrays on the way are walked through, an absent member names nobody."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _named(inner, path)
    elif value is not None:
        yield from _named(getattr(value, path[0]), path[1:])


def _spoken_of(record: BareRecord, case: FamilyCase) -> BareRecord:
    """Return the record at the end of "speaks about"; a circle ends where it began."""
    seen: set[str] = set()
    while (row := TYPE_OF.get(type(record))) is not None and row.target is not None and record.id not in seen:
        seen.add(record.id)
        target = case.get(getattr(record, row.target))
        if target is None:
            break
        record = target
    return record


def _subjects(person_id: str, case: FamilyCase) -> Iterator[str]:
    person = case.get(person_id)
    unborn = isinstance(person, Person) and person.expected_birth_date is not None and person.birth_date is None
    if not unborn:
        yield person_id
        return
    for relation in case.current("relations"):
        if isinstance(relation, Relation) and relation.to == person_id and relation.kind in _MOTHER_KINDS:
            parent = case.get(relation.from_)
            if isinstance(parent, Person) and parent.sex == "vrouw":
                yield parent.id

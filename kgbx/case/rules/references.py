# SPDX-License-Identifier: EUPL-1.2
"""Which members name other records, and which members hold free text: two tables and a walk.

Rules: a path is a tuple of member names, of which the first may end in an underscore that the wire does not have; a
tuple of values on the way is walked through. A person id may name nobody: that is a person without a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.rules.reference import (
    BARE,
    DECIDED,
    Path,
    Reference,
    to_person,
    to_professional,
    to_writer,
)
from kgbx.case.rules.references_around import PARTIES, REFERENCES_AROUND, TEXTS_AROUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case.index import CaseIndex

    Test = Callable[[str], bool]

REFERENCES: Final = (
    *(to_professional(array, "recorded_by", "professional") for array in (*BARE, *DECIDED)),
    *(to_professional(array, "reviewed_by", "professional") for array in DECIDED),
    *(to_person(array, "third_parties") for array in DECIDED),
    *(to_person(array, "reveals_location_of") for array in DECIDED),
    to_person("identifiers", "person"),
    to_professional("identifiers", "verified", "by", "professional"),
    to_person("addresses", "persons"),
    to_person("contact_points", "persons"),
    to_person("relations", "from_"),
    to_person("relations", "to"),
    to_person("households", "members", "person"),
    to_person("parental_authorities", "minor"),
    to_person("parental_authorities", "holders", "person"),
    to_person("involvements", "persons"),
    to_professional("involvements", "professional"),
    to_professional("involvements", "deputy"),
    to_professional("involvements", "duo_with"),
    to_professional("involvements", "introduced_by"),
    to_person("involvements", "agreed_with", "person"),
    to_person("statements", "about"),
    to_person("statements", "told_by", "person"),
    to_professional("statements", "told_by", "professional"),
    to_professional("statements", "told_to", "professional"),
    to_person("statements", "first_teller", "person"),
    to_professional("statements", "first_teller", "professional"),
    to_writer("statements", "wording", "written_by"),
    Reference("reactions", ("record",), DECIDED),
    to_person("reactions", "by"),
    to_writer("reactions", "words", "written_by"),
    to_professional("reactions", "outcome", "by", "professional"),
    Reference("reviews", ("record",), ("statements",)),
    to_person("reviews", "by"),
    to_person("reviews", "on_behalf_of"),
    Reference("links", ("from_",), ()),
    *REFERENCES_AROUND,
)
"""Every member that names a record; the other end of a link stands with the links' own rules."""

TEXTS: Final[tuple[tuple[str, Path], ...]] = (
    ("statements", ("wording", "text")),
    ("statements", ("wording", "original", "text")),
    ("reactions", ("words", "text")),
    ("reactions", ("words", "original", "text")),
    ("reactions", ("outcome", "reason")),
    ("reviews", ("remark",)),
    ("contact_points", ("safe_times",)),
    ("households", ("members", "arrangement")),
    ("parental_authorities", ("explanation",)),
    ("involvements", ("agreed_with", "said")),
    *TEXTS_AROUND,
)
"""Every member in which somebody writes freely."""


def _walk(value: object, path: Path, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _walk(inner, path, f"{pointer}/{number}")
    elif value is not None:
        yield from _walk(getattr(value, path[0]), path[1:], f"{pointer}/{path[0]}")


def values_at(index: CaseIndex, array: str, *, path: Path) -> Iterator[tuple[str, str]]:
    """Yield pointer and value of a member in every record of an array."""
    first, wire = path[0], path[0].rstrip("_")
    for number, record in enumerate(index.arrays[array]):
        value = getattr(record, first)
        if value is not None:
            yield from _walk(value, path[1:], f"/{array}/{number}/{wire}")


def values_where(index: CaseIndex, array: str, *, path: Path, wrong: Test) -> Iterator[tuple[str, str]]:
    """Yield pointer and value of a member where a test says so; pointers are made only for those, which are few."""
    first, rest, wire = path[0], path[1:], path[0].rstrip("_")
    for number, record in enumerate(index.arrays[array]):
        value = getattr(record, first)
        if value is not None and _holds(value, rest, wrong):
            found = _walk(value, rest, f"/{array}/{number}/{wire}")
            yield from (place for place in found if wrong(place[1]))


def _holds(value: object, path: Path, wrong: Test) -> bool:
    if isinstance(value, str):
        return wrong(value)
    if isinstance(value, tuple):
        return any(_holds(inner, path, wrong) for inner in value)
    return value is not None and _holds(getattr(value, path[0]), path[1:], wrong)


__all__ = ["PARTIES", "REFERENCES", "TEXTS", "Path", "Reference", "values_at", "values_where"]

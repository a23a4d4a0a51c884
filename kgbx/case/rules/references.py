# SPDX-License-Identifier: EUPL-1.2
"""Which members name other records, and which members hold free text: two tables and a walk.

Rules: a path is a tuple of member names, of which the first may end in an underscore that the wire does not have; a
tuple of values on the way is walked through. A person id may name nobody: that is a person without a name. Documents
have no record type here, so a document id is not looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.index import CaseIndex

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One member that names another record.

    Attributes:
        array: Array of the record that has the member.
        path: Where the member is.
        arrays: Arrays in which the named record may stand; empty for any.
        may_be_absent: Whether the named record need not be in the case.
    """

    array: str
    path: Path
    arrays: tuple[str, ...]
    may_be_absent: bool = False


_DECIDED: Final = (
    "persons",
    "identifiers",
    "addresses",
    "contact_points",
    "relations",
    "households",
    "parental_authorities",
    "involvements",
    "statements",
    "reactions",
    "reviews",
)
_BARE: Final = ("organisations", "professionals", "links")


def _person(array: str, *path: str) -> Reference:
    return Reference(array, path, ("persons",), may_be_absent=True)


def _professional(array: str, *path: str) -> Reference:
    return Reference(array, path, ("professionals",))


def _writer(array: str, *path: str) -> Reference:
    return Reference(array, path, ("persons", "professionals"), may_be_absent=True)


REFERENCES: Final = (
    *(_professional(array, "recorded_by", "professional") for array in (*_BARE, *_DECIDED)),
    *(_professional(array, "reviewed_by", "professional") for array in _DECIDED),
    *(_person(array, "third_parties") for array in _DECIDED),
    *(_person(array, "reveals_location_of") for array in _DECIDED),
    _person("identifiers", "person"),
    _professional("identifiers", "verified", "by", "professional"),
    _person("addresses", "persons"),
    _person("contact_points", "persons"),
    _person("relations", "from_"),
    _person("relations", "to"),
    _person("households", "members", "person"),
    _person("parental_authorities", "minor"),
    _person("parental_authorities", "holders", "person"),
    _person("involvements", "persons"),
    _professional("involvements", "professional"),
    _professional("involvements", "deputy"),
    _professional("involvements", "duo_with"),
    _professional("involvements", "introduced_by"),
    _person("involvements", "agreed_with", "person"),
    _person("statements", "about"),
    _person("statements", "told_by", "person"),
    _professional("statements", "told_by", "professional"),
    _professional("statements", "told_to", "professional"),
    _person("statements", "first_teller", "person"),
    _professional("statements", "first_teller", "professional"),
    _writer("statements", "wording", "written_by"),
    Reference("reactions", ("record",), _DECIDED),
    _person("reactions", "by"),
    _writer("reactions", "words", "written_by"),
    _professional("reactions", "outcome", "by", "professional"),
    Reference("reviews", ("record",), ("statements",)),
    _person("reviews", "by"),
    Reference("links", ("from_",), ()),
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

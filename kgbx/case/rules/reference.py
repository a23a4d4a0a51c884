# SPDX-License-Identifier: EUPL-1.2
"""What it is that one member names another record, and short ways to write such rows down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kgbx.case.types import RECORD_TYPES

Path = tuple[str, ...]

DECIDED: Final = tuple(row.array for row in RECORD_TYPES if row.about is not None)
"""Arrays of full records."""

BARE: Final = tuple(row.array for row in RECORD_TYPES if row.about is None)
"""Arrays of records that are never decided about."""


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


def to_person(array: str, *path: str) -> Reference:
    """Return: this member names a person, who may have no record."""
    return Reference(array, path, ("persons",), may_be_absent=True)


def to_professional(array: str, *path: str) -> Reference:
    """Return: this member names a professional."""
    return Reference(array, path, ("professionals",))


def to_writer(array: str, *path: str) -> Reference:
    """Return: this member names a person or a professional."""
    return Reference(array, path, ("persons", "professionals"), may_be_absent=True)

# SPDX-License-Identifier: EUPL-1.2
"""Members that name a record that is not here, or is of another type: and which of those name what was erased.

Rules: only members of which the named record must be there are looked at; a person, a replaced record, a refusal may be
absent. What was erased is gone for good: that is no mistake, but what names it cannot be understood any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbx.case.guarding import erased_ids
from kgbx.case.rules.references import REFERENCES, Reference, values_where
from kgbx.case.types import TYPE_OF_ARRAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case.index import CaseIndex


@dataclass(frozen=True, slots=True)
class Place:
    """A member that names a record that must be in the case and is not, or is of another type.

    Attributes:
        pointer: JSON Pointer to the member.
        named: The id that stands there.
        erased: Whether that record was erased.
    """

    pointer: str
    named: str
    erased: bool


def unresolved(index: CaseIndex) -> Iterator[Place]:
    """Yield every member that names a record that is not here, or is of another type."""
    erased = erased_ids(index.arrays["erasures"]) - index.by_id.keys()
    for pointer, named in _names(index):
        yield Place(pointer, named, erased=named in erased)


def naming_the_erased(index: CaseIndex) -> dict[str, frozenset[str]]:
    """Return for each record that names what was erased, and needs it, the ids of what it names."""
    if not index.arrays["erasures"]:
        return {}
    found: dict[str, frozenset[str]] = {}
    for place in unresolved(index):
        _, array, number, *_ = place.pointer.split("/")
        if place.erased and array in index.arrays:
            record_id = index.arrays[array][int(number)].id
            found[record_id] = found.get(record_id, frozenset()) | {place.named}
    return found


def _names(index: CaseIndex) -> Iterator[tuple[str, str]]:
    for reference in REFERENCES:
        missing = _missing(index, reference)
        yield from values_where(index, reference.array, path=reference.path, wrong=missing)
    for pointer, link in index.items("links"):
        if link.kind != "replaces" and link.to not in index.by_id:
            yield f"{pointer}/to", link.to
    for number, record_id in enumerate(index.disputed):
        if record_id not in index.by_id:
            yield f"/disputed/{number}", record_id


def _missing(index: CaseIndex, reference: Reference) -> Callable[[str], bool]:
    """Return the test whether a member of this kind names something that is not here, or of another type."""
    models = {TYPE_OF_ARRAY[array].model for array in reference.arrays}

    def missing(named: str) -> bool:
        record = index.by_id.get(named)
        if record is None:
            return not reference.may_be_absent
        return bool(models) and type(record) not in models

    return missing

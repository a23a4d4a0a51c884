# SPDX-License-Identifier: EUPL-1.2
"""What is different between two cases, record by record.

Rules: records are compared by id, so nothing depends on their order; a record that was erased is told apart from one
that is only missing; a correction is told as a pair. Pointers lead to members inside a record and end before what an
organisation added for itself; what is shown of a difference is types, ids and pointers, never content.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kgbx.canonical import dumps
from kgbx.case.helpers import Link
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.family_case import FamilyCase

_OPAQUE: Final = "/extensions"
_OF_EACH: Final = frozenset({"/id", "/recorded_at", "/recorded_by", "/salt"})
"""What a correction has of its own, whatever it corrects."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record.

    Attributes:
        array: Its type.
        id: Its id.
        record: The record.
    """

    array: str
    id: str
    record: BareRecord = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replacement:
    """That one record came to replace another.

    Attributes:
        array: Their type.
        old: Id of what is replaced.
        new: Id of what replaces it.
        members: Pointers, inside the records, of what the correction changed; empty where one of them is in neither
            case.
    """

    array: str
    old: str
    new: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """One id with another content: somebody broke the rule that a record never changes.

    Attributes:
        array: Type of the old record; the new one may even have another.
        id: The id.
        members: Pointers, inside the record, of what differs; one empty pointer where even the type does.
        old: The old record.
        new: The new record.
    """

    array: str
    id: str
    members: tuple[str, ...]
    old: BareRecord = field(repr=False)
    new: BareRecord = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChange:
    """What differs beside the records.

    Attributes:
        id: Old and new document id, where they differ.
        synthetic: Old and new, where they differ.
        disputed_added: Records that are marked only in the new case.
        disputed_removed: Records that are marked only in the old case.
        contributions_added: How many contributions only the new case has.
        contributions_removed: How many contributions only the old case has.
    """

    id: tuple[str | None, str | None] | None = None
    synthetic: tuple[bool, bool] | None = None
    disputed_added: tuple[str, ...] = ()
    disputed_removed: tuple[str, ...] = ()
    contributions_added: int = 0
    contributions_removed: int = 0

    def __bool__(self) -> bool:
        return self != HeadChange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What is different between an old case and a new one; true when anything is.

    Each id of which the two cases differ stands in exactly one of added, removed, erased and changed.

    Attributes:
        head: What differs beside the records.
        added: Records that only the new case has, by type and id.
        removed: Records that only the old case has and nobody erased.
        erased: Records that only the old case has and an erasure of the new one names.
        changed: Ids with another content.
        replaced: Pairs that a link joins which only the new case has; the newer record may have been there already.
    """

    head: HeadChange
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    erased: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    replaced: tuple[Replacement, ...]

    def __bool__(self) -> bool:
        return any((self.head, self.added, self.removed, self.erased, self.changed))


def diff(old: FamilyCase, new: FamilyCase) -> Diff:
    """Return what is different between two cases.

    Args:
        old: What was there.
        new: What is there now.
    """
    added = _entries(record for record in new if record.id not in old)
    gone = _entries(record for record in old if record.id not in new)
    return Diff(
        head=_head(old, new),
        added=added,
        removed=tuple(entry for entry in gone if entry.id not in new.erased),
        erased=tuple(entry for entry in gone if entry.id in new.erased),
        changed=tuple(_changed(old, new)),
        replaced=tuple(_replaced(added, old, new)),
    )


def _entries(records: Iterable[BareRecord]) -> tuple[Entry, ...]:
    """Return entries in the order of the document's types, then by id."""
    order = {row.array: place for place, row in enumerate(TYPE_OF.values())}
    found = [Entry(TYPE_OF[type(record)].array, record.id, record) for record in records]
    return tuple(sorted(found, key=lambda entry: (order[entry.array], entry.id)))


def _head(old: FamilyCase, new: FamilyCase) -> HeadChange:
    signed = set(old.contributions), set(new.contributions)
    return HeadChange(
        id=(old.id, new.id) if old.id != new.id else None,
        synthetic=(old.synthetic, new.synthetic) if old.synthetic != new.synthetic else None,
        disputed_added=tuple(sorted(set(new.disputed) - set(old.disputed))),
        disputed_removed=tuple(sorted(set(old.disputed) - set(new.disputed))),
        contributions_added=len(signed[1] - signed[0]),
        contributions_removed=len(signed[0] - signed[1]),
    )


def _changed(old: FamilyCase, new: FamilyCase) -> Iterator[Changed]:
    for entry in _entries(clash.one for clash in old.clashes(new)):
        now = new.get(entry.id)
        if now is not None:
            yield Changed(entry.array, entry.id, members_that_differ(entry.record, now), entry.record, now)


def members_that_differ(old: BareRecord, new: BareRecord) -> tuple[str, ...]:
    """Return the pointers, inside the records, of what differs; one empty pointer where even the type does."""
    if type(old) is not type(new):
        return ("",)
    one, other = (record.model_dump(mode="json", exclude_none=True) for record in (old, new))
    return tuple(_different(one, other, ""))


def _different(old: Any, new: Any, pointer: str) -> Iterator[str]:  # noqa: ANN401  # any JSON value
    if isinstance(old, dict) and isinstance(new, dict) and pointer != _OPAQUE:
        for name in dict.fromkeys((*old, *new)):
            yield from _inside(old, new, name, pointer=f"{pointer}/{name}")
    elif isinstance(old, list) and isinstance(new, list):
        before, after = dict(enumerate(old)), dict(enumerate(new))
        for number in max(before, after, key=len):
            yield from _inside(before, after, number, pointer=f"{pointer}/{number}")
    elif dumps(old) != dumps(new):
        yield pointer


def _inside(old: dict[Any, Any], new: dict[Any, Any], key: object, *, pointer: str) -> Iterator[str]:
    """Yield what differs at one member; a member that only one of them has differs as a whole."""
    if key in old and key in new:
        yield from _different(old[key], new[key], pointer)
    else:
        yield pointer


def _replaced(added: Iterable[Entry], old: FamilyCase, new: FamilyCase) -> Iterator[Replacement]:
    for entry in added:
        link = entry.record
        if isinstance(link, Link) and link.kind == "replaces":
            before, after = new.get(link.to) or old.get(link.to), new.get(link.from_)
            known = after or before
            members = members_that_differ(before, after) if before is not None and after is not None else ()
            told = tuple(one for one in members if "/".join(one.split("/")[:2]) not in _OF_EACH)
            yield Replacement(TYPE_OF[type(known)].array if known else "", link.to, link.from_, told)

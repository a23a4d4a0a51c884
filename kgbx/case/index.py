# SPDX-License-Identifier: EUPL-1.2
"""What the rules look things up in, built once per case.

Rules: every look-up is a dictionary; nothing here judges. `items` gives every record with its pointer, `live` those
that no other record replaces. A person id means the whole chain of its corrections: `person` returns the latest.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kgbx.case.people import Person
from kgbx.case.types import RECORD_TYPES, TYPE_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.case.base import BareRecord
    from kgbx.case.types import DocumentHead

SELDOM: Final = ("extensions", "reveals_location_of", "source", "keep_until")
"""Members that any type of record can have and few records do."""

_MOTHER_KINDS: Final = frozenset({"ouder", "biologische_ouder"})


class CaseIndex:
    """Look-ups over the records of one case.

    Attributes:
        arrays: Records by array, in the order that pointers count.
        synthetic: Whether everything is made up.
        disputed: Ids that a view marks as disputed.
        by_id: The first record with each id.
        repeated: Pointers of the records whose id an earlier one has.
    """

    def __init__(
        self, arrays: Mapping[str, tuple[BareRecord, ...]], *, synthetic: bool, disputed: tuple[str, ...] = ()
    ) -> None:
        self.arrays = arrays
        self.synthetic = synthetic
        self.disputed = disputed
        self._items: dict[str, tuple[tuple[str, Any], ...]] = {}
        self._live: dict[str, tuple[tuple[str, Any], ...]] = {}
        self.by_id: dict[str, BareRecord] = {}
        self.repeated: list[str] = []
        for array, records in arrays.items():
            for number, record in enumerate(records):
                if self.by_id.setdefault(record.id, record) is not record:
                    self.repeated.append(f"/{array}/{number}")

    @classmethod
    def of_document(cls, document: DocumentHead) -> CaseIndex:
        """Return the index of a document; pointers are those of the document."""
        arrays = {row.array: getattr(document, row.array) for row in RECORD_TYPES}
        return cls(arrays, synthetic=bool(document.synthetic), disputed=document.disputed)

    @property
    def all(self) -> tuple[BareRecord, ...]:
        """Every record."""
        return tuple(record for records in self.arrays.values() for record in records)

    def everything(self) -> Iterator[tuple[str, BareRecord]]:
        """Yield pointer and record of every record."""
        for array in self.arrays:
            yield from self.items(array)

    def items(self, array: str) -> tuple[tuple[str, Any], ...]:
        """Return pointer and record of each record of one array; made once, for every rule asks again."""
        if array not in self._items:
            self._items[array] = tuple((f"/{array}/{number}", row) for number, row in enumerate(self.arrays[array]))
        return self._items[array]

    def live(self, array: str) -> tuple[tuple[str, Any], ...]:
        """Return pointer and record of each record of one array that no other record replaces."""
        if array not in self._live:
            replaced = self.replaced
            self._live[array] = tuple(item for item in self.items(array) if item[1].id not in replaced)
        return self._live[array]

    def having(self, member: str) -> list[tuple[str, Any]]:
        """Return pointer and record of each record that has one of the SELDOM members."""
        return self._having[member]

    @cached_property
    def _having(self) -> dict[str, list[tuple[str, Any]]]:
        """For each such member, who has it: found in one walk, for a large case does not fit the processor's cache."""
        found: dict[str, list[tuple[str, Any]]] = {member: [] for member in SELDOM}
        for item in self.everything():
            for member in SELDOM:
                if getattr(item[1], member, None) is not None:
                    found[member].append(item)
        return found

    @cached_property
    def replaced(self) -> dict[str, set[str]]:
        """For each replaced id, the ids of what replaces it."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, link in self.items("links"):
            if link.kind == "replaces":
                found[link.to].add(link.from_)
        return dict(found)

    @cached_property
    def _neighbours(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for old, replacements in self.replaced.items():
            for new in replacements:
                found[old].add(new)
                found[new].add(old)
        return dict(found)

    def versions(self, record_id: str) -> set[str]:
        """Return the ids of all versions of a record, itself included; some may not be in the case."""
        seen = {record_id}
        waiting = [record_id]
        while waiting:
            fresh = self._neighbours.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen

    @cached_property
    def _identity(self) -> dict[str, str]:
        """For each person id that has versions, the one id that stands for all of them."""
        found: dict[str, str] = {}
        for record_id in self._neighbours:
            if record_id not in found:
                versions = self.versions(record_id)
                found.update(dict.fromkeys(versions, min(versions)))
        return found

    def same(self, person_id: str) -> str:
        """Return the id that stands for a person and all corrections of that record."""
        return self._identity.get(person_id, person_id)

    @cached_property
    def _persons(self) -> dict[str, Person]:
        latest: dict[str, Person] = {}
        for _, person in sorted(self.live("persons"), key=lambda item: (item[1].recorded_at, item[1].id)):
            latest[self.same(person.id)] = person
        return latest

    def person(self, person_id: str) -> Person | None:
        """Return the latest record of a person, or None for a person without a record."""
        return self._persons.get(self.same(person_id))

    def spoken_of(self, record: BareRecord) -> BareRecord:
        """Return the record at the end of "speaks about"; a circle has no end: a record of it then."""
        target = self._target(record)
        return record if target is None else self._ends[target.id]

    def _target(self, record: BareRecord) -> BareRecord | None:
        member = TYPE_OF[type(record)].target
        return None if member is None else self.by_id.get(getattr(record, member))

    @cached_property
    def _ends(self) -> dict[str, BareRecord]:
        """For each record the one at the end of "speaks about"; each is walked once, however long the chains are."""
        found: dict[str, BareRecord] = {}
        for begin in self.by_id.values():
            record, path = begin, set[str]()
            while record.id not in found and record.id not in path:
                path.add(record.id)
                record = self._target(record) or record
            found |= dict.fromkeys(path, found.get(record.id, record))
        return found

    def mothers(self, child_id: str) -> tuple[str, ...]:
        """Return the ids of the women whom the relations name as parents of a child."""
        return tuple(self._mothers.get(child_id, ()))

    @cached_property
    def _mothers(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for _, relation in self.live("relations"):
            parent = self.by_id.get(relation.from_)
            if relation.kind in _MOTHER_KINDS and isinstance(parent, Person) and parent.sex == "vrouw":
                found[relation.to].append(parent.id)
        return found

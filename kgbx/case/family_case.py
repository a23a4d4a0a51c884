# SPDX-License-Identifier: EUPL-1.2
"""The family case: a set of small, immutable, attributed records.

Rules:
    - a case never changes; add() and merge() return a new one;
    - merge is set union by id: commutative, associative, idempotent; one id with two contents is an IntegrityError;
    - equal cases have equal bytes: arrays are written sorted by (recorded_at, id), empty ones are left out.
It must not decide who may see a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kgbx.canonical import dumps
from kgbx.case.index import CaseIndex
from kgbx.case.reading import read, read_again
from kgbx.case.rules import problems_of_rules
from kgbx.case.shape import in_document_order
from kgbx.case.types import RECORD_TYPES, SCHEMA_URI, TYPE_OF, TYPE_OF_ARRAY
from kgbx.errors import DocumentError, IntegrityError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case.base import BareRecord

_ARRAY_ORDER: Final = {row.array: number for number, row in enumerate(RECORD_TYPES)}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Several records replace the same one: shown, never resolved silently.

    Attributes:
        record: Id of the record that is replaced.
        replacements: Ids of what replaces it, sorted.
    """

    record: str
    replacements: tuple[str, ...]


def _order(record: BareRecord) -> tuple[int, str, str]:
    return _ARRAY_ORDER[TYPE_OF[type(record)].array], record.recorded_at, record.id


class FamilyCase:
    """A family case.

    Attributes:
        id: Names one holder's file; None for a view.
        synthetic: Whether everything in it is made up.
        disputed: Ids of records of a view with which somebody disagrees whose words are not in it, sorted.
    """

    __slots__ = ("_index", "_records", "disputed", "id", "synthetic")

    id: str | None
    synthetic: bool
    disputed: tuple[str, ...]

    def __init__(
        self,
        records: Iterable[BareRecord] = (),
        *,
        id: str | None = None,  # noqa: A002  # the member's name
        synthetic: bool = False,
        disputed: Iterable[str] = (),
    ) -> None:
        """Gather records.

        Raises:
            TypeError: something else than a record.
            IntegrityError: D_CONFLICT, one id with two contents.
        """
        found: dict[str, BareRecord] = {}
        clashes = {record.id for record in records if found.setdefault(_typed(record).id, record) != record}
        if clashes:
            raise IntegrityError("D_CONFLICT", clashes)
        ordered = {record.id: record for record in sorted(found.values(), key=_order)}
        object.__setattr__(self, "_records", MappingProxyType(ordered))
        object.__setattr__(self, "_index", None)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "synthetic", synthetic)
        object.__setattr__(self, "disputed", tuple(sorted(set(disputed))))

    _records: Mapping[str, BareRecord]
    _index: CaseIndex | None

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("a family case does not change; use add() or merge()")

    # --- reading and writing

    @classmethod
    def from_json(cls, data: bytes) -> FamilyCase:
        """Return the case in `data`.

        Raises:
            DocumentError: all problems of severity error: the guard's, else those of the shape, else those of the
                rules.
            TypeError: `data` is not bytes.
        """
        reading = read(data)
        index = CaseIndex.of_document(reading.document)
        errors = [problem for problem in problems_of_rules(index) if problem.severity == "error"]
        if errors:
            raise DocumentError(in_document_order(errors, reading.value))
        head = reading.document
        return cls(index.all, id=head.id, synthetic=bool(head.synthetic), disputed=head.disputed)

    @staticmethod
    def check(data: bytes) -> tuple[Problem, ...]:
        """Return everything that can be said about `data`, warnings too, in document order; empty when all is well.

        Raises:
            TypeError: `data` is not bytes.
        """
        try:
            reading = read(data)
        except DocumentError as error:
            return error.problems
        problems = problems_of_rules(CaseIndex.of_document(reading.document))
        return in_document_order(problems, reading.value)

    def to_json(self) -> bytes:
        """Return the one spelling of this case (RFC 8785)."""
        return dumps(self._as_value())

    def _as_value(self) -> dict[str, Any]:
        value: dict[str, Any] = {"schema": SCHEMA_URI}
        if self.id is not None:
            value["id"] = self.id
        if self.synthetic:
            value["synthetic"] = True
        if self.disputed:
            value["disputed"] = list(self.disputed)
        for record in self._records.values():
            value.setdefault(TYPE_OF[type(record)].array, []).append(_value_of(record))
        return value

    # --- what it holds

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[BareRecord]:
        return iter(self._records.values())

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._records

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FamilyCase):
            return NotImplemented
        mine = (self.id, self.synthetic, self.disputed, self._records)
        return mine == (other.id, other.synthetic, other.disputed, other._records)

    def __hash__(self) -> int:
        return hash((self.id, self.synthetic, frozenset(self._records)))

    def __repr__(self) -> str:
        return f"<FamilyCase {self.id or 'view'}: {len(self)} records>"

    def get(self, record_id: str) -> BareRecord | None:
        """Return the record with this id, or None."""
        return self._records.get(record_id)

    def records(self, array: str | None = None) -> tuple[BareRecord, ...]:
        """Return all records, or those of one array, replaced ones included, by (recorded_at, id).

        Raises:
            UsageError: U_ARGUMENT, there is no such array.
        """
        if array is None:
            return tuple(self)
        model = _row(array)
        return tuple(record for record in self if isinstance(record, model))

    def current(self, array: str) -> tuple[BareRecord, ...]:
        """Return the records of an array that no other record replaces.

        Raises:
            UsageError: U_ARGUMENT, there is no such array.
        """
        replaced = self._indexed().replaced
        return tuple(record for record in self.records(array) if record.id not in replaced)

    def history(self, record_id: str) -> tuple[BareRecord, ...]:
        """Return every version of a record that the case holds, oldest first.

        Raises:
            UsageError: U_ARGUMENT, the case has no such record.
        """
        if record_id not in self._records:
            raise UsageError
        versions = self._indexed().versions(record_id)
        return tuple(sorted((self._records[i] for i in versions if i in self._records), key=_order))

    def conflicts(self) -> tuple[Conflict, ...]:
        """Return the records that are replaced by more than one other, by id."""
        found = sorted(self._indexed().replaced.items())
        return tuple(Conflict(old, tuple(sorted(new))) for old, new in found if len(new) > 1)

    def problems(self) -> tuple[Problem, ...]:
        """Return what the rules say of this case; pointers are those of to_json()."""
        return in_document_order(problems_of_rules(self._indexed()), self._as_value())

    def warnings(self) -> tuple[Problem, ...]:
        """Return the problems that do not refuse the case."""
        return tuple(problem for problem in self.problems() if problem.severity == "warning")

    def _indexed(self) -> CaseIndex:
        if self._index is None:
            arrays = {row.array: self.records(row.array) for row in RECORD_TYPES}
            object.__setattr__(self, "_index", CaseIndex(arrays, synthetic=self.synthetic, disputed=self.disputed))
        return self._index  # type: ignore[return-value]  # set one line above

    # --- new cases

    def add(self, *records: BareRecord) -> FamilyCase:
        """Return a case with these records too.

        Raises:
            DocumentError: a record was changed behind its model's back and no longer has the right shape; or with
                these records the case breaks rules that it did not break before.
            IntegrityError: D_CONFLICT, an id is here already with another content.
            TypeError: something else than a record.
        """
        checked = [read_again(_typed(record)) for record in records]
        case = FamilyCase((*self, *checked), id=self.id, synthetic=self.synthetic, disputed=self.disputed)
        errors = case._errors()
        known = set(self._errors()) if errors else set()
        if fresh := [problem for key, problem in errors.items() if key not in known]:
            raise DocumentError(fresh)
        return case

    def _errors(self) -> dict[tuple[str, str], Problem]:
        """Return the errors by rule and by the record they are told at, which does not depend on positions."""
        found = {}
        for problem in self.problems():
            _, array, place, *rest = (*problem.pointer.split("/"), "", "0")
            key = self.records(array)[int(place)].id if array in TYPE_OF_ARRAY else problem.pointer
            if problem.severity == "error":
                found[problem.code, "/".join((key, *rest))] = problem
        return found

    def merge(self, other: FamilyCase) -> FamilyCase:
        """Return the union of both cases.

        Of two document ids the smaller stays. What two organisations contradict each other in is kept and told by
        problems() and conflicts().

        Raises:
            IntegrityError: D_SYNTHETIC, made-up with real; D_CONFLICT, one id with two contents.
        """
        if self.synthetic != other.synthetic:
            raise IntegrityError("D_SYNTHETIC")
        ids = [case.id for case in (self, other) if case.id is not None]
        disputed = (*self.disputed, *other.disputed)
        return FamilyCase((*self, *other), id=min(ids, default=None), synthetic=self.synthetic, disputed=disputed)


def _typed(record: object) -> BareRecord:
    if type(record) not in TYPE_OF:
        raise TypeError("a family case holds records only")
    return record  # type: ignore[return-value]  # its type is a key of the table


def _row(array: str) -> type[BareRecord]:
    if array not in TYPE_OF_ARRAY:
        raise UsageError
    return TYPE_OF_ARRAY[array].model


def _value_of(record: BareRecord) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)

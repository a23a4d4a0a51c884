# SPDX-License-Identifier: EUPL-1.2
"""The family case: a set of small, immutable, attributed records.

Rules:
    - a case never changes; add(), erase() and merge() return a new one;
    - merge is set union by id, minus what an erasure of either names: commutative, associative, idempotent; one id with
      two contents is an IntegrityError;
    - an erased record never comes back, whoever still holds a copy;
    - equal cases have equal bytes: arrays are written sorted by (recorded_at, id), empty ones are left out.
It must not decide who may see a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kgbx.canonical import dumps
from kgbx.case.clash import Clash, same_content
from kgbx.case.erasing import with_what_speaks_about
from kgbx.case.guarding import Erasure, erased_ids
from kgbx.case.index import CaseIndex
from kgbx.case.reading import read, read_again
from kgbx.case.rules import problems_of_rules
from kgbx.case.rules.resolving import naming_the_erased
from kgbx.case.shape import bounded, in_document_order
from kgbx.case.size import require_readable
from kgbx.case.types import RECORD_TYPES, SCHEMA_URI, TYPE_OF, TYPE_OF_ARRAY
from kgbx.errors import DocumentError, IntegrityError, Problem, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case.base import BareRecord
    from kgbx.case.contribution import Contribution
    from kgbx.case.erasing import Stamp

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
        contributions: What organisations signed of their records, sorted; not verified here.
        erased: Ids of records that were erased.
    """

    __slots__ = ("_index", "_records", "contributions", "disputed", "erased", "id", "synthetic")

    id: str | None
    synthetic: bool
    disputed: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    erased: frozenset[str]

    def __init__(
        self,
        records: Iterable[BareRecord] = (),
        *,
        id: str | None = None,  # noqa: A002  # the member's name
        synthetic: bool = False,
        disputed: Iterable[str] = (),
        contributions: Iterable[Contribution] = (),
    ) -> None:
        """Gather records; those that an erasure among them names are left out.

        Raises:
            TypeError: something else than a record.
            IntegrityError: D_CONFLICT, one id with two contents.
        """
        given = [_typed(record) for record in records]
        erased = erased_ids(given)
        found: dict[str, BareRecord] = {}
        clashes = {record.id for record in _kept(given, erased) if not _fits(found, record)}
        if clashes:
            raise IntegrityError("D_CONFLICT", clashes)
        ordered = {record.id: record for record in sorted(found.values(), key=_order)}
        object.__setattr__(self, "_records", MappingProxyType(ordered))
        object.__setattr__(self, "_index", None)
        object.__setattr__(self, "id", id)
        object.__setattr__(self, "synthetic", synthetic)
        object.__setattr__(self, "disputed", tuple(sorted(set(disputed) - erased)))
        object.__setattr__(self, "contributions", tuple(sorted(set(contributions), key=_order_of_contribution)))
        object.__setattr__(self, "erased", erased)

    _records: Mapping[str, BareRecord]
    _index: CaseIndex | None

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("a family case does not change; use add(), erase() or merge()")

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
            raise DocumentError(bounded(in_document_order(errors, reading.value)))
        head = reading.document
        return cls(
            index.all,
            id=head.id,
            synthetic=bool(head.synthetic),
            disputed=head.disputed,
            contributions=head.contributions,
        )

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
        return bounded(in_document_order(problems, reading.value))

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
        if self.contributions:
            value["contributions"] = [one.model_dump(mode="json") for one in self.contributions]
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
        if self._head() != other._head() or self._records.keys() != other._records.keys():
            return False
        return all(same_content(one, two) for one, two in zip(self, other, strict=True))

    def _head(self) -> tuple[object, ...]:
        return self.id, self.synthetic, self.disputed, self.contributions

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
        """Return the records that are replaced by more than one other that was not erased, by id."""
        found = {old: new - self.erased for old, new in self._indexed().replaced.items()}
        return tuple(Conflict(old, tuple(sorted(new))) for old, new in sorted(found.items()) if len(new) > 1)

    def naming_the_erased(self) -> Mapping[str, frozenset[str]]:
        """Return for each record that names what was erased, and cannot be understood without it, what it names."""
        return naming_the_erased(self._indexed()) if self.erased else {}

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
        """Return a case with these records too; an erasure among them takes away what it names.

        Raises:
            DocumentError: a record was changed behind its model's back and no longer has the right shape; or with
                these records the case breaks rules that it did not break before.
            IntegrityError: D_CONFLICT, an id is here already with another content; D_ERASED, a record was erased.
            TypeError: something else than a record.
        """
        case = self._with([read_again(_typed(record)) for record in records])
        if back := {record.id for record in records if record.id not in case}:
            raise IntegrityError("D_ERASED", back)
        return self._checked(_readable(case))

    def erase(self, record_id: str, *, rule: str, on: str, stamp: Stamp) -> FamilyCase:
        """Return a case without a record and without what speaks about it, and with an erasure for each.

        Links stay, and so do the other versions of the record: history() names them. What was erased before stays as
        it was, so that erasing twice changes nothing.

        Args:
            record_id: What is erased.
            rule: Code of the list erasure_rule.
            on: Day on which it is erased.
            stamp: Who records it and when, and where ids and salts come from.

        Raises:
            UsageError: U_ARGUMENT, the case neither has nor had such a record, or it is an erasure.
            DocumentError: an argument has the wrong shape, or the case breaks a rule without the record: without a link
                two versions may be current at once.
        """
        record = self.get(record_id)
        if isinstance(record, Erasure) or (record is None and record_id not in self.erased):
            raise UsageError
        gone = [one for one in with_what_speaks_about(record_id, self) if one in self]
        return self._checked(self._with([stamp.erasure(one, rule=rule, on=on) for one in sorted(gone)]))

    def _with(self, records: Iterable[BareRecord]) -> FamilyCase:
        return FamilyCase(
            (*self, *records),
            id=self.id,
            synthetic=self.synthetic,
            disputed=self.disputed,
            contributions=self.contributions,
        )

    def _checked(self, case: FamilyCase) -> FamilyCase:
        """Return `case`, made from this one, unless it breaks a rule that this one does not.

        Raises:
            DocumentError: it does.
        """
        if fresh := case.errors_since(self):
            raise DocumentError(bounded(fresh))
        return case

    def errors_since(self, earlier: FamilyCase) -> tuple[Problem, ...]:
        """Return the errors that this case has and an earlier one has not, with the pointers of to_json()."""
        errors = self._errors()
        known = set(earlier._errors()) if errors else set()
        fresh = [problem for key, problem in errors.items() if key not in known]
        return in_document_order(fresh, self._as_value()) if fresh else ()

    def _errors(self) -> dict[tuple[str, str], Problem]:
        """Return the errors by rule and by the record they are told at, which does not depend on positions."""
        found = {}
        arrays = self._indexed().arrays
        for problem in problems_of_rules(self._indexed()):
            _, array, place, *rest = (*problem.pointer.split("/"), "", "0")
            key = arrays[array][int(place)].id if array in arrays else problem.pointer
            if problem.severity == "error":
                found[problem.code, "/".join((key, *rest))] = problem
        return found

    def clashes(self, other: FamilyCase) -> tuple[Clash, ...]:
        """Return the ids that have another content in the other case, with both records; by id.

        What was erased clashes no more: the case that erased it does not hold it.
        """
        found = ((record, other.get(record.id)) for record in self)
        clashes = [Clash(one.id, one, two) for one, two in found if two is not None and not same_content(one, two)]
        return tuple(sorted(clashes, key=lambda clash: clash.record))

    def merge(self, other: FamilyCase) -> FamilyCase:
        """Return the union of both cases, without what an erasure of either names.

        Of two document ids the smaller stays. What two organisations contradict each other in is kept and told by
        problems() and conflicts(). Nothing is erased that no erasure names: what speaks about an erased record stays.

        Raises:
            IntegrityError: D_SYNTHETIC, made-up with real; D_CONFLICT, one id with two contents: see clashes().
            DocumentError: D_SIZE, D_VALUES, nobody could read both together.
        """
        if self.synthetic != other.synthetic:
            raise IntegrityError("D_SYNTHETIC")
        ids = [case.id for case in (self, other) if case.id is not None]
        whole = FamilyCase(
            (*self, *other),
            id=min(ids, default=None),
            synthetic=self.synthetic,
            disputed=(*self.disputed, *other.disputed),
            contributions=(*self.contributions, *other.contributions),
        )
        return _readable(whole)


def _readable(case: FamilyCase) -> FamilyCase:
    require_readable((*case, *case.contributions), case.to_json)
    return case


def _kept(records: Iterable[BareRecord], erased: frozenset[str]) -> Iterator[BareRecord]:
    """Yield the records that are not erased; an erasure is never erased."""
    return (record for record in records if record.id not in erased or isinstance(record, Erasure))


def _fits(found: dict[str, BareRecord], record: BareRecord) -> bool:
    """Put a record into `found`; tell whether its id was free or has the same content."""
    held = found.setdefault(record.id, record)
    return held is record or same_content(held, record)


def _order_of_contribution(contribution: Contribution) -> tuple[str, ...]:
    return contribution.payload, *(part for one in contribution.signatures for part in (one.protected, one.signature))


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

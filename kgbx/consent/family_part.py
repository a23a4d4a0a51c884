# SPDX-License-Identifier: EUPL-1.2
"""The part of the own file that a person of the family may read, as a case of its own.

Rules:
    - it holds what access() permits this reader, and nothing else: whatever is made of it can show no more;
    - it is for paper, which others find: nothing in whose text the place stands of anybody under a live protection, not
      even of the reader; no organisation or worker whose name holds such a place;
    - another person of whom the reader may not see the description is there with the name by which one calls that
      person, under the very id that a record names, and with nothing else: no age, no later name;
    - an earlier version stands beside the version that counts, never alone.
Must not read files or clocks.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgbx.case import (
    Consent,
    FamilyCase,
    Link,
    Organisation,
    Person,
    Professional,
    Record,
    SamePerson,
    Statement,
    about_of,
)
from kgbx.case.erasing import versions_of
from kgbx.case.types import TYPE_OF
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.access_report import Reporting, protected_places
from kgbx.consent.index import ADULT_FROM
from kgbx.consent.standing import standing_of
from kgbx.consent.texts import strings_in
from kgbx.consent.unnamed import ORG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case import BareRecord
    from kgbx.consent.access_report import AccessReport, Received
    from kgbx.consent.asker import Asker
    from kgbx.consent.facts import ProtectionFact
    from kgbx.consent.log import Disclosure

_COUNTS: Final = ("now", "partly_lifted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """That an organisation received records at one time, about one or several persons.

    Attributes:
        recipient: URN.
        on: Day, in Europe/Amsterdam.
        purpose: What for.
        about: Ids of the persons, the reader first.
        records: Which records, each with its type, by id.
        why: What opened secrecy for the reader, and for those whose description the reader may see, sorted; another's
            release is not told.
    """

    recipient: str
    on: str
    purpose: str
    about: tuple[str, ...] = field(repr=False)
    records: Mapping[str, str] = field(repr=False)
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPart:
    """What a reader may read.

    Attributes:
        reader: Who reads: a person, or the organisation that is guardian.
        young: Whether the reader is surely under eighteen.
        own: URN of the organisation whose file it is.
        case: What the reader may read, with whoever is named in it.
        read: Ids of the records in it that count now; the others are earlier versions, and who is named.
        told: Ids of the statements in it that the reader told.
        passed: Who received what of it and of what was erased since, by day; None where no log was given. A record that
            is not in it is not counted here either: the number would tell that there is one.
        choices: Ids of the reader's choices about sharing in it that count now.
        closed: URNs of organisations that a live protection of the reader keeps away: nobody advises to tell them more.
        first: What must be done before this is read with the reader, codes, sorted.
    """

    reader: str
    young: bool
    own: str
    case: FamilyCase = field(repr=False)
    read: frozenset[str] = field(repr=False)
    told: frozenset[str] = field(repr=False)
    passed: tuple[Passed, ...] | None = field(repr=False)
    choices: tuple[str, ...] = field(repr=False)
    closed: frozenset[str] = field(repr=False)
    first: tuple[str, ...]


def family_part(case: FamilyCase, asker: Asker, *, own: str, log: Iterable[Disclosure] | None = None) -> FamilyPart:
    """Return the part of the own file that a person may read.

    Args:
        case: The own file.
        asker: Who reads, with the facts of :func:`kgbx.consent.access_items.access_facts` and the policy in force.
        own: URN of the own organisation.
        log: The own disclosure log; None where there is none to look in.
    """
    return _Choosing(case, asker, own).part(None if log is None else tuple(log))


class _Choosing:
    """One reader: what is looked up once."""

    def __init__(self, case: FamilyCase, asker: Asker, own: str) -> None:
        self._case = case
        self._asker = asker
        self._own = own
        self._reporting = Reporting(case, asker)
        self._one = AccessItemiser(case, facts=asker.index.facts, policy=asker.policy).one
        self._places = protected_places(case, asker, own=own)

    def part(self, log: tuple[Disclosure, ...] | None) -> FamilyPart:
        reports = {person: self._reporting.report(person, log or ()) for person in self._persons}
        return FamilyPart(
            reader=self._asker.person,
            young=self._asker.index.ages(self._asker.person)[1] < ADULT_FROM,
            own=self._own,
            case=FamilyCase(self._everything(reports), synthetic=self._case.synthetic),
            read=frozenset(one.id for one in self._now),
            told=frozenset(one.id for one in self._read if self._is_own(one)),
            passed=None if log is None else tuple(self._passed(reports)),
            choices=tuple(one.id for one in self._now if isinstance(one, Consent) and self._counts(one)),
            closed=frozenset(org for one in self._protections for org in one.blocked if org.startswith(ORG)),
            first=tuple(sorted({code for found in reports.values() for code in found.first})),
        )

    @property
    def _protections(self) -> tuple[ProtectionFact, ...]:
        return tuple(self._asker.sharing.protections.get(self._asker.person, ()))

    # --- what is read

    @cached_property
    def _read(self) -> tuple[Record, ...]:
        """What the reader may see, on paper too: what counts now, and its earlier versions."""
        seen = [one for one in self._reporting.seen if not self._is_told_by_paper(one)]
        now = {one.id for one in seen} & self._current
        return tuple(one for one in seen if not now.isdisjoint(self._versions.get(one.id, {one.id})))

    @cached_property
    def _versions(self) -> dict[str, set[str]]:
        return versions_of(self._case)

    @cached_property
    def _current(self) -> frozenset[str]:
        return frozenset(one.id for row in TYPE_OF.values() for one in self._case.current(row.array))

    @cached_property
    def _now(self) -> tuple[Record, ...]:
        return tuple(one for one in self._read if one.id in self._current)

    def _is_told_by_paper(self, record: BareRecord) -> bool:
        return bool(self._places.pointers(record, strings_in(record)))

    def _is_own(self, record: Record) -> bool:
        teller = record.told_by.person if isinstance(record, Statement) else None
        return teller is not None and self._one(teller) == self._asker.person

    def _counts(self, choice: Consent) -> bool:
        mine = self._one(choice.decided_by) == self._asker.person
        state = standing_of(choice.id, index=self._asker.sharing, policy=self._asker.policy).state
        return mine and state in _COUNTS

    @cached_property
    def _persons(self) -> tuple[str, ...]:
        """Whom it is about: the reader, then the others."""
        about = {self._one(person) for one in self._now for person in about_of(one, self._case)}
        return tuple(sorted(about, key=lambda person: (person != self._asker.person, person)))

    def _passed(self, reports: Mapping[str, AccessReport]) -> Iterator[Passed]:
        """Yield what was received, told once where it was about several persons."""
        described = {self._one(one.id) for one in self._now if isinstance(one, Person)} | {self._asker.person}
        found: dict[tuple[str, str, str], list[tuple[str, Received]]] = defaultdict(list)
        for person, report in reports.items():
            for one in report.received:
                if shown := {record: array for record, array in one.records.items() if self._is_shown(record)}:
                    found[one.on, one.recipient, one.purpose].append((person, replace(one, records=shown)))
        for (on, recipient, purpose), rows in sorted(found.items()):
            yield Passed(
                recipient=recipient,
                on=on,
                purpose=purpose,
                about=tuple(dict.fromkeys(person for person, _ in rows)),
                records=dict(sorted(pair for _, one in rows for pair in one.records.items())),
                why=tuple(sorted({why for person, one in rows for why in one.why if person in described})),
            )

    def _is_shown(self, record: str) -> bool:
        """Tell whether a record that was passed on is in the part, or in the file no more."""
        return record in self._ids or self._case.get(record) is None

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self._read)

    # --- who is named in it

    def _everything(self, reports: Mapping[str, AccessReport]) -> Iterator[BareRecord]:
        """Yield what is read, whoever is named in it, and what joins them."""
        recipients = {one.recipient for one in self._passed(reports)}
        named = {self._own, *self._ids_of_reader, *recipients}.union(*(strings_in(one) for one in self._read))
        read = {one.id for one in self._read}
        others = [one for one in self._case if one.id in named and one.id not in read]
        persons = [_only_called(one) for one in others if isinstance(one, Person)]
        workers = [one for one in others if isinstance(one, Professional) and self._may_be_named(one)]
        joining = self._joining({*read, *(one.id for one in persons)})
        yield from (*self._read, *persons, *workers, *self._helpers(named - self._reporting.unnamed), *joining)

    def _helpers(self, named: set[str]) -> Iterator[Organisation]:
        for one in self._case.current("organisations"):
            if isinstance(one, Organisation) and one.org in named and not self._is_told_by_paper(one):
                yield one

    @property
    def _ids_of_reader(self) -> set[str]:
        persons = self._case.current("persons")
        return {one.id for one in persons if self._one(one.id) == self._asker.person}

    def _may_be_named(self, worker: Professional) -> bool:
        described = (self._case.get(one) for one in self._versions.get(worker.id, {worker.id}))
        kept = any(isinstance(one, Professional) and one.may_be_named_to_family is False for one in described)
        return not kept and not self._is_told_by_paper(worker)

    def _joining(self, ids: set[str]) -> Iterator[BareRecord]:
        """Yield what says that two of these mean one person, and which version counts."""
        earlier = {one.id for one in self._read} - self._current
        for one in self._case:
            if isinstance(one, SamePerson) and {one.a, one.b} <= ids:
                yield one
            if isinstance(one, Link) and one.kind == "replaces" and (one.to in earlier or {one.from_, one.to} <= ids):
                yield one


def _only_called(person: Person) -> Person:
    """Return a person with the name by which one calls that person, and with nothing else."""
    name, empty = person.name, dict.fromkeys(Person.model_fields.keys() - _OF_EVERY_PERSON)
    if name is not None:
        short = {"call_name": name.call_name, "given": name.given}
        surname = None if any(short.values()) else name.surname
        name = name.model_copy(update=dict.fromkeys(type(name).model_fields) | short | {"surname": surname})
    return person.model_copy(update=empty | {"name": name})


_OF_EVERY_PERSON: Final = frozenset({"id", "recorded_at", "recorded_by", "salt", "regime", "collected_for", "name"})

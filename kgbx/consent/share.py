# SPDX-License-Identifier: EUPL-1.2
"""The part of a case that may go to one recipient, and the account of why, for the sender.

Rules:
    - the view is deterministic: equal facts and equal permitted records give equal bytes; it has no id of its own;
    - a record travels whole or not at all, and only when every record it cannot be understood without travels too;
    - links travel with both ends, ``replaces`` with its newer end; organisations and professionals when they are named;
      a confidence with its record;
    - ``disputed`` marks a record whose reaction may not travel, unless a veto withholds that reaction: then the mark
      itself could betray;
    - the account cannot be serialised into a message: it has no JSON form here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgbx.case import FamilyCase, Link, Organisation, Person, Professional, Reaction, Record
from kgbx.case.types import TYPE_OF
from kgbx.consent.decide import decide_with
from kgbx.consent.index import Index
from kgbx.consent.items import Itemiser, strings_in, strings_of
from kgbx.consent.places import places_of, squeezed
from kgbx.consent.vetoes import VETOES, may_know_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.case import BareRecord
    from kgbx.consent.decide import Decision
    from kgbx.consent.facts import Facts, Item, Request
    from kgbx.consent.places import Places
    from kgbx.consent.policy import Policy

SECRET_LOCATION: Final = "SECRET_LOCATION"  # noqa: S105  # a reason, not a secret
NOT_NECESSARY: Final = "NOT_NECESSARY"
DEPENDS: Final = "RECORD_NOT_IN_VIEW"
TRAVELS_WITH_TARGET: Final = ("confidences",)
"""Types that are not decided about by themselves."""

MAY_BE_ABSENT: Final = ("supersedes", "refusals_weighed")
"""Members that may name records that are not in a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was decided about one record.

    Attributes:
        record: Its id.
        array: Its type.
        subjects: Whom it is about.
        decisions: Decision by category.
        found: Pointers, inside the record, of texts that name a protected place.
        missing: Ids of records it cannot travel without and that do not travel.
    """

    record: str
    array: str
    subjects: tuple[str, ...]
    decisions: Mapping[str, Decision] = field(repr=False)
    found: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[str, ...] = field(default=(), repr=False)

    @property
    def permit(self) -> bool:
        """Whether the record is in the view."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of all that stands in the way, sorted; empty when it travels."""
        codes = {code for decision in self.decisions.values() for code in decision.reasons}
        if not self.decisions:
            codes.add(NOT_NECESSARY)
        if self.found:
            codes.add(SECRET_LOCATION)
        if self.missing:
            codes.add(DEPENDS)
        return tuple(sorted(codes))

    @property
    def escalate(self) -> bool:
        """A duty to share meets a denial: a person must decide."""
        duties = (decision.escalate or _by_duty(decision) for decision in self.decisions.values())
        return any(duties) and not self.permit


def _by_duty(decision: Decision) -> bool:
    """Tell whether a duty released every subject: then a place in a text withholds what had to be shared."""
    return bool(decision.released_by) and all(one.startswith("duty:") for one in decision.released_by.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Why each record travels or not; for the sender only.

    Attributes:
        request: Who to whom, for what, when.
        rows: One for each record that was decided about, by type and id.
    """

    request: Request = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)

    @property
    def passed(self) -> tuple[Row, ...]:
        """The rows of the records that travel."""
        return tuple(row for row in self.rows if row.permit)

    @property
    def withheld(self) -> tuple[Row, ...]:
        """The rows of the records that do not."""
        return tuple(row for row in self.rows if not row.permit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A view and its account.

    Attributes:
        view: What the recipient may have.
        account: Why, for the sender.
    """

    view: FamilyCase
    account: Account


def share(case: FamilyCase, *, request: Request, policy: Policy, facts: Facts) -> Share:
    """Return what may go to the recipient of a request, with the account of why.

    Args:
        case: The sender's file.
        request: Who to whom, for what, at which moments.
        policy: The policy in force at ``request.at``; choosing it is the caller's work.
        facts: From the sender's registers and file, never from the message.

    Raises:
        UsageError: U_MOMENT, a moment of the request is neither an instant nor a day.
    """
    return _Sharing(case, request, policy, facts).result()


class _Sharing:
    """One share: everything that is looked up once."""

    def __init__(self, case: FamilyCase, request: Request, policy: Policy, facts: Facts) -> None:
        self._case = case
        self._request = request
        self._policy = policy
        self._index = Index.of(facts, request.at, known_at=request.known_at)
        self._itemiser = Itemiser(case, facts, policy)
        self._current = {record.id: record for row in TYPE_OF.values() for record in case.current(row.array)}

    def result(self) -> Share:
        rows = self._without_missing({row.record: row for row in self._rows()})
        ids = {row.record for row in rows.values() if row.permit}
        kept: list[BareRecord] = [record for record in self._current.values() if record.id in ids]
        kept += self._travelling(ids)
        kept += self._descriptions(kept)
        kept += self._links({record.id for record in kept})
        view = FamilyCase(kept, synthetic=self._case.synthetic, disputed=self._disputed(ids, rows))
        ordered = sorted(rows.values(), key=lambda row: (row.array, row.record))
        return Share(view=view, account=Account(request=self._request, rows=tuple(ordered)))

    def _decided(self) -> Iterable[Record]:
        for record in self._current.values():
            if isinstance(record, Record) and TYPE_OF[type(record)].array not in TRAVELS_WITH_TARGET:
                yield record

    def _rows(self) -> Iterable[Row]:
        for record in self._decided():
            items = self._itemiser.items_of(record)
            decisions = {item.category: self._decide(item) for item in items}
            permitted = bool(decisions) and all(decisions.values())
            found = self._places.pointers(record) if permitted and self._places else ()
            if permitted and self._is_received_location(record, items[0]):
                found = (*found, "/recorded_by")
            yield Row(
                record=record.id,
                array=TYPE_OF[type(record)].array,
                subjects=items[0].about if items else (),
                decisions=decisions,
                found=found,
            )

    def _decide(self, item: Item) -> Decision:
        return decide_with(self._index, item, request=self._request, policy=self._policy)

    def _is_received_location(self, record: Record, item: Item) -> bool:
        """Tell whether a record that came from elsewhere gives away where somebody is of whom nothing is decided here.

        Whoever sent it may have protected that person; the protection itself never travels.
        """
        if record.recorded_by.org == self._request.sender:
            return False
        return any(person not in self._index.protections for person in item.reveals_location_of)

    @cached_property
    def _places(self) -> Places:
        """Return the places that this recipient may not learn, of everybody under a live protection."""
        recipient = self._request.recipient
        protected = {
            person
            for person, protections in self._index.protections.items()
            if any(not may_know_place(recipient, protection, index=self._index) for protection in protections)
        }
        secret = self._itemiser.secret_organisations | self._itemiser.named_in_locations(self._decided(), protected)
        secret -= {self._request.sender, recipient}
        own = {
            squeezed(text)
            for one in self._current.values()
            if isinstance(one, Organisation) and one.org == self._request.sender
            for text in (*one.name.split(), one.region or "")
        }
        return places_of(
            self._case, protected=protected, secret_organisations=secret if protected else (), own_places=own
        )

    def _without_missing(self, rows: dict[str, Row]) -> dict[str, Row]:
        """Take out records that name a record that does not travel, until none is left."""
        needs = {record: self._needed(self._current[record]) for record, row in rows.items() if row.permit}
        while True:
            gone = {
                record: needed - {one for one in needed if one in rows and rows[one].permit}
                for record, needed in needs.items()
                if rows[record].permit
            }
            gone = {record: missing for record, missing in gone.items() if missing}
            if not gone:
                return rows
            for record, missing in gone.items():
                rows[record] = replace(rows[record], missing=tuple(sorted(missing)))

    def _needed(self, record: BareRecord) -> set[str]:
        """Return the ids of decided records that a record names: all but persons and what may be absent."""
        members = record.model_dump(mode="json", exclude_none=True, exclude=set(MAY_BE_ABSENT))
        named = strings_of(members) - {record.id}
        return {
            one for one in named if isinstance(found := self._case.get(one), Record) and not isinstance(found, Person)
        }

    def _travelling(self, ids: set[str]) -> list[BareRecord]:
        """Return the records that travel with their target without being decided about."""
        found = []
        for array in TRAVELS_WITH_TARGET:
            found += [record for record in self._case.current(array) if getattr(record, "record", None) in ids]
        return found

    def _descriptions(self, kept: list[BareRecord]) -> list[BareRecord]:
        """Return the organisations and professionals that the kept records name."""
        named = {text for record in kept for text in strings_in(record)}
        people = [one for one in self._current.values() if isinstance(one, Professional) and one.id in named]
        named |= {text for record in people for text in strings_in(record)}
        orgs = [one for one in self._current.values() if isinstance(one, Organisation) and one.org in named]
        return [one for one in (*people, *orgs) if not self._places.pointers(one)]

    def _links(self, kept: set[str]) -> list[BareRecord]:
        links = [record for record in self._case.records("links") if isinstance(record, Link)]
        return [one for one in links if one.from_ in kept and (one.to in kept or one.kind == "replaces")]

    def _disputed(self, ids: set[str], rows: Mapping[str, Row]) -> tuple[str, ...]:
        marked = {one for one in self._case.disputed if one in ids}
        for record in self._case.current("reactions"):
            if not isinstance(record, Reaction) or record.record not in ids or record.id in ids:
                continue
            if VETOES.keys().isdisjoint(rows[record.id].reasons):
                marked.add(record.record)
        return tuple(sorted(marked))

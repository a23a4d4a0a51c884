# SPDX-License-Identifier: EUPL-1.2
"""The part of a case that may go to one recipient, and the account of why, for the sender.

Rules:
    - the view is deterministic: equal facts and equal permitted records give equal bytes; it has no id of its own;
    - a record travels whole or not at all, and only when every record it cannot be understood without travels too;
    - links travel with both ends, ``replaces`` with its newer end; organisations and professionals when they are named;
      a confidence with its record, which stays when only an older version was in confidence; ``same_person`` with both
      persons;
    - ``disputed`` marks a record whose reaction may not travel, unless a veto withholds that reaction: then the mark
      itself could betray;
    - the account cannot be serialised into a message: it has no JSON form here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kgbx.case import Consent, FamilyCase, Link, Organisation, Person, Professional, Reaction, Record, SamePerson
from kgbx.case.erasing import versions_of
from kgbx.case.types import TYPE_OF
from kgbx.consent.decide import Decider
from kgbx.consent.index import Index
from kgbx.consent.items import Itemiser
from kgbx.consent.known_functions import require_known_functions
from kgbx.consent.overdue import in_order
from kgbx.consent.places import own_words, places_of, received_places
from kgbx.consent.same import is_own_correction, replacements
from kgbx.consent.texts import strings_in
from kgbx.consent.vetoes import VETOES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.case import BareRecord
    from kgbx.consent.decide import Decision
    from kgbx.consent.facts import Facts, Request
    from kgbx.consent.overdue import Overdue
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
        decided = bool(self.decisions) and all(decision.permit for decision in self.decisions.values())
        return decided and not self.found and not self.missing

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
    def overdue(self) -> tuple[Overdue, ...]:
        """What the sender still has to do after sharing about these persons in an emergency."""
        return in_order(one for row in self.rows for decision in row.decisions.values() for one in decision.overdue)

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
        DocumentError: D_CODE, the policy names a function that no code list knows.
        UsageError: U_MOMENT, a moment of the request is neither an instant nor a day.
    """
    require_known_functions(policy)
    return _Sharing(case, request, policy, facts).result()


class _Sharing:
    """One share: everything that is looked up once."""

    def __init__(self, case: FamilyCase, request: Request, policy: Policy, facts: Facts) -> None:
        self._case = case
        self._request = request
        self._policy = policy
        facts = facts.model_copy(update={"own": request.sender})
        self._index = Index.of(facts, request.at, known_at=request.known_at)
        self._decider = Decider(self._index, request=request, policy=policy)
        self._itemiser = Itemiser.of_sender(case, facts=facts, policy=policy, request=request)
        self._texts = self._itemiser.texts
        self._replaced_by = {link.to: link.from_ for link in replacements(case)}
        self._current = {record.id: record for record in case if record.id not in self._replaced_by}

    def result(self) -> Share:
        places, rows = self._searched({row.record: row for row in self._rows()})
        ids = {row.record for row in rows.values() if row.permit}
        kept: list[BareRecord] = [record for record in self._current.values() if record.id in ids]
        kept += [one for record in ids for one in self._companions.get(record, ())]
        kept += self._descriptions(kept, places)
        kept += self._same_persons(ids, places)
        kept += self._links({record.id for record in kept}, places)
        view = FamilyCase(kept, synthetic=self._case.synthetic, disputed=self._disputed(ids, rows))
        ordered = sorted(rows.values(), key=lambda row: (row.array, row.record))
        return Share(view=view, account=Account(request=self._request, rows=tuple(ordered)))

    def _decided(self) -> Iterable[Record]:
        for record in self._current.values():
            if isinstance(record, Record) and TYPE_OF[type(record)].array not in TRAVELS_WITH_TARGET:
                yield record

    @cached_property
    def _companions(self) -> dict[str, list[Record]]:
        """The records that travel with their target without being decided about, by target.

        One that somebody else replaced travels too: only who recorded a confidence ends it.
        """
        found: dict[str, list[Record]] = defaultdict(list)
        ended = {link.to for link in replacements(self._case) if is_own_correction(link, self._case)}
        for record in (one for array in TRAVELS_WITH_TARGET for one in self._case.records(array)):
            if isinstance(record, Record) and record.id not in ended:
                found[vars(record)["record"]].append(record)
        return found

    def _left_behind(self, record: str) -> tuple[str, ...]:
        """Return the confidences of other versions of a record that keep it from anybody more than its own do.

        They cannot travel, for what they name does not; without them a recipient would not know.
        """
        others = self._versions.get(record, set()) - {record}
        kept = {person for one in self._companions.get(record, ()) for person in vars(one)["withheld_from"]}
        older = (one for version in others for one in self._companions.get(version, ()))
        return tuple(sorted(one.id for one in older if not kept.issuperset(vars(one)["withheld_from"])))

    @cached_property
    def _versions(self) -> dict[str, set[str]]:
        return versions_of(self._case)

    def _rows(self) -> Iterable[Row]:
        for record in self._decided():
            items = self._itemiser.items_of(record)
            decisions = {item.category: self._decider.decide(item) for item in items}
            yield Row(
                record=record.id,
                array=TYPE_OF[type(record)].array,
                subjects=items[0].about if items else (),
                decisions=decisions,
            )

    def _searched(self, decided: Mapping[str, Row]) -> tuple[Places, dict[str, Row]]:
        """Search the texts of what is permitted for places, and take out what cannot stand without what is withheld.

        An organisation that stands only in what gives away where a protected person is, is a place too. Only what this
        recipient gets can name it openly, so the search is done again when that became less: what is withheld has no
        influence on what is not.
        """
        secret = self._secret_organisations(decided)
        while True:
            places = self._places(secret)
            rows = self._without_missing({record: self._search(row, places) for record, row in decided.items()})
            more = self._secret_organisations(rows)
            if more == secret:
                return places, rows
            secret = more

    def _search(self, row: Row, places: Places) -> Row:
        if not row.permit:
            return row
        missing = self._left_behind(row.record)
        found: tuple[str, ...] = ()
        if places:
            named = self._texts.of(self._current[row.record])
            found = places.pointers(self._current[row.record], named)
            company = (*self._companions.get(row.record, ()), *(one for one in self._professionals if one.id in named))
            missing += tuple(one.id for one in company if places.pointers(one, self._texts.of(one)))
        return replace(row, found=found, missing=missing) if found or missing else row

    def _secret_organisations(self, rows: Mapping[str, Row]) -> frozenset[str]:
        """Return the organisations whose name gives away where somebody is of whom this recipient may not learn it.

        What was received, and is not decided about here, hides no name that stands in what we recorded ourselves.
        """
        passed = (self._current[row.record] for row in rows.values() if row.permit)
        own = [one for one in passed if isinstance(one, Record) and one.recorded_by.org == self._request.sender]
        secret = self._named_in_received - self._itemiser.named_by(own)
        if self._hidden:
            openly = self._itemiser.named_openly(own)
            secret |= self._itemiser.secret_organisations | (self._named_in_locations - openly)
        return secret - {self._request.sender, self._request.recipient}

    @cached_property
    def _named_in_locations(self) -> frozenset[str]:
        return self._itemiser.named_in_locations(self._decided(), self._hidden)

    @cached_property
    def _undecided(self) -> tuple[Record, ...]:
        """What was received and gives away where somebody is of whom nobody decided here who may know it."""
        received = (
            one for one in self._case if isinstance(one, Record) and one.recorded_by.org != self._request.sender
        )
        revealed, undecided = self._itemiser.revealed, self._index.undecided_of
        return tuple(one for one in received if undecided(revealed(one), one.recorded_by.org))

    @cached_property
    def _named_in_received(self) -> frozenset[str]:
        """Organisations that stand in it, but for who recorded it and those of a region."""
        named = frozenset[str]().union(
            *(self._itemiser.named_by((one,)) - {one.recorded_by.org} for one in self._undecided)
        )
        return named - self._itemiser.regional

    @property
    def _hidden(self) -> frozenset[str]:
        """Of whom this recipient may not learn where they are."""
        return self._index.hidden_from(self._request.recipient)

    def _places(self, secret: frozenset[str]) -> Places:
        """Return the places that this recipient may not learn."""
        own = own_words(self._case, self._request.sender)
        hidden = places_of(self._case, protected=self._hidden, secret_organisations=secret, own_places=own)
        ids = {one.id for one in self._undecided}
        return hidden | received_places(self._case, ids, secret_organisations=self._itemiser.secret_organisations)

    def _without_missing(self, rows: dict[str, Row]) -> dict[str, Row]:
        """Take out records that name a record that does not travel, until none is left."""
        needs = {record: self._needed(self._current[record]) for record, row in rows.items() if row.permit}
        needed_by: dict[str, list[str]] = defaultdict(list)
        for record, needed in needs.items():
            for one in needed:
                needed_by[one].append(record)
        waiting = [one for one in needed_by if one not in needs]
        gone = set(waiting)
        while waiting:
            fresh = [record for record in needed_by.get(waiting.pop(), ()) if record not in gone]
            gone.update(fresh)
            waiting.extend(fresh)
        for record in gone & needs.keys():
            rows[record] = replace(rows[record], missing=tuple(sorted(needs[record] & gone)))
        return rows

    def _needed(self, record: BareRecord) -> frozenset[str]:
        """Return the ids that a record needs: all but persons and what may be absent, and of a consent who decided."""
        spare = any(vars(record).get(member) for member in MAY_BE_ABSENT)
        named = strings_in(record, without=MAY_BE_ABSENT) if spare else self._texts.of(record)
        return (
            ((named & self._decidable) - {record.id})
            | self._decider_of(record)
            | self._bereft.get(record.id, frozenset())
        )

    def _decider_of(self, record: BareRecord) -> frozenset[str]:
        """Return who decided for another: a consent is not clear without that person's record."""
        if not isinstance(record, Consent) or record.decided_by.startswith("urn:"):
            return frozenset()
        decider, versions = record.decided_by, set[str]()
        while decider in self._replaced_by and decider not in versions:
            versions.add(decider)
            decider = self._replaced_by[decider]
        return frozenset({decider} - {record.subject})

    @cached_property
    def _bereft(self) -> Mapping[str, frozenset[str]]:
        """For each record that names what was erased and needs it, those ids: a recipient could not read it."""
        return self._case.naming_the_erased()

    @cached_property
    def _decidable(self) -> frozenset[str]:
        """Ids of the records that are decided about and are no person, replaced ones too."""
        return frozenset(one.id for one in self._case if isinstance(one, Record) and not isinstance(one, Person))

    def _descriptions(self, kept: list[BareRecord], places: Places) -> list[BareRecord]:
        """Return the organisations and professionals that the kept records name."""
        named = frozenset[str]().union(*(self._texts.of(record) for record in kept))
        people = [one for one in self._professionals if one.id in named]
        named = named.union(*(self._texts.of(record) for record in people))
        orgs = [one for one in self._current.values() if isinstance(one, Organisation) and one.org in named]
        return [one for one in (*people, *orgs) if not places.pointers(one, self._texts.of(one))]

    @cached_property
    def _professionals(self) -> tuple[Professional, ...]:
        """All descriptions of professionals: a record names the one of its day, which may be replaced since."""
        return tuple(one for one in self._case.records("professionals") if isinstance(one, Professional))

    def _same_persons(self, kept: set[str], places: Places) -> list[BareRecord]:
        """Return what says that two persons who are both in the view are one."""
        same = [one for one in self._current.values() if isinstance(one, SamePerson) and {one.a, one.b} <= kept]
        return [one for one in same if not places.pointers(one, self._texts.of(one))]

    def _links(self, kept: set[str], places: Places) -> list[BareRecord]:
        links = [record for record in self._case.records("links") if isinstance(record, Link)]
        found = [one for one in links if one.from_ in kept and (one.to in kept or one.kind == "replaces")]
        return [one for one in found if not places.pointers(one, self._texts.of(one))]

    def _disputed(self, ids: set[str], rows: Mapping[str, Row]) -> tuple[str, ...]:
        marked = {one for one in self._case.disputed if one in ids}
        for record in self._case.current("reactions"):
            if not isinstance(record, Reaction) or record.record not in ids or record.id in ids:
                continue
            if VETOES.keys().isdisjoint(rows[record.id].reasons):
                marked.add(record.record)
        return tuple(sorted(marked))

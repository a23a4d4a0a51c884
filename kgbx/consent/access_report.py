# SPDX-License-Identifier: EUPL-1.2
"""What there is about a person that the person may see, and who received what of it, when and why.

Rules:
    - only what access() permits is in the report; everything is counted after that, so that a report is the same
      whether a record is withheld or was never there;
    - no organisation whose very name gives a place away, no organisation that only stands where a hidden person's
      place stands, no record that names one, no record in whose text such a place stands; nothing that reveals a
      reporter; nothing that was shared on a ground of which the family was not told yet;
    - it is read together and nothing is handed over, unless by a contact point of the asker alone that is marked safe;
      a contact point is named by its id, never by its value.
Must not read files or clocks.

Source: AVG 15 lid 1 onder c; Jeugdwet 7.3.10; Wmo 2015 5.3.2; model: Wabvpz 15e, Wet BRP 3.22.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import LegalGround, Organisation, Professional, Record, Report, Reporter, about_of
from kgbx.case.types import TYPE_OF, TYPE_OF_ARRAY
from kgbx.clock import day_of_second
from kgbx.consent.access import access_with
from kgbx.consent.access_facts import AccessItem
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.access_vetoes import hidden_from, place_of_another
from kgbx.consent.index import second_of
from kgbx.consent.log_insight import NOT_TOLD
from kgbx.consent.places import places_of, received_places, squeezed
from kgbx.consent.same import is_own_correction, replacements
from kgbx.consent.texts import strings_in
from kgbx.consent.unnamed import unnamed_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case import FamilyCase
    from kgbx.consent.asker import Asker
    from kgbx.consent.log import Disclosure, LogRow
    from kgbx.consent.places import Places

_PLACE: Final = {array: place for place, array in enumerate(TYPE_OF_ARRAY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A record that the person may see.

    Attributes:
        record: Its id.
        array: Its type.
        recorded_on: Day, in Europe/Amsterdam.
        org: URN of the organisation that recorded it.
        first: What must be done before showing it.
    """

    record: str
    array: str
    recorded_on: str
    org: str
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """That an organisation received records about the person.

    Attributes:
        recipient: URN.
        on: Day, in Europe/Amsterdam.
        purpose: What for.
        arrays: How many records of each type.
        why: What opened secrecy: ``consent``, ``team``, ``duty:PROVISION``, ``power:PROVISION``; sorted.
        records: Which records, each with its type, by id.
    """

    recipient: str
    on: str
    purpose: str
    arrays: Mapping[str, int]
    why: tuple[str, ...]
    records: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReport:
    """What a person may know of what is held and was passed on.

    Attributes:
        asker: Who asks.
        about: About whom.
        on: Day of the report.
        held: Records, by type, day and id.
        received: Who received what, by day and recipient.
    """

    asker: str
    about: str
    on: str
    held: tuple[Held, ...] = field(repr=False)
    received: tuple[Received, ...] = field(repr=False)

    @property
    def first(self) -> tuple[str, ...]:
        """What must be done before this is read with the asker, codes, sorted."""
        return tuple(sorted({code for one in self.held for code in one.first}))

    def as_value(self) -> dict[str, Any]:
        """Return the report as JSON: ids and codes, never names or words."""
        return {
            "asker": self.asker,
            "about": self.about,
            "on": self.on,
            "first": list(self.first),
            "held": [
                {"record": one.record, "type": one.array, "recorded_on": one.recorded_on, "org": one.org}
                for one in self.held
            ],
            "received": [
                {
                    "recipient": one.recipient,
                    "on": one.on,
                    "purpose": one.purpose,
                    "types": dict(one.arrays),
                    "why": list(one.why),
                }
                for one in self.received
            ],
        }


def access_report(case: FamilyCase, asker: Asker, *, about: str, log: Iterable[Disclosure] = ()) -> AccessReport:
    """Return what the asker may know of what is held about a person and who received it.

    Args:
        case: The own file.
        asker: Who asks, with the facts of :func:`kgbx.consent.access_items.access_facts` and the policy in force.
        about: About whom; the asker, or somebody for whom the asker may ask.
        log: The own disclosure log; lines that were not known yet at the moment of the asker are left out.
    """
    return Reporting(case, asker).report(about, log)


def unnamed_organisations(case: FamilyCase, asker: Asker) -> frozenset[str]:
    """Return the organisations that nothing on paper for this person may name: shelters, and what tells of a place."""
    return Reporting(case, asker).unnamed


def protected_places(case: FamilyCase, asker: Asker, *, own: str) -> Places:
    """Return what gives away where anybody under a live protection is, whoever may know it: paper is found by others.

    A word is no secret that stands in the own name, or in the names of several organisations that are no secret: a
    region, a kind of organisation.

    Args:
        case: The own file.
        asker: Who asks, for the facts of the moment.
        own: URN of the organisation that gives the paper.
    """
    secret = AccessItemiser(case, facts=asker.index.facts, policy=asker.policy).secret_organisations
    names = {one.org: one.name for one in case.records("organisations") if isinstance(one, Organisation)}
    seen = Counter(word for org, name in names.items() if org not in secret for word in {*map(squeezed, name.split())})
    ours = {squeezed(word) for word in names.get(own, "").split()}
    openly = ours | {word for word, times in seen.items() if times > 1}
    hidden = frozenset(asker.sharing.protections)
    return places_of(case, protected=hidden, secret_organisations=secret, own_places=openly)


class Reporting:
    """What one asker may know: what is looked up once for reports about several persons."""

    def __init__(self, case: FamilyCase, asker: Asker) -> None:
        """Look at whose whereabouts the asker may not learn."""
        self._case = case
        self._asker = asker
        self._itemiser = AccessItemiser(case, facts=asker.index.facts, policy=asker.policy)
        self._hidden = hidden_from(asker)

    def report(self, about: str, log: Iterable[Disclosure]) -> AccessReport:
        """Return what the asker may know of what is held about a person and who received it."""
        whom = self._itemiser.one(about)
        seen = {record.id: record for record in self.seen if self._is_about(record, whom)}
        held = [self._held(record) for record in seen.values() if record.id in self._current]
        received = [one for entry in log for one in self._received(entry, whom, seen)]
        return AccessReport(
            asker=self._asker.person,
            about=whom,
            on=day_of_second(self._asker.index.at).isoformat(),
            held=tuple(sorted(held, key=lambda one: (_PLACE[one.array], one.recorded_on, one.record))),
            received=tuple(sorted(received, key=lambda one: (one.on, one.recipient, one.purpose, one.why))),
        )

    # --- what is held

    @cached_property
    def _current(self) -> frozenset[str]:
        return frozenset(record.id for row in TYPE_OF.values() for record in self._case.current(row.array))

    def _is_about(self, record: Record, whom: str) -> bool:
        return whom in {self._itemiser.one(person) for person in about_of(record, self._case)}

    @cached_property
    def seen(self) -> tuple[Record, ...]:
        """Every record that the asker may see, about whomever, replaced ones included."""
        return tuple(one for one in self._case if isinstance(one, Record) and self._may_see(one))

    def _may_see(self, record: Record) -> bool:
        return not isinstance(record, Reporter) and not self._betrays(record) and self._permitted(record)

    def _permitted(self, record: Record) -> bool:
        items = self._itemiser.items_of(record)
        return bool(items) and all(access_with(self._asker, item) for item in items)

    def _betrays(self, record: Record) -> bool:
        texts = strings_in(record)
        return not self.unnamed.isdisjoint(texts) or bool(self.places.pointers(record, texts))

    def _held(self, record: Record) -> Held:
        decisions = [access_with(self._asker, item) for item in self._itemiser.items_of(record)]
        return Held(
            record=record.id,
            array=TYPE_OF[type(record)].array,
            recorded_on=day_of_second(second_of(record.recorded_at)).isoformat(),
            org=record.recorded_by.org,
            first=tuple(sorted({code for one in decisions for code in one.first})),
        )

    # --- what must not be named

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """Organisations that no report names: shelters, and for this asker whatever tells where a hidden person is."""
        facts = self._asker.index.facts
        return unnamed_for(self._hidden, case=self._case, facts=facts, itemiser=self._itemiser, seen=self._permitted)

    @cached_property
    def places(self) -> Places:
        """What gives away where somebody is from whom the asker must not learn it."""
        hidden = places_of(
            self._case,
            protected=self._hidden,
            secret_organisations=self.unnamed if self._hidden else (),
            own_places=(),
        )
        received = (*self._case.records("addresses"), *self._case.records("contact_points"))
        ids = {one.id for one in received if isinstance(one, Record) and self._is_of_another(one)}
        secret = self._itemiser.secret_organisations
        return hidden | received_places(self._case, ids, secret_organisations=secret)

    def _is_of_another(self, place: Record) -> bool:
        return any(place_of_another(self._asker, item) for item in self._itemiser.items_of(place))

    # --- who received it

    def _received(self, entry: Disclosure, whom: str, seen: Mapping[str, Record]) -> Iterator[Received]:
        known = second_of(entry.known_at) <= self._asker.index.known_at
        if not known or entry.recipient in self.unnamed or (entry.sender, entry.recipient) in self._reported:
            return
        rows = [row for row in entry.rows if not row.reasons and (row.record in seen or self._was_seen(row, whom))]
        told = [row for row in rows if not self._kept_from_family(row, entry)]
        if told:
            yield Received(
                recipient=entry.recipient,
                on=day_of_second(second_of(entry.at)).isoformat(),
                purpose=entry.purpose,
                arrays=self._types(told),
                why=tuple(sorted({release for row in told for release in self._releases(row, whom)})),
                records={row.record: row.type for row in sorted(told, key=lambda row: row.record)},
            )

    def _was_seen(self, row: LogRow, whom: str) -> bool:
        """Tell whether the person might see a record that was erased since, by what the log kept of it."""
        looked, insight = row.item, row.insight
        if looked is None or insight is None or row.record not in self._case.erased:
            return False
        about = {self._itemiser.one(person) for person in looked.about}
        items = (
            AccessItem(**vars(looked.item(row.record, category)) | vars(insight) | {"about": tuple(sorted(about))})
            for category in row.categories
        )
        return whom in about and all(access_with(self._asker, item) for item in items)

    @cached_property
    def _reported(self) -> frozenset[tuple[str, str]]:
        """Who reported to whom, where the family must not know: that something went there tells it."""
        found = set[tuple[str, str]]()
        for one in self._case.records("reporters"):
            report = self._case.get(one.report) if isinstance(one, Reporter) and one.anonymous_to_family else None
            if isinstance(report, Report) and isinstance(one, Reporter):
                worker = self._case.get(one.professional or "")
                orgs = {one.org, worker.org if isinstance(worker, Professional) else None}
                found.update((org, report.reported_to) for org in orgs if org is not None)
        return frozenset(found)

    def _types(self, rows: Iterable[LogRow]) -> dict[str, int]:
        """Return how many records there are of each type, in the order of a document."""
        found = Counter(row.type for row in rows)
        return {array: found[array] for array in _PLACE if array in found}

    def _releases(self, row: LogRow, whom: str) -> Iterator[str]:
        """Yield what opened secrecy for the person; another's release is not told."""
        for by_subject in row.released_by.values():
            yield from (why for subject, why in by_subject.items() if self._itemiser.one(subject) == whom)

    def _kept_from_family(self, row: LogRow, entry: Disclosure) -> bool:
        """Tell whether it was shared on a ground of which the family, or the asker, was not told on purpose.

        Of a ground that was erased since, the log tells whether it was.
        """
        releases = {why for by_subject in row.released_by.values() for why in by_subject.values()}
        provisions = {why.partition(":")[2] for why in releases} - {""}
        found = [
            ground
            for ground in self._case.records("legal_grounds")
            if isinstance(ground, LegalGround)
            and ground.id not in self._corrected
            and (ground.sender, ground.recipient) == (entry.sender, entry.recipient)
            and ground.provision in provisions
        ]
        if provisions - {ground.provision for ground in found} and (row.insight is None or row.insight.not_told):
            return True
        return any(
            ground.family_informed == NOT_TOLD or self._asker.person in self._itemiser.untold.get(ground.id, ())
            for ground in found
        )

    @cached_property
    def _corrected(self) -> frozenset[str]:
        """Ids of what the organisation that recorded it corrected: another's correction tells nobody more."""
        return frozenset(link.to for link in replacements(self._case) if is_own_correction(link, self._case))

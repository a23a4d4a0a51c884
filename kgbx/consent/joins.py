# SPDX-License-Identifier: EUPL-1.2
"""Facts from a case and the own registers: every join that decide() does not do.

Rules:
    - organisations, caseloads, barriers come from the own registers only; authority and measures from there, and from
      records of the case that say they come from a register and that the own organisation recorded, about its children;
    - a permit, ground or weighing is proven only when the caller says so: ids whose proof was verified elsewhere;
    - two ids of one person: what narrows (refusal, protection, confidence, caseload) counts for both at once, what
      widens only when a register or BSN joined them;
    - a protection covers everyone who shares a household with the person and is not blocked;
    - where a date is partial, authority is taken as long as it can have been, a measure as short;
    - `capable` absent in a case: able from 12 (Jeugdwet 7.3.15 lid 1); an unborn child is no person here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from kgbx.case.base import Record
from kgbx.case.course import Collaboration, Measure
from kgbx.case.family import Household, ParentalAuthority
from kgbx.case.guarding import Confidence, Protection, Restriction, SamePerson
from kgbx.case.helpers import Link
from kgbx.case.people import Person
from kgbx.case.sharing import Capacity, Consent, LegalGround, ThirdPartyWeighing, Withdrawal
from kgbx.case.structures import read_shape
from kgbx.clock import span_of
from kgbx.consent.facts import (
    AuthorityFact,
    CareTeamFact,
    ConfidenceFact,
    ConsentFact,
    Facts,
    LegalGroundFact,
    MeasureFact,
    PersonFact,
    ProtectionFact,
    RestrictionFact,
    WeighingFact,
    WithdrawalFact,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from kgbx.case import FamilyCase

R = TypeVar("R", bound=Record)

REGISTERS_FORMAT: Final = "kgbx-registers/1"
STRONG: Final = ("bsn", "register")
"""Why two ids may be joined for what widens."""

ALWAYS: Final = "1900-01-01"
"""A day before anything in a case; the start of what has no known start."""


class Registers(Facts):
    """The own registers: a file with members of Facts of those names."""

    format: Literal["kgbx-registers/1"]


def read_registers(data: bytes) -> Registers:
    """Return the registers in a file.

    Raises:
        DocumentError: all problems, with pointers and without values.
    """
    return read_shape(data, Registers)


class Joined:
    """Which ids name one person.

    A strong class is joined by BSN or register; a wide class by anything.
    """

    def __init__(self, case: FamilyCase) -> None:
        rows = [record for record in case.records("same_person") if isinstance(record, SamePerson)]
        versions = [link for link in replacements(case) if isinstance(case.get(link.from_), Person)]
        own = [(link.from_, link.to) for link in versions if is_own_correction(link, case)]
        self._strong = _classes([*own, *((row.a, row.b) for row in rows if row.basis in STRONG)])
        every = [(link.from_, link.to) for link in versions]
        self._wide = _classes([*every, *((row.a, row.b) for row in rows)])

    def one(self, person: str) -> str:
        """Return the id that stands for a person in everything: the smallest of the strong class."""
        return min(self._strong.get(person, {person}))

    def every(self, person: str) -> list[str]:
        """Return the ids, each standing for its strong class, that may name the same person; sorted."""
        return sorted({self.one(other) for other in self._wide.get(person, {person})})


def replacements(case: FamilyCase) -> list[Link]:
    """Return the links that say that one record replaces another."""
    return [link for link in case.records("links") if isinstance(link, Link) and link.kind == "replaces"]


def is_own_correction(link: Link, case: FamilyCase) -> bool:
    """Tell whether the organisation that recorded a record also recorded what replaces it, and the link."""
    ends = [one for one in (case.get(link.from_), case.get(link.to)) if one is not None]
    return len(ends) == len((link.from_, link.to)) and {one.recorded_by.org for one in ends} == {link.recorded_by.org}


def _classes(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        joined = found.get(a, {a}) | found.get(b, {b})
        found.update(dict.fromkeys(joined, joined))
    return found


def facts_from_case(case: FamilyCase, registers: Registers, *, own: str, proven: Collection[str] = ()) -> Facts:
    """Return the facts that a case and the own registers hold.

    Args:
        case: The sender's own file, or at import the recipient's.
        registers: The own registers.
        own: URN of the own organisation.
        proven: Ids of consents, grounds and weighings whose proof was verified.
    """
    return _Builder(case, registers, own, frozenset(proven)).facts()


class _Builder:
    """Builds the facts of one case."""

    def __init__(self, case: FamilyCase, registers: Registers, own: str, proven: frozenset[str]) -> None:
        self._case = case
        self._registers = registers
        self._own = own
        self._proven = proven
        self._joined = Joined(case)

    def facts(self) -> Facts:
        """Return everything; the engine does not mind order or duplicates."""
        registers = self._registers
        return Facts(
            persons=tuple(self._persons()),
            organisations=registers.organisations,
            parental_authority=(*self._registered_authority(), *self._authority()),
            measures=(*self._registered_measures(), *self._measures()),
            consents=(*registers.consents, *self._consents()),
            withdrawals=(*registers.withdrawals, *self._withdrawals()),
            legal_grounds=(*registers.legal_grounds, *self._grounds()),
            third_party_weighings=(*registers.third_party_weighings, *self._weighings()),
            protections=(*registers.protections, *self._protections()),
            confidences=(*registers.confidences, *self._confidences()),
            caseloads=tuple(
                fact.model_copy(update={"person": person})
                for fact in registers.caseloads
                for person in self._joined.every(fact.person)
            ),
            caseload_known=registers.caseload_known,
            barriers=registers.barriers,
            care_teams=(*registers.care_teams, *self._teams()),
            restrictions=(*registers.restrictions, *self._restrictions()),
        )

    def _current(self, array: str, model: type[R]) -> Iterator[R]:
        return (record for record in self._case.current(array) if isinstance(record, model))

    def _narrowing(self, array: str, model: type[R]) -> Iterator[R]:
        """Yield records that only narrow: the current ones, and those that somebody else replaced.

        Whoever recorded a protection, a confidence or a restriction may correct it; another's link does not lift it.
        """
        current = {record.id for record in self._case.current(array)}
        for record in self._case.records(array):
            if isinstance(record, model) and (record.id in current or record.id not in self._own_corrections):
                yield record

    @cached_property
    def _own_corrections(self) -> set[str]:
        """Ids that were replaced by a record and a link of the organisation that recorded them."""
        return {link.to for link in replacements(self._case) if is_own_correction(link, self._case)}

    def _persons(self) -> Iterator[PersonFact]:
        incapable = {
            self._joined.one(one.person): one.represented_by
            for one in self._current("capacities", Capacity)
            if not one.capable
        }
        for person in self._current("persons", Person):
            if person.expected_birth_date is not None and person.birth_date is None:
                continue
            who = self._joined.one(person.id)
            yield PersonFact(
                id=who,
                birth_date=person.birth_date,
                capable=who not in incapable,
                represented_by=incapable.get(who),
            )

    def _from_register(self, record: Record) -> bool:
        source = record.source
        return source is not None and source.kind == "register" and record.recorded_by.org == self._own

    def _children(self) -> set[str]:
        return {person.id for person in self._current("persons", Person)}

    def _registered_authority(self) -> Iterator[AuthorityFact]:
        for fact in self._registers.parental_authority:
            yield fact.model_copy(
                update={"child": self._joined.one(fact.child), "holder": self._joined.one(fact.holder)}
            )

    def _authority(self) -> Iterator[AuthorityFact]:
        for record in self._current("parental_authorities", ParentalAuthority):
            if not self._from_register(record) or record.minor not in self._children():
                continue
            for holder in record.holders or ():
                if (named := holder.person or holder.org) is not None:
                    yield AuthorityFact(
                        child=self._joined.one(record.minor),
                        holder=self._joined.one(named),
                        recorded_at=record.recorded_at,
                        valid_from=_first(record.valid_from),
                        valid_until=_last(record.valid_until),
                    )

    def _registered_measures(self) -> Iterator[MeasureFact]:
        return (fact.model_copy(update={"child": self._joined.one(fact.child)}) for fact in self._registers.measures)

    def _measures(self) -> Iterator[MeasureFact]:
        """A measure opens a door, so it counts only for as long as it certainly held."""
        for record in self._current("measures", Measure):
            known = record.valid_from is not None and record.executing_org is not None and record.status == "loopt"
            if not known or not self._from_register(record) or record.minor not in self._children():
                continue
            end = min((_first(one) for one in (record.valid_until, record.planned_end) if one), default=None)
            yield MeasureFact(
                kind=record.kind,
                child=self._joined.one(record.minor),
                organisation=record.executing_org or "",
                recorded_at=record.recorded_at,
                valid_from=_last(record.valid_from) or ALWAYS,
                valid_until=end,
            )

    def _consents(self) -> Iterator[ConsentFact]:
        """A refusal counts for every id that may name the person, a permit only for those that surely do."""
        current = {record.id for record in self._case.current("consents")}
        for record in self._case.records("consents"):
            if not isinstance(record, Consent) or (record.decision != "refuse" and record.id not in current):
                continue  # a refusal is lifted by a permit that names it, never by a correction
            subjects = [self._joined.one(record.subject)]
            if record.decision == "refuse":
                subjects = self._joined.every(record.subject)
            for subject in subjects:
                yield ConsentFact(
                    id=record.id,
                    decided_by=self._joined.one(record.decided_by),
                    about=subject,
                    decision="refuse" if record.decision == "refuse" else "permit",
                    recipients=tuple(record.recipients),
                    purposes=tuple(record.purposes),
                    categories=tuple(record.categories),
                    supersedes=tuple(record.supersedes or ()),
                    proven=record.id in self._proven,
                    **_period(record),
                )

    def _withdrawals(self) -> Iterator[WithdrawalFact]:
        for record in self._current("withdrawals", Withdrawal):
            yield WithdrawalFact(
                consent=record.consent,
                by=self._joined.one(record.by),
                recorded_at=record.recorded_at,
                effective_at=record.effective_at,
            )

    def _grounds(self) -> Iterator[LegalGroundFact]:
        copied = ("necessity", "proportionality", "subsidiarity", "consulted", "reason_not_informed")
        for record in self._current("legal_grounds", LegalGround):
            yield LegalGroundFact(
                id=record.id,
                provision=record.provision,
                sender=record.sender,
                recipient=record.recipient,
                subjects=tuple(self._joined.one(person) for person in record.subjects),
                categories=tuple(record.categories),
                purposes=tuple(record.purposes),
                trigger="on_request" if record.trigger == "on_request" else "own_initiative",
                decided_by=record.decided_by,
                family_informed=record.family_informed,  # type: ignore[arg-type]  # its code list has these values
                refusals_weighed=tuple(record.refusals_weighed or ()),
                proven=record.id in self._proven,
                **{name: getattr(record, name) for name in copied},
                **_period(record),
            )

    def _weighings(self) -> Iterator[WeighingFact]:
        for record in self._current("third_party_weighings", ThirdPartyWeighing):
            yield WeighingFact(
                item=record.record,
                person=self._joined.one(record.person),
                decided_by=record.decided_by,
                why_not_harmed=record.why_not_harmed,
                refusals_weighed=tuple(record.refusals_weighed or ()),
                proven=record.id in self._proven,
                **_period(record),
            )

    def _protections(self) -> Iterator[ProtectionFact]:
        for record in self._narrowing("protections", Protection):
            blocked = {other for one in record.blocked for other in self._joined.every(one)}
            covered = {
                other for one in (record.person, *self._household(record.person)) for other in self._joined.every(one)
            }
            for person in sorted(covered - blocked):
                yield ProtectionFact(
                    person=person,
                    allowed=tuple(record.allowed or ()),
                    blocked=tuple(sorted(blocked)),
                    **_period(record),
                )

    def _household(self, person: str) -> set[str]:
        """Return everybody who shares a current household with a person, whatever the dates of the membership."""
        found: set[str] = set()
        for household in self._current("households", Household):
            members = {other for member in household.members for other in self._joined.every(member.person)}
            if not members.isdisjoint(self._joined.every(person)):
                found |= members
        return found

    def _confidences(self) -> Iterator[ConfidenceFact]:
        for record in self._narrowing("confidences", Confidence):
            persons = {other for one in record.withheld_from for other in self._joined.every(one)}
            for version in self._versions(record.record):
                yield ConfidenceFact(item=version, withheld_from=tuple(sorted(persons)))

    def _versions(self, record_id: str) -> list[str]:
        """Return the ids of every version of a record: what was told in confidence stays so when it is corrected."""
        return [record_id, *(one.id for one in (self._case.history(record_id) if record_id in self._case else ()))]

    def _teams(self) -> Iterator[CareTeamFact]:
        for record in self._current("collaborations", Collaboration):
            if record.kind != "act_together" or record.state != "accepted" or record.valid_from is None:
                continue
            for person in record.persons:
                yield CareTeamFact(
                    subject=self._joined.one(person),
                    organisations=(record.requested_by, *record.asked),
                    recorded_at=record.recorded_at,
                    valid_from=_last(record.valid_from) or ALWAYS,
                    valid_until=_first(record.valid_until) if record.valid_until else None,
                )

    def _restrictions(self) -> Iterator[RestrictionFact]:
        for record in self._narrowing("restrictions", Restriction):
            for version in self._versions(record.record):
                yield RestrictionFact(item=version, **_period(record))


def _period(record: Any) -> dict[str, Any]:  # noqa: ANN401  # any record that holds for a period of moments
    return {"recorded_at": record.recorded_at, "valid_from": record.valid_from, "valid_until": record.valid_until}


def _first(partial: str | None) -> str:
    """Return the first day that a partial date can mean; without one, always."""
    return ALWAYS if partial is None else span_of(partial)[0].isoformat()


def _last(partial: str | None) -> str | None:
    """Return the last day that a partial date can mean; without one, None."""
    return None if partial is None else span_of(partial)[1].isoformat()

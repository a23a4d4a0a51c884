# SPDX-License-Identifier: EUPL-1.2
"""Facts from a case and the own registers: every join that decide() does not do.

Rules:
    - organisations, caseloads, barriers come from the own registers only; authority and measures from there, and from
      records of the case that say they come from a register and that the own organisation recorded, about its children;
    - a permit, ground or weighing is proven only when the caller says so: ids whose proof was verified elsewhere;
    - two ids of one person: what narrows (refusal, withdrawal, protection, confidence) counts for both at once, what
      widens only when a register or BSN joined them; a caseload does both, and meets every id of a blocked person in
      the protection;
    - a protection covers everyone who shares a household with the person and is not blocked;
    - where a date is partial, authority is taken as long as it can have been, a measure as short;
    - every description of a person counts, and every age that one allows must suffice; the own registers stand instead
      of records about the same id, and who they say is not able to decide is not;
    - what another organisation recorded opens nothing: not its team, not its representative, not its word that a
      protected and a blocked person are one; and its correction ends no withdrawal and no household of a protection;
    - `capable` absent in a case: able from 12 (Jeugdwet 7.3.15 lid 1); an unborn child is no person here.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from kgbx.case.base import Record
from kgbx.case.course import Collaboration, Measure
from kgbx.case.erasing import versions_of
from kgbx.case.family import ParentalAuthority
from kgbx.case.guarding import Confidence, Restriction
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
    RestrictionFact,
    WeighingFact,
    WithdrawalFact,
)
from kgbx.consent.index import ADULT_FROM
from kgbx.consent.known_functions import require_known_registers
from kgbx.consent.protecting import ALWAYS, Protecting
from kgbx.consent.registered import registered
from kgbx.consent.same import Joined, is_own_correction, replacements
from kgbx.consent.workers import second_worker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from kgbx.case import FamilyCase

R = TypeVar("R", bound=Record)

REGISTERS_FORMAT: Final = "kgbx-registers/1"


class Registers(Facts):
    """The own registers: a file with members of Facts of those names."""

    format: Literal["kgbx-registers/1"]


def read_registers(data: bytes) -> Registers:
    """Return the registers in a file.

    Raises:
        DocumentError: all problems, with pointers and without values; D_CODE, a function that no code list knows;
            D_CONFLICT, one organisation or person twice.
    """
    registers = read_shape(data, Registers)
    require_known_registers(registers)
    return registers


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
        self._protecting = Protecting(registers, self._joined, self._narrowing)

    def facts(self) -> Facts:
        """Return everything; the engine does not mind order or duplicates."""
        registers = registered(self._registers, self._joined, versions=self._versions)
        return Facts(
            own=self._own,
            persons=tuple(self._persons()),
            organisations=registers.organisations,
            parental_authority=(*registers.parental_authority, *self._authority()),
            measures=(*registers.measures, *self._measures()),
            consents=(*registers.consents, *self._consents()),
            withdrawals=(*registers.withdrawals, *self._withdrawals()),
            legal_grounds=(*registers.legal_grounds, *self._grounds()),
            third_party_weighings=(*registers.third_party_weighings, *self._weighings()),
            protections=(*self._protecting.registered(), *self._protecting.recorded(), *self._protecting.flagged()),
            confidences=(*registers.confidences, *self._confidences()),
            caseloads=registers.caseloads,
            caseload_known=registers.caseload_known,
            barriers=registers.barriers,
            care_teams=(*registers.care_teams, *self._teams()),
            restrictions=(*registers.restrictions, *self._restrictions()),
        )

    def _current(self, array: str, model: type[R]) -> Iterator[R]:
        return (record for record in self._case.current(array) if isinstance(record, model))

    def _narrowing(self, array: str, model: type[R]) -> Iterator[R]:
        """Yield the current records, and those that somebody else replaced.

        Whoever recorded a protection, a confidence or a restriction may correct it; another's link does not lift it.
        Nor does it take away who decides: a holder of authority, an assessment, a date of birth.
        """
        current = {record.id for record in self._case.current(array)}
        for record in self._case.records(array):
            if isinstance(record, model) and (record.id in current or record.id not in self._own_corrections):
                yield record

    @cached_property
    def _own_corrections(self) -> set[str]:
        """Ids that were replaced by a record and a link of the organisation that recorded them."""
        return {link.to for link in replacements(self._case) if is_own_correction(link, self._case)}

    @cached_property
    def _incapable(self) -> Mapping[str, str | None]:
        """Who is not able to decide, and who represents them.

        The own assessment counts. Another organisation's opens nothing: it names no representative, so that nobody can
        decide for an adult; about a minor it would let others decide, and has no effect. Who must not learn where
        somebody is does not represent them.
        """
        found: dict[str, str | None] = {}
        listed = {self._joined.one(one.id): one.represented_by for one in self._registers.persons if not one.capable}
        assessed = sorted(self._narrowing("capacities", Capacity), key=lambda one: one.recorded_by.org == self._own)
        for one in assessed:
            who, own = self._joined.one(one.person), one.recorded_by.org == self._own
            if one.capable and own:
                found.pop(who, None)
            elif not one.capable and (own or self._was_adult(one)):
                found[who] = one.represented_by if own else None
        found |= listed
        return {who: None if (who, by) in self._blocked_for else by for who, by in found.items()}

    def _was_adult(self, assessment: Capacity) -> bool:
        person = self._case.get(assessment.person)
        born = person.birth_date if isinstance(person, Person) else None
        return born is None or int(assessment.assessed_on[:4]) - int(born[:4]) > ADULT_FROM

    @cached_property
    def _blocked_for(self) -> set[tuple[str, str | None]]:
        """Protected person and blocked person, as every id that may name either."""
        return {
            (who, blocked)
            for fact in (*self._registers.protections, *self._protecting.recorded())
            for who in self._joined.every(fact.person)
            for one in fact.blocked
            for blocked in (one, *self._joined.every(one))
        }

    def _persons(self) -> Iterator[PersonFact]:
        """Yield every description: whoever recorded one, and however persons were joined, none makes another older.

        What the registers say of an id stands instead of what records say of it, and a birth date that we know
        ourselves instead of none. A child that is unborn here and has a birth date elsewhere may be of any age.
        """
        incapable, listed = self._incapable, {fact.id for fact in self._registers.persons}
        known = [one for one in self._narrowing("persons", Person) if one.id not in listed]
        described: list[PersonFact | Person] = [*self._registers.persons, *known]
        ours = [(one.id, one.birth_date) for one in described if self._is_ours(one)]
        dated = {self._joined.one(one) for one, birth_date in ours if birth_date is not None}
        dated_by_any = {self._joined.one(one.id) for one in described if one.birth_date is not None}
        for person in described:
            who = self._joined.one(person.id)
            unborn = isinstance(person, Person) and person.expected_birth_date is not None
            if person.birth_date is None and (who in dated or (unborn and who not in dated_by_any)):
                continue
            yield PersonFact(
                id=who,
                birth_date=person.birth_date,
                capable=who not in incapable,
                represented_by=incapable.get(who),
            )

    def _is_ours(self, one: PersonFact | Person) -> bool:
        return isinstance(one, PersonFact) or one.recorded_by.org == self._own

    def _from_register(self, record: Record) -> bool:
        source = record.source
        return source is not None and source.kind == "register" and record.recorded_by.org == self._own

    def _children(self) -> set[str]:
        return {person.id for person in self._narrowing("persons", Person)}

    def _authority(self) -> Iterator[AuthorityFact]:
        for record in self._narrowing("parental_authorities", ParentalAuthority):
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
            subjects: tuple[str, ...] = (self._joined.one(record.subject),)
            deciders: tuple[str, ...] = (self._joined.one(record.decided_by),)
            if record.decision == "refuse":
                subjects, deciders = self._joined.every(record.subject), self._joined.every(record.decided_by)
            for subject, decider in product(subjects, deciders):
                yield ConsentFact(
                    id=record.id,
                    decided_by=decider,
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
        for record in self._narrowing("withdrawals", Withdrawal):
            for person in self._joined.every(record.by):
                yield WithdrawalFact(
                    consent=record.consent,
                    by=person,
                    recorded_at=record.recorded_at,
                    effective_at=record.effective_at,
                )

    def _grounds(self) -> Iterator[LegalGroundFact]:
        copied = ("necessity", "proportionality", "subsidiarity", "reason_not_informed", "informed_on")
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
                consulted=second_worker(self._case, decider=record.decided_by, consulted=record.consulted),
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

    def _confidences(self) -> Iterator[ConfidenceFact]:
        for record in self._narrowing("confidences", Confidence):
            persons = {other for one in record.withheld_from for other in self._joined.every(one)}
            for version in self._versions(record.record):
                yield ConfidenceFact(item=version, withheld_from=tuple(sorted(persons)))

    def _versions(self, record_id: str) -> list[str]:
        """Return the ids of every version of a record: what was told in confidence stays so when it is corrected."""
        return sorted({record_id} | self._all_versions.get(record_id, set()))

    @cached_property
    def _all_versions(self) -> Mapping[str, set[str]]:
        """The versions of what was corrected, erased ones too: what is kept from somebody outlives an old version."""
        return versions_of(self._case)

    def _teams(self) -> Iterator[CareTeamFact]:
        for record in self._current("collaborations", Collaboration):
            running = record.kind == "act_together" and record.state == "accepted"
            if not running or record.valid_from is None or record.recorded_by.org != self._own:
                continue  # a team opens a door: another's word that it is in one does not
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

# SPDX-License-Identifier: EUPL-1.2
"""Facts at a moment: what was known and held, arranged so that a decision is a few look-ups.

Rules: live at (`at`, `known_at`) means recorded_at <= known_at and valid_from <= at < valid_until; a permit that was
withdrawn is not live; a withdrawal counts when it came from the decider, a representative, from 12 the youth it is
about, or under 16 whoever had authority. Built once for a share and used for every record of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from kgbx.case.structures import ANY
from kgbx.clock import ages_on, day_of_second, parse_moment
from kgbx.consent.facts import ConsentFact, KnownCaseload, PersonFact, Timed, WithdrawalFact
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from kgbx.consent.facts import (
        CareTeamFact,
        Facts,
        Item,
        LegalGroundFact,
        MeasureFact,
        OrganisationFact,
        ProtectionFact,
        WeighingFact,
    )

T = TypeVar("T", bound=Timed)

YOUTH_DECIDES_FROM: Final = 12
"""Jeugdwet 7.3.15 lid 1; UAVG 5 lid 3 (text of 2026-09-01): from 12 a youth withdraws on its own."""

HOLDERS_WITHDRAW_UNTIL: Final = 16
"""UAVG 5 lid 3 onder a: under 16 every legal representative withdraws, whoever permitted."""

ADULT_FROM: Final = 18
OLDEST: Final = 130
ALL_AGES: Final = (0, OLDEST)
"""What an unknown birth date allows."""


@lru_cache(maxsize=65536)
def second_of(moment: str) -> int:
    """Return an instant, or the first instant of a day in Europe/Amsterdam, as Unix seconds."""
    return int(parse_moment(moment).timestamp())


@dataclass(frozen=True)
class Index:
    """Facts at a moment.

    Attributes:
        facts: All facts.
        at: What held, Unix seconds.
        known_at: What was known, Unix seconds.
    """

    facts: Facts
    at: int
    known_at: int

    @classmethod
    def of(cls, facts: Facts, at: str, *, known_at: str) -> Index:
        """Return the index of facts at two moments, each an instant or a day."""
        return cls(facts, second_of(at), second_of(known_at))

    def live(self, facts: Iterable[T]) -> list[T]:
        """Return the facts that were known and held."""
        return [
            fact
            for fact in facts
            if second_of(fact.recorded_at) <= self.known_at
            and second_of(fact.valid_from) <= self.at
            and (fact.valid_until is None or self.at < second_of(fact.valid_until))
        ]

    @cached_property
    def today(self) -> date:
        """The day of `at` in Europe/Amsterdam."""
        return day_of_second(self.at)

    # --- persons and organisations

    @cached_property
    def persons(self) -> dict[str, PersonFact]:
        """Persons by id; of who is described in several ways, what decides for none of them alone."""
        return {person: _one_of(facts) for person, facts in self._described.items()}

    @cached_property
    def _described(self) -> dict[str, list[PersonFact]]:
        """What is known of persons, by id: two descriptions may come from two files or two registers."""
        found: dict[str, list[PersonFact]] = defaultdict(list)
        for person in self.facts.persons:
            found[person.id].append(person)
        return dict(found)

    @cached_property
    def known(self) -> frozenset[str]:
        """Ids of those of whom anything is known: a person, who holds authority, who represents somebody."""
        holders = (holder for held in self.holders.values() for holder in held)
        representatives = (person.represented_by for person in self.facts.persons if person.represented_by is not None)
        return frozenset((*self.persons, *holders, *representatives))

    @cached_property
    def organisations(self) -> dict[str, OrganisationFact]:
        """Organisations by id."""
        return {organisation.id: organisation for organisation in self.facts.organisations}

    def function(self, organisation: str) -> str | None:
        """Return the function of an organisation, None for one the registers do not know."""
        found = self.organisations.get(organisation)
        return None if found is None else found.function

    def ages(self, person: str) -> tuple[int, int]:
        """Return the lowest and the highest age that what is known of a person allows, by any of its descriptions."""
        found = self._ages.get(person)
        if found is None:
            found = self._ages[person] = self._ages_on(person, self.today)
        return found

    def _ages_on(self, person: str, day: date) -> tuple[int, int]:
        facts = self._described.get(person)
        if facts is None or _differ(facts):
            return ALL_AGES
        ages = [_ages(birth, day) for birth in {fact.birth_date for fact in facts}]
        return min(low for low, _ in ages), max(high for _, high in ages)

    @cached_property
    def _ages(self) -> dict[str, tuple[int, int]]:
        """What `ages` found before."""
        return {}

    @cached_property
    def holders(self) -> dict[str, tuple[str, ...]]:
        """Holders of parental authority by child, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for fact in self.live(self.facts.parental_authority):
            found[fact.child].add(fact.holder)
        return {child: tuple(sorted(holders)) for child, holders in found.items()}

    @cached_property
    def measures(self) -> dict[str, list[MeasureFact]]:
        """Live measures by organisation."""
        return _by(self.live(self.facts.measures), lambda fact: fact.organisation)

    # --- consents

    @cached_property
    def consents(self) -> dict[str, list[ConsentFact]]:
        """Live consents by the person they are about; permits that were withdrawn are left out."""
        live = [fact for fact in self.live(self.facts.consents) if not self.ended_by(fact)]
        return _by(live, lambda fact: fact.about)

    def ended_by(self, consent: ConsentFact) -> list[WithdrawalFact]:
        """Return the withdrawals that end a permit by now; none ever ends a refusal."""
        if consent.decision == "refuse":
            return []
        return [one for one in self._withdrawn.get(consent.id, ()) if self._ends(one, consent)]

    @cached_property
    def _withdrawn(self) -> dict[str, list[WithdrawalFact]]:
        found: dict[str, list[WithdrawalFact]] = defaultdict(list)
        for fact in self.facts.withdrawals:
            if second_of(fact.recorded_at) <= self.known_at and second_of(fact.effective_at) <= self.at:
                found[fact.consent].append(fact)
        return found

    def _ends(self, withdrawal: WithdrawalFact, permit: ConsentFact) -> bool:
        """Tell whether whoever withdrew may do so; a withdrawal that names nobody came from the decider."""
        representatives = {
            person.represented_by
            for person in (self.persons.get(permit.about), self.persons.get(permit.decided_by))
            if person is not None and person.represented_by is not None
        }
        if withdrawal.by is None or withdrawal.by in {permit.decided_by, *representatives}:
            return True
        day = day_of_second(second_of(withdrawal.effective_at))
        youngest, oldest = self._ages_on(permit.about, day)
        if withdrawal.by == permit.about:
            return oldest >= YOUTH_DECIDES_FROM
        return youngest < HOLDERS_WITHDRAW_UNTIL and self._held_then(withdrawal, permit.about)

    def _held_then(self, withdrawal: WithdrawalFact, child: str) -> bool:
        """Tell whether whoever withdrew had authority when it took effect; losing it later revives no permit."""
        then = Index(self.facts, second_of(withdrawal.effective_at), self.known_at)
        return any(
            (fact.child, fact.holder) == (child, withdrawal.by) for fact in then.live(self.facts.parental_authority)
        )

    # --- the rest

    @cached_property
    def grounds(self) -> dict[tuple[str, str], list[LegalGroundFact]]:
        """Proven live legal grounds by (sender, recipient), by provision and id."""
        live = [fact for fact in self.live(self.facts.legal_grounds) if fact.proven]
        live.sort(key=lambda fact: (fact.provision, fact.id))
        found: dict[tuple[str, str], list[LegalGroundFact]] = defaultdict(list)
        for fact in live:
            found[fact.sender, fact.recipient].append(fact)
        return found

    @cached_property
    def weighings(self) -> dict[tuple[str, str], list[WeighingFact]]:
        """Proven live weighings by (item, person)."""
        found: dict[tuple[str, str], list[WeighingFact]] = defaultdict(list)
        for fact in self.live(self.facts.third_party_weighings):
            if fact.proven:
                found[fact.item, fact.person].append(fact)
        return found

    @cached_property
    def protections(self) -> dict[str, list[ProtectionFact]]:
        """Live protections by person; a mark of a secret place counts until everybody there is decided about."""
        live = self.live(self.facts.protections)
        found = _by(live, lambda fact: fact.person)
        counting = {
            one.flag
            for one in live
            if one.named and one.flag and not self._decided_in(found[one.person], one.recorded_by)
        }
        return _by((one for one in live if one.flag is None or one.flag in counting), lambda fact: fact.person)

    def undecided(self, item: Item) -> frozenset[str]:
        """Return whose whereabouts a received item gives away while nobody decided who may know them.

        Whoever sent it may have protected them, and a protection never travels. It is decided by the own organisation
        or by who recorded the item; nobody else opens what came to us.
        """
        return self.undecided_of(item.reveals_location_of, item.recorded_by)

    def undecided_of(self, persons: Iterable[str], by: str | None) -> frozenset[str]:
        """Return of whom, among those whose whereabouts a record of an organisation gives away, nobody decided that."""
        if by is None or self.facts.own is None or by == self.facts.own:
            return frozenset()
        return frozenset(one for one in persons if not self._decided_in(self.protections.get(one, ()), by))

    def _decided_in(self, protections: Iterable[ProtectionFact], recorder: str | None) -> bool:
        may_decide = {None, self.facts.own, recorder}
        return any(one.named and one.flag is None and one.recorded_by in may_decide for one in protections)

    @cached_property
    def withheld(self) -> dict[str, frozenset[str]]:
        """Persons from whom an item is kept in confidence, by item."""
        found: dict[str, set[str]] = defaultdict(set)
        for fact in self.facts.confidences:
            found[fact.item].update(fact.withheld_from)
        return {item: frozenset(persons) for item, persons in found.items()}

    @cached_property
    def teams(self) -> dict[str, list[CareTeamFact]]:
        """Live care teams by subject."""
        return _by(self.live(self.facts.care_teams), lambda fact: fact.subject)

    @cached_property
    def restricted(self) -> frozenset[str]:
        """Items whose processing is restricted."""
        return frozenset(fact.item for fact in self.live(self.facts.restrictions))

    @cached_property
    def _caseloads(self) -> frozenset[tuple[str, str]]:
        return frozenset((fact.organisation, fact.person) for fact in self.live(self.facts.caseloads))

    @cached_property
    def _known(self) -> frozenset[str | tuple[str, str]]:
        return frozenset(
            (one.organisation, one.person) if isinstance(one, KnownCaseload) else one
            for one in self.facts.caseload_known
        )

    @cached_property
    def _barriers(self) -> frozenset[tuple[str, str]]:
        return frozenset((fact.organisation, fact.person) for fact in self.facts.barriers)

    def serves(self, organisation: str, person: str) -> bool:
        """Tell whether an organisation serves a person."""
        return (organisation, person) in self._caseloads

    def may_tell(self, organisation: str, person: str) -> bool:
        """Tell whether what an organisation learns could reach a person: it serves the person, or nobody knows."""
        if organisation == person:
            return True
        if not self._known & {ANY, organisation, (organisation, person)}:
            return True
        return self.serves(organisation, person) and (organisation, person) not in self._barriers

    # --- what is the same for every item that one recipient would get; kept by recipient

    def hidden_from(self, recipient: str) -> frozenset[str]:
        """Return the persons of whom this recipient may not learn where they are."""
        found = self._hidden.get(recipient)
        if found is None:
            found = self._hidden[recipient] = frozenset(
                person
                for person, protections in self.protections.items()
                if not all(self._may_know_place(recipient, protection) for protection in protections)
            )
        return found

    def _may_know_place(self, recipient: str, protection: ProtectionFact) -> bool:
        """Tell whether a recipient is allowed, not blocked, and known not to serve the blocked unless apart."""
        blocked = protection.blocked
        if recipient in blocked or ANY in blocked or {recipient, ANY}.isdisjoint(protection.allowed):
            return False
        persons = (one for one in blocked if one not in self.organisations)
        return not any(self.may_tell(recipient, person) for person in persons)

    @cached_property
    def _hidden(self) -> dict[str, frozenset[str]]:
        """What `hidden_from` found before."""
        return {}

    def named_for(self, recipient: str) -> frozenset[str]:
        """Return the persons whom a proven permit or ground names for exactly this recipient."""
        found = self._named.get(recipient)
        if found is None:
            grounds = (ground for (_, to), rows in self.grounds.items() if to == recipient for ground in rows)
            found = self._named[recipient] = frozenset(
                (
                    *(person for person, facts in self.consents.items() if _any_permit_for(recipient, facts)),
                    *(person for ground in grounds for person in ground.subjects),
                )
            )
        return found

    @cached_property
    def _named(self) -> dict[str, frozenset[str]]:
        """What `named_for` found before."""
        return {}


def _any_permit_for(recipient: str, facts: Iterable[ConsentFact]) -> bool:
    return any(fact.proven and fact.decision == "permit" and recipient in fact.recipients for fact in facts)


def _by(facts: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for fact in facts:
        found[key(fact)].append(fact)
    return found


def _differ(facts: list[PersonFact]) -> bool:
    """Tell whether descriptions of a person differ in who decides."""
    return len({(fact.capable, fact.represented_by) for fact in facts}) > 1


def _one_of(facts: list[PersonFact]) -> PersonFact:
    """Return a description; where several differ in who decides, one for whom nobody can; in age, one without it."""
    first = facts[0]
    if _differ(facts):
        return PersonFact(id=first.id, capable=False)
    births = {fact.birth_date for fact in facts}
    return first if len(births) == 1 else first.model_copy(update={"birth_date": None})


def _ages(birth: str | None, day: date) -> tuple[int, int]:
    if birth is None:
        return ALL_AGES
    try:
        low, high = ages_on(birth, day)
    except UsageError:
        return ALL_AGES
    return (low, high) if low >= 0 and high <= OLDEST else ALL_AGES

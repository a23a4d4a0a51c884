# SPDX-License-Identifier: EUPL-1.2
"""From a case to what access() looks at: items of records, and facts about parents and deaths.

Rules:
    - every person who stands in a record and is no subject of it counts as another: who told it, who decided, who
      reacted. But for holders of parental authority, whose register is public (BW 1:244), and for who is kept away by a
      protection, which only the protected person sees;
    - who told something in the own words is known, so that nobody is denied the own words;
    - records that protect somebody (protections, confidences) are marked; so are grounds of which the family was not
      told; so is what speaks about either; a reporter who said that the family may know is no secret;
    - what is kept from somebody is kept in every version, with all that speaks about any.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from kgbx.case import (
    Capacity,
    Confidence,
    Informing,
    LegalGround,
    ParentalAuthority,
    Person,
    Protection,
    Reaction,
    Record,
    Relation,
    Reporter,
    Statement,
)
from kgbx.case.erasing import versions_of
from kgbx.case.fields import UUID4_PATTERN
from kgbx.case.types import TYPE_OF
from kgbx.clock import span_of
from kgbx.consent.access_facts import AccessFacts, AccessItem, DeathFact, ParentFact
from kgbx.consent.items import Itemiser
from kgbx.consent.registered import granted_under, withheld_under
from kgbx.consent.same import Joined, is_own_correction, replacements
from kgbx.consent.texts import strings_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.consent.access_facts import AccessDecisions
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

COURT_ORDERED: Final = frozenset({"curatele", "mentorschap"})
"""Bases of incapacity under which a court appointed the representative. Source: BW 1:378, 1:450."""

LEGAL_PARENTS: Final = ("ouder", "adoptieouder")
"""Relations that make a legal parent unless the relation says that it is not one in law (BW 1:197 to 1:199)."""

OWN_WORDS: Final = ("woordelijk", "eigen_woorden_genoteerd", "tekening")
"""Forms of wording in which nobody else put anything."""

NOT_NAMED_IN: Final = frozenset({"supersedes", "refusals_weighed", "extensions"})
"""Members whose ids are no persons."""

_UUID: Final = re.compile(UUID4_PATTERN.rstrip("$") + r"\Z")


def access_facts(
    case: FamilyCase, facts: Facts, *, own: str | None = None, decisions: AccessDecisions | None = None
) -> AccessFacts:
    """Return the facts of a case for access().

    Args:
        case: The own file.
        facts: What :func:`kgbx.consent.joins.facts_from_case` found in it and in the own registers.
        own: URN of the own organisation, whose records say who died: a death opens a file, so another's word is none.
            Without it nobody died.
        decisions: What named persons decided about insight.
    """
    joined = Joined(case)
    members = {name: getattr(facts, name) for name in type(facts).model_fields if name != "format"}
    return AccessFacts(
        **members,
        parents=tuple(_parents(case, joined)),
        deaths=tuple(_deaths(case, joined, own)),
        withholdings=withheld_under(decisions.withholdings, joined) if decisions else (),
        grants=granted_under(decisions.grants, joined) if decisions else (),
        under_court=tuple(sorted(_under_court(case, joined, facts))),
    )


def _under_court(case: FamilyCase, joined: Joined, facts: Facts) -> set[str]:
    """Return who is represented by somebody whom a court appointed, by the record that names that representative."""
    representative = {fact.id: fact.represented_by for fact in facts.persons}
    return {
        joined.one(record.person)
        for record in case.current("capacities")
        if isinstance(record, Capacity)
        and not record.capable
        and record.basis in COURT_ORDERED
        and record.represented_by is not None
        and representative.get(joined.one(record.person)) == record.represented_by
    }


def _parents(case: FamilyCase, joined: Joined) -> Iterator[ParentFact]:
    for record in case.current("relations"):
        if isinstance(record, Relation) and record.kind in LEGAL_PARENTS and record.legal is not False:
            yield ParentFact(child=joined.one(record.to), parent=joined.one(record.from_))


def _deaths(case: FamilyCase, joined: Joined, own: str | None) -> Iterator[DeathFact]:
    for record in case.current("persons"):
        if isinstance(record, Person) and record.death_date is not None and record.recorded_by.org == own:
            yield DeathFact(person=joined.one(record.id), on=span_of(record.death_date)[1].isoformat())


class AccessItemiser:
    """Makes the items of the records of one case, looking things up once."""

    def __init__(self, case: FamilyCase, *, facts: Facts, policy: Policy) -> None:
        """Gather what many records share.

        Args:
            case: The own file.
            facts: For the functions of organisations.
            policy: For the functions whose very name gives a place away.
        """
        self._case = case
        self._itemiser = Itemiser(case, facts, policy)
        self._joined = Joined(case)

    def one(self, person: str) -> str:
        """Return the id that stands for a person in every item."""
        return self._joined.one(person)

    @property
    def secret_organisations(self) -> frozenset[str]:
        """URNs of organisations whose very name gives a place away."""
        return self._itemiser.secret_organisations

    def items_of(self, record: Record) -> tuple[AccessItem, ...]:
        """Return an item for each category of a record; none for a record that is never shown by itself."""
        teller = _teller(record)
        chain = list(self._chain(record))
        versions = sorted({version for one in chain for version in self._versions.get(one.id, (one.id,))})
        more = {
            "told_by": None if teller is None else self.one(teller),
            "guards": any(isinstance(one, (Protection, Confidence)) for one in chain),
            "not_told": any(isinstance(one, LegalGround) and one.family_informed == "not" for one in chain),
            "not_told_to": tuple(sorted(self._not_told_to(record, chain))),
            "speaks_of": tuple(one for one in versions if one != record.id),
        }
        if isinstance(record, Reporter) and not record.anonymous_to_family:
            more["reveals_reporter"] = False
        named = self._named(record)
        return tuple(
            AccessItem(
                **{name: getattr(item, name) for name in type(item).model_fields}
                | more
                | {"third_parties": tuple(sorted((named | set(item.third_parties)) - set(item.about)))}
            )
            for item in self._itemiser.items_of(record)
        )

    def _chain(self, record: Record) -> Iterator[BareRecord]:
        """Yield a record and what it speaks about, and what that speaks about; a circle ends."""
        seen, current = set[str](), cast("BareRecord | None", record)
        while current is not None and current.id not in seen:
            seen.add(current.id)
            yield current
            target = TYPE_OF[type(current)].target
            current = self._case.get(getattr(current, target)) if target else None

    @cached_property
    def _versions(self) -> dict[str, set[str]]:
        return versions_of(self._case)

    def _not_told_to(self, record: Record, chain: Iterable[BareRecord]) -> set[str]:
        """Return who was not told of a record, or of what it speaks about; the record that says so included."""
        found = {self.one(record.person)} if isinstance(record, Informing) and not record.informed else set()
        return found.union(*(self.untold.get(one.id, frozenset()) for one in chain))

    @cached_property
    def untold(self) -> dict[str, frozenset[str]]:
        """Who was not told of a record although somebody thought of it, by record; a correction is not told either.

        Being told later ends it, of that version or of all that replaces it, when the organisation says so that said
        that it did not tell.
        """
        said = [one for one in self._case.records("informings") if isinstance(one, Informing)]
        told = {(one.record, self.one(one.person), one.recorded_by.org) for one in said if one.informed}
        found: dict[str, set[str]] = defaultdict(set)
        for one in said:
            who, org = self.one(one.person), one.recorded_by.org
            if one.informed or one.id in self._corrected or (one.record, who, org) in told:
                continue
            for version in self._versions.get(one.record, {one.record}):
                found[version].update({who} if (version, who, org) not in told else ())
        return {record: frozenset(persons) for record, persons in found.items()}

    @cached_property
    def _corrected(self) -> frozenset[str]:
        """Ids of what the organisation that recorded it corrected."""
        return frozenset(link.to for link in replacements(self._case) if is_own_correction(link, self._case))

    def _named(self, record: Record) -> set[str]:
        """Return the persons who stand in a record."""
        if isinstance(record, (ParentalAuthority, Protection)):
            return set()
        ids = {text for text in strings_in(record, without=NOT_NAMED_IN) if _UUID.match(text)} - {record.id}
        return {
            self.one(found) for found in ids if isinstance(self._case.get(found), Person) or found not in self._case
        }


def _teller(record: Record) -> str | None:
    """Return who told something in the own words; None where somebody else wrote, or may have added to it."""
    if isinstance(record, Statement):
        return record.told_by.person if record.wording.form in OWN_WORDS else None
    if isinstance(record, Reaction):
        return record.by if record.words.form in OWN_WORDS else None
    return record.person if isinstance(record, Reporter) else None

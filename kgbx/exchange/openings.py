# SPDX-License-Identifier: EUPL-1.2
"""For the sender only: what would open what is withheld, and which permits would spare the family most questions.

Rules:
    - a permit is advised only where it would be enough, which is tried out by deciding again; of whom refused it is not
      asked again;
    - nobody is named who is blocked in a protection, or from whom anything is kept in confidence, and what needs the
      permit of such a person besides is not advised by halves;
    - where no consent can be advised: which provisions the policy has for this sender, recipient and purpose, for a
      person to weigh; whether somebody could weigh why a third party is not harmed; and a special guardian (bijzondere
      curator, BW 1:250) where who decides about a child must not be asked. A ground for an emergency is none to spare
      a question;
    - nothing opens a veto or what is not necessary.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kgbx.case import Record
from kgbx.consent.consents import Group, Scope, consent_reasons, deciding_groups, group_reasons, third_party_permits
from kgbx.consent.facts import ConsentFact
from kgbx.consent.grounds import grounds_tried, in_one_team
from kgbx.consent.index import ADULT_FROM, YOUTH_DECIDES_FROM, Index, second_of
from kgbx.consent.items import Itemiser
from kgbx.consent.policy import has_function
from kgbx.consent.share import share
from kgbx.story.questions import manner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import FamilyCase
    from kgbx.consent.facts import Facts, Item, Request
    from kgbx.consent.policy import Policy, Provision
    from kgbx.consent.share import Row as SharedRow
    from kgbx.exchange.passing import Decided
    from kgbx.story import Coverage, Row

_OF_GROUNDS: Final = frozenset(
    {
        *("PROVISION_UNKNOWN", "PROVISION_SENDER", "PROVISION_RECIPIENT", "PROVISION_PURPOSE", "PROVISION_CATEGORY"),
        *("PRECONDITION_NOT_IN_REGISTER", "SUBJECT_OUT_OF_SCOPE", "BALANCING_INCOMPLETE", "TERM_TOO_LONG"),
        *("NOT_INFORMED_WITHOUT_REASON", "NO_SECOND_PAIR_OF_EYES", "REFUSAL_NOT_WEIGHED"),
    }
)
_OF_EXCEPTIONS: Final = frozenset({"NO_ART9_EXCEPTION", "NO_ART10_EXCEPTION", "NO_GDPR_GROUND"})
"""What only the consent of every subject takes away."""

_BY_CONSENT: Final = _OF_GROUNDS | _OF_EXCEPTIONS | {"CONSENT_MISSING", "SUBJECT_NOT_SERVED", "THIRD_PARTY"}
_OF_RELEASE: Final = _OF_GROUNDS | {"CONSENT_MISSING", "NO_DECISION_MAKER", "REFUSED"}
"""What a legal ground takes away."""

_BY_GROUND: Final = _OF_RELEASE | {"SUBJECT_NOT_SERVED", "THIRD_PARTY"}

Asked = tuple[str, str, str]
"""A permit that is missing: who decides, about whom, for which category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A permit that is missing.

    Attributes:
        decided_by: Id of the person, or URN of the organisation, who would give it.
        about: Id of the person it is about.
        categories: For what, sorted.
    """

    decided_by: str
    about: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What would open an answer that is withheld.

    Attributes:
        row: The need, and the person it is about.
        reasons: Codes of why its records are withheld, sorted.
        ways: The permits that would be enough together, for each record that they would open; first the fewest. Empty
            where no consent can be advised.
        provisions: Ids of the provisions that could be weighed; only where no consent can be advised.
        weighing: Whether somebody could weigh why a third party is not harmed; idem.
        curator_for: Ids of the children for whom a special guardian could decide; idem.
    """

    row: Row = field(repr=False)
    reasons: tuple[str, ...]
    ways: tuple[tuple[Permit, ...], ...] = field(default=(), repr=False)
    provisions: tuple[str, ...] = ()
    weighing: bool = False
    curator_for: tuple[str, ...] = ()

    @property
    def permits(self) -> tuple[Permit, ...]:
        """The fewest permits that would be enough together; empty where no consent can be advised."""
        return self.ways[0] if self.ways else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparing:
    """Permits that would spare questions.

    Attributes:
        permits: What would be asked of whom, together.
        rows: The needs that the recipient need not ask then.
    """

    permits: tuple[Permit, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Road:
    """What consent would need to open a record; `asked` is None where consent cannot be advised."""

    asked: frozenset[Asked] | None
    conflicts: frozenset[str] = frozenset()


_CLOSED: Final = _Road(None)


def openings(case: FamilyCase, found: Coverage, *, request: Request, decided: Decided) -> tuple[Opening, ...]:
    """Return for each withheld row of a coverage what would open it, in the order of the profile.

    Args:
        case: The sender's own file.
        found: Coverage of the recipient's view, with that file as what is withheld.
        request: The request that the view was made for.
        decided: What was decided on it.
    """
    search = _Search(case, request, decided)
    return tuple(search.opening(row) for row in found.of("withheld"))


def sparing(found: Iterable[Opening]) -> tuple[Sparing, ...]:
    """Return the permits that would spare the recipient questions, those that spare most first, then those of few."""
    asked = [one for one in found if one.ways and _would_be_asked(one.row)]
    made = []
    for pairs in {_pairs(way) for one in asked for way in one.ways}:
        spared = [(one, way) for one in asked if (way := next((w for w in one.ways if _pairs(w) <= pairs), None))]
        permits = _permits((p.decided_by, p.about, kind) for _, way in spared for p in way for kind in p.categories)
        made.append(Sparing(permits=permits, rows=tuple(one.row for one, _ in spared)))
    return tuple(sorted(made, key=_most_for_least))


def _would_be_asked(row: Row) -> bool:
    """Tell whether the recipient, who does not see what is withheld, would have to ask."""
    return manner_of(replace(row, withheld=())) is not None


def _most_for_least(one: Sparing) -> tuple[int, int, list[tuple[str, str]]]:
    return -len(one.rows), len(one.permits), sorted(_pairs(one.permits))


def _fewest(permits: tuple[Permit, ...]) -> tuple[int, list[tuple[str, str, tuple[str, ...]]]]:
    return len(permits), sorted((one.decided_by, one.about, one.categories) for one in permits)


def _pairs(permits: Iterable[Permit]) -> frozenset[tuple[str, str]]:
    return frozenset((one.decided_by, one.about) for one in permits)


def _permits(asked: Iterable[Asked]) -> tuple[Permit, ...]:
    kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
    for decider, about, category in asked:
        kinds[decider, about].add(category)
    return tuple(
        Permit(decided_by=decider, about=about, categories=tuple(sorted(found)))
        for (decider, about), found in sorted(kinds.items())
    )


def blocked_by(facts: Facts, *, at: str, known_at: str) -> frozenset[str]:
    """Return whom a protection blocks that has not ended; one that still has to begin counts."""
    known = (one for one in facts.protections if second_of(one.recorded_at) <= second_of(known_at))
    blocking = (one for one in known if one.valid_until is None or second_of(at) < second_of(one.valid_until))
    return frozenset(person for one in blocking for person in one.blocked)


def never_named(facts: Facts, *, at: str, known_at: str) -> frozenset[str]:
    """Return who is not named in any advice: whom a protection blocks, from whom anything is kept in confidence."""
    kept = (one.withheld_from for one in facts.confidences)
    return blocked_by(facts, at=at, known_at=known_at).union(*kept)


class _Search:
    """One request: everything that is looked up once."""

    def __init__(self, case: FamilyCase, request: Request, decided: Decided) -> None:
        self._case = case
        self._request = request
        self._policy: Policy = decided.policy
        self._facts = decided.facts
        self._rows = {row.record: row for row in decided.share.account.rows}
        self._index = Index.of(self._facts, request.at, known_at=request.known_at)
        self._itemiser = Itemiser(case, self._facts, self._policy)
        self._unnamed = never_named(self._facts, at=request.at, known_at=request.known_at)
        self._opened: dict[frozenset[Asked], frozenset[str]] = {}

    def opening(self, row: Row) -> Opening:
        """Return what would open a row."""
        shared = [self._rows[record] for record in row.withheld if record in self._rows]
        reasons = tuple(sorted({code for one in shared for code in one.reasons}))
        roads = {one.record: self._road(one, frozenset()) for one in shared}
        ways = {road.asked for record, road in roads.items() if road.asked and record in self._opened_by(road.asked)}
        if ways:
            best = sorted((_permits(asked) for asked in ways), key=_fewest)
            return Opening(row=row, reasons=reasons, ways=tuple(best))
        conflicts = {child for road in roads.values() for child in road.conflicts}
        provisions = {one for shown in shared for one in self._provisions(shown)}
        return Opening(
            row=row,
            reasons=reasons,
            provisions=tuple(sorted(provisions)),
            weighing=any(self._is_about_others(shown) for shown in shared),
            curator_for=tuple(sorted(conflicts)),
        )

    # --- consent

    def _road(self, row: SharedRow, above: frozenset[str]) -> _Road:
        """Return what consent would need to open a record, with the records that it cannot travel without."""
        if row.found or not row.decisions or row.record in above:
            return _CLOSED
        asked, conflicts = set[Asked](), set[str]()
        below = [self._rows.get(one) for one in row.missing]
        roads = [_CLOSED if one is None else self._road(one, above | {row.record}) for one in below if not _goes(one)]
        for road in (*roads, *(self._road_of(item, row) for item in self._items(row))):
            if road.asked is None and not road.conflicts:
                return _CLOSED
            asked |= road.asked or set()
            conflicts |= road.conflicts
        return _Road(None, frozenset(conflicts)) if conflicts else _Road(frozenset(asked))

    def _items(self, row: SharedRow) -> Iterator[Item]:
        record = self._case.get(row.record)
        if isinstance(record, Record):
            yield from (one for one in self._itemiser.items_of(record) if not row.decisions[one.category].permit)

    def _road_of(self, item: Item, row: SharedRow) -> _Road:
        reasons = set(row.decisions[item.category].reasons)
        if not reasons <= _BY_CONSENT:
            return _CLOSED
        scope = Scope.of(self._request, item.category, policy=self._policy)
        of_all = bool(reasons & _OF_EXCEPTIONS)
        deciding = {
            person: self._deciding(person, scope)
            for person in item.about
            if of_all or not self._is_released(person, item, scope)
        }
        if "THIRD_PARTY" in reasons:
            deciding |= {person: self._deciding_alone(person, scope) for person in item.third_parties}
        asked = {(one, person, item.category) for person, missing in deciding.items() for one in missing}
        conflicts = {person for one, person, _ in asked if one in self._unnamed}
        if not conflicts:
            return _Road(frozenset(asked)) if asked else _CLOSED
        return _Road(None, frozenset(person for person in conflicts if self._index.ages(person)[1] < ADULT_FROM))

    def _is_released(self, person: str, item: Item, scope: Scope) -> bool:
        """Tell whether a ground or a team releases a person: then no consent is asked, for it would not be free."""
        index, policy, request = self._index, self._policy, self._request
        tried = grounds_tried(person, request, scope=scope, index=index, policy=policy)
        together = item.collected_for in scope.purposes and in_one_team(person, request, index=index)
        return any(not one.reasons for one in tried) or together

    def _deciding(self, person: str, scope: Scope) -> set[str]:
        """Return whose permits are missing about a person; of those of whom one suffices the first who may be named."""
        if not consent_reasons(person, scope, index=self._index, policy=self._policy):
            return set()
        groups = deciding_groups(person, index=self._index, policy=self._policy)
        return {one for group in groups for one in self._missing(group, person, scope)}

    def _deciding_alone(self, person: str, scope: Scope) -> set[str]:
        if third_party_permits(person, scope, index=self._index, policy=self._policy):
            return set()
        found = self._index.persons.get(person)
        alone = found is not None and found.capable and self._index.ages(person)[0] >= YOUTH_DECIDES_FROM
        return {person} if alone else self._deciding(person, scope)

    def _missing(self, group: Group, person: str, scope: Scope) -> list[str]:
        if not group_reasons(group, person, scope=scope, index=self._index):
            return []
        if group.one_suffices:
            return sorted(group.members, key=lambda one: (one in self._unnamed, one))[:1]
        return [one for one in group.members if group_reasons(Group((one,)), person, scope=scope, index=self._index)]

    def _opened_by(self, asked: frozenset[Asked]) -> frozenset[str]:
        """Return what would travel if these permits were there: decided by the rules of sharing themselves."""
        if asked not in self._opened:
            permits = tuple(self._fact(number, one) for number, one in enumerate(sorted(asked)))
            facts = self._facts.model_copy(update={"consents": (*self._facts.consents, *permits)})
            tried = share(self._case, request=self._request, policy=self._policy, facts=facts)
            self._opened[asked] = frozenset(row.record for row in tried.account.passed)
        return self._opened[asked]

    def _fact(self, number: int, asked: Asked) -> ConsentFact:
        decider, about, category = asked
        return ConsentFact(
            id=f"permit that is tried out, {number}",
            decided_by=decider,
            about=about,
            decision="permit",
            recipients=(self._request.recipient,),
            purposes=(self._request.purpose,),
            categories=(category,),
            proven=True,
            recorded_at=self._request.known_at,
            valid_from=self._request.at,
        )

    # --- grounds

    def _provisions(self, row: SharedRow) -> Iterator[str]:
        """Yield the provisions that fit every part of a record for which a release is missing."""
        unreleased = [one for one in self._items(row) if _OF_RELEASE & set(row.decisions[one.category].reasons)]
        if unreleased and self._needs_no_more(row):
            yield from (one.id for one in self._policy.provisions if all(self._fits(one, item) for item in unreleased))

    def _is_about_others(self, row: SharedRow) -> bool:
        return "THIRD_PARTY" in row.reasons and self._needs_no_more(row)

    def _needs_no_more(self, row: SharedRow) -> bool:
        """Tell whether a ground, and the weighing of third parties, is all that stands in the way."""
        return bool(row.decisions) and set(row.reasons) <= _BY_GROUND

    def _fits(self, provision: Provision, item: Item) -> bool:
        index, request = self._index, self._request
        if provision.second_person_within_hours is not None or provision.inform_within_hours is not None:
            return False
        scope = Scope.of(request, item.category, policy=self._policy)
        live = [one for one in index.measures.get(request.recipient, ()) if one.kind in provision.precondition_kinds]
        children = {one.child for one in live}
        concerned = children | {holder for child in children for holder in index.holders.get(child, ())}
        return (
            has_function(index.function(request.sender), provision.senders)
            and has_function(index.function(request.recipient), provision.recipients)
            and not scope.purposes.isdisjoint(provision.purposes)
            and not {item.category, "*"}.isdisjoint(provision.categories)
            and (not provision.precondition_kinds or bool(live))
            and (provision.subjects == "any" or set(item.about) <= concerned)
        )


def _goes(row: SharedRow | None) -> bool:
    return row is not None and row.permit

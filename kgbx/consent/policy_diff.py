# SPDX-License-Identifier: EUPL-1.2
"""What one policy permits and another does not, found by deciding everything twice.

Rules:
    - enumerated: function of sender and recipient, purpose, category, age band, who permits, what consent was given
      for, whether the subject is served, provision, trigger, how the ground was recorded, measure, and whether the
      record names an organisation whose function gives a place away;
    - where two policies say the same about sender, recipient and purpose, whatever they say elsewhere, they decide the
      same: those requests are left out; senders of whom both say the same are decided about once, and all are named;
    - of a ground one thing at a time is less than complete: what both lacks and is late is not listed apart.
Refusals, withdrawals, third parties and vetoes that no policy can change are not enumerated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.codes import code_list
from kgbx.consent.decide import Decider
from kgbx.consent.index import Index
from kgbx.consent.policy import Policy, has_function
from kgbx.consent.policy_world import BORN, DAY_HOURS, Form, Situation, facts_for, item_for, request_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.consent.decide import Decision
    from kgbx.consent.facts import Facts, Item, Request
    from kgbx.consent.policy import Provision
    from kgbx.consent.policy_world import By, Trigger

ANOTHER_MEASURE: Final = "schriftelijke_aanwijzing"
"""A measure that no provision asks for."""

TRIGGERS: Final[tuple[Trigger, ...]] = ("own_initiative", "on_request")
PERMITTING: Final[Mapping[str, tuple[By, ...]]] = {
    "0-11": ("everybody", "one_holder"),
    "12-15": ("everybody", "one_holder", "youth"),
    "16-17": ("everybody",),
    "18+": ("everybody",),
}


@dataclass(frozen=True, slots=True)
class Door:
    """What decides of a provision that is open to a sender, a recipient and a purpose."""

    id: str
    duty_when: frozenset[str]
    measures: frozenset[str]
    subjects: str
    second_person: bool
    within_hours: int | None
    max_days: int | None
    categories: frozenset[str]

    @property
    def limited(self) -> bool:
        """Whether it matters whose measure there is."""
        return self.subjects == "measured_child_or_authority_holder"

    @classmethod
    def of(cls, provision: Provision) -> Door:
        """Return the door that a provision is."""
        return cls(
            provision.id,
            frozenset(provision.duty_when),
            frozenset(provision.precondition_kinds),
            provision.subjects,
            provision.second_person,
            provision.second_person_within_hours if provision.second_person else None,
            provision.max_days,
            frozenset(provision.categories),
        )


@dataclass(frozen=True, slots=True)
class Slice:
    """Everything that a policy says about one sender, one recipient and one purpose; equal slices decide the same."""

    categories: frozenset[str]
    has_ground: bool
    purposes: frozenset[str]
    switches: tuple[str, str]
    recipient_in: tuple[bool, ...]
    consent_is_ground: bool
    places: frozenset[str]
    doors: frozenset[Door]

    @classmethod
    def of(cls, policy: Policy, sender: str, *, recipient: str, purpose: str, places: frozenset[str]) -> Slice:
        """Return what a policy says; `places` are the functions whose names may give a place away."""
        purposes = policy.purposes_above(purpose)
        lists = (
            *(policy.health_functions, policy.criminal_functions, policy.collective_functions),
            *(policy.reporter_functions, policy.subject_must_be_served),
        )
        return cls(
            policy.categories_for(recipient, purpose),
            policy.has_gdpr_ground(recipient, purpose),
            purposes,
            (policy.joint_authority, policy.age_12_to_15),
            tuple(has_function(recipient, one) for one in lists),
            has_function(sender, policy.consent_as_gdpr_ground),
            frozenset(one for one in places if has_function(one, policy.location_functions)),
            frozenset(
                Door.of(one)
                for one in policy.provisions
                if has_function(sender, one.senders)
                and has_function(recipient, one.recipients)
                and not purposes.isdisjoint(one.purposes)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that anybody can decide again.

    Attributes:
        item: The record, as the wider policy sees it.
        request: Who to whom, for what.
        facts: What is known.
    """

    item: Item
    request: Request
    facts: Facts = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """Something that the second policy permits and the first does not.

    Attributes:
        senders: Functions; all are decided the same way.
        recipient: Function.
        purpose: Purpose.
        category: What it is.
        situation: Age band, consent, ground, measure.
        denied_for: Reasons under the first policy.
        released_by: What opens secrecy under the second.
        example: One such request.
    """

    senders: tuple[str, ...]
    recipient: str
    purpose: str
    category: str
    situation: Situation
    denied_for: tuple[str, ...]
    released_by: str
    example: Example = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two policies compared.

    Attributes:
        wider: What the second permits and the first does not.
        narrower: How many requests the first permits and the second does not, by recipient and purpose.
        members: Members of the policy that differ, whether or not they decide anything.
    """

    wider: tuple[Widening, ...]
    narrower: Mapping[tuple[str, str], int]
    members: tuple[str, ...]


def wider(before: Policy, after: Policy) -> tuple[Widening, ...]:
    """Return everything in the enumerated world that `after` permits and `before` does not, in a fixed order."""
    return compare(before, after).wider


def compare(before: Policy, after: Policy) -> Comparison:
    """Return what became wider, how much became narrower, and which members differ."""
    found = list[Widening]()
    lost = Counter[tuple[str, str]]()
    pair = _Pair(before, after)
    for group in pair.groups():
        for both in pair.decided(group):
            if both.before.permit and not both.after.permit:
                lost[group.recipient, group.purpose] += len(group.senders)
            elif both.after.permit and not both.before.permit:
                found.append(pair.widening(group, both))
    members = sorted(one for one in Policy.model_fields if getattr(before, one) != getattr(after, one))
    return Comparison(wider=tuple(found), narrower=dict(sorted(lost.items())), members=tuple(members))


@dataclass(frozen=True, slots=True)
class _Group:
    """Senders of whom both policies say the same for one recipient and purpose, and say something different."""

    senders: tuple[str, ...]
    recipient: str
    purpose: str
    before: Slice
    after: Slice


@dataclass(frozen=True, slots=True)
class _Both:
    """What both policies decide."""

    category: str
    situation: Situation
    before: Decision
    after: Decision


class _Pair:
    """Two policies that decide the same requests."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._before = before
        self._after = after
        self._functions = functions_of(before, after)
        self._places = frozenset(
            one
            for one in self._functions
            if has_function(one, before.location_functions) != has_function(one, after.location_functions)
        )

    def groups(self) -> Iterator[_Group]:
        """Yield every group of requests that may be decided differently."""
        for recipient, purpose in product(self._functions, purposes_of(self._before, self._after)):
            if not self._is_asked_for(recipient, purpose):
                continue
            senders = defaultdict[tuple[Slice, Slice], list[str]](list)
            for sender in self._functions:
                both = (self._slice(one, sender, recipient, purpose) for one in (self._before, self._after))
                before, after = both
                if before != after:
                    senders[before, after].append(sender)
            for (before, after), names in senders.items():
                yield _Group(tuple(names), recipient, purpose, before, after)

    def _is_asked_for(self, recipient: str, purpose: str) -> bool:
        """Tell whether either policy finds anything necessary; if not, both deny everything."""
        return any(one.categories_for(recipient, purpose) for one in (self._before, self._after))

    def _slice(self, policy: Policy, sender: str, recipient: str, purpose: str) -> Slice:
        return Slice.of(policy, sender, recipient=recipient, purpose=purpose, places=self._places)

    def decided(self, group: _Group) -> Iterator[_Both]:
        """Yield both decisions of each situation and category."""
        request = request_for(group.purpose)
        for situation in situations(group.before, group.after, places=self._places):
            facts = facts_for(situation, sender=group.senders[0], recipient=group.recipient)
            index = Index.of(facts, request.at, known_at=request.known_at)
            old, new = (Decider(index, request=request, policy=one) for one in (self._before, self._after))
            for category in sorted(group.before.categories | group.after.categories):
                one, other = (item_for(category, situation, policy=one) for one in (self._before, self._after))
                yield _Both(category, situation, old.decide(one), new.decide(other))

    def widening(self, group: _Group, both: _Both) -> Widening:
        """Return the line about a request that only the second policy permits."""
        return Widening(
            senders=group.senders,
            recipient=group.recipient,
            purpose=group.purpose,
            category=both.category,
            situation=both.situation,
            denied_for=both.before.reasons,
            released_by=next(iter(both.after.released_by.values())),
            example=Example(
                item=item_for(both.category, both.situation, policy=self._after),
                request=request_for(group.purpose),
                facts=facts_for(both.situation, sender=group.senders[0], recipient=group.recipient),
            ),
        )


def functions_of(*policies: Policy) -> tuple[str, ...]:
    """Return every function of the code list, and every other one that a policy names."""
    named = set(code_list("org_function").entries)
    for one in policies:
        named.update((row.function for row in one.necessary), (row.function for row in one.gdpr_grounds))
        named.update(*((*provision.senders, *provision.recipients) for provision in one.provisions))
        named.update(one.health_functions, one.criminal_functions, one.consent_as_gdpr_ground)
        named.update(one.collective_functions, one.reporter_functions)
        named.update(one.subject_must_be_served, one.location_functions)
    return tuple(sorted(named - {ANY}))


def purposes_of(*policies: Policy) -> tuple[str, ...]:
    """Return every purpose of the code list, and every other one that a policy names."""
    named = set(code_list("purpose").entries)
    for one in policies:
        named.update(one.purpose_tree, (wide for wide in one.purpose_tree.values() if wide is not None))
        named.update((row.purpose for row in one.necessary), (row.purpose for row in one.gdpr_grounds))
        named.update(*(provision.purposes for provision in one.provisions))
    return tuple(sorted(named - {ANY}))


def situations(before: Slice, after: Slice, *, places: frozenset[str]) -> Iterator[Situation]:
    """Yield every situation in which what two policies say of one sender, recipient and purpose can matter."""
    purposes = sorted((before.purposes | after.purposes) - {ANY})
    for band, purpose, served in product(BORN, purposes, (True, False)):
        yield Situation(band=band, team=True, purpose=purpose, served=served)
        for by in PERMITTING[band]:
            yield Situation(band=band, by=by, purpose=purpose, served=served)
    for band, purpose, place in product(BORN, purposes, sorted(places)):
        yield Situation(band=band, by="everybody", purpose=purpose, served=True, names=place)
    for provision in sorted({door.id for door in before.doors | after.doors}):
        doors = [door for door in (*before.doors, *after.doors) if door.id == provision]
        for band, form, (kind, measured) in product(BORN, _forms(doors), _measures(doors)):
            yield Situation(band=band, provision=provision, form=form, measure=kind, measured=measured)


def _forms(doors: Iterable[Door]) -> Iterator[Form]:
    """Yield a complete ground, and each ground that lacks one thing, for both triggers."""
    doors = tuple(doors)
    terms = sorted({days for door in doors if door.max_days for days in (door.max_days, door.max_days + 1)})
    hours = sorted({late for door in doors if door.within_hours for late in (door.within_hours - 1, door.within_hours)})
    for trigger in TRIGGERS:
        yield Form(trigger=trigger)
        yield Form(trigger=trigger, weighed=False)
        yield from (Form(trigger=trigger, days=days) for days in terms)
        yield Form(trigger=trigger, days=None)
        for late in (0, *hours):
            yield Form(trigger=trigger, consulted=False, hours=late, days=1 + late // DAY_HOURS)


def _measures(doors: Iterable[Door]) -> list[tuple[str | None, bool]]:
    """Return no measure, and each kind that matters, of the subject or of somebody else."""
    doors = tuple(doors)
    kinds = {kind for door in doors for kind in door.measures}
    limited = any(door.limited for door in doors)
    if not kinds and not limited:
        return [(None, False)]
    about = (True, False) if limited else (False,)
    return [(None, False), *product(sorted({*kinds, ANOTHER_MEASURE}), about)]

# SPDX-License-Identifier: EUPL-1.2
"""What the engine knows: persons, organisations, authority, measures, consents, grounds, protections and the rest.

Rules: plain frozen data; order and duplicates mean nothing; a period that ends before it begins is never live; a
reference to nothing has no effect. Facts come from registers and from the sender's own file, never from the message
that is being checked.

Its JSON form is that of the decision tables. Timed facts have ``recorded_at`` (when we knew) and
``valid_from``/``valid_until`` (when it held, end exclusive).
"""

from __future__ import annotations

from typing import Literal

from kgbx.case.structures import Key, Moment, Shape, Words

Keys = tuple[Key, ...]


class Timed(Shape):
    """A fact that was recorded at a moment and holds for a period."""

    recorded_at: Moment
    valid_from: Moment
    valid_until: Moment | None = None


class PersonFact(Shape):
    """A person. `capable`: able to judge the own interests (Jeugdwet 7.3.15 lid 1, WGBO 7:465 lid 2)."""

    id: Key
    birth_date: Key | None = None
    capable: bool
    represented_by: Key | None = None


class OrganisationFact(Shape):
    """An organisation as the own registers know it; never as a received document says."""

    id: Key
    function: Key
    may_use_bsn: bool | Literal["children"] = False
    bound_to_secrecy: bool = False


class AuthorityFact(Timed):
    """That a person or organisation holds parental authority over a child."""

    child: Key
    holder: Key


class MeasureFact(Timed):
    """A measure or investigation that an organisation carries out for a child."""

    kind: Key
    child: Key
    organisation: Key


class ConsentFact(Timed):
    """One decider's permit or refusal about one person."""

    id: Key
    decided_by: Key
    about: Key
    decision: Literal["permit", "refuse"]
    recipients: Keys
    purposes: Keys
    categories: Keys
    supersedes: Keys = ()
    proven: bool


class WithdrawalFact(Shape):
    """The end of a permit. It needs no form; it never ends a refusal."""

    consent: Key
    by: Key | None = None
    recorded_at: Moment
    effective_at: Moment


class LegalGroundFact(Timed):
    """That a named person decided to share on a provision, and how it was weighed."""

    id: Key
    provision: Key
    sender: Key
    recipient: Key
    subjects: Keys
    categories: Keys
    purposes: Keys
    trigger: Literal["own_initiative", "on_request"]
    necessity: Words | None = None
    proportionality: Words | None = None
    subsidiarity: Words | None = None
    decided_by: Key
    consulted: Key | None = None
    family_informed: Literal["before", "at", "after", "not"]
    reason_not_informed: Words | None = None
    informed_on: Moment | None = None
    refusals_weighed: Keys = ()
    proven: bool


class WeighingFact(Timed):
    """That a named person weighed why a third party is not harmed by one item."""

    item: Key
    person: Key
    decided_by: Key
    why_not_harmed: Words | None = None
    refusals_weighed: Keys = ()
    proven: bool


class ProtectionFact(Timed):
    """That where a person lives goes to the allowed only, and never to whoever is blocked or serves the blocked.

    Attributes:
        person: Who is protected.
        allowed: Organisations that may know.
        blocked: Persons and organisations that must not.
        recorded_by: Who decided it; absent: the own registers.
        flag: Id of the record that says that a place is secret, where nobody decided who may know; it counts until
            somebody does.
        named: Whether it is about this person, and not about somebody who may be the same or may live there too.
    """

    person: Key
    allowed: Keys
    blocked: Keys
    recorded_by: Key | None = None
    flag: Key | None = None
    named: bool = True


class ConfidenceFact(Shape):
    """That an item was told in confidence and is kept from persons."""

    item: Key
    withheld_from: Keys


class CaseloadFact(Timed):
    """That an organisation serves a person."""

    organisation: Key
    person: Key


class KnownCaseload(Shape):
    """That it is known whether an organisation serves one person."""

    organisation: Key
    person: Key


class BarrierFact(Shape):
    """That an organisation serves a person who must not learn, and keeps that person apart."""

    organisation: Key
    person: Key


class CareTeamFact(Timed):
    """Organisations that are directly involved in the same help to a person (Jeugdwet 7.3.11 lid 2)."""

    subject: Key
    organisations: Keys


class RestrictionFact(Timed):
    """That processing of an item is restricted (AVG 18)."""

    item: Key


class Facts(Shape):
    """Everything the engine may look at besides the item, the request and the policy.

    Attributes:
        own: URN of the own organisation; what another recorded about a place is kept until it is decided here.
    """

    own: Key | None = None
    persons: tuple[PersonFact, ...] = ()
    organisations: tuple[OrganisationFact, ...] = ()
    parental_authority: tuple[AuthorityFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    consents: tuple[ConsentFact, ...] = ()
    withdrawals: tuple[WithdrawalFact, ...] = ()
    legal_grounds: tuple[LegalGroundFact, ...] = ()
    third_party_weighings: tuple[WeighingFact, ...] = ()
    protections: tuple[ProtectionFact, ...] = ()
    confidences: tuple[ConfidenceFact, ...] = ()
    caseloads: tuple[CaseloadFact, ...] = ()
    caseload_known: tuple[Key | KnownCaseload, ...] = ()
    barriers: tuple[BarrierFact, ...] = ()
    care_teams: tuple[CareTeamFact, ...] = ()
    restrictions: tuple[RestrictionFact, ...] = ()


class Looked(Shape):
    """What the engine looks at of a record, whichever its category.

    Attributes:
        about: Data subjects.
        third_parties: Persons who can be recognised in it and whom it is not about.
        reveals_location_of: Persons whose whereabouts it gives away.
        regime: Law under which it was recorded; absent is treated as not wgbo.
        recorded_by: Organisation that recorded it; absent is treated as the own.
    """

    about: Keys = ()
    third_parties: Keys = ()
    reveals_location_of: Keys = ()
    working_note: bool = False
    reveals_reporter: bool = False
    health: bool = False
    criminal: bool = False
    collected_for: Key | None = None
    keep_until: Moment | None = None
    regime: Key | None = None
    recorded_by: Key | None = None

    def item(self, record: str, category: str) -> Item:
        """Return the item of a record for one of its categories."""
        return Item(id=record, category=category, **self.model_dump())


class Item(Looked):
    """What the engine looks at of a record.

    Attributes:
        id: Id of the record.
        category: One category; a record of several is decided once for each.
    """

    id: Key
    category: Key

    @property
    def looked(self) -> Looked:
        """What there is to look at, whichever the record and the category."""
        return Looked(**self.model_dump(exclude={"id", "category"}))


class Request(Shape):
    """Who asks to send to whom, for what, and at which moments.

    Attributes:
        sender: Organisation that holds the record.
        recipient: Organisation, or in tables a person, that would get it.
        purpose: Purpose code.
        at: What held at this moment.
        known_at: What was known at this moment.
    """

    sender: Key
    recipient: Key
    purpose: Key
    at: Moment
    known_at: Moment

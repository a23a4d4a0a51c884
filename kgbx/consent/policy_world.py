# SPDX-License-Identifier: EUPL-1.2
"""The small made-up world in which policies are compared: one record, one subject, one way to open secrecy.

Rules: a situation is a point of a finite table; two policies decide the same request with the same facts. Whoever is
asked is known to the registers, bound to secrecy and allowed to use every BSN, so that only the policy can deny.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from kgbx.case.structures import ANY
from kgbx.clock import format_instant, local_day, parse_instant
from kgbx.consent.facts import (
    AuthorityFact,
    CareTeamFact,
    CaseloadFact,
    ConsentFact,
    Facts,
    Item,
    LegalGroundFact,
    MeasureFact,
    OrganisationFact,
    PersonFact,
    ProtectionFact,
    Request,
)
from kgbx.consent.policy import has_function

if TYPE_CHECKING:
    from kgbx.consent.policy import Policy

AT: Final = "2026-06-15T12:00:00Z"
SENDER, RECIPIENT, SUBJECT, CHILD, OTHER_CHILD, COLLEAGUE = (
    *("sender", "recipient", "subject", "child", "other-child", "colleague"),
)
HOLDERS: Final = ("holder-1", "holder-2")
BORN: Final = {"0-11": "2018-01-01", "12-15": "2013-01-01", "16-17": "2010-01-01", "18+": "1986-01-01"}
"""Age bands in which the same people decide, and the birth date of a subject in each."""

ADULT: Final = "18+"
HOUR: Final = timedelta(hours=1)
DAY_HOURS: Final = 24
_LONG_AGO: Final[dict[str, Any]] = {"recorded_at": "2026-01-01", "valid_from": "2026-01-01"}
_EVERYTHING: Final[dict[str, Any]] = {"recipients": (ANY,), "categories": (ANY,)}

By = Literal["everybody", "one_holder", "youth"]
Trigger = Literal["own_initiative", "on_request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a legal ground was recorded.

    Attributes:
        trigger: On own initiative or on request.
        weighed: Whether proportionality and subsidiarity were weighed, besides necessity.
        consulted: Whether a second person looked.
        hours: How long ago it began.
        days: Its term in days of local dates; None when it has no end.
    """

    trigger: Trigger = "on_request"
    weighed: bool = True
    consulted: bool = True
    hours: int = 0
    days: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything of a request but who, to whom, for what and which category.

    Attributes:
        band: Age band of the subject.
        by: Who permits, when the way is consent.
        team: Whether the way is a care team.
        purpose: What consent was given for, or what was collected for in a team.
        served: Whether the recipient serves the subject.
        provision: What the ground cites, when the way is a legal ground.
        form: How that ground was recorded.
        measure: Kind of measure that the recipient carries out; None for none.
        measured: Whether the subject is the measured child, or holds authority over it.
        names: Function of an organisation that the record names, of a subject whose whereabouts are protected.
    """

    band: str
    by: By | None = None
    team: bool = False
    purpose: str | None = None
    served: bool = False
    provision: str | None = None
    form: Form | None = None
    measure: str | None = None
    measured: bool = False
    names: str | None = None


def request_for(purpose: str) -> Request:
    """Return the request for a purpose."""
    return Request(sender=SENDER, recipient=RECIPIENT, purpose=purpose, at=AT, known_at=AT)


def item_for(category: str, situation: Situation, *, policy: Policy) -> Item:
    """Return what a policy makes of the record: some policies see a place in what it names, and others do not."""
    telling = situation.names is not None and has_function(situation.names, policy.location_functions)
    return Item(
        id="record",
        category=category,
        about=(SUBJECT,),
        reveals_location_of=(SUBJECT,) if telling else (),
        reveals_reporter=category == "reporter",
        health=category == "health",
        criminal=category == "police_report",
        collected_for=situation.purpose if situation.team else None,
    )


def facts_for(situation: Situation, *, sender: str, recipient: str) -> Facts:
    """Return the facts of a situation for two functions."""
    functions = {SENDER: sender, RECIPIENT: recipient}
    organisations = tuple(
        OrganisationFact(id=name, function=function, may_use_bsn=True, bound_to_secrecy=True)
        for name, function in functions.items()
    )
    return _facts(situation).model_copy(update={"organisations": organisations})


@lru_cache(maxsize=8192)
def _facts(situation: Situation) -> Facts:
    minor = situation.band != ADULT
    authority = [(SUBJECT, holder) for holder in HOLDERS] if minor else [(CHILD, SUBJECT)]
    return Facts(
        persons=tuple(PersonFact(id=name, birth_date=BORN[band], capable=True) for name, band in _people(situation)),
        parental_authority=tuple(AuthorityFact(child=child, holder=one, **_LONG_AGO) for child, one in authority),
        measures=_measures(situation, SUBJECT if minor else CHILD),
        consents=tuple(_permit(one, situation) for one in _permitting(situation)),
        legal_grounds=() if situation.form is None else (_ground(situation, situation.form),),
        care_teams=(CareTeamFact(subject=SUBJECT, organisations=(SENDER, RECIPIENT), **_LONG_AGO),)
        if situation.team
        else (),
        caseloads=(CaseloadFact(organisation=RECIPIENT, person=SUBJECT, **_LONG_AGO),) if situation.served else (),
        protections=(ProtectionFact(person=SUBJECT, allowed=(), blocked=(), **_LONG_AGO),) if situation.names else (),
    )


def _people(situation: Situation) -> tuple[tuple[str, str], ...]:
    children = ((CHILD, "0-11"), (OTHER_CHILD, "0-11"))
    return ((SUBJECT, situation.band), *((one, ADULT) for one in HOLDERS), *children)


def _measures(situation: Situation, measured: str) -> tuple[MeasureFact, ...]:
    if situation.measure is None:
        return ()
    child = measured if situation.measured else OTHER_CHILD
    return (MeasureFact(kind=situation.measure, child=child, organisation=RECIPIENT, **_LONG_AGO),)


def _permitting(situation: Situation) -> tuple[str, ...]:
    """Return who permits; the holders only where they have a say."""
    oneself = () if situation.band == "0-11" else (SUBJECT,)
    holders = HOLDERS if situation.band in ("0-11", "12-15") else ()
    permitting = {"everybody": (*oneself, *holders), "one_holder": (*oneself, *holders[:1]), "youth": oneself}
    return () if situation.by is None else permitting[situation.by]


def _permit(decider: str, situation: Situation) -> ConsentFact:
    known: dict[str, Any] = {"decided_by": decider, "about": SUBJECT, "decision": "permit", "proven": True}
    return ConsentFact(
        id=f"permit-{decider}", purposes=(situation.purpose or ANY,), **known, **_EVERYTHING, **_LONG_AGO
    )


def _ground(situation: Situation, form: Form) -> LegalGroundFact:
    start = parse_instant(AT) - form.hours * HOUR
    end = None if form.days is None else (local_day(start) + timedelta(days=form.days)).isoformat()
    weighed = "weighed" if form.weighed else None
    return LegalGroundFact(
        id="ground",
        provision=situation.provision or "",
        sender=SENDER,
        recipient=RECIPIENT,
        subjects=(SUBJECT,),
        categories=(ANY,),
        purposes=(ANY,),
        trigger=form.trigger,
        necessity="weighed",
        proportionality=weighed,
        subsidiarity=weighed,
        decided_by="decider",
        consulted=COLLEAGUE if form.consulted else None,
        family_informed="before",
        proven=True,
        recorded_at=format_instant(start),
        valid_from=format_instant(start),
        valid_until=end,
    )

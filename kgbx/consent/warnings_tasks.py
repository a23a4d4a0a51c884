# SPDX-License-Identifier: EUPL-1.2
"""What should be done: telling the family, second looks, proofs, waiting, handovers, a fixed contact to follow.

Rules: a task is told from the window on and for as long as nobody records that it was done, also after what it belongs
to has ended: nothing is silently never told. A norm is the one that stands in the record.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import day_recorded
from kgbx.clock import span_of
from kgbx.consent.index import YOUTH_DECIDES_FROM, second_of
from kgbx.consent.overdue import overdue
from kgbx.consent.warnings_outlook import possible_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.course import Collaboration, Milestone
    from kgbx.case.helpers import Involvement
    from kgbx.case.sharing import LegalGround
    from kgbx.case.working import SafetyAssessment
    from kgbx.consent.warnings_outlook import CaseWarning, Outlook

DAYS: Final = (
    ("PLAN_LOOK_BACK", "plans", "evaluate_on"),
    ("AGREEMENT_LOOK_BACK", "agreements", "evaluate_on"),
    ("GROUND_REVIEW", "legal_grounds", "review_on"),
    ("CONFIDENCE_REVIEW", "confidences", "review_on"),
)
"""Kind of warning, type, and the member with the day on which it is looked at; a new version has a new day."""

ANSWER_DAYS: Final = 14
"""Days in which an offered handover is answered; ours."""

_STEPS: Final = ("requested", "accepted", "first_contact", "started", "ended")
_WAITING: Final = _STEPS[:3]
_HANDING: Final = frozenset({"handover", "handback"})
_OPEN: Final = frozenset({"offered", "accepted", "more_information", "waiting", "warm_meeting"})
_FIXED: Final = "fixed_contact"


# --- the family is told, another looks


def emergencies(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield what an emergency leaves to be done, also what will be overdue within the window."""
    kinds = {"second_person": "EMERGENCY_NOT_SEEN", "informing": "EMERGENCY_NOT_TOLD"}
    end = (outlook.until + timedelta(days=1)).isoformat()
    for one in overdue(outlook.facts, policy=outlook.policy, at=end, known_at=outlook.moment):
        if outlook.comes(one.since):
            yield outlook.warn_of(kinds[one.duty], ("legal_grounds", one.ground), on=one.since)


def grounds_not_told(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield grounds that say that the family was not told and not why; those of an emergency are told apart."""
    for fact in outlook.facts.legal_grounds:
        provision = outlook.policy.provision_by_id.get(fact.provision)
        if provision is not None and provision.inform_within_hours is not None:
            continue
        silent = fact.family_informed == "not" and not (fact.reason_not_informed or "").strip()
        if silent and second_of(fact.recorded_at) <= outlook.at and outlook.comes(fact.valid_from):
            yield outlook.warn_of("GROUND_NOT_TOLD", ("legal_grounds", fact.id), on=fact.valid_from)


def to_be_told(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield grounds of which the family would be told later, until everybody of twelve or older was told."""
    for ground in outlook.current("legal_grounds"):
        later = ground.family_informed == "not" and ground.inform_by is not None
        if later and outlook.comes(ground.inform_by) and not _all_told(ground, outlook):
            yield outlook.warn("INFORM_BY", ground, on=ground.inform_by)


def _all_told(ground: LegalGround, outlook: Outlook) -> bool:
    told = {one.person for one in outlook.current("informings") if one.record == ground.id and one.informed}
    asked = {one for one in ground.subjects if outlook.index.ages(one)[1] >= YOUTH_DECIDES_FROM}
    return bool(told) and asked <= told


def persons_not_told(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield what somebody was not told of, and was not told of since."""
    informings = list(outlook.current("informings"))
    told = {(one.record, one.person) for one in informings if one.informed}
    for one in informings:
        if not one.informed and (one.record, one.person) not in told:
            yield outlook.warn("PERSON_NOT_TOLD", one, on=one.on or day_recorded(one).isoformat())


# --- looked at again


def looked_at_again(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield what is looked at again by a member of its record."""
    for kind, array, member in DAYS:
        for record in outlook.current(array):
            day, until = getattr(record, member, None), getattr(record, "valid_until", None)
            if day is not None and outlook.comes(day) and not (until is not None and outlook.is_over(until)):
                yield outlook.warn(kind, record, on=day)


def assessed_again(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield judgements of safety without a later one of everybody in them."""
    judged: list[SafetyAssessment] = list(outlook.current("safety_assessments"))
    for one in judged:
        again = one.assess_again_by
        done = any(one.assessed_on < other.assessed_on and {*one.persons} <= {*other.persons} for other in judged)
        if again is not None and outlook.comes(again) and not done:
            yield outlook.warn("ASSESS_AGAIN", one, on=again)


def corrections(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield corrections that nobody decided on."""
    for one in outlook.current("reactions"):
        if one.kind == "correctie_feit" and one.outcome is None:
            yield outlook.warn("CORRECTION_OPEN", one, on=one.reacted_on)


# --- what opens nothing


def without_proof(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield permits and grounds that hold now and have no proof."""
    for permit in outlook.index.live(outlook.facts.consents):
        if permit.decision == "permit" and not permit.proven:
            yield outlook.warn_of("PERMIT_WITHOUT_PROOF", ("consents", permit.id), on=permit.valid_from)
    for ground in outlook.index.live(outlook.facts.legal_grounds):
        if not ground.proven:
            yield outlook.warn_of("GROUND_WITHOUT_PROOF", ("legal_grounds", ground.id), on=ground.valid_from)


def protections_for_nobody(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield protections that hold, or will, and marks of a secret place, where no organisation may know it."""
    for one in outlook.current("protections"):
        ended = one.valid_until is not None and outlook.is_over(one.valid_until)
        if not one.allowed and not ended and outlook.comes(one.valid_from):
            yield outlook.warn("PROTECTION_WITHOUT_ALLOWED", one, on=one.valid_from)
    marks = {fact.flag for facts in outlook.index.protections.values() for fact in facts}
    for one in (*outlook.current("addresses"), *outlook.current("persons")):
        if one.id in marks:
            yield outlook.warn("PROTECTION_WITHOUT_ALLOWED", one, on=one.recorded_at)


# --- the family waits, or loses somebody


def waiting(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield waits beyond the norm or the promise, and looks at safety that were agreed for the wait."""
    steps: list[Milestone] = list(outlook.current("milestones"))
    for step in steps:
        if step.kind not in _WAITING:
            continue
        place = _STEPS.index(step.kind)
        if not _reached(place + 1, step, steps):
            yield from _beyond(step, outlook)
        if step.safety_check_every_days is not None and not _reached(_STEPS.index("started"), step, steps):
            day = _last_look(step, outlook) + timedelta(days=step.safety_check_every_days)
            if day <= outlook.until:
                yield outlook.warn("WAITING_SAFETY", step, on=day.isoformat())


def _reached(place: int, step: Milestone, steps: list[Milestone]) -> bool:
    """Tell whether the way to help on which a step lies came as far as a place."""
    return any(
        _STEPS.index(other.kind) >= place
        and other.help_form == step.help_form
        and {*step.persons} <= {*other.persons}
        and (other.org == step.org or None in (other.org, step.org))
        for other in steps
    )


def _beyond(step: Milestone, outlook: Outlook) -> Iterator[CaseWarning]:
    if step.norm_days is not None:
        # the norm gives these days, so the wait is longer from the day after
        day = date.fromisoformat(step.reached_on) + timedelta(days=step.norm_days + 1)
        if day <= outlook.until:
            yield outlook.warn("WAITING_NORM", step, on=day.isoformat())
    if step.expected_on is not None and outlook.comes(step.expected_on):
        yield outlook.warn("WAITING_PROMISE", step, on=step.expected_on)


def _last_look(step: Milestone, outlook: Outlook) -> date:
    looks = (one.assessed_on for one in outlook.current("safety_assessments") if {*step.persons} <= {*one.persons})
    return date.fromisoformat(max((step.reached_on, *looks)))


def handovers(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield handovers that should have moved on, and those that were declined without another question since."""
    works: list[Collaboration] = list(outlook.current("collaborations"))
    for work in works:
        if work.kind not in _HANDING:
            continue
        if work.state in _OPEN and (day := _moves_on(work)) <= outlook.until.isoformat():
            yield outlook.warn("HANDOVER_STUCK", work, on=day)
        if work.state == "declined" and not any(_asked_since(work, other) for other in works):
            yield outlook.warn("HANDOVER_DECLINED", work, on=work.answered_on or day_recorded(work).isoformat())


def _moves_on(work: Collaboration) -> str:
    """Return the day by which a handover moves on: the first that it names, else so many days after the question."""
    named = [day for day in (work.expected_on, work.last_day_sender, work.first_day_receiver) if day is not None]
    asked = date.fromisoformat(work.requested_on) if work.requested_on else day_recorded(work)
    return min(named, default=(asked + timedelta(days=ANSWER_DAYS)).isoformat())


def _asked_since(work: Collaboration, other: Collaboration) -> bool:
    """Tell whether another handover of the same persons was prepared or asked after this one was declined."""
    later = second_of(other.recorded_at) > second_of(work.recorded_at)
    return other.kind in _HANDING and other.state != "declined" and later and {*work.persons} <= {*other.persons}


def fixed_contacts(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield fixed contacts that end, or ended, and that nobody follows for somebody who still has others around."""
    around: dict[str, list[tuple[date, date, bool]]] = defaultdict(list)
    there: list[Involvement] = list(outlook.current("involvements"))
    for contact in there:
        for person in contact.persons:
            around[person].append((*_surely_there(contact), contact.role == _FIXED))
    for contact in there:
        until = contact.valid_until
        if contact.role != _FIXED or until is None or not outlook.comes(until):
            continue
        over = outlook.is_over(until)
        day = outlook.today if over else possible_days(until)[1]
        found = [{fixed for first, end, fixed in around[one] if first <= day < end} for one in contact.persons]
        if any(True not in kinds and (kinds or not over) for kinds in found):
            yield outlook.warn("FIXED_CONTACT_ENDS", contact, on=until)


def _surely_there(contact: Involvement) -> tuple[date, date]:
    """Return the first day on which somebody is surely there, and the first on which that is no longer sure."""
    first = date.min if contact.valid_from is None else span_of(contact.valid_from)[1]
    return first, date.max if contact.valid_until is None else span_of(contact.valid_until)[0]

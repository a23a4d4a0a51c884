# SPDX-License-Identifier: EUPL-1.2
"""What ends in the window: permits, grounds, measures, authority, protections, promises to let go.

Rules: what has ended already is not told, but a measure that the case still calls running, and what should be gone. A
permit that was withdrawn and a refusal that a permit lifted end nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.base import Record
from kgbx.clock import day_of_moment
from kgbx.consent.index import second_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.course import Measure
    from kgbx.consent.facts import LegalGroundFact
    from kgbx.consent.policy import Provision
    from kgbx.consent.warnings_outlook import CaseWarning, Outlook

ENDS: Final = (
    ("WEIGHING_ENDS", "third_party_weighings", "valid_until"),
    ("AUTHORITY_ENDS", "parental_authorities", "valid_until"),
    ("PROTECTION_ENDS", "protections", "valid_until"),
    ("RESTRICTION_ENDS", "restrictions", "valid_until"),
    ("AGREEMENT_ENDS", "agreements", "valid_until"),
    ("OBJECTION_ENDS", "decisions", "objection_until"),
)
"""Kind of warning, type, and the member with the first moment after."""

_RUNS: Final = "loopt"


def ends(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield what ends by a member of its record."""
    for kind, array, member in ENDS:
        yield from outlook.ending(kind, outlook.current(array), member=member)


def consents_that_end(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield permits and refusals that hold now and end in the window."""
    live = [fact for facts in outlook.index.consents.values() for fact in facts]
    lifted = {refusal for fact in live if fact.decision == "permit" and fact.proven for refusal in fact.supersedes}
    for fact in live:
        if fact.valid_until is not None and fact.id not in lifted and outlook.comes(fact.valid_until):
            kind = "CONSENT_ENDS" if fact.decision == "permit" else "REFUSAL_ENDS"
            decider = [fact.decided_by]
            yield outlook.warn_of(kind, ("consents", fact.id), on=fact.valid_until, about=fact.about, deciders=decider)


def grounds_that_end(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield grounds that hold now and end, lose their measure in the window, or have an impossible term."""
    for fact in outlook.index.live(outlook.facts.legal_grounds):
        if fact.valid_until is not None and outlook.comes(fact.valid_until):
            yield outlook.warn_of("GROUND_ENDS", ("legal_grounds", fact.id), on=fact.valid_until)
        provision = outlook.policy.provision_by_id.get(fact.provision)
        if provision is None:
            continue
        if _is_too_long(fact, provision):
            yield outlook.warn_of("GROUND_TERM", ("legal_grounds", fact.id), on=fact.valid_from)
        lost = _loses_measure(fact, provision, outlook)
        if lost is not None and outlook.comes(lost):
            yield outlook.warn_of("GROUND_LOSES_MEASURE", ("legal_grounds", fact.id), on=lost)


def _is_too_long(fact: LegalGroundFact, provision: Provision) -> bool:
    if provision.max_days is None:
        return False
    if fact.valid_until is None:
        return True
    return (day_of_moment(fact.valid_until) - day_of_moment(fact.valid_from)).days > provision.max_days


def _loses_measure(fact: LegalGroundFact, provision: Provision, outlook: Outlook) -> str | None:
    """Return when the last measure ends that the ground rests on, if that is before the ground does."""
    measures = [
        one.valid_until
        for one in outlook.index.measures.get(fact.recipient, [])
        if one.kind in provision.precondition_kinds
    ]
    known = [until for until in measures if until is not None]
    if not measures or len(known) < len(measures):
        return None
    last = max(known, key=second_of)
    return last if fact.valid_until is None or second_of(last) < second_of(fact.valid_until) else None


def measures_that_end(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield running measures that end in the window, and those that ended and are still called running."""
    for measure in outlook.current("measures"):
        until = _end_of(measure)
        if measure.status != _RUNS or until is None or not outlook.comes(until):
            continue
        yield outlook.warn("MEASURE_OVER" if outlook.is_over(until) else "MEASURE_ENDS", measure, on=until)


def _end_of(measure: Measure) -> str | None:
    return min((day for day in (measure.valid_until, measure.planned_end) if day is not None), default=None)


def promised_to_be_gone(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield records that were promised to be gone in the window or before it; replaced ones too."""
    known = (one for one in outlook.case if isinstance(one, Record) and second_of(one.recorded_at) <= outlook.at)
    for record in known:
        if record.keep_until is not None and outlook.comes(record.keep_until):
            yield outlook.warn("KEEP_UNTIL", record, on=record.keep_until)


def policy_ends(outlook: Outlook) -> Iterator[CaseWarning]:
    """Yield the policy, if another one is in force within the window."""
    policy = outlook.policy
    if policy.valid_until is not None and outlook.comes(policy.valid_until):
        yield outlook.warn_of("POLICY_ENDS", ("policy", policy.version), on=policy.valid_until)

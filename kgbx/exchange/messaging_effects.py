# SPDX-License-Identifier: EUPL-1.2
"""What each type of message does where it arrives: a table of pure functions.

Rules:
    - a message changes what is here, or raises and changes nothing; what it brings into the own case goes through the
      same checks as a case that arrives;
    - a withdrawal that is told ends permits and nothing else, and says who told it; it is believed of who recorded the
      permit or gave it, and from today on of who may receive by it;
    - an erasure that is told erases only what the teller recorded, and only what the own terms let go, and nothing that
      guards somebody unless a named person agreed; the answer tells which, and why the rest of the teller's is kept,
      but not that somebody is guarded, nor whether what another recorded is here;
    - that answer is made by itself only for a teller that the own organisation knows to be involved, and from whom
      nobody is hidden; for everybody else, and for a family that is not known here, there is none and a person looks;
    - a family is taken over only from who has its fixed contact, as far as is known here;
    - consults and requests move no responsibility and no fixed contact.
Who is believed of what: :mod:`kgbx.exchange.messaging_trust`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from kgbx.case import Collaboration, Consent, FamilyCase, Record, Stamp, Withdrawal
from kgbx.case.base import Actor, Source
from kgbx.clock import day_of_moment, parse_instant, parse_moment
from kgbx.consent.facts import Request
from kgbx.consent.importing import Quarantined
from kgbx.consent.index import Index
from kgbx.consent.joins import facts_from_case
from kgbx.consent.notices import Erased, ErasureNotice, answer_notice
from kgbx.consent.policies import policy_in_force
from kgbx.consent.retention import Keeper, retention_table
from kgbx.errors import DocumentError
from kgbx.exchange.joining import taken_in
from kgbx.exchange.messaging_trust import (
    OF_ANOTHER,
    TOLD_BY,
    UNANSWERED,
    ends_on,
    kept_by,
    may_be_answered,
    may_tell,
    require_begun,
    require_of_responsible,
    require_past,
)
from kgbx.exchange.provenance import provenance, require_unaltered, with_what_covers
from kgbx.story.bodies import (
    ConsentWithdrawn,
    ConsultAnswer,
    ConsultQuestion,
    ErasureAnswerBody,
    ErasureDone,
    ErasureNoticeBody,
    HandoverAnswer,
    HandoverBody,
    HandoverComplete,
    HandoverOffer,
    InformationRequest,
    taken,
)
from kgbx.story.fixed_contact import passed_on, require_begins
from kgbx.story.handover import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from uuid import UUID

    from kgbx.case import BareRecord
    from kgbx.exchange.passing import Own
    from kgbx.story import Handover
    from kgbx.story.bodies import Body

CONSULT: Final = "consult_named"
"""Kind of a collaboration: a value of the code list ``collaboration_kind``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What an organisation keeps about a family.

    Attributes:
        case: Its own case.
        handovers: Those that it takes part in.
    """

    case: FamilyCase
    handovers: tuple[Handover, ...] = ()

    def having(self, case: FamilyCase) -> State:
        """Return the same with another case."""
        return replace(self, case=case)

    def knowing(self, handover: Handover) -> State:
        """Return the same with a handover as it is now."""
        others = (one for one in self.handovers if one.id != handover.id)
        return replace(self, handovers=(*others, handover))


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What an organisation decides with when something arrives.

    Attributes:
        purpose: What it receives for.
        worker: Id of the professional who takes it in; None for a machine.
        agreed: Ids that a named person decided to erase although a term still runs.
        received: When records of others arrived, by id.
        ids: Gives UUIDs version 4.
    """

    purpose: str
    worker: str | None = None
    agreed: Collection[str] = ()
    received: Mapping[str, str] = field(default_factory=dict, repr=False)
    ids: Callable[[], UUID] = uuid4

    def on(self, moment: str, own: Own) -> Now:
        """Return the same at a moment."""
        return Now(here=self, own=own, moment=moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """An organisation at a moment.

    Attributes:
        here: What it decides with.
        own: Who it is.
        moment: ``YYYY-MM-DDTHH:MM:SSZ``.
    """

    here: Here
    own: Own
    moment: str

    @property
    def stamp(self) -> Stamp:
        """By whom and when something is recorded."""
        worker = {} if self.here.worker is None else {"professional": self.here.worker}
        by = Actor(org=self.own.org, **worker)
        return Stamp(recorded_by=by, recorded_at=self.moment, ids=self.here.ids, random=self.own.random)

    def joined(self, case: FamilyCase, view: FamilyCase, *, sender: str) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
        """Return a case with records that arrived in a body, and what of them is kept apart.

        Raises:
            IntegrityError: D_ALTERED, a record is not as who recorded it signed it.
            UsageError: U_POLICY.
        """
        request = Request(
            sender=sender, recipient=self.own.org, purpose=self.here.purpose, at=self.moment, known_at=self.moment
        )
        basis, directory, at = self.own.basis, self.own.directory, parse_instant(self.moment)
        origins = provenance(view, directory=directory, at=at)
        require_unaltered(origins)
        policy = policy_in_force(basis.policies, self.moment)
        merged, apart = taken_in(
            case, view, request=request, registers=basis.registers, policy=policy, verified=origins.verified
        )
        return with_what_covers(merged, origins, directory=directory, at=at), apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a message did.

    Attributes:
        state: What is here now.
        answer: What there is to send back at once; None where a person answers, or nobody.
        apart: What was kept apart, and why; told to nobody outside.
        changed: Ids of records that were added or ended by it, sorted.
    """

    state: State
    answer: Body | None = field(default=None, repr=False)
    apart: tuple[Quarantined, ...] = ()
    changed: tuple[str, ...] = ()


def _view(body: HandoverComplete | ConsultQuestion, *records: BareRecord) -> FamilyCase:
    return FamilyCase(records, synthetic=bool(body.synthetic), contributions=body.contributions)


def _added(state: State, case: FamilyCase, apart: tuple[Quarantined, ...] = ()) -> Outcome:
    new = sorted(one.id for one in case if one.id not in state.case)
    return Outcome(state=state.having(case), apart=apart, changed=tuple(new))


# --- handing over


def handover(body: HandoverBody, state: State, *, now: Now) -> Outcome:
    """Take the steps of the other organisation; on its completion the own fixed contact ends when the other begins.

    Raises:
        DocumentError: as :func:`kgbx.story.bodies.taken`; D_FIXED_CONTACT; D_STEP_SENDER, another is its contact.
        IntegrityError: D_ALTERED, a record in it is not as its sender signed it.
        UsageError: U_POLICY.
    """
    before = next((one for one in state.handovers if one.id == body.handover), None)
    today = day_of_moment(now.moment).isoformat()
    require_past(body, today=today)
    after = taken(body, state.handovers)
    if isinstance(body, HandoverOffer) and after != before and after.state not in ENDED:
        require_of_responsible(after, state.case, on=today)
    if not isinstance(body, HandoverComplete) or after == before or after.state != "completed":
        return Outcome(state=state.knowing(after))
    require_begins(body.begins, professional=body.professional, handover=after)
    case, apart = now.joined(state.case, _view(body, body.professional, body.begins), sender=body.sender)
    require_begun(body.begins, case)
    records = passed_on(state.case, handover=after, begun=body.begins, stamp=now.stamp)
    done = _added(state, case.add(*records), apart)
    return replace(done, state=done.state.knowing(after))


# --- consulting


def consult_question(body: ConsultQuestion, state: State, *, now: Now) -> Outcome:
    """Take the question into the own case, if it may be there.

    Raises:
        DocumentError: D_CONSULT, it is not a question of the sender to this organisation.
        IntegrityError: D_ALTERED, it is not as its sender signed it.
        UsageError: U_POLICY.
    """
    require_consult(body.consult, sender=body.sender, recipient=body.recipient)
    case, apart = now.joined(state.case, _view(body, body.consult), sender=body.sender)
    return _added(state, case, apart)


def require_consult(work: Collaboration, *, sender: str, recipient: str) -> None:
    """Return if a record is a question by name of one organisation to one other.

    Raises:
        DocumentError: D_CONSULT, with the places.
    """
    wanted = {"kind": CONSULT, "requested_by": sender, "asked": (recipient,)}
    wrong = [f"/consult/{name}" for name, value in wanted.items() if getattr(work, name) != value]
    wrong += ["/consult/recorded_by/org"] if work.recorded_by.org != sender else []
    wrong += ["/consult/question"] if work.question is None else []
    moving = ("responsible_for_safety", "first_day_receiver", "last_day_sender", "completed_on")
    wrong += [f"/consult/{name}" for name in moving if getattr(work, name) is not None]
    if wrong:
        raise DocumentError.single("D_CONSULT", wrong[0])


def consult_answer(body: ConsultAnswer, state: State, *, now: Now) -> Outcome:
    """Write down at the own question that it was answered; once is enough.

    Raises:
        DocumentError: D_CONSULT, this organisation did not ask that of the sender.
    """
    asked = state.case.get(body.consult)
    if not isinstance(asked, Collaboration):
        raise DocumentError.single("D_CONSULT", "/consult")
    try:
        require_consult(asked, sender=body.recipient, recipient=body.sender)
    except DocumentError:
        asked = None
    if asked is None:
        raise DocumentError.single("D_CONSULT", "/consult")
    if asked not in state.case.current("collaborations"):
        return Outcome(state=state)
    answered = {"state": "completed", "answered_on": body.answered_on}
    newer = asked.model_copy(update=now.stamp.head() | answered)
    link = now.stamp.link(newer.id, kind="replaces", to=asked.id)
    return _added(state, state.case.add(newer, link))


# --- telling what changed


def consent_withdrawn(body: ConsentWithdrawn, state: State, *, now: Now) -> Outcome:
    """End the permits that are here and that the sender may speak of; nothing is widened."""
    told = [one for one in state.case.records("withdrawals") if isinstance(one, Withdrawal)]
    permits = [
        (one, ends_on(one, sender=body.sender, told=body.withdrawn_on, moment=now.moment))
        for one in map(state.case.get, dict.fromkeys(body.consents))
        if isinstance(one, Consent) and may_tell(body.sender, one)
    ]
    records = [_ended(one, day, body=body, now=now) for one, day in permits if not _ends(told, one.id, by=day)]
    return _added(state, state.case.add(*records))


def _ends(told: Collection[Withdrawal], consent: str, *, by: str) -> bool:
    return any(one.consent == consent and parse_moment(one.effective_at) <= parse_moment(by) for one in told)


def _ended(consent: Consent, day: str, *, body: ConsentWithdrawn, now: Now) -> Withdrawal:
    """Return the end of a permit, in the name of who decided, and with who told it: these are not that person's words.

    Only the extension has room for the organisation; it decides nothing.
    """
    return Withdrawal(
        **now.stamp.head(),
        regime=consent.regime,
        collected_for=consent.collected_for,
        consent=consent.id,
        by=consent.decided_by,
        effective_at=day,
        source=Source(kind="told"),
        extensions={TOLD_BY: {"org": body.sender, "withdrawn_on": body.withdrawn_on}},
    )


def erasure_notice(body: ErasureNoticeBody, state: State, *, now: Now) -> Outcome:
    """Erase what the sender recorded and the own terms let go, and answer for each record; or leave it to a person.

    Raises:
        UsageError: U_POLICY.
        DocumentError: the case breaks a rule without a record.
    """
    facts = facts_from_case(state.case, now.own.basis.registers, own=now.own.org)
    function = next((one.function for one in facts.organisations if one.id == now.own.org), None)
    keeper = Keeper(state.case, now.moment, own=now.own.org, function=function, received=now.here.received)
    held = {one.record: state.case.get(one.record) for one in body.records}
    why = {one: kept_by(record, sender=body.sender, case=state.case) for one, record in held.items()}
    index = Index.of(facts, now.moment, known_at=now.moment)
    by_itself = may_be_answered(body.sender, state.case, index=index, own=now.own.org)
    agreed = {one for one, rule in why.items() if rule != OF_ANOTHER} & {*now.here.agreed}
    free = {one for one, rule in why.items() if rule is None} if by_itself else set()
    theirs = [one for one in body.records if one.record in free | agreed]
    done = {one: _said(one, rule, keeper, held[one]) for one, rule in why.items() if rule is not None}
    case = state.case
    if theirs:
        notice = ErasureNotice(records=tuple(Erased(record=one.record, rule=one.rule, on=one.on) for one in theirs))
        day = day_of_moment(now.moment).isoformat()
        answer, case = answer_notice(notice, case, keeper=keeper, at=day, stamp=now.stamp, agreed=agreed)
        done |= {one.record: ErasureDone(**one.model_dump(exclude_none=True)) for one in answer.answers}
    if not by_itself:
        return _added(state, case, _unanswered(held.keys() - {*now.here.agreed}))
    said = ErasureAnswerBody.new(
        sender=body.recipient, recipient=body.sender, answers=list(done.values()), **_made_up(now)
    )
    return replace(_added(state, case), answer=said)


def _unanswered(records: Iterable[str]) -> tuple[Quarantined, ...]:
    return tuple(Quarantined(record=one, reasons=(UNANSWERED,)) for one in sorted(records))


def _said(record_id: str, why: str, keeper: Keeper, record: BareRecord | None) -> ErasureDone:
    """Return the answer: another's is as what never was here, for who has the family; what guards as its own term."""
    if why == OF_ANOTHER:
        return ErasureDone(record=record_id, answer="erased")
    rule = keeper.of(record).rule if isinstance(record, Record) else retention_table().kept_with_the_rest.id
    return ErasureDone(record=record_id, answer="kept", rule=rule)


def _made_up(now: Now) -> dict[str, Any]:
    return {"synthetic": True} if now.own.accept_synthetic else {}


def nothing(_body: Body, state: State, *, now: Now) -> Outcome:  # noqa: ARG001  # as the other effects
    """Change nothing: a person looks at it."""
    return Outcome(state=state)


class Effect(Protocol):
    """What a body does."""

    def __call__(self, body: Any, state: State, /, *, now: Now) -> Outcome:  # noqa: ANN401  # a body of its type
        """Return what is here after it."""
        ...


EFFECTS: Final[Mapping[type[Body], Effect]] = MappingProxyType(
    {
        HandoverOffer: handover,
        HandoverAnswer: handover,
        HandoverComplete: handover,
        ConsultQuestion: consult_question,
        ConsultAnswer: consult_answer,
        InformationRequest: nothing,
        ConsentWithdrawn: consent_withdrawn,
        ErasureNoticeBody: erasure_notice,
        ErasureAnswerBody: nothing,
    }
)
"""What each body does, by its model."""

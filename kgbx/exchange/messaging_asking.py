# SPDX-License-Identifier: EUPL-1.2
"""Asking another organisation: advice by name, and information; and correcting what was given.

Rules:
    - a question for advice is a record of the own case, and goes only where that record may go;
    - a request names needs of a published profile and persons, and no place: where somebody lives is asked of that
      person only;
    - an answer holds of what may go to the asker only what answers, and what that cannot be understood without; a
      denial looks like nothing to tell;
    - a correction holds the new versions of own records, decided about as every share.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgbx.case import FamilyCase, Link
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.errors import ConsentError, UsageError
from kgbx.exchange.contributing import contribute
from kgbx.exchange.messaging import compose_message
from kgbx.exchange.messaging_effects import require_consult
from kgbx.exchange.passing import Composed, compose, decide_share
from kgbx.messages import Text
from kgbx.story.bodies import TYPE_OF_NAME, ConsultQuestion, InformationRequest
from kgbx.story.coverage import coverage
from kgbx.story.profile import profile
from kgbx.story.records import Records

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from kgbx.case import Collaboration
    from kgbx.envelope.ports import OrganisationDocument
    from kgbx.envelope.unseal import Opened
    from kgbx.exchange.passing import Own
    from kgbx.story import Profile

_NEEDS: Final = Text(
    "Zo'n behoefte staat niet in dit vraagprofiel, of vraagt waar iemand woont. Kies andere behoeften.",
    "There is no such need in this need profile, or it asks where somebody lives. Choose other needs.",
)
_NOT_CORRECTED: Final = Text(
    "Dit is geen nieuwe versie van een eigen gegeven. Leg eerst vast wat het vervangt.",
    "This is no new version of a record of your own. Record first what it replaces.",
)


def compose_consult(
    case: FamilyCase, question: Collaboration, *, own: Own, to: OrganisationDocument, purpose: str, at: datetime
) -> Composed:
    """Return a question for advice by name, if it may go to the other organisation.

    Args:
        case: The own case; the question may be in it already.
        question: A record of kind ``consult_named`` that the own organisation recorded.
        own: The sender.
        to: The organisation document of the one that is asked.
        purpose: What the other needs it for.
        at: Present moment, aware.

    Raises:
        ConsentError: C_NOTHING, nobody permits it and no ground opens it, or it is kept from somebody in confidence.
        DocumentError: D_CONSULT, it is no question of the own organisation to that one alone.
        UsageError: U_POLICY.
    """
    require_consult(question, sender=own.org, recipient=to.org)
    asked = case if question.id in case else case.add(question)
    moment = format_instant(at)
    request = Request(sender=own.org, recipient=to.org, purpose=purpose, at=moment, known_at=moment)
    decided = decide_share(asked, request=request, basis=own.basis)
    rows = tuple(row for row in decided.share.account.rows if row.record == question.id)
    confided = {vars(one)["record"] for one in decided.share.view.records("confidences")}  # it could not go with it
    if not any(row.permit for row in rows) or question.id in confided:
        raise ConsentError("C_NOTHING")
    view = FamilyCase([question], synthetic=asked.synthetic)
    share = replace(decided.share, view=view, account=replace(decided.share.account, rows=rows))
    signed = contribute([question], signer=own.identity.at(at), at=at, random=own.random)
    body = ConsultQuestion.new(
        sender=own.org, recipient=to.org, consult=question, contributions=[signed], **made_up(own)
    )
    entry = disclosure(
        share.account, policy=decided.policy, facts=decided.facts, entry_id=str(uuid4()), case=asked, view=view
    )
    sealed = compose_message(body, own=own, to=to, at=at)
    return Composed(sealed=sealed, view=view, share=share, entry=entry, facts=facts_bytes(decided.facts))


def request_information(
    needed: Profile, *, own: Own, to: str, needs: Collection[str], persons: Collection[str]
) -> InformationRequest:
    """Return a request for information.

    Args:
        needed: Published profile of the own function, with a purpose.
        own: Who asks.
        to: URN of who is asked.
        needs: Ids of needs of the profile, none about a place.
        persons: Ids of persons, as the other knows them.

    Raises:
        UsageError: U_ARGUMENT, a need that the profile does not have or that is about a place; a profile without a
            function.
        DocumentError: nobody, or nothing, is asked about.
    """
    may_be_asked = {one.id for one in needed.needs if not one.location}
    if not may_be_asked.issuperset(needs) or needed.function is None:
        raise UsageError(text=_NEEDS)
    return InformationRequest.new(
        sender=own.org,
        recipient=to,
        purpose=needed.purpose,
        profile=f"{needed.function}.{needed.occasion}",
        needs=tuple(needs),
        persons=tuple(persons),
        **made_up(own),
    )


def answer_information(
    case: FamilyCase, request: InformationRequest, *, own: Own, to: OrganisationDocument, at: datetime, answers: Opened
) -> Composed:
    """Return what may go of what was asked for, as a case.

    Args:
        case: The own case.
        request: What was asked.
        own: Who was asked.
        to: The organisation document of who asked.
        at: Present moment, aware.
        answers: The message in which it was asked.

    Raises:
        ConsentError: C_NOTHING, nothing of it is here or may go.
        UsageError: U_PROFILE, the profile is not published; U_POLICY; U_ARGUMENT, who asked is another.
    """
    if {request.sender, answers.sender} != {to.org}:
        raise UsageError
    return compose(
        case,
        own=own,
        to=to,
        purpose=request.purpose,
        at=at,
        only=answering(case, request, at=at),
        message_type=TYPE_OF_NAME["information_response"].uri,
        thread=answers.manifest.thread or answers.manifest.id,
        ref=answers.manifest.id,
    )


def answering(case: FamilyCase, request: InformationRequest, *, at: datetime) -> frozenset[str]:
    """Return the ids of the records that answer a request; whether they may go is not decided here.

    Args:
        case: The case of who was asked.
        request: What was asked; needs that the profile does not have, and those about a place, are not answered, and
            nothing is when nobody of the persons is known here.
        at: Present moment, aware.

    Raises:
        UsageError: U_PROFILE, the profile is not published.
    """
    function, _, occasion = request.profile.partition(".")
    needed = profile(function, occasion)
    kept = tuple(one for one in needed.needs if one.id in request.needs and not one.location)
    same = Records(case).persons(sure=True)
    about = {same.of(person) for person in request.persons if person in case}
    if not about or not kept:
        return frozenset()
    rows = coverage(case, needed.model_copy(update={"needs": kept}), at=at).rows
    asked = (row for row in rows if row.person is None or same.of(row.person) in about)
    return frozenset(answer.record for row in asked for answer in row.answers)


def compose_correction(
    case: FamilyCase, records: Collection[str], *, own: Own, to: OrganisationDocument, purpose: str, at: datetime
) -> Composed:
    """Return the new versions of own records, for who had received the old ones.

    Args:
        case: The own case.
        records: Ids of the new versions.
        own: Who recorded both.
        to: The organisation document of who had received the old ones.
        purpose: What it had received them for.
        at: Present moment, aware.

    Raises:
        UsageError: U_ARGUMENT, one of them replaces nothing that the own organisation recorded; U_POLICY.
        ConsentError: C_NOTHING, none of them may go.
    """
    if not records or not all(_corrects(case, one, own.org) for one in records):
        raise UsageError(text=_NOT_CORRECTED)
    how = TYPE_OF_NAME["correction"].uri
    return compose(case, own=own, to=to, purpose=purpose, at=at, only=records, message_type=how)


def _corrects(case: FamilyCase, record_id: str, own: str) -> bool:
    links = (one for one in case.records("links") if isinstance(one, Link) and one.kind == "replaces")
    ends = [(one, case.get(one.to), case.get(record_id)) for one in links if one.from_ == record_id]
    return bool(ends) and all(one.recorded_by.org == own for row in ends for one in row if one is not None)


def made_up(own: Own) -> dict[str, Any]:
    """Return the member that says that a body is made up, where this organisation works with made-up data."""
    return {"synthetic": True} if own.accept_synthetic else {}

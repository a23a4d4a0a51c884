# SPDX-License-Identifier: EUPL-1.2
"""Handing a family over: the offer with the case that goes along, each further step, and the completion.

Rules:
    - nothing is offered without what must go along; what may not go along is shown to the sender, with why;
    - the case goes as a case, decided and logged as every share; the offer names the message it is in, and both are of
      one thread, which has the id of the handover;
    - a lost step is sent again with the next one, or by composing the same step once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from kgbx.clock import format_instant, local_day, parse_instant
from kgbx.consent.joins import facts_from_case
from kgbx.consent.policies import policy_in_force
from kgbx.errors import UsageError
from kgbx.exchange.contributing import contribute
from kgbx.exchange.covers import cover_for
from kgbx.exchange.messaging import compose_message
from kgbx.exchange.messaging_trust import require_of_responsible
from kgbx.exchange.minimal_set import fitted
from kgbx.exchange.passing import compose
from kgbx.story import act
from kgbx.story.bodies import message_of
from kgbx.story.fixed_contact import begins, passed_on
from kgbx.story.offering import OCCASION, going, require_all
from kgbx.story.profile import ANY_FUNCTION, profile

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from kgbx.case import FamilyCase, Professional, Record, Stamp
    from kgbx.envelope.ports import OrganisationDocument
    from kgbx.envelope.seal import Sealed
    from kgbx.exchange.messaging_effects import State
    from kgbx.exchange.passing import Basis, Composed, Own
    from kgbx.story import Handover, Profile
    from kgbx.story.bodies import HandoverBody
    from kgbx.story.offering import Going


class Offering(TypedDict, total=False):
    """The keywords of :func:`compose_offer` that describe the offer; only the purpose is required.

    Attributes:
        purpose: What the receiver needs the case for.
        none: Ids of needs of which somebody looked and found that there is none.
        not_to_ask: Ids of needs that the receiver is asked not to ask; those about a place always are.
        last_day: Last day that the sender has in mind, ``YYYY-MM-DD``.
    """

    purpose: Required[str]
    none: Collection[str]
    not_to_ask: Collection[str]
    last_day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer that is ready to go.

    Attributes:
        share: The case that goes along, as a message of its own, with its line for the log.
        offer: The offer.
        going: What goes along, held against what must; for the sender only.
    """

    share: Composed
    offer: Sealed
    going: Going = field(repr=False)


def needed_at_handover(case: FamilyCase, *, basis: Basis, own: str, to: str, at: datetime) -> Profile:
    """Return what a receiver must be told at a handover, without what its minimal set leaves out.

    Args:
        case: The sender's own case.
        basis: What the sender decides with.
        own: URN of the sender.
        to: URN of the receiver.
        at: Present moment, aware.

    Raises:
        UsageError: U_POLICY.
    """
    facts = facts_from_case(case, basis.registers, own=own)
    function = next((one.function for one in facts.organisations if one.id == to), None)
    made_out = profile(function or ANY_FUNCTION, OCCASION)
    return fitted(made_out, policy_in_force(basis.policies, format_instant(at)))[0] if function else made_out


def compose_offer(
    state: State,
    handover: Handover,
    *,
    own: Own,
    to: OrganisationDocument,
    at: datetime,
    **offering: Unpack[Offering],
) -> Offered:
    """Return the offer of a handover, or more about it, with the case that goes along.

    Args:
        state: The sender's own case.
        handover: After the step ``offer`` or ``supply``.
        own: The sender.
        to: The receiver's organisation document.
        at: Present moment, aware.
        offering: As :class:`Offering` explains.

    Raises:
        DocumentError: D_OFFER_LACKS, D_OFFER_NONE, as :func:`kgbx.story.offering.require_all`; D_STEP_SENDER, today the
            own case surely knows the fixed contact of another organisation.
        ConsentError: C_NOTHING, no record may go.
        UsageError: U_STEP, the last step was another; U_POLICY; U_ARGUMENT, a need that the profile does not have.
    """
    if handover.own != "sender" or handover.state != "offered":
        raise UsageError("U_STEP")
    case, purpose, none = state.case, offering["purpose"], tuple(offering.get("none", ()))
    require_of_responsible(handover, case, on=local_day(at).isoformat())
    needed = needed_at_handover(case, basis=own.basis, own=own.org, to=to.org, at=at)
    cover = cover_for(needed, purpose=purpose, more=offering.get("not_to_ask", ()), synthetic=own.accept_synthetic)
    share = compose(case, own=own, to=to, purpose=purpose, at=at, cover=cover, thread=handover.id)
    found = going(share.view, needed, held=case, at=at, none=none)
    require_all(found)
    members = {"last_day": offering["last_day"]} if "last_day" in offering else {}
    body = step_message(handover, own=own, share=share.sealed.id, none=none, not_to_ask=cover.not_to_ask, **members)
    return Offered(share=share, offer=compose_message(body, own=own, to=to, at=at, case=case), going=found)


def step_message(handover: Handover, *, own: Own, **members: Any) -> HandoverBody:  # noqa: ANN401  # by the model
    """Return the message of the last own step, made up exactly where this organisation works with made-up data.

    Raises:
        UsageError: U_STEP, this organisation took no step yet.
        DocumentError: a member is missing, or has the wrong shape.
    """
    made_up = {"synthetic": True} if own.accept_synthetic else {}
    return message_of(handover, **made_up, **members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A handover that the receiver completed.

    Attributes:
        state: Its own case and handovers after it.
        body: What it tells the sender.
    """

    state: State
    body: HandoverBody


def complete_handover(
    state: State, handover: Handover, *, own: Own, professional: Professional, like: Record, stamp: Stamp
) -> Completed:
    """Return what the receiver keeps and tells when it completes a handover: its fixed contact begins on that day.

    Args:
        state: The receiver's own case and handovers.
        handover: After the step ``complete``.
        own: The receiver.
        professional: Its fixed contact.
        like: A record under the law and for the purpose of which it records this.
        stamp: Who records it and when.

    Raises:
        UsageError: U_STEP, the last step was another; U_ARGUMENT, another organisation recorded the professional.
        DocumentError: the case does not know a person, or breaks another rule with this; D_STEP_SENDER, on that day
            another organisation than the sender has the fixed contact.
    """
    require_of_responsible(handover, state.case, on=handover.steps[-1].on)
    begun = begins(handover, professional, case=state.case, like=like, stamp=stamp)
    records = passed_on(state.case, handover=handover, begun=begun, stamp=stamp)
    new = () if professional.id in state.case else (professional,)
    at = parse_instant(stamp.recorded_at)
    signed = contribute((professional, begun), signer=own.identity.at(at), at=at, random=own.random)
    body = step_message(handover, own=own, begins=begun, professional=professional, contributions=[signed])
    return Completed(state=replace(state, case=state.case.add(*new, *records)).knowing(handover), body=body)


def step(state: State, handover_id: str, *, event: Any, on: str, reason: str | None = None) -> Handover:  # noqa: ANN401  # an event
    """Return a handover that is known here, after a step of one's own.

    Raises:
        UsageError: U_ARGUMENT, it is not known here; U_STEP, U_REASON, as :func:`kgbx.story.act`.
    """
    found = next((one for one in state.handovers if one.id == handover_id), None)
    if found is None:
        raise UsageError
    return act(found, event, on=on, reason=reason)[0]

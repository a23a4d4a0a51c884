# SPDX-License-Identifier: EUPL-1.2
"""A handover through its messages: which type a step travels in, and what a message does to what is known here.

Rules:
    - a message is taken whole or not at all: after an error nothing has changed;
    - its last step is the news and belongs to its type; every step in it is one that its sender may take;
    - whoever begins a handover with an offer is its sender, the recipient its receiver; what else comes about one
      that is not known here is refused;
    - a message that is known already, or that is older than what is known, changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kgbx.errors import DocumentError, UsageError
from kgbx.story.bodies.handing import HandoverAnswer, HandoverComplete, HandoverOffer
from kgbx.story.bodies.kept import step_of, told
from kgbx.story.handover import Handover, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.story.bodies.handing import HandoverBody, StepTaken
    from kgbx.story.handover import Event

CARRIED_BY: Final[Mapping[Event, type[HandoverBody]]] = MappingProxyType(
    {
        "offer": HandoverOffer,
        "supply": HandoverOffer,
        "meet": HandoverOffer,
        "withdraw": HandoverOffer,
        "ask": HandoverAnswer,
        "accept": HandoverAnswer,
        "wait": HandoverAnswer,
        "decline": HandoverAnswer,
        "complete": HandoverComplete,
    }
)
"""Which message carries which step as its news."""


def message_of(handover: Handover, **members: Any) -> HandoverBody:  # noqa: ANN401  # checked by the model
    """Return the message with every own step, of the type of the last one; the same again when it was lost.

    Args:
        handover: What is known here.
        members: The other members of the body: share of an offer, begins of a completion, and so on.

    Raises:
        UsageError: U_STEP, this organisation took no step yet.
        DocumentError: a member is missing, or has the wrong shape.
    """
    own = [step for step in handover.steps if step.by == handover.own]
    if not own:
        raise UsageError("U_STEP")
    here, there = handover.sender, handover.receiver
    sender, recipient = (here, there) if handover.own == "sender" else (there, here)
    steps = [told(step) for step in own]
    model = CARRIED_BY[own[-1].event]
    if model is HandoverOffer:
        members = {"persons": handover.persons} | members
    return model.new(sender=sender, recipient=recipient, handover=handover.id, steps=steps, **members)


def taken(body: HandoverBody, handovers: Iterable[Handover]) -> Handover:
    """Return the handover that a message is about, with its steps.

    Args:
        body: What arrived; its sender signed it.
        handovers: Those that are known here.

    Raises:
        DocumentError: D_HANDOVER, nothing is known of this handover, and this is no offer; D_STEP_TYPE, the last step
            is not one of this type of message; D_HANDOVER_PERSONS, it is about others than the handover; and as
            :func:`kgbx.story.handover.take`, with the place of the step.
    """
    if CARRIED_BY[body.steps[-1].event] is not type(body):
        raise DocumentError.single("D_STEP_TYPE", f"/steps/{len(body.steps) - 1}/event")
    here = next((one for one in handovers if one.id == body.handover), None)
    if here is None:
        if not isinstance(body, HandoverOffer):
            raise DocumentError.single("D_HANDOVER", "/handover")
        here = _offered(body)
    _require_same_persons(body, here)
    for number, one in enumerate(body.steps):
        here = _with(here, one, number, sent_by=body.sender)
    return here


def _offered(body: HandoverOffer) -> Handover:
    persons = tuple(sorted({*body.persons}))
    return Handover(id=body.handover, sender=body.sender, receiver=body.recipient, own="receiver", persons=persons)


def _require_same_persons(body: HandoverBody, here: Handover) -> None:
    """Return if a message is about the persons that the handover is about.

    Raises:
        DocumentError: D_HANDOVER_PERSONS.
    """
    said: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if isinstance(body, HandoverOffer):
        said = (("/persons", body.persons),)
    elif isinstance(body, HandoverComplete):
        said = (("/begins/persons", body.begins.persons),)
    for pointer, persons in said:
        if {*persons} != {*here.persons}:
            raise DocumentError.single("D_HANDOVER_PERSONS", pointer)


def _with(here: Handover, one: StepTaken, number: int, *, sent_by: str) -> Handover:
    step = step_of(one)
    found: DocumentError
    try:
        return take(here, step, sent_by=sent_by)
    except DocumentError as error:
        found = error
    raise DocumentError([replace(each, pointer=f"/steps/{number}{each.pointer}") for each in found.problems])

# SPDX-License-Identifier: EUPL-1.2
"""Bodies of the messages of a handover: an offer, an answer to it, its completion.

Rules:
    - who hands over sends offers, who takes over sends answers and the completion: the type says which side speaks;
    - each message carries every step that its sender took, in order, so that what was lost is made good by the next;
    - the last step is the news, and says which type of message it is.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from kgbx.case.base import Model
from kgbx.case.fields import Day, Digest, Id, Many, Maybe, Remark, doc
from kgbx.case.helpers import Involvement, Professional
from kgbx.limits import MAX_HANDOVER_STEPS
from kgbx.story.bodies.base import Body, Contributions
from kgbx.story.bodies.cover import NeedId
from kgbx.story.handover import Event


class StepTaken(Model):
    """One step that the sender took."""

    turn: Annotated[
        int,
        Field(ge=0, le=MAX_HANDOVER_STEPS - 1),
        doc("beurt", "How many steps of both organisations came before it."),
    ]
    after: Annotated[
        Maybe[Digest], doc("na", "Digest of the steps before it; absent for the first.", source="RFC 8785")
    ] = None
    event: Annotated[Event, doc("stap", "What was done.")]
    on: Annotated[Day, doc("op", "Day.")]
    reason: Annotated[Maybe[Remark], doc("reden", "Why, where the step asks for it.")] = None


Steps = Annotated[
    Many[StepTaken],
    Field(min_length=1, max_length=MAX_HANDOVER_STEPS),
    doc("stappen", "Every step that the sender took, in order."),
]


class HandoverBody(Body):
    """What every message of a handover has."""

    handover: Annotated[Id, doc("overdracht", "UUID version 4 of the handover; the same in all its messages.")]
    steps: Steps


class HandoverOffer(HandoverBody):
    """A family is offered, more is told, the meeting is called, or the offer is withdrawn."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/handover_offer/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Who is handed over.")]
    share: Annotated[Maybe[Id], doc("dossier", "Id of the message that holds the case, as far as it may go along.")] = (
        None
    )
    none: Annotated[
        Many[NeedId],
        doc("is er niet", "Needs of the profile handover of which somebody looked and found that none is."),
    ] = ()
    not_to_ask: Annotated[
        Many[NeedId], doc("niet vragen", "Needs of the profile handover that are not to be asked.")
    ] = ()
    last_day: Annotated[Maybe[Day], doc("laatste dag", "Last day that the one who hands over has in mind.")] = None
    meeting_on: Annotated[Maybe[Day], doc("kennismaking op", "Day of the meeting with the family.")] = None


class HandoverAnswer(HandoverBody):
    """An offer is accepted, put on a waiting list or declined, or more is asked about it."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/handover_answer/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    expected_on: Annotated[
        Maybe[Day], doc("verwachte start", "Day on which the one who takes over expects to start.")
    ] = None
    needs: Annotated[
        Many[NeedId], doc("wat nog nodig is", "Needs of the profile handover that more is asked about.")
    ] = ()


class HandoverComplete(HandoverBody):
    """The receiver took over: from this day it is responsible, and its fixed contact is there."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/handover_complete/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    begins: Annotated[Involvement, doc("vast gezicht", "The fixed contact of the receiver, from that day on.")]
    professional: Annotated[Professional, doc("professional", "Who that is.")]
    contributions: Contributions = ()


HANDOVER_BODIES: Final = (HandoverOffer, HandoverAnswer, HandoverComplete)

# SPDX-License-Identifier: EUPL-1.2
"""Bodies of typed messages: what one organisation says to another beside, or instead of, a case."""

from __future__ import annotations

from kgbx.story.bodies.asking import ConsultAnswer, ConsultQuestion, InformationRequest
from kgbx.story.bodies.base import MESSAGES_URI, Body, Typed
from kgbx.story.bodies.cover import COVER_MEDIA, Cover
from kgbx.story.bodies.handing import HandoverAnswer, HandoverBody, HandoverComplete, HandoverOffer, StepTaken
from kgbx.story.bodies.telling import (
    ConsentWithdrawn,
    ErasedRecord,
    ErasureAnswerBody,
    ErasureDone,
    ErasureNoticeBody,
)
from kgbx.story.bodies.turns import CARRIED_BY, message_of, taken
from kgbx.story.bodies.types import MESSAGE_MEDIA, MESSAGE_TYPES, TYPE_OF_NAME, TYPE_OF_URI, MessageType

__all__ = [
    "CARRIED_BY",
    "COVER_MEDIA",
    "MESSAGES_URI",
    "MESSAGE_MEDIA",
    "MESSAGE_TYPES",
    "TYPE_OF_NAME",
    "TYPE_OF_URI",
    "Body",
    "ConsentWithdrawn",
    "ConsultAnswer",
    "ConsultQuestion",
    "Cover",
    "ErasedRecord",
    "ErasureAnswerBody",
    "ErasureDone",
    "ErasureNoticeBody",
    "HandoverAnswer",
    "HandoverBody",
    "HandoverComplete",
    "HandoverOffer",
    "InformationRequest",
    "MessageType",
    "StepTaken",
    "Typed",
    "message_of",
    "taken",
]

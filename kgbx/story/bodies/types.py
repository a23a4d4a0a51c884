# SPDX-License-Identifier: EUPL-1.2
"""The table of message types: what each carries, who may send it, and what it does where it arrives.

Rules:
    - each message is from one organisation to one other; no type may have several recipients;
    - the type of a message is the URI of the schema of its body;
    - a case, and a correction of one, is a family case as it is; every other body is a model of this package.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.case import MEDIA_TYPE
from kgbx.messages import Text
from kgbx.story.bodies.asking import ConsultAnswer, ConsultQuestion, InformationRequest
from kgbx.story.bodies.base import MESSAGES_URI
from kgbx.story.bodies.handing import HandoverAnswer, HandoverComplete, HandoverOffer
from kgbx.story.bodies.telling import ConsentWithdrawn, ErasureAnswerBody, ErasureNoticeBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.story.bodies.base import Body

MESSAGE_MEDIA: Final = "application/vnd.kgbx.message+json"
"""Media type of a body that is no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageType:
    """One row of the table.

    Attributes:
        name: Last but one part of its URI.
        title: What people call it.
        model: The model of its body; None where the body is a family case.
        cover: Whether a cover may travel beside it.
        ref: Whether the message names the one that it answers.
        by: Who may send it.
        effect: What it does where it arrives.
        source: Why it is so.
    """

    name: str
    title: Text
    model: type[Body] | None = None
    cover: bool = False
    ref: bool = False
    by: Text
    effect: Text
    source: str = "kgbx"

    @property
    def uri(self) -> str:
        """URI of the type, and of the schema of its body."""
        return f"{MESSAGES_URI}/{self.name}/1.0"

    @property
    def media(self) -> str:
        """Media type of its body."""
        return MEDIA_TYPE if self.model is None else MESSAGE_MEDIA


_ANYBODY: Final = Text(
    "Wie het dossier heeft en van beleid en wet iets mag geven.", "Who has the case, and may give by policy and law."
)

MESSAGE_TYPES: Final = (
    MessageType(
        name="case_share",
        title=Text("dossier", "case"),
        cover=True,
        by=_ANYBODY,
        effect=Text(
            "Wat gebruikt mag worden komt in het eigen dossier; de rest wordt apart gezet.",
            "What may be used is taken into the own case; the rest is set apart.",
        ),
    ),
    MessageType(
        name="handover_offer",
        title=Text("aanbod van een overdracht", "offer of a handover"),
        model=HandoverOffer,
        by=Text("Wie overdraagt.", "Who hands over."),
        effect=Text(
            "De stappen van wie overdraagt worden gezet, als ze kunnen volgen op wat bekend is.",
            "The steps of who hands over are taken, if they can follow what is known.",
        ),
    ),
    MessageType(
        name="handover_answer",
        title=Text("antwoord op een overdracht", "answer to a handover"),
        model=HandoverAnswer,
        by=Text("Wie overneemt.", "Who takes over."),
        effect=Text(
            "De stappen van wie overneemt worden gezet, als ze kunnen volgen op wat bekend is.",
            "The steps of who takes over are taken, if they can follow what is known.",
        ),
    ),
    MessageType(
        name="handover_complete",
        title=Text("overdracht afgerond", "handover completed"),
        model=HandoverComplete,
        by=Text("Wie overneemt, na de kennismaking.", "Who takes over, after the meeting."),
        effect=Text(
            "De overdracht is klaar; het eigen vaste gezicht stopt op de dag waarop dat van de ander begint.",
            "The handover is done; the own fixed contact ends on the day on which the other one begins.",
        ),
        source="Norm vast gezicht, Toekomstscenario kind- en gezinsbescherming",
    ),
    MessageType(
        name="consult_question",
        title=Text("vraag om advies", "question for advice"),
        model=ConsultQuestion,
        by=Text("Wie de vraag zelf vastlegde.", "Who recorded the question."),
        effect=Text(
            "De vraag komt in het eigen dossier, als die daar mag zijn. Niemand wordt er verantwoordelijk door.",
            "The question is taken into the own case, if it may be there. Nobody becomes responsible by it.",
        ),
    ),
    MessageType(
        name="consult_answer",
        title=Text("advies", "advice"),
        model=ConsultAnswer,
        ref=True,
        by=Text("Wie om advies is gevraagd.", "Who was asked for advice."),
        effect=Text(
            "De eigen vraag krijgt een opvolger die zegt dat zij beantwoord is; het advies wordt getoond.",
            "The own question gets a successor that says that it was answered; the advice is shown.",
        ),
    ),
    MessageType(
        name="information_request",
        title=Text("vraag om gegevens", "request for information"),
        model=InformationRequest,
        by=Text("Wie iets nodig heeft voor een eigen taak.", "Who needs something for a task of its own."),
        effect=Text(
            "Niets verandert; wat gegeven mag worden is te zien, en gaat als antwoord.",
            "Nothing changes; what may be given is shown, and goes as the answer.",
        ),
        source="Jeugdwet 7.3.11; AVG 5 lid 1 onder c",
    ),
    MessageType(
        name="information_response",
        title=Text("gevraagde gegevens", "information that was asked for"),
        cover=True,
        ref=True,
        by=Text("Wie om de gegevens is gevraagd.", "Who was asked."),
        effect=Text("Als een dossier.", "As a case."),
    ),
    MessageType(
        name="consent_withdrawn",
        title=Text("toestemming ingetrokken", "consent withdrawn"),
        model=ConsentWithdrawn,
        by=Text("Wie hoorde dat een toestemming is ingetrokken.", "Who heard that a permit was withdrawn."),
        effect=Text(
            "De toestemmingen die hier staan gelden niet meer vanaf die dag. Een weigering verandert niet.",
            "The permits that are here no longer hold from that day. A refusal does not change.",
        ),
        source="AVG 7 lid 3",
    ),
    MessageType(
        name="correction",
        title=Text("verbetering", "correction"),
        by=Text("Wie vastlegde wat verbeterd wordt.", "Who recorded what is corrected."),
        effect=Text(
            "De nieuwe versie komt naast de oude en vervangt die. Een verbetering van een ander wordt geweigerd.",
            "The new version is put beside the old one and replaces it. A correction of another's record is refused.",
        ),
        source="AVG 16 and 19",
    ),
    MessageType(
        name="erasure_notice",
        title=Text("bericht van vernietiging", "erasure notice"),
        model=ErasureNoticeBody,
        by=Text("Wie iets wiste dat het had gegeven.", "Who erased something that it had given."),
        effect=Text(
            "De ontvanger beslist zelf wat van de afzender gewist wordt, en antwoordt.",
            "The recipient decides itself what of the sender's is erased, and answers.",
        ),
        source="AVG 17 and 19",
    ),
    MessageType(
        name="erasure_answer",
        title=Text("antwoord op een bericht van vernietiging", "answer to an erasure notice"),
        model=ErasureAnswerBody,
        ref=True,
        by=Text("Wie een bericht van vernietiging kreeg.", "Who got an erasure notice."),
        effect=Text(
            "Niets verandert; het antwoord wordt bewaard voor wie erom vroeg.",
            "Nothing changes; the answer is kept for who asked for the erasure.",
        ),
        source="AVG 19",
    ),
)
"""Every type of message about a family that is named, in the order in which they are explained."""

TYPE_OF_URI: Final[Mapping[str, MessageType]] = MappingProxyType({row.uri: row for row in MESSAGE_TYPES})
TYPE_OF_NAME: Final[Mapping[str, MessageType]] = MappingProxyType({row.name: row for row in MESSAGE_TYPES})

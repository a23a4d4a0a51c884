# SPDX-License-Identifier: EUPL-1.2
"""Bodies of consults by name and of requests for information.

Rules:
    - a question about a family is a record of the case, a collaboration of kind ``consult_named``: whether it may go to
      the other organisation is decided as for every record. An answer is advice; what it tells of a family beyond that
      travels as a case;
    - a request for information names needs of a published profile and persons, and has no room for words: nothing can
      be asked about a blocked person that a profile does not ask of everybody.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kgbx.case.course import Collaboration
from kgbx.case.fields import Day, Id, Many, doc
from kgbx.case.told import Wording
from kgbx.codes import Code
from kgbx.story.bodies.base import Body, Contributions
from kgbx.story.bodies.cover import NeedId, ProfileName


class ConsultQuestion(Body):
    """One organisation asks another for advice about a family that both may know of."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/consult_question/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    consult: Annotated[Collaboration, doc("consult", "The question, as a record of kind consult_named.")]
    contributions: Contributions = ()


class ConsultAnswer(Body):
    """The advice. It moves no responsibility and no fixed contact."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/consult_answer/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    consult: Annotated[Id, doc("consult", "Id of the record that asked.")]
    advice: Annotated[Wording, doc("advies", "The advice.")]
    answered_on: Annotated[Day, doc("beantwoord op", "Day of the answer.")]


class InformationRequest(Body):
    """What an organisation still needs to know of persons, in needs of a published profile."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/information_request/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    purpose: Annotated[str, Code("purpose"), doc("doel", "What it is needed for.", source="AVG 5 lid 1 onder b")]
    profile: Annotated[ProfileName, doc("informatiebehoefte", "Need profile that the needs are of.")]
    needs: Annotated[Many[NeedId], Field(min_length=1), doc("vragen", "Ids of the needs.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "About whom; ids that the other knows already.")]

# SPDX-License-Identifier: EUPL-1.2
"""Bodies by which an organisation tells others what changed at its side: permits that ended, records that were erased.

Rules: ids, rules and days only: no content, no type, no subject, and not who withdrew.

Source: AVG 7 lid 3, 17 and 19.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kgbx.case.base import Model
from kgbx.case.fields import Day, Id, Many, Maybe, Short, doc
from kgbx.codes import Code
from kgbx.story.bodies.base import Body


class ConsentWithdrawn(Body):
    """Permits that were withdrawn."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/consent_withdrawn/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    consents: Annotated[
        Many[Id], Field(min_length=1), doc("toestemmingen", "Ids of the permits.", source="AVG 7 lid 3")
    ]
    withdrawn_on: Annotated[Day, doc("ingetrokken op", "Day from which they no longer hold.")]


class ErasedRecord(Model):
    """That one record was erased."""

    record: Annotated[Id, doc("record", "Id of what was erased.")]
    rule: Annotated[str, Code("erasure_rule"), doc("regel", "Rule under which it was erased.", source="AVG 17")]
    on: Annotated[Day, doc("op", "Day on which it was erased.")]


class ErasureNoticeBody(Body):
    """What the sender erased of what the recipient had received from it."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/erasure_notice/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    records: Annotated[Many[ErasedRecord], Field(min_length=1), doc("gewist", "What was erased.", source="AVG 19")]


class ErasureDone(Model):
    """What became of one record at the recipient."""

    record: Annotated[Id, doc("record", "Id of the record.")]
    answer: Annotated[Literal["erased", "kept"], doc("antwoord", "Whether it was erased; what never was there is.")]
    rule: Annotated[Maybe[Short], doc("regel", "Why it is kept: id of the rule or term.", source="AVG 17 lid 3")] = None


class ErasureAnswerBody(Body):
    """What the recipient of a notice did with each of its records."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/erasure_answer/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    answers: Annotated[Many[ErasureDone], Field(min_length=1), doc("antwoorden", "One for each record of the notice.")]

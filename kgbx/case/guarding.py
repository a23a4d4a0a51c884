# SPDX-License-Identifier: EUPL-1.2
"""What must not be learned, used or kept: protections of a place, confidences, restrictions, erasures; same persons.

Rules: these records only narrow what may be shared. A protection covers a person and whoever lives with that person; it
names who may know, and who must never. A confidence keeps one record from persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kgbx.case.base import BareRecord, Record
from kgbx.case.fields import Day, Id, Many, Maybe, Moment, Org, Party, Remark, doc
from kgbx.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterable


class Protection(Record):
    """That where a person lives must stay hidden, from whom, and who may know it."""

    person: Annotated[Id, doc("beschermde persoon", "Who is protected.", source="Wet BRP 2.59; AVG 32")]
    allowed: Annotated[Maybe[Many[Org]], doc("mogen het weten", "Organisations that may know; none: nobody.")] = None
    blocked: Annotated[
        Many[Party], Field(min_length=1), doc("mogen het nooit weten", "Persons and organisations who must not.")
    ]
    reason: Annotated[Maybe[Remark], doc("reden", "Why, without saying where.")] = None
    valid_from: Annotated[Moment, doc("geldig vanaf", "From when it holds.")]
    valid_until: Annotated[Maybe[Moment], doc("geldig tot", "First moment at which it no longer holds.")] = None


class Confidence(Record):
    """That a record was told in confidence; it travels with that record and is obeyed by whoever receives it."""

    record: Annotated[Id, doc("record", "What was told in confidence.")]
    withheld_from: Annotated[
        Many[Id], Field(min_length=1), doc("niet voor", "Persons who must not learn it.", source="Jeugdwet 7.3.10")
    ]
    review_on: Annotated[
        Maybe[Day], doc("opnieuw bekijken op", "Day on which it is looked at again.", source="Jeugdwet 7.3.2 lid 4")
    ] = None


class Restriction(Record):
    """That a record is kept but not used. Source: AVG 18."""

    record: Annotated[Id, doc("record", "What is not used.")]
    ground: Annotated[str, Code("restriction_ground"), doc("grond", "Why.", source="AVG 18 lid 1")]
    valid_from: Annotated[Moment, doc("geldig vanaf", "From when it holds.")]
    valid_until: Annotated[Maybe[Moment], doc("geldig tot", "First moment at which it no longer holds.")] = None


class Erasure(BareRecord):
    """That a record was destroyed. It says nothing of what it was or of whom, and keeps it from coming back.

    Source: AVG 17; Jeugdwet 7.3.9.
    """

    record: Annotated[Id, doc("record", "Id of what was erased.")]
    rule: Annotated[str, Code("erasure_rule"), doc("regel", "Rule under which it was erased.", source="AVG 17")]
    on: Annotated[Day, doc("op", "Day on which it was erased.")]


def erased_ids(records: Iterable[BareRecord]) -> frozenset[str]:
    """Return the ids that the erasures among some records name."""
    return frozenset(record.record for record in records if isinstance(record, Erasure))


class SamePerson(BareRecord):
    """That two ids name one person."""

    a: Annotated[Id, doc("de een", "One id.")]
    b: Annotated[Id, doc("de ander", "The other id.")]
    basis: Annotated[str, Code("same_person_basis"), doc("grondslag", "How that is known.")]

# SPDX-License-Identifier: EUPL-1.2
"""What every record has.

Rules:
    - a record is strict, closed and frozen; nothing is edited in place;
    - ``repr`` and ``str`` show the type and the id, nothing else;
    - a constructor that is called with something impossible raises DocumentError, which holds no value;
    - ``regime`` and ``collected_for`` are required on a full record: whoever records knows the law and the purpose, and
      nobody can find them out later (AVG 5 lid 1 onder b); an absent regime would be treated as the wider one.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from kgbx.case.fields import Day, Extensions, Id, Instant, Many, Maybe, Org, PartialDate, Salt, Short, doc
from kgbx.case.shape import problems_of
from kgbx.codes import Code
from kgbx.errors import DocumentError, Problem


class Model(BaseModel):
    """Base of everything in a family case."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
        serialize_by_alias=True,
    )

    def __init__(self, /, **members: Any) -> None:  # noqa: ANN401  # checked by the model
        """Check the members.

        Raises:
            DocumentError: a member is missing, unknown or of the wrong shape.
        """
        problems: Many[Problem] = ()
        try:
            super().__init__(**members)
        except ValidationError as error:
            problems = problems_of(error, type(self), value=members)
        if problems:
            raise DocumentError(problems)

    # pydantic calls a constructor of one's own for each nested value; this one only translates errors.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # read by pydantic's metaclass

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __str__(self) -> str:
        return repr(self)


class Actor(Model):
    """An organisation, and who in it."""

    org: Annotated[Org, doc("organisatie", "URN of the organisation.", source="Digikoppeling OIN")]
    professional: Annotated[Maybe[Id], doc("professional", "Id of the professional, if one person is meant.")] = None


class Source(Model):
    """Where a record comes from."""

    kind: Annotated[str, Code("source_kind"), doc("soort", "Told, observed, assessed, from a register or a document.")]
    register_name: Annotated[
        Maybe[Annotated[str, Code("register_name")]], doc("register", "Which register, if it comes from one.")
    ] = None
    as_of: Annotated[Maybe[Day], doc("peildatum", "Day on which the register said so.")] = None
    document: Annotated[Maybe[Id], doc("document", "Id of the document, if it comes from one.")] = None
    page: Annotated[Maybe[Short], doc("bladzijde", "Page or paragraph of the document.")] = None


class ReviewedBy(Actor):
    """Who decided by hand what is otherwise derived, and when."""

    on: Annotated[Day, doc("op", "Day of the decision.")]


class BareRecord(Model):
    """A record that describes or joins others and is never decided about by itself."""

    id: Annotated[Id, doc("id", "UUID version 4; names exactly one content for ever.", source="RFC 9562")]
    recorded_at: Annotated[Instant, doc("vastgelegd op", "When it was recorded, UTC.")]
    recorded_by: Annotated[Actor, doc("vastgelegd door", "Who recorded it.")]
    salt: Annotated[Salt, doc("salt", "16 random bytes that make the digest of the record unguessable.")]
    extensions: Annotated[
        Maybe[Extensions], doc("uitbreidingen", "What an organisation adds for itself; keys are URIs.")
    ] = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    def __hash__(self) -> int:
        return hash((type(self), self.id))


class Record(BareRecord):
    """A record that is about people and is decided about."""

    regime: Annotated[str, Code("regime"), doc("regime", "Law under which it was recorded.")]
    collected_for: Annotated[
        str,
        Code("purpose"),
        doc("verzameld voor", "Purpose for which it was collected.", source="AVG 5 lid 1 onder b"),
    ]
    third_parties: Annotated[
        Maybe[Many[Id]],
        doc("derden", "Persons who can be recognised in it and whom it is not about.", source="Jeugdwet 7.3.10"),
    ] = None
    reveals_location_of: Annotated[
        Maybe[Many[Id]],
        doc("verraadt de verblijfplaats van", "Absent: derived. A list, the empty one too, is a person's decision."),
    ] = None
    reviewed_by: Annotated[
        Maybe[ReviewedBy], doc("beoordeeld door", "Who decided whose location the record reveals.")
    ] = None
    labels: Annotated[
        Maybe[Many[Annotated[str, Code("label")]]],
        doc("labels", "What makes the record more sensitive.", source="AVG 9, 10"),
    ] = None
    source: Annotated[Maybe[Source], doc("bron", "Where it comes from.")] = None
    keep_until: Annotated[Maybe[Day], doc("bewaren tot", "First day on which it is gone, where that was promised.")] = (
        None
    )


class Timed(Record):
    """A record that holds for a period."""

    valid_from: Annotated[Maybe[PartialDate], doc("geldig vanaf", "First day.")] = None
    valid_until: Annotated[Maybe[PartialDate], doc("geldig tot", "First day on which it no longer holds.")] = None

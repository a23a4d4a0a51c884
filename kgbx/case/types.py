# SPDX-License-Identifier: EUPL-1.2
"""The table of record types: to add one, write its model and add a row.

Rules: one array per type, in the order of this table; which persons a record is about is derived by the row, or chosen
in the record (statement). An allegation never puts the accused into `about`; the teller counts only when listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, create_model

from kgbx.case.analysis import Analysis
from kgbx.case.base import BareRecord, Model
from kgbx.case.contribution import Contribution
from kgbx.case.course import (
    Collaboration,
    DocumentRecord,
    FormalDecision,
    Informing,
    Measure,
    Milestone,
)
from kgbx.case.family import Household, ParentalAuthority, Relation
from kgbx.case.fields import Id, Many, Maybe, True_, doc
from kgbx.case.guarding import Confidence, Erasure, Protection, Restriction, SamePerson
from kgbx.case.helpers import Involvement, Link, Organisation, Professional
from kgbx.case.people import Address, ContactPoint, Identifier, Person
from kgbx.case.sharing import Capacity, Consent, LegalGround, ThirdPartyWeighing, Withdrawal
from kgbx.case.told import Reaction, Review, Statement
from kgbx.case.working import (
    Agreement,
    Concern,
    Goal,
    Plan,
    Report,
    Reporter,
    SafetyAssessment,
    Strength,
)

SCHEMA_URI: Final = "https://kgbx.example/schemas/family-case/1.0"

MEDIA_TYPE: Final = "application/vnd.kgbx.family-case+json"
"""Media type of a family case, as the body of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One row of the table.

    Attributes:
        array: Name of the array in the document.
        model: The model of its records.
        title: Dutch title of the array.
        about: Paths of the members that name whom a record is about, names joined by dots; empty where its target
            says it; None for a record that is never decided about (links, organisations, professionals, erasures).
        chosen: Whether whoever records chooses whom it is about, instead of its members saying so.
        target: The member that names the record this one speaks about; its persons are those of that record.
    """

    array: str
    model: type[BareRecord]
    title: str
    about: tuple[str, ...] | None = None
    chosen: bool = False
    target: str | None = None


RECORD_TYPES: Final = (
    RecordType(array="organisations", model=Organisation, title="organisaties"),
    RecordType(array="professionals", model=Professional, title="professionals"),
    RecordType(array="persons", model=Person, title="personen", about=("id",)),
    RecordType(array="same_person", model=SamePerson, title="zelfde persoon"),
    RecordType(array="identifiers", model=Identifier, title="persoonsnummers", about=("person",)),
    RecordType(array="addresses", model=Address, title="adressen", about=("persons",)),
    RecordType(array="contact_points", model=ContactPoint, title="contactgegevens", about=("persons",)),
    RecordType(array="relations", model=Relation, title="relaties", about=("from_", "to")),
    RecordType(array="households", model=Household, title="huishoudens", about=("members.person",)),
    RecordType(array="parental_authorities", model=ParentalAuthority, title="gezag", about=("minor",)),
    RecordType(array="measures", model=Measure, title="maatregelen", about=("minor",)),
    RecordType(array="involvements", model=Involvement, title="betrokkenheid", about=("persons",)),
    RecordType(array="statements", model=Statement, title="uitspraken", about=("about",), chosen=True),
    RecordType(array="reactions", model=Reaction, title="reacties", about=(), target="record"),
    RecordType(array="reviews", model=Review, title="beoordelingen", about=(), target="record"),
    RecordType(array="informings", model=Informing, title="inlichtingen aan gezin", about=(), target="record"),
    RecordType(array="concerns", model=Concern, title="zorgen", about=("affects", "bearer")),
    RecordType(array="strengths", model=Strength, title="krachten", about=("persons",)),
    RecordType(
        array="safety_assessments", model=SafetyAssessment, title="veiligheidsbeoordelingen", about=("persons",)
    ),
    RecordType(array="analyses", model=Analysis, title="verklarende analyses", about=("persons",)),
    RecordType(array="plans", model=Plan, title="plannen", about=("persons",)),
    RecordType(array="goals", model=Goal, title="doelen", about=("owners",)),
    RecordType(array="agreements", model=Agreement, title="afspraken", about=("persons",)),
    RecordType(array="reports", model=Report, title="meldingen", about=("persons",)),
    RecordType(array="reporters", model=Reporter, title="melders", about=(), target="report"),
    RecordType(array="decisions", model=FormalDecision, title="besluiten", about=("persons",)),
    RecordType(array="collaborations", model=Collaboration, title="samenwerking", about=("persons",)),
    RecordType(array="milestones", model=Milestone, title="momenten", about=("persons",)),
    RecordType(array="documents", model=DocumentRecord, title="documenten", about=("about",), chosen=True),
    RecordType(array="links", model=Link, title="verbanden"),
    RecordType(array="consents", model=Consent, title="toestemmingen", about=("subject",)),
    RecordType(array="withdrawals", model=Withdrawal, title="intrekkingen", about=(), target="consent"),
    RecordType(array="legal_grounds", model=LegalGround, title="grondslagen", about=("subjects",)),
    RecordType(
        array="third_party_weighings",
        model=ThirdPartyWeighing,
        title="afwegingen derden",
        about=(),
        target="record",
    ),
    RecordType(array="capacities", model=Capacity, title="wilsbekwaamheid", about=("person",)),
    RecordType(array="protections", model=Protection, title="bescherming", about=("person",)),
    RecordType(array="confidences", model=Confidence, title="in vertrouwen", about=(), target="record"),
    RecordType(array="restrictions", model=Restriction, title="beperkingen", about=(), target="record"),
    RecordType(array="erasures", model=Erasure, title="wissingen"),
)
"""Every record type, in the order of the document."""

TYPE_OF: Final[dict[type[BareRecord], RecordType]] = {row.model: row for row in RECORD_TYPES}
TYPE_OF_ARRAY: Final[dict[str, RecordType]] = {row.array: row for row in RECORD_TYPES}


def _array(row: RecordType) -> Any:  # noqa: ANN401  # a field definition of pydantic
    description = (row.model.__doc__ or "").strip().splitlines()[0]
    return (Annotated[Many[row.model], doc(row.title, description)], ())  # type: ignore[name-defined]  # built from the table


class DocumentHead(Model):
    """What stands beside the records."""

    schema_: Annotated[
        Literal["https://kgbx.example/schemas/family-case/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    id: Annotated[Maybe[Id], doc("id", "Names one holder's file; a view has none.")] = None
    synthetic: Annotated[Maybe[True_], doc("verzonnen", "True when everything in it is made up.")] = None
    disputed: Annotated[
        Many[Id],
        doc(
            "betwist",
            "Records of a view with which somebody disagrees whose words are not in it.",
            source="Jeugdwet 7.3.8 lid 2",
        ),
    ] = ()
    contributions: Annotated[
        Many[Contribution], doc("bijdragen", "What organisations signed of their records.", source="RFC 7515")
    ] = ()


Document: type[DocumentHead] = create_model(
    "Document", __base__=DocumentHead, __doc__="A family case.", **{row.array: _array(row) for row in RECORD_TYPES}
)
"""The model of a whole document."""

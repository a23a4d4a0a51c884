# SPDX-License-Identifier: EUPL-1.2
"""The table of record types: to add one, write its model and add a row.

Rules: one array per type, in the order of this table; which persons a record is about is derived by the row, or chosen
in the record (statement). An allegation never puts the accused into `about`; the teller counts only when listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Protocol

from pydantic import Field, create_model

from kgbx.case.base import BareRecord, Model, Record
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
from kgbx.case.guarding import Confidence, Protection, Restriction, SamePerson
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

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA_URI: Final = "https://kgbx.example/schemas/family-case/1.0-draft"

MEDIA_TYPE: Final = "application/vnd.kgbx.family-case+json"
"""Media type of a family case, as the body of a message."""

About = tuple[str, ...]


class HasPersons(Protocol):
    """A record with a member `persons`."""

    @property
    def persons(self) -> About:
        """Ids of persons."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One row of the table.

    Attributes:
        array: Name of the array in the document.
        model: The model of its records.
        title: Dutch title of the array.
        about: Ids of the persons a record is about, as its own members say; None for a record that is never decided
            about (links, organisations, professionals).
        target: The member that names the record this one speaks about; its persons are those of that record.
    """

    array: str
    model: type[BareRecord]
    title: str
    about: Callable[[Any], About] | None = None
    target: str | None = None


def _nobody(_record: Record) -> About:
    return ()


def _itself(record: Person) -> About:
    return (record.id,)


def _person(record: Identifier | Protection | Capacity) -> About:
    return (record.person,)


def _persons(record: HasPersons) -> About:
    return record.persons


def _both(record: Relation) -> About:
    return (record.from_, record.to)


def _members(record: Household) -> About:
    return tuple(member.person for member in record.members)


def _minor(record: ParentalAuthority | Measure) -> About:
    return (record.minor,)


def _chosen(record: Statement | DocumentRecord) -> About:
    return record.about


def _affected(record: Concern) -> About:
    return record.affects if record.bearer is None else (*record.affects, record.bearer)


def _owners(record: Goal) -> About:
    return record.owners


def _subject(record: Consent) -> About:
    return (record.subject,)


def _subjects(record: LegalGround) -> About:
    return record.subjects


RECORD_TYPES: Final = (
    RecordType(array="organisations", model=Organisation, title="organisaties"),
    RecordType(array="professionals", model=Professional, title="professionals"),
    RecordType(array="persons", model=Person, title="personen", about=_itself),
    RecordType(array="same_person", model=SamePerson, title="zelfde persoon"),
    RecordType(array="identifiers", model=Identifier, title="persoonsnummers", about=_person),
    RecordType(array="addresses", model=Address, title="adressen", about=_persons),
    RecordType(array="contact_points", model=ContactPoint, title="contactgegevens", about=_persons),
    RecordType(array="relations", model=Relation, title="relaties", about=_both),
    RecordType(array="households", model=Household, title="huishoudens", about=_members),
    RecordType(array="parental_authorities", model=ParentalAuthority, title="gezag", about=_minor),
    RecordType(array="measures", model=Measure, title="maatregelen", about=_minor),
    RecordType(array="involvements", model=Involvement, title="betrokkenheid", about=_persons),
    RecordType(array="statements", model=Statement, title="uitspraken", about=_chosen),
    RecordType(array="reactions", model=Reaction, title="reacties", about=_nobody, target="record"),
    RecordType(array="reviews", model=Review, title="beoordelingen", about=_nobody, target="record"),
    RecordType(array="informings", model=Informing, title="inlichtingen aan gezin", about=_nobody, target="record"),
    RecordType(array="concerns", model=Concern, title="zorgen", about=_affected),
    RecordType(array="strengths", model=Strength, title="krachten", about=_persons),
    RecordType(array="safety_assessments", model=SafetyAssessment, title="veiligheidsbeoordelingen", about=_persons),
    RecordType(array="plans", model=Plan, title="plannen", about=_persons),
    RecordType(array="goals", model=Goal, title="doelen", about=_owners),
    RecordType(array="agreements", model=Agreement, title="afspraken", about=_persons),
    RecordType(array="reports", model=Report, title="meldingen", about=_persons),
    RecordType(array="reporters", model=Reporter, title="melders", about=_nobody, target="report"),
    RecordType(array="decisions", model=FormalDecision, title="besluiten", about=_persons),
    RecordType(array="collaborations", model=Collaboration, title="samenwerking", about=_persons),
    RecordType(array="milestones", model=Milestone, title="momenten", about=_persons),
    RecordType(array="documents", model=DocumentRecord, title="documenten", about=_chosen),
    RecordType(array="links", model=Link, title="verbanden"),
    RecordType(array="consents", model=Consent, title="toestemmingen", about=_subject),
    RecordType(array="withdrawals", model=Withdrawal, title="intrekkingen", about=_nobody, target="consent"),
    RecordType(array="legal_grounds", model=LegalGround, title="grondslagen", about=_subjects),
    RecordType(
        array="third_party_weighings",
        model=ThirdPartyWeighing,
        title="afwegingen derden",
        about=_nobody,
        target="record",
    ),
    RecordType(array="capacities", model=Capacity, title="wilsbekwaamheid", about=_person),
    RecordType(array="protections", model=Protection, title="bescherming", about=_person),
    RecordType(array="confidences", model=Confidence, title="in vertrouwen", about=_nobody, target="record"),
    RecordType(array="restrictions", model=Restriction, title="beperkingen", about=_nobody, target="record"),
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
        Literal["https://kgbx.example/schemas/family-case/1.0-draft"],
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


Document: type[DocumentHead] = create_model(
    "Document", __base__=DocumentHead, __doc__="A family case.", **{row.array: _array(row) for row in RECORD_TYPES}
)
"""The model of a whole document."""

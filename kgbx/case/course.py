# SPDX-License-Identifier: EUPL-1.2
"""How a case goes on: measures, decisions, who was informed, documents, working together, waiting.

Rules: measures are imported from registers and courts and never computed. Of a document only the description is here;
its bytes travel as an attachment. Waiting is computed from milestones and never written down.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Actor, Record, Timed
from kgbx.case.fields import (
    Day,
    Digest,
    Id,
    Line,
    Many,
    Maybe,
    MediaType,
    Org,
    PartialDate,
    Remark,
    Short,
    doc,
)
from kgbx.case.told import Topic, Wording
from kgbx.codes import Code
from kgbx.limits import MAX_PART_BYTES


class Measure(Timed):
    """A measure of a court, or an inquiry, about a minor."""

    minor: Annotated[Id, doc("minderjarige", "About whom.")]
    kind: Annotated[
        str, Code("measure_kind"), doc("soort maatregel", "Kind.", source="BW 1:255; CBS beleidsinformatie")
    ]
    status: Annotated[str, Code("measure_status"), doc("stand", "Whether it is asked for, running, ended.")]
    decided_on: Annotated[Maybe[Day], doc("beslist op", "Day on which the court decided.", source="BW 1:255")] = None
    planned_end: Annotated[Maybe[Day], doc("geplande einddatum", "Day on which it ends if nothing happens.")] = None
    end_reason: Annotated[
        Maybe[Annotated[str, Code("measure_end_reason")]], doc("reden van einde", "Why it ended.")
    ] = None
    executing_org: Annotated[
        Maybe[Org], doc("uitvoerder", "Organisation that carries it out.", source="Jeugdwet 3.2 lid 1")
    ] = None
    worker: Annotated[Maybe[Id], doc("jeugdbeschermer", "Professional who carries it out.")] = None
    court: Annotated[Maybe[Org], doc("rechtbank", "Court that gave it.")] = None
    court_reference: Annotated[Maybe[Short], doc("zaaknummer", "The court's reference.")] = None
    placement: Annotated[
        Maybe[Annotated[str, Code("placement_form")]], doc("verblijfsvorm", "Where a placed child lives, as a form.")
    ] = None


class FormalDecision(Timed):
    """A decision of an authority or of a table of professionals."""

    kind: Annotated[str, Code("decision_kind"), doc("soort besluit", "Kind of decision.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "About whom.")]
    decided_by: Annotated[Org, doc("besloten door", "Organisation that decided.")]
    decided_on: Annotated[Day, doc("besloten op", "Day of the decision.")]
    reference: Annotated[Maybe[Short], doc("kenmerk", "The deciding organisation's own reference.")] = None
    result: Annotated[Maybe[Annotated[str, Code("decision_result")]], doc("uitkomst", "What was decided.")] = None
    words: Annotated[Maybe[Wording], doc("tekst", "The decision in words.")] = None
    objection_until: Annotated[
        Maybe[Day], doc("bezwaar tot", "First day on which objection is too late.", source="Awb 6:7")
    ] = None


class Informing(Record):
    """Whether a person was told about a record, and how. Source: AVG 13, 14."""

    record: Annotated[Id, doc("record", "What the person was told about.")]
    person: Annotated[Id, doc("persoon", "Who was, or was not, told.")]
    informed: Annotated[bool, doc("ingelicht", "Whether the person was told.", source="AVG 13, 14")]
    on: Annotated[Maybe[Day], doc("op", "Day.")] = None
    how: Annotated[Maybe[Annotated[str, Code("informing_method")]], doc("wijze", "How the person was told.")] = None
    by: Annotated[Maybe[Actor], doc("door", "Who told the person.")] = None
    reaction: Annotated[Maybe[Remark], doc("reactie", "What the person said.")] = None
    reason_not_informed: Annotated[
        Maybe[Remark], doc("reden niet ingelicht", "Why not.", source="UAVG 41; Wmo 2015 5.3.1")
    ] = None


class DocumentRecord(Record):
    """A description of a document; its bytes travel as an attachment."""

    kind: Annotated[str, Code("document_kind"), doc("soort document", "Kind of document.")]
    title: Annotated[Line, doc("titel", "Title.")]
    about: Annotated[Many[Id], Field(min_length=1), doc("betrokkenen", "Whom it is about.", source="AVG 4 onder 1")]
    topics: Annotated[Many[Topic], Field(min_length=1), doc("onderwerpen", "What it is about.")]
    written_by: Annotated[Maybe[Actor], doc("geschreven door", "Who wrote it.")] = None
    written_on: Annotated[Maybe[PartialDate], doc("geschreven op", "When it was written.")] = None
    media_type: Annotated[MediaType, doc("bestandstype", "Media type of the bytes.", source="RFC 6838")]
    size: Annotated[int, Field(ge=1, le=MAX_PART_BYTES), doc("grootte", "Size in bytes.")]
    sha256: Annotated[Digest, doc("afdruk", "SHA-256 of the bytes, base64url without padding.")]


class Collaboration(Timed):
    """That organisations consult, look along, act together or hand over."""

    kind: Annotated[str, Code("collaboration_kind"), doc("soort samenwerking", "Kind of collaboration.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "For whom.")]
    requested_by: Annotated[Org, doc("gevraagd door", "Organisation that asked.")]
    asked: Annotated[Many[Org], Field(min_length=1), doc("gevraagd aan", "Organisations that were asked.")]
    state: Annotated[str, Code("collaboration_state"), doc("stand", "How far it is.")]
    question: Annotated[Maybe[Wording], doc("vraag", "What was asked.")] = None
    need_profile: Annotated[Maybe[Short], doc("informatiebehoefte", "Need profile that it is about.")] = None
    requested_on: Annotated[Maybe[Day], doc("gevraagd op", "Day of the question.")] = None
    answered_on: Annotated[Maybe[Day], doc("beantwoord op", "Day of the answer.")] = None
    expected_on: Annotated[
        Maybe[Day], doc("verwachte start", "Day on which the one that was asked expects to start.")
    ] = None
    reason: Annotated[Maybe[Remark], doc("reden", "Why it was declined, or what more is needed.")] = None
    warm_meeting_on: Annotated[Maybe[Day], doc("warme overdracht op", "Day of the meeting with the family.")] = None
    last_day_sender: Annotated[Maybe[Day], doc("laatste dag", "Last day of the one who hands over.")] = None
    first_day_receiver: Annotated[Maybe[Day], doc("eerste dag", "First day of the one who takes over.")] = None
    completed_on: Annotated[Maybe[Day], doc("afgerond op", "Day on which it was completed.")] = None
    responsible_for_safety: Annotated[
        Maybe[Org], doc("zicht op veiligheid", "The one organisation that keeps sight of safety.")
    ] = None


class Milestone(Record):
    """A moment on the way to help, from which waiting is computed."""

    kind: Annotated[str, Code("milestone_kind"), doc("soort moment", "Requested, accepted, started, ended.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "For whom.")]
    help_form: Annotated[
        str, Code("help_form"), doc("soort hulp", "Kind of help.", source="CBS beleidsinformatie jeugd")
    ]
    org: Annotated[Maybe[Org], doc("organisatie", "Which organisation.")] = None
    reached_on: Annotated[Day, doc("op", "Day.")]
    expected_on: Annotated[Maybe[Day], doc("verwacht op", "Day on which the next moment was promised.")] = None
    norm_days: Annotated[
        Maybe[Annotated[int, Field(ge=0, le=3660)]], doc("norm in dagen", "Days that the next moment may take.")
    ] = None
    norm_source: Annotated[Maybe[Remark], doc("bron van de norm", "Where the norm comes from.")] = None
    contact: Annotated[Maybe[Id], doc("aanspreekpunt", "Professional the family can call while it waits.")] = None
    bridging: Annotated[Maybe[Remark], doc("overbrugging", "What is done in the meantime.")] = None
    waiting_reason: Annotated[Maybe[Remark], doc("reden van wachten", "Why it takes longer.")] = None
    safety_check_every_days: Annotated[
        Maybe[Annotated[int, Field(ge=1, le=366)]],
        doc("veiligheid nagaan elke ... dagen", "How often safety is looked at while the family waits."),
    ] = None
    family_told_on: Annotated[
        Maybe[Day], doc("gezin verteld op", "Day on which the family was told how long it takes.")
    ] = None

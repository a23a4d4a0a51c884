# SPDX-License-Identifier: EUPL-1.2
"""The family case: what a family told, who it is, who is around it, as small immutable records.

Rules: the models check shape, the rules check what must hold between members and records; both report everything, with
JSON Pointers, and never a value. This package must not decide who may see a record, and does no input or output.
"""

from __future__ import annotations

from kgbx.case.about import about_of
from kgbx.case.analysis import Analysis, Factor, Hypothesis
from kgbx.case.base import Actor, BareRecord, Record, ReviewedBy, Source
from kgbx.case.clash import Clash
from kgbx.case.contribution import Contribution, ContributionSignature
from kgbx.case.course import Collaboration, DocumentRecord, FormalDecision, Informing, Measure, Milestone
from kgbx.case.difference import Changed, Diff, Entry, HeadChange, Replacement, diff
from kgbx.case.digest import wording_digest
from kgbx.case.erasing import Stamp
from kgbx.case.family import AuthorityHolder, Household, HouseholdMember, ParentalAuthority, Relation
from kgbx.case.family_case import Conflict, FamilyCase
from kgbx.case.guarding import Confidence, Erasure, Protection, Restriction, SamePerson
from kgbx.case.helpers import (
    Agreed,
    Involvement,
    Link,
    Organisation,
    OrganisationContact,
    OrganisationIdentifier,
    Professional,
    Registration,
)
from kgbx.case.people import Address, ContactPoint, Identifier, Name, Person, Verification
from kgbx.case.sharing import (
    Capacity,
    Ceremony,
    Consent,
    LegalGround,
    Notice,
    RegisterCheck,
    ThirdPartyWeighing,
    Voluntariness,
    Withdrawal,
)
from kgbx.case.told import (
    DatesConcerned,
    FirstTeller,
    OriginalText,
    Outcome,
    Reaction,
    Review,
    Statement,
    Teller,
    Wording,
)
from kgbx.case.types import MEDIA_TYPE, RECORD_TYPES, SCHEMA_URI, RecordType
from kgbx.case.working import (
    Agreement,
    Answer,
    Concern,
    Goal,
    Incident,
    Plan,
    Report,
    Reporter,
    SafetyAssessment,
    Scale,
    Seen,
    Step,
    Strength,
)

__all__ = [
    "MEDIA_TYPE",
    "RECORD_TYPES",
    "SCHEMA_URI",
    "Actor",
    "Address",
    "Agreed",
    "Agreement",
    "Analysis",
    "Answer",
    "AuthorityHolder",
    "BareRecord",
    "Capacity",
    "Ceremony",
    "Changed",
    "Clash",
    "Collaboration",
    "Concern",
    "Confidence",
    "Conflict",
    "Consent",
    "ContactPoint",
    "Contribution",
    "ContributionSignature",
    "DatesConcerned",
    "Diff",
    "DocumentRecord",
    "Entry",
    "Erasure",
    "Factor",
    "FamilyCase",
    "FirstTeller",
    "FormalDecision",
    "Goal",
    "HeadChange",
    "Household",
    "HouseholdMember",
    "Hypothesis",
    "Identifier",
    "Incident",
    "Informing",
    "Involvement",
    "LegalGround",
    "Link",
    "Measure",
    "Milestone",
    "Name",
    "Notice",
    "Organisation",
    "OrganisationContact",
    "OrganisationIdentifier",
    "OriginalText",
    "Outcome",
    "ParentalAuthority",
    "Person",
    "Plan",
    "Professional",
    "Protection",
    "Reaction",
    "Record",
    "RecordType",
    "RegisterCheck",
    "Registration",
    "Relation",
    "Replacement",
    "Report",
    "Reporter",
    "Restriction",
    "Review",
    "ReviewedBy",
    "SafetyAssessment",
    "SamePerson",
    "Scale",
    "Seen",
    "Source",
    "Stamp",
    "Statement",
    "Step",
    "Strength",
    "Teller",
    "ThirdPartyWeighing",
    "Verification",
    "Voluntariness",
    "Withdrawal",
    "Wording",
    "about_of",
    "diff",
    "wording_digest",
]

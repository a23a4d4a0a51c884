# SPDX-License-Identifier: EUPL-1.2
"""The family case: what a family told, who it is, who is around it, as small immutable records.

Rules: the models check shape, the rules check what must hold between members and records; both report everything, with
JSON Pointers, and never a value. This package must not decide who may see a record, and does no input or output.
"""

from __future__ import annotations

from kgbx.case.about import about_of
from kgbx.case.base import Actor, BareRecord, Record, ReviewedBy, Source
from kgbx.case.digest import wording_digest
from kgbx.case.family import AuthorityHolder, Household, HouseholdMember, ParentalAuthority, Relation
from kgbx.case.family_case import Conflict, FamilyCase
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

__all__ = [
    "MEDIA_TYPE",
    "RECORD_TYPES",
    "SCHEMA_URI",
    "Actor",
    "Address",
    "Agreed",
    "AuthorityHolder",
    "BareRecord",
    "Conflict",
    "ContactPoint",
    "DatesConcerned",
    "FamilyCase",
    "FirstTeller",
    "Household",
    "HouseholdMember",
    "Identifier",
    "Involvement",
    "Link",
    "Name",
    "Organisation",
    "OrganisationContact",
    "OrganisationIdentifier",
    "OriginalText",
    "Outcome",
    "ParentalAuthority",
    "Person",
    "Professional",
    "Reaction",
    "Record",
    "RecordType",
    "Registration",
    "Relation",
    "Review",
    "ReviewedBy",
    "Source",
    "Statement",
    "Teller",
    "Verification",
    "Wording",
    "about_of",
    "wording_digest",
]

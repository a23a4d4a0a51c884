# SPDX-License-Identifier: EUPL-1.2
"""Who is around the family: involvements, organisations, professionals; and links between records.

Rules: an organisation is named by its URN and needs no record; an organisation record only describes it. Links,
organisations and professionals are never decided about: they travel if what they join or describe is in the view.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import BareRecord, Model, Timed
from kgbx.case.fields import Day, Id, Line, Many, Maybe, Org, Remark, Short, doc
from kgbx.codes import Code


class Agreed(Model):
    """That a person of the family was asked about a helper."""

    person: Annotated[Id, doc("persoon", "Who was asked.")]
    on: Annotated[Day, doc("op", "Day.")]
    said: Annotated[Maybe[Remark], doc("zei", "What the person said.")] = None


class Involvement(Timed):
    """That a professional or organisation is there for persons, in a role, for a period."""

    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "For whom; a family: all of them.")]
    org: Annotated[Org, doc("organisatie", "Which organisation.")]
    professional: Annotated[Maybe[Id], doc("professional", "Which professional.")] = None
    role: Annotated[str, Code("participant_role"), doc("rol", "In which role.")]
    function: Annotated[
        Maybe[Annotated[str, Code("org_function")]], doc("functie", "Function of the organisation here.")
    ] = None
    basis: Annotated[Maybe[Annotated[str, Code("involvement_basis")]], doc("kader", "Voluntary or compulsory.")] = None
    deputy: Annotated[Maybe[Id], doc("vervanger", "Professional who stands in.")] = None
    duo_with: Annotated[Maybe[Id], doc("duo met", "Professional who works as the other half of the duo.")] = None
    introduced_by: Annotated[Maybe[Id], doc("voorgesteld door", "Professional who introduced this one.")] = None
    agreed_with: Annotated[Maybe[Many[Agreed]], doc("besproken met", "Who of the family was asked.")] = None
    end_reason: Annotated[
        Maybe[Annotated[str, Code("involvement_end_reason")]], doc("reden van einde", "Why it ended.")
    ] = None


class Link(BareRecord):
    """That one record has to do with another."""

    from_: Annotated[Id, Field(alias="from"), doc("van", "The record that replaces, derives, grounds.")]
    kind: Annotated[str, Code("link_kind"), doc("soort verband", "What the one is to the other.")]
    to: Annotated[Id, doc("naar", "The other record.")]


class OrganisationContact(Model):
    """How an organisation or professional is reached."""

    kind: Annotated[str, Code("contact_point_kind"), doc("soort", "Kind of contact point.")]
    value: Annotated[Line, doc("gegeven", "Number or address.")]


class OrganisationIdentifier(Model):
    """A number of an organisation."""

    system: Annotated[str, Code("organisation_identifier_system"), doc("soort nummer", "Kind of number.")]
    value: Annotated[Short, doc("nummer", "The number as text.")]


class Organisation(BareRecord):
    """A description of an organisation; several may describe one, the latest is shown."""

    org: Annotated[Org, doc("organisatie", "URN of the organisation.", source="Digikoppeling OIN")]
    name: Annotated[Line, doc("naam", "Name.")]
    functions: Annotated[
        Many[Annotated[str, Code("org_function")]], Field(min_length=1), doc("functies", "What it does.")
    ]
    identifiers: Annotated[Maybe[Many[OrganisationIdentifier]], doc("nummers", "Other numbers.")] = None
    region: Annotated[Maybe[Line], doc("regio", "Region it works in.")] = None
    contact_points: Annotated[Maybe[Many[OrganisationContact]], doc("contact", "How it is reached.")] = None


class Registration(Model):
    """An entry in a professional register."""

    register_name: Annotated[str, Code("registration_register"), doc("register", "Which register.")]
    number: Annotated[Maybe[Short], doc("nummer", "Number in the register.")] = None


class Professional(BareRecord):
    """A description of a professional."""

    name: Annotated[Line, doc("naam", "Name as the professional uses it.")]
    org: Annotated[Org, doc("organisatie", "Organisation the professional works for.")]
    discipline: Annotated[Maybe[Annotated[str, Code("discipline")]], doc("discipline", "Discipline.")] = None
    job_title: Annotated[Maybe[Line], doc("functienaam", "Job title.")] = None
    registrations: Annotated[
        Maybe[Many[Registration]], doc("registraties", "Professional registers.", source="Wet BIG 3")
    ] = None
    contact_points: Annotated[Maybe[Many[OrganisationContact]], doc("contact", "How to reach them.")] = None
    may_be_named_to_family: Annotated[
        Maybe[bool], doc("naam bekend bij gezin", "Whether the family may know the name; absent: yes.")
    ] = None

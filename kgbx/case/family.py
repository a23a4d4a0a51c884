# SPDX-License-Identifier: EUPL-1.2
"""How persons belong together: relations, households, parental authority.

Rules: a relation is written once, from the elder or the nearer party: ``from`` is the *kind* of ``to``. Parental
authority is imported from registers and never computed.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Model, Timed
from kgbx.case.fields import Id, Many, Maybe, Org, PartialDate, Remark, True_, doc
from kgbx.codes import Code


class Relation(Timed):
    """That one person is something to another: `from` is the `kind` of `to`."""

    from_: Annotated[Id, Field(alias="from"), doc("van", "The person who is the kind: the parent, the partner.")]
    to: Annotated[Id, doc("tot", "The other person: the child, the other partner.")]
    kind: Annotated[str, Code("relation_kind"), doc("soort relatie", "What the one is to the other.")]
    legal: Annotated[
        Maybe[bool], doc("juridisch", "Whether the relation exists in law.", source="BW 1:197 tot en met 1:199")
    ] = None
    confidence: Annotated[Maybe[Annotated[str, Code("confidence")]], doc("zekerheid", "How certain it is.")] = None


class HouseholdMember(Model):
    """That a person belongs to a household."""

    person: Annotated[Id, doc("persoon", "Who belongs to it.")]
    valid_from: Annotated[Maybe[PartialDate], doc("vanaf", "First day.")] = None
    valid_until: Annotated[Maybe[PartialDate], doc("tot", "First day on which the person no longer belongs to it.")] = (
        None
    )
    days_per_fortnight: Annotated[
        Maybe[Annotated[int, Field(ge=1, le=14)]],
        doc("dagen per twee weken", "Of fourteen days, how many are spent here; absent: not known or all."),
    ] = None
    arrangement: Annotated[Maybe[Remark], doc("afspraak", "The arrangement in words, such as week om week.")] = None


class Household(Timed):
    """People who live together; a child may belong to two."""

    kind: Annotated[str, Code("household_kind"), doc("soort huishouden", "Kind of household.")]
    members: Annotated[Many[HouseholdMember], Field(min_length=1), doc("leden", "Who belongs to it.")]


class AuthorityHolder(Model):
    """Who holds parental authority: a person or an organisation."""

    person: Annotated[Maybe[Id], doc("persoon", "The parent or other person.")] = None
    org: Annotated[Maybe[Org], doc("organisatie", "The institution.", source="BW 1:302")] = None
    capacity: Annotated[str, Code("authority_holder_capacity"), doc("hoedanigheid", "Parent or third.")]


class ParentalAuthority(Timed):
    """Who has gezag over a minor, as a register or a court says."""

    minor: Annotated[Id, doc("minderjarige", "Over whom.", source="BW 1:245")]
    kind: Annotated[str, Code("gezag_kind"), doc("soort gezag", "Kind of parental authority.", source="BW 1:245")]
    holders: Annotated[
        Maybe[Annotated[Many[AuthorityHolder], Field(max_length=2)]],
        doc("gezagsdragers", "Who holds it; none when it is held by nobody or by whom is not known."),
    ] = None
    basis: Annotated[Maybe[Annotated[str, Code("authority_basis")]], doc("grondslag", "What it rests on.")] = None
    under_investigation: Annotated[
        Maybe[True_], doc("in onderzoek", "True while the register investigates it.", source="Wet BRP 2.26")
    ] = None
    explanation: Annotated[
        Maybe[Annotated[Remark, Field(max_length=400)]],
        doc("toelichting", "Explanation given by the register."),
    ] = None

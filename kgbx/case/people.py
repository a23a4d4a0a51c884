# SPDX-License-Identifier: EUPL-1.2
"""Who the family is: persons and, apart from them, their numbers, addresses and contact points.

Rules: what different people may see stands in different records, because a record travels whole or not at all. A person
id without a person record is a person without a name.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from kgbx.case.base import Actor, Model, Record, Timed
from kgbx.case.fields import (
    NO_LINE_END,
    Country,
    Day,
    Id,
    Language,
    Line,
    Many,
    Maybe,
    PartialDate,
    Remark,
    Short,
    True_,
    doc,
)
from kgbx.codes import Code


class Name(Model):
    """A person's name. Source: BW 1:4 to 1:9; BRP group name."""

    given: Annotated[Maybe[Line], doc("voornamen", "Given names, as in the register.", source="BW 1:4")] = None
    initials: Annotated[Maybe[Short], doc("voorletters", "Initials.")] = None
    call_name: Annotated[Maybe[Line], doc("roepnaam", "The name the person is called by.")] = None
    prefix: Annotated[Maybe[Short], doc("voorvoegsel", "Prefix of the surname, such as van der.")] = None
    surname: Annotated[Maybe[Line], doc("geslachtsnaam", "Surname without prefix.", source="BW 1:5")] = None
    partner_prefix: Annotated[Maybe[Short], doc("voorvoegsel partner", "Prefix of the partner's surname.")] = None
    partner_surname: Annotated[Maybe[Line], doc("geslachtsnaam partner", "The partner's surname.")] = None
    usage: Annotated[
        Maybe[Annotated[str, Code("naming_usage")]],
        doc("naamgebruik", "Which surname the person uses.", source="BW 1:9"),
    ] = None
    own_script: Annotated[Maybe[Line], doc("naam in eigen schrift", "The name in the script of its language.")] = None


class Person(Record):
    """A child, parent or other person.

    Partial and unknown birth dates, unborn children (``expected_birth_date``) and deceased persons are normal.
    """

    name: Annotated[Maybe[Name], doc("naam", "Name; absent for a person who is not named.")] = None
    birth_date: Annotated[Maybe[PartialDate], doc("geboortedatum", "Birth date, as precise as known.")] = None
    expected_birth_date: Annotated[
        Maybe[Day], doc("verwachte geboortedatum", "Of an unborn child, instead of the birth date.", source="BW 1:2")
    ] = None
    death_date: Annotated[Maybe[PartialDate], doc("overlijdensdatum", "Date of death, as precise as known.")] = None
    sex: Annotated[Maybe[Annotated[str, Code("sex")]], doc("geslacht", "Sex as in the register.")] = None
    pronouns: Annotated[Maybe[Short], doc("voornaamwoorden", "How the person wants to be spoken of.")] = None
    roles: Annotated[
        Maybe[Many[Annotated[str, Code("person_role")]]], doc("plaats in het gezin", "Place in the family.")
    ] = None
    languages: Annotated[Maybe[Many[Language]], doc("talen", "Languages spoken, best first.")] = None
    interpreter: Annotated[Maybe[Annotated[str, Code("interpreter")]], doc("tolk", "Interpreter that is needed.")] = (
        None
    )
    brp_secrecy: Annotated[
        Maybe[bool],
        doc(
            "geheimhouding BRP", "Whether the register withholds data; travels with the person.", source="Wet BRP 2.59"
        ),
    ] = None


class Verification(Model):
    """That somebody checked a number."""

    by: Annotated[Actor, doc("door", "Who checked it.")]
    on: Annotated[Day, doc("op", "Day of the check.")]
    against: Annotated[str, Code("identity_evidence"), doc("aan de hand van", "What it was checked against.")]


class Identifier(Record):
    """A number of a person."""

    person: Annotated[Id, doc("persoon", "Whose number it is.")]
    system: Annotated[str, Code("identifier_system"), doc("soort nummer", "Kind of number.")]
    value: Annotated[
        str,
        StringConstraints(pattern="^[0-9A-Za-z][0-9A-Za-z.:/_-]*$", min_length=1, max_length=60),
        NO_LINE_END,
        doc("nummer", "The number as text; leading zeros count."),
    ]
    legal_basis: Annotated[
        Maybe[Annotated[str, Code("bsn_legal_basis")]],
        doc("wettelijke basis", "Why this organisation may use a BSN.", source="UAVG 46"),
    ] = None
    verified: Annotated[Maybe[Verification], doc("gecontroleerd", "Who checked the number.")] = None


class Address(Timed):
    """Where persons live, stay or receive post."""

    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Whose address it is.")]
    kind: Annotated[str, Code("address_kind"), doc("soort adres", "Kind of address.")]
    street: Annotated[Maybe[Line], doc("straat", "Street.")] = None
    house_number: Annotated[
        Maybe[
            Annotated[
                str,
                StringConstraints(pattern="^[1-9][0-9]{0,4}$", max_length=5),
                NO_LINE_END,
            ]
        ],
        doc("huisnummer", "House number.", source="BAG"),
    ] = None
    house_letter: Annotated[
        Maybe[Annotated[str, StringConstraints(pattern="^[A-Za-z]$", max_length=1)]],
        doc("huisletter", "House letter.", source="BAG"),
    ] = None
    house_addition: Annotated[Maybe[Short], doc("toevoeging", "Addition to the house number.", source="BAG")] = None
    postcode: Annotated[Maybe[Short], doc("postcode", "Postcode; Dutch ones as 0000 XX.")] = None
    city: Annotated[Maybe[Line], doc("woonplaats", "Place.", source="BAG")] = None
    country: Annotated[Maybe[Country], doc("land", "Country, ISO 3166-1 alpha-2; absent: NL.")] = None
    location_secret: Annotated[
        Maybe[True_],
        doc("geheime locatie", "True when the place itself must stay secret, such as a shelter."),
    ] = None


class ContactPoint(Timed):
    """How persons can be reached, and whether that is safe."""

    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Who is reached.")]
    kind: Annotated[str, Code("contact_point_kind"), doc("soort", "Kind of contact point.")]
    value: Annotated[Line, doc("gegeven", "Number or address.")]
    safe_to_use: Annotated[Maybe[bool], doc("veilig", "Whether using it endangers nobody; absent: not known.")] = None
    safe_times: Annotated[Maybe[Remark], doc("veilige tijden", "When it is safe, in words.")] = None

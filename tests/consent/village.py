# SPDX-License-Identifier: EUPL-1.2
"""The made-up people and organisations of the worlds, and what opens: everybody's permit, grounds that fit."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

from kgbx.consent.facts import (
    AuthorityFact,
    CaseloadFact,
    ConsentFact,
    LegalGroundFact,
    MeasureFact,
    OrganisationFact,
    PersonFact,
)
from kgbx.consent.policies import published_policies


def new_id(name: str) -> str:
    """Return a UUID of version 4 form, the same in each run."""
    return str(UUID(int=uuid5(UUID(int=0), name).int, version=4))


POLICIES: Final = (
    *published_policies(),
    published_policies()[0].model_copy(update={"joint_authority": "one_unless_objection"}),
    published_policies()[0].model_copy(update={"age_12_to_15": "youth", "consent_as_gdpr_ground": ("lokaal_team",)}),
)
AT: Final = "2026-03-01"
BEFORE: Final = "2025-01-01"
AFTER: Final = "2026-04-01"
BORN: Final = {
    "M": "1985-05-05",
    "F": "1983-04-04",
    "N": "1960",
    "V": "1950-01-01",
    "U": None,
    "K9": "2016-06-01",
    "K12": "2014-03",
    "K13": "2012-03-10",
    "K16": "2010-03-01",
}
PERSON: Final = {name: new_id(name) for name in BORN}
PERSONS: Final = tuple(PERSON.values())
PARENTS: Final = (PERSON["M"], PERSON["F"])
CHILDREN: Final = tuple(PERSON[name] for name in ("K9", "K12", "K13", "K16"))
FUNCTION: Final = {
    "LT": "lokaal_team",
    "VT": "veilig_thuis",
    "GI": "gi",
    "RVDK": "raad",
    "SCHOOL": "school",
    "GGZ": "volwassen_ggz",
    "PROV": "jeugdhulpaanbieder",
    "SHELTER": "vrouwenopvang",
    "RVT": "regionaal_veiligheidsteam",
}
ORG: Final = {name: f"urn:osb:oin:00000099{number:012}" for number, name in enumerate(FUNCTION, 1)}
ORGANISATIONS: Final = tuple(ORG.values())
PURPOSE: Final = dict(
    zip(
        ORGANISATIONS,
        ["care", "safety", "protection", "investigation", "school_support", "treatment", "care", "shelter", "safety"],
        strict=True,
    )
)
PURPOSES: Final = tuple(sorted(set(PURPOSE.values())))
MOSTLY_ASKED: Final = tuple(one for one in ORGANISATIONS if one not in (ORG["RVT"], ORG["SHELTER"]))
FAMILY: Final = (PERSON["M"], PERSON["K9"], PERSON["K13"])
CATEGORIES: Final = (
    *("contact", "family_story", "health", "concern", "address", "bsn", "care_plan", "school_progress"),
    *("police_report", "reporter"),
)
ALWAYS: Final[dict[str, Any]] = {"recorded_at": BEFORE, "valid_from": BEFORE}


def permit(decider: str, about: str, **changes: Any) -> ConsentFact:  # noqa: ANN401  # members of a fact
    """Return a proven permit for everything."""
    every = {"recipients": ("*",), "purposes": ("*",), "categories": ("*",)}
    known: dict[str, Any] = {"id": new_id(f"{decider} {about}"), "decision": "permit", "proven": True, **every}
    return ConsentFact(decided_by=decider, about=about, **{**known, **ALWAYS, **changes})


def ground(**changes: Any) -> LegalGroundFact:  # noqa: ANN401  # members of a fact
    """Return a ground that was weighed well, about everybody."""
    weighed = {"necessity": "nodig", "proportionality": "afgewogen", "subsidiarity": "geprobeerd"}
    scope = {"sender": ORG["LT"], "subjects": PERSONS, "categories": ("*",), "purposes": ("*",)}
    known: dict[str, Any] = {"decided_by": "pro", "consulted": "collega", "family_informed": "before", "proven": True}
    return LegalGroundFact(**{"trigger": "on_request", **weighed, **scope, **known, **ALWAYS, **changes})


FITTING: Final = (
    ("JW-7.3.11-4", "GI", None),
    ("JW-7.3.11-4", "GI", None),
    ("BW-1:240", "RVDK", None),
    ("JW-3.1", "RVDK", None),
    ("WMO-5.2.6", "VT", None),
    ("NOOD", "PROV", "2026-03-03"),
)
"""Provision, recipient, end: what fits when the measures are there."""

FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"trigger": "own_initiative"},
    {"provision": "WAMS"},
    {"recipient": ORG["GGZ"]},
    {"sender": ORG["SCHOOL"]},
    {"necessity": " "},
    {"proportionality": None},
    {"subsidiarity": ""},
    {"family_informed": "not"},
    {"family_informed": "not", "reason_not_informed": "gevaar"},
    {"consulted": "pro"},
    {"valid_until": "2026-06-01"},
    {"valid_from": AT},
    {"proven": False},
    {"subjects": (PERSON["M"],)},
    {"categories": ("health",)},
    {"purposes": ("care",)},
    {"recorded_at": AFTER},
)

EVERYBODY_PERMITS: Final = (
    *(permit(who, who) for who in PERSONS),
    *(permit(who, child) for who in PARENTS for child in (*CHILDREN, PERSON["U"])),
    permit(PERSON["M"], PERSON["V"]),
)
AUTHORITY: Final = tuple(
    AuthorityFact(child=child, holder=who, **ALWAYS) for child in (*CHILDREN, PERSON["U"]) for who in PARENTS
)
SERVED: Final = tuple(
    CaseloadFact(organisation=org, person=person, **ALWAYS)
    for org in ORGANISATIONS
    for person in (*CHILDREN, PERSON["M"])
)
MEASURES: Final = (
    MeasureFact(kind="ondertoezichtstelling", child=PERSON["K13"], organisation=ORG["GI"], **ALWAYS),
    MeasureFact(kind="raadsonderzoek", child=PERSON["K9"], organisation=ORG["RVDK"], **ALWAYS),
)
PEOPLE: Final = tuple(
    PersonFact(
        id=PERSON[name],
        birth_date=born,
        capable=name != "V",
        represented_by=PERSON["M"] if name == "V" else None,
    )
    for name, born in BORN.items()
)
KNOWN: Final = tuple(
    OrganisationFact(id=ORG[name], function=function, may_use_bsn=name != "SCHOOL", bound_to_secrecy=name != "SHELTER")
    for name, function in FUNCTION.items()
)

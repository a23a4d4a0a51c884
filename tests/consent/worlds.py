# SPDX-License-Identifier: EUPL-1.2
"""Made-up worlds for the engine, biased: nearly everybody permits, then a few facts differ."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kgbx.case.structures import from_value
from kgbx.consent.facts import Facts, Item, Request
from kgbx.consent.policies import published_policies

POLICY = published_policies()[0]
AT = "2026-03-01"
BEFORE, AFTER = "2025-01-01", "2026-04-01"
PERSONS = {
    "M": "1985-05-05",
    "F": "1983-04-04",
    "K9": "2016-06-01",
    "K13": "2012-03-10",
    "K16": "2009-02-01",
    "N": "1960",
}
CHILDREN = ("K9", "K13", "K16")
ORGANISATIONS = {
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
PURPOSE = {
    "LT": "care",
    "VT": "safety",
    "GI": "protection",
    "RVDK": "investigation",
    "SCHOOL": "school_support",
    "GGZ": "treatment",
    "PROV": "care",
    "SHELTER": "shelter",
    "RVT": "safety",
}
CATEGORIES = ("contact", "family_story", "health", "concern", "address", "bsn", "care_plan", "school_progress")
Json = dict[str, Any]

persons = st.sampled_from(sorted(PERSONS))
organisations = st.sampled_from(sorted(ORGANISATIONS))
categories = st.sampled_from(CATEGORIES)
recorded = st.sampled_from([BEFORE, BEFORE, BEFORE, AT, AFTER])
untils = st.sampled_from([None, None, None, AT, AFTER, BEFORE])


@st.composite
def periods(draw: st.DrawFn) -> Json:
    until = draw(untils)
    period: Json = {"recorded_at": draw(recorded), "valid_from": draw(st.sampled_from([BEFORE, BEFORE, AT]))}
    return period | ({} if until is None else {"valid_until": until})


def some(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.one_of(st.just(["*"]), st.lists(values, min_size=1, max_size=3, unique=True))


@st.composite
def consents(draw: st.DrawFn, decision: str | None = None) -> Json:
    about = draw(persons)
    deciders = ["M", "F", about] if about in CHILDREN else [about]
    return {
        "id": draw(st.uuids(version=4).map(str)),
        "decided_by": draw(st.sampled_from(deciders)),
        "about": about,
        "decision": decision or draw(st.sampled_from(["permit", "permit", "permit", "refuse"])),
        "recipients": draw(some(organisations)),
        "purposes": draw(some(st.sampled_from(sorted(set(PURPOSE.values()))))),
        "categories": draw(some(categories)),
        "proven": draw(st.sampled_from([True, True, True, False])),
        **draw(periods()),
    }


@st.composite
def grounds(draw: st.DrawFn) -> Json:
    provision = draw(st.sampled_from([one.id for one in POLICY.provisions] + ["WAMS"]))
    return {
        "id": draw(st.uuids(version=4).map(str)),
        "provision": provision,
        "sender": "LT",
        "recipient": draw(organisations),
        "subjects": draw(st.lists(persons, min_size=1, max_size=4, unique=True)),
        "categories": draw(some(categories)),
        "purposes": ["*"],
        "trigger": draw(st.sampled_from(["on_request", "own_initiative"])),
        "necessity": "nodig",
        "proportionality": draw(st.sampled_from(["afgewogen", ""])),
        "subsidiarity": "geprobeerd",
        "decided_by": "pro",
        "consulted": draw(st.sampled_from(["collega", "pro"])),
        "family_informed": draw(st.sampled_from(["before", "not"])),
        "proven": draw(st.sampled_from([True, True, False])),
        **draw(periods()),
    }


@st.composite
def protections(draw: st.DrawFn) -> Json:
    allowed = draw(st.lists(organisations, max_size=6, unique=True))
    return {
        "person": draw(persons),
        "allowed": allowed,
        "blocked": draw(st.lists(persons, min_size=1, max_size=2)),
        **draw(periods()),
    }


@st.composite
def caseloads(draw: st.DrawFn) -> Json:
    return {"organisation": draw(organisations), "person": draw(persons), **draw(periods())}


@st.composite
def teams(draw: st.DrawFn) -> Json:
    members = draw(st.lists(organisations, min_size=1, max_size=4, unique=True))
    return {"subject": draw(persons), "organisations": ["LT", *members], **draw(periods())}


@st.composite
def weighings(draw: st.DrawFn) -> Json:
    return {
        "item": "item",
        "person": "N",
        "decided_by": "pro",
        "why_not_harmed": draw(st.sampled_from(["geen schade", ""])),
        "proven": draw(st.booleans()),
        **draw(periods()),
    }


def everybody_permits() -> list[Json]:
    deciders = [(who, who) for who in PERSONS] + [(who, child) for who in ("M", "F") for child in CHILDREN]
    return [
        {
            "id": f"{who}-{about}",
            "decided_by": who,
            "about": about,
            "decision": "permit",
            "recipients": ["*"],
            "purposes": ["*"],
            "categories": ["*"],
            "proven": True,
            "recorded_at": BEFORE,
            "valid_from": BEFORE,
        }
        for who, about in deciders
    ]


measures = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["ondertoezichtstelling", "raadsonderzoek"]),
        "child": st.sampled_from(CHILDREN),
        "organisation": st.sampled_from(["GI", "RVDK"]),
        "recorded_at": st.just(BEFORE),
        "valid_from": st.just(BEFORE),
    }
)
confidences = st.fixed_dictionaries(
    {"item": st.just("item"), "withheld_from": st.lists(persons, min_size=1, max_size=2)}
)
barriers = st.fixed_dictionaries({"organisation": organisations, "person": persons})


@st.composite
def organisation_facts(draw: st.DrawFn) -> list[Json]:
    bsn = st.sampled_from([True, False, "children"])
    return [
        {"id": who, "function": function, "may_use_bsn": draw(bsn), "bound_to_secrecy": True}
        for who, function in ORGANISATIONS.items()
    ]


@st.composite
def authority(draw: st.DrawFn) -> list[Json]:
    return [
        {"child": child, "holder": holder, "recorded_at": BEFORE, "valid_from": BEFORE}
        for child in CHILDREN
        for holder in draw(st.sampled_from([["M", "F"], ["M", "F"], ["M"], []]))
    ]


@st.composite
def worlds(draw: st.DrawFn) -> Json:
    """Return facts as JSON: persons and organisations always, everything else a few."""
    permits = everybody_permits() if draw(st.sampled_from([True, True, False])) else []
    return {
        "persons": [{"id": who, "birth_date": born, "capable": True} for who, born in PERSONS.items()],
        "organisations": draw(organisation_facts()),
        "parental_authority": draw(authority()),
        "measures": draw(st.lists(measures, max_size=2)),
        "consents": permits + draw(st.lists(consents(), max_size=3)),
        "legal_grounds": draw(st.lists(grounds(), max_size=3)),
        "third_party_weighings": draw(st.lists(weighings(), max_size=1)),
        "protections": draw(st.lists(protections(), max_size=1)),
        "confidences": draw(st.lists(confidences, max_size=1)),
        "caseloads": draw(st.lists(caseloads(), max_size=6)),
        "caseload_known": draw(st.sampled_from([["*"], ["*"], ["LT", "GI"], []])),
        "barriers": draw(st.lists(barriers, max_size=2)),
        "care_teams": draw(st.lists(teams(), max_size=1)),
        "restrictions": [],
    }


@st.composite
def items(draw: st.DrawFn) -> Item:
    about = tuple(draw(st.lists(persons, min_size=1, max_size=2, unique=True)))
    category = draw(categories)
    return Item(
        id="item",
        category=category,
        about=about,
        third_parties=tuple(draw(st.sampled_from([(), (), ("N",)]))),
        reveals_location_of=about if category == "address" else (),
        health=category == "health",
        collected_for=draw(st.sampled_from(["care", "safety"])),
    )


def request(recipient: str, purpose: str | None = None, *, at: str = AT, known_at: str = AT) -> Request:
    return Request(sender="LT", recipient=recipient, purpose=purpose or PURPOSE[recipient], at=at, known_at=known_at)


def facts(world: Json) -> Facts:
    return from_value(Facts, world)

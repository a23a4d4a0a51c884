# SPDX-License-Identifier: EUPL-1.2
"""Ways in which a protected place, a confidence or a refusal could slip through. Each was possible once."""

from __future__ import annotations

import json
from functools import lru_cache
from uuid import UUID, uuid5

import pytest

from kgbx.case import FamilyCase
from kgbx.case.structures import from_value
from kgbx.consent.decide import decide
from kgbx.consent.facts import Facts, Item, Request
from kgbx.consent.importing import import_check
from kgbx.consent.joins import facts_from_case
from kgbx.consent.share import Row, Share, share
from kgbx.exchange import proven_ids
from kgbx.resources import examples_path
from tests.consent.test_share import AT, POLICY, REGISTERS, TEAM, request

RAW = examples_path("journey", "case.json").read_bytes()
SANNE, SANNE_TOO = "6b62c913-e48a-4dea-abee-739c577bd985", "f96c"
ROB = "5a23fa87-960d-4a3a-a129-3ddf67977276"
SHELTER = "urn:osb:oin:00000099000000007000"
GI = "2000"


def new_id(name: str) -> str:
    """Return a UUID of version 4 form, the same in each run."""
    made = uuid5(UUID(int=0), name)
    return str(UUID(int=made.int, version=4))


@lru_cache(maxsize=4)
def read_case(data: bytes) -> FamilyCase:
    """Return the case in `data`; several tests begin with the same."""
    return FamilyCase.from_json(data)


class World:
    """The journey's case, to be changed."""

    def __init__(self) -> None:
        self.raw = json.loads(RAW)

    def copy(self, array: str, record_id: str, name: str, **changes: object) -> str:
        old = next(one for one in self.raw[array] if one["id"] == record_id)
        self.raw[array].append({**json.loads(json.dumps(old)), "id": new_id(name), **changes})
        return new_id(name)

    def replace(self, new: str, old: str, name: str, by: str = TEAM) -> None:
        link = json.loads(json.dumps(self.raw["links"][0]))
        link |= {"id": new_id(name), "from": new, "to": old, "kind": "replaces", "recorded_by": {"org": by}}
        self.raw["links"].append(link)

    def share(self, recipient: str = GI) -> Share:
        case = FamilyCase.from_json(json.dumps(self.raw).encode())
        facts = facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM))
        return share(case, request=request(recipient), policy=POLICY, facts=facts)

    def rows(self, recipient: str = GI) -> dict[str, Row]:
        return {row.record: row for row in self.share(recipient).account.rows}


def confidential() -> list[str]:
    return [one["record"] for one in json.loads(RAW)["confidences"]]


@pytest.mark.parametrize("record_id", confidential())
def test_a_correction_keeps_the_confidence(record_id: str) -> None:
    world = World()
    new = world.copy("statements", record_id, "corrected", recorded_at="2026-02-27T09:00:00Z")
    world.replace(new, record_id, "link")
    assert "CONFIDENTIAL" in world.rows()[new].reasons


def test_a_corrected_person_stays_blocked() -> None:
    world = World()
    new = world.copy("persons", ROB, "rob again", recorded_at="2026-02-27T09:00:00Z")
    world.replace(new, ROB, "link")
    rows = world.rows()
    assert [("CONFIDENTIAL" in rows[one].reasons) for one in confidential()] == [True] * len(confidential())


def test_the_household_of_a_second_id_is_covered() -> None:
    world = World()
    second = next(one["b"] if one["a"] == SANNE else one["a"] for one in world.raw["same_person"])
    before = {one for one, row in World().rows().items() if row.permit}
    for household in world.raw["households"]:
        for member in household["members"]:
            if member["person"] == SANNE:
                member["person"] = second
    assert {one for one, row in world.rows().items() if row.permit} <= before


@pytest.mark.parametrize("birth_date", ["1850-01-01", "1890", "2030-01-01", "2026-12-31"])
def test_an_impossible_age_releases_nothing(birth_date: str) -> None:
    facts = from_value(
        Facts,
        {
            "persons": [{"id": "p", "birth_date": birth_date, "capable": True}],
            "organisations": [{"id": "GI", "function": "gi", "bound_to_secrecy": True}],
        },
    )
    asked = Request(sender="s", recipient="GI", purpose="protection", at=AT, known_at=AT)
    decision = decide(Item(id="i", category="family_story", about=("p",)), asked, facts=facts, policy=POLICY)
    assert not decision
    assert "NO_DECISION_MAKER" in decision.reasons


def test_the_link_of_another_lifts_no_protection() -> None:
    world = World()
    gi = request(GI).recipient
    old = world.raw["protections"][0]["id"]
    new = world.copy("protections", old, "opened", allowed=[gi], blocked=[SHELTER], recorded_by={"org": gi})
    world.replace(new, old, "link", by=gi)
    addresses = [one["id"] for one in world.raw["addresses"] if SANNE in one["persons"]]
    assert all("SECRET_LOCATION" in world.rows()[one].reasons for one in addresses)


def permitted_statement(rows: dict[str, Row]) -> str:
    return next(one for one, row in rows.items() if row.array == "statements" and row.permit)


def test_what_the_shelter_recorded_goes_to_nobody_who_may_not_know() -> None:
    world = World()
    new = world.copy("statements", permitted_statement(world.rows()), "by shelter", recorded_by={"org": SHELTER})
    assert "SECRET_LOCATION" in world.rows()[new].reasons


@pytest.mark.parametrize("text", ["De juf van Scholengemeenschap De Wilg is lief.", "Bij de Vuurtoren slaap ik goed."])
def test_the_name_of_school_or_shelter_in_a_text_is_found(text: str) -> None:
    world = World()
    record_id = permitted_statement(world.rows())
    statement = next(one for one in world.raw["statements"] if one["id"] == record_id)
    new = world.copy("statements", record_id, "told", wording={**statement["wording"], "text": text})
    assert "SECRET_LOCATION" in world.rows()[new].reasons


def test_a_place_in_a_text_that_a_duty_released_is_escalated() -> None:
    world = World()
    rows = world.rows()
    record_id = next(
        one
        for one, row in rows.items()
        if row.array == "statements"
        and row.permit
        and all(release.startswith("duty:") for d in row.decisions.values() for release in d.released_by.values())
    )
    statement = next(one for one in world.raw["statements"] if one["id"] == record_id)
    words = {**statement["wording"], "text": "Wij slapen in de Vuurtoren."}
    new = world.copy("statements", record_id, "told", wording=words)
    assert (world.rows()[new].found, world.rows()[new].escalate) == (("/wording/text",), True)


def test_what_came_from_elsewhere_and_tells_a_place_is_not_passed_on() -> None:
    world = World()
    contact = next(one["id"] for one in world.raw["contact_points"] if one["persons"] == [ROB])
    assert world.rows()[contact].permit
    next(one for one in world.raw["contact_points"] if one["id"] == contact)["recorded_by"] = {
        "org": request("9000").recipient
    }
    assert "SECRET_LOCATION" in world.rows()[contact].reasons


def test_a_message_cannot_bring_the_measure_that_opens_a_door() -> None:
    world = World()
    gi = request(GI).recipient
    measure = next(one for one in world.raw["measures"] if one["kind"] == "ondertoezichtstelling")
    claimed = world.copy("measures", measure["id"], "claimed", recorded_by={"org": gi})
    case = FamilyCase.from_json(json.dumps(world.raw).encode())
    facts = facts_from_case(case, REGISTERS.model_copy(update={"caseload_known": ("*",)}), own=gi)
    usable, quarantined = import_check(
        case, request=request(GI), policy=POLICY, facts=facts, held=FamilyCase(synthetic=True)
    )
    assert claimed not in usable
    assert "NOT_RECORDED_HERE" in next(one for one in quarantined if one.record == claimed).reasons


def test_what_was_recorded_here_may_come_back() -> None:
    case = FamilyCase.from_json(RAW)
    facts = facts_from_case(case, REGISTERS, own=TEAM)
    back = Request(sender=request(GI).recipient, recipient=TEAM, purpose="care", at=AT, known_at=AT)
    _, quarantined = import_check(case, request=back, policy=POLICY, facts=facts, held=case)
    assert "NOT_RECORDED_HERE" not in {code for one in quarantined for code in one.reasons}


ELSEWHERE = "urn:osb:oin:00000099000000004242"


def helped_elsewhere() -> tuple[World, str]:
    """Return a case in which only the help to a protected person names an organisation, and a statement in words."""
    world = World()
    told = permitted_statement(world.rows())
    statement = next(one for one in world.raw["statements"] if one["id"] == told)
    words = {**statement["wording"], "text": "Naast huize Weidevogel staat een boom."}
    described = {"org": ELSEWHERE, "name": "Weidevogel", "functions": ["jeugdhulpaanbieder"]}
    world.raw["organisations"].append({**world.raw["organisations"][0], "id": new_id("org"), **described})
    there = next(
        one for one in world.raw["involvements"] if "reveals_location_of" not in one and SANNE in one["persons"]
    )
    world.raw["involvements"].append({**there, "id": new_id("there"), "org": ELSEWHERE, "role": "care_provider"})
    return world, world.copy("statements", told, "named", wording=words)


def test_an_organisation_that_only_a_withheld_place_names_is_a_place() -> None:
    world, named = helped_elsewhere()
    assert world.rows()[named].found == ("/wording/text",)


def test_a_withheld_record_does_not_make_a_place_harmless() -> None:
    world, named = helped_elsewhere()
    noted = world.copy("statements", named, "note", labels=["working_note"], recorded_by={"org": ELSEWHERE})
    rows = world.rows()
    assert "WORKING_NOTE" in rows[noted].reasons
    assert rows[named].found == ("/wording/text",)


def test_what_the_recipient_gets_names_it_openly() -> None:
    """The control of the two above."""
    world, named = helped_elsewhere()
    other = next(one for one in world.rows().values() if one.array == "statements" and one.permit)
    openly = world.copy("statements", other.record, "openly", told_to=[{"org": ELSEWHERE}])
    rows = world.rows()
    assert (rows[openly].permit, rows[named].found) == (True, ())


def test_what_another_organisation_says_openly_makes_no_place_harmless() -> None:
    world, named = helped_elsewhere()
    other = next(one for one in world.rows().values() if one.array == "statements" and one.permit)
    openly = world.copy("statements", other.record, "openly", recorded_by={"org": ELSEWHERE})
    rows = world.rows()
    assert (rows[openly].found, rows[named].found) == (("/recorded_by/org",), ("/wording/text",))


def test_a_link_that_names_the_shelter_does_not_travel() -> None:
    world = World()
    rows = world.rows()
    one, other = [row.record for row in rows.values() if row.array == "statements" and row.permit][:2]
    ends = {"from": one, "to": other, "kind": "mentioned_in"}
    links = [
        {**world.raw["links"][0], "id": new_id(org), "recorded_by": {"org": org}, **ends} for org in (TEAM, SHELTER)
    ]
    world.raw["links"] += links
    view = world.share().view
    assert [link["id"] in view for link in links] == [True, False]


def test_a_record_stays_when_its_confidence_names_the_shelter() -> None:
    world, raad = World(), "9000"
    told = permitted_statement(world.rows(raad))
    secret = {**world.raw["confidences"][0], "record": told, "withheld_from": [ROB]}
    world.raw["confidences"].append({**secret, "id": new_id("secret")})
    assert new_id("secret") in world.share(raad).view
    world.raw["confidences"][-1]["recorded_by"] = {"org": SHELTER}
    row = world.rows(raad)[told]
    assert (row.missing, row.reasons) == ((new_id("secret"),), ("RECORD_NOT_IN_VIEW",))


@pytest.mark.parametrize("extension", [{"urn:x:de-vuurtoren": 1}, {"urn:x:y": {"De Vuurtoren": []}}])
def test_a_place_in_the_name_of_an_extension_is_found(extension: dict[str, object]) -> None:
    world = World()
    new = world.copy("statements", permitted_statement(world.rows()), "told", extensions=extension)
    assert world.rows()[new].found == ("/extensions",)

# SPDX-License-Identifier: EUPL-1.2
"""Where somebody is who is protected by a mark, or of whom nothing is decided here: nobody else learns it."""

from __future__ import annotations

from typing import Final

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.facts import Request
from kgbx.consent.index import Index
from kgbx.consent.joins import facts_from_case
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.replay import replay
from kgbx.consent.share import Row, share
from kgbx.consent.warnings import warnings
from tests.case.builders import CHILD, FATHER, MOTHER, an_id, bare, full
from tests.consent.small_world import (
    AT,
    GI,
    POLICY,
    PROVIDER,
    SHELTER,
    TEAM,
    Record,
    asker,
    facts_of,
    family,
    held,
    permit,
    persons,
    registers,
    told,
)

HOME, TOLD, SECOND, THIRD = an_id(80), an_id(50), an_id(51), an_id(9)
PERMITS: Final = [permit(by, about) for about in (MOTHER, CHILD) for by in (MOTHER, FATHER, CHILD)]
KNOWN: Final = registers(consents=PERMITS)
ON_STREET: Final = "Wij wonen aan de Lindenlaan."


def home(**members: object) -> Record:
    """Return the address of mother and child."""
    place = {"street": "Lindenlaan", "house_number": "5", "postcode": "0000 XX", "city": "Oostermeen"}
    return full(80, **({"persons": [MOTHER, CHILD], "kind": "residence", **place} | members))


def protection(**members: object) -> Record:
    """Return a protection of the mother."""
    said = {"person": MOTHER, "allowed": [TEAM, PROVIDER], "blocked": [FATHER], "valid_from": "2026-01-01"}
    return full(61, **(said | members))


def by(org: str) -> Record:
    """Return the member that says who recorded something."""
    return {"recorded_by": {"org": org}}


def together(**members: object) -> Record:
    """Return the household of mother and child."""
    return full(81, kind="particulier", members=[{"person": MOTHER}, {"person": CHILD}], **members)


def view_of(**arrays: list[Record]) -> FamilyCase:
    """Return what the provider would get of the family, in which there is a third parent."""
    case = family({"persons": [*persons(), full(4, id=THIRD, birth_date="1980-01-01")], **arrays})
    request = Request(sender=TEAM, recipient=PROVIDER, purpose="care", at=AT, known_at=AT)
    return share(case, request=request, policy=POLICY, facts=facts_of(case, KNOWN)).view


def asked(**arrays: list[Record]) -> set[str]:
    """Return the arrays of which a warning asks who may know where somebody is."""
    case = family(arrays)
    found = warnings(case, facts=facts_of(case, KNOWN), policy=POLICY, at=AT)
    return {one.array for one in found if one.kind == "PROTECTION_WITHOUT_ALLOWED"}


def rows(recipient: str = PROVIDER, /, **arrays: list[Record]) -> dict[str, Row]:
    """Return what the local team would give, by record."""
    case = family(arrays)
    request = Request(sender=TEAM, recipient=recipient, purpose="care", at=AT, known_at=AT)
    return {
        one.record: one for one in share(case, request=request, policy=POLICY, facts=facts_of(case, KNOWN)).account.rows
    }


# --- what came from elsewhere


def test_the_control_of_all_below() -> None:
    found = rows(addresses=[home()], statements=[told(text=ON_STREET)])
    assert (found[HOME].reasons, found[TOLD].reasons) == ((), ())


def test_the_street_of_a_received_address_is_found_in_a_text() -> None:
    found = rows(addresses=[home(**by(GI))], statements=[told(text=ON_STREET), told(51, "Ik wil zwemmen.")])
    assert found[HOME].reasons == found[TOLD].reasons == ("SECRET_LOCATION",)
    assert (found[TOLD].found, found[SECOND].reasons) == (("/wording/text",), ())


def test_on_request_the_other_parent_learns_no_received_address() -> None:
    case = family({"addresses": [home(persons=[CHILD], **by(GI))], "statements": [told(text=ON_STREET, **by(GI))]})
    assert held(case, asker(case, FATHER)).isdisjoint({"addresses", "statements"})


def test_on_request_who_lives_there_sees_a_received_address() -> None:
    case = family({"addresses": [home(**by(GI))]})
    assert "addresses" in held(case, asker(case, MOTHER))
    assert "addresses" not in held(case, asker(case, FATHER))


def test_an_own_protection_decides_about_what_was_received() -> None:
    found = rows(addresses=[home(persons=[MOTHER], **by(GI))], protections=[protection()])
    assert found[HOME].reasons == ()


def test_a_protection_by_who_recorded_the_place_decides() -> None:
    found = rows(addresses=[home(persons=[MOTHER], **by(SHELTER))], protections=[protection(**by(SHELTER))])
    assert found[HOME].reasons == ()


def test_a_protection_by_another_opens_nothing() -> None:
    found = rows(addresses=[home(persons=[MOTHER], **by(SHELTER))], protections=[protection(**by(PROVIDER))])
    assert found[HOME].reasons == ("SECRET_LOCATION",)


@pytest.mark.parametrize(("recorder", "reasons"), [(TEAM, ()), (GI, ("SECRET_LOCATION",))])
def test_a_protection_reaches_who_lives_along_only_by_a_household_of_who_decided(
    recorder: str, reasons: tuple[str, ...]
) -> None:
    arrays = {"protections": [protection()], "households": [together(**by(recorder))]}
    found = rows(addresses=[home(persons=[CHILD], **by(SHELTER))], **arrays)
    assert found[HOME].reasons == reasons


def test_what_was_received_is_decided_again_from_the_log() -> None:
    case = family({"addresses": [home(**by(GI))]})
    facts = facts_of(case, KNOWN)
    request = Request(sender=TEAM, recipient=PROVIDER, purpose="care", at=AT, known_at=AT)
    account = share(case, request=request, policy=POLICY, facts=facts).account
    entry = disclosure(account, policy=POLICY, facts=facts, entry_id="one", case=case)
    (logged,) = (row for row in entry.rows if row.record == HOME)
    assert logged.reasons == ("SECRET_LOCATION",)
    assert replay(entry, facts=facts_bytes(facts), policies=[POLICY]).differences == ()


# --- what is marked as secret

SECRET: Final = {
    "address": {"addresses": [home(location_secret=True)]},
    "received address": {
        "addresses": [home(persons=[MOTHER]), {**home(location_secret=True, **by(GI)), "id": an_id(82)}]
    },
    "register": {"addresses": [home()], "persons": [{**persons()[0], "brp_secrecy": True}, *persons()[1:]]},
}


@pytest.mark.parametrize("kind", SECRET)
def test_a_mark_keeps_a_place_from_everybody(kind: str) -> None:
    found = rows(statements=[told(text=ON_STREET)], **SECRET[kind])
    assert found[HOME].reasons == found[TOLD].reasons == ("SECRET_LOCATION",)


@pytest.mark.parametrize("kind", ["address", "register"])
def test_a_mark_ends_where_somebody_decided_who_may_know(kind: str) -> None:
    arrays = {"protections": [protection()], "households": [together()]}
    assert rows(**SECRET[kind], **arrays)[HOME].reasons == ()
    assert rows(GI, **SECRET[kind], **arrays)[HOME].reasons != ()


@pytest.mark.parametrize("kind", ["address", "register"])
def test_another_may_not_decide_who_may_know_what_is_marked(kind: str) -> None:
    arrays = {"protections": [protection(**by(PROVIDER))], "households": [together()]}
    assert "SECRET_LOCATION" in rows(**SECRET[kind], **arrays)[HOME].reasons


def test_a_mark_covers_who_lives_along() -> None:
    facts = facts_of(family({"addresses": [home(persons=[MOTHER], location_secret=True)], "households": [together()]}))
    assert Index.of(facts, AT, known_at=AT).hidden_from(PROVIDER) == {MOTHER, CHILD}


def test_on_request_who_lives_there_sees_what_is_marked_and_nobody_else() -> None:
    case = family({"addresses": [home(location_secret=True)], "households": [together()]})
    assert "addresses" in held(case, asker(case, MOTHER))
    assert "addresses" not in held(case, asker(case, FATHER))


def test_a_former_household_does_not_open_what_is_marked() -> None:
    former = full(81, kind="particulier", members=[{"person": one} for one in (MOTHER, FATHER, CHILD)])
    case = family({"addresses": [home(location_secret=True)], "households": [former]})
    assert "addresses" not in held(case, asker(case, FATHER))


@pytest.mark.parametrize(("kind", "array"), [("address", "addresses"), ("register", "persons")])
def test_who_may_know_is_asked_until_it_is_decided(kind: str, array: str) -> None:
    decided = {"protections": [protection()], "households": [together()]}
    assert asked(**SECRET[kind]) == {array}
    assert asked(**SECRET[kind], **decided) == asked(addresses=[home()]) == set()


# --- names that tell a place

NEAR: Final = "urn:osb:oin:00000099000000077000"


def test_an_organisation_that_nobody_described_is_a_place_too() -> None:
    there = full(82, persons=[CHILD], org=NEAR, role="education")
    arrays = {"protections": [protection(allowed=[TEAM])], "households": [together()], "involvements": [there]}
    found = rows(statements=[told(text="Ik wil zwemmen.", **by(NEAR)), told(51, "Ik wil lezen.")], **arrays)
    assert (found[TOLD].found, found[SECOND].reasons) == (("/recorded_by/org",), ())


def test_what_was_received_hides_the_organisations_in_it() -> None:
    there = full(82, persons=[CHILD], org=NEAR, role="education", **by(GI))
    met = told(told_to=[{"org": NEAR}], **by(PROVIDER))
    assert rows(statements=[met], involvements=[there])[TOLD].found == ("/told_to/0/org",)
    assert rows(statements=[met])[TOLD].found == ()


def test_what_we_recorded_ourselves_may_name_them() -> None:
    there = full(82, persons=[CHILD], org=NEAR, role="education", **by(GI))
    found = rows(statements=[told(told_to=[{"org": NEAR}])], involvements=[there])
    assert found[TOLD].reasons == ()


# --- what was told in confidence


def corrected(*confidences: Record) -> FamilyCase:
    """Return what travels of what the child told, when that was corrected."""
    link = bare(70, from_=SECOND, kind="replaces", to=TOLD)
    return view_of(statements=[told(), told(51, "Papa schreeuwt.")], links=[link], confidences=list(confidences))


def confidence(number: int, record: str, *, withheld_from: str = FATHER, **members: object) -> Record:
    """Return that something is kept from somebody."""
    return full(number, record=record, withheld_from=[withheld_from], **members)


def test_a_correction_is_held_back_while_only_the_older_version_is_in_confidence() -> None:
    assert SECOND in corrected()
    assert SECOND not in corrected(confidence(62, TOLD))


def test_it_travels_once_the_confidence_names_it() -> None:
    view = corrected(confidence(62, TOLD), confidence(63, SECOND))
    assert {SECOND, an_id(63)} <= {one.id for one in view}
    assert an_id(62) not in view
    facts = facts_from_case(FamilyCase.from_json(view.to_json()), KNOWN, own=PROVIDER)
    assert FATHER in Index.of(facts, AT, known_at=AT).withheld[SECOND]


def test_a_confidence_about_somebody_else_does_not_stand_for_it() -> None:
    assert SECOND not in corrected(confidence(62, TOLD), confidence(63, SECOND, withheld_from=THIRD))


def test_a_confidence_that_another_replaced_travels() -> None:
    replaced = bare(70, from_=an_id(63), kind="replaces", to=an_id(62), **by(GI))
    kept = [confidence(62, TOLD), confidence(63, TOLD)]
    assert an_id(62) in view_of(statements=[told()], confidences=kept, links=[replaced])

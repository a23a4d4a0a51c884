# SPDX-License-Identifier: EUPL-1.2
"""What another organisation recorded never opens anything here: each of these once did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_report import access_report
from kgbx.consent.asker import Asker
from kgbx.consent.index import Index
from kgbx.consent.joins import facts_from_case
from kgbx.consent.share import share
from kgbx.exchange import proven_ids
from tests.case.builders import SALT
from tests.consent.test_attacks import RAW, ROB, SANNE, new_id
from tests.consent.test_share import AT, POLICY, PURPOSES, REGISTERS, TEAM, request

if TYPE_CHECKING:
    from kgbx.consent.facts import Facts

FOREIGN = "urn:osb:oin:00000099000000008000"
PERMIT = "6a8542d5-"
Rows = dict[str, list[dict[str, Any]]]
WHOLE: dict[str, Any] = json.loads(RAW)


def told(name: str, *, by: str = FOREIGN, **members: object) -> dict[str, Any]:
    bare = {"id": new_id(name), "recorded_at": "2026-03-01T09:00:00Z", "recorded_by": {"org": by}, "salt": SALT}
    return bare | {member.rstrip("_"): value for member, value in members.items()}


def full(name: str, *, by: str = FOREIGN, **members: object) -> dict[str, Any]:
    return told(name, by=by, regime="jeugdwet", collected_for="care", **members)


def home() -> dict[str, Any]:
    """Return the household of the protected person."""
    found: dict[str, Any] = next(
        one for one in WHOLE["households"] if SANNE in {member["person"] for member in one["members"]}
    )
    return found


FAMILY = [member["person"] for member in home()["members"] if member["person"] != ROB]


def represented_by_the_blocked() -> Rows:
    assessed: dict[str, Any] = {
        "assessed_by": {"org": FOREIGN},
        "assessed_on": "2026-02-28",
        "basis": "professional_assessment",
    }
    return {"capacities": [full("capacity", person=SANNE, capable=False, represented_by=ROB, **assessed)]}


def one_with_the_blocked(basis: str) -> Rows:
    return {"same_person": [told(f"same {one}", a=ROB, b=one, basis=basis) for one in FAMILY]}


def a_smaller_household() -> Rows:
    alone = [member for member in home()["members"] if member["person"] == SANNE]
    smaller = home() | told("home") | {"members": alone}
    return {
        "households": [smaller],
        "links": [told("home link", from_=smaller["id"], kind="replaces", to=home()["id"])],
    }


def a_team_of_its_own() -> Rows:
    team = next(one for one in WHOLE["collaborations"] if one["kind"] == "act_together")
    mine = team | told("team") | {"requested_by": FOREIGN, "asked": [TEAM], "persons": FAMILY}
    return {"collaborations": [mine | {"valid_from": "2026-02-01", "state": "accepted"}]}


ADDED = {
    "a representative": represented_by_the_blocked(),
    "one person, a professional says": one_with_the_blocked("professional"),
    "one person, by BSN": one_with_the_blocked("bsn"),
    "a smaller household": a_smaller_household(),
    "a team": a_team_of_its_own(),
}


def with_more(rows: Rows) -> FamilyCase:
    more = {array: [*WHOLE.get(array, []), *added] for array, added in rows.items()}
    return FamilyCase.from_json(json.dumps(WHOLE | more).encode())


def facts_of(case: FamilyCase) -> Facts:
    return facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM))


def passed(case: FamilyCase, recipient: str) -> set[str]:
    shared = share(case, request=request(recipient), policy=POLICY, facts=facts_of(case))
    return {row.record for row in shared.account.passed}


def seen_by_the_blocked(case: FamilyCase) -> set[str]:
    known = access_facts(case, facts_of(case), own=TEAM)
    asker = Asker(
        AccessItemiser(case, facts=known, policy=POLICY).one(ROB), at=AT, known_at=AT, facts=known, policy=POLICY
    )
    return {one.record for one in access_report(case, asker, about=SANNE).held}


CASE = with_more({})
BEFORE = {recipient: passed(CASE, recipient) for recipient in PURPOSES}


@pytest.mark.parametrize("recipient", PURPOSES)
@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_nobody_gets_more(added: Rows, recipient: str) -> None:
    assert {one for one in passed(with_more(added), recipient) if one in CASE} <= BEFORE[recipient]


@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_the_blocked_person_sees_no_more(added: Rows) -> None:
    assert {one for one in seen_by_the_blocked(with_more(added)) if one in CASE} <= seen_by_the_blocked(CASE)


@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_the_family_stays_protected(added: Rows) -> None:
    case = with_more(added)
    one = {fact.person for fact in facts_of(case).protections}
    assert len(one) >= len(
        {AccessItemiser(case, facts=access_facts(case, facts_of(case)), policy=POLICY).one(who) for who in FAMILY}
    )


def test_a_foreign_link_revives_no_permit() -> None:
    permit = next(one for one in WHOLE["consents"] if one["id"].startswith(PERMIT))
    over = [
        full(name, by=by, consent=permit["id"], effective_at=at) | {"by": SANNE}
        for name, by, at in (("now", TEAM, "2026-03-01T09:00:00Z"), ("later", FOREIGN, "2030-01-01T00:00:00Z"))
    ]
    link = told("withdrawal link", from_=over[1]["id"], kind="replaces", to=over[0]["id"])
    withdrawn = facts_of(with_more({"withdrawals": over, "links": [link]})).withdrawals
    assert ("2026-03-01T09:00:00Z") in {one.effective_at for one in withdrawn if one.consent == permit["id"]}


def test_an_own_assessment_counts() -> None:
    """The control: what the own organisation recorded does make a representative."""
    rows = represented_by_the_blocked()["capacities"]
    own = [row | {"recorded_by": {"org": TEAM}, "represented_by": FAMILY[-1]} for row in rows]
    person = next(one for one in facts_of(with_more({"capacities": own})).persons if one.id == SANNE)
    assert (person.capable, person.represented_by) == (False, FAMILY[-1])


def two_of_one_child() -> Rows:
    """Return an own and an older person of another organisation, joined by that organisation."""
    child = next(one for one in WHOLE["persons"] if one["id"] in FAMILY and "child" in one.get("roles", ()))
    older = full("older", birth_date="1980-01-01") | {"name": {"given": "Daan"}}
    return {"persons": [older], "same_person": [told("same child", a=older["id"], b=child["id"], basis="bsn")]}


def test_nobody_else_makes_a_child_older() -> None:
    rows = two_of_one_child()
    child = rows["same_person"][0]["b"]
    before, after = (
        Index.of(facts_of(case), AT, known_at=AT).ages(
            AccessItemiser(case, facts=facts_of(case), policy=POLICY).one(child)
        )
        for case in (CASE, with_more(rows))
    )
    assert (after[0], after[1] > before[1]) == (before[0], True)


@pytest.mark.parametrize("recipient", PURPOSES)
def test_nor_gets_more_by_it(recipient: str) -> None:
    assert {one for one in passed(with_more(two_of_one_child()), recipient) if one in CASE} <= BEFORE[recipient]


def test_nobody_else_takes_away_who_decides() -> None:
    held = next(one for one in WHOLE["parental_authorities"] if (one.get("source") or {}).get("kind") == "register")
    theirs = held | told("theirs")
    link = told("authority link", from_=theirs["id"], kind="replaces", to=held["id"])
    after = facts_of(with_more({"parental_authorities": [theirs], "links": [link]}))
    assert set(facts_of(CASE).parental_authority) == set(after.parental_authority)


def test_being_told_is_believed_from_who_did_not_tell() -> None:
    said = {one["record"] for one in WHOLE["informings"]}
    record = next(one["id"] for one in WHOLE["statements"] if one["id"] not in said)
    untold = full("untold", by=TEAM, record=record, person=SANNE, informed=False, reason_not_informed="Gevaar.")
    informed = full("informed", record=record, person=SANNE, informed=True, on="2026-03-01", how="mondeling")
    itemiser = AccessItemiser(
        case := with_more({"informings": [untold, informed]}), facts=facts_of(case), policy=POLICY
    )
    assert itemiser.one(SANNE) in itemiser.untold[record]

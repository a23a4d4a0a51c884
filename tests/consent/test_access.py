# SPDX-License-Identifier: EUPL-1.2
"""Who of the family may see what: the worked table, and what no row can show."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Capacity, FamilyCase, Statement
from kgbx.case.rules.laws import LAWS
from kgbx.consent.access import access
from kgbx.consent.access_facts import AccessFacts, AccessItem, Grant, Withholding, read_access_decisions
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_reasons import ACCESS_REASONS
from kgbx.consent.access_rules import RIGHTS
from kgbx.consent.access_table import run_access_table, run_any_table
from kgbx.consent.facts import ConsentFact
from kgbx.consent.joins import facts_from_case
from kgbx.errors import DocumentError, UsageError
from kgbx.resources import schemas_path
from tests.case.builders import SMALLEST
from tests.consent.insight import (
    AT,
    CASE,
    DAAN,
    FACTS,
    FAMILY,
    LOTTE,
    POLICY,
    REGISTERS,
    RIA,
    ROB,
    SANNE,
    SCHOOL,
    SHARING,
    TEAM,
)
from tests.effort import EXAMPLES, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.consent.access_rules import Right

TABLE: Final = (Path(__file__).parent / "access.json").read_bytes()
RESULTS: Final = {result.id: result for result in run_access_table(TABLE)}


class TestTable:
    """The worked table: ids A1 and on, for Jeugdwet, WGBO, Wmo and AVG."""

    @pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row} {RESULTS[row].title}")
    def test_a_worked_decision(self, row: str) -> None:
        assert RESULTS[row].ok, RESULTS[row].got

    def test_reasons_are_exactly_those_expected(self) -> None:
        more = {row: set(one.got.reasons) - set(one.expected.reasons) for row, one in RESULTS.items()}
        assert {row: codes for row, codes in more.items() if codes} == {}

    def test_every_right_opens_something_in_the_table(self) -> None:
        opened = {right for one in RESULTS.values() for right in one.got.released_by.values()}
        assert {right.id for right in RIGHTS} - opened == set()

    def test_every_reason_withholds_something_in_the_table(self) -> None:
        codes = {code for one in RESULTS.values() for code in one.got.reasons}
        assert set(ACCESS_REASONS) - codes == {"UNKNOWN_ASKER"}  # a table may not name who is not in it

    def test_each_denial_has_a_twin_that_permits(self) -> None:
        outcomes = [one.got.permit for one in RESULTS.values()]
        assert min(outcomes.count(True), outcomes.count(False)) >= 30

    def test_either_kind_of_table_is_run(self) -> None:
        decisions = (Path(__file__).parent / "decisions.json").read_bytes()
        assert (len(run_any_table(TABLE)), run_any_table(decisions)[0].id) == (len(RESULTS), "1")

    def test_every_right_names_its_source_and_the_day_of_its_text(self) -> None:
        assert [row.id for row in RIGHTS if not row.source or len(row.text_date) != 10] == []


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    table = copy.deepcopy(json.loads(TABLE))
    table["rows"] = table["rows"][:2]
    change(table)
    return json.dumps(table).encode()


UNREADABLE: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "an unknown member of the facts": (lambda t: t["facts"].update(x=[]), "D_UNKNOWN_MEMBER", "/facts"),
    "an unknown person": (
        lambda t: t["rows"][0]["request"].update(person="Vredebregt"),
        "D_REFERENCE",
        "/rows/0/request/person",
    ),
    "an unknown subject": (
        lambda t: t["rows"][0]["request"]["item"].update(about=["Vredebregt"]),
        "D_REFERENCE",
        "/rows/0/request/item/about/0",
    ),
    "a reason of sharing": (
        lambda t: t["rows"][1]["expect"].update(reasons=["CONSENT_MISSING"]),
        "D_CODE",
        "/rows/1/expect/reasons/0",
    ),
    "no rows": (lambda t: t.pop("rows"), "D_MISSING", "/rows"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_access_table_that_cannot_be_read_is_not_run(name: str) -> None:
    change, code, pointer = UNREADABLE[name]
    with pytest.raises(DocumentError) as caught:
        run_any_table(changed(change))
    assert (caught.value.problems[0].code, caught.value.problems[0].pointer) == (code, pointer)
    assert "Vredebregt" not in str(caught.value)


def item(**members: Any) -> AccessItem:  # noqa: ANN401  # members of any type
    return AccessItem(id="r1", category="family_story", **({"about": (SANNE,), "regime": "jeugdwet"} | members))


def seen(one: AccessItem, person: str, facts: AccessFacts = FACTS) -> bool:
    return bool(access(one, person, at=AT, known_at=AT, facts=facts, policy=POLICY))


def test_somebody_whom_nobody_knows_sees_nothing() -> None:
    found = access(item(), "nobody", at=AT, known_at=AT, facts=FACTS, policy=POLICY)
    assert found.reasons == ("NO_RIGHT", "UNKNOWN_ASKER")


def test_a_denial_explains_itself_with_its_article() -> None:
    found = access(item(about=(ROB,)), SANNE, at=AT, known_at=AT, facts=FACTS, policy=POLICY)
    assert "Jeugdwet 7.3.11 lid 1" in found.explain("nl")[0]
    assert "no right" in found.explain("en")[0]


def test_a_stricter_choice_than_the_statute_is_called_so() -> None:
    found = access(item(working_note=True), SANNE, at=AT, known_at=AT, facts=FACTS, policy=POLICY)
    assert "strenger dan de wet" in found.explain("nl")[0]
    assert "stricter than the statute" in found.explain("en")[0]


def test_a_permit_says_what_must_be_done_first() -> None:
    found = access(item(about=(DAAN,)), SANNE, at=AT, known_at=AT, facts=FACTS, policy=POLICY)
    assert (bool(found), found.first) == (True, ("TALK_WITH_YOUTH",))
    assert found.explain("en") == ("Talk first with the youth about what the parent will see.",)


@pytest.mark.parametrize("right", RIGHTS, ids=lambda row: row.id)
def test_a_right_is_as_old_as_the_oldest_text_that_was_read(right: Right) -> None:
    cited = [law.text_date for law in LAWS if re.search(rf"(?<!\w){law.name}[ :]", right.source) and law.text_date]
    assert cited
    if not right.valid_until.startswith("20"):  # a text that no longer holds is older than the one of today
        assert right.text_date == min(cited)


def test_a_term_is_of_the_text_that_was_read() -> None:
    rules = json.loads(schemas_path("policy", "retention-nl.json").read_bytes())["rules"]
    dates = {law.name: law.text_date for law in LAWS}
    wrong = {one["id"] for name in ("Jeugdwet", "Wmo 2015", "BW 7") for one in rules
             if re.match(rf"{name}[ :]", one["source"]) and one["text_date"] != dates[name]}  # fmt: skip
    assert wrong == set()


def test_a_youth_of_sixteen_is_passed_over_only_for_what_is_withheld_from_the_youth() -> None:
    """Jeugdwet 7.3.2 lid 4: a weighing alone opens nothing, nor a withholding on another ground, or that is over."""
    table = json.loads(TABLE)
    row = next(one for one in table["rows"] if one["id"] == "A19")
    told = row["facts"]["withholdings"][0]
    changes: list[dict[str, Any]] = [
        {},
        {"ground": "good_care"},
        {"person": "F"},
        {"items": ["r2"]},
        {"review_on": "2026-01-01"},
        {"consulted": None},
        {"reason": None},
    ]
    rows = [
        row | {"id": f"X{number}", "facts": row["facts"] | {"withholdings": [told | change]}}
        for number, change in enumerate(changes)
    ]
    found = run_access_table(json.dumps(table | {"rows": rows}).encode())
    assert [one.got.permit for one in found] == [True] + [False] * (len(changes) - 1)
    assert {one.got.reasons for one in found[1:]} == {("NO_RIGHT",)}


def test_a_moment_must_be_one() -> None:
    with pytest.raises(UsageError) as caught:
        access(item(), SANNE, at="today", known_at=AT, facts=FACTS, policy=POLICY)
    assert caught.value.code == "U_MOMENT"


persons = st.sampled_from(FAMILY)
items = st.builds(
    item,
    about=st.lists(persons, min_size=1, max_size=2, unique=True).map(tuple),
    third_parties=st.sampled_from([(), (), (RIA,)]),
    reveals_location_of=st.sampled_from([(), (), (LOTTE,)]),
    told_by=st.sampled_from([None, None, *FAMILY]),
    regime=st.sampled_from(["jeugdwet", "wmo", "wgbo", "avg_other", None]),
    working_note=st.sampled_from([False, False, False, True]),
)
PERIOD: Final[dict[str, Any]] = {"recorded_at": "2026-01-01", "valid_from": "2026-01-01"}


def refusal(about: str, person: str) -> ConsentFact:
    return ConsentFact(
        id="no", decided_by=about, about=about, decision="refuse", recipients=(person,), purposes=("*",),
        categories=("*",), proven=False, **PERIOD,
    )  # fmt: skip


def withholding(person: str) -> Withholding:
    return Withholding(
        person=person, subjects=("*",), items=(), ground="good_care", decided_by="pro", review_on="2026-04-01", **PERIOD
    )


class TestProperties:
    """Permit and no reason are the same; what narrows never widens; order and duplicates do not matter."""

    @settings(max_examples=scaled(quick=EXAMPLES["quick"], ci=1000, long=5000))
    @given(one=items, person=persons)
    def test_permit_means_no_reason_and_a_right_for_each_subject(self, one: AccessItem, person: str) -> None:
        found = access(one, person, at=AT, known_at=AT, facts=FACTS, policy=POLICY)
        assert found.permit == (not found.reasons)
        assert set(found.released_by) == (set(one.about) if found else set())
        assert not (found.permit and found.escalate)

    @settings(max_examples=scaled(quick=EXAMPLES["quick"], ci=1000, long=5000))
    @given(one=items, person=persons, about=persons)
    def test_a_refusal_or_a_withholding_never_widens(self, one: AccessItem, person: str, about: str) -> None:
        refused = FACTS.model_copy(update={"consents": (*FACTS.consents, refusal(about, person))})
        withheld = FACTS.model_copy(update={"withholdings": (withholding(person),)})
        assert seen(one, person, refused) <= seen(one, person)
        assert not seen(one, person, withheld)

    @settings(max_examples=scaled(quick=EXAMPLES["quick"], ci=1000, long=5000))
    @given(one=items, person=persons)
    def test_without_authority_and_consents_only_oneself_is_left(self, one: AccessItem, person: str) -> None:
        bare = FACTS.model_copy(update={"parental_authority": (), "consents": ()})
        own = set(one.about) == {person} or one.told_by == person
        assert seen(one, person, bare) <= (seen(one, person) and own)

    @settings(max_examples=scaled(quick=EXAMPLES["quick"], ci=1000, long=5000))
    @given(one=items, person=persons)
    def test_order_and_duplicates_of_facts_do_not_matter(self, one: AccessItem, person: str) -> None:
        twice = {
            name: (*reversed(value), *value)
            for name in AccessFacts.model_fields
            if isinstance(value := getattr(FACTS, name), tuple)
        }
        assert seen(one, person, FACTS.model_copy(update=twice)) == seen(one, person)


class TestTheItemsOfACase:
    """What access() looks at of the records of the made-up family."""

    ITEMISER = AccessItemiser(CASE, facts=FACTS, policy=POLICY)

    def items_of(self, array: str) -> list[AccessItem]:
        return [one for record in CASE.records(array) for one in self.ITEMISER.items_of(record)]  # type: ignore[arg-type]  # arrays of full records

    def test_who_told_it_and_is_no_subject_is_another(self) -> None:
        told = [one for one in CASE.records("statements") if isinstance(one, Statement) and one.told_by.person == RIA]
        others = [one for record in told if RIA not in record.about for one in self.ITEMISER.items_of(record)]
        assert others
        assert all(RIA in one.third_parties for one in others)

    def test_a_holder_of_authority_is_no_secret(self) -> None:
        assert {one.third_parties for one in self.items_of("parental_authorities")} == {()}

    def test_the_record_of_a_protection_is_marked(self) -> None:
        assert [one.guards for one in self.items_of("protections")] == [True]

    @pytest.mark.parametrize(("form", "teller"), [("woordelijk", SANNE), ("samengevat", None), ("vertaald", None)])
    def test_only_own_words_have_a_teller(self, form: str, teller: str | None) -> None:
        told = next(
            one for one in CASE.records("statements") if isinstance(one, Statement) and one.told_by.person == SANNE
        )
        wording = told.wording.model_copy(update={"form": form})
        found = self.ITEMISER.items_of(told.model_copy(update={"wording": wording}))
        assert {one.told_by for one in found} == {teller}

    def test_who_died_is_dead_from_the_last_day_it_can_have_been(self) -> None:
        dead = (one.model_copy(update={"death_date": "2026-02"}) if one.id == DAAN else one for one in CASE)
        deaths = access_facts(FamilyCase(dead, synthetic=True), SHARING, own=TEAM).deaths
        assert [(one.person, one.on) for one in deaths] == [(DAAN, "2026-02-28")]

    @pytest.mark.parametrize(
        ("changes", "court"),
        [
            ({"basis": "curatele"}, (RIA,)),
            ({"basis": "mentorschap"}, (RIA,)),
            ({"basis": "written_authorisation"}, ()),
            ({"basis": "curatele", "recorded_by": {"org": SCHOOL}}, ()),
            ({"basis": "curatele", "capable": True}, ()),
        ],
    )
    def test_a_court_appointed_who_represents(self, changes: dict[str, Any], court: tuple[str, ...]) -> None:
        said = {"person": RIA, "capable": False, "represented_by": SANNE, "recorded_by": {"org": TEAM}}
        record = Capacity(**(SMALLEST["capacities"] | said | changes))
        case = FamilyCase([*CASE, record], synthetic=True)
        assert access_facts(case, facts_from_case(case, REGISTERS, own=TEAM)).under_court == court

    def test_everybody_sees_the_own_person_record_or_a_holder_does(self) -> None:
        own = {person: [access(one, person, at=AT, known_at=AT, facts=FACTS, policy=POLICY).permit
                        for one in self.ITEMISER.items_of(CASE.get(person))]  # type: ignore[arg-type]  # a Person
               for person in FAMILY}  # fmt: skip
        assert own == {SANNE: [True], ROB: [True], DAAN: [True], LOTTE: [False]}


def test_decisions_about_insight_are_read_and_used() -> None:
    grant = {"person": ROB, "about": SANNE, "items": ["r1"], "right": "PERMITTED", "decided_by": "pro", "proven": True}
    value = {"format": "kgbx-access-decisions/1", "grants": [grant | PERIOD]}
    found = access_facts(CASE, SHARING, decisions=read_access_decisions(json.dumps(value).encode()))
    assert isinstance(found.grants[0], Grant)
    assert not seen(item(), ROB, found)  # a right that needs no weighing is not opened by one

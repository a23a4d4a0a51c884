# SPDX-License-Identifier: EUPL-1.2
"""Every rule has a document that keeps it and one that breaks it, at the places named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase, wording_digest
from kgbx.case.rules import RULES, Rule
from kgbx.case.rules.numbers import is_bsn
from kgbx.case.told import Statement
from tests.case.builders import (
    CHILD,
    FATHER,
    GI,
    MOTHER,
    SMALLEST,
    STATEMENT,
    Value,
    an_id,
    as_bytes,
    as_real,
    bare,
    document,
    full,
    words,
)

if TYPE_CHECKING:
    from kgbx.errors import Problem

WORKER = an_id(4)
REGISTER = {"kind": "register", "register_name": "brp", "as_of": "2026-03-01"}
OTHER = {"recorded_by": {"org": GI}}


def person(number: int, birth: str | None = None, **members: object) -> Value:
    return full(number, **({"birth_date": birth} if birth else {}), **members)


def relation(number: int, start: str, kind: str, to: str, **members: object) -> Value:
    return full(number, from_=start, kind=kind, to=to, **members)


def gezag(kind: str, *holders: Value, number: int = 17, **members: object) -> Value:
    who = {"holders": list(holders)} if holders else {}
    return full(number, minor=CHILD, kind=kind, **{"source": REGISTER, **who, **members})


def parent(who: str) -> Value:
    return {"person": who, "capacity": "ouder"}


def told(**members: object) -> Value:
    return SMALLEST["statements"] | members


def teller(**members: object) -> Value:
    return document(professionals=[SMALLEST["professionals"]], statements=[told(told_by=members)])


def stated(**members: object) -> Value:
    return document(professionals=[SMALLEST["professionals"]], statements=[told(**members)])


def replacing(*links: tuple[str, str], more: Value | None = None) -> Value:
    rows = [bare(50 + place, from_=new, kind="replaces", to=old) for place, (new, old) in enumerate(links)]
    return document(persons=[full(1), full(2)], links=rows, **(more or {}))


def bsn(value: str, **members: object) -> Value:
    return document(
        identifiers=[full(12, person=CHILD, system="bsn", value=value, **{"legal_basis": "jw_7_2_1", **members})]
    )


def related(kind: str, *persons: Value, **members: object) -> Value:
    return document(persons=list(persons), relations=[relation(15, MOTHER, kind, CHILD, **members)])


def household(*days: int, **second: object) -> Value:
    rows = [
        full(60 + place, kind="particulier", members=[{"person": CHILD, "days_per_fortnight": day}])
        for place, day in enumerate(days)
    ]
    rows[-1] |= second
    return document(households=rows)


def fixed(*rows: Value) -> Value:
    base = {
        "persons": [CHILD],
        "org": SMALLEST["organisations"]["org"],
        "role": "fixed_contact",
        "professional": WORKER,
    }
    contacts = [full(70 + place, **(base | row)) for place, row in enumerate(rows)]
    workers = [SMALLEST["professionals"], SMALLEST["professionals"] | {"id": an_id(6)}]
    return document(professionals=workers, involvements=contacts)


def reviewed(by: str, digest: str | None = None, **more: list[Value]) -> Value:
    shown = wording_digest(Statement.model_validate_json(as_bytes(SMALLEST["statements"])))
    row = SMALLEST["reviews"] | {"by": by, "wording_digest": digest or shown}
    return document(statements=[told(about=[CHILD])], reviews=[row], **more)


Case = tuple[Value, Value, tuple[str, ...]]
P, R, S = "/persons/0", "/relations/0", "/statements/0"

CASES: dict[str, list[Case]] = {
    "KGBX-R-001": [
        (
            teller(professional=WORKER),
            document(statements=[told(told_by={"professional": WORKER})]),
            (f"{S}/told_by/professional",),
        ),
        (stated(about=[an_id(99)]), stated(about=[WORKER]), (f"{S}/about/0",)),
        (reviewed(MOTHER), document(reviews=[SMALLEST["reviews"]]), ("/reviews/0/record",)),
        (
            document(persons=[full(1)], reactions=[SMALLEST["reactions"] | {"record": MOTHER}]),
            document(reactions=[SMALLEST["reactions"] | {"record": WORKER}], professionals=[SMALLEST["professionals"]]),
            ("/reactions/0/record",),
        ),
        (
            document(persons=[full(1), full(3)], links=[bare(21, from_=MOTHER, kind="grounds", to=CHILD)]),
            document(links=[bare(21, from_=MOTHER, kind="grounds", to=CHILD)]),
            ("/links/0/from", "/links/0/to"),
        ),
    ],
    "KGBX-R-002": [
        (
            related("opvoeder", valid_from="2020", valid_until="2020"),
            related("opvoeder", valid_from="2020-05", valid_until="2020-04"),
            (f"{R}/valid_until",),
        ),
        (
            stated(concerns_period={"start": "2025", "until": "2025-02"}),
            stated(concerns_period={"start": "2025", "until": "2024-12"}),
            (f"{S}/concerns_period/until",),
        ),
        (
            document(households=[SMALLEST["households"]]),
            document(
                households=[
                    full(
                        16, kind="particulier", members=[{"person": CHILD, "valid_from": "2020", "valid_until": "2019"}]
                    )
                ]
            ),
            ("/households/0/members/0/valid_until",),
        ),
    ],
    "KGBX-R-005": [
        (stated(told_on="2026-03-01"), stated(told_on="2026-03-02"), (f"{S}/told_on",)),
        (stated(told_on="2026"), stated(told_on="2027"), (f"{S}/told_on",)),
        (
            stated(recorded_at="2026-03-01T23:30:00Z", told_on="2026-03-02"),
            stated(recorded_at="2026-03-01T22:30:00Z", told_on="2026-03-02"),
            (f"{S}/told_on",),
        ),
    ],
    "KGBX-R-006": [
        (
            document(persons=[person(3, "2016")]),
            document(persons=[person(3, "2016", expected_birth_date="2016-05-01")]),
            (f"{P}/expected_birth_date",),
        ),
        (
            document(persons=[person(3, expected_birth_date="2026-05-01", sex="onbekend")]),
            document(persons=[person(3, expected_birth_date="2026-05-01", sex="man")]),
            (f"{P}/sex",),
        ),
    ],
    "KGBX-R-007": [
        (
            document(persons=[person(1, "1986", death_date="1986")]),
            document(persons=[person(1, "1986-05", death_date="1986-04")]),
            (f"{P}/death_date",),
        ),
    ],
    "KGBX-R-014": [
        (replacing((FATHER, MOTHER)), replacing((FATHER, MOTHER), (MOTHER, FATHER)), ("/links/0/to", "/links/1/to")),
        (replacing((FATHER, MOTHER), (CHILD, FATHER)), replacing((MOTHER, MOTHER)), ("/links/0/to",)),
        (
            replacing((FATHER, MOTHER)),
            replacing((FATHER, STATEMENT), more={"statements": [SMALLEST["statements"]]}),
            ("/links/0/to",),
        ),
    ],
    "KGBX-R-015": [
        (
            document(relations=[relation(15, MOTHER, "ouder", CHILD)]),
            document(relations=[relation(15, MOTHER, "ouder", MOTHER)]),
            (R,),
        ),
        (
            document(relations=[relation(15, MOTHER, "stiefouder", CHILD), relation(16, CHILD, "ouder", MOTHER)]),
            document(
                relations=[
                    relation(15, MOTHER, "ouder", CHILD),
                    relation(16, CHILD, "biologische_ouder", FATHER),
                    relation(17, FATHER, "adoptieouder", MOTHER),
                ]
            ),
            ("/relations/0", "/relations/1", "/relations/2"),
        ),
    ],
    "KGBX-R-016": [
        (
            related("ouder", person(1, "1986"), person(3, "2016")),
            related("ouder", person(1, "2006"), person(3, "2016")),
            (R,),
        ),
        (
            related("stiefouder", person(1, "1930"), person(3, "2016")),
            related("ouder", person(1, "1930"), person(3, "2016")),
            (R,),
        ),
    ],
    "KGBX-R-017": [
        (
            document(
                relations=[
                    relation(15, MOTHER, "ouder", CHILD),
                    relation(16, FATHER, "ouder", CHILD),
                    relation(17, WORKER, "ouder", CHILD, legal=False),
                ]
            ),
            document(
                relations=[
                    relation(15, MOTHER, "ouder", CHILD),
                    relation(16, FATHER, "ouder", CHILD),
                    relation(17, WORKER, "adoptieouder", CHILD),
                ]
            ),
            ("/relations/2",),
        ),
    ],
    "KGBX-R-018": [
        (related("buur"), document(relations=[relation(15, CHILD, "buur", CHILD)]), (f"{R}/to",)),
    ],
    "KGBX-R-019": [
        (
            document(
                relations=[
                    relation(15, MOTHER, "echtgenoot", FATHER, valid_from="2010", valid_until="2015"),
                    relation(16, MOTHER, "echtgenoot", CHILD, valid_from="2015-06"),
                ]
            ),
            document(
                relations=[
                    relation(15, MOTHER, "echtgenoot", FATHER, valid_from="2010"),
                    relation(16, CHILD, "echtgenoot", MOTHER, valid_from="2015"),
                ]
            ),
            ("/relations/1",),
        ),
    ],
    "KGBX-R-020": [
        (
            related("ouder", person(1, "1986"), person(3, "2016")),
            related("ouder", person(1, "2017"), person(3, "2016")),
            (R,),
        ),
    ],
    "KGBX-R-021": [
        (
            related("opvoeder", person(3, "2016"), valid_from="2016"),
            related("opvoeder", person(3, "2016"), valid_from="2015"),
            (R,),
        ),
        (
            related("opvoeder", person(1, "1986", death_date="2020"), valid_from="2019"),
            related("opvoeder", person(1, "1986", death_date="2020"), valid_from="2021"),
            (R,),
        ),
    ],
    "KGBX-R-022": [
        (household(7, 7), household(7, 8), ("/households/1/members/0/days_per_fortnight",)),
        (
            household(14, 14, valid_from="2020", valid_until="2021"),
            household(15 - 1, 1),
            ("/households/1/members/0/days_per_fortnight",),
        ),
    ],
    "KGBX-R-023": [
        (bsn("999990019"), bsn("999990018"), ("/identifiers/0/value",)),
        (bsn("999990020"), bsn("999999999"), ("/identifiers/0/value",)),
        (bsn("999990020"), bsn("99999002"), ("/identifiers/0/value",)),
    ],
    "KGBX-R-024": [
        (
            bsn("999990019"),
            document(identifiers=[full(12, person=CHILD, system="bsn", value="999990019")]),
            ("/identifiers/0",),
        ),
    ],
    "KGBX-R-027": [(bsn("999990019"), as_real(bsn("999990019")), ("/identifiers/0/value",))],
    "KGBX-R-028": [
        (
            stated(wording=words("Bel 06 0000 0017, zaak 999990018.")),
            stated(wording=words("Haar nummer is 999990019.")),
            (f"{S}/wording/text",),
        ),
        (stated(wording=words("1999990019")), stated(wording=words("BSN 9999.90.019")), (f"{S}/wording/text",)),
    ],
    "KGBX-R-035": [
        (
            document(
                persons=[person(3, "2008-02-29")],
                parental_authorities=[gezag("tijdelijk_geen", valid_until="2026-03-01")],
            ),
            document(
                persons=[person(3, "2008-02-29")],
                parental_authorities=[gezag("tijdelijk_geen", valid_until="2026-03-02")],
            ),
            ("/parental_authorities/0/valid_until",),
        ),
        (
            document(persons=[person(3, "2008")], parental_authorities=[gezag("tijdelijk_geen", valid_from="2026")]),
            document(persons=[person(3, "2008")], parental_authorities=[gezag("tijdelijk_geen", valid_from="2027")]),
            ("/parental_authorities/0/valid_from",),
        ),
    ],
    "KGBX-R-036": [
        (
            document(persons=[person(1, "2005")], parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(MOTHER))]),
            document(persons=[person(1, "2009")], parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(MOTHER))]),
            ("/parental_authorities/0/holders/0",),
        ),
    ],
    "KGBX-R-041": [
        (
            document(parental_authorities=[gezag("gezamenlijk_ouderlijk", parent(MOTHER), parent(FATHER))]),
            document(parental_authorities=[gezag("gezamenlijk_ouderlijk", parent(MOTHER))]),
            ("/parental_authorities/0/holders",),
        ),
        (
            document(parental_authorities=[gezag("voogdij", {"org": GI, "capacity": "derde"})]),
            document(parental_authorities=[gezag("eenhoofdig_ouderlijk", {"org": GI, "capacity": "ouder"})]),
            ("/parental_authorities/0/holders",),
        ),
        (
            document(parental_authorities=[gezag("tijdelijk_geen")]),
            document(parental_authorities=[gezag("eenhoofdig_ouderlijk")]),
            ("/parental_authorities/0",),
        ),
        (
            document(parental_authorities=[gezag("gezamenlijk_met_derde", parent(MOTHER))]),
            document(parental_authorities=[gezag("gezamenlijk_ouderlijk", parent(MOTHER), parent(MOTHER))]),
            ("/parental_authorities/0/holders",),
        ),
    ],
    "KGBX-R-042": [
        (
            document(
                parental_authorities=[
                    gezag("tijdelijk_geen", valid_from="2020", valid_until="2021"),
                    gezag("niet_te_bepalen", number=18, valid_from="2021"),
                ]
            ),
            document(
                parental_authorities=[
                    gezag("tijdelijk_geen", valid_from="2020"),
                    gezag("niet_te_bepalen", number=18, valid_from="2021"),
                ]
            ),
            ("/parental_authorities/1",),
        ),
    ],
    "KGBX-R-043": [
        (
            document(
                persons=[person(3, "2016")],
                parental_authorities=[
                    gezag("gezamenlijk_ouderlijk", parent(MOTHER), parent(FATHER), valid_from="2016")
                ],
            ),
            document(
                persons=[person(3, "2016")],
                parental_authorities=[
                    gezag("gezamenlijk_ouderlijk", parent(MOTHER), parent(FATHER), valid_from="2015")
                ],
            ),
            ("/parental_authorities/0/valid_from",),
        ),
    ],
    "KGBX-R-044": [
        (
            document(parental_authorities=[gezag("tijdelijk_geen")]),
            document(parental_authorities=[gezag("tijdelijk_geen", under_investigation=True)]),
            ("/parental_authorities/0/under_investigation",),
        ),
    ],
    "KGBX-R-055": [
        (teller(person=MOTHER), teller(person=MOTHER, anonymous=True), (f"{S}/told_by",)),
        (teller(anonymous=True), teller(capacity="buur"), (f"{S}/told_by",)),
        (teller(document=an_id(99), page="3"), teller(person=MOTHER, page="3"), (f"{S}/told_by",)),
    ],
    "KGBX-R-056": [
        (stated(hearsay=True, first_teller={"unknown": True}), stated(hearsay=True), (f"{S}/hearsay",)),
        (
            stated(hearsay=True, first_teller={"person": FATHER}),
            stated(hearsay=True, first_teller={"person": FATHER, "unknown": True}),
            (f"{S}/first_teller",),
        ),
        (stated(), stated(first_teller={"person": FATHER}), (f"{S}/first_teller",)),
    ],
    "KGBX-R-057": [
        (stated(kind="diagnose", told_by={"professional": WORKER}), stated(kind="diagnose"), (f"{S}/told_by",)),
    ],
    "KGBX-R-058": [
        (reviewed(CHILD), reviewed(FATHER), ("/reviews/0/by",)),
        (
            reviewed(FATHER, parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(FATHER))]),
            reviewed(
                FATHER,
                parental_authorities=[
                    gezag("eenhoofdig_ouderlijk", parent(FATHER), valid_from="2019", valid_until="2020")
                ],
            ),
            ("/reviews/0/by",),
        ),
    ],
    "KGBX-R-067": [
        (
            stated(wording=words(form="automatisch_opgesteld") | {"written_by": WORKER}),
            stated(wording=words(form="automatisch_opgesteld")),
            (f"{S}/wording",),
        ),
    ],
    "KGBX-R-068": [
        (
            fixed(
                {"valid_from": "2024", "valid_until": "2025-01-01"}, {"valid_from": "2025", "professional": an_id(6)}
            ),
            fixed({"valid_from": "2024"}, {"valid_from": "2025", "professional": an_id(6)}),
            ("/involvements/1",),
        ),
        (
            fixed({"valid_from": "2024"}, {"valid_from": "2025", "professional": an_id(6), "role": "co_worker"}),
            fixed({"valid_from": "2024", "persons": [MOTHER, CHILD]}, {"valid_from": "2025", "professional": an_id(6)}),
            ("/involvements/1",),
        ),
    ],
    "KGBX-R-070": [
        (fixed({"valid_until": "2026", "end_reason": "vertrek"}), fixed({"valid_until": "2026"}), ("/involvements/0",)),
    ],
    "KGBX-R-078": [
        (document(persons=[full(1), full(2)]), document(persons=[full(1), full(1)]), ("/persons/1/id",)),
        (
            document(persons=[full(1)]),
            document(persons=[full(1)], identifiers=[SMALLEST["identifiers"] | {"id": MOTHER}]),
            ("/identifiers/0/id",),
        ),
    ],
    "KGBX-R-079": [
        (
            document(persons=[person(1, "1986")], statements=[told()]),
            document(persons=[person(1, "2026-03")], statements=[told()]),
            (f"{S}/told_on",),
        ),
        (
            document(persons=[person(1, "1986", death_date="2026-02")], statements=[told()]),
            document(persons=[person(1, "1986", death_date="2025")], statements=[told()]),
            (f"{S}/told_on",),
        ),
    ],
    "KGBX-R-080": [
        (
            document(relations=[relation(15, MOTHER, "partner", FATHER), relation(16, MOTHER, "ouder", CHILD)]),
            document(relations=[relation(15, MOTHER, "partner", CHILD), relation(16, MOTHER, "ouder", CHILD)]),
            (R,),
        ),
    ],
    "KGBX-R-081": [(bsn("999990019"), bsn("123" + "456782"), ("/identifiers/0/value",))],
    "KGBX-R-082": [
        (
            document(
                relations=[relation(15, MOTHER, "ouder", CHILD)],
                parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(MOTHER))],
            ),
            document(
                relations=[relation(15, MOTHER, "ouder", CHILD)],
                parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(FATHER))],
            ),
            ("/parental_authorities/0/holders/0",),
        ),
    ],
    "KGBX-R-083": [
        (teller(document=an_id(99), page="3"), teller(document=an_id(99)), (f"{S}/wording/form",)),
    ],
    "KGBX-R-084": [(reviewed(MOTHER), reviewed(MOTHER, "A" * 43), ("/reviews/0/wording_digest",))],
    "KGBX-R-085": [
        (
            stated(kind="waarneming", verifiability="vastgesteld"),
            stated(kind="mening", verifiability="vastgesteld"),
            (f"{S}/verifiability",),
        ),
    ],
    "KGBX-R-086": [
        (
            document(persons=[full(1, reveals_location_of=[], reviewed_by={"org": GI, "on": "2026-03-01"})]),
            document(persons=[full(1, reveals_location_of=[])]),
            (f"{P}/reveals_location_of",),
        ),
    ],
    "KGBX-R-087": [
        (
            document(persons=[full(1, extensions={"urn:x:yz": "x" * 65_000})]),
            document(persons=[full(1, extensions={"urn:x:yz": "x" * 66_000})]),
            (f"{P}/extensions",),
        ),
    ],
    "KGBX-R-088": [
        (
            document(persons=[full(1, source=REGISTER)]),
            document(persons=[full(1, source={"kind": "register", "register_name": "brp"})]),
            (f"{P}/source",),
        ),
        (
            document(persons=[full(1, source={"kind": "document", "page": "3"})]),
            document(persons=[full(1, source={"kind": "told", "page": "3"})]),
            (f"{P}/source",),
        ),
    ],
    "KGBX-R-091": [
        (
            document(persons=[full(1), full(2)], links=[bare(21, from_=MOTHER, kind="part_of", to=FATHER)]),
            document(persons=[full(1)], links=[bare(21, from_=MOTHER, kind="part_of", to=MOTHER)]),
            ("/links/0/to",),
        ),
    ],
    "KGBX-R-094": [
        (
            document(parental_authorities=[gezag("tijdelijk_geen")]),
            document(parental_authorities=[gezag("tijdelijk_geen", source={"kind": "told"})]),
            ("/parental_authorities/0",),
        ),
    ],
    "KGBX-R-095": [
        (
            document(persons=[person(1, "2026")], statements=[told(told_by={"person": FATHER})]),
            document(
                persons=[person(1, expected_birth_date="2026-06-01")], statements=[told(told_by={"person": FATHER})]
            ),
            (f"{S}/about/0",),
        ),
    ],
    "KGBX-R-096": [
        (
            fixed({}),
            document(involvements=[full(70, persons=[CHILD], org=GI, role="fixed_contact")]),
            ("/involvements/0",),
        ),
    ],
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""

ALL = [
    pytest.param(rule, case, id=f"{rule}-{number}")
    for rule, cases in CASES.items()
    for number, case in enumerate(cases)
]


def told_by_rule(value: Value, rule: str) -> list[Problem]:
    problems = FamilyCase.check(as_bytes(value))
    assert not [problem for problem in problems if problem.rule is None], "the shape must be right"
    return [problem for problem in problems if problem.rule == rule]


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_document_that_keeps_the_rule_is_not_told_about_it(rule: str, case: Case) -> None:
    assert told_by_rule(case[0], rule) == []


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_document_that_breaks_the_rule_is_told_where(rule: str, case: Case) -> None:
    assert tuple(problem.pointer for problem in told_by_rule(case[1], rule)) == case[2]


@pytest.mark.parametrize(("rule", "case"), ALL)
def test_a_breach_has_the_severity_of_the_rule(rule: str, case: Case) -> None:
    severity = next(row.severity for row in RULES if row.id == rule)
    assert {problem.severity for problem in told_by_rule(case[1], rule)} == {severity}


def test_every_rule_has_its_cases() -> None:
    assert [rule.id for rule in RULES] == sorted(CASES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_to_do_in_both_languages_and_names_its_source(rule: Rule) -> None:
    text, source = rule.text, rule.source
    assert all(part.endswith((".", "?")) and len(part) > 40 for part in (text.nl, text.en))
    assert len(source) >= 4


# --- what several organisations say


def test_an_organisation_that_contradicts_itself_makes_a_mistake() -> None:
    assert {problem.severity for problem in told_by_rule(CASES["KGBX-R-042"][0][1], "KGBX-R-042")} == {"error"}


def test_two_organisations_that_contradict_each_other_are_shown_not_refused() -> None:
    value = json.loads(json.dumps(CASES["KGBX-R-042"][0][1]))
    value["parental_authorities"][1] |= OTHER
    assert {problem.severity for problem in told_by_rule(value, "KGBX-R-042")} == {"warning"}


# --- versions


def test_a_replaced_record_takes_no_part_in_rules_of_state() -> None:
    value = json.loads(json.dumps(CASES["KGBX-R-042"][0][1]))
    value["links"] = [bare(50, from_=an_id(18), kind="replaces", to=an_id(17))]
    assert told_by_rule(value, "KGBX-R-042") == []


def test_a_corrected_birth_date_counts_for_who_named_the_old_record() -> None:
    value = document(
        persons=[person(1, "2017"), person(2, "1986"), person(3, "2016")],
        relations=[relation(15, MOTHER, "ouder", CHILD)],
        links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)],
    )
    assert told_by_rule(value, "KGBX-R-020") == []


def test_a_circle_between_corrected_persons_is_seen() -> None:
    value = document(
        persons=[full(1), full(2)],
        relations=[relation(15, MOTHER, "ouder", FATHER)],
        links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)],
    )
    assert [problem.pointer for problem in told_by_rule(value, "KGBX-R-015")] == [R]


# --- the 11-proef


@pytest.mark.parametrize("value", ["999990019", "999990020", "000000012"])
def test_a_number_that_passes_the_11_proef_can_be_a_bsn(value: str) -> None:
    assert is_bsn(value)


@pytest.mark.parametrize("value", ["000000000", "999999999", "999990018", "99999001", "9999900190", "99999001x", ""])
def test_a_sentinel_or_a_number_that_fails_cannot_be_a_bsn(value: str) -> None:
    assert not is_bsn(value)


def test_each_changed_digit_is_caught() -> None:
    good = "999990019"
    others = {good[:place] + digit + good[place + 1 :] for place in range(9) for digit in "0123456789"} - {good}
    assert {is_bsn(value) for value in others} == {False}

# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about measures beside the gezag, decisions, judgements and keeping."""

from __future__ import annotations

from typing import Any

from tests.case.builders import AT, CHILD, FATHER, GI, MOTHER, SMALLEST, STATEMENT, TEAM, Value, an_id, bare, document
from tests.case.rule_cases_sharing import of, one, withdrawn
from tests.case.rule_documents import WORKER, Case, bsn, gezag, parent, person, relation, stated, told

MEASURE, SUPERVISED = "/measures/0", {"kind": "ondertoezichtstelling", "executing_org": GI}
CONSENT = "/consents/0"
PROVISIONAL = "voorlopige_ondertoezichtstelling"
BY_GEZAG = {"subject": CHILD, "decided_by": FATHER, "capacity": "parent_with_authority"}
GUARDED = gezag("voogdij", {"org": GI, "capacity": "derde"})


def doing(*functions: str, **more: list[Value]) -> Value:
    """Return a document that describes the institution, with the records given."""
    institution = SMALLEST["organisations"] | {"org": GI, "functions": list(functions)}
    return document(organisations=[institution], **more)


def supervised(**members: Any) -> list[Value]:  # noqa: ANN401  # JSON values
    return [one("measures", **(SUPERVISED | members))]


def permitted(*authorities: Value, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    return document(consents=[one("consents", **(BY_GEZAG | members))], parental_authorities=list(authorities))


def based(told_on: str, *more: tuple[str, str]) -> Value:
    """Return a judgement of 2026-03-01 and the statements that it rests on."""
    statements = [told(told_on=told_on), *(told() | {"id": an_id(90), "told_on": day} for _, day in more)]
    links = [bare(50, from_=STATEMENT, kind="grounds", to=an_id(36))]
    links += [bare(51, from_=an_id(36), kind=kind, to=an_id(90)) for kind, _ in more]
    return document(statements=statements, safety_assessments=[one("safety_assessments")], links=links)


def asked(**reporter: Any) -> Value:  # noqa: ANN401  # JSON values
    rows = [SMALLEST["reporters"] | {"person": None} | reporter]
    reporters = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return doing("school", reports=[one("reports", kind="verzoek_tot_onderzoek")], reporters=reporters)


def kept(until: str, regime: str = "jeugdwet") -> Value:
    return stated(keep_until=until, regime=regime)


def expected(day: str) -> Value:
    return document(persons=[person(3, expected_birth_date=day)])


def twice(array: str, second: dict[str, Any] | None = None, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    """Return the same record under two ids, the second with members of its own."""
    return document(**{array: [one(array, **members), one(array, number=90, **members) | (second or {})]})


COURSE_CASES: dict[str, list[Case]] = {
    "KGBX-R-008": [
        (expected("2026-12-06"), expected("2026-12-07"), ("/persons/0/expected_birth_date",)),
        (expected("2026-02-01"), expected("2026-01-31"), ("/persons/0/expected_birth_date",)),
    ],
    "KGBX-R-009": [
        (
            document(measures=[*supervised(valid_from="2025", valid_until="2026-01-01"), one("measures", 90)]),
            document(measures=[*supervised(valid_from="2025"), one("measures", 90, **SUPERVISED)]),
            ("/measures/1",),
        ),
        (
            document(
                measures=[
                    *supervised(valid_from="2025", kind="itb_criem"),
                    one("measures", 90, **SUPERVISED | {"kind": "itb_harde_kern"}),
                ]
            ),
            document(
                measures=[
                    *supervised(valid_from="2025", kind="itb_criem"),
                    one("measures", 90, **SUPERVISED | {"kind": "itb_criem"}),
                ]
            ),
            ("/measures/1",),
        ),
    ],
    "KGBX-R-010": [
        (twice("plans", {"kind": "veiligheidsplan"}), twice("plans", {"made_on": "2026-02-01"}), ("/plans/1",)),
        (
            twice("plans") | {"links": [bare(50, from_=an_id(90), kind="replaces", to=an_id(37))]},
            twice("plans", {"made_by": {"org": TEAM}}),
            ("/plans/1",),
        ),
    ],
    "KGBX-R-011": [
        (twice("concerns", {"level": "acuut"}), twice("concerns"), ("/concerns/1",)),
        (
            twice("concerns", {"recorded_by": {"org": GI}}),
            twice("concerns", {"salt": "B" * 21 + "A"}),
            ("/concerns/1",),
        ),
        (
            document(relations=[relation(15, MOTHER, "ouder", CHILD), relation(16, CHILD, "ouder", MOTHER)]),
            document(relations=[relation(15, MOTHER, "partner", FATHER), relation(16, FATHER, "partner", MOTHER)]),
            ("/relations/1",),
        ),
        (
            document(persons=[person(1, "2016"), person(2, "2016")]),
            document(statements=[told(), told() | {"id": an_id(90), "recorded_at": "2026-03-02T10:00:00Z"}]),
            ("/statements/1",),
        ),
    ],
    "KGBX-R-012": [
        (
            of("professionals", discipline="anders", job_title="rouwbegeleider")
            | {"professionals": [one("professionals", discipline="anders", job_title="rouwbegeleider")]},
            document(professionals=[one("professionals", discipline="anders")]),
            ("/professionals/0/discipline",),
        ),
        (
            of("safety_assessments", instrument="anders", explanation="Gesprek met een vertrouwensarts."),
            of("safety_assessments", instrument="anders"),
            ("/safety_assessments/0/instrument",),
        ),
    ],
    "KGBX-R-013": [
        (
            of("consents", decision="refuse", recipients=["*"]),
            of("consents", decision="refuse", recipients=["*", GI]),
            (f"{CONSENT}/recipients",),
        ),
        (
            of("legal_grounds"),
            of("legal_grounds", categories=["concern", "*"]),
            ("/legal_grounds/0/categories",),
        ),
    ],
    "KGBX-R-033": [
        (
            permitted(gezag("eenhoofdig_ouderlijk", parent(FATHER))),
            permitted(gezag("eenhoofdig_ouderlijk", parent(MOTHER))),
            (f"{CONSENT}/decided_by",),
        ),
        (permitted(), permitted(GUARDED), (f"{CONSENT}/decided_by",)),
        (
            permitted(GUARDED, decided_by=GI, capacity="gi_guardian"),
            permitted(gezag("eenhoofdig_ouderlijk", parent(MOTHER)), decided_by=GI, capacity="gi_guardian"),
            (f"{CONSENT}/decided_by",),
        ),
    ],
    "KGBX-R-034": [
        (
            permitted(gezag("tijdelijk_geen"), decision="refuse"),
            permitted(gezag("tijdelijk_geen")),
            (f"{CONSENT}/capacity",),
        ),
        (
            permitted(gezag("niet_te_bepalen", valid_until="2025"), gezag("voogdij", number=18, valid_from="2025")),
            permitted(gezag("niet_te_bepalen")),
            (f"{CONSENT}/capacity",),
        ),
    ],
    "KGBX-R-037": [
        (
            of("legal_grounds", more={"measures": supervised()}),
            of("legal_grounds", more={"measures": supervised()}, recipient=TEAM),
            ("/legal_grounds/0/recipient",),
        ),
        (
            of("legal_grounds", more={"measures": supervised()}, recipient=TEAM, provision="NOOD"),
            of("legal_grounds", more={"measures": supervised(executing_org=TEAM)}),
            ("/legal_grounds/0/recipient",),
        ),
        (
            of("legal_grounds", more={"measures": supervised(kind=PROVISIONAL, executing_org=TEAM)}),
            of(
                "legal_grounds",
                more={"measures": supervised(kind=PROVISIONAL, executing_org=TEAM)},
                provision="JW-7.3.11-4-VOTS",
            ),
            ("/legal_grounds/0/recipient",),
        ),
    ],
    "KGBX-R-039": [
        (
            document(persons=[person(1, "1986", death_date="2026-03-01")], consents=[one("consents")]),
            document(persons=[person(1, "1986", death_date="2026-02")], consents=[one("consents")]),
            (f"{CONSENT}/ceremony/at",),
        ),
        (
            document(persons=[person(1, "1986")], consents=[one("consents")]),
            document(persons=[person(1, "2026-03-02")], consents=[one("consents")]),
            (f"{CONSENT}/ceremony/at",),
        ),
    ],
    "KGBX-R-046": [
        (doing("gi", "raad"), doing("gi", "pleegzorgaanbieder"), ("/organisations/0/functions",)),
    ],
    "KGBX-R-050": [
        (
            document(measures=supervised(), parental_authorities=[gezag("eenhoofdig_ouderlijk", parent(MOTHER))]),
            document(measures=supervised(), parental_authorities=[GUARDED]),
            (f"{MEASURE}/kind",),
        ),
        (
            document(measures=supervised(kind="voogdij"), parental_authorities=[GUARDED]),
            document(
                measures=supervised(kind="voogdij"),
                parental_authorities=[GUARDED | {"valid_until": "2025"}, gezag("tijdelijk_geen", number=18)],
            ),
            (f"{MEASURE}/kind",),
        ),
    ],
    "KGBX-R-052": [
        (
            of("measures", more={"persons": [person(3, "2014")]}, kind="jeugdreclassering", valid_from="2026-01-01"),
            of("measures", more={"persons": [person(3, "2014-02")]}, kind="jeugdreclassering", valid_from="2026-01"),
            (f"{MEASURE}/valid_from",),
        ),
        (
            of("measures", more={"persons": [person(3, "2003-01-02")]}, kind="jeugdreclassering", valid_from="2026"),
            of("measures", more={"persons": [person(3, "2003-01-01")]}, kind="jeugdreclassering", valid_from="2026"),
            (f"{MEASURE}/valid_from",),
        ),
        (
            of("measures", more={"persons": [person(3, "2014")]}, kind="itb_criem", valid_from="2026-01-01"),
            of("measures", more={"persons": [person(3, "2014-02")]}, kind="itb_criem", valid_from="2026-01"),
            (f"{MEASURE}/valid_from",),
        ),
    ],
    "KGBX-R-054": [
        (asked(org=TEAM), asked(org=GI), ("/reporters/0",)),
        (
            asked(professional=WORKER) | {"professionals": [one("professionals")]},
            asked(professional=WORKER) | {"professionals": [one("professionals", org=GI)]},
            ("/reporters/0",),
        ),
        (
            document(reports=[one("reports")], reporters=[SMALLEST["reporters"]]),
            asked(person=FATHER),
            ("/reporters/0",),
        ),
    ],
    "KGBX-R-063": [
        (
            of("confidences", more={"statements": [told()]}),
            of("confidences", more={"statements": [told()]}, withheld_from=[FATHER, MOTHER]),
            ("/confidences/0/withheld_from/1",),
        ),
    ],
    "KGBX-R-065": [
        (based("2025-03-01"), based("2025-02-28"), ("/links/0",)),
        (
            based("2024", ("based_on", "2026-02")),
            based("2024", ("based_on", "2023")),
            ("/links/0", "/links/1"),
        ),
        (
            based("2024", ("grounds", "2026-02")) | {"links": []},
            based("2024", ("derived_from", "2026-02")),
            ("/links/0",),
        ),
    ],
    "KGBX-R-075": [
        (kept("2046-03-01"), kept("2046-02-28"), ("/statements/0/keep_until",)),
        (kept("2041-03-01", "wmo"), kept("2041-02-28", "wmo"), ("/statements/0/keep_until",)),
        (kept("2027-01-01", "avg_other"), kept("2027-01-01", "wgbo"), ("/statements/0/keep_until",)),
    ],
    "KGBX-R-119": [
        (
            of("measures", more={"persons": [person(3, "2016", death_date="2026-02")]}, valid_from="2026-02"),
            of("measures", more={"persons": [person(3, "2016", death_date="2026-02")]}, valid_from="2026-03"),
            (f"{MEASURE}/valid_from",),
        ),
    ],
    "KGBX-R-120": [
        (
            doing("gi", measures=supervised()),
            doing("lokaal_team", measures=supervised()),
            (f"{MEASURE}/executing_org",),
        ),
        (
            doing("school", measures=supervised(executing_org=TEAM)),
            doing("school", measures=supervised(kind="jeugdreclassering")),
            (f"{MEASURE}/executing_org",),
        ),
        (
            doing("gi", measures=supervised(kind="jeugdreclassering_vrijwillig")),
            doing("school", measures=supervised(kind="jeugdreclassering_vrijwillig")),
            (f"{MEASURE}/executing_org",),
        ),
    ],
    "KGBX-R-121": [
        (
            document(measures=supervised(status="geeindigd", end_reason="niet_verlengd")),
            document(measures=supervised(status="geeindigd", end_reason="omgezet")),
            (f"{MEASURE}/end_reason",),
        ),
        (
            of("measures", status="geeindigd", end_reason="volgens_plan"),
            document(measures=supervised(kind="voogdij", status="geeindigd", end_reason="niet_verlengd")),
            (f"{MEASURE}/end_reason",),
        ),
    ],
    "KGBX-R-122": [
        (
            stated(kind="diagnose", told_by={"professional": WORKER})
            | {"professionals": [one("professionals", registrations=[{"register_name": "big"}])]},
            stated(kind="diagnose", told_by={"professional": WORKER}),
            ("/statements/0/told_by/professional",),
        ),
    ],
    "KGBX-R-140": [
        (
            of("reviews", more={"statements": [told()]}, verdict="kon_niet", remark="Zij sliep."),
            of("reviews", more={"statements": [told()]}, verdict="kon_niet"),
            ("/reviews/0",),
        ),
    ],
    "KGBX-R-141": [
        (
            of("reactions", more={"statements": [told(told_on="2026-03")]}),
            of("reactions", more={"statements": [told(told_on="2026-04", recorded_at="2026-04-09T10:00:00Z")]}),
            ("/reactions/0/reacted_on",),
        ),
        (
            of("informings", more={"statements": [told()]}, on="2026-02-01"),
            of("informings", more={"statements": [told()]}, on="2026-01-31"),
            ("/informings/0/on",),
        ),
    ],
    "KGBX-R-142": [
        (kept("2026-03-02"), kept("2026-03-01"), ("/statements/0/keep_until",)),
    ],
    "KGBX-R-143": [
        (
            bsn("999990019") | {"persons": [person(3, "2003-03-02")]},
            bsn("999990019") | {"persons": [person(3, "2003-03-01")]},
            ("/identifiers/0/legal_basis",),
        ),
        (
            bsn("999990019", legal_basis="wmo_5_2_9_2") | {"persons": [person(3, "1986")]},
            bsn("999990019", legal_basis="jw_7_4_0") | {"persons": [person(3, "1986")]},
            ("/identifiers/0/legal_basis",),
        ),
    ],
    "KGBX-R-144": [
        (
            permitted(
                gezag("tijdelijk_geen", valid_from="2020", valid_until="2021"),
                gezag("voogdij", number=18, valid_from="2021-12-31"),
            ),
            permitted(
                gezag("tijdelijk_geen", valid_from="2020", valid_until="2021"),
                gezag("voogdij", number=18, valid_from="2022"),
            ),
            ("/parental_authorities/1/valid_from",),
        ),
    ],
    "KGBX-R-145": [
        (
            of("consents", ceremony={"method": "phone", "at": AT, "witness": WORKER}),
            of("consents", ceremony={"method": "phone", "at": AT}),
            (f"{CONSENT}/ceremony",),
        ),
        (
            of("consents", decision="refuse", ceremony={"method": "oral_witnessed", "at": AT}),
            of("consents", ceremony={"method": "oral_witnessed", "at": AT, "evidence": "A" * 43}),
            (f"{CONSENT}/ceremony",),
        ),
    ],
    "KGBX-R-146": [
        (
            of("legal_grounds", informed=[CHILD], informed_on="2026-03-01"),
            of("legal_grounds", informed=[CHILD], family_informed="not", reason_not_informed="Het onderzoek loopt."),
            ("/legal_grounds/0/family_informed",),
        ),
    ],
    "KGBX-R-147": [
        (
            withdrawn(),
            document(
                consents=[one("consents")],
                withdrawals=[one("withdrawals", expressed_at="2026-03-04", effective_at="2026-03-03")],
            ),
            ("/withdrawals/0/effective_at",),
        ),
    ],
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""

# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about sharing, measures, informing, reporting and working together."""

from __future__ import annotations

from typing import Any

from tests.case.builders import CHILD, FATHER, GI, MOTHER, SMALLEST, STATEMENT, TEAM, Value, an_id, document
from tests.case.rule_documents import OTHER, WORKER, Case, person, told

Rows = list[Value]
WORKERS: Rows = [SMALLEST["professionals"]]


def one(array: str, number: int = 0, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    """Return the smallest record of an array with members changed; a number gives it another id."""
    changed = {name.rstrip("_"): value for name, value in members.items()}
    return SMALLEST[array] | changed | ({"id": an_id(number)} if number else {})


def of(array: str, *, more: dict[str, Rows] | None = None, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    return document(**{array: [one(array, **members)], "professionals": WORKERS, **(more or {})})


def superseding(old: Value, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    permit = one("consents", number=90, supersedes=[an_id(46)], **members)
    return document(consents=[permit, one("consents", **old)])


def withdrawn(**members: Any) -> Value:  # noqa: ANN401  # JSON values
    return of("withdrawals", more={"consents": [one("consents", **members)]})


def measured(birth: str = "2016", **members: Any) -> Value:  # noqa: ANN401  # JSON values
    running: dict[str, Any] = {"kind": "ondertoezichtstelling", "executing_org": GI, "valid_from": "2026-01-15"}
    return of("measures", more={"persons": [person(3, birth)]}, **(running | members))


def steps(*days: str) -> Value:
    kinds = ("requested", "accepted", "first_contact")
    rows = [
        one("milestones", number=90 + place, kind=kind, reached_on=day)
        for place, (kind, day) in enumerate(zip(kinds, days, strict=True))
    ]
    return document(milestones=rows)


def consented(birth: str, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    return document(persons=[person(3, birth)], consents=[one("consents", subject=CHILD, **members)])


def mentioned(*third_parties: str) -> Value:
    statement = told(third_parties=list(third_parties))
    return of("third_party_weighings", more={"statements": [statement]})


def weighed_reaction(third_party: str) -> Value:
    """Return a weighing of a reaction to a statement that mentions somebody."""
    rows = {"statements": [told(third_parties=[third_party])], "reactions": [SMALLEST["reactions"]]}
    return of("third_party_weighings", more=rows, record=SMALLEST["reactions"]["id"])


def answering(first: str, second: str | int) -> Value:
    """Return two reactions, to the records named; a number names the first of them."""
    named = an_id(second) if isinstance(second, int) else second
    rows = [one("reactions", number=90, record=first), one("reactions", number=91, record=named)]
    return document(statements=[told()], reactions=rows)


REFUSAL: dict[str, Any] = {"decision": "refuse"}
CONSENTS, GROUNDS, MEASURES = "/consents/0", "/legal_grounds/0", "/measures/0"

SHARING_CASES: dict[str, list[Case]] = {
    "KGBX-R-030": [
        (
            consented("2012", decided_by=CHILD),
            consented("2017", decided_by=CHILD),
            (f"{CONSENTS}/decided_by",),
        ),
        (
            consented("2012", capacity="parent_with_authority"),
            consented("2009-12-31", capacity="parent_with_authority"),
            (f"{CONSENTS}/decided_by",),
        ),
        (
            consented("2009", capacity="parent_with_authority") | {"capacities": [SMALLEST["capacities"]]},
            consented("2009", capacity="guardian") | {"capacities": [one("capacities", capable=True)]},
            (f"{CONSENTS}/decided_by",),
        ),
    ],
    "KGBX-R-045": [(measured(), of("measures", kind="ondertoezichtstelling"), (MEASURES,))],
    "KGBX-R-047": [
        (
            document(
                measures=[
                    one("measures", kind="machtiging_uithuisplaatsing"),
                    one("measures", number=90, kind="ondertoezichtstelling", executing_org=GI),
                ]
            ),
            of("measures", kind="machtiging_uithuisplaatsing"),
            (MEASURES,),
        ),
        (
            of("measures", kind="machtiging_gesloten"),
            of("measures", kind="machtiging_uithuisplaatsing", valid_from="2026-01-15"),
            (MEASURES,),
        ),
    ],
    "KGBX-R-048": [
        (measured(planned_end="2027-06-01"), measured(planned_end="2027-06-02"), (f"{MEASURES}/planned_end",)),
        (
            measured(planned_end="2027-09-15", valid_from="2026-06-15"),
            measured(planned_end="2027-09-16", valid_from="2026-06-15", kind="machtiging_uithuisplaatsing"),
            (f"{MEASURES}/planned_end",),
        ),
        (
            measured(kind="voorlopige_ondertoezichtstelling", valid_from="2025-11-30", valid_until="2026-02-28"),
            measured(kind="voorlopige_ondertoezichtstelling", valid_from="2025-11-30", valid_until="2026-03-01"),
            (f"{MEASURES}/valid_until",),
        ),
    ],
    "KGBX-R-049": [
        (
            measured(birth="2008-06-30", planned_end="2026-06-30"),
            measured(birth="2008-06-30", planned_end="2026-07-01"),
            (f"{MEASURES}/planned_end",),
        ),
    ],
    "KGBX-R-071": [
        (
            of("collaborations", last_day_sender="2026-02-28", first_day_receiver="2026-03-01"),
            of("collaborations", last_day_sender="2026-02-28", first_day_receiver="2026-03-02"),
            ("/collaborations/0/first_day_receiver",),
        ),
    ],
    "KGBX-R-072": [
        (
            of("collaborations", state="declined", reason="Wij zitten vol.", answered_on="2026-03-01"),
            of("collaborations", state="declined", reason="Wij zitten vol."),
            ("/collaborations/0",),
        ),
    ],
    "KGBX-R-073": [
        (
            steps("2026-02-01", "2026-02-02", "2026-02-02"),
            steps("2026-02-03", "2026-02-02", "2026-02-28"),
            ("/milestones/0/reached_on",),
        ),
    ],
    "KGBX-R-101": [
        (
            of("consents", valid_from="2026-03-01", valid_until="2026-02-28T23:00:00Z"),
            of("consents", valid_from="2026-03-01", valid_until="2026-02-28T22:59:59Z"),
            (f"{CONSENTS}/valid_until",),
        ),
    ],
    "KGBX-R-102": [
        (superseding(REFUSAL), superseding({}), (f"{CONSENTS}/supersedes/0",)),
        (superseding(REFUSAL), superseding(REFUSAL, decision="refuse"), (f"{CONSENTS}/supersedes",)),
    ],
    "KGBX-R-103": [
        (
            superseding(REFUSAL),
            superseding(REFUSAL | {"decided_by": FATHER, "capacity": "relative"}),
            (f"{CONSENTS}/supersedes/0",),
        ),
    ],
    "KGBX-R-104": [(withdrawn(), withdrawn(decision="refuse"), ("/withdrawals/0/consent",))],
    "KGBX-R-105": [(of("legal_grounds"), of("legal_grounds", provision="JW-99"), (f"{GROUNDS}/provision",))],
    "KGBX-R-106": [(of("protections"), of("protections", allowed=[]), ("/protections/0",))],
    "KGBX-R-107": [
        (of("protections"), of("protections", blocked=[TEAM]), ("/protections/0/blocked/0",)),
        (of("protections"), of("protections", blocked=[FATHER, MOTHER]), ("/protections/0/blocked/1",)),
    ],
    "KGBX-R-108": [
        (of("consents", recipients=["*"], **REFUSAL), of("consents", recipients=["*"]), (f"{CONSENTS}/recipients",)),
    ],
    "KGBX-R-109": [
        (of("consents"), of("consents", capacity="mentor"), (f"{CONSENTS}/capacity",)),
        (
            of("consents", decided_by=GI, capacity="gi_guardian"),
            of("consents", decided_by=GI, capacity="guardian"),
            (f"{CONSENTS}/capacity",),
        ),
    ],
    "KGBX-R-148": [
        (
            of("consents", decided_by=FATHER, capacity="parent_with_authority", more={"persons": [person(2, "1985")]}),
            of("consents", decided_by=FATHER, capacity="parent_with_authority"),
            (f"{CONSENTS}/decided_by",),
        ),
    ],
    "KGBX-R-110": [
        (
            of("legal_grounds", family_informed="not", reason_not_informed="Gevaar voor het kind."),
            of("legal_grounds", family_informed="not", reason_not_informed=" "),
            (GROUNDS,),
        ),
    ],
    "KGBX-R-111": [
        (
            of("capacities", represented_by=MOTHER),
            of("capacities", represented_by=CHILD),
            ("/capacities/0/represented_by",),
        ),
    ],
    "KGBX-R-112": [
        (mentioned(FATHER), mentioned(CHILD), ("/third_party_weighings/0/person",)),
        (weighed_reaction(FATHER), weighed_reaction(CHILD), ("/third_party_weighings/0/person",)),
    ],
    "KGBX-R-113": [(of("same_person"), of("same_person", b=CHILD), ("/same_person/0/b",))],
    "KGBX-R-114": [
        (
            of("measures", status="geeindigd", end_reason="volgens_plan"),
            of("measures", end_reason="volgens_plan"),
            (f"{MEASURES}/end_reason",),
        ),
    ],
    "KGBX-R-115": [
        (
            of("informings", more={"statements": [told()]}),
            of("informings", more={"statements": [told()]}, informed=False),
            ("/informings/0/informed",),
        ),
    ],
    "KGBX-R-116": [
        (
            of("reporters", more={"reports": [one("reports")]}),
            of("reporters", more={"reports": [one("reports")]}, professional=WORKER),
            ("/reporters/0",),
        ),
    ],
    "KGBX-R-117": [
        (of("plans", made_on="2026-03-01"), of("plans", made_on="2026-03-02"), ("/plans/0/made_on",)),
        (
            of("consents", ceremony={"method": "paper", "at": "2026-03-01T22:59:59Z"}),
            of("consents", ceremony={"method": "paper", "at": "2026-03-01T23:00:00Z"}),
            (f"{CONSENTS}/ceremony/at",),
        ),
        (
            of("goals", scaling=[{"value": 3, "by": MOTHER, "on": "2026-03-01"}]),
            of("goals", scaling=[{"value": 3, "by": MOTHER, "on": "2026-03-02"}]),
            ("/goals/0/scaling/0/on",),
        ),
    ],
    "KGBX-R-118": [
        (answering(STATEMENT, 90), answering(an_id(91), 90), ("/reactions/0/record", "/reactions/1/record")),
        (answering(STATEMENT, 90), answering(an_id(90), STATEMENT), ("/reactions/0/record",)),
    ],
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""

BETWEEN_ORGANISATIONS = document(consents=[one("consents", number=90, supersedes=[an_id(46)]), one("consents") | OTHER])
"""A permit of one organisation that names a permit which another organisation recorded."""

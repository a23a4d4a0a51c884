# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about who stays with the family: fixed contacts, hand-overs, waiting."""

from __future__ import annotations

from typing import Any

from tests.case.builders import CHILD, GI, MOTHER, SMALLEST, TEAM, Value, an_id, document
from tests.case.rule_cases_course import twice
from tests.case.rule_cases_sharing import of, one
from tests.case.rule_documents import WORKER, Case, fixed

INVOLVED = "/involvements/1"


def handed(**members: Any) -> Value:  # noqa: ANN401  # JSON values
    return of("collaborations", kind="handover", **members)


def responsible(second: str, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    rows = [one("collaborations", responsible_for_safety=TEAM, valid_from="2025-01-01", valid_until="2026-01-01")]
    rows.append(one("collaborations", number=90, responsible_for_safety=second, **members))
    return document(collaborations=rows)


def waiting(**members: Any) -> Value:  # noqa: ANN401  # JSON values
    return of("milestones", **members)


def faces(*days: str, introduced: bool = True) -> Value:
    """Return fixed contacts that follow each other, each another professional, and the last still there."""
    workers = [SMALLEST["professionals"] | {"id": an_id(80 + place)} for place in range(len(days))]
    rows = [{"professional": an_id(80 + place), "valid_from": day} for place, day in enumerate(days)]
    for row, following in zip(rows, days[1:], strict=False):
        row |= {"valid_until": following, "end_reason": "vertrek"}
    for row in rows[1:] if introduced else ():
        row["introduced_by"] = an_id(80)
    return fixed(*rows) | {"professionals": workers}


ACCOMPANYING_CASES: dict[str, list[Case]] = {
    "KGBX-R-069": [
        (
            faces("2024-01-01", "2024-06-01", "2025-01-01"),
            faces("2024-01-01", "2024-06-01", "2024-12-30"),
            ("/involvements/2/valid_from",),
        ),
    ],
    "KGBX-R-123": [
        (
            fixed({"valid_from": "2024", "valid_until": "2024-06"}, {"valid_from": "2024-06-30"}),
            fixed({"valid_from": "2024", "valid_until": "2024-06"}, {"valid_from": "2024-07"}),
            (f"{INVOLVED}/valid_from",),
        ),
        (
            fixed(
                {"valid_from": "2024", "valid_until": "2025-06-01"},
                {"valid_from": "2024-02", "valid_until": "2024-03"},
                {"valid_from": "2025"},
            ),
            fixed({"valid_from": "2024", "valid_until": "2024-06", "persons": [MOTHER, CHILD]}, {"valid_from": "2025"}),
            (f"{INVOLVED}/valid_from",),
        ),
    ],
    "KGBX-R-124": [
        (faces("2024", "2025"), faces("2024", "2025", introduced=False), (INVOLVED,)),
        (
            fixed({"valid_from": "2024", "valid_until": "2025"}, {"valid_from": "2025"}),
            fixed({"valid_from": "2024", "valid_until": "2025"}, {"valid_from": "2025", "professional": an_id(6)}),
            (INVOLVED,),
        ),
    ],
    "KGBX-R-125": [
        (
            handed(state="offered", responsible_for_safety=TEAM),
            handed(state="offered", responsible_for_safety=GI),
            ("/collaborations/0/responsible_for_safety",),
        ),
        (
            handed(state="accepted", responsible_for_safety=GI),
            handed(state="prepared", responsible_for_safety=GI),
            ("/collaborations/0/responsible_for_safety",),
        ),
    ],
    "KGBX-R-126": [
        (
            responsible(GI, valid_from="2026-01-01"),
            responsible(GI, valid_from="2025-06-01"),
            ("/collaborations/1/responsible_for_safety",),
        ),
        (
            responsible(TEAM, valid_from="2025-06-01"),
            responsible(GI, valid_from="2025", valid_until="2027"),
            ("/collaborations/1/responsible_for_safety",),
        ),
    ],
    "KGBX-R-127": [
        (waiting(contact=WORKER), waiting(), ("/milestones/0",)),
        (
            twice("milestones", {"kind": "started"}),
            twice("milestones", {"kind": "started", "org": GI}),
            ("/milestones/0",),
        ),
    ],
    "KGBX-R-128": [
        (
            of("safety_assessments", conclusion="acuut_onveilig", assess_again_by="2026-03-08"),
            of("safety_assessments", conclusion="acuut_onveilig"),
            ("/safety_assessments/0",),
        ),
    ],
    "KGBX-R-129": [
        (
            waiting(contact=WORKER, norm_days=5, norm_source="Protocol van de regio"),
            waiting(contact=WORKER, norm_days=5),
            ("/milestones/0/norm_days",),
        ),
    ],
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""

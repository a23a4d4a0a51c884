# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about what was told, who helps, and texts (041 and up)."""

from __future__ import annotations

from tests.case.builders import (
    CHILD,
    FATHER,
    GI,
    MOTHER,
    SMALLEST,
    an_id,
    bare,
    document,
    full,
    words,
)
from tests.case.rule_documents import (
    REGISTER,
    WORKER,
    Case,
    P,
    R,
    S,
    bsn,
    fixed,
    gezag,
    parent,
    person,
    relation,
    reviewed,
    stated,
    teller,
    told,
)

TELLING_CASES: dict[str, list[Case]] = {
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
        (
            reviewed(FATHER, capacities=[SMALLEST["capacities"] | {"represented_by": FATHER}]),
            reviewed(FATHER, capacities=[SMALLEST["capacities"] | {"person": MOTHER, "represented_by": FATHER}]),
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
            document(persons=[full(1, extensions={"urn:x:yz": ["x" * 33_000] * 2})]),
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

# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about records, kinship, numbers and parental authority (001 to 036)."""

from __future__ import annotations

from tests.case.builders import (
    CHILD,
    FATHER,
    MOTHER,
    SMALLEST,
    STATEMENT,
    an_id,
    as_real,
    bare,
    document,
    full,
    words,
)
from tests.case.rule_documents import (
    WORKER,
    Case,
    P,
    R,
    S,
    bsn,
    gezag,
    household,
    parent,
    person,
    related,
    relation,
    replacing,
    reviewed,
    stated,
    teller,
    told,
)

FAMILY_CASES: dict[str, list[Case]] = {
    "KGBX-R-001": [
        (
            teller(professional=WORKER),
            document(statements=[told(told_by={"professional": WORKER})]),
            (f"{S}/told_by/professional",),
        ),
        (stated(about=[an_id(99)]), stated(about=[WORKER]), (f"{S}/about/0",)),
        (reviewed(MOTHER), document(reviews=[SMALLEST["reviews"]]), ("/reviews/0/record",)),
        (
            document(protections=[SMALLEST["protections"]]),
            document(
                protections=[SMALLEST["protections"] | {"blocked": [FATHER, WORKER]}],
                professionals=[SMALLEST["professionals"]],
            ),
            ("/protections/0/blocked/1",),
        ),
        (
            document(consents=[SMALLEST["consents"] | {"supersedes": [an_id(99)]}]),
            document(withdrawals=[SMALLEST["withdrawals"]]),
            ("/withdrawals/0/consent",),
        ),
        (
            document(persons=[full(1)], confidences=[SMALLEST["confidences"] | {"record": MOTHER}]),
            document(confidences=[SMALLEST["confidences"]]),
            ("/confidences/0/record",),
        ),
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
        (
            document(measures=[SMALLEST["measures"] | {"valid_from": "2026-03", "planned_end": "2026-03-02"}]),
            document(measures=[SMALLEST["measures"] | {"valid_from": "2026-03", "planned_end": "2026-02-28"}]),
            ("/measures/0/planned_end",),
        ),
        (
            document(
                reports=[SMALLEST["reports"] | {"incident": {"description": "Ruzie.", "dates": {"start": "2026"}}}]
            ),
            document(
                reports=[
                    SMALLEST["reports"]
                    | {"incident": {"description": "Ruzie.", "dates": {"start": "2026", "until": "2025"}}}
                ]
            ),
            ("/reports/0/incident/dates/until",),
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
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""

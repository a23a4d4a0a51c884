# SPDX-License-Identifier: EUPL-1.2
"""A small made-up family, to which a test adds the few records that it is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import FamilyCase
from kgbx.consent.access_facts import read_access_decisions
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_report import access_report
from kgbx.consent.asker import Asker
from kgbx.consent.joins import facts_from_case, read_registers
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.exchange import proven_ids
from tests.case.builders import CHILD, FATHER, MOTHER, WORKER, an_id, bare, document, full, words

if TYPE_CHECKING:
    from kgbx.consent.access_facts import AccessDecisions
    from kgbx.consent.access_report import AccessReport
    from kgbx.consent.facts import Facts
    from kgbx.consent.joins import Registers

AT: Final = "2026-03-05T10:00:00Z"
TEAM, GI, SCHOOL, PROVIDER, SHELTER = (f"urn:osb:oin:0000009900000000{one}" for one in (1000, 2000, 3000, 6000, 7000))
FUNCTIONS: Final = {
    TEAM: "lokaal_team",
    GI: "gi",
    SCHOOL: "school",
    PROVIDER: "jeugdhulpaanbieder",
    SHELTER: "vrouwenopvang",
}
POLICY: Final = policy_in_force(published_policies(), AT)
ALWAYS: Final[dict[str, Any]] = {"recorded_at": "2025-01-01", "valid_from": "2025-01-01"}
BORN: Final = {MOTHER: "1985-05-05", FATHER: "1983-04-04", CHILD: "2016-03-10"}
TOLD: Final = an_id(50)
Record = dict[str, Any]


def persons(*, child: str = "2016-03-10") -> list[Record]:
    """Return the family; the child is nine unless said otherwise."""
    born = BORN | {CHILD: child}
    return [full(number, id=one, birth_date=day) for number, (one, day) in enumerate(born.items(), 1)]


def organisations(**names: str) -> list[Record]:
    """Return a description of each organisation."""
    return [
        bare(200 + number, org=org, name=names.get(function, f"Stichting {function}"), functions=[function])
        for number, (org, function) in enumerate(FUNCTIONS.items())
    ]


def told(number: int = 50, text: str = "Papa schreeuwt vaak.", **members: object) -> Record:
    """Return what the child told."""
    said = {"about": [CHILD], "topics": ["child.voice.view"], "kind": "mening", "told_by": {"person": CHILD}}
    return full(number, **(said | {"told_on": "2026-02-01", "wording": words(text)} | members))


def family(more: dict[str, list[Record]], *, child: str = "2016-03-10") -> FamilyCase:
    """Return a case of the family with more records."""
    own = {
        "persons": persons(child=child),
        "organisations": organisations(),
        "professionals": [bare(4, name="Anouk Terpstra", org=TEAM)],
    }
    return FamilyCase.from_json(json.dumps(document(**(own | more))).encode())


def permit(by: str, about: str = CHILD) -> Record:
    """Return a permit for everything and everybody, as it stands in registers."""
    ids = {"id": f"p {by} {about}", "decided_by": by, "about": about}
    return (
        ids
        | {"decision": "permit", "recipients": ["*"], "purposes": ["*"], "categories": ["*"], "proven": True}
        | (ALWAYS)
    )


def registers(**members: object) -> Registers:
    """Return registers in which both parents have authority; nobody serves the father."""
    value: dict[str, object] = {
        "format": "kgbx-registers/1",
        "organisations": [
            {"id": org, "function": function, "may_use_bsn": True, "bound_to_secrecy": True}
            for org, function in FUNCTIONS.items()
        ],
        "caseloads": [{"organisation": org, "person": one, **ALWAYS} for org in FUNCTIONS for one in (MOTHER, CHILD)],
        "caseload_known": ["*"],
        "parental_authority": [{"child": CHILD, "holder": one, **ALWAYS} for one in (MOTHER, FATHER)],
    }
    return read_registers(json.dumps(value | members).encode())


def facts_of(case: FamilyCase, known: Registers | None = None) -> Facts:
    """Return the facts of the local team."""
    return facts_from_case(case, known or registers(), own=TEAM, proven=proven_ids(case, own=TEAM))


def withheld(*records: str, person: str = FATHER) -> AccessDecisions:
    """Return the decision that somebody is not shown records."""
    one = {"person": person, "subjects": [], "items": records, "ground": "childs_interest", "reason": "Gevaar."}
    said = one | {"decided_by": WORKER, "consulted": an_id(77), "review_on": "2027-01-01"} | ALWAYS
    return read_access_decisions(json.dumps({"format": "kgbx-access-decisions/1", "withholdings": [said]}).encode())


def asker(
    case: FamilyCase, person: str = FATHER, *, known: Registers | None = None, decisions: AccessDecisions | None = None
) -> Asker:
    """Return somebody who asks the local team."""
    facts = access_facts(case, facts_of(case, known), own=TEAM, decisions=decisions)
    who = AccessItemiser(case, facts=facts, policy=POLICY).one(person)
    return Asker(who, at=AT, known_at=AT, facts=facts, policy=POLICY)


def report(case: FamilyCase, who: Asker, *, about: str = CHILD) -> AccessReport:
    """Return what somebody may know that is held."""
    return access_report(case, who, about=about)


def held(case: FamilyCase, who: Asker, *, about: str = CHILD) -> set[str]:
    """Return the arrays of which somebody may see a record; persons left out."""
    return {one.array for one in report(case, who, about=about).held} - {"persons"}

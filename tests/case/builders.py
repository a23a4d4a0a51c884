# SPDX-License-Identifier: EUPL-1.2
"""Made-up documents as plain JSON values: the smallest valid record of each type, to be changed by a test."""

from __future__ import annotations

import copy
import json
from typing import Any

from kgbx.case import SCHEMA_URI

TEAM = "urn:osb:oin:00000099000000001000"
GI = "urn:osb:oin:00000099000000002000"
AT = "2026-03-01T10:00:00Z"
SALT = "AAAAAAAAAAAAAAAAAAAAAA"
DIGEST = "A" * 43
CONTRIBUTION = {"payload": "e30", "signatures": [{"protected": "e30", "signature": "AA"}] * 2}

Value = dict[str, Any]


def an_id(number: int) -> str:
    """Return the id that a test calls `number`."""
    return f"00000000-0000-4000-8000-{number:012x}"


MOTHER, FATHER, CHILD, WORKER, STATEMENT = (an_id(number) for number in range(1, 6))


def bare(number: int, **members: object) -> Value:
    """Return what every record has, and `members`; ``from_`` becomes ``from``."""
    common = {"id": an_id(number), "recorded_at": AT, "recorded_by": {"org": TEAM}, "salt": SALT}
    return common | {name.rstrip("_"): value for name, value in members.items()}


def full(number: int, **members: object) -> Value:
    """Return what every full record has, and `members`."""
    return bare(number, regime="jeugdwet", collected_for="care") | {
        name.rstrip("_"): value for name, value in members.items()
    }


def words(text: str = "Ik wil dat het rustig wordt.", form: str = "woordelijk") -> Value:
    return {"text": text, "language": "nl", "form": form}


PERIOD = {"valid_from": "2026-03-01", "valid_until": "2026-09-01"}
CONSENT = {
    "subject": MOTHER,
    "decided_by": MOTHER,
    "capacity": "self",
    "decision": "permit",
    "recipients": [GI],
    "purposes": ["care"],
    "categories": ["care_plan"],
    "ceremony": {"method": "paper", "at": AT},
}
GROUND = {
    "provision": "JW-7.3.11-4",
    "sender": TEAM,
    "recipient": GI,
    "subjects": [CHILD],
    "categories": ["concern"],
    "purposes": ["protection"],
    "trigger": "on_request",
    "decided_by": WORKER,
    "family_informed": "before",
}

SMALLEST: dict[str, Value] = {
    "organisations": bare(10, org=TEAM, name="Lokaal Team Lindeloo", functions=["lokaal_team"]),
    "professionals": bare(4, name="Anouk Terpstra", org=TEAM),
    "persons": full(3),
    "identifiers": full(12, person=CHILD, system="org_local", value="A1"),
    "addresses": full(13, persons=[CHILD], kind="residence"),
    "contact_points": full(14, persons=[MOTHER], kind="mobile", value="06 0000 0017"),
    "relations": full(15, from_=MOTHER, to=CHILD, kind="ouder"),
    "households": full(16, kind="particulier", members=[{"person": CHILD}]),
    "parental_authorities": full(
        17,
        minor=CHILD,
        kind="tijdelijk_geen",
        source={"kind": "register", "register_name": "brp", "as_of": "2026-03-01"},
    ),
    "involvements": full(18, persons=[CHILD], org=TEAM, role="education"),
    "statements": full(
        5,
        kind="wens",
        topics=["parent.wish"],
        about=[MOTHER],
        told_by={"person": MOTHER},
        told_on="2026-02",
        wording=words(),
    ),
    "reactions": full(19, record=STATEMENT, by=FATHER, kind="oneens", words=words(), reacted_on="2026-03-01"),
    "reviews": full(
        20, record=STATEMENT, by=MOTHER, verdict="akkoord", reviewed_on="2026-03-01", wording_digest=DIGEST
    ),
    "links": bare(21, from_=STATEMENT, kind="grounds", to=CHILD),
    "same_person": bare(30, a=CHILD, b=an_id(31), basis="bsn"),
    "measures": full(32, minor=CHILD, kind="raadsonderzoek", status="loopt"),
    "informings": full(33, record=STATEMENT, person=MOTHER, informed=True),
    "concerns": full(34, domain="schulden", affects=[CHILD], level="zorg"),
    "strengths": full(35, domain="network", persons=[CHILD], words=words()),
    "safety_assessments": full(
        36,
        persons=[CHILD],
        assessed_by={"org": TEAM},
        assessed_on="2026-03-01",
        phase="triage",
        conclusion="veilig_genoeg",
    ),
    "analyses": full(
        64,
        persons=[CHILD],
        question="Waarom slaapt hij slecht?",
        hypotheses=[{"text": "Hij maakt zich zorgen om mama.", "status": "open"}],
        made_by={"org": TEAM},
        made_on="2026-03-01",
    ),
    "plans": full(37, kind="gezinsplan", persons=[CHILD], made_on="2026-03-01"),
    "goals": full(38, owners=[MOTHER], words=words(), status="open"),
    "agreements": full(39, kind="omgang", persons=[CHILD], words=words()),
    "reports": full(40, kind="veilig_thuis", persons=[CHILD], reported_on="2026-03-01", reported_to=GI),
    "reporters": full(41, report=an_id(40), person=FATHER, anonymous_to_family=True),
    "decisions": full(42, kind="beschikking_gemeente", persons=[CHILD], decided_by=TEAM, decided_on="2026-03-01"),
    "collaborations": full(43, kind="act_together", persons=[CHILD], requested_by=TEAM, asked=[GI], state="accepted"),
    "milestones": full(44, kind="requested", persons=[CHILD], help_form="ambulant", reached_on="2026-03-01"),
    "documents": full(
        45,
        kind="brief",
        title="Brief van school",
        about=[CHILD],
        topics=["child.school"],
        media_type="application/pdf",
        size=1,
        sha256=DIGEST,
    ),
    "consents": full(46, **CONSENT, **PERIOD),
    "withdrawals": full(47, consent=an_id(46), by=MOTHER, effective_at=AT),
    "legal_grounds": full(48, **GROUND, **PERIOD),
    "third_party_weighings": full(
        49, record=STATEMENT, person=FATHER, decided_by=WORKER, why_not_harmed="Hij zei het zelf.", **PERIOD
    ),
    "capacities": full(
        60,
        person=CHILD,
        capable=False,
        assessed_by={"org": TEAM},
        assessed_on="2026-03-01",
        basis="professional_assessment",
    ),
    "protections": full(61, person=MOTHER, allowed=[TEAM], blocked=[FATHER], valid_from=AT),
    "confidences": full(62, record=STATEMENT, withheld_from=[FATHER]),
    "restrictions": full(63, record=STATEMENT, ground="accuracy_contested", valid_from=AT),
    "erasures": bare(65, record=an_id(66), rule="retention_youth_care_file", on="2026-03-01"),
}
"""The smallest record of each type; together they are a valid document."""


def document(**arrays: list[Value] | list[str]) -> Value:
    """Return a made-up document with these arrays."""
    return copy.deepcopy({"schema": SCHEMA_URI, "synthetic": True, **arrays})


def as_real(value: Value) -> Value:
    """Return a document that says that it is about real people (it is not: this is a test)."""
    return {name: member for name, member in value.items() if name != "synthetic"}


def smallest() -> Value:
    """Return a valid document with one record of each type."""
    return document(**{array: [record] for array, record in SMALLEST.items()})


def as_bytes(value: object) -> bytes:
    """Return a JSON text."""
    return json.dumps(value, ensure_ascii=False).encode()

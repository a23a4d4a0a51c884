# SPDX-License-Identifier: EUPL-1.2
"""Short ways to write down the records of near misses.

Rules: ``@name`` is an id that no family has, the same one for the same name; ``#name`` is the digest of the wording of
the statement of that name. The people in these records belong to nobody, so that they disturb no other rule.
"""

from __future__ import annotations

from typing import Any, Final

Row = tuple[str, dict[str, Any]]
Rows = tuple[Row, ...]

TEAM: Final = "urn:osb:oin:00000099000000001000"
GI: Final = "urn:osb:oin:00000099000000002000"
NEW: Final = "urn:osb:oin:00000099000000099000"
"""An organisation that no family knows."""

AT: Final = "2026-03-01T10:00:00Z"

REGISTER: Final = {"kind": "register", "register_name": "gezagsregister", "as_of": "2026-03-01"}
WORDS: Final = {"text": "Ik wil dat het rustig wordt.", "language": "nl", "form": "woordelijk"}
PERIOD: Final = {"valid_from": "2026-03-01", "valid_until": "2026-09-01"}
BSN_BASIS: Final = {"person": "@a", "system": "bsn", "legal_basis": "jw_7_2_1"}
NOT_MADE_UP: Final = "123" + "456782"
TOO_LONG: Final = 201
TOO_LARGE: Final = 33_000


def person(who: str, birth: str | None = None, **members: Any) -> Row:  # noqa: ANN401  # members of any type
    """Return a person."""
    return "persons", {"id": f"@{who}", **({"birth_date": birth} if birth else {}), **members}


def relation(kind: str, between: tuple[str, str], **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return: the one is the `kind` of the other."""
    start, to = between
    return "relations", {"from": f"@{start}", "to": f"@{to}", "kind": kind, **members}


def told(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a wish that ``@a`` told, about itself."""
    told = {"id": "@s", "kind": "wens", "topics": ["parent.wish"], "about": ["@a"], "told_by": {"person": "@a"}}
    return "statements", {**told, "told_on": "2026-02", "wording": WORDS, **members}


def gezag(kind: str, *holders: str, **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return parental authority over ``@c``, held by parents."""
    who = {"holders": [{"person": f"@{holder}", "capacity": "ouder"} for holder in holders]} if holders else {}
    return "parental_authorities", {"minor": "@c", "kind": kind, "source": REGISTER, **who, **members}


def home(days: int) -> Row:
    """Return a household where ``@c`` spends some days of fourteen."""
    return "households", {"kind": "particulier", "members": [{"person": "@c", "days_per_fortnight": days}]}


def fixed(name: str, **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a fixed contact of ``@c``."""
    fixed = {"persons": ["@c"], "org": TEAM, "role": "fixed_contact", "professional": f"@{name}"}
    return "involvements", {**fixed, **members}


def helper(name: str) -> Row:
    """Return a helper of the lokaal team."""
    return "professionals", {"id": f"@{name}", "name": "Wil Proefstra", "org": TEAM}


def permit(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a permit of ``@a`` about itself."""
    given = {"subject": "@a", "decided_by": "@a", "capacity": "self", "decision": "permit", "recipients": [GI]}
    what = {"purposes": ["care"], "categories": ["care_plan"], "ceremony": {"method": "paper", "at": AT}}
    return "consents", {**given, **what, **PERIOD, **members}


def ground(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a legal ground about ``@c``, decided by ``@h``."""
    what = {"provision": "JW-7.3.11-4", "sender": TEAM, "recipient": GI, "subjects": ["@c"], "categories": ["concern"]}
    how = {"purposes": ["protection"], "trigger": "on_request", "decided_by": "@h", "family_informed": "before"}
    return "legal_grounds", {**what, **how, **PERIOD, **members}


def measure(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a supervision order of ``@c`` that is running."""
    running = {"minor": "@c", "kind": "ondertoezichtstelling", "status": "loopt", "executing_org": GI}
    return "measures", {**running, "valid_from": "2026-01-15", **members}


def together(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return that two organisations work together for ``@c``."""
    asked = {"kind": "act_together", "persons": ["@c"], "requested_by": TEAM, "asked": [GI], "state": "accepted"}
    return "collaborations", {**asked, **members}


def step(kind: str, day: str, **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a moment on the way to help for ``@c``."""
    return "milestones", {"kind": kind, "persons": ["@c"], "help_form": "ambulant", "reached_on": day, **members}


def replaces(new: str, old: str) -> Row:
    """Return a link."""
    return "links", {"from": f"@{new}", "kind": "replaces", "to": f"@{old}"}


def review(by: str, digest: str, **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a verdict on ``@s``."""
    seen = {"record": "@s", "by": f"@{by}", "verdict": "akkoord", "reviewed_on": "2026-03-01"}
    return "reviews", {**seen, "wording_digest": digest, **members}


def reaction(to: str, **members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a reaction of ``@a``."""
    said = {"record": f"@{to}", "by": "@a", "kind": "oneens", "words": WORDS, "reacted_on": "2026-03-01"}
    return "reactions", {**said, **members}


def erased(what: str) -> Row:
    """Return that something was erased."""
    return "erasures", {"record": f"@{what}", "rule": "recorded_by_mistake", "on": "2026-03-01"}


def hidden(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a protection of ``@a`` from ``@b``."""
    return "protections", {"person": "@a", "allowed": [TEAM], "blocked": ["@b"], "valid_from": AT, **members}


REPORT: Final = (
    "reports",
    {"id": "@r", "kind": "veilig_thuis", "persons": ["@c"], "reported_on": "2026-03-01", "reported_to": GI},
)
PAPER: Final = (
    "documents",
    {
        "id": "@d",
        "kind": "brief",
        "title": "Brief",
        "about": ["@c"],
        "topics": ["child.school"],
        "media_type": "application/pdf",
        "size": 1,
        "sha256": "A" * 43,
    },
)
GOAL: Final = {"owners": ["@a"], "words": WORDS, "status": "open"}


def organisation(*functions: str) -> Row:
    """Return a description of an organisation that no family knows."""
    return "organisations", {"org": NEW, "name": "Stichting Proef", "functions": list(functions)}


def plan(day: str) -> Row:
    """Return a plan for ``@c``."""
    return "plans", {"kind": "gezinsplan", "persons": ["@c"], "made_on": day}


def safety(**members: Any) -> Row:  # noqa: ANN401  # as person
    """Return a judgement of how safe ``@c`` is."""
    judged = {"persons": ["@c"], "assessed_by": {"org": TEAM}, "assessed_on": "2026-03-01", "phase": "triage"}
    return "safety_assessments", {**judged, "conclusion": "veilig_genoeg", **members}

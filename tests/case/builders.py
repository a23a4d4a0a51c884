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
}
"""The smallest record of each type; together they are a valid document."""


def document(**arrays: list[Value]) -> Value:
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

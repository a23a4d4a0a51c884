# SPDX-License-Identifier: EUPL-1.2
"""Documents in a few words, for the cases of the rules."""

from __future__ import annotations

from kgbx.case import wording_digest
from kgbx.case.told import Statement
from tests.case.builders import (
    CHILD,
    GI,
    MOTHER,
    SMALLEST,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
)

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

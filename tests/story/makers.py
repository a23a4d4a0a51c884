# SPDX-License-Identifier: EUPL-1.2
"""A small made-up family and small profiles, to be changed by a test."""

from __future__ import annotations

import json
from typing import Any

from kgbx.case import FamilyCase, wording_digest
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.clock import parse_instant
from kgbx.story import Coverage, Profile, Row, coverage, read_profile
from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, Value, an_id, bare, full

AT = parse_instant("2026-03-02T09:00:00Z")
TEEN, GRANDMOTHER, ANSWER = an_id(0x30), an_id(0x31), an_id(0x100)

Arrays = dict[str, list[Value]]


def family() -> Arrays:
    """Return two parents with joint authority, a child of nine, a child of fourteen and a grandmother."""
    both = [{"person": MOTHER, "capacity": "ouder"}, {"person": FATHER, "capacity": "ouder"}]
    register = {"kind": "register", "register_name": "gezagsregister", "as_of": "2026-01-12"}
    return {
        "persons": [
            full(1, birth_date="1986", roles=["parent"]),
            full(2, birth_date="1983-11-02", roles=["parent"]),
            full(3, birth_date="2016-10-03", roles=["child"]),
            full(0x30, birth_date="2011-06-30", roles=["child"]),
            full(0x31, birth_date="1957", roles=["network"]),
        ],
        "parental_authorities": [
            full(number, minor=child, kind="gezamenlijk_ouderlijk", holders=both, source=register)
            for number, child in ((0x40, CHILD), (0x41, TEEN))
        ],
    }


def case(**arrays: list[Value]) -> FamilyCase:
    """Return the family with more records; the rules are not asked."""
    rows = {**family()}
    for array, more in arrays.items():
        rows[array] = [*rows.get(array, []), *more]
    records = [
        TYPE_OF_ARRAY[array].model.model_validate_json(json.dumps(one)) for array, some in rows.items() for one in some
    ]
    return FamilyCase(records, synthetic=True)


def statement(number: int = 0x100, **members: object) -> Value:
    """Return something the mother told about herself on the first of March."""
    made = SMALLEST["statements"] | {"id": an_id(number), "told_on": "2026-03-01"}
    return made | members


def reaction(number: int, **members: object) -> Value:
    """Return the father's words against the answer."""
    return SMALLEST["reactions"] | {"id": an_id(number), "record": ANSWER} | members


def review(number: int, told: Value, **members: object) -> Value:
    """Return the mother's verdict on a statement, with the right digest."""
    model = TYPE_OF_ARRAY["statements"].model.model_validate_json(json.dumps(told))
    digest = wording_digest(model)  # type: ignore[arg-type]  # a statement
    return SMALLEST["reviews"] | {"id": an_id(number), "record": told["id"], "wording_digest": digest} | members


def protection(number: int = 0x200, **members: object) -> Value:
    """Return that the father must not know where the mother is."""
    return full(number, person=MOTHER, blocked=[FATHER], valid_from="2026-01-12") | members


def confidence(number: int = 0x201, **members: object) -> Value:
    """Return that the answer is kept from the mother."""
    return full(number, record=ANSWER, withheld_from=[MOTHER]) | members


def replaces(number: int, new: str, old: str) -> Value:
    """Return that a record replaces another."""
    return bare(number, from_=new, kind="replaces", to=old)


def a_need(**members: object) -> Value:
    """Return a need for what each holder of authority wants."""
    return {
        "id": "wish",
        "text": {"nl": "Wat wilt u?", "en": "What do you want?"},
        "asks": {"topic": "parent.wish"},
        "per": "each_authority_holder",
        "level": "must",
    } | members


def a_profile(*needs: Value, **members: object) -> Value:
    """Return a profile as a JSON value."""
    return {
        "format": "kgbx-needs/1",
        "license": "CC0-1.0",
        "function": "lokaal_team",
        "occasion": "test",
        "title": {"nl": "Proef", "en": "Test"},
        "purpose": "care",
        "source": "kgbx",
        "needs": list(needs or (a_need(),)),
    } | members


def made(value: Any) -> Profile:  # noqa: ANN401  # possibly malformed
    return read_profile(json.dumps(value).encode())


def covered(some: FamilyCase, *, withheld: FamilyCase | None = None, **need: object) -> Coverage:
    """Return the coverage of a profile with one need."""
    return coverage(some, made(a_profile(a_need(**need))), at=AT, withheld=withheld)


def row(found: Coverage, person: str | None = MOTHER) -> Row:
    """Return the row about a person."""
    return next(one for one in found.rows if one.person == person)

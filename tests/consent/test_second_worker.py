# SPDX-License-Identifier: EUPL-1.2
"""Whoever decided is no second pair of eyes under another id; and the day on which a family was told is looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.joins import facts_from_case, read_registers
from kgbx.consent.workers import second_worker
from tests.case.builders import CHILD, GROUND, WORKER, an_id, bare, document, full

if TYPE_CHECKING:
    from kgbx.consent.facts import LegalGroundFact

TEAM: Final = "urn:osb:oin:00000099000000001000"
ELSEWHERE: Final = "urn:osb:oin:00000099000000002000"
OTHER: Final = an_id(98)
Members = dict[str, Any]


def registered(number: str | None = "19000000001") -> list[Members]:
    return [{"register_name": "skj"} | ({} if number is None else {"number": number})]


def worker(number: int, name: str, **members: Any) -> Members:  # noqa: ANN401  # JSON values
    return bare(number, **({"name": name, "org": TEAM} | members))


def ground_of(*professionals: Members, links: tuple[Members, ...] = (), **members: Any) -> LegalGroundFact:  # noqa: ANN401  # JSON values
    """Return the fact of the one ground in a case with these workers."""
    known = {"persons": [full(3, id=CHILD)], "professionals": list(professionals), "links": list(links)}
    held = full(95, **(GROUND | {"subjects": [CHILD], "valid_from": "2026-03-01"} | members))
    case = FamilyCase.from_json(json.dumps(document(**known, legal_grounds=[held])).encode())
    return facts_from_case(case, read_registers(b'{"format":"kgbx-registers/1"}'), own=TEAM).legal_grounds[0]


DECIDER: Final = worker(4, "Anouk Terpstra", id=WORKER)


@pytest.mark.parametrize(
    ("other", "looked"),
    [
        (worker(98, "Bea Smit"), True),
        (worker(98, "Anouk Terpstra"), False),
        (worker(98, "anouk  terpstra"), False),
        (worker(98, "Anouk Terpstra", org=ELSEWHERE), True),
    ],
)
def test_one_name_in_one_organisation_is_one_worker(other: Members, *, looked: bool) -> None:
    assert ground_of(DECIDER, other, consulted=OTHER).consulted == (OTHER if looked else None)


@pytest.mark.parametrize(("number", "looked"), [("19000000001", False), ("19000000002", True), (None, True)])
def test_one_number_in_one_register_is_one_worker(number: str | None, *, looked: bool) -> None:
    decider = DECIDER | {"registrations": registered()}
    other = worker(98, "Bea Smit", registrations=registered(number))
    assert ground_of(decider, other, consulted=OTHER).consulted == (OTHER if looked else None)


def test_a_later_description_under_another_name_is_the_same_worker() -> None:
    between = worker(97, "Anouk Smit")
    links = (
        bare(70, from_=an_id(97), kind="replaces", to=WORKER),
        bare(71, from_=OTHER, kind="replaces", to=an_id(97)),
    )
    assert ground_of(DECIDER, between, worker(98, "Bea Smit"), links=links, consulted=OTHER).consulted is None


def test_oneself_nobody_and_who_is_not_described_did_not_look() -> None:
    assert ground_of(DECIDER, consulted=WORKER).consulted is None
    assert ground_of(DECIDER).consulted is None
    assert second_worker(FamilyCase(), decider=WORKER, consulted=OTHER) is None


def test_the_day_on_which_the_family_was_told_is_known() -> None:
    told = ground_of(DECIDER, family_informed="after", informed_on="2026-03-02")
    assert (told.family_informed, told.informed_on) == ("after", "2026-03-02")

# SPDX-License-Identifier: EUPL-1.2
"""What a child told in confidence stays so through others: from A to B, and not from B to whom it is kept from."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.errors import ConsentError
from tests.case.builders import CHILD, FATHER, MOTHER, an_id, bare, full, words
from tests.effort import scaled
from tests.journey.relay import TEEN, THERAPIST, family, kept, organisation, passed, registers, texts, told
from tests.parties import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Collection

EXAMPLES: Final = scaled(quick=3, ci=120, long=2000)
SECRET: Final = "Papa mag niet weten dat ik bang ben."
OPEN: Final = "Voetbal is fijn."


def through(case: FamilyCase, *, served: Collection[str] = (FATHER,), behind: Collection[str] = ()) -> set[str]:
    """Return the words that reach the therapist from the team through the GI."""
    known = registers(served=served, behind=behind)
    at_gi = passed(case, organisation(TEAM, known), organisation(GI, known))
    try:
        arrived = passed(at_gi.case, organisation(GI, known), organisation(THERAPIST, known))
    except ConsentError as nothing:
        if nothing.code != "C_NOTHING":
            raise
        return set()
    return texts(arrived.view)


def case_with(*confidences: object) -> FamilyCase:
    return family(statements=[told(0x100, SECRET), told(0x101, OPEN)], confidences=list(confidences))  # type: ignore[arg-type]  # JSON


def test_it_passes_from_a_to_b_with_its_confidence() -> None:
    at_gi = passed(case_with(kept(0x110, 0x100, FATHER)), organisation(TEAM), organisation(GI))
    assert (SECRET in texts(at_gi.case), an_id(0x110) in at_gi.case, at_gi.quarantined) == (True, True, ())


def test_and_not_from_b_to_who_serves_only_that_parent() -> None:
    assert through(case_with(kept(0x110, 0x100, FATHER))) == {OPEN}


def test_without_the_confidence_it_does() -> None:
    """The control: it is the confidence that keeps it out."""
    assert through(case_with()) == {OPEN, SECRET}


def test_behind_a_barrier_it_may() -> None:
    """A control too: who keeps it from the father may have it."""
    assert through(case_with(kept(0x110, 0x100, FATHER)), behind=(FATHER,)) == {OPEN, SECRET}


def test_who_serves_the_other_parent_may_have_it() -> None:
    assert through(case_with(kept(0x110, 0x100, FATHER)), served=(MOTHER,)) == {OPEN, SECRET}


def test_a_correction_of_it_stays_with_it() -> None:
    link = {"id": an_id(0x120), "kind": "replaces", "from": an_id(0x102), "to": an_id(0x100)}
    stamp = {name: kept(1, 1)[name] for name in ("recorded_at", "recorded_by", "salt")}
    later = told(0x102, "Papa mag dit ook niet weten.")
    case = family(
        statements=[told(0x100, SECRET), told(0x101, OPEN), later],
        confidences=[kept(0x110, 0x100, FATHER)],
        links=[link | stamp],
    )
    assert through(case) == {OPEN}


@pytest.mark.parametrize("kept_secret", [True, False], ids=["in confidence", "control"])
def test_nor_what_b_itself_writes_about_it(kept_secret: bool) -> None:  # noqa: FBT001  # a parameter
    """A reaction and a later version that the GI recorded say as much as what they speak about."""
    confidences = [kept(0x110, 0x100, FATHER)] if kept_secret else []
    case = family(statements=[told(0x100, SECRET), told(0x101, OPEN)], confidences=confidences)
    held = passed(case, organisation(TEAM), organisation(GI)).case
    by_gi = {"recorded_by": {"org": GI}}
    reaction = {"record": an_id(0x102), "by": TEEN, "kind": "aanvulling", "reacted_on": "2026-02-28"}
    later = told(0x102, "Papa mag dat echt niet weten.") | by_gi
    link = bare(0x120, kind="replaces", from_=an_id(0x102), to=an_id(0x100)) | by_gi
    rows = {
        "reactions": full(0x121, **reaction, words=words("Dat blijft zo.")) | by_gi,
        "statements": later,
        "links": link,
    }
    more = [TYPE_OF_ARRAY[array].model.model_validate_json(json.dumps(row)) for array, row in rows.items()]
    file = FamilyCase((*held, *more), synthetic=True, contributions=held.contributions)
    arrived = passed(file, organisation(GI), organisation(THERAPIST))
    assert (texts(arrived.view) == {OPEN}, an_id(0x121) in arrived.view) == (kept_secret, not kept_secret)


class TestConfidencesTravel:
    """Whatever a child told in confidence, it reaches nobody through B who serves whom it is kept from, unbarred."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32))
    def test_nothing_reaches_whom_it_is_kept_from(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  # no secret
        parents = (MOTHER, FATHER)
        number = dice.randint(1, 4)
        withheld = {place: dice.sample(parents, dice.randint(0, 2)) for place in range(number)}
        served = dice.sample((*parents, TEEN, CHILD), dice.randint(1, 3))
        behind = dice.sample(parents, dice.randint(0, 1))
        case = family(
            statements=[told(0x100 + place, f"Zij fluistert {place}.") for place in range(number)],
            confidences=[kept(0x110 + place, 0x100 + place, *who) for place, who in withheld.items() if who],
        )
        telling = set(served) - set(behind)
        expected = {f"Zij fluistert {place}." for place, who in withheld.items() if telling.isdisjoint(who)}
        assert through(case, served=served, behind=behind) == expected

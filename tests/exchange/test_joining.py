# SPDX-License-Identifier: EUPL-1.2
"""What arrives never makes the own case unreadable: what contradicts it here is kept apart, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.errors import IntegrityError
from kgbx.exchange.joining import joined
from tests.case.builders import TEAM, Value, an_id, as_bytes, bare
from tests.case.histories import histories
from tests.case.rule_documents import fixed

FIRST = {"valid_from": "2026-01-01"}
SECOND = {"valid_from": "2026-02-01", "professional": an_id(6)}
ENDED = FIRST | {"valid_until": "2026-02-01"}
EMPTY = FamilyCase(synthetic=True)
OTHER = "urn:osb:oin:00000099000000009000"


def read(value: Value) -> FamilyCase:
    return FamilyCase.from_json(as_bytes(value))


def only_last(value: Value) -> FamilyCase:
    """Return a case with the last contact only, as a view without the correction of the first."""
    return read({**value, "involvements": value["involvements"][-1:]})


def test_a_successor_without_the_correction_is_kept_apart() -> None:
    held = read(fixed(FIRST))
    arrived = only_last(fixed(FIRST, SECOND))
    case, apart = joined(held, arrived, own=OTHER, sender=TEAM)
    assert [(row.record, row.reasons) for row in apart] == [(an_id(71), ("CONTRADICTS_HERE",))]
    assert FamilyCase.from_json(case.to_json()) == case


def test_with_the_correction_both_are_taken_in() -> None:
    arrived = fixed(ENDED, SECOND)
    arrived["involvements"][0] |= {"id": an_id(90)}
    arrived["links"] = [bare(91, from_=an_id(90), kind="replaces", to=an_id(70))]
    case, apart = joined(read(fixed(FIRST)), read(arrived), own=OTHER, sender=TEAM)
    assert (apart, an_id(71) in case) == ((), True)


def test_what_speaks_about_what_is_kept_apart_goes_with_it() -> None:
    arrived = fixed(FIRST, SECOND)
    arrived["involvements"] = arrived["involvements"][-1:]
    arrived["links"] = [bare(92, from_=an_id(71), kind="based_on", to=an_id(4))]
    _, apart = joined(read(fixed(FIRST)), read(arrived), own=OTHER, sender=TEAM)
    assert [row.record for row in apart] == [an_id(71), an_id(92)]


def test_one_id_with_two_contents_is_kept_apart() -> None:
    case, apart = joined(read(fixed(FIRST)), read(fixed(ENDED)), own=OTHER, sender=TEAM)
    assert {row.reasons for row in apart} == {("DIFFERS_HERE",)}
    assert case == read(fixed(FIRST))


def test_in_two_copies_of_the_own_case_it_is_refused_whole() -> None:
    with pytest.raises(IntegrityError) as caught:
        joined(read(fixed(FIRST)), read(fixed(ENDED)), own=TEAM, sender=TEAM)
    assert caught.value.code == "D_CONFLICT"


@st.composite
def views(draw: st.DrawFn) -> tuple[FamilyCase, FamilyCase]:
    """Return the file of one organisation and a readable part of that of another, both without erasures."""
    held, other = draw(histories(2))
    kept = [record for record in other if draw(st.integers(0, 3)) and record.id not in held.erased | other.erased]
    part = FamilyCase((one for one in kept if one not in other.records("erasures")), synthetic=True)
    return held, part if not part.errors_since(EMPTY) else EMPTY


class TestTheOwnCaseStaysReadable:
    """Whatever part of a file arrives, the own case can be read again, and every record is in it or kept apart."""

    @given(views())
    def test_for_parts_of_histories(self, both: tuple[FamilyCase, FamilyCase]) -> None:
        held, arrived = both
        try:
            case, apart = joined(held, arrived, own=OTHER, sender=TEAM)
        except IntegrityError:
            return
        assert FamilyCase.from_json(case.to_json()) == case
        assert {one.id for one in (*held, *arrived)} == {record.id for record in case} | {row.record for row in apart}

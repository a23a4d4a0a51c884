# SPDX-License-Identifier: EUPL-1.2
"""Who the fixed contact is on a day, where there is none, where there are two, and how a handover passes it on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import Collaboration, FamilyCase, Stamp
from kgbx.case.base import Actor
from kgbx.errors import DocumentError, UsageError
from kgbx.story import Handover
from kgbx.story.fixed_contact import begins, fixed_contact, fixed_contacts, gaps, passed_on, require_begins, twice
from tests.case.builders import CHILD, MOTHER, an_id, full
from tests.story.handing import FIRST, PERSONS, WORKER_OF, A, B, C, Region, completed_between, intake, people, worker_of

if TYPE_CHECKING:
    from kgbx.case import Involvement

TODAY = date(2026, 6, 1)


def contact(number: int, **members: object) -> Involvement:
    return intake(id=an_id(number), persons=(MOTHER,), **members)


def case(*records: Any) -> FamilyCase:  # noqa: ANN401  # any record
    return FamilyCase(records, synthetic=True)


def handed(**members: object) -> Collaboration:
    told = {
        "kind": "handover",
        "persons": (MOTHER,),
        "requested_by": A,
        "asked": (B,),
        "state": "completed",
        "completed_on": "2026-04-01",
        "recorded_by": Actor(org=B),
    }
    given = full(0x90) | told | members
    return Collaboration(**{name: member for name, member in given.items() if member is not None})


class TestOnADay:
    """Who it is on a day."""

    def test_from_the_first_day(self) -> None:
        found = fixed_contact(case(intake()), on=FIRST)
        assert {person: record.org for person, record in found.items()} == dict.fromkeys(PERSONS, A)

    def test_nobody_before_it(self) -> None:
        assert fixed_contact(case(intake()), on=date(2026, 2, 28)) == {}

    def test_nobody_on_the_day_of_the_end(self) -> None:
        ended = case(contact(1, valid_until="2026-04-01"))
        assert fixed_contact(ended, on=date(2026, 4, 1)) == {}
        assert list(fixed_contact(ended, on=date(2026, 3, 31))) == [MOTHER]

    def test_another_role_is_no_fixed_contact(self) -> None:
        assert fixed_contact(case(intake(role="education")), on=FIRST) == {}

    def test_a_handover_that_was_completed_ends_that_of_its_sender(self) -> None:
        before, after = (fixed_contact(case(intake(), handed()), on=date(2026, 4, day)) for day in (1, 2))
        assert (set(before), set(after)) == ({CHILD}, {CHILD})
        assert set(fixed_contact(case(intake(), handed()), on=date(2026, 3, 31))) == set(PERSONS)

    @pytest.mark.parametrize(
        "members",
        [
            {"kind": "consult_named"},
            {"kind": "act_together"},
            {"state": "warm_meeting"},
            {"requested_by": B},
            {"recorded_by": Actor(org=C)},
            {"persons": (CHILD,)},
            {"completed_on": None},
            {"completed_on": "2026-02-01"},
        ],
        ids=[
            "consult",
            "together",
            "not done",
            "of another",
            "by a third",
            "another person",
            "no day",
            "before it began",
        ],
    )
    def test_nothing_else_ends_it(self, members: dict[str, Any]) -> None:
        assert MOTHER in fixed_contact(case(intake(), handed(**members)), on=TODAY)

    def test_one_of_unknown_first_day_is_there_from_when_it_was_recorded(self) -> None:
        found = case(intake(valid_from=None))
        assert (set(fixed_contact(found, on=FIRST)), fixed_contact(found, on=date(2026, 2, 28))) == (set(PERSONS), {})


class TestGaps:
    """Days on which somebody who had a fixed contact surely has none."""

    def test_one_that_goes_on_leaves_none(self) -> None:
        assert gaps(case(intake()), on=TODAY) == ()

    def test_the_next_one_begins_on_the_same_day(self) -> None:
        follows = contact(2, org=B, valid_from="2026-04-01")
        assert gaps(case(contact(1, valid_until="2026-04-01"), follows), on=TODAY) == ()

    def test_a_day_between_two_is_a_gap(self) -> None:
        follows = contact(2, org=B, valid_from="2026-04-02")
        (gap,) = gaps(case(contact(1, valid_until="2026-04-01"), follows), on=TODAY)
        assert (gap.person, gap.after, gap.start, gap.until) == (MOTHER, an_id(1), date(2026, 4, 1), date(2026, 4, 2))

    def test_nobody_who_follows_is_a_gap_without_an_end(self) -> None:
        (gap,) = gaps(case(contact(1, valid_until="2026-04-01", end_reason="vertrek")), on=TODAY)
        assert (gap.start, gap.until) == (date(2026, 4, 1), None)

    def test_what_is_still_to_come_is_no_gap_yet(self) -> None:
        assert gaps(case(contact(1, valid_until="2026-07-01")), on=TODAY) == ()

    def test_a_goal_that_was_reached_leaves_none(self) -> None:
        assert gaps(case(contact(1, valid_until="2026-04-01", end_reason="klaar")), on=TODAY) == ()

    def test_a_month_that_may_reach_the_next_one_claims_nothing(self) -> None:
        follows = contact(2, org=B, valid_from="2026-04-30")
        assert gaps(case(contact(1, valid_until="2026-04"), follows), on=TODAY) == ()

    def test_a_longer_one_beside_a_shorter_one_leaves_none(self) -> None:
        short = contact(2, org=B, valid_from="2026-03-10", valid_until="2026-03-20")
        assert gaps(case(contact(1), short), on=TODAY) == ()

    def test_a_handover_without_who_follows_is_a_gap(self) -> None:
        (gap,) = gaps(case(contact(1), handed()), on=TODAY)
        assert (gap.start, gap.until) == (date(2026, 4, 1), None)


class TestTwice:
    """Days on which somebody surely has two."""

    def test_two_that_overlap(self) -> None:
        (both,) = twice(case(contact(1), contact(2, org=B, valid_from="2026-04-01")))
        assert (both.person, both.records, both.start) == (MOTHER, (an_id(1), an_id(2)), date(2026, 4, 1))

    def test_one_face_told_twice_is_one(self) -> None:
        assert twice(case(contact(1), contact(2, valid_from="2026-04-01"))) == ()

    def test_two_that_follow_each_other_are_not(self) -> None:
        assert twice(case(contact(1, valid_until="2026-04-01"), contact(2, org=B, valid_from="2026-04-01"))) == ()

    def test_a_month_that_may_end_before_claims_nothing(self) -> None:
        assert twice(case(contact(1, valid_until="2026-04"), contact(2, org=B, valid_from="2026-04-15"))) == ()

    def test_a_handover_makes_room(self) -> None:
        assert twice(case(contact(1), contact(2, org=B, valid_from="2026-04-01"), handed())) == ()


class TestPassingOn:
    """The records by which both sides write down that a handover was completed."""

    def test_the_own_one_ends_on_the_day_on_which_the_other_begins(self) -> None:
        region = Region()
        completed_between(region, A, B)
        own = [one for one in region.cases[A].current("involvements") if vars(one)["org"] == A]
        assert [(vars(one)["valid_until"], vars(one)["end_reason"]) for one in own] == [("2026-03-01", "overdracht")]

    def test_for_those_who_were_not_handed_over_it_goes_on(self) -> None:
        region = Region()
        name = completed_between(region, A, B)
        begun = contact(0x300, org=B, professional=WORKER_OF[B])
        stamp = Stamp(recorded_by=Actor(org=A), recorded_at="2026-03-01T13:00:00Z")
        records = passed_on(case(*people(), intake()), handover=region.of[A][name], begun=begun, stamp=stamp)
        found = {person: held[-1].record for person, held in fixed_contacts(case(intake(), *records)).items()}
        assert (found[MOTHER].valid_until, found[CHILD].valid_until) == ("2026-03-01", None)

    def test_one_that_others_recorded_is_left_to_them(self) -> None:
        region = Region()
        name = completed_between(region, A, B)
        stamp = Stamp(recorded_by=Actor(org=A), recorded_at="2026-03-01T13:00:00Z")
        theirs = intake(recorded_by=Actor(org=B))
        records = passed_on(case(*people(), theirs), handover=region.of[A][name], begun=intake(org=B), stamp=stamp)
        assert [type(one).__name__ for one in records] == ["Collaboration"]

    def test_before_the_completion_nothing_is_passed_on(self) -> None:
        here = Handover(id=an_id(9), sender=A, receiver=B, own="receiver")
        stamp = Stamp(recorded_by=Actor(org=B), recorded_at="2026-03-01T13:00:00Z")
        with pytest.raises(UsageError) as caught:
            passed_on(case(), handover=here, begun=intake(), stamp=stamp)
        assert caught.value.code == "U_STEP"
        with pytest.raises(UsageError) as caught:
            begins(here, worker_of(B), case=case(), like=intake(), stamp=stamp)
        assert caught.value.code == "U_STEP"


def done() -> Handover:
    region = Region()
    return region.of[A][completed_between(region, A, B)]


BEGUN: dict[str, Any] = {
    "org": B,
    "professional": WORKER_OF[B],
    "recorded_by": Actor(org=B),
    "valid_from": "2026-03-01",
}


def test_a_good_completion_names_the_contact_of_the_receiver() -> None:
    require_begins(intake(**BEGUN), professional=worker_of(B), handover=done())


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"org": A}, "/begins/org"),
        ({"role": "education"}, "/begins/role"),
        ({"professional": None}, "/begins/professional"),
        ({"professional": an_id(0x99)}, "/begins/professional"),
        ({"valid_from": "2026-03-02"}, "/begins/valid_from"),
        ({"valid_until": "2026-03-05"}, "/begins/valid_until"),
        ({"recorded_by": Actor(org=A)}, "/begins/recorded_by/org"),
    ],
    ids=["organisation", "role", "nobody", "another", "later", "ends", "recorded by another"],
)
def test_a_completion_that_names_another_is_refused(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        require_begins(intake(**BEGUN | changes), professional=worker_of(B), handover=done())
    assert (caught.value.problems[0].code, caught.value.problems[0].pointer) == ("D_FIXED_CONTACT", pointer)


def test_the_professional_of_another_organisation_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        require_begins(intake(**BEGUN | {"professional": WORKER_OF[A]}), professional=worker_of(A), handover=done())
    assert [one.pointer for one in caught.value.problems] == ["/professional/org", "/professional/recorded_by/org"]


class TestAtTheEdges:
    """The first and last days, and what is only half known."""

    def test_giving_back_ends_it_as_handing_over_does(self) -> None:
        found = fixed_contact(case(intake(), handed(kind="handback")), on=TODAY)
        assert MOTHER not in found

    @pytest.mark.parametrize(
        ("recorded_at", "there"), [("2026-04-01T09:00:00Z", False), ("2026-04-01T11:00:00Z", True)]
    )
    def test_one_of_the_day_itself_is_ended_only_if_it_was_there_before(self, recorded_at: str, *, there: bool) -> None:
        of_that_day = contact(1, valid_from="2026-04-01", recorded_at=recorded_at)
        found = fixed_contact(case(of_that_day, handed(recorded_at="2026-04-01T10:00:00Z")), on=TODAY)
        assert (MOTHER in found) is there

    def test_a_gap_that_begins_on_the_day_itself_is_told(self) -> None:
        (gap,) = gaps(case(contact(1, valid_until="2026-04-01")), on=date(2026, 4, 1))
        assert gap.start == date(2026, 4, 1)


class TestWhatEachSideWritesDown:
    """The own fixed contact that ends, and who is in what is written down."""

    def passed(self, own: str, *here: Any) -> list[Any]:  # noqa: ANN401  # any record
        region = Region()
        name = completed_between(region, A, B)
        stamp = Stamp(recorded_by=Actor(org=own), recorded_at="2026-03-01T13:00:00Z")
        return [*passed_on(case(*here), handover=region.of[own][name], begun=intake(**BEGUN), stamp=stamp)]

    @pytest.mark.parametrize("valid_from", [None, "2026-03", "2026", "2025-12-31"])
    def test_one_that_may_have_begun_before_ends(self, valid_from: str | None) -> None:
        records = self.passed(A, *people(), intake(valid_from=valid_from))
        ended = [one for one in records if getattr(one, "end_reason", None) == "overdracht"]
        assert [(one.persons, one.valid_until) for one in ended] == [(PERSONS, "2026-03-01")]

    def test_one_that_begins_later_or_that_ended_stays_as_it_is(self) -> None:
        here = (intake(valid_from="2026-03-02"), intake(id=an_id(7), valid_from="2026-01-01", valid_until="2026-02-01"))
        assert [type(one).__name__ for one in self.passed(A, *people(), *here)] == ["Collaboration"]

    def test_who_handed_over_writes_nothing_of_persons_it_does_not_know(self) -> None:
        assert self.passed(A) == []

    def test_who_took_over_writes_all_of_them_also_those_it_learns_of_now(self) -> None:
        work, begun = self.passed(B)
        assert (work.persons, begun.persons) == (PERSONS, PERSONS)


class TestWhoIntroduces:
    """The new fixed contact is introduced by the old one, of the organisation that hands over."""

    def begun(self, *here: Any) -> Involvement:  # noqa: ANN401  # any record
        region = Region()
        handover = region.of[B][completed_between(region, A, B)]
        stamp = Stamp(recorded_by=Actor(org=B), recorded_at="2026-03-01T13:00:00Z")
        return begins(handover, worker_of(B), case=case(*people(), *here), like=intake(), stamp=stamp)

    def test_by_the_fixed_contact_of_the_sender(self) -> None:
        assert self.begun(worker_of(A), intake()).introduced_by == WORKER_OF[A]

    def test_not_by_the_fixed_contact_of_a_third(self) -> None:
        third = intake(org=C, professional=WORKER_OF[C])
        assert self.begun(worker_of(C), third).introduced_by is None

    def test_by_nobody_whom_the_file_does_not_know(self) -> None:
        assert self.begun(intake()).introduced_by is None

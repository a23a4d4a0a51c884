# SPDX-License-Identifier: EUPL-1.2
"""What may still be asked, how, and of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.errors import UsageError
from kgbx.story import Question, coverage, not_to_ask, questions, to_find_out
from tests.case.builders import CHILD, FATHER, MOTHER, TEAM, Value, an_id, full
from tests.story.makers import (
    AT,
    TEEN,
    a_need,
    a_profile,
    case,
    confidence,
    covered,
    made,
    protection,
    reaction,
    statement,
)

if TYPE_CHECKING:
    from kgbx.case import FamilyCase

OLD = "2025-01-01"


def asked(some: FamilyCase, **need: Any) -> list[tuple[str | None, tuple[str, ...]]]:  # noqa: ANN401  # members of a need
    return [(one.about, one.ask) for one in questions(covered(some, **need))]


def about(person: str, *found: Question) -> list[Question]:
    return [one for one in found if one.about == person]


def test_what_is_missing_is_asked_of_the_person_itself() -> None:
    assert asked(case()) == [(MOTHER, (MOTHER,)), (FATHER, (FATHER,))]


def test_about_a_child_under_twelve_one_asks_who_holds_authority() -> None:
    assert (CHILD, (MOTHER, FATHER)) in asked(case(), per="each_child")


def test_a_child_from_twelve_is_asked_itself() -> None:
    assert (TEEN, (TEEN,)) in asked(case(), per="each_child")


def test_the_own_words_of_a_young_child_are_asked_through_another() -> None:
    found = questions(covered(case(), per="each_child", told_by="self"))
    assert [(one.about, one.through) for one in found] == [(CHILD, True), (TEEN, False)]


def test_a_person_who_is_blocked_is_asked_nothing() -> None:
    blocked = case(protections=[protection()])
    assert asked(blocked) == [(MOTHER, (MOTHER,))]
    assert (CHILD, (MOTHER,)) in asked(blocked, per="each_child")
    assert asked(blocked, per="case") == [(None, (MOTHER,))]


def test_who_was_blocked_before_may_be_asked() -> None:
    ended = protection(valid_from="2025-01-01", valid_until="2025-06-01")
    assert (FATHER, (FATHER,)) in asked(case(protections=[ended]))


def test_whom_the_sender_knows_to_be_blocked_is_not_asked() -> None:
    found = covered(case(), withheld=case(protections=[protection()]))
    assert [one.about for one in questions(found)] == [MOTHER]


def test_whom_a_protection_in_a_register_blocks_is_not_asked() -> None:
    found = coverage(case(), made(a_profile()), at=AT, blocked=[FATHER])
    assert [one.about for one in questions(found)] == [MOTHER]


def test_who_must_not_know_what_a_child_confided_is_asked_nothing_about_it() -> None:
    told = statement(about=[CHILD], told_by={"person": CHILD}, topics=["child.voice.view"])
    found = asked(case(statements=[told], confidences=[confidence()]), per="each_child")
    assert found == [(CHILD, (FATHER,)), (TEEN, (TEEN,))]


def test_a_confidence_about_another_leaves_one_free_to_speak_of_oneself() -> None:
    told = statement(about=[CHILD], told_by={"person": CHILD}, topics=["child.voice.view"])
    assert (MOTHER, (MOTHER,)) in asked(case(statements=[told], confidences=[confidence()]))


def test_who_must_not_know_an_old_answer_is_not_asked_it_again() -> None:
    told = statement(about=[CHILD], told_by={"person": CHILD}, told_on=OLD, tell_again="ask")
    found = asked(case(statements=[told], confidences=[confidence()]), per="case", max_age_days=30)
    assert found == [(None, (FATHER,))]


def test_a_confidence_about_an_unknown_record_silences_all_questions() -> None:
    assert asked(case(confidences=[confidence()])) == [(FATHER, (FATHER,))]


def test_a_need_about_a_place_is_asked_of_that_person_only() -> None:
    assert asked(case(), per="each_adult", location=True) == [(MOTHER, (MOTHER,)), (FATHER, (FATHER,))]


def test_who_cannot_judge_the_own_interests_is_represented() -> None:
    unable = full(
        0x70,
        person=MOTHER,
        capable=False,
        assessed_by={"org": TEAM},
        assessed_on="2026-01-01",
        represented_by=FATHER,
        basis="mentorschap",
    )
    assert asked(case(capacities=[unable])) == [(MOTHER, (FATHER,)), (FATHER, (FATHER,))]


@pytest.mark.parametrize(
    ("members", "manner"),
    [({"tell_again": "ask"}, "again"), ({"tell_again": "if_changed"}, "if_changed")],
)
def test_a_stale_answer_is_asked_as_the_teller_allowed(members: Value, manner: str) -> None:
    told = statement(told_on=OLD, **members)
    found = questions(covered(case(statements=[told]), max_age_days=30))
    assert [one.manner for one in about(MOTHER, *found)] == [manner]


def test_a_stale_answer_is_not_asked_again_unless_allowed() -> None:
    found = questions(covered(case(statements=[statement(told_on=OLD)]), max_age_days=30))
    assert about(MOTHER, *found) == []


def test_the_most_sparing_of_several_tellers_decides() -> None:
    told = [statement(told_on=OLD, tell_again="ask"), statement(0x101, told_on=OLD)]
    assert about(MOTHER, *questions(covered(case(statements=told), max_age_days=30))) == []


@pytest.mark.parametrize("more", [{}, {"reactions": [reaction(0x110)]}])
def test_what_is_told_or_disputed_is_no_question(more: dict[str, list[Value]]) -> None:
    assert about(MOTHER, *questions(covered(case(statements=[statement()], **more)))) == []


def test_what_a_register_knows_is_no_question_but_to_be_looked_up() -> None:
    found = covered(case(), from_register="brp")
    assert (questions(found), len(to_find_out(found))) == ((), 2)


def test_what_a_colleague_knows_is_no_question_to_the_family() -> None:
    found = covered(case(), answered_by="professional")
    assert (questions(found), len(to_find_out(found))) == ((), 2)


def test_what_is_withheld_is_no_question_on_the_side_of_the_sender() -> None:
    found = covered(case(), withheld=case(statements=[statement()]))
    assert about(MOTHER, *questions(found)) == []


def judged(**members: Any) -> FamilyCase:  # noqa: ANN401  # members of a record
    """Return the family with an old judgement by a professional, and perhaps an old statement."""
    made_by = {"assessed_by": {"org": TEAM}, "assessed_on": OLD, "phase": "triage", "conclusion": "onbekend"}
    return case(safety_assessments=[full(0x150, persons=[TEEN], **made_by)], **members)


SAFETY: Value = {
    "asks": {"topic": "safety.current"},
    "also": [{"record": "safety_assessments"}],
    "per": "each_child",
    "max_age_days": 30,
}


def test_an_old_judgement_of_a_professional_does_not_keep_one_from_asking() -> None:
    found = about(TEEN, *questions(covered(judged(), **SAFETY)))
    assert [(one.ask, one.manner) for one in found] == [((TEEN,), "again")]


def test_beside_an_old_judgement_the_wish_of_who_told_it_holds() -> None:
    told = statement(about=[TEEN], topics=["safety.current"], told_on=OLD)
    assert about(TEEN, *questions(covered(judged(statements=[told]), **SAFETY))) == []


def test_a_professional_who_said_not_to_ask_again_is_heeded() -> None:
    teller = {"professional": an_id(4)}
    told = statement(about=[TEEN], topics=["safety.current"], told_on=OLD, told_by=teller, tell_again="no")
    assert about(TEEN, *questions(covered(case(statements=[told]), **SAFETY))) == []


def test_what_nobody_of_the_family_may_be_asked_is_found_out_elsewhere() -> None:
    found = covered(case(protections=[protection(blocked=[MOTHER, FATHER])]), per="each_child")
    assert [one.about for one in questions(found)] == [TEEN]
    assert [row.person for row in to_find_out(found)] == [CHILD]


def test_nobody_looks_for_a_place_behind_the_back_of_a_person() -> None:
    found = covered(case(protections=[protection(blocked=[MOTHER, FATHER])]), per="each_adult", location=True)
    assert (questions(found), to_find_out(found)) == ((), ())


def test_what_was_told_and_may_not_be_asked_again_is_not_found_out_elsewhere() -> None:
    found = covered(case(statements=[statement(told_on=OLD)], protections=[protection()]), max_age_days=30)
    assert [row.person for row in to_find_out(found)] == [FATHER]


LIST = made(a_profile(a_need(), a_need(id="home", per="each_adult", location=True), a_need(id="other")))


def test_a_need_about_a_place_is_always_on_the_list_of_what_not_to_ask() -> None:
    assert not_to_ask(LIST) == ("home",)
    assert not_to_ask(LIST, more=["other"]) == ("home", "other")


def test_a_need_that_the_profile_does_not_have_cannot_be_put_on_the_list() -> None:
    with pytest.raises(UsageError) as caught:
        not_to_ask(LIST, more=["Vredebregt"])
    assert "Vredebregt" not in f"{caught.value}{caught.value!r}"


def test_what_the_sender_says_not_to_ask_is_not_asked() -> None:
    found = coverage(case(), LIST, at=AT)
    assert {one.need.id for one in questions(found)} == {"wish", "home", "other"}
    assert {one.need.id for one in questions(found, not_to_ask=not_to_ask(LIST, more=["other"]))} == {"wish"}

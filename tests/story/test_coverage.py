# SPDX-License-Identifier: EUPL-1.2
"""Each status of a need, and what leads to it."""

from __future__ import annotations

import pytest

from kgbx.case import FamilyCase
from kgbx.errors import UsageError
from kgbx.story import coverage
from tests.case.builders import CHILD, FATHER, MOTHER, TEAM, WORKER, an_id, bare, full, words
from tests.story.makers import (
    ANSWER,
    AT,
    TEEN,
    a_profile,
    case,
    covered,
    made,
    reaction,
    replaces,
    review,
    row,
    statement,
)


def test_what_nobody_told_is_missing() -> None:
    assert row(covered(case())).status == "missing"


def test_what_was_told_says_who_told_it_and_when() -> None:
    answer = row(covered(case(statements=[statement()]))).answers[0]
    assert (answer.record, answer.teller_kind, answer.told_by, answer.told_on) == (
        ANSWER,
        "person",
        MOTHER,
        "2026-03-01",
    )


def test_what_was_told_is_told_about_that_person_only() -> None:
    found = covered(case(statements=[statement()]))
    assert [(one.person, one.status) for one in found.rows] == [(MOTHER, "told"), (FATHER, "missing")]


def test_an_agreed_wording_names_who_agreed() -> None:
    told = statement()
    found = covered(case(statements=[told], reviews=[review(0x110, told)]))
    assert row(found).answers[0].reviewed_by == (MOTHER,)


def test_a_reaction_that_disagrees_makes_it_disputed() -> None:
    found = row(covered(case(statements=[statement()], reactions=[reaction(0x110)])))
    assert (found.status, found.answers[0].disputed_by) == ("told_disputed", (FATHER,))


@pytest.mark.parametrize(("kind", "status"), [("correctie_feit", "told_disputed"), ("aanvulling", "told")])
def test_a_correction_disputes_and_an_addition_does_not(kind: str, status: str) -> None:
    found = covered(case(statements=[statement()], reactions=[reaction(0x110, kind=kind)]))
    assert row(found).status == status


def test_a_verdict_that_disagrees_makes_it_disputed() -> None:
    told = statement()
    found = covered(case(statements=[told], reviews=[review(0x110, told, verdict="niet_akkoord")]))
    assert row(found).status == "told_disputed"


def test_a_verdict_on_another_wording_does_not_count() -> None:
    told = statement()
    against = review(0x110, told, verdict="niet_akkoord", wording_digest="A" * 43)
    assert row(covered(case(statements=[told], reviews=[against]))).status == "told"


def test_a_verdict_of_somebody_it_is_not_about_does_not_count() -> None:
    told = statement()
    against = review(0x110, told, verdict="niet_akkoord", by=FATHER)
    assert row(covered(case(statements=[told], reviews=[against]))).status == "told"


def test_the_latest_verdict_of_a_person_counts() -> None:
    told = statement()
    first = review(0x110, told, verdict="niet_akkoord", reviewed_on="2026-02-28")
    found = covered(case(statements=[told], reviews=[first, review(0x111, told)]))
    assert row(found).status == "told"


def test_the_mark_of_a_view_makes_it_disputed() -> None:
    view = FamilyCase(case(statements=[statement()]), synthetic=True, disputed=[ANSWER])
    assert row(covered(view)).status == "told_disputed"


def test_an_answer_of_too_long_ago_is_stale() -> None:
    found = covered(case(statements=[statement(told_on="2026-01-30")]), max_age_days=30)
    assert row(found).status == "told_stale"


def test_an_answer_of_a_day_to_come_is_stale() -> None:
    """A wrong year, or another's clock: it would stay fresh for ever."""
    later = statement(told_on="2062-03-01", recorded_at="2062-03-02T10:00:00Z")
    assert row(covered(case(statements=[later]), max_age_days=30)).status == "told_stale"


def test_an_answer_of_the_last_day_that_counts_is_not_stale() -> None:
    found = covered(case(statements=[statement(told_on="2026-01-31")]), max_age_days=30)
    assert row(found).status == "told"


def test_an_answer_that_may_be_too_old_is_stale() -> None:
    found = covered(case(statements=[statement(told_on="2026")]), max_age_days=30)
    assert row(found).status == "told_stale"


def test_what_a_register_knows_is_looked_up() -> None:
    assert row(covered(case(), from_register="brp")).status == "register"


def test_what_came_from_the_register_is_told_by_it() -> None:
    found = covered(case(), asks={"record": "parental_authorities"}, per="each_child", from_register="gezagsregister")
    answer = row(found, CHILD).answers[0]
    assert (row(found, CHILD).status, answer.teller_kind, answer.told_by, answer.told_on) == (
        "told",
        "register",
        "gezagsregister",
        "2026-01-12",
    )


def test_what_the_sender_keeps_back_is_withheld_on_its_side() -> None:
    found = covered(case(), withheld=case(statements=[statement()]))
    assert (row(found).status, row(found).withheld) == ("withheld", (ANSWER,))


def test_the_recipient_sees_nothing_of_what_is_withheld() -> None:
    found = covered(case(), withheld=case(statements=[statement()]))
    assert found.for_recipient() == covered(case())


def test_what_is_in_the_view_is_not_withheld() -> None:
    whole = case(statements=[statement()])
    assert row(covered(whole, withheld=whole)).status == "told"


def test_only_what_nothing_replaces_counts() -> None:
    new = statement(0x101, topics=["parent.view"])
    found = covered(case(statements=[statement(), new], links=[replaces(0x120, an_id(0x101), ANSWER)]))
    assert row(found).status == "missing"


def test_only_accepted_kinds_of_statement_count() -> None:
    found = covered(case(statements=[statement(kind="zorg")]), accepts=["wens"])
    assert row(found).status == "missing"


def test_a_star_takes_every_topic_below() -> None:
    told = statement(topics=["strength.network"])
    assert row(covered(case(statements=[told]), asks={"topic": "strength.*"})).status == "told"


def test_what_another_says_is_not_the_own_words() -> None:
    told = statement(told_by={"person": FATHER})
    assert row(covered(case(statements=[told]), told_by="self")).status == "missing"


def test_own_words_that_another_passes_on_are_own_words() -> None:
    told = statement(told_by={"professional": WORKER}, first_teller={"person": MOTHER})
    assert row(covered(case(statements=[told]), told_by="self")).status == "told"


def test_a_record_with_the_asked_member_answers() -> None:
    found = covered(case(), asks={"record": "persons", "member": "birth_date"})
    assert row(found).status == "told"


def test_a_record_without_the_asked_member_does_not() -> None:
    found = covered(case(), asks={"record": "persons", "member": "languages"})
    assert row(found).status == "missing"


@pytest.mark.parametrize(("safe", "status"), [(True, "told"), (False, "missing")])
def test_a_record_answers_with_the_asked_value_only(safe: bool, status: str) -> None:  # noqa: FBT001  # a value
    point = full(0x130, persons=[MOTHER], kind="mobile", value="06 0000 0017", safe_to_use=safe)
    asks = {"record": "contact_points", "where": {"safe_to_use": True}}
    assert row(covered(case(contact_points=[point]), asks=asks)).status == status


def test_what_has_ended_does_not_answer() -> None:
    point = full(0x130, persons=[MOTHER], kind="mobile", value="06 0000 0017", valid_until="2026-03-02")
    assert row(covered(case(contact_points=[point]), asks={"record": "contact_points"})).status == "missing"


def test_a_record_that_is_about_nobody_answers_for_the_case() -> None:
    team = bare(0x140, org=TEAM, name="Lokaal Team Lindeloo", functions=["lokaal_team"])
    found = covered(case(organisations=[team]), asks={"record": "organisations"}, per="case")
    assert (row(found, None).status, row(found, None).answers[0].told_by) == ("told", TEAM)


@pytest.mark.parametrize(("answer", "status"), [("nee", "told_disputed"), ("deels", "told")])
def test_a_no_to_an_agreement_makes_it_disputed(answer: str, status: str) -> None:
    made_with = [{"person": FATHER, "answer": answer}]
    agreed = full(0x150, kind="omgang", persons=[MOTHER], words=words(), answers=made_with)
    assert row(covered(case(agreements=[agreed]), asks={"record": "agreements"})).status == status


def test_what_was_found_to_be_contradicted_is_disputed() -> None:
    told = statement(kind="gebeurtenis", verifiability="weersproken")
    assert row(covered(case(statements=[told]))).status == "told_disputed"


@pytest.mark.parametrize(
    ("teller", "kind"),
    [
        ({"professional": WORKER}, "professional"),
        ({"document": WORKER}, "document"),
        ({"register_name": "brp"}, "register"),
        ({"anonymous": True}, "anonymous"),
    ],
)
def test_whoever_told_it_is_named_by_kind(teller: dict[str, object], kind: str) -> None:
    assert row(covered(case(statements=[statement(told_by=teller)]))).answers[0].teller_kind == kind


def test_what_else_answers_counts_as_well() -> None:
    told = statement(topics=["parent.view"])
    assert row(covered(case(statements=[told]), also=[{"topic": "parent.view"}])).status == "told"


def test_a_need_of_the_case_is_answered_by_whatever_is_about_anybody() -> None:
    assert row(covered(case(statements=[statement()]), per="case"), None).status == "told"


def test_a_child_that_is_too_young_is_not_asked() -> None:
    found = covered(case(), per="each_child", from_age=12)
    assert [one.person for one in found.rows] == [TEEN]


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        coverage(case(), made(a_profile()), at=AT.replace(tzinfo=None))
    assert caught.value.code == "U_MOMENT"


def test_a_record_that_names_whose_words_it_holds_answers_for_that_person_in_the_own_words() -> None:
    goal = full(0x160, owners=[MOTHER], words=words(), status="open")
    asks = {"record": "goals", "person": "owners"}
    found = covered(case(goals=[goal]), asks=asks, per="each_adult", told_by="self")
    assert {one.person: one.status for one in found.rows} == {MOTHER: "told", FATHER: "missing"}

# SPDX-License-Identifier: EUPL-1.2
"""What holds for every case and profile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.errors import DocumentError
from kgbx.story import coverage, not_to_ask, profile, profiles, questions, read_profile
from tests.case.builders import CHILD, FATHER, MOTHER
from tests.case.strategies import POOL, records
from tests.story.makers import AT, TEEN, case, confidence, protection, reaction, statement

if TYPE_CHECKING:
    from kgbx.case import BareRecord
    from kgbx.story import Need, Question
    from tests.case.builders import Value

PEOPLE = st.sampled_from([MOTHER, FATHER, CHILD, TEEN])
TOPICS = st.sampled_from(["parent.view", "safety.current", "child.voice.view", "finance.debts", "request.question"])
DAYS = st.sampled_from(["2024", "2025-12", "2026-02-28", "2026-03-01"])


@st.composite
def told(draw: st.DrawFn, number: int) -> Value:
    """Return a statement of anybody about anybody."""
    again = draw(st.sampled_from(["no", "if_changed", "ask"]))
    topics, about = [draw(TOPICS)], draw(st.lists(PEOPLE, min_size=1, max_size=2, unique=True))
    day, teller = draw(DAYS), {"person": draw(PEOPLE)}
    return statement(number, topics=topics, about=about, told_on=day, told_by=teller, tell_again=again)


@st.composite
def cases(draw: st.DrawFn) -> FamilyCase:
    """Return the family with statements, perhaps a reaction, a protection, a confidence."""
    number = draw(st.integers(0, 6))
    arrays = {"statements": [draw(told(0x100 + place)) for place in range(number)]}
    if number and draw(st.booleans()):
        arrays["reactions"] = [reaction(0x180)]
    if draw(st.booleans()):
        arrays["protections"] = [protection(blocked=[draw(PEOPLE)])]
    if number and draw(st.booleans()):
        arrays["confidences"] = [confidence(withheld_from=[draw(PEOPLE)])]
    return case(**arrays)


def asked(some: FamilyCase, names: tuple[str, str]) -> dict[tuple[str, str | None], Question]:
    found = questions(coverage(some, profile(*names), at=AT))
    return {(one.need.id, one.about): one for one in found}


class TestNothingIsAskedTwice:
    """Adding a fresh answer that nobody disputes never adds a question."""

    @given(cases(), st.sampled_from(profiles()), told(0x1F0))
    def test_an_answer_adds_no_question(self, some: FamilyCase, names: tuple[str, str], more: Value) -> None:
        fresh = case(statements=[more | {"told_on": "2026-03-01"}])
        assert set(asked(some.merge(fresh), names)) <= set(asked(some, names))


class TestWhatIsToldIsNoQuestion:
    """No question is asked whose fresh answer stands in the case; counted from the statements, not from coverage."""

    @given(cases(), st.sampled_from(profiles()))
    def test_no_question_has_a_fresh_answer(self, some: FamilyCase, names: tuple[str, str]) -> None:
        for (_, about), question in asked(some, names).items():
            said = said_on(some, question.need, about)
            assert [one.told_on for one in said if fresh(one, question.need)] == []

    @given(cases(), st.sampled_from(profiles()))
    def test_nobody_is_asked_again_who_did_not_allow_it(self, some: FamilyCase, names: tuple[str, str]) -> None:
        for (_, about), question in asked(some, names).items():
            said = said_on(some, question.need, about)
            assert [one.tell_again for one in said if one.tell_again in {None, "no"}] == []
            assert (question.manner == "new") == (said == [])


def said_on(some: FamilyCase, need: Need, about: str | None) -> list[Any]:
    return [one for one in some.records("statements") if speaks(one, need, about)]


def speaks(one: Any, need: Need, about: str | None) -> bool:  # noqa: ANN401  # a statement
    """Tell whether a statement answers a need about a person, by its topics and its people alone."""
    topics = {asks.topic.removesuffix("*") for asks in need.answers if asks.topic}
    on_topic = any(one_topic.startswith(topic) for topic in topics for one_topic in one.topics)
    people = {one.told_by.person} if need.told_by == "self" else set(one.about)
    return on_topic and (not need.accepts or one.kind in need.accepts) and (about is None or about in people)


def fresh(one: Any, need: Need) -> bool:  # noqa: ANN401  # a statement
    """Tell whether a statement of one of DAYS is not too old for a need on the second of March 2026."""
    ages = {"2024": 791, "2025-12": 91, "2026-02-28": 2, "2026-03-01": 1}
    return need.max_age_days is None or ages[one.told_on] <= need.max_age_days


class TestEveryNeedHasOneAnswer:
    """Each need has one row for each person it is about, with one status, and is asked at most once."""

    @given(cases(), st.sampled_from(profiles()))
    def test_no_need_is_left_out_or_told_twice(self, some: FamilyCase, names: tuple[str, str]) -> None:
        found = coverage(some, profile(*names), at=AT)
        rows = [(row.need.id, row.person) for row in found.rows]
        assert len(rows) == len(set(rows))
        assert {need for need, _ in rows} <= {need.id for need in profile(*names).needs}
        assert {person for need, person in rows if profile_need(names, need).per == "each_child"} <= {CHILD, TEEN}
        assert len(questions(found)) == len({(one.need.id, one.about) for one in questions(found)})


def profile_need(names: tuple[str, str], need: str) -> Need:
    return next(one for one in profile(*names).needs if one.id == need)


class TestYoungChildrenAreAskedNothingThemselves:
    """A child under twelve is asked through somebody who holds authority; nobody but the person speaks from twelve."""

    @given(cases(), st.sampled_from(profiles()))
    def test_who_is_asked_is_who_may_speak(self, some: FamilyCase, names: tuple[str, str]) -> None:
        for (_, about), question in asked(some, names).items():
            assert CHILD not in question.ask
            if about == TEEN:
                assert question.ask == (TEEN,)
            elif about == CHILD:
                assert set(question.ask) <= {MOTHER, FATHER}


class TestWhatTheSenderSaysIsHeeded:
    """What is on the list of what not to ask is not asked, and every need about a place is on it."""

    @given(cases(), st.sampled_from(profiles()), st.integers(0, 2**20))
    def test_nothing_on_the_list_is_asked(self, some: FamilyCase, names: tuple[str, str], seed: int) -> None:
        needed = profile(*names)
        chosen = [need.id for place, need in enumerate(needed.needs) if seed >> place & 1]
        hidden = not_to_ask(needed, more=chosen)
        left = questions(coverage(some, needed, at=AT), not_to_ask=hidden)
        assert {one.need.id for one in left} == {one for one, _ in asked(some, names)} - set(hidden)
        assert not any(one.need.location for one in left)


class TestTheOrderMeansNothing:
    """The order of the records changes nothing."""

    @given(cases(), st.sampled_from(profiles()), st.integers(0, 2**16))
    def test_shuffled_records_give_the_same(self, some: FamilyCase, names: tuple[str, str], seed: int) -> None:
        shuffled = list(some)
        random.Random(seed).shuffle(shuffled)  # noqa: S311  # an order, not a secret
        again = FamilyCase(shuffled, synthetic=True)
        assert coverage(again, profile(*names), at=AT) == coverage(some, profile(*names), at=AT)


class TestTheBlockedAreAskedNothing:
    """Nobody who is blocked is asked anything, and nobody speaks for themselves through one."""

    @given(cases(), st.sampled_from(profiles()), PEOPLE)
    def test_no_question_names_a_blocked_person(self, some: FamilyCase, names: tuple[str, str], person: str) -> None:
        blocked = some.merge(case(protections=[protection(0x1F1, blocked=[person])]))
        assert not [one for one in asked(blocked, names).values() if person in one.ask]

    @given(cases(), st.sampled_from(profiles()))
    def test_a_protection_adds_no_question(self, some: FamilyCase, names: tuple[str, str]) -> None:
        blocked = some.merge(case(protections=[protection(0x1F1)]))
        assert set(asked(blocked, names)) <= set(asked(some, names))


class TestPlacesStayWithThePerson:
    """Where somebody lives is asked of that person only, and never of a child."""

    @given(cases(), st.sampled_from(profiles()))
    def test_a_place_is_asked_of_the_person_concerned(self, some: FamilyCase, names: tuple[str, str]) -> None:
        about_places = [one for one in asked(some, names).values() if one.need.location]
        assert all(one.ask == (one.about,) and one.about not in {CHILD, TEEN} for one in about_places)


class TestTheRecipientSeesNoTrace:
    """What a recipient computes from its view is what the sender shows of it, whatever is withheld."""

    @given(cases(), st.sampled_from(profiles()), told(0x1F0))
    def test_withheld_answers_leave_no_trace(self, some: FamilyCase, names: tuple[str, str], more: Value) -> None:
        whole = some.merge(case(statements=[more]))
        seen = coverage(some, profile(*names), at=AT, withheld=whole).for_recipient()
        assert seen == coverage(some, profile(*names), at=AT)


class TestEveryCaseIsCovered:
    """Whatever the records say, coverage answers or raises an error of ours."""

    @given(st.lists(records(), max_size=8, unique_by=lambda one: one.id), st.sampled_from(profiles()))
    def test_any_records_are_covered(self, some: list[BareRecord], names: tuple[str, str]) -> None:
        found = coverage(FamilyCase(some, synthetic=True), profile(*names), at=AT)
        assert {row.person for row in found.rows} <= {None, *POOL}


class TestMalformedProfilesAreRefused:
    """A profile that is not one is refused with DocumentError."""

    @given(st.binary(max_size=60) | st.sampled_from([b"[]", b"{}", b'{"needs":[{}]}', b"null", b'{"format":1}']))
    def test_other_bytes_are_refused(self, data: bytes) -> None:
        with pytest.raises(DocumentError) as caught:
            read_profile(data)
        assert all(one.severity == "error" for one in caught.value.problems)


def test_asking_a_blocked_person_would_be_noticed() -> None:
    assert any(FATHER in one.ask for one in asked(case(), ("lokaal_team", "intake")).values())

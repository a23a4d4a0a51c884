# SPDX-License-Identifier: EUPL-1.2
"""What holds for every case and profile."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.errors import DocumentError
from kgbx.story import coverage, profile, profiles, questions, read_profile
from tests.case.builders import CHILD, FATHER, MOTHER
from tests.case.strategies import POOL, records
from tests.story.makers import AT, TEEN, case, confidence, protection, reaction, statement

if TYPE_CHECKING:
    from kgbx.case import BareRecord
    from kgbx.story import Question
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

# SPDX-License-Identifier: EUPL-1.2
"""Erasures that are told: what goes, what is kept, and to whom nothing is answered without a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import Erasure, FamilyCase, Involvement, Protection, Strength
from kgbx.case.base import Actor
from kgbx.case.people import Person
from kgbx.case.told import Wording
from kgbx.consent.arriving import GUARDING, NEVER_ERASED
from kgbx.consent.facts import CaseloadFact, Facts
from kgbx.consent.index import Index
from kgbx.exchange.messaging_effects import State
from kgbx.exchange.messaging_trust import GUARDS, OF_ANOTHER, UNANSWERED, kept_by, may_be_answered
from kgbx.story.bodies import ErasedRecord, ErasureNoticeBody
from tests.case.builders import an_id, full, words
from tests.exchange.messengers import DAY, GI, SCHOOL, TEAM, Side, gi, stage, team

if TYPE_CHECKING:
    from kgbx.exchange.messaging_effects import Outcome
    from kgbx.story.bodies import Body


def person() -> Person:
    return Person(**full(1, birth_date="1960") | {"recorded_by": Actor(org=TEAM)})


def strength(recorded_at: str) -> Strength:
    told = full(0x35, domain="network", persons=(an_id(1),), words=Wording(**words()))
    return Strength(**told | {"recorded_by": Actor(org=TEAM), "recorded_at": recorded_at})


def guarding() -> Protection:
    """Return a protection of the team, of which the term is long over."""
    told = full(0x61, person=an_id(1), blocked=(an_id(2),), valid_from="2001-01-01")
    return Protection(**told | {"recorded_by": Actor(org=TEAM), "recorded_at": "2001-01-01T10:00:00Z"})


def notice(*records: str, sender: str = TEAM) -> ErasureNoticeBody:
    erased = [ErasedRecord(record=one, rule="retention_other", on=DAY) for one in records]
    recipient = GI if sender == TEAM else TEAM
    return ErasureNoticeBody.new(sender=sender, recipient=recipient, records=erased, synthetic=True)


def involved(org: str, *, by: str, person: str, until: str | None = None) -> Involvement:
    """Return that an organisation is there for a person, as one recorded it."""
    period = {"valid_from": "2001-01-01", "recorded_at": "2001-01-01T10:00:00Z"}
    period |= {} if until is None else {"valid_until": until}
    told = full(0x62, persons=(person,), org=org, role="care_provider", **period)
    return Involvement(**told | {"recorded_by": Actor(org=by)})


def small(*records: Any) -> Side:  # noqa: ANN401  # any records
    """Return a GI with a small case, that knows that the team is involved."""
    known = involved(TEAM, by=GI, person=an_id(1))
    return Side(GI, State(case=FamilyCase([*records, person(), known], synthetic=True)))


class TestAnErasureThatIsTold:
    """Each holder decides for itself, and answers what it did; only the sender's own records are looked at."""

    def a_statement(self, side: Side, org: str) -> str:
        told = (one for one in side.state.case.records("statements") if one.recorded_by.org == org)
        return next(told).id

    def test_what_must_be_kept_is_kept_and_why_is_answered(self) -> None:
        side = small(told := strength("2026-01-01T10:00:00Z"))
        outcome = side.take(team().send(notice(told.id), GI)).outcome
        (done,) = vars(outcome_answer(outcome))["answers"]
        assert (done.record, done.answer, outcome.apart) == (told.id, "kept", ())
        assert done.rule
        assert told.id in side.state.case

    def test_what_a_named_person_lets_go_is_erased(self) -> None:
        side = small(told := strength("2026-01-01T10:00:00Z"))
        outcome = side.take(team().send(notice(told.id), GI), agreed=(told.id,)).outcome
        assert [(one.record, one.answer) for one in vars(outcome_answer(outcome))["answers"]] == [(told.id, "erased")]
        assert told.id not in side.state.case
        assert any(isinstance(side.state.case.get(one), Erasure) for one in outcome.changed)

    @pytest.mark.parametrize(("year", "answer"), [("2001", "erased"), ("2026", "kept")])
    def test_the_own_terms_decide_where_nobody_is_protected(self, year: str, answer: str) -> None:
        told = strength(f"{year}-01-01T10:00:00Z")
        side = small(told)
        outcome = side.take(team().send(notice(told.id), GI)).outcome
        (done,) = vars(outcome.answer)["answers"]
        assert (done.answer, done.rule in {GUARDS, OF_ANOTHER}) == (answer, False)
        assert (told.id in side.state.case) is (answer == "kept")

    def test_what_guards_somebody_is_kept_although_its_term_is_over(self) -> None:
        open_to_team = guarding().model_copy(update={"blocked": (SCHOOL,), "allowed": (TEAM,)})
        side = small(open_to_team)
        outcome = side.take(team().send(notice(open_to_team.id, an_id(0x99)), GI)).outcome
        told = {one.record: (one.answer, one.rule) for one in vars(outcome_answer(outcome))["answers"]}
        rule = told[guarding().id][1]
        assert told == {guarding().id: ("kept", rule), an_id(0x99): ("erased", None)}
        assert rule not in {None, GUARDS}
        assert guarding().id in side.state.case

    def test_what_guards_somebody_goes_when_a_named_person_agreed(self) -> None:
        side = Side(GI, State(case=FamilyCase([guarding(), person()], synthetic=True)))
        side.take(team().send(notice(guarding().id), GI), agreed=(guarding().id,))
        assert guarding().id not in side.state.case

    def test_the_answer_does_not_tell_whether_somebody_is_protected(self) -> None:
        told = strength("2026-01-01T10:00:00Z")
        open_to_team = guarding().model_copy(update={"blocked": (SCHOOL,), "allowed": (TEAM,)})
        sealed = team().send(notice(told.id), GI)
        outcomes = [small(told, *more).look(sealed).outcome for more in ((), (open_to_team,))]
        answers = [vars(outcome_answer(one))["answers"] for one in outcomes]
        assert answers[0] == answers[1]

    def test_what_another_recorded_is_kept_and_answered_as_what_never_was_here(self) -> None:
        side = small(told := strength("2001-01-01T10:00:00Z").model_copy(update={"recorded_by": Actor(org=SCHOOL)}))
        outcome = side.take(team().send(notice(told.id), GI), agreed=(told.id,)).outcome
        (done,) = vars(outcome_answer(outcome))["answers"]
        assert (done.answer, done.rule, told.id in side.state.case) == ("erased", None, True)

    def test_what_never_was_here_is_answered_as_erased(self) -> None:
        outcome = small().take(team().send(notice(an_id(0x99)), GI)).outcome
        assert [one.answer for one in vars(outcome_answer(outcome))["answers"]] == ["erased"]

    def test_the_answer_arrives_and_changes_nothing(self) -> None:
        side, sender = small(), team()
        arrived = side.take(sender.send(notice(an_id(0x99)), GI))
        answered = sender.take(side.send(outcome_answer(arrived.outcome), TEAM, answers=arrived.opened))
        assert answered.outcome.state == sender.state
        assert answered.opened.manifest.ref == arrived.opened.manifest.id


def outcome_answer(outcome: Outcome) -> Body:
    assert outcome.answer is not None
    return outcome.answer


OLD = strength("2001-01-01T10:00:00Z")
NOBODY_KNOWS = {
    "not_involved": (),
    "says_so_itself": (involved(TEAM, by=TEAM, person=an_id(1)),),
    "another_says_so": (involved(TEAM, by=SCHOOL, person=an_id(1)),),
    "no_longer": (involved(TEAM, by=GI, person=an_id(1), until="2026-02-01"),),
    "hidden": (involved(TEAM, by=GI, person=an_id(1)), guarding()),
}


class TestWhoGetsNoAnswerByItself:
    """To whom the own organisation does not know as involved, or is somebody hidden from, all is as if unknown here."""

    @pytest.mark.parametrize("records", NOBODY_KNOWS.values(), ids=NOBODY_KNOWS)
    def test_it_is_as_for_a_family_that_is_not_known_here(self, records: tuple[Any, ...]) -> None:
        sealed = team().send(notice(OLD.id, an_id(0x99)), GI)
        side = Side(GI, State(case=FamilyCase([OLD, person(), *records], synthetic=True)))
        here, unknown = side.look(sealed).outcome, gi().look(sealed).outcome
        assert (here.answer, here.apart, here.changed) == (None, unknown.apart, ())
        assert {(one.record, one.reasons) for one in here.apart} == {
            (one, (UNANSWERED,)) for one in (OLD.id, an_id(0x99))
        }
        assert (unknown.answer, here.state) == (None, side.state)

    def test_what_a_named_person_agreed_to_goes_and_that_person_answers(self) -> None:
        side = Side(GI, State(case=FamilyCase([OLD, person()], synthetic=True)))
        outcome = side.take(team().send(notice(OLD.id), GI), agreed=(OLD.id,)).outcome
        assert (OLD.id in side.state.case, outcome.answer, outcome.apart) == (False, None, ())

    def test_who_serves_a_person_by_the_own_registers_is_answered(self) -> None:
        """The control of the registers: the team is in no involvement, and is answered."""
        known = CaseloadFact(organisation=TEAM, person=an_id(1), recorded_at="2026-01-01", valid_from="2026-01-01")
        facts = Facts(caseloads=(known,))
        index = Index.of(facts, "2026-03-02", known_at="2026-03-02")
        case = FamilyCase([person()], synthetic=True)
        assert may_be_answered(TEAM, case, index=index, own=GI)
        assert not may_be_answered(SCHOOL, case, index=index, own=GI)


class TestWhatNoNoticeErasesByItself:
    """MUST: what keeps something from somebody goes by no notice, also in a case that protects nobody."""

    def rules(self, *arrays: str, case: FamilyCase | None = None) -> list[tuple[Any, str | None]]:
        """Return each record with the rule by which it is kept when who recorded it tells that it erased it."""
        here = FamilyCase([], synthetic=True) if case is None else case
        told = [one for array in arrays for one in stage().case.records(array)]
        return [(one, kept_by(one, sender=one.recorded_by.org, case=here)) for one in told]

    @pytest.mark.parametrize("array", sorted({*GUARDING, *NEVER_ERASED}))
    def test_what_guards_is_kept(self, array: str) -> None:
        assert {rule for _, rule in self.rules(array)} == {GUARDS}

    def test_a_refusal_is_kept_and_a_permit_is_for_the_own_terms(self) -> None:
        rules = {(vars(one)["decision"], rule) for one, rule in self.rules("consents")}
        assert rules == {("permit", None), ("refuse", GUARDS)}

    def test_where_somebody_is_protected_everything_is_kept(self) -> None:
        assert {rule for _, rule in self.rules("statements", "strengths")} == {None}
        assert {rule for _, rule in self.rules("statements", "strengths", case=stage().case)} == {GUARDS}

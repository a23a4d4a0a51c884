# SPDX-License-Identifier: EUPL-1.2
"""Consults by name, requests for information and corrections: what goes, and what each does where it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import MEDIA_TYPE, Collaboration, Confidence, FamilyCase, Statement
from kgbx.case.base import Actor
from kgbx.case.people import Person
from kgbx.errors import ConsentError, DocumentError, UsageError
from kgbx.exchange import provenance
from kgbx.exchange.messaging_asking import (
    answer_information,
    answering,
    compose_consult,
    compose_correction,
    request_information,
)
from kgbx.story import profile
from kgbx.story.bodies import (
    MESSAGE_MEDIA,
    TYPE_OF_NAME,
    ConsultAnswer,
    ConsultQuestion,
    InformationRequest,
)
from kgbx.story.fixed_contact import fixed_contacts
from tests.case.builders import an_id, full, words
from tests.exchange.messengers import (
    DAY,
    GI,
    SCHOOL,
    TEAM,
    Side,
    code_of,
    gi,
    knowing_gi,
    own,
    persons,
    refused,
    sealed_by_hand,
    shared,
    stage,
    stamp,
    team,
    to,
)

if TYPE_CHECKING:
    from kgbx.exchange import Composed


def question(**members: Any) -> Collaboration:  # noqa: ANN401  # members
    told = {
        "kind": "consult_named",
        "persons": persons()[:1],
        "requested_by": TEAM,
        "asked": (GI,),
        "state": "offered",
        "requested_on": "2026-03-01",
        "reveals_location_of": (),
        "reviewed_by": {"org": TEAM, "on": "2026-03-01"},
        "question": words("Wat raden jullie aan?"),
    }
    given = {name: one for name, one in (full(0x900) | told | members).items() if one is not None}
    return Collaboration.model_validate(given, strict=False)


def asked(**members: Any) -> Composed:  # noqa: ANN401  # members
    return compose_consult(stage().case, question(**members), own=own(), to=to(GI), purpose="protection", at=stage().at)


class TestAConsultByName:
    """Advice is asked only about whom the other may hear of; nobody becomes responsible by it."""

    def test_the_question_arrives_where_it_may_be(self) -> None:
        side = knowing_gi()
        arrived = side.take(asked().sealed)
        assert (arrived.outcome.changed, arrived.outcome.apart) == ((question().id,), ())
        found = provenance(side.state.case, directory=own(GI).directory, at=stage().at).origins
        assert found[question().id] == "verified"

    def test_what_was_sent_stands_in_the_log(self) -> None:
        made = asked()
        assert [row.record for row in made.entry.rows] == [question().id]

    def test_one_that_may_tell_where_somebody_is_goes_only_when_a_person_looked(self) -> None:
        with pytest.raises(ConsentError) as caught:
            asked(reveals_location_of=None, reviewed_by=None)
        assert caught.value.code == "C_NOTHING"

    def test_where_it_may_not_go_nothing_is_sent(self) -> None:
        with pytest.raises(ConsentError) as caught:
            compose_consult(
                stage().case, question(asked=(SCHOOL,)), own=own(), to=to(SCHOOL), purpose="marketing", at=stage().at
            )
        assert caught.value.code == "C_NOTHING"

    def test_one_that_is_kept_from_somebody_does_not_go_without_saying_so(self) -> None:
        child, parent = (one.id for one in stage().case.records("persons")[:2])
        one = question(asked=(SCHOOL,), persons=(child,))
        how = {"own": own(), "to": to(SCHOOL), "purpose": "school_support", "at": stage().at}
        assert compose_consult(stage().case, one, **how).view.get(one.id) == one
        kept = Confidence(**full(0x901) | stamp(TEAM).head() | {"record": one.id, "withheld_from": (parent,)})
        with pytest.raises(ConsentError) as caught:
            compose_consult(stage().case.add(one, kept), one, **how)
        assert caught.value.code == "C_NOTHING"

    def test_the_answer_ends_the_question_once(self) -> None:
        sender = team()
        sender.state = sender.state.having(stage().case.add(question()))
        arrived = knowing_gi().take(asked().sealed)
        body = ConsultAnswer.new(
            sender=GI, recipient=TEAM, consult=question().id, advice=words(), answered_on=DAY, synthetic=True
        )
        changed = sender.take(gi().send(body, TEAM, answers=arrived.opened)).outcome.changed
        newer = next(one for one in map(sender.state.case.get, changed) if isinstance(one, Collaboration))
        assert (newer.state, newer.answered_on) == ("completed", DAY)
        assert sender.take(gi().send(body, TEAM, answers=arrived.opened)).outcome.changed == ()

    def test_it_moves_no_fixed_contact_and_no_responsibility(self) -> None:
        side = knowing_gi()
        before = fixed_contacts(side.state.case)
        side.take(asked().sealed)
        assert (fixed_contacts(side.state.case), side.state.handovers) == (before, ())

    @pytest.mark.parametrize(
        "members",
        [
            {"kind": "handover"},
            {"requested_by": SCHOOL},
            {"asked": (GI, SCHOOL)},
            {"recorded_by": {"org": SCHOOL}},
            {"question": None},
            {"responsible_for_safety": GI},
            {"completed_on": DAY},
        ],
        ids=["kind", "of another", "several", "recorded by another", "no question", "responsible", "completed"],
    )
    def test_what_is_no_question_of_the_sender_is_refused(self, members: dict[str, Any]) -> None:
        with pytest.raises(DocumentError) as caught:
            asked(**members)
        assert code_of(caught.value) == "D_CONSULT"

    @pytest.mark.parametrize("members", [{"requested_by": SCHOOL}, {"asked": (GI, SCHOOL)}, {"question": None}])
    def test_nor_does_who_receives_it_take_it(self, members: dict[str, Any]) -> None:
        body = ConsultQuestion.new(sender=TEAM, recipient=GI, consult=question(**members), synthetic=True)
        data = sealed_by_hand(body.to_json(), TYPE_OF_NAME["consult_question"].uri, MESSAGE_MEDIA)
        assert refused(gi(), data) == "D_CONSULT"

    def test_advice_that_nobody_asked_for_is_refused(self) -> None:
        body = ConsultAnswer.new(
            sender=GI, recipient=TEAM, consult=an_id(0x99), advice=words(), answered_on=DAY, synthetic=True
        )
        data = sealed_by_hand(
            body.to_json(), body.uri(), MESSAGE_MEDIA, sender=GI, to=TEAM, ref=an_id(1), thread=an_id(1)
        )
        assert refused(team(), data) == "D_CONSULT"

    def test_advice_of_another_than_who_was_asked_is_refused(self) -> None:
        sender = team()
        sender.state = sender.state.having(stage().case.add(question()))
        body = ConsultAnswer.new(
            sender=SCHOOL, recipient=TEAM, consult=question().id, advice=words(), answered_on=DAY, synthetic=True
        )
        data = sealed_by_hand(body.to_json(), body.uri(), MESSAGE_MEDIA, sender=SCHOOL, to=TEAM, ref=an_id(1))
        assert refused(sender, data) == "D_CONSULT"


def wanted(*needs: str, about: tuple[str, ...] | None = None) -> InformationRequest:
    return request_information(
        profile("gi", "start_measure"), own=own(GI), to=TEAM, needs=needs, persons=about or persons()
    )


NEEDS = tuple(one.id for one in profile("gi", "start_measure").needs if not one.location)


class TestARequestForInformation:
    """Needs of a profile and persons are asked for, never words; what may go of it is the answer, and no more."""

    def answer(self, *needs: str) -> tuple[Composed, Side]:
        asker = gi()
        arrived = team().take(asker.send(wanted(*needs), TEAM))
        body: Any = arrived.body
        return answer_information(
            stage().case, body, own=own(), to=to(GI), at=stage().at, answers=arrived.opened
        ), asker

    def test_the_answer_is_part_of_what_may_go(self) -> None:
        made, asker = self.answer(NEEDS[0])
        whole = {one.id for one in shared().view}
        assert {one.id for one in made.view} < whole
        arrived = asker.take(made.sealed)
        assert (arrived.type.name, arrived.opened.manifest.ref is None) == ("information_response", False)
        assert len(asker.state.case) > 0

    def test_it_holds_what_answers(self) -> None:
        made, _ = self.answer(*NEEDS)
        found = answering(stage().case, wanted(*NEEDS), at=stage().at)
        assert found & {one.id for one in shared().view} <= {one.id for one in made.view}

    def test_what_keeps_a_record_from_somebody_goes_with_it(self) -> None:
        made, _ = self.answer(*NEEDS)
        kept: list[Any] = [*shared().view.records("confidences"), *shared().view.records("reactions")]
        assert kept
        assert all(one.id in made.view for one in kept if one.record in made.view)

    def test_the_log_tells_only_what_went(self) -> None:
        made, _ = self.answer(NEEDS[0])
        assert {row.record for row in made.entry.rows if not row.reasons} <= {one.id for one in made.view}

    def test_only_who_asked_is_answered(self) -> None:
        arrived = team().take(gi().send(wanted(NEEDS[0]), TEAM))
        body: Any = arrived.body
        with pytest.raises(UsageError) as caught:
            answer_information(stage().case, body, own=own(), to=to(SCHOOL), at=stage().at, answers=arrived.opened)
        assert caught.value.code == "U_ARGUMENT"

    def test_about_nobody_here_there_is_nothing_to_tell(self) -> None:
        request = wanted(*NEEDS, about=(an_id(0x99),))
        assert answering(stage().case, request, at=stage().at) == frozenset()

    def test_about_one_person_the_others_are_not_told_of(self) -> None:
        needs = [one.id for one in profile("gi", "start_measure").needs if one.per == "each_child" and not one.location]
        one, both = (
            answering(stage().case, wanted(*needs, about=who), at=stage().at) for who in (persons()[:1], persons())
        )
        assert one < both

    def test_a_need_that_is_unknown_or_about_a_place_is_not_answered(self) -> None:
        places = [one.id for one in profile("gi", "start_measure").needs if one.location]
        request = wanted(NEEDS[0]).model_copy(update={"needs": ("x", *places)})
        assert places
        assert answering(stage().case, request, at=stage().at) == frozenset()

    @pytest.mark.parametrize("need", ["x", *(one.id for one in profile("gi", "start_measure").needs if one.location)])
    def test_neither_is_asked(self, need: str) -> None:
        with pytest.raises(UsageError) as caught:
            wanted(need)
        assert caught.value.code == "U_ARGUMENT"

    def test_a_profile_that_is_not_published_is_refused(self) -> None:
        request = wanted(NEEDS[0]).model_copy(update={"profile": "gi.x"})
        with pytest.raises(UsageError) as caught:
            answering(stage().case, request, at=stage().at)
        assert caught.value.code == "U_PROFILE"

    def test_receiving_it_changes_nothing(self) -> None:
        side = team()
        assert side.take(gi().send(wanted(NEEDS[0]), TEAM)).outcome.state == side.state

    def test_it_has_no_room_for_words(self) -> None:
        assert {"question", "words", "text", "remark"}.isdisjoint(InformationRequest.model_fields)


def corrected() -> tuple[FamilyCase, Statement, str]:
    """Return the team's case with a newer version of a statement that the GI had, the newer one and the old id."""
    told = [one for one in shared().view.records("statements") if isinstance(one, Statement)]
    old = next(one for one in told if one.recorded_by.org == TEAM)
    made = stamp(TEAM)
    newer = old.model_copy(update=made.head() | {"told_on": "2026-03-02"})
    return stage().case.add(newer, made.link(newer.id, kind="replaces", to=old.id)), newer, old.id


class TestACorrection:
    """Who recorded something corrects it at those who had received it; nobody corrects another's."""

    def test_the_newer_version_replaces_the_older(self) -> None:
        side = knowing_gi()
        case, newer, old = corrected()
        made = compose_correction(case, [newer.id], own=own(), to=to(GI), purpose="protection", at=stage().at)
        side.take(made.sealed)
        current = {one.id for one in side.state.case.current("statements")}
        assert (newer.id in current, old in current) == (True, False)

    def test_what_replaces_nothing_is_no_correction(self) -> None:
        statement = next(iter(stage().case.records("statements")))
        for records in ([statement.id], []):
            with pytest.raises(UsageError) as caught:
                compose_correction(stage().case, records, own=own(), to=to(GI), purpose="protection", at=stage().at)
            assert caught.value.code == "U_ARGUMENT"

    def sent(self, *records: Any, sender: str = TEAM, signed: bool = False) -> bytes:  # noqa: ANN401  # any records
        view = FamilyCase(records, synthetic=True, contributions=shared().view.contributions if signed else ())
        return sealed_by_hand(view.to_json(), TYPE_OF_NAME["correction"].uri, MEDIA_TYPE, sender=sender)

    def test_a_message_that_corrects_nothing_is_refused(self) -> None:
        assert refused(knowing_gi(), self.sent(Person(**full(3) | {"recorded_by": Actor(org=TEAM)}))) == "D_CORRECTION"

    def of_another(self, **members: Any) -> tuple[bytes, str, str]:  # noqa: ANN401  # members of the link
        """Return a correction by the school of a statement of the team, and the ids of the link and the old one."""
        _, newer, old = corrected()
        by = stamp(SCHOOL)
        theirs = newer.model_copy(update=by.head())
        link = by.link(theirs.id, kind="replaces", to=old).model_copy(update=members)
        about = [one for one in shared().view if one.id in {*persons(), old}]
        return self.sent(*people_named(theirs, about), theirs, link, sender=SCHOOL, signed=not members), link.id, old

    def test_whether_anothers_record_is_here_is_not_told_and_it_stays_as_it_is(self) -> None:
        data, link, old = self.of_another()
        knows, empty = knowing_gi(), gi()
        here, not_here = knows.take(data).outcome, empty.take(data).outcome
        assert (link in knows.state.case, old in {one.id for one in knows.state.case.current("statements")}) == (
            False,
            True,
        )
        assert ("CORRECTS_OTHERS",) in [one.reasons for one in here.apart if one.record == link]
        assert (here.answer, not_here.answer, link in empty.state.case) == (None, None, True)

    def test_the_message_stays_as_it_came_although_a_link_in_it_is_set_apart(self) -> None:
        data, link, _ = self.of_another()
        got = knowing_gi().take(data).received
        assert got is not None
        assert link in got.view
        assert got.opened.body == got.view.to_json()

    def test_a_link_of_another_is_refused_whole_wherever_it_arrives(self) -> None:
        data, _, _ = self.of_another(recorded_by=Actor(org=TEAM))
        assert {refused(knowing_gi(), data), refused(gi(), data)} == {"D_CORRECTION"}


def people_named(record: Statement, known: list[Any]) -> list[Any]:
    """Return the records of persons and professionals that a statement names."""
    text = record.model_dump_json()
    return [one for one in shared().view if one.id != record.id and f'"{one.id}"' in text] + [
        one for one in known if one.id not in text and one.id in persons()
    ]

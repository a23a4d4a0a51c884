# SPDX-License-Identifier: EUPL-1.2
"""A family is handed over through sealed messages: what goes along, who stays, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import Collaboration, FamilyCase
from kgbx.case.base import Actor
from kgbx.errors import DocumentError, EnvelopeError, IntegrityError, UsageError
from kgbx.exchange import provenance
from kgbx.exchange.messaging_asking import compose_correction
from kgbx.exchange.messaging_handover import compose_offer, step, step_message
from kgbx.story import act, prepare
from kgbx.story.bodies import MESSAGE_MEDIA, TYPE_OF_NAME, HandoverOffer
from kgbx.story.fixed_contact import fixed_contact, gaps, twice
from kgbx.story.handover import take
from kgbx.testing.leaks import smells, words_of
from tests.case.builders import an_id, full
from tests.exchange.messengers import (
    DAY,
    GI,
    SCHOOL,
    TEAM,
    completed,
    gi,
    knowing_gi,
    met,
    offered,
    own,
    persons,
    refused,
    sealed_by_hand,
    stage,
    team,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.exchange.messaging_effects import State

OFFER = TYPE_OF_NAME["handover_offer"].uri


def without(*arrays: str) -> FamilyCase:
    """Return the team's case without some types of record, and without what names them."""
    gone = {one.id for array in arrays for one in stage().case.records(array)}
    links: Iterable[Any] = stage().case.records("links")
    gone |= {one.id for one in links if {one.from_, one.to} & gone}
    speaking = ("reactions", "reviews", "informings", "confidences", "restrictions", "third_party_weighings")
    about: Iterable[Any] = (one for array in speaking for one in stage().case.records(array))
    gone |= {one.id for one in about if one.record in gone}
    return FamilyCase((one for one in stage().case if one.id not in gone), id=stage().case.id, synthetic=True)


def contacts(state: State, day: str) -> set[str]:
    return {one.org for one in fixed_contact(state.case, on=date.fromisoformat(day)).values()}


def test_an_offer_brings_the_case_its_cover_and_the_handover() -> None:
    sender, receiver = team(), gi()
    made = offered(sender, not_to_ask=["what_worked"])
    got = receiver.take(made.share.sealed)
    assert got.received is not None
    assert got.received.cover is not None
    assert got.received.cover.not_to_ask == ("safe_contact", "what_worked")
    arrived = receiver.take(made.offer)
    assert isinstance(arrived.body, HandoverOffer)
    assert arrived.body.share == got.opened.manifest.id
    assert (arrived.opened.manifest.thread, got.opened.manifest.thread) == (an_id(0x500), an_id(0x500))
    assert [one.state for one in receiver.state.handovers] == ["offered"]


def test_nothing_of_the_case_shows_when_an_offer_is_printed() -> None:
    made = offered(team())
    words = words_of(stage().case)
    assert smells(str([vars(one) for one in made.share.view]), words)
    assert not smells(repr((made, made.share, team().state)), words)


def test_the_case_is_part_0_byte_for_byte_beside_its_cover() -> None:
    made = offered(team())
    got = gi().take(made.share.sealed)
    assert got.opened.body == made.share.view.to_json()


def test_both_sides_end_with_the_contact_of_the_receiver_and_nobody_falls_between() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    sender.take(receiver.send(done.body, TEAM))
    for side in (sender, receiver):
        assert contacts(side.state, DAY) == {GI}
        assert contacts(side.state, "2026-03-01") == {TEAM}
        assert (gaps(side.state.case, on=date(2026, 6, 1)), twice(side.state.case)) == ((), ())
    assert not sender.state.handovers[0].responsible
    assert receiver.state.handovers[0].responsible


def test_the_contact_of_the_sender_introduces_that_of_the_receiver() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    known = fixed_contact(sender.state.case, on=date(2026, 3, 1))
    assert vars(done.body)["begins"].introduced_by in {one.professional for one in known.values()}


def test_the_records_of_a_completion_can_be_verified_and_passed_on() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    sender.take(receiver.send(done.body, TEAM))
    found = provenance(sender.state.case, directory=own().directory, at=stage().at).origins
    assert {found[vars(done.body)[name].id] for name in ("begins", "professional")} == {"verified"}


def test_a_completion_of_which_a_record_is_not_as_signed_is_refused_and_changes_nothing() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    other = vars(done.body)["professional"].model_copy(update={"name": "Noor de Wit"})
    before = sender.state
    with pytest.raises(IntegrityError) as caught:
        sender.take(receiver.send(done.body.model_copy(update={"professional": other}), TEAM))
    assert (caught.value.code, sender.state is before) == ("D_ALTERED", True)


def test_the_sender_tells_the_receiver_that_its_own_contact_ended() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    changed = sender.take(receiver.send(done.body, TEAM)).outcome.changed
    ended = [one for one in changed if vars(sender.state.case.get(one)).get("end_reason") == "overdracht"]
    to = stage().directory.require(GI, stage().at)
    made = compose_correction(sender.state.case, ended, own=own(), to=to, purpose="protection", at=stage().at)
    receiver.take(made.sealed)
    theirs = [one for one in receiver.state.case.current("involvements") if vars(one)["role"] == "fixed_contact"]
    assert {(vars(one)["org"], vars(one)["valid_until"]) for one in theirs} == {(TEAM, DAY), (GI, None)}
    assert "KGBX-R-068" not in {one.code for one in receiver.state.case.warnings()}


def test_the_completion_twice_changes_nothing() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    sender.take(receiver.send(done.body, TEAM))
    before = sender.state
    again = sender.take(receiver.send(done.body, TEAM))
    assert (again.outcome.changed, sender.state) == ((), before)


def test_the_completion_twice_changes_nothing_beside_another_handover() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    other = prepare(an_id(0x77), own=TEAM, receiver=SCHOOL, handovers=(), first=True, persons=persons())
    sender.state = replace(sender.state, handovers=(other, *sender.state.handovers))
    sender.take(receiver.send(done.body, TEAM))
    before = sender.state
    again = sender.take(receiver.send(done.body, TEAM))
    assert (again.outcome.changed, sender.state) == ((), before)


def test_until_it_hears_the_sender_keeps_its_contact_and_its_watch() -> None:
    sender, receiver = met()
    completed(receiver)
    assert contacts(sender.state, DAY) == {TEAM}
    assert sender.state.handovers[0].responsible


def test_a_completion_of_an_organisation_that_was_not_offered_is_refused_and_changes_nothing() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    body = done.body.model_copy(update={"sender": "urn:osb:oin:00000099000000003000"})
    row = TYPE_OF_NAME["handover_complete"]
    before = sender.state
    with pytest.raises(DocumentError) as caught:
        sender.take(sealed_by_hand(body.to_json(), row.uri, MESSAGE_MEDIA, sender=body.sender, to=TEAM))
    assert caught.value.problems[0].code == "D_STEP_SENDER"
    assert sender.state is before


def test_a_completion_that_names_the_contact_of_another_is_refused_and_changes_nothing() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    begins = vars(done.body)["begins"].model_copy(update={"org": TEAM})
    before = sender.state
    with pytest.raises(DocumentError) as caught:
        sender.take(receiver.send(done.body.model_copy(update={"begins": begins}), TEAM))
    assert (caught.value.problems[0].code, sender.state is before) == ("D_FIXED_CONTACT", True)


def test_a_completion_of_which_the_contact_cannot_stand_here_is_refused_and_changes_nothing() -> None:
    sender, receiver = met()
    done, _ = completed(receiver)
    taken_id = sender.state.case.records("statements")[0].id
    begins = vars(done.body)["begins"].model_copy(update={"id": taken_id})
    body = done.body.model_copy(update={"begins": begins, "contributions": ()})
    assert refused(sender, receiver.send(body, TEAM).to_bytes()) == "D_FIXED_CONTACT"
    assert gaps(sender.state.case, on=date(2026, 4, 1)) == ()


def test_a_step_that_is_dated_after_today_is_refused_for_nobody_could_follow_it() -> None:
    sender, receiver = team(), gi()
    made = offered(sender)
    receiver.take(made.share.sealed)
    receiver.take(made.offer)
    later = step(receiver.state, receiver.state.handovers[0].id, event="accept", on="2999-12-31")
    sealed = receiver.send(step_message(later, own=own(GI)), TEAM)
    assert refused(sender, sealed.to_bytes()) == "D_STEP_ORDER"


def test_a_message_that_could_not_be_taken_may_come_again() -> None:
    sender, receiver = team(), gi()
    offered(sender)
    late = sender.step("withdraw")
    handovers = sender.state.handovers
    answer = sealed_by_hand(receiver_answer(), TYPE_OF_NAME["handover_answer"].uri, MESSAGE_MEDIA, sender=GI, to=TEAM)
    sender.state = team().state
    with pytest.raises(DocumentError) as caught:
        sender.take(answer)
    assert caught.value.problems[0].code == "D_HANDOVER"
    sender.state = sender.state.knowing(handovers[0])
    assert sender.take(answer).outcome.state.handovers[0].state == "withdrawn"
    assert receiver.take(late).outcome.state.handovers[0].state == "withdrawn"


def receiver_answer() -> bytes:
    """Return the GI's acceptance of the offer, as bytes."""
    sender, receiver = team(), gi()
    receiver.take(offered(sender).offer)
    receiver.step("accept")
    return step_message(receiver.state.handovers[0], own=own(GI)).to_json()


class TestWhatMustGoAlong:
    """Nothing is handed over without what the next organisation needs not to begin again."""

    @pytest.mark.parametrize(
        ("arrays", "need"),
        [
            (("goals",), "goals"),
            (("agreements", "plans"), "agreements"),
            (("informings",), "informed"),
            (("involvements",), "fixed_contact"),
        ],
    )
    def test_a_must_that_is_not_there_is_an_error_that_names_the_need(self, arrays: tuple[str, ...], need: str) -> None:
        with pytest.raises(DocumentError) as caught:
            offered(team(), case=no_statements_about(without(*arrays), need))
        assert ("D_OFFER_LACKS", f"/needs/{need}") in [(one.code, one.pointer) for one in caught.value.problems]

    def test_what_somebody_looked_for_and_found_none_of_is_not_lacking(self) -> None:
        case = no_statements_about(without("agreements", "plans"), "agreements")
        made = offered(team(), case=case, none=["agreements", "safety_plan"])
        assert {"agreements", "safety_plan"} == {*vars(gi().take(made.offer).body)["none"]}

    @pytest.mark.parametrize(("need", "case"), [("disputes", None), ("informed", without("informings"))])
    def test_nobody_says_that_there_is_none_of_what_is_there_or_must_be(
        self, need: str, case: FamilyCase | None
    ) -> None:
        with pytest.raises(DocumentError) as caught:
            offered(team(), case=case, none=[need])
        assert (caught.value.problems[0].code, caught.value.problems[0].pointer) == ("D_OFFER_NONE", "/none/0")

    def test_what_may_not_go_along_is_shown_to_the_sender_and_does_not_stop_it(self) -> None:
        made = offered(team())
        assert {row.need.id for row in made.going.withheld} == {"consents", "safe_contact"}

    def test_only_the_offer_of_the_sender_is_composed_so(self) -> None:
        to = stage().directory.require(GI, stage().at)
        side = gi()
        side.take(offered(team()).offer)
        with pytest.raises(UsageError) as caught:
            compose_offer(side.state, side.state.handovers[0], own=own(GI), to=to, purpose="protection", at=stage().at)
        assert caught.value.code == "U_STEP"


TOPICS = {"goals": ("plan.goals",), "agreements": ("plan.agreements", "safety.measures")}


def no_statements_about(case: FamilyCase, need: str) -> FamilyCase:
    """Return a case without what was told about the topics that answer a need too."""
    topics = set(TOPICS.get(need, ()))
    told: Iterable[Any] = case.records("statements")
    gone = {one.id for one in told if topics & {*one.topics}}
    return FamilyCase((one for one in case if not gone & named(one)), id=case.id, synthetic=True)


def named(record: Any) -> set[str]:  # noqa: ANN401  # any record
    members = vars(record)
    return {record.id, *(str(members.get(name)) for name in ("record", "from_", "to"))}


def test_the_sender_of_a_body_must_be_who_signed_it() -> None:
    sender = team()
    offered(sender)
    body = vars(sender)["state"].handovers[0]
    data = step_message(body, own=own()).to_json()
    with pytest.raises(EnvelopeError) as caught:
        gi().take(sealed_by_hand(data, OFFER, MESSAGE_MEDIA, sender="urn:osb:oin:00000099000000003000"))
    assert caught.value.code == "E_POLICY"


def test_the_persons_of_a_handover_are_those_of_the_fixed_contact() -> None:
    assert len(persons()) == 4


class TestAnOfferOfWhoIsNotResponsible:
    """Where another organisation surely has the fixed contact, nothing is taken over from who offers."""

    def offer(self, day: str = DAY) -> bytes:
        """Return an offer of the school to the GI."""
        first = prepare(an_id(0x600), own=SCHOOL, receiver=GI, handovers=(), first=True, persons=persons())
        body = step_message(act(first, "offer", on=day)[0], own=own(SCHOOL))
        return sealed_by_hand(body.to_json(), OFFER, MESSAGE_MEDIA, sender=SCHOOL)

    @pytest.mark.parametrize("day", [DAY, "2020-01-01"], ids=["today", "backdated"])
    def test_it_is_refused_and_changes_nothing(self, day: str) -> None:
        assert refused(knowing_gi(), self.offer(day)) == "D_STEP_SENDER"

    def test_where_nobody_is_known_to_be_the_contact_it_is_taken(self) -> None:
        assert gi().take(self.offer()).outcome.state.handovers[0].state == "offered"

    def test_after_a_handover_to_it_it_may_hand_over_in_turn(self) -> None:
        side = knowing_gi()
        told = full(0x63, kind="handover", persons=persons(), requested_by=TEAM, asked=(SCHOOL,), state="completed")
        made = Collaboration.model_validate(told | {"completed_on": "2026-03-01", "recorded_by": Actor(org=SCHOOL)})
        side.state = side.state.having(side.state.case.add(made))
        assert side.take(self.offer()).outcome.state.handovers[0].state == "offered"

    def test_it_is_not_completed_when_the_contact_is_learned_later(self) -> None:
        side = gi()
        side.take(self.offer())
        here, _ = act(side.state.handovers[0], "accept", on=DAY)
        met = take(here, act(replace(here, own="sender"), "meet", on=DAY)[1], sent_by=SCHOOL)
        side.state = knowing_gi().state.knowing(met)
        before = side.state
        with pytest.raises(DocumentError) as caught:
            completed(side)
        assert (caught.value.problems[0].code, side.state is before) == ("D_STEP_SENDER", True)

    def test_an_old_offer_of_a_handover_that_was_completed_changes_nothing_still(self) -> None:
        sender, receiver = met()
        again = sender.send(step_message(sender.state.handovers[0], own=own(), meeting_on=DAY), GI)
        completed(receiver)
        before = receiver.state
        assert receiver.take(again).outcome.state == before


def test_a_family_that_another_is_there_for_is_not_offered() -> None:
    """The own case says so: nothing is sealed."""
    theirs = [
        one.model_copy(update={"org": SCHOOL, "professional": None})
        if vars(one).get("role") == "fixed_contact"
        else one
        for one in stage().case
    ]
    case = FamilyCase(theirs, id=stage().case.id, synthetic=True)
    with pytest.raises(DocumentError) as caught:
        offered(team(), case=case)
    assert caught.value.problems[0].code == "D_STEP_SENDER"

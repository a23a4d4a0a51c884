# SPDX-License-Identifier: EUPL-1.2
"""Typed messages that arrive: what each does, and what is refused without a change."""

from __future__ import annotations

from typing import Any

import pytest

from kgbx.case import MEDIA_TYPE, Consent, FamilyCase
from kgbx.case.base import Actor
from kgbx.case.people import Person
from kgbx.envelope.seal import Attachment
from kgbx.errors import UsageError
from kgbx.exchange.messaging_effects import State
from kgbx.exchange.messaging_trust import TOLD_BY
from kgbx.story.bodies import (
    COVER_MEDIA,
    MESSAGE_MEDIA,
    MESSAGE_TYPES,
    TYPE_OF_NAME,
    ConsentWithdrawn,
    Cover,
    ErasureAnswerBody,
)
from tests.case.builders import an_id, full
from tests.exchange.messengers import (
    DAY,
    EMPTY,
    GI,
    SCHOOL,
    TEAM,
    Side,
    gi,
    knowing_gi,
    persons,
    refused,
    sealed_by_hand,
    team,
)

HOSTILE_DAYS = ("2020-01-01", "2026-03-02", "2030-01-01")


def withdrawn(consents: list[str], sender: str = TEAM, day: str = DAY) -> ConsentWithdrawn:
    recipient = GI if sender == TEAM else TEAM
    return ConsentWithdrawn.new(sender=sender, recipient=recipient, consents=consents, withdrawn_on=day, synthetic=True)


class TestTheEnvelopeOfABody:
    """A body is looked at only when the signature is its sender's and this organisation its recipient."""

    def by_hand(self, body: bytes, *, media: str = MESSAGE_MEDIA, name: str = "consent_withdrawn", **how: Any) -> bytes:  # noqa: ANN401
        return sealed_by_hand(body, TYPE_OF_NAME[name].uri, media, **how)

    def test_the_right_one_is_taken(self) -> None:
        assert knowing_gi().take(self.by_hand(withdrawn([an_id(1)]).to_json())).type.name == "consent_withdrawn"

    def test_of_another_sender(self) -> None:
        assert refused(gi(), self.by_hand(withdrawn([an_id(1)]).to_json(), sender=SCHOOL)) == "E_POLICY"

    def test_for_another_recipient(self) -> None:
        body = withdrawn([an_id(1)]).model_copy(update={"recipient": SCHOOL})
        assert refused(gi(), self.by_hand(body.to_json())) == "E_POLICY"

    def test_real_where_made_up_is_expected(self) -> None:
        body = withdrawn([an_id(1)]).model_copy(update={"synthetic": None})
        assert refused(gi(), self.by_hand(body.to_json())) == "E_POLICY"

    def test_made_up_beside_a_real_case(self) -> None:
        side = Side(GI, State(case=FamilyCase([Person(**full(3) | {"recorded_by": Actor(org=TEAM)})])))
        assert refused(side, self.by_hand(withdrawn([an_id(1)]).to_json())) == "E_POLICY"

    def test_with_an_attachment(self) -> None:
        extra = [Attachment(source=b"x")]
        assert refused(gi(), self.by_hand(withdrawn([an_id(1)]).to_json(), attachments=extra)) == "E_POLICY"

    def test_of_another_media_type(self) -> None:
        assert refused(gi(), self.by_hand(withdrawn([an_id(1)]).to_json(), media=MEDIA_TYPE)) == "E_POLICY"

    def test_of_an_unknown_type(self) -> None:
        body = withdrawn([an_id(1)]).to_json()
        assert refused(gi(), sealed_by_hand(body, "https://kgbx.example/messages/x/1.0", MESSAGE_MEDIA)) == "E_POLICY"

    def test_of_another_type_than_its_schema(self) -> None:
        assert refused(gi(), self.by_hand(withdrawn([an_id(1)]).to_json(), name="erasure_notice")) == "E_SCHEMA"

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"schema": 1}', b"\xff", b"{" * 100])
    def test_no_body_at_all(self, body: bytes) -> None:
        assert refused(gi(), self.by_hand(body)) == "E_SCHEMA"

    @pytest.mark.parametrize("name", [row.name for row in MESSAGE_TYPES if row.ref])
    def test_an_answer_to_nothing(self, name: str) -> None:
        row = TYPE_OF_NAME[name]
        assert refused(gi(), sealed_by_hand(b"{}", row.uri, row.media)) == "E_POLICY"

    def test_twice(self) -> None:
        side, sealed = knowing_gi(), self.by_hand(withdrawn([an_id(1)]).to_json())
        side.take(sealed)
        assert refused(side, sealed) == "E_DUPLICATE"

    @pytest.mark.parametrize(
        "changes", [{"sender": SCHOOL}, {"recipient": SCHOOL}, {"synthetic": None}], ids=["from", "to", "real"]
    )
    def test_a_body_of_somebody_else_is_not_sealed(self, changes: dict[str, Any]) -> None:
        with pytest.raises(UsageError) as caught:
            team().send(withdrawn([an_id(1)]).model_copy(update=changes), GI)
        assert caught.value.code == "U_ARGUMENT"

    def test_an_answer_names_what_it_answers(self) -> None:
        body = ErasureAnswerBody.new(
            sender=TEAM, recipient=GI, answers=[{"record": an_id(1), "answer": "erased"}], synthetic=True
        )
        with pytest.raises(UsageError) as caught:
            team().send(body, GI)
        assert caught.value.code == "U_ARGUMENT"


class TestACover:
    """What a case is for and what not to ask stands in a part beside it."""

    cover = Cover.new(purpose="protection", profile="gi.start_measure", not_to_ask=("safe_contact",), synthetic=True)

    def sealed(self, *covers: bytes) -> bytes:
        parts = [Attachment(source=one, media=COVER_MEDIA) for one in covers]
        return sealed_by_hand(EMPTY.to_json(), TYPE_OF_NAME["case_share"].uri, MEDIA_TYPE, attachments=parts)

    def test_it_is_read(self) -> None:
        received = gi().take(self.sealed(self.cover.to_json())).received
        assert received is not None
        assert received.cover == self.cover

    def test_a_case_without_one_has_none(self) -> None:
        received = gi().take(self.sealed()).received
        assert received is not None
        assert received.cover is None

    def test_two_are_refused(self) -> None:
        assert refused(gi(), self.sealed(self.cover.to_json(), self.cover.to_json())) == "E_POLICY"

    def test_one_that_is_none_is_refused(self) -> None:
        assert refused(gi(), self.sealed(b"{}")) == "E_SCHEMA"

    def test_a_real_one_beside_a_made_up_case_is_refused(self) -> None:
        assert refused(gi(), self.sealed(self.cover.model_copy(update={"synthetic": None}).to_json())) == "E_POLICY"

    def test_one_that_is_too_large_is_refused(self) -> None:
        assert refused(gi(), self.sealed(b" " * (4 * 1024 * 1024 + 1))) == "E_PART_SIZE"


def permits(case: FamilyCase, **members: object) -> list[Consent]:
    return [
        one
        for one in case.records("consents")
        if isinstance(one, Consent) and all(getattr(one, name) == value for name, value in members.items())
    ]


def with_permit(side: Side, **members: Any) -> str:  # noqa: ANN401  # members of a consent
    """Put a consent into a case, and return its id."""
    told = full(
        0x800,
        subject=persons()[0],
        decided_by=persons()[0],
        capacity="self",
        decision="permit",
        recipients=[GI],
        purposes=["care"],
        categories=["care_plan"],
        ceremony={"method": "paper", "at": "2026-03-01T10:00:00Z"},
        valid_from="2026-03-01",
        valid_until="2026-09-01",
    )
    value = {name: tuple(one) if isinstance(one, list) else one for name, one in (told | members).items()}
    consent = Consent.model_validate(value | {"recorded_by": {"org": members.pop("by", TEAM)}}, strict=False)
    side.state = side.state.having(FamilyCase([*side.state.case, consent], id=side.state.case.id, synthetic=True))
    return consent.id


class TestAWithdrawalThatIsTold:
    """Permits that are here end; nothing is widened, and who has nothing to do with a permit ends none."""

    def test_a_permit_that_is_here_ends_on_that_day(self) -> None:
        side = knowing_gi()
        permit = with_permit(side)
        changed = side.take(team().send(withdrawn([permit]), GI)).outcome.changed
        (made,) = (side.state.case.get(one) for one in changed)
        assert (vars(made)["consent"], vars(made)["effective_at"], vars(made)["by"]) == (permit, DAY, persons()[0])
        assert made is not None
        assert made.recorded_by.org == GI

    def test_told_twice_it_ends_once(self) -> None:
        side = knowing_gi()
        permit = with_permit(side)
        side.take(team().send(withdrawn([permit, permit]), GI))
        assert side.take(team().send(withdrawn([permit]), GI)).outcome.changed == ()

    @pytest.mark.parametrize(("day", "ends"), [("2024-01-01", DAY), ("2026-03-09", "2026-03-09")])
    def test_who_may_receive_by_it_tells_no_day_before_today(self, day: str, ends: str) -> None:
        side = team()
        permit = with_permit(side, recipients=[GI, SCHOOL])
        for _ in range(2):
            side.take(gi().send(withdrawn([permit], sender=GI, day=day), TEAM))
        made = [one for one in side.state.case.records("withdrawals") if vars(one)["consent"] == permit]
        assert [vars(one)["effective_at"] for one in made] == [ends]

    def test_nor_a_moment_before_the_permit_began(self) -> None:
        side = team()
        permit = with_permit(side, valid_from="2026-03-20")
        (changed,) = side.take(gi().send(withdrawn([permit], sender=GI), TEAM)).outcome.changed
        assert vars(side.state.case.get(changed))["effective_at"] == "2026-03-20"

    def test_who_recorded_it_tells_any_day(self) -> None:
        side = knowing_gi()
        (changed,) = side.take(team().send(withdrawn([with_permit(side)], day="2026-03-01"), GI)).outcome.changed
        assert vars(side.state.case.get(changed))["effective_at"] == "2026-03-01"

    def test_it_says_who_told_it_and_does_not_look_like_the_words_of_who_decided(self) -> None:
        side = team()
        body = withdrawn([with_permit(side)], sender=GI, day="2024-01-01")
        (changed,) = side.take(gi().send(body, TEAM)).outcome.changed
        made = vars(side.state.case.get(changed))
        assert (made["source"].kind, made["words"], made["expressed_at"]) == ("told", None, None)
        assert made["extensions"] == {TOLD_BY: {"org": GI, "withdrawn_on": "2024-01-01"}}

    def test_an_earlier_day_counts_although_a_later_one_was_told_first(self) -> None:
        side = knowing_gi()
        permit = with_permit(side)
        for day in ("2030-01-01", DAY):
            assert len(side.take(team().send(withdrawn([permit], day=day), GI)).outcome.changed) == 1

    def test_a_refusal_stays(self) -> None:
        side = knowing_gi()
        refusal = with_permit(side, decision="refuse")
        assert side.take(team().send(withdrawn([refusal]), GI)).outcome.changed == ()

    def test_who_has_nothing_to_do_with_it_ends_nothing(self) -> None:
        side = team()
        permit = with_permit(side)
        body = withdrawn([permit], sender=SCHOOL)
        assert side.take(Side(SCHOOL, State(case=EMPTY)).send(body, TEAM)).outcome.changed == ()

    def test_whoever_may_receive_by_it_is_believed(self) -> None:
        side = team()
        permit = with_permit(side)
        assert len(side.take(gi().send(withdrawn([permit], sender=GI), TEAM)).outcome.changed) == 1

    @pytest.mark.parametrize("day", HOSTILE_DAYS)
    def test_ids_that_are_no_permits_here_change_nothing(self, day: str) -> None:
        side = knowing_gi()
        body = withdrawn([an_id(0x99), persons()[0]], day=day)
        assert side.take(team().send(body, GI)).outcome.state == side.state

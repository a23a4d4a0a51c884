# SPDX-License-Identifier: EUPL-1.2
"""What is new after something arrived, and that the own file is verified once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from kgbx.envelope.replay import MemoryReplayStore
from kgbx.exchange import check_contribution, compose, provenance, receive
from kgbx.exchange.news import news
from tests.case.builders import CHILD, MOTHER, an_id
from tests.exchange.messengers import EMPTY, GI, own, stage
from tests.story.makers import ANSWER, AT, a_need, a_profile, case, made, reaction, replaces, review, statement

if TYPE_CHECKING:
    import pytest

    from kgbx.case import FamilyCase
    from kgbx.case.contribution import Contribution
    from kgbx.story import Profile

WISH = made(a_profile(a_need()))
TOLD = case(statements=[statement()])
DISPUTED = case(statements=[statement()], reactions=[reaction(0x202)])


def needs_of(
    before: FamilyCase, after: FamilyCase, needed: Profile = WISH
) -> tuple[list[str | None], list[str | None]]:
    found = news(before, after, at=AT, needed=needed)
    return [row.person for row in found.answered], [row.person for row in found.missing]


def test_what_was_here_is_no_news() -> None:
    found = news(TOLD, TOLD, at=AT, needed=WISH)
    assert (found.new, found.disputed, found.gone, found.answered) == ((), (), (), ())


def test_a_record_that_was_not_here_is_new() -> None:
    assert news(case(), TOLD, at=AT).new == (ANSWER,)


def test_what_it_answers_is_answered_and_the_rest_still_missing() -> None:
    (answered, missing) = needs_of(case(), TOLD)
    assert (answered, MOTHER in missing, len(missing)) == ([MOTHER], False, 1)


def test_an_answer_that_somebody_disagrees_with_is_an_answer_and_no_new_one_when_it_was_here() -> None:
    assert needs_of(case(), DISPUTED)[0] == [MOTHER]
    assert needs_of(TOLD, DISPUTED)[0] == []
    assert needs_of(DISPUTED, TOLD)[0] == []


def test_a_dispute_about_what_was_here_is_news() -> None:
    assert news(TOLD, DISPUTED, at=AT).disputed == (ANSWER,)
    assert news(DISPUTED, DISPUTED, at=AT).disputed == ()


def test_a_review_that_does_not_agree_is_a_dispute() -> None:
    told = statement()
    after = case(statements=[told], reviews=[review(0x203, told, verdict="niet_akkoord")])
    assert news(TOLD, after, at=AT).disputed == (ANSWER,)


def test_what_is_replaced_is_gone_and_no_dispute_any_more() -> None:
    newer = an_id(0x101)
    after = case(
        statements=[statement(), statement(0x101)], links=[replaces(0x301, newer, ANSWER)], reactions=[reaction(0x202)]
    )
    found = news(TOLD, after, at=AT)
    assert (found.gone, newer in found.new, ANSWER in found.disputed) == ((ANSWER,), True, False)


def test_an_answer_that_became_stale_meanwhile_is_still_missing() -> None:
    old = made(a_profile(a_need(max_age_days=30)))
    after = case(statements=[statement(told_on="2026-01-01")])
    assert MOTHER in needs_of(case(), after, old)[1]


def test_without_a_profile_needs_are_not_looked_at() -> None:
    found = news(case(), TOLD, at=AT)
    assert (found.answered, found.missing) == ((), ())


def test_a_child_that_was_not_known_brings_needs_of_its_own() -> None:
    needed = made(a_profile(a_need(asks={"topic": "child.voice.wish"}, per="each_child")))
    nobody = case()
    empty = type(nobody)(synthetic=True)
    assert (needs_of(empty, nobody, needed)[1].count(CHILD), needs_of(nobody, empty, needed)) == (1, ([], []))


def test_a_message_verifies_each_contribution_of_the_own_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = compose(
        stage().case, own=own(), to=stage().directory.require(GI, stage().at), purpose="protection", at=stage().at
    )

    def taken(case: FamilyCase) -> FamilyCase:
        got = receive(
            sent.sealed, case=case, own=own(GI), purpose="protection", at=stage().at, seen=MemoryReplayStore()
        )
        return got.case

    earlier = taken(EMPTY)
    looked: list[object] = []
    module = sys.modules[provenance.__module__]

    def counted(one: Contribution, **how: Any) -> Any:  # noqa: ANN401  # as the real one
        looked.append(one)
        return check_contribution(one, **how)

    monkeypatch.setattr(module, "check_contribution", counted)
    again = taken(earlier)
    assert len(looked) == len(sent.view.contributions) + len(earlier.contributions)
    assert again.to_json() == earlier.to_json()

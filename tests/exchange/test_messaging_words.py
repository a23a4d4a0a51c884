# SPDX-License-Identifier: EUPL-1.2
"""Words in a body never give away where somebody is of whom the recipient may not learn it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import Address
from kgbx.case.told import Wording
from kgbx.errors import DocumentError, UsageError
from kgbx.exchange.messaging import compose_message
from kgbx.exchange.messaging_handover import step_message
from kgbx.exchange.messaging_words import require_no_place, words_of
from kgbx.story import act, prepare
from kgbx.story.bodies import ConsultAnswer
from tests.case.builders import an_id, words
from tests.exchange.messengers import DAY, GI, SCHOOL, TEAM, completed, met, own, persons, stage, to

if TYPE_CHECKING:
    from kgbx.story.bodies import Body

HIDDEN_FROM = SCHOOL


def hidden() -> Address:
    """Return the address of somebody who is protected."""
    protected = {vars(one)["person"] for one in stage().case.records("protections")}
    found = (one for one in stage().case.records("addresses") if isinstance(one, Address))
    return next(one for one in found if protected & {*one.persons} and one.street)


def withdrawal(reason: str, *, receiver: str = HIDDEN_FROM) -> Body:
    first = prepare(an_id(9), own=TEAM, receiver=receiver, handovers=(), first=True, persons=persons())
    offered, _ = act(first, "offer", on=DAY)
    return step_message(act(offered, "withdraw", on=DAY, reason=reason)[0], own=own())


def advice(text: str) -> Body:
    told = Wording(**words(text))
    return ConsultAnswer.new(
        sender=TEAM, recipient=HIDDEN_FROM, consult=an_id(8), advice=told, answered_on=DAY, synthetic=True
    )


def pointers(body: Body) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        require_no_place(body, stage().case, basis=own().basis, at=stage().at)
    assert {one.code for one in caught.value.problems} == {"D_PLACE"}
    assert all(text not in caught.value.say() for text in (hidden().street, hidden().city) if text)
    return [one.pointer for one in caught.value.problems]


@pytest.mark.parametrize("member", ["street", "city", "postcode"])
def test_a_reason_that_names_the_place_is_refused(member: str) -> None:
    place = getattr(hidden(), member)
    assert place
    assert pointers(withdrawal(f"Zij verblijft nu in {place}.")) == ["/steps/1/reason"]


def test_advice_that_names_it_is_refused() -> None:
    assert pointers(advice(f"Ga langs bij {hidden().street}.")) == ["/advice/text"]


def test_other_words_go() -> None:
    for body in (withdrawal("Het gezin wil wachten."), advice("Praat eerst met het kind.")):
        require_no_place(body, stage().case, basis=own().basis, at=stage().at)


def test_who_may_know_it_may_read_it() -> None:
    allowed = {org for one in stage().case.records("protections") for org in vars(one)["allowed"] or ()} - {TEAM}
    for org in sorted(allowed):
        require_no_place(
            withdrawal(f"Zij is in {hidden().street}.", receiver=org), stage().case, basis=own().basis, at=stage().at
        )


def test_a_body_with_words_is_not_sealed_without_the_case() -> None:
    with pytest.raises(UsageError) as caught:
        compose_message(withdrawal("omdat"), own=own(), to=to(HIDDEN_FROM), at=stage().at)
    assert caught.value.code == "U_ARGUMENT"


def test_the_place_is_not_sealed() -> None:
    body = withdrawal(f"Zij is in {hidden().street}.")
    with pytest.raises(DocumentError) as caught:
        compose_message(body, own=own(), to=to(HIDDEN_FROM), at=stage().at, case=stage().case)
    assert caught.value.problems[0].code == "D_PLACE"


def test_every_word_of_a_completion_is_looked_at_and_no_id() -> None:
    _, receiver = met()
    done, _ = completed(receiver)
    found: dict[str, Any] = dict(words_of(done.body))
    assert found["/professional/name"] == "Samira Vossen"
    assert GI not in found.values()
    assert not any(text.startswith("00000000-") for text in found.values())

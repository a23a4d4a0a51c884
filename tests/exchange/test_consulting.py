# SPDX-License-Identifier: EUPL-1.2
"""An anonymous consult on its way: what is sealed, what arrives, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kgbx.case import MEDIA_TYPE
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import seal
from kgbx.errors import EnvelopeError
from kgbx.exchange import open_consult, seal_consult
from kgbx.limits import CONSULT_BYTES
from kgbx.story import AnonymousAnswer, AnonymousQuestion, anonymous_answer, anonymous_consult
from kgbx.story.bodies import MESSAGE_MEDIA
from kgbx.story.handover import keeps_sight
from kgbx.testing.families import make_family
from tests.parties import AT, GI, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.exchange import OpenedConsult, SealedConsult

QUESTION = "Een kind komt al weken niet op school. Wat kunnen wij doen?"


def asked(seed: int = 3, question: str = QUESTION) -> AnonymousQuestion:
    numbers = uuid4().bytes
    return anonymous_consult(make_family(seed), question=question, at=AT, random=lambda size: numbers[:size])


def sent(document: AnonymousQuestion | AnonymousAnswer) -> SealedConsult:
    return seal_consult(document, sender=party(TEAM).identity, to=party(GI).said, at=AT)


def opened(sealed: bytes, **changes: Any) -> OpenedConsult:  # noqa: ANN401  # whatever the test changes
    options: dict[str, Any] = {"seen": MemoryReplayStore(), "accept_synthetic": True} | changes
    directory = directory_of(party(TEAM), party(GI))
    return open_consult(sealed, identity=party(GI).identity, directory=directory, at=AT, **options)


def by_hand(body: bytes, **changes: Any) -> bytes:  # noqa: ANN401  # any option of seal
    options: dict[str, Any] = {"media_type": MESSAGE_MEDIA, "message_type": AnonymousQuestion.uri()} | changes
    return seal(body, sender=party(TEAM).identity.at(AT), to=party(GI).said, at=AT, **options).to_bytes()


def test_a_question_arrives_as_it_was_asked() -> None:
    question = asked()
    found = opened(sent(question).sealed.to_bytes())
    assert (found.document, found.opened.sender) == (question, TEAM)


def test_an_answer_arrives_too() -> None:
    answer = anonymous_answer(asked(), answer="Praat eerst met het kind alleen.")
    assert opened(sent(answer).sealed.to_bytes()).document == answer


def test_no_thread_no_reference_one_part_of_one_size() -> None:
    manifest = opened(sent(asked()).sealed.to_bytes()).opened.manifest
    assert (manifest.thread, manifest.ref) == (None, None)
    assert [part.size for part in manifest.parts] == [CONSULT_BYTES]


def test_every_consult_has_the_same_size_and_a_lane_of_its_own() -> None:
    long = "Wat nu? " * 300
    answer = anonymous_answer(asked(), answer="Ja.")
    made = [sent(one) for one in (asked(), asked(5), asked(question=long), answer)]
    assert len({sum(part.size for part in one.sealed.parts) for one in made}) == 1
    assert len({one.lane for one in made}) == 4
    assert len({one.lane for one in made} | {one.sealed.id for one in made}) == 8


REFUSED: dict[str, dict[str, Any]] = {
    "thread": {"thread": str(uuid4())},
    "reference": {"ref": str(uuid4())},
    "attachment": {"attachments": [b"more"]},
    "another type": {"message_type": "https://kgbx.example/messages/consult_question/1.0"},
    "another media type": {"media_type": MEDIA_TYPE},
}


@pytest.mark.parametrize("how", REFUSED)
def test_what_could_tie_it_to_something_is_refused(how: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        opened(by_hand(asked().to_json(), **REFUSED[how]))
    assert caught.value.code == "E_POLICY"


@pytest.mark.parametrize(
    "body", [b"{}", b" " * CONSULT_BYTES, asked().to_json() + b" "], ids=["short", "blank", "long"]
)
def test_another_body_is_refused(body: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        opened(by_hand(body))
    assert caught.value.code == "E_SCHEMA"


def test_a_question_does_not_pass_for_an_answer() -> None:
    with pytest.raises(EnvelopeError) as caught:
        opened(by_hand(asked().to_json(), message_type=AnonymousAnswer.uri()))
    assert caught.value.code == "E_SCHEMA"


def test_made_up_and_real_are_kept_apart() -> None:
    with pytest.raises(EnvelopeError) as caught:
        opened(sent(asked()).sealed.to_bytes(), accept_synthetic=False)
    assert caught.value.code == "E_POLICY"


def test_it_is_taken_in_once_and_one_that_was_refused_may_be_tried_again() -> None:
    seen, sealed = MemoryReplayStore(), sent(asked()).sealed.to_bytes()
    with pytest.raises(EnvelopeError):
        opened(sealed, seen=seen, accept_synthetic=False)
    opened(sealed, seen=seen)
    with pytest.raises(EnvelopeError) as caught:
        opened(sealed, seen=seen)
    assert caught.value.code == "E_DUPLICATE"


def test_two_sealed_consults_about_one_family_share_only_what_all_messages_share() -> None:
    first, second = (sent(asked(3, text)).sealed.to_bytes() for text in (QUESTION, "Moet ik dit melden?"))
    other = sent(asked(5, "Is er iets te doen?")).sealed.to_bytes()
    constant = stretches(other, BUT_FOR_CHANCE)
    left = {one for one in stretches(first) & stretches(second) if not edges(one) & constant}
    assert left == set()


def test_the_signed_manifests_share_only_who_writes_to_whom_and_how() -> None:
    first, second = (json.loads(manifest_of(asked(3, text))) for text in (QUESTION, "Moet ik dit melden?"))
    same = {name for name in first if first[name] == second[name]}
    assert same <= {"v", "suite", "kind", "iat", "exp", "from", "to", "type"}
    assert first["parts"][0]["digest"] != second["parts"][0]["digest"]


def manifest_of(document: AnonymousQuestion) -> bytes:
    return opened(sent(document).sealed.to_bytes()).opened.manifest.encode()


BUT_FOR_CHANCE = 13
"""Three random characters beside a constant may be the same by chance; a value of the family would be longer."""


def edges(stretch: bytes) -> set[bytes]:
    return {stretch[:BUT_FOR_CHANCE], stretch[-BUT_FOR_CHANCE:]}


def stretches(data: bytes, size: int = 16) -> set[bytes]:
    return {data[place : place + size] for place in range(len(data) - size + 1)}


def test_a_value_that_two_messages_share_would_be_noticed() -> None:
    name = b"Vredebregtsma-Vredebregtsma"
    first, second = (sent(asked()).sealed.to_bytes() + name for _ in range(2))
    constant = stretches(sent(asked(5)).sealed.to_bytes(), BUT_FOR_CHANCE)
    assert {one for one in stretches(first) & stretches(second) if not edges(one) & constant} != set()


def test_a_consult_moves_neither_responsibility_nor_the_case() -> None:
    case = make_family(3)
    before = case.to_json()
    answer = anonymous_answer(asked(), answer="Neem het over.")
    opened(sent(answer).sealed.to_bytes())
    assert case.to_json() == before
    assert keeps_sight(TEAM, (), first=True)
    assert not keeps_sight(GI, (), first=False)

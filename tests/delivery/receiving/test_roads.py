# SPDX-License-Identifier: EUPL-1.2
"""By which road an answer goes back: decided when the directory can be read, never while it is too old."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.posting import road_to
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import endpoint_of
from kgbx.delivery.states import DAY, LIFETIME, MINUTE
from kgbx.errors import DirectoryError
from tests.delivery.receiving.sides import START, Sides
from tests.parties import GI, TEAM, directory_of, party, say_again

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.delivery.node import Node
    from kgbx.directory import Directory
    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import OrganisationDocument, SigningKey

URL = "https://team.example.org/kgbx"
SERVING = replace(party(TEAM), document=say_again(party(TEAM), endpoints=(("kgbx", URL),)))


@dataclass
class OldNow:
    """A directory in which the partner has an endpoint; it may be too old to be relied on."""

    stale: bool = True

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        return self._known.signing_key(kid, alg)

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:
        if self.stale:
            raise DirectoryError("E_DIR_STALE")
        return self._known.document(org, at)

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        return self._known.encryption_key(org, at)

    @property
    def _known(self) -> Directory:
        return directory_of(SERVING, party(GI))


@pytest.fixture
def sides() -> Sides:
    return Sides()


def receiver_of(sides: Sides, node: Node) -> Receiver:
    return Receiver(node, judge=EnvelopeJudge(node=node), handler=sides.app, road=road_to(node))


def test_an_old_directory_tells_no_address_and_that_is_not_taken_for_none() -> None:
    directory = OldNow()
    with pytest.raises(DirectoryError) as caught:
        endpoint_of(directory, TEAM, now=START)
    directory.stale = False
    assert (caught.value.code, endpoint_of(directory, TEAM, now=START)) == ("E_DIR_STALE", URL)


class TestWhileTheDirectoryIsTooOld:
    """MUST: nothing is answered by a road that was guessed."""

    def test_what_does_not_open_is_answered_when_the_directory_can_be_read(self, sides: Sides) -> None:
        directory = OldNow()
        node = replace(sides.gi_without_its_key(), directory=directory)
        message = sides.sealed()
        sides.offer(message)
        receiver = receiver_of(sides, node)
        for _ in range(5):
            receiver.run_once()
            sides.clock.now += 10 * MINUTE
        row = sides.row(message.id)
        assert (row.state, row.problem, row.attempts, row.deaths) == ("quarantined", "E_DIR_STALE", 0, 0)
        assert (sides.answers(), sides.alerts()) == ([], ["X_QUARANTINED"])
        directory.stale = False
        receiver.wake()
        receiver.run_once()
        assert [(one.level, one.road) for one, _ in sides.answers()] == [(1, "push")]

    def test_the_application_gets_nothing_that_cannot_be_answered(self, sides: Sides) -> None:
        directory = OldNow(stale=False)
        node = replace(sides.gi, directory=directory)
        message = sides.sealed()
        sides.offer(message)

        def old(_org: str) -> Any:  # noqa: ANN401  # never returns
            raise DirectoryError("E_DIR_STALE")

        Receiver(node, judge=EnvelopeJudge(node=node), handler=sides.app, road=old).run_once()
        row = sides.row(message.id)
        assert (row.state, row.attempts, sides.app.got) == ("quarantined", 0, [])

    def test_after_a_week_it_still_waits_for_a_directory(self, sides: Sides) -> None:
        directory = OldNow()
        node = replace(sides.gi_without_its_key(), directory=directory)
        message = sides.sealed()
        sides.offer(message)
        receiver = receiver_of(sides, node)
        receiver.run_once()
        sides.clock.now += LIFETIME + DAY
        receiver.run_once()
        assert (sides.row(message.id).problem, sides.answers()) == ("E_DIR_STALE", [])
        directory.stale = False
        receiver.wake()
        receiver.run_once()
        assert [one.road for one, _ in sides.answers()] == ["push"]

    def test_a_partner_whose_address_is_given_is_answered_all_the_same(self, sides: Sides) -> None:
        node = replace(sides.gi_without_its_key(), directory=OldNow())
        sides.offer(sides.sealed())
        way = road_to(node, endpoints=[TEAM])
        Receiver(node, judge=EnvelopeJudge(node=node), handler=sides.app, road=way).run_once()
        assert [one.road for one, _ in sides.answers()] == ["push"]

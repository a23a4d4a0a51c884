# SPDX-License-Identifier: EUPL-1.2
"""What a partner learns or can do of what is another's: nothing, down to the last byte of an answer."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.protocol import BUNDLE_MEDIA
from kgbx.delivery.taking import Offer, take
from kgbx.envelope import bundle
from kgbx.envelope.encoding import b64
from tests.delivery.http.world import PLAIN, SIGNED, Said, World, a_message, give_parts, parts_of, put_in
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from kgbx.envelope.seal import Sealed

NOWHERE = "5f0c6a52-7a5b-4c41-9d52-3a8f5a2f9999"
NO_PART = b64(sha256(b"nothing").digest())


class Secrets:
    """What GI has of TEAM and for TEAM, and SCHOOL that asks about it."""

    def __init__(self) -> None:
        self.world = World()
        self.came = a_message(attached=[b"scan"])
        self.world.bring(self.came, kgbx_lane="a-lane;7")
        self.lies = a_message(sender=GI, to=TEAM, attached=[b"scan"])
        put_in(self.world.gi, self.lies, peer=TEAM, road="mailbox", lane="b-lane", number=1)
        self.pushed = a_message(sender=GI, to=TEAM)
        put_in(self.world.gi, self.pushed, peer=TEAM, state="accepted")
        self.part = b64(parts_of(self.lies)[-1])
        self.half = b"half of what was scanned"
        give = {"content-type": PLAIN, "content-range": f"bytes 0-3/{len(self.half)}"}
        self.begun = b64(sha256(self.half).digest())
        self.world.ask("PUT", f"/v1/parts/{self.begun}", self.half[:4], headers=give)


def lies_later(world: World) -> None:
    """Put a message into the mailbox of SCHOOL that was made after all others."""
    message = a_message(sender=GI, to=SCHOOL)
    row = put_in(world.team, message, peer=SCHOOL, road="mailbox")
    with world.gi.store.transaction() as tx:
        tx.add_out(replace(row, made_at=row.made_at + 1), message.envelope)


def seen(said: Said) -> tuple[int, dict[str, str], bytes]:
    return said.status, dict(said.headers), said.body


LOOKING = {
    "a receipt": "/v1/messages/{id}/receipt",
    "an answer": "/v1/messages/{id}/receipt?level=2",
    "what lies in a mailbox": "/v1/mailbox/{id}",
    "a part in a mailbox": "/v1/mailbox/{id}/parts/{part}",
}


class TestSeeing:
    """What is another's is answered byte for byte as what is not there."""

    @pytest.mark.parametrize("path", LOOKING.values(), ids=LOOKING)
    @pytest.mark.parametrize("which", ["came", "lies", "pushed"])
    def test_messages_and_parts(self, path: str, which: str) -> None:
        secrets = Secrets()
        found: Sealed = getattr(secrets, which)

        def asked(message_id: str, part: str) -> tuple[int, dict[str, str], bytes]:
            address = path.format(id=message_id, part=part)
            return seen(secrets.world.ask("GET", address, by=SCHOOL, headers={"range": "bytes=0-"}))

        assert asked(found.id, secrets.part) == asked(NOWHERE, NO_PART)

    def test_a_part_that_another_brings(self) -> None:
        secrets = Secrets()
        said = [secrets.world.ask("HEAD", f"/v1/parts/{part}", by=SCHOOL) for part in (secrets.begun, NO_PART)]
        assert seen(said[0]) == seen(said[1])

    def test_a_lane_of_another(self) -> None:
        secrets = Secrets()
        said = [secrets.world.ask("GET", f"/v1/lanes/{lane}/position", by=SCHOOL) for lane in ("a-lane", "no-lane")]
        assert seen(said[0]) == seen(said[1])

    @pytest.mark.parametrize("which", ["lies", "pushed"])
    def test_a_page_behind_a_message_of_another_is_a_page_behind_nothing(self, which: str) -> None:
        secrets = Secrets()
        world, theirs = secrets.world, getattr(secrets, which)
        lies_later(world)
        said = [world.ask("GET", f"/v1/mailbox?after={after}", by=SCHOOL) for after in (theirs.id, NOWHERE)]
        assert seen(said[0]) == seen(said[1])

    def test_the_control_sees_its_own(self) -> None:
        secrets = Secrets()
        own = [path.format(id=secrets.lies.id, part=secrets.part) for path in list(LOOKING.values())[2:]]
        assert [secrets.world.ask("GET", one, headers={"range": "bytes=0-"}).status for one in own] == [200, 206]


class TestDoing:
    """Nobody changes, ends or takes what is another's, nor builds upon it."""

    @pytest.mark.parametrize("which", ["came", "lies", "pushed"])
    @pytest.mark.parametrize("what", ["receipts/{id}/2", "receipts/{id}/1", "messages/{id}/cancellation"])
    def test_an_answer_about_it(self, which: str, what: str) -> None:
        secrets = Secrets()
        other = a_message(sender=SCHOOL)
        data = b"".join(bundle.blocks(other.envelope, other.parts)) if "canc" in what else other.envelope
        media = {"content-type": BUNDLE_MEDIA if "canc" in what else SIGNED}

        def said(message_id: str) -> tuple[int, dict[str, str], bytes]:
            return seen(secrets.world.ask("PUT", f"/v1/{what.format(id=message_id)}", data, by=SCHOOL, headers=media))

        assert said(getattr(secrets, which).id) == said(NOWHERE)

    @pytest.mark.parametrize("which", ["lies", "pushed", "came"])
    def test_taking_it_out_of_a_mailbox(self, which: str) -> None:
        secrets = Secrets()
        theirs: Sealed = getattr(secrets, which)
        give_parts(secrets.world.team, theirs, owner=GI)
        offer = Offer(peer=GI, id=theirs.id, envelope=theirs.envelope, parts=parts_of(theirs))
        statement = take(secrets.world.team, offer).statement if which != "came" else b"{}"

        def said(message_id: str) -> tuple[int, dict[str, str], bytes]:
            path = f"/v1/mailbox/{message_id}/ack"
            return seen(secrets.world.ask("PUT", path, statement, by=SCHOOL, headers={"content-type": SIGNED}))

        assert said(theirs.id) == said(NOWHERE)

    def test_the_parts_of_another_are_not_ones_own(self) -> None:
        secrets = Secrets()
        said = secrets.world.offer(secrets.came, by=SCHOOL)
        assert (said.status, len(said.json["missing"])) == (202, len(parts_of(secrets.came)))

    def test_the_same_id_is_another_message_for_each_partner(self) -> None:
        secrets = Secrets()
        other = a_message(sender=SCHOOL)
        give_parts(secrets.world.gi, other, owner=SCHOOL)
        headers = {"content-type": SIGNED, "kgbx-parts": ", ".join(b64(one) for one in parts_of(other))}
        path = f"/v1/messages/{secrets.came.id}"
        said = secrets.world.ask("PUT", path, other.envelope, by=SCHOOL, headers=headers)
        mine = secrets.world.offer(secrets.came)
        assert (said.status, mine.status) == (201, 200)

    def test_what_another_began_is_not_spoilt(self) -> None:
        secrets = Secrets()
        ask, half = secrets.world.ask, secrets.half
        wrong = {"content-type": PLAIN, "content-range": f"bytes 0-{len(half) - 1}/{len(half)}"}
        ask("PUT", f"/v1/parts/{secrets.begun}", b"x" * len(half), by=SCHOOL, headers=wrong)
        rest = {"content-type": PLAIN, "content-range": f"bytes 4-{len(half) - 1}/{len(half)}"}
        assert ask("PUT", f"/v1/parts/{secrets.begun}", half[4:], headers=rest).status == 204

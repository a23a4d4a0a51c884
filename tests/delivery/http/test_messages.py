# SPDX-License-Identifier: EUPL-1.2
"""Offering a message to an endpoint: custody, doubles, other bytes, parts, keys."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.protocol import BUNDLE_MEDIA
from kgbx.delivery.states import DAY
from kgbx.delivery.store.memory import MemoryStore
from kgbx.envelope.bundle import blocks
from kgbx.envelope.custody import Custody, NoCustody, verify_statement
from kgbx.envelope.encoding import b64
from tests.delivery.http.world import EVERYBODY, SIGNED, World, a_message, parts_of
from tests.parties import AT, GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from kgbx.envelope.seal import Sealed
    from tests.delivery.http.world import Said


def test_custody_is_signed_and_about_exactly_these_bytes() -> None:
    world, message = World(), a_message(attached=[b"scan"])
    said = world.bring(message)
    statement = verify_statement(said.body, directory=EVERYBODY, sealed=message, at=AT)
    assert (said.status, said.headers["content-type"]) == (201, SIGNED)
    assert isinstance(statement, Custody)
    assert (statement.by, statement.parts) == (GI, parts_of(message))


def test_custody_is_in_the_store_with_the_head_of_the_chain() -> None:
    world, message = World(), a_message()
    said = world.bring(message)
    with world.gi.store.transaction() as tx:
        row, given, head = (
            tx.incoming(TEAM, message.id),
            tx.receipt("out", TEAM, message_id=message.id, level=1),
            tx.audit_head(),
        )
    statement = verify_statement(said.body, directory=EVERYBODY)
    assert row is not None
    assert given is not None
    assert isinstance(statement, Custody)
    assert (row.state, given.data, statement.chain) == ("received", said.body, head)


def test_the_same_again_gets_the_same_bytes() -> None:
    world, message = World(), a_message()
    first, second = world.bring(message), world.offer(message)
    assert (second.status, second.body) == (200, first.body)
    with world.gi.store.transaction() as tx:
        row = tx.incoming(TEAM, message.id)
    assert row is not None
    assert row.duplicates == 1


def test_lane_and_urgency_are_kept() -> None:
    world, message = World(), a_message()
    world.bring(message, kgbx_lane="lane-1;7", kgbx_urgency="acute")
    with world.gi.store.transaction() as tx:
        row = tx.incoming(TEAM, message.id)
    assert row is not None
    assert (row.lane, row.number, row.urgency) == ("lane-1", 7, "acute")


def test_missing_parts_are_named_and_nothing_is_kept() -> None:
    world, message = World(), a_message(attached=[b"scan"])
    said = world.offer(message)
    with world.gi.store.transaction() as tx:
        assert tx.incoming(TEAM, message.id) is None
    assert (said.status, said.json) == (202, {"missing": [b64(part) for part in parts_of(message)]})


def test_parts_of_another_partner_are_not_there() -> None:
    world, message = World(), a_message(sender=SCHOOL)
    world.bring(message, by=TEAM)
    assert world.offer(message, by=SCHOOL).status == 202


class TestT8OtherContentUnderTheSameId:
    """The same id with other content is refused, told to a person, and the first stays."""

    def test_it_is_a_conflict(self) -> None:
        world, message = World(), a_message()
        first = world.bring(message)
        said = world.offer(replace(a_message(), id=message.id))
        assert (said.status, said.code) == (409, "X_ID_REUSED")
        assert world.offer(message).body == first.body

    def test_a_person_is_told_once(self) -> None:
        world, message = World(), a_message()
        world.bring(message)
        for _ in range(3):
            world.bring(replace(a_message(), id=message.id))
        with world.gi.store.transaction() as tx:
            alerts, events = tx.alerts(), [row.event for row in tx.audit_rows()]
        assert [(one.code, one.peer, one.message_id) for one in alerts] == [("X_ID_REUSED", TEAM, message.id)]
        assert events == ["custody", "id-reused", "id-reused", "id-reused"]

    def test_the_id_of_another_partner_is_another_message(self) -> None:
        world, message = World(), a_message()
        world.bring(message)
        assert world.bring(message, by=SCHOOL).status == 201


class TestT15ReplayOfACapturedRequest:
    """A double is recognised for as long as was promised; after that it is refused, never handed over again."""

    @pytest.mark.parametrize("later", [3_600_000, 30 * DAY - 1000, 30 * DAY])
    def test_within_the_window_it_gets_what_it_got(self, later: int) -> None:
        world, message = World(), a_message()
        first = world.bring(message)
        world.clock.now += later
        said = world.offer(message)
        assert (said.status, said.body) == (200, first.body)

    def test_after_the_window_it_is_refused(self) -> None:
        world, message = World(), a_message()
        world.bring(message)
        world.clock.now += 30 * DAY + 1000
        said = world.offer(message)
        assert (said.status, said.code, said.json["retryable"]) == (400, "X_TOO_OLD", False)


def test_an_envelope_without_a_key_of_ours_gets_a_signed_no_and_no_custody() -> None:
    world, message = World(), a_message(to=SCHOOL)
    said = world.bring(message)
    statement = verify_statement(said.json["statement"].encode(), directory=EVERYBODY, sealed=message, at=AT)
    with world.gi.store.transaction() as tx:
        assert tx.incoming(TEAM, message.id) is None
    assert (said.status, said.code) == (400, "X_UNKNOWN_KEY")
    assert isinstance(statement, NoCustody)
    assert (statement.reason, statement.by) == ("unknown-key", GI)


def test_what_is_no_envelope_is_refused_with_the_code_of_its_form() -> None:
    world, message = World(), a_message()
    broken = replace(message, envelope=message.envelope[:-1])
    said = world.bring(broken)
    assert (said.status, said.code, said.json["reason"]) == (400, "X_MALFORMED", "E_JSON")


def test_a_full_disk_takes_nothing_new_but_answers_what_it_has() -> None:
    store = MemoryStore()
    world, message, other = World(store=store), a_message(), a_message()
    first = world.bring(message)
    store._room = 512 * 1024 * 1024 - 1
    assert world.offer(message).body == first.body
    said = world.bring(other)
    assert (said.status, said.code, said.headers["retry-after"]) == (503, "X_DISK", "300")


@pytest.mark.parametrize("org", [None, "urn:osb:oin:00000099000000009999", GI])
def test_only_a_partner_may_offer(org: str | None) -> None:
    said = World().offer(a_message(), by=org)
    assert (said.status, said.code) == ((401, "X_IDENTITY") if org is None else (403, "X_SENDER"))


def test_every_answer_tells_the_version_and_is_kept_by_nobody() -> None:
    said = World().ask("GET", "/v1/nothing")
    assert (said.status, said.headers["api-version"], said.headers["cache-control"]) == (404, "1.0.0", "no-store")


def test_a_problem_document_has_a_type_a_title_and_a_status() -> None:
    said = World().ask("GET", "/v1/nothing")
    assert said.headers["content-type"] == "application/problem+json"
    assert json.loads(said.body)["type"] == "https://kgbx.example/problems/unknown"
    assert {"type", "title", "status", "code", "retryable"} <= set(said.json)


class TestParts:
    """Parts that come along in a bundle are kept as those that were brought before; nothing else in it is believed."""

    def offer(self, world: World, body: bytes, message: Sealed) -> Said:
        headers = {"content-type": BUNDLE_MEDIA, "kgbx-parts": ", ".join(b64(part) for part in parts_of(message))}
        return world.ask("PUT", f"/v1/messages/{message.id}", body, headers=headers)

    def test_all_in_one(self) -> None:
        world, message = World(), a_message(attached=[b"scan"])
        said = self.offer(world, b"".join(blocks(message.envelope, message.parts)), message)
        verify_statement(said.body, directory=EVERYBODY, sealed=message, at=AT)
        assert said.status == 201
        assert all(world.gi.store.parts.has(TEAM, part) for part in parts_of(message))

    def test_what_is_not_along_is_missing(self) -> None:
        world, message = World(), a_message(attached=[b"scan"])
        said = self.offer(world, b"".join(blocks(message.envelope, message.parts[:1])), message)
        assert (said.status, said.json) == (202, {"missing": [b64(parts_of(message)[1])]})

    def test_what_was_not_announced_is_not_kept(self) -> None:
        world, message, other = World(), a_message(), a_message()
        self.offer(world, b"".join(blocks(message.envelope, [*message.parts, *other.parts])), message)
        assert not world.gi.store.parts.has(TEAM, parts_of(other)[0])

    def test_a_part_that_was_half_brought_is_whole(self) -> None:
        world, message = World(), a_message()
        data = message.parts[0].read()
        world.gi.store.parts.append(TEAM, parts_of(message)[0], offset=0, size=len(data), data=data[:10])
        assert self.offer(world, b"".join(blocks(message.envelope, message.parts)), message).status == 201

    def test_what_is_no_bundle_is_refused(self) -> None:
        world, message = World(), a_message()
        whole = b"".join(blocks(message.envelope, message.parts))
        for body in (b"", message.envelope, whole[:-1], whole + b"x"):
            said = self.offer(world, body, message)
            assert (said.code, said.json["reason"]) == ("X_MALFORMED", "E_BUNDLE")

    def test_without_a_key_of_ours_nothing_is_kept(self) -> None:
        world, message = World(), a_message(to=SCHOOL)
        said = self.offer(world, b"".join(blocks(message.envelope, message.parts)), message)
        assert said.code == "X_UNKNOWN_KEY"
        assert not world.gi.store.parts.has(TEAM, parts_of(message)[0])

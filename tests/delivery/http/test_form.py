# SPDX-License-Identifier: EUPL-1.2
"""The form of a request: what is not exactly right is refused before anything of it is done."""

from __future__ import annotations

import asyncio

import pytest

from kgbx.delivery.asgi import head_of
from kgbx.delivery.gate import Gate
from kgbx.delivery.problems import PROBLEMS, Refusal
from kgbx.delivery.routes import ROUTES, Head, call_of
from kgbx.envelope.encoding import b64
from tests.delivery.http.world import PLAIN, SIGNED, World, a_message, scope_of

ID = "00000000-0000-4000-8000-000000000000"
TAKE = {"content-type": SIGNED}


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/messages", "/v1/messages", f"/v1/messages/{ID}/", "//v1/keys", "/V1/keys"]
)
def test_what_is_not_in_the_table_is_not_there(path: str) -> None:
    assert World().ask("GET", path).code == "X_UNKNOWN"


@pytest.mark.parametrize("message_id", [ID.upper().replace("4", "A"), "1", ID + "0", "..", ID.replace("-4", "-7")])
def test_an_id_is_a_random_uuid_in_lower_case(message_id: str) -> None:
    assert World().ask("PUT", f"/v1/messages/{message_id}", headers=TAKE).code == "X_MALFORMED"


@pytest.mark.parametrize("message_id", ["%2e%2e", ID.replace("-", "%2d"), "%31"])
def test_an_id_has_one_spelling(message_id: str) -> None:
    assert World().ask("PUT", f"/v1/messages/{message_id}", headers=TAKE).code == "X_UNKNOWN"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
def test_another_method_is_told_which_there_are(method: str) -> None:
    said = World().ask(method, f"/v1/messages/{ID}")
    assert (said.status, said.code, said.headers["allow"]) == (405, "X_METHOD", "PUT")


@pytest.mark.parametrize(
    "query", ["level=0", "level=4", "level=1&level=1", "Level=1", "level", "level=", "x=1", "level=1&", "%ff=1"]
)
def test_a_question_has_one_spelling(query: str) -> None:
    assert World().ask("GET", f"/v1/messages/{ID}/receipt?{query}").code == "X_MALFORMED"


@pytest.mark.parametrize("lane", ["a", "a;0", "a;01", "a;-1", ";1", "a b;1", "a;1;2", "é;1", "a" * 65 + ";1", "a;1 "])
def test_a_lane_has_one_spelling(lane: str) -> None:
    assert World().offer(a_message(), kgbx_lane=lane).code == "X_MALFORMED"


@pytest.mark.parametrize("urgency", ["Acute", "high", "normal, acute"])
def test_an_urgency_is_one_of_three(urgency: str) -> None:
    assert World().offer(a_message(), kgbx_urgency=urgency).code == "X_MALFORMED"


@pytest.mark.parametrize(
    "parts", ["", ",", "x", b64(bytes(31)), b64(bytes(32)) + "=", ", ".join([b64(bytes(32))] * 257)]
)
def test_parts_are_a_list_of_digests(parts: str) -> None:
    assert World().offer(a_message(), kgbx_parts=parts).code == "X_MALFORMED"


def test_a_header_that_comes_twice_is_refused() -> None:
    head = Head(method="PUT", path=f"/v1/messages/{ID}", headers=(*TAKE.items(), *[("kgbx-lane", "a;1")] * 2))
    with pytest.raises(Refusal) as refused:
        call_of(head)
    assert refused.value.code == "X_MALFORMED"


@pytest.mark.parametrize("media", ["", "application/json", PLAIN, "text/html", "application/jose"])
def test_another_media_type_is_refused(media: str) -> None:
    said = World().ask("PUT", f"/v1/messages/{ID}", b"{}", headers={"content-type": media} if media else {})
    assert (said.status, said.code) == (415, "X_MEDIA")


def test_packed_bytes_are_refused() -> None:
    assert World().offer(a_message(), content_encoding="gzip").code == "X_MEDIA"


class TestLimitsBeforeParsing:
    """What is too much is refused by its headers, or as soon as it is too much."""

    def test_headers_have_a_limit(self) -> None:
        said = World().offer(a_message(), x="x" * 16384)
        assert (said.status, said.code) == (431, "X_HEADERS")

    def test_a_length_that_is_too_much_is_not_waited_for(self) -> None:
        said = World().offer(a_message(), content_length=str(4 * 1024 * 1024 + 1))
        assert (said.status, said.code) == (413, "X_TOO_LARGE")

    def test_who_does_not_stop_is_hung_up_on(self) -> None:
        pieces = [b"x" * 1024 * 1024] * 12
        said = World().ask("PUT", f"/v1/messages/{ID}", headers=TAKE | {"content-length": "12582912"}, pieces=pieces)
        assert (said.status, said.headers["connection"]) == (413, "close")

    def test_no_more_is_read_than_the_limit_and_what_is_thrown_away(self) -> None:
        world, read = World(), [0]

        async def receive() -> dict[str, object]:
            read[0] += 1
            return {"type": "http.request", "body": b"x" * 1024 * 1024, "more_body": True}

        async def send(_message: object) -> None:
            return

        scope = scope_of("PUT", f"/v1/messages/{ID}", headers=TAKE)
        asyncio.run(world.endpoint(scope, receive, send))
        assert 5 <= read[0] <= 12

    def test_who_stops_is_heard_out(self) -> None:
        said = World().ask(
            "PUT", f"/v1/messages/{ID}", b"x" * 100_000, by=None, headers=TAKE | {"content-length": "100000"}
        )
        assert (said.status, "connection" in said.headers) == (401, False)

    def test_a_body_without_length_is_cut_at_the_limit(self) -> None:
        pieces = [b"x" * 1024 * 1024] * 5
        said = World().ask("PUT", f"/v1/messages/{ID}", headers=TAKE, pieces=pieces)
        assert (said.status, said.code) == (413, "X_TOO_LARGE")

    @pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "", "1" * 19])
    def test_a_length_is_a_number(self, length: str) -> None:
        assert World().offer(a_message(), content_length=length).code == "X_MALFORMED"


def test_under_a_prefix_the_address_comes_after_it() -> None:
    assert head_of(scope_of("GET", "/v1/keys", prefix="/kgbx")).path == "/v1/keys"


def test_a_prefix_that_is_stripped_already_changes_nothing() -> None:
    scope = {**scope_of("GET", "/v1/keys"), "root_path": "/kgbx"}
    assert head_of(scope).path == "/v1/keys"


def test_bytes_that_are_no_text_are_refused() -> None:
    scope = {**scope_of("GET", "/v1/keys"), "query_string": b"\xff"}
    with pytest.raises(Refusal) as refused:
        head_of(scope)
    assert refused.value.code == "X_MALFORMED"


class TestGate:
    """Nobody waits inside, and one partner cannot keep another out."""

    def test_one_partner_has_its_places(self) -> None:
        gate = Gate(most=3, most_of_one=2, rate=100)
        gate.enter("a", at=0)
        gate.enter("a", at=0)
        with pytest.raises(Refusal) as refused:
            gate.enter("a", at=0)
        gate.enter("b", at=0)
        assert (refused.value.code, dict(gate.peers())) == ("X_BUSY", {"a": 2, "b": 1})

    def test_all_together_have_theirs(self) -> None:
        gate = Gate(most=1)
        gate.enter("a", at=0)
        with pytest.raises(Refusal) as refused:
            gate.enter("b", at=0)
        gate.leave("a")
        gate.enter("b", at=0)
        assert (refused.value.code, gate.inside) == ("X_BUSY", 1)

    def test_so_many_a_second(self) -> None:
        gate = Gate(rate=2)
        for at in (0.0, 0.0, 1.0):
            gate.enter("a", at=at)
            gate.leave("a")
        gate.enter("a", at=1.0)
        gate.leave("a")
        with pytest.raises(Refusal) as refused:
            gate.enter("a", at=1.0)
        assert refused.value.code == "X_RATE"

    def test_who_was_refused_takes_no_place(self) -> None:
        gate = Gate(most=1, most_of_one=1)
        gate.enter("a", at=0)
        with pytest.raises(Refusal):
            gate.enter("a", at=0)
        gate.leave("a")
        assert gate.inside == 0


def test_every_problem_of_a_route_is_in_the_table() -> None:
    assert {code for route in ROUTES for code in route.problems} <= set(PROBLEMS)


def test_no_problem_is_a_redirect_and_none_says_422() -> None:
    assert all(row.status >= 400 and row.status != 422 for row in PROBLEMS.values())


def test_no_problem_says_that_this_is_not_the_address() -> None:
    """A sender takes 410 and 421 for the word of somebody else on the road."""
    assert not {row.status for row in PROBLEMS.values()} & {410, 421}

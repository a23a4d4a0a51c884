# SPDX-License-Identifier: EUPL-1.2
"""From a row to custody over the road, with an engine, an endpoint, and somebody in between who is not honest."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.events import CustodyProved
from kgbx.delivery.protocol import BUNDLE_MEDIA
from kgbx.delivery.road import HttpRoad, endpoint_of
from kgbx.delivery.sending import Sender
from kgbx.delivery.transport import Response
from kgbx.envelope.custody import Custody, no_custody, sign_statement
from kgbx.envelope.ownkeys import KeyPairSigner
from kgbx.errors import DeliveryError, DirectoryError
from tests.delivery.http.wire import Line, lost
from tests.delivery.http.world import EVERYBODY, a_message, put_in
from tests.delivery.receiving.sides import START
from tests.effort import scaled
from tests.parties import AT, GI, SCHOOL, TEAM, directory_of, party

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.transport import Request

API = {"api-version": "1.0.0"}
PORTAL = Response(status=200, headers={"content-type": "text/html"}, body=b"<html>log in</html>")


def test_a_message_is_accepted_on_signed_custody() -> None:
    line, message = Line(), a_message()
    put_in(line.world.team, message)
    line.world.bring(message)
    line.sender.run_once()
    with line.world.team.store.transaction() as tx:
        receipt = tx.receipt("in", GI, message_id=message.id, level=1)
    assert line.out(message.id).state == "accepted"
    assert receipt is not None


def test_parts_are_brought_when_they_are_asked_for() -> None:
    line, message = Line(), a_message(attached=[bytes(9_000_000), b"scan"])
    row = put_in(line.world.team, message, lane="lane-1", number=1)
    line.sender.run_once()
    assert line.out(message.id).state == "accepted"
    assert all(line.world.gi.store.parts.has(TEAM, part) for part in row.parts)
    assert [one for one in line.wire.lines if "messages" in one] == [f"PUT /v1/messages/{message.id}"] * 2


def test_small_parts_go_along_in_one_request() -> None:
    line, message = Line(), a_message(attached=[b"scan"])
    row = put_in(line.world.team, message)
    line.sender.run_once()
    assert (line.out(message.id).state, line.wire.lines) == ("accepted", [f"PUT /v1/messages/{message.id}"])
    assert all(line.world.gi.store.parts.has(TEAM, part) for part in row.parts)


def test_a_partner_that_takes_no_bundles_gets_the_parts_apart() -> None:
    line, message = Line(), a_message()
    put_in(line.world.team, message)

    def old(request: Request, response: Response) -> Response:
        bundled = request.headers.get("content-type") == BUNDLE_MEDIA
        return Response(status=415, headers=API) if bundled else response

    line.wire.meddle = old
    line.world.gi.store.parts.drop(TEAM, line.out(message.id).parts[0])
    line.sender.run_once()
    assert line.out(message.id).state == "accepted"


def test_bringing_goes_on_where_it_stopped() -> None:
    line, message = Line(), a_message(attached=[bytes(9_000_000)])
    put_in(line.world.team, message)
    line.wire.meddle = after(4, lost)
    line.sender.run_once()
    line.wire.meddle = after(10_000, lost)
    assert line.try_until(message.id).state == "accepted"
    spans = [one.headers["content-range"] for one in line.wire.asked if one.headers.get("content-range")]
    assert len(set(spans)) == len(spans)


def test_bringing_takes_so_long_that_the_lease_is_written_anew() -> None:
    line, message = Line(), a_message(attached=[bytes(9_000_000)])
    put_in(line.world.team, message)

    def slowly(request: Request, response: Response) -> Response:
        line.world.clock.now += 30_000 * (request.method == "PUT" and "parts" in request.path)
        return response

    line.wire.meddle = slowly
    line.sender.run_once()
    assert line.out(message.id).state == "accepted"


def test_a_partner_that_wants_the_same_piece_for_ever_is_a_failure_of_the_road() -> None:
    line, message = Line(), a_message(attached=[bytes(300_000)])
    put_in(line.world.team, message)

    def stuck(request: Request, response: Response) -> Response:
        return replace(response, headers={**API, "upload-offset": "0"}) if "parts" in request.path else response

    line.wire.meddle = stuck
    line.sender.run_once()
    assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "X_OFFSET")


def test_a_directory_that_is_too_old_does_not_say_that_a_partner_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_about: object) -> None:
        raise DirectoryError("E_DIR_STALE")

    line, message = Line(), a_message()
    put_in(line.world.team, message)
    monkeypatch.setattr(type(line.world.team.directory), "document", stale)
    for _ in range(3):
        Sender(line.world.team, HttpRoad(line.world.team, line.wire)).run_once()
        line.world.clock.now += 60_000
    assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "E_DIR_STALE")


def after(count: int, meddle: Callable[[Request, Response], Response]) -> Callable[[Request, Response], Response]:
    """Meddle with every answer after the first so many."""
    seen = [0]

    def meddling(request: Request, response: Response) -> Response:
        seen[0] += 1
        return meddle(request, response) if seen[0] > count else response

    return meddling


class TestT9AnswersThatGetLost:
    """Whatever part of the answers gets lost, each message arrives once and is accepted in the end."""

    @pytest.mark.parametrize("seed", range(scaled(quick=5, ci=40, long=400)))
    def test_half_of_the_answers(self, seed: int) -> None:
        chance, line = random.Random(seed), Line()  # noqa: S311  # the same in every run
        messages = [a_message() for _ in range(3)]
        for message in messages:
            put_in(line.world.team, message)
        line.wire.meddle = lambda request, response: response if chance.random() < 0.5 else lost(request, response)
        assert {line.try_until(message.id, most=200).state for message in messages} == {"accepted"}
        assert sorted(line.arrived()) == sorted(message.id for message in messages)


def forged(change: Callable[[Custody], Custody], by: str = GI) -> Callable[[Request, Response], Response]:
    """Answer with a statement that is signed well but says something else."""

    def meddle(request: Request, _response: Response) -> Response:
        held = Custody(
            message_id=request.path.rpartition("/")[2],
            envelope=_row(request).envelope,
            parts=_row(request).parts,
            by=by,
            at=int(AT.timestamp()),
            window_days=30,
            epoch="11111111-1111-4111-8111-111111111111",
            chain=bytes(32),
        )
        return Response(status=201, headers=API, body=sign_statement(change(held), at_any_time(by)))

    return meddle


def at_any_time(org: str) -> KeyPairSigner:
    """Return who signs with the keys of an organisation, whether they may at that moment or not."""
    ed, ml = (key.private for key in party(org).identity.keys if key.use == "sig")
    return KeyPairSigner(org=org, pair=(ed, ml))  # type: ignore[arg-type]  # made just now: they are all there


def _row(request: Request) -> Outgoing:
    return _ROWS[request.path.rpartition("/")[2]]


_ROWS: dict[str, Outgoing] = {}
OTHER = "22222222-2222-4222-8222-222222222222"


def answered(status: int, body: bytes = b"", **headers: str) -> Callable[[Request, Response], Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request, _response: Response(status=status, headers=named, body=body)


def cut(_request: Request, response: Response) -> Response:
    return replace(response, body=response.body[:-1], complete=False)


NO_PROOF: dict[str, Callable[[Request, Response], Response]] = {
    "for another id": forged(lambda held: replace(held, message_id=OTHER)),
    "for other bytes": forged(lambda held: replace(held, envelope=bytes(32))),
    "for other parts": forged(lambda held: replace(held, parts=())),
    "of another partner": forged(lambda held: held, by=SCHOOL),
    "cut off": cut,
    "a word of our own": forged(lambda held: held, by=TEAM),
    "a login page": lambda _request, _response: PORTAL,
    "no body": answered(201),
    "an empty object": answered(200, b"{}"),
    "no content": answered(204, b"", api_version="1.0.0"),
    "parts that are not ours": answered(202, b'{"missing":["' + b"A" * 43 + b'"]}'),
    "no list of parts": answered(202, b"{}"),
    "another way": answered(302, b"", location="https://example.org/"),
}


class TestT10T27NothingButProofIsProof:
    """No answer without a valid statement for exactly these bytes by exactly this partner makes a message accepted."""

    @pytest.mark.parametrize("kind", NO_PROOF)
    def test_it_waits_and_then_a_person_must_look(self, kind: str) -> None:
        line, message = Line(), a_message()
        _ROWS[message.id] = put_in(line.world.team, message)
        line.world.bring(message)
        line.wire.meddle = NO_PROOF[kind]
        line.sender.run_once()
        assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "X_NO_PROOF")
        assert line.try_until(message.id).state == "attention"

    def test_the_control_is_accepted(self) -> None:
        line, message = Line(), a_message()
        _ROWS[message.id] = put_in(line.world.team, message)
        line.wire.meddle = forged(lambda held: held)
        line.sender.run_once()
        assert line.out(message.id).state == "accepted"

    def test_one_that_is_dated_in_the_future_is_asked_for_again_until_it_is_not(self) -> None:
        line, message = Line(), a_message()
        _ROWS[message.id] = put_in(line.world.team, message)
        line.wire.meddle = forged(lambda held: replace(held, at=START // 1000 + 3600))
        line.sender.run_once()
        assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "E_NOT_YET")
        line.world.clock.now = START + 3_600_000
        assert line.try_until(message.id).state == "accepted"

    def test_one_of_another_message_that_is_dated_in_the_future_is_none(self) -> None:
        line, message = Line(), a_message()
        _ROWS[message.id] = put_in(line.world.team, message)
        line.wire.meddle = forged(lambda held: replace(held, at=held.at + 3600, message_id=OTHER))
        line.sender.run_once()
        assert line.out(message.id).problem == "X_NO_PROOF"

    def test_a_key_that_has_passed_proves_nothing(self) -> None:
        line, message = Line(), a_message()
        _ROWS[message.id] = put_in(line.world.team, message)
        line.wire.meddle = forged(lambda held: replace(held, at=held.at - 400 * 86_400))
        line.sender.run_once()
        assert line.out(message.id).problem == "X_NO_PROOF"

    @pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 511, 520, 408, 425, 429])
    def test_a_gateway_that_fails_is_the_road(self, status: int) -> None:
        line, message = Line(answered(status, b"<html>Bad Gateway</html>")), a_message()
        put_in(line.world.team, message)
        line.sender.run_once()
        assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "X_BUSY")

    @pytest.mark.parametrize("status", [404, 410, 421])
    def test_another_address_is_looked_up_once(self, status: int) -> None:
        line, message = Line(answered(status, b"<html>not here</html>")), a_message()
        put_in(line.world.team, message)
        line.sender.run_once()
        assert (line.out(message.id).state, line.out(message.id).problem) == ("waiting", "X_NOT_THERE")
        assert line.try_until(message.id).state == "attention"


class TestT26PartnersThatKnowMore:
    """What is not known changes nothing; an unknown refusal is for a person."""

    @pytest.mark.parametrize("status", [400, 401, 403, 405, 406, 409, 413, 415, 418, 422, 431, 451])
    def test_an_unknown_problem_is_for_a_person(self, status: int) -> None:
        body = json.dumps({"type": "https://example.org/new", "code": "X_NEW", "retryable": True, "more": []}).encode()
        line, message = Line(answered(status, body, **{"api-version": "1.7.0"})), a_message()
        put_in(line.world.team, message)
        line.sender.run_once()
        assert (line.out(message.id).state, line.out(message.id).problem) == ("attention", "X_REJECTED")

    def test_a_list_of_parts_may_have_more_members(self) -> None:
        line, message = Line(), a_message()
        put_in(line.world.team, message)

        def more(_request: Request, response: Response) -> Response:
            if response.status != 202:
                return response
            return replace(response, body=json.dumps({**json.loads(response.body), "new": {"a": 1}}).encode())

        line.wire.meddle = more
        line.sender.run_once()
        assert line.out(message.id).state == "accepted"

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"code":1,"statement":[]}', b"\xff", b"[" * 100_000])
    def test_a_refusal_may_say_nothing(self, body: bytes) -> None:
        line, message = Line(answered(400, body)), a_message()
        put_in(line.world.team, message)
        line.sender.run_once()
        assert line.out(message.id).problem == "X_REJECTED"


class TestUnknownKey:
    """Only a signed no that is about exactly these bytes ends a message for another key."""

    def no(self, envelope: bytes, *, by: str = GI) -> Callable[[Request, Response], Response]:
        def meddle(request: Request, _response: Response) -> Response:
            message_id = request.path.rpartition("/")[2]
            said = no_custody(envelope, message_id=message_id, by=by, at=int(AT.timestamp()), reason="unknown-key")
            statement = sign_statement(said, party(by).identity).decode()
            return Response(status=400, headers=API, body=json.dumps({"statement": statement}).encode())

        return meddle

    def tried(self, *, about: bytes | None = None, by: str = GI) -> Outgoing:
        line, message = Line(), a_message()
        put_in(line.world.team, message)
        line.wire.meddle = self.no(about or message.envelope, by=by)
        line.sender.run_once()
        return line.out(message.id)

    def test_a_good_one_counts(self) -> None:
        assert self.tried().problem == "X_UNKNOWN_KEY"

    def test_another_one_is_a_refusal(self) -> None:
        assert self.tried(by=SCHOOL).problem == "X_REJECTED"
        assert self.tried(about=b"other").problem == "X_REJECTED"

    def test_the_endpoint_gives_one(self) -> None:
        line, message = Line(), a_message(to=SCHOOL)
        put_in(line.world.team, message)
        line.sender.run_once()
        with line.world.team.store.transaction() as tx:
            receipt = tx.receipt("in", GI, message_id=message.id, level=1)
        assert line.out(message.id).problem == "X_UNKNOWN_KEY"
        assert receipt is None or receipt.outcome == "unknown-key"


class TestAsking:
    """A partner is asked what it signed; only its own word that it never saw a message counts as that."""

    def test_custody_that_got_lost_is_fetched(self) -> None:
        line, message = Line(), a_message()
        row = put_in(line.world.team, message)
        line.world.bring(message)
        found = line.road.ask(row, message.envelope)
        assert found is not None
        assert (found.event, found.answers) == (CustodyProved(), ())

    def test_a_message_that_it_never_saw(self) -> None:
        line, message = Line(), a_message()
        assert line.road.ask(put_in(line.world.team, message), message.envelope) is None

    @pytest.mark.parametrize(
        "meddle",
        [answered(404, b"<html>"), answered(200, b"{}"), answered(503), cut],
        ids=["not found", "no proof", "busy", "cut"],
    )
    def test_any_other_answer_says_nothing(self, meddle: Callable[[Request, Response], Response]) -> None:
        line, message = Line(meddle), a_message()
        row = put_in(line.world.team, message)
        line.world.bring(message)
        with pytest.raises(DeliveryError) as failed:
            line.road.ask(row, message.envelope)
        assert failed.value.code == "X_NO_PROOF"


def test_a_partner_without_an_endpoint_is_not_there() -> None:
    line, message = Line(), a_message()
    line.road._endpoints.clear()
    put_in(line.world.team, message)
    line.sender.run_once()
    assert (line.out(message.id).problem, line.wire.asked) == ("X_NOT_THERE", [])


def test_the_endpoint_stands_in_the_document() -> None:
    assert endpoint_of(EVERYBODY, GI, now=START) is None
    assert endpoint_of(directory_of(party(TEAM)), GI, now=START) is None

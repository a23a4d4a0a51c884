# SPDX-License-Identifier: EUPL-1.2
"""Trying an endpoint from outside: ours keeps every rule, and each rule can be broken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.prober import NOBODY
from kgbx.delivery.probing import CANARY, CHECKS, probe
from kgbx.errors import DeliveryError
from tests.delivery.http.live import client_of, close_clients, open_to_tokens, running
from tests.delivery.http.wire import URL, Wire, honest
from tests.delivery.http.world import World

if TYPE_CHECKING:
    from kgbx.delivery.transport import Request, Response
    from tests.delivery.http.wire import Meddle


def broken(meddle: Meddle) -> set[int]:
    """Return the numbers of the rules that an endpoint breaks."""
    world = World()
    found = probe(world.team, Wire(world.endpoint, meddle=meddle), url=URL)
    return {int(one.rule.rpartition("-")[2]) for one in found if not one.kept}


def test_ours_keeps_every_rule() -> None:
    assert broken(honest) == set()


def test_ours_keeps_every_rule_over_a_real_socket() -> None:
    world = World()
    with running(open_to_tokens(world)) as live:
        found = probe(world.team, client_of(), url=live.url)
        close_clients()
    assert [(one.rule, one.detail) for one in found if not one.kept] == []


def test_nothing_is_left_behind() -> None:
    world = World()
    probe(world.team, Wire(world.endpoint), url=URL)
    with world.gi.store.transaction() as tx:
        assert (tx.list_in(), tx.audit_rows(), tx.alerts()) == ((), (), ())


def to(path: str, /, **changes: object) -> Meddle:
    """Change the answers to what is asked under an address."""

    def meddle(request: Request, response: Response) -> Response:
        return replace(response, **changes) if path in request.path else response  # type: ignore[arg-type]  # any

    return meddle


def where(seen: int, /, **changes: object) -> Meddle:
    """Change the answers with a status."""
    return lambda _request, response: replace(response, **changes) if response.status == seen else response  # type: ignore[arg-type]


def echoing(request: Request, response: Response) -> Response:
    return replace(response, body=response.body + request.path.encode())


def refusing(_request: Request, _response: Response) -> Response:
    raise DeliveryError("X_TIMEOUT", retryable=True)


def put(path: str, /, **changes: object) -> Meddle:
    """Change the answers to what is put at exactly one address."""

    def meddle(request: Request, response: Response) -> Response:
        return replace(response, **changes) if (request.method, request.path) == ("PUT", path) else response  # type: ignore[arg-type]  # any

    return meddle


LAME: dict[str, tuple[Meddle, set[int]]] = {
    "another health": (to("live", status=200), {1, 15, 16}),
    "no version": (to("live", headers={}), {1, 15, 16}),
    "a page for ready": (to("ready", status=200, body=b"<html>"), {2}),
    "a short window": (to("capabilities", body=b'{"org":"x","dedupe_days":1,"limits":{}}'), {3, 4, 6}),
    "no document": (to("keys", body=b"{}"), {4}),
    "no description": (to("openapi", body=b"{}"), {5}),
    "a redirect": (where(404, status=301), {6, 11, 12, 14}),
    "405 without methods": (where(405, headers={"content-type": "application/problem+json"}), {7}),
    "422": (where(400, status=422, body=json.dumps({"status": 422}).encode()), {8, 13}),
    "a short id": (put("/v1/messages/1", status=404), {8}),
    "an id in capitals": (put(f"/v1/messages/{NOBODY.upper()[:-1]}X", status=404), {8}),
    "any media": (where(415, status=201), {9}),
    "custody for nothing": (where(400, status=201), {8, 13}),
    "a problem in HTML": (where(404, headers={"content-type": "text/html"}), {6, 11, 12, 14}),
    "all is swallowed": (where(413, status=200), {15}),
    "long headers are read": (where(431, status=404), {16}),
    "no offset": (to("parts", headers={}), {17, 18}),
    "no mailbox": (to("mailbox", status=404), {19}),
    "no lanes": (to("lanes", body=b"{}"), {20}),
}


@pytest.mark.parametrize("name", LAME)
def test_each_rule_can_be_broken(name: str) -> None:
    meddle, rules = LAME[name]
    assert broken(meddle) == rules


def test_what_is_told_back_is_seen() -> None:
    assert 10 in broken(echoing)
    assert CANARY.lower() == CANARY


def test_no_rule_is_unbroken() -> None:
    seen = set().union(*(rules for _, rules in LAME.values())) | {10}
    assert seen == {int(check.rule.rpartition("-")[2]) for check in CHECKS}


def test_a_road_that_fails_keeps_nothing_and_says_why() -> None:
    world = World()
    found = probe(world.team, Wire(world.endpoint, meddle=refusing), url=URL)
    assert {(one.kept, one.detail) for one in found} == {(False, "X_TIMEOUT")}


def test_numbers_of_rules_are_used_once() -> None:
    assert len({check.rule for check in CHECKS}) == len(CHECKS)

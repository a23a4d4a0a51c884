# SPDX-License-Identifier: EUPL-1.2
"""The description of the interface is valid, is what the tables say, and is what the endpoint does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kgbx.delivery.describing import description
from kgbx.delivery.problems import PROBLEMS
from kgbx.delivery.protocol import BUNDLE_MEDIA
from kgbx.delivery.routes import ROUTES
from kgbx.delivery.serving import HANDLERS, TAKE
from kgbx.messages import MESSAGES
from tests.delivery.http.world import World, scope_of
from tests.effort import scaled
from tests.parties import TEAM
from tools import generate_openapi

if TYPE_CHECKING:
    from kgbx.delivery.asgi import Receive, Send
    from kgbx.delivery.hops import Scope

DOCUMENT: dict[str, Any] = json.loads(description())


def everything(value: object) -> list[object]:
    """Return a value and all that is in it."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(found for one in inside for found in everything(one))]


def test_it_is_a_valid_openapi_document() -> None:
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_it_is_what_the_generator_makes() -> None:
    assert generate_openapi.main(["--check"]) == 0


def test_every_route_is_described_and_done_and_the_reverse() -> None:
    described = {
        (method.upper(), path, one["operationId"])
        for path, methods in DOCUMENT["paths"].items()
        for method, one in methods.items()
    }
    assert described == {(route.method, route.path, route.name) for route in ROUTES}
    assert {route.name for route in ROUTES} == {*HANDLERS, TAKE}


def test_every_problem_is_described_and_has_a_sentence_and_the_reverse() -> None:
    told = {one for one in everything(DOCUMENT["components"]["responses"]) if isinstance(one, str)}
    assert {row.type for row in PROBLEMS.values()} <= told
    assert {one for one in told if one.startswith("X_")} == set(PROBLEMS)
    assert set(PROBLEMS) <= set(MESSAGES)


def test_nothing_personal_is_asked_for() -> None:
    names = {one["name"] for path in DOCUMENT["paths"].values() for op in path.values() for one in op["parameters"]}
    known = {"id", "sha256", "lane", "level", "after", "max", "Kgbx-Parts", "Kgbx-Lane", "Kgbx-Urgency"}
    assert names == known | {"Content-Range", "Range"}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve with a fresh world, as a partner that was identified."""
    if scope["type"] == "http":
        await _WORLD.endpoint({**scope, "state": scope_of("GET", "/")["state"]}, receive, send)
        return
    await _WORLD.endpoint(scope, receive, send)


schemathesis.serializer.alias(BUNDLE_MEDIA, "application/octet-stream")
_WORLD = World()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = application


@SCHEMA.parametrize()
@settings(
    max_examples=scaled(quick=6, ci=60, long=1000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_endpoint_does_what_is_described(case: schemathesis.Case[Any]) -> None:
    """All but one check: no schema can say what a sealed envelope is, so what fits a schema may be refused."""
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


def test_nothing_of_it_was_taken() -> None:
    with _WORLD.gi.store.transaction() as tx:
        assert tx.list_in(peer=TEAM) == ()


@pytest.mark.parametrize("row", PROBLEMS.values(), ids=lambda row: row.code)
def test_a_problem_that_may_pass_says_when(row: Any) -> None:  # noqa: ANN401  # a row
    assert (row.retry_after is not None) == (row.status in (408, 429, 503) or row.code in ("X_DIGEST", "X_OFFSET"))

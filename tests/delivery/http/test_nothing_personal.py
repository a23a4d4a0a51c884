# SPDX-License-Identifier: EUPL-1.2
"""Nothing personal in an address, a header, an answer, a log or an error: a name is planted wherever one can be."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, by_certificate
from kgbx.delivery.protocol import BUNDLE_MEDIA, PART_MEDIA
from kgbx.delivery.routes import ROUTES
from kgbx.delivery.transport import Response
from tests.canary import BSN, NAME, smells
from tests.delivery.http.wire import Line
from tests.delivery.http.world import SIGNED, World, a_message, put_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.transport import Request

ID = "00000000-0000-4000-8000-000000000000"
VALUES = {"id": ID, "sha256": "A" * 43, "lane": "lane-1", "level": "2"}


def path_of(template: str, **other: str) -> str:
    return template.format(**VALUES | other)


def planted() -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    """Yield requests with a name in every place of every route."""
    for route in ROUTES:
        media = {"content-type": route.media[0]} if route.media else {}
        for name in (one for one in VALUES if f"{{{one}}}" in route.path):
            yield route.method, path_of(route.path, **{name: NAME}), b"", media
        yield route.method, path_of(route.path) + f"?{NAME}={BSN}", b"", media
        yield route.method, path_of(route.path), NAME.encode(), media
        yield route.method, path_of(route.path), b'{"' + NAME.encode() + b'":' + BSN.encode() + b"}", media
        for header in ("kgbx-parts", "kgbx-lane", "kgbx-urgency", "content-range", "range", "content-type", "x-any"):
            yield route.method, path_of(route.path), b"{}", media | {header: f"{NAME};{BSN}"}
    yield NAME, f"/v1/{NAME}/{BSN}", NAME.encode(), {NAME: BSN}


def test_no_answer_and_no_log_repeats_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world, count = World(), 0
    for method, path, body, headers in planted():
        said = world.ask(method, path, body, headers=headers)
        assert not smells(said.body.decode("latin-1") + str(said.headers))
        count += 1
    assert count > 150
    assert not smells(caplog.text)


def test_the_control_is_smelled() -> None:
    assert smells(f"message/{NAME}")


def test_no_request_holds_anything_of_a_message() -> None:
    line = Line()
    body = f'{{"name":"{NAME}","bsn":"{BSN}"}}'.encode()
    message = a_message(body, attached=[NAME.encode() * 100_000])
    put_in(line.world.team, message, lane="lane-1", number=1)
    line.sender.run_once()
    assert line.out(message.id).state == "accepted"
    for request in line.wire.asked:
        assert not smells(f"{request!r} {request.path} {request.headers}")
        assert not smells((request.body if isinstance(request.body, bytes) else b"").decode("latin-1"))


def test_no_value_of_ours_shows_in_a_repr() -> None:
    values = (
        Response(status=200, headers={NAME: BSN}, body=NAME.encode()),
        Endpoint(World().gi, by_certificate(PROFILES["mtls"])),
    )
    assert not any(smells(repr(value)) for value in values)


def test_an_answer_of_a_stranger_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def meddle(_request: Request, _response: Response) -> Response:
        return Response(status=400, headers={"location": NAME}, body=f'{{"code":"{NAME}","detail":"{BSN}"}}'.encode())

    line, message = Line(meddle), a_message()
    put_in(line.world.team, message)
    line.sender.run_once()
    assert line.out(message.id).problem == "X_REJECTED"
    assert not smells(caplog.text + repr(line.out(message.id)))


@pytest.mark.parametrize("media", [SIGNED, BUNDLE_MEDIA, PART_MEDIA])
def test_media_types_say_nothing_of_what_is_inside(media: str) -> None:
    assert media.startswith("application/")
    assert "family" not in media

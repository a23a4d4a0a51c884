# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/serve-delivery.md: its recipes run, in FastAPI, in Django, and behind uvicorn as it is."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from django.conf import settings  # type: ignore[import-untyped]  # publishes no types

from kgbx.delivery.hops import PROFILES
from kgbx.envelope.encoding import b64
from kgbx.envelope.identity import save
from kgbx.limits import HEADER_SECONDS, MAX_CONNECTIONS, MAX_PEER_RATE, MAX_PEER_REQUESTS, MAX_REQUESTS
from tests.delivery.http.world import SIGNED, Said, a_message, ask, give_parts, oin, parts_of, scope_of
from tests.parties import GI, SCHOOL, TEAM, directory_file, party, trust_file

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "howto" / "serve-delivery.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SECRET = "a secret that only the proxy and the application have"
IDENTIFIED = {"kgbx-client-oin": oin(TEAM), "kgbx-proxy-secret": SECRET}

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="made up", USE_TZ=True)
urlpatterns: list[object] = []


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Run the block that all recipes share, in a folder with keys and directory."""
    everybody = party(TEAM), party(GI), party(SCHOOL)
    save(party(GI).identity, tmp_path / "keys", passphrase=None)
    (tmp_path / "directory.json").write_bytes(directory_file(*(one.document for one in everybody)))
    (tmp_path / "trust.json").write_bytes(trust_file(*everybody))
    (tmp_path / "proxy.secret").write_text(SECRET + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    module = ModuleType("delivery")
    monkeypatch.setitem(sys.modules, "delivery", module)
    exec(BLOCKS[0], module.__dict__)  # noqa: S102  # the page is ours
    yield module
    module.endpoint.close()
    module.node.store.close()


def app_of(block: str) -> Any:  # noqa: ANN401  # an application
    found: dict[str, Any] = {}
    exec(block, found)  # noqa: S102  # the page is ours
    return found["app"]


def get(app: Any, path: str, **headers: str) -> Said:  # noqa: ANN401
    scope = scope_of("GET", path, by=None, headers=headers)
    return asyncio.run(ask(app, scope, [b""]))


def offer(app: Any, shared: ModuleType) -> int:  # noqa: ANN401
    """Offer a message as a proxy would, and return the status."""
    message = a_message()
    give_parts(shared.node, message)
    headers = {"content-type": SIGNED, "kgbx-parts": ", ".join(b64(part) for part in parts_of(message))} | IDENTIFIED
    scope = scope_of("PUT", f"/kgbx/v1/messages/{message.id}", by=None, headers=headers)
    return asyncio.run(ask(app, scope, [message.envelope])).status


@pytest.mark.parametrize("recipe", [1, 2], ids=["FastAPI", "Django"])
def test_a_message_is_taken_under_a_prefix(shared: ModuleType, recipe: int) -> None:
    app = app_of(BLOCKS[recipe])
    assert get(app, "/kgbx/v1/health/live").status == 204
    assert get(app, "/kgbx/v1/capabilities").json["org"] == GI
    assert offer(app, shared) == 201


@pytest.mark.parametrize("recipe", [1, 2], ids=["FastAPI", "Django"])
def test_what_is_not_of_the_endpoint_is_of_the_site(shared: ModuleType, recipe: int) -> None:  # noqa: ARG001
    assert "api-version" not in get(app_of(BLOCKS[recipe]), "/v1/health/live").headers


def test_behind_uvicorn_as_it_is(shared: ModuleType) -> None:  # noqa: ARG001
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app_of(BLOCKS[1]), log_config=None, proxy_headers=False))
        thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listening]),))
        thread.start()
        with closing(
            httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False)
        ) as client:
            alive = client.get("/kgbx/v1/health/live")
            empty = client.get("/kgbx/v1/mailbox", headers=IDENTIFIED)
        server.should_exit = True
        thread.join(30)
    assert (alive.status_code, empty.json()) == (204, {"messages": []})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"kgbx-client-oin": oin(TEAM)},
        {"kgbx-client-oin": oin(TEAM), "kgbx-proxy-secret": SECRET + "x"},
        {"kgbx-client-oin": oin(TEAM) + "0", "kgbx-proxy-secret": SECRET},
    ],
)
def test_who_the_proxy_did_not_vouch_for_is_nobody(shared: ModuleType, headers: dict[str, str]) -> None:
    assert asyncio.run(ask(shared.endpoint, scope_of("GET", "/v1/mailbox", by=None, headers=headers), [])).status == 401


def test_the_page_tells_the_limits_that_hold() -> None:
    for figure in (f"{HEADER_SECONDS} s; {MAX_CONNECTIONS:,}", f"{MAX_REQUESTS} requests, {MAX_PEER_REQUESTS} of one"):
        assert figure in PAGE
    assert f"{MAX_PEER_RATE} a second" in PAGE
    assert PROFILES["mtls"].attribute in PAGE

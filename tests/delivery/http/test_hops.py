# SPDX-License-Identifier: EUPL-1.2
"""Who brings a request: nobody, unless exactly one organisation was proved."""

from __future__ import annotations

from typing import Any

import pytest

from kgbx.delivery.hops import PROFILES, by_certificate, by_proxy, by_token, is_local, org_of_subject
from tests.delivery.http.live import DIGESTS, TOKENS
from tests.delivery.http.world import oin, scope_of, subject_of
from tests.parties import SCHOOL, TEAM

SECRET = "0123456789abcdef0123456789abcdef"
NAME = "serialNumber"


def scope(client: object = ("127.0.0.1", 1), server: object = ("127.0.0.1", 443), **headers: str) -> Any:  # noqa: ANN401
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {**scope_of("GET", "/v1/mailbox", by=None, headers=named), "client": client, "server": server}


def test_the_oin_of_a_certificate() -> None:
    assert by_certificate(PROFILES["mtls"])(scope_of("GET", "/", by=TEAM)) == TEAM


@pytest.mark.parametrize(
    "subject",
    [
        None,
        (),
        "serialNumber=00000099000000001000",
        (((NAME, oin(TEAM)),), ((NAME, oin(SCHOOL)),)),
        (((NAME, oin(TEAM)),), ((NAME, oin(TEAM)),)),
        (((NAME, oin(TEAM) + "\n"),),),
        (((NAME, oin(TEAM)[:-1]),),),
        (((NAME, "\u0660" * 20),),),
        ((("commonName", oin(TEAM)),),),
    ],
)
def test_any_other_subject_is_nobody(subject: object) -> None:
    assert org_of_subject(subject, NAME) is None


def test_two_names_in_one_place_of_a_subject() -> None:
    assert org_of_subject(((("commonName", "x"), (NAME, oin(TEAM))),), NAME) == TEAM


def test_a_server_that_tells_no_subject_lets_nobody_in() -> None:
    bare = scope_of("GET", "/", by=None)
    identify = by_certificate(PROFILES["mtls"])
    assert [identify(bare), identify({**bare, "state": None}), identify({"type": "http"})] == [None] * 3


def test_no_header_makes_a_subject() -> None:
    named = scope(kgbx_subject=str(subject_of(TEAM)), kgbx_client_oin=oin(TEAM))
    assert by_certificate(PROFILES["mtls"])(named) is None


class TestProxy:
    """A header counts from this machine only, and beside the secret only."""

    GOOD = {"kgbx_client_oin": oin(TEAM), "kgbx_proxy_secret": SECRET}  # noqa: RUF012  # never changed

    @pytest.mark.parametrize("client", [("127.0.0.1", 1), ("::1", 1), ("127.9.9.9", 1)])
    def test_from_this_machine(self, client: object) -> None:
        assert by_proxy(SECRET)(scope(client, **self.GOOD)) == TEAM

    def test_over_a_unix_socket(self) -> None:
        assert by_proxy(SECRET)(scope(None, ("/run/kgbx/app.sock", None), **self.GOOD)) == TEAM

    @pytest.mark.parametrize("client", [("192.0.2.1", 1), ("::ffff:192.0.2.1", 1), None, ("", 0), ("localhost", 1), ()])
    def test_from_elsewhere_or_nobody_knows_where(self, client: object) -> None:
        assert by_proxy(SECRET)(scope(client, **self.GOOD)) is None
        assert not is_local(scope(client))

    @pytest.mark.parametrize("secret", ["", SECRET[:-1], SECRET + " ", SECRET.upper()])
    def test_with_another_secret(self, secret: str) -> None:
        assert by_proxy(SECRET)(scope(**self.GOOD | {"kgbx_proxy_secret": secret})) is None

    def test_a_header_that_comes_twice(self) -> None:
        twice = scope(**self.GOOD)
        twice["headers"].append((b"Kgbx-Client-OIN", oin(SCHOOL).encode()))
        assert by_proxy(SECRET)(twice) is None

    @pytest.mark.parametrize("said", ["", oin(TEAM) + "0", TEAM, "0" * 19 + "x", oin(TEAM) + "\n"])
    def test_what_is_no_oin(self, said: str) -> None:
        assert by_proxy(SECRET)(scope(**self.GOOD | {"kgbx_client_oin": said})) is None

    def test_a_short_secret_is_none(self) -> None:
        with pytest.raises(ValueError, match="32 characters"):
            by_proxy("short")


class TestToken:
    """A token is for one machine, and says who brings it."""

    def test_of_a_partner(self) -> None:
        assert by_token(DIGESTS)(scope(authorization=f"Bearer {TOKENS[TEAM]}")) == TEAM

    @pytest.mark.parametrize("said", ["", "Bearer ", f"bearer {TOKENS[TEAM]}", TOKENS[TEAM], f"Bearer {TOKENS[TEAM]} "])
    def test_any_other(self, said: str) -> None:
        assert by_token(DIGESTS)(scope(authorization=said)) is None

    def test_from_elsewhere(self) -> None:
        assert by_token(DIGESTS)(scope(("192.0.2.1", 1), authorization=f"Bearer {TOKENS[TEAM]}")) is None

    def test_of_two_organisations_is_of_none(self) -> None:
        both = by_token({TEAM: DIGESTS[TEAM], SCHOOL: DIGESTS[TEAM]})
        assert both(scope(authorization=f"Bearer {TOKENS[TEAM]}")) is None

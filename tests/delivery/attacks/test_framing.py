# SPDX-License-Identifier: EUPL-1.2
"""Where a request ends: whoever can make two servers disagree about it speaks with the voice of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.delivery.attacks.sockets import NEXT, get, put, said, statuses
from tests.delivery.http.live import open_to_tokens, running
from tests.delivery.http.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.delivery.http.live import Live

CHUNKED = b"2\r\n{}\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with running(open_to_tokens(World())) as server:
        yield server


@pytest.mark.parametrize(
    "spoken",
    [
        put("content-length: 2", "transfer-encoding: chunked", body=CHUNKED + NEXT),
        put("transfer-encoding: chunked", "content-length: 2", body=CHUNKED + NEXT),
        put("transfer-encoding: chunked", body=CHUNKED + NEXT, version="1.0"),
    ],
    ids=["both lengths", "both lengths, the other way round", "pieces in HTTP/1.0"],
)
def test_a_request_whose_end_others_may_see_elsewhere_is_refused_and_nothing_behind_it_is_heard(
    live: Live, spoken: bytes
) -> None:
    answer = said(live, spoken)
    assert statuses(answer) == [400]
    assert b"E_MEMBERS" not in answer, "its body was looked at"


@pytest.mark.parametrize(
    "spoken",
    [
        put("content-length: 2", "content-length: 3", body=b"{}" + NEXT),
        put("content-length: +2", body=b"{}" + NEXT),
        put("content-length: -2", body=b"{}" + NEXT),
        put("content-length: 2 2", body=b"{}" + NEXT),
        put("content-length: 0x2", body=b"{}" + NEXT),
        put("transfer-encoding: xchunked", body=CHUNKED + NEXT),
        put("transfer-encoding: gzip, chunked", body=CHUNKED + NEXT),
        put("transfer-encoding: chunked", "transfer-encoding: identity", body=CHUNKED + NEXT),
        put("transfer-encoding : chunked", body=CHUNKED + NEXT),
        put("transfer-encoding: chunked", body=b"2\r\n{}XX0\r\n\r\n" + NEXT),
        put("transfer-encoding: chunked", body=b"-2\r\n{}\r\n0\r\n\r\n" + NEXT),
        put("transfer-encoding: chunked", body=b"2\n{}\r\r\n0\r\n\r\n" + NEXT),
        put("x: a\rcontent-length: 2", body=b"{}" + NEXT),
        put("x: a\x00", "content-length: 2", body=b"{}" + NEXT),
    ],
)
def test_what_is_no_http_is_refused_and_nothing_behind_it_is_heard(live: Live, spoken: bytes) -> None:
    assert statuses(said(live, spoken)) == [400]


def test_a_body_where_none_belongs_ends_the_connection(live: Live) -> None:
    spoken = get("/v1/health/live", f"content-length: {len(NEXT)}") + NEXT
    assert statuses(said(live, spoken)) == [204]


def test_a_folded_header_hides_no_length(live: Live) -> None:
    spoken = put("x: a", " content-length: 99", "content-length: 2", "connection: close", body=b"{}")
    assert statuses(said(live, spoken)) == [400]


@pytest.mark.parametrize(
    "line",
    [
        "GET //v1/health/live",
        "GET /v1/mailbox/../health/live",
        "GET /v1/x/%2e%2e/health/live",
        "GET /v1/health/live%00",
        "GET http://example.org/v1/health/live",
        "OPTIONS *",
        "CONNECT 169.254.169.254:80",
    ],
)
def test_an_address_has_one_spelling(live: Live, line: str) -> None:
    spoken = f"{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode()
    assert statuses(said(live, spoken)) == [404]


@pytest.mark.parametrize("path", ["/v1%2fhealth%2flive", "/v1/%68ealth/live"])
def test_an_address_needs_no_percent_sign(live: Live, path: str) -> None:
    spoken = get(path, "connection: close")
    assert statuses(said(live, spoken)) == [404]


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "POST", "DELETE", "PATCH"])
def test_another_method_tells_nothing_back(live: Live, method: str) -> None:
    spoken = f"{method} /v1/health/live HTTP/1.1\r\nhost: localhost\r\nx-canary: 61\r\nconnection: close\r\n\r\n"
    answer = said(live, spoken.encode())
    assert (statuses(answer), b"canary" in answer) == ([405], False)

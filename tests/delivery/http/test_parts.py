# SPDX-License-Identifier: EUPL-1.2
"""Bringing encrypted parts in pieces."""

from __future__ import annotations

from hashlib import sha256

import pytest

from kgbx.delivery.store.memory import MemoryStore
from kgbx.envelope.encoding import b64
from tests.delivery.http.world import PLAIN, Said, World, a_message
from tests.effort import scaled
from tests.parties import SCHOOL

DATA = bytes(range(256)) * 40
NAME = b64(sha256(DATA).digest())
ADDRESS = f"/v1/parts/{NAME}"


def put(
    world: World, start: int, end: int, *, data: bytes = DATA, size: int = len(DATA), length: int | None = None
) -> Said:
    more = {} if length is None else {"content-length": str(length)}
    span = f"bytes {start}-{end - 1}/{size}"
    headers = {"content-type": PLAIN, "content-range": span} | more
    return world.ask("PUT", ADDRESS, data[start:end], headers=headers)


def reached(world: World, **by: str) -> str:
    return world.ask("HEAD", ADDRESS, **by).headers["upload-offset"]  # type: ignore[arg-type]  # who asks


def test_a_part_never_heard_of_stands_at_nothing() -> None:
    said = World().ask("HEAD", ADDRESS)
    assert (said.status, said.headers["upload-offset"], said.body) == (200, "0", b"")
    assert "upload-length" not in said.headers


def test_a_whole_part_in_one_piece() -> None:
    world = World()
    assert (put(world, 0, len(DATA)).status, reached(world)) == (204, str(len(DATA)))


class TestT25CutAtEveryBorder:
    """A part that is cut anywhere goes on from where it is; nothing is complete before it is right."""

    @pytest.mark.parametrize("cut", range(1, len(DATA), scaled(quick=2003, ci=499, long=97)))
    def test_it_goes_on_from_where_it_is(self, cut: int) -> None:
        world = World()
        put(world, 0, cut)
        assert (reached(world), put(world, cut, len(DATA)).status) == (str(cut), 204)
        assert world.gi.store.parts.has(world.team.org, sha256(DATA).digest())

    @pytest.mark.parametrize(("start", "end"), [(10, 20), (0, 5), (4, 9)])
    def test_another_place_is_told_where_it_stands(self, start: int, end: int) -> None:
        world = World()
        put(world, 0, 5)
        said = put(world, start, end)
        assert (said.status, said.code, said.headers["upload-offset"]) == (409, "X_OFFSET", "5")

    def test_another_size_than_before_is_refused(self) -> None:
        world = World()
        put(world, 0, 5)
        assert put(world, 5, 10, size=len(DATA) + 1).code == "X_OFFSET"

    def test_a_wrong_digest_drops_all_of_it(self) -> None:
        world = World()
        said = put(world, 0, len(DATA), data=DATA[:-1] + b"x")
        assert (said.status, said.code, said.json["retryable"], reached(world)) == (400, "X_DIGEST", True, "0")

    def test_a_lie_about_the_length_is_refused(self) -> None:
        assert put(World(), 0, 50, length=49).code == "X_MALFORMED"

    def test_no_custody_before_it_is_complete(self) -> None:
        world, message = World(), a_message(attached=[b"scan"])
        first = message.parts[0].read()
        name = b64(sha256(first).digest())
        headers = {"content-type": PLAIN, "content-range": f"bytes 0-99/{len(first)}"}
        world.ask("PUT", f"/v1/parts/{name}", first[:100], headers=headers)
        assert name in world.offer(message).json["missing"]


@pytest.mark.parametrize("span", ["", "bytes 5-4/10", "bytes 0-10/10", "bytes */10", "bytes 0-9/*", "items 0-1/2"])
def test_a_piece_says_which_bytes_it_is(span: str) -> None:
    headers = {"content-type": PLAIN} | ({"content-range": span} if span else {})
    assert World().ask("PUT", ADDRESS, b"x" * 10, headers=headers).code == "X_MALFORMED"


@pytest.mark.parametrize("name", [NAME[:-1], NAME + "A", NAME[:-1] + "_", "../" + NAME])
def test_a_name_has_one_spelling(name: str) -> None:
    assert World().ask("HEAD", f"/v1/parts/{name}").status in (400, 404)


def test_another_partner_does_not_see_it() -> None:
    world = World()
    put(world, 0, 5)
    assert reached(world, by=SCHOOL) == "0"


def test_a_part_that_will_not_fit_is_refused_at_its_first_piece() -> None:
    store = MemoryStore()
    store._room = 512 * 1024 * 1024 + len(DATA) - 1
    assert put(World(store=store), 0, 10).code == "X_DISK"


def test_a_part_that_is_larger_than_any_is_refused() -> None:
    assert put(World(), 0, 10, size=99_999_999_999).code == "X_TOO_LARGE"

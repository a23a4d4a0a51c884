# SPDX-License-Identifier: EUPL-1.2
"""Both implementations give the same verdict on a bundle of which a record or an encrypted part was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from kgbx.limits import MIB
from tests.effort import EFFORT
from tests.envelope.makers import OTHER
from tests.interop.javascript import TAKES_LONGER
from tests.peer.faults import chosen
from tests.peer.process import ACCEPTED, outcome

if TYPE_CHECKING:
    from pathlib import Path

    from tests.peer.world import World

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

Record = tuple[bytes, bytes]

MAGIC: Final = bytes.fromhex("894b474258310d0a")
SEALED_CHUNK: Final = 16_384 + 16
HEAD: Final = 56


@pytest.fixture(scope="module")
def good(world: World) -> bytes:
    return world.sealed(OTHER.org, attachments=[b"x" * 40_000, b""]).to_bytes()


def records(bundle: bytes) -> list[Record]:
    found, at = [], len(MAGIC)
    while at < len(bundle):
        end = at + 12 + int.from_bytes(bundle[at + 4 : at + 12], "big")
        found.append((bundle[at : at + 4], bundle[at + 12 : end]))
        at = end
    return found


def bundle_of(rows: list[Record]) -> bytes:
    return MAGIC + b"".join(tag + len(data).to_bytes(8, "big") + data for tag, data in rows)


class Compared:
    """Verdicts of both on bundles, by name."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.path = folder / "bundle"
        self.found: dict[str, tuple[str, str]] = {}

    def add(self, name: str, bundle: bytes) -> None:
        self.path.write_bytes(bundle)
        theirs = outcome(self.world.theirs(self.path, org=OTHER.org))
        self.found[name] = (self.world.our_code(self.path, opener=OTHER), theirs)

    @property
    def disagreements(self) -> dict[str, tuple[str, str]]:
        return {name: codes for name, codes in self.found.items() if codes[0] != codes[1]}

    @property
    def codes(self) -> set[str]:
        return {code for codes in self.found.values() for code in codes}


@pytest.fixture
def compared(world: World, tmp_path: Path) -> Compared:
    return Compared(world, tmp_path)


def test_records(compared: Compared, good: bytes) -> None:
    envelope, first, second, third = records(good)
    rows: dict[str, list[Record]] = {
        "as sealed": [envelope, first, second, third],
        "no envelope": [first, second, third],
        "envelope last": [first, second, third, envelope],
        "two envelopes": [envelope, envelope, first, second, third],
        "parts in another order": [envelope, second, first, third],
        "a part less": [envelope, first, second],
        "a part more": [envelope, first, second, third, third],
        "no parts": [envelope],
        "nothing": [],
        "256 parts": [envelope, *[first] * 256],
        "257 parts": [envelope, *[first] * 257],
        "another tag": [envelope, (b"part", first[1]), second, third],
        "envelope of 4 MiB": [(envelope[0], envelope[1].ljust(4 * MIB)), first, second, third],
        "envelope over 4 MiB": [(envelope[0], envelope[1].ljust(4 * MIB + 1)), first, second, third],
    }
    for name, row in rows.items():
        compared.add(name, bundle_of(row))
    assert compared.disagreements == {}
    assert compared.found["as sealed"] == compared.found["envelope of 4 MiB"] == (ACCEPTED, ACCEPTED)
    assert compared.codes == {ACCEPTED, "E_BUNDLE", "E_PART_MISSING", "E_PART_SIZE", "E_TOO_LARGE"}


def test_heads_of_records(compared: Compared, good: bytes) -> None:
    at = len(MAGIC)
    for _, data in records(good):
        for place in range(at, at + 12):
            for mask in (0x01, 0x80):
                changed = bytearray(good)
                changed[place] ^= mask
                compared.add(f"{place} {mask}", bytes(changed))
        at += 12 + len(data)
    assert compared.disagreements == {}
    assert compared.codes == {"E_BUNDLE"}


def test_ends(compared: Compared, good: bytes) -> None:
    for length in (8, 9, 12, 19, 20, 100, len(good) - 1, len(good) - len(records(good)[3][1]) - 12):
        compared.add(f"cut at {length}", good[:length])
    for tail in (b"x", b"PART", b"PART" + bytes(8), b"PART" + bytes(7) + b"\x05four", bytes(12)):
        compared.add(f"and {tail!r}", good + tail)
    assert compared.disagreements == {}
    assert ACCEPTED not in compared.codes


def test_parts(compared: Compared, good: bytes) -> None:
    rows = records(good)
    for n in (1, 2, 3):
        blob = rows[n][1]
        first, second = blob[HEAD : HEAD + SEALED_CHUNK], blob[HEAD + SEALED_CHUNK : HEAD + 2 * SEALED_CHUNK]
        changes = {
            "a byte less": blob[:-1],
            "a byte more": blob + b"\0",
            "a chunk less": blob[: HEAD + SEALED_CHUNK],
            "nothing": b"",
            "head only": blob[:HEAD],
            "chunks swapped": blob[:HEAD] + second + first + blob[HEAD + 2 * SEALED_CHUNK :],
            **{f"changed at {at}": flipped(blob, at) for at in (0, 23, 24, 55, 56, 100, len(blob) - 1)},
        }
        for name, changed in changes.items():
            compared.add(f"{n} {name}", bundle_of([*rows[:n], (rows[n][0], changed), *rows[n + 1 :]]))
    assert compared.disagreements == {}
    assert {"E_PART_SIZE", "E_PART_DECRYPT"} <= compared.codes


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_bytes_of_the_envelope(compared: Compared, good: bytes) -> None:
    (_, envelope), *parts = records(good)
    for place in chosen(range(len(envelope)), 80):
        compared.add(str(place), bundle_of([(b"ENV ", flipped(envelope, place)), *parts]))
    assert compared.disagreements == {}
    assert len(compared.codes) > 3

# SPDX-License-Identifier: EUPL-1.2
"""Whatever is done to a sealed file: an EnvelopeError, no other error, and nothing comes out."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.inspect import inspect
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.errors import EnvelopeError
from tests.effort import scaled
from tests.envelope.makers import BODY, opened, sealed

if TYPE_CHECKING:
    from pathlib import Path

DATA: Final = sealed().to_bytes()
ENVELOPE: Final = json.loads(sealed().envelope)
PLACES: Final = len(DATA)
SLICES: Final = 16


def positions(part: int) -> list[int]:
    """Return the positions of one slice of the file: all of them at ci, a fixed sample at quick."""
    own = range(part, PLACES, SLICES)
    chosen = scaled(quick=60, ci=len(own), long=len(own))
    return sorted(random.Random(part).sample(own, chosen))  # noqa: S311  # a sample of positions


def outcome(data: bytes, seen: MemoryReplayStore | None = None) -> str:
    try:
        opened(data, seen=seen)
    except EnvelopeError as error:
        return error.code
    return "accepted"


class TestFlippedByte:
    """Flipping any single byte of a one-recipient file: always an EnvelopeError."""

    @pytest.mark.parametrize("mask", scaled(quick=[0x01], ci=[0x01, 0x20, 0xFF], long=[1 << bit for bit in range(8)]))
    @pytest.mark.parametrize("part", range(SLICES))
    def test_every_position(self, part: int, mask: int) -> None:
        seen = MemoryReplayStore()
        accepted = []
        for place in positions(part):
            changed = bytearray(DATA)
            changed[place] ^= mask
            if outcome(bytes(changed), seen) == "accepted":
                accepted.append(place)
        assert accepted == []

    def test_control_the_unchanged_file_opens(self) -> None:
        assert outcome(DATA) == "accepted"

    def test_nothing_is_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.chdir(tmp_path)
        for place in positions(0):
            changed = bytearray(DATA)
            changed[place] ^= 1
            outcome(bytes(changed))
        assert list(tmp_path.iterdir()) == []


@given(st.integers(0, PLACES - 1))
def test_cut_anywhere(place: int) -> None:
    assert outcome(DATA[:place]) != "accepted"


@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    assert outcome(data) != "accepted"


@given(st.binary(max_size=400))
def test_random_bytes_behind_the_magic(data: bytes) -> None:
    assert outcome(DATA[:8] + data) == "E_BUNDLE"


@given(st.binary(max_size=400))
def test_inspecting_random_bytes(data: bytes) -> None:
    with pytest.raises(EnvelopeError, match=r"^E_"):
        inspect(data)


JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(inner for key, member in items for inner in paths(member, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], new: object) -> Any:  # noqa: ANN401  # any JSON
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], new)
    return copy


HEADER: Final = json.loads(unb64(ENVELOPE["protected"]))


class TestMutatedStructure:
    """Any value of the envelope may be any JSON: only EnvelopeError leaves, and it never opens."""

    @given(st.sampled_from(paths(ENVELOPE)), JSON)
    def test_envelope(self, path: tuple[Any, ...], new: object) -> None:
        assert outcome(json.dumps(put(ENVELOPE, path, new)).encode()) != "accepted"

    @given(st.sampled_from(paths(HEADER)), JSON)
    def test_protected_header(self, path: tuple[Any, ...], new: object) -> None:
        protected = b64(json.dumps(put(HEADER, path, new)).encode())
        assert outcome(json.dumps(ENVELOPE | {"protected": protected}).encode()) != "accepted"


class TestRoundTrip:
    """open(seal(x)) == x, for bodies and attachments."""

    @given(st.binary(max_size=5000))
    def test_body(self, body: bytes) -> None:
        assert opened(sealed(body)).body == body

    @given(st.lists(st.binary(max_size=5000), max_size=4))
    def test_attachments(self, attachments: list[bytes]) -> None:
        message = opened(sealed(attachments=attachments).to_bytes())
        assert [part.read() for part in message.parts] == [BODY, *attachments]


class TestSecretsInErrors:
    """An error carries no content, key or name: not in str, repr, args, cause or context."""

    CANARY = "Kanarie-van-Voorbeeld"

    def trail(self, error: BaseException | None) -> str:
        if error is None:
            return ""
        said = f"{error!s} {error!r} {error.args!r} {vars(error)!r}"
        return said + self.trail(error.__cause__) + self.trail(error.__context__)

    @pytest.mark.parametrize("place", [f"/{n}" for n in range(len(paths(ENVELOPE)))])
    def test_envelope_with_a_canary(self, place: str) -> None:
        path = paths(ENVELOPE)[int(place[1:])]
        with pytest.raises(EnvelopeError) as caught:
            opened(json.dumps(put(ENVELOPE, path, self.CANARY)).encode())
        assert self.CANARY not in self.trail(caught.value)

    def test_control_the_trail_finds_what_an_error_holds(self) -> None:
        error = ValueError("outer")
        error.__context__ = ValueError(self.CANARY)
        assert self.CANARY in self.trail(error)

    def test_member_name_with_a_canary(self) -> None:
        with pytest.raises(EnvelopeError) as caught:
            opened(json.dumps(ENVELOPE | {self.CANARY: 1}).encode())
        assert self.CANARY not in self.trail(caught.value)

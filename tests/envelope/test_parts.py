# SPDX-License-Identifier: EUPL-1.2
"""Parts: sizes around the chunk, keys bound to their place, bounded memory, nothing left on failure."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope.blobs import BLOCK_BYTES, Blob, blob_of_bytes
from kgbx.envelope.encoding import pad
from kgbx.envelope.inspect import size_class
from kgbx.envelope.manifest import PartEntry, blob_size
from kgbx.envelope.parts import PartFigures, decrypt_part, discard, encrypt_part, new_file, part_keys
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_PART_BYTES, MIB
from tests.effort import scaled
from tests.envelope.makers import opened, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CEK: Final = bytes(range(32))
ID: Final = "6b1fd1c5-4d17-4a0f-8a0e-2f5d8a6f1c01"
KEYS: Final = part_keys(CEK, message_id=ID, n=1)
SIZES: Final = (0, 1, 4095, 4096, 4097, 16_383, 16_384, 16_385, BLOCK_BYTES, BLOCK_BYTES + 1)


def encrypted(content: bytes) -> tuple[bytes, PartFigures]:
    blocks: list[bytes] = []
    figures = encrypt_part([content], blocks.append, keys=KEYS)
    return b"".join(blocks), figures


def entry_of(figures: PartFigures) -> PartEntry:
    return PartEntry(
        n=1,
        role="attachment",
        media="text/plain",
        size=figures.size,
        digest=figures.digest,
        csize=figures.csize,
        csha256=figures.csha256,
    )


def refused(blob: bytes, entry: PartEntry) -> str:
    with pytest.raises(EnvelopeError) as caught:
        decrypt_part(blob_of_bytes(blob), discard, entry=entry, keys=KEYS)
    assert caught.value.__context__ is None
    return caught.value.code


@pytest.mark.parametrize("size", SIZES)
class TestSizes:
    """Content of any size comes back, and its encrypted size follows from it."""

    def test_round_trip(self, size: int) -> None:
        blob, figures = encrypted(b"x" * size)
        out: list[bytes] = []
        decrypt_part(blob_of_bytes(blob), out.append, entry=entry_of(figures), keys=KEYS)
        assert b"".join(out) == b"x" * size

    def test_encrypted_size_is_that_of_the_formula(self, size: int) -> None:
        blob, figures = encrypted(b"x" * size)
        assert len(blob) == figures.csize == blob_size(size)

    def test_message_with_such_an_attachment_opens(self, size: int) -> None:
        assert opened(sealed(attachments=[b"x" * size])).parts[1].read() == b"x" * size

    def test_last_byte_cut(self, size: int) -> None:
        blob, figures = encrypted(b"x" * size)
        assert refused(blob[:-1], entry_of(figures)) == "E_PART_SIZE"


@given(st.integers(0, MAX_PART_BYTES))
def test_size_class_is_the_padded_size(size: int) -> None:
    assert size_class(blob_size(size)) == pad(size)


@pytest.mark.parametrize("csize", [0, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15])
def test_size_that_no_part_has(csize: int) -> None:
    assert size_class(csize) is None


class TestPlace:
    """A part opens only under its content key, its message and its index."""

    @pytest.mark.parametrize(
        "keys",
        [
            part_keys(bytes(32), message_id=ID, n=1),
            part_keys(CEK, message_id=ID[:-1] + "2", n=1),
            part_keys(CEK, message_id=ID, n=2),
        ],
        ids=["key", "message", "index"],
    )
    def test_elsewhere(self, keys: object) -> None:
        blob, figures = encrypted(b"content")
        with pytest.raises(EnvelopeError) as caught:
            decrypt_part(blob_of_bytes(blob), discard, entry=entry_of(figures), keys=keys)  # type: ignore[arg-type]  # are
        assert caught.value.code == "E_PART_DECRYPT"

    def test_repr_shows_no_key(self) -> None:
        assert KEYS.key.hex() not in repr(KEYS)
        assert repr(KEYS) == "PartKeys()"


class TestOrderOfChecks:
    """Inside a part: size, decryption, padding, digest."""

    def test_flipped_bit(self) -> None:
        blob, figures = encrypted(b"content")
        assert refused(blob[:100] + bytes([blob[100] ^ 1]) + blob[101:], entry_of(figures)) == "E_PART_DECRYPT"

    def test_padding_that_is_not_zero(self) -> None:
        blob, figures = encrypted(b"content")
        assert refused(blob, replace(entry_of(figures), size=6)) == "E_PART_PADDING"

    def test_other_content(self) -> None:
        blob, figures = encrypted(b"content")
        assert refused(blob, replace(entry_of(figures), digest=bytes(32))) == "E_PART_DIGEST"

    def test_other_encrypted_bytes(self) -> None:
        blob, figures = encrypted(b"content")
        assert refused(blob, replace(entry_of(figures), csha256=bytes(32))) == "E_PART_DIGEST"

    def test_source_that_gives_less_than_it_says(self) -> None:
        blob, figures = encrypted(b"content")
        short = Blob(size=figures.csize, _open=blob_of_bytes(blob[:-1])._open)
        with pytest.raises(EnvelopeError) as caught:
            decrypt_part(short, discard, entry=entry_of(figures), keys=KEYS)
        assert caught.value.code == "E_PART_SIZE"


def test_part_over_the_limit_is_not_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbx.envelope.parts.MAX_PART_BYTES", 10)
    with pytest.raises(UsageError) as caught:
        encrypt_part([b"x" * 11], discard, keys=KEYS)
    assert caught.value.code == "U_ARGUMENT"


@dataclass
class Zeros:
    """A stream of zeros that is never in memory whole."""

    left: int

    def read(self, size: int = -1, /) -> bytes:
        block = bytes(min(size, self.left))
        self.left -= len(block)
        return block


class TestMemory:
    """Parts stream: memory does not grow with their size."""

    PART_BYTES = scaled(quick=16 * MIB, ci=64 * MIB, long=512 * MIB)
    BOUND = 8 * MIB

    @pytest.fixture
    def bundle(self, tmp_path: Path) -> Iterator[Path]:
        path = tmp_path / "large.kgbx"
        sealed(attachments=[Zeros(self.PART_BYTES)]).write(path)
        yield path
        path.unlink()

    def test_sealing(self, tmp_path: Path) -> None:
        tracemalloc.start()
        sealed(attachments=[Zeros(self.PART_BYTES)]).write(tmp_path / "large.kgbx")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < self.BOUND

    def test_opening_and_saving(self, bundle: Path, tmp_path: Path) -> None:
        tracemalloc.start()
        opened(bundle).parts[1].save(tmp_path / "1.bin")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < self.BOUND
        assert (tmp_path / "1.bin").stat().st_size == self.PART_BYTES


class TestNewFile:
    """A file appears under its name only when its block ended well."""

    def test_failure_in_the_block_leaves_nothing(self, tmp_path: Path) -> None:
        blob, figures = encrypted(b"x" * 600_000)
        other = replace(entry_of(figures), digest=bytes(32))
        with pytest.raises(EnvelopeError, match="E_PART_DIGEST"), new_file(tmp_path / "part") as write:
            decrypt_part(blob_of_bytes(blob), write, entry=other, keys=KEYS)
        assert list(tmp_path.iterdir()) == []

    def test_nothing_under_the_name_before_the_end(self, tmp_path: Path) -> None:
        with new_file(tmp_path / "part") as write:
            write(b"half")
            before = (tmp_path / "part").exists()
        assert (before, (tmp_path / "part").read_bytes()) == (False, b"half")

    def test_disk_full_while_saving_leaves_nothing(self, tmp_path: Path) -> None:
        message = opened(sealed(attachments=[b"x" * 100_000]))
        with pytest.raises(OSError, match="File name too long"):
            message.parts[1].save(tmp_path / ("x" * 300))
        assert list(tmp_path.iterdir()) == []

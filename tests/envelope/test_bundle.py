# SPDX-License-Identifier: EUPL-1.2
"""The bundle: what is claimed is believed only if it is there."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope import bundle
from kgbx.envelope.blobs import blob_of_bytes
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_PARTS
from tests.envelope.makers import opened, sealed

MAGIC: Final = bytes.fromhex("894b474258310d0a")


def record(tag: bytes, data: bytes) -> bytes:
    return tag + len(data).to_bytes(8, "big") + data


def refused(data: bytes) -> str:
    with pytest.raises(EnvelopeError) as caught:
        bundle.read(blob_of_bytes(data))
    return caught.value.code


GOOD: Final = MAGIC + record(b"ENV ", b"{}") + record(b"PART", b"a") + record(b"PART", b"")


def test_records_come_back() -> None:
    found = bundle.read(blob_of_bytes(GOOD))
    assert (found.envelope, [part.read() for part in found.parts]) == (b"{}", [b"a", b""])


@given(st.binary(max_size=50), st.lists(st.binary(max_size=50), max_size=5))
def test_what_is_written_is_read(envelope: bytes, parts: list[bytes]) -> None:
    data = b"".join(bundle.blocks(envelope, [blob_of_bytes(part) for part in parts]))
    found = bundle.read(blob_of_bytes(data))
    assert (found.envelope, [part.read() for part in found.parts]) == (envelope, parts)


BAD: Final = {
    "empty": b"",
    "no magic": record(b"ENV ", b"{}"),
    "magic only": MAGIC,
    "magic as a text conversion leaves it": GOOD.replace(b"\r\n", b"\n", 1),
    "magic in another case": GOOD.replace(b"KGBX", b"kgbx", 1),
    "length 2^64-1": MAGIC + b"ENV " + b"\xff" * 8,
    "length 2^63": MAGIC + b"ENV " + b"\x80" + bytes(7),
    "length one too long": MAGIC + b"ENV " + (3).to_bytes(8, "big") + b"{}",
    "length of a part 2^64-1": MAGIC + record(b"ENV ", b"{}") + b"PART" + b"\xff" * 8,
    "header cut": GOOD + b"PART\0\0",
    "byte more": GOOD + b"\0",
    "part first": MAGIC + record(b"PART", b"a") + record(b"ENV ", b"{}"),
    "two envelopes": MAGIC + record(b"ENV ", b"{}") * 2,
    "unknown record": GOOD + record(b"XTRA", b""),
    "tag in lower case": MAGIC + record(b"env ", b"{}"),
    "257 parts": MAGIC + record(b"ENV ", b"{}") + record(b"PART", b"") * (MAX_PARTS + 1),
    "100,000 empty records": MAGIC + record(b"PART", b"") * 100_000,
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_other_form_is_refused(data: bytes) -> None:
    assert refused(data) == "E_BUNDLE"


def test_256_parts_are_read() -> None:
    assert (
        len(bundle.read(blob_of_bytes(MAGIC + record(b"ENV ", b"{}") + record(b"PART", b"") * MAX_PARTS)).parts) == 256
    )


def test_envelope_over_4_mib_is_not_read() -> None:
    assert refused(MAGIC + record(b"ENV ", bytes(MAX_ENVELOPE_BYTES + 1))) == "E_TOO_LARGE"


@pytest.mark.parametrize("cut", [1, 12, 1000])
def test_bundle_that_was_cut_does_not_open(cut: int) -> None:
    with pytest.raises(EnvelopeError) as caught:
        opened(sealed().to_bytes()[:-cut])
    assert caught.value.code == "E_BUNDLE"


def test_bundle_without_its_last_part() -> None:
    message = sealed(attachments=[b"attached"])
    data = b"".join(bundle.blocks(message.envelope, message.parts[:1]))
    with pytest.raises(EnvelopeError) as caught:
        opened(data)
    assert caught.value.code == "E_PART_MISSING"


def test_bundle_with_reordered_parts() -> None:
    message = sealed(attachments=[b"attached"])
    data = b"".join(bundle.blocks(message.envelope, message.parts[::-1]))
    with pytest.raises(EnvelopeError) as caught:
        opened(data)
    assert caught.value.code == "E_PART_DECRYPT"


def test_bundle_with_a_part_too_many() -> None:
    message = sealed()
    data = b"".join(bundle.blocks(message.envelope, message.parts * 2))
    with pytest.raises(EnvelopeError) as caught:
        opened(data)
    assert caught.value.code == "E_BUNDLE"

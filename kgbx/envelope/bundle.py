# SPDX-License-Identifier: EUPL-1.2
"""The bundle: envelope and parts in one file.

Rules: eight bytes of magic that a text conversion breaks, then records ``tag(4) length(8, big-endian) bytes``: one
``ENV `` and one ``PART`` a part, in order; the file ends exactly after the last. A length is believed only if the file
has that many bytes: nothing is allocated for a length that is only claimed.

Source: envelope specification, section 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.envelope.blobs import Blob

MAGIC: Final = b"\x89KGBX1\r\n"
ENVELOPE_TAG: Final = b"ENV "
PART_TAG: Final = b"PART"
_LENGTH_BYTES: Final = 8
_HEADER_BYTES: Final = len(PART_TAG) + _LENGTH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Where the records of a bundle are.

    Attributes:
        envelope: The envelope, at most 4 MiB.
        parts: The encrypted parts, in order.
    """

    envelope: bytes
    parts: tuple[Blob, ...]


def is_bundle(blob: Blob) -> bool:
    """Tell whether a file begins with the magic; if not it is read as a bare envelope."""
    return blob.window(0, min(len(MAGIC), blob.size)).read() == MAGIC


def read(blob: Blob) -> Bundle:
    """Return the records of a bundle.

    Raises:
        EnvelopeError: E_BUNDLE, another form than above, or more than 256 parts; E_TOO_LARGE, envelope over 4 MiB.
        OSError: the file cannot be read.
    """
    if not is_bundle(blob):
        raise EnvelopeError("E_BUNDLE")
    records = list(_records(blob))
    if not records or [tag for tag, _ in records] != [ENVELOPE_TAG, *[PART_TAG] * (len(records) - 1)]:
        raise EnvelopeError("E_BUNDLE")
    envelope = records[0][1]
    if envelope.size > MAX_ENVELOPE_BYTES:
        raise EnvelopeError("E_TOO_LARGE")
    return Bundle(envelope=envelope.read(), parts=tuple(part for _, part in records[1:]))


def _records(blob: Blob) -> Iterator[tuple[bytes, Blob]]:
    place, count = len(MAGIC), 0
    while place < blob.size:
        header = blob.window(place, min(_HEADER_BYTES, blob.size - place)).read()
        length = int.from_bytes(header[len(PART_TAG) :], "big")
        place += _HEADER_BYTES
        count += 1
        if len(header) != _HEADER_BYTES or length > blob.size - place or count > MAX_PARTS + 1:
            raise EnvelopeError("E_BUNDLE")
        yield header[: len(PART_TAG)], blob.window(place, length)
        place += length


def blocks(envelope: bytes, parts: Sequence[Blob]) -> Iterator[bytes]:
    """Yield the bytes of a bundle, block by block."""
    yield MAGIC
    yield _header(ENVELOPE_TAG, len(envelope))
    yield envelope
    yield from chain.from_iterable(chain((_header(PART_TAG, part.size),), part.blocks()) for part in parts)


def _header(tag: bytes, length: int) -> bytes:
    return tag + length.to_bytes(_LENGTH_BYTES, "big")

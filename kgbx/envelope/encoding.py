# SPDX-License-Identifier: EUPL-1.2
"""How the envelope writes bytes, numbers and lengths: base64url, be32, id16, padding, HKDF, strict JSON.

Rules:
    - base64url has no padding and one spelling: what does not encode back to the same text is refused;
    - lengths are hidden by PADMÉ, never below 4096 bytes;
    - HKDF is the whole of RFC 5869 with SHA-512 and an empty salt, so that every library can compute it;
    - JSON is parsed by :mod:`kgbx.canonical` and never re-encoded: signatures cover the bytes as received.
"""

from __future__ import annotations

import binascii
import json
import re
import string
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kgbx import canonical
from kgbx.errors import DocumentError, EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_ENVELOPE_DEPTH, MIN_PADDED_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection

ORG: Final = re.compile(r"urn:osb:oin:[0-9]{20}\Z")
"""Name of an organisation: URN of its OIN."""

KID: Final = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")
"""JWK thumbprint: base64url of 32 bytes, canonical (the last character carries four bits)."""

UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")
"""Lowercase canonical text of a random UUID (RFC 9562 section 5.4)."""


_ALPHABET: Final = string.ascii_uppercase.encode() + string.ascii_lowercase.encode() + string.digits.encode() + b"-_"
_TO_STANDARD: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
"""To the alphabet that the standard library decodes; what is not of ours becomes what it refuses."""

_FROM_STANDARD: Final = bytes.maketrans(b"+/", b"-_")

_LAST: Final = (
    (b"", *(bytes([char]) for char in _ALPHABET)),  # whole groups, or nothing
    (),  # one character over is six bits: no byte
    tuple(bytes([char]) for char in _ALPHABET[::16]),  # four bits to spare, all zero
    tuple(bytes([char]) for char in _ALPHABET[::4]),  # two bits to spare, all zero
)
"""What the last character may be, by the length modulo 4."""


def b64(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return binascii.b2a_base64(data, newline=False).translate(_FROM_STANDARD, b"=").decode("ascii")


def unb64(text: object, *, size: int | None = None) -> bytes:
    """Return the bytes of canonical base64url text.

    Args:
        text: What stands in the document.
        size: Number of bytes it must be, None for any.

    Raises:
        EnvelopeError: E_ENCODING, not a string, another alphabet, padding, white space or a second spelling;
            E_LENGTH, not `size` bytes.
    """
    data = _decoded(text) if isinstance(text, str) else None
    if data is None:
        raise EnvelopeError("E_ENCODING")
    if size is not None and len(data) != size:
        raise EnvelopeError("E_LENGTH")
    return data


def _decoded(text: str) -> bytes | None:
    """Return the bytes, None if the text is not the one spelling of them.

    Encoding again and comparing says the same at twice the cost: only the last character can have bits to spare.
    """
    raw = text.encode("ascii", "replace")
    if raw[-1:] not in _LAST[len(raw) % 4]:
        return None
    try:
        return binascii.a2b_base64(raw.translate(_TO_STANDARD) + b"=" * (-len(raw) % 4), strict_mode=True)
    except binascii.Error:
        return None


def be32(number: int) -> bytes:
    """Return a number as 4 bytes, big-endian."""
    return number.to_bytes(4, "big")


def id16(text: str) -> bytes:
    """Return the 16 raw bytes of a UUID."""
    return UUID(text).bytes


def padme(size: int) -> int:
    """Return the PADMÉ length of `size`: at most 11.6 % more, with O(log log size) distinguishable classes.

    Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4.
    """
    if size < 2:  # noqa: PLR2004  # log2 of 0 and of log2(1) do not exist
        return size
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def pad(size: int) -> int:
    """Return the length in bytes that content of `size` bytes is padded to."""
    return max(MIN_PADDED_BYTES, padme(size))


def hkdf(secret: bytes, info: bytes, *, size: int) -> bytes:
    """Return `size` bytes of HKDF-SHA-512, extract with an empty salt and expand (RFC 5869)."""
    return HKDF(algorithm=SHA512(), length=size, salt=None, info=info).derive(secret)


def parse_json(data: bytes, *, max_bytes: int = MAX_ENVELOPE_BYTES) -> object:
    """Return the value of a JSON text of the envelope.

    Raises:
        EnvelopeError: E_JSON, refused by any check of :func:`kgbx.canonical.parse`.
    """
    try:
        return canonical.parse(data, max_bytes=max_bytes, max_depth=MAX_ENVELOPE_DEPTH, places=False)
    except DocumentError:
        pass
    raise EnvelopeError("E_JSON")


_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))


def compact_json(value: object) -> bytes:
    """Return JSON without white space, members in the order given; what is written here is signed as bytes."""
    return _ENCODER.encode(value).encode("ascii")


def exact(value: object, required: Collection[str], *, optional: Collection[str] = ()) -> dict[str, object]:
    """Return an object that has all `required` members and no other than these and `optional`.

    Raises:
        EnvelopeError: E_MEMBERS, no object, a member missing or a member too many.
    """
    if not isinstance(value, dict):
        raise EnvelopeError("E_MEMBERS")
    most = len(required) + sum(name in value for name in optional)
    if len(value) != most or not all(name in value for name in required):
        raise EnvelopeError("E_MEMBERS")
    return value

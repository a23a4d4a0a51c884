# SPDX-License-Identifier: EUPL-1.2
"""An Ed25519 key with a part of small order: verifying with the cofactor and without it then differ.

Only for made-up keys: nothing here takes constant time.
Source: RFC 8032, section 5.1; Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs".
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from kgbx.envelope.encoding import b64
from kgbx.envelope.keys import ED25519, public_key_from_jwk

if TYPE_CHECKING:
    from kgbx.envelope.keys import PublicKey

Point = tuple[int, int]

_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_I: Final = pow(2, (_P - 1) // 4, _P)

KINDS: Final = {
    "the parts of small order cancel": "accepted",
    "they do not": "E_SIGNATURE",
    "R has one too, and they cancel": "accepted",
    "R has one too, and they do not": "E_SIGNATURE",
}
"""Signatures that all verify with the cofactor, and the verdict without it."""


def _point(y: int) -> Point:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    return (x if x % 2 == 0 else _P - x), y


_BASE: Final = _point(4 * pow(5, -1, _P) % _P)
_SMALL: Final = _point(
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
)
"""A point of order 8."""


def _sum(one: Point, two: Point) -> Point:
    (a, b), (c, d) = one, two
    product = _D * a * b * c * d % _P
    return (a * d + b * c) * pow(1 + product, -1, _P) % _P, (b * d + a * c) * pow(1 - product, -1, _P) % _P


def _times(number: int, point: Point) -> Point:
    result = (0, 1)
    for bit in f"{number:b}":
        result = _sum(result, result)
        result = _sum(result, point) if bit == "1" else result
    return result


def _bytes(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def _number() -> int:
    return int.from_bytes(os.urandom(64), "little") % _L


class TorsionKey:
    """The key a·B + T, with T of order 8; it has what a builder of envelopes asks of a key."""

    alg = ED25519

    def __init__(self) -> None:
        self._secret = _number()
        raw = _bytes(_sum(_times(self._secret, _BASE), _SMALL))
        self.public: PublicKey = public_key_from_jwk({"kty": "OKP", "crv": ED25519, "alg": ED25519, "x": b64(raw)})
        self.kid = self.public.kid

    def sign_as(self, kind: str, message: bytes) -> bytes:
        """Return a signature of a kind: [8]([S]B) is [8](R + [k]A), and [S]B is R + [k]A or is not."""
        own = 1 if kind.startswith("R has") else 0
        cancels = KINDS[kind] == "accepted"
        while True:
            secret = _number()
            point = _times(secret, _BASE)
            r = _bytes(_sum(point, _SMALL) if own else point)
            k = int.from_bytes(hashlib.sha512(r + self.public.raw + message).digest(), "little") % _L
            if ((k + own) % 8 == 0) is cancels:
                return r + ((secret + k * self._secret) % _L).to_bytes(32, "little")

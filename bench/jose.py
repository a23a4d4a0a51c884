# SPDX-License-Identifier: EUPL-1.2
"""The nearest that others do: the same content signed as a JWS and encrypted as a JWE, by joserfc and by jwcrypto.

Rules: nested compact forms, Ed25519 inside ECDH-ES with X25519 and A256GCM: **classical, not post-quantum**,
one signature, no check of addressees, time, replay or digest; so it does less. What is not installed is told as such,
and never as a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOT_HERE: Final = "not installed; pip install -e '.[bench]'"
INNER: Final = {"alg": "Ed25519"}
OUTER: Final = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWS"}
MOST: Final = 1 << 30
"""Bytes up to which joserfc is told to read: it refuses more than 8 kB unless asked."""


@dataclass(frozen=True)
class Nested:
    """Someone who can seal and unseal."""

    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]


def with_joserfc() -> Nested:
    """Return what joserfc does. Raises ImportError."""
    jws, jwe, jwk = (import_module(f"joserfc.{name}") for name in ("jws", "jwe", "jwk"))
    signing, encrypting = (jwk.OKPKey.generate_key(curve) for curve in ("Ed25519", "X25519"))
    inner = jws.JWSRegistry(algorithms=[INNER["alg"]])
    outer = jwe.JWERegistry(algorithms=[OUTER["alg"], OUTER["enc"]])
    inner.max_payload_length = outer.max_ciphertext_length = outer.max_plaintext_length = MOST

    def seal(body: bytes) -> bytes:
        signed = jws.serialize_compact(dict(INNER), body, signing, registry=inner)
        return bytes(jwe.encrypt_compact(dict(OUTER), signed.encode(), encrypting, registry=outer).encode())

    def unseal(sealed: bytes) -> bytes:
        signed = jwe.decrypt_compact(sealed, encrypting, registry=outer).plaintext
        return bytes(jws.deserialize_compact(signed, signing, registry=inner).payload)

    return Nested(seal, unseal)


def with_jwcrypto() -> Nested:
    """Return what jwcrypto does. Raises ImportError."""
    jws, jwe, jwk = (import_module(f"jwcrypto.{name}") for name in ("jws", "jwe", "jwk"))
    encode: Any = import_module("jwcrypto.common").json_encode
    signing, encrypting = (jwk.JWK.generate(kty="OKP", crv=curve) for curve in ("Ed25519", "X25519"))

    def seal(body: bytes) -> bytes:
        inner = jws.JWS(body)
        inner.add_signature(signing, None, encode(INNER), None)
        outer = jwe.JWE(inner.serialize(compact=True).encode(), encode(OUTER))
        outer.add_recipient(encrypting)
        return bytes(outer.serialize(compact=True).encode())

    def unseal(sealed: bytes) -> bytes:
        outer, inner = jwe.JWE(), jws.JWS()
        outer.deserialize(sealed.decode(), encrypting)
        inner.deserialize(outer.payload.decode(), signing)
        return bytes(inner.payload)

    return Nested(seal, unseal)


OTHERS: Final = (("joserfc", with_joserfc), ("jwcrypto", with_jwcrypto))


def others() -> Iterator[tuple[str, Nested | str]]:
    """Yield who does it, and how, or why there is nothing to measure."""
    for name, prepare in OTHERS:
        try:
            found: Nested | str = prepare()
        except ImportError:
            found = NOT_HERE
        yield name, found

# SPDX-License-Identifier: EUPL-1.2
"""The keys of the three primitives, from raw bytes and from seeds, with the checks that their library leaves out.

Rules: raw bytes come in with the length that the registry of :mod:`kgbx.envelope.keys` says; a public key that is
unsafe is a ValueError, which that module translates.
"""

from __future__ import annotations

from hashlib import shake_256
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import (
    MLDSA65PrivateKey,
    MLDSA65PublicKey,
    MLDSA87PrivateKey,
    MLDSA87PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
    MLKEM1024PrivateKey,
    MLKEM1024PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    MLKEM1024P384PrivateKey,
    MLKEM1024P384PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KemPublic: TypeAlias = MLKEM768X25519PublicKey | MLKEM1024P384PublicKey
KemPrivate: TypeAlias = MLKEM768X25519PrivateKey | MLKEM1024P384PrivateKey
Public: TypeAlias = Ed25519PublicKey | MLDSA65PublicKey | MLDSA87PublicKey | KemPublic
Private: TypeAlias = Ed25519PrivateKey | MLDSA65PrivateKey | MLDSA87PrivateKey | KemPrivate

HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
"""HPKE with X-Wing; its ciphertext is the encapsulation (1120 bytes) and the sealed text."""

HPKE_HIGH: Final = Suite(KEM.MLKEM1024_P384, KDF.SHAKE256, AEAD.AES_256_GCM)
"""HPKE with ML-KEM-1024 and P-384; the encapsulation has 1665 bytes."""


def hpke_encrypt(key: KemPublic, plaintext: bytes, *, info: bytes) -> bytes:
    """Return encapsulation and sealed text."""
    suite = HPKE if isinstance(key, MLKEM768X25519PublicKey) else HPKE_HIGH
    return suite.encrypt(plaintext, key, info=info)


def hpke_decrypt(key: KemPrivate, ciphertext: bytes, *, info: bytes) -> bytes:
    """Return the text; InvalidTag or ValueError if it does not open."""
    suite = HPKE if isinstance(key, MLKEM768X25519PrivateKey) else HPKE_HIGH
    return suite.decrypt(ciphertext, key, info=info)


_ML_KEM_BYTES: Final = 1184
_ML_KEM_SEED_BYTES: Final = 64
_X25519_BYTES: Final = 32

# --- Ed25519

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ORDER_8_Y: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_LOW_ORDER_Y: Final = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})
"""y coordinates of the eight points of order 1, 2, 4 and 8: with such a key a signature says nothing."""


def ed25519_public(raw: bytes) -> Ed25519PublicKey:
    """Return the key; ValueError for what the library lets through: not reduced, low order, not on the curve."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P or y in _LOW_ORDER_Y or not _on_curve(y):
        raise ValueError("unsafe point")
    return Ed25519PublicKey.from_public_bytes(raw)


def _on_curve(y: int) -> bool:
    """Tell whether x² = (y² - 1) / (d·y² + 1) has a root, by Euler's criterion (RFC 8032 section 5.1.3)."""
    square = y * y % _P
    return pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == 1


def ed25519_private(seed: bytes) -> tuple[Private, bytes]:
    """Return the key of a 32-byte seed and the raw public key (RFC 8032 section 5.1.5)."""
    native = Ed25519PrivateKey.from_private_bytes(seed)
    return native, native.public_key().public_bytes_raw()


# --- ML-DSA-65


def ml_dsa_public(raw: bytes) -> MLDSA65PublicKey:
    """Return the key of 1952 bytes."""
    return MLDSA65PublicKey.from_public_bytes(raw)


def ml_dsa_private(seed: bytes) -> tuple[Private, bytes]:
    """Return the key of a 32-byte seed and the raw public key (FIPS 204 algorithm 1)."""
    native = MLDSA65PrivateKey.from_seed_bytes(seed)
    return native, native.public_key().public_bytes_raw()


# --- X-Wing


def x_wing_public(raw: bytes) -> MLKEM768X25519PublicKey:
    """Return the key; ValueError for unreduced ML-KEM coefficients and for an X25519 half of low order."""
    native = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_ML_KEM_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_ML_KEM_BYTES:]),
    )
    HPKE.encrypt(b"", native, info=b"")  # trial: a low-order half fails here, not at the first message
    return native


def x_wing_private(seed: bytes) -> tuple[Private, bytes]:
    """Return the key of a seed: SHAKE256(seed, 96) = d || z || X25519 scalar (X-Wing draft, section 5.2)."""
    expanded = shake_256(seed).digest(_ML_KEM_SEED_BYTES + _X25519_BYTES)
    kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_ML_KEM_SEED_BYTES])
    curve = X25519PrivateKey.from_private_bytes(expanded[_ML_KEM_SEED_BYTES:])
    raw = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return MLKEM768X25519PrivateKey(kem, curve), raw


# --- the reserve: ML-DSA-87, and ML-KEM-1024 with P-384

_ML_KEM_1024_BYTES: Final = 1568
_P384_SCALAR_BYTES: Final = 48


def ml_dsa_87_public(raw: bytes) -> MLDSA87PublicKey:
    """Return the key of 2592 bytes."""
    return MLDSA87PublicKey.from_public_bytes(raw)


def ml_dsa_87_private(seed: bytes) -> tuple[Private, bytes]:
    """Return the key of a 32-byte seed and the raw public key (FIPS 204 algorithm 1)."""
    native = MLDSA87PrivateKey.from_seed_bytes(seed)
    return native, native.public_key().public_bytes_raw()


def ml_kem_p384_public(raw: bytes) -> MLKEM1024P384PublicKey:
    """Return the key of 1568 and 97 bytes; ValueError for unreduced coefficients and for a point not on the curve.

    P-384 has no points of low order; a compressed point has another length.
    """
    return MLKEM1024P384PublicKey(
        MLKEM1024PublicKey.from_public_bytes(raw[:_ML_KEM_1024_BYTES]),
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), raw[_ML_KEM_1024_BYTES:]),
    )


def ml_kem_p384_private(seed: bytes) -> tuple[Private, bytes]:
    """Return the key of a seed: SHAKE256(seed, 112) = d || z || P-384 scalar.

    The chance that the scalar is none (0, or not below the order) is 2 to the power -190; then it is a ValueError.
    The order of the halves is our reading of the hybrid KEM draft: no vector of it could be had. It matters to who
    moves a private key to other software, never to who sends or receives.
    """
    expanded = shake_256(seed).digest(_ML_KEM_SEED_BYTES + _P384_SCALAR_BYTES)
    kem = MLKEM1024PrivateKey.from_seed_bytes(expanded[:_ML_KEM_SEED_BYTES])
    curve = ec.derive_private_key(int.from_bytes(expanded[_ML_KEM_SEED_BYTES:], "big"), ec.SECP384R1())
    point = curve.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return MLKEM1024P384PrivateKey(kem, curve), kem.public_key().public_bytes_raw() + point

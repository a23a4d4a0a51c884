# SPDX-License-Identifier: EUPL-1.2
"""Keys: the closed list of algorithms, JWK forms, thumbprints and the checks at import.

Rules:
    - one key has one algorithm, and is named by its JWK thumbprint, which is always recomputed;
    - a public key is checked when it comes in: exact members and lengths, Ed25519 point canonical, on the curve and not
      of low order, ML-KEM coefficients reduced, X25519 half usable (trial encapsulation);
    - a private key is its 32-byte seed; it never shows in a repr and never equals or hashes by its seed.

Must not read or write files: :mod:`kgbx.envelope.identity` does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.hpke import (
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    MLKEM1024P384PrivateKey,
    MLKEM1024P384PublicKey,
)

from kgbx.envelope import primitives
from kgbx.envelope.encoding import b64, compact_json, exact, unb64
from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Use = Literal["sig", "enc"]

ED25519: Final = "Ed25519"
ML_DSA_65: Final = "ML-DSA-65"
ML_DSA_87: Final = "ML-DSA-87"
HPKE_9_KE: Final = "HPKE-9-KE"
HPKE_10_KE: Final = "HPKE-10-KE"

SEED_BYTES: Final = 32
"""Every private key is a seed of 256 bits."""

EK_BYTES: Final = 1120
"""X-Wing encapsulation: ML-KEM-768 ciphertext (1088) and X25519 public key (32)."""

ENCRYPTED_KEY_BYTES: Final = 48
"""Content key (32) and GCM tag (16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alg:
    """One row of the registry of algorithms.

    Attributes:
        name: JOSE ``alg``.
        use: ``sig`` or ``enc``; a root key is a ``sig`` key by use of the organisation document.
        kty: JWK key type.
        member: JWK member that holds the public key.
        public_bytes: Size of the public key.
        signature_bytes: Size of a signature, 0 for ``enc``.
        ek_bytes: Size of an encapsulation, 0 for ``sig``.
        source: Where the algorithm and its JWK form are defined.
    """

    name: str
    use: Use
    kty: str
    member: str
    public_bytes: int
    signature_bytes: int
    ek_bytes: int = 0
    source: str

    @property
    def constant_members(self) -> dict[str, str]:
        """The JWK members whose value is the same for every key of this algorithm."""
        curve = {"crv": self.name} if self.kty == "OKP" else {}
        return {"kty": self.kty, **curve, "alg": self.name}


ALGS: Final[Mapping[str, Alg]] = MappingProxyType(
    {
        row.name: row
        for row in (
            Alg(
                name=ED25519,
                use="sig",
                kty="OKP",
                member="x",
                public_bytes=32,
                signature_bytes=64,
                source="RFC 8032; RFC 8037 section 2; RFC 9864 section 2.2",
            ),
            Alg(
                name=ML_DSA_65,
                use="sig",
                kty="AKP",
                member="pub",
                public_bytes=1952,
                signature_bytes=3309,
                source="FIPS 204; RFC 9964",
            ),
            Alg(
                name=HPKE_9_KE,
                use="enc",
                kty="AKP",
                member="pub",
                public_bytes=1216,
                signature_bytes=0,
                ek_bytes=EK_BYTES,
                source="draft-ietf-jose-hpke-pq-pqt-01; draft-connolly-cfrg-xwing-kem",
            ),
            Alg(
                name=ML_DSA_87,
                use="sig",
                kty="AKP",
                member="pub",
                public_bytes=2592,
                signature_bytes=4627,
                source="FIPS 204; RFC 9964",
            ),
            Alg(
                name=HPKE_10_KE,
                use="enc",
                kty="AKP",
                member="pub",
                public_bytes=1665,
                signature_bytes=0,
                ek_bytes=1665,
                source="draft-ietf-jose-hpke-pq-pqt-01; draft-ietf-hpke-pq-05",
            ),
        )
    }
)
"""Every algorithm a key may have. There is no other, and none is negotiated."""

_PUBLIC: Final[Mapping[str, Callable[[bytes], primitives.Public]]] = MappingProxyType(
    {
        ED25519: primitives.ed25519_public,
        ML_DSA_65: primitives.ml_dsa_public,
        HPKE_9_KE: primitives.x_wing_public,
        ML_DSA_87: primitives.ml_dsa_87_public,
        HPKE_10_KE: primitives.ml_kem_p384_public,
    }
)
_PRIVATE: Final[Mapping[str, Callable[[bytes], tuple[primitives.Private, bytes]]]] = MappingProxyType(
    {
        ED25519: primitives.ed25519_private,
        ML_DSA_65: primitives.ml_dsa_private,
        HPKE_9_KE: primitives.x_wing_private,
        ML_DSA_87: primitives.ml_dsa_87_private,
        HPKE_10_KE: primitives.ml_kem_p384_private,
    }
)
_KEM_PUBLIC: Final = (MLKEM768X25519PublicKey, MLKEM1024P384PublicKey)
_KEM_PRIVATE: Final = (MLKEM768X25519PrivateKey, MLKEM1024P384PrivateKey)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key that passed the import checks; made by :func:`public_key_from_jwk`.

    Attributes:
        alg: Key of :data:`ALGS`.
        kid: JWK thumbprint, 43 characters.
        raw: The public key, :attr:`Alg.public_bytes` bytes.
    """

    alg: str
    kid: str
    raw: bytes = field(repr=False)
    _native: primitives.Public = field(repr=False, compare=False)

    def jwk(self) -> dict[str, str]:
        """Return the public JWK."""
        row = ALGS[self.alg]
        return {**row.constant_members, row.member: b64(self.raw)}

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if `signature` is this key's over `message`; ML-DSA with an empty context.

        Raises:
            EnvelopeError: E_SIGNATURE, it is not, or this is no signing key.
        """
        try:
            if not isinstance(self._native, _KEM_PUBLIC):
                self._native.verify(signature, message)
                return
        except InvalidSignature:
            pass
        raise EnvelopeError("E_SIGNATURE")

    def wrap(self, cek: bytes, info: bytes) -> bytes:
        """Return a content key encrypted to this key: ``ek`` (:attr:`Alg.ek_bytes`) and ``encrypted_key`` (size + 16).

        Raises:
            EnvelopeError: E_KEY_INVALID, this is no encryption key.
        """
        if not isinstance(self._native, _KEM_PUBLIC):
            raise EnvelopeError("E_KEY_INVALID")
        return primitives.hpke_encrypt(self._native, cek, info=info)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateKey:
    """A private key; its repr, equality and hash are those of its public key.

    Attributes:
        public: The public key that belongs to it.
    """

    public: PublicKey
    _seed: bytes = field(repr=False, compare=False)
    _native: primitives.Private = field(repr=False, compare=False)

    @property
    def alg(self) -> str:
        """Key of :data:`ALGS`."""
        return self.public.alg

    @property
    def kid(self) -> str:
        """JWK thumbprint of the public key."""
        return self.public.kid

    def jwk(self) -> dict[str, str]:
        """Return the private JWK: the public one and ``priv``, the seed. Secret."""
        return {**self.public.jwk(), "priv": b64(self._seed)}

    def sign(self, message: bytes) -> bytes:
        """Return the signature over `message`; ML-DSA hedged, with an empty context.

        Raises:
            EnvelopeError: E_KEY_INVALID, this is no signing key.
        """
        if isinstance(self._native, _KEM_PRIVATE):
            raise EnvelopeError("E_KEY_INVALID")
        return self._native.sign(message)

    def unwrap(self, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        """Return the content key that was encrypted to this key.

        Raises:
            EnvelopeError: E_DECRYPT, it was not; E_KEY_INVALID, this is no encryption key.
        """
        if not isinstance(self._native, _KEM_PRIVATE):
            raise EnvelopeError("E_KEY_INVALID")
        try:
            return primitives.hpke_decrypt(self._native, ek + encrypted_key, info=info)
        except (InvalidTag, ValueError):
            pass
        raise EnvelopeError("E_DECRYPT")

    def __repr__(self) -> str:
        return f"PrivateKey(alg={self.alg!r}, kid={self.kid!r})"


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the SHA-256 thumbprint of a public or private JWK of :data:`ALGS`, base64url, 43 characters.

    Raises:
        EnvelopeError: E_KEY_INVALID, the JWK has another algorithm or lacks a member.

    Source: RFC 7638 section 3; RFC 8037 section 2 (crv, kty, x); RFC 9964 section 6 (alg, kty, pub).
    """
    row = ALGS.get(jwk.get("alg", ""))
    names = () if row is None else (("crv", "kty", "x") if row.kty == "OKP" else ("alg", "kty", "pub"))
    if not names or not all(name in jwk for name in names):
        raise EnvelopeError("E_KEY_INVALID")
    return b64(sha256(compact_json({name: jwk[name] for name in names})).digest())


def public_key_from_jwk(jwk: object) -> PublicKey:
    """Return the public key of a JWK after every check at import.

    Args:
        jwk: The parsed JSON value: exactly the public form of its algorithm, no ``kid``, no private member.

    Raises:
        EnvelopeError: E_KEY_INVALID.

    Source: RFC 7638 (kid); RFC 8032 section 5.1.3 (canonical points); RFC 7748 section 6.1 (all-zero result);
        FIPS 203 section 7.2 (modulus check).
    """
    row, members = _members(jwk, private=False)
    return _public_key(row, _bytes_of(members, row.member, row.public_bytes))


def private_key_from_jwk(jwk: object) -> PrivateKey:
    """Return the private key of a JWK: the public form and ``priv``, which must belong together.

    Raises:
        EnvelopeError: E_KEY_INVALID.
    """
    row, members = _members(jwk, private=True)
    key = _private_key(row, _bytes_of(members, "priv", SEED_BYTES))
    if key.public.raw != _bytes_of(members, row.member, row.public_bytes):
        raise EnvelopeError("E_KEY_INVALID")
    return key


def generate_key(alg: str, *, random: Callable[[int], bytes] = os.urandom) -> PrivateKey:
    """Return a new private key.

    Args:
        alg: Key of :data:`ALGS`.
        random: Gives n random bytes; a cryptographic generator, except in tests.

    Raises:
        EnvelopeError: E_KEY_INVALID, unknown `alg`.
    """
    row = ALGS.get(alg)
    if row is None:
        raise EnvelopeError("E_KEY_INVALID")
    return _private_key(row, random(SEED_BYTES))


def _members(jwk: object, *, private: bool) -> tuple[Alg, dict[str, object]]:
    """Return the row and the members; what is not exactly one of the forms is an invalid key."""
    alg = jwk.get("alg") if isinstance(jwk, dict) else None
    row = ALGS.get(alg) if isinstance(alg, str) else None
    if row is None:
        raise EnvelopeError("E_KEY_INVALID")
    constants = row.constant_members
    try:
        members = exact(jwk, (*constants, row.member, *(("priv",) if private else ())))
    except EnvelopeError:
        members = {}
    if any(members.get(name) != value for name, value in constants.items()):
        raise EnvelopeError("E_KEY_INVALID")
    return row, members


def _bytes_of(members: Mapping[str, object], name: str, size: int) -> bytes:
    try:
        return unb64(members[name], size=size)
    except EnvelopeError:
        pass
    raise EnvelopeError("E_KEY_INVALID")


def _public_key(row: Alg, raw: bytes) -> PublicKey:
    try:
        native = _PUBLIC[row.name](raw)
    except ValueError:
        native = None
    if native is None:
        raise EnvelopeError("E_KEY_INVALID")
    kid = thumbprint({**row.constant_members, row.member: b64(raw)})
    return PublicKey(alg=row.name, kid=kid, raw=raw, _native=native)


def _private_key(row: Alg, seed: bytes) -> PrivateKey:
    native, raw = _PRIVATE[row.name](seed)
    return PrivateKey(public=_public_key(row, raw), _seed=seed, _native=native)

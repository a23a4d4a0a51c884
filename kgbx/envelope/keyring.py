# SPDX-License-Identifier: EUPL-1.2
"""Keys of one suite, held in memory: a Signer and an Opener for whoever keeps keys in another place than a folder.

Rules: one pair that signs and any number of keys that open, all of one suite; suites are never mixed in one ring.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbx.envelope.encoding import ORG
from kgbx.envelope.keys import generate_key
from kgbx.envelope.suites import suite_named
from kgbx.errors import EnvelopeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.envelope.keys import PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Keys of one suite; a Signer and an Opener. The repr shows ids only.

    Attributes:
        org: URN of the organisation.
        suite: Name of the suite.
        pair: The keys that sign: Ed25519, ML-DSA of the suite.
        opening: The keys that open, newest first.
    """

    org: str
    suite: str
    pair: tuple[PrivateKey, PrivateKey] = field(repr=False)
    opening: tuple[PrivateKey, ...] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse keys of another suite.

        Raises:
            UsageError: U_ARGUMENT, `org` is no URN of an organisation.
            EnvelopeError: E_SUITE, an unknown suite, or a key of another.
        """
        row = suite_named(self.suite)
        if not ORG.match(self.org):
            raise UsageError
        if tuple(key.alg for key in self.pair) != row.signatures or any(key.alg != row.kem for key in self.opening):
            raise EnvelopeError("E_SUITE")

    @classmethod
    def create(cls, org: str, *, suite: str, random: Callable[[int], bytes] = os.urandom) -> KeyRing:
        """Return a ring of new keys.

        Raises:
            UsageError: U_ARGUMENT, `org` is no URN of an organisation.
            EnvelopeError: E_SUITE, an unknown suite.
        """
        row = suite_named(suite)
        first, second, kem = (generate_key(alg, random=random) for alg in (*row.signatures, row.kem))
        return cls(org=org, suite=suite, pair=(first, second), opening=(kem,))

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the pair that signs: Ed25519, ML-DSA of the suite."""
        return self.pair[0].kid, self.pair[1].kid

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        """Kids of the encryption keys, newest first."""
        return tuple(key.kid for key in self.opening)

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return the signature of the key `kid` over `message`.

        Raises:
            EnvelopeError: E_KEY_INVALID, there is no such signing key here.
        """
        return _pick(self.pair, kid).sign(message)

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        """Return the content key that was encrypted to the key `kid`.

        Raises:
            EnvelopeError: E_DECRYPT, it does not open; E_KEY_INVALID, there is no such encryption key here.
        """
        return _pick(self.opening, kid).unwrap(ek=ek, encrypted_key=encrypted_key, info=info)


def _pick(keys: tuple[PrivateKey, ...], kid: str) -> PrivateKey:
    for key in keys:
        if key.kid == kid:
            return key
    raise EnvelopeError("E_KEY_INVALID")

# SPDX-License-Identifier: EUPL-1.2
"""An organisation's own keys, in memory.

Rules:
    - an identity signs with its newest signing pair and opens with every encryption key it still has; which pair may
      sign at a moment is told by :meth:`Identity.at`;
    - the root pair signs organisation documents and directory statements only; it is of the default suite, always;
    - the other keys of an identity are of one suite: who accepts two has two identities.
Must not read or write files: :mod:`kgbx.envelope.identity` does.

Source: envelope specification, section 3.13.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from kgbx.clock import require_aware
from kgbx.envelope.encoding import ORG
from kgbx.envelope.jws import PAIR
from kgbx.envelope.keys import PrivateKey, generate_key
from kgbx.envelope.suites import KGBX_1, SUITES, SuiteRow, suite_named
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import ENCRYPTION_KEY_DAYS, MAX_ORG_KEYS, ROOT_KEY_DAYS, SIGNING_KEY_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from kgbx.envelope.ports import KeyUse, Signer

USES: Final[dict[KeyUse, int]] = {"sig": SIGNING_KEY_DAYS, "enc": ENCRYPTION_KEY_DAYS, "root": ROOT_KEY_DAYS}
"""Life in days of the keys of each use."""


def algs_of(use: KeyUse, suite: SuiteRow) -> tuple[str, ...]:
    """Return the algorithms of the keys of a use."""
    return {"sig": suite.signatures, "enc": (suite.kem,), "root": PAIR}[use]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityKey:
    """One of an organisation's own keys.

    Attributes:
        kid: JWK thumbprint.
        alg: Key of :data:`kgbx.envelope.keys.ALGS`.
        use: ``sig``, ``enc`` or ``root``.
        nbf: First second of its life, Unix seconds.
        exp: End of its life, Unix seconds, exclusive.
        private: The key; None for a root key that is kept elsewhere.
    """

    kid: str
    alg: str
    use: KeyUse
    nbf: int = field(repr=False)
    exp: int = field(repr=False)
    private: PrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPairSigner:
    """A pair of private keys that signs for an organisation; a :class:`~kgbx.envelope.ports.Signer`.

    Attributes:
        org: URN of the organisation.
        pair: Ed25519 key, ML-DSA key.
    """

    org: str
    pair: tuple[PrivateKey, PrivateKey]

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the pair: Ed25519, ML-DSA."""
        return self.pair[0].kid, self.pair[1].kid

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return the signature of the key `kid` over `message`.

        Raises:
            EnvelopeError: E_KEY_INVALID, there is no such key here.
        """
        return _pick(self.pair, kid).sign(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An organisation's own keys; a Signer and an Opener. The repr shows ids only.

    Attributes:
        org: URN of the organisation.
        keys: Its keys, in the order of ``identity.json``.
    """

    org: str
    keys: tuple[IdentityKey, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """Names of the suites that the keys but the root pair are of, the weakest first; else the default one."""
        algs = {key.alg for key in self.keys if key.use != "root"}
        held = [row.id for row in SUITES.values() if {row.kem, row.signatures[-1]} & algs]
        return tuple(held) or (KGBX_1.id,)

    @property
    def suite(self) -> str:
        """Name of the suite by which it signs and opens."""
        return self.suites[0]

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the signing pair with the latest nbf: Ed25519, ML-DSA of the suite.

        Raises:
            EnvelopeError: E_KEY_FILE, there is no whole pair.
        """
        return self._pair("sig").signing_kids

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        """Kids of the encryption keys, newest first."""
        return tuple(key.kid for key in self._newest_first("enc") if key.private is not None)

    @property
    def root(self) -> KeyPairSigner:
        """The root pair with the latest nbf, as a Signer for organisation documents.

        Raises:
            EnvelopeError: E_KEY_FILE, the root pair is not here.
        """
        return self._pair("root")

    def root_pair(self, kids: tuple[str, str]) -> KeyPairSigner:
        """Return a root pair by its kids, for the change from it to the next.

        Raises:
            EnvelopeError: E_KEY_INVALID, it is not here.
        """
        keys = self._private("root")
        return KeyPairSigner(org=self.org, pair=(_pick(keys, kids[0]), _pick(keys, kids[1])))

    def at(self, moment: datetime) -> Identity:
        """Return the identity without the signing keys that may not sign at a moment; it opens as before.

        Raises:
            UsageError: U_MOMENT, `moment` has no offset; U_NO_KEYS, no whole pair may sign then.
        """
        second = int(require_aware(moment).timestamp())
        keys = tuple(key for key in self.keys if key.use != "sig" or key.nbf <= second < key.exp)
        if not set(SUITES[self.suite].signatures) <= {key.alg for key in keys if key.use == "sig"}:
            raise UsageError("U_NO_KEYS")
        return Identity(org=self.org, keys=keys)

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return the signature of the signing key `kid`; root keys sign through :attr:`root` only.

        Raises:
            EnvelopeError: E_KEY_INVALID, there is no such signing key here.
        """
        return _pick(self._private("sig"), kid).sign(message)

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        """Return the content key that was encrypted to the key `kid`.

        Raises:
            EnvelopeError: E_DECRYPT, it does not open; E_KEY_INVALID, there is no such encryption key here.
        """
        return _pick(self._private("enc"), kid).unwrap(ek=ek, encrypted_key=encrypted_key, info=info)

    def with_new_keys(self, use: KeyUse, *, at: datetime, random: Callable[[int], bytes] = os.urandom) -> Identity:
        """Return the identity with fresh keys of one use and its suite, valid from `at`; the old keys stay.

        Raises:
            UsageError: U_MOMENT, `at` has no offset, or a key would end after the year 2998; U_ARGUMENT, more keys than
                a document may list.
        """
        keys = (*self.keys, *_new_keys(use, at, random, suite=SUITES[self.suite]))
        if len(keys) > MAX_ORG_KEYS:
            raise UsageError
        return Identity(org=self.org, keys=keys)

    def without_key(self, kid: str) -> Identity:
        """Return the identity without one key; :func:`destroy` destroys its file.

        Raises:
            UsageError: U_ARGUMENT, there is no such key.
        """
        keys = tuple(key for key in self.keys if key.kid != kid)
        if len(keys) == len(self.keys):
            raise UsageError
        return Identity(org=self.org, keys=keys)

    def beside(self, other: Identity) -> Identity:
        """Return the identity with the keys of another suite that its organisation has: only to say whose they are.

        Raises:
            UsageError: U_ARGUMENT, `other` is of another organisation or of the same suite.
        """
        if other.org != self.org or set(other.suites) & set(self.suites):
            raise UsageError
        return Identity(org=self.org, keys=(*self.keys, *(key for key in other.keys if key.use != "root")))

    def without_root(self) -> Identity:
        """Return the identity without the private root keys, as it is used every day."""
        keys = tuple(
            IdentityKey(kid=key.kid, alg=key.alg, use=key.use, nbf=key.nbf, exp=key.exp) if key.use == "root" else key
            for key in self.keys
        )
        return Identity(org=self.org, keys=keys)

    def _newest_first(self, use: KeyUse) -> list[IdentityKey]:
        """Return the keys of a use; of two that start together the one that was added last comes first."""
        return sorted((key for key in reversed(self.keys) if key.use == use), key=lambda key: key.nbf, reverse=True)

    def _private(self, use: KeyUse) -> list[PrivateKey]:
        return [key.private for key in self._newest_first(use) if key.private is not None]

    def _pair(self, use: KeyUse) -> KeyPairSigner:
        newest = {key.alg: key for key in reversed(self._private(use))}
        first, second = PAIR if use == "root" else SUITES[self.suite].signatures
        if not {first, second} <= newest.keys():
            raise EnvelopeError("E_KEY_FILE")
        return KeyPairSigner(org=self.org, pair=(newest[first], newest[second]))


@runtime_checkable
class HasMoments(Protocol):
    """Who has several pairs, each for its time: an :class:`Identity`, or what gives one."""

    def at(self, moment: datetime) -> Signer:
        """Return who signs at a moment."""
        ...


def signer_at(signer: Signer, moment: datetime) -> Signer:
    """Return who signs at a moment: of an identity with several pairs the one that may, which need not be the newest.

    Raises:
        UsageError: U_MOMENT, `moment` has no offset; U_NO_KEYS, no whole pair may sign then.
    """
    return signer.at(moment) if isinstance(signer, HasMoments) else signer


def _pick(keys: Iterable[PrivateKey], kid: str) -> PrivateKey:
    for key in keys:
        if key.kid == kid:
            return key
    raise EnvelopeError("E_KEY_INVALID")


def create_identity(
    org: str, *, at: datetime, suite: str = KGBX_1.id, random: Callable[[int], bytes] = os.urandom
) -> Identity:
    """Return a new identity: a signing pair, an encryption key and a root pair, valid from `at`.

    Args:
        org: URN of the organisation, ``urn:osb:oin:`` and 20 digits.
        at: Start of the keys' life, aware.
        suite: Name of the suite of the signing pair and the encryption key.
        random: Gives n random bytes; a cryptographic generator, except in tests.

    Raises:
        EnvelopeError: E_SUITE, there is none of this name.
        UsageError: U_ARGUMENT, `org` is no such URN; U_MOMENT, `at` has no offset, or a key would
            end after the year 2998.
    """
    if not ORG.match(org):
        raise UsageError
    row = suite_named(suite)
    keys = tuple(key for use in USES for key in _new_keys(use, at, random, suite=row))
    return Identity(org=org, keys=keys)


def _new_keys(use: KeyUse, at: datetime, random: Callable[[int], bytes], *, suite: SuiteRow) -> list[IdentityKey]:
    start = require_aware(at)
    end = require_aware(start + timedelta(days=USES[use]))  # a key that cannot be read back is not made
    privates = [generate_key(alg, random=random) for alg in algs_of(use, suite)]
    return [
        IdentityKey(
            kid=key.kid, alg=key.alg, use=use, nbf=int(start.timestamp()), exp=int(end.timestamp()), private=key
        )
        for key in privates
    ]

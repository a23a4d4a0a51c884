# SPDX-License-Identifier: EUPL-1.2
"""An organisation's own keys, in memory and in a folder.

Rules:
    - an identity signs with its newest signing pair and opens with every encryption key it still has;
    - the root pair signs organisation documents only; its files are kept offline and may be missing when loading;
    - a folder holds ``identity.json`` and one file a key, mode 0600; wider is refused; the file name follows from the
      kid, so a folder cannot point elsewhere;
    - ``identity.json`` is written last: an interrupted save leaves an identity that still loads, or none.

Source: envelope specification, section 3.13.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from kgbx.clock import is_second, require_aware
from kgbx.envelope.encoding import KID, ORG, compact_json, exact, parse_json
from kgbx.envelope.jws import PAIR
from kgbx.envelope.keyfiles import (
    IV_BYTES,
    SALT_BYTES,
    Passphrase,
    decode_key,
    encode_encrypted,
    encode_plain,
    read_secret,
    write_secret,
)
from kgbx.envelope.keys import ALGS, ED25519, HPKE_9_KE, ML_DSA_65, PrivateKey, generate_key
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import ENCRYPTION_KEY_DAYS, MAX_ORG_KEYS, ROOT_KEY_DAYS, SIGNING_KEY_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from kgbx.envelope.ports import KeyUse

FORMAT: Final = "kgbx-identity/1"
IDENTITY_FILE: Final = "identity.json"
PLAIN_SUFFIX: Final = ".jwk"
ENCRYPTED_SUFFIX: Final = ".enc"

USES: Final[dict[KeyUse, tuple[tuple[str, ...], int]]] = {
    "sig": ((ED25519, ML_DSA_65), SIGNING_KEY_DAYS),
    "enc": ((HPKE_9_KE,), ENCRYPTION_KEY_DAYS),
    "root": ((ED25519, ML_DSA_65), ROOT_KEY_DAYS),
}
"""Algorithms and life in days of the keys of each use."""


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
        pair: Ed25519 key, ML-DSA-65 key.
    """

    org: str
    pair: tuple[PrivateKey, PrivateKey]

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the pair: Ed25519, ML-DSA-65."""
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
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the signing pair with the latest nbf: Ed25519, ML-DSA-65.

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
        """Return the identity with fresh keys of one use, valid from `at`; the old keys stay.

        Raises:
            UsageError: U_MOMENT, `at` has no offset, or a key would end after the year 2998; U_ARGUMENT, more keys than
                a document may list.
        """
        keys = (*self.keys, *_new_keys(use, at, random))
        if len(keys) > MAX_ORG_KEYS:
            raise UsageError
        return Identity(org=self.org, keys=keys)

    def without_key(self, kid: str) -> Identity:
        """Return the identity without one key; :func:`save` with ``replace`` then destroys its file.

        Raises:
            UsageError: U_ARGUMENT, there is no such key.
        """
        keys = tuple(key for key in self.keys if key.kid != kid)
        if len(keys) == len(self.keys):
            raise UsageError
        return Identity(org=self.org, keys=keys)

    def without_root(self) -> Identity:
        """Return the identity without the private root keys, as it is used every day."""
        keys = tuple(
            IdentityKey(kid=key.kid, alg=key.alg, use=key.use, nbf=key.nbf, exp=key.exp) if key.use == "root" else key
            for key in self.keys
        )
        return Identity(org=self.org, keys=keys)

    def _newest_first(self, use: KeyUse) -> list[IdentityKey]:
        return sorted((key for key in self.keys if key.use == use), key=lambda key: key.nbf, reverse=True)

    def _private(self, use: KeyUse) -> list[PrivateKey]:
        return [key.private for key in self._newest_first(use) if key.private is not None]

    def _pair(self, use: KeyUse) -> KeyPairSigner:
        newest = {key.alg: key for key in reversed(self._private(use))}
        if not set(PAIR) <= newest.keys():
            raise EnvelopeError("E_KEY_FILE")
        return KeyPairSigner(org=self.org, pair=(newest[ED25519], newest[ML_DSA_65]))


def _pick(keys: Iterable[PrivateKey], kid: str) -> PrivateKey:
    for key in keys:
        if key.kid == kid:
            return key
    raise EnvelopeError("E_KEY_INVALID")


def create_identity(org: str, *, at: datetime, random: Callable[[int], bytes] = os.urandom) -> Identity:
    """Return a new identity: a signing pair, an encryption key and a root pair, valid from `at`.

    Args:
        org: URN of the organisation, ``urn:osb:oin:`` and 20 digits.
        at: Start of the keys' life, aware.
        random: Gives n random bytes; a cryptographic generator, except in tests.

    Raises:
        UsageError: U_ARGUMENT, `org` is no such URN; U_MOMENT, `at` has no offset, or a key would
            end after the year 2998.
    """
    if not ORG.match(org):
        raise UsageError
    keys = tuple(key for use in USES for key in _new_keys(use, at, random))
    return Identity(org=org, keys=keys)


def _new_keys(use: KeyUse, at: datetime, random: Callable[[int], bytes]) -> list[IdentityKey]:
    algs, days = USES[use]
    start = require_aware(at)
    end = require_aware(start + timedelta(days=days))  # a key that cannot be read back is not made
    privates = [generate_key(alg, random=random) for alg in algs]
    return [
        IdentityKey(
            kid=key.kid, alg=key.alg, use=use, nbf=int(start.timestamp()), exp=int(end.timestamp()), private=key
        )
        for key in privates
    ]


def save(
    identity: Identity,
    folder: Path,
    *,
    passphrase: bytes | None,
    replace: bool = False,
    random: Callable[[int], bytes] = os.urandom,
) -> None:
    """Write an identity folder, mode 0700, its files 0600.

    Args:
        identity: What to write; keys without a private part are listed only.
        folder: Made if it does not exist.
        passphrase: Encrypts every key; None writes plain private keys.
        replace: Update a folder that holds the same organisation's identity; files of keys no longer listed go.
        random: Gives n random bytes.

    Raises:
        UsageError: U_NOT_EMPTY, there is an identity and `replace` is false; U_PASSPHRASE, the passphrase is empty.
        EnvelopeError: E_KEY_FILE, what is there cannot be replaced.
        OSError: the folder cannot be written.
    """
    if passphrase == b"":
        raise UsageError("U_PASSPHRASE")
    before = _names_before(identity, folder) if replace else {}
    if not replace and (folder / IDENTITY_FILE).exists():
        raise UsageError("U_NOT_EMPTY")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = None if passphrase is None else Passphrase(passphrase)
    salt = random(SALT_BYTES)
    names = {}
    for key in identity.keys:
        names[key.kid] = key.kid + (PLAIN_SUFFIX if secret is None else ENCRYPTED_SUFFIX)
        if key.private is None:  # its file, if there is one, is not ours to rename
            names[key.kid] = before.get(key.kid, names[key.kid])
            continue
        data = (
            encode_plain(key.private)
            if secret is None
            else encode_encrypted(key.private, secret, salt=salt, iv=random(IV_BYTES))
        )
        write_secret(folder / names[key.kid], data)
    write_secret(folder / IDENTITY_FILE, _encode(identity, names))
    for name in set(before.values()) - set(names.values()):
        (folder / name).unlink(missing_ok=True)


def _names_before(identity: Identity, folder: Path) -> dict[str, str]:
    """Return kid to file name of the folder that is replaced; it must be of the same organisation."""
    org, rows = _rows(folder)
    if org != identity.org:
        raise EnvelopeError("E_KEY_FILE")
    return {key.kid: name for key, name in rows}


def _encode(identity: Identity, names: dict[str, str]) -> bytes:
    rows = [
        {"kid": k.kid, "use": k.use, "alg": k.alg, "file": names[k.kid], "nbf": k.nbf, "exp": k.exp}
        for k in identity.keys
    ]
    return compact_json({"format": FORMAT, "org": identity.org, "keys": rows})


def load(folder: Path, passphrase: bytes | None) -> Identity:
    """Return the identity of a folder.

    Args:
        folder: Holds ``identity.json`` and the key files; files of root keys may be missing.
        passphrase: Opens ``.enc`` files; None for plain keys.

    Raises:
        EnvelopeError: E_KEY_FILE, missing, damaged, or readable by others; E_PASSPHRASE, it opens none of the files.
        UsageError: U_PASSPHRASE, a file is encrypted and no passphrase was given.
    """
    org, rows = _rows(folder)
    secret = None if passphrase is None else Passphrase(passphrase)
    keys, refused = [], 0
    for key, name in rows:
        data = read_secret(folder / name)
        if data is None and key.use != "root":
            raise EnvelopeError("E_KEY_FILE")
        private = None
        if data is not None:
            private = decode_key(data, kid=key.kid, passphrase=secret, encrypted=name.endswith(ENCRYPTED_SUFFIX))
            refused += private is None
        if private is not None and private.alg != key.alg:
            raise EnvelopeError("E_KEY_FILE")
        keys.append(IdentityKey(kid=key.kid, alg=key.alg, use=key.use, nbf=key.nbf, exp=key.exp, private=private))
    if refused:  # a passphrase that opens another file of the folder is right: then this file is damaged
        opened = any(key.private is not None for key in keys)
        raise EnvelopeError("E_KEY_FILE" if opened else "E_PASSPHRASE")
    return Identity(org=org, keys=tuple(keys))


def peek(folder: Path) -> Identity:
    """Return what ``identity.json`` lists, without opening any key: no passphrase is needed.

    Raises:
        EnvelopeError: E_KEY_FILE, missing, damaged, or readable by others.
    """
    org, rows = _rows(folder)
    return Identity(org=org, keys=tuple(key for key, _ in rows))


def _rows(folder: Path) -> tuple[str, list[tuple[IdentityKey, str]]]:
    """Return the organisation and the rows of ``identity.json`` with their file names."""
    data = read_secret(folder / IDENTITY_FILE)
    rows = None
    with contextlib.suppress(EnvelopeError):
        rows = None if data is None else _decoded(data)
    if rows is None:
        raise EnvelopeError("E_KEY_FILE")
    return rows


def _decoded(data: bytes) -> tuple[str, list[tuple[IdentityKey, str]]]:
    members = exact(parse_json(data), ("format", "org", "keys"))
    org, rows = members["org"], members["keys"]
    if members["format"] != FORMAT or not isinstance(org, str) or not ORG.match(org) or not isinstance(rows, list):
        raise EnvelopeError("E_KEY_FILE")
    keys = [_row(row) for row in rows]
    if not 0 < len({key.kid for key, _ in keys}) == len(keys) <= MAX_ORG_KEYS:
        raise EnvelopeError("E_KEY_FILE")
    return org, keys


def _row(value: object) -> tuple[IdentityKey, str]:
    row = exact(value, ("kid", "use", "alg", "file", "nbf", "exp"))
    kid, use, alg, name = (row[member] for member in ("kid", "use", "alg", "file"))
    nbf, exp = row["nbf"], row["exp"]
    named = isinstance(kid, str) and bool(KID.match(kid)) and name in (kid + PLAIN_SUFFIX, kid + ENCRYPTED_SUFFIX)
    fitting = isinstance(use, str) and use in USES and isinstance(alg, str) and alg in USES[use][0]
    timed = is_second(nbf) and is_second(exp)
    if not (named and fitting and timed and alg in ALGS):
        raise EnvelopeError("E_KEY_FILE")
    key = IdentityKey(
        kid=cast("str", kid), alg=cast("str", alg), use=cast("KeyUse", use), nbf=cast("int", nbf), exp=cast("int", exp)
    )
    return key, cast("str", name)

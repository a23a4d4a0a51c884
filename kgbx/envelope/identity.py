# SPDX-License-Identifier: EUPL-1.2
"""An organisation's own keys in a folder.

Rules:
    - the files of the root pair are kept offline and may be missing when loading;
    - all other keys of a folder are of one suite;
    - a folder holds ``identity.json`` and one file a key, mode 0600; wider is refused; the file name follows from the
      kid, so a folder cannot point elsewhere;
    - ``identity.json`` is written last: an interrupted save leaves an identity that still loads, or none; when a key
      is destroyed it is written first, so that the folder still loads.

Source: envelope specification, section 3.13.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Final, cast

from kgbx.clock import is_second
from kgbx.envelope.encoding import KID, ORG, compact_json, exact, parse_json
from kgbx.envelope.keyfiles import (
    IV_BYTES,
    SALT_BYTES,
    Passphrase,
    decode_key,
    encode_encrypted,
    encode_plain,
    read_secret,
    shred,
    write_secret,
)
from kgbx.envelope.keys import ALGS
from kgbx.envelope.ownkeys import Identity, IdentityKey, KeyPairSigner, algs_of, create_identity
from kgbx.envelope.suites import SUITES
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_ORG_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from kgbx.envelope.ports import KeyUse

__all__ = ["Identity", "IdentityKey", "KeyPairSigner", "create_identity", "destroy", "load", "peek", "save"]

FORMAT: Final = "kgbx-identity/1"
IDENTITY_FILE: Final = "identity.json"
PLAIN_SUFFIX: Final = ".jwk"
ENCRYPTED_SUFFIX: Final = ".enc"
_EVERY_USE: Final[tuple[KeyUse, ...]] = ("sig", "enc", "root")
_USES: Final = {row.id: {(use, alg) for use in _EVERY_USE for alg in algs_of(use, row)} for row in SUITES.values()}
"""For each suite the uses of keys with their algorithms."""

KEY_FILE: Final = re.compile(r"\.?[A-Za-z0-9_-]{43}\.(?:jwk|enc)(?:\.new)?\Z")
"""Names of key files, those of an interrupted write included."""


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
    made = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = _names(identity, before, PLAIN_SUFFIX if passphrase is None else ENCRYPTED_SUFFIX)
    try:
        _write(identity, folder, names, passphrase=passphrase, random=random)
    except OSError:
        for name in set(names.values()) - set(before.values()):
            with contextlib.suppress(OSError):
                shred(folder / name)
        if made:
            folder.rmdir()
        raise
    for name in set(before.values()) - set(names.values()):
        shred(folder / name)


def _names(identity: Identity, before: dict[str, str], suffix: str) -> dict[str, str]:
    """Return kid to file name; the file of a key that is kept elsewhere is not ours to rename."""
    return {
        key.kid: before.get(key.kid, key.kid + suffix) if key.private is None else key.kid + suffix
        for key in identity.keys
    }


def _write(
    identity: Identity,
    folder: Path,
    names: dict[str, str],
    *,
    passphrase: bytes | None,
    random: Callable[[int], bytes],
) -> None:
    secret = None if passphrase is None else Passphrase(passphrase)
    salt = random(SALT_BYTES)
    for key in identity.keys:
        if key.private is not None:
            data = (
                encode_plain(key.private)
                if secret is None
                else encode_encrypted(key.private, secret, salt=salt, iv=random(IV_BYTES))
            )
            write_secret(folder / names[key.kid], data)
    write_secret(folder / IDENTITY_FILE, _encode(identity, names))


def destroy(folder: Path, kids: Collection[str]) -> None:
    """Take keys off the list of a folder and destroy their files, and those of keys that are not listed.

    No key is opened, so no passphrase is needed. The files are overwritten and removed; what the disk, a snapshot or a
    backup keeps of them is out of reach.

    Raises:
        EnvelopeError: E_KEY_FILE, ``identity.json`` is missing, damaged, or readable by others.
        UsageError: U_KEY, a key is not here; U_ARGUMENT, nothing would be left.
        OSError: the folder cannot be written; what is still there can be destroyed again.
    """
    org, rows = _rows(folder)
    if not set(kids) <= {key.kid for key, _ in rows}:
        raise UsageError("U_KEY")
    kept = [(key, name) for key, name in rows if key.kid not in kids]
    if not kept:
        raise UsageError
    identity = Identity(org=org, keys=tuple(key for key, _ in kept))
    write_secret(folder / IDENTITY_FILE, _encode(identity, {key.kid: name for key, name in kept}))
    listed = {name for _, name in kept}
    for path in sorted(folder.iterdir()):
        if KEY_FILE.match(path.name) and path.name not in listed:
            shred(path)


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
    one_suite = any({(key.use, key.alg) for key, _ in keys} <= uses for uses in _USES.values())
    if not 0 < len({key.kid for key, _ in keys}) == len(keys) <= MAX_ORG_KEYS or not one_suite:
        raise EnvelopeError("E_KEY_FILE")
    return org, keys


def _row(value: object) -> tuple[IdentityKey, str]:
    row = exact(value, ("kid", "use", "alg", "file", "nbf", "exp"))
    kid, use, alg, name = (row[member] for member in ("kid", "use", "alg", "file"))
    nbf, exp = row["nbf"], row["exp"]
    named = isinstance(kid, str) and bool(KID.match(kid)) and name in (kid + PLAIN_SUFFIX, kid + ENCRYPTED_SUFFIX)
    fitting = isinstance(use, str) and isinstance(alg, str) and any((use, alg) in uses for uses in _USES.values())
    timed = is_second(nbf) and is_second(exp)
    if not (named and fitting and timed and alg in ALGS):
        raise EnvelopeError("E_KEY_FILE")
    key = IdentityKey(
        kid=cast("str", kid), alg=cast("str", alg), use=cast("KeyUse", use), nbf=cast("int", nbf), exp=cast("int", exp)
    )
    return key, cast("str", name)

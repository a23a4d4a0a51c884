# SPDX-License-Identifier: EUPL-1.2
"""An organisation's own keys in a folder.

Rules:
    - the files of the root pair are kept offline and may be missing when loading;
    - all other keys of a folder are of one suite;
    - a folder holds ``identity.json`` and one file a key, mode 0600; wider is refused; the file name follows from the
      kid, so a folder cannot point elsewhere;
    - a folder in which others may write, or that is of somebody else, is refused;
    - ``identity.json`` is written last, and what it names until then is not touched: an interrupted save leaves an
      identity that still loads, or none; when a key is destroyed it is written first, so that the folder still loads;
    - one process at a time changes a folder, and a key that it did not read is never lost by what it writes.

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
    salt_of,
    shred,
    write_secret,
)
from kgbx.envelope.keys import ALGS
from kgbx.envelope.ownkeys import Identity, IdentityKey, KeyPairSigner, algs_of, create_identity
from kgbx.envelope.private_files import OTHERS_MAY_WRITE, alone, is_own
from kgbx.envelope.suites import SUITES
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_ORG_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from kgbx.envelope.ports import KeyUse

__all__ = [
    "Identity",
    "IdentityKey",
    "KeyPairSigner",
    "create_identity",
    "destroy",
    "is_encrypted",
    "load",
    "peek",
    "save",
    "update",
]

FORMAT: Final = "kgbx-identity/1"
IDENTITY_FILE: Final = "identity.json"
PLAIN_SUFFIX: Final = ".jwk"
ENCRYPTED_SUFFIX: Final = ".enc"
_EVERY_USE: Final[tuple[KeyUse, ...]] = ("sig", "enc", "root")
_USES: Final = {row.id: {(use, alg) for use in _EVERY_USE for alg in algs_of(use, row)} for row in SUITES.values()}
"""For each suite the uses of keys with their algorithms."""

_SECOND: Final = ".2"
"""In the name of a key file that replaces one which is still listed."""

_OLD_SECONDS: Final = 3600
"""Age of a file that nobody is still writing."""

KEY_FILE: Final = re.compile(r"\.?(?P<kid>[A-Za-z0-9_-]{43})(?:\.2)?\.(?:jwk|enc)(?:\.new)?\Z")
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
        replace: Update a folder that holds the same organisation's identity. Keys that it lists and `identity` does
            not, such as those that another process made, stay: only :func:`destroy` takes keys away. To change what was
            loaded use :func:`update`.
        random: Gives n random bytes.

    Raises:
        UsageError: U_NOT_EMPTY, there is an identity and `replace` is false; U_PASSPHRASE, the passphrase is empty;
            U_ARGUMENT, more keys than a document may list.
        EnvelopeError: E_KEY_FILE, what is there cannot be replaced, or others may write in the folder.
        OSError: the folder cannot be written.
    """
    secret = _secret(passphrase)
    if replace and not (folder / IDENTITY_FILE).exists():
        raise EnvelopeError("E_KEY_FILE")
    made = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with alone(folder):
            if not replace and (folder / IDENTITY_FILE).exists():
                raise UsageError("U_NOT_EMPTY")
            _save(identity, folder, secret, random=random)
    except OSError:
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def update(
    folder: Path,
    change: Callable[[Identity], Identity],
    *,
    passphrase: bytes | None,
    random: Callable[[int], bytes] = os.urandom,
) -> Identity:
    """Load an identity, change it, and write it back, while no other process writes the folder; return what it became.

    Args:
        folder: Holds ``identity.json`` and the key files.
        change: Gets the identity and gives what it becomes: with new keys, or the same one, which writes nothing. It
            must not write the folder itself: that would wait for ever.
        passphrase: As for :func:`load`.
        random: Gives n random bytes.

    Raises:
        EnvelopeError: as :func:`load`.
        UsageError: as :func:`load` and :func:`save`.
        OSError: the folder cannot be written.
    """
    secret = _secret(passphrase)
    _require_folder(folder)
    with alone(folder):
        before = load(folder, passphrase)
        after = change(before)
        if after is not before:
            _save(after, folder, secret, random=random)
    return after


def _secret(passphrase: bytes | None) -> Passphrase | None:
    if passphrase == b"":
        raise UsageError("U_PASSPHRASE")
    return None if passphrase is None else Passphrase(passphrase)


def _save(identity: Identity, folder: Path, secret: Passphrase | None, *, random: Callable[[int], bytes]) -> None:
    """Write what is new under names that are free, then the list, then destroy what is no longer listed."""
    _require_folder(folder)
    rows = _rows_of(identity.org, folder) if (folder / IDENTITY_FILE).exists() else []
    before = {key.kid: name for key, name in rows}
    held = {key.kid for key in identity.keys}
    whole = Identity(org=identity.org, keys=(*identity.keys, *(key for key, _ in rows if key.kid not in held)))
    if len(whole.keys) > MAX_ORG_KEYS:
        raise UsageError
    files = _files(identity, folder, before, secret=secret, random=random)
    suffix = PLAIN_SUFFIX if secret is None else ENCRYPTED_SUFFIX
    names = {key.kid: key.kid + suffix for key in whole.keys} | before | {kid: name for kid, (name, _) in files.items()}
    done = False
    try:
        for name, data in files.values():
            write_secret(folder / name, data)
        write_secret(folder / IDENTITY_FILE, _encode(whole, names))
        done = True
    finally:
        if not done:
            _undo(folder, {name for name, _ in files.values()})
    for name in set(before.values()) - set(names.values()):
        shred(folder / name)


def _files(
    identity: Identity,
    folder: Path,
    before: dict[str, str],
    *,
    secret: Passphrase | None,
    random: Callable[[int], bytes],
) -> dict[str, tuple[str, bytes]]:
    """Return for each kid that is not stored under this passphrase its new file: name and content.

    A file is never written over one that is listed: until the list is switched, the old ones are what loads.
    """
    stored = {key.kid: _stored(key, folder, before.get(key.kid), secret) for key in identity.keys}
    salts = [salt for salt in stored.values() if salt]
    salt = salts[0] if salts else random(SALT_BYTES)
    files = {}
    for key in identity.keys:
        if key.private is None or stored[key.kid] is not None:
            continue
        if secret is None:
            data, suffix = encode_plain(key.private), PLAIN_SUFFIX
        else:
            data, suffix = encode_encrypted(key.private, secret, salt=salt, iv=random(IV_BYTES)), ENCRYPTED_SUFFIX
        first, second = key.kid + suffix, key.kid + _SECOND + suffix
        files[key.kid] = (second if before.get(key.kid) == first else first), data
    return files


def _stored(key: IdentityKey, folder: Path, name: str | None, secret: Passphrase | None) -> bytes | None:
    """Return the salt of the file of a key (empty for a plain one) if it is there under this passphrase, else None."""
    encrypted = secret is not None
    if name is None or name.endswith(ENCRYPTED_SUFFIX) is not encrypted:
        return None
    with contextlib.suppress(EnvelopeError):
        data = read_secret(folder / name)
        if data is not None and decode_key(data, kid=key.kid, passphrase=secret, encrypted=encrypted) is not None:
            return salt_of(data) if encrypted else b""
    return None


def _undo(folder: Path, written: set[str]) -> None:
    """Destroy what was written, unless the list names it already: then it is what loads."""
    listed = set()
    if (folder / IDENTITY_FILE).exists():
        with contextlib.suppress(EnvelopeError):
            listed = {name for _, name in _rows(folder)[1]}
        if not listed:
            return
    for name in written - listed:
        with contextlib.suppress(OSError):
            shred(folder / name)


def destroy(folder: Path, kids: Collection[str]) -> None:
    """Take keys off the list of a folder and destroy their files, and old ones of keys that are not listed.

    No key is opened, so no passphrase is needed. The files are overwritten and removed; what the disk, a snapshot or a
    backup keeps of them is out of reach. What is not listed is left from a write that was interrupted; it goes when it
    is an hour older than the list: what is newer may be what another machine is writing.

    Raises:
        EnvelopeError: E_KEY_FILE, ``identity.json`` is missing, damaged, or readable by others.
        UsageError: U_KEY, a key is not here; U_ARGUMENT, nothing would be left.
        OSError: the folder cannot be written; what is still there can be destroyed again.
    """
    _require_folder(folder)
    with alone(folder):
        org, rows = _rows(folder)
        if not set(kids) <= {key.kid for key, _ in rows}:
            raise UsageError("U_KEY")
        kept = [(key, name) for key, name in rows if key.kid not in kids]
        if not kept:
            raise UsageError
        identity = Identity(org=org, keys=tuple(key for key, _ in kept))
        write_secret(folder / IDENTITY_FILE, _encode(identity, {key.kid: name for key, name in kept}))
        _sweep(folder, kids, listed={name for _, name in kept})


def _sweep(folder: Path, kids: Collection[str], *, listed: set[str]) -> None:
    """Destroy every file of some keys, and what is not listed and an hour older than the list, by the disk's clock."""
    oldest = (folder / IDENTITY_FILE).stat().st_mtime - _OLD_SECONDS
    for path in sorted(folder.iterdir()):
        found = KEY_FILE.match(path.name)
        if found and path.name not in listed and (found["kid"] in kids or path.lstat().st_mtime < oldest):
            shred(path)


def _require_folder(folder: Path) -> None:
    """Return if nobody else may change what is in a folder.

    Raises:
        EnvelopeError: E_KEY_FILE, somebody may, or there is no such folder.
    """
    own = False
    with contextlib.suppress(OSError):
        own = is_own(folder.stat(), wider=OTHERS_MAY_WRITE)
    if not own:
        raise EnvelopeError("E_KEY_FILE")


def _rows_of(expected: str, folder: Path) -> list[tuple[IdentityKey, str]]:
    """Return the keys and file names of the folder that is replaced; it must be of the same organisation."""
    org, rows = _rows(folder)
    if org != expected:
        raise EnvelopeError("E_KEY_FILE")
    return rows


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


def is_encrypted(folder: Path) -> bool:
    """Tell whether a key file that is listed, and is there, needs a passphrase; False where nothing can be listed."""
    rows: list[tuple[IdentityKey, str]] = []
    with contextlib.suppress(EnvelopeError):
        rows = _rows(folder)[1]
    return any(name.endswith(ENCRYPTED_SUFFIX) and (folder / name).exists() for _, name in rows)


def peek(folder: Path) -> Identity:
    """Return what ``identity.json`` lists, without opening any key: no passphrase is needed.

    Raises:
        EnvelopeError: E_KEY_FILE, missing, damaged, or readable by others.
    """
    org, rows = _rows(folder)
    return Identity(org=org, keys=tuple(key for key, _ in rows))


def _rows(folder: Path) -> tuple[str, list[tuple[IdentityKey, str]]]:
    """Return the organisation and the rows of ``identity.json`` with their file names."""
    _require_folder(folder)
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
    named = isinstance(kid, str) and bool(KID.match(kid)) and name in _names(kid)
    fitting = isinstance(use, str) and isinstance(alg, str) and any((use, alg) in uses for uses in _USES.values())
    timed = is_second(nbf) and is_second(exp)
    if not (named and fitting and timed and alg in ALGS):
        raise EnvelopeError("E_KEY_FILE")
    key = IdentityKey(
        kid=cast("str", kid), alg=cast("str", alg), use=cast("KeyUse", use), nbf=cast("int", nbf), exp=cast("int", exp)
    )
    return key, cast("str", name)


def _names(kid: str) -> tuple[str, ...]:
    """Return the names that the file of a key may have."""
    return tuple(kid + place + suffix for suffix in (PLAIN_SUFFIX, ENCRYPTED_SUFFIX) for place in ("", _SECOND))

# SPDX-License-Identifier: EUPL-1.2
"""Files that hold secrets: written atomically with mode 0600, refused when wider, encrypted under a passphrase.

Rules:
    - a private key file is the private JWK (``.jwk``), or the same encrypted with AES-256-GCM under scrypt (``.enc``),
      with the kid as associated data, so that files cannot be swapped;
    - the parameters of scrypt are fixed: a file cannot ask for more memory, nor offer less work;
    - one derivation serves all files that share a salt.

Source: RFC 7914 (scrypt); envelope specification, section 3.13.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kgbx.envelope.encoding import b64, compact_json, exact, parse_json, unb64
from kgbx.envelope.keys import PrivateKey, private_key_from_jwk
from kgbx.envelope.private_files import OTHERS_MAY_USE, is_own
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_KEY_FILE_BYTES, SCRYPT_N, SCRYPT_P, SCRYPT_R

if TYPE_CHECKING:
    from pathlib import Path

SALT_BYTES: Final = 16
IV_BYTES: Final = 12
_KEY_BYTES: Final = 32
_KDF: Final = "scrypt"
_COST: Final = {"n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P}


class Passphrase:
    """A passphrase and the keys derived from it; the repr shows neither."""

    __slots__ = ("_derived", "_phrase")

    def __init__(self, phrase: bytes) -> None:
        self._phrase = phrase
        self._derived: dict[bytes, AESGCM] = {}

    def cipher(self, salt: bytes) -> AESGCM:
        """Return AES-256-GCM under the key for `salt` (16 bytes); slow the first time."""
        if salt not in self._derived:
            n, r, p = (_COST[name] for name in ("n", "r", "p"))
            kdf = Scrypt(salt=salt, length=_KEY_BYTES, n=n, r=r, p=p)
            self._derived[salt] = AESGCM(kdf.derive(self._phrase))
        return self._derived[salt]


def encode_plain(key: PrivateKey) -> bytes:
    """Return the content of a ``.jwk`` file. Secret."""
    return compact_json(key.jwk())


def encode_encrypted(key: PrivateKey, passphrase: Passphrase, *, salt: bytes, iv: bytes) -> bytes:
    """Return the content of an ``.enc`` file; `iv` is 12 fresh random bytes."""
    ciphertext = passphrase.cipher(salt).encrypt(iv, compact_json(key.jwk()), key.kid.encode("ascii"))
    return compact_json({"kdf": _KDF, **_COST, "salt": b64(salt), "iv": b64(iv), "ciphertext": b64(ciphertext)})


def decode_key(data: bytes, *, kid: str, passphrase: Passphrase | None, encrypted: bool) -> PrivateKey | None:
    """Return the key in a key file, None if the passphrase does not open it.

    Args:
        data: Content of the file.
        kid: The key it must hold.
        passphrase: None refuses encrypted files.
        encrypted: Whether this is an ``.enc`` file.

    Raises:
        EnvelopeError: E_KEY_FILE, damaged or another key.
        UsageError: U_PASSPHRASE, encrypted and no passphrase given.
    """
    plain: bytes | None = data
    if encrypted:
        if passphrase is None:
            raise UsageError("U_PASSPHRASE")
        plain = _decrypt(data, kid, passphrase)
    return None if plain is None else _key(plain, kid)


def salt_of(data: bytes) -> bytes:
    """Return the salt of an ``.enc`` file, 16 bytes, so that another can share its derivation.

    Raises:
        EnvelopeError: E_KEY_FILE, damaged.
    """
    return _fields(data)[0]


def _decrypt(data: bytes, kid: str, passphrase: Passphrase) -> bytes | None:
    salt, iv, ciphertext = _fields(data)
    try:
        return passphrase.cipher(salt).decrypt(iv, ciphertext, kid.encode("ascii"))
    except InvalidTag:
        return None


def _fields(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return salt, iv and ciphertext of an ``.enc`` file."""
    try:
        members = exact(parse_json(data), ("kdf", *_COST, "salt", "iv", "ciphertext"))
        fixed = all(type(members[name]) is int and members[name] == value for name, value in _COST.items())
        if fixed and members["kdf"] == _KDF:
            salt, iv = unb64(members["salt"], size=SALT_BYTES), unb64(members["iv"], size=IV_BYTES)
            return salt, iv, unb64(members["ciphertext"])
    except EnvelopeError:
        pass
    raise EnvelopeError("E_KEY_FILE")


def _key(plain: bytes, kid: str) -> PrivateKey:
    try:
        key = private_key_from_jwk(parse_json(plain))
    except EnvelopeError:
        key = None
    if key is None or key.kid != kid:
        raise EnvelopeError("E_KEY_FILE")
    return key


def read_secret(path: Path) -> bytes | None:
    """Return the content of a file that only its owner may read, None if there is no such file.

    Raises:
        EnvelopeError: E_KEY_FILE, readable or writable by others, of somebody else, too large, not a file, or
            unreadable.
    """
    content = None
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and is_own(status, wider=OTHERS_MAY_USE):
                content = file.read(MAX_KEY_FILE_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError:
        pass
    if content is None or len(content) > MAX_KEY_FILE_BYTES:
        raise EnvelopeError("E_KEY_FILE")
    return content


def write_secret(path: Path, data: bytes) -> None:
    """Write a file with mode 0600, whole or not at all; an existing file is replaced.

    Raises:
        OSError: the file cannot be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite a file with zeros and remove it; nothing is done when it is not there.

    What the disk itself, a snapshot or a backup keeps of it is out of reach.

    Raises:
        OSError: the file cannot be written or removed.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(bytes(os.fstat(descriptor).st_size))
            file.flush()
            os.fsync(descriptor)
    finally:
        path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut.

    Raises:
        OSError: the folder cannot be opened.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

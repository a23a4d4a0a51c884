# SPDX-License-Identifier: EUPL-1.2
"""Parts: content in encrypted chunks, streamed with bounded memory.

Rules:
    - every part has its own key and salt, derived from the content key, the message id and its index: a part cannot be
      moved within a message or to another;
    - content is padded with zeros to hide its size, and the padding is checked;
    - nothing of a part is relied on before its last chunk, size, padding and digests have been checked; a file appears
      under its own name only then.

Source: C2SP chunked-encryption (Cobblestone-256); envelope specification, section 3.4.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from kgbx.envelope.blobs import BLOCK_BYTES
from kgbx.envelope.encoding import be32, hkdf, id16, pad
from kgbx.envelope.keyfiles import sync_folder
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_PART_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbx.envelope.blobs import Blob
    from kgbx.envelope.manifest import PartEntry

    Sink = Callable[[bytes], object]

_KEY_LABEL: Final = b"kgbx/1 part key\x00"
_SALT_LABEL: Final = b"kgbx/1 part salt\x00"
_CONTEXT_LABEL: Final = b"kgbx/1 part\x00"
_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PartKeys:
    """What belongs to one part of one message.

    Attributes:
        key: Encryption key. Secret.
        salt: Salt of the digest; gone with the content key, so that a digest then says nothing.
        context: Public context of the encryption.
    """

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    context: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigures:
    """What the manifest says of an encrypted part.

    Attributes:
        size: Bytes of content.
        digest: SHA-256 of salt and content.
        csize: Bytes of the encrypted part.
        csha256: SHA-256 of the encrypted part.
    """

    size: int
    digest: bytes
    csize: int
    csha256: bytes


def part_keys(cek: bytes, *, message_id: str, n: int) -> PartKeys:
    """Return the keys of part `n` of a message."""
    place = id16(message_id) + be32(n)
    return PartKeys(
        key=hkdf(cek, _KEY_LABEL + place, size=_BYTES),
        salt=hkdf(cek, _SALT_LABEL + place, size=_BYTES),
        context=_CONTEXT_LABEL + place,
    )


def encrypt_part(content: Iterable[bytes], sink: Sink, *, keys: PartKeys) -> PartFigures:
    """Encrypt content block by block.

    Args:
        content: Blocks of bytes.
        sink: Takes the encrypted bytes.
        keys: Of this part.

    Raises:
        UsageError: U_ARGUMENT, more than 64 GiB.
    """
    encryptor = Cobblestone256Encryptor(keys.key, keys.context)
    size, digest, csize, csha256 = 0, sha256(keys.salt), 0, sha256()
    for block in _with_padding(content):
        if block.content:
            size += len(block.data)
            digest.update(block.data)
        sealed = encryptor.update(block.data)
        csize += len(sealed)
        csha256.update(sealed)
        sink(sealed)
    sealed = encryptor.finalize()
    csha256.update(sealed)
    sink(sealed)
    return PartFigures(size=size, digest=digest.digest(), csize=csize + len(sealed), csha256=csha256.digest())


@dataclass(frozen=True, slots=True)
class _Block:
    data: bytes
    content: bool


def _with_padding(content: Iterable[bytes]) -> Iterator[_Block]:
    """Yield the content and then zeros up to the padded size."""
    size = 0
    for data in content:
        size += len(data)
        if size > MAX_PART_BYTES:
            raise UsageError
        yield _Block(data, content=True)
    left = pad(size) - size
    while left:
        zeros = bytes(min(left, BLOCK_BYTES))
        left -= len(zeros)
        yield _Block(zeros, content=False)


class _Check:
    """Running sums over one part while it is decrypted."""

    def __init__(self, entry: PartEntry, keys: PartKeys, sink: Sink) -> None:
        self._entry = entry
        self._sink = sink
        self._left = entry.size
        self._decryptor: Cobblestone256Decryptor | None = Cobblestone256Decryptor(keys.key, keys.context)
        self._digest = sha256(keys.salt)
        self._csha256 = sha256()
        self._csize = 0
        self._padded = True

    def block(self, sealed: bytes) -> None:
        """Take the next bytes of the encrypted part; after a failure only count."""
        self._csize += len(sealed)
        self._csha256.update(sealed)
        if self._decryptor is not None:
            self._plain(self._opened(self._decryptor.update, sealed))

    def finish(self) -> None:
        """Judge size, decryption, padding, digests, in this order."""
        if self._decryptor is not None:
            self._plain(self._opened(self._decryptor.finalize))
        if self._csize != self._entry.csize:
            raise EnvelopeError("E_PART_SIZE")
        if self._decryptor is None:
            raise EnvelopeError("E_PART_DECRYPT")
        if not self._padded:
            raise EnvelopeError("E_PART_PADDING")
        found = self._digest.digest(), self._csha256.digest()
        if found != (self._entry.digest, self._entry.csha256):
            raise EnvelopeError("E_PART_DIGEST")

    def _opened(self, step: Callable[..., bytes], *data: bytes) -> bytes:
        try:
            return step(*data)
        except InvalidTag:
            self._decryptor = None
            return b""

    def _plain(self, data: bytes) -> None:
        content = data[: self._left]
        self._left -= len(content)
        self._digest.update(content)
        if content:
            self._sink(content)
        padding = data[len(content) :]
        self._padded = self._padded and padding.count(0) == len(padding)


def decrypt_part(blob: Blob, sink: Sink, *, entry: PartEntry, keys: PartKeys) -> None:
    """Decrypt and check one part.

    What `sink` receives is not to be relied on before this function has returned.

    Args:
        blob: The encrypted part.
        sink: Takes the content.
        entry: What the manifest says of it.
        keys: Of this part.

    Raises:
        EnvelopeError: E_PART_SIZE, E_PART_DECRYPT, E_PART_PADDING, E_PART_DIGEST, judged in this order.
    """
    if blob.size != entry.csize:
        raise EnvelopeError("E_PART_SIZE")
    check = _Check(entry, keys, sink)
    for sealed in blob.blocks():
        check.block(sealed)
    check.finish()


def discard(_data: bytes) -> None:
    """Take content and forget it: for checking only."""


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Sink]:
    """Give the sink of a file that appears as `path` only if the block ends well.

    The bytes go to an unguessable name in the same folder, mode 0600; synced, then linked under their own name, which
    must be free: an existing file is never overwritten. On any failure nothing is left.

    Raises:
        OSError: the folder cannot be written, the disk is full, or `path` exists (FileExistsError).
    """
    descriptor, name = tempfile.mkstemp(prefix=".kgbx-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file.write
            file.flush()
            os.fsync(file.fileno())
        _rename_to_free(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _rename_to_free(temporary: Path, path: Path) -> None:
    """Give a file its name, which must be free; a file system without hard links gets a check and a rename."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        temporary.rename(path)

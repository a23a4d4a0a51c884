# SPDX-License-Identifier: EUPL-1.2
"""Stretches of bytes that can be read again and again: of a file, of bytes in memory, of a stream.

Rules: reads in blocks, never a whole part at once; a short read is told as fewer bytes, and is judged by who counts.
What is spooled here is encrypted or is about to be: the spool of opening holds no plaintext.
"""

from __future__ import annotations

import io
import os
import stat
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

from kgbx.errors import UsageError
from kgbx.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK_BYTES: Final = 256 * 1024
"""Read at once; sixteen chunks of a part."""

SPOOL_BYTES: Final = 1 * MIB
"""Kept in memory before a spool goes to disk."""

BODY_SPOOL_BYTES: Final = 8 * MIB
"""The same for the body of a message, of which there is one, and which the caller has in memory already."""


@runtime_checkable
class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


class Seekable(Readable, Protocol):
    """A binary stream that can go back."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place and return it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """A stretch of bytes.

    Attributes:
        size: Its length in bytes, as far as known beforehand.
        offset: Where it begins in what `_open` gives.
    """

    size: int
    offset: int = 0
    _open: Callable[[], AbstractContextManager[Seekable]] = field(repr=False, compare=False)

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks of at most 256 KiB; fewer in all if the source has shrunk.

        Raises:
            OSError: the source cannot be read.
        """
        left = self.size
        with self._open() as stream:
            stream.seek(self.offset)
            while left > 0 and (block := stream.read(min(left, BLOCK_BYTES))):
                left -= len(block)
                yield block

    def all_blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks, and see that there are neither fewer nor more than was said beforehand.

        Raises:
            UsageError: U_CHANGED, the source has grown or shrunk, or its size says nothing, as in /proc.
            OSError: the source cannot be read.
        """
        left = self.size
        for block in self.blocks():
            left -= len(block)
            yield block
        with self._open() as stream:
            stream.seek(self.offset + self.size)
            if left or stream.read(1):
                raise UsageError("U_CHANGED")

    def read(self) -> bytes:
        """Return all bytes; only for what is known to be small."""
        with self._open() as stream:
            stream.seek(self.offset)
            data = stream.read(self.size)
            while len(data) < self.size and (more := stream.read(self.size - len(data))):
                data += more
            return data

    def window(self, offset: int, size: int) -> Blob:
        """Return a stretch inside this one."""
        return Blob(size=size, offset=self.offset + offset, _open=self._open)


def blob_of_bytes(data: bytes) -> Blob:
    """Return the stretch of bytes in memory."""
    return Blob(size=len(data), _open=lambda: io.BytesIO(data))


def blob_of_file(path: Path) -> Blob:
    """Return the stretch of a file, opened anew for each reading.

    Raises:
        UsageError: U_CHANGED, a pipe or a device, of which nobody can say how long it is.
        OSError: there is no such file.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):  # a folder is told when it is opened
        raise UsageError("U_CHANGED")
    return Blob(size=found.st_size, _open=lambda: path.open("rb"))


def blob_of_seekable(stream: Seekable) -> Blob:
    """Return the stretch of a stream from its present place to its end; the stream stays open."""
    start = stream.seek(0, os.SEEK_CUR)
    end = stream.seek(0, os.SEEK_END)
    stream.seek(start)
    return Blob(size=end - start, offset=start, _open=lambda: nullcontext(stream))


def spool(stream: Readable) -> Blob:
    """Return what a stream gives, kept in memory up to 1 MiB and else in an unnamed temporary file.

    Raises:
        OSError: the stream cannot be read or the disk is full.
    """
    store = new_spool()
    while block := stream.read(BLOCK_BYTES):
        store.write(block)
    store.seek(0)
    return blob_of_seekable(store)


class Spool(SpooledTemporaryFile[bytes]):
    """A temporary file without a name, closed when nobody refers to it any more."""

    def __del__(self) -> None:
        self.close()


def new_spool(*, in_memory: int = SPOOL_BYTES) -> Spool:
    """Return an empty spool that keeps so many bytes in memory and what is more in a file."""
    return Spool(max_size=in_memory)


Source: TypeAlias = "bytes | bytearray | memoryview | str | os.PathLike[str] | Readable | Blob"


def blob_of(source: Source) -> Blob:
    """Return the stretch of bytes that a caller gave.

    Args:
        source: Bytes, the path of a file, or a binary stream; a stream that cannot seek is spooled.

    Raises:
        TypeError: none of these.
        UsageError: U_CHANGED, the path of a pipe or a device.
        OSError: the file or stream cannot be read.
    """
    if isinstance(source, Blob):
        return source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return blob_of_bytes(bytes(source))
    if isinstance(source, (str, os.PathLike)):
        return blob_of_file(Path(source))
    if isinstance(source, io.IOBase | SpooledTemporaryFile) and source.seekable():
        return blob_of_seekable(source)
    if isinstance(source, Readable):
        return spool(source)
    raise TypeError("give bytes, a path or a binary stream")

# SPDX-License-Identifier: EUPL-1.2
"""Encrypted parts beside a SQLite file: small ones in a row, large ones in a folder, named by owner and content.

Rules:
    - bytes are on the disk before the row says so; a file takes its final name only when it is complete and right;
    - a file changes only within a transaction of the store, so that no two processes write the same one, and sweeping
      never takes what another is making;
    - what nobody refers to is swept when the store is opened.

Source: delivery design, "Stores".
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from kgbx.delivery.store.verified_parts import Part, VerifiedParts, WrongPartError
from kgbx.errors import DeliveryError
from kgbx.limits import MAX_INLINE_PART_BYTES, MIB, MIN_FREE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kgbx.delivery.store.driver import Driver

BLOCK: Final = MIB
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FilePart(Part):
    """What the row of a part says.

    Attributes:
        data: The bytes of a small part.
    """

    data: bytes | None

    @property
    def large(self) -> bool:
        """Whether the bytes stand in a file."""
        return self.size > MAX_INLINE_PART_BYTES


class FileParts(VerifiedParts[FilePart]):
    """The parts of a SQLite store: :class:`kgbx.delivery.store.Parts`.

    Args:
        folder: Where large parts stand; made when it is needed.
        within: Gives a driver in a transaction, and whether that goes on afterwards.
        room: Gives the free bytes of the disk.

    Attributes:
        joins: What a thread does with parts within a transaction of the store is a piece of that transaction.
    """

    joins = True

    def __init__(
        self,
        folder: Path,
        within: Callable[[], AbstractContextManager[tuple[Driver, bool]]],
        *,
        room: Callable[[], int],
    ) -> None:
        self.folder, self._within, self._room = folder, within, room

    # --- reading

    def read(self, owner: str, sha256: bytes, *, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a complete part from an offset."""
        part = self._complete(owner, sha256)
        if part.large:
            return _file_blocks(self._final(owner, sha256), offset)
        return _blocks(part.data or b"", offset)

    def _look(self, owner: str, sha256: bytes) -> FilePart | None:
        with self._within() as (driver, _):
            return self._found(driver, owner, sha256)

    def _found(self, driver: Driver, owner: str, sha256: bytes) -> FilePart | None:
        """Return what the row says, unless its file has less: what undoes a transaction leaves files as they are."""
        part = _row(driver, owner, sha256)
        if part is None or not part.large or part.complete or self._stands(owner, sha256, part):
            return part
        driver.change("DELETE FROM kgbx_part WHERE owner = ? AND sha256 = ?", (owner, sha256))
        return None

    def _stands(self, owner: str, sha256: bytes, part: FilePart) -> bool:
        """Tell whether the file of a large part has all that its row says."""
        path = self._path(owner, sha256, part)
        return _disk(lambda: path.stat().st_size if path.exists() else -1) >= part.stored

    # --- writing

    def append(self, owner: str, sha256: bytes, *, offset: int, size: int, data: bytes) -> int:
        """Add bytes at an offset and return the new offset."""
        if self._room() - len(data) < MIN_FREE_BYTES:
            raise DeliveryError("X_DISK", retryable=True)
        with self._within() as (driver, _):
            part = self._found(driver, owner, sha256) or FilePart(size, 0, complete=False, data=None)
            if part.size != size or part.stored != offset or offset + len(data) > size:
                raise DeliveryError("X_OFFSET")
            if part.complete:
                return offset
            grown = self._grown(owner, sha256, part, data)
            _save(driver, owner, sha256, grown)
        if grown.stored == size:
            self._finish(owner, sha256)
        return grown.stored

    def _grown(self, owner: str, sha256: bytes, part: FilePart, data: bytes) -> FilePart:
        stored = part.stored + len(data)
        if not part.large:
            return FilePart(part.size, stored, complete=False, data=(part.data or b"") + data)
        _disk(lambda: self._write(self._partial(owner, sha256), part.stored, data))
        return FilePart(part.size, stored, complete=False, data=None)

    def _write(self, path: Path, offset: int, data: bytes) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _write_at(path, offset, data)
        sync_folder(self.folder)

    def _finish(self, owner: str, sha256: bytes) -> None:
        """Verify a part of which all bytes are here; one that is wrong is dropped.

        The bytes are hashed outside the transaction: others need not wait for a gigabyte. What was hashed is what is
        renamed, for the file is the same and nothing is ever written into a part that has all its bytes.
        """
        part = self._look(owner, sha256)
        if part is None or not part.to_verify:
            return
        path = self._partial(owner, sha256)
        right, seen = _disk(lambda: _hashed(path)) if part.large else (hashlib.sha256(part.data or b"").digest(), None)
        if right != sha256:
            self._drop(owner, sha256, lambda now: now == part and _disk(lambda: _identity(path)) == seen)
            raise WrongPartError
        with self._within() as (driver, _):
            now = _row(driver, owner, sha256)
            if now != part or _disk(lambda: _identity(path)) != seen:
                return
            if part.large:
                _disk(lambda: self._rename(owner, sha256))
            _save(driver, owner, sha256, FilePart(part.size, part.stored, complete=True, data=part.data))

    def _rename(self, owner: str, sha256: bytes) -> None:
        self._partial(owner, sha256).replace(self._final(owner, sha256))
        sync_folder(self.folder)

    def drop(self, owner: str, sha256: bytes, *, complete: bool = True) -> None:
        """Forget a part; a complete one only if `complete`."""
        self._drop(owner, sha256, lambda part: complete or not part.complete)

    def _drop(self, owner: str, sha256: bytes, goes: Callable[[FilePart], bool]) -> None:
        """Forget a part if it is one that goes."""
        with self._within() as (driver, goes_on):
            part = _row(driver, owner, sha256)
            if part is not None and not goes(part):
                return
            driver.change("DELETE FROM kgbx_part WHERE owner = ? AND sha256 = ?", (owner, sha256))
        if not goes_on:  # the row is gone for good before its file is; else sweeping takes it
            self._remove_without_row(owner, sha256)

    def _remove_without_row(self, owner: str, sha256: bytes) -> None:
        with self._within() as (driver, _):
            if _row(driver, owner, sha256) is None:
                _disk(lambda: self._partial(owner, sha256).unlink(missing_ok=True))
                _disk(lambda: self._final(owner, sha256).unlink(missing_ok=True))

    # --- sweeping

    def sweep(self) -> None:
        """Remove files that no row refers to, and rows whose file is not what they say: those are sent again."""
        with self._within() as (driver, _):
            kept = set[str]()
            select = "SELECT owner, sha256, size, stored, complete, data FROM kgbx_part WHERE size > ?"
            for owner, sha256, *rest in driver.rows(select, (MAX_INLINE_PART_BYTES,)):
                kept.update(self._sweep_row(driver, owner, sha256, FilePart(*rest)))
            _disk(lambda: self._sweep_files(kept))

    def _sweep_row(self, driver: Driver, owner: str, sha256: bytes, part: FilePart) -> tuple[str, ...]:
        if self._stands(owner, sha256, part):
            return (self._path(owner, sha256, part).name,)
        driver.change("DELETE FROM kgbx_part WHERE owner = ? AND sha256 = ?", (owner, sha256))
        return ()

    def _sweep_files(self, kept: set[str]) -> None:
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in kept:
                path.unlink(missing_ok=True)

    # --- names

    def _path(self, owner: str, sha256: bytes, part: FilePart) -> Path:
        return self._final(owner, sha256) if part.complete else self._partial(owner, sha256)

    def _final(self, owner: str, sha256: bytes) -> Path:
        return self.folder / file_name(owner, sha256)

    def _partial(self, owner: str, sha256: bytes) -> Path:
        return self.folder / f"{file_name(owner, sha256)}.partial"


def file_name(owner: str, sha256: bytes) -> str:
    """Return the name of the file of a part: nobody reaches the parts of another, and no name says whose they are."""
    return f"{hashlib.sha256(owner.encode()).hexdigest()[:16]}-{sha256.hex()}"


def _row(driver: Driver, owner: str, sha256: bytes) -> FilePart | None:
    select = "SELECT size, stored, complete, data FROM kgbx_part WHERE owner = ? AND sha256 = ?"
    found = driver.rows(select, (owner, sha256))
    return next((FilePart(size, stored, bool(complete), data) for size, stored, complete, data in found), None)


def _save(driver: Driver, owner: str, sha256: bytes, part: FilePart) -> None:
    put = "INSERT INTO kgbx_part (owner, sha256, size, stored, complete, data) VALUES (?, ?, ?, ?, ?, ?)"
    put += " ON CONFLICT (owner, sha256) DO UPDATE"
    put += " SET stored = excluded.stored, complete = excluded.complete, data = excluded.data"
    driver.change(put, (owner, sha256, part.size, part.stored, int(part.complete), part.data))


def _disk(action: Callable[[], T]) -> T:
    """Do something with files and tell its failure as one of the store: what the failure holds names paths."""
    with contextlib.suppress(OSError):
        return action()
    raise DeliveryError("X_STORE", retryable=True)


def _write_at(path: Path, offset: int, data: bytes) -> None:
    """Write bytes at an offset and bring them to the disk; what a crash left behind that place is written over."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_size < offset:
            raise FileNotFoundError
        os.ftruncate(descriptor, offset)
        view = memoryview(data)
        while view:
            view = view[os.pwrite(descriptor, view, offset + len(data) - len(view)) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Bring to the disk which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hashed(path: Path) -> tuple[bytes, tuple[int, int] | None]:
    """Return the digest of a file and which file it was; nothing where there is none."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            return hashlib.file_digest(file, "sha256").digest(), (status.st_dev, status.st_ino)
    except FileNotFoundError:
        return b"", None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _blocks(data: bytes, offset: int) -> Iterator[bytes]:
    for start in range(offset, len(data), BLOCK):
        yield data[start : start + BLOCK]


def _file_blocks(path: Path, offset: int) -> Iterator[bytes]:
    with _disk(lambda: path.open("rb")) as file:
        file.seek(offset)
        while block := _disk(lambda: file.read(BLOCK)):
            yield block

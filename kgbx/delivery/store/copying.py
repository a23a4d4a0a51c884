# SPDX-License-Identifier: EUPL-1.2
"""Keeping a copy of a SQLite store while it is used, and looking whether a copy is whole.

Rules: the copy has its name only when it is whole and on the disk; it never stands in the place of another file; it may
be made while others work, but for another copy: one at a time.

Source: delivery design, "Stores"; https://www.sqlite.org/backup.html.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.delivery.store.part_files import sync_folder
from kgbx.delivery.store.sqlite_driver import SqliteDriver, failure_of
from kgbx.errors import DeliveryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.store.sqlite import SqliteStore


def keep_copy(store: SqliteStore, path: str | os.PathLike[str]) -> None:
    """Copy a store to a new file, and its large parts to the folder ``<file>-parts`` beside that.

    Others wait while the rows are copied, not while the parts are.

    Raises:
        UsageError: U_EXISTS, there is something in that place.
        DeliveryError: X_STORE, the copy could not be made, or is not whole; or another one is being made.
    """
    target = Path(path).absolute()
    problem = None
    try:
        _require_free(target)
        _copy(store, target)
    except (OSError, sqlite3.Error) as error:
        problem = failure_of(error)
    if problem is not None:
        raise problem


def _require_free(target: Path) -> None:
    if target.exists() or _parts_of(target).exists():
        raise UsageError("U_EXISTS")


def _copy(store: SqliteStore, target: Path) -> None:
    """Copy the rows and take hold of the parts in one transaction; the bytes of parts are copied after it."""
    partial = Path(f"{target}.partial")
    with _alone(Path(f"{store.path}-copying")) as held, contextlib.ExitStack() as stack:
        _clear(partial, _parts_of(partial))
        stack.callback(_clear, partial, _parts_of(partial))  # a copy that failed must not fill the disk
        with store.transaction():
            _copy_rows(store.path, partial)
            _hold_parts(store.parts.folder, held)
        _copy_parts(held, _parts_of(partial))
        require_whole(partial)
        _name(partial, target)


def _name(partial: Path, target: Path) -> None:
    """Give a copy that is whole its name; its rows last."""
    if _parts_of(partial).exists():
        _parts_of(partial).rename(_parts_of(target))
    partial.rename(target)
    sync_folder(target.parent)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """Give an empty folder to whoever makes a copy, and to nobody else until that is done or its process is dead.

    Raises:
        OSError: Another copy is being made.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(descriptor), folder.stat()):  # another one was done this moment
            raise BlockingIOError
        _clear(*folder.iterdir())
        try:
            yield folder
        finally:
            _clear(folder)
    finally:
        os.close(descriptor)


def _parts_of(path: Path) -> Path:
    return Path(f"{path}-parts")


def _clear(*paths: Path) -> None:
    """Remove what a copy that was broken off left."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def _copy_rows(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
        old.backup(new)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _hold_parts(source: Path, held: Path) -> None:
    """Give each part a second name: that takes no time, and who drops the part takes only the first."""
    if source.is_dir():
        for path in source.iterdir():
            _name_again(path, held / path.name)


def _name_again(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # not on every disk
        shutil.copyfile(path, name)


def _copy_parts(held: Path, target: Path) -> None:
    names = sorted(held.iterdir())
    if not names:
        return
    target.mkdir(mode=0o700)
    for path in names:
        copied = shutil.copyfile(path, target / path.name)
        copied.chmod(0o600)
        with copied.open("rb") as file:
            os.fsync(file.fileno())
    sync_folder(target)


def require_whole(path: Path) -> None:
    """Look at every page of a SQLite file.

    Raises:
        DeliveryError: X_STORE, it is damaged.
    """
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        if SqliteDriver(connection).rows("PRAGMA integrity_check") != [("ok",)]:
            raise DeliveryError("X_STORE")

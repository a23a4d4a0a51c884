# SPDX-License-Identifier: EUPL-1.2
"""What a SQLite file would be after a loss of power: writes are recorded below SQLite and replayed without the disk.

A layer between SQLite and the system (a "VFS", made with ctypes in the SQLite library that Python uses) writes down
every write, truncation, sync, creation and removal. From that list the files are made as a disk may show them when the
power goes at a given moment: what was synced is there, of what came after the last sync any part may be there or not,
and a name that was made or removed may be old or new until its folder was synced.

Source: https://www.sqlite.org/vfs.html, https://www.sqlite.org/c3ref/io_methods.html.
"""

from __future__ import annotations

import _sqlite3
import contextlib
import ctypes
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import pytest

from tests.effort import MACHINE_CANNOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

P, N, Q = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
OK: Final = 0
Kind = Literal["there", "create", "write", "truncate", "sync", "remove", "sync folder"]


class Step(NamedTuple):
    """Something that was done to a file."""

    kind: Kind
    path: str
    offset: int = 0
    data: bytes = b""


def _callback(*arguments: type) -> Any:  # noqa: ANN401  # a class that ctypes makes
    return ctypes.CFUNCTYPE(N, *arguments)


OPEN, REMOVE = _callback(P, P, P, N, ctypes.POINTER(N)), _callback(P, ctypes.c_char_p, N)
WRITE, TRUNCATE, SYNC, CLOSE = _callback(P, P, N, Q), _callback(P, Q), _callback(P, N), _callback(P)


class Vfs(ctypes.Structure):
    """struct sqlite3_vfs, version 3."""

    _fields_ = (
        ("iVersion", N),
        ("szOsFile", N),
        ("mxPathname", N),
        ("pNext", P),
        ("zName", ctypes.c_char_p),
        ("pAppData", P),
        ("xOpen", P),
        ("xDelete", P),
        *((f"rest{number}", P) for number in range(14)),
    )


class Methods(ctypes.Structure):
    """struct sqlite3_io_methods, version 3."""

    _fields_ = (
        ("iVersion", N),
        ("xClose", P),
        ("xRead", P),
        ("xWrite", P),
        ("xTruncate", P),
        ("xSync", P),
        *((f"rest{number}", P) for number in range(13)),
    )


def _library() -> ctypes.CDLL:
    """Return the SQLite that Python uses, or skip where its functions cannot be reached."""
    library, reached = ctypes.CDLL(None), False
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(_sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
        library.sqlite3_libversion.restype = ctypes.c_char_p
        reached = library.sqlite3_libversion().decode() == sqlite3.sqlite_version
    if not reached:
        pytest.skip(f"{MACHINE_CANNOT}the SQLite of this Python cannot be reached with ctypes")
    return library


@dataclass
class Recorder:
    """A layer below SQLite.

    Attributes:
        steps: What was done, in order.
        fate: Asked before each write and sync; returns the result code that SQLite gets, 0 to do it.
    """

    steps: list[Step] = field(default_factory=list)
    fate: Callable[[Step], int] = lambda _: OK
    _paths: dict[int, str] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    _own: dict[int, Methods] = field(default_factory=dict)

    def _do(self, step: Step, action: Callable[[], int]) -> int:
        code = self.fate(step) or action()
        if code == OK:
            self.steps.append(step)
        return code

    def _wrap(self, original: Methods) -> Methods:
        """Return methods that write down and then do what the original ones do."""
        close, write = CLOSE(original.xClose), WRITE(original.xWrite)
        truncate, sync = TRUNCATE(original.xTruncate), SYNC(original.xSync)

        def on_write(file: int, data: int, amount: int, offset: int) -> int:
            step = Step("write", self._paths[file], offset, ctypes.string_at(data, amount))
            return self._do(step, lambda: write(file, data, amount, offset))

        def on_truncate(file: int, size: int) -> int:
            return self._do(Step("truncate", self._paths[file], size), lambda: truncate(file, size))

        def on_sync(file: int, flags: int) -> int:
            return self._do(Step("sync", self._paths[file]), lambda: sync(file, flags))

        wrapped = Methods.from_buffer_copy(original)
        for name, made in (
            ("xWrite", WRITE(on_write)),
            ("xTruncate", TRUNCATE(on_truncate)),
            ("xSync", SYNC(on_sync)),
            ("xClose", close),
        ):
            self._kept.append(made)
            setattr(wrapped, name, ctypes.cast(made, P))
        return wrapped

    def layer(self, below: Vfs) -> Vfs:
        """Return a layer on top of the one that SQLite has."""
        open_below, remove_below = OPEN(below.xOpen), REMOVE(below.xDelete)

        def on_open(_: int, name: int | None, file: int, flags: int, out: Any) -> int:  # noqa: ANN401  # a pointer
            path = ctypes.string_at(name).decode() if name else ""
            new = bool(path) and not Path(path).exists()
            code = int(open_below(ctypes.addressof(below), name, file, flags, out))
            if code == OK:
                self.steps.append(Step("create" if new else "there", path))
                self._watch(file, path)
            return code

        def on_remove(_: int, name: bytes, sync_folder: int) -> int:
            code = int(remove_below(ctypes.addressof(below), name, sync_folder))
            if code == OK:
                self.steps.append(Step("remove", name.decode()))
                self.steps += [Step("sync folder", name.decode())] * bool(sync_folder)
            return code

        made = Vfs.from_buffer_copy(below)
        opens, removes = OPEN(on_open), REMOVE(on_remove)
        self._kept += [opens, removes]
        made.zName, made.pNext = b"kgbx-recorder", None
        made.xOpen, made.xDelete = ctypes.cast(opens, P), ctypes.cast(removes, P)
        return made

    def _watch(self, file: int, path: str) -> None:
        place = P.from_address(file)
        original = Methods.from_address(place.value or 0)
        address = ctypes.addressof(original)
        if address not in self._own:
            self._own[address] = self._wrap(original)
        self._paths[file] = path
        place.value = ctypes.addressof(self._own[address])


@contextlib.contextmanager
def recording() -> Iterator[Recorder]:
    """Record everything that SQLite writes in files that are opened within the block."""
    library, recorder = _library(), Recorder()
    below = library.sqlite3_vfs_find(None).contents
    layer = recorder.layer(below)
    library.sqlite3_vfs_register(ctypes.byref(layer), 1)
    try:
        yield recorder
    finally:
        library.sqlite3_vfs_unregister(ctypes.byref(layer))
        library.sqlite3_vfs_register(ctypes.byref(below), 1)


# --- what a disk may show


@dataclass
class File:
    """A file: what is on the disk for sure, and what was done since."""

    kept: bytearray = field(default_factory=bytearray)
    floating: list[Step] = field(default_factory=list)


@dataclass
class Disk:
    """A folder: which names are on the disk for sure, and which are on their way there."""

    now: dict[str, File] = field(default_factory=dict)
    sure: dict[str, File] = field(default_factory=dict)

    def do(self, step: Step) -> None:
        """Do what SQLite did."""
        match step.kind:
            case "there":
                self.sure[step.path] = self.now.setdefault(step.path, File())
            case "create":
                self.now[step.path] = File()
            case "remove":
                del self.now[step.path]
            case "sync folder":
                self.sure = dict(self.now)
            case "sync":
                self._sync(step.path)
            case _:
                self.now[step.path].floating.append(step)

    def _sync(self, path: str) -> None:
        """Bring a file to the disk; of a new journal SQLite syncs the folder as well."""
        file = self.now[path]
        for done in file.floating:
            apply(file.kept, done)
        file.floating.clear()
        if path not in self.sure:
            self.sure = dict(self.now)

    def shown(self, chance: Random) -> dict[str, bytes]:
        """Return files by path as the disk may show them: with each name that floats as it was or as it is."""
        both = {path: (self.sure.get(path), self.now.get(path)) for path in {*self.sure, *self.now}}
        files = {path: old if old is new else chance.choice((old, new)) for path, (old, new) in sorted(both.items())}
        return {path: shown(file, chance) for path, file in files.items() if file is not None}


def apply(data: bytearray, step: Step) -> None:
    """Do a write or truncation."""
    if step.kind == "truncate":
        del data[step.offset :]
        return
    data.extend(bytes(max(0, step.offset - len(data))))
    data[step.offset : step.offset + len(step.data)] = step.data


def shown(file: File, chance: Random) -> bytes:
    """Return the bytes of a file with all, some or nothing of what was not synced, perhaps in another order."""
    data, floating = bytearray(file.kept), list(file.floating)
    if chance.random() < 0.5:
        chance.shuffle(floating)
    share = chance.choice((0.0, 0.5, 1.0))
    for step in floating:
        if chance.random() < share:
            apply(data, step)
    return bytes(data)


def after_power_loss(steps: list[Step], chance: Random) -> dict[str, bytes]:
    """Return files by path as a disk may show them when the power goes after these steps."""
    disk = Disk()
    for step in steps:
        disk.do(step)
    return disk.shown(chance)

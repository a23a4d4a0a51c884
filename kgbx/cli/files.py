# SPDX-License-Identifier: EUPL-1.2
"""Which files a command looks at, and how it reads them.

Rules:
    - a folder stands for its files, in an order that is always the same; links to folders are followed, after its own
      folders, and each folder is entered once, so that a loop ends;
    - a folder in which nothing was found, or that could not be read, is named itself: it cannot be opened as a file, so
      what was not looked at is never told as good;
    - a place that is named twice is looked at once; two names of one file are two files;
    - only ordinary files are opened: a pipe or a device could hold the program up for ever. ``-`` is standard input.
It must not print, and not look into what it reads.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgbx.errors import UsageError
from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

STDIN: Final = "-"

_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Opening a pipe without a writer, or a terminal, returns at once, so that it can be refused."""

_FOLDER: Final = Text(
    "In deze map is geen bestand gevonden om na te kijken. Kijk naar het pad en de rechten.",
    "In this folder no file was found to check. Check the path and its permissions.",
)
_NOT_ORDINARY: Final = Text(
    "Dit is geen gewoon bestand maar een pijp of een apparaat. Geef een bestand, of - voor standaardinvoer.",
    "This is no ordinary file but a pipe or a device. Give a file, or - for standard input.",
)


_ONCE: Final = Text(
    "Standaardinvoer (-) kan maar één keer gelezen worden. Geef het andere als bestand.",
    "Standard input (-) can be read only once. Give the other one as a file.",
)


class NotOrdinaryError(OSError):
    """What has this name is neither a file nor a folder."""


def _every(_name: str) -> bool:
    return True


def files_of(
    paths: Iterable[str], *, wanted: Callable[[str], bool] = _every, entered: Callable[[str], bool] = _every
) -> tuple[str, ...]:
    """Return the files that `paths` stand for, each place once, in the order of the paths.

    Args:
        paths: Files, folders and ``-``, as the caller gave them.
        wanted: Tells of a file in a folder, by its name, whether it is looked at.
        entered: Tells of a folder in a folder, by its name, whether it is entered.
    """
    found = (one for path in paths for one in (_files_in(path, wanted, entered) if os.path.isdir(path) else (path,)))  # noqa: PTH112  # Path.is_dir raises where a folder above may not be read
    real = cache(os.path.realpath)
    places: dict[tuple[str, str], str] = {}
    for path in found:
        folder, name = os.path.split(path)
        places.setdefault((STDIN, "") if path == STDIN else (real(folder), name), path)
    return tuple(places.values())


def _files_in(folder: str, wanted: Callable[[str], bool], entered: Callable[[str], bool]) -> Iterator[str]:
    """Yield the files of a folder and those below it; itself if there are none; each folder that cannot be read."""
    unreadable: list[OSError] = []
    seen: set[str] = set()
    empty = True
    for place, below, names in os.walk(folder, onerror=unreadable.append, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            below.clear()
            continue
        seen.add(real)
        below[:] = _own_first(place, filter(entered, below))
        for name in sorted(filter(wanted, names)):
            empty = False
            yield str(Path(place, name))
    yield from [str(error.filename or folder) for error in unreadable] or ([folder] if empty else [])


def _own_first(place: str, names: Iterable[str]) -> list[str]:
    """Return folders in order, links last: what has a name of its own is told by that name."""
    return sorted(names, key=lambda name: (Path(place, name).is_symlink(), name))


def read_ordinary(path: str, *, limit: int) -> bytes:
    """Return the bytes of an ordinary file or of standard input, at most one more than `limit`.

    Raises:
        NotOrdinaryError: a pipe, a socket or a device; it is not read.
        OSError: there is nothing that can be read.
    """
    if path == STDIN:
        if sys.stdin is None:
            raise FileNotFoundError
        return sys.stdin.buffer.read(limit + 1)
    with open(path, "rb", opener=_open_at_once) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise NotOrdinaryError(errno.EINVAL, os.strerror(errno.EINVAL), path)
        return stream.read(limit + 1)


def once_from_stdin(paths: Iterable[str]) -> None:
    """Refuse two names of standard input: it can be read once, and the second would seem empty.

    Raises:
        UsageError: U_ARGUMENT, ``-`` is given twice.
    """
    if sum(path == STDIN for path in paths) > 1:
        raise UsageError(text=_ONCE)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def why_not(error: OSError) -> Text:
    """Return what to tell of a file that could not be read."""
    if isinstance(error, NotOrdinaryError):
        return _NOT_ORDINARY
    return _FOLDER if isinstance(error, IsADirectoryError) else MESSAGES["F_FILE"]

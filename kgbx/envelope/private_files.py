# SPDX-License-Identifier: EUPL-1.2
"""Files and folders that are one's own: who else may change them, and one process at a time.

Rules:
    - what others may write, or what belongs to somebody else, is not relied on; the superuser may look into the folder
      of another;
    - a folder is locked while it is changed, by the system, so that a process that dies leaves no lock; where the
      system or the disk has no such lock a file says that it is in use, and who finds it there is refused.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import stat
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
OTHERS_MAY_USE: Final = stat.S_IRWXG | stat.S_IRWXO

LOCK_FILE: Final = ".lock"

_NO_LOCKS: Final = frozenset({errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What a disk answers that cannot lock a folder; EBADF is what NFS says of one, which cannot be opened for writing."""

_FCNTL: Any = importlib.import_module("fcntl") if os.name == "posix" else None


def is_own(status: os.stat_result, *, wider: int) -> bool:
    """Tell whether a file or folder is one's own, and has none of the mode bits in `wider`."""
    if not hasattr(os, "geteuid"):  # a system without these modes
        return True
    me = os.geteuid()
    return not status.st_mode & wider and (me == 0 or status.st_uid in (me, 0))


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let no other process change a folder meanwhile; waits for one that does.

    Raises:
        OSError: the folder cannot be opened; without locks of the system also EBUSY, it is in use.
    """
    descriptor = _locked(folder)
    if descriptor is None:
        with _lock_file(folder / LOCK_FILE):
            yield
        return
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(folder: Path) -> int | None:
    """Return a descriptor that holds a lock of the system; None where the system or the disk has none."""
    if _FCNTL is None:
        return None
    descriptor, held = os.open(folder, os.O_RDONLY), False
    try:
        _FCNTL.flock(descriptor, _FCNTL.LOCK_EX)
        held = True
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


@contextlib.contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    descriptor = None
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if descriptor is None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(path))
    try:
        os.close(descriptor)
        yield
    finally:
        path.unlink(missing_ok=True)

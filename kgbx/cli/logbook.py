# SPDX-License-Identifier: EUPL-1.2
"""Files of the disclosure log: a line is added and is on the disk before the command goes on.

Rules: for the owner's eyes only (mode 0600); a line is never changed or removed; after a crash that tore a line the
next one starts on a line of its own. The facts stand beside the log, in the folder ``<log>.facts``, each under its
digest, and are written before the line that names them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgbx.cli.console import read_file, write_new
from kgbx.consent.log import LogLines, read_lines
from kgbx.errors import DocumentError, UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES, MAX_LOG_BYTES

if TYPE_CHECKING:
    from kgbx.consent.log import Disclosure

OWNER_ONLY: Final = 0o600
_DIGEST: Final = re.compile("[0-9a-f]{64}")


def append(log: str, entry: Disclosure, *, facts: bytes) -> None:
    """Add a line to a log, and its facts beside it.

    Args:
        log: File of the log; made when it is not there.
        entry: The line.
        facts: The canonical facts with the digest that the line names.

    Raises:
        OSError: something could not be written; a line that stands in the log has its facts.
    """
    _keep_facts(Path(facts_folder(log)), entry.facts, facts)
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    with os.fdopen(descriptor, "r+b", buffering=0) as stream:
        size = stream.seek(0, os.SEEK_END)
        torn = size > 0 and _last_byte(stream.fileno(), size) != b"\n"
        left = memoryview(b"\n" * torn + entry.line())
        while left:
            left = left[stream.write(left) or 0 :]
        os.fsync(descriptor)


def facts_folder(log: str) -> str:
    """Return the folder in which the facts of a log stand."""
    return f"{log}.facts"


def _last_byte(descriptor: int, size: int) -> bytes:
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1)


def _keep_facts(folder: Path, digest: str, facts: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{digest}.json"
    if not target.exists():
        write_new(str(target), facts, mode=OWNER_ONLY)


def read_log_file(log: str) -> LogLines:
    """Return the lines of a file of the log.

    Raises:
        DocumentError: D_SIZE, it is larger than the limit; or as :func:`kgbx.consent.log.read_lines`.
        OSError: it cannot be read.
    """
    data = read_file(log, limit=MAX_LOG_BYTES)
    if len(data) > MAX_LOG_BYTES:
        raise DocumentError.single("D_SIZE")
    return read_lines(data)


def read_facts(folder: str, digest: str) -> bytes:
    """Return the facts with a digest.

    Raises:
        UsageError: U_LOG_FACTS, the folder has none.
        OSError: they cannot be read.
    """
    path = Path(folder) / f"{digest}.json"
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise UsageError("U_LOG_FACTS", pointer="/facts")
    return read_file(str(path), limit=MAX_DOCUMENT_BYTES)

# SPDX-License-Identifier: EUPL-1.2
"""Files of the disclosure log: a line is added and is on the disk before the command goes on.

Rules: for the owner's eyes only (mode 0600); a line is never changed or removed; one process writes at a time; when a
line cannot be written whole the log stays as it was; after a crash that tore a line the next one starts on a line of
its own. The facts stand beside the log, in the folder ``<log>.facts``, each under its digest, and are written before
the line that names them. Where the log ends stands in ``<log>.last``, so that a log that was cut off shows.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgbx.cli.console import read_file, write_new
from kgbx.consent.log import START, Disclosure, Place, one_of_each, read_line, read_lines
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.limits import KIB, MAX_DOCUMENT_BYTES, MAX_LOG_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbx.cli.console import Console
    from kgbx.consent.log import LogLines

OWNER_ONLY: Final = 0o600
_DIGEST: Final = re.compile("[0-9a-f]{64}")
_BLOCK: Final = 256 * KIB
_LAST: Final = re.compile(rb"([0-9]{1,15}) ([0-9a-f]{64})\n?")
_MAX_LAST: Final = 1024


def append(log: str, entry: Disclosure, *, facts: bytes) -> Disclosure:
    """Add a line to a log, and its facts beside it; return the entry as it stands there.

    Args:
        log: File of the log; made when it is not there.
        entry: What the line says; it gets its place here.
        facts: The canonical facts with the digest that the line names.

    Raises:
        DocumentError: the last line is JSON of another form, so that this is no log; D_LOG_CUT.
        OSError: something could not be written; the log is as it was, and a line that stands in it has its facts.
    """
    try:
        return _append(log, entry, facts)
    except OSError as error:
        error.filename = error.filename or log
        raise


def _append(log: str, entry: Disclosure, facts: bytes) -> Disclosure:
    with _locked(log) as stream:
        size = os.fstat(stream).st_size
        ends = _end_of(stream, size)
        _require_whole(log, ends)
        _keep_facts(Path(facts_folder(log)), entry.facts, facts)
        placed = entry.placed(ends[-1])
        torn = size > 0 and os.pread(stream, 1, size - 1) != b"\n"
        _write_line(stream, size, b"\n" * torn + placed.line())
        if size == 0:
            _sync_folder(log)
        _keep_last(log, Place.of(placed, placed.line()))
    return placed


@contextmanager
def _locked(log: str) -> Iterator[int]:
    """Open a log for one writer at a time; another waits."""
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _write_line(stream: int, size: int, line: bytes) -> None:
    """Write a line at the end, to the disk; when that fails, leave what was there."""
    left = memoryview(line)
    whole = False
    try:
        while left:
            left = left[os.write(stream, left) :]
        os.fsync(stream)
        whole = True
    finally:
        if not whole:
            os.ftruncate(stream, size)


def _sync_folder(log: str) -> None:
    """Bring the name of a new file to the disk."""
    folder = os.open(Path(log).parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _end_of(stream: int, size: int) -> Sequence[Place]:
    """Return where a log ends, after the place before that where there is one; torn lines do not count."""
    tail, start = b"", size
    while start > 0:
        step = min(max(_BLOCK, len(tail)), start)
        start -= step
        tail = os.pread(stream, step, start) + tail
        for line in reversed(tail.split(b"\n")[start > 0 :]):
            found = read_line(line, 1) if line.strip() else None
            if found is not None:
                return Place(found.number - 1, found.before), Place.of(found, line)
    return (START,)


def _require_whole(log: str, ends: Sequence[Place]) -> None:
    """Refuse to go on with a log that does not end where it did: a crash leaves at most one line more.

    Raises:
        DocumentError: D_LOG_CUT.
    """
    last = _last_of(log)
    if last is not None and last not in ends:
        raise DocumentError.single("D_LOG_CUT")


def _last_of(log: str) -> Place | None:
    """Return where a log ended when its last line was written; None where that is not kept."""
    try:
        return _place_in(_last_file(log))
    except FileNotFoundError:
        return None


def _place_in(path: str) -> Place:
    """Return the place that a file names; one that no log holds when it cannot be understood."""
    found = _LAST.fullmatch(read_file(path, limit=_MAX_LAST))
    return Place(int(found[1]), found[2].decode()) if found else Place(-1, None)


def _keep_last(log: str, place: Place) -> None:
    temporary = Path(f"{_last_file(log)}.part")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(f"{place.number} {place.digest}\n".encode())
        stream.flush()
        os.fsync(descriptor)
    temporary.replace(_last_file(log))


def _last_file(log: str) -> str:
    return f"{log}.last"


def facts_folder(log: str) -> str:
    """Return the folder in which the facts of a log stand."""
    return f"{log}.facts"


def _keep_facts(folder: Path, digest: str, facts: bytes) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{digest}.json"
    if not target.exists():
        write_new(str(target), facts, mode=OWNER_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """What stands in the files of a log.

    Attributes:
        entries: Each entry once, with the file in which it was found first.
        findings: What shows that the log is not as it was written, as programs read it.
        last: Where the last file ends.
    """

    entries: tuple[tuple[Disclosure, str], ...]
    findings: tuple[dict[str, object], ...]
    last: Place


def read_logs(console: Console, logs: Iterable[str], *, kept: str | None = None) -> Logs:
    """Return what stands in the files of a log, in their order, and tell on stderr what is wrong with it.

    Args:
        console: Where it is told.
        logs: Paths; each begins a log of its own or goes on where the one before ended.
        kept: Path of a copy of a ``.last`` file: the log must still hold the line that it names.

    Raises:
        DocumentError: D_SIZE, a file is larger than the limit; or as :func:`kgbx.consent.log.read_lines`.
        IntegrityError: D_CONFLICT, two entries have one id and not the same content.
        OSError: a file cannot be read.
    """
    found = dict[str, str]()
    entries, findings, reached, place = list[Disclosure](), list[dict[str, object]](), set[Place](), START
    for log in logs:
        last = _last_of(log)  # before the log: a line that is added meanwhile is no line too few
        lines = read_lines(_read(log), after=place)
        place, here = lines.last, _reached(lines)
        reached |= here
        entries += (entry for _, entry in lines.entries)
        found |= {entry.id: found.get(entry.id, log) for _, entry in lines.entries}
        cut = () if last is None or last in here else (Problem.of_shape("D_LOG_CUT"),)
        findings += _tell(console, log, (*lines.findings, *cut))
    if kept is not None and _place_in(kept) not in reached:
        findings += _tell(console, kept, (Problem.of_shape("D_LOG_CUT"),))
    once = tuple((entry, found[entry.id]) for entry in one_of_each(entries))
    return Logs(entries=once, findings=tuple(findings), last=place)


def _read(log: str) -> bytes:
    data = read_file(log, limit=MAX_LOG_BYTES)
    if len(data) > MAX_LOG_BYTES:
        raise DocumentError.single("D_SIZE")
    return data


def _reached(lines: LogLines) -> set[Place]:
    """Return the places that a file of a log holds."""
    return {Place(entry.number - 1, entry.before) for _, entry in lines.entries} | {lines.last}


def _tell(console: Console, log: str, problems: Iterable[Problem]) -> Iterator[dict[str, object]]:
    """Tell on stderr what shows that a log is not as it was written, and yield the same for programs."""
    for one in problems:
        line = int(one.pointer[1:]) + 1 if one.pointer else None
        nl, en = (f": regel {line}", f": line {line}") if line else ("", "")
        console.note(
            f"kgbx: {log}{nl}: {one.code}: {one.text.say('nl')}", f"kgbx: {log}{en}: {one.code}: {one.text.say('en')}"
        )
        yield {"file": log, "line": line, "code": one.code, "message": one.text.say(console.language)}


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

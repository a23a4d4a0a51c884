# SPDX-License-Identifier: EUPL-1.2
"""How busy ``kgbx validate`` keeps the cores: very many files, with one process and with one for each core.

The files are made up and all different, so that the reader's cache does not serve one for another. Busy is the
processor time of the program and its processes, by the time on the clock times the cores.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.cases import example
from kgbx.case import FamilyCase

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES: Final = 10_000
FILE_BYTES: Final = 50_000
KEPT: Final = frozenset(
    {"organisations", "professionals", "persons", "identifiers", "addresses", "relations", "households", "involvements"}
)
"""Arrays that stand by themselves."""

_UUID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Busy:
    """One run over all files."""

    jobs: int
    files: int
    wall_s: float
    cpu_s: float
    cores: int

    def row(self) -> str:
        """Return a line of a table."""
        busy = self.cpu_s / (self.wall_s * self.cores)
        return f"| {self.files} | {self.jobs} | {self.wall_s:.1f} | {self.files / self.wall_s:.0f} | {busy:.0%} |"


def a_case() -> bytes:
    """Return a valid case of about FILE_BYTES: of the made-up one of the journey who is who, and some statements."""
    whole = example()
    part = {name: rows for name, rows in whole.items() if not isinstance(rows, list) or name in KEPT}
    for count in range(len(whole["statements"]), 0, -1):
        case = _without_errors(part | {"statements": whole["statements"][:count]})
        data = json.dumps(case, ensure_ascii=False, indent=1).encode()
        if len(data) <= FILE_BYTES:
            return data
    raise ValueError("the example has no part of this size")


def _without_errors(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case without the records of which the rules say that they cannot stand, such as links to nothing."""
    while True:
        found = FamilyCase.check(json.dumps(case, ensure_ascii=False).encode())
        wrong = {tuple(p.pointer.split("/")[1:3]) for p in found if p.severity == "error"}
        if not wrong:
            return case
        case = {
            name: [row for n, row in enumerate(rows) if (name, str(n)) not in wrong] if isinstance(rows, list) else rows
            for name, rows in case.items()
        }


def distinct(case: bytes, number: int) -> bytes:
    """Return the same case with ids of its own."""

    def renewed(found: re.Match[bytes]) -> bytes:
        digits = hashlib.sha256(found[0] + number.to_bytes(4, "big")).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}".encode()

    return _UUID.sub(renewed, case)


def measured(folder: Path, *, jobs: int, cores: int) -> Busy:
    """Run the program over a folder."""
    command = [sys.executable, "-m", "kgbx", "validate", str(folder), "--json", "--jobs", str(jobs)]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603  # our own program
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Busy(jobs, len(json.loads(done.stdout)["files"]), wall, cpu, cores)


def runs(count: int = FILES) -> Iterator[Busy]:
    """Yield a run with one process and one with a process for each core, over `count` files."""
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = a_case()
        for number in range(count):
            (folder / f"{number:05}.json").write_bytes(distinct(case, number))
        yield measured(folder, jobs=1, cores=1)
        yield measured(folder, jobs=cores, cores=cores)

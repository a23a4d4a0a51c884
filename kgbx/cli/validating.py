# SPDX-License-Identifier: EUPL-1.2
"""What is found in one file. This is what each process of ``kgbx validate`` does, so it prints nothing.

Rules: an outcome holds codes, places and numbers of lines, never what a file says. A file that cannot be read is a
problem, not an exception. With `only_cases` a document that is something else is left out. What cannot be parsed is
looked at: half a case need not hold the name of its schema, so it may not be taken for no case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kgbx.canonical import parse
from kgbx.case import FamilyCase
from kgbx.case.types import SCHEMA_URI
from kgbx.cli.files import read_ordinary, why_not
from kgbx.cli.lines import lines_of
from kgbx.errors import DocumentError, Problem
from kgbx.limits import MAX_DOCUMENT_BYTES

ALL_VERSIONS: Final = SCHEMA_URI.rpartition("/")[0] + "/"
"""How the member `schema` of a family case begins, whatever its version."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one file.

    Attributes:
        path: As the caller gave it, or as found in a folder that the caller gave.
        problems: Errors and warnings, in document order.
        ok: No errors; with ``--strict`` no warnings either.
        is_case: False for a document that ``--only-cases`` leaves out.
        lines: The line of each problem, as far as it was asked for and is known.
    """

    path: str
    problems: tuple[Problem, ...]
    ok: bool
    is_case: bool = True
    lines: tuple[int | None, ...] = ()


def outcome(path: str, *, strict: bool = False, only_cases: bool = False, with_lines: bool = False) -> Outcome:
    """Return what is found in the file at `path`.

    Args:
        path: A file, or ``-``.
        strict: Warnings count as errors.
        only_cases: Leave out what is no family case.
        with_lines: Find the lines of the problems too.
    """
    lines: tuple[int | None, ...] = ()
    try:
        data = read_ordinary(path, limit=MAX_DOCUMENT_BYTES)
        if only_cases and not is_family_case(data):
            return Outcome(path, (), ok=True, is_case=False)
        problems = FamilyCase.check(data)
        lines = _lines(data, problems) if with_lines else ()
    except OSError as error:
        problems = (Problem.of_shape("F_FILE", text=why_not(error)),)
    worst = {"error", "warning"} if strict else {"error"}
    return Outcome(path, problems, ok=not any(problem.severity in worst for problem in problems), lines=lines)


def is_family_case(data: bytes) -> bool:
    """Tell whether a document says that it is a family case, of any version, or cannot be parsed and may be one."""
    try:
        value = parse(data)
    except DocumentError:
        return True
    name = value.get("schema") if isinstance(value, dict) else None
    return isinstance(name, str) and name.startswith(ALL_VERSIONS)


def _lines(data: bytes, problems: tuple[Problem, ...]) -> tuple[int | None, ...]:
    """Return the lines; None where the problem is the whole document, which then need not be JSON."""
    pointers = {problem.pointer for problem in problems} - {""}
    found = lines_of(data.decode(), pointers) if pointers else {}
    return tuple(found.get(problem.pointer) for problem in problems)

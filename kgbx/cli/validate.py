# SPDX-License-Identifier: EUPL-1.2
"""``kgbx validate``: every problem of every file, with pointers and never a value."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, console_of, json_option, read_file
from kgbx.errors import EXIT_FAILED, EXIT_FILE, EXIT_OK, EXIT_VERSION, Problem
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one file.

    Attributes:
        path: As the caller gave it, or as found in a folder that the caller gave.
        problems: Errors and warnings, in document order.
        ok: No errors; with ``--strict`` no warnings either.
    """

    path: str
    problems: tuple[Problem, ...]
    ok: bool


@bilingual_command(
    "validate",
    nl="Kijk gezinsdossiers na. PATHS zijn JSON-bestanden of mappen met JSON-bestanden.\n\n"
    "U krijgt alle problemen tegelijk: een code, de plaats (JSON Pointer) en wat u kunt doen. Er komt nooit een "
    "waarde uit het dossier op het scherm. Status: 0 goed, 1 fout gevonden, 5 bestand niet te lezen, "
    "6 onbekende versie.",
    en="Check family cases. PATHS are JSON files or folders with JSON files.\n\n"
    "You get all problems at once: a code, the place (JSON Pointer) and what to do. No value of the case ever "
    "appears on the screen. Status: 0 good, 1 errors found, 5 file not readable, 6 unknown version.",
)
@click.argument("paths", nargs=-1, required=True)
@option("--strict", is_flag=True, nl="Reken waarschuwingen ook als fouten.", en="Treat warnings as errors too.")
@json_option
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], *, strict: bool, as_json: bool) -> None:
    """Check every file, print what was found, and leave with the worst status."""
    console = console_of(context, as_json=as_json)
    outcomes = [_outcome(path, strict=strict) for path in _files(paths)]
    for outcome in outcomes:
        _show(console, outcome)
    _show_total(console, outcomes)
    files = [
        {"path": o.path, "ok": o.ok, "problems": [p.as_json(console.language) for p in o.problems]} for o in outcomes
    ]
    console.result({"files": files})
    context.exit(_status(outcomes))


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        yield from _files_of(path) if Path(path).is_dir() else (path,)


def _files_of(folder: str) -> list[str]:
    """Return the JSON files of a folder, and each folder that gave none because it could not be read or is empty.

    A folder cannot be opened as a file, so each of those becomes a problem F_FILE and not a silent success.
    """
    unreadable: list[OSError] = []
    found = [
        str(Path(place, name))
        for place, _, names in os.walk(folder, onerror=unreadable.append)
        for name in names
        if name.endswith(".json")
    ]
    found += [str(error.filename or folder) for error in unreadable]
    return sorted(found, key=Path) or [folder]


def _outcome(path: str, *, strict: bool) -> Outcome:
    try:
        problems = FamilyCase.check(read_file(path, limit=MAX_DOCUMENT_BYTES))
    except OSError:
        problems = (Problem.of_shape("F_FILE"),)
    worst = {"error", "warning"} if strict else {"error"}
    return Outcome(path, problems, ok=not any(problem.severity in worst for problem in problems))


def _show(console: Console, outcome: Outcome) -> None:
    console.say(
        f"{outcome.path}: {'in orde' if outcome.ok else 'niet in orde'}",
        f"{outcome.path}: {'ok' if outcome.ok else 'not ok'}",
    )
    for problem in outcome.problems:
        kind_nl, kind_en = ("fout", "error") if problem.severity == "error" else ("let op", "warning")
        where = problem.pointer or '""'
        console.say(
            f"  {kind_nl}  {problem.code}  {where}\n    {problem.text.nl}",
            f"  {kind_en}  {problem.code}  {where}\n    {problem.text.en}",
        )


def _show_total(console: Console, outcomes: list[Outcome]) -> None:
    good = sum(outcome.ok for outcome in outcomes)
    if len(outcomes) != 1:
        console.say(f"{good} van {len(outcomes)} bestanden in orde", f"{good} of {len(outcomes)} files ok")


def _status(outcomes: list[Outcome]) -> int:
    codes = {problem.code for outcome in outcomes for problem in outcome.problems}
    if "F_FILE" in codes:
        return EXIT_FILE
    if "D_VERSION" in codes:
        return EXIT_VERSION
    return EXIT_OK if all(outcome.ok for outcome in outcomes) else EXIT_FAILED

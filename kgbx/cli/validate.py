# SPDX-License-Identifier: EUPL-1.2
"""``kgbx validate``: every problem of every file, with pointers and never a value.

Rules: files are told in the order in which they were given, whatever the number of processes; what is printed for one
file does not depend on the others. The worst status counts: 5 before 6 before 1.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.crew import Crew, cores
from kgbx.cli.files import STDIN, files_of
from kgbx.cli.progress import progress
from kgbx.cli.sarif import SarifLog
from kgbx.cli.spool import Spool
from kgbx.cli.validating import Outcome, outcome
from kgbx.errors import EXIT_FAILED, EXIT_FILE, EXIT_OK, EXIT_VERSION, UsageError
from kgbx.limits import MAX_JOBS, MIB
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WORTH_A_PROCESS: Final = 8 * MIB
"""Bytes of cases that take about as long as starting a process."""

_STATUSES: Final = {"F_FILE": EXIT_FILE, "D_VERSION": EXIT_VERSION}
_ONE_FORM: Final = Text("Kies --json of --sarif, niet allebei.", "Choose --json or --sarif, not both.")


@dataclass(slots=True)
class Report:
    """What was found so far, as numbers.

    Attributes:
        files: Family cases that were looked at.
        good: Those without errors.
        skipped: Documents that were left out, with ``--only-cases``.
        nameless: Documents that do not say what they are, so that they may be something else.
        statuses: What may become the exit status.
    """

    files: int = 0
    good: int = 0
    skipped: int = 0
    nameless: int = 0
    statuses: set[int] = field(default_factory=lambda: {EXIT_OK})

    def count(self, found: Outcome) -> None:
        """Add one outcome."""
        if not found.is_case:
            self.skipped += 1
            return
        self.files += 1
        self.good += found.ok
        self.nameless += any(problem.pointer == "/schema" for problem in found.problems)
        self.statuses.update(_STATUSES[p.code] for p in found.problems if p.code in _STATUSES)
        self.statuses.add(EXIT_OK if found.ok else EXIT_FAILED)

    @property
    def status(self) -> int:
        """The worst of all."""
        return next(status for status in (EXIT_FILE, EXIT_VERSION, EXIT_FAILED, EXIT_OK) if status in self.statuses)


@bilingual_command(
    "validate",
    nl="Kijk gezinsdossiers na. PATHS zijn JSON-bestanden, mappen met JSON-bestanden, of - voor standaardinvoer.\n\n"
    "U krijgt alle problemen tegelijk: een code, de plaats (JSON Pointer) en wat u kunt doen. Er komt nooit een "
    "waarde uit het dossier op het scherm. Status: 0 goed, 1 fout gevonden, 5 bestand niet te lezen, "
    "6 onbekende versie.",
    en="Check family cases. PATHS are JSON files, folders with JSON files, or - for standard input.\n\n"
    "You get all problems at once: a code, the place (JSON Pointer) and what to do. No value of the case ever "
    "appears on the screen. Status: 0 good, 1 errors found, 5 file not readable, 6 unknown version.",
)
@click.argument("paths", nargs=-1, required=True)
@option("--strict", is_flag=True, nl="Reken waarschuwingen ook als fouten.", en="Treat warnings as errors too.")
@option(
    "--only-cases",
    is_flag=True,
    nl="Sla JSON over die zich geen gezinsdossier noemt (in 'schema'). Wat geen JSON is, telt mee: het kan een half "
    "dossier zijn.",
    en="Leave out JSON that does not call itself a family case (in 'schema'). What is no JSON counts: it may be half a "
    "case.",
)
@option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    metavar="N",
    nl="Aantal processen. Standaard: zoveel als er kernen zijn, als het werk dat waard is.",
    en="How many processes. Default: as many as there are cores, if the work is worth it.",
)
@json_option
@option(
    "--sarif",
    "as_sarif",
    is_flag=True,
    nl="Geef het resultaat als SARIF 2.1.0 op stdout, voor codeplatforms en editors.",
    en="Print the result as SARIF 2.1.0 on stdout, for code hosts and editors.",
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    *,
    strict: bool,
    only_cases: bool,
    jobs: int | None,
    as_json: bool,
    as_sarif: bool,
) -> None:
    """Check every file, print what was found, and leave with the worst status."""
    if as_json and as_sarif:
        raise UsageError(text=_ONE_FORM)
    console = console_of(context, as_json=as_json or as_sarif)
    files = files_of(paths, wanted=_is_json)
    task = partial(outcome, strict=strict, only_cases=only_cases, with_lines=as_sarif)
    report = Report()
    with Spool() as spool:
        form = _Sarif(console, spool) if as_sarif else _Json(console, spool) if as_json else _Lines(console)
        with (
            Crew(task, size=min(jobs, len(files)) if jobs else _size(files)) as crew,
            progress(len(files), "Nakijken" if console.language == "nl" else "Checking") as bar,
        ):
            for found in _outcomes(files, crew, task):
                report.count(found)
                bar.make_room()
                form.add(found)
                bar.step()
        form.end(report)
    context.exit(report.status)


def _is_json(name: str) -> bool:
    return name.endswith(".json")


def _size(files: Sequence[str]) -> int:
    """Return how many processes the files are worth; files beyond what decides it are not asked for their size."""
    most, total = cores(), 0
    for path in files:
        with suppress(OSError):
            total += Path(path).stat().st_size
        if total >= most * _WORTH_A_PROCESS:
            break
    return max(1, min(most, len(files), total // _WORTH_A_PROCESS))


def _outcomes(files: Sequence[str], crew: Crew[str, Outcome], here: Callable[[str], Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes in order; standard input is read by this process, because others do not have it."""
    for from_stdin, some in groupby(files, key=lambda path: path == STDIN):
        part = tuple(some)
        yield from map(here, part) if from_stdin else crew.results(part)


class _Lines:
    """For people: lines, as soon as they are known."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def add(self, found: Outcome) -> None:
        """Show one outcome."""
        if found.is_case:
            _show(self._console, found)

    def end(self, report: Report) -> None:
        """Show the total, where there is something to add up."""
        if report.skipped:
            self._console.say(
                f"{report.skipped} overgeslagen: geen gezinsdossier", f"{report.skipped} left out: no family case"
            )
        if report.files != 1:
            self._console.say(
                f"{report.good} van {report.files} bestanden in orde", f"{report.good} of {report.files} files ok"
            )
        if report.nameless and report.files != 1:
            self._console.say(
                f"Zonder de naam van een gezinsdossier: {report.nameless}. Sla iets anders over met --only-cases.",
                f"Without the name of a family case: {report.nameless}. Leave out other things with --only-cases.",
            )


class _Json:
    """For programs: one object."""

    def __init__(self, console: Console, spool: Spool) -> None:
        self._console = console
        self._spool = spool

    def add(self, found: Outcome) -> None:
        """Keep one outcome."""
        problems = [problem.as_json(self._console.language) for problem in found.problems]
        if found.is_case:
            self._spool.add({"path": found.path, "ok": found.ok, "problems": problems}, depth=2)

    def end(self, report: Report) -> None:
        """Print the object."""
        skipped = {"skipped": report.skipped} if report.skipped else {}
        self._spool.print({"files": Spool.rows(), **skipped})


class _Sarif:
    """For code hosts and editors: a SARIF log."""

    def __init__(self, console: Console, spool: Spool) -> None:
        self._log = SarifLog(console.language)
        self._spool = spool

    def add(self, found: Outcome) -> None:
        """Keep the results of one outcome."""
        for row in self._log.results(found):
            self._spool.add(row, depth=4)

    def end(self, report: Report) -> None:
        """Print the log."""
        self._spool.print(self._log.log(Spool.rows(), status=report.status))


def _show(console: Console, found: Outcome) -> None:
    console.say(
        f"{found.path}: {'in orde' if found.ok else 'niet in orde'}",
        f"{found.path}: {'ok' if found.ok else 'not ok'}",
    )
    for problem in found.problems:
        kind_nl, kind_en = ("fout", "error") if problem.severity == "error" else ("let op", "warning")
        where = problem.pointer or '""'
        console.say(
            f"  {kind_nl}  {problem.code}  {where}\n    {problem.text.nl}",
            f"  {kind_en}  {problem.code}  {where}\n    {problem.text.en}",
        )

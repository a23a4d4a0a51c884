# SPDX-License-Identifier: EUPL-1.2
"""``kgbx no-real-persons``: refuse what looks like data of a real person in files that hold made-up data only.

Rules: it prints the line and the kind, never what stands there. A file that is no text, or too large, is told as not
looked at. In a folder, folders whose name starts with a dot, and those of installed packages, are passed over; what is
named itself is always looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.files import files_of, read_ordinary, why_not
from kgbx.cli.real_persons import findings, text_in
from kgbx.cli.spool import Spool
from kgbx.errors import EXIT_FAILED, EXIT_FILE, EXIT_OK
from kgbx.limits import MAX_SEARCHED_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.messages import Language

Row = dict[str, Any]

PASSED_OVER: Final = frozenset({"node_modules", "__pycache__", "site-packages"})

_NO_TEXT: Final = Text("geen tekst, niet nagekeken", "no text, not looked at")
_TOO_LARGE: Final = Text("te groot, niet nagekeken: splits het bestand", "too large, not looked at: split the file")


@bilingual_command(
    "no-real-persons",
    nl="Zoek in bestanden met verzonnen gegevens naar wat van een echt mens lijkt. PATHS zijn bestanden, mappen, of - "
    "voor standaardinvoer.\n\n"
    "Gezocht wordt naar BSN's die niet met 999 beginnen, postcodes, e-mailadressen en telefoonnummers. Namen kent het "
    "niet. U ziet de regel en de soort, nooit wat er staat. Status: 0 niets gevonden, 1 iets gevonden, 5 bestand niet "
    "te lezen.",
    en="Search files of made-up data for what looks like a real person's. PATHS are files, folders, or - for standard "
    "input.\n\n"
    "It looks for BSNs that do not start with 999, postcodes, e-mail addresses and telephone numbers. It knows no "
    "names. You see the line and the kind, never what stands there. Status: 0 nothing found, 1 something found, 5 a "
    "file is not readable.",
)
@click.argument("paths", nargs=-1, required=True)
@json_option
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], *, as_json: bool) -> None:
    """Search every file, print what was found, and leave with the worst status."""
    console = console_of(context, as_json=as_json)
    statuses: list[int] = []
    unseen = 0
    with Spool() as spool:
        for path in files_of(paths, entered=_is_entered):
            row, status = _search(path, console.language)
            statuses.append(status)
            unseen += row["not_looked_at"] is not None
            spool.add(row, depth=2)
            _show(console, row)
        if as_json:
            spool.print({"files": Spool.rows()})
    found, total = statuses.count(EXIT_FAILED), len(statuses)
    more_nl, more_en = (f", {unseen} niet nagekeken", f", {unseen} not looked at") if unseen else ("", "")
    console.say(f"{found} van {total} bestanden geweigerd{more_nl}", f"{found} of {total} files refused{more_en}")
    context.exit(next((status for status in (EXIT_FILE, EXIT_FAILED) if status in statuses), EXIT_OK))


def _is_entered(name: str) -> bool:
    return not name.startswith(".") and name not in PASSED_OVER


def _search(path: str, language: Language) -> tuple[Row, int]:
    """Return what is told of a file, and the status that follows from it."""
    try:
        data = read_ordinary(path, limit=MAX_SEARCHED_BYTES)
    except OSError as error:
        return _not_looked_at(path, why_not(error).say(language)), EXIT_FILE
    if len(data) > MAX_SEARCHED_BYTES:
        return _not_looked_at(path, _TOO_LARGE.say(language)), EXIT_FILE
    text = text_in(data)
    if text is None:
        return _not_looked_at(path, _NO_TEXT.say(language)), EXIT_OK
    found = [{"line": line, "kind": kind.name, "message": kind.text.say(language)} for line, kind in findings(text)]
    row = {"path": path, "ok": not found, "findings": found, "not_looked_at": None}
    return row, EXIT_FAILED if found else EXIT_OK


def _not_looked_at(path: str, why: str) -> Row:
    return {"path": path, "ok": False, "findings": [], "not_looked_at": why}


def _show(console: Console, row: Row) -> None:
    if row["not_looked_at"]:
        console.say(*[f"{row['path']}: {row['not_looked_at']}"] * 2)
    for finding in row["findings"]:
        console.say(*[f"{row['path']}:{finding['line']}: {finding['message']}"] * 2)

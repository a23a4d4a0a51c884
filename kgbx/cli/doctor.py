# SPDX-License-Identifier: EUPL-1.2
"""``kgbx doctor``: does kgbx work on this machine? Its output is safe to paste into a report.

Rules: no path, no name, no key; versions, counts and dates only.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfoNotFoundError

import click

from kgbx import __version__
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option
from kgbx.clock import format_instant, local_day
from kgbx.envelope.identity import peek
from kgbx.envelope.keylife import outlook
from kgbx.envelope.keys import ALGS, generate_key
from kgbx.errors import EXIT_FAILED, EXIT_OK, KgbxError
from kgbx.messages import Text
from kgbx.resources import examples_path, schemas_path

if TYPE_CHECKING:
    from datetime import datetime

_MIN_PYTHON = (3, 11)
_KEY_WARNING_DAYS = 14
_EARLIEST_YEAR = 2026


_IN_DUTCH: Final = {
    "versions": "versies",
    "cryptography": "cryptografie",
    "files": "bestanden",
    "clock": "klok",
    "keys": "sleutels",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        name: What was looked at; stable, for programs.
        ok: Whether it is good.
        detail: Versions, counts, dates.
        advice: What to do when it is not good.
    """

    name: str
    ok: bool
    detail: Text
    advice: Text


@bilingual_command(
    "doctor",
    nl="Kijk of kgbx hier goed werkt: Python, bibliotheken, sleutels, schema's en klok.\n\n"
    "Wat u ziet kunt u zonder zorgen in een melding plakken: er staan geen paden, namen of sleutels in.",
    en="Check that kgbx works here: Python, libraries, keys, schemas and clock.\n\n"
    "What you see can safely be pasted into a report: it holds no paths, names or keys.",
)
@option(
    "--identity",
    metavar="FOLDER",
    nl="Kijk ook naar de sleutels in deze map: rechten en houdbaarheid.",
    en="Look at the keys in this folder too: permissions and expiry.",
)
@at_option
@json_option
@click.pass_context
def command(context: click.Context, identity: str | None, at: str | None, *, as_json: bool) -> None:
    """Print a line for each finding and leave with status 1 when one is not good."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    findings = [_python(), _libraries(), _cryptography(), _files(), _clock(moment)]
    if identity is not None:
        findings.append(_keys(Path(identity), moment))
    for finding in findings:
        mark_nl, mark_en = ("goed ", "ok   ") if finding.ok else ("FOUT ", "WRONG")
        advice = "" if finding.ok else f"\n      {finding.advice.say(console.language)}"
        console.say(
            f"{mark_nl} {_IN_DUTCH.get(finding.name, finding.name):12} {finding.detail.nl}{advice}",
            f"{mark_en} {finding.name:12} {finding.detail.en}{advice}",
        )
    rows = [{"name": f.name, "ok": f.ok, "detail": f.detail.en} for f in findings]
    console.result({"ok": all(f.ok for f in findings), "findings": rows})
    context.exit(EXIT_OK if all(f.ok for f in findings) else EXIT_FAILED)


def _plain(text: str) -> Text:
    return Text(text, text)


def _python() -> Finding:
    return Finding(
        "python",
        sys.version_info >= _MIN_PYTHON,
        _plain(f"{platform.python_version()} {platform.system()} {platform.machine()}"),
        Text("kgbx heeft Python 3.11 of nieuwer nodig.", "kgbx needs Python 3.11 or newer."),
    )


def _libraries() -> Finding:
    names = ("pydantic", "cryptography", "click")
    detail = ", ".join([f"kgbx {__version__}", *(f"{name} {version(name)}" for name in names)])
    return Finding("versions", ok=True, detail=_plain(detail), advice=Text("", ""))


def _cryptography() -> Finding:
    """Make a key of every algorithm and, where it signs, sign and verify."""
    advice = Text("Installeer cryptography 50 of nieuwer.", "Install cryptography 50 or newer.")
    try:
        for name, row in ALGS.items():
            key = generate_key(name)
            if row.use == "sig":
                key.public.verify(key.sign(b"kgbx"), b"kgbx")
    except KgbxError as error:
        return Finding("cryptography", ok=False, detail=_plain(error.code), advice=advice)
    return Finding("cryptography", ok=True, detail=_plain(", ".join(ALGS)), advice=advice)


def _files() -> Finding:
    lists = len(list(schemas_path("codes").glob("*.json")))
    schema = schemas_path("family-case-1.0.schema.json").is_file()
    example = examples_path("journey", "case.json").is_file()
    return Finding(
        "files",
        schema and example and lists > 0,
        Text(
            f"schema {'ja' if schema else 'nee'}, codelijsten {lists}, voorbeeld {'ja' if example else 'nee'}",
            f"schema {'yes' if schema else 'no'}, code lists {lists}, example {'yes' if example else 'no'}",
        ),
        Text("Installeer kgbx opnieuw: er ontbreken bestanden.", "Install kgbx again: files are missing."),
    )


def _clock(moment: datetime) -> Finding:
    try:
        day = local_day(moment).isoformat()
    except ZoneInfoNotFoundError:
        return Finding(
            "clock",
            ok=False,
            detail=Text("Europe/Amsterdam niet gevonden", "Europe/Amsterdam not found"),
            advice=Text("Installeer tzdata.", "Install tzdata."),
        )
    return Finding(
        "clock",
        moment.year >= _EARLIEST_YEAR,
        _plain(f"{format_instant(moment)} ({day} in Amsterdam)"),
        Text("Zet de klok van deze computer goed.", "Set the clock of this computer."),
    )


def _keys(folder: Path, moment: datetime) -> Finding:
    advice = Text(
        "Herstel de map, zet de rechten op 0600, of maak op tijd nieuwe sleutels: kgbx keys rotate.",
        "Restore the folder, set its permissions to 0600, or make new keys in time: kgbx keys rotate.",
    )
    try:
        keys = outlook(peek(folder), moment)
    except KgbxError as error:
        return Finding("keys", ok=False, detail=_plain(error.code), advice=advice)
    days = min(row.days_left for row in keys if not row.followed)
    detail = Text(
        f"{len(keys)} sleutels, dagen tot de eerste verloopt: {days}", f"{len(keys)} keys, first ends in {days} days"
    )
    return Finding("keys", days >= _KEY_WARNING_DAYS, detail, advice)

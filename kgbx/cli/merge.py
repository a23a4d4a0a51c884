# SPDX-License-Identifier: EUPL-1.2
"""``kgbx merge``: one case of several copies. What two files say differently of one id is never chosen between.

Rules: a merge believes everything. Where a file would erase, replace or open something in another, somebody must say
that both are copies of the own case: what came from elsewhere is taken in by ``kgbx receive``.
"""

from __future__ import annotations

from collections import Counter
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from kgbx.case import FamilyCase
from kgbx.case.types import TYPE_OF
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, console_of, json_option, out_option, write_new
from kgbx.cli.files import once_from_stdin
from kgbx.consent.own_copies import doing
from kgbx.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, IntegrityError, UsageError
from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbx.case import BareRecord, Clash, Conflict

_OWNER_ONLY = 0o600
_LEAST_FILES = 2
_FEW = Text("Geef twee of meer dossiers om samen te voegen.", "Give two or more cases to merge.")

Named = tuple[str, FamilyCase]
"""A file and its case."""

Row = dict[str, Any]


@bilingual_command(
    "merge",
    nl="Voeg kopieën van het eigen dossier samen. FILES zijn er twee of meer; hun volgorde maakt niet uit.\n\n"
    "Zou een bestand iets van een ander wissen, vervangen of openen, dan moet u met --own-copies zeggen dat alle "
    "bestanden uw eigen dossier zijn. Neem wat een andere organisatie stuurde over met 'kgbx receive'. "
    "Alles blijft bewaard, behalve wat volgens een van de dossiers is gewist. Waar organisaties elkaar tegenspreken "
    "blijft beide staan. Heeft een id in twee dossiers een andere inhoud, dan wordt er niets geschreven en ziet u de "
    "ids: status 1. Dat geldt ook als het geheel niet geldig zou zijn. Verzonnen en echte dossiers gaan nooit samen.",
    en="Merge copies of the own case. FILES are two or more of them; their order does not matter.\n\n"
    "If a file would erase, replace or open something of another, you must say with --own-copies that all files are "
    "your own case. Take what another organisation sent in with 'kgbx receive'. "
    "Everything is kept, but for what one of the cases says was erased. Where organisations contradict each other both "
    "stay. If an id has another content in two cases, nothing is written and you see the ids: status 1. The same if "
    "the whole would not be valid. Made-up and real cases never go together.",
)
@click.argument("files", nargs=-1, required=True)
@option(
    "--own-copies",
    is_flag=True,
    nl="Alle bestanden zijn kopieën van het eigen dossier; niets ervan kwam van een ander.",
    en="All files are copies of the own case; nothing of them came from somebody else.",
)
@out_option
@json_option
@click.pass_context
def command(context: click.Context, files: tuple[str, ...], out: str, *, own_copies: bool, as_json: bool) -> None:
    """Write the merged case and tell what became of each file."""
    console = console_of(context, as_json=as_json)
    if len(files) < _LEAST_FILES:
        raise UsageError(text=_FEW)
    once_from_stdin(files)
    cases = [(path, read_case(console, path)) for path in files]
    if len({case.synthetic for _, case in cases}) > 1:
        raise IntegrityError("D_SYNTHETIC")
    if found := _clashes(cases):
        _refuse(console, found)
        context.exit(EXIT_FAILED)
    if not own_copies and (rows := _doing(cases)):
        _refuse_as_received(console, rows)
        context.exit(EXIT_USAGE)
    merged = _merged([case for _, case in cases])
    data = merged.to_json()
    FamilyCase.from_json(data)  # parts of one organisation's file may contradict each other, or be too large together
    write_new(out, data, mode=_OWNER_ONLY)
    _tell(console, cases, merged)
    context.exit(EXIT_OK)


def _merged(cases: Sequence[FamilyCase]) -> FamilyCase:
    """Return the union; erasures first, so that what was erased anywhere is in nobody's way."""
    return reduce(FamilyCase.merge, cases, _erasures(cases))


def _erasures(cases: Sequence[FamilyCase]) -> FamilyCase:
    """Return a case with the erasures of all, of each id the first: another content is told as a clash."""
    first: dict[str, BareRecord] = {}
    for case in cases:
        first = {one.id: one for one in case.records("erasures")} | first
    return FamilyCase(first.values(), synthetic=cases[0].synthetic)


def _clashes(cases: Sequence[Named]) -> list[Row]:
    """Return each id that has another content in a later file than in the first that has it."""
    erased = _erasures([case for _, case in cases]).erased
    first: dict[str, int] = {}
    found: list[Row] = []
    for place, (path, case) in enumerate(cases):
        for earlier in sorted({first[one.id] for one in case if one.id in first}):
            found += [
                {"id": clash.record, "types": list(dict.fromkeys(clash.arrays)), "files": [cases[earlier][0], path]}
                for clash in cases[earlier][1].clashes(case)
                if first[clash.record] == earlier and not _gone(clash, erased)
            ]
        for one in case:
            first.setdefault(one.id, place)
    return found


def _doing(cases: Sequence[Named]) -> list[Row]:
    """Return each record that would erase, replace or open something in a file that lacks it."""
    found: dict[str, Row] = {}
    for path, case in cases:
        for other, files in ((other, [one, path]) for one, other in cases if other is not case):
            for record in doing(other, case):
                found.setdefault(record.id, {"id": record.id, "type": TYPE_OF[type(record)].array, "files": files})
    return list(found.values())


def _refuse_as_received(console: Console, rows: list[Row]) -> None:
    """Tell on stderr what one file would do to another, with ``--json`` also on stdout."""
    text = MESSAGES["U_OWN_COPIES"]
    console.note(f"kgbx: U_OWN_COPIES: {text.nl}", f"kgbx: U_OWN_COPIES: {text.en}")
    for row in rows:
        line = f"  {row['type']} {row['id']}: {', '.join(row['files'])}"
        console.note(line, line)
    error = {"code": "U_OWN_COPIES", "pointer": "", "message": text.say(console.language)}
    console.result({"error": error, "doing": rows})


def _gone(clash: Clash, erased: frozenset[str]) -> bool:
    """Tell whether a third file erased what two say differently; an erasure is never erased."""
    return clash.record in erased and "erasures" not in clash.arrays


def _refuse(console: Console, clashes: list[Row]) -> None:
    """Tell on stderr which ids have two contents, with ``--json`` also on stdout."""
    text = MESSAGES["D_CONFLICT"]
    console.note(f"kgbx: D_CONFLICT: {text.nl}", f"kgbx: D_CONFLICT: {text.en}")
    for clash in clashes:
        line = f"  {', '.join(clash['types'])} {clash['id']}: {', '.join(clash['files'])}"
        console.note(line, line)
    error = {"code": "D_CONFLICT", "pointer": "", "message": text.say(console.language)}
    console.result({"error": error, "clashes": clashes})


def _tell(console: Console, cases: Sequence[Named], merged: FamilyCase) -> None:
    """Tell what became of each file, and what a person should look at."""
    held = Counter(one.id for _, case in cases for one in case)
    rows = []
    for path, case in cases:
        only = sum(held[one.id] == 1 and one.id in merged for one in case)
        gone = sum(one.id not in merged for one in case)
        rows.append({"path": path, "records": len(case), "only_here": only, "erased": gone})
        console.say(
            f"{path}: {len(case)} gegevens, {only} alleen hier, {gone} gewist",
            f"{path}: {len(case)} records, {only} only here, {gone} erased",
        )
    console.say(f"Samen: {len(merged)} gegevens", f"Together: {len(merged)} records")
    conflicts, warnings = merged.conflicts(), len(merged.warnings())
    _tell_conflicts(console, conflicts)
    if warnings:
        console.say(
            f"Waarschuwingen: {warnings}. Bekijk ze met 'kgbx validate'.",
            f"Warnings: {warnings}. Look at them with 'kgbx validate'.",
        )
    told = [{"record": one.record, "replaced_by": list(one.replacements)} for one in conflicts]
    console.result({"files": rows, "records": len(merged), "conflicts": told, "warnings": warnings})


def _tell_conflicts(console: Console, conflicts: Sequence[Conflict]) -> None:
    if conflicts:
        console.say(
            f"Records met meer dan een correctie: {len(conflicts)}. Bespreek welke klopt.",
            f"Records with more than one correction: {len(conflicts)}. Discuss which is right.",
        )
    for one in conflicts:
        line = f"  {one.record}: {', '.join(one.replacements)}"
        console.say(line, line)

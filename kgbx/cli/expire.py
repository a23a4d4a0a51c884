# SPDX-License-Identifier: EUPL-1.2
"""``kgbx expire``: what of a case is past its retention, by which rule; and the case without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.case import Actor, FamilyCase, Stamp
from kgbx.case.types import TYPE_OF, TYPE_OF_ARRAY
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option, read_file, registers_options, write_new
from kgbx.clock import format_instant, local_day
from kgbx.consent.joins import read_registers
from kgbx.consent.retention import Keeper, expire, goes_with
from kgbx.errors import UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.consent.retention import Retention

_SECRET = 0o600


@bilingual_command(
    "expire",
    nl="Laat zien wat van het dossier CASE voorbij de bewaartermijn is, en schrijf het dossier zonder dat.\n\n"
    "U ziet ids, soorten, de regel en het artikel; nooit wat er stond. Met wat voorbij is gaat ook weg wat erover "
    "spreekt, zoals een reactie. Van elk gegeven blijft alleen over dat het is gewist. Kijk eerst met --dry-run: "
    "wissen is niet terug te draaien, en langer bewaren kan nodig zijn voor goede hulp.",
    en="Show what of the case CASE is past its retention, and write the case without it.\n\n"
    "You see ids, types, the rule and the article; never what it said. With what is over goes what speaks about it, "
    "such as a reaction. Of each record only remains that it was erased. Look first with --dry-run: erasing cannot be "
    "undone, and keeping longer may be needed for good care.",
)
@click.argument("case")
@registers_options
@option("--dry-run", is_flag=True, nl="Laat alleen zien wat voorbij is.", en="Only show what is over.")
@option(
    "--out",
    metavar="FILE",
    nl="Schrijf het dossier zonder wat voorbij is naar dit nieuwe bestand.",
    en="Write the case without what is over to this new file.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    own: str,
    registers: str,
    out: str | None,
    at: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """List what is over, and without --dry-run write the case without it.

    Raises:
        UsageError: U_ARGUMENT, neither or both of --dry-run and --out.
    """
    if dry_run == (out is not None):
        raise UsageError
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = FamilyCase.from_json(read_file(case, limit=MAX_DOCUMENT_BYTES))
    known = read_registers(read_file(registers, limit=MAX_DOCUMENT_BYTES))
    function = next((one.function for one in known.organisations if one.id == own), None)
    if function is None:
        console.note(
            "Let op: deze organisatie staat niet in de registers. Geen termijn geldt; alleen wat is toegezegd telt.",
            "Note: this organisation is not in the registers, so no term holds. Only what was promised counts.",
        )
    gone = tuple(Keeper(content, format_instant(moment), own=own, function=function).over())
    _show(console, content, gone)
    if out is not None:
        write_new(out, _without(content, gone, own, moment).to_json(), mode=_SECRET)
    console.result({"over": [_row(one) for one in gone], "with": _with(content, gone)})


def _without(case: FamilyCase, gone: tuple[Retention, ...], own: str, moment: datetime) -> FamilyCase:
    stamp = Stamp(recorded_by=Actor(org=own), recorded_at=format_instant(moment))
    return expire(case, gone, on=local_day(moment).isoformat(), stamp=stamp)


def _with(case: FamilyCase, gone: tuple[Retention, ...]) -> list[dict[str, str]]:
    """Return what goes because it speaks about something that is over."""
    found = goes_with(case, {one.record for one in gone})
    return [{"record": record, "type": _type(case, record), "about": about} for record, about in found.items()]


def _type(case: FamilyCase, record_id: str) -> str:
    record = case.get(record_id)
    return "" if record is None else TYPE_OF[type(record)].array


def _row(one: Retention) -> dict[str, str | None]:
    return {
        "record": one.record,
        "type": one.array,
        "keep_until": one.keep_until,
        "rule": one.rule,
        "source": one.source,
    }


def _show(console: Console, case: FamilyCase, gone: tuple[Retention, ...]) -> None:
    console.say(f"Voorbij de bewaartermijn: {len(gone)}", f"Past its retention: {len(gone)}")
    for rule, source in dict.fromkeys((one.rule, one.source) for one in gone):
        rows = [one for one in gone if one.rule == rule]
        console.say(f"{rule} [{source}]: {len(rows)}", f"{rule} [{source}]: {len(rows)}")
        for one in rows:
            _line(console, one.record, one.keep_until, one.array)
    others = _with(case, gone)
    if others:
        console.say(f"Gaat mee weg: {len(others)}", f"Goes with it: {len(others)}")
    for row in others:
        _line(console, row["record"], None, row["type"])


def _line(console: Console, record: str, day: str | None, array: str) -> None:
    """Say an id, a day and a type, in the words of the language."""
    start = "  ".join(filter(None, ("", record, day)))
    console.say(f"{start}  {TYPE_OF_ARRAY[array].title}", f"{start}  {array.replace('_', ' ')}")

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys show``: which keys there are, how long they last, and what is to be done."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import Console, at_option, console_of, json_option
from kgbx.cli.keys import instant
from kgbx.envelope.identity import peek
from kgbx.envelope.keylife import outlook
from kgbx.messages import Text

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.keylife import KeyState, Outlook

_STATES: dict[KeyState, Text] = {
    "waiting": Text("gaat in op", "starts on"),
    "active": Text("geldig tot", "valid until"),
    "retired": Text("opent nog wat onderweg is; verlopen op", "still opens what is under way; ended on"),
    "ended": Text("verlopen op", "ended on"),
}


@bilingual_command(
    "show",
    nl="Laat zien welke sleutels in FOLDER staan, tot wanneer ze gelden en wat er moet gebeuren.\n\n"
    "Vraagt geen wachtwoordzin. Waarschuwt 60, 30 en 7 dagen voor het einde van een sleutel zonder opvolger.",
    en="Show which keys FOLDER holds, until when they are valid and what is to be done.\n\n"
    "Asks no passphrase. Warns 60, 30 and 7 days before the end of a key without a successor.",
)
@click.argument("folder")
@at_option
@json_option
@click.pass_context
def command(context: click.Context, folder: str, at: str | None, *, as_json: bool) -> None:
    """List the keys of an identity folder."""
    console = console_of(context, as_json=as_json)
    show_keys(console, peek(Path(folder)), console.moment(at), folder=folder)


def show_keys(console: Console, identity: Identity, at: datetime, *, folder: str) -> None:
    """Print the keys, what is to be done, and with ``--json`` one object."""
    rows = outlook(identity, at)
    console.say(f"Organisatie {identity.org}", f"Organisation {identity.org}")
    for row in rows:
        key, state = row.key, _STATES[row.state]
        moment = instant(key.nbf if row.state == "waiting" else key.exp)
        console.say(
            f"  {key.use:4} {key.alg:10} {key.kid}  {state.nl} {moment}",
            f"  {key.use:4} {key.alg:10} {key.kid}  {state.en} {moment}",
        )
    _advise(console, rows, quote(folder))
    console.result({"org": identity.org, "keys": [_members(row) for row in rows]})


def _advise(console: Console, rows: tuple[Outlook, ...], folder: str) -> None:
    """Say once for each use what is to be done; the keys of a pair end together."""
    for use, row in {row.key.use: row for row in rows if row.warning is not None}.items():
        days = row.days_left
        rotate = f"kgbx keys rotate {folder} --use {use}"
        if row.warning == 0:
            console.say(
                f"VERLOPEN: er is geen geldige sleutel ({use}) meer. Maak nieuwe: {rotate}",
                f"ENDED: there is no valid key ({use}) left. Make new ones now: {rotate}",
            )
        else:
            console.say(
                f"Let op: sleutel ({use}) nog {days} dagen. Maak een opvolger: {rotate}",
                f"Note: the key ({use}) lasts {days} more days. Make a successor: {rotate}",
            )
    count = sum(row.destroy for row in rows)
    if count:
        console.say(
            f"Sleutels die hun tijd hebben gehad: {count}. Vernietig ze: kgbx keys destroy {folder}",
            f"Keys that have served their time: {count}. Destroy them: kgbx keys destroy {folder}",
        )


def _members(row: Outlook) -> dict[str, object]:
    key = row.key
    return {
        "kid": key.kid,
        "use": key.use,
        "alg": key.alg,
        "nbf": instant(key.nbf),
        "exp": instant(key.exp),
        "state": row.state,
        "days_left": row.days_left,
        "warning": row.warning,
        "destroy": row.destroy,
    }

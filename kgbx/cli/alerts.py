# SPDX-License-Identifier: EUPL-1.2
"""``kgbx alerts``: what a person must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group, option, subcommand
from kgbx.cli.console import console_of, json_option
from kgbx.cli.post import clock, instant, sentence
from kgbx.cli.stores import now_ms, opened, store_option
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.delivery.records import Alert

_MOST = 100_000
_NO_ALERT = Text(
    "Een melding met dit nummer, die nog niet is afgedaan, is hier niet. Kijk met 'kgbx alerts list'.",
    "No alert with this number is here that is still to be dealt with. Look with 'kgbx alerts list'.",
)


@group("alerts", nl="Bekijk wat een mens moet weten.", en="Look at what a person must know.")
def command() -> None:
    """Hold the commands of alerts."""


@subcommand(command, "list", nl="Laat zien wat niemand nog afdeed.", en="Show what nobody has dealt with.")
@store_option
@option("--all", "everything", is_flag=True, nl="Ook wat afgedaan is.", en="Also what was dealt with.")
@json_option
@click.pass_context
def list_alerts(context: click.Context, store_address: str, *, everything: bool, as_json: bool) -> None:
    """Print alerts, newest first."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        alerts = tx.alerts(seen=None if everything else False, limit=1000)
    for one in alerts:
        line = f"{one.id:5}  {clock(one.at, now=now)}  {one.peer or ''}  {one.message_id or ''}"
        console.say(
            f"{line}\n       {one.code}: {sentence(one.code, 'nl')}",
            f"{line}\n       {one.code}: {sentence(one.code, 'en')}",
        )
    if not alerts:
        console.say("Er is niets.", "There is nothing.")
    console.result({"alerts": [_as_value(one) for one in alerts]})


def _as_value(one: Alert) -> dict[str, object]:
    seen = None if one.seen_at is None else instant(one.seen_at)
    return {
        "number": one.id,
        "at": instant(one.at),
        "peer": one.peer,
        "id": one.message_id,
        "code": one.code,
        "seen": seen,
    }


@subcommand(command, "seen", nl="Meld dat NUMBER is afgedaan.", en="Say that NUMBER was dealt with.")
@click.argument("number", type=int)
@store_option
@option("--before", is_flag=True, nl="En alles van daarvoor.", en="And everything before it.")
@json_option
@click.pass_context
def seen(context: click.Context, number: int, store_address: str, *, before: bool, as_json: bool) -> None:
    """Mark an alert as dealt with, or all up to it.

    Raises:
        UsageError: U_ARGUMENT, there is none.
    """
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store, store.transaction() as tx:
        numbers = [one.id for one in tx.alerts(limit=_MOST) if one.id <= number] if before else [number]
        done = sum(tx.see_alert(one, at=now_ms()) for one in numbers)
        if not done:
            raise UsageError(text=_NO_ALERT)
    console.say(f"Afgedaan: {done}.", f"Dealt with: {done}.")
    console.result({"seen": done})

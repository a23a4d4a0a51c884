# SPDX-License-Identifier: EUPL-1.2
"""``kgbx warnings``: what is about to change in a case, and what should have been done. For the holder's eyes only."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, at_option, console_of, json_option
from kgbx.cli.holder import Holder, holder_options
from kgbx.clock import format_instant
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.warnings import DAYS, warnings
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.limits import MAX_OUTLOOK_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbx.consent.warnings import CaseWarning


@bilingual_command(
    "warnings",
    nl="Laat zien wat in het dossier CASE gaat veranderen en wat is blijven liggen.\n\n"
    "Verjaardagen van 12, 16 en 18 en welke toestemmingen dan niet meer genoeg zijn; wat eindigt; wie nog moet worden "
    "ingelicht; waar nog eens naar gekeken moet worden; wachten en overdragen. U ziet dagen, ids, soorten en wat u "
    "kunt doen; nooit namen, inhoud of waar iemand is. Status 0, ook als er iets is; met --fail dan 1.",
    en="Show what is about to change in the case CASE, and what was left undone.\n\n"
    "Birthdays of 12, 16 and 18 and which permits are no longer enough then; what ends; who must still be told; what "
    "must be looked at again; waiting and handing over. You see days, ids, types and what you can do; never names, "
    "content or where somebody is. Status 0, also if there is something; with --fail then 1.",
)
@click.argument("case")
@holder_options
@option(
    "--days",
    type=click.IntRange(0, MAX_OUTLOOK_DAYS),
    metavar="N",
    default=DAYS,
    nl=f"Hoeveel dagen vooruit. Standaard: {DAYS}.",
    en=f"How many days ahead. Default: {DAYS}.",
)
@option("--fail", is_flag=True, nl="Geef status 1 als er iets is.", en="Leave with status 1 if there is something.")
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    holder: Holder,
    days: int,
    at: str | None,
    *,
    fail: bool,
    as_json: bool,
) -> None:
    """List what is due and what is coming; with --fail leave with status 1 if there is any."""
    console = console_of(context, as_json=as_json)
    now = console.moment(at)
    moment = format_instant(now)
    content = read_case(console, case)
    facts = holder.facts(content, now, console)
    policy = policy_in_force(published_policies(), moment)
    found = warnings(content, facts=facts, policy=policy, at=moment, days=days)
    _show(console, found, days)
    console.result({"at": moment, "days": days, "warnings": [_row(console, one) for one in found]})
    context.exit(EXIT_FAILED if fail and found else EXIT_OK)


def _show(console: Console, found: Sequence[CaseWarning], days: int) -> None:
    due, coming = [one for one in found if one.due], [one for one in found if not one.due]
    console.say(f"Nu of eerder: {len(due)}", f"Now or before: {len(due)}")
    _show_rows(console, due)
    nl, en = ("1 dag", "1 day") if days == 1 else (f"{days} dagen", f"{days} days")
    console.say(f"Binnen {nl}: {len(coming)}", f"Within {en}: {len(coming)}")
    _show_rows(console, coming)


def _heading(one: CaseWarning) -> tuple[str, str, str, bool]:
    return one.on, one.latest or "", one.kind, one.deciders_left_out


def _show_rows(console: Console, rows: Sequence[CaseWarning]) -> None:
    """Show rows of one day and kind together, so that what to do stands there once."""
    for (first_day, last_day, kind, _), same in groupby(sorted(rows, key=_heading), key=_heading):
        together = list(same)
        nl, en = (f" t/m {last_day}", f" to {last_day}") if last_day else ("", "")
        console.say(f"{first_day}{nl}  {kind}", f"{first_day}{en}  {kind}")
        one = together[0]
        console.say(f"  {one.say('nl')} [{one.source}]", f"  {one.say('en')} [{one.source}]")
        for row in together:
            _show_row(console, row)


def _show_row(console: Console, one: CaseWarning) -> None:
    row = TYPE_OF_ARRAY.get(one.array)
    deciders = ", ".join(one.deciders)
    nl, en = (f"; vraag {deciders}", f"; ask {deciders}") if deciders else ("", "")
    console.say(
        f"    {'beleid' if row is None else row.title} {one.record}{nl}",
        f"    {one.array.replace('_', ' ')} {one.record}{en}",
    )


def _row(console: Console, one: CaseWarning) -> dict[str, object]:
    return {
        "kind": one.kind,
        "on": one.on,
        **({"latest": one.latest} if one.latest else {}),
        "due": one.due,
        "type": one.array,
        "record": one.record,
        "deciders": list(one.deciders),
        "deciders_left_out": one.deciders_left_out,
        "message": one.say(console.language),
        "source": one.source,
    }

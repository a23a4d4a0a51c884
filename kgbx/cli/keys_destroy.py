# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys destroy``: keys that have served are overwritten and removed, so that nobody can ever use them."""

from __future__ import annotations

from pathlib import Path

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option
from kgbx.envelope.identity import destroy, peek
from kgbx.envelope.keylife import due_for_destruction
from kgbx.errors import UsageError


@bilingual_command(
    "destroy",
    nl="Vernietig in FOLDER de sleutels die hun tijd hebben gehad, of de sleutels KID.\n\n"
    "Wat eerder is verzonden en nog ergens ligt, is daarna voor niemand meer te openen: dat is de bedoeling. Een "
    "sleutel om te ontvangen kan 60 dagen na zijn einde weg. Er wordt niet om een wachtwoordzin gevraagd.",
    en="Destroy the keys in FOLDER that have served their time, or the keys KID.\n\n"
    "What was sent before and still lies somewhere can then be opened by nobody: that is the purpose. A key to receive "
    "can go 60 days after its end. No passphrase is asked for.",
)
@click.argument("folder")
@click.argument("kids", metavar="[KID...]", nargs=-1)
@option(
    "--early",
    is_flag=True,
    nl="Ook als de tijd van KID nog niet om is. Wat nog onderweg is, gaat dan niet meer open.",
    en="Even if the time of KID has not come. What is still under way then no longer opens.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context, folder: str, kids: tuple[str, ...], at: str | None, *, early: bool, as_json: bool
) -> None:
    """Remove keys from an identity folder."""
    console = console_of(context, as_json=as_json)
    identity = peek(Path(folder))
    due = due_for_destruction(identity, console.moment(at))
    chosen = tuple(dict.fromkeys(kids)) or due
    if not set(chosen) <= {key.kid for key in identity.keys}:
        raise UsageError("U_KEY")
    if not early and not set(chosen) <= set(due):
        raise UsageError("U_KEY_IN_USE")
    destroy(Path(folder), chosen)
    for kid in chosen:
        console.say(f"Vernietigd: {kid}", f"Destroyed: {kid}")
    if not chosen:
        console.say("Er is niets te vernietigen.", "There is nothing to destroy.")
    else:
        console.note(
            "De bestanden zijn overschreven en weggehaald. Een SSD, een momentopname of een reservekopie kan nog een "
            "afdruk hebben: vernietig ook die. De wachtwoordzin blijft geheim.",
            "The files were overwritten and removed. An SSD, a snapshot or a backup may still hold a copy: destroy "
            "those too. Keep the passphrase secret.",
        )
    console.result({"org": identity.org, "destroyed": list(chosen)})

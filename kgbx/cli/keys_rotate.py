# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys rotate``: successors, in time, so that nothing stands still."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, cast

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option, passphrase, passphrase_option
from kgbx.cli.keys import is_encrypted
from kgbx.cli.keys_show import show_keys
from kgbx.clock import format_instant
from kgbx.envelope.identity import update
from kgbx.envelope.keylife import due_for_rotation, start_of_next

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import KeyUse


@bilingual_command(
    "rotate",
    nl="Maak in FOLDER opvolgers van sleutels; de oude blijven staan.\n\n"
    "Zonder --use krijgt een opvolger wat binnen 30 dagen verloopt (hoofdsleutels niet). Nieuwe sleutels om te "
    "ondertekenen gaan pas na 8 dagen in, zodat uw partners ze kennen voordat ze een handtekening zien. Maak daarna "
    "een nieuw document: kgbx keys publish FOLDER --previous FILE.",
    en="Make successors of keys in FOLDER; the old ones stay.\n\n"
    "Without --use what ends within 30 days gets a successor (root keys do not). New keys to sign start only after 8 "
    "days, so that your partners know them before they see a signature. Then make a new document: "
    "kgbx keys publish FOLDER --previous FILE.",
)
@click.argument("folder")
@option(
    "--use",
    "uses",
    multiple=True,
    type=click.Choice(["sig", "enc", "root"]),
    nl="Alleen deze: sig (ondertekenen), enc (ontvangen), root (hoofdsleutels). Mag vaker.",
    en="These only: sig (to sign), enc (to receive), root. May be given more than once.",
)
@option(
    "--now",
    is_flag=True,
    nl="Laat nieuwe sleutels om te ondertekenen meteen ingaan, omdat u de oude niet vertrouwt.",
    en="Let new keys to sign start at once, because you do not trust the old ones.",
)
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    folder: str,
    uses: tuple[str, ...],
    passphrase_file: str | None,
    at: str | None,
    *,
    now: bool,
    as_json: bool,
) -> None:
    """Add keys to an identity folder."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    secret = passphrase(passphrase_file, console=console) if is_encrypted(folder) else None
    made: list[tuple[KeyUse, datetime]] = []

    def rotated(identity: Identity) -> Identity:
        chosen = cast("tuple[KeyUse, ...]", tuple(dict.fromkeys(uses))) or due_for_rotation(identity, moment)
        for use in chosen:
            start = moment if now else start_of_next(identity, use, at=moment)
            identity = identity.with_new_keys(use, at=start)
            made.append((use, start))
        return identity

    identity = update(Path(folder), rotated, passphrase=secret)
    for use, start in made:
        console.say(
            f"Nieuwe sleutels ({use}), gaan in op {format_instant(start)}.",
            f"New keys ({use}), starting on {format_instant(start)}.",
        )
    _tell(console, folder, made=bool(made))
    show_keys(console, identity, moment, folder=folder)


def _tell(console: Console, folder: str, *, made: bool) -> None:
    if made:
        console.say(
            f"Maak ze nu bekend: kgbx keys publish {quote(folder)} --previous FILE --out FILE",
            f"Now publish them: kgbx keys publish {quote(folder)} --previous FILE --out FILE",
        )
    else:
        console.say("Er verloopt niets binnen 30 dagen.", "Nothing ends within 30 days.")

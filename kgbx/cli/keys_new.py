# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys new``: a folder with the keys of an organisation."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option, passphrase, passphrase_option
from kgbx.cli.keys_show import show_keys
from kgbx.envelope.encoding import ORG
from kgbx.envelope.identity import create_identity, save
from kgbx.envelope.suites import KGBX_1, SUITES
from kgbx.errors import UsageError
from kgbx.messages import Text

_ORG = Text(
    "Dit is geen organisatie. Schrijf urn:osb:oin: en daarachter het OIN van 20 cijfers.",
    "This is no organisation. Write urn:osb:oin: and after it the OIN of 20 digits.",
)

INSECURE = "--insecure-no-passphrase"


@bilingual_command(
    "new",
    nl="Maak een nieuwe map FOLDER met sleutels. Er wordt om een wachtwoordzin gevraagd.",
    en="Make a new FOLDER with keys. A passphrase is asked for.",
)
@click.argument("folder")
@option(
    "--org",
    required=True,
    metavar="URN",
    nl="Uw organisatie: urn:osb:oin: en uw OIN van 20 cijfers.",
    en="Your organisation: urn:osb:oin: and your OIN of 20 digits.",
)
@option(
    "--suite",
    type=click.Choice(list(SUITES)),
    default=KGBX_1.id,
    show_default=True,
    nl="Soort sleutels. kgbx-1h is de reserve: alleen waar uw partners erom vragen.",
    en="Kind of keys. kgbx-1h is the reserve: only where your partners ask for it.",
)
@passphrase_option
@option(
    INSECURE,
    "insecure",
    is_flag=True,
    nl="Bewaar de sleutels zonder wachtwoordzin. Alleen om te proberen.",
    en="Store the keys without a passphrase. Only for trying things out.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    folder: str,
    org: str,
    suite: str,
    passphrase_file: str | None,
    at: str | None,
    *,
    insecure: bool,
    as_json: bool,
) -> None:
    """Write an identity folder."""
    console = console_of(context, as_json=as_json)
    if not ORG.match(org):
        raise UsageError(text=_ORG)
    secret = None if insecure else passphrase(passphrase_file, confirm=True, console=console)
    moment = console.moment(at)
    identity = create_identity(org, at=moment, suite=suite)
    save(identity, Path(folder), passphrase=secret)
    console.say(
        f"Sleutels gemaakt in {folder}, alleen leesbaar voor u.\n"
        f"Maak ze nu bekend: kgbx keys publish {quote(folder)} --name NAME --out FILE",
        f"Keys made in {folder}, readable by you only.\n"
        f"Now publish them: kgbx keys publish {quote(folder)} --name NAME --out FILE",
    )
    if insecure:
        console.note(
            "Let op: deze sleutels staan onbeveiligd op schijf.", "Note: these keys are stored without protection."
        )
    show_keys(console, identity, moment, folder=folder)

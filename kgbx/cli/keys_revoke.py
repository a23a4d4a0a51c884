# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys revoke``: a document that says from when a key is not trusted."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option, out_option, passphrase_option, write_new
from kgbx.cli.keys import open_identity
from kgbx.cli.keys_publish import read_previous, tell_published
from kgbx.clock import parse_moment
from kgbx.directory import Revocation, next_document, sign_next

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument


@bilingual_command(
    "revoke",
    nl="Maak een document dat de sleutels KID intrekt, en geef het meteen aan uw partners.\n\n"
    "Wie het kent, weigert elk bericht met deze sleutels, ook een ouder bericht. Maak eerst opvolgers met "
    "'kgbx keys rotate FOLDER --use sig --now' of --use enc: dan staan die er meteen in.",
    en="Make a document that withdraws the keys KID, and give it to your partners at once.\n\n"
    "Who knows it refuses every message with these keys, an older message too. First make successors with "
    "'kgbx keys rotate FOLDER --use sig --now' or --use enc: then they are in it at once.",
)
@click.argument("folder")
@click.argument("kids", metavar="KID...", nargs=-1, required=True)
@option(
    "--previous",
    required=True,
    metavar="FILE",
    nl="Het document dat u hiervoor bekendmaakte.",
    en="The document you published before.",
)
@option(
    "--reason",
    required=True,
    nl="Waarom, voor mensen; zonder namen of andere persoonsgegevens.",
    en="Why, for people; without names or other personal data.",
)
@option(
    "--since",
    metavar="MOMENT",
    nl="Vanaf wanneer de sleutel niet te vertrouwen is. Standaard: nu.",
    en="From when the key is not to be trusted. Default: now.",
)
@out_option
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    folder: str,
    kids: tuple[str, ...],
    previous: str,
    reason: str,
    since: str | None,
    out: str,
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write an organisation document with revoked keys."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    second = int((parse_moment(since) if since else moment).timestamp())
    before = read_previous(previous)
    identity = open_identity(folder, passphrase_file, console=console)
    revoked = [Revocation(kid=kid, at=second, reason=reason) for kid in kids]
    document = next_document(before, identity, at=moment, revoked=revoked)
    write_new(out, sign_next(document, identity, previous=before))
    tell_published(console, document, out)
    _warn(console, document, int(moment.timestamp()), quote(folder))


def _warn(console: Console, document: OrganisationDocument, second: int, folder: str) -> None:
    live = {e.use for e in document.keys if e.status == "active" and e.nbf <= second < e.exp}
    for use in ("sig", "enc"):
        if use not in live:
            console.note(
                f"Let op: geen geldige sleutel ({use}) meer. Maak er een: kgbx keys rotate {folder} --use {use} --now",
                f"Note: you now have no valid key ({use}) left. Make one: kgbx keys rotate {folder} --use {use} --now",
            )

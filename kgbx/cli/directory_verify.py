# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory verify``: signatures, trust, sequence, expiry; and what was seen before."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import at_option, console_of, directory_options, json_option
from kgbx.cli.directory import known_option, recall_directory, show_directory
from kgbx.errors import EXIT_OK, EXIT_TRUST


@bilingual_command(
    "verify",
    nl="Kijk een adresboek na: handtekeningen, vertrouwen, volgorde en houdbaarheid.\n\n"
    "Met --known onthoudt kgbx de hoogste nummers, en herkent het een adresboek dat ouder is dan een eerder.",
    en="Check a directory: signatures, trust, sequence and expiry.\n\n"
    "With --known kgbx remembers the highest numbers, and recognises a directory that is older than one before.",
)
@directory_options
@known_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    directory_file: str,
    trust_file: str,
    known: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Leave with status 3 when something in the directory cannot be used now."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    directory = recall_directory(directory_file, trust_file, known)
    unusable = show_directory(console, directory, at=moment)
    context.exit(EXIT_TRUST if unusable or directory.untrusted else EXIT_OK)

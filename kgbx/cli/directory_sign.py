# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory sign``: one more keeper signs the directory statement."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option, out_option, passphrase_option, read_file, write_new
from kgbx.cli.directory_publish import tell_statement
from kgbx.cli.keys import open_identity
from kgbx.directory import add_signature, read_statement
from kgbx.limits import MAX_DIRECTORY_BYTES


@bilingual_command(
    "sign",
    nl="Onderteken als beheerder de verklaring STATEMENT mee, nadat u haar zelf hebt nagekeken.",
    en="Sign the statement STATEMENT as one more keeper, after you checked it yourself.",
)
@click.argument("statement")
@option("--identity", required=True, metavar="FOLDER", nl="Map met uw hoofdsleutels.", en="Folder with your root keys.")
@out_option
@passphrase_option
@json_option
@click.pass_context
def command(
    context: click.Context, statement: str, identity: str, out: str, passphrase_file: str | None, *, as_json: bool
) -> None:
    """Write the statement with two more signatures."""
    console = console_of(context, as_json=as_json)
    data = read_file(statement, limit=MAX_DIRECTORY_BYTES)
    root = open_identity(identity, passphrase_file, console=console).root
    signed = add_signature(data, root)
    write_new(out, signed)
    tell_statement(console, read_statement(signed), out)

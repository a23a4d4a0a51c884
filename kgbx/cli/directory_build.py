# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory build``: documents of organisations in one file."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option, out_option, read_file, write_new
from kgbx.cli.directory import joined, read_documents, show_directory
from kgbx.directory import build_directory_file, read_statement
from kgbx.limits import MAX_DIRECTORY_BYTES


@bilingual_command(
    "build",
    nl="Voeg documenten van organisaties samen tot een adresboek.\n\n"
    "Laat oudere documenten erin staan: zonder het document dat de hoofdsleutels wijzigde, telt een later niet.",
    en="Join documents of organisations to a directory.\n\n"
    "Leave older documents in: without the document that changed the root keys, a later one cannot be believed.",
)
@click.argument("documents", nargs=-1, required=True)
@option(
    "--statement",
    "statement_file",
    metavar="FILE",
    nl="De verklaring van de beheerders (gemaakt met 'kgbx directory publish' en 'sign').",
    en="The statement of the keepers (made with 'kgbx directory publish' and 'sign').",
)
@out_option
@json_option
@click.pass_context
def command(
    context: click.Context, documents: tuple[str, ...], statement_file: str | None, out: str, *, as_json: bool
) -> None:
    """Write a directory file; a document that contradicts another is refused."""
    console = console_of(context, as_json=as_json)
    read = read_documents(documents)
    stated = read_file(statement_file, limit=MAX_DIRECTORY_BYTES) if statement_file else None
    statement = None if stated is None else read_statement(stated)
    directory = joined((document for _, document in read), statement=statement)
    write_new(out, build_directory_file((data for data, _ in read), statement=stated))
    show_directory(console, directory, at=None)

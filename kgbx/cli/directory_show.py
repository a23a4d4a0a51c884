# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory show``: what a directory file holds."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import console_of, json_option, read_file
from kgbx.cli.directory import show_directory
from kgbx.directory import (
    Directory,
    peek_document,
    read_directory_file,
    read_directory_statement,
    read_statement,
)
from kgbx.limits import MAX_DIRECTORY_BYTES


@bilingual_command(
    "show",
    nl="Laat zien wat er in een adresboek staat. Zegt niets over vertrouwen: gebruik daarvoor verify.",
    en="Show what a directory holds. Says nothing about trust: use verify for that.",
)
@click.argument("directory_file")
@json_option
@click.pass_context
def command(context: click.Context, directory_file: str, *, as_json: bool) -> None:
    """List the documents of a directory file."""
    console = console_of(context, as_json=as_json)
    data = read_file(directory_file, limit=MAX_DIRECTORY_BYTES)
    documents = [peek_document(document) for document in read_directory_file(data)]
    stated = read_directory_statement(data)
    statement = None if stated is None else read_statement(stated)
    show_directory(console, Directory(documents, statement=statement), at=None)

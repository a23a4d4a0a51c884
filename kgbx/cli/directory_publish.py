# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory publish``: a keeper states which document of each organisation is the newest."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    json_option,
    out_option,
    passphrase_option,
    read_file,
    write_new,
)
from kgbx.cli.directory import joined, read_documents
from kgbx.cli.keys import instant, open_identity
from kgbx.directory import (
    Statement,
    Trust,
    peek_document,
    read_directory_file,
    read_statement,
    sign_statement,
    state_directory,
)
from kgbx.directory.trusting import believe
from kgbx.errors import DirectoryError
from kgbx.limits import MAX_DIRECTORY_BYTES


@bilingual_command(
    "publish",
    nl="Verklaar als beheerder welke documenten in het adresboek de nieuwste zijn, en onderteken.\n\n"
    "De verklaring geldt 7 dagen. Kijk elk nieuw document na langs een andere weg voordat u ondertekent. Andere "
    "beheerders ondertekenen mee met 'kgbx directory sign'; zet haar er dan in met 'kgbx directory build --statement'.",
    en="State as a keeper which documents in the directory are the newest, and sign.\n\n"
    "The statement lasts 7 days. Check each new document by another way before you sign. Other keepers sign with "
    "'kgbx directory sign'; then put it in with 'kgbx directory build --statement'.",
)
@click.argument("directory_file")
@option("--identity", required=True, metavar="FOLDER", nl="Map met uw hoofdsleutels.", en="Folder with your root keys.")
@option(
    "--keeper",
    "keepers",
    metavar="FILE",
    multiple=True,
    required=True,
    nl="Document van elke beheerder die mag ondertekenen, ook van uzelf.",
    en="Document of each keeper who may sign, yourself included.",
)
@option(
    "--previous",
    metavar="FILE",
    nl="De verklaring hiervoor; de nieuwe krijgt een hoger nummer en moet erop aansluiten.",
    en="The statement before; the new one gets a higher number and must follow from it.",
)
@out_option
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    directory_file: str,
    identity: str,
    keepers: tuple[str, ...],
    previous: str | None,
    out: str,
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write a directory statement with the signatures of one keeper."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    documents = read_directory_file(read_file(directory_file, limit=MAX_DIRECTORY_BYTES))
    directory = joined(peek_document(document) for document in documents)
    before = read_statement(read_file(previous, limit=MAX_DIRECTORY_BYTES)) if previous else None
    if before and int(moment.timestamp()) < before.iat:
        raise DirectoryError("E_DIR_NOT_YET")
    if before:
        _require_following(documents, before)
    statement = state_directory(
        (directory.history(org)[0] for org in directory.organisations),
        keepers=[document for _, document in read_documents(keepers)],
        seq=before.seq + 1 if before else 1,
        at=moment,
    )
    root = open_identity(identity, passphrase_file, console=console).root
    signed = sign_statement(statement, root)
    write_new(out, signed)
    tell_statement(console, read_statement(signed), out)


def _require_following(documents: tuple[bytes, ...], before: Statement) -> None:
    """Return if every organisation of the statement before that is still here follows from what was listed then.

    A keeper would else vouch for whoever hands in a document with a high number in the name of an organisation.

    Raises:
        DirectoryError: E_DIR_ROLLBACK, E_DIR_EQUIVOCATION, E_DIR_UNTRUSTED.
    """
    found = believe(documents, trust=Trust(pinned=()), statements=[before], whole=False)
    if {row.org for row in before.documents} & set(found.untrusted):
        raise DirectoryError("E_DIR_UNTRUSTED")


def tell_statement(console: Console, statement: Statement, out: str) -> None:
    """Print what a statement says and how many signed it."""
    count, signed, exp = len(statement.documents), len(statement.signed_by), instant(statement.exp)
    console.say(
        f"Verklaring {statement.seq} over {count} organisaties staat in {out}, "
        f"ondertekend door {signed}; geldig tot {exp}.",
        f"Statement {statement.seq} about {count} organisations is in {out}, signed by {signed}; valid until {exp}.",
    )
    console.result({"seq": statement.seq, "organisations": count, "signed_by": signed, "exp": exp})

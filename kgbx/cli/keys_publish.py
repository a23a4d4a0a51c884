# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys publish``: the document that tells others which keys are yours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

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
from kgbx.cli.keys import instant, open_identity
from kgbx.directory import describe, make_document, next_document, peek_document, sign_next
from kgbx.limits import MAX_ORG_DOCUMENT_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import OrganisationDocument


@bilingual_command(
    "publish",
    nl="Maak het document dat anderen vertelt welke sleutels van u zijn, ondertekend met uw hoofdsleutels.\n\n"
    "Geef het aan uw partners. Laat hen de vingerafdruk van uw hoofdsleutels langs een andere weg nakijken. Het geldt "
    "90 dagen: maak op tijd een volgend, met --previous. Zijn uw hoofdsleutels vervangen, dan tekenen de oude mee.",
    en="Make the document that tells others which keys are yours, signed with your root keys.\n\n"
    "Give it to your partners. Have them check the fingerprints of your root keys by another way. It lasts 90 days: "
    "make a next one in time, with --previous. If your root keys were replaced, the old ones sign too.",
)
@click.argument("folder")
@option(
    "--name",
    nl="Naam van uw organisatie, voor mensen. Met --previous: de naam blijft als u niets zegt.",
    en="Name of your organisation, for people. With --previous: the name stays if you say nothing.",
)
@out_option
@option(
    "--previous",
    metavar="FILE",
    nl="Het document dat u hiervoor bekendmaakte; het nieuwe krijgt een hoger nummer.",
    en="The document you published before; the new one gets a higher number.",
)
@option(
    "--endpoint",
    "endpoints",
    metavar="URL",
    multiple=True,
    nl="Adres waar berichten kunnen worden afgeleverd (https).",
    en="Address where messages can be delivered (https).",
)
@option(
    "--also",
    metavar="FOLDER",
    nl="Map met uw sleutels van een ander soort (--suite), voor hetzelfde document; zelfde wachtwoordzin.",
    en="Folder with your keys of another kind (--suite), for the same document; the same passphrase.",
)
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    folder: str,
    name: str | None,
    out: str,
    previous: str | None,
    endpoints: tuple[str, ...],
    also: str | None,
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write an organisation document."""
    console = console_of(context, as_json=as_json)
    before = read_previous(previous) if previous else None
    if before is None and name is None:
        raise click.UsageError("Missing option '--name'.")
    identity = open_identity(folder, passphrase_file, console=console)
    if also:
        identity = identity.beside(open_identity(also, passphrase_file, console=console))
    moment = console.moment(at)
    said = [("kgbx", url) for url in endpoints]
    if before is None:
        document = describe(identity, name=name or "", seq=1, at=moment, endpoints=said)
        signed = make_document(document, root=identity.root)
    else:
        document = _following(before, identity, moment, name=name, endpoints=said)
        signed = sign_next(document, identity, previous=before)
    write_new(out, signed)
    tell_published(console, document, out)


def read_previous(path: str) -> OrganisationDocument:
    """Return a document that was published before.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE.
        OSError: the file cannot be read.
    """
    return peek_document(read_file(path, limit=MAX_ORG_DOCUMENT_BYTES))


def _following(
    before: OrganisationDocument,
    identity: Identity,
    moment: datetime,
    *,
    name: str | None,
    endpoints: list[tuple[str, str]],
) -> OrganisationDocument:
    document = next_document(before, identity, at=moment)
    return replace(document, name=name or before.name, endpoints=tuple(endpoints) or before.endpoints)


def tell_published(console: Console, document: OrganisationDocument, out: str) -> None:
    """Print which document was written, and the fingerprints that others must check."""
    console.say(
        f"Document {document.seq} van {document.org} staat in {out}; geldig tot {instant(document.exp)}.\n"
        f"Vingerafdrukken van de hoofdsleutels (lees ze voor aan wie u vertrouwt):",
        f"Document {document.seq} of {document.org} is in {out}; valid until {instant(document.exp)}.\n"
        f"Fingerprints of the root keys (read them out to those who are to trust you):",
    )
    for kid in document.root:
        console.say(f"  {kid}", f"  {kid}")
    console.result({"org": document.org, "seq": document.seq, "exp": instant(document.exp), "root": document.root})

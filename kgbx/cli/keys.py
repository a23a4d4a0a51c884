# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys``: make, show and publish the keys of an organisation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as keys_command
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    json_option,
    out_option,
    passphrase,
    passphrase_option,
    read_file,
    write_new,
)
from kgbx.clock import format_instant
from kgbx.directory import describe, make_document, peek_document
from kgbx.envelope.identity import create_identity, load, peek, save
from kgbx.errors import UsageError
from kgbx.limits import MAX_ORG_DOCUMENT_BYTES

if TYPE_CHECKING:
    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import OrganisationDocument

INSECURE = "--insecure-no-passphrase"


@group(
    "keys",
    nl="Maak en bekijk de sleutels van uw organisatie.\n\n"
    "Een organisatie heeft een paar sleutels om te ondertekenen, een sleutel om te ontvangen en een paar "
    "hoofdsleutels. De hoofdsleutels ondertekenen alleen wat u over uw sleutels bekendmaakt: bewaar ze ergens anders.",
    en="Make and show the keys of your organisation.\n\n"
    "An organisation has a pair of keys to sign, a key to receive and a pair of root keys. The root keys only sign "
    "what you publish about your keys: keep them elsewhere.",
)
def command() -> None:
    """Hold the commands about keys."""


@keys_command(
    command,
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
def new(
    context: click.Context,
    folder: str,
    org: str,
    passphrase_file: str | None,
    at: str | None,
    *,
    insecure: bool,
    as_json: bool,
) -> None:
    """Write an identity folder."""
    console = console_of(context, as_json=as_json)
    secret = None if insecure else passphrase(passphrase_file, confirm=True, console=console)
    identity = create_identity(org, at=console.moment(at))
    save(identity, Path(folder), passphrase=secret)
    console.say(
        f"Sleutels gemaakt in {folder}, alleen leesbaar voor u. Maak ze nu bekend met: kgbx keys publish {folder}",
        f"Keys made in {folder}, readable by you only. Now publish them: kgbx keys publish {folder}",
    )
    if insecure:
        console.note(
            "Let op: deze sleutels staan onbeveiligd op schijf.", "Note: these keys are stored without protection."
        )
    _show(console, identity)


@keys_command(
    command,
    "show",
    nl="Laat zien welke sleutels in FOLDER staan en tot wanneer ze gelden. Vraagt geen wachtwoordzin.",
    en="Show which keys FOLDER holds and until when they are valid. Asks no passphrase.",
)
@click.argument("folder")
@json_option
@click.pass_context
def show(context: click.Context, folder: str, *, as_json: bool) -> None:
    """List the keys of an identity folder."""
    _show(console_of(context, as_json=as_json), peek(Path(folder)))


def _show(console: Console, identity: Identity) -> None:
    rows = [
        {"kid": key.kid, "use": key.use, "alg": key.alg, "nbf": _instant(key.nbf), "exp": _instant(key.exp)}
        for key in identity.keys
    ]
    console.say(f"Organisatie {identity.org}", f"Organisation {identity.org}")
    for row in rows:
        console.say(
            f"  {row['use']:4} {row['alg']:10} {row['kid']}  geldig tot {row['exp']}",
            f"  {row['use']:4} {row['alg']:10} {row['kid']}  valid until {row['exp']}",
        )
    console.result({"org": identity.org, "keys": rows})


@keys_command(
    command,
    "publish",
    nl="Maak het document dat anderen vertelt welke sleutels van u zijn, ondertekend met uw hoofdsleutels.\n\n"
    "Geef het aan uw partners. Laat hen de vingerafdruk van uw hoofdsleutels langs een andere weg nakijken.",
    en="Make the document that tells others which keys are yours, signed with your root keys.\n\n"
    "Give it to your partners. Have them check the fingerprints of your root keys by another way.",
)
@click.argument("folder")
@option(
    "--name", required=True, nl="Naam van uw organisatie, voor mensen.", en="Name of your organisation, for people."
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
@passphrase_option
@at_option
@json_option
@click.pass_context
def publish(
    context: click.Context,
    folder: str,
    name: str,
    out: str,
    previous: str | None,
    endpoints: tuple[str, ...],
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write an organisation document."""
    console = console_of(context, as_json=as_json)
    before = peek_document(read_file(previous, limit=MAX_ORG_DOCUMENT_BYTES)) if previous else None
    identity = open_identity(folder, passphrase_file, console=console)
    document = describe(
        identity,
        name=name,
        seq=before.seq + 1 if before else 1,
        at=console.moment(at),
        endpoints=[("kgbx", url) for url in endpoints],
    )
    if before and before.org != document.org:
        raise UsageError
    signed = make_document(document, root=identity.root, previous=before.sha256 if before else None)
    write_new(out, signed)
    _tell_published(console, document, out)


def _tell_published(console: Console, document: OrganisationDocument, out: str) -> None:
    console.say(
        f"Document {document.seq} van {document.org} staat in {out}; geldig tot {_instant(document.exp)}.\n"
        f"Vingerafdrukken van de hoofdsleutels (lees ze voor aan wie u vertrouwt):",
        f"Document {document.seq} of {document.org} is in {out}; valid until {_instant(document.exp)}.\n"
        f"Fingerprints of the root keys (read them out to those who are to trust you):",
    )
    for kid in document.root:
        console.say(f"  {kid}", f"  {kid}")
    console.result({"org": document.org, "seq": document.seq, "exp": _instant(document.exp), "root": document.root})


def open_identity(folder: str, passphrase_file: str | None, *, console: Console) -> Identity:
    """Return the identity of a folder; a passphrase is asked for only when a key file is encrypted.

    Raises:
        EnvelopeError: E_KEY_FILE, E_PASSPHRASE.
        UsageError: U_PASSPHRASE, one is needed and there is neither file nor terminal.
    """
    encrypted = any(Path(folder).glob("*.enc"))
    return load(Path(folder), passphrase(passphrase_file, console=console) if encrypted else None)


def _instant(second: int) -> str:
    return format_instant(datetime.fromtimestamp(second, tz=UTC))

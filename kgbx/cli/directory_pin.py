# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory pin``: whom a person decided to believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option, out_option, read_file, write_new
from kgbx.cli.directory import read_documents
from kgbx.directory import Authorities, Keepers, Pin, Trust, build_trust_file, check_certificate
from kgbx.errors import UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.ports import OrganisationDocument


@bilingual_command(
    "pin",
    nl="Leg vast wiens hoofdsleutels u gelooft.\n\n"
    "Kijk eerst de vingerafdrukken na langs een andere weg: bel de organisatie op een nummer dat u al had. Heeft een "
    "document een certificaat, geef dan --authority en --crl: klopt het niet, dan wordt er niets geschreven.",
    en="Record whose root keys you believe.\n\n"
    "First check the fingerprints by another way: call the organisation on a number you already had. If a document has "
    "a certificate, give --authority and --crl: if it is not right, nothing is written.",
)
@click.argument("documents", nargs=-1)
@option(
    "--keeper",
    "keepers",
    metavar="FILE",
    multiple=True,
    nl="Document van een beheerder van het adresboek; mag vaker.",
    en="Document of a keeper of the directory; may be given more than once.",
)
@option(
    "--threshold",
    type=click.IntRange(min=1),
    metavar="N",
    nl="Hoeveel beheerders moeten hebben ondertekend. Standaard: allemaal.",
    en="How many keepers must have signed. Default: all.",
)
@option(
    "--authority",
    "authority_files",
    metavar="FILE",
    multiple=True,
    nl="Hoofdcertificaat (PEM) waarop een certificaat in elk document moet uitkomen.",
    en="Root certificate (PEM) to which a certificate in each document must lead.",
)
@option(
    "--crl",
    "lists",
    metavar="FILE",
    multiple=True,
    nl="Verse intrekkingslijst (PEM) van elke uitgever in de keten.",
    en="Fresh revocation list (PEM) of each issuer in the chain.",
)
@option(
    "--certificate-policy",
    "policies",
    metavar="OID",
    multiple=True,
    nl="Nummer van een certificaatbeleid dat telt; mag vaker. Standaard: elk.",
    en="Number of a certificate policy that counts; may be given more than once. Default: any.",
)
@out_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    documents: tuple[str, ...],
    keepers: tuple[str, ...],
    threshold: int | None,
    authority_files: tuple[str, ...],
    lists: tuple[str, ...],
    policies: tuple[str, ...],
    out: str,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write a trust file."""
    console = console_of(context, as_json=as_json)
    read = [document for _, document in read_documents(documents)]
    if authority_files:
        _check(read, _authorities(authority_files, lists, policies), at=console.moment(at))
    trust = Trust(pinned=_pins(read), keepers=_keepers(keepers, threshold))
    if not trust.pinned and trust.keepers is None:
        raise UsageError
    write_new(out, build_trust_file(trust))
    _tell(console, trust, out, certified=bool(authority_files))


def _authorities(roots: tuple[str, ...], lists: tuple[str, ...], policies: tuple[str, ...]) -> Authorities:
    read = [[read_file(path, limit=MAX_DOCUMENT_BYTES) for path in paths] for paths in (roots, lists)]
    return Authorities.load(*read, policies=policies)


def _check(read: list[OrganisationDocument], authorities: Authorities, *, at: datetime) -> None:
    for document in read:
        check_certificate(document, authorities=authorities, at=at)


def _pins(read: list[OrganisationDocument]) -> tuple[Pin, ...]:
    pins = {document.org: Pin(org=document.org, root=document.root) for document in read}
    if len(pins) != len(read):
        raise UsageError
    return tuple(pins[org] for org in sorted(pins))


def _keepers(paths: tuple[str, ...], threshold: int | None) -> Keepers | None:
    read = [document for _, document in read_documents(paths)]
    if len({document.org for document in read}) != len(read):
        raise UsageError  # one organisation with two pairs of root keys would count as two
    roots = tuple(document.root for document in read)
    if threshold is not None and not 1 <= threshold <= len(roots):
        raise UsageError
    return Keepers(roots=roots, threshold=threshold or len(roots)) if roots else None


def _tell(console: Console, trust: Trust, out: str, *, certified: bool) -> None:
    if trust.pinned:
        console.say(
            f"{len(trust.pinned)} organisaties vastgelegd in {out}. Kijk deze vingerafdrukken na voor u het gebruikt:",
            f"{len(trust.pinned)} organisations recorded in {out}. Check these fingerprints before you use it:",
        )
    for row in trust.pinned:
        for kid in row.root:
            console.say(f"  {row.org}  {kid}", f"  {row.org}  {kid}")
    roots = trust.keepers.roots if trust.keepers else ()
    if trust.keepers:
        count, of = trust.keepers.threshold, len(roots)
        console.say(
            f"Van {of} beheerders moeten er {count} hebben ondertekend (in {out}). Kijk ook hun vingerafdrukken na:",
            f"Of {of} keepers {count} must have signed (in {out}). Check their fingerprints too:",
        )
    for kid in (kid for root in roots for kid in root):
        console.say(f"  {kid}", f"  {kid}")
    if certified:
        console.say("De certificaten kloppen met deze organisaties.", "The certificates name these organisations.")
    kept = trust.keepers and {"roots": roots, "threshold": trust.keepers.threshold}
    pinned = [{"org": row.org, "root": row.root} for row in trust.pinned]
    console.result({"pinned": pinned, "keepers": kept, "certified": certified})

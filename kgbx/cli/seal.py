# SPDX-License-Identifier: EUPL-1.2
"""``kgbx seal``: one file that only the recipient can open, signed by the sender."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.case import MEDIA_TYPE, FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    directory_options,
    json_option,
    out_option,
    passphrase_option,
    read_file,
)
from kgbx.cli.directory import known_option, recall_directory, warned
from kgbx.cli.keys import open_identity
from kgbx.clock import parse_moment
from kgbx.envelope.seal import seal
from kgbx.errors import UsageError
from kgbx.exchange import CASE_SHARE
from kgbx.limits import MAX_BODY_BYTES

if TYPE_CHECKING:
    from kgbx.envelope.seal import Sealed


@bilingual_command(
    "seal",
    nl="Maak het bestand BODY dicht voor een andere organisatie.\n\n"
    "Alleen de ontvanger kan het openen; uw ondertekening zit erin. Een gezinsdossier wordt eerst nagekeken: is het "
    "niet in orde, dan gaat het niet weg. Voorbeeld:\n\n"
    "kgbx seal dossier.json --identity lokaal-team --to urn:osb:oin:00000099000000002000 --directory adresboek.json "
    "--trust vertrouwd.json --out bericht.kgbx",
    en="Seal the file BODY for another organisation.\n\n"
    "Only the recipient can open it; your signature is inside. A family case is checked first: if it is not valid, "
    "it does not leave. Example:\n\n"
    "kgbx seal case.json --identity local-team --to urn:osb:oin:00000099000000002000 --directory directory.json "
    "--trust trust.json --out message.kgbx",
)
@click.argument("body")
@option("--identity", required=True, metavar="FOLDER", nl="Map met uw eigen sleutels.", en="Folder with your own keys.")
@option("--to", required=True, metavar="URN", nl="Wie het mag openen.", en="Who may open it.")
@directory_options
@known_option
@out_option
@option(
    "--attach",
    "attachments",
    multiple=True,
    metavar="FILE",
    nl="Bijlage; mag vaker. Haal plaatsgegevens uit foto's voordat u ze meestuurt.",
    en="Attachment; may be given more than once. Remove location data from photographs before you attach them.",
)
@option(
    "--names",
    is_flag=True,
    nl="Stuur de bestandsnamen van de bijlagen mee. Ze blijven dan ook in het bewijs staan: let op namen van mensen.",
    en="Send the file names of the attachments. They then stay in the evidence too: mind the names of people.",
)
@option(
    "--media-type",
    default=MEDIA_TYPE,
    show_default=True,
    nl="Soort inhoud van BODY. Alleen een gezinsdossier wordt nagekeken.",
    en="Media type of BODY. Only a family case is checked.",
)
@option("--message-type", default=CASE_SHARE, show_default=True, nl="Soort bericht (URI).", en="Message type (URI).")
@option(
    "--expires",
    metavar="MOMENT",
    nl="Tot wanneer het geopend kan worden; hoogstens 30 dagen. Standaard 7 dagen.",
    en="Until when it can be opened; at most 30 days. Default 7 days.",
)
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    body: str,
    identity: str,
    to: str,
    directory_file: str,
    trust_file: str,
    known: str | None,
    out: str,
    attachments: tuple[str, ...],
    media_type: str,
    message_type: str,
    expires: str | None,
    passphrase_file: str | None,
    at: str | None,
    *,
    names: bool,
    as_json: bool,
) -> None:
    """Write a sealed file."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    directory = recall_directory(directory_file, trust_file, known)
    recipient = directory.require(to, moment)
    content = _checked(body, media_type)
    sender = open_identity(identity, passphrase_file, console=console).at(moment)
    sealed = seal(
        content,
        media_type=media_type,
        message_type=message_type,
        sender=sender,
        suite=sender.suite,
        to=recipient,
        attachments=[Path(path) for path in attachments],
        names=names,
        at=moment,
        expires=parse_moment(expires) if expires else None,
    )
    _write(sealed, out)
    _tell(console, sealed, to=to, out=out, warnings=warned(console, directory, known=known))


def _checked(body: str, media_type: str) -> bytes:
    content = read_file(body, limit=MAX_BODY_BYTES)
    if media_type == MEDIA_TYPE:
        FamilyCase.from_json(content)
    return content


def _tell(console: Console, sealed: Sealed, *, to: str, out: str, warnings: list[str]) -> None:
    size = Path(out).stat().st_size
    console.say(
        f"{out}: bericht {sealed.id} voor {to}, {len(sealed.parts)} delen, {size} bytes. Alleen zij opent het.",
        f"{out}: message {sealed.id} for {to}, {len(sealed.parts)} parts, {size} bytes. Only the recipient opens it.",
    )
    console.result({"id": sealed.id, "to": to, "parts": len(sealed.parts), "bytes": size, "warnings": warnings})


def _write(sealed: Sealed, out: str) -> None:
    taken = False
    try:
        sealed.write(Path(out))
    except FileExistsError:
        taken = True
    if taken:
        raise UsageError("U_EXISTS")

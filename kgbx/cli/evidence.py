# SPDX-License-Identifier: EUPL-1.2
"""``kgbx evidence``: check, years later and without content or network, who sent what to whom and what became of it.

Rules: ``show`` says what a record claims and believes nothing; ``verify`` believes only the root keys of the trust file
that the caller names. Ids, organisations, types, times and sizes are shown. A record holds digests, keys and signatures
too, and the file names of attachments where the sender chose to send them; these are not shown.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as evidence_command
from kgbx.cli.console import Console, console_of, json_option, read_file
from kgbx.clock import format_instant
from kgbx.directory import Directory
from kgbx.envelope.evidence import Proven, claimed, read_evidence, verify_evidence
from kgbx.limits import MAX_DIRECTORY_BYTES, MAX_EVIDENCE_BYTES

if TYPE_CHECKING:
    from kgbx.envelope.evidence import Evidence

_STATUS = {
    "processed": ("verwerkt", "processed"),
    "refused": ("geweigerd", "refused"),
    "taken_up": ("opgepakt door een professional", "taken up by a professional"),
}


@group(
    "evidence",
    nl="Controleer bewijs: wie wat aan wie stuurde en wat ermee gebeurde.\n\n"
    "Een bewijs bevat geen inhoud van een dossier, wel van wie aan wie, wanneer en welk soort bericht. Bewaar het als "
    "een vertrouwelijk stuk. Het is ook na jaren te controleren, zonder netwerk.",
    en="Check evidence: who sent what to whom, and what became of it.\n\n"
    "Evidence holds no content of a case, but it tells from whom, to whom, when and which kind of message. Keep it as "
    "something confidential. It can be checked years later, without a network.",
)
def command() -> None:
    """Hold the commands about evidence."""


@evidence_command(
    command,
    "verify",
    nl="Controleer alle handtekeningen in het bewijs FILE.\n\n"
    "Klopt er één niet, of gaat één verklaring over iets anders, dan bewijst het hele bestand niets.",
    en="Check every signature in the evidence FILE.\n\n"
    "If one is wrong, or one statement is about something else, the whole file proves nothing.",
)
@click.argument("file")
@option(
    "--trust",
    "trust_file",
    required=True,
    metavar="FILE",
    nl="Van welke organisaties u de hoofdsleutels gelooft.",
    en="Which organisations' root keys you believe.",
)
@option(
    "--directory",
    "directory_file",
    metavar="FILE",
    nl="Een nieuwer adresboek: dat zegt welke sleutels later zijn ingetrokken.",
    en="A newer directory: it says which keys were revoked since.",
)
@json_option
@click.pass_context
def verify(context: click.Context, file: str, trust_file: str, directory_file: str | None, *, as_json: bool) -> None:
    """Verify a record and say what it proves."""
    console = console_of(context, as_json=as_json)
    record = read_evidence(read_file(file, limit=MAX_EVIDENCE_BYTES))
    newer = read_file(directory_file, limit=MAX_DIRECTORY_BYTES) if directory_file else None
    trust = read_file(trust_file, limit=MAX_DIRECTORY_BYTES)
    proven = verify_evidence(record, directory=Directory.of_evidence(record, trust, newer=newer))
    _show(console, proven)
    console.say("Bewezen: alle handtekeningen kloppen.", "Proven: all signatures verify.")
    if not directory_file:
        console.note(
            "Let op: zonder --directory is niet gecontroleerd of een sleutel later is ingetrokken.",
            "Note: without --directory it was not checked whether a key was revoked since.",
        )
    console.result({"outcome": "proven", **_as_json(proven)})


@evidence_command(
    command,
    "show",
    nl="Laat zien wat het bewijs FILE beweert. Er wordt niets gecontroleerd.",
    en="Show what the evidence FILE claims. Nothing is checked.",
)
@click.argument("file")
@json_option
@click.pass_context
def show(context: click.Context, file: str, *, as_json: bool) -> None:
    """Print what a record claims."""
    console = console_of(context, as_json=as_json)
    record: Evidence = read_evidence(read_file(file, limit=MAX_EVIDENCE_BYTES))
    found = claimed(record)
    _show(console, found)
    console.say(
        "Niet gecontroleerd. Gebruik 'kgbx evidence verify'.", "Nothing was checked. Use 'kgbx evidence verify'."
    )
    console.result({"outcome": "not checked", **_as_json(found)})


def _show(console: Console, found: Proven) -> None:
    message = found.manifest
    console.say(f"bericht     {message.id}", f"message     {message.id}")
    console.say(f"soort       {message.type}", f"type        {message.type}")
    console.say(f"van         {message.sender}", f"from        {message.sender}")
    for org in dict.fromkeys(addressee.org for addressee in message.to):
        console.say(f"aan         {org}", f"to          {org}")
    console.say(f"gemaakt     {_moment(message.iat)}", f"made        {_moment(message.iat)}")
    for part in message.parts:
        console.say(
            f"deel {part.n}      {part.media}, {part.size} bytes", f"part {part.n}      {part.media}, {part.size} bytes"
        )
    for held in found.custody:
        console.say(
            f"bewaard     versleutelde delen, door {held.by} sinds {_moment(held.at)}",
            f"held        encrypted parts, by {held.by} since {_moment(held.at)}",
        )
    for given in found.receipts:
        nl, en = _STATUS[given.receipt.status]
        code = f" ({given.receipt.code})" if given.receipt.code else ""
        console.say(
            f"ontvangen   door {given.by}: {nl}{code}, {_moment(given.receipt.at)}",
            f"received    by {given.by}: {en}{code}, {_moment(given.receipt.at)}",
        )


def _as_json(found: Proven) -> dict[str, object]:
    message = found.manifest
    return {
        "id": message.id,
        "type": message.type,
        "from": message.sender,
        "to": list(dict.fromkeys(addressee.org for addressee in message.to)),
        "made_at": _moment(message.iat),
        "parts": [{"n": part.n, "media": part.media, "size": part.size} for part in message.parts],
        "custody": [{"by": held.by, "at": _moment(held.at)} for held in found.custody],
        "receipts": [
            {
                "by": given.by,
                "status": given.receipt.status,
                "code": given.receipt.code,
                "at": _moment(given.receipt.at),
            }
            for given in found.receipts
        ],
    }


def _moment(second: int) -> str:
    return format_instant(datetime.fromtimestamp(second, UTC))

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx provenance``: which organisation signed for each record of a case, through whatever hands it came."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import click

from kgbx.case.types import TYPE_OF
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, at_option, console_of, directory_options, json_option
from kgbx.cli.directory import load_directory
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.exchange import Provenance, provenance
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.case.base import BareRecord

OWN: Final = "own"

_SAID: Final = {
    OWN: Text("zelf vastgelegd", "recorded here"),
    "verified": Text("ondertekend door wie het vastlegde", "signed by who recorded it"),
    "unverified": Text("zonder handtekening van wie het vastlegde", "without a signature of who recorded it"),
    "revoked_later": Text(
        "ondertekend met een sleutel die later is ingetrokken", "signed with a key that was revoked later"
    ),
    "unjudged": Text(
        "ondertekend met een sleutel die hier niet te beoordelen is: haal een nieuwer adresboek",
        "signed with a key that cannot be judged here: get a newer directory",
    ),
    "not_as_signed": Text(
        "niet zoals het is ondertekend, of van voor de handtekening: vraag het na bij wie het vastlegde",
        "not as it was signed, or of before the signature: ask who recorded it",
    ),
}


@bilingual_command(
    "provenance",
    nl="Laat zien welke organisatie voor elk gegeven van het dossier CASE heeft getekend.\n\n"
    "Een handtekening onder een gegeven blijft geldig als het via andere organisaties kwam. U ziet ids, soorten en "
    "organisaties, nooit de inhoud. Status 1 als een gegeven niet is zoals het is ondertekend.",
    en="Show which organisation signed for each record of the case CASE.\n\n"
    "A signature under a record stays valid when it came through other organisations. You see ids, types and "
    "organisations, never content. Status 1 if a record is not as it was signed.",
)
@click.argument("case")
@directory_options
@option(
    "--as",
    "own",
    metavar="URN",
    nl="Uw eigen organisatie: wat u zelf vastlegde, hoeft niet ondertekend te zijn.",
    en="Your own organisation: what you recorded yourself need not be signed.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    directory_file: str,
    trust_file: str,
    own: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Tell where each record comes from; leave with status 1 if one is not as it was signed."""
    console = console_of(context, as_json=as_json)
    content = read_case(console, case)
    found = provenance(content, directory=load_directory(directory_file, trust_file), at=console.moment(at))
    origins = {record.id: _origin(record, found, own) for record in content}
    _show(console, content, origins)
    _show_contributions(console, found)
    console.result(
        {
            "records": [_row(record, found, origins) for record in content],
            "contributions": [
                {"org": one.org, "on": None if one.on is None else one.on.isoformat(), "state": one.state}
                for one in found.contributions
            ],
        }
    )
    context.exit(EXIT_FAILED if "not_as_signed" in origins.values() else EXIT_OK)


def _origin(record: BareRecord, found: Provenance, own: str | None) -> str:
    return OWN if record.recorded_by.org == own else found.origins[record.id]


def _show(console: Console, content: FamilyCase, origins: dict[str, str]) -> None:
    """Print how many records of each organisation have which origin, and name those to ask about."""
    counts = Counter((record.recorded_by.org, origins[record.id]) for record in content)
    for org in sorted({org for org, _ in counts}):
        console.say(org, org)
        for origin, text in _SAID.items():
            if number := counts[org, origin]:
                console.say(f"  {number:>5}  {text.nl}", f"  {number:>5}  {text.en}")
    for record in content:
        if origins[record.id] == "not_as_signed":
            row, text = TYPE_OF[type(record)], _SAID["not_as_signed"]
            console.say(f"{row.title} {record.id}: {text.nl}", f"{row.array} {record.id}: {text.en}")


def _show_contributions(console: Console, found: Provenance) -> None:
    bad = Counter(one.state for one in found.contributions if one.state != "valid")
    number = len(found.contributions)
    console.say(
        f"{number} {'bijdrage' if number == 1 else 'bijdragen'} in het dossier",
        f"{number} {'contribution' if number == 1 else 'contributions'} in the case",
    )
    for state, times in sorted(bad.items()):
        console.say(f"  {times:>5}  telt niet mee: {state}", f"  {times:>5}  does not count: {state}")


def _row(record: BareRecord, found: Provenance, origins: dict[str, str]) -> dict[str, str]:
    signed = found.signed_on.get(record.id)
    row = {"record": record.id, "type": TYPE_OF[type(record)].array, "org": record.recorded_by.org}
    return row | {"origin": origins[record.id]} | ({} if signed is None else {"signed_on": signed.isoformat()})

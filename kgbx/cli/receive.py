# SPDX-License-Identifier: EUPL-1.2
"""``kgbx receive``: take what another organisation sent into the own case, and tell what is set apart and why.

Rules: ids, types, places and codes only, never a word of what arrived. What is set apart is not in the file that is
written and is not lost: it stands in the file that arrived. The sender is told nothing of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from kgbx.canonical import parse
from kgbx.case.types import TYPE_OF, TYPE_OF_ARRAY
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import at_option, console_of, directory_options, json_option, read_file, write_new
from kgbx.cli.directory import load_directory
from kgbx.cli.needs import profile_for
from kgbx.cli.receive_news import news_as_value, show_new, show_news
from kgbx.clock import format_instant
from kgbx.consent.arriving import WHY_APART
from kgbx.consent.facts import Request
from kgbx.consent.joins import read_registers
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.errors import EXIT_CONSENT, EXIT_OK, IntegrityError, UsageError
from kgbx.exchange.joining import joined, taken_in
from kgbx.exchange.news import news
from kgbx.exchange.provenance import provenance, require_unaltered, with_what_covers
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.cli.console import Console
    from kgbx.consent.importing import Quarantined
    from kgbx.directory import Directory
    from kgbx.exchange import Provenance
    from kgbx.exchange.news import News

_OWNER_ONLY = 0o600

Row = dict[str, Any]


@bilingual_command(
    "receive",
    nl="Neem over wat een andere organisatie stuurde. OWN is het eigen dossier, RECEIVED wat er kwam.\n\n"
    "Wat er kwam, wist hier niets, verbetert niets van een ander, maakt geen twee mensen tot een en spreekt niet voor "
    "uw organisatie. Met --registers en --purpose kijkt kgbx ook of u het mag gebruiken. Wat niet kan, wordt apart "
    "gezet: u ziet waar het staat en waarom, nooit wat er staat. Bekijk het zelf, en vertel de afzender niets. "
    "Met --directory en --trust ziet kgbx of elk gegeven is zoals de opsteller het ondertekende; zo niet, dan wordt "
    "niets overgenomen. U ziet ook wat nieuw is en waarover iemand het oneens is; met --for ook wat u nu niet meer "
    "hoeft te vragen en wat nog ontbreekt. Status 4 als er iets apart is gezet; de rest is dan wel overgenomen.",
    en="Take in what another organisation sent. OWN is the own case, RECEIVED what arrived.\n\n"
    "What arrived erases nothing here, corrects nothing of anybody else, makes no two persons one and does not speak "
    "for your organisation. With --registers and --purpose kgbx also looks whether you may use it. What cannot be is "
    "set apart: you see where it stands and why, never what it says. Look at it yourself, and tell the sender nothing. "
    "With --directory and --trust kgbx sees whether each record is as who recorded it signed it; if not, nothing is "
    "taken in. You also see what is new and what somebody disagrees with; with --for also what you need not ask any "
    "more and what is still missing. Status 4 if something is set apart; the rest is taken in.",
)
@click.argument("own_case", metavar="OWN")
@click.argument("received", metavar="RECEIVED")
@option("--as", "own", required=True, metavar="URN", nl="Uw eigen organisatie.", en="Your own organisation.")
@option("--from", "sender", required=True, metavar="URN", nl="Wie het stuurde.", en="Who sent it.")
@option(
    "--registers",
    metavar="FILE",
    nl="Uw eigen registers (kgbx-registers/1); samen met --purpose.",
    en="Your own registers (kgbx-registers/1); together with --purpose.",
)
@option("--purpose", metavar="CODE", nl="Waarvoor u het krijgt, bijv. care.", en="What you get it for, e.g. care.")
@option(
    "--for",
    "function",
    metavar="FUNCTION",
    nl="Uw functie, zoals gi of lokaal_team; of een gelegenheid van elke functie: handover.",
    en="Your function, such as gi or lokaal_team; or an occasion of every function: handover.",
)
@option(
    "--out",
    metavar="FILE",
    nl="Schrijf het dossier met wat is overgenomen naar dit nieuwe bestand.",
    en="Write the case with what was taken in to this new file.",
)
@partial(directory_options, required=False)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    own_case: str,
    received: str,
    own: str,
    sender: str,
    *,
    registers: str | None,
    purpose: str | None,
    function: str | None,
    directory_file: str | None,
    trust_file: str | None,
    out: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Join both, write the result if asked, and tell what is set apart.

    Raises:
        UsageError: U_ARGUMENT, one of --registers and --purpose or of --directory and --trust without the other, or a
            sender that is oneself; U_PROFILE, there is no need profile for --for.
        IntegrityError: D_ALTERED, a record is not as who recorded it signed it.
    """
    if (registers is None) != (purpose is None) or (directory_file is None) != (trust_file is None) or sender == own:
        raise UsageError
    console = console_of(context, as_json=as_json)
    needed = profile_for(function) if function else None
    held, arrived = (read_case(console, path) for path in (own_case, received))
    if len(held) and held.synthetic != arrived.synthetic:
        raise IntegrityError("D_SYNTHETIC")
    instant = console.moment(at)
    origins = _origins(console, arrived, directory_file, trust_file, at=instant)
    if registers is None or purpose is None:
        _note_unchecked(console)
        merged, apart = joined(held, arrived, own=own, sender=sender, verified=_signed(origins))
    else:
        moment = format_instant(instant)
        request = Request(sender=sender, recipient=own, purpose=purpose, at=moment, known_at=moment)
        merged, apart = _checked(held, arrived, request, registers, _signed(origins))
    merged = merged if origins is None else origins.kept_in(merged)
    if out is not None:
        write_new(out, merged.to_json(), mode=_OWNER_ONLY)
    rows = [_row(one, arrived, _places(received)) for one in apart]
    brought = news(held, merged, at=instant, needed=needed, own=own)
    _tell(console, rows, brought, merged)
    console.result({"apart": rows, **news_as_value(brought, merged, looked=needed is not None)})
    context.exit(EXIT_CONSENT if rows else EXIT_OK)


def _checked(
    held: FamilyCase, arrived: FamilyCase, request: Request, registers: str, verified: Collection[str]
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the own case with what may be used of what arrived, by the own registers, and what is kept apart."""
    known = read_registers(read_file(registers, limit=MAX_DOCUMENT_BYTES))
    policy = policy_in_force(published_policies(), request.at)
    return taken_in(held, arrived, request=request, registers=known, policy=policy, verified=verified)


@dataclass(frozen=True, slots=True)
class _Origins:
    """Where the records of a view come from, by one directory at one moment."""

    found: Provenance
    directory: Directory
    at: datetime

    def kept_in(self, case: FamilyCase) -> FamilyCase:
        return with_what_covers(case, self.found, directory=self.directory, at=self.at)


def _origins(
    console: Console, arrived: FamilyCase, directory_file: str | None, trust_file: str | None, *, at: datetime
) -> _Origins | None:
    """Return where the records come from, if a directory is given.

    Raises:
        IntegrityError: D_ALTERED.
    """
    if directory_file is None or trust_file is None:
        if arrived.contributions:
            console.note(
                "Let op: zonder --directory en --trust is niet gekeken wie de records ondertekende.",
                "Note: without --directory and --trust nobody looked who signed the records.",
            )
        return None
    directory = load_directory(directory_file, trust_file)
    found = provenance(arrived, directory=directory, at=at)
    require_unaltered(found)
    return _Origins(found, directory, at)


def _signed(origins: _Origins | None) -> frozenset[str]:
    """Return the ids of what arrived that who recorded it signed; without a directory nobody knows of any."""
    return frozenset() if origins is None else origins.found.verified


def _note_unchecked(console: Console) -> None:
    console.note(
        "Let op: zonder --registers en --purpose is niet gekeken of u dit mag gebruiken.",
        "Note: without --registers and --purpose nobody looked whether you may use this.",
    )


def _places(path: str) -> Mapping[str, str]:
    """Return the pointer of each record in a file, by id."""
    value = parse(read_file(path, limit=MAX_DOCUMENT_BYTES))
    arrays = value.items() if isinstance(value, dict) else ()
    rows = ((name, array) for name, array in arrays if name in TYPE_OF_ARRAY and isinstance(array, list))
    return {row["id"]: f"/{name}/{place}" for name, array in rows for place, row in enumerate(array)}


def _row(one: Quarantined, arrived: FamilyCase, places: Mapping[str, str]) -> Row:
    record = arrived.get(one.record)
    array = "" if record is None else TYPE_OF[type(record)].array
    return {"record": one.record, "type": array, "pointer": places.get(one.record, ""), "reasons": list(one.reasons)}


def _tell(console: Console, rows: Sequence[Row], brought: News, merged: FamilyCase) -> None:
    show_new(console, brought, merged)
    console.say(f"Apart gezet: {len(rows)}", f"Set apart: {len(rows)}")
    for code, number in sorted(Counter(code for row in rows for code in row["reasons"]).items()):
        why = WHY_APART[code]
        console.say(
            f"  {number:4}  {code}\n        {why.text.nl} [{why.source}]",
            f"  {number:4}  {code}\n        {why.text.en} [{why.source}]",
        )
    for row in rows:
        line = f"  {row['pointer']} {row['record']}: {', '.join(row['reasons'])}"
        console.say(line, line)
    show_news(console, brought, merged)

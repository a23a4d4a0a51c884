# SPDX-License-Identifier: EUPL-1.2
"""``kgbx make``: made-up families, for demonstrations and for testing a system.

Rules: the same seed gives the same bytes; files are named after story and seed, never after somebody. A file is written
whole or not at all, and none is written if one of them exists already.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, console_of, json_option, write_new
from kgbx.errors import UsageError
from kgbx.limits import MAX_FAMILIES, MAX_FAMILY_MONTHS
from kgbx.testing.families import MONTHS, make_family, stories, story_of
from kgbx.testing.story import story_names


@bilingual_command(
    "make",
    nl="Maak verzonnen gezinsdossiers om mee te testen.\n\n"
    "Hetzelfde getal bij --seed geeft altijd hetzelfde gezin. Alles is verzonnen en zegt dat ook: BSN's beginnen met "
    "999, de postcode is 0000 XX. Zonder --out komt één dossier op stdout.",
    en="Make made-up family cases to test with.\n\n"
    "The same number for --seed always gives the same family. Everything is made up and says so: BSNs start with 999, "
    "the postcode is 0000 XX. Without --out one case goes to stdout.",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    nl="Getal waar het gezin uit volgt. Standaard: 0. Elk volgend gezin krijgt het volgende getal.",
    en="Number from which the family follows. Default: 0. Each next family gets the next number.",
)
@option(
    "--count",
    type=click.IntRange(1, MAX_FAMILIES),
    default=1,
    metavar="N",
    nl="Hoeveel gezinnen. Standaard: 1.",
    en="How many families. Default: 1.",
)
@option(
    "--months",
    type=click.IntRange(1, MAX_FAMILY_MONTHS),
    default=MONTHS,
    metavar="N",
    nl=f"Hoeveel maanden van het verhaal. Standaard: {MONTHS}.",
    en=f"How many months of the story. Default: {MONTHS}.",
)
@option(
    "--story",
    type=click.Choice(story_names()),
    metavar="NAME",
    nl="Welk verhaal, zie --list. Standaard: het getal kiest.",
    en="Which story, see --list. Default: the number chooses.",
)
@option(
    "--out",
    metavar="FOLDER",
    nl="Map om naar te schrijven, een bestand per gezin; bestaat er één al, dan gebeurt er niets.",
    en="Folder to write to, a file for each family; if one of them exists already, nothing is done.",
)
@option("--list", "listed", is_flag=True, nl="Toon de verhalen.", en="Show the stories.")
@json_option
@click.pass_context
def command(  # one parameter for each option
    context: click.Context,
    *,
    seed: int,
    count: int,
    months: int,
    story: str | None,
    out: str | None,
    listed: bool,
    as_json: bool,
) -> None:
    """Show the stories, print one family, or write as many as are asked for."""
    console = console_of(context, as_json=as_json)
    if listed:
        _show_stories(console)
        return
    if out is None:
        _print_one(count, seed, months=months, story=story)
        return
    seeds = range(seed, seed + count)
    paths = {one: Path(out, f"{story_of(one, story)}-{one}.json") for one in seeds}
    if any(os.path.lexists(path) for path in paths.values()):  # a link that leads nowhere is there too
        raise UsageError("U_EXISTS")
    Path(out).mkdir(parents=True, exist_ok=True)
    for one, path in paths.items():
        write_new(str(path), make_family(one, months, story=story).to_json())
    _show_written(console, paths, months)


def _show_stories(console: Console) -> None:
    told = stories()
    for name, one in told.items():
        console.say(f"{name}\n    {one.text.nl}", f"{name}\n    {one.text.en}")
    console.result({"stories": [{"name": name, "nl": one.text.nl, "en": one.text.en} for name, one in told.items()]})


def _print_one(count: int, seed: int, *, months: int, story: str | None) -> None:
    """Print one family: it is one JSON object, with and without ``--json``.

    Raises:
        UsageError: U_FOLDER, more than one without a folder.
    """
    if count != 1:
        raise UsageError("U_FOLDER")
    click.echo(make_family(seed, months, story=story).to_json())


def _show_written(console: Console, paths: dict[int, Path], months: int) -> None:
    first, last = str(next(iter(paths.values()))), str(next(reversed(paths.values())))
    names = first if first == last else f"{first} … {last}"
    one = len(paths) == 1
    console.say(
        f"{len(paths)} verzonnen {'gezin' if one else 'gezinnen'} van {months} maanden geschreven: {names}",
        f"Wrote {len(paths)} made-up {'family' if one else 'families'} of {months} months: {names}",
    )
    families = [{"seed": seed, "path": str(path)} for seed, path in paths.items()]
    console.result({"families": families, "months": months})

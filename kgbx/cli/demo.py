# SPDX-License-Identifier: EUPL-1.2
"""``kgbx demo``: a made-up family's case goes to seven made-up organisations, each gets its own part of it.

Rules: nothing is acted: real keys, real files, real decisions; what is shown is what the library answered. All names
and numbers are made up. What is withheld, and why, is shown as the sender sees it; never on the recipient's side.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.case import RECORD_TYPES, Person
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import Console, console_of, json_option, write_new
from kgbx.cli.journey import cross, set_stage
from kgbx.clock import local_day
from kgbx.consent.reasons import REASONS
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.unseal import unseal
from kgbx.errors import EXIT_BUG, EXIT_OK, EnvelopeError, UsageError
from kgbx.messages import Text
from kgbx.render import Names, render_view
from kgbx.render.page import Page
from kgbx.story import coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbx.cli.journey import Carry, Crossing, Stage
    from kgbx.consent.share import Row
    from kgbx.messages import Language
    from kgbx.render.page import Ask

EXPECTED = {"outsider": "E_NOT_FOR_ME", "changed": "E_DECRYPT", "late": "E_EXPIRED", "again": "E_DUPLICATE"}
"""What the library must answer to each attempt that should fail."""

PAGE_OF = "gi"
"""Function whose view is written as a page."""

DEFAULT_FOLDER = "demo"
WIDTH = 96
_CHARACTER_CHANGED = 2000
_QUESTIONS_SHOWN = 3
_KINDS_SHOWN = 4


@bilingual_command(
    "demo",
    nl="Laat zien hoe het dossier van een verzonnen gezin langs organisaties gaat.\n\n"
    "Elke organisatie krijgt alleen wat zij mag weten en nodig heeft; u ziet wat meegaat, wat niet en waarom, en wat "
    "het gezin niet opnieuw hoeft te vertellen. De bestanden komen in de nieuwe map FOLDER (standaard: demo).",
    en="Show the case of a made-up family going past organisations.\n\n"
    "Each gets only what it may know and needs; you see what travels, what does not and why, and what the family need "
    "not tell again. The files come in the new folder FOLDER (default: demo).",
)
@click.argument("folder", default=DEFAULT_FOLDER)
@json_option
@click.pass_context
def command(context: click.Context, folder: str, *, as_json: bool) -> None:
    """Walk the journey; status 70 if the library answers otherwise than it should."""
    console = console_of(context, as_json=as_json)
    where = _new_folder(folder)
    stage = set_stage(where)
    _show_start(console, stage)
    crossings = []
    with _post(console, stage) as carry:
        for number, stop in enumerate(stage.script.stops, start=1):
            crossings.append(cross(stage, stop, carry=carry))
            if number == 1:
                _show_decided(console, crossings[0], stage)
            _show(console, number, crossings[-1], stage)
    refusals = _refusals(stage, crossings[0])
    page = _write_page(console, stage, crossings)
    _show_end(console, stage, crossings, refusals, page)
    console.result({"stops": [_as_json(one, stage) for one in crossings], "refusals": refusals, "page": str(page)})
    context.exit(EXIT_OK if refusals == EXPECTED else EXIT_BUG)


@contextmanager
def _post(console: Console, stage: Stage) -> Iterator[Carry | None]:
    """Give what brings the messages: real endpoints on this machine, or files where these are not installed."""
    if not all(find_spec(name) for name in ("httpx", "uvicorn")):
        console.say(
            "De berichten gaan als bestand. Met 'pip install kgbx[delivery]' gaan ze over het netwerk.",
            "The messages go as files. With 'pip install kgbx[delivery]' they go over the network.",
        )
        yield None
        return
    from kgbx.cli.demo_post import Post  # noqa: PLC0415  # needs what may not be installed

    with Post(stage, stage.folder) as post:
        console.say(
            "Elk bericht gaat over HTTP van de ene server op deze computer naar de andere. De ontvanger tekent\n"
            "twee keer: voor ontvangst, voordat zij iets opent, en als het bij haar is opgenomen.",
            "Each message goes over HTTP from one server on this computer to another; the recipient signs twice:\n"
            "for receipt, before anything is opened, and once it is part of the file there.",
        )
        yield post.carry


def _new_folder(folder: str) -> Path:
    """Return a folder that is not there yet; the default one gets a number if it is."""
    where, number = Path(folder), 1
    while folder == DEFAULT_FOLDER and where.exists():
        number += 1
        where = Path(f"{folder}-{number}")
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        raise UsageError("U_NOT_EMPTY")
    return where


def _show_start(console: Console, stage: Stage) -> None:
    names = Names(stage.case, day=local_day(stage.at), language=console.language)
    born = {
        person.id: person.birth_date or "" for person in stage.case.current("persons") if isinstance(person, Person)
    }
    children = ", ".join(names.young(child) for child in sorted(names.family.children, key=lambda one: born[one]))
    console.say(
        f"Alles hier is verzonnen. {stage.script.sender_name} kent een gezin: {children}, hun ouders en oma.\n"
        f"Het dossier heeft {len(stage.case)} gegevens: wie wat vertelde, aan wie, wanneer, in wiens woorden.\n"
        f"Vader mag nooit weten waar moeder en de kinderen wonen. Zeven organisaties vragen om het dossier.",
        f"Everything here is made up. {stage.script.sender_name} knows a family: {children}, parents, a grandmother.\n"
        f"The case has {len(stage.case)} records: who told what, to whom, when, in whose words.\n"
        f"Father must never learn where mother and the children live. Seven organisations ask for the case.",
    )


def _show_decided(console: Console, crossing: Crossing, stage: Stage) -> None:
    """Say why what travels and what stays are together fewer than what the case has."""
    account = crossing.composed.share.account
    decided = len(account.passed) + len(account.withheld)
    rest = len(stage.case) - decided
    console.say(
        f"Over {decided} gegevens wordt elke keer beslist. De andere {rest} horen daarbij, zoals organisaties,\n"
        "medewerkers en verbanden: zij gaan alleen mee met iets dat meegaat.",
        f"About {decided} records it is decided each time. The other {rest} belong with these, such as\n"
        "organisations, workers and links: they travel only with something that travels.",
    )


def _show(console: Console, number: int, crossing: Crossing, stage: Stage) -> None:
    account = crossing.composed.share.account
    console.say(f"\n{number}  {crossing.stop.name}", f"\n{number}  {crossing.stop.name}")
    _paragraph(console, crossing.stop.story.say(console.language))
    size = stage.message(crossing.stop).stat().st_size
    _paragraph(
        console,
        f"Gaat mee: {len(account.passed)} gegevens, vooral {_counted(account.passed, 'nl')}. Verzegeld: {size} bytes."
        if console.language == "nl"
        else f"Travels: {len(account.passed)} records, mostly {_counted(account.passed, 'en')}. Sealed: {size} bytes.",
    )
    console.say(
        f"   Blijft hier: {len(account.withheld)} gegevens, en dit ziet alleen de afzender:",
        f"   Stays here: {len(account.withheld)} records, and only the sender sees this:",
    )
    for code, count in _main_reasons(account.withheld):
        text = REASONS[code].text.say(console.language).split(". ")[0].rstrip(".")
        console.say(f"     {count:3}  {text}", f"     {count:3}  {text}")
    _show_needs(console, crossing, stage)


def _paragraph(console: Console, text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, initial_indent="   ", subsequent_indent="   "):
        console.say(line, line)


def _counted(rows: Iterable[Row], language: str) -> str:
    titles = {row.array: row.title if language == "nl" else row.array.replace("_", " ") for row in RECORD_TYPES}
    found = Counter(row.array for row in rows).most_common(_KINDS_SHOWN)
    return ", ".join(f"{titles[array]} ({number})" for array, number in found)


def _main_reasons(rows: Iterable[Row]) -> list[tuple[str, int]]:
    """Count each record once, under the first of its reasons in the order of the rules."""
    order = {code: number for number, code in enumerate(REASONS)}
    first = Counter(min(row.reasons, key=order.__getitem__) for row in rows)
    return sorted(first.items(), key=lambda pair: order[pair[0]])


def _show_needs(console: Console, crossing: Crossing, stage: Stage) -> None:
    page = _page_of(crossing, stage, console.language)
    if page is None:
        return
    advised = _advised(crossing, stage, console.language)
    left = _left(page.asked, len(advised))
    console.say(
        f"   Het gezin hoeft hier {page.spared} vragen niet meer te beantwoorden; {left.nl}",
        f"   The family is spared {page.spared} questions here; {left.en}",
    )
    for ask in advised:
        about = f" [{ask.about}]" if ask.about else ""
        whom = "te vragen aan" if console.language == "nl" else "to be asked of"
        for line in textwrap.wrap(
            f"{ask.text}{about} ({whom} {ask.whom})", WIDTH, initial_indent="     - ", subsequent_indent="       "
        ):
            console.say(line, line)


def _left(asked: int, shown: int) -> Text:
    """Return how many questions are left, and whether some of them follow."""
    if not asked:
        return Text("er blijft er geen over.", "none is left.")
    end = Text(":", ":") if shown == asked else Text(", zoals:", ", such as:") if shown else Text(".", ".")
    if asked == 1:
        return Text(f"er blijft er 1{end.nl}", f"1 is left{end.en}")
    return Text(f"er blijven er {asked}{end.nl}", f"{asked} are left{end.en}")


def _page_of(crossing: Crossing, stage: Stage, language: Language) -> Page | None:
    """Return what the recipient knows and needs, as it sees that; None where no need profile is published."""
    if crossing.needs is None:
        return None
    names = Names(crossing.received.case, day=local_day(stage.at), language=language)
    return Page(names, coverage(crossing.received.case, crossing.needs.profile, at=stage.at))


def _advised(crossing: Crossing, stage: Stage, language: Language) -> list[Ask]:
    """Return some questions that the sender can stand for: nobody is among them who is blocked in a protection."""
    if crossing.needs is None:
        return []
    names = Names(crossing.received.case, day=local_day(stage.at), language=language)
    return Page(names, crossing.needs).asks[:_QUESTIONS_SHOWN]


def _refusals(stage: Stage, crossing: Crossing) -> dict[str, str]:
    """Return what the library answers to each attempt that should fail, with the message of one stop."""
    message = stage.message(crossing.stop)
    stranger = next(stop.org for stop in stage.script.stops if stop.org != crossing.stop.org)
    changed = bytearray(message.read_bytes())
    place = changed.index(b'"ciphertext":"') + _CHARACTER_CHANGED
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    seen = MemoryReplayStore()

    def attempt(org: str, *, data: bytes | None = None, later: timedelta = timedelta(0)) -> Callable[[], object]:
        own = stage.owns[org]
        return lambda: unseal(
            message if data is None else data,
            identity=own.identity,
            directory=own.directory,
            at=stage.at + later,
            seen=seen,
        )

    here = crossing.stop.org
    return {
        "outsider": _code(attempt(stranger)),
        "changed": _code(attempt(here, data=bytes(changed))),
        "late": _code(attempt(here, later=timedelta(days=30))),
        "again": _code(attempt(here)) and _code(attempt(here)),
    }


def _code(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except EnvelopeError as error:
        return error.code
    return "accepted"


def _write_page(console: Console, stage: Stage, crossings: list[Crossing]) -> Path:
    crossing = next(one for one in crossings if one.stop.function == PAGE_OF)
    if crossing.needs is None:
        raise UsageError
    page = stage.folder / f"{crossing.stop.function}.html"
    view = crossing.received.case
    html = render_view(
        view,
        coverage(view, crossing.needs.profile, at=stage.at),
        sender_name=stage.directory.require(crossing.received.opened.sender, stage.at).name,
        recipient_name=crossing.stop.name,
        at=stage.at,
        language=console.language,
    )
    write_new(str(page), html.encode())
    return page


def _show_end(console: Console, stage: Stage, crossings: list[Crossing], refusals: dict[str, str], page: Path) -> None:
    attempts = {
        "outsider": ("Een andere organisatie opent het bestand", "Another organisation opens the file"),
        "changed": ("Onderweg is één teken veranderd", "One character was changed on the way"),
        "late": ("Iemand opent het een maand later", "Somebody opens it a month later"),
        "again": ("Hetzelfde bestand komt nog een keer", "The same file comes again"),
    }
    console.say("\nWat niet kan:", "\nWhat cannot be done:")
    for attempt, (nl, en) in attempts.items():
        console.say(f"   {nl:42} {refusals[attempt]}", f"   {en:42} {refusals[attempt]}")
    name = next(one.stop.name for one in crossings if one.stop.function == PAGE_OF)
    spared = sum(found.spared for one in crossings if (found := _page_of(one, stage, console.language)) is not None)
    console.say(
        f"\nSamen hoeft het gezin {spared} vragen niet opnieuw te beantwoorden.",
        f"\nIn all the family need not answer {spared} questions again.",
    )
    console.say(
        f"\nWat {name} ziet, als bladzijde voor de professional: {page}\n"
        "Dit is een demonstratie: gebruik kgbx nog niet voor echte gezinnen.",
        f"\nWhat {name} sees, as a page for the professional: {page}\n"
        "This is a demonstration: do not use kgbx for real families yet.",
    )


def _as_json(crossing: Crossing, stage: Stage) -> dict[str, object]:
    page = _page_of(crossing, stage, "en")
    account = crossing.composed.share.account
    return {
        "org": crossing.stop.org,
        "purpose": crossing.stop.purpose,
        "passed": len(account.passed),
        "withheld": dict(_main_reasons(account.withheld)),
        "quarantined": len(crossing.received.quarantined),
        "asked": None if page is None else page.asked,
    }

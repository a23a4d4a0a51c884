# SPDX-License-Identifier: EUPL-1.2
"""``kgbx simulate``: made-up families pass along the organisations of a made-up region; what are they asked again?

Rules: the same seed gives the same figures, however many processes count; status 1 when something was told again with
kgbx although it could lawfully have been had, when a question is not explained, or when a rule that must hold at every
instant did not. The figures say how kgbx works, never how often something happens in real life.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.columns import columns
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.crew import Crew, cores
from kgbx.cli.progress import progress
from kgbx.consent.reasons import REASONS
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.limits import MAX_FAMILIES, MAX_JOBS
from kgbx.messages import Text
from kgbx.testing.region import MANNERS, MONTHS, MOST_MONTHS, Outcome, simulate_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.testing.region import Manner, Tally

FAMILIES: Final = 20
"""Families when nobody says how many."""

SEALED_EVERY: Final = 100
_WIDTH: Final = 96
_REASONS_SHOWN: Final = 5

_COLUMNS: Final[Mapping[Manner, Text]] = {
    "with_kgbx": Text("met kgbx", "with kgbx"),
    "baseline": Text("ieder voor zich", "each for itself"),
    "control": Text("doorgegeven, toch alles gevraagd", "passed on, all asked all the same"),
}
_FIGURES: Final[Mapping[str, Text]] = {
    "asked": Text("vragen gesteld aan het gezin", "questions asked of the family"),
    "retold": Text("· waarvan opnieuw verteld, terwijl het niet hoefde", "· of which told again without need"),
    "spared": Text("vragen bespaard", "questions spared"),
    "withheld": Text("antwoorden die niet gedeeld mochten worden", "answers that could not be shared"),
    "looked_at": Text("gegevens waar een mens naar keek", "records that a person looked at"),
    "days_waiting": Text("dagen gewacht op hulp", "days waited for help"),
}
_WHY: Final[Mapping[str, Text]] = {
    "missing": Text("niemand wist het", "nobody knew"),
    "stale": Text("wat bekend was, was te oud", "what was known was too old"),
    "disputed": Text("het gezin is het er niet over eens", "the family does not agree about it"),
    "withheld": Text("bekend, maar niet te delen", "known, but not to be shared"),
}
_WHY_NOT: Final[Mapping[str, Text]] = {
    "place": Text("het zou verraden waar iemand woont", "it would tell where somebody lives"),
    "blocked": Text("wie het weet, mag niets worden gevraagd", "whoever knows must be asked nothing"),
    "confided": Text("het zou verraden dat er iets in vertrouwen is verteld", "it would betray a confidence"),
    "not_again": Text("wie het eerder vertelde, wil het niet nog eens", "whoever told it does not want to again"),
}
_RULES: Final[Mapping[str, Text]] = {
    "one_fixed_contact": Text("er is precies één vast gezicht", "there is exactly one fixed contact"),
    "one_responsible_for_safety": Text(
        "precies één organisatie heeft zicht op veiligheid", "exactly one organisation is responsible for safety"
    ),
    "confidences_kept": Text("wat in vertrouwen is verteld, blijft bewaard", "what was told in confidence stays so"),
    "places_kept": Text("een geheime plek blijft geheim", "a hidden place stays hidden"),
    "blocked_never_asked": Text("wie het niet mag weten, wordt niets gevraagd", "who must not know is asked nothing"),
    "children_never_asked_where": Text("geen kind wordt gevraagd waar het woont", "no child is asked where it lives"),
    "questions_understood": Text("elke vraag staat in het vraagprofiel", "every question is in the need profile"),
    "told_is_true": Text("wat als verteld geldt, is ook verteld", "what counts as told was truly told"),
    "unknown_is_asked": Text("wat niet bekend is, wordt gevraagd", "what is not known is asked"),
    "files_valid": Text("elk dossier is geldig", "every file is valid"),
}


@bilingual_command(
    "simulate",
    nl="Laat verzonnen gezinnen langs de organisaties van een verzonnen regio gaan.\n\n"
    "Hoeveel wordt hun gevraagd, en hoeveel daarvan hadden zij al verteld? Naast elkaar: met kgbx, ieder voor zich, "
    "en wel doorgeven maar toch alles vragen. Hetzelfde getal bij --seed geeft dezelfde cijfers. Zij zeggen hoe kgbx "
    "werkt, niet hoe vaak iets in het echt gebeurt. Status 1: er werd met kgbx iets onnodig opnieuw gevraagd, of een "
    "regel die altijd moet gelden gold niet.",
    en="Let made-up families pass along the organisations of a made-up region.\n\n"
    "How much are they asked, and how much of that had they told already? Side by side: with kgbx, each for itself, "
    "and passed on but all asked all the same. The same number for --seed gives the same figures. They say how kgbx "
    "works, not how often something happens in real life. Status 1: with kgbx something was asked again without need, "
    "or a rule that must always hold did not.",
)
@option(
    "--families",
    type=click.IntRange(1, MAX_FAMILIES),
    default=FAMILIES,
    metavar="N",
    nl=f"Hoeveel gezinnen. Standaard: {FAMILIES}.",
    en=f"How many families. Default: {FAMILIES}.",
)
@option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    nl="Getal waar de regio uit volgt. Standaard: 0.",
    en="Number from which the region follows. Default: 0.",
)
@option(
    "--months",
    type=click.IntRange(1, MOST_MONTHS),
    default=MONTHS,
    metavar="N",
    nl=f"Hoeveel maanden. Standaard: {MONTHS}.",
    en=f"How many months. Default: {MONTHS}.",
)
@option(
    "--sealed-every",
    type=click.IntRange(min=0),
    default=SEALED_EVERY,
    metavar="N",
    nl=f"Verzegel van elk zoveelste gezin alle berichten echt; 0 is geen. Standaard: {SEALED_EVERY}.",
    en=f"Really seal all messages of every so many families; 0 is none. Default: {SEALED_EVERY}.",
)
@option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    metavar="N",
    nl="Aantal processen. Standaard: zoveel als er kernen zijn.",
    en="How many processes. Default: as many as there are cores.",
)
@json_option
@click.pass_context
def command(  # one parameter for each option
    context: click.Context,
    *,
    families: int,
    seed: int,
    months: int,
    sealed_every: int,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Count, and show what was counted."""
    console = console_of(context, as_json=as_json)
    task = partial(simulate_sealed, seed=seed, months=months, every=sealed_every)
    found = Outcome()
    with (
        Crew(task, size=min(jobs or cores(), families)) as crew,
        progress(families, "Gezinnen" if console.language == "nl" else "Families") as bar,
    ):
        for one in crew.results(range(families)):
            found.add(one)
            bar.step()
    _show(console, found, seed=seed, months=months)
    console.result({"families": families, "months": months, "seed": seed, "ok": found.ok, **found.as_json()})
    context.exit(EXIT_OK if found.ok else EXIT_FAILED)


def _show(console: Console, found: Outcome, *, seed: int, months: int) -> None:
    console.say(
        f"{found.families} verzonnen gezinnen, {months} maanden, regio {seed}.\n"
        "De cijfers zeggen hoe kgbx werkt, niet hoe vaak iets in het echt gebeurt.\n",
        f"{found.families} made-up families, {months} months, region {seed}.\n"
        "The figures say how kgbx works, not how often something happens in real life.\n",
    )
    for line in _table(console, found):
        console.say(line, line)
    _show_why(console, found.tallies["with_kgbx"])
    _show_rules(console, found)
    console.say(*_verdict(found))


def _table(console: Console, found: Outcome) -> Iterator[str]:
    language = console.language
    head = ("", *(_COLUMNS[manner].say(language) for manner in MANNERS))
    rows = [
        (title.say(language), *(str(getattr(found.tallies[one], name)) for one in MANNERS))
        for name, title in _FIGURES.items()
    ]
    return columns(head, rows, width=_WIDTH)


def _show_why(console: Console, tally: Tally) -> None:
    console.say("\nWaarom met kgbx toch nog iets werd gevraagd:", "\nWhy something was asked with kgbx all the same:")
    for why, text in _WHY.items():
        console.say(f"  {tally.remaining[why]:6}  {text.nl}", f"  {tally.remaining[why]:6}  {text.en}")
    for code, count in sorted(tally.withheld_because.items(), key=lambda row: (-row[1], row[0]))[:_REASONS_SHOWN]:
        nl, en = (REASONS[code].text.say(one).split(". ")[0].rstrip(".") for one in ("nl", "en"))
        console.say(f"          {count:6}  {nl} ({code})", f"          {count:6}  {en} ({code})")
    console.say("\nWaarom met kgbx iets onbekend bleef zonder vraag:", "\nWhy something stayed unknown and unasked:")
    for why, text in _WHY_NOT.items():
        console.say(f"  {tally.not_asked[why]:6}  {text.nl}", f"  {tally.not_asked[why]:6}  {text.en}")


def _show_rules(console: Console, found: Outcome) -> None:
    console.say(
        "\nWat op elk moment moet gelden, zo vaak nagekeken:", "\nWhat must hold at every instant, looked at so often:"
    )
    for rule, text in _RULES.items():
        broken = found.broken[rule]
        nl = f"  {found.checked[rule]:8}  {text.nl}" + (f"  NIET: {broken} keer" if broken else "")
        en = f"  {found.checked[rule]:8}  {text.en}" + (f"  BROKEN: {broken} times" if broken else "")
        console.say(nl, en)


def _verdict(found: Outcome) -> tuple[str, str]:
    if not found.ok:
        return (
            f"\nFout: {found.retold} keer onnodig opnieuw verteld, {found.violations} keer gold een regel niet.",
            f"\nFailed: told again without need {found.retold} times, a rule did not hold {found.violations} times.",
        )
    return (
        "\nMet kgbx is niets gevraagd wat de vrager op dat moment van een ander had mogen krijgen.",
        "\nWith kgbx nothing was asked that the asker could lawfully have had from another on that day.",
    )

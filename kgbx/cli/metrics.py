# SPDX-License-Identifier: EUPL-1.2
"""``kgbx metrics``: what a pilot region measures over many families together.

Rules: every figure is a number of families, small ones are hidden; no id, name or day of a family is printed or drawn.
Whether something could lawfully have been had, and what is told too late, is measured only with the registers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, at_option, console_of, json_option, read_file, write_new
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.metrics_words import group_title, plots_of, words_of
from kgbx.clock import format_instant
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.warnings import warnings
from kgbx.errors import IntegrityError, UsageError
from kgbx.exchange.could_have_had import CouldHaveHad
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text
from kgbx.render.plots import svg
from kgbx.story.metrics import FamilyFigures, family_figures, region
from kgbx.story.metrics_norms import OURS, read_norms
from kgbx.story.retelling import retelling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.story.metrics import Region
    from kgbx.story.metrics_norms import Norms

TOO_LATE: Final = frozenset({"EMERGENCY_NOT_TOLD", "INFORM_BY"})
"""Warnings that a family should have been told something later, and was not."""

_TWICE: Final = Text(
    "Twee bestanden zijn van hetzelfde dossier. Voeg ze eerst samen met 'kgbx merge': een gezin telt een keer.",
    "Two files are of the same case. Join them first with 'kgbx merge': a family counts once.",
)


@bilingual_command(
    "metrics",
    nl="Meet over veel gezinnen samen of zij hun verhaal opnieuw vertellen, wie blijft en hoe lang zij wachten.\n\n"
    "CASE... zijn gezinsdossiers, een per gezin. Elk cijfer is een aantal gezinnen; een aantal van een tot en met vier "
    "wordt niet getoond en is ook niet uit te rekenen. Met --as en --registers meet kgbx ook of iets opnieuw verteld "
    "is dat had mogen meekomen, en wat een gezin te laat hoort.",
    en="Measure over many families together whether they tell their story again, who stays and how long they wait.\n\n"
    "CASE... are family cases, one for each family. Every figure is a number of families; a number from one to four is "
    "not shown and cannot be worked out. With --as and --registers kgbx also measures whether something was told again "
    "that might have come along, and what a family is told too late.",
)
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@partial(holder_options, required=False)
@option(
    "--norms",
    "norms_file",
    metavar="FILE",
    nl="Normen van de regio voor wachten (kgbx-norms/1).",
    en="Norms of the region for waiting (kgbx-norms/1).",
)
@option(
    "--plots",
    metavar="FOLDER",
    nl="Teken wachten en vaste gezichten als waiting.svg en contacts.svg in deze map.",
    en="Draw waiting and fixed contacts as waiting.svg and contacts.svg in this folder.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    cases: tuple[str, ...],
    *,
    holder: Holder | None,
    norms_file: str | None,
    plots: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Measure each family, add up, hide what is small, print and draw.

    Raises:
        DocumentError: a case, the norms or the registers are malformed.
        IntegrityError: D_SYNTHETIC, made-up and real families together.
        UsageError: U_ARGUMENT, a case twice; U_POLICY, no policy is in force; U_EXISTS.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    norms = OURS if norms_file is None else read_norms(read_file(norms_file, limit=MAX_DOCUMENT_BYTES))
    meter = _Meter(console=console, at=moment, norms=norms, holder=holder)
    found = region([meter.figures(case) for case in _read(console, cases)], at=moment)
    for line in words_of(found, console.language):
        console.say(line, line)
    meter.tell()
    if plots is not None:
        _draw(found, plots, console)
    console.result(found.as_value() | {"titles": _titles(found, console)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meter:
    """Measures families one by one.

    Attributes:
        console: For what must be told.
        at: The moment.
        norms: How long somebody may wait.
        holder: Who decides with which registers; None: what is decided is not measured.
    """

    console: Console
    at: datetime
    norms: Norms
    holder: Holder | None = field(repr=False)

    def figures(self, case: FamilyCase) -> FamilyFigures:
        """Return the figures of a family."""
        if self.holder is None:
            return family_figures(case, at=self.at, norms=self.norms)
        basis = self.holder.basis(case, self.at, self.console, policies=published_policies())
        could = CouldHaveHad(case, basis=basis)
        told = retelling(case, at=self.at, could_have_had=could)
        late = self._late(case, self.holder)
        judged = not could.unjudged
        return family_figures(case, at=self.at, norms=self.norms, told=told, judged=judged, overdue=late)

    def _late(self, case: FamilyCase, holder: Holder) -> int:
        moment = format_instant(self.at)
        policy = policy_in_force(published_policies(), moment)
        facts = holder.facts(case, self.at, self.console)
        found = warnings(case, facts=facts, policy=policy, at=moment, days=0)
        return sum(one.kind in TOO_LATE for one in found)

    def tell(self) -> None:
        """Tell what was not measured."""
        if self.holder is None:
            self.console.note(
                "Niet gemeten: wat opnieuw is verteld en wat te laat is verteld. Geef daarvoor --as en --registers.",
                "Not measured: what was told again and what was told too late. Give --as and --registers for that.",
            )


def _read(console: Console, paths: tuple[str, ...]) -> Iterator[FamilyCase]:
    """Yield the cases; each family once, and made-up ones never beside real ones."""
    seen, kinds = set[str](), set[bool]()
    for path in paths:
        case = read_case(console, path)
        if case.id is not None and case.id in seen:
            raise UsageError(text=_TWICE)
        seen.update(() if case.id is None else (case.id,))
        kinds.add(case.synthetic)
        if len(kinds) > 1:
            raise IntegrityError("D_SYNTHETIC")
        yield case


def _titles(found: Region, console: Console) -> dict[str, str]:
    return {name: group_title(name, console.language) for name in found.groups}


def _draw(found: Region, folder: str, console: Console) -> None:
    """Write the plots.

    Raises:
        UsageError: U_EXISTS.
        OSError: the folder cannot be written.
    """
    for name, plot in plots_of(found, console.language):
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder, f"{name}.svg")
        write_new(str(path), svg(plot).encode())
        console.say(f"{path}: getekend.", f"{path}: drawn.")

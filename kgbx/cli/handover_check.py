# SPDX-License-Identifier: EUPL-1.2
"""``kgbx handover check``: what must go along with a handover and does not, and what may not go along.

Rules: needs are named by their id and the sentence of their profile; nobody and nothing of the case is.
"""

from __future__ import annotations

from typing import Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import at_option, console_of, json_option
from kgbx.cli.holder import Holder, holder_options
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.consent.policies import published_policies
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.exchange import decide_share
from kgbx.exchange.messaging_handover import needed_at_handover
from kgbx.messages import Text
from kgbx.story.offering import going, require_all


@bilingual_command(
    "check",
    nl="Kijk of alles meegaat wat bij een overdracht mee moet. Status 1 als er iets ontbreekt.",
    en="Look whether all goes along that must at a handover. Status 1 if something lacks.",
)
@click.argument("case")
@holder_options
@option("--to", required=True, metavar="URN", nl="Wie overneemt.", en="Who takes over.")
@option("--purpose", required=True, metavar="CODE", nl="Waarvoor, bijv. protection.", en="What for, e.g. protection.")
@option(
    "--none",
    "none",
    multiple=True,
    metavar="NEED",
    nl="Id van wat moet meegaan en er niet is, zoals check het noemt; mag vaker.",
    en="Id of what must go along and is not there, as check names it; may be given more than once.",
)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    holder: Holder,
    to: str,
    purpose: str,
    none: tuple[str, ...],
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Print what lacks, and what may not go along.

    Raises:
        DocumentError: D_OFFER_NONE, of a need nobody may say that there is none, or there is some.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = read_case(console, case)
    basis = holder.basis(content, moment, console, policies=published_policies())
    told = format_instant(moment)
    request = Request(sender=holder.own, recipient=to, purpose=purpose, at=told, known_at=told)
    view = decide_share(content, request=request, basis=basis).share.view
    needed = needed_at_handover(content, basis=basis, own=holder.own, to=to, at=moment)
    found = going(view, needed, held=content, at=moment, none=none)
    if found.denied:
        require_all(found)
    texts = {need.id: need.text for need in needed.needs}
    lacking = sorted({(one.need, one.why) for one in found.lacking})
    withheld = sorted({row.need.id for row in found.withheld})
    console.say(f"Ontbreekt: {len(lacking)}", f"Lacking: {len(lacking)}")
    for need, why in lacking:
        console.say(f"  {need} ({_WHY[why].nl}): {texts[need].nl}", f"  {need} ({_WHY[why].en}): {texts[need].en}")
    console.say(f"Gaat niet mee, en mag niet: {len(withheld)}", f"Does not go along, and may not: {len(withheld)}")
    for need in withheld:
        console.say(f"  {need}: {texts[need].nl}", f"  {need}: {texts[need].en}")
    rows = [{"need": need, "why": why} for need, why in lacking]
    console.result({"lacking": rows, "withheld": withheld})
    context.exit(EXIT_FAILED if lacking else EXIT_OK)


_WHY: Final = {
    "missing": Text("is er niet", "is not there"),
    "stale": Text("is te oud", "is too old"),
    "undated": Text("heeft geen datum", "has no date"),
}

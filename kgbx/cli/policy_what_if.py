# SPDX-License-Identifier: EUPL-1.2
"""``kgbx policy what-if``: what would no longer go to whom if a consent were withdrawn.

Rules: nothing is recorded; ids and numbers only; for the own organisation only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.policy_case import columns_of, read_case, rows_of
from kgbx.consent.facts import WithdrawalFact
from kgbx.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from kgbx.cli.policy_case import Column, File


@bilingual_command(
    "what-if",
    nl="Laat zien wat verandert als een toestemming in het dossier CASE wordt ingetrokken.\n\n"
    "Per ontvanger leest u welke gegevens dan niet meer meegaan. Er wordt niets vastgelegd. Een weigering eindigt niet "
    "door intrekken, alleen door een toestemming die haar noemt.",
    en="Show what changes if a consent in the case CASE is withdrawn.\n\n"
    "For each recipient you read which records then no longer go. Nothing is recorded. A refusal is not ended by "
    "withdrawing, only by a permit that names it.",
)
@click.argument("case")
@holder_options
@option("--withdraw", required=True, metavar="ID", nl="De toestemming.", en="The consent.")
@at_option
@json_option
@click.pass_context
def what_if(context: click.Context, case: str, holder: Holder, withdraw: str, at: str | None, *, as_json: bool) -> None:
    """Print what no longer goes, for each recipient.

    Raises:
        UsageError: U_CONSENT, the case has no permit with this id.
    """
    console = console_of(context, as_json=as_json)
    before = read_case(console, case, holder=holder, at=at)
    after = _without(before, withdraw)
    told = []
    for column in columns_of(before):
        goes = [{record for record, row in rows_of(one, column).items() if row.permit} for one in (before, after)]
        lost, gained = sorted(goes[0] - goes[1]), sorted(goes[1] - goes[0])
        _show_change(console, column, (len(goes[0]), len(goes[1])), lost=lost, gained=gained)
        counts = {"before": len(goes[0]), "after": len(goes[1]), "no_longer": lost, "newly": gained}
        told.append({"recipient": column.recipient, "purpose": column.purpose} | counts)
    console.result({"withdrawn": withdraw, "at": before.at, "recipients": told})
    context.exit(EXIT_OK)


def _without(file: File, consent: str) -> File:
    permits = [one for one in file.facts.consents if one.id == consent and one.decision == "permit"]
    if not permits:
        raise UsageError("U_CONSENT")
    ended = WithdrawalFact(consent=consent, by=permits[0].decided_by, recorded_at=file.at, effective_at=file.at)
    facts = file.facts.model_copy(update={"withdrawals": (*file.facts.withdrawals, ended)})
    return replace(file, facts=facts)


def _show_change(
    console: Console, column: Column, counts: tuple[int, int], *, lost: list[str], gained: list[str]
) -> None:
    head = f"{column.recipient}  {column.function}  {column.purpose}"
    if counts[0] == counts[1] and not lost:
        console.say(f"{head}: {counts[0]} mee, niets verandert", f"{head}: {counts[0]} go, nothing changes")
        return
    console.say(f"{head}: {counts[0]} mee, dan {counts[1]}", f"{head}: {counts[0]} go, then {counts[1]}")
    for record in lost:
        console.say(f"    niet meer  {record}", f"    no longer  {record}")
    for record in gained:
        console.say(f"    nieuw      {record}", f"    newly      {record}")

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx policy``: run decision tables, ours or a partner's, and show what a policy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group
from kgbx.cli.bilingual import subcommand as policy_command
from kgbx.cli.console import Console, at_option, console_of, json_option, read_file
from kgbx.cli.policy_diff import diff
from kgbx.cli.policy_what_if import what_if
from kgbx.cli.policy_who import who
from kgbx.clock import format_instant
from kgbx.consent.access_table import run_any_table
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, DocumentError
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from kgbx.consent.table import RowResult


@group(
    "policy",
    nl="Bekijk het beleid over delen en draai beslistabellen.\n\n"
    "Een beleid zegt wie wat voor welk doel mag krijgen en op grond van welk artikel. Wat geen beleid kan veranderen "
    "(niets zonder grond, iedere betrokkene telt, een geheim adres blijft geheim) staat er niet in.",
    en="Look at the policy on sharing and run decision tables.\n\n"
    "A policy says who may get what for which purpose, and by which article. What no policy can change (nothing "
    "without ground, every subject counts, a secret address stays secret) is not in it.",
)
def command() -> None:
    """Hold the commands about policies."""


for _one in (diff, who, what_if):
    command.add_command(_one)


@policy_command(
    command,
    "check",
    nl="Draai een beslistabel over delen (kgbx-decision-table/1) of over inzage (kgbx-access-table/1).\n\n"
    "Elke regel die anders uitvalt dan verwacht krijgt een regel. Status 0 als er geen is, 1 als er een is, 2 als de "
    "tabel niet te lezen is.",
    en="Run a decision table about sharing (kgbx-decision-table/1) or about insight (kgbx-access-table/1).\n\n"
    "Each row with another outcome than expected gets a line. Status 0 if there is none, 1 if there is one, 2 if the "
    "table cannot be read.",
)
@click.argument("table")
@json_option
@click.pass_context
def check(context: click.Context, table: str, *, as_json: bool) -> None:
    """Run every row and leave with status 1 when one fails."""
    console = console_of(context, as_json=as_json)
    data = read_file(table, limit=MAX_DOCUMENT_BYTES)
    try:
        results = run_any_table(data)
    except DocumentError as error:
        _show_unreadable(console, error)
        context.exit(EXIT_USAGE)
    failed = [result for result in results if not result.ok]
    for result in failed:
        line = f"{result.id}  {result.title}: {_told(result)}"
        console.say(line, line)
    total = f"{len(results) - len(failed)} passed, {len(failed)} failed"
    console.say(total, total)
    console.result(
        {"passed": len(results) - len(failed), "failed": len(failed), "rows": [_row(result) for result in results]}
    )
    context.exit(EXIT_FAILED if failed else EXIT_OK)


def _told(result: RowResult) -> str:
    got, expected = result.got, result.expected
    return (
        f"expected {'permit' if expected.permit else 'deny'} {list(expected.reasons)} escalate={expected.escalate}, "
        f"got {'permit' if got.permit else 'deny'} {list(got.reasons)} escalate={got.escalate} {dict(got.released_by)}"
    )


def _row(result: RowResult) -> dict[str, object]:
    got = result.got
    return {
        "id": result.id,
        "ok": result.ok,
        "got": {
            "permit": got.permit,
            "reasons": list(got.reasons),
            "escalate": got.escalate,
            "released_by": dict(got.released_by),
        },
    }


def _show_unreadable(console: Console, error: DocumentError) -> None:
    for problem in error.problems:
        console.note(
            f"kgbx: {problem.code} {problem.pointer}: {problem.text.nl}",
            f"kgbx: {problem.code} {problem.pointer}: {problem.text.en}",
        )
    rows = [problem.as_json(console.language) for problem in error.problems]
    console.result({"error": {"code": error.code, "problems": rows}})


@policy_command(
    command,
    "show",
    nl="Laat het beleid zien dat nu geldt: wie wat nodig heeft, op welke grond, en waar dat staat.",
    en="Show the policy that is in force: who needs what, on which ground, and where that is written.",
)
@at_option
@json_option
@click.pass_context
def show(context: click.Context, at: str | None, *, as_json: bool) -> None:
    """Print the published policy in force."""
    console = console_of(context, as_json=as_json)
    policy = policy_in_force(published_policies(), format_instant(console.moment(at)))
    console.say(f"Beleid {policy.version}", f"Policy {policy.version}")
    for number, row in enumerate(policy.necessary):
        line = f"  {row.function:20} {row.purpose:16} {', '.join(row.categories)}"
        console.say(line, line)
        note = policy.notes.get(f"/necessary/{number}")
        if note:
            console.say(f"      {note.source}", f"      {note.source}")
    console.say("Bepalingen", "Provisions")
    for provision in policy.provisions:
        line = f"  {provision.id:18} {provision.source}"
        console.say(line, line)
    console.result(policy.model_dump(mode="json", exclude_none=True))

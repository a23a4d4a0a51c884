# SPDX-License-Identifier: EUPL-1.2
"""``kgbx vectors``: run envelope vectors, ours or a partner's."""

from __future__ import annotations

import click

from kgbx.cli.bilingual import group
from kgbx.cli.bilingual import subcommand as vectors_command
from kgbx.cli.console import console_of, json_option, read_file
from kgbx.envelope.vectors import run_vectors
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.limits import MAX_VECTORS_BYTES


@group(
    "vectors",
    nl="Draai testgevallen voor enveloppen: wat open moet gaan en wat geweigerd moet worden.",
    en="Run test vectors for envelopes: what must open and what must be refused.",
)
def command() -> None:
    """Hold the commands about vectors."""


@vectors_command(
    command,
    "run",
    nl="Draai een bestand met testgevallen (kgbx-envelope-vectors/1).\n\n"
    "Elk geval dat anders uitvalt dan verwacht krijgt een regel. Status 0 als er geen is, 1 als er een is, "
    "2 als het bestand niet te lezen is.",
    en="Run a file of vectors (kgbx-envelope-vectors/1).\n\n"
    "Each vector with another outcome than expected gets a line. Status 0 if there is none, 1 if there is one, "
    "2 if the file cannot be read.",
)
@click.argument("file")
@json_option
@click.pass_context
def run(context: click.Context, file: str, *, as_json: bool) -> None:
    """Run every vector and leave with status 1 when one fails."""
    console = console_of(context, as_json=as_json)
    report = run_vectors(read_file(file, limit=MAX_VECTORS_BYTES))
    for result in report.failed:
        expected = " / ".join(result.expected)
        console.say(
            f"{result.id}  {result.title}: verwacht {expected}, kreeg {result.got}",
            f"{result.id}  {result.title}: expected {expected}, got {result.got}",
        )
    passed, failed = len(report.results) - len(report.failed), len(report.failed)
    console.say(f"{passed} passed, {failed} failed", f"{passed} passed, {failed} failed")
    console.result(
        {
            "passed": passed,
            "failed": failed,
            "results": [{"id": r.id, "ok": r.ok, "expected": list(r.expected), "got": r.got} for r in report.results],
        }
    )
    context.exit(EXIT_OK if report else EXIT_FAILED)

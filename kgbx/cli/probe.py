# SPDX-License-Identifier: EUPL-1.2
"""``kgbx probe``: does an endpoint, ours or a partner's, keep the rules? Tried from outside, rule by rule."""

from __future__ import annotations

from contextlib import closing

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option
from kgbx.cli.roads import Tls, tls_options
from kgbx.cli.stores import Side, side_options
from kgbx.delivery.probing import probe
from kgbx.errors import EXIT_FAILED, EXIT_OK


@bilingual_command(
    "probe",
    nl="Kijk of het eindpunt op URL zich aan de regels houdt.\n\n"
    "Er blijft niets achter: er wordt geen bericht aangeboden dat het kan aannemen. Status 1 als een regel niet klopt.",
    en="See whether the endpoint at URL keeps the rules.\n\n"
    "Nothing is left behind: no message is offered that it could take. Status 1 if a rule is not kept.",
)
@click.argument("url")
@side_options
@tls_options
@option(
    "--token-file",
    metavar="FILE",
    nl="Alleen om te proberen, op deze machine: het geheime woord.",
    en="Only to try it, on this machine: the token.",
)
@json_option
@click.pass_context
def command(context: click.Context, url: str, side: Side, tls: Tls, token_file: str | None, *, as_json: bool) -> None:
    """Print a line for each rule."""
    console = console_of(context, as_json=as_json)
    node = side.node(console)
    with closing(node.store), closing(tls.transport(token_file)) as transport:
        findings = probe(node, transport, url=url)
    for one in findings:
        mark = "ok " if one.kept else "NO "
        console.say(
            f"{mark} {one.rule}  {one.text.nl}  {one.detail}", f"{mark} {one.rule}  {one.text.en}  {one.detail}"
        )
    console.result({"rules": [{"rule": one.rule, "kept": one.kept, "detail": one.detail} for one in findings]})
    context.exit(EXIT_OK if all(one.kept for one in findings) else EXIT_FAILED)

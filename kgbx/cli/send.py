# SPDX-License-Identifier: EUPL-1.2
"""``kgbx send``: put in the outbox what of a case may go to a partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import console_of, json_option
from kgbx.cli.holder import Holder
from kgbx.cli.logbook import append
from kgbx.cli.policy_file import read_policy_file
from kgbx.cli.post import operator
from kgbx.cli.stores import Side, side_options
from kgbx.consent.policies import published_policies
from kgbx.delivery.node import moment
from kgbx.delivery.states import URGENCIES
from kgbx.exchange import Own
from kgbx.exchange.delivering import Manner, in_place_of, post_case

if TYPE_CHECKING:
    from kgbx.delivery.records import Urgency
    from kgbx.envelope.identity import Identity


@bilingual_command(
    "send",
    nl="Leg in de uitgaande post wat van het dossier CASE naar een partner mag.\n\n"
    "Alleen wat 'kgbx share' zou meegeven wordt verzegeld. 'kgbx worker' brengt het; 'kgbx outbox show' laat zien hoe "
    "het ervoor staat. Status 4 als niets mee mag.",
    en="Put in the outbox what of the case CASE may go to a partner.\n\n"
    "Only what 'kgbx share' would pass on is sealed. 'kgbx worker' brings it; 'kgbx outbox show' shows how it stands. "
    "Status 4 if nothing may go.",
)
@click.argument("case")
@side_options
@option("--to", required=True, metavar="URN", nl="De partner.", en="The partner.")
@option("--purpose", required=True, metavar="CODE", nl="Waarvoor, bijv. protection.", en="What for, e.g. protection.")
@option("--registers", required=True, metavar="FILE", nl="Uw eigen registers.", en="Your own registers.")
@option(
    "--proofs",
    multiple=True,
    metavar="FILE",
    nl="Bewijzen van anderen; mag vaker.",
    en="Proofs of others; may be given more than once.",
)
@option(
    "--policy",
    "policy_file",
    metavar="FILE",
    nl="Ander beleid dan het gepubliceerde.",
    en="Another policy than the published one.",
)
@option(
    "--urgency",
    type=click.Choice(list(URGENCIES)),
    default="normal",
    show_default=True,
    nl="Hoe snel een mens moet weten dat het vastzit.",
    en="How soon a person must know that it is stuck.",
)
@option(
    "--mailbox",
    is_flag=True,
    nl="De partner haalt het hier op: zij heeft geen eigen eindpunt.",
    en="The partner fetches it here: it has no endpoint of its own.",
)
@option(
    "--instead-of",
    metavar="ID",
    nl="Neem bericht ID meteen terug: zijn partner is samengegaan met deze, of kan het niet krijgen.",
    en="Take message ID back at once: its partner merged with this one, or cannot get it.",
)
@option("--log", metavar="FILE", nl="Schrijf ook een regel in dit logboek.", en="Also add a line to this log.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    side: Side,
    to: str,
    purpose: str,
    registers: str,
    proofs: tuple[str, ...],
    policy_file: str | None,
    urgency: str,
    instead_of: str | None,
    log: str | None,
    *,
    mailbox: bool,
    as_json: bool,
) -> None:
    """Compose and enqueue, in one transaction with the line of the log."""
    console = console_of(context, as_json=as_json)
    node, content = side.node(console), read_case(console, case)
    known = side.directory[:2] if proofs else None
    holder = Holder(own=node.org, registers=registers, proofs=proofs, directory=known)
    policies = (read_policy_file(policy_file),) if policy_file else published_policies()
    basis = holder.basis(content, moment(node.now()), console, policies=policies)
    own = Own(identity=cast("Identity", node.identity), directory=node.directory, basis=basis)
    manner = Manner(urgency=cast("Urgency", urgency), road="mailbox" if mailbox else "push")
    if instead_of is not None:
        manner |= Manner(ref=instead_of, beside=in_place_of(node, content, message_id=instead_of, actor=operator()))
    posted = post_case(node, content, own=own, to=to, purpose=purpose, **manner)
    if log:
        append(log, posted.composed.entry, facts=posted.composed.facts)
    node.store.close()
    account = posted.composed.share.account
    passed, withheld = len(account.passed), len(account.withheld)
    console.say(
        f"{posted.row.id}: {passed} gegevens liggen klaar voor {to}; {withheld} blijven hier.",
        f"{posted.row.id}: {passed} records are ready for {to}; {withheld} stay here.",
    )
    console.result({"id": posted.row.id, "to": to, "passed": passed, "withheld": withheld, "state": posted.row.state})

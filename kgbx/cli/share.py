# SPDX-License-Identifier: EUPL-1.2
"""``kgbx share``: what of a case may go to whom, and why the rest may not. For the sender's eyes only."""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, at_option, console_of, json_option, write_new
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.logbook import append
from kgbx.cli.policy_file import read_policy_file
from kgbx.clock import format_instant
from kgbx.codes import code_list
from kgbx.consent.facts import Request
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.policies import published_policies
from kgbx.consent.reasons import REASONS
from kgbx.errors import EXIT_CONSENT, EXIT_OK, UsageError
from kgbx.exchange import decide_share

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Row, Share
    from kgbx.exchange import Decided


@bilingual_command(
    "share",
    nl="Beslis wat van het dossier CASE naar een ontvanger mag.\n\n"
    "Per gegeven kijkt kgbx over wie het gaat, wie toestemming gaf of weigerde, wat de wet toelaat, wat de ontvanger "
    "nodig heeft en of het verraadt waar iemand woont. U ziet wat meegaat en waarom de rest niet; de ontvanger ziet "
    "alleen wat meegaat. Status 4 als niets mee mag.",
    en="Decide what of the case CASE may go to a recipient.\n\n"
    "For each record kgbx looks at whom it is about, who permitted or refused, what the law allows, what the recipient "
    "needs and whether it gives away where somebody lives. You see what travels and why the rest does not; the "
    "recipient sees only what travels. Status 4 if nothing may go.",
)
@click.argument("case")
@holder_options
@option("--to", required=True, metavar="URN", nl="De ontvanger.", en="The recipient.")
@option("--purpose", required=True, metavar="CODE", nl="Waarvoor, bijv. protection.", en="What for, e.g. protection.")
@option(
    "--policy",
    "policy_file",
    metavar="FILE",
    nl="Ander beleid dan het gepubliceerde.",
    en="Another policy than the published one.",
)
@option(
    "--out",
    metavar="FILE",
    nl="Schrijf wat meegaat naar dit nieuwe bestand.",
    en="Write what travels to this new file.",
)
@option(
    "--log",
    metavar="FILE",
    nl="Schrijf met --out ook een regel in dit logboek; de feiten komen in de map FILE.facts.",
    en="With --out, also add a line to this log; the facts go to the folder FILE.facts.",
)
@option("--why", is_flag=True, nl="Noem elk gegeven dat niet meegaat.", en="Name each record that does not travel.")
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    holder: Holder,
    to: str,
    purpose: str,
    policy_file: str | None,
    out: str | None,
    log: str | None,
    at: str | None,
    *,
    why: bool,
    as_json: bool,
) -> None:
    """Print the account, write the view if asked, and leave with status 4 when nothing may go.

    Raises:
        UsageError: U_ARGUMENT, --log without --out: nothing would be passed on; or both are one file.
    """
    if log and (not out or os.path.realpath(log) == os.path.realpath(out)):
        raise UsageError
    console = console_of(context, as_json=as_json)
    if purpose not in code_list("purpose").codes:
        console.note(
            "Let op: dit doel staat niet in de codelijst. Bekijk met 'kgbx codes purpose' welke er zijn.",
            "Note: this purpose is not in the code list. See with 'kgbx codes purpose' which there are.",
        )
    now = console.moment(at)
    moment = format_instant(now)
    content = read_case(console, case)
    basis = holder.basis(content, now, console, policies=_policies(policy_file))
    request = Request(sender=holder.own, recipient=to, purpose=purpose, at=moment, known_at=moment)
    decided = decide_share(content, request=request, basis=basis)
    share = decided.share
    _show(console, share, why=why)
    if out and share.account.passed:
        _write(decided, content, out=out, log=log)
    context.exit(EXIT_OK if share.account.passed else EXIT_CONSENT)


def _write(decided: Decided, case: FamilyCase, *, out: str, log: str | None) -> None:
    """Write the view and its line in the log: the view whole, then the line, then the view gets its name.

    What cannot be written is not in the log, and nothing goes without a line: a crash just before the end leaves a line
    about a view that nobody got.
    """
    if os.path.lexists(out):
        raise UsageError("U_EXISTS")
    account, policy, facts = decided.share.account, decided.policy, decided.facts
    first = None
    if log:
        view = decided.share.view
        entry = disclosure(account, policy=policy, facts=facts, entry_id=str(uuid4()), case=case, view=view)
        first = partial(append, log, entry, facts=facts_bytes(facts))
    write_new(out, decided.share.view.to_json(), mode=0o600, first=first)


def _policies(path: str | None) -> tuple[Policy, ...]:
    return (read_policy_file(path),) if path else published_policies()


def _show(console: Console, share: Share, *, why: bool) -> None:
    passed, withheld = share.account.passed, share.account.withheld
    console.say(f"Gaat mee: {len(passed)} gegevens", f"Travels: {len(passed)} records")
    for array, number in sorted(Counter(row.array for row in passed).items()):
        console.say(f"  {number:4}  {array}", f"  {number:4}  {array}")
    console.say(f"Gaat niet mee: {len(withheld)}", f"Does not travel: {len(withheld)}")
    for code, number in sorted(Counter(code for row in withheld for code in row.reasons).items()):
        reason = REASONS[code]
        console.say(
            f"  {number:4}  {code}\n        {reason.say('nl')}",
            f"  {number:4}  {code}\n        {reason.say('en')}",
        )
    for row in withheld if why else ():
        line = f"  {row.array} {row.record}: {', '.join(row.reasons)}{''.join(f' {one}' for one in row.found)}"
        console.say(line, line)
    escalated = sum(row.escalate for row in share.account.rows)
    if escalated:
        console.note(
            f"Let op: bij {escalated} gegevens botst een plicht met een weigering. Een mens moet beslissen.",
            f"Note: for {escalated} records a duty meets a denial. A person must decide.",
        )
    for one in share.account.overdue:
        console.note(one.say("nl"), one.say("en"))
    console.result(
        {
            "passed": [_row(row) for row in passed],
            "withheld": [_row(row) for row in withheld],
            "escalated": escalated,
            "overdue": [one.as_value() for one in share.account.overdue],
        }
    )


def _row(row: Row) -> dict[str, object]:
    return {
        "record": row.record,
        "type": row.array,
        "categories": list(row.decisions),
        "reasons": list(row.reasons),
        "found": list(row.found),
        "escalate": row.escalate,
    }

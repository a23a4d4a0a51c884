# SPDX-License-Identifier: EUPL-1.2
"""``kgbx access-report``: what is kept about a person and who received it, as far as that person may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option, read_file, registers_options
from kgbx.clock import format_instant
from kgbx.consent.access_facts import read_access_decisions
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_report import access_report, safe_contact_point
from kgbx.consent.asker import Asker
from kgbx.consent.joins import facts_from_case, read_registers
from kgbx.consent.log import read_log
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.errors import UsageError
from kgbx.exchange import proven_ids
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.render.report import ReportPage

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.consent.policy import Policy


@bilingual_command(
    "access-report",
    nl="Laat zien wat het dossier CASE over iemand bewaart en wie dat kreeg, voor zover die persoon dat mag weten.\n\n"
    "U leest het samen; er wordt niets meegegeven. Alleen met --contact-point van de persoon zelf, als dat veilig is, "
    "mag het mee. Wat deze persoon niet mag zien laat geen spoor na, ook niet in de aantallen. Status 4 als het "
    "contactgegeven niet veilig is.",
    en="Show what the case CASE holds about somebody and who received it, as far as that person may know.\n\n"
    "You read it together; nothing is handed over. Only with --contact-point of the person, if that is safe, may it be "
    "handed over. What this person may not see leaves no trace, in the numbers neither. Status 4 if the contact point "
    "is not safe.",
)
@click.argument("case")
@registers_options
@option("--person", required=True, metavar="ID", nl="Over wie.", en="About whom.")
@option(
    "--asked-by",
    metavar="ID",
    nl="Wie het vraagt: een ouder, een voogd, een vertegenwoordiger. Standaard: de persoon zelf.",
    en="Who asks: a parent, a guardian, a representative. Default: the person.",
)
@option(
    "--log",
    "log_file",
    metavar="FILE",
    nl="Uw logboek van wat is doorgegeven (kgbx-disclosure/1).",
    en="Your log of what was passed on (kgbx-disclosure/1).",
)
@option(
    "--decisions",
    metavar="FILE",
    nl="Wat medewerkers over inzage besloten (kgbx-access-decisions/1).",
    en="What workers decided about insight (kgbx-access-decisions/1).",
)
@option(
    "--contact-point",
    metavar="ID",
    nl="Geef het mee via dit contactgegeven, als dat veilig is.",
    en="Hand it over by this contact point, if that is safe.",
)
@option("--html", is_flag=True, nl="Geef een bladzijde (HTML) op stdout.", en="Print a page (HTML) on stdout.")
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    own: str,
    registers: str,
    person: str,
    asked_by: str | None,
    log_file: str | None,
    decisions: str | None,
    contact_point: str | None,
    at: str | None,
    *,
    html: bool,
    as_json: bool,
) -> None:
    """Print the report; refuse a contact point that is not safe before anything is printed.

    Raises:
        UsageError: U_ARGUMENT, both --html and --json.
    """
    if html and as_json:
        raise UsageError
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = FamilyCase.from_json(read_file(case, limit=MAX_DOCUMENT_BYTES))
    policy = policy_in_force(published_policies(), format_instant(moment))
    asker = asker_of(content, asked_by or person, own=own, files=(registers, decisions), moment=moment, policy=policy)
    if contact_point is not None:
        safe_contact_point(content, asker, contact_point=contact_point)
    log = read_log(read_file(log_file, limit=MAX_DOCUMENT_BYTES)) if log_file else ()
    report = access_report(content, asker, about=person, log=log)
    handed = contact_point is not None
    page = ReportPage(report, content, policy=policy, at=moment, language=console.language, handed=handed)
    if html:
        click.echo(page.html())
        return
    _show(console, page)
    console.result(report.as_value() | {"read_together": not handed})


def asker_of(
    case: FamilyCase, person: str, *, own: str, files: tuple[str, str | None], moment: datetime, policy: Policy
) -> Asker:
    """Return who asks, with what the own registers and the decisions of workers say.

    Args:
        case: The own file.
        person: Id of who asks.
        own: URN of the own organisation.
        files: Paths of the registers and, perhaps, of the decisions.
        moment: Aware datetime.
        policy: The policy in force.

    Raises:
        UsageError: a file cannot be read as what it should be.
    """
    registers, decisions = files
    known = read_registers(read_file(registers, limit=MAX_DOCUMENT_BYTES))
    decided = read_access_decisions(read_file(decisions, limit=MAX_DOCUMENT_BYTES)) if decisions else None
    sharing = facts_from_case(case, known, own=own, proven=proven_ids(case, own=own))
    facts = access_facts(case, sharing, decisions=decided)
    at = format_instant(moment)
    who = AccessItemiser(case, facts=facts, policy=policy).one(person)
    return Asker(who, at=at, known_at=at, facts=facts, policy=policy)


def _show(console: Console, page: ReportPage) -> None:
    for line in page.lines():
        console.say(line, line)

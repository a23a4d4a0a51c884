# SPDX-License-Identifier: EUPL-1.2
"""``kgbx access-report``: what is kept about a person and who received it, as far as that person may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.case import FamilyCase, Person
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import Console, at_option, console_of, html_option, json_option, read_file, write_page
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.logbook import read_logs
from kgbx.clock import format_instant
from kgbx.consent.access_facts import read_access_decisions
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_report import access_report
from kgbx.consent.access_rules import FIRST
from kgbx.consent.asker import Asker
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.safe_contact import safe_contact_point
from kgbx.errors import EXIT_FAILED, EXIT_OK, ConsentError, UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.render.report import ReportPage

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy


@bilingual_command(
    "access-report",
    nl="Laat zien wat het dossier CASE over iemand bewaart en wie dat kreeg, voor zover die persoon dat mag weten.\n\n"
    "U leest het samen; er wordt niets meegegeven. Alleen met --contact-point van de persoon zelf, als dat veilig is, "
    "mag het mee. Wat deze persoon niet mag zien laat geen spoor na, ook niet in de aantallen. Status 4 als het "
    "contactgegeven niet veilig is of eerst iets anders moet gebeuren; 1 als het logboek niet meer is zoals het is "
    "geschreven.",
    en="Show what the case CASE holds about somebody and who received it, as far as that person may know.\n\n"
    "You read it together; nothing is handed over. Only with --contact-point of the person, if that is safe, may it be "
    "handed over. What this person may not see leaves no trace, in the numbers neither. Status 4 if the contact point "
    "is not safe or something else must be done first; 1 if the log is no longer as it was written.",
)
@click.argument("case")
@holder_options
@option("--person", required=True, metavar="ID", nl="Over wie.", en="About whom.")
@option(
    "--asked-by",
    metavar="ID",
    nl="Wie het vraagt: een ouder, een voogd, een vertegenwoordiger. Standaard: de persoon zelf.",
    en="Who asks: a parent, a guardian, a representative. Default: the person.",
)
@option(
    "--log",
    "logs",
    multiple=True,
    metavar="FILE",
    nl="Uw logboek van wat is doorgegeven (kgbx-disclosure/1); mag vaker, op volgorde.",
    en="Your log of what was passed on (kgbx-disclosure/1); may be given more than once, in their order.",
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
@html_option
@at_option
@option(
    "--confirm",
    "confirmed",
    multiple=True,
    type=click.Choice(sorted(FIRST)),
    nl="Dit is eerst gedaan, zoals praten met de jongere; nodig om iets mee te geven.",
    en="This was done first, such as talking with the youth; needed to hand anything over.",
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    holder: Holder,
    person: str,
    asked_by: str | None,
    logs: tuple[str, ...],
    decisions: str | None,
    contact_point: str | None,
    at: str | None,
    *,
    html: str | None,
    confirmed: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print or write the report; refuse what may not be handed over before anything is. Status 1: the log is not whole.

    Raises:
        UsageError: U_PERSON, the case or the registers do not know somebody; U_EXISTS, the page is there already.
        ConsentError: C_CONTACT; C_CONFIRM, something must be done before it is handed over.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = read_case(console, case)
    policy = policy_in_force(published_policies(), format_instant(moment))
    own, known = holder.own, holder.facts(content, moment, console)
    asker = asker_of(content, asked_by or person, own=own, known=known, decisions=decisions, at=moment, policy=policy)
    if not isinstance(content.get(person), Person) or not asker.known:
        raise UsageError("U_PERSON")
    if contact_point is not None:
        safe_contact_point(content, asker, contact_point=contact_point, own=holder.own)
    read = read_logs(console, logs)
    report = access_report(content, asker, about=person, log=[entry for entry, _ in read.entries])
    handed = contact_point is not None
    tell_first(console, report.first, confirmed, handed=handed)
    page = ReportPage(report, content, policy=policy, at=moment, language=console.language, handed=handed)
    if html is None:
        _show(console, page)
    else:
        write_page(html, page.html())
    told = {"read_together": not handed, "confirmed": sorted(set(confirmed)), "findings": list(read.findings)}
    console.result(report.as_value() | told)
    context.exit(EXIT_FAILED if read.findings else EXIT_OK)


def tell_first(console: Console, first: Collection[str], confirmed: Collection[str], *, handed: bool) -> None:
    """Tell the worker what must be done first; it does not stand on the page, which is the family's.

    Args:
        console: Where it is told.
        first: Codes of what must be done.
        confirmed: Codes of what was done.
        handed: Whether it would be handed over.

    Raises:
        ConsentError: C_CONFIRM, it would be handed over before that was done.
    """
    missing = sorted(set(first) - set(confirmed))
    for code in missing:
        text = FIRST[code]
        console.note(f"kgbx: eerst doen: {code}: {text.say('nl')}", f"kgbx: do this first: {code}: {text.say('en')}")
    if missing and handed:
        raise ConsentError("C_CONFIRM")


def asker_of(
    case: FamilyCase, person: str, *, own: str, known: Facts, decisions: str | None, at: datetime, policy: Policy
) -> Asker:
    """Return who asks, with what the own registers and the decisions of workers say.

    Args:
        case: The own file.
        person: Id of who asks.
        own: URN of the own organisation.
        known: Facts of the file and the own registers.
        decisions: Path of the decisions of workers, if there are any.
        at: Aware datetime.
        policy: The policy in force.

    Raises:
        DocumentError: the decisions have not the right form.
        OSError: they cannot be read.
    """
    decided = read_access_decisions(read_file(decisions, limit=MAX_DOCUMENT_BYTES)) if decisions else None
    facts = access_facts(case, known, own=own, decisions=decided)
    instant = format_instant(at)
    who = AccessItemiser(case, facts=facts, policy=policy).one(person)
    return Asker(who, at=instant, known_at=instant, facts=facts, policy=policy)


def _show(console: Console, page: ReportPage) -> None:
    for line in page.lines():
        console.say(line, line)

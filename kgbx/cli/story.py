# SPDX-License-Identifier: EUPL-1.2
"""``kgbx story``: what was told and written down about a family, for one of its people, as far as that person may know.

Rules: everything goes through access(); it is read together and nothing is handed over but by a safe contact point; a
page goes to a new file that only its owner can read; ``--json`` holds ids and codes, the page never an id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kgbx.case import Person
from kgbx.cli.access import asker_of, tell_first
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case
from kgbx.cli.console import at_option, console_of, html_option, json_option, write_page
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.logbook import read_logs
from kgbx.cli.policy_file import read_policy_file
from kgbx.clock import format_instant
from kgbx.consent.access_rules import FIRST
from kgbx.consent.family_part import family_part
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.safe_contact import safe_contact_point
from kgbx.errors import EXIT_FAILED, EXIT_OK, UsageError
from kgbx.render.family_story import StoryPage

if TYPE_CHECKING:
    from kgbx.consent.family_part import FamilyPart


@bilingual_command(
    "story",
    nl="Laat iemand van het gezin het verhaal lezen dat in het dossier CASE staat, voor zover die persoon dat mag "
    "weten.\n\n"
    "Eerst wat die persoon zelf vertelde, in eigen woorden; dan wat anderen vertelden en wat is opgeschreven, wie het "
    "ermee eens is en wie niet, wie wat kreeg en waarom, wat anderen misschien nog niet weten, en wat de lezer kan "
    "doen. U leest het samen; er wordt niets meegegeven. Alleen met --contact-point van de persoon zelf, als dat "
    "veilig is, mag het mee. Status 4 als het contactgegeven niet veilig is of eerst iets anders moet gebeuren; 1 als "
    "het logboek niet meer is zoals het is geschreven.",
    en="Let somebody of the family read the story that stands in the case CASE, as far as that person may know.\n\n"
    "First what that person told, in the own words; then what others told and what was written down, who agrees and "
    "who does not, who received what and why, what others may not know yet, and what the reader can do. You read it "
    "together; nothing is handed over. Only with --contact-point of the person, if that is safe, may it be handed "
    "over. Status 4 if the contact point is not safe or something else must be done first; 1 if the log is no longer "
    "as it was written.",
)
@click.argument("case")
@holder_options
@option("--person", required=True, metavar="ID", nl="Wie het leest.", en="Who reads it.")
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
    "--policy",
    "policy_file",
    metavar="FILE",
    nl="Ander beleid dan het gepubliceerde.",
    en="Another policy than the published one.",
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
    *,
    holder: Holder,
    person: str,
    logs: tuple[str, ...],
    decisions: str | None,
    policy_file: str | None,
    contact_point: str | None,
    html: str | None,
    at: str | None,
    confirmed: tuple[str, ...],
    as_json: bool,
) -> None:
    """Print or write the story; refuse what may not be handed over before anything is. Status 1: the log is not whole.

    Raises:
        UsageError: U_PERSON, the case does not know this person; U_EXISTS, the file for the page is there already.
        ConsentError: C_CONTACT; C_CONFIRM, something must be done before it is handed over.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = read_case(console, case)
    policies = (read_policy_file(policy_file),) if policy_file else published_policies()
    policy = policy_in_force(policies, format_instant(moment))
    own, known = holder.own, holder.facts(content, moment, console)
    asker = asker_of(content, person, own=own, known=known, decisions=decisions, at=moment, policy=policy)
    if not isinstance(content.get(person), Person) or not asker.known:
        raise UsageError("U_PERSON")
    handed = contact_point is not None
    if contact_point is not None:
        safe_contact_point(content, asker, contact_point=contact_point, own=own)
    read = read_logs(console, logs)
    log = [entry for entry, _ in read.entries] if logs else None
    part = family_part(content, asker, own=own, log=log)
    tell_first(console, part.first, confirmed, handed=handed)
    page = StoryPage(part, policy=policy, at=moment, language=console.language, handed=handed)
    if html is not None:
        write_page(html, page.html())
    for line in page.lines() if html is None else ():
        console.say(line, line)
    told = {"read_together": not handed, "confirmed": sorted(set(confirmed)), "findings": list(read.findings)}
    console.result(as_value(part, page) | told)
    context.exit(EXIT_FAILED if read.findings else EXIT_OK)


def as_value(part: FamilyPart, page: StoryPage) -> dict[str, Any]:
    """Return what ``--json`` prints: ids and codes, never names or words."""
    return {
        "reader": part.reader,
        "first": list(part.first),
        "told": [{"number": number, "record": record, "own": record in part.told} for number, record in page.numbers],
        "read": sorted(part.read),
        "passed": None
        if part.passed is None
        else [
            {
                "recipient": one.recipient,
                "on": one.on,
                "purpose": one.purpose,
                "about": list(one.about),
                "records": list(one.records),
                "why": list(one.why),
            }
            for one in part.passed
        ],
        "may_not_know": page.may_not_know if part.passed is not None else None,
        "choices": list(part.choices),
    }

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx receipt``: a choice about sharing, on a page for the person who made it."""

from __future__ import annotations

import click

from kgbx.case import FamilyCase
from kgbx.cli.access import asker_of
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, html_option, json_option, read_file, write_page
from kgbx.cli.holder import Holder, holder_options
from kgbx.clock import format_instant
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.safe_contact import safe_contact_point
from kgbx.errors import UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.render.receipt import Receipt, consent_of


@bilingual_command(
    "receipt",
    nl="Zet de keuze CONSENT uit het dossier CASE op papier, voor wie koos, in gewone woorden.\n\n"
    "U leest het samen; er wordt niets meegegeven. Alleen met --contact-point van de persoon zelf, als dat veilig is, "
    "mag het mee. Organisaties waarvan de naam verraadt waar iemand is, staan er niet op. Status 4 als er dan niets "
    "overblijft, of als het contactgegeven niet veilig is.",
    en="Put the choice CONSENT of the case CASE on paper, for the person who chose, in plain words.\n\n"
    "You read it together; nothing is handed over. Only with --contact-point of the person, if that is safe, may it be "
    "handed over. Organisations whose name tells where somebody is are not on it. Status 4 if nothing is left then, or "
    "if the contact point is not safe.",
)
@click.argument("case")
@click.argument("consent")
@holder_options
@option(
    "--contact-point",
    metavar="ID",
    nl="Geef het mee via dit contactgegeven, als dat veilig is.",
    en="Hand it over by this contact point, if that is safe.",
)
@html_option
@option("--text", is_flag=True, nl="Geef regels tekst op stdout (standaard).", en="Print lines of text (default).")
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case: str,
    consent: str,
    holder: Holder,
    contact_point: str | None,
    html: str | None,
    at: str | None,
    *,
    text: bool,
    as_json: bool,
) -> None:
    """Print or write the receipt; refuse a contact point that is not safe before anything is printed.

    Raises:
        UsageError: U_ARGUMENT, both --text and --json.
    """
    if text and as_json:
        raise UsageError
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = FamilyCase.from_json(read_file(case, limit=MAX_DOCUMENT_BYTES))
    chosen = consent_of(content, consent)
    policy = policy_in_force(published_policies(), format_instant(moment))
    own, known = holder.own, holder.facts(content, moment, console)
    asker = asker_of(content, chosen.decided_by, own=own, known=known, decisions=None, at=moment, policy=policy)
    if contact_point is not None:
        safe_contact_point(content, asker, contact_point=contact_point, own=holder.own)
    handed = contact_point is not None
    page = Receipt(chosen, content, asker=asker, at=moment, language=console.language, handed=handed)
    if html is not None:
        write_page(html, page.html())
    if html is None or text:
        for line in page.lines():
            console.say(line, line)
    console.result(page.as_value())

# SPDX-License-Identifier: EUPL-1.2
"""``kgbx handover take``: a step of the other organisation, taken whole or not at all, by the checks of the library.

Rules: each step of who hands over, and a completion, is held against the own case: a family is taken over from who has
its fixed contact, and the own contact ends only when the other one began.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option, read_file, write_new
from kgbx.cli.handover_file import OWNER_ONLY, case_of, read_to_change, replace_kept, stamp_of, undone
from kgbx.cli.handover_show import tell
from kgbx.clock import local_day
from kgbx.errors import DocumentError, UsageError
from kgbx.exchange.joining import joined
from kgbx.exchange.messaging_trust import require_begun, require_of_responsible, require_past
from kgbx.limits import MAX_MESSAGE_BYTES
from kgbx.messages import Text
from kgbx.story.bodies import TYPE_OF_URI, HandoverBody, HandoverComplete, HandoverOffer, taken
from kgbx.story.fixed_contact import passed_on, require_begins
from kgbx.story.handover import ENDED

if TYPE_CHECKING:
    from kgbx.case import Stamp
    from kgbx.story import Handover

_NO_BODY: Final = Text(
    "Dit is geen bericht van een overdracht. Open het bericht eerst met 'kgbx unseal'.",
    "This is no message of a handover. Open the message first with 'kgbx unseal'.",
)
_CASE: Final = Text(
    "Bij een afgeronde overdracht horen --case en --case-out: daar verandert het vaste gezicht.",
    "With a completed handover go --case and --case-out: there the fixed contact changes.",
)
_OFFERED: Final = Text(
    "Bij een stap van wie overdraagt hoort --case: daarin staat wie er nu voor het gezin is. Een leeg dossier mag.",
    "With a step of who hands over goes --case: it says who is there for the family now. An empty case will do.",
)


@bilingual_command(
    "take",
    nl="Neem een bericht van de andere organisatie over.",
    en="Take in a message of the other organisation.",
)
@click.argument("state")
@click.argument("body")
@option("--from", "sender", required=True, metavar="URN", nl="Wie het ondertekende.", en="Who signed it.")
@option(
    "--case",
    metavar="FILE",
    nl="Uw dossier, bij een stap van wie overdraagt en als de overdracht is afgerond.",
    en="Your case, with a step of who hands over and if the handover was completed.",
)
@option("--case-out", metavar="FILE", nl="Nieuw bestand voor het dossier.", en="New file for the case.")
@at_option
@json_option
@click.pass_context
def take(
    context: click.Context,
    state: str,
    body: str,
    sender: str,
    case: str | None,
    case_out: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Take the steps of the other organisation.

    Raises:
        UsageError: U_ARGUMENT, the file is no message of a handover, or a completion or a step of who hands over comes
            without the case.
        DocumentError: as :func:`kgbx.story.bodies.taken`; D_STEP_SENDER, the body names another sender or recipient, or
            another organisation is the fixed contact; D_STEP_ORDER, a step is of after today; D_SYNTHETIC;
            D_FIXED_CONTACT.
    """
    console = console_of(context, as_json=as_json)
    kept, known = read_to_change(context, state)
    moment = console.moment(at)
    today = local_day(moment).isoformat()
    told = read_body(read_file(body, limit=MAX_MESSAGE_BYTES))
    if (told.sender, told.recipient) != (sender, kept.org):
        raise DocumentError.single("D_STEP_SENDER", "/sender")
    if bool(told.synthetic) is not bool(kept.synthetic):
        raise DocumentError.single("D_SYNTHETIC", "/synthetic")
    require_past(told, today=today)
    before = {one.id: one for one in known}.get(told.handover)
    after = taken(told, known)
    written: list[str] = []
    held = None if case is None else case_of(console, case, kept)
    if isinstance(told, HandoverOffer) and after != before and after.state not in ENDED:
        if held is None:
            raise UsageError(text=_OFFERED)
        require_of_responsible(after, held, on=today)
    if isinstance(told, HandoverComplete) and after != before and after.state == "completed":
        if held is None or case_out is None:
            raise UsageError(text=_CASE)
        written = [case_out]
        write_new(case_out, _ended(held, told, after, stamp_of(kept, moment)).to_json(), mode=OWNER_ONLY)
    with undone(*written):
        replace_kept(state, kept, known, changed=after)
    tell(console, [after])


def _ended(held: FamilyCase, told: HandoverComplete, after: Handover, stamp: Stamp) -> FamilyCase:
    require_begins(told.begins, professional=told.professional, handover=after)
    arrived = FamilyCase((told.professional, told.begins), synthetic=held.synthetic)
    merged, _ = joined(held, arrived, own=told.recipient, sender=told.sender)
    require_begun(told.begins, merged)
    return merged.add(*passed_on(held, handover=after, begun=told.begins, stamp=stamp))


def read_body(data: bytes) -> HandoverBody:
    """Return the body of a message of a handover, of the type that it names.

    Raises:
        UsageError: U_ARGUMENT, it names none of these types.
        DocumentError: it has not the right form.
    """
    for uri, row in TYPE_OF_URI.items():
        if row.model is not None and issubclass(row.model, HandoverBody) and uri.encode() in data:
            return row.model.read(data)
    raise UsageError(text=_NO_BODY)

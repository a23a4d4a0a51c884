# SPDX-License-Identifier: EUPL-1.2
"""Who is believed in a message, and what an answer may tell: pure decisions of the effects of messages.

Rules:
    - an erasure notice is answered by itself only to who is known to know: the own organisation recorded that the
      sender is involved with this family today, or its registers say so, and nobody is hidden from the sender. To
      everybody else a person answers, and exactly so where the family is not known here: no answer comes by itself,
      nothing is erased but what a named person agreed to, and every id is set apart. What the sender says of itself
      counts for nothing: it could send that along, and another could have passed it on;
    - a family is taken over from who has its fixed contact, as far as is known here: where one of its persons surely
      has that of another organisation, neither the offer nor the completion is taken;
    - who did not record a permit tells its end from today on, never of a day before;
    - a correction is of its sender, both the link and the newer version; what it would replace of another's is set
      apart, and the message is taken like one that replaces what is not here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from kgbx.case import Consent, FamilyCase, Involvement, Link
from kgbx.case.types import TYPE_OF
from kgbx.clock import day_of_moment, parse_moment
from kgbx.consent.arriving import GUARDING, NEVER_ERASED
from kgbx.errors import DocumentError
from kgbx.story.fixed_contact import fixed_contacts
from kgbx.story.records import Records, may_hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import BareRecord
    from kgbx.consent.index import Index
    from kgbx.story import Handover
    from kgbx.story.bodies import HandoverBody

OF_ANOTHER: Final = "OF-ANOTHER"
"""Why a record is kept: another than the sender of the notice recorded it; not told."""

GUARDS: Final = "GUARDS-SOMEBODY"
"""Why a record is kept: without it something could be told that is kept from somebody; not told."""

UNANSWERED: Final = "UNANSWERED"
"""Why an id in a notice is set apart: an answer by itself could tell who has the family; a person answers."""

TOLD_BY: Final = "https://kgbx.example/extensions/told_by"
"""Extension of a withdrawal that was told in a message: by which organisation, and of which day."""


# --- erasing


def may_be_answered(sender: str, case: FamilyCase, *, index: Index, own: str) -> bool:
    """Tell whether an answer by itself gives nothing away: the sender knows of this, and nobody is hidden from it."""
    return not index.hidden_from(sender) and _involved(sender, case, index=index, own=own)


def _involved(org: str, case: FamilyCase, *, index: Index, own: str) -> bool:
    known = (one for one in case.current("involvements") if isinstance(one, Involvement))
    said = any((one.org, one.recorded_by.org) == (org, own) and may_hold(one, index.today) for one in known)
    return said or any(index.serves(org, one.id) for one in case.records("persons"))


def kept_by(record: BareRecord | None, *, sender: str, case: FamilyCase) -> str | None:
    """Return the rule by which a record is kept whatever the own terms say; None for what they decide about.

    What never was here is left to them too: it is answered as erased, so that the answer tells nothing. What keeps
    something from somebody, or gives a place away in a case that protects somebody, goes only when a named person
    agreed: otherwise the sender of a notice could open what it once closed.
    """
    if record is None:
        return None
    if record.recorded_by.org != sender:
        return OF_ANOTHER
    array = TYPE_OF[type(record)].array
    guards = array in (*GUARDING, *NEVER_ERASED) or vars(record).get("decision") == "refuse"
    return GUARDS if guards or case.records("protections") else None


# --- handing over


def require_of_responsible(handover: Handover, case: FamilyCase, *, on: str) -> None:
    """Return if nobody else than the sender of a handover surely is the fixed contact of one of its persons.

    A handover that the case knows to be completed ended the contact of who handed over then, so whoever took over may
    hand over in turn. What is uncertain stops nobody.

    Args:
        handover: As it is offered, or completed.
        case: The receiver's own case.
        on: Day, ``YYYY-MM-DD``: today for what arrives, for its sender dates its own steps.

    Raises:
        DocumentError: D_STEP_SENDER.
    """
    same, day = Records(case).persons(sure=True), date.fromisoformat(on)
    known = fixed_contacts(case)
    held = (one for person in {same.of(one) for one in handover.persons} for one in known.get(person, ()))
    if any(one.record.org != handover.sender and one.surely <= day < one.until for one in held):
        raise DocumentError.single("D_STEP_SENDER", "/persons")


def require_past(body: HandoverBody, *, today: str) -> None:
    """Return if no step is dated after today: no step may be dated before it, so it would stop both sides.

    Raises:
        DocumentError: D_STEP_ORDER, with the place of the first that is.
    """
    for number, one in enumerate(body.steps):
        if one.on > today:
            raise DocumentError.single("D_STEP_ORDER", f"/steps/{number}/on")


def require_begun(begins: Involvement, case: FamilyCase) -> None:
    """Return if a case holds the fixed contact of who took over: without it the own one may not end.

    Raises:
        DocumentError: D_FIXED_CONTACT.
    """
    if case.get(begins.id) != begins:
        raise DocumentError.single("D_FIXED_CONTACT", "/begins")


# --- withdrawing


def may_tell(sender: str, consent: Consent) -> bool:
    """Tell whether a sender may tell that a permit ends: who recorded or gave it, or may receive by it."""
    party = {consent.recorded_by.org, consent.decided_by, *consent.recipients}
    return consent.decision == "permit" and bool(party & {sender, "*"})


def ends_on(consent: Consent, *, sender: str, told: str, moment: str) -> str:
    """Return from when a permit ends that a sender told the end of.

    Who recorded or gave it is believed of the day. Of anybody else it is the last of that day, today, and the moments
    at which the permit was given and began: what was done by the permit until now stays lawful.
    """
    if sender in {consent.recorded_by.org, consent.decided_by}:
        return told
    today = day_of_moment(moment).isoformat()
    return max((told, today, consent.ceremony.at, consent.valid_from), key=parse_moment)


# --- correcting


def require_own_correction(view: FamilyCase, *, sender: str) -> None:
    """Return if a correction corrects something, and is its sender's, as far as the message itself shows.

    Raises:
        DocumentError: D_CORRECTION, with the place of the first link that is not the sender's, whose ends in the
            message are not, or that is missing.
    """
    number = -1
    for number, link in _replacing(view.records("links")):
        ends = (view.get(link.to), view.get(link.from_))
        orgs = {one.recorded_by.org for one in (link, *ends) if one is not None}
        if orgs != {sender} or view.get(link.from_) is None:
            raise DocumentError.single("D_CORRECTION", f"/links/{number}")
    if number < 0:
        raise DocumentError.single("D_CORRECTION", "/links")


def _replacing(records: Iterable[BareRecord]) -> Iterator[tuple[int, Link]]:
    links = enumerate(one for one in records if isinstance(one, Link))
    return ((number, one) for number, one in links if one.kind == "replaces")

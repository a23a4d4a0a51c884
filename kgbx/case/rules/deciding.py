# SPDX-License-Identifier: EUPL-1.2
"""Rules about who decides on sharing: alive, with the authority that the capacity claims, and for what.

Rules: whether a consent suffices is decided elsewhere, at the moment of sharing; here is only told what contradicts
something else in the case. Authority that is not in the case contradicts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.case.ceremony import can_be_shown
from kgbx.case.dates import surely_before
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import day_of_moment, parse_moment
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.family import ParentalAuthority
    from kgbx.case.index import CaseIndex
    from kgbx.case.sharing import Consent

_ANY: Final = "*"
_NOT_INFORMED: Final = "not"
_OF_GEZAG: Final = frozenset({"parent_with_authority", "guardian", "gi_guardian"})
_NOBODY: Final = frozenset({"tijdelijk_geen", "niet_te_bepalen"})
_SCOPES: Final = (
    ("consents", ("recipients", "purposes", "categories")),
    ("legal_grounds", ("purposes", "categories")),
)


def _everything_and_more(index: CaseIndex) -> Iterator[Finding]:
    for array, members in _SCOPES:
        for pointer, record in index.items(array):
            mixed = (member for member in members if _ANY in (scope := getattr(record, member)) and len(scope) > 1)
            yield from (Finding(f"{pointer}/{member}") for member in mixed)


def _decided_by_the_unborn_or_dead(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent in index.items("consents"):
        person = index.person(consent.decided_by)
        if person is None:
            continue
        day = str(day_of_moment(consent.ceremony.at))
        too_early = person.birth_date is not None and surely_before(day, person.birth_date)
        too_late = person.death_date is not None and surely_before(person.death_date, day)
        if too_early or too_late:
            yield Finding(f"{pointer}/ceremony/at", (consent, person))


def _heard_by_nobody(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent in index.live("consents"):
        if consent.decision == "permit" and not can_be_shown(consent.ceremony, own=True):
            yield Finding(f"{pointer}/ceremony")


def _informed_and_not(index: CaseIndex) -> Iterator[Finding]:
    for pointer, ground in index.items("legal_grounds"):
        if ground.family_informed == _NOT_INFORMED and (ground.informed or ground.informed_on):
            yield Finding(f"{pointer}/family_informed")


def _withdrawn_before_it_was_said(index: CaseIndex) -> Iterator[Finding]:
    for pointer, withdrawal in index.items("withdrawals"):
        said = withdrawal.expressed_at
        if said is not None and parse_moment(withdrawal.effective_at) < parse_moment(said):
            yield Finding(f"{pointer}/effective_at")


def _permits_of_gezag(index: CaseIndex) -> Iterator[tuple[str, Consent, list[ParentalAuthority]]]:
    """Yield each permit that rests on gezag, with the gezag over its subject that the case knows, whenever it held."""
    gezag: dict[str, list[ParentalAuthority]] = defaultdict(list)
    for _, authority in index.live("parental_authorities"):
        gezag[index.same(authority.minor)].append(authority)
    for pointer, consent in index.live("consents"):
        subject = index.same(consent.subject)
        if consent.capacity in _OF_GEZAG and consent.decision == "permit" and subject in gezag:
            yield pointer, consent, gezag[subject]


def _without_gezag(index: CaseIndex) -> Iterator[Finding]:
    holders: dict[str, set[str]] = {}
    for pointer, consent, gezag in _permits_of_gezag(index):
        subject = index.same(consent.subject)
        if subject not in holders:
            holders[subject] = {
                holder.org or index.same(holder.person or "")
                for authority in gezag
                for holder in authority.holders or ()
            }
        if holders[subject] and index.same(consent.decided_by) not in holders[subject]:
            yield Finding(f"{pointer}/decided_by", (consent, gezag[0]))


def _nobody_has_gezag(index: CaseIndex) -> Iterator[Finding]:
    held: dict[str, bool] = {}
    for pointer, consent, gezag in _permits_of_gezag(index):
        subject = index.same(consent.subject)
        if subject not in held:
            held[subject] = any(authority.kind not in _NOBODY for authority in gezag)
        if not held[subject]:
            yield Finding(f"{pointer}/capacity", (consent, gezag[0]))


DECIDING_RULES: Final = (
    Rule(
        id="KGBX-R-013",
        severity="warning",
        text=Text(
            "Hier staat alles en daarnaast iets bepaalds. Laat een van de twee staan.",
            "This says everything, and something particular besides. Keep one of the two.",
        ),
        source="AVG 4 onder 11; kgbx",
        check=_everything_and_more,
    ),
    Rule(
        id="KGBX-R-033",
        severity="warning",
        text=Text(
            "Wie hier toestemming geeft heeft volgens dit dossier geen gezag over het kind. Kijk het gezag na, of "
            "vraag het aan wie het wel heeft.",
            "By this case whoever permits here has no parental authority over the child. Check the authority, or ask "
            "who has it.",
        ),
        source="Jeugdwet 7.3.15 lid 1; BW 1:245",
        check=_without_gezag,
    ),
    Rule(
        id="KGBX-R-034",
        severity="warning",
        text=Text(
            "Over dit kind heeft volgens dit dossier niemand gezag, of het is niet te bepalen. Laat een jurist nagaan "
            "wie kan beslissen.",
            "By this case nobody has parental authority over this child, or it cannot be determined. Have a lawyer "
            "check who can decide.",
        ),
        source="Jeugdwet 7.3.15 lid 1; BW 1:241 lid 1, 1:245",
        check=_nobody_has_gezag,
    ),
    Rule(
        id="KGBX-R-039",
        severity="error",
        text=Text(
            "Op deze dag leefde wie besliste niet. Verbeter de dag, de persoon, of de geboorte- of overlijdensdatum.",
            "On this day the decider was not alive. Correct the day, the person, or the date of birth or death.",
        ),
        source="AVG 4 onder 11; kgbx",
        check=_decided_by_the_unborn_or_dead,
    ),
    Rule(
        id="KGBX-R-145",
        severity="warning",
        text=Text(
            "Deze toestemming is uitgesproken en niemand kan dat bevestigen, dus zij telt niet. Noem de getuige, of "
            "laat de persoon het nog eens zeggen of opschrijven.",
            "This permit was spoken and nobody can confirm it, so it does not count. Name the witness, or have the "
            "person say it again or write it down.",
        ),
        source="AVG 7 lid 1; kgbx: what was spoken needs a witness",
        check=_heard_by_nobody,
    ),
    Rule(
        id="KGBX-R-146",
        severity="error",
        text=Text(
            "Het gezin is niet ingelicht, en toch staat er wie of wanneer. Verbeter een van beide.",
            "The family was not informed, and yet it says who was or when. Correct one of the two.",
        ),
        source="kgbx",
        check=_informed_and_not,
    ),
    Rule(
        id="KGBX-R-147",
        severity="warning",
        text=Text(
            "De intrekking werkt terug tot voordat zij is uitgesproken. Wat daarvoor is gedeeld, blijft rechtmatig: "
            "kijk het moment na.",
            "The withdrawal works back to before it was said. What was shared before stays lawful: check the moment.",
        ),
        source="AVG 7 lid 3",
        check=_withdrawn_before_it_was_said,
    ),
)

# SPDX-License-Identifier: EUPL-1.2
"""Rules about consents, withdrawals, legal grounds, protections and confidences.

Rules: only what can never be right is an error; whether a consent or a ground suffices is decided elsewhere, at the
moment of sharing. What two organisations contradict each other in is shown, never refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.guarding import erased_ids
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import ages_on, day_of_moment, parse_moment
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kgbx.case.index import CaseIndex

_OF_MOMENTS: Final = ("consents", "legal_grounds", "third_party_weighings", "protections", "restrictions")
_ANY: Final = "*"
_OLD_ENOUGH_TO_DECIDE: Final = 12
_DECIDES_ALONE: Final = 16
_OF_PARENTS: Final = frozenset({"parent_with_authority", "guardian", "gi_guardian"})

KNOWN_PROVISIONS: Final = frozenset(
    {
        "BW-1:240",
        "BW-1:243",
        "JW-3.1",
        "JW-7.3.11-4",
        "JW-7.3.11-4-VOTS",
        "JW-7.4.0-2",
        "NOOD",
        "WMO-4.1.1-2d",
        "WMO-4.1.1-2e",
        "WMO-4.1.1-2f",
        "WMO-4.2.12-3",
        "WMO-5.2.6",
        "WMO-5.3.3-3",
    }
)
"""Every provision of a published policy; a test compares."""


def _reversed(index: CaseIndex) -> Iterator[Finding]:
    for array in _OF_MOMENTS:
        for pointer, record in index.items(array):
            until = record.valid_until
            if until is not None and parse_moment(until) < parse_moment(record.valid_from):
                yield Finding(f"{pointer}/valid_until")


def _superseding(index: CaseIndex) -> Iterator[tuple[str, Any, Any]]:
    """Yield pointer, permit and what it supersedes, where that is in the case."""
    for pointer, consent in index.items("consents"):
        for number, named in enumerate(consent.supersedes or ()):
            old = index.by_id.get(named)
            if old is not None:
                yield f"{pointer}/supersedes/{number}", consent, old


def _supersedes_no_refusal(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent in index.items("consents"):
        if consent.supersedes and consent.decision != "permit":
            yield Finding(f"{pointer}/supersedes")
    for pointer, consent, old in _superseding(index):
        if getattr(old, "decision", None) == "permit":
            yield Finding(pointer, (consent, old))


def _supersedes_of_another(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent, old in _superseding(index):
        decider = getattr(old, "decided_by", None)
        if decider is not None and index.same(decider) != index.same(consent.decided_by):
            yield Finding(pointer)


def _withdraws_no_permit(index: CaseIndex) -> Iterator[Finding]:
    for pointer, withdrawal in index.items("withdrawals"):
        consent: Any = index.by_id.get(withdrawal.consent)
        if getattr(consent, "decision", None) == "refuse":
            yield Finding(f"{pointer}/consent")


def _unknown_provision(index: CaseIndex) -> Iterator[Finding]:
    for pointer, ground in index.items("legal_grounds"):
        if ground.provision not in KNOWN_PROVISIONS:
            yield Finding(f"{pointer}/provision")


def _nobody_allowed(index: CaseIndex) -> Iterator[Finding]:
    for pointer, protection in index.live("protections"):
        if not protection.allowed:
            yield Finding(pointer)


def _contradictory_protection(index: CaseIndex) -> Iterator[Finding]:
    for pointer, protection in index.items("protections"):
        allowed, person = set(protection.allowed or ()), index.same(protection.person)
        for number, blocked in enumerate(protection.blocked):
            if blocked in allowed or index.same(blocked) == person:
                yield Finding(f"{pointer}/blocked/{number}")


def _unspecific_permit(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent in index.live("consents"):
        for member in ("recipients", "purposes", "categories"):
            if consent.decision == "permit" and _ANY in getattr(consent, member):
                yield Finding(f"{pointer}/{member}")


def _wrong_capacity(index: CaseIndex) -> Iterator[Finding]:
    for pointer, consent in index.items("consents"):
        itself = index.same(consent.decided_by) == index.same(consent.subject)
        organisation = consent.decided_by.startswith("urn:")
        if itself != (consent.capacity == "self") or organisation != (consent.capacity == "gi_guardian"):
            yield Finding(f"{pointer}/capacity")


def _decider_unknown(index: CaseIndex) -> Iterator[Finding]:
    erased = erased_ids(index.arrays["erasures"])
    for pointer, consent in index.items("consents"):
        named = consent.decided_by
        itself = index.same(named) == index.same(consent.subject)
        if not itself and not named.startswith("urn:") and index.person(named) is None and named not in erased:
            yield Finding(f"{pointer}/decided_by")


def _wrong_age_to_decide(index: CaseIndex) -> Iterator[Finding]:
    incapable = {index.same(row.person) for _, row in index.live("capacities") if not row.capable}
    for pointer, consent in index.live("consents"):
        subject = index.person(consent.subject)
        if subject is None or subject.birth_date is None or consent.decision != "permit":
            continue
        low, high = ages_on(subject.birth_date, day_of_moment(consent.valid_from))
        too_young = consent.capacity == "self" and high < _OLD_ENOUGH_TO_DECIDE
        too_old = low >= _DECIDES_ALONE and index.same(consent.subject) not in incapable
        if too_young or (consent.capacity in _OF_PARENTS and too_old):
            yield Finding(f"{pointer}/decided_by")


def _silent_about_family(index: CaseIndex) -> Iterator[Finding]:
    for pointer, ground in index.live("legal_grounds"):
        if ground.family_informed == "not" and not (ground.reason_not_informed or "").strip():
            yield Finding(pointer)


def _represents_itself(index: CaseIndex) -> Iterator[Finding]:
    for pointer, capacity in index.items("capacities"):
        representative = capacity.represented_by
        if representative is not None and index.same(representative) == index.same(capacity.person):
            yield Finding(f"{pointer}/represented_by")


def _one_person_twice(index: CaseIndex) -> Iterator[Finding]:
    for pointer, pair in index.items("same_person"):
        if pair.a == pair.b:
            yield Finding(f"{pointer}/b")


SHARING_RULES: Final = (
    Rule(
        id="KGBX-R-030",
        severity="warning",
        text=Text(
            "Op deze leeftijd telt deze toestemming niet: onder de twaalf beslissen de gezagsdragers, vanaf zestien de "
            "jongere alleen, tenzij die er niet toe in staat is. Vraag het aan wie nu beslist.",
            "At this age this permit does not count: under twelve the holders of parental authority decide, from "
            "sixteen the young person alone, unless unable to. Ask who decides now.",
        ),
        source="Jeugdwet 7.3.11 lid 1, 7.3.15 lid 1 en 2, 7.3.5; UAVG 5 lid 1; kgbx: sixteen is our reading",
        check=_wrong_age_to_decide,
    ),
    Rule(
        id="KGBX-R-101",
        severity="error",
        text=Text(
            "Deze periode eindigt voordat zij begint. Verbeter een van de twee momenten.",
            "This period ends before it begins. Correct one of the two moments.",
        ),
        source="kgbx: periods are half-open",
        check=_reversed,
    ),
    Rule(
        id="KGBX-R-102",
        severity="error",
        text=Text(
            "Alleen een toestemming komt in plaats van iets, en alleen van een weigering. Een toestemming eindigt door "
            "een intrekking.",
            "Only a permit supersedes, and only a refusal. A permit ends by a withdrawal.",
        ),
        source="kgbx: a permit lifts a refusal only by naming it",
        check=_supersedes_no_refusal,
    ),
    Rule(
        id="KGBX-R-103",
        severity="warning",
        text=Text(
            "Deze toestemming heft de weigering van een ander niet op. Vraag het aan wie weigerde.",
            "This permit does not lift a refusal of somebody else. Ask the one who refused.",
        ),
        source="kgbx: per decider a live refusal beats every permit that does not name it",
        check=_supersedes_of_another,
    ),
    Rule(
        id="KGBX-R-104",
        severity="error",
        text=Text(
            "Een weigering kan niet worden ingetrokken. Leg een toestemming vast die de weigering noemt.",
            "A refusal cannot be withdrawn. Record a permit that names the refusal.",
        ),
        source="AVG 7 lid 3; kgbx: lifting a refusal needs the proof of a permit",
        check=_withdraws_no_permit,
    ),
    Rule(
        id="KGBX-R-105",
        severity="error",
        text=Text(
            "Deze bepaling staat in geen enkel gepubliceerd beleid. Kies een bepaling uit het beleid.",
            "No published policy has this provision. Choose a provision of the policy.",
        ),
        source="kgbx: a ground rests on a provision that a policy knows",
        check=_unknown_provision,
    ),
    Rule(
        id="KGBX-R-106",
        severity="warning",
        text=Text(
            "Niemand mag deze verblijfplaats weten, ook de eigen organisatie niet. Noem wie het wel mag weten.",
            "Nobody may know this location, not even the own organisation. Name who may know it.",
        ),
        source="AVG 32; kgbx",
        check=_nobody_allowed,
    ),
    Rule(
        id="KGBX-R-107",
        severity="error",
        text=Text(
            "Wie de verblijfplaats mag weten of zelf beschermd wordt, kan niet ook geweerd worden. Haal een van beide "
            "weg.",
            "Who may know the location, or is the protected person, cannot be blocked as well. Remove one of the two.",
        ),
        source="kgbx",
        check=_contradictory_protection,
    ),
    Rule(
        id="KGBX-R-108",
        severity="warning",
        text=Text(
            "Een toestemming voor iedereen, elk doel of alle gegevens is niet specifiek. Noem wie, waarvoor en wat.",
            "A permit for everyone, every purpose or all data is not specific. Name who, what for and what.",
        ),
        source="AVG 4 onder 11",
        check=_unspecific_permit,
    ),
    Rule(
        id="KGBX-R-109",
        severity="error",
        text=Text(
            "De hoedanigheid past niet bij wie besliste: zelf is alleen de betrokkene, een organisatie beslist alleen "
            "als voogd. Verbeter een van beide.",
            "The capacity does not fit the decider: self is the subject only, an organisation decides as guardian "
            "only. Correct one of the two.",
        ),
        source="Jeugdwet 7.3.11, 7.3.15; BW 1:302",
        check=_wrong_capacity,
    ),
    Rule(
        id="KGBX-R-110",
        severity="warning",
        text=Text(
            "Het gezin is niet ingelicht en er staat niet waarom. Vul de reden in, of licht het gezin in.",
            "The family was not informed and no reason is given. Add the reason, or inform the family.",
        ),
        source="AVG 13, 14; UAVG 41",
        check=_silent_about_family,
    ),
    Rule(
        id="KGBX-R-111",
        severity="error",
        text=Text(
            "Niemand vertegenwoordigt zichzelf. Noem de vertegenwoordiger of haal het veld weg.",
            "Nobody represents themselves. Name the representative, or remove the member.",
        ),
        source="Jeugdwet 7.3.15 lid 3",
        check=_represents_itself,
    ),
    Rule(
        id="KGBX-R-113",
        severity="error",
        text=Text(
            "Twee ids van een persoon moeten verschillen. Herstel een van de twee of haal het record weg.",
            "Two ids of one person must differ. Correct one of the two, or remove the record.",
        ),
        source="kgbx",
        check=_one_person_twice,
    ),
    Rule(
        id="KGBX-R-148",
        severity="error",
        text=Text(
            "Wie dit voor een ander besliste, staat niet in dit dossier: zo is niet te zien of die persoon dat mag. "
            "Voeg de persoon toe of verbeter decided_by.",
            "Who decided this for another is not in this case: so nobody can see whether that person may. Add the "
            "person, or correct decided_by.",
        ),
        source="Jeugdwet 7.3.11, 7.3.15; kgbx",
        check=_decider_unknown,
    ),
)

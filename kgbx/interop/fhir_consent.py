# SPDX-License-Identifier: EUPL-1.2
"""A consent as a Consent resource of FHIR R5, and back.

Rules:
    - in R5 ``decision`` is the default and a provision is an exception to it. So a permit is ``deny``, with one
      provision that says what is permitted; a reader who skips the provision shares nothing;
    - R5 cannot refuse one thing and leave the rest open. A refusal is ``deny`` without any provision: wider than what
      was said, never narrower; its recipients, purposes and categories have no home;
    - ``permit`` with exceptions is refused on reading: everything but something is no specific permit; so is a
      provision without actor, purpose or code, which permits to anybody, for anything, or all there is;
    - a text for people is passed over only where it cannot narrow: the narrative and the language of the resource, and
      the name beside a code or an identifier;
    - an end that kgbx excludes is in FHIR the last day or second that still counts;
    - a withdrawal makes the resource ``inactive``; when, by whom and why have no home.
The resource goes to systems outside this exchange: only who may receive the consent may receive it. No extensions.

Source: HL7 FHIR R5 (5.0.0), Consent; AVG 4 onder 11, 7 lid 3.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kgbx.clock import format_instant, parse_instant, parse_moment
from kgbx.errors import UsageError
from kgbx.interop.homes import (
    CODES,
    SCOPE,
    Home,
    Imported,
    Members,
    MisfitError,
    Path,
    absent,
    document_of,
    each,
    everything,
    exported,
    get,
    party_of,
    party_uri,
    places_of_scope,
    put,
    read_members,
    require_equal,
    require_specific,
    text,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.case import Consent, Withdrawal

URI: Final = "urn:ietf:rfc:3986"
RECEIVER: Final = ("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")
"""System and code of who receives information."""

_DAY_CHARS: Final = 10
_PERMIT: Final = "permit"
_DECORATION: Final[Mapping[Path, frozenset[str]]] = {
    (): frozenset({"text", "language"}),
    ("meta",): frozenset({"versionId", "profile", "source"}),
}
"""What is only for people or for machines that keep resources, by where it stands; elsewhere such a name may narrow."""


def _reference(party: str) -> Members:
    return {"identifier": {"system": URI, "value": party_uri(party)}}


def _party(value: Any) -> str:  # noqa: ANN401  # JSON
    return party_of(get(value, ("identifier", "value")))


def _actor(org: str) -> Members:
    system, code = RECEIVER
    return {"role": {"coding": [{"system": system, "code": code}]}, "reference": _reference(org)}


def _org(value: Any) -> str:  # noqa: ANN401  # JSON
    return _party(get(value, ("reference",)))


def _coding(name: str) -> Callable[[str], Members]:
    return lambda code: {"system": CODES + name, "code": code}


def _concept(name: str) -> Callable[[str], Members]:
    return lambda code: {"coding": [_coding(name)(code)]}


def _code(value: Any) -> str:  # noqa: ANN401  # JSON
    return text(get(value, ("code",)))


def _concept_code(value: Any) -> str:  # noqa: ANN401  # JSON
    return text(get(value, ("coding", 0, "code")))


def _first(value: Any) -> str:  # noqa: ANN401  # JSON
    return text(get(value, (0,)))


def _last(moment: str) -> str:
    """Return the last day or second before an excluded end."""
    if len(moment) == _DAY_CHARS:
        return (date.fromisoformat(moment) - timedelta(days=1)).isoformat()
    return format_instant(parse_moment(moment) - timedelta(seconds=1))


def _after(moment: Any) -> str:  # noqa: ANN401  # JSON
    """Return the first day or second after an included end."""
    given = text(moment)
    try:
        if len(given) == _DAY_CHARS:
            return (date.fromisoformat(given) + timedelta(days=1)).isoformat()
        return format_instant(parse_instant(given) + timedelta(seconds=1))
    except (ValueError, OverflowError, UsageError):
        pass
    raise MisfitError


def _many(name: str, place: tuple[str | int, ...], write: Callable[[str], Any], read: Callable[[Any], str]) -> Home:
    why = "of a refusal: R5 refuses everything" if name in SCOPE else ""
    return Home(name, place, why=why, write=each(write), read=each(read))


HOMES: Final[tuple[Home, ...]] = (
    Home("id", ("id",), read=text),
    Home("recorded_at", ("meta", "lastUpdated"), read=text),
    Home("recorded_by.org", ("manager", 0), write=_reference, read=_party),
    Home("recorded_by.professional", ("manager", 1), write=_reference, read=_party),
    Home("salt", why="the salt makes digests unguessable; it never leaves the exchange"),
    Home("regime", ("regulatoryBasis", 0), write=_concept("regime"), read=_concept_code),
    Home("collected_for", why="R5 says what the data are for, not what the record of the consent is for"),
    Home("third_parties", why="R5 knows one subject"),
    Home("reveals_location_of", why="no element says whose whereabouts a resource tells"),
    Home("reviewed_by", why="belongs to reveals_location_of"),
    _many("labels", ("meta", "security"), _coding("label"), _code),
    Home("source", why="Provenance is a resource of its own"),
    Home("keep_until", why="R5 has no term after which a resource goes"),
    Home("extensions", why="meant for who wrote them"),
    Home("subject", ("subject",), write=_reference, read=_party),
    Home("decided_by", ("grantor", 0), write=_reference, read=_party),
    Home("capacity", why="R5 names the grantor, not as what the grantor decides"),
    Home("authority_evidence", why="verification is about the consent, not about who may give it"),
    Home("decision", ("decision",), why="deny is the default of both; a permit is a provision"),
    _many("recipients", ("provision", 0, "actor"), _actor, _org),
    _many("purposes", ("provision", 0, "purpose"), _coding("purpose"), _code),
    _many("categories", ("provision", 0, "code"), _concept("category"), _concept_code),
    Home("explicit", why="no element"),
    Home("supersedes", why="no element links a consent to the refusal that it lifts"),
    Home(
        "ceremony.method", ("verification", 0, "verificationType"), write=_concept("consent_method"), read=_concept_code
    ),
    Home("ceremony.at", ("verification", 0, "verificationDate"), write=lambda at: [at], read=_first),
    Home("ceremony.witness", ("verification", 0, "verifiedBy"), write=_reference, read=_party),
    Home("ceremony.alone", why="no element"),
    Home("ceremony.evidence", why="Attachment.hash is SHA-1"),
    Home("ceremony.kept_at", why="an archive's own words"),
    Home("notice.version", ("policyText", 0, "identifier", "value"), read=text),
    Home("notice.digest", why="policyText is a reference without a digest"),
    Home("notice.language", why="policyText is a reference without a language"),
    Home("notice.read_aloud", why="no element"),
    Home("notice.interpreter", why="no element"),
    Home("voluntariness", why="no element"),
    Home("how_to_withdraw", why="no element"),
    Home("words", why="R5 has no note; what a person said stays where it was said"),
    Home("valid_from", ("period", "start"), read=text),
    Home("valid_until", ("period", "end"), write=_last, read=_after),
)
"""Every member of a consent, in the order of the schema."""

WITHDRAWAL_HOMES: Final[tuple[Home, ...]] = (
    Home("consent", ("id",), read=text),
    *(
        Home(name, why="an inactive resource says no more than that")
        for name in ("by", "capacity", "expressed_at", "effective_at", "words")
    ),
)
"""Every member of a withdrawal, but for what all records have: none of those has a home."""

_OF_ALL: Final = tuple(home for home in HOMES if home.member not in {*SCOPE, "decision"})
_OF_PERMITS: Final = tuple(home for home in HOMES if home.member in SCOPE)


def export_consent(consent: Consent, *, withdrawal: Withdrawal | None = None) -> Members:
    """Return the resource.

    Args:
        consent: A permit or a refusal.
        withdrawal: What ended it, if anything did.

    Raises:
        UsageError: U_ARGUMENT, the withdrawal is of another consent, or the period ends where it begins: R5 cannot
            say never.
        DocumentError: D_NO_HOME, a permit for everything: in R5 that would be an exception without bounds.
    """
    members, ended = exported(consent, withdrawal)
    if parse_moment(consent.valid_until) <= parse_moment(consent.valid_from):
        raise UsageError
    return _resource(members, withdrawn=bool(ended))


def import_consent(data: bytes) -> Imported:
    """Return what a resource says, as members of a consent.

    Args:
        data: A Consent resource of FHIR R5 as JSON.

    Raises:
        DocumentError: it is none; or it says something for which a consent of kgbx has no place, or a permit does not
            say for whom, for what or of what (D_NO_HOME).
    """
    given = _undecorated(document_of(data, member="resourceType", kind="Consent"))
    members = read_members(given, _OF_ALL)
    if absent(get(given, ("provision", 0))):
        members |= {"decision": "refuse"} | everything()
    else:
        members |= {"decision": _PERMIT} | read_members(given, _OF_PERMITS)
        require_specific(members, places_of_scope(_OF_PERMITS))
    withdrawn = given.get("status") == "inactive"
    require_equal(given, _resource(members, withdrawn=withdrawn))
    ended = read_members(given, WITHDRAWAL_HOMES) if withdrawn else {}
    return Imported(members=members, withdrawn=withdrawn, withdrawal=ended)


def _resource(members: Mapping[str, Any], *, withdrawn: bool) -> Members:
    status = "inactive" if withdrawn else "active"
    found = written(members, _OF_ALL, into={"resourceType": "Consent", "status": status, "decision": "deny"})
    if "verification" in found:
        put(found, ("verification", 0, "verified"), value="verifiedBy" in found["verification"][0])
    if "policyText" in found:
        put(found, ("policyText", 0, "identifier", "system"), value=f"{CODES}notice")
    if members["decision"] == _PERMIT:
        written(members, _OF_PERMITS, into=found)
        if "period" in found:
            put(found, ("provision", 0, "period"), value=dict(found["period"]))
    return found


def _undecorated(value: Any, path: Path = ()) -> Any:  # noqa: ANN401  # JSON
    """Return a resource without what is only for people, and without kinds of reference."""
    if isinstance(value, list):
        return [_undecorated(one, (*path, place)) for place, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    dropped = _DECORATION.get(path, frozenset()) | _beside(value)
    return {name: _undecorated(one, (*path, name)) for name, one in value.items() if name not in dropped}


def _beside(value: Members) -> frozenset[str]:
    """Return what says nothing beside an identifier, in a reference, or beside a code, in a coding."""
    if isinstance(value.get("identifier"), dict):
        return frozenset({"type", "display"})
    return frozenset({"display"}) if isinstance(value.get("code"), str) else frozenset()

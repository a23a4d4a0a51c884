# SPDX-License-Identifier: EUPL-1.2
"""A consent as a consent record of ISO/IEC TS 27560:2023, in the terms of the Data Privacy Vocabulary, and back.

Rules:
    - the record is JSON-LD with a fixed context; codes of kgbx are IRIs below ``https://kgbx.example/codes/``;
    - giving, refusing and withdrawing are events under ``dpv:hasConsentStatus``, in that order;
    - no legal basis is written: a consent here opens a secret, and whether it is a basis under AVG 6 is policy;
    - storage, retention, jurisdiction and addresses of parties, which 27560 asks for, are no members of a consent: who
      exports adds them from the organisation's own register.

Source: ISO/IEC TS 27560:2023; W3C DPVCG, Data Privacy Vocabulary 2, guide for consent records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.errors import DocumentError
from kgbx.interop.homes import (
    CODES,
    Home,
    Imported,
    Members,
    absent,
    document_of,
    each,
    everything,
    exported,
    get,
    party_of,
    party_uri,
    places_of_scope,
    problem,
    read_members,
    require_equal,
    require_specific,
    text,
    without_everything,
    without_prefix,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.case import Consent, Withdrawal

CONTEXT: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
}
SHAPE: Final = "https://w3id.org/dpv/schema/dpv-27560#record"
"""The shape of a record by the guide of the vocabulary."""

_EVENT: Final = ("dpv:hasConsentStatus", 0)
_END: Final = ("dpv:hasConsentStatus", 1)
_PROCESS: Final = ("dpv:hasProcess",)
_STATES: Final = {"permit": "dpv:ConsentGiven", "refuse": "dpv:ConsentRefused"}
_WITHDRAWN: Final = "dpv:ConsentWithdrawn"


def _node(party: str) -> Members:
    return {"@id": party_uri(party)}


def _party(value: Any) -> str:  # noqa: ANN401  # JSON
    return party_of(get(value, ("@id",)))


def _iri(name: str) -> tuple[Callable[[str], Members], Callable[[Any], str]]:
    start = f"{CODES}{name}#"
    plain_code = without_prefix(start)
    return (lambda code: {"@id": start + code}), (lambda value: plain_code(get(value, ("@id",))))


def _coded(member: str, name: str, place: tuple[str | int, ...], *, many: bool = False) -> Home:
    write, read = _iri(name)
    return Home(member, place, write=each(write) if many else write, read=each(read) if many else read)


def _state(value: Any) -> str:  # noqa: ANN401  # JSON
    return {state: decision for decision, state in _STATES.items()}.get(text(value), "")


HOMES: Final[tuple[Home, ...]] = (
    Home("id", ("dct:identifier",), read=text),
    Home("recorded_at", ("dct:created",), read=text),
    Home("recorded_by.org", ("dpv:hasDataController",), write=_node, read=_party),
    Home("recorded_by.professional", why="27560 names organisations, not who works there"),
    Home("salt", why="the salt makes digests unguessable; it never leaves the exchange"),
    _coded("regime", "regime", ("dpv:hasApplicableLaw",)),
    Home("collected_for", why="the purposes of 27560 are those of the data, not of the record"),
    Home("third_parties", why="27560 knows one principal"),
    Home("reveals_location_of", why="no field says whose whereabouts a record tells"),
    Home("reviewed_by", why="belongs to reveals_location_of"),
    Home("labels", why="about the record, not about the data that are shared"),
    Home("source", why="27560 records what was consented to, not where that is known from"),
    Home("keep_until", why="the retention of 27560 is that of the data"),
    Home("extensions", why="meant for who wrote them"),
    Home("subject", ("dpv:hasDataSubject",), write=_node, read=_party),
    Home("decided_by", (*_EVENT, "dpv:isIndicatedBy"), write=_node, read=_party),
    Home("capacity", why="an entity that indicates has no capacity in 27560"),
    Home("authority_evidence", why="27560 has no evidence of authority"),
    Home("decision", (*_EVENT, "@type"), write=_STATES.__getitem__, read=_state),
    Home("recipients", (*_PROCESS, "dpv:hasRecipient"), write=each(_node), read=each(_party)),
    _coded("purposes", "purpose", (*_PROCESS, "dpv:hasPurpose"), many=True),
    _coded("categories", "category", (*_PROCESS, "dpv:hasPersonalData"), many=True),
    Home("explicit", why="a kind of legal basis there, and no legal basis is written"),
    Home("supersedes", ("dct:replaces",), write=each(_node), read=each(_party)),
    _coded("ceremony.method", "consent_method", (*_EVENT, "dpv:hasIndicationMethod")),
    Home("ceremony.at", (*_EVENT, "dpv:isIndicatedAtTime"), read=text),
    Home("ceremony.witness", why="27560 leaves proof open"),
    Home("ceremony.alone", why="no field"),
    Home("ceremony.evidence", why="27560 leaves proof open"),
    Home("ceremony.kept_at", why="27560 leaves proof open"),
    Home("notice.version", ("dpv:hasNotice", "dct:hasVersion"), read=text),
    Home("notice.digest", why="no field"),
    Home("notice.language", ("dpv:hasNotice", "dct:language"), read=text),
    Home("notice.read_aloud", why="no field"),
    Home("notice.interpreter", why="no field"),
    Home("voluntariness", why="no field"),
    Home("how_to_withdraw", ("dpv:hasRight", "dct:description"), read=text),
    Home("words", why="no field; what a person said stays where it was said"),
    Home("valid_from", (*_EVENT, "dpv:hasDuration", "dcat:startDate"), read=text),
    Home("valid_until", (*_EVENT, "dpv:hasDuration", "dcat:endDate"), read=text),
)
"""Every member of a consent, in the order of the schema."""

WITHDRAWAL_HOMES: Final[tuple[Home, ...]] = (
    Home("consent", ("dct:identifier",), read=text),
    Home("by", (*_END, "dpv:isIndicatedBy"), write=_node, read=_party),
    Home("capacity", why="an entity that indicates has no capacity in 27560"),
    Home("expressed_at", why="an event has one time; that from which it works counts"),
    Home("effective_at", (*_END, "dpv:isIndicatedAtTime"), read=text),
    Home("words", why="no field; what a person said stays where it was said"),
)
"""Every member of a withdrawal, but for what all records have: none of those has a home."""

_TYPES: Final = (
    ("dpv:hasNotice", "dpv:ConsentNotice"),
    ("dpv:hasRight", "dpv:DataSubjectRight"),
)


def export_consent(consent: Consent, *, withdrawal: Withdrawal | None = None) -> Members:
    """Return the record as JSON-LD.

    Args:
        consent: A permit or a refusal.
        withdrawal: What ended it, if anything did.

    Raises:
        UsageError: U_ARGUMENT, the withdrawal is of another consent.
        DocumentError: D_NO_HOME, a permit for everything: 27560 asks for named purposes, data and recipients.
    """
    return _record(*exported(consent, withdrawal))


def import_consent(data: bytes) -> Imported:
    """Return what a record says, as members of a consent.

    Args:
        data: A consent record in the form of :func:`export_consent`, as JSON.

    Raises:
        DocumentError: it is none; or it says something for which a consent of kgbx has no place, or a permit does not
            say for whom, for what or of what (D_NO_HOME).
    """
    record = document_of(data, member="@type", kind="dpv:ConsentRecord")
    members = read_members(record, HOMES)
    withdrawn = not absent(get(record, _END))
    ended = read_members(record, WITHDRAWAL_HOMES) if withdrawn else {}
    if members.get("decision") not in _STATES:
        raise DocumentError((problem("D_FORMAT", (*_EVENT, "@type")),))
    if members["decision"] == "permit":
        require_specific(members, places_of_scope(HOMES))
    members = everything() | members
    require_equal(record, _record(members, ended))
    return Imported(members=members, withdrawn=withdrawn, withdrawal=ended)


def _record(members: Mapping[str, Any], ended: Mapping[str, Any]) -> Members:
    found = written(
        without_everything(members),
        HOMES,
        into={
            "@context": dict(CONTEXT),
            "@type": "dpv:ConsentRecord",
            "dct:conformsTo": SHAPE,
            "dpv:hasProcess": {"@type": "dpv:Process", "dpv:hasProcessing": {"@id": "dpv:Share"}},
        },
    )
    if "id" in members:
        found["@id"] = party_uri(members["id"])
    for name, kind in _TYPES:
        if name in found:
            found[name]["@type"] = kind
    if ended:
        written({name: value for name, value in ended.items() if name != "consent"}, WITHDRAWAL_HOMES, into=found)
        found["dpv:hasConsentStatus"][1]["@type"] = _WITHDRAWN
    return found

# SPDX-License-Identifier: EUPL-1.2
"""The payload of an organisation document: JSON to :class:`OrganisationDocument` and back.

Rules:
    - exact members, exact types, every limit; each public key passes the import checks;
    - the two root keys are listed among the keys with use ``root``; no kid is listed twice;
    - a revoked key says when; no other key does;
    - ``floor`` is one of ``suites``; an endpoint is an https URL (http only on loopback, for tests).

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from kgbx import canonical
from kgbx.clock import is_second
from kgbx.envelope.encoding import KID, ORG, b64, exact
from kgbx.envelope.keys import ALGS, ED25519, ML_DSA_65, public_key_from_jwk
from kgbx.envelope.ports import KeyEntry, OrganisationDocument
from kgbx.errors import DirectoryError, DocumentError, EnvelopeError
from kgbx.limits import (
    MAX_NAME_CHARS,
    MAX_ORG_DOCUMENT_BYTES,
    MAX_ORG_DOCUMENT_LIFETIME_SECONDS,
    MAX_ORG_KEYS,
    MAX_SAFE_INTEGER,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERS: Final = ("v", "org", "name", "seq", "iat", "exp", "root", "keys", "suites", "floor", "endpoints")
OPTIONAL: Final = ("prev", "cert")
KEY_MEMBERS: Final = ("jwk", "use", "nbf", "exp", "status")

USES: Final[Mapping[str, tuple[str, ...]]] = {
    "sig": (ED25519, ML_DSA_65),
    "root": (ED25519, ML_DSA_65),
    "enc": tuple(name for name, row in ALGS.items() if row.use == "enc"),
}
"""Which algorithms a key of each use may have."""

STATUSES: Final = ("active", "retired", "revoked")

_SUITE: Final = re.compile(r"kgbx-[0-9]{1,3}[a-z]?\Z")
_ENDPOINT_TYPE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_URL: Final = re.compile(r"(?:https://|http://(?:127\.0\.0\.1|localhost)[:/])[!-~]{1,500}\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_MAX_SUITES: Final = 8
_MAX_ENDPOINTS: Final = 8


def parse_payload(payload: bytes, *, jws: bytes = b"") -> OrganisationDocument:
    """Return the organisation document of a payload whose signatures the caller checks.

    Args:
        payload: The bytes that were signed.
        jws: The document as received, kept in the result.

    Raises:
        DirectoryError: E_DIR_MALFORMED, form or limits; E_KEY_INVALID, a key fails its import checks.
    """
    members = _members(_json(payload), MEMBERS, OPTIONAL)
    _require(members["v"] == 1 and type(members["v"]) is int)
    _require(members.get("prev") is None or _is_kid(members["prev"]))
    keys = tuple(_key_entry(entry) for entry in _list(members["keys"], 1, MAX_ORG_KEYS))
    _require(len({entry.key.kid for entry in keys}) == len(keys))
    iat, exp = _second(members["iat"]), _second(members["exp"])
    _require(0 < exp - iat <= MAX_ORG_DOCUMENT_LIFETIME_SECONDS)
    suites = tuple(_text(suite, _SUITE) for suite in _list(members["suites"], 1, _MAX_SUITES))
    _require(members["floor"] in suites)
    return OrganisationDocument(
        org=_text(members["org"], ORG),
        name=_name(members["name"]),
        seq=_number(members["seq"]),
        iat=iat,
        exp=exp,
        keys=keys,
        root=_root(members["root"], keys),
        suites=suites,
        floor=str(members["floor"]),
        endpoints=tuple(_endpoint(row) for row in _list(members["endpoints"], 0, _MAX_ENDPOINTS)),
        sha256=sha256(payload).digest(),
        jws=jws,
    )


def build_payload(document: OrganisationDocument, *, previous: bytes | None = None) -> bytes:
    """Return the payload to sign; it reads back with :func:`parse_payload`.

    Args:
        document: What to say; its `sha256` and `jws` are not used.
        previous: SHA-256 of the payload of the document before this one.

    Raises:
        DirectoryError: E_DIR_MALFORMED, the result would not be accepted.
    """
    members: dict[str, object] = {
        "v": 1,
        "org": document.org,
        "name": document.name,
        "seq": document.seq,
        "iat": document.iat,
        "exp": document.exp,
        "root": list(document.root),
        "keys": [_key_members(entry) for entry in document.keys],
        "suites": list(document.suites),
        "floor": document.floor,
        "endpoints": [{"type": kind, "url": url} for kind, url in document.endpoints],
    }
    if previous is not None:
        members["prev"] = b64(previous)
    payload = _dumped(members)
    parse_payload(payload)
    return payload


def _dumped(members: dict[str, object]) -> bytes:
    try:
        return canonical.dumps(members)
    except DocumentError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _json(payload: bytes) -> object:
    try:
        return canonical.parse(payload, max_bytes=MAX_ORG_DOCUMENT_BYTES)
    except DocumentError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _members(value: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    try:
        return exact(value, required, optional=optional)
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _require(condition: bool) -> None:  # noqa: FBT001  # reads as the rule it checks
    if not condition:
        raise DirectoryError("E_DIR_MALFORMED")


def _number(value: object) -> int:
    if type(value) is int and 0 <= value <= MAX_SAFE_INTEGER:
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def _second(value: object) -> int:
    """Return a Unix second that is also a date people can read: not after the year 2998."""
    _require(is_second(value))
    return _number(value)


def _text(value: object, pattern: re.Pattern[str]) -> str:
    if isinstance(value, str) and pattern.match(value):
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def _name(value: object) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= MAX_NAME_CHARS and not _CONTROL.search(value):
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def _list(value: object, least: int, most: int) -> list[object]:
    if isinstance(value, list) and least <= len(value) <= most:
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def _is_kid(value: object) -> bool:
    return isinstance(value, str) and bool(KID.match(value))


def _key_entry(value: object) -> KeyEntry:
    members = _members(value, KEY_MEMBERS, ("revoked",))
    use, status = members["use"], members["status"]
    _require(isinstance(use, str) and use in USES and isinstance(status, str) and status in STATUSES)
    _require((status == "revoked") == ("revoked" in members))
    try:
        key = public_key_from_jwk(members["jwk"])
    except EnvelopeError:
        key = None
    if key is None:
        raise DirectoryError("E_KEY_INVALID")
    _require(key.alg in USES[use])
    nbf, exp = _second(members["nbf"]), _second(members["exp"])
    _require(nbf < exp)
    revoked_at, reason = _revoked(members["revoked"]) if status == "revoked" else (None, None)
    return KeyEntry(key=key, use=use, nbf=nbf, exp=exp, status=status, revoked_at=revoked_at, reason=reason)


def _revoked(value: object) -> tuple[int, str | None]:
    members = _members(value, ("at",), ("reason",))
    reason = members.get("reason")
    return _second(members["at"]), None if reason is None else _name(reason)


def _key_members(entry: KeyEntry) -> dict[str, object]:
    members: dict[str, object] = {
        "jwk": entry.key.jwk(),
        "use": entry.use,
        "nbf": entry.nbf,
        "exp": entry.exp,
        "status": entry.status,
    }
    if entry.revoked_at is not None:
        members["revoked"] = {"at": entry.revoked_at} | ({"reason": entry.reason} if entry.reason else {})
    return members


def _root(value: object, keys: tuple[KeyEntry, ...]) -> tuple[str, str]:
    """Return the root pair: two kids, listed with use root, Ed25519 first."""
    kids = _list(value, 2, 2)
    algs = {entry.key.kid: entry.key.alg for entry in keys if entry.use == "root"}
    _require([algs.get(str(kid)) for kid in kids] == [ED25519, ML_DSA_65])
    return str(kids[0]), str(kids[1])


def _endpoint(value: object) -> tuple[str, str]:
    members = _members(value, ("type", "url"))
    return _text(members["type"], _ENDPOINT_TYPE), _text(members["url"], _URL)

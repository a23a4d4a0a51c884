# SPDX-License-Identifier: EUPL-1.2
"""The payload of an organisation document: JSON to :class:`OrganisationDocument` and back.

Rules:
    - exact members, exact types, every limit; each public key passes the import checks;
    - the two root keys are listed among the keys with use ``root``; no kid is listed twice;
    - a revoked key says when; no other key does;
    - a payload with a certificate is canonical JSON, so that it is certain which bytes the certificate's key signed;
    - ``floor`` is one of ``suites``; an endpoint is an https URL (http only on loopback, for tests).

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

from kgbx import canonical
from kgbx.directory.reading import (
    binary,
    digest,
    exact_members,
    is_pair,
    items,
    number,
    pair,
    parsed,
    public_key,
    require,
    second,
    text,
)
from kgbx.envelope.encoding import ORG, b64
from kgbx.envelope.keys import ALGS, ED25519, ML_DSA_65
from kgbx.envelope.ports import CertificateClaim, KeyEntry, OrganisationDocument
from kgbx.errors import DirectoryError, DocumentError
from kgbx.limits import (
    MAX_CERTIFICATES,
    MAX_NAME_CHARS,
    MAX_ORG_DOCUMENT_BYTES,
    MAX_ORG_DOCUMENT_LIFETIME_SECONDS,
    MAX_ORG_KEYS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMBERS: Final = ("v", "org", "name", "seq", "iat", "exp", "root", "keys", "suites", "floor", "endpoints")
OPTIONAL: Final = ("prev", "cert")
KEY_MEMBERS: Final = ("jwk", "use", "nbf", "exp", "status")

USES: Final[Mapping[str, tuple[str, ...]]] = {
    "sig": tuple(name for name, row in ALGS.items() if row.use == "sig"),
    "root": (ED25519, ML_DSA_65),
    "enc": tuple(name for name, row in ALGS.items() if row.use == "enc"),
}
"""Which algorithms a key of each use may have."""

CERTIFICATE_ALGS: Final = ("PS256", "RS256", "ES256")

STATUSES: Final = ("active", "retired", "revoked")

_SUITE: Final = re.compile(r"kgbx-[0-9]{1,3}[a-z]?\Z")
_ENDPOINT_TYPE: Final = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")
_URL: Final = re.compile(r"(?:https://|http://(?:127\.0\.0\.1|localhost)[:/])[!-~]{1,500}\Z")
INVISIBLE: Final = re.compile(
    "["
    r"\x00-\x1f\x7f-\x9f"  # Cc
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0001\U000e0020-\U000e007f"  # Cf
    r"\u2028\u2029"  # Zl, Zp
    "]"
)
"""What no name may hold: characters of the general categories Cc, Cf, Zl and Zp of Unicode 15.1, which make a name look
like another one, or steer a terminal."""

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
    found = exact_members(parsed(payload, max_bytes=MAX_ORG_DOCUMENT_BYTES), MEMBERS, optional=OPTIONAL)
    require(found["v"] == 1 and type(found["v"]) is int)
    keys = tuple(_key_entry(entry) for entry in items(found["keys"], least=1, most=MAX_ORG_KEYS))
    require(len({entry.key.kid for entry in keys}) == len(keys))
    iat, exp = second(found["iat"]), second(found["exp"])
    require(0 < exp - iat <= MAX_ORG_DOCUMENT_LIFETIME_SECONDS)
    suites = tuple(text(suite, _SUITE) for suite in items(found["suites"], least=1, most=_MAX_SUITES))
    require(found["floor"] in suites)
    return OrganisationDocument(
        org=text(found["org"], ORG),
        name=_name(found["name"]),
        seq=number(found["seq"]),
        iat=iat,
        exp=exp,
        keys=keys,
        root=_root(found["root"], keys),
        suites=suites,
        floor=str(found["floor"]),
        endpoints=tuple(_endpoint(row) for row in items(found["endpoints"], least=0, most=_MAX_ENDPOINTS)),
        previous=digest(found["prev"]) if "prev" in found else None,
        cert=_cert(found["cert"], payload) if "cert" in found else None,
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
    if previous is not None or document.previous is not None:
        members["prev"] = b64(previous or document.previous or b"")
    if document.cert is not None:
        members["cert"] = _cert_members(document.cert)
    payload = _dumped(members)
    parse_payload(payload)
    return payload


def without_cert(payload: bytes) -> bytes:
    """Return the payload that the certificate's signature covers: the same, canonical, without the member ``cert``.

    Raises:
        DirectoryError: E_DIR_MALFORMED, the payload is not canonical, so that it is not certain what was signed.
    """
    found = parsed(payload, max_bytes=MAX_ORG_DOCUMENT_BYTES)
    require(isinstance(found, dict) and _dumped(found) == payload)
    return _dumped({name: value for name, value in cast("dict[str, object]", found).items() if name != "cert"})


def _dumped(members: dict[str, object]) -> bytes:
    try:
        return canonical.dumps(members)
    except DocumentError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _name(value: object) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= MAX_NAME_CHARS and not INVISIBLE.search(value):
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def _key_entry(value: object) -> KeyEntry:
    found = exact_members(value, KEY_MEMBERS, optional=("revoked",))
    use, status = found["use"], found["status"]
    require(isinstance(use, str) and use in USES and isinstance(status, str) and status in STATUSES)
    require((status == "revoked") == ("revoked" in found))
    key = public_key(found["jwk"])
    require(key.alg in USES[use])
    nbf, exp = second(found["nbf"]), second(found["exp"])
    require(nbf < exp)
    revoked_at, reason = _revoked(found["revoked"]) if status == "revoked" else (None, None)
    return KeyEntry(key=key, use=use, nbf=nbf, exp=exp, status=status, revoked_at=revoked_at, reason=reason)


def _revoked(value: object) -> tuple[int, str | None]:
    found = exact_members(value, ("at",), optional=("reason",))
    reason = found.get("reason")
    return second(found["at"]), None if reason is None else _name(reason)


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
    kids = pair(value)
    require(is_pair(kids, {entry.key.kid: entry.key.alg for entry in keys if entry.use == "root"}))
    return kids


def _endpoint(value: object) -> tuple[str, str]:
    found = exact_members(value, ("type", "url"))
    return text(found["type"], _ENDPOINT_TYPE), text(found["url"], _URL)


def _cert(value: object, payload: bytes) -> CertificateClaim:
    found = exact_members(value, ("x5c", "alg", "sig"))
    alg = found["alg"]
    require(isinstance(alg, str) and alg in CERTIFICATE_ALGS)
    without_cert(payload)
    chain = tuple(_der(row) for row in items(found["x5c"], least=1, most=MAX_CERTIFICATES))
    return CertificateClaim(chain=chain, alg=alg, signature=binary(found["sig"]))


def _cert_members(cert: CertificateClaim) -> dict[str, object]:
    chain = [base64.b64encode(der).decode("ascii") for der in cert.chain]
    return {"x5c": chain, "alg": cert.alg, "sig": b64(cert.signature)}


def _der(value: object) -> bytes:
    """Return the bytes of standard base64, as x5c has it (RFC 7515 section 4.1.6)."""
    try:
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except ValueError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")

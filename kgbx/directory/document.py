# SPDX-License-Identifier: EUPL-1.2
"""Organisation documents: made by the organisation, signed by its root pair, verified against a believed root.

Rules: a document is believed only after both signatures verify with the root keys that it lists itself *and* the
thumbprints of these keys are the ones that the caller already believes. :func:`peek_document` believes nothing.

Source: envelope specification, section 3.7; RFC 7515 section 7.2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.clock import require_aware
from kgbx.directory.payload import build_payload, parse_payload
from kgbx.envelope import jws
from kgbx.envelope.ports import KeyEntry, OrganisationDocument
from kgbx.errors import DirectoryError, EnvelopeError
from kgbx.limits import DAY_SECONDS, MAX_ORG_DOCUMENT_BYTES, MAX_ORG_DOCUMENT_LIFETIME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kgbx.envelope.identity import Identity, IdentityKey
    from kgbx.envelope.ports import Signer

KGBX_1: Final = "kgbx-1"
"""The suite that every organisation accepts."""

TYP: Final = "kgbx-org+jws"
"""The ``typ`` of an organisation document: its signatures mean nothing elsewhere."""


def make_document(document: OrganisationDocument, *, root: Signer, previous: bytes | None = None) -> bytes:
    """Return the signed document.

    Args:
        document: What to say; its `sha256` and `jws` are not used.
        root: Signs with the root pair that the document names.
        previous: SHA-256 of the payload of the document before this one.

    Raises:
        DirectoryError: E_DIR_MALFORMED, form or limits; E_DIR_SIGNATURE, `root` has another pair than the document.
        EnvelopeError: E_KEY_INVALID, `root` lacks a key.
    """
    if root.signing_kids != document.root or root.org != document.org:
        raise DirectoryError("E_DIR_SIGNATURE")
    return jws.sign(build_payload(document, previous=previous), typ=TYP, signers=[root])


def describe(
    identity: Identity,
    *,
    name: str,
    seq: int,
    at: datetime,
    endpoints: Iterable[tuple[str, str]] = (),
    days: int = MAX_ORG_DOCUMENT_LIFETIME_SECONDS // DAY_SECONDS,
) -> OrganisationDocument:
    """Return what an organisation can say of its own keys: all of them, active, with suite kgbx-1.

    Args:
        identity: Its keys; the root pair must be among them.
        name: Name of the organisation, for people.
        seq: Sequence number, higher than that of any document before.
        at: Moment at which it is said, aware.
        endpoints: Pairs of type and URL.
        days: How long it may be relied on, at most 90.

    Raises:
        EnvelopeError: E_KEY_FILE, the root pair is not here.
        UsageError: U_MOMENT, `at` has no offset.
    """
    second = int(require_aware(at).timestamp())
    return OrganisationDocument(
        org=identity.org,
        name=name,
        seq=seq,
        iat=second,
        exp=second + days * DAY_SECONDS,
        keys=tuple(_entry(key) for key in identity.keys if key.private is not None),
        root=identity.root.signing_kids,
        suites=(KGBX_1,),
        floor=KGBX_1,
        endpoints=tuple(endpoints),
    )


def _entry(key: IdentityKey) -> KeyEntry:
    if key.private is None:
        raise EnvelopeError("E_KEY_FILE")
    return KeyEntry(key=key.private.public, use=key.use, nbf=key.nbf, exp=key.exp)


def peek_document(data: bytes) -> OrganisationDocument:
    """Return a document whose signatures verify with the root keys it lists itself; whose they are is not known.

    For showing a document and for pinning its root after a check by another way. Never a reason to believe it.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE.
    """
    parsed = _parsed(data)
    document = parse_payload(parsed.payload, jws=data)
    if tuple(signature.kid for signature in parsed.signatures) != document.root:
        raise DirectoryError("E_DIR_SIGNATURE")
    if not all(_verifies(document, signature) for signature in parsed.signatures):
        raise DirectoryError("E_DIR_SIGNATURE")
    return document


def verify_document(data: bytes, *, org: str, root: tuple[str, str]) -> OrganisationDocument:
    """Return the document of `org` if it is signed by the root pair that is believed.

    Age and sequence are not judged here: :class:`kgbx.directory.Directory` does.

    Args:
        data: The JWS as received.
        org: The organisation it must be of.
        root: Kids of the believed root pair: Ed25519, ML-DSA-65.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE; E_DIR_UNTRUSTED, another organisation or root.
    """
    document = peek_document(data)
    if document.org != org or document.root != root:
        raise DirectoryError("E_DIR_UNTRUSTED")
    return document


def _parsed(data: bytes) -> jws.Parsed:
    try:
        return jws.parse(data, typ=TYP, max_payload=MAX_ORG_DOCUMENT_BYTES)
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _verifies(document: OrganisationDocument, signature: jws.Signature) -> bool:
    entry = document.entry(signature.kid)
    if entry is None or entry.use != "root" or entry.key.alg != signature.alg:
        return False
    try:
        entry.key.verify(signature.signature, signature.signing_input)
    except EnvelopeError:
        return False
    return True

# SPDX-License-Identifier: EUPL-1.2
"""Organisation documents: made by the organisation, signed by its root pair, verified against a believed root.

Rules:
    - a document is believed only after both signatures verify with the root keys that it lists itself *and* the
      thumbprints of these keys are the ones that the caller already believes; :func:`peek_document` believes nothing;
    - who changes the root signs with the new *and* the former pair: neither alone can take an organisation over;
    - a root key that is revoked, or whose window does not hold the moment of the document, signs nothing.

Source: envelope specification, section 3.7; RFC 7515 section 7.2.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from kgbx.clock import require_aware
from kgbx.directory.payload import build_payload, parse_payload
from kgbx.directory.reading import binary, exact_members, is_pair, parsed, require, text
from kgbx.envelope import jws
from kgbx.envelope.encoding import ORG
from kgbx.envelope.ports import KeyEntry, OrganisationDocument
from kgbx.errors import DirectoryError, EnvelopeError
from kgbx.limits import DAY_SECONDS, MAX_DIRECTORY_BYTES, MAX_ORG_DOCUMENT_BYTES, MAX_ORG_DOCUMENT_LIFETIME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import Signer

TYP: Final = "kgbx-org+jws"
"""The ``typ`` of an organisation document: its signatures mean nothing elsewhere."""


def make_document(
    document: OrganisationDocument, *, root: Signer, previous: bytes | None = None, former: Signer | None = None
) -> bytes:
    """Return the signed document.

    Args:
        document: What to say; its `sha256` and `jws` are not used.
        root: Signs with the root pair that the document names.
        previous: SHA-256 of the payload of the document before this one; else that of `document`.
        former: Signs too, with the root pair before, when the document changes the root; the document must list it.

    Raises:
        DirectoryError: E_DIR_MALFORMED, form or limits; E_DIR_SIGNATURE, `root` has another pair than the document,
            `former` has one that the document does not list beside it, or one of these keys may not sign it.
        EnvelopeError: E_KEY_INVALID, a signer lacks a key.
    """
    signers = [root] if former is None else [root, former]
    if root.signing_kids != document.root or any(signer.org != document.org for signer in signers):
        raise DirectoryError("E_DIR_SIGNATURE")
    if former is not None and not _may_be_former(document, former.signing_kids):
        raise DirectoryError("E_DIR_SIGNATURE")
    if not may_sign(document, listed_in=document, kids=[kid for signer in signers for kid in signer.signing_kids]):
        raise DirectoryError("E_DIR_SIGNATURE")
    return jws.sign(build_payload(document, previous=previous), typ=TYP, signers=signers)


def may_sign(document: OrganisationDocument, *, listed_in: OrganisationDocument, kids: Iterable[str]) -> bool:
    """Tell whether keys may sign a document, as far as another one of the organisation, or itself, lists them.

    A key that is not listed there is not judged.
    """
    entries = [entry for kid in kids if (entry := listed_in.entry(kid)) is not None]
    return all(entry.status != "revoked" and entry.nbf <= document.iat < entry.exp for entry in entries)


def _may_be_former(document: OrganisationDocument, kids: tuple[str, str]) -> bool:
    """Tell whether a pair is listed as root keys and is not the root itself."""
    algs = {entry.key.kid: entry.key.alg for entry in document.keys if entry.use == "root"}
    return not set(kids) & set(document.root) and is_pair(kids, algs)


def describe(
    identity: Identity,
    *,
    name: str,
    seq: int,
    at: datetime,
    endpoints: Iterable[tuple[str, str]] = (),
    days: int = MAX_ORG_DOCUMENT_LIFETIME_SECONDS // DAY_SECONDS,
) -> OrganisationDocument:
    """Return what an organisation can say of its own keys: all of them, and the suites that they are of.

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
        keys=tuple(entries_of(identity, second).values()),
        root=identity.root.signing_kids,
        suites=identity.suites,
        floor=identity.suites[0],
        endpoints=tuple(endpoints),
    )


def entries_of(identity: Identity, second: int) -> dict[str, KeyEntry]:
    """Return the entries of the keys that an identity holds, by kid; retired after their end."""
    return {
        key.kid: KeyEntry(
            key=key.private.public,
            use=key.use,
            nbf=key.nbf,
            exp=key.exp,
            status="active" if second < key.exp else "retired",
        )
        for key in identity.keys
        if key.private is not None
    }


def claimed_org(data: bytes) -> str:
    """Return the organisation that a document says it is of; nothing else of it is read, no signature is verified.

    To leave out cheaply what nobody vouches for.

    Raises:
        DirectoryError: E_DIR_MALFORMED, it cannot be told.
    """
    members = exact_members(parsed(data, max_bytes=MAX_DIRECTORY_BYTES), ("payload", "signatures"))
    payload = parsed(binary(members["payload"]), max_bytes=MAX_DIRECTORY_BYTES)
    require(isinstance(payload, dict))
    return text(cast("dict[str, object]", payload).get("org"), ORG)


def peek_document(data: bytes) -> OrganisationDocument:
    """Return a document whose signatures verify with the root keys it lists itself; whose they are is not known.

    A document that changes the root has four signatures: of the new pair, then of the former one.
    For showing a document and for pinning its root after a check by another way. Never a reason to believe it.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE.
    """
    found = _parsed(data)
    document = parse_payload(found.payload, jws=data)
    first, second, *more = (signature.kid for signature in found.signatures)
    former = (more[0], more[1]) if more else None
    if (first, second) != document.root or (former is not None and not _may_be_former(document, former)):
        raise DirectoryError("E_DIR_SIGNATURE")
    if not may_sign(document, listed_in=document, kids=(signature.kid for signature in found.signatures)):
        raise DirectoryError("E_DIR_SIGNATURE")
    if not all(_verifies(document, signature) for signature in found.signatures):
        raise DirectoryError("E_DIR_SIGNATURE")
    return replace(document, former_root=former)


def verify_document(data: bytes, *, org: str, root: tuple[str, str]) -> OrganisationDocument:
    """Return the document of `org` if the root pair that is believed signed it, as its root or as the former one.

    Age and sequence are not judged here: :class:`kgbx.directory.Directory` does.

    Args:
        data: The JWS as received.
        org: The organisation it must be of.
        root: Kids of the believed root pair: Ed25519, ML-DSA-65.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE; E_DIR_UNTRUSTED, another organisation or root.
    """
    document = peek_document(data)
    if document.org != org or root not in (document.root, document.former_root):
        raise DirectoryError("E_DIR_UNTRUSTED")
    return document


def _parsed(data: bytes) -> jws.Parsed:
    """Return the JWS with one pair of signatures, or with two."""
    code = ""
    for pairs in (1, 2):
        try:
            return jws.parse(data, typ=TYP, pairs=pairs, max_payload=MAX_ORG_DOCUMENT_BYTES)
        except EnvelopeError as error:
            code = error.code
        if code != "E_SIG_COUNT":
            break
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

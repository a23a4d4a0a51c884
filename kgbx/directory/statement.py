# SPDX-License-Identifier: EUPL-1.2
"""The directory statement: which document of each organisation is the newest, signed by several keepers.

Rules:
    - a statement counts when at least `threshold` of the believed root pairs signed it, each with both keys;
    - it lasts seven days at most, so that an old one cannot hide a revocation for long;
    - it carries the keepers' public keys; only those whose thumbprints the trust file names are used;
    - it says nothing of what a document holds: each document is still verified by itself.
Must not decide whether it has expired or is older than one seen before: :class:`kgbx.directory.Directory` does.

Source: envelope specification, section 3.7; RFC 7515 section 7.2.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx import canonical
from kgbx.clock import require_aware
from kgbx.directory.reading import (
    digest,
    exact_members,
    is_pair,
    items,
    number,
    parsed,
    public_key,
    require,
    second,
    text,
)
from kgbx.envelope import jws
from kgbx.envelope.encoding import ORG, b64, compact_json
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import (
    DAY_SECONDS,
    MAX_DIRECTORY_BYTES,
    MAX_DIRECTORY_KEEPERS,
    MAX_DIRECTORY_LIFETIME_SECONDS,
    MAX_DIRECTORY_ROWS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import OrganisationDocument, Signer

TYP: Final = "kgbx-directory+jws"
"""The ``typ`` of a directory statement: its signatures mean nothing elsewhere."""

MEMBERS: Final = ("v", "seq", "iat", "exp", "keys", "documents")

_PAIR: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The newest document of one organisation, as a statement lists it.

    Attributes:
        org: URN of the organisation.
        seq: Sequence number of the document.
        sha256: SHA-256 of its payload, 32 bytes.
    """

    org: str
    seq: int
    sha256: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a directory statement says.

    Attributes:
        seq: Sequence number; a newer statement has a higher one.
        iat: Unix seconds at which it was made.
        exp: Unix seconds until which it may be relied on, exclusive.
        keys: Public root keys of the keepers.
        documents: At most one an organisation.
        signed_by: Root pairs whose two signatures verify, in the order in which they stand.
        sha256: Digest of the signed payload, 32 bytes.
        jws: The statement as received.
    """

    seq: int
    iat: int
    exp: int
    keys: tuple[PublicKey, ...] = field(repr=False)
    documents: tuple[Listed, ...] = field(repr=False)
    signed_by: tuple[tuple[str, str], ...] = ()
    sha256: bytes = field(default=b"", repr=False)
    jws: bytes = field(default=b"", repr=False)


def state_directory(
    documents: Iterable[OrganisationDocument],
    *,
    keepers: Iterable[OrganisationDocument],
    seq: int,
    at: datetime,
    days: int = MAX_DIRECTORY_LIFETIME_SECONDS // DAY_SECONDS,
) -> Statement:
    """Return a statement over the newest document of each organisation, for the keepers to sign.

    Args:
        documents: Verified by the caller.
        keepers: Documents of those whose root pairs may sign; verified by the caller.
        seq: Sequence number, higher than that of any statement before.
        at: Moment at which it is said, aware.
        days: How long it may be relied on, at most 7.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    moment = int(require_aware(at).timestamp())
    newest: dict[str, OrganisationDocument] = {}
    for document in documents:
        if document.org not in newest or newest[document.org].seq < document.seq:
            newest[document.org] = document
    keys = {key.kid: key for keeper in keepers for key in _root_keys(keeper)}
    return Statement(
        seq=seq,
        iat=moment,
        exp=moment + days * DAY_SECONDS,
        keys=tuple(keys.values()),
        documents=tuple(Listed(org=org, seq=newest[org].seq, sha256=newest[org].sha256) for org in sorted(newest)),
    )


def _root_keys(document: OrganisationDocument) -> list[PublicKey]:
    return [entry.key for kid in document.root if (entry := document.entry(kid)) is not None]


def sign_statement(statement: Statement, signer: Signer) -> bytes:
    """Return the statement signed by its first keeper.

    Args:
        statement: What to say; its `signed_by` and `sha256` are not used.
        signer: A root pair; its keys must be among the keepers'.

    Raises:
        DirectoryError: E_DIR_MALFORMED, form or limits; E_DIR_SIGNATURE, the pair is not among the keepers'.
    """
    return _signed(_payload(statement), signer)


def add_signature(data: bytes, signer: Signer) -> bytes:
    """Return a signed statement with the signatures of one more keeper; signatures that do not verify are left out.

    Otherwise who puts junk under the kids of a keeper could keep that keeper from signing.

    Raises:
        DirectoryError: E_DIR_MALFORMED, no statement; E_KEY_INVALID, a key in it; E_DIR_SIGNATURE, the pair is not
            among the keepers'.
        UsageError: U_SIGNED, this pair has signed already.
    """
    found = _parsed(data)
    good = _verified(found, _read(found.payload).keys)
    if signer.signing_kids in good:
        raise UsageError("U_SIGNED")
    more = _members(_signed(found.payload, signer))
    both = _members(data)
    rows = items(both["signatures"], least=_PAIR, most=_most())
    kept = [row for n in good.values() for row in rows[n : n + _PAIR]]
    both["signatures"] = [*kept, *items(more["signatures"], least=_PAIR, most=_PAIR)]
    joined = compact_json(both)
    _parsed(joined)
    return joined


def _signed(payload: bytes, signer: Signer) -> bytes:
    algs = {key.kid: key.alg for key in _read(payload).keys}
    if not is_pair(signer.signing_kids, algs):
        raise DirectoryError("E_DIR_SIGNATURE")
    return jws.sign(payload, typ=TYP, signers=[signer])


def read_statement(data: bytes) -> Statement:
    """Return a statement with the pairs whose signatures verify; whether these are believed is not judged.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID.
    """
    found = _parsed(data)
    said = _read(found.payload)
    return Statement(
        seq=said.seq,
        iat=said.iat,
        exp=said.exp,
        keys=said.keys,
        documents=said.documents,
        signed_by=tuple(_verified(found, said.keys)),
        sha256=sha256(found.payload).digest(),
        jws=data,
    )


def verify_statement(data: bytes, *, roots: Iterable[tuple[str, str]], threshold: int) -> Statement:
    """Return the statement if enough believed root pairs signed it.

    Args:
        data: The JWS as received.
        roots: Believed root pairs: kids of Ed25519, ML-DSA-65.
        threshold: How many of them must have signed, at least 1.

    Raises:
        DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID; E_DIR_SIGNATURE, too few good signatures.
        UsageError: U_ARGUMENT, a threshold below 1.
    """
    if threshold < 1:
        raise UsageError
    statement = read_statement(data)
    if len(set(roots) & set(statement.signed_by)) < threshold:
        raise DirectoryError("E_DIR_SIGNATURE")
    return statement


def _verified(found: jws.Parsed, keys: Iterable[PublicKey]) -> dict[tuple[str, str], int]:
    """Return the pairs of kids whose two signatures verify, each with where it first does."""
    known = {key.kid: key for key in keys}
    good: dict[tuple[str, str], int] = {}
    for n, kids in enumerate(_pairs(found)):
        both = found.signatures[n * _PAIR : (n + 1) * _PAIR]
        if kids not in good and all(_verifies(known.get(one.kid), one) for one in both):
            good[kids] = n * _PAIR
    return good


def _verifies(key: PublicKey | None, signature: jws.Signature) -> bool:
    try:
        if key is not None and key.alg == signature.alg:
            key.verify(signature.signature, signature.signing_input)
            return True
    except EnvelopeError:
        pass
    return False


def _pairs(found: jws.Parsed) -> list[tuple[str, str]]:
    kids = [signature.kid for signature in found.signatures]
    return list(zip(kids[::_PAIR], kids[1::_PAIR], strict=True))


def _members(data: bytes) -> dict[str, object]:
    return exact_members(parsed(data, max_bytes=MAX_DIRECTORY_BYTES), ("payload", "signatures"))


def _most() -> int:
    return MAX_DIRECTORY_KEEPERS * _PAIR


def _parsed(data: bytes) -> jws.Parsed:
    signatures = items(_members(data)["signatures"], least=_PAIR, most=_most())
    try:
        return jws.parse(
            data,
            typ=TYP,
            pairs=len(signatures) // _PAIR,
            max_payload=MAX_DIRECTORY_BYTES,
            max_bytes=MAX_DIRECTORY_BYTES,
        )
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _payload(statement: Statement) -> bytes:
    payload = canonical.dumps(
        {
            "v": 1,
            "seq": statement.seq,
            "iat": statement.iat,
            "exp": statement.exp,
            "keys": [key.jwk() for key in statement.keys],
            "documents": [{"org": row.org, "seq": row.seq, "sha256": b64(row.sha256)} for row in statement.documents],
        }
    )
    _read(payload)
    return payload


def _read(payload: bytes) -> Statement:
    found = exact_members(parsed(payload, max_bytes=MAX_DIRECTORY_BYTES), MEMBERS)
    require(found["v"] == 1 and type(found["v"]) is int)
    iat, exp = second(found["iat"]), second(found["exp"])
    require(0 < exp - iat <= MAX_DIRECTORY_LIFETIME_SECONDS)
    documents = tuple(_listed(row) for row in items(found["documents"], least=0, most=MAX_DIRECTORY_ROWS))
    require(len({row.org for row in documents}) == len(documents))
    keys = tuple(public_key(jwk) for jwk in items(found["keys"], least=_PAIR, most=_most()))
    return Statement(seq=number(found["seq"]), iat=iat, exp=exp, keys=keys, documents=documents)


def _listed(value: object) -> Listed:
    found = exact_members(value, ("org", "seq", "sha256"))
    return Listed(org=text(found["org"], ORG), seq=number(found["seq"]), sha256=digest(found["sha256"]))

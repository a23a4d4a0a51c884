# SPDX-License-Identifier: EUPL-1.2
"""Run a file of envelope vectors, ours or a partner's: each envelope is opened, and the outcome compared.

Rules: the file brings its own identities and senders; senders count as active at any time; vectors that say
``"seen": "session"`` share one replay store, in file order. No file is read or written, no clock is read. What comes
out of a vector is a code, never content.

Source: envelope specification, section 3.13 (format ``kgbx-envelope-vectors/1``).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeVar

from kgbx.canonical import parse
from kgbx.envelope.encoding import ORG, b64, exact, unb64
from kgbx.envelope.keys import ALGS, PrivateKey, PublicKey, private_key_from_jwk, public_key_from_jwk
from kgbx.envelope.ports import KeyEntry, OrganisationDocument, SigningKey
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.suites import KGBX_1
from kgbx.envelope.unseal import unseal
from kgbx.errors import DirectoryError, DocumentError, EnvelopeError, UsageError
from kgbx.limits import MAX_SAFE_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FORMAT: Final = "kgbx-envelope-vectors/1"
ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"

_Key = TypeVar("_Key")

_FILE: Final = ("format", "title", "identities", "senders", "vectors")
_VECTOR: Final = ("id", "title", "as", "at", "envelope", "parts", "seen", "expect")
_LAST_MOMENT: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorResult:
    """Outcome of one vector.

    Attributes:
        id: Id in the file.
        title: Title in the file.
        ok: Whether the outcome is an expected one.
        expected: ``accepted``, or the codes of which one is expected.
        got: ``accepted``, ``accepted with another body``, or the code.
    """

    id: str
    title: str
    ok: bool
    expected: tuple[str, ...]
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorReport:
    """Outcome of a file of vectors; true if none failed.

    Attributes:
        results: In file order.
    """

    results: tuple[VectorResult, ...]

    @property
    def failed(self) -> tuple[VectorResult, ...]:
        """The results that were not expected."""
        return tuple(result for result in self.results if not result.ok)

    def __bool__(self) -> bool:
        return not self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileOpener:
    """An identity of the file."""

    org: str
    keys: tuple[PrivateKey, ...] = field(repr=False)

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        return tuple(key.kid for key in self.keys)

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        for key in self.keys:
            if key.kid == kid:
                return key.unwrap(ek=ek, encrypted_key=encrypted_key, info=info)
        raise EnvelopeError("E_KEY_INVALID")


class _FileDirectory:
    """The senders of the file, as organisation documents that never expire."""

    def __init__(self, senders: Mapping[str, tuple[PublicKey, ...]]) -> None:
        self._documents = {org: _document(org, keys) for org, keys in senders.items()}

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        for document in self._documents.values():
            entry = document.entry(kid)
            if entry is not None and entry.use == "sig" and entry.key.alg == alg:
                return SigningKey(org=document.org, key=entry.key, document=document)
        return None

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:  # noqa: ARG002  # valid at any time
        return self._documents.get(org)

    def encryption_key(self, org: str, at: datetime) -> PublicKey:  # noqa: ARG002  # vectors are opened, not sealed
        raise DirectoryError("E_DIR_UNKNOWN_ORG")


def _document(org: str, keys: tuple[PublicKey, ...]) -> OrganisationDocument:
    always = MAX_SAFE_INTEGER
    entries = tuple(KeyEntry(key=key, use=ALGS[key.alg].use, nbf=-always, exp=always) for key in keys)
    root = entries[0].key.kid, entries[-1].key.kid
    return OrganisationDocument(
        org=org, name=org, seq=1, iat=0, exp=always, keys=entries, root=root, suites=(KGBX_1.id,), floor=KGBX_1.id
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vector:
    """One vector of the file, every member of the right form."""

    id: str
    title: str
    opener: _FileOpener
    at: datetime
    envelope: bytes
    parts: tuple[bytes, ...]
    session: bool
    expected: tuple[str, ...]
    body_sha256: str | None


def run_vectors(data: bytes) -> VectorReport:
    """Return the outcome of every vector of a file.

    Args:
        data: A ``kgbx-envelope-vectors/1`` file.

    Raises:
        UsageError: U_UNREADABLE with a pointer, the file is not of that form.
    """
    members = _object(_json(data), _FILE, "")
    if members["format"] != FORMAT:
        raise _unreadable("/format")
    openers = {org: _FileOpener(org=org, keys=keys) for org, keys in _identities(members["identities"]).items()}
    directory = _FileDirectory(_senders(members["senders"]))
    session = MemoryReplayStore()
    rows = [_vector(row, f"/vectors/{n}", openers) for n, row in enumerate(_list(members["vectors"], "/vectors"))]
    return VectorReport(results=tuple(_run(row, directory, session if row.session else None) for row in rows))


def _run(vector: _Vector, directory: _FileDirectory, seen: MemoryReplayStore | None) -> VectorResult:
    try:
        opened = unseal(
            vector.envelope,
            identity=vector.opener,
            directory=directory,
            at=vector.at,
            seen=seen,
            parts=vector.parts,
        )
        same = vector.body_sha256 in (None, b64(sha256(opened.body).digest()), sha256(opened.body).hexdigest())
        got = ACCEPTED if same else "accepted with another body"
    except EnvelopeError as error:
        got = error.code
    ok = got in vector.expected
    return VectorResult(id=vector.id, title=vector.title, ok=ok, expected=vector.expected, got=got)


def _vector(value: object, pointer: str, openers: Mapping[str, _FileOpener]) -> _Vector:
    row = _object(value, _VECTOR, pointer)
    at, seen = row["at"], row["seen"]
    opener = openers.get(_text(row["as"], f"{pointer}/as"))
    if opener is None:
        raise _unreadable(f"{pointer}/as")
    if type(at) is not int or not 0 <= at <= _LAST_MOMENT:
        raise _unreadable(f"{pointer}/at")
    if seen not in (None, "session"):
        raise _unreadable(f"{pointer}/seen")
    expected, body_sha256 = _expectation(row["expect"], f"{pointer}/expect")
    parts = _list(row["parts"], f"{pointer}/parts")
    return _Vector(
        id=_text(row["id"], f"{pointer}/id"),
        title=_text(row["title"], f"{pointer}/title"),
        opener=opener,
        at=datetime.fromtimestamp(at, UTC),
        envelope=_binary(row["envelope"], f"{pointer}/envelope"),
        parts=tuple(_binary(part, f"{pointer}/parts/{n}") for n, part in enumerate(parts)),
        session=seen == "session",
        expected=expected,
        body_sha256=body_sha256,
    )


def _expectation(value: object, pointer: str) -> tuple[tuple[str, ...], str | None]:
    members = _object(value, ("outcome", "codes"), pointer, optional=("body_sha256",))
    outcome, codes = members["outcome"], _list(members["codes"], f"{pointer}/codes")
    texts = tuple(_text(code, f"{pointer}/codes/{n}") for n, code in enumerate(codes))
    if outcome not in (ACCEPTED, REFUSED) or (outcome == REFUSED) != bool(texts):
        raise _unreadable(f"{pointer}/outcome")
    digest = _text(members["body_sha256"], f"{pointer}/body_sha256") if "body_sha256" in members else None
    return texts or (ACCEPTED,), digest


def _identities(value: object) -> dict[str, tuple[PrivateKey, ...]]:
    return {
        org: tuple(_key(private_key_from_jwk, jwk, f"{pointer}/{n}") for n, jwk in enumerate(jwks))
        for org, jwks, pointer in _organisations(value, "/identities")
    }


def _senders(value: object) -> dict[str, tuple[PublicKey, ...]]:
    return {
        org: tuple(_key(public_key_from_jwk, jwk, f"{pointer}/{n}") for n, jwk in enumerate(jwks))
        for org, jwks, pointer in _organisations(value, "/senders")
    }


def _organisations(value: object, pointer: str) -> Iterator[tuple[str, list[object], str]]:
    """Yield organisation, its JWKs (at least one) and the pointer to them."""
    for n, item in enumerate(_list(value, pointer)):
        members = _object(item, ("org", "keys"), f"{pointer}/{n}")
        org, keys = _text(members["org"], f"{pointer}/{n}/org"), _list(members["keys"], f"{pointer}/{n}/keys")
        if not ORG.match(org) or not keys:
            raise _unreadable(f"{pointer}/{n}")
        yield org, keys, f"{pointer}/{n}/keys"


def _key(read: Callable[[object], _Key], jwk: object, pointer: str) -> _Key:
    with suppress(EnvelopeError):
        return read(jwk)
    raise _unreadable(pointer)


def _json(data: bytes) -> object:
    with suppress(DocumentError):
        return parse(data)
    raise _unreadable("")


def _object(
    value: object, required: tuple[str, ...], pointer: str, *, optional: tuple[str, ...] = ()
) -> dict[str, object]:
    with suppress(EnvelopeError):
        return exact(value, required, optional=optional)
    raise _unreadable(pointer)


def _binary(value: object, pointer: str) -> bytes:
    with suppress(EnvelopeError):
        return unb64(value)
    raise _unreadable(pointer)


def _list(value: object, pointer: str) -> list[object]:
    if not isinstance(value, list):
        raise _unreadable(pointer)
    return value


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise _unreadable(pointer)
    return value


def _unreadable(pointer: str) -> UsageError:
    return UsageError("U_UNREADABLE", pointer=pointer)

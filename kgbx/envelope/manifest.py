# SPDX-License-Identifier: EUPL-1.2
"""The signed manifest: who sends what to whom, and how each part is recognised.

Rules:
    - exact members; the values are judged in the order of the receive procedure, each with its own code;
    - the object that is judged comes from the very bytes that the signatures cover;
    - a part's name is shown and never used as a path.

Source: envelope specification, sections 3.3 and 3.8 (steps 9 to 11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, cast

from kgbx.envelope.encoding import KID, ORG, UUID4, b64, compact_json, exact, pad, parse_json, unb64
from kgbx.envelope.receipts import read_receipt
from kgbx.envelope.suites import KGBX_1, SUITES
from kgbx.errors import EnvelopeError
from kgbx.limits import (
    CLOCK_SKEW_SECONDS,
    MAX_LIFETIME_SECONDS,
    MAX_MANIFEST_BYTES,
    MAX_MEDIA_TYPE_CHARS,
    MAX_PART_BYTES,
    MAX_PARTS,
    MAX_RECIPIENTS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kgbx.envelope.receipts import Receipt

TYP: Final = "kgbx-manifest+jws"
VERSION: Final = 1

MEDIA: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\Z")
"""RFC 6838 section 4.2, without parameters."""

MESSAGE_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,255}\Z")
"""An absolute URI, by its characters (RFC 3986 section 4.3)."""

PART_NAME: Final = re.compile(r"(?![. ]+\Z)[A-Za-z0-9._ -]{1,120}\Z")
"""Not only dots and spaces."""

CHUNK_BYTES: Final = 16_384
"""Plaintext of a full chunk; the last chunk is always shorter (C2SP chunked-encryption)."""

HEADER_BYTES: Final = 56
"""Salt (24) and commitment (32) of an encrypted part."""

CHUNK_TAG_BYTES: Final = 16

_REQUIRED: Final = ("v", "suite", "kind", "id", "kc", "iat", "exp", "from", "to", "type", "parts")
_OPTIONAL: Final = ("thid", "ref")
_PART_REQUIRED: Final = ("n", "role", "media", "size", "digest", "csize", "csha256")
_DIGEST_BYTES: Final = 32

Role = Literal["body", "attachment"]
Kind = Literal["message", "receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEntry:
    """One entry of ``parts``.

    Attributes:
        n: Index.
        role: ``body`` for n=0, else ``attachment``.
        media: Media type.
        size: Bytes of content.
        digest: SHA-256 of salt and content.
        csize: Bytes of the encrypted part.
        csha256: SHA-256 of the encrypted part.
        name: To show, or None.
    """

    n: int
    role: Role
    media: str
    size: int
    digest: bytes = field(repr=False)
    csize: int
    csha256: bytes = field(repr=False)
    name: str | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, object]:
        """Return the members on the wire."""
        members: dict[str, object] = {
            "n": self.n,
            "role": self.role,
            "media": self.media,
            "size": self.size,
            "digest": b64(self.digest),
            "csize": self.csize,
            "csha256": b64(self.csha256),
        }
        return members if self.name is None else {**members, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One entry of ``to``.

    Attributes:
        org: URN of the organisation.
        kid: The encryption key that was used for it.
    """

    org: str
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the sender signed. The repr shows ids only.

    Attributes:
        suite: Suite id.
        kind: ``message`` or ``receipt``.
        id: UUID version 4, unique per sender.
        kc: Key commitment, base64url.
        iat: Made at, Unix seconds.
        exp: Valid until, Unix seconds.
        sender: URN of the sending organisation.
        signing_kids: Its keys: Ed25519, ML-DSA.
        to: Addressees.
        type: Message type URI.
        parts: Body and attachments; a receipt has none.
        thread: Id of the thread, or None.
        ref: Id of the message replied to or corrected, or None.
        receipt: What became of a message, only in a receipt.
    """

    suite: str = KGBX_1.id
    kind: Kind = "message"
    id: str
    kc: str = field(repr=False)
    iat: int
    exp: int
    sender: str
    signing_kids: tuple[str, str] = field(repr=False)
    to: tuple[Addressee, ...]
    type: str = field(repr=False)
    parts: tuple[PartEntry, ...]
    thread: str | None = None
    ref: str | None = None
    receipt: Receipt | None = field(default=None, repr=False)

    def encode(self) -> bytes:
        """Return the bytes to sign."""
        members: dict[str, object] = {
            "v": VERSION,
            "suite": self.suite,
            "kind": self.kind,
            "id": self.id,
            "kc": self.kc,
            "iat": self.iat,
            "exp": self.exp,
            "from": {"org": self.sender, "sig": list(self.signing_kids)},
            "to": [{"org": to.org, "kid": to.kid} for to in self.to],
            "type": self.type,
            "parts": [part.as_json() for part in self.parts],
        }
        receipt = None if self.receipt is None else self.receipt.as_json()
        optional = {"thid": self.thread, "ref": self.ref, "receipt": receipt}
        return compact_json(members | {name: value for name, value in optional.items() if value is not None})


def blob_size(size: int) -> int:
    """Return the size of the encrypted part of `size` bytes of content."""
    padded = pad(size)
    return HEADER_BYTES + padded + CHUNK_TAG_BYTES * (padded // CHUNK_BYTES + 1)


def digest_of(payload: bytes) -> bytes:
    """Return the digest by which a manifest is remembered and receipted: SHA-256 of its bytes."""
    return sha256(payload).digest()


def read_members(payload: bytes, *, suites: Collection[str] = (KGBX_1.id,)) -> dict[str, object]:
    """Return the members of a manifest, and of the objects in it, by name only: first half of step 9.

    Args:
        payload: The bytes that were signed.
        suites: What it may say of its suite: of an envelope, the one that the envelope implies.

    Raises:
        EnvelopeError: E_JSON, E_MEMBERS; E_SUITE, ``v`` or ``suite`` is another.
    """
    value = parse_json(payload, max_bytes=MAX_MANIFEST_BYTES)
    is_message = isinstance(value, dict) and value.get("kind") == "message"
    members = exact(value, _REQUIRED, optional=_OPTIONAL if is_message else (*_OPTIONAL, "receipt"))
    exact(members["from"], ("org", "sig"))
    _exact_each(members["to"], ("org", "kid"))
    _exact_each(members["parts"], _PART_REQUIRED, optional=("name",))
    version, suite = members["v"], members["suite"]
    if type(version) is not int or version != VERSION or not isinstance(suite, str) or suite not in suites:
        raise EnvelopeError("E_SUITE")
    return members


def _exact_each(value: object, required: Collection[str], *, optional: Collection[str] = ()) -> None:
    """Judge the members of the objects in a list; whether it is a list of objects is judged with its values."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            exact(item, required, optional=optional)


def read_parts(members: Mapping[str, object]) -> tuple[PartEntry, ...]:
    """Return the parts after judging every value that has no code of its own: second half of step 9.

    What depends on ``kind`` is left for a receipt, which is refused next.

    Raises:
        EnvelopeError: E_MANIFEST; E_ENCODING or E_LENGTH in a digest.
    """
    kind, parts = members["kind"], members["parts"]
    require(isinstance(kind, str) and isinstance(members["kc"], str))
    require(matches(UUID4, members["id"]) and matches(MESSAGE_TYPE, members["type"]))
    require(all(matches(UUID4, members[name]) for name in _OPTIONAL if name in members))
    if not isinstance(parts, list) or len(parts) > MAX_PARTS or (kind == "message" and not parts):
        raise EnvelopeError("E_MANIFEST")
    return tuple(_part(n, part) for n, part in enumerate(parts))


def require(condition: bool) -> None:  # noqa: FBT001  # reads as a sentence
    """Return if `condition` holds.

    Raises:
        EnvelopeError: E_MANIFEST.
    """
    if not condition:
        raise EnvelopeError("E_MANIFEST")


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Tell whether `value` is a string that `pattern` matches from its start."""
    return isinstance(value, str) and pattern.match(value) is not None


def _part(n: int, value: object) -> PartEntry:
    if not isinstance(value, dict):
        raise EnvelopeError("E_MANIFEST")
    role: Role = "attachment" if n else "body"
    size, media, name = value["size"], value["media"], value.get("name")
    require(type(value["n"]) is int and value["n"] == n and value["role"] == role)
    require(matches(MEDIA, media) and len(media) <= MAX_MEDIA_TYPE_CHARS)
    require(type(size) is int and 0 <= size <= MAX_PART_BYTES)
    require(type(value["csize"]) is int and value["csize"] == blob_size(size))
    require("name" not in value or matches(PART_NAME, name))
    digest, csha256 = unb64(value["digest"], size=_DIGEST_BYTES), unb64(value["csha256"], size=_DIGEST_BYTES)
    csize = value["csize"]
    return PartEntry(n=n, role=role, media=media, size=size, digest=digest, csize=csize, csha256=csha256, name=name)


def read_addressees(value: object) -> tuple[Addressee, ...]:
    """Return the addressees of ``to``: 1 to 16, each key once.

    Raises:
        EnvelopeError: E_RECIPIENTS.
    """
    entries = value if isinstance(value, list) and 1 <= len(value) <= MAX_RECIPIENTS else []
    to = tuple(
        Addressee(org=entry["org"], kid=entry["kid"])
        for entry in entries
        if isinstance(entry, dict) and matches(ORG, entry["org"]) and matches(KID, entry["kid"])
    )
    if not to or len({addressee.kid for addressee in to}) != len(entries):
        raise EnvelopeError("E_RECIPIENTS")
    return to


def read_lifetime(members: Mapping[str, object]) -> tuple[int, int]:
    """Return ``iat`` and ``exp``, judged by form.

    Raises:
        EnvelopeError: E_TIME, no integers, or not 0 < exp - iat <= 30 days.
    """
    iat, exp = members["iat"], members["exp"]
    if type(iat) is not int or type(exp) is not int or not 0 < exp - iat <= MAX_LIFETIME_SECONDS:
        raise EnvelopeError("E_TIME")
    return iat, exp


def read_times(members: Mapping[str, object], now: int) -> tuple[int, int]:
    """Return ``iat`` and ``exp`` after step 11, `now` in Unix seconds.

    Raises:
        EnvelopeError: E_TIME, no integers, or not 0 < exp - iat <= 30 days; E_NOT_YET; E_EXPIRED.
    """
    iat, exp = read_lifetime(members)
    if now < iat - CLOCK_SKEW_SECONDS:
        raise EnvelopeError("E_NOT_YET")
    if now > exp + CLOCK_SKEW_SECONDS:
        raise EnvelopeError("E_EXPIRED")
    return iat, exp


def read_manifest(payload: bytes) -> Manifest:
    """Return a manifest by form only, as it is read when no envelope is there: what was sent, and evidence.

    Raises:
        EnvelopeError: E_JSON, E_MEMBERS, E_SUITE, E_KIND, E_MANIFEST, E_ENCODING, E_LENGTH, E_RECIPIENTS, E_TIME.
    """
    members = read_members(payload, suites=SUITES)
    parts, kind, kc = read_parts(members), members["kind"], members["kc"]
    if kind not in ("message", "receipt"):
        raise EnvelopeError("E_KIND")
    receipt = read_receipt_of(members) if kind == "receipt" else None
    unb64(kc, size=_DIGEST_BYTES)
    org, kids = _signer(members["from"])
    iat, exp = read_lifetime(members)
    return Manifest(
        suite=str(members["suite"]),
        kind=kind,
        id=str(members["id"]),
        kc=str(kc),
        iat=iat,
        exp=exp,
        sender=org,
        signing_kids=kids,
        to=read_addressees(members["to"]),
        type=str(members["type"]),
        parts=parts,
        thread=cast("str | None", members.get("thid")),
        ref=cast("str | None", members.get("ref")),
        receipt=receipt,
    )


def read_receipt_of(members: Mapping[str, object]) -> Receipt:
    """Return what a receipt says; it has no parts of its own.

    Raises:
        EnvelopeError: E_MEMBERS, E_MANIFEST, E_ENCODING, E_LENGTH.
    """
    require(members["parts"] == [])
    if "receipt" not in members:
        raise EnvelopeError("E_MEMBERS")
    return read_receipt(members["receipt"])


def _signer(value: object) -> tuple[str, tuple[str, str]]:
    found = exact(value, ("org", "sig"))
    org, kids = found["org"], found["sig"]
    if not matches(ORG, org) or not isinstance(kids, list) or len(kids) != len(KGBX_1.signatures):
        raise EnvelopeError("E_MANIFEST")
    require(all(matches(KID, kid) for kid in kids))
    return str(org), (str(kids[0]), str(kids[1]))

# SPDX-License-Identifier: EUPL-1.2
"""Custody: a signed statement, given before anything is decrypted, that exactly these encrypted bytes are held.

Rules:
    - one payload, two forms: custody of an envelope and its parts, or no custody and why;
    - ``undeliverable`` says nothing of which check failed: one form, one length, and one moment, the next full minute;
    - a statement proves something only beside the envelope that it names; beside a manifest that names the same parts
      it shows that they were held, not that this manifest was there.

Source: envelope specification, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from kgbx.clock import is_second, require_aware
from kgbx.envelope import jws
from kgbx.envelope.encoding import ORG, UUID4, b64, compact_json, exact, parse_json, unb64
from kgbx.envelope.manifest import TYP as MANIFEST_TYP
from kgbx.envelope.manifest import matches, read_manifest
from kgbx.envelope.ownkeys import signer_at
from kgbx.envelope.proving import judge_signer
from kgbx.envelope.receipts import digest_from, digest_text
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_DEDUPE_DAYS, MAX_PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.envelope.ports import KeyDirectory, Signer
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.suites import SuiteRow

TYP: Final = "kgbx-custody+jws"
VERSION: Final = 1
MINUTE: Final = 60
_DIGEST_BYTES: Final = 32
_COMMON: Final = ("v", "id", "envelope", "by", "at")
_HELD: Final = (*_COMMON, "parts", "window_days", "epoch", "chain")
_NOT_HELD: Final = (*_COMMON, "no")

Reason = Literal["unknown-key", "undeliverable"]
REASONS: Final = ("unknown-key", "undeliverable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """These bytes are held.

    Attributes:
        message_id: Id under which the message was offered.
        envelope: SHA-256 of the envelope, 32 bytes.
        parts: SHA-256 of each encrypted part, in order.
        by: URN of the organisation that holds them.
        at: Since when, Unix seconds.
        window_days: How long a second offer of the same message is recognised.
        epoch: UUID version 4 of the store: another one after a restore, so that partners ask again.
        chain: Head of the holder's audit chain, 32 bytes.
    """

    message_id: str
    envelope: bytes = field(repr=False)
    parts: tuple[bytes, ...] = field(repr=False)
    by: str
    at: int
    window_days: int
    epoch: str
    chain: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCustody:
    """These bytes are not held, or cannot be delivered.

    Attributes:
        message_id: Id under which the message was offered.
        envelope: SHA-256 of the envelope, 32 bytes.
        by: URN of the organisation that says so.
        at: Unix seconds; for ``undeliverable`` a full minute.
        reason: ``unknown-key``: no key of ours stands on the envelope; ``undeliverable``: it does not open.
    """

    message_id: str
    envelope: bytes = field(repr=False)
    by: str
    at: int
    reason: Reason


Statement: TypeAlias = Custody | NoCustody


def no_custody(sealed: bytes, *, message_id: str, by: str, at: int, reason: Reason) -> NoCustody:
    """Return what is said of an envelope that is not held; ``undeliverable`` at the next full minute.

    Args:
        sealed: The envelope.
        message_id: Id under which it was offered.
        by: The own organisation.
        at: Present moment, Unix seconds.
        reason: Why.
    """
    moment = at if reason == "unknown-key" else (at // MINUTE + 1) * MINUTE
    return NoCustody(message_id=message_id, envelope=sha256(sealed).digest(), by=by, at=moment, reason=reason)


def sign_statement(statement: Statement, signer: Signer, *, suite: SuiteRow | None = None) -> bytes:
    """Return the signed statement; with the keys of the signer's suite, unless another is named.

    Raises:
        UsageError: U_ARGUMENT, another organisation than the signer's, or a value that would be refused; U_NO_KEYS, no
            pair may sign at its moment.
        EnvelopeError: E_KEY_INVALID, the signer lacks a key.
    """
    payload = _encoded(statement)
    try:
        sound = _read(payload) == statement and statement.by == signer.org
    except EnvelopeError:
        sound = False
    if not sound:
        raise UsageError
    by = signer_at(signer, datetime.fromtimestamp(statement.at, UTC))
    return jws.sign(payload, typ=TYP, signers=[by], suite=suite)


def verify_statement(
    data: bytes, *, directory: KeyDirectory, sealed: Sealed | None = None, at: datetime | None = None
) -> Statement:
    """Return what was signed, after verifying both signatures and that the keys were valid when it was given.

    Args:
        data: The JWS as received.
        directory: Knows the keys of who signed.
        sealed: The message as it was offered: the statement must be about its id, envelope and parts. None believes
            the statement without comparing it with anything.
        at: Present moment, aware: a statement that names a later one is refused. None, years later, does not ask.

    Raises:
        EnvelopeError: the codes of :func:`kgbx.envelope.jws.parse`; E_UNKNOWN_SENDER_KEY, E_SENDER_MISMATCH,
            E_SIGNATURE; E_MEMBERS, E_MANIFEST, E_ENCODING, E_LENGTH, E_SUITE (payload); E_KEY_REVOKED, E_KEY_EXPIRED,
            E_DIR_STALE; E_NOT_YET, it is dated later than now; E_BINDING, it is about other bytes.
        UsageError: U_MOMENT, `at` has no offset.
    """
    now = None if at is None else int(require_aware(at).timestamp())
    signed = jws.parse(data, typ=TYP, suites=jws.EVERY)
    owner = jws.verified_owner(signed, directory)
    statement = _read(signed.payload)
    if statement.by != owner:
        raise EnvelopeError("E_SENDER_MISMATCH")
    judge_signer(directory, org=owner, kids=signed.kids, moment=statement.at)
    if now is not None and statement.at > now + CLOCK_SKEW_SECONDS + MINUTE * isinstance(statement, NoCustody):
        raise EnvelopeError("E_NOT_YET")
    if sealed is not None:
        _require_about(statement, sealed)
    return statement


def read_statement(data: bytes) -> Statement:
    """Return what a statement says, by form only: no signature is verified.

    Raises:
        EnvelopeError: the codes of form of :func:`verify_statement`.
    """
    return _read(jws.parse(data, typ=TYP, suites=jws.EVERY).payload)


def parts_of_manifest(signed: bytes) -> tuple[bytes, ...]:
    """Return the SHA-256 of each encrypted part that a signed manifest names.

    Raises:
        EnvelopeError: it is no signed manifest.
    """
    payload = jws.parse(signed, typ=MANIFEST_TYP, suites=jws.EVERY).payload
    return tuple(part.csha256 for part in read_manifest(payload).parts)


def _require_about(statement: Statement, sealed: Sealed) -> None:
    same = (statement.message_id, statement.envelope) == (sealed.id, sha256(sealed.envelope).digest())
    if not same or (isinstance(statement, Custody) and statement.parts != parts_of_manifest(sealed.jws)):
        raise EnvelopeError("E_BINDING")


def _encoded(statement: Statement) -> bytes:
    members: dict[str, object] = {
        "v": VERSION,
        "id": statement.message_id,
        "envelope": digest_text(statement.envelope),
        "by": statement.by,
        "at": statement.at,
    }
    if isinstance(statement, NoCustody):
        return compact_json({**members, "no": statement.reason})
    held = {
        "parts": [b64(part) for part in statement.parts],
        "window_days": statement.window_days,
        "epoch": statement.epoch,
        "chain": digest_text(statement.chain),
    }
    return compact_json(members | held)


def _read(payload: bytes) -> Statement:
    value = parse_json(payload)
    says_no = isinstance(value, dict) and "no" in value
    members = exact(value, _NOT_HELD if says_no else _HELD)
    if type(members["v"]) is not int or members["v"] != VERSION:
        raise EnvelopeError("E_SUITE")
    _require(matches(UUID4, members["id"]) and matches(ORG, members["by"]))
    _require(is_second(members["at"]) and cast("int", members["at"]) >= 0)
    return _read_no(members) if says_no else _read_held(members)


def _read_no(members: Mapping[str, object]) -> NoCustody:
    at, reason = cast("int", members["at"]), members["no"]
    _require(isinstance(reason, str) and reason in REASONS)
    _require(reason != "undeliverable" or at % MINUTE == 0)
    return NoCustody(
        message_id=str(members["id"]),
        envelope=digest_from(members["envelope"]),
        by=str(members["by"]),
        at=at,
        reason=cast("Reason", reason),
    )


def _read_held(members: Mapping[str, object]) -> Custody:
    parts, days = members["parts"], members["window_days"]
    _require(isinstance(parts, list) and len(parts) <= MAX_PARTS)
    _require(type(days) is int and 1 <= days <= MAX_DEDUPE_DAYS)
    _require(matches(UUID4, members["epoch"]))
    return Custody(
        message_id=str(members["id"]),
        envelope=digest_from(members["envelope"]),
        parts=tuple(unb64(part, size=_DIGEST_BYTES) for part in cast("list[object]", parts)),
        by=str(members["by"]),
        at=cast("int", members["at"]),
        window_days=cast("int", days),
        epoch=str(members["epoch"]),
        chain=digest_from(members["chain"]),
    )


def _require(condition: bool) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise EnvelopeError("E_MANIFEST")
